//! From a scenario and a seed to an office: its records, its truth, its brief.
//!
//! Reading order: `draft` (the drawing board) and `maker`; `cases`, `history`, `population` (what is drawn); the mess
//! operators; `ids`, `wording`, `post`, `records` (what is written out); `verdict` and `people` (what is true of it).
//!
//! Invariant: a function of its arguments. Every step has dice of its own, so a change in one shifts no other.

mod calendar;
mod cases;
mod contract;
mod draft;
mod history;
mod ids;
mod mail;
mod maker;
mod people;
mod population;
mod post;
mod records;
mod truth;
mod verdict;
mod wording;

pub(crate) use calendar::Calendar;
pub use cases::cases_max;
pub(crate) use draft::{Contact, Draft, Named, Note, Piece, Place, Role, Spoiled, Spot, TrueValue};
pub use post::NEEDS_A_PERSON;

use std::borrow::Cow;

use muddle_world::chance::Seed;
use muddle_world::effect::Record;
use muddle_world::time::{At, DAY, MINUTE};

use crate::file::Scenario;
use crate::policy;
use crate::truth::Truth;

/// How an office is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Without the mess.
    pub clean: bool,
    /// Cut the story to so many cases, all of whose mail is there at the opening; no vendor fails by script.
    pub cases: Option<u32>,
    /// Vendors take as long as they do on any day.
    pub real_latency: bool,
}

/// An office before its first entry.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Office time at the opening.
    pub start: At,
    /// Every record, vendor by vendor, in the order of creation within each.
    pub records: Vec<Record>,
    /// What only graders may know.
    pub truth: Truth,
    /// The packet's page, Markdown.
    pub brief: String,
    /// What counts, for candidates.
    pub contract: serde_json::Value,
}

/// Makes an office. `epoch` is the Monday of its week, midnight UTC.
pub fn generate(scenario: &Scenario, seed: &Seed, epoch: At, options: Options) -> Generated {
    let scenario = &options
        .cases
        .map_or(Cow::Borrowed(scenario), |_| Cow::Owned(cut(scenario)));
    let desk = &scenario.desk;
    let start = epoch.plus(desk.week.opens_on_day * DAY + desk.week.opens_at_min * MINUTE);
    let calendar = Calendar::around(start);
    let mut rules = policy::draw(seed, &desk.policy);
    let mut maker = maker::Maker::new(seed, desk, &rules, &calendar);
    let cases_max = options.cases.map_or(usize::MAX, |cases| cases as usize);
    cases::make(&mut maker, cases_max);
    cases::spread(seed, &mut maker);
    history::write(&mut maker);
    population::fill(&mut maker);
    let mut draft = maker.draft;
    if !options.clean {
        crate::mess::spoil(seed, desk, &calendar, &mut draft);
    }
    let ids = ids::give(
        seed,
        &mut draft,
        &desk.shop.order_prefix,
        desk.shop.agents.len() + 1,
    );
    let mut wording = wording::Wording::new(seed, desk, &calendar);
    wording.all(&mut draft);
    let post = post::write(seed, &mut draft, desk, &calendar);
    let people = people::make(seed, &draft, desk, &mut wording);

    let words = policy::Words::of(&rules);
    let now = start
        .timestamp()
        .strftime("%A %-d %B %Y, %H:%M UTC")
        .to_string();
    let values = words.values(&now, &desk.shop.address);
    rules.clauses = policy::clauses(&desk.policy, &values, &truth::notice(&draft));
    let brief = policy::fill(&scenario.brief, &values);
    let contract = contract::page(&rules, desk);

    let mut records = Vec::with_capacity(20 * draft.charges.len());
    records::billing::write(&draft, &ids, start, &mut records);
    records::events::write(seed, &draft, &ids, start, &mut records);
    records::crm::write(&draft, &ids, desk, &calendar, &mut records);
    records.extend(
        post.there
            .into_iter()
            .map(|message| Record::Inbox(message.into())),
    );
    let script = records::office::write(desk, start, post.later, &mut records);
    if options.real_latency {
        records::latency::write(desk, &mut records);
    }
    let truth = truth::write(
        scenario,
        rules,
        &draft,
        &ids,
        truth::Rest {
            start,
            people,
            script,
        },
    );
    Generated {
        start,
        records,
        truth,
        brief,
        contract,
    }
}

/// The scenario of a cut story: it ends with the work, so nothing comes later, no vendor fails by script, and no check
/// waits for a failure that never comes.
fn cut(scenario: &Scenario) -> Scenario {
    let mut cut = scenario.clone();
    cut.desk.story.there_at_start_percent = 100;
    cut.desk.story.outages.clear();
    cut.rubric
        .checks
        .retain(|check| check.needs_fault.is_none());
    cut
}
