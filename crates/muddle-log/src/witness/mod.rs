//! The witness: a small file beside the database that says how far each workspace's log had come, and when.
//!
//! Written by the office's witness thread every few seconds, read by it and by `verify`. A log that lost its tail, entries and head row alike, is
//! whole by itself; the witness saw more. Invariants: a line is appended and synced, never changed; each is linked to the one before by hash; a
//! workspace's head only goes forward, but for an empty one, which says that the workspace was deleted on purpose.

mod line;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::LogError;
use crate::limits::{WITNESS_BYTES_MAX, WITNESS_READ_BYTES_MAX};
use crate::private;
use crate::sqlite::sync_dir;
use crate::stored::{Hash, Head, WorkspaceId};

/// How far a workspace's log had come, and when that was written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Its end then.
    pub head: Head,
    /// Milliseconds since 1970.
    pub at_ms: i64,
}

/// What a witness file says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Witnessed {
    /// Since when it was kept without a gap, milliseconds since 1970.
    pub since_ms: i64,
    /// The furthest head seen of each workspace.
    pub seen: BTreeMap<WorkspaceId, Seen>,
}

/// Why a witness file says less than it should.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Flaw {
    /// It is not there.
    #[error("the witness file {} is missing", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A line does not continue the one before, or is no line of a witness; the lines before it count.
    #[error("the witness file {} is damaged at line {line}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first line that is wrong.
        line: usize,
    },
    /// It cannot be read.
    #[error("the witness file {} cannot be read: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

/// Reads a witness file: what it says, and what is wrong with it.
pub fn read(path: &Path) -> (Witnessed, Option<Flaw>) {
    let found = load(path);
    (found.witnessed, found.flaw)
}

/// A file as it was found.
#[derive(Default)]
struct Found {
    witnessed: Witnessed,
    /// The last line's link.
    link: Hash,
    flaw: Option<Flaw>,
}

fn load(path: &Path) -> Found {
    let flawed = |flaw| Found {
        flaw: Some(flaw),
        ..Found::default()
    };
    let path_buf = || path.to_path_buf();
    match bytes(path) {
        Ok(bytes) => {
            let told = line::all(&bytes);
            let damaged = |line| Flaw::Damaged {
                path: path_buf(),
                line,
            };
            Found {
                witnessed: told.witnessed,
                link: told.link,
                flaw: told.damaged.map(damaged),
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            flawed(Flaw::Missing { path: path_buf() })
        }
        Err(error) => flawed(Flaw::Unreadable {
            path: path_buf(),
            why: error.to_string(),
        }),
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = WITNESS_READ_BYTES_MAX;
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let why = format!("it is longer than {most} bytes (WITNESS_READ_BYTES_MAX)");
        return Err(io::Error::new(ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}

/// A witness file that is being kept.
pub struct Witness {
    path: PathBuf,
    file: File,
    link: Hash,
    witnessed: Witnessed,
    bytes: u64,
    /// Bytes of the line that the file was rewritten to.
    base_bytes: u64,
    /// A line may have been written in part: the next one rewrites the file.
    torn: bool,
}

impl Witness {
    /// Opens the file and rewrites it as one line. What was wrong with it is told; a damaged file is kept beside the new one, what could be read
    /// of it counts, and the witness then begins anew at `now_ms`.
    pub fn open(path: &Path, now_ms: i64) -> Result<(Self, Option<Flaw>), LogError> {
        let Found {
            mut witnessed,
            link,
            flaw,
        } = load(path);
        if flaw.is_some() {
            witnessed.since_ms = now_ms;
        }
        if matches!(flaw, Some(Flaw::Damaged { .. } | Flaw::Unreadable { .. })) {
            fs::rename(path, damaged(path)).map_err(|source| failed(path, source))?;
        }
        let base = rewrite(path, &witnessed, &link).map_err(|source| failed(path, source))?;
        let witness = Self {
            path: path.to_path_buf(),
            file: base.file,
            link: base.link,
            witnessed,
            bytes: base.bytes,
            base_bytes: base.bytes,
            torn: false,
        };
        Ok((witness, flaw))
    }

    /// Writes down heads that went on, in one line that is on the disk when this returns. An empty head says that a workspace was deleted on
    /// purpose; any other that does not go beyond what was seen is left out.
    pub fn record(
        &mut self,
        now_ms: i64,
        heads: &BTreeMap<WorkspaceId, Head>,
    ) -> Result<(), LogError> {
        let news: BTreeMap<WorkspaceId, Seen> = heads
            .iter()
            .filter(
                |(workspace, head)| match self.witnessed.seen.get(*workspace) {
                    Some(seen) => head.seq > seen.head.seq || **head == Head::EMPTY,
                    None => **head != Head::EMPTY,
                },
            )
            .map(|(&workspace, &head)| {
                let at_ms = now_ms;
                (workspace, Seen { head, at_ms })
            })
            .collect();
        if news.is_empty() {
            return Ok(());
        }
        let mut after = self.witnessed.clone();
        line::take_in(&mut after, news.clone());
        self.write(&news, &after)
            .map_err(|source| failed(&self.path, source))?;
        self.witnessed = after;
        Ok(())
    }

    /// All it has seen.
    pub const fn witnessed(&self) -> &Witnessed {
        &self.witnessed
    }

    fn write(&mut self, news: &BTreeMap<WorkspaceId, Seen>, after: &Witnessed) -> io::Result<()> {
        let (text, link) = line::more(&self.link, news);
        let longer = self.bytes + text.len() as u64;
        if self.torn || longer > WITNESS_BYTES_MAX.max(2 * self.base_bytes) {
            let base = rewrite(&self.path, after, &self.link)?;
            (self.file, self.link) = (base.file, base.link);
            (self.bytes, self.base_bytes) = (base.bytes, base.bytes);
            self.torn = false;
            return Ok(());
        }
        self.torn = true;
        self.file.write_all(text.as_bytes())?;
        self.file.sync_data()?;
        self.torn = false;
        (self.link, self.bytes) = (link, longer);
        Ok(())
    }
}

/// A file of one line.
struct Base {
    file: File,
    link: Hash,
    bytes: u64,
}

/// Replaces the file by one line that says all, linked to what was there before: whole or not at all.
fn rewrite(path: &Path, witnessed: &Witnessed, previous: &Hash) -> io::Result<Base> {
    let (text, link) = line::base(previous, witnessed);
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let beside = PathBuf::from(name);
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = private::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    if let Some(dir) = path.parent() {
        sync_dir(dir)?;
    }
    Ok(Base {
        file: OpenOptions::new().append(true).open(path)?,
        link,
        bytes: text.len() as u64,
    })
}

fn damaged(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".damaged");
    PathBuf::from(name)
}

fn failed(path: &Path, source: io::Error) -> LogError {
    let path = path.to_path_buf();
    match source.kind() {
        ErrorKind::StorageFull => LogError::DiskFull { path },
        _ => LogError::Witness { path, source },
    }
}
