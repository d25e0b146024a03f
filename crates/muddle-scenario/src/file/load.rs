//! Reading a scenario: from a folder, or one of those that ship inside the program.
//!
//! Called by the CLI and the office. Nothing is opened when anything is wrong, and everything that is wrong is said at
//! once, each with file, line and column: after a mistake of form the reader takes the smallest block that holds it
//! out and reads on.

use std::path::Path;

use serde::de::DeserializeOwned;

use super::{Scenario, whole};

/// Mistakes of form that one file is read past.
const MISTAKES_MAX: usize = 50;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// In which file.
    pub file: String,
    /// From 1; 0 where it concerns the file as a whole.
    pub line: u64,
    /// From 1.
    pub column: u64,
    /// What.
    pub message: String,
}

/// All that is wrong with a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for problem in &self.0 {
            let Problem {
                file,
                line,
                column,
                message,
            } = problem;
            match line {
                0 => writeln!(f, "{file}: {message}")?,
                _ => writeln!(f, "{file}:{line}:{column}: {message}")?,
            }
        }
        let count = self.0.len();
        write!(
            f,
            "{count} {}",
            if count == 1 { "problem" } else { "problems" }
        )
    }
}

/// The files of one scenario: their names with their texts.
struct Folder<'a> {
    desk: &'a str,
    brief: &'a str,
    rubric: &'a str,
}

/// Scenarios inside the program.
const SHIPPED: &[(&str, Folder<'static>)] = &[(
    "refund-desk",
    Folder {
        desk: include_str!("../../../../scenarios/refund-desk/scenario.yaml"),
        brief: include_str!("../../../../scenarios/refund-desk/brief.md"),
        rubric: include_str!("../../../../scenarios/refund-desk/rubric.yaml"),
    },
)];

/// Names of the scenarios inside the program.
pub fn shipped_names() -> Vec<&'static str> {
    SHIPPED.iter().map(|(name, _)| *name).collect()
}

/// A scenario inside the program; `None` if there is none of this name.
pub fn shipped(name: &str) -> Option<Result<Scenario, Problems>> {
    let (_, folder) = SHIPPED.iter().find(|(one, _)| *one == name)?;
    Some(read(folder))
}

/// A scenario in a folder.
pub fn load(dir: &Path) -> Result<Scenario, Problems> {
    let mut problems = Vec::new();
    let mut text = |name: &str| {
        std::fs::read_to_string(dir.join(name)).unwrap_or_else(|error| {
            problems.push(at(name, 0, 0, format!("cannot be read: {error}")));
            String::new()
        })
    };
    let (desk, brief, rubric) = (text("scenario.yaml"), text("brief.md"), text("rubric.yaml"));
    if problems.is_empty() {
        let folder = Folder {
            desk: &desk,
            brief: &brief,
            rubric: &rubric,
        };
        read(&folder)
    } else {
        Err(Problems(problems))
    }
}

/// JSON Schema of `scenario.yaml`.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(super::Desk).to_value()
}

fn read(folder: &Folder<'_>) -> Result<Scenario, Problems> {
    let mut problems = Vec::new();
    let desk = parse("scenario.yaml", folder.desk, &mut problems);
    let rubric = parse("rubric.yaml", folder.rubric, &mut problems);
    let (Some(desk), Some(rubric)) = (desk, rubric) else {
        return Err(Problems(problems));
    };
    let scenario = Scenario {
        desk,
        brief: folder.brief.to_owned(),
        rubric,
    };
    problems.extend(whole::problems(&scenario).into_iter().map(|message| {
        let (line, column) = place_of(folder.desk, &message);
        at("scenario.yaml", line, column, message)
    }));
    if problems.is_empty() {
        Ok(scenario)
    } else {
        Err(Problems(problems))
    }
}

/// Where the first name in backticks is defined, or where it stands first.
fn place_of(text: &str, message: &str) -> (u64, u64) {
    let Some(name) = message.split('`').nth(1) else {
        return (0, 0);
    };
    let find = |defines: bool| {
        text.lines().enumerate().find_map(|(number, line)| {
            let column = line.find(name)?;
            (!defines || line.contains("id:")).then_some((number as u64 + 1, column as u64 + 1))
        })
    };
    find(true).or_else(|| find(false)).unwrap_or((0, 0))
}

fn at(file: &str, line: u64, column: u64, message: String) -> Problem {
    Problem {
        file: file.to_owned(),
        line,
        column,
        message,
    }
}

/// Reads one file. Where its form is wrong it is read section by section, to find every mistake.
fn parse<T>(file: &str, text: &str, problems: &mut Vec<Problem>) -> Option<T>
where
    T: DeserializeOwned + garde::Validate,
    T::Context: Default,
{
    let error = match serde_saphyr::from_str_valid::<T>(text) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    if let serde_saphyr::Error::ValidationError {
        issues, locations, ..
    } = error.without_snippet()
    {
        problems.extend(issues.iter().map(|issue| {
            let place = locations
                .locations_for(&issue.path)
                .map(|one| one.reference_location);
            let (line, column) = place.map_or((0, 0), |one| (one.line(), one.column()));
            let message = issue.message.as_deref().unwrap_or(&issue.code);
            let path: Vec<&str> = issue.path.segments().map(|(_, name)| name).collect();
            at(file, line, column, format!("{}: {message}", path.join(".")))
        }));
        return None;
    }
    let lines: Vec<&str> = text.lines().collect();
    let before = problems.len();
    for section in sections(&lines) {
        let mut alone = vec![""; lines.len()];
        alone[section.clone()].copy_from_slice(&lines[section]);
        mistakes::<T>(file, alone, problems);
    }
    // What concerns no section by itself: one that is missing, or text that is no YAML at all.
    if problems.len() == before || is_missing_at_top(&error) {
        let (line, column) = place(&error);
        problems.push(at(file, line, column, error.without_snippet().to_string()));
    }
    None
}

/// The lines of each top-level key.
fn sections(lines: &[&str]) -> Vec<std::ops::Range<usize>> {
    let starts = |line: &str| !line.is_empty() && !line.starts_with([' ', '#', '-']);
    let mut found: Vec<usize> = (0..lines.len()).filter(|&at| starts(lines[at])).collect();
    found.push(lines.len());
    found.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// Every mistake of form in one section: after each, the smallest block that holds it is taken out.
fn mistakes<T>(file: &str, mut lines: Vec<&str>, problems: &mut Vec<Problem>)
where
    T: DeserializeOwned + garde::Validate,
    T::Context: Default,
{
    let before = problems.len();
    for _ in 0..MISTAKES_MAX {
        let Err(error) = serde_saphyr::from_str_valid::<T>(&lines.join("\n")) else {
            return;
        };
        let message = error.without_snippet().to_string();
        let missing = message.contains("missing field");
        // The other sections are missing here by design; a field is missing where its block was taken out.
        if is_missing_at_top(&error) || (missing && problems.len() > before) {
            return;
        }
        if matches!(
            error.without_snippet(),
            serde_saphyr::Error::ValidationError { .. }
        ) {
            return;
        }
        let (line, column) = place(&error);
        problems.push(at(file, line, column, message));
        if !take_out(&mut lines, line) {
            return;
        }
    }
}

fn place(error: &serde_saphyr::Error) -> (u64, u64) {
    error
        .location()
        .map_or((0, 0), |one| (one.line(), one.column()))
}

fn is_missing_at_top(error: &serde_saphyr::Error) -> bool {
    place(error).1 <= 1
        && error
            .without_snippet()
            .to_string()
            .contains("missing field")
}

/// Blanks the block that begins at this line; false where there is none below the top.
fn take_out(lines: &mut [&str], line: u64) -> bool {
    let indent = |text: &str| text.len() - text.trim_start().len();
    let Some(at) = usize::try_from(line)
        .ok()
        .and_then(|line| line.checked_sub(1))
        .filter(|at| *at < lines.len())
    else {
        return false;
    };
    let own = indent(lines[at]);
    if own == 0 || lines[at].trim().is_empty() {
        return false;
    }
    lines[at] = "";
    for below in lines.iter_mut().skip(at + 1) {
        if !below.trim().is_empty() && indent(below) <= own {
            break;
        }
        *below = "";
    }
    true
}
