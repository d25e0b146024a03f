//! How much two bodies say the same: Jaccard of their five-word shingles.
//!
//! Called by `Mailbag` while it writes and by tests that measure an office. Words are compared without case and
//! punctuation.

/// Words per shingle.
const WORDS: usize = 5;

/// The sorted set of a body's shingles, each as a hash.
pub fn shingles(body: &str) -> Vec<u64> {
    let words: Vec<String> = body
        .split_whitespace()
        .map(|word| {
            word.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
        .collect();
    let mut set: Vec<u64> = words.windows(WORDS).map(hash).collect();
    set.sort_unstable();
    set.dedup();
    set
}

/// Shared shingles in percent of all shingles of both; 0 where neither has any.
pub fn jaccard_percent(one: &[u64], other: &[u64]) -> u64 {
    let (mut i, mut j, mut shared) = (0, 0, 0u64);
    while i < one.len() && j < other.len() {
        match one[i].cmp(&other[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    let all = (one.len() + other.len()) as u64 - shared;
    (shared * 100).checked_div(all).unwrap_or(0)
}

/// FNV-1a over the words and the gaps between them.
fn hash(words: &[String]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in words.iter().flat_map(|word| word.bytes().chain([b' '])) {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0100_0000_01b3);
    }
    hash
}
