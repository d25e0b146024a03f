//! Flies every pilot and every ablation on a range of seeds and says whether the grade tells them apart.
//!
//! Run by `make pilots` (seeds 1 to 20) and, on seeds 1 and 2, by `make test`. Starts one server, opens one office per
//! flight under a step clock, and compares grades; with `--real` it flies `careful` once against the real clock. Exit code 1 if an order, a band, an ablation or a count does not hold.

mod claims;
mod flight;
mod options;
mod real;
mod server;
mod table;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use flight::{Flight, Landed};
use options::Options;
use server::Server;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("{complaint}");
            return ExitCode::from(2);
        }
    };
    let flown = if options.real {
        real::fly(&options).await
    } else {
        fly(&options).await
    };
    match flown {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::from(2)
        }
    }
}

/// Grades by seed and flight.
pub type Log = BTreeMap<u64, BTreeMap<String, Landed>>;

async fn fly(options: &Options) -> Result<bool, String> {
    let began = std::time::Instant::now();
    let server = Arc::new(Server::start(&options.server).await?);
    let places = Arc::new(Semaphore::new(options.jobs));
    let mut flights = JoinSet::new();
    for seed in options.seeds.clone() {
        for flight in Flight::all()
            .into_iter()
            .filter(|flight| options.takes(&flight.name()))
        {
            let (server, places) = (server.clone(), places.clone());
            flights.spawn(async move {
                let _place = places.acquire().await.map_err(|error| error.to_string())?;
                let landed = flight.fly(&server, seed).await;
                landed
                    .map(|landed| (seed, flight.name(), landed))
                    .map_err(|why| format!("seed {seed}, {}: {why}", flight.name()))
            });
        }
    }
    let mut log = Log::new();
    let mut crashed = Vec::new();
    while let Some(done) = flights.join_next().await {
        match done
            .map_err(|error| error.to_string())
            .and_then(|landed| landed)
        {
            Ok((seed, name, landed)) => {
                if options.show {
                    eprintln!("seed {seed} {}", landed.summary);
                }
                log.entry(seed).or_default().insert(name, landed);
            }
            Err(why) => crashed.push(why),
        }
    }
    print!("{}", table::scores(&log));
    if options.show {
        print!("{}", table::losses(&log));
    }
    let mut broken = crashed;
    if options.is_complete() {
        broken.extend(claims::broken(&log));
        print!("{}", table::ablations(&log));
    }
    for one in &broken {
        println!("does not hold: {one}");
    }
    println!(
        "{} flights in {:.0} s",
        log.values().map(BTreeMap::len).sum::<usize>(),
        began.elapsed().as_secs_f64()
    );
    Ok(broken.is_empty())
}
