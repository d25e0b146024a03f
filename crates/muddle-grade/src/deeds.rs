//! What the candidate did, prepared for comparing: mails sent, refunds made, notes, hand-offs.
//!
//! Built once from a [`History`]; read by the facts and the cases, which ask for the same texts over and over.

use muddle_world::billing::RefundStatus;
use muddle_world::call::ActorKind;
use muddle_world::crm::Kind;
use muddle_world::row::Str;

use crate::history::{History, NEEDS_A_PERSON, Origin};

/// A mail the candidate sent.
#[derive(Debug)]
pub(crate) struct Sent {
    /// The message.
    pub id: Str,
    /// When.
    pub by: Origin,
    /// Threads it stands in or answers into.
    pub threads: Vec<Str>,
    /// To whom, lower case.
    pub readers: Vec<String>,
    /// Subject and own words, plain.
    pub says: String,
    /// All it shows, plain.
    pub shows: String,
}

/// A refund the candidate made and that still counts.
#[derive(Debug)]
pub(crate) struct Paid {
    /// The refund.
    pub id: Str,
    /// When.
    pub by: Origin,
    /// Of which charge.
    pub charge: Str,
    /// Minor units.
    pub amount: i64,
    /// Neither failed nor cancelled.
    pub counts: bool,
}

/// A note the candidate wrote.
#[derive(Debug)]
pub(crate) struct Noted {
    /// The note.
    pub id: Str,
    /// Plain.
    pub says: String,
    /// On which contacts, followed through merges, and since when.
    pub contacts: Vec<(Str, u64)>,
    /// When it was written.
    pub by: Origin,
}

/// How work was handed to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A ticket in the stage for it.
    Ticket,
    /// A task with an owner.
    Task,
    /// A label on a thread.
    Label,
}

impl Form {
    /// As in the tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Task => "task",
            Self::Label => "label",
        }
    }
}

/// Work handed to a person.
#[derive(Debug)]
pub(crate) struct Handed {
    /// How.
    pub form: Form,
    /// The ticket, task or thread.
    pub id: Str,
    /// When it was complete.
    pub by: Origin,
    /// What it says, plain; empty for a label.
    pub says: String,
    /// As written, for people.
    pub text: String,
    /// Contacts it is tied to.
    pub contacts: Vec<Str>,
}

/// All of it, each list in the order of the log.
#[derive(Debug)]
pub(crate) struct Deeds {
    /// Mails.
    pub sent: Vec<Sent>,
    /// Refunds.
    pub paid: Vec<Paid>,
    /// Notes.
    pub notes: Vec<Noted>,
    /// Hand-offs.
    pub handed: Vec<Handed>,
}

impl Deeds {
    /// Reads them off.
    pub fn of(history: &History) -> Self {
        let mut deeds = Self {
            sent: sent(history),
            paid: paid(history),
            notes: notes(history),
            handed: Vec::new(),
        };
        deeds.handed.extend(papers(history, Kind::Tickets));
        deeds.handed.extend(papers(history, Kind::Tasks));
        deeds.handed.extend(labels(history));
        deeds
            .handed
            .sort_by(|a, b| (a.by.seq, a.form, &a.id).cmp(&(b.by.seq, b.form, &b.id)));
        deeds
    }
}

fn sent(history: &History) -> Vec<Sent> {
    let by_message_id: std::collections::BTreeMap<&str, &Str> = history
        .mails
        .values()
        .map(|mail| (&*mail.row.message_id, &mail.row.thread_id))
        .collect();
    let mut list: Vec<Sent> = history
        .sent_by_candidate()
        .map(|(mail, by)| {
            let mut threads = vec![mail.row.thread_id.clone()];
            let answered = mail
                .row
                .references
                .iter()
                .filter_map(|id| by_message_id.get(&**id));
            threads.extend(answered.map(|thread| (*thread).clone()));
            threads.dedup();
            Sent {
                id: mail.row.id.clone(),
                by,
                threads,
                readers: mail.readers().map(|(_, address)| address).collect(),
                says: mail.says(),
                shows: mail.shows(),
            }
        })
        .collect();
    list.sort_by_key(|one| one.by.seq);
    list
}

fn paid(history: &History) -> Vec<Paid> {
    let refunds = history.world.billing.refunds.oldest_first();
    let mut list: Vec<Paid> = refunds
        .filter_map(|row| {
            let by = history.origin(muddle_world::vendor::Vendor::Billing, "refunds", &row.id);
            (by.actor == ActorKind::Candidate).then(|| Paid {
                id: row.id.clone(),
                by,
                charge: row.charge.clone(),
                amount: row.amount,
                counts: !matches!(row.status, RefundStatus::Failed | RefundStatus::Canceled),
            })
        })
        .collect();
    list.sort_by_key(|one| one.by.seq);
    list
}

fn notes(history: &History) -> Vec<Noted> {
    let papers = history.papers(Kind::Notes).into_iter();
    let ours = papers.filter(|paper| paper.by.actor == ActorKind::Candidate);
    let mut list: Vec<Noted> = ours
        .filter(|paper| paper.object.archived.is_none())
        .map(|paper| Noted {
            id: paper.object.id.clone(),
            says: paper.says(),
            contacts: history
                .contacts_of(Kind::Notes, &paper.object.id)
                .into_iter()
                .map(|(contact, tied)| (contact, tied.seq.max(paper.by.seq)))
                .collect(),
            by: paper.by,
        })
        .collect();
    list.sort_by_key(|one| one.by.seq);
    list
}

/// Tickets and tasks that ask for a person and that the candidate made or changed so.
fn papers(history: &History, kind: Kind) -> Vec<Handed> {
    let mut list = Vec::new();
    for paper in history.papers(kind) {
        let asks = match kind {
            Kind::Tickets => history
                .stage(paper.object)
                .eq_ignore_ascii_case(NEEDS_A_PERSON),
            _ => !paper.owner().is_empty(),
        };
        if paper.object.archived.is_some() || !asks {
            continue;
        }
        let Some(by) = history.completed(kind, &paper) else {
            continue;
        };
        list.push(Handed {
            form: if kind == Kind::Tickets {
                Form::Ticket
            } else {
                Form::Task
            },
            id: paper.object.id.clone(),
            by,
            says: paper.says(),
            text: format!("{} {}", paper.subject(), paper.body())
                .trim()
                .to_owned(),
            contacts: history
                .contacts_of(kind, &paper.object.id)
                .into_iter()
                .map(|(contact, _)| contact)
                .collect(),
        });
    }
    list
}

/// Threads that the candidate labelled and that still carry the label.
fn labels(history: &History) -> Vec<Handed> {
    let mut first = std::collections::BTreeMap::new();
    for step in &history.labels {
        let named = history
            .label_name(&step.label)
            .eq_ignore_ascii_case(NEEDS_A_PERSON);
        if step.added && named && step.by.actor == ActorKind::Candidate {
            let stands = history.world.inbox.messages.get(&step.mail);
            if let Some(mail) = stands.filter(|mail| mail.has(&step.label)) {
                first.entry(mail.thread_id.clone()).or_insert(step.by);
            }
        }
    }
    first
        .into_iter()
        .map(|(thread, by)| Handed {
            form: Form::Label,
            id: thread,
            by,
            says: String::new(),
            text: String::new(),
            contacts: Vec::new(),
        })
        .collect()
}
