//! `docs/openapi.json` is what the server says of itself. To write it anew: `MUDDLE_WRITE_GENERATED=1 cargo test openapi`.

use std::path::Path;

#[test]
fn the_description_in_the_docs_is_the_servers_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let mut now = serde_json::to_string_pretty(&muddle_server::control::openapi()).unwrap();
    now.push('\n');
    if std::env::var_os("MUDDLE_WRITE_GENERATED").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == now,
        "docs/openapi.json is not what the server offers; write it anew with MUDDLE_WRITE_GENERATED=1 cargo test -p muddle-tests openapi"
    );
}
