//! `muddle scenario list|check`: needs no server.

use std::io::Write as _;
use std::path::Path;

use crate::args::Scenario;
use crate::failure::Failure;

/// Runs it.
pub fn run(scenario: Scenario) -> Result<u8, Failure> {
    match scenario {
        Scenario::List => {
            for name in muddle_scenario::shipped_names() {
                writeln!(std::io::stdout(), "{name}")?;
            }
            Ok(0)
        }
        Scenario::Check { scenario } => check(&scenario),
    }
}

/// Says all that is wrong at once; exit code 1 if anything is.
fn check(scenario: &str) -> Result<u8, Failure> {
    let found = if Path::new(scenario).is_dir() {
        Some(muddle_scenario::load(Path::new(scenario)))
    } else {
        muddle_scenario::shipped(scenario)
    };
    match found {
        Some(Ok(_)) => {
            writeln!(std::io::stdout(), "{scenario}: nothing is wrong with it.")?;
            Ok(0)
        }
        Some(Err(problems)) => Err(Failure::new(problems.to_string())),
        None => Err(Failure::new(format!(
            "there is no scenario `{scenario}`: name a folder, or one of {}",
            muddle_scenario::shipped_names().join(", ")
        ))),
    }
}
