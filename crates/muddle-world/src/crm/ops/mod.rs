//! What each operation of the CRM decides. One file per noun.

mod answer;
mod batch;
mod directory;
mod links;
mod matching;
mod merge;
mod objects;
mod room;
mod schema;
mod search;

use super::call::{Call, Links, Objects, Select};
use super::draft::Draft;
use super::refusal::Refusal;
use super::{Kind, Reply};
use crate::effect::Effects;
use crate::fault::Verdict;
use crate::reply::{self, Decision};
use crate::row::Str;
use crate::vendor::{Vendor, operation};
use crate::view::View;

/// What one operation says: its reply, or why not.
type Said = Result<Reply, Refusal>;

/// Decides one call. No verdict of this CRM changes what is decided: all of them are enacted.
pub fn decide(view: &View<'_>, call: &Call, _verdict: Option<&Verdict>) -> Decision {
    let mut draft = Draft::new(view);
    let mut effects = Effects::default();
    let said = match call {
        Call::Objects { of, ask, select } => records(&mut draft, *of, ask, select),
        Call::Links { from, to, ask, .. } => links::decide(&mut draft, *from, *to, ask),
        Call::Schema { of, ask } => schema::decide(view, &mut effects, *of, ask),
        Call::Pipelines { of, ask } => directory::pipelines(view, *of, ask),
        Call::ListOwners {
            email,
            page,
            archived,
        } => directory::owners(view, email.as_deref(), page, *archived),
        Call::GetOwner { id } => directory::owner(view, id),
    };
    let mut changes = draft.into_effects();
    match said {
        Ok(reply) => Decision {
            status: status(call, &reply),
            effects: {
                changes.extend(effects);
                changes
            },
            reply: reply::Reply::Crm(reply),
            ok: true,
        },
        Err(refusal) => Decision {
            effects: Effects::default(),
            status: refusal.status(),
            ok: false,
            reply: reply::Reply::Crm(Reply::Refused(refusal)),
        },
    }
}

fn records(draft: &mut Draft<'_>, of: Kind, ask: &Objects, select: &Select) -> Said {
    match ask {
        Objects::Get { key, archived } => objects::get(draft, of, key, *archived, select),
        Objects::List { page, archived } => objects::list(draft, of, page, *archived, select),
        Objects::Search(search) => search::search(draft.view(), of, search, select),
        Objects::Create(new) => objects::create(draft, of, new).map(|id| one(of.name(), &id)),
        Objects::Update(edit) => objects::update(draft, of, edit).map(|id| one(of.name(), &id)),
        Objects::Archive { id } => {
            objects::archive(draft, of, id);
            Ok(Reply::Done)
        }
        Objects::Merge { primary, loser } => merge::merge(draft, of, primary, loser),
        Objects::BatchRead { keys, archived } => batch::read(draft, of, keys, *archived, select),
        Objects::BatchCreate(new) => batch::create(draft, of, new),
        Objects::BatchUpdate(edits) => batch::update(draft, of, edits),
        Objects::BatchUpsert(edits) => batch::upsert(draft, of, edits),
        Objects::BatchArchive(ids) => batch::archive(draft, of, ids),
    }
}

/// The vendor's documented status: a batch of which a part failed has its own, except where pairs are joined in the
/// plain way.
fn status(call: &Call, reply: &Reply) -> u16 {
    let plain = matches!(
        call,
        Call::Links {
            ask: Links::BatchDefault(_),
            ..
        }
    );
    match reply {
        _ if plain => 200,
        Reply::Batch { errors, .. } | Reply::Links { errors, .. } if !errors.is_empty() => 207,
        _ => operation(Vendor::Crm, call.operation()).map_or(200, |operation| operation.ok),
    }
}

/// The reply that names one thing.
fn one(collection: &str, id: &str) -> Reply {
    Reply::One {
        collection: collection.into(),
        id: id.into(),
    }
}

/// The reply that names all things of a short list.
fn all(collection: &str, ids: Vec<Str>) -> Reply {
    page(collection, ids, None)
}

fn page(collection: &str, ids: Vec<Str>, after: Option<Str>) -> Reply {
    Reply::Page {
        collection: collection.into(),
        ids,
        after,
        total: None,
        as_of: None,
    }
}

/// A page's length, if it is one.
fn limit(asked: Option<u32>, usual: u32, most: u32) -> Result<usize, Refusal> {
    match asked.unwrap_or(usual) {
        limit if (1..=most).contains(&limit) => Ok(limit as usize),
        limit => Err(Refusal::bad(format!(
            "limit must be between 1 and {most}, but was {limit}"
        ))),
    }
}
