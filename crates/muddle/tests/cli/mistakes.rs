//! Mistakes: one short sentence each, said before anything is done.

use std::path::Path;

use crate::*;

fn one_sentence(said: &str) {
    assert!(
        said.starts_with("muddle: ") && said.lines().count() == 1 && said.len() < 260,
        "{said}"
    );
}

#[test]
fn a_broken_folder_of_scenarios_is_found_at_serve_with_every_place() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("scenarios");
    let own = folder.join("own-desk");
    std::fs::create_dir_all(&own).unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/refund-desk");
    for name in ["scenario.yaml", "brief.md", "rubric.yaml"] {
        std::fs::copy(shipped.join(name), own.join(name)).unwrap();
    }
    let data = dir.path().join("data");
    let serve = |folder: &Path| {
        let folder = folder.to_str().unwrap();
        refused(
            &data,
            &["serve", "--listen", "127.0.0.1:0", "--scenarios", folder],
        )
    };
    let desk = std::fs::read_to_string(own.join("scenario.yaml")).unwrap();
    let broken = desk
        .replacen("generator: 1", "generator: 7", 1)
        .replacen("title:", "titel:", 1);
    std::fs::write(own.join("scenario.yaml"), broken).unwrap();
    let other = folder.join("refund-desk");
    std::fs::create_dir_all(&other).unwrap();
    let (exit, said) = serve(&folder);
    assert_eq!(exit, 1, "{said}");
    let place = own.join("scenario.yaml").display().to_string();
    let placed = said.lines().filter(|line| {
        let rest = line.strip_prefix(&format!("{place}:"));
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    assert!(placed.count() >= 1 && said.contains("titel"), "{said}");
    assert!(
        said.contains("refund-desk/scenario.yaml: cannot be read"),
        "a folder that would hide a shipped scenario is one: {said}"
    );
    assert!(!data.exists(), "nothing is written");

    std::fs::remove_dir_all(&other).unwrap();
    std::fs::write(own.join("scenario.yaml"), &desk).unwrap();
    let rubric = std::fs::read_to_string(own.join("rubric.yaml")).unwrap();
    let wrong = rubric.replacen("FROM cases", "FROM casez", 1);
    assert_ne!(wrong, rubric);
    std::fs::write(own.join("rubric.yaml"), wrong).unwrap();
    let (exit, said) = serve(&folder);
    let place = format!("{}:", own.join("rubric.yaml").display());
    let line = said.lines().find_map(|line| line.strip_prefix(&place));
    assert!(
        exit == 1 && line.is_some_and(|line| !line.starts_with("1:1:")) && said.contains("casez"),
        "{said}"
    );
    let (exit, said) = serve(&own);
    assert!(exit == 1 && said.contains("holds no scenario"), "{said}");
    one_sentence(&said);
    let (exit, said) = serve(&dir.path().join("nowhere"));
    assert!(exit == 1 && said.contains("nowhere"), "{said}");
    one_sentence(&said);

    std::fs::write(own.join("rubric.yaml"), rubric).unwrap();
    let server = Server::start_with(&data, &["--scenarios", folder.to_str().unwrap()]);
    good(&data, &["open", "own-desk", "--cases", "1"]);
    // A folder that is changed while the server runs is found at open.
    std::fs::write(
        own.join("scenario.yaml"),
        desk.replacen("title:", "titel:", 1),
    )
    .unwrap();
    let (exit, said) = refused(&data, &["open", "own-desk", "--cases", "1"]);
    assert!(exit == 1 && said.contains("titel"), "{said}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn every_mistake_is_one_short_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let (exit, said) = refused(&data, &["list"]);
    assert!(exit == 7 && said.contains("muddle serve"), "{said}");
    one_sentence(&said);
    let server = Server::start(&data);
    let opened = good(
        &data,
        &[
            "open",
            "refund-desk",
            "--seed",
            "1",
            "--cases",
            "1",
            "--json",
        ],
    );
    let opened: Value = serde_json::from_str(&opened).unwrap();
    let ws = opened["workspace"].as_str().unwrap();
    let arm = ["fault", "arm", ws, "--vendor", "billing", "--kind"];
    let with = |more: &[&'static str]| -> Vec<String> {
        arm.iter().chain(more).map(ToString::to_string).collect()
    };
    let plain = |args: &[&str]| -> Vec<String> { args.iter().map(ToString::to_string).collect() };
    for (args, exits, named) in [
        (
            plain(&["open", "refund-desk", "--seed", "-1"]),
            2,
            "--seed takes a whole number",
        ),
        (
            plain(&["open", "refund-desk", "--cases", "5000"]),
            1,
            "--cases: `refund-desk` has ",
        ),
        (
            plain(&["open", "refund-desk", "--mode", "drill"]),
            1,
            "--mode: `drill` is no mode",
        ),
        (
            plain(&["open", "refund-desk", "--clock", "warp"]),
            1,
            "--clock: `warp` is no clock",
        ),
        (
            plain(&["open", "refund-desk", "--rate-limits", "none"]),
            1,
            "--rate-limits: `none`",
        ),
        (plain(&["open", "no-such"]), 1, "no scenario `no-such`"),
        (
            with(&["reset", "--operation", "createrefund"]),
            1,
            "did you mean create_refund?",
        ),
        (with(&["resett"]), 1, "did you mean reset?"),
        (
            with(&["reset", "--position", "middle"]),
            1,
            "--position: `middle`",
        ),
        (
            with(&["outage", "--for", "soon"]),
            1,
            "--for: `soon` is no duration",
        ),
        (plain(&["fault", "lift", ws]), 1, "Name the fault's id"),
        (plain(&["fault", "lift", ws, "f99"]), 1, "no fault `f99`"),
        (
            plain(&["clock", "set", ws, "warp"]),
            1,
            "muddle: `warp` is no clock",
        ),
        (
            plain(&["clock", "advance", ws, "5x"]),
            1,
            "muddle: `5x` is no duration",
        ),
        (
            plain(&["status", "ws_nobodys"]),
            1,
            "There is no workspace `ws_nobodys`",
        ),
        (plain(&["status", "../x"]), 1, "There is no workspace"),
        (plain(&["log", ws, "--format", "xml"]), 1, "--format: `xml`"),
        (plain(&["attempt", "end", ws, "two"]), 1, "`two` is none"),
        (plain(&["wait", ws, "30q"]), 1, "`30q` is no duration"),
        (plain(&["wait"]), 1, "Say how long"),
        (
            plain(&["mail", ws, "--as", "Nobody Atall", "Hello"]),
            1,
            "Nobody Atall",
        ),
        (plain(&["brief"]), 1, "Name the workspace"),
        (plain(&["note", ws, " "]), 1, "a note says something"),
    ] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (exit, said) = refused(&data, &args);
        assert!(
            exit == exits && said.contains(named),
            "{args:?}: {exit} {said}"
        );
        one_sentence(&said);
    }
    let help = good(&data, &["--help"]);
    for group in ["Run it:", "Judge:", "watch", "./.env"] {
        assert!(help.contains(group), "{group}: {help}");
    }
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_name_is_told_by_how_it_begins() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let open = || {
        let opened = good(&data, &["open", "refund-desk", "--cases", "1", "--json"]);
        let opened: Value = serde_json::from_str(&opened).unwrap();
        opened["workspace"].as_str().unwrap().to_owned()
    };
    let one = open();
    assert!(good(&data, &["clock", "show", "ws_"]).contains("(real)"));
    let other = open();
    let (exit, said) = refused(&data, &["clock", "show", "ws_"]);
    assert!(
        exit == 1 && said.contains(&one) && said.contains(&other),
        "the candidates are named: {said}"
    );
    one_sentence(&said);
    let shared = one
        .bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let short = &one[..=shared];
    assert!(good(&data, &["seal", short]).starts_with(&one));
    assert!(good(&data, &["check", &other[3..=shared]]).contains("Not looked at"));
    let listed = good(&data, &["list"]);
    let row = |name: &str| {
        listed
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap()
            .to_owned()
    };
    assert!(
        row(&one).ends_with("sealed") && row(&other).ends_with("open"),
        "{listed}"
    );
    assert_eq!(server.stop(), Some(0));
}
