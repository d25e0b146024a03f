//! The sandbox: which queries it runs, and which it stops.

use super::*;

fn sandbox() -> Sandbox {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE notes (id, text); CREATE TABLE wire (seq); INSERT INTO notes VALUES ('n1', 'Paid 89,90')")
        .unwrap();
    Sandbox::close(db).unwrap()
}

#[test]
fn queries_read_and_nothing_else() {
    let sandbox = sandbox();
    let rows = sandbox
        .query(
            "SELECT id, names_amount(text, 8990) AS paid, names(text, 'paid') AS said FROM notes",
            false,
        )
        .unwrap();
    assert_eq!(
        serde_json::to_string(&rows).unwrap(),
        r#"[{"id":"n1","paid":1,"said":1}]"#
    );
    for bad in [
        "DELETE FROM notes",
        "INSERT INTO notes VALUES (1, 2)",
        "DROP TABLE notes",
        "ATTACH ':memory:' AS other",
        "PRAGMA query_only = OFF",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM sqlite_master",
        "VACUUM INTO '/tmp/muddle-copy'",
        "SELECT load_extension('x')",
        "SELECT randomblob(1000000000)",
        "SELECT zeroblob(1000000000)",
        "SELECT random()",
        "CREATE TEMP TABLE t (x)",
        "SELECT nothing FROM notes",
    ] {
        assert!(
            matches!(sandbox.query(bad, false), Err(QueryError::Bad(_))),
            "{bad}"
        );
    }
}

#[test]
fn only_scores_may_look_at_the_wire() {
    let sandbox = sandbox();
    assert!(sandbox.query("SELECT count(*) FROM wire", false).is_err());
    assert!(sandbox.query("SELECT count(*) FROM wire", true).is_ok());
    assert!(sandbox.query("SELECT count(*) FROM wire", false).is_err());
}

#[test]
fn a_query_without_end_is_stopped_and_the_next_one_runs() {
    let sandbox = sandbox();
    let endless =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    assert!(matches!(
        sandbox.query(endless, false),
        Err(QueryError::TooLong)
    ));
    assert_eq!(sandbox.query("SELECT 1 AS one", false).unwrap().len(), 1);
}
