//! Threads: what is done to a message is done to all of them.

use std::sync::Arc;

use super::Said;
use super::labels::{relabel, relabelling};
use super::messages::{into_trash, out_of_trash, remove};
use crate::effect::Effects;
use crate::inbox::limits::{HEADERS_BYTES_MAX, SHOWN_BYTES_MAX};
use crate::inbox::{Format, Message, Refusal, Relabel, Reply};
use crate::row::Str;
use crate::view::View;

/// Messages of a thread, oldest first.
pub fn messages<'a>(view: &View<'a>, id: &str) -> Vec<&'a Arc<Message>> {
    let mut found: Vec<_> = view.world.inbox.messages.by_key("thread", id).collect();
    found.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    found
}

fn found<'a>(view: &View<'a>, id: &str) -> Result<Vec<&'a Arc<Message>>, Refusal> {
    let found = messages(view, id);
    if found.is_empty() {
        Err(Refusal::NotFound)
    } else {
        Ok(found)
    }
}

/// `GET /threads/{id}`, if what it would show is not too long for one answer.
pub fn get(view: &View<'_>, id: &Str, format: Format) -> Said {
    let shown = found(view, id)?.into_iter().map(|message| match format {
        Format::Full | Format::Raw => message.size,
        Format::Metadata => message.size.min(HEADERS_BYTES_MAX as u64),
        Format::Minimal => 0,
    });
    if shown.sum::<u64>() > SHOWN_BYTES_MAX {
        return Err(Refusal::invalid(format!(
            "The thread is larger than the limit of {SHOWN_BYTES_MAX} bytes: get its messages one by one"
        )));
    }
    Ok(Reply::Thread { id: id.clone() })
}

/// `POST /threads/{id}/modify`.
pub fn modify(view: &View<'_>, effects: &mut Effects, id: &Str, labels: &Relabel) -> Said {
    let messages = found(view, id)?;
    let change = relabelling(view, labels)?;
    for message in messages {
        relabel(effects, message, &change)?;
    }
    Ok(Reply::Thread { id: id.clone() })
}

/// `POST /threads/{id}/trash`.
pub fn trash(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    for message in found(view, id)? {
        relabel(effects, message, &into_trash())?;
    }
    Ok(Reply::Thread { id: id.clone() })
}

/// `POST /threads/{id}/untrash`.
pub fn untrash(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    for message in found(view, id)?
        .into_iter()
        .filter(|message| message.has("TRASH"))
    {
        relabel(effects, message, &out_of_trash())?;
    }
    Ok(Reply::Thread { id: id.clone() })
}

/// `DELETE /threads/{id}`.
pub fn delete(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    for message in found(view, id)? {
        remove(view, effects, message);
    }
    Ok(Reply::Done)
}
