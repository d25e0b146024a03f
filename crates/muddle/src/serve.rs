//! `muddle serve`: from a data directory to a listening server, and back in order.
//!
//! Nothing is written before the port is ours and the directory is locked; on SIGINT or SIGTERM requests in flight end,
//! what waits is dropped by entries, the log is closed and the exit code is 0.

use std::io::Write as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use muddle_log::{Sqlite, WriterLimits};
use muddle_office::{Config, Office};
use muddle_server::socket::{self, SocketLimits};
use muddle_server::{Server, baseline};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::args::Serve;
use crate::data;
use crate::failure::Failure;
use crate::scenario;
use crate::stopping::Signals;

/// After how long without a call a workspace leaves memory.
const IDLE_MS: i64 = 10 * 60 * 1_000;
/// Pause between two looks for idle workspaces.
const DOZE_EVERY: Duration = Duration::from_secs(5);

/// Serves until a signal says stop.
pub fn run(dir: &Path, args: Serve) -> Result<u8, Failure> {
    trace();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(serve(dir, args));
    // A grading or a scan that still runs has nobody to tell.
    runtime.shutdown_timeout(Duration::from_secs(1));
    done.map(|()| 0)
}

/// What the server has to say about itself goes to stderr; `MUDDLE_LOG` says how much.
pub fn trace() {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("MUDDLE_LOG").unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
}

async fn serve(dir: &Path, args: Serve) -> Result<(), Failure> {
    let signals = Signals::new()?;
    if let Some(folder) = &args.scenarios {
        scenario::check_folder(folder)?;
    }
    let stop = CancellationToken::new();
    let bench = args.bench;
    let running = start(dir, args, stop.clone()).await?;
    tokio::spawn(signals.stop(stop.clone(), running.server.clone()));
    let mut out = std::io::stdout();
    if bench {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        writeln!(
            out,
            "baseline on http://{}{}",
            listener.local_addr()?,
            baseline::PATH
        )?;
        tokio::spawn(baseline::serve(listener, stop));
    }
    writeln!(out, "listening on http://{}", running.bound)?;
    out.flush()?;
    running.ended().await
}

/// A server that listens.
pub struct Running {
    /// Where commands on this machine reach it.
    pub url: String,
    bound: SocketAddr,
    server: Arc<Server>,
    log: Arc<Sqlite>,
    office: Arc<Office>,
    serving: tokio::task::JoinHandle<()>,
}

/// Starts a server over a directory; it runs until `stop`.
pub async fn start(dir: &Path, args: Serve, stop: CancellationToken) -> Result<Running, Failure> {
    let listener = socket::bind(address(&args.listen)?)?;
    let bound = listener.local_addr()?;
    let log = open_log(dir)?;
    let secrets = data::Secrets::of(dir)?;
    let config = Config {
        idle_ms: IDLE_MS,
        doze_every: DOZE_EVERY,
        writer: WriterLimits::default(),
        signing_seed: secrets.signing_seed,
        scenarios: args.scenarios,
        witness: Some(data::witness(dir)),
        limits: muddle_office::Limits::default(),
    };
    let office = Office::start(log.clone(), config)
        .await
        .map_err(|error| Failure::start(dir, &error))?;
    secrets.keep(dir)?;
    let url = reached_at(bound);
    data::note_url(dir, &url)?;
    let server = Server::new(office.clone(), &secrets.admin, args.public_url);
    let doors = muddle_server::doors(server.clone());
    let limits = SocketLimits::default();
    let limits = SocketLimits {
        connections_max: socket::fitted(limits.connections_max),
        ..limits
    };
    let serving = tokio::spawn(socket::serve(listener, doors, limits, stop));
    Ok(Running {
        url,
        bound,
        server,
        log,
        office,
        serving,
    })
}

/// Opens the directory's log; one that was in use and has lost it is refused, never opened empty.
fn open_log(dir: &Path) -> Result<Arc<Sqlite>, Failure> {
    let marks = data::marks(dir);
    let opened = if marks.is_empty() {
        Sqlite::open(dir)
    } else {
        Sqlite::open_used(dir)
    };
    opened
        .map(Arc::new)
        .map_err(|error| Failure::log_lost(dir, &marks, error))
}

impl Running {
    /// Waits for the stop, then ends in order.
    pub async fn ended(self) -> Result<(), Failure> {
        let crashed = self.serving.await.is_err();
        let stopped = self.office.stop().await;
        let log = self.log;
        let closed = tokio::task::spawn_blocking(move || log.close()).await;
        if let Ok(Err(error)) = closed {
            return Err(Failure::new(format!(
                "The server stopped, but the last entries are in the write-ahead log beside the database: {error} Keep both files together."
            )));
        }
        if crashed {
            return Err(Failure::new(
                "The server's accept loop broke; its log is whole.",
            ));
        }
        stopped.map_err(|error| {
            Failure::new(format!(
                "The server stopped, but its log could not say so: {error}."
            ))
        })
    }
}

fn address(text: &str) -> Result<SocketAddr, Failure> {
    let resolved = text
        .to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next());
    resolved.ok_or_else(|| {
        Failure::new(format!(
            "--listen {text} is no address; write one as 127.0.0.1:4600."
        ))
    })
}

/// Where commands on this machine reach a server that listens on `bound`.
fn reached_at(bound: SocketAddr) -> String {
    if !bound.ip().is_unspecified() {
        return format!("http://{bound}");
    }
    let local = if bound.is_ipv4() {
        "127.0.0.1"
    } else {
        "[::1]"
    };
    format!("http://{local}:{}", bound.port())
}
