//! The clock and the entropy: the one file of the office that reads either.
//!
//! Called by the workspace shell (a call's `up`), by the register (keys) and by opening (secret seeds). Nothing that
//! decides reads it: what comes from here is an input and is recorded.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use muddle_world::time::Up;
use muddle_world::vendor::Vendor;
use rand::TryRng;
use rand::rngs::SysRng;

/// The wall clock, milliseconds since 1970.
pub fn wall_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A moment of the monotonic clock, milliseconds since the process looked first.
pub fn monotonic_ms() -> i64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    let passed = FIRST.get_or_init(Instant::now).elapsed();
    i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
}

/// The running part of a workspace's `up`: where it stood, and when that was.
#[derive(Clone, Copy, Debug)]
pub struct Pulse {
    stood: Up,
    since_ms: i64,
}

impl Pulse {
    /// Time runs on from `stood`.
    pub fn from(stood: Up) -> Self {
        Self {
            stood,
            since_ms: monotonic_ms(),
        }
    }

    /// How far it is now.
    pub fn up(&self) -> Up {
        self.stood.plus(monotonic_ms() - self.since_ms)
    }
}

/// 256 fresh bits.
///
/// # Panics
/// If the operating system has no entropy to give; nothing safe can go on then.
pub fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    SysRng
        .try_fill_bytes(&mut bytes)
        .expect("the operating system gives entropy");
    bytes
}

/// A fresh key in the vendor's own format, with 256 random bits in it.
pub fn vendor_key(vendor: Vendor) -> String {
    let hex = HEXLOWER.encode(&entropy());
    match vendor {
        Vendor::Billing => format!("sk_test_51{hex}"),
        Vendor::Crm => {
            format!(
                "pat-na1-{}-{}-{}-{}-{}",
                &hex[..8],
                &hex[8..12],
                &hex[12..16],
                &hex[16..20],
                &hex[20..]
            )
        }
        Vendor::Inbox => format!("ya29.a0{hex}"),
        Vendor::Office => token("office"),
    }
}

/// A fresh token of our own for a role.
pub fn token(role: &str) -> String {
    format!("mdl_{role}_{}", HEXLOWER.encode(&entropy()))
}

/// A fresh public name of a workspace.
pub fn workspace_name() -> String {
    let bits = BASE32_NOPAD.encode(&entropy()[..10]);
    format!("ws_{}", bits.to_lowercase())
}
