//! When mail comes: so much of it is there at the opening, the rest during the story.
//!
//! Called once all cases have their mail. Counts the mail of the open cases; what a colleague wrote, and the thread
//! around it, lies in the past and stays there. Each outage finds some refunds that it holds up.

use muddle_world::chance::{Dice, Seed};
use muddle_world::time::{At, DAY, MINUTE};

use super::super::calendar::Calendar;
use super::super::draft::{Draft, Place};
use super::super::mail::Mail;
use super::super::maker::Maker;
use crate::file::{Desk, Right};

/// Least time between two mails of one case.
const APART_MS: i64 = MINUTE;
/// Refunds that are asked for during each outage.
const REFUNDS_IN_OUTAGE: usize = 4;

/// Moves mail until the stated share of it is there at the opening, to the nearest mail.
pub fn spread(seed: &Seed, maker: &mut Maker<'_>) {
    let mut dice = seed.dice(&["arrivals"]);
    let start = maker.calendar.start;
    let mails = all(&maker.draft);
    let share = maker.desk.story.there_at_start_percent;
    let wanted = (mails.len() as u64 * (100 - share) + 50) / 100;
    let coming = mails
        .iter()
        .filter(|place| at(&maker.draft, **place) > start);
    let coming = coming.count() as u64;
    if coming < wanted {
        let mut lone = lone(&maker.draft, start);
        dice.shuffle(&mut lone);
        let mut held_up = in_outages(&mut dice, maker.desk);
        for case in chosen(maker, lone, held_up.len(), (wanted - coming) as usize) {
            let thread = maker.draft.cases[case].threads[0];
            let moment = match held_up.pop() {
                Some(minute) => At(maker.calendar.today() * DAY + minute * MINUTE),
                None => late(&mut dice, maker.desk, maker.calendar),
            };
            maker.draft.threads[thread].mails[0].at = moment;
            maker.draft.cases[case].opens = moment;
        }
    } else {
        let mut follow_ups: Vec<(Place, Place)> = mails
            .into_iter()
            .filter(|place| at(&maker.draft, *place) > start)
            .collect();
        dice.shuffle(&mut follow_ups);
        for place in follow_ups.into_iter().take((coming - wanted) as usize) {
            sooner(&mut dice, &mut maker.draft, place, start);
        }
    }
}

/// Minutes after the first day's midnight at which a refund is asked for while a vendor is down: two of them while
/// answers are lost, the last first.
fn in_outages(dice: &mut Dice, desk: &Desk) -> Vec<i64> {
    let mut minutes = Vec::new();
    for outage in &desk.story.outages {
        let from = (outage.day - 1) * DAY / MINUTE + outage.from_min;
        let lost = outage.lost_for_min.max(1);
        for nth in 0..REFUNDS_IN_OUTAGE {
            let within = if nth < 2 {
                lost
            } else {
                outage.to_min - outage.from_min
            };
            minutes.push(from + dice.between(0, within - 1));
        }
    }
    minutes.sort_unstable_by_key(|minute| std::cmp::Reverse(*minute));
    minutes
}

/// So many of these cases, refunds first as far as they are needed for the outages.
fn chosen(maker: &Maker<'_>, lone: Vec<Place>, refunds: usize, count: usize) -> Vec<Place> {
    let is_refund = |case: &Place| {
        let kind = maker.draft.cases[*case].kind;
        matches!(maker.desk.kinds[kind].right, Right::Refund(_))
    };
    let first: Vec<Place> = lone
        .iter()
        .copied()
        .filter(is_refund)
        .take(refunds)
        .collect();
    let rest = lone.into_iter().filter(|case| !first.contains(case));
    first.iter().copied().chain(rest).take(count).collect()
}

/// Some time of the story's working hours, at least two hours before its end.
pub fn late(dice: &mut Dice, desk: &Desk, calendar: &Calendar) -> At {
    let week = &desk.week;
    let day = dice.between(0, week.story_days - 1);
    let from = if day == 0 {
        week.opens_at_min + 30
    } else {
        week.hours_min[0] - 60
    };
    let minute = dice.between(from, week.hours_min[1] - 120);
    At((calendar.today() + day) * DAY + minute * MINUTE + dice.between(0, 59) * 1_000)
}

/// Every mail that customers wrote in open cases: thread and place.
fn all(draft: &Draft) -> Vec<(Place, Place)> {
    let threads = draft.cases.iter().flat_map(|case| &case.threads);
    let mails = threads.flat_map(|&thread| {
        let mails = draft.threads[thread].mails.iter().enumerate();
        let theirs = mails.filter(|(_, mail)| !mail.is_ours());
        theirs.map(move |(place, _)| (thread, place))
    });
    mails.collect()
}

fn at(draft: &Draft, (thread, place): (Place, Place)) -> At {
    draft.threads[thread].mails[place].at
}

/// Cases that are one mail, which is there.
fn lone(draft: &Draft, start: At) -> Vec<Place> {
    let lone = |case: &Place| {
        let case = &draft.cases[*case];
        let [thread] = case.threads[..] else {
            return false;
        };
        let mails = &draft.threads[thread].mails;
        matches!(&mails[..], [mail] if mail.at <= start)
    };
    (0..draft.cases.len()).filter(lone).collect()
}

/// Moves a mail that follows another of its case to between that one and the opening.
fn sooner(dice: &mut Dice, draft: &mut Draft, (thread, place): (Place, Place), start: At) {
    let Some(case) = draft
        .cases
        .iter()
        .find(|case| case.threads.contains(&thread))
    else {
        return;
    };
    let earlier = case
        .threads
        .iter()
        .flat_map(|&one| &draft.threads[one].mails);
    let earlier = earlier.map(|mail: &Mail| mail.at).filter(|at| *at <= start);
    let Some(earlier) = earlier.max() else {
        return;
    };
    let room = start.since(earlier) - APART_MS;
    let after = dice.between(APART_MS, room.max(APART_MS));
    draft.threads[thread].mails[place].at = At((earlier.0 + after) / 1_000 * 1_000);
}
