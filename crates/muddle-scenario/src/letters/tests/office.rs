//! One office's mail as a scenario would ask for it: many people, all kinds, one mailbag.

use super::*;
use muddle_world::chance::Dice;

/// A letter with what it was asked to be.
pub(super) struct Written {
    pub(super) intent: Intent,
    pub(super) letter: Letter,
}

pub(super) fn shop() -> Shop {
    let agent = |name: &str, voice| Agent {
        name: name.to_owned(),
        email: "desk@marlowpine.example".to_owned(),
        voice,
    };
    Shop {
        name: "Marlow & Pine".to_owned(),
        email: "help@marlowpine.example".to_owned(),
        agents: vec![
            agent("Tobias Renner", Voice::Brisk),
            agent("Nkechi Adler", Voice::Warm),
        ],
        manager: agent("Maya Okafor-Lindqvist", Voice::Manager),
    }
}

/// Facts as they go with a kind.
pub(super) fn facts(dice: &mut Dice, intent: Intent, currency: &str, serial: usize) -> Facts {
    let mut items: Vec<String> = Vec::new();
    let many = matches!(intent, Intent::ItemPartial | Intent::AmountLine) || dice.percent(25);
    while items.len() < 1 + usize::from(many) {
        let name = dice.pick(products()).name.clone();
        if !items.contains(&name) {
            items.push(name);
        }
    }
    let day = i8::try_from(1 + dice.below(28)).unwrap();
    let mut facts = Facts {
        order: dice.percent(85).then(|| format!("MP-{}", 20400 + serial)),
        amount: dice.percent(50).then(|| Amount {
            minor: 2000 + dice.below(20000) as i64,
            currency: currency.to_owned(),
        }),
        ordered_on: Some(date(2026, 10, day)),
        delivered_on: Some(date(2026, 11, day)),
        items,
        ..Facts::default()
    };
    special(&mut facts, intent, serial);
    facts
}

fn special(facts: &mut Facts, intent: Intent, serial: usize) {
    let mut other = |name: &'static str, value: &str| {
        facts.other.insert(name, value.to_owned());
    };
    match intent {
        Intent::SecondAddress => other("other_email", "someone.else@example.org"),
        Intent::FamilyMember => other("relative", "Joan Whitaker"),
        Intent::EmailConflict => other("old_email", "old.address@example.net"),
        Intent::TwoRequests => other("other_order", &format!("MP-{}", 30400 + serial)),
        Intent::OtherCard => other("other_last4", "5556"),
        Intent::CardNumber => other("card_number", "4242 4242 4242 4242"),
        Intent::NoScan => other("tracking", &format!("TRK{}", 88_000_000 + serial)),
        Intent::RefundStatus => other("refunded_on", "last Tuesday"),
        _ => {}
    }
    if intent == Intent::ItemPartial {
        facts
            .other
            .insert("kept", facts.items.pop().expect("two items were drawn"));
    }
    if matches!(intent, Intent::OrderMissing | Intent::SeveralOrders) {
        facts.order = None;
    }
    if intent == Intent::SeveralOrders {
        facts.items.clear();
    }
}

/// As many letters as asked, spread over all kinds as an inbox is.
pub(super) fn write(dice: &mut Dice, count: usize) -> Vec<Written> {
    let mut crowd = Crowd::new();
    let mut bag = Mailbag::new();
    let shop = shop();
    let told: Vec<Intent> = Intent::ALL
        .iter()
        .copied()
        .filter(|kind| super::super::book::book().shapes.contains_key(kind.key()))
        .collect();
    (0..count)
        .map(|serial| {
            let person = crowd.person(dice);
            let writer = Writer::draw(dice, &person);
            let intent = if dice.percent(30) {
                *dice.pick(&[Intent::PlainFull, Intent::ItemPartial])
            } else {
                told[serial % told.len()]
            };
            let facts = facts(dice, intent, person.country.currency(), serial);
            let letter = bag.compose(dice, &writer, intent, &facts, &shop);
            Written { intent, letter }
        })
        .collect()
}

/// Answers of both agents to many people.
pub(super) fn answer(dice: &mut Dice, count: usize) -> Vec<Letter> {
    let mut crowd = Crowd::new();
    let mut bag = Mailbag::new();
    let shop = shop();
    (0..count)
        .map(|serial| {
            let person = crowd.person(dice);
            let reply = Reply::ALL[serial % Reply::ALL.len()];
            let agent = dice.pick(&shop.agents).clone();
            let mut facts = Facts {
                order: dice.percent(60).then(|| format!("MP-{}", 20400 + serial)),
                amount: Some(Amount {
                    minor: 2000 + dice.below(20000) as i64,
                    currency: person.country.currency().to_owned(),
                })
                .filter(|_| reply == Reply::Refunded),
                items: vec![dice.pick(products()).name.clone()],
                ..Facts::default()
            };
            if reply == Reply::Denied {
                let reason = "the thirty days since delivery are over".to_owned();
                facts.other.insert("reason", reason);
            }
            if reply == Reply::Asked {
                facts
                    .other
                    .insert("ask_for", "your order number".to_owned());
            }
            bag.reply(dice, &agent, &person, reply, &facts, &shop)
        })
        .collect()
}

/// The largest share between any two bodies in percent, and which two.
pub(super) fn worst(sets: &[Vec<u64>]) -> (u64, usize, usize) {
    let mut worst = (0, 0, 0);
    for (i, one) in sets.iter().enumerate() {
        for (j, other) in sets.iter().enumerate().skip(i + 1) {
            worst = worst.max((jaccard_percent(one, other), i, j));
        }
    }
    worst
}
