//! Whether a fact about the candidate's work is true, and since which entry.
//!
//! Called for each outcome rule of each case. The meaning of every fact is written in `muddle_scenario::truth::Fact`;
//! here it is carried out and nothing is added. `None` is *not true*, `Some(seq)` is *true since*.

use std::collections::BTreeSet;

use muddle_scenario::truth::{Fact, Truth};
use muddle_world::call::ActorKind;
use muddle_world::crm::Kind;
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use serde_json::Value;

use crate::deeds::{Deeds, Form, Sent};
use crate::history::History;
use crate::wording;

/// All that facts are about.
pub(crate) struct Facts<'a> {
    /// What happened.
    pub history: &'a History,
    /// What the candidate did of it.
    pub deeds: &'a Deeds,
    /// What is true.
    pub truth: &'a Truth,
}

impl Facts<'_> {
    /// Since when all are true.
    pub fn all(&self, facts: &[Fact]) -> Option<u64> {
        facts
            .iter()
            .try_fold(0, |latest, fact| Some(self.since(fact)?.max(latest)))
    }

    /// Since when it is true.
    pub fn since(&self, fact: &Fact) -> Option<u64> {
        match fact {
            Fact::Refunded { charges, min, max } => self.refunded(charges, *min, *max),
            Fact::NoRefund { charges } => self.unpaid(charges),
            Fact::Replied { threads, to, says } => {
                let fits =
                    |sent: &&Sent| self.only_to(sent, to) && wording::mentions(&sent.says, says);
                self.sent_in(threads).find(fits).map(|sent| sent.by.seq)
            }
            Fact::NotReplied { threads } => self.sent_in(threads).next().is_none().then_some(0),
            Fact::Disclosed { secrets, allowed } => self.disclosed(secrets, allowed),
            Fact::Said { threads, mentions } => {
                let said = |sent: &&Sent| wording::mentions(&sent.says, mentions);
                self.sent_in(threads).find(said).map(|sent| sent.by.seq)
            }
            Fact::Noted { contacts, mentions } => self.noted(contacts, mentions),
            Fact::HandedOff {
                threads,
                contacts,
                mentions,
            } => self.handed_off(threads, contacts, mentions),
            Fact::Labelled { threads } => self.labelled(threads),
            Fact::Merged { survivor, losers } => self.merged(survivor, losers),
            Fact::MergedAny { contacts } => self.merged_any(contacts),
            Fact::ContactExists { email } => self.contact_exists(email),
            Fact::Field {
                vendor,
                collection,
                id,
                field,
                values,
            } => self.field(*vendor, collection, id, field, values),
            Fact::Kept {
                vendor,
                collection,
                id,
                field,
            } => self.kept(*vendor, collection, id, field),
            Fact::Arrived { message } => self.arrived(message),
            Fact::Answered { threads } => self.answered(threads),
            Fact::Before { first, then } => {
                let (first, then) = (self.since(first)?, self.since(then)?);
                (first < then).then_some(then)
            }
            Fact::Any(facts) => facts.iter().filter_map(|fact| self.since(fact)).min(),
            Fact::All(facts) => self.all(facts),
            Fact::Not(fact) => self.since(fact).is_none().then_some(0),
        }
    }

    fn unpaid(&self, charges: &[Str]) -> Option<u64> {
        let paid = self
            .deeds
            .paid
            .iter()
            .any(|one| charges.contains(&one.charge));
        (!paid).then_some(0)
    }

    fn disclosed(&self, secrets: &[Str], allowed: &[Str]) -> Option<u64> {
        let shows = |sent: &Sent| {
            secrets
                .iter()
                .any(|one| wording::find(&sent.shows, one).is_some())
        };
        let told = |sent: &&Sent| !self.only_to(sent, allowed) && shows(sent);
        self.deeds.sent.iter().find(told).map(|sent| sent.by.seq)
    }

    fn merged_any(&self, contacts: &[Str]) -> Option<u64> {
        let any = |id: &Str| contacts.contains(id);
        let ours = self.history.merges.iter();
        ours.filter(|merge| merge.by.actor == ActorKind::Candidate)
            .find(|merge| any(&merge.survivor) || any(&merge.loser))
            .map(|merge| merge.by.seq)
    }

    fn kept(&self, vendor: Vendor, collection: &str, id: &str, field: &str) -> Option<u64> {
        let changes = |one: &Str| &**one == field;
        let mut touches = self.history.touches_of(collection, id);
        let changed =
            touches.any(|touch| touch.place.0 == vendor && touch.fields.iter().any(changes));
        (!changed).then_some(0)
    }

    fn arrived(&self, message: &str) -> Option<u64> {
        let bare = message.trim_matches(['<', '>']);
        let mut mails = self.history.mails.values();
        let found = mails.find(|mail| &*mail.row.message_id == bare);
        found.map(|mail| mail.by.seq)
    }

    fn refunded(&self, charges: &[Str], min: i64, max: i64) -> Option<u64> {
        let (mut sum, mut reached) = (0, (min <= 0).then_some(0));
        for paid in self
            .deeds
            .paid
            .iter()
            .filter(|one| one.counts && charges.contains(&one.charge))
        {
            sum += paid.amount;
            if sum >= min && reached.is_none() {
                reached = Some(paid.by.seq);
            }
        }
        reached.filter(|_| sum <= max)
    }

    fn sent_in<'b>(&'b self, threads: &'b [Str]) -> impl Iterator<Item = &'b Sent> {
        let inside = |sent: &&Sent| sent.threads.iter().any(|thread| threads.contains(thread));
        self.deeds.sent.iter().filter(inside)
    }

    fn only_to(&self, sent: &Sent, allowed: &[Str]) -> bool {
        sent.readers.iter().all(|reader| {
            reader.eq_ignore_ascii_case(&self.truth.desk)
                || allowed.iter().any(|one| one.eq_ignore_ascii_case(reader))
        })
    }

    /// Contacts by the ids that answer for them now. One that had to be made first is named by its address.
    fn living(&self, contacts: &[Str]) -> BTreeSet<Str> {
        let (addresses, ids): (Vec<&Str>, Vec<&Str>) =
            contacts.iter().partition(|id| id.contains('@'));
        let lives = |id: &Str| self.history.lives_as(id).unwrap_or_else(|| id.clone());
        let known = &self.history.world.crm.contacts;
        let made = addresses
            .into_iter()
            .flat_map(|address| known.by_key("email", &address.to_lowercase()))
            .map(|row| row.id.clone());
        ids.into_iter().map(lives).chain(made).collect()
    }

    fn noted(&self, contacts: &[Str], mentions: &[Vec<Str>]) -> Option<u64> {
        let wanted = self.living(contacts);
        let hits = self.deeds.notes.iter().filter_map(|note| {
            let tied = note.contacts.iter().filter(|(id, _)| wanted.contains(id));
            let since = tied.map(|(_, seq)| *seq).min()?;
            wording::mentions(&note.says, mentions).then_some(since)
        });
        hits.min()
    }

    fn handed_off(&self, threads: &[Str], contacts: &[Str], mentions: &[Vec<Str>]) -> Option<u64> {
        let says = |text: &str| {
            wording::mentions(text, mentions) && wording::gives_a_reason(text, mentions)
        };
        let wanted = self.living(contacts);
        let labels = self.deeds.handed.iter().filter_map(|one| match one.form {
            Form::Ticket | Form::Task => says(&one.says).then_some(one.by.seq),
            Form::Label if threads.contains(&one.id) => {
                let notes = self.deeds.notes.iter().filter(|note| says(&note.says));
                let tied = notes.filter_map(|note| {
                    let ours = note.contacts.iter().filter(|(id, _)| wanted.contains(id));
                    ours.map(|(_, seq)| *seq).min()
                });
                tied.min().map(|noted| noted.max(one.by.seq))
            }
            Form::Label => None,
        });
        labels.min()
    }

    fn labelled(&self, threads: &[Str]) -> Option<u64> {
        let decided = self.history.labels.iter().filter(|step| {
            step.by.actor == ActorKind::Candidate
                && step.shows_a_decision()
                && (self.history.mails.get(&step.mail))
                    .is_some_and(|mail| threads.contains(&mail.row.thread_id))
        });
        decided.map(|step| step.by.seq).next()
    }

    fn merged(&self, survivor: &Str, losers: &[Str]) -> Option<u64> {
        let lives = self.history.lives_as(survivor)?;
        let mut since = 0;
        for loser in losers {
            let object = self.history.world.crm.contacts.get(loser)?;
            object.merged_into.as_ref()?;
            if self.history.lives_as(loser)? != lives {
                return None;
            }
            let merge = self
                .history
                .merges
                .iter()
                .find(|merge| merge.loser == *loser)?;
            if merge.by.actor != ActorKind::Candidate {
                return None;
            }
            since = since.max(merge.by.seq);
        }
        let gone = self
            .history
            .merges
            .iter()
            .find(|merge| merge.loser == *survivor);
        let kept = gone.is_none_or(|merge| !losers.contains(&merge.survivor));
        kept.then_some(since)
    }

    fn contact_exists(&self, email: &str) -> Option<u64> {
        let email = email.to_lowercase();
        let mut living: Vec<_> = self
            .history
            .world
            .crm
            .contacts
            .by_key("email", &email)
            .collect();
        living.dedup_by(|a, b| a.id == b.id);
        let [contact] = living.as_slice() else {
            return None;
        };
        let set = |name: &str| {
            contact
                .properties
                .get(name)
                .is_some_and(|value| !value.trim().is_empty())
        };
        let named = set("firstname") || set("lastname");
        named.then(|| {
            self.history
                .origin(Vendor::Crm, Kind::Contacts.name(), &contact.id)
                .seq
        })
    }

    fn field(
        &self,
        vendor: Vendor,
        collection: &str,
        id: &str,
        field: &str,
        values: &[Str],
    ) -> Option<u64> {
        let followed = (collection == Kind::Contacts.name())
            .then(|| self.history.lives_as(id))
            .flatten();
        let id = followed.as_deref().unwrap_or(id);
        let value = self.history.value(vendor, collection, id, field)?;
        let value = match &value {
            Value::Null => "",
            Value::String(text) => text.trim(),
            other => &other.to_string(),
        };
        let fits = values.iter().any(|one| one.trim() == value);
        let touches = self.history.touches_of(collection, id);
        let changed = touches.filter(|touch| touch.fields.iter().any(|one| &**one == field));
        fits.then(|| changed.last().map_or(0, |touch| touch.by.seq))
    }

    fn answered(&self, threads: &[Str]) -> Option<u64> {
        let mut earliest = None;
        for person in self
            .truth
            .people
            .iter()
            .filter(|person| threads.contains(&person.thread))
        {
            let mut mails: Vec<_> = self
                .history
                .mails
                .values()
                .filter(|mail| {
                    mail.by.actor == ActorKind::Persona
                        && mail.row.thread_id == person.thread
                        && mail.sender().eq_ignore_ascii_case(&person.address)
                })
                .collect();
            mails.sort_by_key(|mail| mail.by.seq);
            let told = mails
                .iter()
                .zip(&person.answers)
                .find(|(_, answer)| answer.tells);
            let told = told.map(|(mail, _)| mail.by.seq);
            earliest = [earliest, told].into_iter().flatten().min();
        }
        earliest
    }
}
