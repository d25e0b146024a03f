//! Tables about the mailbox.

use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "mails",
        "One message of the mailbox, also if it was deleted since.",
        &[
            ("id", "TEXT PRIMARY KEY", "the message"),
            ("thread", "TEXT", "its thread"),
            ("seq", "INTEGER", "the entry that made it; 0 at the opening"),
            ("at", "INTEGER", "office time"),
            ("actor", "TEXT", "who made it; `story` at the opening"),
            ("direction", "TEXT", "`in`, `out`, `draft`"),
            ("sender", "TEXT", "address, lower case"),
            ("subject", "TEXT", "decoded"),
            ("text", "TEXT", "its own words, without what it quotes"),
            ("quoted", "TEXT", "what it quotes"),
            ("message_id", "TEXT", "without angle brackets"),
        ],
        &["thread"],
    ),
    table(
        "recipients",
        "To whom a message goes.",
        &[
            ("mail", "TEXT", "the message"),
            ("kind", "TEXT", "`to`, `cc`, `bcc`"),
            ("address", "TEXT", "lower case"),
        ],
        &["mail"],
    ),
    table(
        "labels",
        "A label put on or taken off a message.",
        &[
            ("mail", "TEXT", "the message"),
            ("thread", "TEXT", "its thread"),
            ("label", "TEXT", "its name"),
            ("added", "INTEGER", "1 on, 0 off"),
            ("seq", "INTEGER", "the entry"),
            ("at", "INTEGER", "office time"),
            ("actor", "TEXT", "who"),
        ],
        &["thread"],
    ),
    table(
        "labels_on",
        "A label that a message carries at the end.",
        &[
            ("mail", "TEXT", "the message"),
            ("thread", "TEXT", "its thread"),
            ("label", "TEXT", "its name"),
        ],
        &["thread"],
    ),
];
