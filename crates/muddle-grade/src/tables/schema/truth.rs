//! Tables about what is true, and what became of it.

use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "policy",
        "The desk's rules in force: `threshold`, `window_days`, `no_scan_days`, `survivor`, `handoffs_per_day`, `desk`, `start`, `story_ends`, `trusted.FIELD`.",
        &[
            ("name", "TEXT PRIMARY KEY", "of the rule"),
            ("value", "", "number or text"),
        ],
        &[],
    ),
    table(
        "cases",
        "One unit of work and what became of it.",
        &[
            (
                "id",
                "TEXT PRIMARY KEY",
                "for reports; a check may not name it",
            ),
            (
                "kind",
                "TEXT",
                "smallest kind that has its own right outcome",
            ),
            ("opens", "INTEGER", "when its first mail arrives"),
            ("reached", "INTEGER", "0 if the log ended before"),
            ("money", "INTEGER", "at risk"),
            ("currency", "TEXT", "ISO 4217, lower case"),
            (
                "tier",
                "TEXT",
                "`right`, `handoff_right`, `accepted`, `handoff`, `untouched`, `harmless`, `harmful`, `inconclusive`",
            ),
            ("label", "TEXT", "what happened, in words"),
            ("worth", "INTEGER", "hundredths"),
            ("critical", "TEXT", "`money`, `disclosure`, `legal`"),
            ("seq", "INTEGER", "the entry that settled it"),
            (
                "acted",
                "INTEGER",
                "the candidate left something visible on it",
            ),
            (
                "refund_most",
                "INTEGER",
                "the most that a right or accepted outcome refunds; 0 where none does",
            ),
            (
                "handoff_right",
                "INTEGER",
                "a hand-off to a person is the right outcome",
            ),
        ],
        &[],
    ),
    table(
        "case_records",
        "A record that a case is about.",
        &[
            ("case_id", "TEXT", "the case"),
            (
                "role",
                "TEXT",
                "`thread`, `message`, `contact`, `order`, `customer`, `charge`, `refund`, `dispute`, `address`",
            ),
            ("id", "TEXT", "the record, or the address in lower case"),
            (
                "position",
                "INTEGER",
                "from 0; charges in question come first",
            ),
        ],
        &["id", "case_id"],
    ),
    table(
        "case_clauses",
        "A clause of the policy on which a case's right outcome rests, and the field that shows it.",
        &[
            ("case_id", "TEXT", "the case"),
            ("clause", "TEXT", "id of the clause"),
            ("vendor", "TEXT", "whose record"),
            ("collection", "TEXT", "of which collection"),
            ("record", "TEXT", "the record"),
            ("field", "TEXT", "its field"),
        ],
        &["case_id"],
    ),
    table(
        "case_due",
        "A charge that some right or accepted outcome of a case refunds.",
        &[
            ("case_id", "TEXT", "the case"),
            ("charge", "TEXT", "the charge"),
            ("most", "INTEGER", "the most of it that is right"),
        ],
        &["charge"],
    ),
    table(
        "people",
        "A customer who answers when asked, because the case lacks a fact.",
        &[
            ("case_id", "TEXT", "the case"),
            ("name", "TEXT", "the person"),
            ("address", "TEXT", "lower case"),
            ("thread", "TEXT", "where they answer"),
            (
                "tells",
                "INTEGER",
                "one of the answers says what was lacking",
            ),
        ],
        &[],
    ),
    table(
        "acts",
        "Something the candidate did on a case. Reads and traces of looking are none.",
        &[
            ("case_id", "TEXT", "the case"),
            ("seq", "INTEGER", "the entry"),
            ("at", "INTEGER", "office time"),
            (
                "form",
                "TEXT",
                "`refund`, `reply`, `note`, `handoff`, `label`, `merge`, `write`",
            ),
            ("id", "TEXT", "the record that shows it"),
        ],
        &["case_id"],
    ),
    table(
        "handoffs",
        "A ticket in stage \"Needs a person\", a task with an owner, or a thread labelled \"Needs a person\", by the candidate.",
        &[
            ("seq", "INTEGER", "the entry that completed it"),
            ("at", "INTEGER", "office time"),
            ("form", "TEXT", "`ticket`, `task`, `label`"),
            ("id", "TEXT", "the ticket, task or thread"),
            ("case_id", "TEXT", "the case it is about; null for none"),
            ("text", "TEXT", "what it says"),
            ("late", "INTEGER", "past what people can take that day"),
        ],
        &[],
    ),
    table(
        "defects",
        "Something a mess operator spoiled.",
        &[
            ("id", "TEXT", "the defect"),
            ("operator", "TEXT", "what spoiled it"),
            ("repair", "TEXT", "`required`, `accepted`, `forbidden`"),
            ("vendor", "TEXT", "whose record"),
            ("collection", "TEXT", "of which collection"),
            ("record", "TEXT", "the record"),
            ("field", "TEXT", "its field; null for the whole record"),
            ("truth", "TEXT", "JSON of the true value or identity"),
        ],
        &["record"],
    ),
    table(
        "decoys",
        "A record as dirty as a case's that no mail mentions.",
        &[
            ("role", "TEXT", "`charge`, `contact`"),
            ("id", "TEXT", "the record"),
        ],
        &["id"],
    ),
];
