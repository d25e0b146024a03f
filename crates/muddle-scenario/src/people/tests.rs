//! People agree with themselves, and nobody shares an address or a number by accident.

use std::collections::BTreeSet;

use muddle_world::chance::Seed;

use super::*;

#[test]
fn five_hundred_people_are_coherent_and_unique() {
    let mut dice = Seed::from_number(5).dice(&["people"]);
    let mut crowd = Crowd::new();
    let people: Vec<Person> = (0..500).map(|_| crowd.person(&mut dice)).collect();
    let emails: BTreeSet<&str> = people.iter().map(|person| person.email.as_str()).collect();
    let phones: BTreeSet<&str> = people.iter().map(|person| person.phone.as_str()).collect();
    assert_eq!((emails.len(), phones.len()), (500, 500));
    for person in &people {
        let (local, domain) = person.email.split_once('@').unwrap();
        let first = crowd::ascii(&person.first);
        let last = crowd::ascii(&person.last);
        assert!(
            local.contains(&first) || local.contains(&last),
            "{person:?}"
        );
        assert!(
            domain.starts_with("example.") || domain.ends_with(".example"),
            "{domain}"
        );
        assert!(
            places()
                .iter()
                .any(|place| place.city == person.city && place.country == person.country)
        );
        assert_eq!(
            person.company.is_some(),
            person.company.as_ref().is_some_and(|c| c.domain == domain)
        );
    }
}

#[test]
fn a_household_shares_name_and_address_only() {
    let mut dice = Seed::from_number(6).dice(&["people"]);
    let mut crowd = Crowd::new();
    let (one, other) = crowd.household(&mut dice);
    assert_eq!(
        (&one.last, &one.street, &one.postcode),
        (&other.last, &other.street, &other.postcode)
    );
    assert_ne!(one.first, other.first);
    assert_ne!(one.email, other.email);
    let stranger = crowd.namesake(&mut dice, &one);
    assert_eq!(stranger.full(), one.full());
    assert_ne!(stranger.city, one.city);
    assert_ne!(crowd.second_address(&mut dice, &one), one.email);
}

#[test]
fn the_catalogue_has_a_price_everywhere_and_no_name_inside_another() {
    assert!(products().len() >= 60);
    let categories: BTreeSet<&str> = products()
        .iter()
        .map(|product| product.category.as_str())
        .collect();
    assert_eq!(categories.len(), 8);
    for product in products() {
        assert!(
            ["usd", "eur", "gbp"]
                .iter()
                .all(|currency| product.price_minor(currency) > 0)
        );
        assert!(!product.called.is_empty());
        assert_eq!(
            catalogue::find(&format!("1 x {}", product.name))
                .unwrap()
                .sku,
            product.sku
        );
    }
}

#[test]
fn the_same_dice_give_the_same_person() {
    let draw = || Crowd::new().person(&mut Seed::from_number(9).dice(&["people"]));
    assert_eq!(draw(), draw());
}
