//! Chance as a function of a seed: one PRF, and dice drawn from it by purpose.
//!
//! Called by the generator, by fault draws and by everything that mints an id. There is no shared stream and no
//! entropy here: two callers with different purposes can never shift each other's draws, and the same seed and
//! purpose give the same numbers on every machine and in every release (golden-tested below).

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use sha2::{Digest, Sha256};

/// The 256 bits from which a workspace grows. Whoever knows it can rebuild the office, so it is shown to nobody but
/// graders and admins; `Debug` prints only its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// A seed from 256 bits that the caller drew.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The seed that `--seed N` names.
    pub fn from_number(n: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"muddle seed ");
        hash.update(n.to_be_bytes());
        Self(hash.finalize().into())
    }

    /// The bytes themselves, for sealing into the register.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Names the seed without telling it.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// PRF(seed, parts…). Each part is length-prefixed, so ("ab", "c") and ("a", "bc") differ.
    pub fn prf(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }

    /// One draw of 64 bits.
    pub fn draw(&self, parts: &[&[u8]]) -> u64 {
        let bytes = self.prf(parts);
        let mut first = [0u8; 8];
        first.copy_from_slice(&bytes[..8]);
        u64::from_be_bytes(first)
    }

    /// Dice of their own for one purpose.
    pub fn dice(&self, parts: &[&str]) -> Dice {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        Dice {
            stream: ChaCha8Rng::from_seed(self.prf(&parts)),
        }
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Seed(digest {})",
            &data_encoding::HEXLOWER.encode(&self.digest())[..12]
        )
    }
}

/// A private stream of draws. The reductions are our own, because a library may change how it maps bits to ranges.
pub struct Dice {
    stream: ChaCha8Rng,
}

impl Dice {
    /// 64 raw bits.
    pub fn bits(&mut self) -> u64 {
        self.stream.next_u64()
    }

    /// Uniform in `0..n`; 0 for `n == 0`. Unbiased (Lemire's multiply-and-reject).
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        let threshold = n.wrapping_neg() % n;
        loop {
            let wide = u128::from(self.bits()) * u128::from(n);
            if (wide as u64) >= threshold {
                return (wide >> 64) as u64;
            }
        }
    }

    /// Uniform in `low..=high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        debug_assert!(low <= high);
        low + self.below(high.abs_diff(low) + 1) as i64
    }

    /// True with probability `numerator / denominator`.
    pub fn chance(&mut self, numerator: u64, denominator: u64) -> bool {
        self.below(denominator) < numerator
    }

    /// True in `percent` of a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.chance(percent, 100)
    }

    /// One of a non-empty slice.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// Fisher–Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_the_same_for_ever() {
        let seed = Seed::from_number(1);
        assert_eq!(data_encoding::HEXLOWER.encode(seed.bytes()), GOLDEN_SEED);
        let mut dice = seed.dice(&["golden"]);
        let drawn: Vec<u64> = (0..6).map(|_| dice.below(1000)).collect();
        assert_eq!(drawn, GOLDEN_DRAWS);
    }

    #[test]
    fn parts_do_not_run_together() {
        let seed = Seed::from_number(7);
        assert_ne!(seed.draw(&[b"ab", b"c"]), seed.draw(&[b"a", b"bc"]));
    }

    #[test]
    fn every_value_of_a_small_range_is_met() {
        let mut dice = Seed::from_number(3).dice(&["range"]);
        let mut seen = [0u32; 7];
        for _ in 0..7000 {
            seen[(dice.between(-3, 3) + 3) as usize] += 1;
        }
        assert!(seen.iter().all(|n| (800..1200).contains(n)), "{seen:?}");
    }

    const GOLDEN_SEED: &str = "78304db65317f584a513caf857da756f16e1b7439501eafb9f45cdba8de46300";
    const GOLDEN_DRAWS: [u64; 6] = [847, 388, 226, 103, 206, 322];
}
