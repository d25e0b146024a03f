//! Durable append-only log of bytes per workspace, and blobs.
