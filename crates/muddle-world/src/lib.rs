//! Pure core of Muddle: entries, rules of each vendor, faults, agenda.
