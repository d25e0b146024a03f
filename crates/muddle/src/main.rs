//! Muddle's command line: serves, and talks to a server that runs.
//!
//! Reading order: [`args`] (every command and flag), [`serve`], [`client`] (one request to the server), [`candidate`] (whose
//! request it is), then one file
//! per noun. Commands decide nothing: what they may and what it means is the server's to say. Answers go to stdout,
//! sentences about what went wrong to stderr, and each kind of trouble has its exit code ([`failure`]).

mod args;
mod attempt;
mod backup;
mod candidate;
mod check;
mod client;
mod clock;
mod data;
mod demo;
mod env;
mod evidence;
mod failure;
mod fault;
mod listing;
mod note;
mod pilot;
mod scenario;
mod serve;
mod stopping;
mod wait;
mod watch;
mod workspace;

use std::io::Write as _;
use std::process::ExitCode;

use args::{Args, Command};
use failure::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(exit) => return ExitCode::from(exit),
    };
    match run(args) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            if failure.exit != 0 {
                // Nobody is left to tell if stderr is gone too.
                let _ = writeln!(std::io::stderr(), "muddle: {failure}");
            }
            ExitCode::from(failure.exit)
        }
    }
}

/// Runs a command; what it returns is the exit code.
fn run(args: Args) -> Result<u8, Failure> {
    let data = args.data;
    let at = client::At { data: &data };
    match args.command {
        Command::Serve(serve) => serve::run(&data, serve),
        Command::Demo(demo) => demo::run(demo),
        Command::Pilot(pilot) => pilot::run(&pilot),
        Command::Scenario(scenario) => scenario::run(scenario),
        Command::Open(open) => workspace::open(&at, open),
        Command::List(list) => listing::list(&at, &list),
        Command::Status(status) => listing::status(&at, &status),
        Command::Watch(watch) => watch::run(&at, &watch),
        Command::Note(note) => note::note(&at, &note),
        Command::Mail(mail) => note::mail(&at, &mail),
        Command::Brief(brief) => workspace::brief(&at, &brief),
        Command::Wait(wait) => wait::run(&at, &wait),
        Command::Reset(reset) => workspace::reset(&at, &reset),
        Command::Fork(fork) => workspace::fork(&at, fork),
        Command::Fault(fault) => fault::run(&at, fault),
        Command::Clock(clock) => clock::run(&at, clock),
        Command::Attempt(attempt) => attempt::run(&at, attempt),
        Command::Check(check) => check::run(&at, check),
        Command::Log(log) => evidence::log(&at, log),
        Command::Seal { workspace, json } => evidence::seal(&at, &workspace, json),
        Command::Grade { workspace, json } => evidence::grade(&at, &workspace, json),
        Command::Verify { workspace } => evidence::verify(&at, &workspace),
        Command::Replay(replay) => evidence::replay(&at, &replay),
        Command::Backup { file } => backup::run(&data, &file),
    }
}
