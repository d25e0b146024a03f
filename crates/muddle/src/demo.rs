//! `muddle demo`: a server on a free port, an office under `step`, a pilot over HTTP, the seal and the grade.
//!
//! Everything is done as by hand: the office is opened, waited out and graded through the server's own API. The data
//! lies in a directory of its own, which is gone afterwards.

use std::io::Write as _;
use std::time::Instant;

use muddle_pilots::Settings;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::args::{Demo, Serve};
use crate::client::{self, Answer};
use crate::data;
use crate::env;
use crate::failure::Failure;
use crate::pilot;
use crate::serve;
use crate::workspace::print_json;

/// Waits after the pilot until nothing more happens by itself, at most so many.
const EVENTS_MAX: usize = 20_000;

/// Runs it.
pub fn run(args: Demo) -> Result<u8, Failure> {
    serve::trace();
    let dir = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let stop = CancellationToken::new();
    let server = Serve {
        listen: "127.0.0.1:0".to_owned(),
        scenarios: None,
        public_url: None,
        bench: false,
    };
    let running = runtime.block_on(serve::start(dir.path(), server, stop.clone()))?;
    let token = data::written_token(dir.path())
        .ok_or_else(|| Failure::new("The server of the demo wrote no token."))?;
    let desk = Desk {
        url: running.url.clone(),
        token,
    };
    let shown = desk.show(&runtime, &args);
    stop.cancel();
    runtime.block_on(running.ended())?;
    shown.map(|()| 0)
}

/// The demo's server as its operator sees it.
struct Desk {
    url: String,
    token: String,
}

impl Desk {
    fn show(&self, runtime: &tokio::runtime::Runtime, args: &Demo) -> Result<(), Failure> {
        let began = Instant::now();
        let order = json!({"scenario": args.scenario, "seed": args.seed, "clock": "step"});
        let opened = self
            .ask(Method::POST, "/muddle/v1/workspaces", Some(&order))?
            .json()?;
        let workspace = opened["workspace"].as_str().unwrap_or_default().to_owned();
        if !args.json {
            let now = opened["now"].as_str().unwrap_or_default();
            tell(&format!(
                "{} (seed {}) is open at {}; it is {now} there.",
                args.scenario, args.seed, self.url
            ))?;
            tell(&format!("{} goes to work …", args.pilot))?;
        }
        let mut names: std::collections::BTreeMap<_, _> =
            env::variables(&opened).into_iter().collect();
        if let Some(grader) = opened["tokens"]["grader"].as_str() {
            names.insert("MUDDLE_GRADER_TOKEN".to_owned(), grader.to_owned());
        }
        let settings =
            Settings::from_names(&names).map_err(|error| Failure::new(error.to_string()))?;
        let summary =
            runtime.block_on(pilot::fly(&args.pilot, settings, args.without.as_deref()))?;
        self.wait_out(&workspace)?;
        let faults = format!("/muddle/v1/workspaces/{workspace}/faults");
        let faults = self.ask(Method::GET, &faults, None)?.json()?;
        let grade = format!("/muddle/v1/workspaces/{workspace}/grade");
        let report = self.ask(Method::POST, &grade, None)?.json()?;
        if args.json {
            return print_json(&report).map(drop);
        }
        let seconds = began.elapsed().as_secs();
        tell(&format!("{summary}"))?;
        for sentence in outages(&faults, &report, &args.pilot) {
            tell(&sentence)?;
        }
        tell(&format!(
            "Done after {seconds} s. The office is sealed, and its log says:\n"
        ))?;
        let page = self.ask(Method::POST, &format!("{grade}?format=text"), None)?;
        page.pour(&mut std::io::stdout())?;
        tell(
            "\nNothing of this demo is kept: its log lay in a directory that is gone now. For an office that stays, start \
             `muddle serve` (its data is in ./muddle-data) and go on with `muddle open`.",
        )
    }

    /// Lets the rest of the story happen.
    fn wait_out(&self, workspace: &str) -> Result<(), Failure> {
        let path = format!("/muddle/v1/wait?workspace={workspace}");
        for _ in 0..EVENTS_MAX {
            let waited: Value = self
                .ask(Method::POST, &path, Some(&json!({"next_event": true})))?
                .json()?;
            if waited["reached"] != true {
                break;
            }
        }
        Ok(())
    }

    fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, Failure> {
        client::send(method, &self.url, path, &self.token, body)?.good()
    }
}

/// What the script broke, who met it, and how the pilot came through.
fn outages(faults: &Value, report: &Value, pilot: &str) -> Vec<String> {
    let faults = faults.as_array().map(Vec::as_slice).unwrap_or_default();
    let scripted = faults
        .iter()
        .filter(|fault| fault["live"] == false && fault["kind"] == "outage");
    scripted
        .map(|fault| {
            let minute = |name: &str| {
                let time = fault[name].as_str().unwrap_or_default();
                time.get(..16).unwrap_or(time).replace('T', " ")
            };
            let vendor = fault["vendor"].as_str().unwrap_or("every vendor");
            let (struck, landed) = (count(fault, "struck"), count(fault, "landed"));
            let borne = borne(report, fault["title"].as_str().unwrap_or_default(), pilot);
            let met = match struck {
                0 => format!("{pilot} made no call there in that time, so it showed nothing."),
                1 => format!("One call of {pilot}'s met it. {borne}"),
                _ if struck == landed => format!("{struck} calls of {pilot}'s met it. {borne}"),
                _ => format!("{struck} calls of {pilot}'s met it, {landed} felt it. {borne}"),
            };
            format!(
                "As the story has it, {vendor} was down from {} to {}. {met}",
                minute("from"),
                minute("to"),
            )
        })
        .collect()
}

/// How many of the checks about a fault were passed.
fn borne(report: &Value, fault: &str, pilot: &str) -> String {
    let checks = report["checks"].as_array().map(Vec::as_slice);
    let about: Vec<&Value> = checks
        .unwrap_or_default()
        .iter()
        .filter(|check| check["needs_fault"] == fault && !fault.is_empty())
        .collect();
    let passed = about
        .iter()
        .filter(|check| check["status"] == "pass")
        .count();
    match (about.len(), passed) {
        (0, _) => "No check is about it.".to_owned(),
        (all, passed) if all == passed => {
            format!("{pilot} passed all {all} checks of how that is borne.")
        }
        (all, passed) => format!("{pilot} passed {passed} of {all} checks of how that is borne."),
    }
}

fn count(fault: &Value, name: &str) -> u64 {
    fault[name].as_u64().unwrap_or(0)
}

fn tell(sentence: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{sentence}")?)
}
