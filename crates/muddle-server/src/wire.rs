//! One row of the `wire` stream: what the socket really did with an answer.
//!
//! Written after the fact, beside the log; reports and latency curves read it, `must` checks may not.

use data_encoding::HEXLOWER;
use serde::Serialize;

use crate::enact::WireFact;

#[derive(Serialize)]
struct Row<'a> {
    seq: u64,
    status: u16,
    bytes: u64,
    body_sha256: String,
    ended: &'a str,
    service_us: u64,
    injected_ms: u64,
}

/// The row as JSON.
pub fn row(seq: u64, fact: &WireFact) -> String {
    let row = Row {
        seq,
        status: fact.status,
        bytes: fact.bytes(),
        body_sha256: HEXLOWER.encode(&fact.body_sha256()),
        ended: fact.ended.as_str(),
        service_us: fact.service_us,
        injected_ms: fact.injected_ms,
    };
    serde_json::to_string(&row).unwrap_or_default()
}
