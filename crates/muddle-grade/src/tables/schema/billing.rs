//! Tables about the billing desk.

use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "customers",
        "A billing customer at the end.",
        &[
            ("id", "TEXT PRIMARY KEY", "the customer"),
            ("email", "TEXT", "lower case"),
            ("name", "TEXT", "as given"),
        ],
        &[],
    ),
    table(
        "charges",
        "A charge at the end.",
        &[
            ("id", "TEXT PRIMARY KEY", "the charge"),
            ("customer", "TEXT", "null for a guest"),
            ("order_number", "TEXT", "as its metadata says"),
            ("amount", "INTEGER", "taken"),
            ("refunded", "INTEGER", "given back, also before the opening"),
            ("currency", "TEXT", "ISO 4217, lower case"),
            ("created", "INTEGER", "when"),
            ("status", "TEXT", "`succeeded`, `pending`, `failed`"),
            ("email", "TEXT", "where the receipt went, lower case"),
            ("last4", "TEXT", "of the card"),
        ],
        &["order_number", "customer"],
    ),
    table(
        "refunds",
        "A refund, as it stands at the end.",
        &[
            ("id", "TEXT PRIMARY KEY", "the refund"),
            ("charge", "TEXT", "of which charge"),
            ("amount", "INTEGER", "minor units"),
            ("currency", "TEXT", "ISO 4217, lower case"),
            (
                "status",
                "TEXT",
                "`pending`, `requires_action`, `succeeded`, `failed`, `canceled`",
            ),
            ("seq", "INTEGER", "the entry that made it; 0 at the opening"),
            ("at", "INTEGER", "when"),
            ("actor", "TEXT", "who; `story` at the opening"),
            ("told", "INTEGER", "the answer reached its caller whole"),
            ("counts", "INTEGER", "neither failed nor cancelled"),
        ],
        &["charge"],
    ),
    table(
        "refund_tries",
        "A candidate's call to give money back, whatever became of it.",
        &[
            ("seq", "INTEGER PRIMARY KEY", "the entry"),
            ("at", "INTEGER", "office time"),
            (
                "charge",
                "TEXT",
                "of which charge, if there is one of that name",
            ),
            ("amount", "INTEGER", "as asked; null for all that is left"),
            ("idempotency_key", "TEXT", "the caller's key"),
            ("outcome", "TEXT", "as in `entries`"),
            (
                "applied",
                "INTEGER",
                "it changed something: a write that was accepted and no repetition",
            ),
            ("answer", "TEXT", "`sent`, `altered`, `lost`"),
            ("refund", "TEXT", "the refund it made"),
        ],
        &["charge"],
    ),
    table(
        "disputes",
        "A dispute at the end.",
        &[
            ("id", "TEXT PRIMARY KEY", "the dispute"),
            ("charge", "TEXT", "of which charge"),
            ("status", "TEXT", "as in `needs_response`"),
            ("open", "INTEGER", "not won, lost or closed"),
            ("created", "INTEGER", "when"),
        ],
        &["charge"],
    ),
];
