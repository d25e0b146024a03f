//! Our own failures, each with what to do about it. None of them ever looks like a vendor's.

use muddle_log::LogError;

use crate::act::ActError;

/// What can go wrong in an office.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// No such workspace.
    #[error("there is no workspace `{0}`")]
    NoWorkspace(String),
    /// The workspace has no such key.
    #[error("the workspace has no key `{0}`; keys are named by ordinal, as in k1")]
    NoKey(String),
    /// Its office is closed.
    #[error("the workspace is sealed; its office takes no more calls")]
    Sealed,
    /// The entry could not be kept, so nothing was done.
    #[error("the sandbox could not keep this call in its log, so it did not happen; try again")]
    NotKept,
    /// The server is stopping.
    #[error("the sandbox is stopping")]
    Stopping,
    /// The store failed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A rule broke.
    #[error(transparent)]
    Act(#[from] ActError),
    /// Stored bytes are not what they should be.
    #[error("workspace `{workspace}`, entry {seq}: {what}")]
    Damaged {
        /// Which.
        workspace: String,
        /// Where.
        seq: u64,
        /// What is wrong.
        what: String,
    },
    /// The scenario has fewer cases than asked for.
    #[error("`{scenario}` has {most} cases; take 1 to {most}")]
    TooManyCases {
        /// Its name.
        scenario: String,
        /// How many it has.
        most: u64,
    },
    /// A log lacks what somebody saw of it, or is not what they saw.
    #[error("the log of workspace `{workspace}` is not whole: {what}")]
    NotWhole {
        /// Its name.
        workspace: String,
        /// What is wrong, in a sentence.
        what: String,
    },
    /// The register cannot be trusted as a whole, so nothing is added to anything.
    #[error(
        "{0}; this server only reads: logs, verify, backups and grades of sealed offices, with the admin's token. Stop it and restore a backup"
    )]
    ReadOnly(String),
    /// The request cannot be carried out as asked.
    #[error("{0}")]
    Invalid(String),
    /// The workspace's mode or state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// A named limit of the office is reached.
    #[error("{0}")]
    Limit(String),
    /// A scenario has mistakes.
    #[error("{0}")]
    Scenario(String),
}
