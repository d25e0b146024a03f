//! That the page describes the tables, and that SQLite takes them.

use super::schema;

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the test says in the environment that the page is to be written"
)]
#[test]
fn the_page_lists_the_tables_as_they_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/grading.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (prose, tables) = page.split_once("schema -->\n\n").unwrap();
    if std::env::var_os("MUDDLE_WRITE_GENERATED").is_some() {
        let anew = format!("{prose}schema -->\n\n{}", crate::tables_page());
        std::fs::write(path, anew).unwrap();
        return;
    }
    assert_eq!(
        tables,
        crate::tables_page(),
        "docs/grading.md is behind tables/schema; run `make docs`"
    );
}

#[test]
fn the_tables_can_be_made() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    db.execute_batch(&schema::ddl()).unwrap();
    db.execute_batch(&schema::indexes()).unwrap();
}
