//! From a request to a call: one function for each route.
//!
//! Called through [`super::routes`]. What cannot be understood is a `Problem`; whether it makes sense is decided by the
//! world.

use muddle_world::call::{Call, Problem};
use muddle_world::inbox::limits::{BATCH_IDS_MAX, LABELS_CALL_MAX, METADATA_HEADERS_MAX};
use muddle_world::inbox::{
    self, Format, HistoryKind, LabelColor, LabelFields, Listing, NewMail, Relabel, Request,
    Showing, Since,
};
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;

use super::partial::Selection;
use super::parts::{Fields, Query, invalid, missing, word};
use super::shapes::Shape;
use crate::vendors::{Params, Wire};

type Asked = Result<Call, Problem>;

/// Fields of a message as the vendor's resource has them; most of them are only ever told.
pub(super) const MESSAGE: [&str; 10] = [
    "id",
    "threadId",
    "labelIds",
    "raw",
    "snippet",
    "historyId",
    "internalDate",
    "payload",
    "sizeEstimate",
    "classificationLabelValues",
];
const DRAFT: [&str; 2] = ["id", "message"];
pub(super) const LABEL: [&str; 10] = [
    "id",
    "name",
    "labelListVisibility",
    "messageListVisibility",
    "color",
    "type",
    "messagesTotal",
    "messagesUnread",
    "threadsTotal",
    "threadsUnread",
];
const LIST: [&str; 5] = [
    "q",
    "labelIds",
    "includeSpamTrash",
    "maxResults",
    "pageToken",
];
const INSERT: [&str; 2] = ["internalDateSource", "deleted"];
const IMPORT: [&str; 4] = [
    "internalDateSource",
    "neverMarkSpam",
    "processForCalendar",
    "deleted",
];
const SHOW: [&str; 2] = ["format", "metadataHeaders"];
const FORMATS: [(&str, Format); 4] = [
    ("full", Format::Full),
    ("metadata", Format::Metadata),
    ("raw", Format::Raw),
    ("minimal", Format::Minimal),
];
const KINDS: [(&str, HistoryKind); 4] = [
    ("messageAdded", HistoryKind::MessageAdded),
    ("messageDeleted", HistoryKind::MessageDeleted),
    ("labelAdded", HistoryKind::LabelAdded),
    ("labelRemoved", HistoryKind::LabelRemoved),
];

/// A call, if what is asked of its answer is a part of that.
fn call(wire: &Wire<'_>, params: &Params, request: Request) -> Asked {
    selection(wire.query, request.operation())?;
    let user = params.get("userId").map_or("me", |user| user);
    Ok(Call::Inbox(inbox::Call {
        user: (user != "me").then(|| user.into()),
        request,
    }))
}

/// An upload by the route of an operation; a resumable one is not offered.
macro_rules! uploads {
    ($($name:ident $parse:ident $operation:literal,)*) => {
        $(pub fn $name(wire: &Wire<'_>, params: &Params) -> Asked {
            let kinds = [("media", false), ("multipart", false), ("resumable", true)];
            let query = Query::read(wire.query)?;
            if query.choice("uploadType", &kinds)?.unwrap_or_default() {
                return Ok(Call::Unrouted {
                    vendor: Vendor::Inbox,
                    exists: true,
                    nearest: Some($operation.into()),
                });
            }
            $parse(wire, params)
        })*
    };
}

uploads! {
    upload_insert insert_message "insert_message",
    upload_import import_message "import_message",
    upload_send send_message "send_message",
    upload_draft create_draft "create_draft",
    upload_draft_again update_draft "update_draft",
    upload_draft_send send_draft "send_draft",
}

fn id(params: &Params) -> Str {
    params.get("id").map_or("", |id| id).into()
}

/// A call that is all said by its path.
macro_rules! by_path {
    ($($name:ident $params:ident => $request:expr,)*) => {
        $(pub fn $name(wire: &Wire<'_>, $params: &Params) -> Asked {
            Query::of(wire, &[])?;
            call(wire, $params, $request)
        })*
    };
}

by_path! {
    get_profile params => Request::GetProfile,
    list_labels params => Request::ListLabels,
    get_label params => Request::GetLabel { id: id(params) },
    delete_label params => Request::DeleteLabel { id: id(params) },
    delete_message params => Request::DeleteMessage { id: id(params) },
    trash_message params => Request::TrashMessage { id: id(params) },
    untrash_message params => Request::UntrashMessage { id: id(params) },
    get_attachment params => Request::GetAttachment {
        message: params.get("messageId").map_or("", |id| id).into(),
        id: id(params),
    },
    delete_thread params => Request::DeleteThread { id: id(params) },
    trash_thread params => Request::TrashThread { id: id(params) },
    untrash_thread params => Request::UntrashThread { id: id(params) },
    delete_draft params => Request::DeleteDraft { id: id(params) },
}

pub fn create_label(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let fields = label_fields(wire)?;
    if fields.name.is_none() {
        return Err(missing("name"));
    }
    call(wire, params, Request::CreateLabel(fields))
}

pub fn update_label(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let (id, fields) = (id(params), label_fields(wire)?);
    call(wire, params, Request::UpdateLabel { id, fields })
}

pub fn patch_label(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let (id, fields) = (id(params), label_fields(wire)?);
    call(wire, params, Request::PatchLabel { id, fields })
}

pub fn list_messages(wire: &Wire<'_>, params: &Params) -> Asked {
    call(wire, params, Request::ListMessages(listing(wire, &LIST)?))
}

pub fn list_threads(wire: &Wire<'_>, params: &Params) -> Asked {
    call(wire, params, Request::ListThreads(listing(wire, &LIST)?))
}

pub fn list_drafts(wire: &Wire<'_>, params: &Params) -> Asked {
    let names = ["q", "includeSpamTrash", "maxResults", "pageToken"];
    call(wire, params, Request::ListDrafts(listing(wire, &names)?))
}

pub fn get_message(wire: &Wire<'_>, params: &Params) -> Asked {
    let (id, showing) = (id(params), showing(wire)?);
    call(wire, params, Request::GetMessage { id, showing })
}

pub fn get_thread(wire: &Wire<'_>, params: &Params) -> Asked {
    let (id, showing) = (id(params), showing(wire)?);
    if showing.format == Format::Raw {
        return Err(invalid("format", "raw"));
    }
    call(wire, params, Request::GetThread { id, showing })
}

pub fn get_draft(wire: &Wire<'_>, params: &Params) -> Asked {
    let (id, showing) = (id(params), showing(wire)?);
    call(wire, params, Request::GetDraft { id, showing })
}

pub fn insert_message(wire: &Wire<'_>, params: &Params) -> Asked {
    call(wire, params, Request::InsertMessage(put_in(wire, &INSERT)?))
}

pub fn import_message(wire: &Wire<'_>, params: &Params) -> Asked {
    call(wire, params, Request::ImportMessage(put_in(wire, &IMPORT)?))
}

pub fn send_message(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let mail = mail(&Fields::of(wire, &MESSAGE)?)?;
    // What is sent carries SENT, whatever labels came with it.
    let mail = NewMail {
        label_ids: Vec::new(),
        ..mail
    };
    call(wire, params, Request::SendMessage(mail))
}

pub fn modify_message(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let labels = relabel(&Fields::of(wire, &["addLabelIds", "removeLabelIds"])?)?;
    let id = id(params);
    call(wire, params, Request::ModifyMessage { id, labels })
}

pub fn modify_thread(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let labels = relabel(&Fields::of(wire, &["addLabelIds", "removeLabelIds"])?)?;
    let id = id(params);
    call(wire, params, Request::ModifyThread { id, labels })
}

pub fn batch_modify_messages(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let fields = Fields::of(wire, &["ids", "addLabelIds", "removeLabelIds"])?;
    let (ids, labels) = (fields.texts("ids", BATCH_IDS_MAX)?, relabel(&fields)?);
    call(wire, params, Request::BatchModifyMessages { ids, labels })
}

pub fn batch_delete_messages(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let ids = Fields::of(wire, &["ids"])?.texts("ids", BATCH_IDS_MAX)?;
    call(wire, params, Request::BatchDeleteMessages { ids })
}

pub fn create_draft(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let mail = draft_mail(&mut Fields::of(wire, &DRAFT)?)?;
    let mail = mail.ok_or_else(|| missing("message"))?;
    call(wire, params, Request::CreateDraft(mail))
}

pub fn update_draft(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let mail = draft_mail(&mut Fields::of(wire, &DRAFT)?)?;
    let mail = mail.ok_or_else(|| missing("message"))?;
    let id = id(params);
    call(wire, params, Request::UpdateDraft { id, mail })
}

pub fn send_draft(wire: &Wire<'_>, params: &Params) -> Asked {
    Query::of(wire, &[])?;
    let mut fields = Fields::of(wire, &DRAFT)?;
    let (id, mail) = (fields.text("id")?, draft_mail(&mut fields)?);
    call(wire, params, Request::SendDraft { id, mail })
}

pub fn list_history(wire: &Wire<'_>, params: &Params) -> Asked {
    let names = [
        "startHistoryId",
        "historyTypes",
        "labelId",
        "maxResults",
        "pageToken",
    ];
    let query = Query::of(wire, &names)?;
    let kinds = query.all("historyTypes", KINDS.len())?;
    let kinds = kinds.iter().map(|kind| word("historyTypes", kind, &KINDS));
    let start = query.number("startHistoryId")?;
    let since = Since {
        start: start.ok_or_else(|| missing("startHistoryId"))?,
        kinds: kinds.collect::<Result<_, _>>()?,
        label: query.one("labelId").map(Into::into),
        max: query.number("maxResults")?,
        page: query.one("pageToken").map(Into::into),
    };
    call(wire, params, Request::ListHistory(since))
}

/// Which fields of an operation's answer a query asks for; none where it asks for all, or no body is answered.
pub(super) fn selection(
    query: Option<&str>,
    operation: &str,
) -> Result<Option<Selection>, Problem> {
    let Some(shape) = Shape::of(operation) else {
        return Ok(None);
    };
    let query = Query::read(query)?;
    let fields = query.one("fields").or_else(|| query.one("$fields"));
    fields.map(|text| Selection::read(text, shape)).transpose()
}

fn label_fields(wire: &Wire<'_>) -> Result<LabelFields, Problem> {
    let mut fields = Fields::of(wire, &LABEL)?;
    if let Some(kind) = fields.text("type")? {
        word("type", &kind, &[("system", ()), ("user", ())])?;
    }
    let color = fields.object("color", &["textColor", "backgroundColor"])?;
    let color = color.map(|color| {
        let one = |name| color.text(name)?.ok_or_else(|| missing(name));
        Ok(LabelColor {
            text: one("textColor")?,
            background: one("backgroundColor")?,
        })
    });
    Ok(LabelFields {
        name: fields.text("name")?,
        label_list_visibility: fields.text("labelListVisibility")?,
        message_list_visibility: fields.text("messageListVisibility")?,
        color: color.transpose()?,
    })
}

fn listing(wire: &Wire<'_>, names: &[&str]) -> Result<Listing, Problem> {
    let query = Query::of(wire, names)?;
    Ok(Listing {
        q: query.one("q").map(Into::into),
        label_ids: query.all("labelIds", LABELS_CALL_MAX)?,
        include_spam_trash: query.flag("includeSpamTrash")?,
        max: query.number("maxResults")?,
        page: query.one("pageToken").map(Into::into),
    })
}

fn showing(wire: &Wire<'_>) -> Result<Showing, Problem> {
    let query = Query::of(wire, &SHOW)?;
    Ok(Showing {
        format: query.choice("format", &FORMATS)?.unwrap_or_default(),
        headers: query.all("metadataHeaders", METADATA_HEADERS_MAX)?,
    })
}

fn put_in(wire: &Wire<'_>, names: &[&str]) -> Result<NewMail, Problem> {
    let query = Query::of(wire, names)?;
    let sources = [("receivedTime", false), ("dateHeader", true)];
    Ok(NewMail {
        dated_by_header: query.choice("internalDateSource", &sources)?,
        ..mail(&Fields::of(wire, &MESSAGE)?)?
    })
}

fn mail(fields: &Fields) -> Result<NewMail, Problem> {
    Ok(NewMail {
        raw: fields.mail("raw")?,
        thread_id: fields.text("threadId")?.filter(|id| !id.is_empty()),
        label_ids: fields.texts("labelIds", LABELS_CALL_MAX)?,
        dated_by_header: None,
    })
}

/// The message of a draft, if one came; its labels are the box's own affair.
fn draft_mail(fields: &mut Fields) -> Result<Option<NewMail>, Problem> {
    let message = fields.message(&MESSAGE)?;
    let mail = message.map(|message| {
        Ok(NewMail {
            label_ids: Vec::new(),
            ..mail(&message)?
        })
    });
    mail.transpose()
}

fn relabel(fields: &Fields) -> Result<Relabel, Problem> {
    Ok(Relabel {
        add: fields.texts("addLabelIds", LABELS_CALL_MAX)?,
        remove: fields.texts("removeLabelIds", LABELS_CALL_MAX)?,
    })
}
