//! What somebody meant who mistyped a name of a closed list.
//!
//! Called by [`super`]. Pure; it never guesses far: a name that shares too little gets no suggestion.

/// A longer name is nobody's slip, bytes.
const GIVEN_BYTES_MAX: usize = 80;
/// Names that are suggested at most.
const NAMED_MAX: usize = 3;

/// The names of `known` nearest to `given`, the best first: equal but for case and underscores, then by few slips, then by a
/// shared last word.
pub(super) fn nearest<'a>(given: &str, known: &[&'a str]) -> Vec<&'a str> {
    let wanted = squashed(given);
    if wanted.is_empty() || given.len() > GIVEN_BYTES_MAX {
        return Vec::new();
    }
    if let Some(same) = known.iter().find(|name| squashed(name) == wanted) {
        return vec![*same];
    }
    let slips_max = wanted.len() / 4;
    let slips = |name: &&'a str| (slips(&wanted, &squashed(name)), *name);
    let mut near: Vec<(usize, &str)> = known.iter().map(slips).collect();
    near.retain(|(slips, _)| *slips <= slips_max);
    near.sort_by_key(|(slips, _)| *slips);
    if !near.is_empty() {
        return near
            .into_iter()
            .map(|(_, name)| name)
            .take(NAMED_MAX)
            .collect();
    }
    let noun = given.rsplit(['_', '-', ' ']).next().unwrap_or(given);
    let noun = noun.trim_end_matches('s').to_ascii_lowercase();
    let alike = known
        .iter()
        .filter(|name| noun.len() > 2 && name.contains(&noun));
    alike.copied().take(NAMED_MAX).collect()
}

/// ` (did you mean …?)`, or nothing.
pub(super) fn meant(given: &str, known: &[&str]) -> String {
    match nearest(given, known).as_slice() {
        [] => String::new(),
        [one] => format!("; did you mean {one}?"),
        [rest @ .., last] => format!("; did you mean {} or {last}?", rest.join(", ")),
    }
}

fn squashed(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_ascii_alphanumeric());
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// Letters to add, take away or replace until one is the other.
fn slips(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (nth, letter) in one.chars().enumerate() {
        let mut before = row[0];
        row[0] = nth + 1;
        for (at, theirs) in other.iter().enumerate() {
            let replaced = before + usize::from(letter != *theirs);
            before = row[at + 1];
            row[at + 1] = replaced.min(before + 1).min(row[at] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::{meant, nearest, slips};

    const KNOWN: [&str; 5] = [
        "create_refund",
        "update_refund",
        "cancel_refund",
        "list_charges",
        "get_charge",
    ];

    #[test]
    fn case_and_underscores_are_no_slips() {
        assert_eq!(nearest("createrefund", &KNOWN), ["create_refund"]);
        assert_eq!(nearest("ListCharges", &KNOWN), ["list_charges"]);
    }

    #[test]
    fn few_slips_come_before_a_shared_noun() {
        assert_eq!(nearest("creat_refnd", &KNOWN)[0], "create_refund");
        assert_eq!(
            nearest("delete_refund", &KNOWN),
            ["create_refund", "update_refund", "cancel_refund"]
        );
        assert_eq!(slips("abc", "abd"), 1);
        assert_eq!(slips("", "abc"), 3);
    }

    #[test]
    fn what_is_near_nothing_gets_no_suggestion() {
        assert_eq!(meant("teleport", &KNOWN), "");
        assert_eq!(meant("", &KNOWN), "");
    }
}
