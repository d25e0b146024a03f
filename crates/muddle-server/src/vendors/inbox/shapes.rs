//! The vendor's published shapes of answers: which fields each has, and which of them hold others.
//!
//! Read by [`super::partial`]. Fields that we never tell are here too, since a client may ask for them.

use super::asking::{LABEL, MESSAGE};

/// One of the vendor's resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// `getProfile`.
    Profile,
    /// `labels.list`.
    Labels,
    /// A label.
    Label,
    /// The colours of a label.
    Color,
    /// `messages.list`.
    Messages,
    /// A message.
    Message,
    /// A part of a message.
    Part,
    /// The body of a part, and an attachment.
    Body,
    /// A header of a part.
    Header,
    /// A classification of a message.
    Classification,
    /// A field of a classification.
    ClassificationField,
    /// `threads.list`.
    Threads,
    /// A thread.
    Thread,
    /// `drafts.list`.
    Drafts,
    /// A draft.
    Draft,
    /// `history.list`.
    History,
    /// One change.
    Change,
    /// A message that came or went.
    Touched,
    /// A message with labels that it got or lost.
    Labelled,
}

impl Shape {
    /// The shape of an operation's answer; none where it has no body.
    pub fn of(operation: &str) -> Option<Self> {
        Some(match operation {
            "get_profile" => Self::Profile,
            "list_labels" => Self::Labels,
            "get_label" | "create_label" | "update_label" | "patch_label" => Self::Label,
            "list_messages" => Self::Messages,
            "get_message" | "insert_message" | "import_message" | "send_message"
            | "modify_message" | "trash_message" | "untrash_message" | "send_draft" => {
                Self::Message
            }
            "get_attachment" => Self::Body,
            "list_threads" => Self::Threads,
            "get_thread" | "modify_thread" | "trash_thread" | "untrash_thread" => Self::Thread,
            "list_drafts" => Self::Drafts,
            "get_draft" | "create_draft" | "update_draft" => Self::Draft,
            "list_history" => Self::History,
            _ => return None,
        })
    }

    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Profile => &["emailAddress", "historyId", "messagesTotal", "threadsTotal"],
            Self::Labels => &["labels"],
            Self::Label => &LABEL,
            Self::Color => &["backgroundColor", "textColor"],
            Self::Messages => &["messages", "nextPageToken", "resultSizeEstimate"],
            Self::Message => &MESSAGE,
            Self::Part => &["body", "filename", "headers", "mimeType", "partId", "parts"],
            Self::Body => &["attachmentId", "data", "size"],
            Self::Header => &["name", "value"],
            Self::Classification => &["fields", "labelId"],
            Self::ClassificationField => &["fieldId", "selection"],
            Self::Threads => &["nextPageToken", "resultSizeEstimate", "threads"],
            Self::Thread => &["historyId", "id", "messages", "snippet"],
            Self::Drafts => &["drafts", "nextPageToken", "resultSizeEstimate"],
            Self::Draft => &["id", "message"],
            Self::History => &["history", "historyId", "nextPageToken"],
            Self::Change => &[
                "id",
                "labelsAdded",
                "labelsRemoved",
                "messages",
                "messagesAdded",
                "messagesDeleted",
            ],
            Self::Touched => &["message"],
            Self::Labelled => &["labelIds", "message"],
        }
    }

    /// What a field holds, if it holds others.
    fn field(self, name: &str) -> Option<Self> {
        Some(match (self, name) {
            (Self::Labels, "labels") => Self::Label,
            (Self::Label, "color") => Self::Color,
            (Self::Messages | Self::Thread | Self::Change, "messages")
            | (Self::Draft | Self::Touched | Self::Labelled, "message") => Self::Message,
            (Self::Message, "payload") | (Self::Part, "parts") => Self::Part,
            (Self::Message, "classificationLabelValues") => Self::Classification,
            (Self::Classification, "fields") => Self::ClassificationField,
            (Self::Part, "body") => Self::Body,
            (Self::Part, "headers") => Self::Header,
            (Self::Threads, "threads") => Self::Thread,
            (Self::Drafts, "drafts") => Self::Draft,
            (Self::History, "history") => Self::Change,
            (Self::Change, "messagesAdded" | "messagesDeleted") => Self::Touched,
            (Self::Change, "labelsAdded" | "labelsRemoved") => Self::Labelled,
            _ => return None,
        })
    }

    /// The shapes below a field of any of these; none where none of them has it. `*` is every field.
    pub fn below(of: &[Self], name: &str) -> Option<Vec<Self>> {
        let mut below = Vec::new();
        let mut known = false;
        for shape in of {
            for field in shape.fields() {
                if name == "*" || *field == name {
                    known = true;
                    below.extend(shape.field(field));
                }
            }
        }
        below.sort_unstable();
        below.dedup();
        known.then_some(below)
    }
}
