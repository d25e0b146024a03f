//! The program as people start it: a server that runs, commands that talk to it, and what it says when it cannot.

#![expect(
    clippy::too_many_lines,
    reason = "a test tells one story from start to end"
)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "cli/candidate.rs"]
mod candidate;
#[path = "cli/mistakes.rs"]
mod mistakes;
mod program;
#[path = "cli/watching.rs"]
mod watching;

use serde_json::Value;

use program::{Server, good, mode, refused};

#[test]
fn a_server_serves_commands_and_stops_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    assert_eq!(
        (
            mode(&data.join("admin.token")),
            mode(&data.join("signing.key"))
        ),
        (0o600, 0o600)
    );

    let env = dir.path().join("office.env");
    let args = [
        "open",
        "refund-desk",
        "--seed",
        "1",
        "--clock",
        "step",
        "--cases",
        "10",
        "--json",
        "--env",
    ];
    let opened = good(&data, &[&args[..], &[env.to_str().unwrap()]].concat());
    let opened: Value = serde_json::from_str(&opened).unwrap();
    let keys: Vec<&String> = opened.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "now",
            "scenario",
            "seed",
            "tokens",
            "url",
            "vendors",
            "workspace"
        ]
    );
    assert_eq!(opened["url"], server.url.as_str());
    assert!(
        opened["vendors"]["inbox"]["address"]
            .as_str()
            .unwrap()
            .contains('@')
    );
    assert_eq!(mode(&env), 0o600);
    let written = std::fs::read_to_string(&env).unwrap();
    assert!(
        written.lines().all(|line| line.starts_with("MUDDLE_")),
        "{written}"
    );
    assert!(written.contains(opened["vendors"]["crm"]["key"].as_str().unwrap()));
    assert!(!written.contains(opened["tokens"]["grader"].as_str().unwrap()));

    let ws = opened["workspace"].as_str().unwrap();
    assert!(good(&data, &["brief", ws]).len() > 200);
    good(&data, &["check", ws]);
    good(&data, &["check", "--env", env.to_str().unwrap()]);
    let armed = good(
        &data,
        &[
            "fault",
            "arm",
            ws,
            "--vendor",
            "billing",
            "--kind",
            "delay",
            "--delay",
            "lognormal:200ms,2s",
            "--probability",
            "0.25",
        ],
    );
    assert!(
        armed.contains(&format!("muddle fault lift {ws} f")),
        "{armed}"
    );
    let listed = good(&data, &["fault", "list", ws]);
    assert!(
        listed.contains("ends") && listed.contains("hand"),
        "{listed}"
    );
    let (exit, said) = refused(
        &data,
        &["fault", "arm", ws, "--vendor", "mailbox", "--kind", "reset"],
    );
    assert!(
        exit == 1 && said.contains("--vendor") && said.contains("did you mean inbox?"),
        "{exit} {said}"
    );
    let (exit, said) = refused(
        &data,
        &["fault", "arm", ws, "--vendor", "billing", "--kind", "cut"],
    );
    assert!(exit == 1 && said.contains("--bytes"), "{exit} {said}");
    good(&data, &["fault", "lift", ws, "--all"]);
    assert!(good(&data, &["clock", "advance", ws, "30m"]).contains("(step)"));
    assert!(good(&data, &["attempt", "start", ws]).contains("Attempt 1 has begun"));
    let log = good(&data, &["log", ws, "--format", "jsonl"]);
    assert!(log.lines().all(|line| line.starts_with("{\"core\":")));
    let world: Value = serde_json::from_str(&good(&data, &["replay", ws, "--to", "1"])).unwrap();
    assert_eq!(world["seq"], 1);
    good(&data, &["verify", ws]);
    let graded: Value = serde_json::from_str(&good(&data, &["grade", ws, "--json"])).unwrap();
    assert_eq!(graded["workspace"], ws);
    assert!(good(&data, &["grade", ws]).len() > 100);
    let said = good(&data, &["seal", ws]);
    assert!(said.starts_with(&format!("{ws} is sealed")), "{said}");
    let receipt: Value = serde_json::from_str(&good(&data, &["seal", ws, "--json"])).unwrap();
    assert_eq!(receipt["workspace"], ws);

    assert_eq!(server.stop(), Some(0));
    let (exit, said) = refused(&data, &["brief", ws]);
    assert!(exit == 7 && said.contains("muddle serve"), "{exit} {said}");
    let server = Server::start(&data);
    good(&data, &["verify", ws]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_start_that_cannot_be_says_why_and_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let (exit, said) = refused(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(
        exit == 3 && said.lines().count() == 1 && said.contains("in use"),
        "{exit} {said}"
    );
    let other = dir.path().join("other");
    let port = server.url.rsplit(':').next().unwrap();
    let (exit, said) = refused(&other, &["serve", "--listen", &format!("127.0.0.1:{port}")]);
    assert!(
        exit == 4 && said.lines().count() == 1 && said.contains(port),
        "{exit} {said}"
    );
    assert!(!other.exists(), "nothing is written before the port is had");
    server.stop();

    let newer = dir.path().join("newer");
    Server::start(&newer).stop();
    let database = std::fs::read_dir(&newer)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            path.extension()
                .is_some_and(|ext| ext == "db" || ext == "sqlite")
        })
        .unwrap();
    rusqlite::Connection::open(database)
        .unwrap()
        .pragma_update(None, "user_version", 9_999)
        .unwrap();
    let (exit, said) = refused(&newer, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(
        exit == 6 && said.lines().count() == 1 && said.contains("newer"),
        "{exit} {said}"
    );
}

#[test]
fn scenarios_are_looked_at_without_a_server() {
    let dir = tempfile::tempdir().unwrap();
    assert!(good(dir.path(), &["scenario", "list"]).contains("refund-desk"));
    good(dir.path(), &["scenario", "check", "refund-desk"]);
    let schema: Value = serde_json::from_str(&good(dir.path(), &["scenario", "schema"])).unwrap();
    assert!(schema.get("properties").is_some());
    assert!(good(dir.path(), &["scenario", "show", "refund-desk"]).contains("cases of"));
    assert!(
        good(dir.path(), &["scenario", "show", "refund-desk", "--mess"])
            .lines()
            .count()
            >= 12
    );
    let (exit, said) = refused(dir.path(), &["scenario", "check", "no-such"]);
    assert!(exit == 1 && said.contains("refund-desk"), "{said}");
}
