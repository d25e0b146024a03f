//! Drafts: a mail that can still be rewritten, and becomes a sent one.

use std::sync::Arc;

use super::arriving::{Arrival, Joins, thread_of};
use super::messages::{found as message, remove, send as send_mail};
use super::{Said, create};
use crate::effect::{self, Effects};
use crate::inbox::{Draft, Message, NewMail, Record, Refusal, Reply};
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

fn found<'a>(view: &View<'a>, id: &str) -> Result<&'a Arc<Draft>, Refusal> {
    view.world.inbox.drafts.get(id).ok_or(Refusal::NotFound)
}

/// `GET /drafts/{id}`.
pub fn get(view: &View<'_>, id: &Str) -> Said {
    found(view, id).map(|draft| named(&draft.id))
}

/// `POST /drafts`.
pub fn make(view: &View<'_>, effects: &mut Effects, mail: &NewMail) -> Said {
    let text = write(view, effects, mail, None)?;
    let nth = view.nth(effects, Vendor::Inbox, "drafts");
    let number = view.seed().draw(&[b"draft id", &nth.to_be_bytes()]) >> 2;
    let draft = Draft {
        id: format!("r{number:019}").into(),
        message: text.id,
        at: view.at,
    };
    let id = draft.id.clone();
    create(effects, draft);
    Ok(named(&id))
}

/// `PUT /drafts/{id}`: the same draft, another message.
pub fn update(view: &View<'_>, effects: &mut Effects, id: &Str, mail: &NewMail) -> Said {
    let draft = found(view, id)?;
    let before = message(view, &draft.message)?;
    let text = write(view, effects, mail, Some(before))?;
    let after = Draft {
        message: text.id,
        at: view.at,
        ..Draft::clone(draft)
    };
    effects.change(Vendor::Inbox, &**draft, &after);
    effects.remove(effect::Record::Inbox(Record::Message(before.clone())));
    Ok(named(id))
}

/// `POST /drafts/send`: the draft and its message go, a sent message comes.
pub fn send(
    view: &View<'_>,
    effects: &mut Effects,
    id: Option<&Str>,
    mail: Option<&NewMail>,
) -> Said {
    let (draft, text) = match id {
        None => {
            let mail = mail.ok_or_else(|| Refusal::invalid("Missing draft id or message"))?;
            return send_mail(view, effects, mail);
        }
        Some(id) => {
            let draft = found(view, id)?;
            (draft, message(view, &draft.message)?)
        }
    };
    let kept = NewMail {
        raw: text.raw.clone(),
        thread_id: Some(text.thread_id.clone()),
        ..NewMail::default()
    };
    let mut sent = mail.cloned().unwrap_or(kept);
    // A draft that stands alone begins a thread that ends with it; what is sent begins one of its own.
    sent.thread_id = sent.thread_id.filter(|thread| {
        let mut others = view.world.inbox.messages.by_key("thread", thread);
        **thread != *text.thread_id || others.any(|other| other.id != text.id)
    });
    let said = send_mail(view, effects, &sent)?;
    effects.remove(effect::Record::Inbox(Record::Draft(draft.clone())));
    effects.remove(effect::Record::Inbox(Record::Message(text.clone())));
    Ok(said)
}

/// `DELETE /drafts/{id}`.
pub fn delete(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    let draft = found(view, id)?;
    match message(view, &draft.message) {
        Ok(text) => remove(view, effects, text),
        Err(_) => effects.remove(effect::Record::Inbox(Record::Draft(draft.clone()))),
    }
    Ok(Reply::Done)
}

/// The message of a draft. Another text stays in the thread of the one before.
fn write(
    view: &View<'_>,
    effects: &mut Effects,
    mail: &NewMail,
    before: Option<&Arc<Message>>,
) -> Result<Message, Refusal> {
    let mut arrival = Arrival::within_limits(&mail.raw)?;
    let thread = thread_of(view, &arrival.head, mail.thread_id.as_ref(), Joins::Subject)?;
    let thread = thread.or_else(|| before.map(|before| before.thread_id.clone()));
    arrival.come_from(super::address(view));
    arrival.complete(view, effects);
    Ok(arrival.keep(view, effects, thread, &["DRAFT".into()], view.at))
}

fn named(id: &Str) -> Reply {
    Reply::Draft { id: id.clone() }
}
