//! The mailbox: messages, threads, labels, drafts and history, in Gmail's semantics.
//!
//! `Call` is what can be asked, typed and without the wire's spelling; [`decide`] says what changes; [`resolve`] looks
//! up what a reply names. Mail is taken apart by [`mime`] and written by [`compose`]. Looking at a mail changes nothing.

mod call;
mod colors;
pub mod compose;
pub mod history;
pub mod limits;
pub mod mime;
mod ops;
mod query;
mod refusal;
mod resolve;
mod state;
mod words;

#[cfg(test)]
mod tests;

pub use call::{
    Call, Delivery, Format, HistoryKind, LabelFields, Listing, NewMail, Relabel, Showing, Since,
};
pub use compose::{Charset, Enclosure, Letter, compose};
pub use history::History;
pub use ops::{address, attachment_id, decide};
pub use refusal::Refusal;
pub use resolve::{Answer, LabelShown, Shown, resolve};
pub use state::{
    Draft, Label, LabelColor, Mailbox, Message, Record, SYSTEM_LABELS, Tables, mail_id,
    message_from_raw, pack_raw, unpack_raw,
};
pub use words::{Memo, Words, spaced};

use serde::{Deserialize, Serialize};

use crate::row::Str;
use crate::vendor::Operation;

/// The number of these rules; it is raised when the same call would be decided otherwise.
pub const RULES: u32 = 2;

/// The mailbox's operations.
pub const OPERATIONS: &[Operation] = &[
    Operation::read("get_profile"),
    Operation::read("list_labels"),
    Operation::read("get_label"),
    Operation::write("create_label", 200),
    Operation::write("update_label", 200),
    Operation::write("patch_label", 200),
    Operation::write("delete_label", 204),
    Operation::read("list_messages"),
    Operation::read("get_message"),
    Operation::write("insert_message", 200),
    Operation::write("import_message", 200),
    Operation::write("send_message", 200),
    Operation::write("modify_message", 200),
    Operation::write("batch_modify_messages", 204),
    Operation::write("trash_message", 200),
    Operation::write("untrash_message", 200),
    Operation::write("delete_message", 204),
    Operation::write("batch_delete_messages", 204),
    Operation::read("get_attachment"),
    Operation::read("list_threads"),
    Operation::read("get_thread"),
    Operation::write("modify_thread", 200),
    Operation::write("trash_thread", 200),
    Operation::write("untrash_thread", 200),
    Operation::write("delete_thread", 204),
    Operation::read("list_drafts"),
    Operation::read("get_draft"),
    Operation::write("create_draft", 200),
    Operation::write("update_draft", 200),
    Operation::write("send_draft", 200),
    Operation::write("delete_draft", 204),
    Operation::read("list_history"),
    Operation::inner("deliver"),
];

macro_rules! requests {
    ($($(#[$meta:meta])* $Name:ident $( ( $($of:ty),* ) )? $( { $($(#[$fmeta:meta])* $field:ident: $Ty:ty,)* } )? = $operation:literal,)*) => {
        /// What can be asked of the mailbox.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Request {
            $($(#[$meta])* $Name $( ( $($of),* ) )? $( { $($(#[$fmeta])* $field: $Ty,)* } )?,)*
        }

        impl Request {
            /// The operation's name.
            pub const fn operation(&self) -> &'static str {
                match self { $(Self::$Name { .. } => $operation,)* }
            }
        }
    };
}

requests! {
    /// Whose box it is, and how full.
    GetProfile = "get_profile",
    /// All labels.
    ListLabels = "list_labels",
    /// One label, with its counts.
    GetLabel {
        /// Which.
        id: Str,
    } = "get_label",
    /// A new label.
    CreateLabel(LabelFields) = "create_label",
    /// A label with these fields and no others.
    UpdateLabel {
        /// Which.
        id: Str,
        /// To what.
        fields: LabelFields,
    } = "update_label",
    /// A label with these fields changed.
    PatchLabel {
        /// Which.
        id: Str,
        /// To what.
        fields: LabelFields,
    } = "patch_label",
    /// A label less; its messages stay.
    DeleteLabel {
        /// Which.
        id: Str,
    } = "delete_label",
    /// Messages, newest first.
    ListMessages(Listing) = "list_messages",
    /// One message.
    GetMessage {
        /// Which.
        id: Str,
        /// How much of it.
        showing: Showing,
    } = "get_message",
    /// Puts a mail in, as if it had always been there.
    InsertMessage(NewMail) = "insert_message",
    /// Puts a mail in, as if it had come in.
    ImportMessage(NewMail) = "import_message",
    /// Sends a mail.
    SendMessage(NewMail) = "send_message",
    /// Other labels on a message.
    ModifyMessage {
        /// Which.
        id: Str,
        /// Which labels.
        labels: Relabel,
    } = "modify_message",
    /// Other labels on many messages.
    BatchModifyMessages {
        /// Which.
        ids: Vec<Str>,
        /// Which labels.
        labels: Relabel,
    } = "batch_modify_messages",
    /// Into the trash.
    TrashMessage {
        /// Which.
        id: Str,
    } = "trash_message",
    /// Out of the trash.
    UntrashMessage {
        /// Which.
        id: Str,
    } = "untrash_message",
    /// Gone for good.
    DeleteMessage {
        /// Which.
        id: Str,
    } = "delete_message",
    /// Many gone for good.
    BatchDeleteMessages {
        /// Which.
        ids: Vec<Str>,
    } = "batch_delete_messages",
    /// The content of an attachment.
    GetAttachment {
        /// Of which message.
        message: Str,
        /// Which.
        id: Str,
    } = "get_attachment",
    /// Threads, by their newest message.
    ListThreads(Listing) = "list_threads",
    /// One thread, oldest message first.
    GetThread {
        /// Which.
        id: Str,
        /// How much of its messages.
        showing: Showing,
    } = "get_thread",
    /// Other labels on a thread's messages.
    ModifyThread {
        /// Which.
        id: Str,
        /// Which labels.
        labels: Relabel,
    } = "modify_thread",
    /// A thread into the trash.
    TrashThread {
        /// Which.
        id: Str,
    } = "trash_thread",
    /// A thread out of the trash.
    UntrashThread {
        /// Which.
        id: Str,
    } = "untrash_thread",
    /// A thread gone for good.
    DeleteThread {
        /// Which.
        id: Str,
    } = "delete_thread",
    /// Drafts, newest first.
    ListDrafts(Listing) = "list_drafts",
    /// One draft.
    GetDraft {
        /// Which.
        id: Str,
        /// How much of its message.
        showing: Showing,
    } = "get_draft",
    /// A new draft.
    CreateDraft(NewMail) = "create_draft",
    /// Another text of a draft.
    UpdateDraft {
        /// Which.
        id: Str,
        /// The text.
        mail: NewMail,
    } = "update_draft",
    /// Sends a draft, which then is one no more.
    SendDraft {
        /// Which; a mail without a draft is sent if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<Str>,
        /// Another text, to be sent in its place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mail: Option<NewMail>,
    } = "send_draft",
    /// A draft less.
    DeleteDraft {
        /// Which.
        id: Str,
    } = "delete_draft",
    /// What changed.
    ListHistory(Since) = "list_history",
    /// Mail comes in from outside (story and people only).
    Deliver(Delivery) = "deliver",
}

/// What is kept of the mailbox's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Whose box it is.
    Profile,
    /// All labels.
    Labels,
    /// One label.
    Label {
        /// Its id.
        id: Str,
    },
    /// A page of messages, threads or drafts, in the answer's order.
    List {
        /// Their ids.
        ids: Vec<Str>,
        /// Where the next page begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Str>,
        /// About how many there are in all.
        estimate: u64,
    },
    /// One message.
    Message {
        /// Its id.
        id: Str,
    },
    /// The content of an attachment.
    Attachment {
        /// Of which message.
        message: Str,
        /// Which part of it.
        part: Str,
    },
    /// One thread.
    Thread {
        /// Its id.
        id: Str,
    },
    /// One draft.
    Draft {
        /// Its id.
        id: Str,
    },
    /// A page of changes, oldest first.
    History {
        /// Their ids.
        ids: Vec<u64>,
        /// Where the next page begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        next: Option<Str>,
        /// The id of the latest change of the box.
        history_id: u64,
    },
    /// Done; nothing to say.
    Done,
    /// The mailbox says no.
    Refused(Refusal),
}
