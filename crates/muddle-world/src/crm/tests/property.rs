//! What holds after any calls in any order: the log rebuilds the tables.

use proptest::prelude::*;

use super::desk::{Desk, edit, id_of, key, object};
use crate::crm::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is asked: addresses stay unique, every note stays with its contact, the log rebuilds the CRM.
    #[test]
    fn whatever_is_asked(steps in prop::collection::vec((0u8..7, 0usize..6, 0usize..6), 1..40)) {
        let mut desk = Desk::open();
        let mut contacts: Vec<Str> = Vec::new();
        let mut notes: Vec<(Str, Str)> = Vec::new();
        for (what, a, b) in steps {
            let email = format!("{}@example.com", ["a", "B", "b", "c", "D", "d"][b]);
            let pick = |n: usize| contacts.get(n).cloned().unwrap_or_else(|| "1".into());
            let (one, other) = (pick(a), pick(b));
            match what {
                0 | 1 => {
                    let new = object(&[("email", &email), ("city", "York")]);
                    if let (201, reply) = desk.objects(Kind::Contacts, Objects::Create(new)) {
                        contacts.push(id_of(&reply));
                    }
                }
                2 => {
                    let change = edit(key(&one), &[("email", &email), ("city", "")]);
                    desk.objects(Kind::Contacts, Objects::Update(change));
                }
                3 => {
                    if let (201, reply) = desk.note_on(&one) {
                        notes.push((one, id_of(&reply)));
                    }
                }
                4 => { desk.merge(&one, &other); }
                5 => {
                    let by = Some("email".into());
                    let upsert = edit(Key { id: email.as_str().into(), by }, &[("phone", "7")]);
                    desk.objects(Kind::Contacts, Objects::BatchUpsert(vec![upsert]));
                }
                _ => {
                    let pair = Pair { from: one, to: other, types: Vec::new() };
                    desk.call(Call::Links {
                        from: Kind::Contacts, to: Kind::Contacts, ask: Links::Default { pair }, by_name: false,
                    });
                }
            }
            for row in desk.world.crm.contacts.rows() {
                if let (None, Some(email)) = (row.archived, row.properties.get("email")) {
                    prop_assert_eq!(desk.world.crm.contacts.by_key("email", email).count(), 1);
                }
            }
            for (contact, note) in &notes {
                prop_assert!(desk.notes_of(&desk.survivor(contact)).contains(note));
            }
        }
        let (now, rebuilt): (Vec<Record>, Vec<Record>) = (desk.world.crm.records().collect(), desk.twin.crm.records().collect());
        prop_assert_eq!(now, rebuilt);
    }
}
