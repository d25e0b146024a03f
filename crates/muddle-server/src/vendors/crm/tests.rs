//! The CRM's wire face against its rules: a request in, the vendor's bytes out, without a server between.

mod asking;
mod desk;
mod failing;
mod paging;
mod refusing;
