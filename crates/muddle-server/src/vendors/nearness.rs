//! Which offered operation comes nearest to a route that the vendor has and we lack, if any is near at all.
//!
//! Called by [`super::matching`] for such a route alone. What the path is about decides: the words that are in every
//! path of a vendor say nothing, and an operation on something else is never near, however alike its path begins.

use http::Method;

use super::Route;

/// Segments that say where an API lies, not what a route is about.
const FRAME: [&str; 8] = [
    "v1", "v3", "v4", "crm", "objects", "gmail", "users", "upload",
];

/// What a route is about, in words.
struct Gist<'a> {
    /// The literal segments that say something, in order.
    about: Vec<&'a str>,
    /// How many `{name}` segments it has.
    names: usize,
    /// What is done: the method's verb where nothing else says it, and the words of the last segment.
    words: Vec<String>,
}

/// The offered operation nearest to the vendor's route `path`; none where we offer nothing about the same thing.
pub fn nearest(routes: &[Route], method: &Method, path: &str) -> Option<&'static str> {
    let asked = Gist::of(method, path);
    let known = |noun: &&&str| {
        let mut ours = routes
            .iter()
            .map(|route| Gist::of(&route.method, route.path));
        ours.any(|ours| ours.about.first().is_some_and(|first| same(first, noun)))
    };
    asked.about.first().filter(known)?;
    let near = routes.iter().filter_map(|route| {
        let ours = Gist::of(&route.method, route.path);
        let score = asked.alike(&ours, route.operation)?;
        Some(((score, route.method == *method), route.operation))
    });
    // Of equals the first: the lists of routes begin with what is used most.
    near.reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, operation)| operation)
}

impl<'a> Gist<'a> {
    fn of(method: &Method, path: &'a str) -> Self {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let (names, literals): (Vec<&str>, Vec<&str>) =
            segments.partition(|segment| segment.starts_with('{'));
        let about: Vec<&str> = literals
            .into_iter()
            .filter(|segment| !FRAME.contains(segment) && !is_date(segment))
            .collect();
        let names = names.iter().filter(|name| **name != "{userId}").count();
        let mut words = words(about.last().copied().unwrap_or_default());
        if about.len() == 1 || path.ends_with('}') {
            words.push(verb(method, path.ends_with('}')).to_owned());
        }
        Self {
            about,
            names,
            words,
        }
    }

    /// How alike a route of ours is; none where it is about something else.
    fn alike(&self, ours: &Self, operation: &str) -> Option<(usize, usize, bool)> {
        let (first, last) = (self.about.first()?, self.about.last()?);
        let noun = ours.about.first()?;
        if !same(first, noun) && !same(last, noun) {
            return None;
        }
        let done = self::words(operation);
        let shared = self.words.iter().filter(|word| done.contains(word)).count();
        let apart = |one: &[&str], other: &[&str]| {
            let lacking = |segment: &&&str| !other.iter().any(|theirs| same(segment, theirs));
            one.iter().filter(lacking).count()
        };
        let apart = apart(&self.about, &ours.about) + apart(&ours.about, &self.about);
        Some((shared, usize::MAX - apart, self.names == ours.names))
    }
}

/// What a method does where the path does not say it.
fn verb(method: &Method, one: bool) -> &'static str {
    match (method.as_str(), one) {
        ("GET", true) => "get",
        ("GET", false) => "list",
        ("POST", false) => "create",
        ("DELETE", _) => "delete",
        _ => "update",
    }
}

/// `batchDelete` and `gdpr-delete` in words, without the plural.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter.is_uppercase() || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words
        .into_iter()
        .map(|word| singular(&word).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

fn same(one: &str, other: &str) -> bool {
    singular(one) == singular(other)
}

/// `2026-03`, the base of a dated API.
fn is_date(segment: &str) -> bool {
    segment.len() == 7
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests;
