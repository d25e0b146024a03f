//! Who a mail by hand comes from, and which subject it gets.

use std::sync::Arc;

use muddle_world::billing::Customer;
use muddle_world::chance::Seed;
use muddle_world::effect::Record;
use muddle_world::time::At;
use muddle_world::world::World;
use serde_json::json;

use super::{Words, check, customer, subject};

/// A billing desk that knows these people, by name and address.
fn world(people: &[(&str, &str)]) -> World {
    let mut world = World::empty(Arc::new(Seed::from_number(7)), At(1_795_000_000_000));
    for (nth, (name, email)) in people.iter().enumerate() {
        let row = json!({"id": format!("cus_{nth}"), "created": nth, "name": name, "email": email});
        let customer: Customer = serde_json::from_value(row).unwrap();
        world.load(&Record::Billing(customer.into()));
    }
    world
}

fn words(text: &str) -> Words {
    Words {
        customer: "jane@mail.example".to_owned(),
        text: text.to_owned(),
        subject: None,
        thread: None,
    }
}

#[test]
fn a_name_that_one_person_has_finds_their_address() {
    let world = world(&[
        ("Jane Doe", "jane@mail.example"),
        ("John Roe", "john@mail.example"),
    ]);
    for given in ["Jane Doe", "  jane   DOE ", "Jane", "JANE@mail.example"] {
        let found = customer::find(&world, given).unwrap();
        assert_eq!(&*found.address, "jane@mail.example", "{given}");
        assert_eq!(found.name.as_deref(), Some("Jane Doe"), "{given}");
    }
}

#[test]
fn a_name_that_two_have_is_refused_with_both_addresses() {
    let world = world(&[
        ("Jane Doe", "jane@mail.example"),
        ("Jane Doe", "doe@other.example"),
    ]);
    let refused = customer::find(&world, "Jane Doe").unwrap_err().to_string();
    assert!(
        refused.contains("jane@mail.example") && refused.contains("doe@other.example"),
        "{refused}"
    );
}

#[test]
fn a_stranger_writes_by_address_and_not_by_name() {
    let world = world(&[]);
    let found = customer::find(&world, "new@mail.example").unwrap();
    assert_eq!((&*found.address, found.name), ("new@mail.example", None));
    for given in ["Nobody", "", "a@b@c.example", "jane@mail", "<x@y.example>"] {
        assert!(customer::find(&world, given).is_err(), "{given}");
    }
}

#[test]
fn a_mail_without_a_subject_is_called_by_its_first_line() {
    assert_eq!(subject(&words("Where is it?\nYours"), None), "Where is it?");
    let long = "where is my parcel ".repeat(10);
    let cut = subject(&words(&long), None);
    assert!(
        cut.chars().count() <= 62 && cut.ends_with("parcel …"),
        "{cut}"
    );
}

#[test]
fn an_empty_or_overlong_mail_is_refused_with_the_limit() {
    assert!(check(&words(" \n")).is_err());
    let refused = check(&words(&"x".repeat(20_001))).unwrap_err().to_string();
    assert!(refused.contains("20000"), "{refused}");
}
