//! What each operation of the billing desk decides. One file per noun.

mod customers;
mod refunds;

use super::{Call, Record, Refusal, Reply, Request};
use crate::effect::{self, Effects};
use crate::fault::Verdict;
use crate::reply::{self, Decision};
use crate::row::Str;
use crate::view::View;

/// What one operation says: its reply, or why not.
type Said = Result<Reply, Refusal>;

/// Decides one call. No verdict of this desk changes what is decided: all of them are enacted.
pub fn decide(view: &View<'_>, call: &Call, _verdict: Option<&Verdict>) -> Decision {
    let mut effects = Effects::default();
    let said = match &call.request {
        Request::CreateCustomer(fields) => customers::create(view, &mut effects, fields),
        Request::UpdateCustomer { id, fields } => customers::update(view, &mut effects, id, fields),
        Request::CreateRefund(new) => {
            refunds::create(view, &mut effects, new, call.idempotency_key.as_ref())
        }
        _ => Err(Refusal::MissingParam { param: "x".into() }),
    };
    match said {
        Ok(reply) => Decision {
            effects,
            reply: reply::Reply::Billing(reply),
            status: 200,
            ok: true,
        },
        Err(refusal) => Decision {
            effects: Effects::default(),
            status: refusal.status(),
            ok: false,
            reply: reply::Reply::Billing(Reply::Refused(refusal)),
        },
    }
}

/// The reply that names one object.
fn object(collection: &str, id: &Str) -> Reply {
    Reply::Object {
        collection: collection.into(),
        id: id.clone(),
    }
}

/// Creates a record of this desk.
fn create(effects: &mut Effects, record: impl Into<Record>) {
    effects.create(effect::Record::Billing(record.into()));
}

/// Sets and removes pairs, as the vendor does: an empty value removes.
fn merge_metadata(
    metadata: &mut super::Metadata,
    given: &std::collections::BTreeMap<Str, Option<Str>>,
) {
    for (name, value) in given {
        match value {
            Some(value) => metadata.insert(name.clone(), value.clone()),
            None => metadata.remove(name),
        };
    }
}
