//! Labels: the user's own, and which labels a message may carry.

use std::sync::Arc;

use super::{Said, create};
use crate::effect::{self, Effects};
use crate::inbox::{
    Label, LabelFields, Message, Record, Refusal, Relabel, Reply, SYSTEM_LABELS, Tables,
};
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// Labels that only the box itself puts on and takes off.
const FIXED: [&str; 3] = ["SENT", "DRAFT", "CHAT"];
/// Labels of a user that a box may have.
const LABELS_MAX: usize = 10_000;
/// Longest name, characters.
const NAME_MAX: usize = 225;

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
        return Err(Refusal::invalid("Too many labels"));
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
    for label in labels {
        if !exists(&view.world.inbox, label) || &**label == "DRAFT" {
            return Err(unknown(label));
        }
    }
    Ok(())
}

/// Checks that these labels can be put on and taken off by a user.
pub fn relabelling(view: &View<'_>, labels: &Relabel) -> Result<(), Refusal> {
    if labels.add.is_empty() && labels.remove.is_empty() {
        return Err(Refusal::invalid("No label add or removes specified"));
    }
    for label in labels.add.iter().chain(&labels.remove) {
        if !exists(&view.world.inbox, label) || FIXED.contains(&&**label) {
            return Err(unknown(label));
        }
    }
    if let Some(both) = labels
        .add
        .iter()
        .find(|label| labels.remove.contains(label))
    {
        let message = format!("Cannot both add and remove the same label: {both}");
        return Err(Refusal::invalid(message));
    }
    Ok(())
}

/// Puts labels on a message and takes others off. What is taken out of the inbox by the trash leaves the inbox.
pub fn relabel(effects: &mut Effects, message: &Message, labels: &Relabel) {
    let mut after = message.clone();
    after
        .label_ids
        .retain(|label| !labels.remove.contains(label));
    after.label_ids.extend(labels.add.iter().cloned());
    if labels
        .add
        .iter()
        .any(|label| matches!(&**label, "TRASH" | "SPAM"))
    {
        after.label_ids.retain(|label| &**label != "INBOX");
    }
    after.label_ids.sort();
    after.label_ids.dedup();
    effects.change(Vendor::Inbox, message, &after);
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
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
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
        label.color = Some(color.clone());
    }
    Ok(label)
}
