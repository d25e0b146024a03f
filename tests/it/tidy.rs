//! The house's own rules: arrows between crates, a header on every file, sizes, banned names, one shape per vendor.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, lines.
const LINES_MAX: usize = 600;

/// The complete list of arrows; a new one is an architectural decision.
const ARROWS: [(&str, &[&str]); 8] = [
    ("muddle-world", &[]),
    ("muddle-log", &[]),
    ("muddle-scenario", &["muddle-world"]),
    (
        "muddle-office",
        &["muddle-log", "muddle-scenario", "muddle-world"],
    ),
    ("muddle-grade", &["muddle-scenario", "muddle-world"]),
    (
        "muddle-server",
        &["muddle-grade", "muddle-office", "muddle-world"],
    ),
    ("muddle-pilots", &[]),
    (
        "muddle",
        &[
            "muddle-grade",
            "muddle-log",
            "muddle-office",
            "muddle-pilots",
            "muddle-scenario",
            "muddle-server",
            "muddle-world",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests is a folder of the repository")
        .to_owned()
}

/// Rust files below `folder`, as (path from the root, text).
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in
            fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} holds Rust files");
    found
}

/// Folders that hold nothing of ours: what git keeps, what builds leave behind, and the vendors' own routes.
const NOT_OURS: [&str; 8] = [
    ".git",
    "target",
    "muddle-data",
    "node_modules",
    ".venv",
    "__pycache__",
    "fixtures/routes",
    ".env",
];

/// What can be read as text, as (path from the root, text): all but lock files.
fn texts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            let lock = name.ends_with(".lock") || name.ends_with("package-lock.json");
            if lock || NOT_OURS.iter().any(|other| path.ends_with(other)) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((name, text));
            }
        }
    }
    assert!(found.len() > 100, "{} texts are there", found.len());
    found
}

/// Fails with every offence at once.
fn none(offences: Vec<String>) {
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn the_crates_have_exactly_these_arrows() {
    let mut offences = Vec::new();
    let folders: BTreeSet<String> = fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        folders,
        ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect()
    );
    for (name, allowed) in ARROWS {
        let manifest =
            fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
        let normal = manifest.split("[dev-dependencies]").next().unwrap();
        let arrows: BTreeSet<&str> = normal
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|word| word.starts_with("muddle-"))
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        if arrows != allowed {
            offences.push(format!("{name} points to {arrows:?}, not to {allowed:?}"));
        }
    }
    none(offences);
}

#[test]
fn every_dependency_is_used_by_a_line() {
    let mut offences = Vec::new();
    let mut declared = BTreeSet::new();
    let crates = ARROWS.map(|(name, _)| format!("crates/{name}"));
    for folder in crates.iter().map(String::as_str).chain(["tests"]) {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        let text: String = rust_files(folder)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        let words: BTreeSet<&str> = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .collect();
        let names = manifest.lines().filter_map(|line| line.split_once('.'));
        for (name, _) in names.filter(|(_, rest)| *rest == "workspace = true") {
            let named = ["version", "edition", "rust-version", "license", "publish"];
            if named.contains(&name) {
                continue;
            }
            declared.insert(name.to_owned());
            if !words.contains(name.replace('-', "_").as_str()) {
                offences.push(format!("no line of {folder} uses {name}"));
            }
        }
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, shared) = manifest.split_once("[workspace.dependencies]\n").unwrap();
    let (shared, _) = shared.split_once("\n[").unwrap();
    let lines = shared.lines().filter(|line| !line.starts_with('#'));
    for (name, _) in lines.filter_map(|line| line.split_once(" = ")) {
        if !declared.contains(name) {
            offences.push(format!("no crate depends on {name}"));
        }
    }
    none(offences);
}

#[test]
fn every_file_says_what_it_is() {
    let files = [rust_files("crates"), rust_files("tests")].concat();
    let headless = files.iter().filter(|(_, text)| !text.starts_with("//! "));
    none(
        headless
            .map(|(name, _)| format!("{name} does not open with what it is"))
            .collect(),
    );
}

#[test]
fn no_file_is_longer_than_it_may_be() {
    let files = [rust_files("crates"), rust_files("tests")].concat();
    let long = files
        .iter()
        .filter(|(_, text)| text.lines().count() > LINES_MAX);
    none(
        long.map(|(name, text)| format!("{name} has {} lines", text.lines().count()))
            .collect(),
    );
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    let empty = [
        "utils", "util", "common", "helpers", "helper", "manager", "misc",
    ];
    let files = rust_files("crates");
    let named = files.iter().filter(|(name, _)| {
        let stem = Path::new(name)
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        empty.contains(&stem)
    });
    none(
        named
            .map(|(name, _)| format!("{name} should be named after what it holds"))
            .collect(),
    );
}

#[test]
fn nothing_is_left_undone_or_skipped() {
    // Written apart, so that this file does not accuse itself.
    let marks = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["#[ig", "nore"].concat(),
        ["FIX", "ME"].concat(),
    ];
    let files = [rust_files("crates"), rust_files("tests")].concat();
    let mut offences = Vec::new();
    for (name, text) in &files {
        for (i, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark.as_str())) {
                offences.push(format!("{name}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    none(offences);
}

/// The one file of a pure crate that reads the disk: a folder of scenarios, before anything is computed from it.
const READS_DISK: &str = "crates/muddle-scenario/src/file/load.rs";

/// Why the others do not.
const DISK: &str = "the disk is no input";
const ENVIRONMENT: &str = "the environment is no input";

/// What each pure crate may not even name, with the reason that is given. Tests may read what they compare with.
#[test]
fn the_pure_crates_touch_neither_clock_nor_entropy_nor_disk() {
    let banned = [
        ("SystemTime::now", "the clock is an input"),
        ("Instant::now", "the clock is an input"),
        ("HashMap", "its order differs from run to run"),
        ("HashSet", "its order differs from run to run"),
        ("SysRng", "chance is drawn from the seed"),
        ("rand::rng(", "chance is drawn from the seed"),
        ("std::env::", ENVIRONMENT),
        ("tokio", "nothing here waits"),
        ("std::fs", DISK),
        ("File::", DISK),
    ];
    let mut offences = Vec::new();
    for crate_name in ["muddle-world", "muddle-scenario", "muddle-grade"] {
        for (name, text) in rust_files(&format!("crates/{crate_name}/src")) {
            for (i, line) in text
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with("//"))
            {
                for (word, why) in banned.iter().filter(|(word, _)| line.contains(word)) {
                    let outside = *why == DISK || *why == ENVIRONMENT;
                    if outside && (name == READS_DISK || name.contains("tests")) {
                        continue;
                    }
                    offences.push(format!("{name}:{}: `{word}`: {why}", i + 1));
                }
            }
        }
    }
    none(offences);
}

#[test]
fn rules_compute_without_fractions() {
    let mut offences = Vec::new();
    for (name, text) in rust_files("crates/muddle-world/src") {
        for (i, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            let words: Vec<&str> = line
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .collect();
            if words.contains(&"f64") || words.contains(&"f32") {
                offences.push(format!("{name}:{}: {}", i + 1, line.trim()));
            }
        }
    }
    none(offences);
}

#[test]
fn the_clock_and_the_entropy_are_read_in_one_file_of_the_office() {
    let mut readers = BTreeMap::new();
    for (name, text) in rust_files("crates/muddle-office/src") {
        let reads = ["SystemTime::now", "Instant::now", "SysRng"]
            .iter()
            .filter(|word| text.contains(*word))
            .count();
        if reads > 0 {
            readers.insert(name, reads);
        }
    }
    assert_eq!(
        readers.keys().map(String::as_str).collect::<Vec<_>>(),
        ["crates/muddle-office/src/source.rs"]
    );
}

#[test]
fn every_vendor_has_the_same_rooms() {
    let mut offences = Vec::new();
    for vendor in ["billing", "crm", "inbox"] {
        let world = root().join("crates/muddle-world/src").join(vendor);
        for room in ["mod.rs", "state.rs", "ops", "tests.rs"] {
            if !world.join(room).exists() {
                offences.push(format!("{} has no {room}", world.display()));
            }
        }
        let face = root().join("crates/muddle-server/src/vendors");
        if !face.join(vendor).exists() && !face.join(format!("{vendor}.rs")).exists() {
            offences.push(format!("{vendor} has no face in {}", face.display()));
        }
    }
    none(offences);
}

#[test]
fn the_project_speaks_of_itself_alone() {
    // Addresses of package registries and paths of one developer's machine have no place in what we publish.
    let banned = [
        ["crates", ".io/api"].concat(),
        ["registry.npm", "js.org"].concat(),
        ["pypi", ".org/simple"].concat(),
        ["/wo", "rk/"].concat(),
        ["/ro", "ot/"].concat(),
        ["/ho", "me/"].concat(),
    ];
    let mut offences = Vec::new();
    for (name, text) in texts() {
        for word in banned.iter().filter(|word| text.contains(word.as_str())) {
            offences.push(format!("{name} names {word}"));
        }
    }
    none(offences);
}
