//! Rows: what a difference names, and that a patch brings it back.

use super::*;

row! {
    /// A thing with a name.
    pub struct Thing {
        pub id: Str,
        pub name: Option<String>,
        pub size: i64,
    }
}

#[test]
fn a_difference_patches_the_old_row_into_the_new() {
    let old = Thing {
        id: "t1".into(),
        name: None,
        size: 3,
    };
    let new = Thing {
        name: Some("lamp".into()),
        size: 4,
        ..old.clone()
    };
    let fields = old.diff(&new);
    let text = serde_json::to_string(&fields).unwrap();
    assert_eq!(text, r#"{"name":[null,"lamp"],"size":[3,4]}"#);
    let read: Fields = serde_json::from_str(&text).unwrap();
    let mut patched = old;
    for change in &read.0 {
        patched.patch(&change.name, &change.after).unwrap();
    }
    assert_eq!(patched, new);
    assert!(patched.patch("colour", &Value::Null).is_err());
}
