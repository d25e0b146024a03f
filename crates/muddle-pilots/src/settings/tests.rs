//! The ways to settings: a file as a shell reads it, and names.

use super::*;

#[test]
fn a_file_is_read_as_shells_read_it() {
    let names =
        parse("# keys\nexport MUDDLE_URL=\"http://127.0.0.1:4600/\"\n\nMUDDLE_TOKEN='t=1'\n");
    assert_eq!(names["MUDDLE_URL"], "http://127.0.0.1:4600/");
    assert_eq!(names["MUDDLE_TOKEN"], "t=1");
    let error = Settings::from_names(&names).expect_err("most names are missing");
    assert!(error.to_string().contains("MUDDLE_WORKSPACE"), "{error}");
}

#[test]
fn printing_settings_shows_no_key() {
    let names = ["BILLING", "CRM", "INBOX"]
        .iter()
        .flat_map(|vendor| {
            [
                (format!("MUDDLE_{vendor}_URL"), "http://h".to_owned()),
                (format!("MUDDLE_{vendor}_KEY"), "hush".to_owned()),
            ]
        })
        .chain(
            ["URL", "WORKSPACE", "TOKEN", "INBOX_ADDRESS"]
                .map(|name| (format!("MUDDLE_{name}"), "x".to_owned())),
        )
        .collect();
    let settings = Settings::from_names(&names).expect("all names are there");
    assert!(!format!("{settings:?}").contains("hush"));
}
