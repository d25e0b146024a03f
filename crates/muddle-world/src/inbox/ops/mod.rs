//! What each operation of the mailbox decides. One file per noun.

mod arriving;
mod messages;

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
