//! Two records become one, for good: the survivor keeps its id and wins, and the loser's id answers for it.

use std::collections::BTreeSet;

use super::{Said, one};
use crate::crm::Kind;
use crate::crm::draft::Draft;
use crate::crm::links;
use crate::crm::object::Object;
use crate::crm::refusal::Refusal;
use crate::crm::state::LinkType;
use crate::crm::validate;
use crate::row::Str;

/// `POST …/merge`.
pub fn merge(draft: &mut Draft<'_>, of: Kind, primary: &str, loser: &str) -> Said {
    let missing = |id: &str| Refusal::not_found(of, id);
    let survivor = draft.live(of, primary).ok_or_else(|| missing(primary))?;
    let gone = draft.live(of, loser).ok_or_else(|| missing(loser))?;
    if survivor.id == gone.id {
        return Err(Refusal::bad(format!(
            "Cannot merge an object with itself: {}",
            survivor.id
        )));
    }
    let (mut survivor, mut gone) = (survivor.clone(), gone.clone());
    let at = draft.view().at;
    take_over(of, &mut survivor, &gone);
    validate::sized(&survivor)?;
    survivor.updated = at.max(survivor.updated);
    gone.archived = Some(at);
    gone.merged_into = Some(survivor.id.clone());
    let id = survivor.id.clone();
    for link in draft.links_of(of, &gone.id) {
        let (from, to) = ((of, &*gone.id), (link.to_type, &*link.to_id));
        draft.part(from, to);
        if (link.to_type, &link.to_id) != (of, &id) {
            let ways: Vec<(LinkType, LinkType)> = link
                .types
                .iter()
                .filter_map(|way| links::leads(draft.tables(), of, *way))
                .map(|(_, way, back)| (way, back))
                .collect();
            draft.join((of, &id), to, &ways);
        }
    }
    draft.put(of, survivor);
    draft.put(of, gone);
    Ok(one(of.name(), &id))
}

/// What only the loser knew, its addresses, and its ids.
fn take_over(of: Kind, survivor: &mut Object, gone: &Object) {
    for (name, value) in gone.properties.iter() {
        if survivor.properties.get(name.as_str()).is_none() {
            survivor.properties.set(name.as_str(), value);
        }
    }
    let list = |object: &Object, name: &str| -> Vec<Str> {
        let kept = object.properties.get(name);
        kept.iter()
            .flat_map(|kept| kept.split(';'))
            .map(Str::from)
            .collect()
    };
    let mut merged = list(survivor, "hs_merged_object_ids");
    merged.push(gone.id.clone());
    merged.extend(list(gone, "hs_merged_object_ids"));
    set_list(survivor, "hs_merged_object_ids", merged);
    if of == Kind::Contacts {
        let own: BTreeSet<Str> = list(survivor, "email").into_iter().collect();
        let mut more = list(survivor, "hs_additional_emails");
        more.extend(list(gone, "email"));
        more.extend(list(gone, "hs_additional_emails"));
        more.retain(|email| !own.contains(email));
        set_list(survivor, "hs_additional_emails", more);
    }
}

fn set_list(object: &mut Object, name: &str, values: Vec<Str>) {
    let mut seen = BTreeSet::new();
    let once: Vec<Str> = values
        .into_iter()
        .filter(|value| seen.insert(value.clone()))
        .collect();
    object.properties.set(name, &once.join(";"));
}
