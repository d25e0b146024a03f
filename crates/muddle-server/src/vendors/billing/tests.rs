//! The billing face end to end without a socket: a request parsed, decided on a small desk, and spelled.

mod asking;
mod desk;
mod failing;
