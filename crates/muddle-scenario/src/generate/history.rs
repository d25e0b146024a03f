//! Last month on the drawing board: threads the team has closed, with what they decided, and the manager's rules.
//!
//! Called after the cases. A few threads were decided wrongly; nothing marks them but the dates and amounts.

use muddle_world::billing::RefundStatus;
use muddle_world::time::{DAY, HOUR, MINUTE};

use super::calendar::day_of;
use super::draft::{Note, Piece, Place, Refund, Role};
use super::mail::{Hand, Mail, Matter, Thread, Told};
use super::maker::Maker;
use crate::file::{Delivery, OrderSpec, Total};
use crate::letters::{Intent, Notice, Reply};
use crate::policy::Words;

/// How many closed threads hold our answer too, in percent; the rest were answered by telephone.
const ANSWERED_PERCENT: u64 = 35;
/// How many of their writers have written before, in percent.
const KNOWN_PERCENT: u64 = 35;

/// Writes last month.
pub fn write(maker: &mut Maker<'_>) {
    for _ in 0..maker.desk.population.closed_threads {
        closed(maker);
    }
    rules(maker);
}

fn closed(maker: &mut Maker<'_>) {
    let soul = writer(maker);
    let wrong = maker
        .dice
        .percent(maker.desk.population.closed_wrong_percent);
    let late = maker.dice.percent(30);
    let mailed = maker.calendar.today() - maker.dice.between(8, 30);
    let window = maker.policy.window_days;
    let delivered = mailed
        - if late {
            window + maker.dice.between(5, 30)
        } else {
            maker.dice.between(3, window - 6)
        };
    let spec = OrderSpec {
        lines: [1, 2],
        delivery: if late {
            Delivery::Late
        } else {
            Delivery::InTime
        },
        total: Total::Below,
        final_sale: false,
    };
    let order = maker.order_of_day(soul, spec, delivered);
    let refunded = late == wrong;
    let intent = if late {
        Intent::OutsideWindow
    } else {
        Intent::PlainFull
    };
    let made = &maker.draft.orders[order];
    let told = Told {
        order: Some(order),
        items: made.lines.iter().map(|line| line.product).collect(),
        delivered: made.delivered,
        ordered: Some(day_of(made.ordered)),
        ..Told::default()
    };
    let at = maker.moment(mailed);
    let hand = Hand::Soul {
        soul,
        from: maker.draft.souls[soul].person.email.clone(),
    };
    let mut mails = vec![Mail::new(hand, Matter::Letter(intent), told, at)];
    mails.extend(decide(maker, order, refunded, at));
    maker.draft.threads.push(Thread {
        mails,
        closed: true,
    });
}

/// Somebody new, or now and then one who wrote before.
fn writer(maker: &mut Maker<'_>) -> Place {
    let known: Vec<Place> = (0..maker.draft.souls.len())
        .filter(|&soul| maker.draft.souls[soul].role == Role::Past)
        .collect();
    if !known.is_empty() && maker.dice.percent(KNOWN_PERCENT) {
        *maker.dice.pick(&known)
    } else {
        maker.soul(Role::Past)
    }
}

/// What the team did about it: money, a note, perhaps an answer.
fn decide(
    maker: &mut Maker<'_>,
    order: Place,
    refunded: bool,
    at: muddle_world::time::At,
) -> Option<Mail> {
    let decided = at.plus(maker.dice.between(3, 40) * HOUR);
    let made = &maker.draft.orders[order];
    let (soul, charge, total, currency) = (made.soul, made.charges[0], made.total(), made.currency);
    if refunded {
        maker.draft.refunds.push(Refund {
            charge,
            amount: total,
            created: decided,
            status: RefundStatus::Succeeded,
        });
    }
    let agent = maker.agent();
    let money = format!(
        "{}.{:02} {}",
        total / 100,
        total % 100,
        currency.to_uppercase()
    );
    let (before, after) = if refunded {
        *maker.dice.pick(&[
            ("Refunded ", " in full, customer told."),
            ("Sent the money back for ", ". Closed."),
            ("RF done, ", " - spoke to customer."),
        ])
    } else {
        *maker.dice.pick(&[
            ("Said no to ", ", too long ago. Customer informed."),
            ("No refund for ", ", window passed."),
            ("Declined, ", " - explained the rule."),
        ])
    };
    let text = vec![
        Piece::Text(before.to_owned()),
        Piece::Number(order),
        Piece::Text(format!(" ({money}){after}")),
    ];
    let contacts = maker.draft.souls[soul].contacts.clone();
    maker.draft.notes.push(Note {
        contacts,
        text,
        at: decided.plus(6 * MINUTE),
        owner: Some(agent),
    });
    if !maker.dice.percent(ANSWERED_PERCENT) {
        return None;
    }
    let told = Told {
        order: Some(order),
        amount: refunded.then_some((total, currency)),
        other: if refunded {
            Vec::new()
        } else {
            vec![("reason", reason(maker))]
        },
        ..Told::default()
    };
    let reply = if refunded {
        Reply::Refunded
    } else {
        Reply::Denied
    };
    Some(Mail::new(
        Hand::Agent(agent),
        Matter::Reply(reply),
        told,
        decided.plus(9 * MINUTE),
    ))
}

fn reason(maker: &mut Maker<'_>) -> String {
    let days = maker.policy.window_days;
    let forms = [
        format!("the {days} days have passed"),
        format!("it came more than {days} days ago"),
        format!("we can only take things back within {days} days"),
    ];
    maker.dice.pick(&forms).clone()
}

/// The manager's rules, and an earlier version of them.
fn rules(maker: &mut Maker<'_>) {
    let now = Words::of(maker.policy);
    let mut old = maker.policy.clone();
    old.threshold += *maker.dice.pick(&[2_500, 5_000]);
    old.window_days += *maker.dice.pick(&[7, 14]);
    old.no_scan_days += 4;
    let before = Words::of(&old);
    let ago = maker.dice.between(140, 200);
    notice(maker, Notice::OldPolicy, &before, ago);
    let ago = maker.dice.between(9, 20);
    notice(maker, Notice::Policy, &now, ago);
}

fn notice(maker: &mut Maker<'_>, notice: Notice, words: &Words, days_ago: i64) {
    let day = maker.calendar.today() - days_ago;
    let since = maker.calendar.date(day).strftime("%-d %B").to_string();
    let facts = [
        ("threshold", words.threshold.as_str()),
        ("window_days", &words.window_days),
        ("no_scan_days", &words.no_scan_days),
        ("email_source", words.email_source),
        ("name_source", "billing"),
        ("phone_source", "the CRM"),
        ("plan_source", "billing"),
        ("date_source", "the deal in the CRM"),
        ("survivor", words.survivor),
        ("approver_hours", "9:30 to 12:00 and 14:00 to 16:30"),
        ("since", &since),
    ];
    let told = Told {
        other: facts
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        ..Told::default()
    };
    let at = muddle_world::time::At(day * DAY + 8 * HOUR + maker.dice.between(1, 400) * MINUTE);
    let mail = Mail::new(Hand::Manager, Matter::Notice(notice), told, at);
    maker.draft.threads.push(Thread {
        mails: vec![mail],
        closed: notice == Notice::OldPolicy,
    });
}
