//! Puts ids in the place of Message-IDs once mail has come: after it every name of a message or thread is an id.
//!
//! Called by a grader before it judges, with what the log's mailbox holds. Names of mail that never came stay as they
//! are and match nothing. [`Fact::Arrived`] keeps its Message-ID.

use muddle_world::row::Str;

use super::{Fact, Truth};

/// Message-ID without brackets to the message's id and its thread's.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<(Str, Str)>;

impl Truth {
    /// The truth with every mail that has come named by its id.
    pub fn settle(&mut self, lookup: Lookup<'_>) {
        for case in &mut self.cases {
            threads(&mut case.touches.threads, lookup);
            for message in &mut case.touches.messages {
                name(message, lookup, |(id, _)| id);
            }
            for because in &mut case.because {
                name(&mut because.record.id, lookup, |(id, _)| id);
            }
            for fact in case.outcomes.iter_mut().flat_map(|rule| &mut rule.facts) {
                self::fact(fact, lookup);
            }
        }
        for record in self
            .defects
            .iter_mut()
            .flat_map(|defect| &mut defect.records)
        {
            name(&mut record.id, lookup, |(id, _)| id);
        }
        for person in &mut self.people {
            name(&mut person.thread, lookup, |(_, thread)| thread);
        }
    }
}

fn name(name: &mut Str, lookup: Lookup<'_>, part: impl Fn((Str, Str)) -> Str) {
    let bare = name
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'));
    if let Some(found) = bare.and_then(lookup) {
        *name = part(found);
    }
}

fn threads(names: &mut [Str], lookup: Lookup<'_>) {
    for thread in names {
        name(thread, lookup, |(_, thread)| thread);
    }
}

fn fact(fact: &mut Fact, lookup: Lookup<'_>) {
    match fact {
        Fact::Replied { threads, .. }
        | Fact::NotReplied { threads }
        | Fact::Said { threads, .. }
        | Fact::Labelled { threads }
        | Fact::Answered { threads } => self::threads(threads, lookup),
        Fact::HandedOff {
            threads, mentions, ..
        } => {
            self::threads(threads, lookup);
            mention(mentions, lookup);
        }
        Fact::Noted { mentions, .. } => mention(mentions, lookup),
        Fact::Before { first, then } => {
            self::fact(first, lookup);
            self::fact(then, lookup);
        }
        Fact::Any(facts) | Fact::All(facts) => {
            facts.iter_mut().for_each(|one| self::fact(one, lookup))
        }
        Fact::Not(inner) => self::fact(inner, lookup),
        Fact::Refunded { .. }
        | Fact::NoRefund { .. }
        | Fact::Disclosed { .. }
        | Fact::Merged { .. }
        | Fact::MergedAny { .. }
        | Fact::ContactExists { .. }
        | Fact::Field { .. }
        | Fact::Kept { .. }
        | Fact::Arrived { .. } => {}
    }
}

/// A text may name mail by the message, by its thread or still by its Message-ID.
fn mention(groups: &mut [Vec<Str>], lookup: Lookup<'_>) {
    for group in groups {
        let found: Vec<Str> = group
            .iter()
            .filter_map(|word| lookup(word.strip_prefix('<')?.strip_suffix('>')?))
            .flat_map(|(id, thread)| [id, thread])
            .collect();
        for word in found {
            if !group.contains(&word) {
                group.push(word);
            }
        }
    }
}
