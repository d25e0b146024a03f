//! Proofs that a blob comes back as it was, and that damage is noticed.
//!
//! Run by `cargo test`; no store, no office.

use super::*;

#[test]
fn packs_and_unpacks_whatever_the_size() {
    for size in [0, 1, 4_096, 1_000_000] {
        let raw: Vec<u8> = (0..size).map(|i: u32| (i / 7) as u8).collect();
        let blob = Blob::pack(&raw, Audience::All);
        assert_eq!(blob.length, u64::from(size));
        assert_eq!(blob.unpack().unwrap(), raw);
    }
}

#[test]
fn notices_a_flip_of_any_single_bit() {
    let blob = Blob::pack(
        "the same line, again and again\n".repeat(40).as_bytes(),
        Audience::Grader,
    );
    for bit in 0..blob.packed.len() * 8 {
        let mut packed = blob.packed.to_vec();
        packed[bit / 8] ^= 1 << (bit % 8);
        let flipped = Blob {
            packed: packed.into(),
            ..blob.clone()
        };
        assert!(
            matches!(flipped.unpack(), Err(LogError::BlobDamaged { .. })),
            "bit {bit}"
        );
    }
}

#[test]
fn refuses_a_wrong_length_or_digest() {
    let blob = Blob::pack(b"twelve bytes", Audience::All);
    assert!(
        Blob {
            length: 11,
            ..blob.clone()
        }
        .unpack()
        .is_err()
    );
    assert!(
        Blob {
            length: u64::MAX,
            ..blob.clone()
        }
        .unpack()
        .is_err()
    );
    assert!(
        Blob {
            digest: [7; 32],
            ..blob.clone()
        }
        .unpack()
        .is_err()
    );
    assert!(
        Blob {
            packed: Arc::from([].as_slice()),
            ..blob
        }
        .unpack()
        .is_err()
    );
}
