//! The vendor's search language: words, phrases, operators, `-`, `OR`, `{}` and `()`.
//!
//! Called by the lists. Whatever can be read as an operator is one, everything else is words to be found, so almost no
//! query is refused. A date means midnight Pacific time, as the vendor's guide says, whatever the office's own time zone;
//! seconds since 1970 mean themselves, relative dates count from office time. Words match whole words, in any case.

mod parse;

use jiff::ToSpan;

use std::collections::BTreeSet;

use super::{Message, SYSTEM_LABELS, Tables, spaced};
use crate::row::Str;
use crate::time::At;

pub use parse::parse;

/// A parsed query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// All of them.
    All(Vec<Self>),
    /// One of them.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// One condition.
    Is(Condition),
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere in the mail.
    All,
    /// Its writer.
    From,
    /// Its readers.
    To,
    /// Those with copies.
    Cc,
    /// Those with hidden copies.
    Bcc,
    /// Its subject.
    Subject,
    /// Its attachments' names.
    Filename,
}

/// One condition on a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// These words in a row, spaced as [`spaced`] does.
    Words(Place, String),
    /// A label by id or name, lowered, `-` for spaces and slashes.
    Label(String),
    /// One of these labels.
    OneOf(BTreeSet<Str>),
    /// Everything, spam and trash too.
    Anywhere,
    /// It has no label of a user.
    NoUserLabels,
    /// It has one.
    UserLabels,
    /// It lacks UNREAD.
    Read,
    /// Something is attached.
    Attachment,
    /// It arrived at or after.
    From(At),
    /// It arrived before.
    Before(At),
    /// It arrived less than so long ago: (count, unit).
    NewerThan(i64, char),
    /// It arrived longer ago: (count, unit).
    OlderThan(i64, char),
    /// Its message id.
    MessageId(String),
    /// It has more bytes.
    Larger(u64),
    /// It has fewer bytes.
    Smaller(u64),
}

/// What a query is matched against.
#[derive(Clone, Copy)]
pub struct Matcher<'a> {
    /// The box, for names of labels.
    pub tables: &'a Tables,
    /// Office time.
    pub now: At,
    /// The mailbox's address, for `me`.
    pub address: &'a str,
}

impl Query {
    /// Whether the query itself asks for spam or trash, so that they are not left out.
    pub fn names_spam_or_trash(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::names_spam_or_trash),
            Self::Not(_) => false,
            Self::Is(Condition::Anywhere) => true,
            Self::Is(Condition::Label(label)) => matches!(&**label, "trash" | "spam"),
            Self::Is(_) => false,
        }
    }
}

impl Matcher<'_> {
    /// Whether the message is one that the query asks for.
    pub fn matches(&self, query: &Query, message: &Message) -> bool {
        match query {
            Query::All(parts) => parts.iter().all(|part| self.matches(part, message)),
            Query::Any(parts) => parts.iter().any(|part| self.matches(part, message)),
            Query::Not(part) => !self.matches(part, message),
            Query::Is(condition) => self.holds(condition, message),
        }
    }

    /// The same query with names of labels and ages looked up once, rather than for every message.
    pub fn settled(&self, query: Query) -> Query {
        let each = |parts: Vec<Query>| parts.into_iter().map(|part| self.settled(part)).collect();
        match query {
            Query::All(parts) => Query::All(each(parts)),
            Query::Any(parts) => Query::Any(each(parts)),
            Query::Not(part) => Query::Not(Box::new(self.settled(*part))),
            Query::Is(condition) => Query::Is(match condition {
                Condition::Label(wanted) => Condition::OneOf(self.labels_called(&wanted)),
                Condition::NewerThan(count, unit) => Condition::From(ago(self.now, count, unit)),
                Condition::OlderThan(count, unit) => Condition::Before(ago(self.now, count, unit)),
                condition => condition,
            }),
        }
    }

    /// A label that every message which a settled query asks for carries, if there is one and its name means no other.
    pub fn label_of_all(query: &Query) -> Option<Str> {
        match query {
            Query::All(parts) => parts.iter().find_map(Self::label_of_all),
            Query::Is(Condition::OneOf(labels)) if labels.len() == 1 => labels.first().cloned(),
            Query::Any(_) | Query::Not(_) | Query::Is(_) => None,
        }
    }

    fn labels_called(&self, wanted: &str) -> BTreeSet<Str> {
        let system = SYSTEM_LABELS.iter().map(|id| Str::from(*id));
        let own = self.tables.labels.rows().map(|label| label.id.clone());
        let meant = system.chain(own).filter(|id| self.is_label(id, wanted));
        meant.collect()
    }

    fn holds(&self, condition: &Condition, message: &Message) -> bool {
        let user_label = |id: &Str| self.tables.labels.get(id).is_some();
        match condition {
            Condition::Words(place, words) => self.has_words(*place, words, message),
            Condition::Label(wanted) => {
                message.label_ids.iter().any(|id| self.is_label(id, wanted))
            }
            Condition::OneOf(labels) => message.label_ids.iter().any(|id| labels.contains(id)),
            Condition::Anywhere => true,
            Condition::UserLabels => message.label_ids.iter().any(user_label),
            Condition::NoUserLabels => !message.label_ids.iter().any(user_label),
            Condition::Read => !message.has("UNREAD"),
            Condition::Attachment => !message.filenames.is_empty(),
            Condition::From(at) => message.at >= *at,
            Condition::Before(at) => message.at < *at,
            Condition::NewerThan(count, unit) => message.at >= ago(self.now, *count, *unit),
            Condition::OlderThan(count, unit) => message.at < ago(self.now, *count, *unit),
            Condition::MessageId(id) => *message.message_id == **id,
            Condition::Larger(bytes) => message.size > *bytes,
            Condition::Smaller(bytes) => message.size < *bytes,
        }
    }

    fn has_words(&self, place: Place, words: &str, message: &Message) -> bool {
        let searched = message.searched();
        let text = match place {
            Place::All => &searched.all,
            Place::From => &searched.from,
            Place::To => &searched.to,
            Place::Cc => &searched.cc,
            Place::Bcc => &searched.bcc,
            Place::Subject => &searched.subject,
            Place::Filename => &searched.filenames,
        };
        let person = matches!(place, Place::From | Place::To | Place::Cc | Place::Bcc);
        text.contains(words) || (person && words == " me " && text.contains(&spaced(self.address)))
    }

    fn is_label(&self, id: &str, wanted: &str) -> bool {
        let same = |name: &str| label_form(name) == wanted;
        same(id)
            || self
                .tables
                .labels
                .get(id)
                .is_some_and(|label| same(&label.name))
    }
}

/// A label's name as a query writes it.
fn label_form(name: &str) -> String {
    let form = |c: char| if c == ' ' || c == '/' { '-' } else { c };
    name.to_lowercase().chars().map(form).collect()
}

/// The moment so long ago; months and years by the calendar.
fn ago(now: At, count: i64, unit: char) -> At {
    let count = count.clamp(0, 10_000);
    let span = match unit {
        'h' => count.hours(),
        'd' => count.days(),
        'm' => count.months(),
        _ => count.min(5_000).years(),
    };
    let zoned = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC);
    let then = zoned.checked_sub(span);
    then.map_or(At(i64::MIN), |then| At(then.timestamp().as_millisecond()))
}
