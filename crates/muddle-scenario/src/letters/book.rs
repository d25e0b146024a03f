//! The packs of `fixtures/text/*.txt`, read once into pools of lines and shapes of letters.
//!
//! Called by `telling`. A pack is lines of text: `@pool NAME` and `@shape KEY` open a section, `@language de` puts the
//! rest of the file under that language, `#` is a comment, any other line is one alternative. A line may begin with the
//! tones it suits (`~curt,phone: …`, or `~!angry: …` for all but those). A shape names its pools in telling order, `/`
//! starts a paragraph, `?` marks a pool told at the writer's whim, `*` one told once or more by people who talk much,
//! `!` one without which the shape cannot be used. A mistake in a pack is an error with file and line; all are
//! reported at once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::facts::is_slot;
use super::phrase::{Piece, parse, walk};
use super::picture::KINDS;

/// What is wrong with a pack, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {problem}")]
pub struct PackError {
    pub file: String,
    pub line: usize,
    pub problem: String,
}

/// One alternative of a pool.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) tones: Tones,
    pub(super) pieces: Vec<Piece>,
    number: usize,
    at: (String, usize),
}

/// Which tones a line or shape suits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tones {
    All,
    Only(Vec<String>),
    Not(Vec<String>),
}

impl Tones {
    pub(super) fn suit(&self, tag: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(tags) => tags.iter().any(|t| t == tag),
            Self::Not(tags) => tags.iter().all(|t| t != tag),
        }
    }
}

/// The order in which a letter tells things.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) tones: Tones,
    pub(super) paragraphs: Vec<Vec<Beat>>,
    number: usize,
    at: (String, usize),
}

/// What is dealt rather than drawn: a line or a shape, known by its number in the book.
pub(super) trait Dealt {
    /// Unique among the book's lines and shapes.
    fn number(&self) -> usize;
}

impl Dealt for Line {
    fn number(&self) -> usize {
        self.number
    }
}

impl Dealt for Shape {
    fn number(&self) -> usize {
        self.number
    }
}

/// One pool within a shape.
#[derive(Clone, Debug)]
pub(super) struct Beat {
    pub(super) pool: String,
    pub(super) need: Need,
}

/// Whether a beat may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Told if the facts allow.
    Told,
    /// Told at the writer's whim.
    Whim,
    /// Once or more, by how much the writer talks.
    Talk,
    /// Without it the shape cannot be used.
    Must,
}

/// Everything that can be said.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) pools: BTreeMap<String, Vec<Line>>,
    pub(super) shapes: BTreeMap<String, Vec<Shape>>,
    numbered: usize,
}

macro_rules! packs {
    ($($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../../../fixtures/text/", $file)))),*]
    };
}

/// The packs that ship.
pub(super) const PACKS: &[(&str, &str)] = packs![
    "frame.txt",
    "common.txt",
    "backstory.txt",
    "plain.txt",
    "money.txt",
    "disputes.txt",
    "rules.txt",
    "puzzle.txt",
    "other.txt",
    "desk.txt",
    "de.txt",
    "fr.txt",
    "es.txt",
];

/// The shipped packs, read once: a constant of the program, not state.
pub(super) fn book() -> &'static Book {
    static BOOK: LazyLock<Book> =
        LazyLock::new(|| Book::read(PACKS).expect("the shipped packs are read by a test"));
    &BOOK
}

impl Book {
    /// Reads packs given as (file name, text).
    pub(super) fn read(packs: &[(&str, &str)]) -> Result<Self, Vec<PackError>> {
        let mut book = Self::default();
        let mut errors = Vec::new();
        for (file, text) in packs {
            book.read_pack(file, text, &mut errors);
        }
        book.check(&mut errors);
        if errors.is_empty() {
            Ok(book)
        } else {
            Err(errors)
        }
    }

    fn read_pack(&mut self, file: &str, text: &str, errors: &mut Vec<PackError>) {
        let mut prefix = String::new();
        let mut section: Option<(bool, String)> = None;
        for (index, raw) in text.lines().enumerate() {
            let at = (file.to_owned(), index + 1);
            let line = raw.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let outcome = match (
                line.strip_prefix('@').and_then(|head| head.split_once(' ')),
                &section,
            ) {
                (Some(("language", code)), _) => {
                    prefix = format!("{code}:");
                    Ok(())
                }
                (Some((kind @ ("pool" | "shape"), name)), _) => {
                    section = Some((kind == "shape", format!("{prefix}{name}")));
                    Ok(())
                }
                (Some((word, _)), _) => Err(format!("`@{word}` is not a section")),
                (None, None) => Err("text before the first section".to_owned()),
                (None, Some((true, name))) => self.add_shape(name, line, at.clone()),
                (None, Some((false, name))) => self.add_line(name, line, at.clone()),
            };
            if let Err(problem) = outcome {
                errors.push(wrong(&at, problem));
            }
        }
    }

    fn add_line(&mut self, pool: &str, line: &str, at: (String, usize)) -> Result<(), String> {
        let (tones, text) = split_tones(line)?;
        let pieces = parse(text)?;
        let number = self.next_number();
        self.pools.entry(pool.to_owned()).or_default().push(Line {
            tones,
            pieces,
            number,
            at,
        });
        Ok(())
    }

    fn add_shape(&mut self, key: &str, line: &str, at: (String, usize)) -> Result<(), String> {
        let (tones, text) = split_tones(line)?;
        let paragraphs = text
            .split('/')
            .map(|paragraph| paragraph.split_whitespace().map(beat).collect())
            .collect();
        let number = self.next_number();
        self.shapes.entry(key.to_owned()).or_default().push(Shape {
            tones,
            paragraphs,
            number,
            at,
        });
        Ok(())
    }

    const fn next_number(&mut self) -> usize {
        self.numbered += 1;
        self.numbered - 1
    }

    /// Every name that is used must exist, and no pool may lead back to itself.
    fn check(&self, errors: &mut Vec<PackError>) {
        for (name, lines) in &self.pools {
            let language = name.find(':').map_or("", |colon| &name[..=colon]);
            for line in lines {
                walk(&line.pieces, &mut |piece| {
                    let problem = match piece {
                        Piece::Slot(slot) if !is_slot(slot) => {
                            format!("`{{{slot}}}` is no fact")
                        }
                        Piece::Pool(pool)
                            if !self.pools.contains_key(&format!("{language}{pool}")) =>
                        {
                            format!("there is no pool `{language}{pool}`")
                        }
                        Piece::Pool(pool)
                            if self.leads_to(&format!("{language}{pool}"), name, 0) =>
                        {
                            format!("pool `{name}` leads back to itself")
                        }
                        Piece::Attach(kind) if !KINDS.contains(&kind.as_str()) => {
                            format!("`{{+{kind}}}` is no file")
                        }
                        _ => return,
                    };
                    errors.push(wrong(&line.at, problem));
                });
            }
        }
        for (key, shapes) in &self.shapes {
            let language = key.find(':').map_or("", |colon| &key[..=colon]);
            for shape in shapes {
                for beat in shape.paragraphs.iter().flatten() {
                    let name = format!("{language}{}", beat.pool);
                    let known = self.pools.keys().any(|pool| {
                        *pool == name
                            || pool
                                .strip_prefix(&name)
                                .is_some_and(|rest| rest.starts_with('.'))
                    });
                    if !known {
                        errors.push(wrong(&shape.at, format!("there is no pool `{name}`")));
                    }
                }
            }
        }
    }

    fn leads_to(&self, from: &str, goal: &str, depth: usize) -> bool {
        /// No pack nests deeper on purpose.
        const DEPTH_MAX: usize = 8;
        if from == goal || depth > DEPTH_MAX {
            return true;
        }
        let language = from.find(':').map_or("", |colon| &from[..=colon]);
        let mut found = false;
        for line in self.pools.get(from).into_iter().flatten() {
            walk(&line.pieces, &mut |piece| {
                if let Piece::Pool(pool) = piece {
                    found = found || self.leads_to(&format!("{language}{pool}"), goal, depth + 1);
                }
            });
        }
        found
    }
}

fn wrong(at: &(String, usize), problem: String) -> PackError {
    PackError {
        file: at.0.clone(),
        line: at.1,
        problem,
    }
}

fn split_tones(line: &str) -> Result<(Tones, &str), String> {
    let Some(rest) = line.strip_prefix('~') else {
        return Ok((Tones::All, line));
    };
    let (tags, text) = rest.split_once(": ").ok_or("`~` without `: `")?;
    let (not, tags) = match tags.strip_prefix('!') {
        Some(tags) => (true, tags),
        None => (false, tags),
    };
    let tags: Vec<String> = tags.split(',').map(str::to_owned).collect();
    if let Some(tag) = tags.iter().find(|tag| !TAGS.contains(&tag.as_str())) {
        return Err(format!("`{tag}` is no tone"));
    }
    Ok((
        if not {
            Tones::Not(tags)
        } else {
            Tones::Only(tags)
        },
        text,
    ))
}

/// Tones of customers and voices of the desk.
const TAGS: &[&str] = &[
    "plain", "curt", "polite", "rambling", "angry", "formal", "phone", "foreign", "warm", "brisk",
    "manager",
];

fn beat(word: &str) -> Beat {
    let (pool, need) = match word.chars().last() {
        Some('?') => (&word[..word.len() - 1], Need::Whim),
        Some('*') => (&word[..word.len() - 1], Need::Talk),
        Some('!') => (&word[..word.len() - 1], Need::Must),
        _ => (word, Need::Told),
    };
    Beat {
        pool: pool.to_owned(),
        need,
    }
}
