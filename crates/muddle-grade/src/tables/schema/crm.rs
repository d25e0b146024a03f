//! Tables about the CRM.

use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "contacts",
        "A CRM contact, also if it was merged away or deleted.",
        &[
            ("id", "TEXT PRIMARY KEY", "the contact"),
            ("email", "TEXT", "lower case"),
            ("first_name", "TEXT", "as given"),
            ("last_name", "TEXT", "as given"),
            ("seq", "INTEGER", "the entry that made it; 0 at the opening"),
            ("actor", "TEXT", "who; `story` at the opening"),
            (
                "lives_as",
                "TEXT",
                "itself, the survivor it was merged into, or null once deleted",
            ),
        ],
        &["email"],
    ),
    table(
        "merges",
        "Two contacts made one.",
        &[
            ("seq", "INTEGER", "the entry"),
            ("at", "INTEGER", "office time"),
            ("actor", "TEXT", "who"),
            ("survivor", "TEXT", "who lives"),
            ("loser", "TEXT", "who is gone"),
        ],
        &[],
    ),
    table(
        "orders",
        "A deal of the CRM at the end: an order.",
        &[
            ("id", "TEXT PRIMARY KEY", "the deal"),
            ("number", "TEXT", "its order number"),
            ("amount", "INTEGER", "minor units"),
            ("delivered", "INTEGER", "when; null if it never was"),
            ("final_sale", "INTEGER", "1 for a final sale"),
        ],
        &["number"],
    ),
    table(
        "notes",
        "A CRM note, also if it was deleted since.",
        &[
            ("id", "TEXT PRIMARY KEY", "the note"),
            ("seq", "INTEGER", "the entry that made it; 0 at the opening"),
            ("at", "INTEGER", "when"),
            ("actor", "TEXT", "who; `story` at the opening"),
            ("text", "TEXT", "without tags"),
            ("live", "INTEGER", "still there"),
        ],
        &[],
    ),
    table(
        "tickets",
        "A CRM ticket, also if it was deleted since.",
        &[
            ("id", "TEXT PRIMARY KEY", "the ticket"),
            ("seq", "INTEGER", "the entry that made it; 0 at the opening"),
            ("at", "INTEGER", "when"),
            ("actor", "TEXT", "who; `story` at the opening"),
            ("subject", "TEXT", "its subject"),
            ("text", "TEXT", "its content, without tags"),
            ("stage", "TEXT", "label of its stage"),
            ("live", "INTEGER", "still there"),
        ],
        &[],
    ),
    table(
        "tasks",
        "A CRM task, also if it was deleted since.",
        &[
            ("id", "TEXT PRIMARY KEY", "the task"),
            ("seq", "INTEGER", "the entry that made it; 0 at the opening"),
            ("at", "INTEGER", "when"),
            ("actor", "TEXT", "who; `story` at the opening"),
            ("subject", "TEXT", "its subject"),
            ("text", "TEXT", "its body, without tags"),
            ("owner", "TEXT", "who should do it"),
            ("live", "INTEGER", "still there"),
        ],
        &[],
    ),
    table(
        "associations",
        "Two CRM records tied together, also if they were parted since. Each pair stands in both directions.",
        &[
            ("kind", "TEXT", "collection of the one, as in `notes`"),
            ("id", "TEXT", "the one"),
            ("other_kind", "TEXT", "collection of the other"),
            ("other", "TEXT", "the other"),
            ("seq", "INTEGER", "the entry; 0 at the opening"),
            ("actor", "TEXT", "who; `story` at the opening"),
        ],
        &["id"],
    ),
];
