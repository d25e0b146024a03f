//! What lies beside the entries: blobs, the wire stream, and deletion.
//!
//! Called by the suite. Invariant: every failure is a sentence about the store.

use std::sync::Arc;

use super::{ADA, BEN, commit, entries, of, ok};
use crate::blob::{Audience, Blob};
use crate::limits::{BLOB_PART_BYTES, ERASE_ROWS};
use crate::store::Log;
use crate::stored::{Append, Appended, Head, WireRow};

pub(super) fn keeps_blobs(log: &impl Log) {
    let (early, late) = (
        Blob::pack(b"put before", Audience::Grader),
        Blob::pack(b"comes along", Audience::All),
    );
    ok(log.put_blobs(&[early.clone(), early.clone()]));
    assert_eq!(
        ok(log.blob(&early.digest)),
        Some(early.clone()),
        "a blob is there once it is put"
    );
    commit(
        log,
        &Append {
            blobs: vec![early.clone(), late.clone(), late.clone()],
            ..entries(Head::EMPTY, 1, 1)
        },
    );
    assert_eq!(
        ok(log.blob(&late.digest)),
        Some(late),
        "a blob comes along with an append"
    );
    let refused = Blob::pack(b"refused", Audience::All);
    log.append(&[Append {
        blobs: vec![refused.clone()],
        ..entries(Head::EMPTY, 1, 9)
    }]);
    assert_eq!(
        ok(log.blob(&refused.digest)),
        None,
        "the blobs of a lost append are not kept"
    );
    let back = ok(log.blob(&early.digest)).map(|blob| ok(blob.unpack()));
    assert_eq!(
        back.as_deref(),
        Some(b"put before".as_slice()),
        "a blob unpacks to what was packed"
    );
}

pub(super) fn keeps_large_blobs(log: &impl Log) {
    let length = BLOB_PART_BYTES * 5 / 2;
    // Noise does not shrink, so this takes three parts.
    let noise: Vec<u8> = (0..length as u64)
        .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u8)
        .collect();
    let large = Blob {
        packed: noise.into(),
        ..Blob::pack(b"stands for its digest", Audience::All)
    };
    let empty = Blob {
        packed: Arc::from([].as_slice()),
        ..Blob::pack(b"another", Audience::All)
    };
    let many: Vec<Blob> = (0..300_u32)
        .map(|i| Blob::pack(&i.to_be_bytes(), Audience::All))
        .collect();
    ok(log.put_blobs(&[vec![large.clone(), empty.clone()], many.clone()].concat()));
    for blob in many.iter().chain([&large, &empty]) {
        assert_eq!(
            ok(log.blob(&blob.digest)).as_ref(),
            Some(blob),
            "blobs come back whole, whatever their size and number"
        );
    }
}

pub(super) fn widens_an_audience_only(log: &impl Log) {
    let graders = Blob::pack(b"a text both have", Audience::Grader);
    let all = Blob {
        audience: Audience::All,
        ..graders.clone()
    };
    ok(log.put_blobs(std::slice::from_ref(&graders)));
    ok(log.put_blobs(std::slice::from_ref(&all)));
    assert_eq!(
        ok(log.blob(&all.digest)),
        Some(all.clone()),
        "what was given to all is for all"
    );
    ok(log.put_blobs(&[graders]));
    assert_eq!(ok(log.blob(&all.digest)), Some(all), "and stays so");
}

pub(super) fn keeps_the_wire_stream(log: &impl Log) {
    commit(log, &entries(Head::EMPTY, 5, 1));
    let row = |seq: u64, json: &str| WireRow {
        workspace: ADA,
        seq,
        json: json.into(),
    };
    ok(log.append_wire(&[row(4, "four"), row(2, "two")]));
    ok(log.append_wire(&[
        row(3, "three"),
        row(2, "two again"),
        WireRow {
            workspace: BEN,
            ..row(1, "nobody's")
        },
    ]));
    ok(log.append_wire(&[]));
    assert_eq!(
        ok(log.read_wire(ADA, 1, 2)),
        [row(2, "two again"), row(3, "three")],
        "rows come by seq, the later one counts"
    );
    assert_eq!(
        ok(log.read_wire(ADA, 4, 9)),
        [row(4, "four")],
        "from is a seq"
    );
    assert!(
        ok(log.read_wire(BEN, 0, 9)).is_empty(),
        "rows of a workspace without entries are let go"
    );
}

pub(super) fn deletes_one_workspace_only(log: &impl Log) {
    let (shared, own) = (
        Blob::pack(b"shared", Audience::All),
        Blob::pack(b"own", Audience::All),
    );
    let ada = Append {
        blobs: vec![shared.clone(), own.clone()],
        ..entries(Head::EMPTY, 3, 1)
    };
    let ben = of(
        BEN,
        Append {
            blobs: vec![shared.clone()],
            ..entries(Head::EMPTY, 3, 2)
        },
    );
    log.append(&[ada.clone(), ben.clone()]);
    ok(log.append_wire(&[WireRow {
        workspace: ADA,
        seq: 1,
        json: "gone".into(),
    }]));
    ok(log.delete(ADA));
    assert_eq!(
        ok(log.head(ADA)),
        Head::EMPTY,
        "a deleted workspace has no head"
    );
    assert!(
        ok(log.read(ADA, 1, 9)).is_empty() && ok(log.read_wire(ADA, 1, 9)).is_empty(),
        "nor entries, nor wire rows"
    );
    assert_eq!(ok(log.blob(&own.digest)), None, "its own blobs are gone");
    assert_eq!(
        ok(log.blob(&shared.digest)),
        Some(shared.clone()),
        "what another owns is kept"
    );
    assert_eq!(
        ok(log.heads()),
        [(BEN, ben.head_after())].into(),
        "the other workspace is kept"
    );
    assert_eq!(ok(log.read(BEN, 1, 9)), ben.entries, "with its entries");
    let answers = log.append(&[entries(ada.head_after(), 1, 1)]);
    assert!(
        matches!(answers.as_slice(), [Appended::Lost(Head::EMPTY)]),
        "who still works on it has lost: {answers:?}"
    );
    ok(log.delete(BEN));
    assert_eq!(
        ok(log.blob(&shared.digest)),
        None,
        "the last owner takes the blob along"
    );
}

pub(super) fn shares_blobs_between_workspaces(log: &impl Log) {
    let blob = Blob::pack(b"shared", Audience::All);
    let ada = Append {
        blobs: vec![blob.clone()],
        ..entries(Head::EMPTY, 2, 1)
    };
    commit(log, &ada);
    ok(log.share_blobs(ADA, BEN));
    commit(log, &of(BEN, entries(Head::EMPTY, 2, 1)));
    ok(log.delete(ADA));
    assert_eq!(
        ok(log.blob(&blob.digest)),
        Some(blob.clone()),
        "whom it was shared with keeps it"
    );
    ok(log.delete(BEN));
    assert_eq!(ok(log.blob(&blob.digest)), None);
}

pub(super) fn deletes_large_workspaces(log: &impl Log) {
    let count = ERASE_ROWS as u64 * 2 + 1;
    commit(log, &entries(Head::EMPTY, count, 1));
    let row = |seq| WireRow {
        workspace: ADA,
        seq,
        json: String::new(),
    };
    ok(log.append_wire(&(1..=count).map(row).collect::<Vec<_>>()));
    ok(log.delete(ADA));
    assert!(
        ok(log.heads()).is_empty(),
        "nothing is left of a large workspace"
    );
    commit(log, &entries(Head::EMPTY, 2, 3));
    assert_eq!(
        ok(log.read(ADA, 1, 9)).len(),
        2,
        "its number can be used again"
    );
    assert!(
        ok(log.read_wire(ADA, 1, 9)).is_empty(),
        "without what was there before"
    );
}
