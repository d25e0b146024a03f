//! What a search compares: the words of a mail, lowered, one space between them and one at either end.
//!
//! Called by [`super::query`]. Computed from the raw text at the first search of a message and kept beside the shared
//! record; a replay computes the same again, so nothing of it is stored.

use std::fmt::Write;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits::SEARCHED_BYTES_MAX;
use super::mime;
use super::state::{Mailbox, Message};

/// Words of a message by where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Of the writer.
    pub from: String,
    /// Of the people it was written to.
    pub to: String,
    /// Of those with copies.
    pub cc: String,
    /// Of those with hidden copies.
    pub bcc: String,
    /// Of the subject.
    pub subject: String,
    /// Of the attachments' names.
    pub filenames: String,
    /// Of all of it, and of the body.
    pub all: String,
}

/// A place for [`Words`] in a record. Two records are equal whatever stands here, and no log holds it.
#[derive(Clone, Debug, Default)]
pub struct Memo(OnceLock<Arc<Words>>);

impl PartialEq for Memo {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Serialize for Memo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Memo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self::default())
    }
}

impl Message {
    /// Its words; taken apart at the first call.
    pub fn searched(&self) -> &Words {
        self.words.0.get_or_init(|| Arc::new(words_of(self)))
    }
}

fn words_of(message: &Message) -> Words {
    let mut words = Words {
        from: people(message.from.as_slice()),
        to: people(&message.to),
        cc: people(&message.cc),
        bcc: people(&message.bcc),
        subject: spaced(&message.subject),
        filenames: spaced(&message.filenames.join(" ")),
        all: String::new(),
    };
    let body = mime::read(&message.raw_bytes())
        .map(|mail| mail.root.readable())
        .unwrap_or_default();
    let body = mime::cut(&body, SEARCHED_BYTES_MAX);
    let (from, to, cc, subject) = (&words.from, &words.to, &words.cc, &words.subject);
    // Two spaces between the places keep a phrase from reaching over the edge of one.
    words.all = format!(
        "{from} {to} {cc} {subject} {} {}",
        words.filenames,
        spaced(body)
    );
    words
}

fn people(people: &[Mailbox]) -> String {
    let mut text = String::new();
    for person in people {
        let name = person.name.as_deref().unwrap_or_default();
        let _ = write!(text, "{}{}", spaced(name), spaced(&person.address));
    }
    text
}

/// The words of a text: letters and digits, lowered, as in ` re order 1042 `. Empty for a text without any.
pub fn spaced(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    let mut open = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if !open {
                words.push(' ');
                open = true;
            }
            words.extend(c.to_lowercase());
        } else {
            open = false;
        }
    }
    if !words.is_empty() {
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::spaced;

    #[test]
    fn words_are_lowered_and_held_apart_by_one_space() {
        assert_eq!(spaced("Re:  Order #1042, ÖFEN"), " re order 1042 öfen ");
        assert_eq!(spaced("ann.archer@example.com"), " ann archer example com ");
        assert_eq!(spaced(" -- "), "");
    }
}
