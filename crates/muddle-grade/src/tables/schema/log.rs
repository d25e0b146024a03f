//! Tables about the log itself.

use super::{Table, table};

pub(super) const TABLES: &[Table] = &[
    table(
        "entries",
        "One line of the log.",
        &[
            ("seq", "INTEGER PRIMARY KEY", "number in the log"),
            ("at", "INTEGER", "office time"),
            ("up", "INTEGER", "milliseconds since the opening"),
            (
                "actor",
                "TEXT",
                "`candidate`, `interviewer`, `grader`, `story`, `persona`, `vendor`, `system`",
            ),
            ("attempt", "INTEGER", "the declared attempt; null by hand"),
            ("vendor", "TEXT", "`billing`, `crm`, `inbox`, `office`"),
            (
                "operation",
                "TEXT",
                "as in `create_refund`; null for a path that no operation answers",
            ),
            (
                "subject",
                "TEXT",
                "equal for two tries of the same logical call",
            ),
            ("writes", "INTEGER", "the operation may change something"),
            (
                "outcome",
                "TEXT",
                "`ok`, `refused`, `failed`, `indefinite`, `malformed`, `parked`, `dropped`, `broken`",
            ),
            (
                "applied",
                "INTEGER",
                "it changed something: a write that was accepted and no repetition",
            ),
            ("answer", "TEXT", "`sent`, `altered`, `lost`"),
            ("status", "INTEGER", "HTTP status of the answer"),
            ("fault", "TEXT", "id of the fault that struck"),
            ("idempotency_key", "TEXT", "the caller's key"),
            ("about", "INTEGER", "the entry this one continues"),
            (
                "offered",
                "INTEGER",
                "0 where the vendor has the route and the sandbox lacks it",
            ),
        ],
        &["subject", "vendor"],
    ),
    table(
        "changes",
        "One thing that an entry changed. A created or removed record is one row with the whole record as JSON; a changed one is a row per field.",
        &[
            ("seq", "INTEGER", "the entry"),
            ("at", "INTEGER", "office time"),
            ("actor", "TEXT", "who"),
            ("vendor", "TEXT", "whose record"),
            ("collection", "TEXT", "of which collection"),
            ("id", "TEXT", "the record"),
            ("what", "TEXT", "`created`, `changed`, `removed`"),
            ("field", "TEXT", "dotted path; null for created and removed"),
            ("before", "TEXT", "JSON before"),
            ("after", "TEXT", "JSON after"),
            (
                "view",
                "INTEGER",
                "a trace of looking, which is never graded",
            ),
        ],
        &["id"],
    ),
    table(
        "faults",
        "One fault, scripted or armed by hand.",
        &[
            ("id", "TEXT PRIMARY KEY", "its id in the world"),
            ("name", "TEXT", "its name in the scenario"),
            ("vendor", "TEXT", "whom it hits; null for all"),
            ("operation", "TEXT", "which operation; null for all"),
            ("kind", "TEXT", "as in `outage`"),
            ("live", "INTEGER", "armed by hand"),
            ("from_at", "INTEGER", "armed from"),
            ("to_at", "INTEGER", "armed until"),
            ("matched", "INTEGER", "calls it matched"),
            ("struck", "INTEGER", "calls it struck"),
            ("landed", "INTEGER", "of those, where it could be felt"),
        ],
        &[],
    ),
    table(
        "wire",
        "What a socket really did. Only checks of kind `score` may read it.",
        &[
            ("seq", "INTEGER", "the entry"),
            ("status", "INTEGER", "as sent"),
            ("bytes", "INTEGER", "as sent"),
            (
                "ended",
                "TEXT",
                "`whole`, `client_gone`, `reset`, `cut`, `timeout`",
            ),
            (
                "service_us",
                "INTEGER",
                "from the request's arrival to its answer, injected latency included, microseconds",
            ),
            ("injected_ms", "INTEGER", "added by faults"),
        ],
        &["seq"],
    ),
];
