//! What a command says when it cannot go on: one sentence and an exit code.

use std::fmt;

use muddle_log::LogError;
use muddle_office::OfficeError;
use muddle_server::socket::BindError;

/// Anything without a code of its own; clap's own is 2.
const OTHER: u8 = 1;
/// The data directory is another process's.
const LOCKED: u8 = 3;
/// The port is another process's.
const PORT_TAKEN: u8 = 4;
/// No space left.
const DISK_FULL: u8 = 5;
/// A newer Muddle wrote the database.
const NEWER: u8 = 6;
/// No server answers.
const NO_SERVER: u8 = 7;

/// Why a command ended.
#[derive(Debug)]
pub struct Failure {
    /// What the process exits with.
    pub exit: u8,
    sentence: String,
}

impl Failure {
    /// A failure without a code of its own.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self {
            exit: OTHER,
            sentence: sentence.into(),
        }
    }

    /// The same without the name of a flag, for a value that stands alone.
    pub fn without_flag(self, name: &str) -> Self {
        let sentence = self.sentence.strip_prefix(&format!("--{name}: "));
        match sentence.map(str::to_owned) {
            Some(sentence) => Self { sentence, ..self },
            None => self,
        }
    }

    /// No server answers.
    pub fn no_server(sentence: impl Into<String>) -> Self {
        Self {
            exit: NO_SERVER,
            ..Self::new(sentence)
        }
    }

    /// A file that cannot be read or written.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        let exit = match error.kind() {
            std::io::ErrorKind::StorageFull => DISK_FULL,
            _ => OTHER,
        };
        Self {
            exit,
            ..Self::new(format!("{} cannot be used: {error}.", path.display()))
        }
    }

    /// A log that did not open; `marks` are the files that say that its directory was in use.
    pub fn log_lost(dir: &std::path::Path, marks: &[&str], error: LogError) -> Self {
        let lost = match &error {
            LogError::NoDatabase { .. } => "its database muddle.db is missing",
            LogError::NoLog { .. } => "its database muddle.db is empty",
            _ => return error.into(),
        };
        let (dir, marks) = (dir.display(), marks.join(", "));
        Self::new(format!(
            "The data directory {dir} was in use ({marks}), but {lost}: put it or a backup back, or move those files away to begin anew."
        ))
    }

    /// The office did not start over a log that opened.
    pub fn start(dir: &std::path::Path, error: &OfficeError) -> Self {
        let dir = dir.display();
        match error {
            OfficeError::NotKept => Self {
                exit: DISK_FULL,
                ..Self::new(format!(
                    "The log in {dir} cannot be written; make room on its disk and start again."
                ))
            },
            other => Self::new(format!("The office in {dir} does not start: {other}.")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        let exit = match error {
            LogError::Locked { .. } | LogError::Busy { .. } => LOCKED,
            LogError::DiskFull { .. } => DISK_FULL,
            LogError::NewerVersion { .. } => NEWER,
            _ => OTHER,
        };
        Self {
            exit,
            ..Self::new(error.to_string())
        }
    }
}

impl From<BindError> for Failure {
    fn from(error: BindError) -> Self {
        let exit = match error {
            BindError::PortTaken(_) => PORT_TAKEN,
            _ => OTHER,
        };
        let sentence = error.to_string();
        Self {
            exit,
            ..Self::new(sentence)
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            // The reader has seen enough (`… | head`): that is an end, not a failure.
            return Self {
                exit: 0,
                ..Self::new("")
            };
        }
        Self::new(error.to_string())
    }
}
