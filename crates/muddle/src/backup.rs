//! `muddle backup`: a copy of the log of a data directory on this machine, whether or not a server runs on it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Copies the log of `data` to a new file, and says where it went and how to use it.
pub fn run(data: &Path, file: &Path) -> Result<u8, Failure> {
    let copied = muddle_log::backup(data, file)?;
    let place = file.canonicalize().unwrap_or_else(|_| PathBuf::from(file));
    writeln!(
        std::io::stdout(),
        "{} holds the log of {} as it was: {} of {} workspaces. To restore it, see \"Backup and restore\" in docs/log-format.md.",
        place.display(),
        data.display(),
        entries(copied.entries),
        copied.workspaces,
    )?;
    Ok(0)
}

fn entries(count: u64) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    }
}
