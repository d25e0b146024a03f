//! What every route is given: the office, the vendors' faces and who the operator is.
//!
//! Built once by the binary (or a test) and shared; nothing in it changes while the server runs but its counts.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use muddle_office::Office;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;

use crate::control::follow::FOLLOWERS_MAX;
use crate::strangers::Strangers;
use crate::vendors::Faces;

/// Largest body of a request to the billing desk or the CRM, bytes.
pub const BODY_BYTES_MAX: usize = 10 << 20;
/// Largest body of a request to the mailbox, bytes: mail carries attachments.
pub const MAIL_BODY_BYTES_MAX: usize = 36 << 20;
/// How long a large body or answer waits for room among the others.
pub const ROOM_WAIT_MAX: Duration = Duration::from_secs(60);
/// Largest body that is read of a caller whose key nobody issued, bytes.
pub const STRANGER_BODY_BYTES_MAX: usize = 64 << 10;
/// Longest path and query that a vendor's servers read, bytes.
pub const URL_BYTES_MAX: usize = 16 << 10;
/// Largest body of an answer, bytes: the raw form of the largest mail fits.
pub const ANSWER_BYTES_MAX: usize = 52 << 20;
/// Longest user agent that an entry keeps, bytes.
pub const USER_AGENT_BYTES_MAX: usize = 1 << 10;
/// Largest part of an over-long body that is still read, so that the sender sees our answer rather than a broken pipe.
pub const BODY_BYTES_DRAINED_MAX: usize = 64 << 20;
/// Longest that injected latency is slept under a clock that has counted it already, milliseconds.
pub const COUNTED_SLEEP_MS_MAX: u64 = 20;

/// A server's state.
pub struct Server {
    /// All workspaces.
    pub office: Arc<Office>,
    /// The vendors' dialects.
    pub faces: Faces,
    /// SHA-256 of the admin token.
    pub admin: [u8; 32],
    /// Where candidates elsewhere reach this server.
    pub public_url: Option<String>,
    /// This process, as entries name it.
    pub node: Arc<str>,
    /// Calls with keys that nobody issued.
    pub strangers: Strangers,
    /// Places for those who follow a log.
    pub followers: Arc<Semaphore>,
    /// Requests that are being answered.
    pub in_flight: Arc<AtomicUsize>,
}

impl Server {
    /// A server over an office; `admin_token` is kept as a digest only.
    pub fn new(office: Arc<Office>, admin_token: &str, public_url: Option<String>) -> Arc<Self> {
        let admin = Sha256::digest(admin_token.as_bytes()).into();
        Arc::new(Self {
            office,
            faces: Faces::new(),
            admin,
            public_url,
            node: "node-1".into(),
            strangers: Strangers::default(),
            followers: Arc::new(Semaphore::new(FOLLOWERS_MAX)),
            in_flight: Arc::default(),
        })
    }

    /// Whether this is the admin's token. Takes the same time for every wrong one.
    pub fn is_admin(&self, token: &str) -> bool {
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        digest.ct_eq(&self.admin).into()
    }
}
