//! HTTP faces of the vendors, control API and the socket that enacts verdicts.
