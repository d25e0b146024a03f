//! The mail of a case on the drawing board: what is told, by whom, from which address, and in which order.
//!
//! Called once per case after its records are made; `arrivals` then says which first mails come later. Words come later; nothing here says what should be done.

use muddle_world::time::{At, DAY, HOUR, MINUTE};

use super::super::calendar::day_of;
use super::super::draft::Place;
use super::super::mail::{Hand, Mail, Matter, Thread, Told};
use super::super::maker::Maker;
use super::CaseDraft;
use super::arrivals::late;
use crate::file::{KindSpec, RawCase, Tell, Twist};
use crate::letters::{Intent, Reply};

/// Writes a case's mail.
pub(super) fn write(
    maker: &mut Maker<'_>,
    spec: &KindSpec,
    case: &mut CaseDraft,
    raw: Option<&RawCase>,
) {
    let intent = Intent::ALL
        .iter()
        .copied()
        .find(|intent| intent.key() == spec.letter);
    let matter = match (raw, intent) {
        (Some(raw), _) => Matter::Raw {
            subject: raw.subject.clone(),
            text: raw.text.clone(),
        },
        (None, Some(intent)) => Matter::Letter(intent),
        (None, None) => return,
    };
    let told = told(maker, spec, case);
    let at = before(maker);
    let from = match &case.other_address {
        Some(other) if spec.twists.contains(&Twist::Namesake) => other.clone(),
        _ => maker.draft.souls[case.soul].person.email.clone(),
    };
    case.opens = at;
    let hand = Hand::Soul {
        soul: case.soul,
        from,
    };
    let first = thread(
        maker,
        case,
        Mail::new(hand.clone(), matter, told.clone(), at),
    );
    for twist in &spec.twists {
        follow_up(maker, *twist, case, first, &hand, &told);
    }
}

fn thread(maker: &mut Maker<'_>, case: &mut CaseDraft, mail: Mail) -> Place {
    let place = maker.draft.threads.len();
    maker.draft.threads.push(Thread {
        mails: vec![mail],
        closed: false,
    });
    case.threads.push(place);
    place
}

fn follow_up(
    maker: &mut Maker<'_>,
    twist: Twist,
    case: &mut CaseDraft,
    first: Place,
    hand: &Hand,
    told: &Told,
) {
    match twist {
        Twist::Resent => {
            let at = after(maker, case.opens);
            thread(
                maker,
                case,
                Mail::new(hand.clone(), Matter::Again(first, 0), Told::default(), at),
            );
        }
        Twist::SecondAddress => {
            let Some(from) = case.other_address.clone() else {
                return;
            };
            let mut told = told.clone();
            told.last4 = case
                .charges
                .first()
                .map(|&charge| maker.draft.charges[charge].last4.clone());
            let person = &maker.draft.souls[case.soul].person;
            told.other.push(("other_email", person.email.clone()));
            let at = after(maker, case.opens);
            let hand = Hand::Soul {
                soul: case.soul,
                from,
            };
            let matter = Matter::Letter(Intent::SecondAddress);
            thread(maker, case, Mail::new(hand, matter, told, at));
        }
        Twist::FamilyMember => {
            let Some(soul) = case.other_soul else { return };
            let from = maker.draft.souls[soul].person.email.clone();
            let mut told = told.clone();
            told.other
                .push(("relative", maker.draft.souls[case.soul].person.full()));
            let at = after(maker, case.opens);
            let matter = Matter::Letter(Intent::FamilyMember);
            thread(
                maker,
                case,
                Mail::new(Hand::Soul { soul, from }, matter, told, at),
            );
        }
        Twist::TakenBack => {
            let at = late(&mut maker.dice, maker.desk, maker.calendar);
            let mail = Mail::new(
                hand.clone(),
                Matter::Letter(Intent::Retraction),
                Told::default(),
                at,
            );
            maker.draft.threads[first].mails.push(mail);
            case.taken_back = Some((first, maker.draft.threads[first].mails.len() - 1));
        }
        Twist::ColleagueAnswered => answered(maker, case, first, hand, told),
        _ => {}
    }
}

/// A colleague refunded and answered; the customer says thanks.
fn answered(maker: &mut Maker<'_>, case: &CaseDraft, first: Place, hand: &Hand, told: &Told) {
    let Some(&refund) = case.refunds.first() else {
        return;
    };
    let refunded = &maker.draft.refunds[refund];
    let (amount, at) = (refunded.amount, refunded.created.plus(12 * MINUTE));
    let currency = maker.draft.orders[maker.draft.charges[refunded.charge].order].currency;
    let agent = maker.agent();
    let told = Told {
        order: told.order,
        amount: Some((amount, currency)),
        ..Told::default()
    };
    let mails = &mut maker.draft.threads[first].mails;
    mails[0].at = at.plus(-3 * HOUR);
    mails.push(Mail::new(
        Hand::Agent(agent),
        Matter::Reply(Reply::Refunded),
        told,
        at,
    ));
    let matter = Matter::Letter(Intent::ColleagueAnswered);
    mails.push(Mail::new(
        hand.clone(),
        matter,
        Told::default(),
        at.plus(5 * HOUR),
    ));
}

/// What the letter tells.
fn told(maker: &mut Maker<'_>, spec: &KindSpec, case: &CaseDraft) -> Told {
    let mut told = Told::default();
    let Some(order) = case.order else { return told };
    let due = case.due(&maker.draft, spec);
    let made = &maker.draft.orders[order];
    for tell in &spec.tells {
        match tell {
            Tell::Order => told.order = Some(order),
            Tell::Amount => {
                let amount = if spec.twists.contains(&Twist::SwappedAmount) {
                    swapped(due)
                } else {
                    due
                };
                told.amount = Some((amount, made.currency));
            }
            Tell::Items => items(&mut told, made, case),
            Tell::Delivered => told.delivered = made.delivered,
            Tell::Charged => told.charged = Some(day_of(made.ordered)),
            Tell::Last4 => {
                told.last4 = made
                    .charges
                    .first()
                    .map(|&one| maker.draft.charges[one].last4.clone())
            }
            Tell::OtherCard => told
                .other
                .push(("other_last4", format!("{:04}", maker.dice.below(10_000)))),
            Tell::Tracking => told.other.push((
                "tracking",
                format!("PX{:09}", maker.dice.below(1_000_000_000)),
            )),
        }
    }
    told.ordered = Some(day_of(made.ordered));
    if let (Some(old), true) = (
        &case.other_address,
        spec.twists.contains(&Twist::EmailConflict),
    ) {
        told.other.push(("old_email", old.clone()));
    }
    told
}

fn items(told: &mut Told, order: &super::super::draft::Order, case: &CaseDraft) {
    let shelf = crate::people::products();
    match case.line {
        Some(line) => {
            told.items = vec![order.lines[line].product];
            let kept: Vec<&str> = order
                .lines
                .iter()
                .enumerate()
                .filter(|(place, _)| *place != line)
                .map(|(_, line)| shelf[line.product].name.as_str())
                .collect();
            if !kept.is_empty() {
                told.other.push(("kept", kept.join(", ")));
            }
        }
        None if case.second_order.is_some() => told.items = vec![order.lines[0].product],
        None => told.items = order.lines.iter().map(|line| line.product).collect(),
    }
}

/// Two neighbouring digits changed places; the first two that differ, from the left.
fn swapped(amount: i64) -> i64 {
    let mut digits: Vec<char> = amount.to_string().chars().collect();
    let pair = (0..digits.len().saturating_sub(1))
        .find(|&at| digits[at] != digits[at + 1] && digits[at + 1] != '0');
    if let Some(at) = pair {
        digits.swap(at, at + 1);
    }
    digits
        .into_iter()
        .collect::<String>()
        .parse()
        .unwrap_or(amount)
}

/// Some time in the days before the opening.
fn before(maker: &mut Maker<'_>) -> At {
    let ago = maker.dice.between(20 * MINUTE, 2 * DAY);
    At((maker.calendar.start.0 - ago) / 1_000 * 1_000)
}

/// Some time after an earlier mail: before the opening if there is room, or during the story.
fn after(maker: &mut Maker<'_>, earlier: At) -> At {
    let room = maker.calendar.start.since(earlier) - 10 * MINUTE;
    if room > HOUR && maker.dice.percent(50) {
        At((earlier.0 + maker.dice.between(HOUR, room)) / 1_000 * 1_000)
    } else {
        late(&mut maker.dice, maker.desk, maker.calendar)
    }
}
