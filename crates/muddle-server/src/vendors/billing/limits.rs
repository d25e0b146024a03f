//! Named maxima of a request's form, whatever operation it is for.
//!
//! Read by `form` and `args`, whose refusals name them; maxima of what the desk keeps are the world's.

/// Parameters in one request, query and body together.
pub const PARAMETERS_MAX: usize = 1_000;
/// Levels of brackets behind one parameter.
pub const BRACKETS_MAX: usize = 8;
/// Bytes of a parameter's name, brackets included.
pub const PARAMETER_NAME_BYTES_MAX: usize = 500;
/// Characters of a refused value that are quoted.
pub const QUOTED_CHARS_MAX: usize = 100;
