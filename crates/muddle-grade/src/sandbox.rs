//! Where the SQL of a rubric runs: an in-memory database that can only be read, within limits.
//!
//! Filled by [`crate::tables`], queried by [`crate::checks`]. A query may read the documented tables and call harmless
//! functions; it may not attach, write, change a pragma or run for ever. Its time is counted in steps of SQLite's
//! machine, not by a clock, so that a log is graded alike on a slow machine and on a fast one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode};
use serde_json::{Map, Value};

use crate::wording;

/// Steps of SQLite's machine that one query may take: a quarter of a second or so.
const STEPS_MAX: i64 = 20_000_000;
/// Steps between two looks at the count.
const STEPS_EACH: i32 = 10_000;
/// Rows of a check that are kept as evidence.
const ROWS_MAX: usize = 200;

/// Functions a query may call.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "ceil",
    "coalesce",
    "count",
    "date",
    "datetime",
    "floor",
    "format",
    "glob",
    "group_concat",
    "ifnull",
    "iif",
    "instr",
    "json_array_length",
    "json_each",
    "json_extract",
    "julianday",
    "lag",
    "lead",
    "length",
    "like",
    "lower",
    "ltrim",
    "max",
    "min",
    "names",
    "names_amount",
    "nullif",
    "printf",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "time",
    "total",
    "trim",
    "unicode",
    "unixepoch",
    "upper",
    "->",
    "->>",
    "dense_rank",
    "first_value",
    "last_value",
    "concat",
];

/// Why a query gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is no good SQL, or asks for what it may not.
    #[error("{0}")]
    Bad(String),
    /// It takes more steps than a query may.
    #[error("takes longer than a query may")]
    TooLong,
}

/// A row as named values.
pub(crate) type Row = Map<String, Value>;

/// The database.
pub(crate) struct Sandbox {
    db: Connection,
    steps: Arc<AtomicI64>,
    wire: Arc<AtomicBool>,
}

impl Sandbox {
    /// Closes a filled database for writing.
    pub fn close(mut db: Connection) -> Result<Self, rusqlite::Error> {
        add_functions(&db)?;
        db.execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;")?;
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_LENGTH, 4_000_000),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 64_000),
            (Limit::SQLITE_LIMIT_COLUMN, 128),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 200),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200),
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 0),
            (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        ] {
            db.set_limit(limit, value)?;
        }
        let steps = Arc::new(AtomicI64::new(STEPS_MAX));
        let left = Arc::clone(&steps);
        let spent = move || left.fetch_sub(i64::from(STEPS_EACH), Ordering::Relaxed) <= 0;
        db.progress_handler(STEPS_EACH, Some(spent))?;
        let wire = Arc::new(AtomicBool::new(false));
        let open = Arc::clone(&wire);
        db.authorizer(Some(move |context: AuthContext<'_>| {
            allow(&context, open.load(Ordering::Relaxed))
        }))?;
        Ok(Self { db, steps, wire })
    }

    /// Runs one query. `wire` says whether it may read what sockets did.
    pub fn query(&self, sql: &str, wire: bool) -> Result<Vec<Row>, QueryError> {
        self.steps.store(STEPS_MAX, Ordering::Relaxed);
        self.wire.store(wire, Ordering::Relaxed);
        self.run(sql)
            .map_err(|error| match error.sqlite_error_code() {
                Some(ErrorCode::OperationInterrupted) => QueryError::TooLong,
                _ => QueryError::Bad(error.to_string()),
            })
    }

    fn run(&self, sql: &str) -> Result<Vec<Row>, rusqlite::Error> {
        let mut statement = self.db.prepare(sql)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            if found.len() == ROWS_MAX {
                break;
            }
            let mut object = Row::new();
            for (nth, name) in names.iter().enumerate() {
                let value = match row.get_ref(nth)? {
                    ValueRef::Null | ValueRef::Blob(_) => Value::Null,
                    ValueRef::Integer(number) => number.into(),
                    ValueRef::Real(number) => number.into(),
                    ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                };
                object.insert(name.clone(), value);
            }
            found.push(object);
        }
        Ok(found)
    }
}

fn allow(context: &AuthContext<'_>, wire: bool) -> Authorization {
    let yes = match context.action {
        AuthAction::Select | AuthAction::Recursive => true,
        AuthAction::Read {
            table_name: "wire", ..
        } => wire,
        // A sub-query or a table-valued function is read under a name of its own.
        AuthAction::Read { table_name, .. } => {
            !table_name.starts_with("sqlite_") && !table_name.starts_with("pragma_")
        }
        AuthAction::Function { function_name } => {
            let name = function_name.to_lowercase();
            FUNCTIONS.contains(&name.as_str())
        }
        _ => false,
    };
    if yes {
        Authorization::Allow
    } else {
        Authorization::Deny
    }
}

/// The words and amounts that facts know, for queries.
fn add_functions(db: &Connection) -> Result<(), rusqlite::Error> {
    use rusqlite::functions::FunctionFlags;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("names", 2, flags, |call| {
        let (text, wording) = (
            call.get::<Option<String>>(0)?,
            call.get::<Option<String>>(1)?,
        );
        let found = text.zip(wording).is_some_and(|(text, wording)| {
            wording::find(&wording::plain(&text), &wording).is_some()
        });
        Ok(found)
    })?;
    db.create_scalar_function("names_amount", 2, flags, |call| {
        let (text, amount) = (call.get::<Option<String>>(0)?, call.get::<Option<i64>>(1)?);
        let found = text.zip(amount).is_some_and(|(text, amount)| {
            let text = wording::plain(&text);
            wording::amounts(amount)
                .iter()
                .any(|wording| wording::find(&text, wording).is_some())
        });
        Ok(found)
    })?;
    Ok(())
}

#[cfg(test)]
mod tests;
