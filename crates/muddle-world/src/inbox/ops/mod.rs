//! What each operation of the mailbox decides. One file per noun.

mod arriving;
mod changes;
mod drafts;
mod labels;
mod lists;
mod messages;
mod threads;

pub use messages::attachment_id;
pub(super) use threads::messages as messages_of;

use super::{Call, Record, Refusal, Reply, Request};
use crate::effect::{self, Effects};
use crate::fault::Verdict;
use crate::reply::{self, Decision};
use crate::view::View;

/// What one operation says: its reply, or why not.
type Said = Result<Reply, Refusal>;

/// Decides one call. No verdict of this box changes what is decided: all of them are enacted.
pub fn decide(view: &View<'_>, call: &Call, _verdict: Option<&Verdict>) -> Decision {
    let mut effects = Effects::default();
    match carry_out(view, &mut effects, call) {
        Ok(reply) => Decision {
            effects,
            status: if reply == Reply::Done { 204 } else { 200 },
            reply: reply::Reply::Inbox(reply),
            ok: true,
        },
        Err(refusal) => Decision {
            effects: Effects::default(),
            status: refusal.status(),
            ok: false,
            reply: reply::Reply::Inbox(Reply::Refused(refusal)),
        },
    }
}

fn carry_out(view: &View<'_>, effects: &mut Effects, call: &Call) -> Said {
    if let Some(user) = &call.user
        && !user.eq_ignore_ascii_case(address(view))
    {
        return Err(Refusal::OtherMailbox { user: user.clone() });
    }
    match &call.request {
        Request::GetProfile => Ok(Reply::Profile),
        Request::ListLabels => Ok(Reply::Labels),
        Request::GetLabel { id } => labels::get(view, id),
        Request::CreateLabel(fields) => labels::make(view, effects, fields),
        Request::UpdateLabel { id, fields } => labels::update(view, effects, id, fields, true),
        Request::PatchLabel { id, fields } => labels::update(view, effects, id, fields, false),
        Request::DeleteLabel { id } => labels::delete(view, effects, id),
        Request::ListMessages(list) => lists::messages(view, list),
        Request::GetMessage { id, .. } => messages::get(view, id),
        Request::InsertMessage(mail) => messages::put_in(view, effects, mail, false),
        Request::ImportMessage(mail) => messages::put_in(view, effects, mail, true),
        Request::SendMessage(mail) => messages::send(view, effects, mail),
        Request::ModifyMessage { id, labels } => messages::modify(view, effects, id, labels),
        Request::BatchModifyMessages { ids, labels } => {
            messages::modify_batch(view, effects, ids, labels)
        }
        Request::TrashMessage { id } => messages::trash(view, effects, id),
        Request::UntrashMessage { id } => messages::untrash(view, effects, id),
        Request::DeleteMessage { id } => messages::delete(view, effects, id),
        Request::BatchDeleteMessages { ids } => messages::delete_batch(view, effects, ids),
        Request::GetAttachment { message, id } => messages::attachment(view, message, id),
        Request::ListThreads(list) => lists::threads(view, list),
        Request::GetThread { id, showing } => threads::get(view, id, showing.format),
        Request::ModifyThread { id, labels } => threads::modify(view, effects, id, labels),
        Request::TrashThread { id } => threads::trash(view, effects, id),
        Request::UntrashThread { id } => threads::untrash(view, effects, id),
        Request::DeleteThread { id } => threads::delete(view, effects, id),
        Request::ListDrafts(list) => lists::drafts(view, list),
        Request::GetDraft { id, .. } => drafts::get(view, id),
        Request::CreateDraft(mail) => drafts::make(view, effects, mail),
        Request::UpdateDraft { id, mail } => drafts::update(view, effects, id, mail),
        Request::SendDraft { id, mail } => drafts::send(view, effects, id.as_ref(), mail.as_ref()),
        Request::DeleteDraft { id } => drafts::delete(view, effects, id),
        Request::ListHistory(since) => changes::list(view, since),
        Request::Deliver(mail) => messages::deliver(view, effects, mail),
    }
}

/// The mailbox's own address; empty in a world without a profile.
pub fn address<'a>(view: &View<'a>) -> &'a str {
    let profile = view.world.office.profile.get("profile");
    profile.map_or("", |profile| &*profile.address)
}

/// Creates a record of this box.
fn create(effects: &mut Effects, record: impl Into<Record>) {
    effects.create(effect::Record::Inbox(record.into()));
}
