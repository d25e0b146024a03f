//! Contacts entered twice, with a short name, an initial, a slip of the finger or a plus-address.
//!
//! Called by `mess::spoil`.

use super::{Mess, Operator};
use crate::generate::{Spot, TrueValue};
use crate::truth::Repair;

/// The operator.
pub struct Op;

impl Operator for Op {
    fn name(&self) -> &'static str {
        "near_duplicate"
    }

    fn about(&self) -> &'static str {
        "a contact is there twice, the second time spelled otherwise"
    }

    fn spoil(&self, mess: &mut Mess<'_>) {
        for place in mess.bystanders() {
            if !mess.hit() {
                continue;
            }
            let mut copy = mess.draft.contacts[place].clone();
            let first = copy.get("firstname").unwrap_or_default().to_owned();
            let last = copy.get("lastname").unwrap_or_default().to_owned();
            match mess.dice.below(4) {
                0 => copy.set("firstname", first.chars().take(1).collect::<String>() + "."),
                1 => copy.set("lastname", slip(mess, &last)),
                2 => {
                    copy.set("firstname", last);
                    copy.set("lastname", first);
                }
                _ => copy.set("firstname", first.to_lowercase()),
            }
            let email = copy.get("email").unwrap_or_default().to_owned();
            copy.set("email", plus_address(mess, &email));
            copy.orders.clear();
            copy.created = mess.later(copy.created, [3, 120]);
            mess.draft.contacts.push(copy);
            let spot = Spot::Contact(mess.draft.contacts.len() - 1);
            mess.record(
                vec![spot],
                &[],
                TrueValue::Record(Spot::Contact(place)),
                Repair::Accepted,
            );
        }
    }
}

/// Two letters change places.
fn slip(mess: &mut Mess<'_>, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if letters.len() > 3 {
        let at = 1 + mess.dice.below(letters.len() as u64 - 2) as usize;
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// `ada+shop@…`.
fn plus_address(mess: &mut Mess<'_>, email: &str) -> String {
    let tag = *mess.dice.pick(&["shop", "orders", "web", "2"]);
    email
        .split_once('@')
        .map_or_else(String::new, |(local, domain)| {
            format!("{local}+{tag}@{domain}")
        })
}
