//! The tables that checks may read, each column with what it means.
//!
//! One list from which three things come: the `CREATE TABLE`s, the section of docs/grading.md, and the test that keeps
//! that page true. Filled by [`super::fill`]; read by the SQL of a rubric. Times are office time in milliseconds since
//! 1970, money is whole minor units, yes and no are 1 and 0, and what never happened is null.

mod billing;
mod crm;
mod inbox;
mod log;
mod truth;

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
pub(crate) fn tables() -> impl Iterator<Item = &'static Table> {
    [
        log::TABLES,
        truth::TABLES,
        inbox::TABLES,
        billing::TABLES,
        crm::TABLES,
    ]
    .into_iter()
    .flatten()
}

/// The statements that make the empty tables. Indexes come after the rows, see [`indexes`].
pub(crate) fn ddl() -> String {
    let mut sql = String::new();
    for table in tables() {
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
    for table in tables() {
        for column in table.indexed {
            sql.push_str(&format!(
                "CREATE INDEX {0}_{column} ON {0} ({column});\n",
                table.name
            ));
        }
    }
    sql
}

/// The section of docs/grading.md that lists the tables.
pub(crate) fn page() -> String {
    let mut text = String::new();
    for table in tables() {
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
