//! One letter told from the book: a shape is chosen, its pools are told in order, and what is still owed is added.
//!
//! Called by `Mailbag`. Lines are dealt, not drawn: of the lines that the facts and the tone allow, one that was told
//! least often in this office is taken, so people repeat each other as late as possible. Facts stand between marks until
//! `manner` is done, so that no typing habit can spoil a number or a name.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use muddle_world::chance::Dice;

use super::book::{Beat, Book, Dealt, Line, Need, Shape, Tones};
use super::facts::Slots;
use super::phrase::Piece;

/// Marks around the words of a fact.
pub(super) const OPEN: char = '\u{E000}';
pub(super) const CLOSE: char = '\u{E001}';

/// How often words are preferred that tell something owed, so that few facts need a sentence of their own.
const TELLING_PERCENT: u64 = 75;

/// The slots that name what was bought.
const THINGS: &[&str] = &["a_thing", "piece", "a_piece", "item", "items"];

/// How often each line and shape of the book was told.
#[derive(Debug, Default)]
pub(super) struct Usage(Vec<u32>);

impl Usage {
    /// Counts one more telling.
    pub(super) fn add(&mut self, number: usize) {
        if self.0.len() <= number {
            self.0.resize(number + 1, 0);
        }
        self.0[number] += 1;
    }

    fn of(&self, number: usize) -> u32 {
        self.0.get(number).copied().unwrap_or(0)
    }
}

/// What the letter is to be, apart from its facts.
pub(super) struct Ask<'a> {
    pub(super) book: &'a Book,
    pub(super) key: &'a str,
    /// Tone or voice.
    pub(super) tag: &'a str,
    /// Prefix of the language the body is in.
    pub(super) language: &'a str,
    /// Prefix of the language of greeting and sign-off.
    pub(super) frame: &'a str,
    /// Suffix of the pools for greeting and sign-off: "", or who writes them ("agent").
    pub(super) side: &'a str,
    pub(super) talkative_percent: u64,
    /// Whether what was bought must be named.
    pub(super) owes_thing: bool,
    pub(super) slots: &'a Slots,
}

/// A letter still with marks.
pub(super) struct Told {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) paragraphs: Vec<Vec<String>>,
    pub(super) sign_off: String,
    pub(super) attach: Vec<String>,
    /// Numbers of the lines and the shape.
    pub(super) used: Vec<usize>,
}

/// Tells one letter.
pub(super) fn tell(dice: &mut Dice, ask: &Ask<'_>, usage: &Usage) -> Told {
    let mut telling = Telling {
        ask,
        usage,
        fresh: Vec::new(),
        told: BTreeSet::new(),
        attach: Vec::new(),
        sayable: RefCell::default(),
    };
    let shape = telling.shape(dice);
    let greeting = telling.framing(dice, "greeting");
    let mut paragraphs = Vec::new();
    for beats in shape.into_iter().flat_map(|shape| &shape.paragraphs) {
        let sentences: Vec<String> = beats
            .iter()
            .flat_map(|beat| telling.beat(dice, beat))
            .collect();
        if !sentences.is_empty() {
            paragraphs.push(sentences);
        }
    }
    telling.settle(dice, &mut paragraphs);
    // The subject comes last, so that naming a fact there does not count as telling it.
    let subject = telling.pool(dice, "subject").unwrap_or_default();
    let sign_off = telling.framing(dice, "signoff");
    Told {
        subject,
        greeting,
        paragraphs,
        sign_off,
        attach: telling.attach,
        used: telling.fresh,
    }
}

struct Telling<'a> {
    ask: &'a Ask<'a>,
    usage: &'a Usage,
    fresh: Vec<usize>,
    told: BTreeSet<&'a str>,
    attach: Vec<String>,
    /// Pools that were found to have, or not to have, a line that can be told: the facts do not change meanwhile.
    sayable: RefCell<BTreeMap<&'a str, bool>>,
}

impl<'a> Telling<'a> {
    fn shape(&mut self, dice: &mut Dice) -> Option<&'a Shape> {
        let name = format!("{}{}", self.ask.language, self.ask.key);
        let shapes = self.ask.book.shapes.get(&name)?;
        let usable: Vec<&'a Shape> = shapes.iter().filter(|shape| self.usable(shape)).collect();
        // Facts too few for every shape: what can be told is told.
        let usable = if usable.is_empty() {
            let suited = shapes.iter().filter(|shape| shape.tones.suit(self.ask.tag));
            suited.collect()
        } else {
            usable
        };
        self.deal(dice, &usable)
    }

    fn usable(&self, shape: &'a Shape) -> bool {
        let mut beats = shape.paragraphs.iter().flatten();
        shape.tones.suit(self.ask.tag)
            && beats.all(|beat| beat.need != Need::Must || self.can_say(&beat.pool))
    }

    /// Of these one that was used least, by chance among equals.
    fn deal<T: Dealt>(&mut self, dice: &mut Dice, choices: &[&'a T]) -> Option<&'a T> {
        let least = choices.iter().map(|one| self.count(*one)).min()?;
        let fewest: Vec<&'a T> = choices
            .iter()
            .copied()
            .filter(|one| self.count(*one) == least)
            .collect();
        let chosen = *dice.pick(&fewest);
        self.fresh.push(chosen.number());
        Some(chosen)
    }

    fn count(&self, one: &impl Dealt) -> u32 {
        let number = one.number();
        let now = self.fresh.iter().filter(|other| **other == number).count();
        self.usage.of(number) + now as u32
    }

    /// Whether these words would tell something that is still owed.
    fn tells(&self, pieces: &'a [Piece]) -> bool {
        pieces.iter().any(|piece| match piece {
            Piece::Slot(slot) => {
                let owed = self.ask.slots.owed.contains(slot.as_str())
                    && !self.told.contains(slot.as_str());
                owed || (THINGS.contains(&slot.as_str()) && self.thing_owed())
            }
            Piece::Either(branches) => branches
                .iter()
                .any(|branch| self.can_all(branch) && self.tells(branch)),
            Piece::Text(_) | Piece::Pool(_) | Piece::Attach(_) => false,
        })
    }

    fn thing_owed(&self) -> bool {
        self.ask.owes_thing
            && self.ask.slots.words.contains_key("items")
            && !THINGS.iter().any(|slot| self.told.contains(*slot))
    }

    fn beat(&mut self, dice: &mut Dice, beat: &Beat) -> Vec<String> {
        let times = match beat.need {
            Need::Told | Need::Must => 1,
            Need::Whim => u64::from(dice.percent(self.ask.talkative_percent)),
            Need::Talk => {
                let talk = self.ask.talkative_percent;
                1 + u64::from(dice.percent(talk.saturating_sub(25)))
                    + u64::from(dice.percent(talk.saturating_sub(60)))
            }
        };
        (0..times)
            .filter_map(|_| self.pool(dice, &beat.pool))
            .filter(|sentence| !sentence.is_empty())
            .collect()
    }

    fn lines(&self, pool: &str) -> Option<&'a [Line]> {
        self.ask.book.pools.get(pool).map(Vec::as_slice)
    }

    /// The lines behind a name: those of the pool for this kind of letter, else of that for all, and before them those
    /// for this sort of product.
    fn choices(&self, pool: &str) -> impl Iterator<Item = &'a Line> + use<'a> {
        let language = self.ask.language;
        let mut base = format!("{language}{pool}.{}", self.ask.key);
        let mut lines = self.lines(&base);
        if lines.is_none() {
            base.truncate(language.len() + pool.len());
            lines = self.lines(&base);
        }
        let sorts = self.ask.slots.sorts.iter();
        let mut pools: Vec<&'a [Line]> = sorts
            .filter_map(|sort| self.lines(&format!("{base}.{sort}")))
            .collect();
        pools.extend(lines);
        pools.into_iter().flatten()
    }

    fn pool(&mut self, dice: &mut Dice, pool: &str) -> Option<String> {
        let mut able: Vec<&'a Line> = self.choices(pool).filter(|line| self.can(line)).collect();
        let telling: Vec<&'a Line> = able
            .iter()
            .copied()
            .filter(|line| self.tells(&line.pieces))
            .collect();
        if !telling.is_empty() && dice.percent(TELLING_PERCENT) {
            able = telling;
        }
        let suited: Vec<&'a Line> = able
            .iter()
            .copied()
            .filter(|line| line.tones != Tones::All)
            .collect();
        let fresh = suited.iter().map(|line| self.count(*line)).min()
            <= able.iter().map(|line| self.count(*line)).min();
        if !suited.is_empty() && fresh && dice.percent(60) {
            able = suited;
        }
        let line = self.deal(dice, &able)?;
        Some(self.pieces(dice, &line.pieces))
    }

    /// Whether the pool has a line that can be told.
    fn can_say(&self, pool: &'a str) -> bool {
        let known = self.sayable.borrow().get(pool).copied();
        known.unwrap_or_else(|| {
            let can = self.choices(pool).any(|line| self.can(line));
            self.sayable.borrow_mut().insert(pool, can);
            can
        })
    }

    fn can(&self, line: &'a Line) -> bool {
        line.tones.suit(self.ask.tag) && self.can_all(&line.pieces)
    }

    fn can_all(&self, pieces: &'a [Piece]) -> bool {
        pieces.iter().all(|piece| match piece {
            Piece::Text(_) | Piece::Attach(_) => true,
            Piece::Slot(slot) => self.ask.slots.words.contains_key(slot.as_str()),
            Piece::Pool(pool) => self.can_say(pool),
            Piece::Either(branches) => branches.iter().any(|branch| self.can_all(branch)),
        })
    }

    fn pieces(&mut self, dice: &mut Dice, pieces: &'a [Piece]) -> String {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Slot(slot) => {
                    self.told.insert(slot);
                    let words = &self.ask.slots.words;
                    if slot == "thing" && words.get("thing") == words.get("piece") {
                        self.told.insert("piece");
                    }
                    out.push(OPEN);
                    out.push_str(
                        self.ask
                            .slots
                            .words
                            .get(slot.as_str())
                            .map_or("", String::as_str),
                    );
                    out.push(CLOSE);
                }
                Piece::Pool(pool) => out.push_str(&self.pool(dice, pool).unwrap_or_default()),
                Piece::Attach(kind) => self.attach.push(kind.clone()),
                Piece::Either(branches) => {
                    let able: Vec<&'a Vec<Piece>> = branches
                        .iter()
                        .filter(|branch| self.can_all(branch))
                        .collect();
                    let telling: Vec<&'a Vec<Piece>> = able
                        .iter()
                        .copied()
                        .filter(|branch| self.tells(branch))
                        .collect();
                    let from = if !telling.is_empty() && dice.percent(TELLING_PERCENT) {
                        telling
                    } else {
                        able
                    };
                    if !from.is_empty() {
                        let branch = *dice.pick(&from);
                        out.push_str(&self.pieces(dice, branch));
                    }
                }
            }
        }
        out
    }

    /// Greeting or sign-off, in the language of the frame.
    fn framing(&mut self, dice: &mut Dice, pool: &str) -> String {
        let own = format!("{pool}.{}", self.ask.key);
        let names = [own, format!("{}{pool}{}", self.ask.frame, self.ask.side)];
        let Some(lines) = names.into_iter().find_map(|name| self.lines(&name)) else {
            return String::new();
        };
        let able: Vec<&'a Line> = lines.iter().filter(|line| self.can(line)).collect();
        match self.deal(dice, &able) {
            Some(line) => self.pieces(dice, &line.pieces),
            None => String::new(),
        }
    }

    /// Adds a sentence for every owed fact that no line has told.
    fn settle(&mut self, dice: &mut Dice, paragraphs: &mut Vec<Vec<String>>) {
        let owed: Vec<&str> = self.ask.slots.owed.iter().copied().collect();
        if self.thing_owed() {
            let both = owed.contains(&"order") && !self.told.contains("order");
            let named = if both {
                self.pool(dice, "told.both")
            } else {
                None
            };
            let sentence = named.or_else(|| self.pool(dice, "told.items"));
            add(dice, paragraphs, sentence);
        }
        for slot in owed {
            if !self.told.contains(slot) {
                let side = self.ask.side;
                let sentence = self
                    .pool(dice, &format!("told{side}.{slot}"))
                    .or_else(|| self.pool(dice, &format!("told.{slot}")));
                add(dice, paragraphs, sentence);
            }
        }
    }
}

/// Puts a sentence at the end of a paragraph that is not the last.
fn add(dice: &mut Dice, paragraphs: &mut Vec<Vec<String>>, sentence: Option<String>) {
    let Some(sentence) = sentence else {
        return;
    };
    match paragraphs.len() {
        0 => paragraphs.push(vec![sentence]),
        1 => paragraphs[0].push(sentence),
        many => paragraphs[dice.below(many as u64 - 1) as usize].push(sentence),
    }
}
