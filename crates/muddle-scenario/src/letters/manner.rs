//! How a person types: capitals, contractions, slips of the finger, and what somebody's English sounds like.
//!
//! Called by `Mailbag` on told text. Nothing between the marks of a fact is touched, and the marks are gone afterwards.

use muddle_world::chance::Dice;

use super::telling::{CLOSE, OPEN};
use super::writer::Tone;

/// Types out a told text as this person would.
pub(super) fn type_out(dice: &mut Dice, tone: Option<Tone>, text: &str) -> String {
    let mut parts = split(text);
    if tone == Some(Tone::Formal) {
        each_open(&mut parts, expand);
    }
    if tone == Some(Tone::Foreign) {
        for (fact, words) in &mut parts {
            if !*fact {
                *words = learnt(dice, words);
            }
        }
    }
    if tone == Some(Tone::Angry) && dice.percent(60) {
        shout(dice, &mut parts);
    }
    capitalise(&mut parts);
    for _ in 0..slips(dice, tone) {
        slip(dice, &mut parts);
    }
    if tone == Some(Tone::Phone) {
        thumbs(dice, &mut parts);
    }
    parts.into_iter().map(|(_, words)| words).collect()
}

/// Takes the marks out and changes nothing else.
pub(super) fn bare(text: &str) -> String {
    text.replace([OPEN, CLOSE], "")
}

fn split(text: &str) -> Vec<(bool, String)> {
    let mut parts = Vec::new();
    for (i, chunk) in text.split(OPEN).enumerate() {
        match chunk.split_once(CLOSE) {
            Some((fact, rest)) if i > 0 => {
                parts.push((true, fact.to_owned()));
                parts.push((false, rest.to_owned()));
            }
            _ => parts.push((false, chunk.to_owned())),
        }
    }
    parts
}

fn each_open(parts: &mut [(bool, String)], change: impl Fn(&str) -> String) {
    for (fact, words) in parts {
        if !*fact {
            *words = change(words);
        }
    }
}

/// People who learnt to write letters by hand do not contract.
fn expand(words: &str) -> String {
    const PAIRS: &[(&str, &str)] = &[
        ("can't", "cannot"),
        ("Can't", "Cannot"),
        ("won't", "will not"),
        ("n't ", " not "),
        ("n't,", " not,"),
        ("n't.", " not."),
        ("I'm", "I am"),
        ("I've", "I have"),
        ("I'd like", "I should like"),
        ("I'd", "I would"),
        ("I'll", "I shall"),
        ("we've", "we have"),
        ("We've", "We have"),
        ("you've", "you have"),
        ("you'd", "you would"),
        ("you'll", "you will"),
        ("It's", "It is"),
        ("it's", "it is"),
        ("That's", "That is"),
        ("that's", "that is"),
        ("doesn't", "does not"),
    ];
    PAIRS.iter().fold(words.to_owned(), |text, (short, long)| {
        text.replace(short, long)
    })
}

/// English learnt late: articles go missing, some turns are carried over.
fn learnt(dice: &mut Dice, words: &str) -> String {
    const TURNS: &[(&str, &str)] = &[
        ("I would like to", "I want to"),
        ("I'd like to", "I would like"),
        ("Could you", "Can you please"),
        ("let me know", "inform me"),
        ("I have been", "I am"),
        ("by now", "until now"),
        ("a few days", "some days"),
        ("at the moment", "actually"),
        ("get back to me", "answer me"),
        ("a bit", "little bit"),
        ("information", "informations"),
    ];
    let mut text = words.to_owned();
    for (from, to) in TURNS {
        if text.contains(from) && dice.percent(60) {
            text = text.replacen(from, to, 1);
        }
    }
    let mut out: Vec<&str> = Vec::new();
    for (i, word) in text.split(' ').enumerate() {
        let article = matches!(word, "the" | "a" | "an");
        if article && i > 0 && dice.percent(35) {
            continue;
        }
        out.push(word);
    }
    out.join(" ")
}

/// One full stop becomes a shout.
fn shout(dice: &mut Dice, parts: &mut [(bool, String)]) {
    let stops: Vec<(usize, usize)> = parts
        .iter()
        .enumerate()
        .filter(|(_, (fact, _))| !fact)
        .flat_map(|(i, (_, words))| words.match_indices(". ").map(move |(at, _)| (i, at)))
        .collect();
    if stops.is_empty() {
        return;
    }
    let (i, at) = *dice.pick(&stops);
    let mark = if dice.percent(70) { "!" } else { "!!" };
    parts[i].1.replace_range(at..=at, mark);
}

/// Every sentence begins with a capital, also when it begins with what somebody calls a thing.
fn capitalise(parts: &mut [(bool, String)]) {
    let mut start = true;
    for (fact, words) in parts {
        let mut out = String::with_capacity(words.len());
        let mut chars = words.chars().peekable();
        while let Some(c) = chars.next() {
            if start && c.is_alphabetic() {
                let whole_is_plain = !*fact || !words.contains(['@', '/']);
                if whole_is_plain {
                    out.extend(c.to_uppercase());
                } else {
                    out.push(c);
                }
                start = false;
                continue;
            }
            let ends = matches!(c, '.' | '!' | '?')
                && chars.peek().is_some_and(|next| next.is_whitespace());
            let breaks = c == '\n' && chars.peek() == Some(&'\n');
            if !c.is_whitespace() {
                start = false;
            }
            start = start || (!*fact && (ends || breaks));
            out.push(c);
        }
        *words = out;
    }
}

fn slips(dice: &mut Dice, tone: Option<Tone>) -> u64 {
    match tone {
        Some(Tone::Phone) => u64::from(dice.percent(60)) + u64::from(dice.percent(20)),
        Some(Tone::Angry | Tone::Rambling | Tone::Foreign) => dice.below(2),
        Some(Tone::Plain | Tone::Curt) => u64::from(dice.percent(15)),
        Some(Tone::Polite | Tone::Formal) => u64::from(dice.percent(5)),
        None => 0,
    }
}

/// One slip of the finger in one longer word.
fn slip(dice: &mut Dice, parts: &mut [(bool, String)]) {
    const LETTERS_MIN: usize = 5;
    let words: Vec<(usize, usize, usize)> = parts
        .iter()
        .enumerate()
        .filter(|(_, (fact, _))| !fact)
        .flat_map(|(i, (_, text))| {
            word_spans(text)
                .into_iter()
                .map(move |(from, to)| (i, from, to))
        })
        .filter(|(i, from, to)| {
            let word = &parts[*i].1[*from..*to];
            word.len() >= LETTERS_MIN && word.bytes().all(|b| b.is_ascii_lowercase())
        })
        .collect();
    if words.is_empty() {
        return;
    }
    let (i, from, to) = *dice.pick(&words);
    let slipped = slip_word(dice, &parts[i].1[from..to]);
    parts[i].1.replace_range(from..to, &slipped);
}

fn word_spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices() {
        match (c.is_alphanumeric() || c == '\'', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                spans.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        spans.push((from, text.len()));
    }
    spans
}

fn slip_word(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = 1 + dice.below(letters.len() as u64 - 2) as usize;
    match dice.below(4) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at);
        }
        2 => letters.insert(at, letters[at]),
        _ => letters[at] = neighbour(letters[at]),
    }
    letters.into_iter().collect()
}

/// The key beside it.
fn neighbour(letter: char) -> char {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    for row in ROWS {
        if let Some(at) = row.find(letter) {
            let beside = if at + 1 < row.len() { at + 1 } else { at - 1 };
            return char::from(row.as_bytes()[beside]);
        }
    }
    letter
}

/// Typed on a phone: lower case, apostrophes lost, the last stop missing.
fn thumbs(dice: &mut Dice, parts: &mut [(bool, String)]) {
    let lower = dice.percent(88);
    let bare = dice.percent(55);
    for (fact, words) in parts.iter_mut() {
        if *fact {
            continue;
        }
        if lower {
            *words = words.to_lowercase();
        }
        if bare {
            *words = words.replace('\'', "");
        }
        if dice.percent(30) {
            *words = words.replace(" please", " pls").replace("because", "cos");
        }
    }
    if let Some((false, last)) = parts.last_mut()
        && last.ends_with('.')
    {
        last.pop();
    }
}
