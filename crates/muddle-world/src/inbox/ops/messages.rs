//! Messages: what arrives.

use super::Said;
use super::arriving::{Arrival, Joins, thread_of};
use crate::effect::Effects;
use crate::inbox::{Delivery, Reply};
use crate::row::Str;
use crate::view::View;

/// Mail from outside comes in: it joins the thread it refers to, unread.
pub fn deliver(view: &View<'_>, effects: &mut Effects, mail: &Delivery) -> Said {
    let mut arrival = Arrival::read(&mail.raw)?;
    arrival.complete(view, effects);
    let thread = thread_of(view, &arrival.head, None, Joins::References)?;
    let labels: Vec<Str> = if mail.label_ids.is_empty() {
        vec!["INBOX".into(), "UNREAD".into()]
    } else {
        mail.label_ids.clone()
    };
    let message = arrival.keep(view, effects, thread, &labels, view.at);
    Ok(Reply::Message { id: message.id })
}
