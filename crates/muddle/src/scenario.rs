//! `muddle scenario list|check|show|schema`: needs no server.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use muddle_grade::GradeError;
use muddle_scenario::{Options, Scenario as Loaded};
use muddle_world::chance::Seed;
use muddle_world::time::At;

use crate::args::Scenario;
use crate::failure::Failure;
use crate::workspace::print_json;

/// A Monday: what is shown does not depend on the day it is shown.
const EPOCH: At = At(4 * 86_400_000);

/// Runs it.
pub fn run(scenario: Scenario) -> Result<u8, Failure> {
    match scenario {
        Scenario::List => list(),
        Scenario::Check { scenario } => {
            let loaded = load(&scenario)?;
            rubric(&loaded)?;
            writeln!(std::io::stdout(), "{scenario}: nothing is wrong with it.")?;
            Ok(0)
        }
        Scenario::Show {
            scenario,
            seed,
            mess,
        } => show(&load(&scenario)?, seed, mess),
        Scenario::Schema => print_json(&muddle_scenario::schema()),
    }
}

fn list() -> Result<u8, Failure> {
    for name in muddle_scenario::shipped_names() {
        let loaded = load(name)?;
        writeln!(std::io::stdout(), "{name}  {}", loaded.desk.title)?;
    }
    Ok(0)
}

/// A folder's scenario or a shipped one; all that is wrong with it at once.
fn load(scenario: &str) -> Result<Loaded, Failure> {
    let found = if Path::new(scenario).is_dir() {
        Some(muddle_scenario::load(Path::new(scenario)))
    } else {
        muddle_scenario::shipped(scenario)
    };
    match found {
        Some(loaded) => {
            loaded.map_err(|problems| Failure::new(format!("{scenario} has mistakes.\n{problems}")))
        }
        None => Err(Failure::new(format!(
            "there is no scenario `{scenario}`: name a folder, or one of {}",
            muddle_scenario::shipped_names().join(", ")
        ))),
    }
}

/// Looks through a folder of scenarios before anything is served from it: all that is wrong with all of them at once.
pub fn check_folder(folder: &Path) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::file(folder, &error))?;
    let mut dirs = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Failure::file(folder, &error))?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .map(str::to_owned);
        let name = name.filter(|name| path.is_dir() && !name.starts_with('.'));
        // Without the file it is no scenario, but where it would hide a shipped one.
        let is_one = |name: &String| {
            path.join("scenario.yaml").exists()
                || muddle_scenario::shipped_names().contains(&name.as_str())
        };
        dirs.extend(name.filter(is_one).map(|_| path.clone()));
    }
    dirs.sort();
    if dirs.is_empty() {
        return Err(Failure::new(format!(
            "--scenarios {}: it holds no scenario; name the folder that holds the scenarios' folders.",
            folder.display()
        )));
    }
    let wrong: Vec<String> = dirs.iter().flat_map(|dir| wrong_with(dir)).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "--scenarios {} has mistakes, so nothing is served.\n{}",
        folder.display(),
        wrong.join("\n")
    )))
}

/// Each mistake of a scenario with its file, line and column.
fn wrong_with(dir: &Path) -> Vec<String> {
    let place = dir.display();
    match muddle_scenario::load(dir) {
        Err(problems) => {
            let said = problems.0.iter().map(|problem| {
                let (file, message) = (&problem.file, &problem.message);
                match problem.line {
                    0 => format!("{place}/{file}: {message}"),
                    line => format!("{place}/{file}:{line}:{}: {message}", problem.column),
                }
            });
            said.collect()
        }
        Ok(loaded) => match muddle_grade::check_rubric(&loaded.rubric) {
            Ok(()) => Vec::new(),
            Err(problems) => {
                let text = std::fs::read_to_string(dir.join("rubric.yaml")).unwrap_or_default();
                let said = problems.iter().map(|problem| match problem {
                    GradeError::Check { check, .. } => {
                        let (line, column) = place_of_check(&text, check);
                        format!("{place}/rubric.yaml:{line}:{column}: {problem}")
                    }
                    other => format!("{place}/rubric.yaml: {other}"),
                });
                said.collect()
            }
        },
    }
}

/// Where a check begins in the rubric's text; its first line where it is not found.
fn place_of_check(text: &str, check: &str) -> (usize, usize) {
    let named = |line: &str| {
        let name = line.trim_start_matches([' ', '-']).strip_prefix("id:")?;
        (name.trim().trim_matches(['"', '\'']) == check).then(|| line.find("id:"))?
    };
    let mut lines = text.lines().enumerate();
    lines
        .find_map(|(number, line)| Some((number + 1, named(line)? + 1)))
        .unwrap_or((1, 1))
}

/// Tries every check of the rubric on empty tables.
fn rubric(loaded: &Loaded) -> Result<(), Failure> {
    muddle_grade::check_rubric(&loaded.rubric).map_err(|problems| {
        let lines: Vec<String> = problems
            .iter()
            .map(|problem| format!("rubric.yaml: {problem}"))
            .collect();
        Failure::new(lines.join("\n"))
    })
}

fn show(loaded: &Loaded, seed: u64, mess: bool) -> Result<u8, Failure> {
    let made =
        muddle_scenario::generate(loaded, &Seed::from_number(seed), EPOCH, Options::default());
    let mut out = std::io::stdout();
    if mess {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for defect in &made.truth.defects {
            *counts.entry(defect.operator.to_string()).or_default() += 1;
        }
        return table(&counts);
    }
    writeln!(out, "{}: {}\n", loaded.desk.name, loaded.desk.title)?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for record in &made.records {
        let place = format!("{} {}", record.vendor(), record.collection());
        *counts.entry(place).or_default() += 1;
    }
    table(&counts)?;
    let (cases, kinds) = (made.truth.cases.len(), loaded.desk.kinds.len());
    let (defects, checks) = (made.truth.defects.len(), made.truth.rubric.checks.len());
    writeln!(
        out,
        "\n{cases} cases of {kinds} kinds, {defects} defects, {checks} checks"
    )?;
    Ok(0)
}

fn table(counts: &BTreeMap<String, u64>) -> Result<u8, Failure> {
    let mut out = std::io::stdout();
    for (name, count) in counts {
        writeln!(out, "{count:>7}  {name}")?;
    }
    Ok(0)
}
