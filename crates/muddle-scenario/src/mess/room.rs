//! Makes room for what the mess added: each copy and each test record takes the place of a contact that nobody asks
//! about, so a messy CRM is as large as a clean one.
//!
//! Called by `mess::spoil` after each operator, so that the later ones spoil who is left. Never displaces a contact that
//! a case, a decoy, a note, a closed thread or a defect is about; whoever loses theirs stays a customer whom the CRM
//! does not know.

use std::collections::{BTreeMap, BTreeSet};

use crate::generate::{Draft, Place, Role, Spot, TrueValue};

/// Brings the contacts back to `wanted`, as far as there is anybody to displace.
pub fn make(draft: &mut Draft, wanted: usize) {
    if draft.contacts.len() <= wanted {
        return;
    }
    let held = held(draft);
    let free: Vec<Place> = (0..wanted)
        .rev()
        .filter(|place| !held.contains(place) && is_quiet(draft, *place))
        .collect();
    let added = draft.contacts.split_off(wanted);
    let mut moved = BTreeMap::new();
    let mut free = free.into_iter();
    for (nth, contact) in added.into_iter().enumerate() {
        let place = free.next().unwrap_or(draft.contacts.len());
        if place == draft.contacts.len() {
            draft.contacts.push(contact);
        } else {
            if let Some(soul) = draft.contacts[place].soul {
                draft.souls[soul].contacts.clear();
            }
            draft.contacts[place] = contact;
        }
        moved.insert(wanted + nth, place);
    }
    point(draft, &moved);
}

/// Contacts that a note or a defect names.
fn held(draft: &Draft) -> BTreeSet<Place> {
    let notes = draft.notes.iter().flat_map(|note| note.contacts.clone());
    let spots = draft.spoiled.iter().flat_map(|spoiled| {
        let truth = match spoiled.truth {
            TrueValue::Record(spot) => Some(spot),
            _ => None,
        };
        spoiled.spots.iter().copied().chain(truth)
    });
    let named = spots.filter_map(|spot| match spot {
        Spot::Contact(place) => Some(place),
        _ => None,
    });
    notes.chain(named).collect()
}

/// Whether this is the only contact of somebody who never wrote, with no orders but their own under it.
fn is_quiet(draft: &Draft, place: Place) -> bool {
    let contact = &draft.contacts[place];
    contact.soul.is_some_and(|soul| {
        let own = |order: &Place| draft.orders[*order].soul == soul;
        let soul = &draft.souls[soul];
        soul.role == Role::Crowd && soul.contacts == [place] && contact.orders.iter().all(own)
    })
}

/// Lets notes and defects name contacts by their new places.
fn point(draft: &mut Draft, moved: &BTreeMap<Place, Place>) {
    let to = |place: &mut Place| {
        if let Some(new) = moved.get(place) {
            *place = *new;
        }
    };
    draft
        .notes
        .iter_mut()
        .flat_map(|note| &mut note.contacts)
        .for_each(to);
    for spoiled in &mut draft.spoiled {
        for spot in &mut spoiled.spots {
            if let Spot::Contact(place) = spot {
                to(place);
            }
        }
        if let TrueValue::Record(Spot::Contact(place)) = &mut spoiled.truth {
            to(place);
        }
    }
}
