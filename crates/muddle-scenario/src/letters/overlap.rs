//! How much two bodies say the same: Jaccard of their five-word shingles.
//!
//! Called by `Mailbag` while it writes, through [`Bodies`], and by tests that measure an office. Words are compared without case and
//! punctuation.

use std::collections::BTreeMap;

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

/// Bodies of which one can be asked which is most like a new one. Only bodies that share a shingle are looked at.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// The bodies that have a shingle.
    having: BTreeMap<u64, Vec<u32>>,
    /// How many shingles each body has.
    lengths: Vec<u32>,
}

impl Bodies {
    /// Adds a body's shingles.
    pub(super) fn add(&mut self, shingles: &[u64]) {
        let body = self.lengths.len() as u32;
        self.lengths.push(shingles.len() as u32);
        for shingle in shingles {
            self.having.entry(*shingle).or_default().push(body);
        }
    }

    /// What these shingles share with those of the body that is most like them, as [`jaccard_percent`] counts it.
    pub(super) fn most_shared_percent(&self, shingles: &[u64]) -> u64 {
        let mut shared = vec![0u64; self.lengths.len()];
        for body in shingles
            .iter()
            .filter_map(|one| self.having.get(one))
            .flatten()
        {
            shared[*body as usize] += 1;
        }
        let lengths = self.lengths.iter().map(|length| u64::from(*length));
        shared
            .iter()
            .zip(lengths)
            .map(|(shared, length)| percent(*shared, shingles.len() as u64, length))
            .max()
            .unwrap_or(0)
    }
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
    percent(shared, one.len() as u64, other.len() as u64)
}

fn percent(shared: u64, one: u64, other: u64) -> u64 {
    (shared * 100)
        .checked_div(one + other - shared)
        .unwrap_or(0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_finds_what_comparing_with_every_body_finds() {
        let told = [
            "the lamp came broken and the box was open already",
            "hello the lamp came broken and I would like my money back",
            "",
            "where is my order it should have been here on monday",
        ];
        let sets: Vec<Vec<u64>> = told.iter().map(|body| shingles(body)).collect();
        let mut bodies = Bodies::default();
        for (nth, set) in sets.iter().enumerate() {
            let each = sets[..nth].iter().map(|other| jaccard_percent(set, other));
            assert_eq!(
                bodies.most_shared_percent(set),
                each.max().unwrap_or(0),
                "body {nth}"
            );
            bodies.add(set);
        }
    }
}
