//! The order of things, without HTTP and without a log: small desks, every position of every fault, and the promise
//! that the inputs of a run give the same cores again.

mod again;
mod desk;
mod limits;
mod pausing;
mod positions;
mod waiting;
