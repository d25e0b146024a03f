//! The tables that checks may read, each column with what it means.
//!
//! One list from which three things come: the `CREATE TABLE`s, the section of docs/grading.md, and the test that keeps
//! that page true. Filled by [`super::fill`]; read by the SQL of a rubric. Times are office time in milliseconds since
//! 1970, money is whole minor units, yes and no are 1 and 0, and what never happened is null.

/// One table.
pub(crate) struct Table {
    /// Its name in SQL.
    pub name: &'static str,
    /// What a row of it is.
    pub about: &'static str,
    /// Its columns, in order: name, SQL type, meaning.
    pub columns: &'static [(&'static str, &'static str, &'static str)],
    /// Columns that have an index.
    pub indexed: &'static [&'static str],
}

const fn table(
    name: &'static str,
    about: &'static str,
    columns: &'static [(&'static str, &'static str, &'static str)],
    indexed: &'static [&'static str],
) -> Table {
    Table {
        name,
        about,
        columns,
        indexed,
    }
}

/// All of them, in the order of the page.
pub(crate) const TABLES: &[Table] = &[
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
                "`candidate`, `interviewer`, `story`, `persona`, `vendor`, `system`",
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
            ("applied", "INTEGER", "the vendor's rules were carried out"),
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
            ("applied", "INTEGER", "the vendor's rules were carried out"),
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
            ("service_us", "INTEGER", "our own time, microseconds"),
            ("injected_ms", "INTEGER", "added by faults"),
        ],
        &["seq"],
    ),
];

/// The statements that make the empty tables. Indexes come after the rows, see [`indexes`].
pub(crate) fn ddl() -> String {
    let mut sql = String::new();
    for table in TABLES {
        let columns: Vec<String> = table
            .columns
            .iter()
            .map(|(name, kind, _)| format!("{name} {kind}"))
            .collect();
        sql.push_str(&format!(
            "CREATE TABLE {} ({});\n",
            table.name,
            columns.join(", ")
        ));
    }
    sql
}

/// The statements that index the filled tables.
pub(crate) fn indexes() -> String {
    let mut sql = String::new();
    for table in TABLES {
        for column in table.indexed {
            sql.push_str(&format!(
                "CREATE INDEX {0}_{column} ON {0} ({column});\n",
                table.name
            ));
        }
    }
    sql
}

/// The section of docs/grading.md that lists the tables, for the test that keeps it true.
#[cfg(test)]
pub(crate) fn page() -> String {
    let mut text = String::new();
    for table in TABLES {
        text.push_str(&format!(
            "### `{}`\n\n{}\n\n| column | meaning |\n|---|---|\n",
            table.name, table.about
        ));
        for (name, _, about) in table.columns {
            text.push_str(&format!("| `{name}` | {about} |\n"));
        }
        text.push('\n');
    }
    text
}
