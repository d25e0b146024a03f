//! `muddle wait`: lets office time pass, as often as it takes.
//!
//! Under a clock that runs by itself the server answers after a while whether or not the moment has come; the command asks
//! again until it has.

use std::io::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use crate::args::Wait;
use crate::candidate::reach;
use crate::client::At;
use crate::failure::Failure;

/// Runs it; exit code 1 if the moment did not come.
pub fn run(at: &At<'_>, args: &Wait) -> Result<u8, Failure> {
    let (workspace, mut request) = request(args)?;
    let reached = reach(at, workspace, args.place.env.as_deref())?;
    let path = format!("/muddle/v1/wait?workspace={}", reached.workspace);
    loop {
        let waited = reached
            .json(Method::POST, &path, Some(&request))
            .map_err(|failure| failure.without_flag("for"))?;
        if waited["reached"] == true {
            writeln!(std::io::stdout(), "It is {}.", text(&waited, "now"))?;
            return Ok(0);
        }
        if waited["due"] != true || waited["sealed"] == true {
            let (now, note) = (text(&waited, "now"), text(&waited, "note"));
            writeln!(std::io::stdout(), "It is {now}: {note}.")?;
            return Ok(1);
        }
        // Whatever was named is a moment by now.
        if let Some(until) = waited["until"].as_str() {
            let now = text(&waited, "now");
            writeln!(std::io::stderr(), "It is {now}; waiting until {until}.")?;
            request = json!({"until": until});
        }
    }
}

/// Which workspace, and what to wait for.
fn request(args: &Wait) -> Result<(Option<&str>, Value), Failure> {
    let named = |nth: usize| args.what.get(nth).map(String::as_str);
    let wanted = match (&args.until, args.next_event) {
        (Some(until), _) => Some(json!({"until": until})),
        (None, true) => Some(json!({"next_event": true})),
        (None, false) => None,
    };
    match (wanted, args.what.len()) {
        (Some(wanted), 0 | 1) => Ok((named(0), wanted)),
        (Some(_), _) => Err(Failure::new(
            "Name a duration, --until or --next-event, one of them.",
        )),
        (None, 1) => Ok((None, json!({"for": named(0)}))),
        (None, 2) => Ok((named(0), json!({"for": named(1)}))),
        (None, _) => Err(Failure::new(
            "Say how long, as in `muddle wait 30m`, or --until T, or --next-event.",
        )),
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
