//! Each store, and the faulty one around it at rest, does what every store must do.

use std::sync::atomic::{AtomicUsize, Ordering};

use muddle_log::{Faulty, Memory, Sqlite, conformance};
use tempfile::TempDir;

/// Data directories, removed together.
struct Directories {
    root: TempDir,
    made: AtomicUsize,
}

impl Directories {
    fn new() -> Self {
        Self {
            root: tempfile::tempdir().expect("a temporary directory can be made"),
            made: AtomicUsize::new(0),
        }
    }

    fn open(&self) -> Sqlite {
        let name = self.made.fetch_add(1, Ordering::Relaxed).to_string();
        Sqlite::open(&self.root.path().join(name)).expect("a fresh directory opens")
    }
}

#[test]
fn memory_conforms() {
    conformance::run(Memory::new);
}

#[test]
fn sqlite_conforms() {
    let directories = Directories::new();
    conformance::run(|| directories.open());
}

#[test]
fn a_faulty_store_at_rest_conforms() {
    conformance::run(|| Faulty::new(Memory::new()));
    let directories = Directories::new();
    conformance::run(|| Faulty::new(directories.open()));
}
