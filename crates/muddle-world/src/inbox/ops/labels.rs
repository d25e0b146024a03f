//! Labels: the user's own, and which labels a message may carry.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Said, create};
use crate::effect::{self, Effects};
use crate::inbox::colors;
use crate::inbox::limits::{LABEL_NAME_CHARS_MAX, LABELS_CALL_MAX, LABELS_MAX, LABELS_MESSAGE_MAX};
use crate::inbox::{
    Label, LabelFields, Message, Record, Refusal, Relabel, Reply, SYSTEM_LABELS, Tables,
};
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// Labels that only the box itself puts on and takes off.
const FIXED: [&str; 3] = ["SENT", "DRAFT", "CHAT"];

/// Whether there is such a label.
pub fn exists(tables: &Tables, id: &str) -> bool {
    SYSTEM_LABELS.contains(&id) || tables.labels.get(id).is_some()
}

/// `GET /labels/{id}`.
pub fn get(view: &View<'_>, id: &Str) -> Said {
    if exists(&view.world.inbox, id) {
        Ok(Reply::Label { id: id.clone() })
    } else {
        Err(Refusal::NotFound)
    }
}

/// `POST /labels`.
pub fn make(view: &View<'_>, effects: &mut Effects, fields: &LabelFields) -> Said {
    let name = free_name(view, fields.name.as_deref().unwrap_or_default(), None)?;
    if view.world.inbox.labels.len() >= LABELS_MAX {
        return Err(Refusal::invalid(format!(
            "Too many labels: a mailbox may have at most {LABELS_MAX}"
        )));
    }
    let mut ordinal = view.nth(effects, Vendor::Inbox, "labels") + 1;
    while exists(&view.world.inbox, &format!("Label_{ordinal}")) {
        ordinal += 1;
    }
    let blank = Label {
        id: format!("Label_{ordinal}").into(),
        name,
        label_list_visibility: "labelShow".into(),
        message_list_visibility: "show".into(),
        color: None,
    };
    let label = with(blank, fields)?;
    let id = label.id.clone();
    create(effects, label);
    Ok(Reply::Label { id })
}

/// `PATCH /labels/{id}`, and `PUT` with `whole`: what is not given falls back to what a new label has.
pub fn update(
    view: &View<'_>,
    effects: &mut Effects,
    id: &Str,
    fields: &LabelFields,
    whole: bool,
) -> Said {
    let before = own(view, id)?;
    let mut after = Label::clone(before);
    match &fields.name {
        Some(name) => after.name = free_name(view, name, Some(id))?,
        None if whole => return Err(Refusal::invalid("Missing label name")),
        None => {}
    }
    if whole {
        after.label_list_visibility = "labelShow".into();
        after.message_list_visibility = "show".into();
        after.color = None;
    }
    effects.change(Vendor::Inbox, &**before, &with(after, fields)?);
    Ok(Reply::Label { id: id.clone() })
}

/// `DELETE /labels/{id}`: its messages lose it and stay.
pub fn delete(view: &View<'_>, effects: &mut Effects, id: &Str) -> Said {
    let label = own(view, id)?;
    for message in view.world.inbox.messages.by_key("label", id) {
        let mut after = Message::clone(message);
        after.label_ids.retain(|label| label != id);
        effects.change(Vendor::Inbox, &**message, &after);
    }
    effects.remove(effect::Record::Inbox(Record::Label(label.clone())));
    Ok(Reply::Done)
}

/// The labels of a mail that is put in: each must exist, and a draft is made otherwise.
pub fn given(view: &View<'_>, labels: &[Str]) -> Result<(), Refusal> {
    not_too_many(labels)?;
    for label in labels {
        if !exists(&view.world.inbox, label) || &**label == "DRAFT" {
            return Err(unknown(label));
        }
    }
    Ok(())
}

/// Labels to put on a message and to take off, each once.
pub struct Change {
    add: BTreeSet<Str>,
    remove: BTreeSet<Str>,
}

impl Change {
    /// One of the box's own.
    pub fn of(add: &[&str], remove: &[&str]) -> Self {
        let set = |labels: &[&str]| labels.iter().map(|label| Str::from(*label)).collect();
        Self {
            add: set(add),
            remove: set(remove),
        }
    }
}

/// Checks that these labels can be put on and taken off by a user.
pub fn relabelling(view: &View<'_>, labels: &Relabel) -> Result<Change, Refusal> {
    if labels.add.is_empty() && labels.remove.is_empty() {
        return Err(Refusal::invalid("No label add or removes specified"));
    }
    not_too_many(&labels.add)?;
    not_too_many(&labels.remove)?;
    let set = |labels: &[Str]| labels.iter().cloned().collect();
    let change = Change {
        add: set(&labels.add),
        remove: set(&labels.remove),
    };
    for label in change.add.iter().chain(&change.remove) {
        if !exists(&view.world.inbox, label) || FIXED.contains(&&**label) {
            return Err(unknown(label));
        }
    }
    if let Some(both) = change.add.intersection(&change.remove).next() {
        let message = format!("Cannot both add and remove the same label: {both}");
        return Err(Refusal::invalid(message));
    }
    Ok(change)
}

fn not_too_many(labels: &[Str]) -> Result<(), Refusal> {
    if labels.len() > LABELS_CALL_MAX {
        return Err(Refusal::invalid(format!(
            "Too many labels: at most {LABELS_CALL_MAX} in one call"
        )));
    }
    Ok(())
}

/// Puts labels on a message and takes others off. What goes into the trash or to spam leaves the inbox.
pub fn relabel(effects: &mut Effects, message: &Message, change: &Change) -> Result<(), Refusal> {
    let mut labels: BTreeSet<Str> = message.label_ids.iter().cloned().collect();
    labels.retain(|label| !change.remove.contains(label));
    labels.extend(change.add.iter().cloned());
    let out = |label: &Str| matches!(&**label, "TRASH" | "SPAM");
    if change.add.iter().any(out) {
        labels.remove("INBOX");
    }
    if labels.len() > LABELS_MESSAGE_MAX.max(message.label_ids.len()) {
        return Err(Refusal::invalid(format!(
            "Too many labels: a message may carry at most {LABELS_MESSAGE_MAX}"
        )));
    }
    let after = Message {
        label_ids: labels.into_iter().collect(),
        ..message.clone()
    };
    effects.change(Vendor::Inbox, message, &after);
    Ok(())
}

fn unknown(label: &str) -> Refusal {
    Refusal::invalid(format!("Invalid label: {label}"))
}

fn own<'a>(view: &View<'a>, id: &Str) -> Result<&'a Arc<Label>, Refusal> {
    if SYSTEM_LABELS.contains(&&**id) {
        return Err(Refusal::invalid(
            "Invalid label: system labels cannot be changed",
        ));
    }
    view.world.inbox.labels.get(id).ok_or(Refusal::NotFound)
}

/// The name, if it is one and no other label has it.
fn free_name(view: &View<'_>, name: &str, own: Option<&Str>) -> Result<Str, Refusal> {
    let name = name.trim();
    if name.is_empty()
        || name.chars().count() > LABEL_NAME_CHARS_MAX
        || name.chars().any(char::is_control)
    {
        return Err(Refusal::invalid("Invalid label name"));
    }
    let lower = name.to_lowercase();
    let system = SYSTEM_LABELS
        .iter()
        .any(|label| label.to_lowercase() == lower);
    if system {
        return Err(Refusal::invalid("Invalid label name"));
    }
    let mut others = view.world.inbox.labels.by_key("name", &lower);
    if others.any(|label| Some(&label.id) != own) {
        return Err(Refusal::LabelExists);
    }
    Ok(name.into())
}

fn with(mut label: Label, fields: &LabelFields) -> Result<Label, Refusal> {
    if let Some(shown) = &fields.label_list_visibility {
        if !["labelShow", "labelShowIfUnread", "labelHide"].contains(&&**shown) {
            return Err(Refusal::invalid(format!("Invalid value: {shown}")));
        }
        label.label_list_visibility = shown.clone();
    }
    if let Some(shown) = &fields.message_list_visibility {
        if !["show", "hide"].contains(&&**shown) {
            return Err(Refusal::invalid(format!("Invalid value: {shown}")));
        }
        label.message_list_visibility = shown.clone();
    }
    if let Some(color) = &fields.color {
        colors::check(color)?;
        label.color = Some(color.clone());
    }
    Ok(label)
}
