//! `muddle pilot`: a reference automation on a workspace, over HTTP alone.

use std::io::Write as _;

use muddle_pilots::{Settings, Summary, Without};

use crate::args::Pilot;
use crate::client;
use crate::failure::Failure;

/// Runs it.
pub fn run(args: &Pilot) -> Result<u8, Failure> {
    let settings =
        Settings::from_file(&args.env).map_err(|error| Failure::new(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let summary = runtime.block_on(fly(&args.name, settings, args.without.as_deref()))?;
    writeln!(std::io::stdout(), "{summary}")?;
    Ok(0)
}

/// Lets a pilot work, without one of its habits if one is named.
pub async fn fly(
    name: &str,
    settings: Settings,
    without: Option<&str>,
) -> Result<Summary, Failure> {
    client::install_tls();
    let failed = |error: muddle_pilots::PilotError| Failure::new(error.to_string());
    let without = match without {
        Some(habit) => habit.parse::<Without>().map_err(failed)?,
        None => Without::NOTHING,
    };
    muddle_pilots::run(name, settings, without)
        .await
        .map_err(failed)
}
