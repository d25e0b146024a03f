//! `muddle watch`: a line a call, live, as the server sends them; reads in a row are folded.
//!
//! Nothing is missed: entries carry their numbers, and where the server goes away without a word the command says how to go
//! on from the last one.

use std::io::Write as _;
use std::time::Duration;

use muddle_grade::lines::{Folding, Shown};
use reqwest::Method;
use serde_json::Value;

use crate::args::Watch;
use crate::client::At;
use crate::failure::Failure;

/// After how long without a line the reads so far are shown.
const FOLDED_FOR: Duration = Duration::from_secs(2);

/// Runs it until the server ends it.
pub fn run(at: &At<'_>, args: &Watch) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let mut path = format!("/muddle/v1/workspaces/{}/watch", reached.workspace);
    if let Some(after) = args.after {
        path.push_str(&format!("?after={after}"));
    }
    let mut answer = reached.ask(Method::GET, &path, None)?;
    let mut shown = Screen {
        folding: Folding::default(),
        reads: args.reads,
        last: args.after,
    };
    let mut events = Events::default();
    loop {
        match answer.piece(FOLDED_FOR) {
            Ok(Some(piece)) if piece.is_empty() => shown.flush()?,
            Ok(Some(piece)) => {
                for event in events.push(&piece) {
                    if let Some(why) = shown.take(&event)? {
                        shown.flush()?;
                        return ended(&why, &reached.workspace);
                    }
                }
            }
            Ok(None) | Err(_) => {
                shown.flush()?;
                return Err(Failure::no_server(gone(shown.last, &reached.workspace)));
            }
        }
    }
}

/// How to go on once the server is back.
fn gone(last: Option<u64>, workspace: &str) -> String {
    match last {
        Some(last) => format!(
            "The server went away after entry {last}; go on with `muddle watch {workspace} --after {last}`."
        ),
        None => format!("The server went away; go on with `muddle watch {workspace}`."),
    }
}

/// Says why there is no more.
fn ended(why: &str, workspace: &str) -> Result<u8, Failure> {
    let said = match why {
        "sealed" => format!("{workspace} is sealed: no more calls come."),
        "reset" => format!("{workspace} begins again; watch it anew."),
        "stopping" => "The server stops.".to_owned(),
        "token" => return Err(Failure::new("The token was taken back or has ended.")),
        _ => {
            return Err(Failure::new(
                "The log could not be read on; `muddle verify` says where.",
            ));
        }
    };
    writeln!(std::io::stderr(), "muddle: {said}")?;
    Ok(0)
}

/// What is printed.
struct Screen {
    folding: Folding,
    reads: bool,
    last: Option<u64>,
}

impl Screen {
    /// Shows an event; gives the reason where it is the last.
    fn take(&mut self, event: &Event) -> Result<Option<String>, Failure> {
        if event.name == "end" {
            let end: Value = serde_json::from_str(&event.data).unwrap_or_default();
            return Ok(Some(end["why"].as_str().unwrap_or_default().to_owned()));
        }
        let Ok(line) = serde_json::from_str::<Shown>(&event.data) else {
            return Ok(None);
        };
        self.last = Some(line.seq);
        let line = Shown {
            quiet: line.quiet && !self.reads,
            ..line
        };
        let lines = self.folding.push(line);
        print(&lines)?;
        Ok(None)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        print(&self.folding.flush())
    }
}

fn print(lines: &[String]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// A server-sent event.
struct Event {
    name: String,
    data: String,
}

/// Events out of pieces that end anywhere.
#[derive(Default)]
struct Events {
    rest: Vec<u8>,
}

impl Events {
    fn push(&mut self, piece: &[u8]) -> Vec<Event> {
        self.rest.extend_from_slice(piece);
        let mut events = Vec::new();
        while let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
            let block: Vec<u8> = self.rest.drain(..end + 2).collect();
            events.extend(event(&String::from_utf8_lossy(&block)));
        }
        events
    }
}

/// One event; none for a comment.
fn event(block: &str) -> Option<Event> {
    let field = |name: &str| {
        let mut lines = block.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    Some(Event {
        name: field("event")?.to_owned(),
        data: field("data")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_wherever_the_pieces_end() {
        let stream = b"id: 1\nevent: line\ndata: {\"a\":1}\n\n: still here\n\nevent: end\ndata: {\"why\":\"sealed\"}\n\n";
        for cut in 1..stream.len() {
            let mut events = Events::default();
            let mut found = events.push(&stream[..cut]);
            found.extend(events.push(&stream[cut..]));
            let names: Vec<&str> = found.iter().map(|event| event.name.as_str()).collect();
            assert_eq!(names, ["line", "end"], "cut at {cut}");
            assert_eq!(found[0].data, "{\"a\":1}");
        }
    }
}
