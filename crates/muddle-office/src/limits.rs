//! Every named maximum of an office as a whole, in one place; those of one workspace stand in `muddle_world::limits`.
//!
//! Read by the office and the server. Units are last in the names.

/// A body or an answer of more bytes than this is large: work on it leaves the worker threads.
pub const LARGE_BYTES_MIN: usize = 64 << 10;

/// Bytes of large bodies that are being read or worked on at once; further ones wait their turn.
pub const BODIES_BYTES_MAX: usize = 64 << 20;

/// The part of them that one workspace's callers may hold.
pub const WORKSPACE_BODIES_BYTES_MAX: usize = BODIES_BYTES_MAX / 2;

/// Of how many processors one is left to large jobs at a time; there is always one job at least.
pub const CORES_PER_HEAVY_JOB: usize = 2;

/// Workspaces that are woken at once; further ones wait.
pub const WAKING_MAX: usize = 2;

/// Forks of one workspace.
pub const FORKS_MAX: usize = 64;

/// Workspaces in memory at once; beyond, the least recently used one goes to sleep.
pub const AWAKE_MAX: usize = 1_024;

/// Bytes that workspaces in memory may hold, estimated; beyond, the least recently used one goes to sleep.
pub const AWAKE_BYTES_MAX: u64 = 224 << 20;

/// What a record of an opening takes in memory, about: workspaces of one opening share it.
pub const OPENING_RECORD_BYTES: u64 = 5 << 10;

/// What a workspace takes in memory beside its opening and its entries, about.
pub const WORKSPACE_BYTES: u64 = 256 << 10;

/// What an entry leaves in memory, about.
pub const ENTRY_BYTES: u64 = 128;

/// Entries that are read from the log at once.
pub const PAGE_ENTRIES_MAX: usize = 2_048;

/// Bytes of such a page; where the last one had more, the next has fewer entries.
pub const PAGE_BYTES_MAX: usize = 4 << 20;
