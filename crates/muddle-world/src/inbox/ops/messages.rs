//! Messages: put in, sent, labelled, thrown away.

use std::sync::Arc;

use super::Said;
use super::arriving::{Arrival, Joins, thread_of};
use super::labels::{Change, given, relabel, relabelling};
use crate::effect::{self, Effects};
use crate::inbox::limits::BATCH_IDS_MAX;
use crate::inbox::{Delivery, Message, NewMail, Record, Refusal, Relabel, Reply, mime};
use crate::row::Str;
use crate::time::At;
use crate::view::View;

/// The message with this id.
pub fn found<'a>(view: &View<'a>, id: &str) -> Result<&'a Arc<Message>, Refusal> {
    view.world.inbox.messages.get(id).ok_or(Refusal::NotFound)
}

/// `GET /messages/{id}`. Looking changes nothing, UNREAD stays.
pub fn get(view: &View<'_>, id: &Str) -> Said {
    found(view, id).map(|message| named(&message.id))
}

/// `POST /messages` and, with `arriving`, `POST /messages/import`.
pub fn put_in(view: &View<'_>, effects: &mut Effects, mail: &NewMail, arriving: bool) -> Said {
    given(view, &mail.label_ids)?;
    let mut arrival = Arrival::within_limits(&mail.raw)?;
    let thread = thread_of(
        view,
        &arrival.head,
        mail.thread_id.as_ref(),
        Joins::References,
    )?;
    if arriving {
        arrival.complete(view, effects);
    }
    let dated = mail.dated_by_header.unwrap_or(arriving);
    let at = arrival.head.date.filter(|_| dated).map_or(view.at, At);
    let defaults: &[&str] = if arriving && mail.label_ids.is_empty() {
        &["INBOX", "UNREAD"]
    } else {
        &[]
    };
    let mut labels = mail.label_ids.clone();
    labels.extend(defaults.iter().map(|label| Str::from(*label)));
    let message = arrival.keep(view, effects, thread, &labels, at);
    Ok(named(&message.id))
}

/// `POST /messages/send`.
pub fn send(view: &View<'_>, effects: &mut Effects, mail: &NewMail) -> Said {
    let mut arrival = Arrival::within_limits(&mail.raw)?;
    let thread = thread_of(view, &arrival.head, mail.thread_id.as_ref(), Joins::Subject)?;
    let own = super::address(view);
    arrival.come_from(own);
    arrival.complete(view, effects);
    let head = &arrival.head;
    let people = head.to.iter().chain(&head.cc).chain(&head.bcc);
    let addresses: Vec<&str> = people.map(|person| &*person.address).collect();
    if addresses.is_empty() {
        return Err(Refusal::invalid("Recipient address required"));
    }
    if let Some(bad) = addresses.iter().find(|address| !is_address(address)) {
        return Err(Refusal::invalid(format!("Invalid To header: {bad}")));
    }
    let mut labels: Vec<Str> = vec!["SENT".into()];
    if addresses
        .iter()
        .any(|address| address.eq_ignore_ascii_case(own))
    {
        labels.extend(["INBOX".into(), "UNREAD".into()]);
    }
    let message = arrival.keep(view, effects, thread, &labels, view.at);
    Ok(named(&message.id))
}

/// Mail from outside comes in: it joins the thread it refers to, unread.
pub fn deliver(view: &View<'_>, effects: &mut Effects, mail: &Delivery) -> Said {
    given(view, &mail.label_ids)?;
    let mut arrival = Arrival::read(&mail.raw)?;
    arrival.complete(view, effects);
    let thread = thread_of(view, &arrival.head, None, Joins::References)?;
    let labels: Vec<Str> = if mail.label_ids.is_empty() {
        vec!["INBOX".into(), "UNREAD".into()]
    } else {
        mail.label_ids.clone()
    };
    let message = arrival.keep(view, effects, thread, &labels, view.at);
    Ok(named(&message.id))
}

/// `POST /messages/{id}/modify`.
pub fn modify(view: &View<'_>, effects: &mut Effects, id: &Str, labels: &Relabel) -> Said {
    let message = found(view, id)?;
    relabel(effects, message, &relabelling(view, labels)?)?;
    Ok(named(id))
}

/// `POST /messages/batchModify`. Ids that are no messages are passed over, as the vendor does.
pub fn modify_batch(view: &View<'_>, effects: &mut Effects, ids: &[Str], labels: &Relabel) -> Said {
    let ids = batch(ids)?;
    let change = relabelling(view, labels)?;
    for message in ids.iter().filter_map(|id| found(view, id).ok()) {
        relabel(effects, message, &change)?;
    }
    Ok(Reply::Done)
}

/// `POST /messages/batchDelete`.
pub fn delete_batch(view: &View<'_>, effects: &mut Effects, ids: &[Str]) -> Said {
    for message in batch(ids)?.iter().filter_map(|id| found(view, id).ok()) {
        remove(view, effects, message);
    }
    Ok(Reply::Done)
}

/// `POST /messages/{id}/trash`.
pub fn trash(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    relabel(effects, found(view, id)?, &into_trash())?;
    Ok(named(id))
}

/// `POST /messages/{id}/untrash`.
pub fn untrash(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    let message = found(view, id)?;
    if message.has("TRASH") {
        relabel(effects, message, &out_of_trash())?;
    }
    Ok(named(id))
}

/// `DELETE /messages/{id}`.
pub fn delete(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    remove(view, effects, found(view, id)?);
    Ok(Reply::Done)
}

/// `GET /messages/{message}/attachments/{id}`.
pub fn attachment(view: &View<'_>, message: &Str, id: &Str) -> Said {
    let parts = found(view, message)?.parts();
    let part = parts
        .walk()
        .into_iter()
        .find(|part| attachment_id(message, part) == **id);
    match part.filter(|part| part.attached) {
        Some(part) => Ok(Reply::Attachment {
            message: message.clone(),
            part: part.id.as_str().into(),
        }),
        None => Err(Refusal::NotFound),
    }
}

/// Names an attachment: opaque, and the same whenever it is asked for.
pub fn attachment_id(message: &str, part: &mime::Part) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    hash.update(message);
    hash.update([0]);
    hash.update(&part.id);
    let digest = hash.finalize();
    format!("ANGjdJ{}", data_encoding::BASE64URL_NOPAD.encode(&digest))
}

/// Trash takes a message out of the inbox.
pub fn into_trash() -> Change {
    Change::of(&["TRASH"], &["INBOX", "SPAM"])
}

/// Out of the trash it is kept, and not in the inbox again.
pub fn out_of_trash() -> Change {
    Change::of(&[], &["TRASH"])
}

/// Takes a message out, and the draft it was the text of.
pub fn remove(view: &View<'_>, effects: &mut Effects, message: &Arc<Message>) {
    for draft in view.world.inbox.drafts.by_key("message", &message.id) {
        effects.remove(effect::Record::Inbox(Record::Draft(draft.clone())));
    }
    effects.remove(effect::Record::Inbox(Record::Message(message.clone())));
}

/// Each id once, and not too many.
fn batch(ids: &[Str]) -> Result<Vec<Str>, Refusal> {
    if ids.is_empty() {
        return Err(Refusal::invalid("No message ids specified"));
    }
    if ids.len() > BATCH_IDS_MAX {
        return Err(Refusal::invalid(format!(
            "Too many message ids, at most {BATCH_IDS_MAX}"
        )));
    }
    let mut each = ids.to_vec();
    each.sort();
    each.dedup();
    Ok(each)
}

/// Whether mail can be sent there.
fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let plain = |text: &str| !text.is_empty() && !text.contains([' ', '<', '>', ',', '@']);
    plain(local) && plain(domain) && !domain.starts_with('.') && !domain.ends_with('.')
}

fn named(id: &Str) -> Reply {
    Reply::Message { id: id.clone() }
}
