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

#[test]
fn a_large_blob_is_packed_only_where_that_halves_it_and_comes_back_either_way() {
    let noise: Vec<u8> = (0..2_u32 << 20)
        .map(|n| b'A' + (n.wrapping_mul(2_654_435_761).rotate_left(n % 31) >> 8) as u8 % 64)
        .collect();
    let text = b"the same line again\n".repeat(100_000);
    for (raw, smaller) in [(noise, false), (text, true)] {
        let blob = Blob::pack(&raw, Audience::All);
        assert_eq!(blob.packed.len() * 2 < raw.len(), smaller);
        assert_eq!(blob.unpack().ok(), Some(raw));
    }
}
