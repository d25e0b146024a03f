//! What the candidate did, case by case: the rows of the table `acts`.
//!
//! Called once per log by [`super::judge`]. Reads, traces of looking and what a vendor books by itself are no acts.

use muddle_world::call::ActorKind;
use muddle_world::crm::Kind;
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;

use super::index::Index;
use crate::deeds::Deeds;
use crate::history::{History, Origin};

/// Something the candidate did on a case.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// When.
    pub by: Origin,
    /// As in the table `acts`.
    pub form: &'static str,
    /// The record that shows it.
    pub id: Str,
}

/// Acts under construction, one list per case.
struct Acts(Vec<Vec<Act>>);

impl Acts {
    fn add(&mut self, cases: &[usize], by: Origin, form: &'static str, id: &Str) {
        for case in cases {
            let list = &mut self.0[*case];
            let known = |act: &Act| act.form == form && act.id == *id && act.by.seq == by.seq;
            if !list.iter().any(known) {
                let id = id.clone();
                list.push(Act { by, form, id });
            }
        }
    }
}

/// The acts on each of so many cases, in the order of the log. `about` says what each hand-off is about.
pub(super) fn acts(
    history: &History,
    deeds: &Deeds,
    index: &Index,
    about: &[Vec<usize>],
    cases: usize,
) -> Vec<Vec<Act>> {
    let mut acts = Acts(vec![Vec::new(); cases]);
    for paid in &deeds.paid {
        acts.add(
            index.of_record("charges", &paid.charge),
            paid.by,
            "refund",
            &paid.id,
        );
    }
    for sent in &deeds.sent {
        for thread in &sent.threads {
            acts.add(
                index.of_record("threads", thread),
                sent.by,
                "reply",
                &sent.id,
            );
        }
    }
    for note in &deeds.notes {
        for (contact, _) in &note.contacts {
            acts.add(
                index.of_record("contacts", contact),
                note.by,
                "note",
                &note.id,
            );
        }
    }
    for (handed, cases) in deeds.handed.iter().zip(about) {
        acts.add(cases, handed.by, "handoff", &handed.id);
    }
    labels(history, index, &mut acts);
    writes(history, index, &mut acts);
    for list in &mut acts.0 {
        list.sort_by_key(|act| act.by.seq);
    }
    acts.0
}

fn labels(history: &History, index: &Index, acts: &mut Acts) {
    let ours = history.labels.iter();
    for step in ours.filter(|step| step.by.actor == ActorKind::Candidate && step.shows_a_decision())
    {
        if let Some(mail) = history.mails.get(&step.mail) {
            acts.add(
                index.of_record("threads", &mail.row.thread_id),
                step.by,
                "label",
                &step.mail,
            );
        }
    }
}

fn writes(history: &History, index: &Index, acts: &mut Acts) {
    for touch in &history.touches {
        let (vendor, collection, id) = &touch.place;
        let place = match (*vendor, &**collection) {
            (Vendor::Crm, "contacts") => "contacts",
            (Vendor::Crm, name) if name == Kind::Deals.name() => "deals",
            (Vendor::Billing, "customers") => "customers",
            _ => continue,
        };
        let merged = touch.fields.iter().any(|field| &**field == "merged_into");
        let form = if merged { "merge" } else { "write" };
        acts.add(index.of_record(place, id), touch.by, form, id);
    }
}
