//! How long a delay is: fixed, uniform or log-normal, in whole milliseconds and without floating point.
//!
//! Called by [`super::judge`]. The log-normal goes through base-2 logarithms in fixed point and a table of normal
//! quantiles, so that a replay on any machine waits for the same millisecond.

use serde::{Deserialize, Serialize};

/// The longest injected delay; a longer draw is cut to it.
pub const DELAY_MS_MAX: i64 = 15 * 60 * 1_000;

/// A distribution of delays, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Latency {
    /// Always the same.
    Fixed(i64),
    /// Anything between, both included.
    Uniform(i64, i64),
    /// By its median and its 99th percentile.
    Lognormal {
        /// Half of the draws are below.
        median: i64,
        /// One in a hundred is above.
        p99: i64,
    },
}

/// Normal quantiles times 1000 at probabilities 1/2, 33/64, …, 63/64, then 127/128, 255/256, 511/512, 1023/1024.
const QUANTILES: [i64; 36] = [
    0, 39, 78, 118, 157, 197, 237, 278, 319, 360, 402, 445, 489, 533, 579, 626, 674, 724, 776, 830,
    887, 947, 1010, 1078, 1150, 1229, 1318, 1417, 1534, 1676, 1863, 2154, 2418, 2660, 2886, 3097,
];

/// The normal quantile of 99 %, times 1000.
const Z99: i64 = 2_326;

impl Latency {
    /// The delay that 53 drawn bits stand for.
    pub fn sample(self, draw: u64) -> i64 {
        let ms = match self {
            Self::Fixed(ms) => ms,
            Self::Uniform(low, high) => low + (draw % (high.abs_diff(low) + 1)) as i64,
            Self::Lognormal { median, p99 } => {
                lognormal(median.max(1), p99.max(median.max(1)), draw)
            }
        };
        ms.clamp(0, DELAY_MS_MAX)
    }
}

fn lognormal(median: i64, p99: i64, draw: u64) -> i64 {
    let z = normal(draw);
    let spread = log2_q16(p99) - log2_q16(median);
    exp2_q16(log2_q16(median) + spread * z / Z99)
}

/// A standard normal times 1000 from 53 bits: the top bit is the sign, the next 20 the place in the table.
fn normal(draw: u64) -> i64 {
    let negative = (draw >> 52) & 1 == 1;
    let place = (draw >> 32) & 0xF_FFFF; // 20 bits: the upper half of the distribution in 2^20 steps
    let z = if place < 31 << 15 {
        between(
            QUANTILES[(place >> 15) as usize],
            QUANTILES[(place >> 15) as usize + 1],
            place & 0x7FFF,
            15,
        )
    } else {
        let mut rest = place - (31 << 15);
        let (mut cell, mut bits) = (31usize, 14u32);
        while cell < 34 && rest >= 1 << bits {
            rest -= 1 << bits;
            cell += 1;
            bits -= 1;
        }
        between(
            QUANTILES[cell],
            QUANTILES[cell + 1],
            rest.min((1 << bits) - 1),
            bits,
        )
    };
    if negative { -z } else { z }
}

fn between(low: i64, high: i64, part: u64, bits: u32) -> i64 {
    low + (((high - low) * part as i64) >> bits)
}

/// Base-2 logarithm in 16.16 fixed point, by repeated squaring.
fn log2_q16(value: i64) -> i64 {
    let value = value.max(1) as u64;
    let whole = i64::from(63 - value.leading_zeros());
    let mut mantissa = (u128::from(value) << 32) >> whole; // 1.0 ..2.0 with 32 fractional bits
    let mut result = whole << 16;
    for bit in (0..16).rev() {
        mantissa = (mantissa * mantissa) >> 32;
        if mantissa >= 2 << 32 {
            mantissa >>= 1;
            result |= 1 << bit;
        }
    }
    result
}

/// 2 to a 16.16 power, rounded down to a whole number.
fn exp2_q16(power: i64) -> i64 {
    /// 2^(1/2), 2^(1/4), … with 32 fractional bits.
    const ROOTS: [u64; 16] = [
        6_074_000_999,
        5_107_605_667,
        4_683_693_951,
        4_485_124_209,
        4_389_015_214,
        4_341_736_474,
        4_318_288_476,
        4_306_611_996,
        4_300_785_673,
        4_297_875_499,
        4_296_421_152,
        4_295_694_161,
        4_295_330_713,
        4_295_149_000,
        4_295_058_147,
        4_295_012_721,
    ];
    let power = power.clamp(0, 40 << 16);
    let mut product: u128 = 1 << 32;
    for (i, root) in ROOTS.iter().enumerate() {
        if (power >> (15 - i)) & 1 == 1 {
            product = (product * u128::from(*root)) >> 32;
        }
    }
    ((product << (power >> 16)) >> 32) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Seed;

    #[test]
    fn a_lognormal_has_the_median_and_the_tail_it_was_given() {
        let latency = Latency::Lognormal {
            median: 900,
            p99: 4_000,
        };
        let seed = Seed::from_number(5);
        let mut drawn: Vec<i64> = (0u64..20_000)
            .map(|n| latency.sample(seed.draw(&[b"t", &n.to_be_bytes()]) >> 11))
            .collect();
        drawn.sort_unstable();
        let (median, p99) = (drawn[10_000], drawn[19_800]);
        assert!((860..=940).contains(&median), "median {median}");
        assert!((3_600..=4_400).contains(&p99), "p99 {p99}");
    }

    #[test]
    fn powers_and_logarithms_undo_each_other() {
        for value in [1, 2, 3, 10, 900, 65_537, 900_000] {
            let back = exp2_q16(log2_q16(value));
            assert!(
                (back - value).abs() <= value / 5_000 + 1,
                "{value} came back as {back}"
            );
        }
    }

    #[test]
    fn uniform_keeps_its_ends() {
        let latency = Latency::Uniform(10, 12);
        let seen: std::collections::BTreeSet<i64> =
            (0..100).map(|draw| latency.sample(draw)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [10, 11, 12]);
    }
}
