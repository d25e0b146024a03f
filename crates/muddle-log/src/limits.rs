//! Every named maximum of the log, in one place.
//!
//! Read by the stores and the writer. Units are last in the names; nothing here is tuned at run time except through `WriterLimits`.

use std::time::Duration;

/// Bytes of one blob part. A part is what one transaction of `put_blobs` writes, so it bounds how long a large opening holds up a group commit.
pub const BLOB_PART_BYTES: usize = 256 * 1024;

/// Bytes of blob parts that are written without waiting for the disk: the append that names them takes them along, and must not wait long for them.
pub const BLOB_UNSYNCED_BYTES_MAX: usize = 1024 * 1024;

/// Bytes a blob may unpack to (a candidate's attachment may have 20 MiB, an opening of 100,000 records some 100).
pub const BLOB_UNPACKED_BYTES_MAX: u64 = 1 << 30;

/// From how many bytes on a blob is packed only where it pays.
pub const PACK_SAMPLED_BYTES_MIN: usize = 1024 * 1024;

/// Bytes that are packed to see whether it does: to less than half.
pub const PACK_SAMPLE_BYTES: usize = 64 * 1024;

/// Rows one transaction of `delete` erases.
pub const ERASE_ROWS: usize = 2_000;

/// Pause between two pieces of slow work, so that a waiting group commit gets the connection.
pub const PIECE_PAUSE: Duration = Duration::from_micros(200);

/// Idle reading connections a store keeps.
pub const READERS_IDLE_MAX: usize = 4;

/// How long SQLite waits for another process that holds the database (a shell looking at it) before it answers busy.
pub const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Bytes of a database page.
pub const PAGE_BYTES: u32 = 8_192;

/// Pages of write-ahead log before a commit copies what is left of them and starts the log over: 16 MiB.
pub const CHECKPOINT_PAGES: u32 = 16 * 1024 * 1024 / PAGE_BYTES;

/// Pages of write-ahead log from which a thread copies them ahead: 14 MiB.
pub const CHECKPOINT_AHEAD_PAGES: u32 = CHECKPOINT_PAGES / 8 * 7;

/// Page cache of the writing connection.
pub const WRITER_CACHE_KIB: u32 = 16 * 1024;

/// Prepared statements a connection keeps.
pub const STATEMENTS_MAX: usize = 32;

/// Appends queued or being committed; callers beyond wait for a permit.
pub const QUEUED_MAX: usize = 4_096;

/// Entries of one group commit.
pub const BATCH_ENTRIES_MAX: usize = 1_024;

/// Bytes of one group commit.
pub const BATCH_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Wire rows waiting to be written; more are dropped and counted.
pub const WIRE_QUEUED_MAX: usize = 65_536;

/// Wire rows of one transaction.
pub const WIRE_BATCH_MAX: usize = 256;

/// How long wire rows gather while there are few of them and nothing else to do.
pub const WIRE_DELAY_MAX: Duration = Duration::from_millis(100);

/// How long the writer waits for more before it commits, under load. Measured against none with 8 to 64 callers: 3 to 12 % more commits a second.
pub const LINGER: Duration = Duration::from_micros(50);

/// The load from which it does: the last round had more appends than this.
pub const LINGER_APPENDS_MIN: usize = 4;

/// How long a close waits for reads under way and for another program that holds the database.
pub const CLOSE_WAIT: Duration = Duration::from_secs(5);

/// Pause between two lines of the witness: what was written since the last one may be cut without anybody noticing.
pub const WITNESS_EVERY: Duration = Duration::from_secs(5);

/// Bytes of a witness file from which it is rewritten as one line.
pub const WITNESS_BYTES_MAX: u64 = 1024 * 1024;

/// The longest witness file that is read: some 700,000 workspaces in one line.
pub const WITNESS_READ_BYTES_MAX: u64 = 64 * 1024 * 1024;
