//! What can be asked of the mailbox, by operation, with its cost and what makes two attempts the same.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{LabelColor, Request, mime, unpack_raw};
use crate::row::Str;

/// One call: whose mailbox, and what is asked of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The mailbox's address; absent for the caller's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Str>,
    /// What is asked.
    pub request: Request,
}

/// Mail that story or a person sends in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// RFC 822, see [`super::compose`].
    pub raw: Str,
    /// `INBOX` and `UNREAD` if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub label_ids: Vec<Str>,
}

/// A mail that the caller puts in or sends out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMail {
    /// RFC 822; bytes that are no UTF-8 as [`super::pack_raw`] keeps them.
    pub raw: Str,
    /// The thread it should join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_id: Option<Str>,
    /// Labels it gets, where it is put in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub label_ids: Vec<Str>,
    /// Whether its own `Date` says when it arrived; the operation's habit if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dated_by_header: Option<bool>,
}

/// Which messages, threads or drafts, and which part of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// A search as the vendor writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<Str>,
    /// All of these labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub label_ids: Vec<Str>,
    /// Spam and trash too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub include_spam_trash: bool,
    /// At most so many; 500 are the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Where the page before ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Str>,
}

/// How much of a message is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Headers and bodies.
    #[default]
    Full,
    /// Headers.
    Metadata,
    /// The mail as it came.
    Raw,
    /// Labels and snippet.
    Minimal,
}

/// How messages are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Showing {
    /// How much of them.
    #[serde(default)]
    pub format: Format,
    /// Of `metadata`, these headers only; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Str>,
}

/// Labels to add and to take away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relabel {
    /// To add.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Str>,
    /// To take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<Str>,
}

/// Fields of a label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelFields {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Str>,
    /// Whether it stands in the list of labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_list_visibility: Option<Str>,
    /// Whether its messages stand in the list of messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_list_visibility: Option<Str>,
    /// Its colours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<LabelColor>,
}

/// Which changes of the box.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// After this change.
    pub start: u64,
    /// Of these kinds; all if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<HistoryKind>,
    /// Of messages with this label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Str>,
    /// At most so many; 500 are the most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Where the page before ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Str>,
}

/// Kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryKind {
    /// A message came.
    MessageAdded,
    /// A message is gone for good.
    MessageDeleted,
    /// A message got labels.
    LabelAdded,
    /// A message lost labels.
    LabelRemoved,
}

impl Call {
    /// A call on the caller's own mailbox.
    pub const fn plain(request: Request) -> Self {
        Self {
            user: None,
            request,
        }
    }

    /// Mail from outside, into the inbox, unread.
    pub fn deliver(raw: &str) -> Self {
        Self::plain(Request::Deliver(Delivery {
            raw: raw.into(),
            label_ids: Vec::new(),
        }))
    }

    /// The operation's name.
    pub const fn operation(&self) -> &'static str {
        self.request.operation()
    }

    /// What makes two attempts the same logical call: no paging, no ids of a mail, no boundaries.
    pub fn subject(&self) -> String {
        let name = self.operation();
        let meant = self.request.meant();
        if meant.is_empty() {
            name.to_owned()
        } else if meant.len() > SUBJECT_MAX {
            let digest = Sha256::digest(meant.as_bytes());
            format!("{name}:{}", data_encoding::HEXLOWER.encode(&digest[..16]))
        } else {
            format!("{name}:{meant}")
        }
    }

    /// What it costs of the vendor's quota.
    pub const fn quota_units(&self) -> u64 {
        match &self.request {
            Request::SendMessage(_) | Request::SendDraft { .. } => 100,
            Request::BatchModifyMessages { .. } | Request::BatchDeleteMessages { .. } => 50,
            Request::InsertMessage(_) | Request::ImportMessage(_) => 25,
            Request::DeleteThread { .. } => 20,
            Request::UpdateDraft { .. } => 15,
            Request::CreateDraft(_)
            | Request::DeleteDraft { .. }
            | Request::DeleteMessage { .. }
            | Request::ListThreads(_)
            | Request::GetThread { .. }
            | Request::ModifyThread { .. }
            | Request::TrashThread { .. }
            | Request::UntrashThread { .. } => 10,
            Request::ListHistory(_) => 2,
            Request::GetProfile | Request::ListLabels | Request::GetLabel { .. } => 1,
            Request::Deliver(_) => 0,
            _ => 5,
        }
    }
}

/// A longer subject is named by its digest.
const SUBJECT_MAX: usize = 200;

impl Request {
    /// The record ids and meaningful arguments.
    fn meant(&self) -> String {
        match self {
            Self::GetProfile | Self::ListLabels => String::new(),
            Self::GetLabel { id }
            | Self::DeleteLabel { id }
            | Self::GetMessage { id, .. }
            | Self::TrashMessage { id }
            | Self::UntrashMessage { id }
            | Self::DeleteMessage { id }
            | Self::GetThread { id, .. }
            | Self::TrashThread { id }
            | Self::UntrashThread { id }
            | Self::DeleteThread { id }
            | Self::GetDraft { id, .. }
            | Self::DeleteDraft { id } => id.to_string(),
            Self::UpdateLabel { id, fields } | Self::PatchLabel { id, fields } => {
                format!("{id}:{}", fields.name.as_deref().unwrap_or_default())
            }
            Self::CreateLabel(fields) => fields.name.as_deref().unwrap_or_default().to_owned(),
            Self::ListMessages(list) | Self::ListThreads(list) | Self::ListDrafts(list) => {
                let q = list.q.as_deref().unwrap_or_default();
                format!("{q}:{}", list.label_ids.join(","))
            }
            Self::InsertMessage(mail)
            | Self::ImportMessage(mail)
            | Self::SendMessage(mail)
            | Self::CreateDraft(mail) => letter_meant(mail),
            Self::UpdateDraft { id, mail } => format!("{id}:{}", letter_meant(mail)),
            Self::SendDraft { id, .. } => id.as_deref().unwrap_or_default().to_owned(),
            Self::ModifyMessage { id, labels } | Self::ModifyThread { id, labels } => {
                format!("{id}:{}", labels.meant())
            }
            Self::BatchModifyMessages { ids, labels } => {
                format!("{}:{}", ids.join(","), labels.meant())
            }
            Self::BatchDeleteMessages { ids } => ids.join(","),
            Self::GetAttachment { message, id } => format!("{message}:{id}"),
            Self::ListHistory(since) => since.start.to_string(),
            Self::Deliver(mail) => people_and_subject(&mail.raw),
        }
    }
}

impl Relabel {
    fn meant(&self) -> String {
        format!("+{}-{}", self.add.join(","), self.remove.join(","))
    }
}

fn letter_meant(mail: &NewMail) -> String {
    let thread = mail.thread_id.as_deref().unwrap_or_default();
    format!("{thread}:{}", people_and_subject(&mail.raw))
}

/// Readers and subject of a raw mail: the same for a mail built twice with other boundaries and ids.
fn people_and_subject(raw: &str) -> String {
    let head = mime::letterhead(&unpack_raw(raw)).unwrap_or_default();
    let people = head.to.iter().chain(&head.cc).chain(&head.bcc);
    let people: Vec<String> = people.map(|person| person.address.to_lowercase()).collect();
    format!("{}:{}", people.join(","), head.subject)
}
