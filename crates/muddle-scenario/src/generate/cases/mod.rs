//! Cases on the drawing board: an order to the kind's specification, its twists, its mail; and its decoys.
//!
//! Called first, so that the crowd fills in around them. A decoy is made exactly as its case, without the mail.

mod arrivals;
mod letters;
mod twists;

pub use arrivals::spread;

use muddle_world::time::At;

use super::draft::{Place, Role};
use super::maker::Maker;
use crate::file::{KindSpec, Part, RawCase, Right, Scenario};

/// A case before ids.
#[derive(Clone, Debug)]
pub struct CaseDraft {
    /// Place of its kind in the scenario.
    pub kind: Place,
    /// Which instance of the kind.
    pub instance: usize,
    /// Who it is about.
    pub soul: Place,
    /// The order in question.
    pub order: Option<Place>,
    /// The charges in question.
    pub charges: Vec<Place>,
    /// The line in question, for an item.
    pub line: Option<Place>,
    /// Refunds of the past.
    pub refunds: Vec<Place>,
    /// The dispute.
    pub dispute: Option<Place>,
    /// A second order like it.
    pub second_order: Option<Place>,
    /// Somebody of the same name, or of the same household.
    pub other_soul: Option<Place>,
    /// Another address of the person: one nobody knows, or an old one.
    pub other_address: Option<String>,
    /// Its threads, the first request's first.
    pub threads: Vec<Place>,
    /// The mail that takes it back: thread and place.
    pub taken_back: Option<(Place, Place)>,
    /// Its decoys' souls.
    pub decoys: Vec<Place>,
    /// When its first mail comes.
    pub opens: At,
    /// How they answer when asked.
    pub temper: Temper,
}

/// How somebody answers a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Temper {
    /// Within the hour.
    #[default]
    Prompt,
    /// Beside the point first.
    Beside,
    /// Hours later.
    Slow,
    /// Not at all.
    Silent,
}

/// How those who may be asked answer, in their order.
const TEMPERS: [Temper; 6] = [
    Temper::Prompt,
    Temper::Prompt,
    Temper::Beside,
    Temper::Beside,
    Temper::Slow,
    Temper::Silent,
];

impl CaseDraft {
    /// Minor units that are due, if anything is.
    pub fn due(&self, maker: &super::draft::Draft, kind: &KindSpec) -> i64 {
        let Some(order) = self.order.map(|order| &maker.orders[order]) else {
            return 0;
        };
        match kind.right {
            Right::Refund(Part::Item) => {
                let line = &order.lines[self.line.unwrap_or(0)];
                line.unit * line.quantity
            }
            Right::Refund(Part::Shipping) => order.shipping,
            _ => order.total(),
        }
    }
}

/// How many cases a story of this scenario has, where it is not cut.
pub fn cases_max(scenario: &Scenario) -> u64 {
    let desk = &scenario.desk;
    let of_a_kind = |raw: &&RawCase| desk.kinds.iter().any(|kind| kind.id == raw.kind);
    let by_hand = desk.raw_cases.iter().filter(of_a_kind).count();
    (desk.population.cases_per_kind * desk.kinds.len() + by_hand) as u64
}

/// Makes every case of the scenario, at most `cases_max` of them, each with its decoys.
pub fn make(maker: &mut Maker<'_>, cases_max: usize) {
    let desk = maker.desk;
    let per_kind = desk.population.cases_per_kind;
    let mut wanted: Vec<(Place, usize, Option<&RawCase>)> = Vec::new();
    for instance in 0..per_kind {
        wanted.extend((0..desk.kinds.len()).map(|kind| (kind, instance, None)));
    }
    wanted.truncate(cases_max);
    for raw in &desk.raw_cases {
        if let Some(kind) = desk.kinds.iter().position(|kind| kind.id == raw.kind)
            && wanted.len() < cases_max
        {
            wanted.push((kind, per_kind, Some(raw)));
        }
    }
    for (kind, instance, raw) in wanted {
        one(maker, kind, instance, raw);
    }
    let asked = maker.draft.cases.iter_mut();
    let asked = asked.filter(|case| desk.kinds[case.kind].right == Right::AskThenRefund);
    for (case, temper) in asked.zip(TEMPERS.into_iter().cycle()) {
        case.temper = temper;
    }
}

fn one(maker: &mut Maker<'_>, kind: Place, instance: usize, raw: Option<&RawCase>) {
    let spec = &maker.desk.kinds[kind];
    let role = Role::Case(maker.draft.cases.len());
    let mut case = stage(maker, spec, role, kind, instance);
    letters::write(maker, spec, &mut case, raw);
    if spec.order.is_some() {
        for _ in 0..maker.desk.population.decoys_per_case {
            let decoy = stage(
                maker,
                spec,
                Role::Decoy(maker.draft.cases.len()),
                kind,
                instance,
            );
            case.decoys.push(decoy.soul);
        }
    }
    maker.draft.cases.push(case);
}

/// The records of a case, without mail.
fn stage(
    maker: &mut Maker<'_>,
    spec: &KindSpec,
    role: Role,
    kind: Place,
    instance: usize,
) -> CaseDraft {
    let person = maker.crowd.person(&mut maker.dice);
    let soul = maker.stranger(role, person);
    let mut case = CaseDraft {
        kind,
        instance,
        soul,
        order: None,
        charges: Vec::new(),
        line: None,
        refunds: Vec::new(),
        dispute: None,
        second_order: None,
        other_soul: None,
        other_address: None,
        threads: Vec::new(),
        taken_back: None,
        decoys: Vec::new(),
        opens: maker.calendar.start,
        temper: Temper::default(),
    };
    if let Some(order) = spec.order {
        twists::apply(maker, spec, order, role, &mut case);
    }
    case
}
