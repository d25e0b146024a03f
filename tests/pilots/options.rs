//! The command line: which seeds, which server, how many at a time.

use std::ops::RangeInclusive;
use std::path::PathBuf;

/// What was asked for.
#[derive(Debug)]
pub struct Options {
    /// Seeds, first and last included.
    pub seeds: RangeInclusive<u64>,
    /// The server's binary.
    pub server: PathBuf,
    /// Flights at a time.
    pub jobs: usize,
    /// Say what each flight did and lost.
    pub show: bool,
    /// Fly `careful` once where time and latency are real, and nothing else.
    pub real: bool,
    only: Option<Vec<String>>,
}

impl Options {
    /// Reads the arguments.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            seeds: 1..=20,
            server: PathBuf::from("target/release/muddle"),
            jobs: 3,
            show: false,
            real: false,
            only: None,
        };
        let mut arguments = arguments;
        while let Some(name) = arguments.next() {
            if name == "--show" {
                options.show = true;
                continue;
            }
            if name == "--real" {
                options.real = true;
                continue;
            }
            let value = arguments
                .next()
                .ok_or_else(|| format!("{name} wants a value"))?;
            match name.as_str() {
                "--seeds" => options.seeds = range(&value)?,
                "--server" => options.server = PathBuf::from(value),
                "--jobs" => options.jobs = number(&value)? as usize,
                "--only" => options.only = Some(value.split(',').map(str::to_owned).collect()),
                _ => {
                    return Err(format!(
                        "there is no {name}; there are --seeds A-B, --server PATH, --jobs N, --only NAMES, --show, --real"
                    ));
                }
            }
        }
        Ok(options)
    }

    /// Whether a flight is wanted.
    pub fn takes(&self, name: &str) -> bool {
        self.only
            .as_ref()
            .is_none_or(|only| only.iter().any(|one| one == name))
    }

    /// Whether every flight is wanted, so that they can be compared.
    pub const fn is_complete(&self) -> bool {
        self.only.is_none()
    }
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn range(text: &str) -> Result<RangeInclusive<u64>, String> {
    match text.split_once('-') {
        Some((first, last)) => Ok(number(first)?..=number(last)?),
        None => number(text).map(|one| one..=one),
    }
}
