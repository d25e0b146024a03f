//! The policy of one office: values drawn from the seed within the scenario's ranges, and texts filled with them.
//!
//! Called by the generator and by the brief; the values go into the truth. A text names a value as `{{threshold}}`.

use muddle_world::chance::Seed;
use muddle_world::row::Str;

use crate::file::{PolicyRanges, System, ToldIn};
use crate::truth::{Clause, Policy, SeenIn, Survivor};

/// Names that a text may fill in.
pub const NAMES: [&str; 7] = [
    "threshold",
    "window_days",
    "no_scan_days",
    "email_source",
    "survivor",
    "now",
    "desk",
];

/// The names between double braces.
pub fn placeholders(text: &str) -> Vec<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(name, _)| name)
        .collect()
}

/// A text with its values filled in.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, after)) = behind.split_once("}}") else {
            out.push_str("{{");
            rest = behind;
            continue;
        };
        let value = values.iter().find(|(one, _)| *one == name);
        out.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Draws this office's policy. `notice` is the message that tells the rules.
pub fn draw(seed: &Seed, ranges: &PolicyRanges) -> Policy {
    let mut dice = seed.dice(&["policy"]);
    let threshold = *dice.pick(&ranges.threshold);
    let window_days = *dice.pick(&ranges.window_days);
    let no_scan_days = *dice.pick(&ranges.no_scan_days);
    let email = *dice.pick(&ranges.email_source);
    let survivor = *dice.pick(&ranges.survivor);
    Policy {
        threshold,
        window_days,
        no_scan_days,
        trusted: [(Str::from("email"), email.into())].into(),
        survivor,
        handoffs_per_day: ranges.handoffs_per_day,
        clauses: Vec::new(),
    }
}

/// The clauses with their values and places, once the notice's message has an id.
pub fn clauses(ranges: &PolicyRanges, values: &[(&str, &str)], notice: &Str) -> Vec<Clause> {
    let place = |told: &ToldIn| match told {
        ToldIn::Brief => SeenIn::Brief,
        ToldIn::Contract => SeenIn::Contract,
        ToldIn::Mail => SeenIn::Message(notice.clone()),
    };
    ranges
        .clauses
        .iter()
        .map(|clause| Clause {
            id: clause.id.as_str().into(),
            text: fill(&clause.text, values).into(),
            seen_in: clause.told_in.iter().map(place).collect(),
        })
        .collect()
}

/// The values as people write them.
#[derive(Clone, Debug)]
pub struct Words {
    /// `100.00`.
    pub threshold: String,
    /// `30`.
    pub window_days: String,
    /// `14`.
    pub no_scan_days: String,
    /// `billing` or `the CRM`.
    pub email_source: &'static str,
    /// `the contact that was created first`.
    pub survivor: &'static str,
}

impl Words {
    /// The words of a policy.
    pub fn of(policy: &Policy) -> Self {
        let billing = muddle_world::vendor::Vendor::from(System::Billing);
        Self {
            threshold: format!("{}.{:02}", policy.threshold / 100, policy.threshold % 100),
            window_days: policy.window_days.to_string(),
            no_scan_days: policy.no_scan_days.to_string(),
            email_source: if policy.trusted.get("email") == Some(&billing) {
                "billing"
            } else {
                "the CRM"
            },
            survivor: match policy.survivor {
                Survivor::Oldest => "the contact that was created first",
                Survivor::Newest => "the contact that was created last",
                Survivor::MostOrders => "the contact with the most orders",
            },
        }
    }

    /// As values of [`fill`].
    pub fn values<'a>(&'a self, now: &'a str, desk: &'a str) -> [(&'static str, &'a str); 7] {
        [
            ("threshold", &self.threshold),
            ("window_days", &self.window_days),
            ("no_scan_days", &self.no_scan_days),
            ("email_source", self.email_source),
            ("survivor", self.survivor),
            ("now", now),
            ("desk", desk),
        ]
    }
}
