//! From a logged reply to the records it names, for whoever renders it.
//!
//! Called right after the call, under the same lock, with the world as the call left it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::history::Event;
use super::ops::{address, messages_of};
use super::{
    Call, Draft, HistoryKind, Label, Message, Refusal, Reply, Request, SYSTEM_LABELS, Showing,
};
use crate::row::Str;
use crate::view::View;

/// A reply with the records it names.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Whose box it is, and how full.
    Profile {
        /// Its address.
        address: Str,
        /// Messages in it.
        messages: u64,
        /// Threads in it.
        threads: u64,
        /// The id of its latest change.
        history_id: u64,
    },
    /// All labels, without counts.
    Labels(Vec<LabelShown>),
    /// One label. Counts are told only where one is asked for.
    Label(LabelShown),
    /// A page of messages: (id, thread).
    Messages {
        /// Its rows.
        rows: Vec<(Str, Str)>,
        /// Where the next begins.
        next: Option<Str>,
        /// About how many there are.
        estimate: u64,
    },
    /// A page of threads.
    Threads {
        /// (id, snippet, latest change).
        rows: Vec<(Str, Str, u64)>,
        /// Where the next begins.
        next: Option<Str>,
        /// About how many there are.
        estimate: u64,
    },
    /// A page of drafts: (id, message, thread).
    Drafts {
        /// Its rows.
        rows: Vec<(Str, Str, Str)>,
        /// Where the next begins.
        next: Option<Str>,
        /// About how many there are.
        estimate: u64,
    },
    /// A message that was asked for.
    Message(Shown),
    /// A message that was changed or made: id, thread and labels are told.
    Changed(Arc<Message>),
    /// The content of an attachment.
    Attachment(Vec<u8>),
    /// A thread that was asked for.
    Thread {
        /// Its id.
        id: Str,
        /// The id of its latest change.
        history_id: u64,
        /// Oldest first.
        messages: Vec<Shown>,
    },
    /// A thread that was changed.
    ChangedThread {
        /// Its id.
        id: Str,
        /// Oldest first.
        messages: Vec<Arc<Message>>,
    },
    /// A draft that was asked for.
    Draft {
        /// Its id.
        id: Str,
        /// Its text.
        message: Shown,
    },
    /// A draft that was made or changed.
    ChangedDraft {
        /// Its id.
        id: Str,
        /// Its text.
        message: Arc<Message>,
    },
    /// A page of changes.
    History {
        /// Oldest first.
        events: Vec<Event>,
        /// The kinds that were asked for; all if empty.
        kinds: Vec<HistoryKind>,
        /// Where the next begins.
        next: Option<Str>,
        /// The id of the latest change of the box.
        history_id: u64,
    },
    /// Done; nothing to say.
    Done,
    /// The mailbox says no.
    Refused(Refusal),
}

/// A message as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The message.
    pub message: Arc<Message>,
    /// The id of its latest change.
    pub history_id: u64,
    /// How much of it.
    pub showing: Showing,
}

/// A label, with what it counts.
#[derive(Clone, Debug)]
pub struct LabelShown {
    /// Its id.
    pub id: Str,
    /// The record of a user's label; none for the system's.
    pub own: Option<Arc<Label>>,
    /// (messages, unread, threads, unread threads), where they are told.
    pub counts: Option<[u64; 4]>,
}

/// Looks up what a reply names. `view` is the world right after the call.
pub fn resolve(view: &View<'_>, call: &Call, reply: &Reply) -> Answer {
    find(view, &call.request, reply).unwrap_or(Answer::Refused(Refusal::NotFound))
}

fn find(view: &View<'_>, request: &Request, reply: &Reply) -> Option<Answer> {
    let tables = &view.world.inbox;
    Some(match reply {
        Reply::Done => Answer::Done,
        Reply::Refused(refusal) => Answer::Refused(refusal.clone()),
        Reply::Profile => profile(view),
        Reply::Labels => Answer::Labels(labels(view)),
        Reply::Label { id } => Answer::Label(LabelShown {
            id: id.clone(),
            own: tables.labels.get(id).cloned(),
            counts: matches!(request, Request::GetLabel { .. }).then(|| counts(view, id)),
        }),
        Reply::List {
            ids,
            next,
            estimate,
        } => page(view, request, ids, next.as_ref(), *estimate),
        Reply::Message { id } => match request {
            Request::GetMessage { showing, .. } => Answer::Message(shown(view, id, showing)?),
            _ => Answer::Changed(tables.messages.get(id)?.clone()),
        },
        Reply::Attachment { message, part } => {
            let root = tables.messages.get(message)?.parts();
            let parts = root.walk();
            let part = parts.iter().find(|found| *found.id == **part)?;
            Answer::Attachment(part.body.clone())
        }
        Reply::Thread { id } => thread(view, request, id)?,
        Reply::Draft { id } => draft(view, request, tables.drafts.get(id)?)?,
        Reply::History {
            ids,
            next,
            history_id,
        } => Answer::History {
            events: events(view, ids),
            kinds: match request {
                Request::ListHistory(since) => since.kinds.clone(),
                _ => Vec::new(),
            },
            next: next.clone(),
            history_id: *history_id,
        },
    })
}

fn shown(view: &View<'_>, id: &str, showing: &Showing) -> Option<Shown> {
    Some(Shown {
        message: view.world.inbox.messages.get(id)?.clone(),
        history_id: view.world.history.of(id),
        showing: showing.clone(),
    })
}

fn profile(view: &View<'_>) -> Answer {
    let messages = &view.world.inbox.messages;
    let threads: BTreeSet<&Str> = messages.rows().map(|message| &message.thread_id).collect();
    Answer::Profile {
        address: address(view).into(),
        messages: messages.len() as u64,
        threads: threads.len() as u64,
        history_id: view.world.history.now(),
    }
}

fn labels(view: &View<'_>) -> Vec<LabelShown> {
    let system = SYSTEM_LABELS.iter().map(|id| (Str::from(*id), None));
    let own = view.world.inbox.labels.rows();
    let own = own.map(|label| (label.id.clone(), Some(label.clone())));
    system
        .chain(own)
        .map(|(id, own)| LabelShown {
            id,
            own,
            counts: None,
        })
        .collect()
}

fn counts(view: &View<'_>, label: &str) -> [u64; 4] {
    let mut threads: BTreeSet<&Str> = BTreeSet::new();
    let mut unread_threads: BTreeSet<&Str> = BTreeSet::new();
    let [mut messages, mut unread] = [0, 0];
    for message in view.world.inbox.messages.by_key("label", label) {
        messages += 1;
        threads.insert(&message.thread_id);
        if message.has("UNREAD") {
            unread += 1;
            unread_threads.insert(&message.thread_id);
        }
    }
    [
        messages,
        unread,
        threads.len() as u64,
        unread_threads.len() as u64,
    ]
}

fn page(
    view: &View<'_>,
    request: &Request,
    ids: &[Str],
    next: Option<&Str>,
    estimate: u64,
) -> Answer {
    let tables = &view.world.inbox;
    let next = next.cloned();
    match request {
        Request::ListThreads(_) => Answer::Threads {
            rows: ids
                .iter()
                .map(|id| {
                    let messages = messages_of(view, id);
                    let snippet = messages.last().map(|message| message.snippet.clone());
                    let latest = messages.iter().map(|one| view.world.history.of(&one.id));
                    let latest = latest.max().unwrap_or_default();
                    (id.clone(), snippet.unwrap_or_else(|| "".into()), latest)
                })
                .collect(),
            next,
            estimate,
        },
        Request::ListDrafts(_) => Answer::Drafts {
            rows: ids
                .iter()
                .filter_map(|id| {
                    let draft = tables.drafts.get(id)?;
                    let message = tables.messages.get(&draft.message)?;
                    Some((id.clone(), message.id.clone(), message.thread_id.clone()))
                })
                .collect(),
            next,
            estimate,
        },
        _ => Answer::Messages {
            rows: ids
                .iter()
                .filter_map(|id| Some((id.clone(), tables.messages.get(id)?.thread_id.clone())))
                .collect(),
            next,
            estimate,
        },
    }
}

fn thread(view: &View<'_>, request: &Request, id: &Str) -> Option<Answer> {
    let messages = messages_of(view, id);
    Some(match request {
        Request::GetThread { showing, .. } => Answer::Thread {
            id: id.clone(),
            history_id: messages
                .iter()
                .map(|message| view.world.history.of(&message.id))
                .max()?,
            messages: messages
                .iter()
                .filter_map(|message| shown(view, &message.id, showing))
                .collect(),
        },
        _ => Answer::ChangedThread {
            id: id.clone(),
            messages: messages.into_iter().cloned().collect(),
        },
    })
}

fn draft(view: &View<'_>, request: &Request, draft: &Draft) -> Option<Answer> {
    let id = draft.id.clone();
    Some(match request {
        Request::GetDraft { showing, .. } => Answer::Draft {
            id,
            message: shown(view, &draft.message, showing)?,
        },
        _ => Answer::ChangedDraft {
            id,
            message: view.world.inbox.messages.get(&draft.message)?.clone(),
        },
    })
}

fn events(view: &View<'_>, ids: &[u64]) -> Vec<Event> {
    let Some(before) = ids.first().map(|first| first.saturating_sub(1)) else {
        return Vec::new();
    };
    let events = view.world.history.since(before).into_iter().flatten();
    let wanted = events.filter(|event| ids.binary_search(&event.id).is_ok());
    wanted.cloned().collect()
}
