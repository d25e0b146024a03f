//! The server's files beside its log: the admin's token, the signing key and the address it is reached at.
//!
//! Written by `serve` once its log holds an entry, read by the other commands: a directory with a token or a key has a log. Secrets are for
//! their owner only (0600) and each file is there whole or not at all.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use muddle_log::private;
use muddle_office::source;

use crate::failure::Failure;

const ADMIN_TOKEN: &str = "admin.token";
const SIGNING_KEY: &str = "signing.key";
const SERVER_URL: &str = "server.url";
const WITNESS: &str = "muddle.witness";

/// The shortest admin token that is taken from the environment.
const TOKEN_MIN: usize = 32;

/// The admin's token from the environment.
pub const TOKEN_VARIABLE: &str = "MUDDLE_ADMIN_TOKEN";

/// What says that a directory was in use.
const MARKS: [&str; 3] = [SIGNING_KEY, ADMIN_TOKEN, WITNESS];

/// The witness's file.
pub fn witness(dir: &Path) -> PathBuf {
    dir.join(WITNESS)
}

/// The files that say that a directory was in use, by name.
pub fn marks(dir: &Path) -> Vec<&'static str> {
    let there = MARKS.into_iter().filter(|mark| dir.join(mark).exists());
    there.collect()
}

/// What a server's directory keeps secret.
pub struct Secrets {
    /// The admin's token.
    pub admin: String,
    /// The seed of the key that signs seals.
    pub signing_seed: [u8; 32],
}

impl Secrets {
    /// Those of the last run, made private where they were not, or fresh ones that are not written yet.
    pub fn of(dir: &Path) -> Result<Self, Failure> {
        for name in MARKS {
            private::tighten(&dir.join(name))?;
        }
        Ok(Self {
            admin: admin_token(dir)?,
            signing_seed: signing_seed(dir)?,
        })
    }

    /// Writes what is not there yet.
    pub fn keep(&self, dir: &Path) -> Result<(), Failure> {
        let texts = [
            (SIGNING_KEY, hex(&self.signing_seed)),
            (ADMIN_TOKEN, self.admin.clone()),
        ];
        for (name, text) in texts {
            let path = dir.join(name);
            if read(&path).is_ok_and(|there| there == text) {
                continue;
            }
            write(&path, &text)?;
        }
        Ok(())
    }
}

/// The admin's token of a server: given by the environment, kept from the last run, or fresh.
fn admin_token(dir: &Path) -> Result<String, Failure> {
    let given = std::env::var(TOKEN_VARIABLE)
        .ok()
        .filter(|token| !token.is_empty());
    match given {
        Some(token) if token.len() < TOKEN_MIN => Err(Failure::new(format!(
            "{TOKEN_VARIABLE} is too short to be safe; give it at least {TOKEN_MIN} characters."
        ))),
        Some(token) => Ok(token),
        None => kept(&dir.join(ADMIN_TOKEN), || source::token("admin")),
    }
}

/// The seed of the key that signs seals, kept from the last run or fresh.
fn signing_seed(dir: &Path) -> Result<[u8; 32], Failure> {
    let path = dir.join(SIGNING_KEY);
    let hex = kept(&path, || hex(&source::entropy()))?;
    unhex(&hex).ok_or_else(|| {
        Failure::new(format!(
            "{} is no signing key: 64 hex characters are one.",
            path.display()
        ))
    })
}

/// Notes where the server is reached.
pub fn note_url(dir: &Path, url: &str) -> Result<(), Failure> {
    write(&dir.join(SERVER_URL), url)
}

/// Where the server said it is reached.
pub fn url(dir: &Path) -> Option<String> {
    read(&dir.join(SERVER_URL)).ok()
}

/// The token that a server wrote.
pub fn written_token(dir: &Path) -> Option<String> {
    read(&dir.join(ADMIN_TOKEN)).ok()
}

fn kept(path: &Path, fresh: impl FnOnce() -> String) -> Result<String, Failure> {
    match read(path) {
        Ok(text) if !text.is_empty() => Ok(text),
        Ok(_) => Ok(fresh()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(fresh()),
        Err(error) => Err(Failure::file(path, &error)),
    }
}

fn read(path: &Path) -> std::io::Result<String> {
    Ok(fs::read_to_string(path)?.trim().to_owned())
}

/// Writes a file for its owner only, whole or not at all.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = Path::new(&beside);
    let written = (|| {
        // A leftover of a run that was killed may have other rights.
        match fs::remove_file(beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(beside)?;
        file.write_all(text.as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(beside, path)
    })();
    written.map_err(|error| {
        // What is left of it helps nobody.
        let _ = fs::remove_file(beside);
        Failure::file(path, &error)
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_spelling() {
        let seed: [u8; 32] = std::array::from_fn(|i| i as u8 * 7);
        assert_eq!(unhex(&hex(&seed)), Some(seed));
        assert_eq!(unhex("abc"), None);
        assert_eq!(unhex(&"zz".repeat(32)), None);
    }
}
