//! A witness file comes back as it was written, stays small, and says where it is damaged.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn head(seq: u64) -> Head {
    Head {
        seq,
        hash: [seq as u8; 32],
    }
}

fn heads(heads: &[(u64, u64)]) -> BTreeMap<WorkspaceId, Head> {
    let one = |&(workspace, seq): &(u64, u64)| (WorkspaceId(workspace), head(seq));
    heads.iter().map(one).collect()
}

fn seqs(witnessed: &Witnessed) -> Vec<(u64, u64)> {
    let seen = witnessed.seen.iter();
    seen.map(|(workspace, seen)| (workspace.0, seen.head.seq))
        .collect()
}

fn file() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("muddle.witness");
    (dir, path)
}

#[test]
fn what_was_seen_is_there_again_and_never_goes_back() {
    let (_dir, path) = file();
    let (mut witness, flaw) = Witness::open(&path, 10).unwrap();
    assert_eq!(flaw, Some(Flaw::Missing { path: path.clone() }));
    witness.record(20, &heads(&[(0, 1), (3, 5)])).unwrap();
    witness
        .record(30, &heads(&[(0, 1), (3, 4), (4, 1)]))
        .unwrap();
    let before = fs::metadata(&path).unwrap().len();
    witness.record(40, &heads(&[(0, 1), (3, 5)])).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), before, "nothing is new");
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let written = witness.witnessed().clone();
    drop(witness);

    assert_eq!(read(&path), (written.clone(), None));
    let (again, flaw) = Witness::open(&path, 99).unwrap();
    assert_eq!((again.witnessed(), flaw), (&written, None));
    assert_eq!(seqs(&written), [(0, 1), (3, 5), (4, 1)]);
    let times: Vec<i64> = written.seen.values().map(|seen| seen.at_ms).collect();
    assert_eq!((written.since_ms, times), (10, vec![20, 20, 30]));
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
}

#[test]
fn an_empty_head_says_that_a_workspace_was_deleted_on_purpose() {
    let (_dir, path) = file();
    let (mut witness, _) = Witness::open(&path, 1).unwrap();
    witness.record(2, &heads(&[(1, 7), (2, 8)])).unwrap();
    let gone = BTreeMap::from([(WorkspaceId(1), Head::EMPTY)]);
    witness.record(3, &gone).unwrap();
    assert_eq!(seqs(&read(&path).0), [(2, 8)]);
    assert_eq!(
        seqs(Witness::open(&path, 4).unwrap().0.witnessed()),
        [(2, 8)]
    );
}

#[test]
fn a_line_whose_writing_was_interrupted_is_no_damage() {
    let (_dir, path) = file();
    let (mut witness, _) = Witness::open(&path, 1).unwrap();
    witness.record(2, &heads(&[(1, 7)])).unwrap();
    witness.record(3, &heads(&[(1, 8)])).unwrap();
    let whole = fs::read(&path).unwrap();
    let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let third = second
        + whole[second..]
            .iter()
            .position(|byte| *byte == b'\n')
            .unwrap()
        + 1;
    for length in third..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let (witnessed, flaw) = read(&path);
        assert_eq!((seqs(&witnessed), flaw), (vec![(1, 7)], None), "{length}");
    }
}

#[test]
fn every_flipped_bit_is_found_and_the_lines_before_it_count() {
    let (_dir, path) = file();
    let (mut witness, _) = Witness::open(&path, 1).unwrap();
    for seq in 1..4 {
        witness.record(2, &heads(&[(1, seq)])).unwrap();
    }
    let whole = fs::read(&path).unwrap();
    // The last byte ends the last line: without it that line counts as interrupted.
    for at in 0..whole.len() - 1 {
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1;
        fs::write(&path, &spoilt).unwrap();
        let line = whole[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let (witnessed, flaw) = read(&path);
        let damaged = Flaw::Damaged {
            path: path.clone(),
            line,
        };
        assert_eq!(flaw, Some(damaged), "byte {at}");
        let seen = line.checked_sub(2).filter(|seq| *seq > 0);
        let seen: Vec<(u64, u64)> = seen.map(|seq| (1, seq as u64)).into_iter().collect();
        assert_eq!(seqs(&witnessed), seen, "byte {at}");
    }
}

#[test]
fn a_damaged_file_is_kept_and_a_new_one_begins() {
    let (_dir, path) = file();
    let (mut witness, _) = Witness::open(&path, 1).unwrap();
    witness.record(2, &heads(&[(1, 7)])).unwrap();
    let mut spoilt = fs::read(&path).unwrap();
    spoilt.extend_from_slice(b"more -\n");
    fs::write(&path, &spoilt).unwrap();
    let (again, flaw) = Witness::open(&path, 50).unwrap();
    assert!(
        matches!(flaw, Some(Flaw::Damaged { line: 3, .. })),
        "{flaw:?}"
    );
    assert_eq!(again.witnessed().since_ms, 50, "there is a gap before");
    assert_eq!(seqs(again.witnessed()), [(1, 7)], "what was read counts");
    assert_eq!(fs::read(damaged(&path)).unwrap(), spoilt);
    assert_eq!(read(&path), (again.witnessed().clone(), None));
}

#[test]
fn the_file_stays_small() {
    let (_dir, path) = file();
    let (mut witness, _) = Witness::open(&path, 1).unwrap();
    let mut longest = 0;
    let many = |seq| {
        (0..400)
            .map(|workspace| (workspace, seq))
            .collect::<Vec<_>>()
    };
    for seq in 1..60 {
        witness.record(2, &heads(&many(seq))).unwrap();
        longest = longest.max(fs::metadata(&path).unwrap().len());
    }
    assert!(longest > WITNESS_BYTES_MAX / 2 && longest <= WITNESS_BYTES_MAX);
    assert_eq!(read(&path), (witness.witnessed().clone(), None));
    assert_eq!(seqs(witness.witnessed()), many(59));
}
