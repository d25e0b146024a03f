//! The file of variables keeps what was in it.

use serde_json::json;

#[test]
fn a_file_that_is_there_keeps_its_own_lines() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::temp_dir().join(format!("muddle-env-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let path = dir.join(".env");
    std::fs::write(
        &path,
        "OPENAI_API_KEY=own\n# mine\nMUDDLE_WORKSPACE=ws_old\nexport MUDDLE_TOKEN=old\n",
    )?;
    let opened = |workspace: &str| json!({"url": "http://127.0.0.1:1", "workspace": workspace, "tokens": {"candidate": "new"}});
    for workspace in ["ws_one", "ws_two"] {
        assert!(super::write(&path, &opened(workspace)).is_ok());
        let text = std::fs::read_to_string(&path)?;
        assert!(
            text.starts_with("OPENAI_API_KEY=own\n# mine\nMUDDLE_URL="),
            "{text}"
        );
        assert_eq!(text.matches("MUDDLE_WORKSPACE=").count(), 1);
        assert!(
            text.contains(&format!("MUDDLE_WORKSPACE={workspace}\n")),
            "{text}"
        );
        assert!(text.contains("MUDDLE_TOKEN=new\n"), "{text}");
        assert!(!text.contains("ws_old") && !text.contains("=old"), "{text}");
    }
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
