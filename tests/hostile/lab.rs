//! A refund desk in memory, requests against it, and what each of them cost.
//!
//! Used by the vendors' files here. A request goes the server's way without the server: parsed by the vendor's face,
//! acted on by a desk, rendered by the face. Every request meets a desk as it was opened, so costs can be compared.

use std::fs;
use std::sync::{Arc, OnceLock};
use std::thread;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use muddle_log::{Log, Memory, WorkspaceId, WriterLimits};
use muddle_office::act::Desk;
use muddle_office::open::{Order, open};
use muddle_office::opening::Openings;
use muddle_office::workspace::around;
use muddle_office::{Office, replay};
use muddle_server::vendors::{Faces, Rendered, Scene, Wire};
use muddle_tests::small;
use muddle_world::call::{Call, Input};
use muddle_world::clock::Mode;
use muddle_world::time::At;
use muddle_world::vendor::Vendor;

/// How much more four times the input may cost in allocations: a little over linear, far below quadratic.
const GROWTH_MAX: u64 = 5;
/// How much more it may cost in the thread's own processor time, which differs from run to run.
const TIME_GROWTH_MAX: u64 = 8;
/// Processor time below which a difference is noise, nanoseconds.
const NOISE_NS: u64 = 30_000_000;
/// Allocations and bytes below which a difference is noise.
const NOISE_ALLOCATIONS: u64 = 2_000;
/// As above, bytes.
const NOISE_BYTES: u64 = 256 * 1_024;
/// Runs of which the quickest counts.
const RUNS: usize = 3;
/// The stack on which deep input is read, bytes.
const SMALL_STACK_BYTES: usize = 256 * 1_024;

/// A request of a candidate whose key is good.
#[derive(Clone, Debug)]
pub struct Request {
    pub vendor: Vendor,
    pub method: Method,
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    pub fn new(vendor: Vendor, method: Method, path: &str) -> Self {
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (path, None),
        };
        Self {
            vendor,
            method,
            path: path.to_owned(),
            query,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    pub fn get(vendor: Vendor, path: &str) -> Self {
        Self::new(vendor, Method::GET, path)
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).unwrap();
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    /// With a body of this type.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self = self.header("content-type", content_type);
        self.body = body.into();
        self
    }

    pub fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn form(self, body: impl Into<String>) -> Self {
        self.body("application/x-www-form-urlencoded", body.into())
    }
}

/// What a request cost.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub allocations: u64,
    pub bytes: u64,
    /// Processor time of the thread; 0 where the system does not tell.
    pub time_ns: u64,
}

/// The office that every request meets as it was opened.
pub struct Lab {
    desk: Desk,
    faces: Faces,
}

impl Lab {
    /// The one of this process.
    pub fn open() -> &'static Self {
        static LAB: OnceLock<Lab> = OnceLock::new();
        LAB.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(opened())
        })
    }

    /// The office as opened, to find ids in.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    pub fn parse(&self, request: &Request) -> Call {
        let wire = Wire {
            method: &request.method,
            path: &request.path,
            query: request.query.as_deref(),
            headers: &request.headers,
            body: &request.body,
        };
        self.faces.parse(request.vendor, &wire)
    }

    /// Parse, act, render.
    pub fn answer(&self, request: &Request) -> Rendered {
        self.answer_at(&mut self.fresh_desk(), request)
    }

    /// A desk as it was opened.
    pub fn fresh_desk(&self) -> Desk {
        Desk::new(self.desk.world.clone(), self.desk.story.clone())
    }

    /// As [`Self::answer`], at a desk that keeps what is done there.
    pub fn answer_at(&self, desk: &mut Desk, request: &Request) -> Rendered {
        let call = self.parse(request);
        let (operation, key) = (call.operation(), call.idempotency_key().cloned());
        let input = Input {
            actor: small::candidate(),
            origin: None,
            call,
            up: desk.world.up,
            paused: false,
        };
        let done = desk.act(input, around()).unwrap().told.unwrap();
        let request_id = format!("{:016x}", done.request);
        let scene = Scene {
            method: &request.method,
            path: &request.path,
            query: request.query.as_deref(),
            status: done.status,
            request_id: &request_id,
            original_request_id: None,
            at: done.at,
            up: done.up,
            base_url: "http://127.0.0.1:4600",
            address: "desk@example.com",
            headers: &request.headers,
            operation: operation.as_deref(),
            idempotency_key: key.as_deref(),
            rate: None,
        };
        let answer = done.answer.unwrap();
        self.faces.face(request.vendor).render(&answer, &scene)
    }

    /// What [`Self::answer`] costs: the least of a few runs.
    pub fn cost(&self, request: &Request) -> Cost {
        let runs = (0..RUNS).map(|_| {
            let before = thread_time_ns();
            let info = allocation_counter::measure(|| drop(self.answer(request)));
            Cost {
                allocations: info.count_total,
                bytes: info.bytes_total,
                time_ns: thread_time_ns() - before,
            }
        });
        runs.min_by_key(|cost| cost.time_ns).unwrap()
    }

    /// Fails where four times the input costs more than [`GROWTH_MAX`] times as much.
    pub fn grows_with_its_input(&self, what: &str, n: usize, make: impl Fn(usize) -> Request) {
        let (small, large) = (self.cost(&make(n)), self.cost(&make(4 * n)));
        let says = || format!("{what}: {n} cost {small:?}, {} cost {large:?}", 4 * n);
        let within =
            |small: u64, large: u64, times: u64, noise: u64| large <= small * times + noise;
        let (of, to) = (small, large);
        assert!(of.bytes > 0, "nothing is counted");
        assert!(
            within(
                of.allocations,
                to.allocations,
                GROWTH_MAX,
                NOISE_ALLOCATIONS
            ),
            "{}",
            says()
        );
        assert!(
            within(of.bytes, to.bytes, GROWTH_MAX, NOISE_BYTES),
            "{}",
            says()
        );
        assert!(
            within(of.time_ns, to.time_ns, TIME_GROWTH_MAX, NOISE_NS),
            "{}",
            says()
        );
    }
}

/// Processor time that this thread has used.
fn thread_time_ns() -> u64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = told.split(' ').next().and_then(|text| text.parse().ok());
    first.unwrap_or(0)
}

/// Runs `work` on a thread with a stack of 256 KiB: whatever recurses without a cap ends the process there.
pub fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(SMALL_STACK_BYTES);
    thread.spawn(work).unwrap().join().unwrap();
}

/// A refund desk of seed 1 with all its records.
async fn opened() -> Lab {
    let log: Arc<dyn Log> = Arc::new(Memory::new());
    let office = Office::start(log.clone(), small::config(WriterLimits::default()))
        .await
        .unwrap();
    let order = Order {
        scenario: "refund-desk".into(),
        seed: Some(1),
        mode: "practice".into(),
        clock: Mode::Manual,
        epoch: Some(At(1_794_873_600_000)),
        clean: false,
        candidate: None,
        real_latency: false,
        cases: Some(10),
        unlimited: false,
    };
    let new = open(&office, order).await.unwrap();
    let id = WorkspaceId(new.row.id);
    let (desk, _) = replay::fold(&*log, &Openings::default(), id, None).unwrap();
    office.stop().await.unwrap();
    Lab {
        desk,
        faces: Faces::new(),
    }
}
