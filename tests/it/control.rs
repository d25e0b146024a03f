//! Who may do what over the control API, and what they learn where they may not.

mod ending;
mod hands;
mod roles;
mod watching;
mod writing;
