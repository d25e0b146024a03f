//! The mailbox's dialect: requests read, answers and errors spelled.

mod asking;
mod failing;
mod scene;
mod telling;
