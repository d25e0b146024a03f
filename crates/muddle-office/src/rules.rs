//! The numbers of the rules in force, by module: recorded at every opening, compared by `verify`.

use std::collections::BTreeMap;

use muddle_world::row::Str;

/// Each module's number.
const RULES: [(&str, u32); 6] = [
    ("billing", muddle_world::billing::RULES),
    ("crm", muddle_world::crm::RULES),
    ("inbox", muddle_world::inbox::RULES),
    ("fault", muddle_world::fault::RULES),
    ("office", muddle_world::office::RULES),
    ("people", muddle_scenario::PEOPLE_RULES),
];

/// The numbers, for an opening.
pub fn numbers() -> BTreeMap<Str, u32> {
    RULES
        .iter()
        .map(|(module, number)| (Str::from(*module), *number))
        .collect()
}

/// The first module whose number was another: (module, then, now).
pub fn mismatch(then: &BTreeMap<Str, u32>) -> Option<(String, u32, u32)> {
    RULES.iter().find_map(|(module, now)| {
        let was = then.get(*module).copied().unwrap_or(0);
        (was != *now).then(|| ((*module).to_owned(), was, *now))
    })
}
