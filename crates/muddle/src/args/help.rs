//! The overview of commands by who gives them, and mistakes in the arguments in one short sentence.
//!
//! Called by `main`. Clap finds the mistakes; here is how they are told.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _, FromArgMatches as _};

use super::Args;

/// Commands by who gives them. One that the program lacks is passed over.
const GROUPS: [(&str, &[&str]); 4] = [
    ("Run it", &["serve", "demo", "scenario", "backup"]),
    (
        "Open a workspace, watch it, break its vendors",
        &[
            "open", "list", "status", "watch", "fault", "clock", "mail", "note", "fork",
        ],
    ),
    (
        "Work in one (with a .env alone, too)",
        &["brief", "check", "attempt", "wait", "reset", "pilot"],
    ),
    ("Judge", &["seal", "grade", "log", "verify", "replay"]),
];

/// What the command line asks for, or the exit code of what was printed instead.
pub fn parse() -> Result<Args, u8> {
    let argv: Vec<String> = std::env::args_os()
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let matches = command().try_get_matches();
    let parsed = matches.and_then(|matches| Args::from_arg_matches(&matches));
    parsed.map_err(|error| {
        let is_help = !error.use_stderr()
            || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        // Nobody is left to tell if the stream is gone.
        if is_help {
            let _ = error.print();
        } else {
            use std::io::Write as _;
            let sentence = sentence(&error, &argv);
            let _ = writeln!(std::io::stderr(), "muddle: {sentence}");
        }
        u8::try_from(error.exit_code()).unwrap_or(2)
    })
}

fn command() -> Command {
    let command = Args::command();
    let overview = overview(&command);
    command.override_help(overview)
}

fn overview(command: &Command) -> String {
    let mut out = String::new();
    if let Some(about) = command.get_about() {
        out.push_str(&format!("{about}\n\n"));
    }
    out.push_str("Usage: muddle [--data DIR] COMMAND …\n");
    for (title, names) in GROUPS {
        out.push_str(&format!("\n{title}:\n"));
        for name in names {
            if let Some(sub) = command.find_subcommand(name) {
                let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
                out.push_str(&format!("  {name:<9} {about}\n"));
            }
        }
    }
    out.push_str(
        "\nOptions:\n  --data DIR  Where the server keeps its log, its keys and its address [default: ./muddle-data, or MUDDLE_DATA]\n  \
         --version   Print the version\n  --help      Print this; `muddle COMMAND --help` says more of one\n\n\
         A workspace is named as `muddle list` shows it; how its name begins is enough. Commands find the server in the data\n\
         directory. Where there is none, those of the candidate take URL and token from ./.env, or from --env FILE.\n",
    );
    out
}

/// The mistake in one short sentence, and where to read more.
fn sentence(error: &clap::Error, argv: &[String]) -> String {
    let said = what(error, argv);
    let said = said.trim_end_matches('.');
    match usage(error) {
        Some(command) => format!("{said}; see `{command} --help`."),
        None => format!("{said}; see `muddle --help`."),
    }
}

fn what(error: &clap::Error, argv: &[String]) -> String {
    let one = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => texts.first().cloned(),
        _ => None,
    };
    let arg = one(ContextKind::InvalidArg).unwrap_or_default();
    let meant = |kind| one(kind).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            let needed = match error.get(ContextKind::InvalidArg) {
                Some(ContextValue::Strings(needed)) => needed.join(" and "),
                _ => arg,
            };
            format!("this command needs {needed}")
        }
        ErrorKind::UnknownArgument if is_negative(&arg) => {
            let at = argv.iter().position(|one| *one == arg).unwrap_or(0);
            match argv.get(at.wrapping_sub(1)) {
                Some(flag) if flag.starts_with("--") => {
                    format!("{flag} takes a whole number from 0 up, not `{arg}`")
                }
                _ => format!("`{arg}` is no value here; numbers count from 0 up"),
            }
        }
        ErrorKind::UnknownArgument => {
            let near = meant(ContextKind::SuggestedArg);
            format!("there is no `{arg}` here{near}")
        }
        ErrorKind::InvalidSubcommand => {
            let name = one(ContextKind::InvalidSubcommand).unwrap_or_default();
            let near = meant(ContextKind::SuggestedSubcommand);
            format!("there is no command `{name}`{near}")
        }
        ErrorKind::ValueValidation => {
            let value = one(ContextKind::InvalidValue).unwrap_or_default();
            let flag = arg.split(' ').next().unwrap_or_default();
            match value.starts_with('-') || value.parse::<u64>().is_err() {
                true => format!("{flag} takes a whole number from 0 up, not `{value}`"),
                false => format!("{flag}: {value} is too large a number"),
            }
        }
        _ => {
            let said = error.to_string();
            let first = said.lines().next().unwrap_or_default();
            first.trim_start_matches("error: ").to_owned()
        }
    }
}

fn is_negative(arg: &str) -> bool {
    arg.strip_prefix('-')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// `muddle fault arm`, from the line that says how to use it.
fn usage(error: &clap::Error) -> Option<String> {
    let usage = error.get(ContextKind::Usage)?.to_string();
    let plain = usage.trim_start_matches("Usage: ");
    let words = plain.split_whitespace();
    let command = words.take_while(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
    let command: Vec<&str> = command.collect();
    (!command.is_empty()).then(|| command.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of these arguments.
    fn said(args: &[&str]) -> String {
        let argv: Vec<String> = std::iter::once("muddle")
            .chain(args.iter().copied())
            .map(str::to_owned)
            .collect();
        let error = command().try_get_matches_from(&argv).unwrap_err();
        sentence(&error, &argv)
    }

    #[test]
    fn a_mistake_is_one_short_sentence_that_names_it() {
        for (args, named) in [
            (
                &["open", "refund-desk", "--seed", "-1"][..],
                "--seed takes a whole number from 0 up, not `-1`",
            ),
            (
                &["open", "refund-desk", "--seed", "x"],
                "--seed takes a whole number from 0 up, not `x`",
            ),
            (
                &["open", "refund-desk", "--cases", "-3"],
                "--cases takes a whole number from 0 up, not `-3`",
            ),
            (
                &["open", "refund-desk", "--cases", "99999999999"],
                "--cases: 99999999999 is too large",
            ),
            (
                &["open", "refund-desk", "--sed", "1"],
                "there is no `--sed` here; did you mean --seed?",
            ),
            (
                &["fault", "arm", "ws_1"],
                "this command needs --kind <KIND>",
            ),
            (
                &["grad", "ws_1"],
                "there is no command `grad`; did you mean grade?",
            ),
            (
                &["fault", "lift", "ws_1", "f1", "--all"],
                "cannot be used with",
            ),
        ] {
            let said = said(args);
            assert!(said.contains(named), "{args:?}: {said}");
            assert!(said.lines().count() == 1 && said.len() < 160, "{said}");
            assert!(said.contains("see `muddle"), "{said}");
        }
        assert!(said(&["fault", "arm", "ws_1"]).contains("`muddle fault arm --help`"));
    }

    #[test]
    fn every_command_stands_in_one_group_and_says_what_it_does() {
        let command = Args::command();
        let overview = overview(&command);
        for sub in command.get_subcommands() {
            let name = sub.get_name();
            let listed = GROUPS.iter().flat_map(|(_, names)| *names);
            let count = listed.filter(|listed| **listed == name).count();
            assert_eq!(count, 1, "{name} stands in one group");
            assert!(overview.contains(&format!("  {name:<9} ")), "{name}");
        }
    }

    #[test]
    fn every_command_and_argument_has_a_sentence() {
        fn walk(command: &Command) {
            for arg in command.get_arguments() {
                let id = arg.get_id();
                assert!(
                    arg.get_help().is_some() || matches!(id.as_str(), "help" | "version"),
                    "{} {id}",
                    command.get_name()
                );
            }
            for sub in command
                .get_subcommands()
                .filter(|sub| sub.get_name() != "help")
            {
                assert!(sub.get_about().is_some(), "{}", sub.get_name());
                walk(sub);
            }
        }
        walk(&Args::command());
    }
}
