//! Offices as wholes: the same seed gives the same bytes, every kind is there, every reason can be seen, nothing leaks.

mod cases;
mod desk;
mod population;
mod story;
