//! Where a log ends, by its entries and by all that says so beside them: the head row, the receipt of a seal, the witness.
//!
//! Fed by whoever walks a log's entries (`verify`, the register, sealing) and asked at the end. Invariant: pure; a log that lacks what any of
//! the three saw is never called whole.

use data_encoding::HEXLOWER;
use muddle_log::{Hash, Head, Seen, Stored};
use muddle_world::time::At;

use crate::seal::{self, Receipt};
use crate::verify::Verified;

/// What says where a log ends, beside its entries and its head row.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// The receipt, once the office is sealed.
    pub receipt: Option<Receipt>,
    /// The furthest head that the witness saw.
    pub seen: Option<Seen>,
}

/// Somebody's word about one entry.
struct Claim {
    /// Who says so, as in "the head row says".
    says: String,
    seq: u64,
    /// None where it cannot be read, which no entry matches.
    hash: Option<Hash>,
    /// Nothing may come after this entry.
    last: bool,
    /// The hash that the log has there.
    found: Option<Hash>,
}

/// A walk over a log's entries, compared with what is said of its end.
pub struct Ending {
    claims: Vec<Claim>,
    /// The receipt's last entry, where its signature is not this server's.
    unsigned: Option<u64>,
    end: Head,
}

impl Ending {
    /// Before the first entry.
    pub fn new(ends: &Ends) -> Self {
        let receipt = ends.receipt.as_ref().map(|receipt| Claim {
            says: "the receipt of its seal says".to_owned(),
            seq: receipt.seq,
            hash: hash(&receipt.head),
            last: true,
            found: None,
        });
        let seen = ends.seen.map(|seen| Claim {
            says: format!("the witness saw, at {},", At(seen.at_ms).iso()),
            seq: seen.head.seq,
            hash: Some(seen.head.hash),
            last: false,
            found: None,
        });
        let unsigned = ends.receipt.iter().find(|receipt| !seal::proves(receipt));
        Self {
            claims: receipt.into_iter().chain(seen).collect(),
            unsigned: unsigned.map(|receipt| receipt.seq),
            end: Head::EMPTY,
        }
    }

    /// Takes note of the next entry, whose link holds.
    pub fn pass(&mut self, stored: &Stored) {
        self.end = stored.head();
        for claim in &mut self.claims {
            if claim.seq == stored.seq {
                claim.found = Some(stored.hash);
            }
        }
    }

    /// The last entry so far.
    pub const fn end(&self) -> Head {
        self.end
    }

    /// What is wrong with the log's end, given its head row, which is read after the last entry.
    pub fn judge(mut self, row: Head) -> Option<Verified> {
        let end = self.end;
        self.claims.insert(
            0,
            Claim {
                says: "the head row says".to_owned(),
                seq: row.seq,
                hash: Some(row.hash),
                last: true,
                found: (row.seq == end.seq).then_some(end.hash),
            },
        );
        let claims = &self.claims;
        let beyond: Vec<&Claim> = claims.iter().filter(|claim| claim.seq > end.seq).collect();
        if let Some(to) = beyond.iter().map(|claim| claim.seq).max() {
            let says: Vec<String> = beyond
                .iter()
                .map(|claim| format!("{} {}", claim.says, claim.seq))
                .collect();
            return Some(Verified::Missing {
                from: end.seq + 1,
                to,
                what: says.join("; "),
            });
        }
        if let Some(claim) = claims
            .iter()
            .find(|claim| claim.last && claim.seq < end.seq)
        {
            let what = format!(
                "it comes after the end of the log: {} {}",
                claim.says, claim.seq
            );
            let seq = claim.seq + 1;
            return Some(Verified::Broken { seq, what });
        }
        let other = |claim: &&Claim| claim.seq > 0 && claim.found != claim.hash;
        if let Some(claim) = claims.iter().find(other) {
            let (says, seq) = (&claim.says, claim.seq);
            let what = format!(
                "{says} {seq} with another hash: the log was changed, or cut before it and went on"
            );
            return Some(Verified::Broken { seq, what });
        }
        let what = "the signature of its receipt was not made with this server's signing key";
        self.unsigned.map(|seq| Verified::Broken {
            seq,
            what: what.to_owned(),
        })
    }
}

fn hash(hex: &str) -> Option<Hash> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}
