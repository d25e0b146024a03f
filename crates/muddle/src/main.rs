//! Muddle's command line: serves, and talks to a server that runs.
//!
//! Reading order: [`args`] (every command and flag), [`serve`], [`client`] (one request to the server), then one file
//! per noun. Commands decide nothing: what they may and what it means is the server's to say. Answers go to stdout,
//! sentences about what went wrong to stderr, and each kind of trouble has its exit code ([`failure`]).

mod args;
mod attempt;
mod check;
mod client;
mod clock;
mod data;
mod demo;
mod env;
mod evidence;
mod failure;
mod fault;
mod pilot;
mod scenario;
mod serve;
mod workspace;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use failure::Failure;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = Args::parse();
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
        Command::Brief { workspace } => workspace::brief(&at, &workspace),
        Command::Reset { workspace } => workspace::reset(&at, &workspace),
        Command::Fork(fork) => workspace::fork(&at, fork),
        Command::Fault(fault) => fault::run(&at, fault),
        Command::Clock(clock) => clock::run(&at, clock),
        Command::Attempt(attempt) => attempt::run(&at, attempt),
        Command::Check(check) => check::run(&at, check),
        Command::Log(log) => evidence::log(&at, log),
        Command::Seal { workspace, json } => evidence::seal(&at, &workspace, json),
        Command::Grade { workspace, json } => evidence::grade(&at, &workspace, json),
        Command::Verify { workspace } => evidence::verify(&at, &workspace),
        Command::Replay { workspace, to } => evidence::replay(&at, &workspace, to),
    }
}
