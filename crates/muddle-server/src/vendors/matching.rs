//! From method and path to an operation: the routes of all faces, and of what the vendors have and we do not.
//!
//! Built once at start from the faces' tables and from `fixtures/routes`, which is read off the official SDKs and the
//! published specifications. Called for every vendor request: a walk down a tree of segments that allocates only what
//! a `{name}` segment holds.
//! Invariant: the most literal path wins, `/v1/customers/search` is not the customer `search`.

use std::collections::BTreeMap;

use http::Method;
use muddle_world::vendor::Vendor;

use super::nearness::nearest;
use super::{Face, Params, Route};

/// What a path stands for.
pub enum Matched<'a> {
    /// An operation we offer.
    Offered(&'a Route, Params),
    /// A route that the vendor has and we do not offer, with the nearest operation that we do.
    NotOffered(Option<&'static str>),
    /// No route of the vendor.
    Unknown,
}

/// One vendor's routes.
pub struct Matching {
    routes: Vec<Route>,
    root: Node,
}

/// All routes whose paths begin alike.
#[derive(Default)]
struct Node {
    literals: BTreeMap<&'static str, Node>,
    name: Option<Box<Node>>,
    /// What ends here, by method.
    ends: Vec<(Method, End)>,
}

/// A route of the vendor.
#[derive(Clone, Copy)]
enum End {
    /// One that we offer: its place among the routes.
    Offered(usize),
    /// One that we lack: its path as the vendor's list names it.
    Known(&'static str),
}

impl Matching {
    /// Joins a face's routes with the vendor's known ones.
    pub fn new(face: &dyn Face) -> Self {
        let mut root = Node::default();
        let routes = face.routes();
        for (place, route) in routes.iter().enumerate() {
            root.end(route.path, &route.method, End::Offered(place));
        }
        let typed: Vec<&Route> = routes.iter().filter(|route| has_types(route)).collect();
        for line in known_routes(face.vendor())
            .lines()
            .filter(|line| !line.starts_with('#'))
        {
            let mut words = line.split_whitespace();
            if let (Some(method), Some(path)) = (words.next(), words.next())
                && let Ok(method) = method.parse()
                && !typed.iter().any(|route| covers(route, &method, path))
            {
                root.end(path, &method, End::Known(path));
            }
        }
        Self { routes, root }
    }

    /// What a request's method and path stand for.
    pub fn find(&self, method: &Method, path: &str) -> Matched<'_> {
        match self.root.find(method, path) {
            Some(End::Offered(place)) => {
                let route = &self.routes[place];
                Matched::Offered(route, Params::of(route.path, path))
            }
            Some(End::Known(route)) => Matched::NotOffered(nearest(&self.routes, method, route)),
            None => Matched::Unknown,
        }
    }
}

impl Node {
    /// Adds a route below this node. What is offered stays so when the vendor's own list names it too.
    fn end(&mut self, path: &'static str, method: &Method, end: End) {
        let mut node = self;
        for segment in segments(path) {
            node = match name_in(segment) {
                Some(_) => node.name.get_or_insert_default(),
                None => node.literals.entry(segment).or_default(),
            };
        }
        if node.ends.iter().all(|(other, _)| other != method) {
            node.ends.push((method.clone(), end));
        }
    }

    /// The route that the rest of a path names, literal segments tried before names.
    fn find(&self, method: &Method, rest: &str) -> Option<End> {
        let rest = rest.trim_start_matches('/');
        if rest.is_empty() {
            let ends = &mut self.ends.iter();
            return ends.find(|(other, _)| other == method).map(|(_, end)| *end);
        }
        let (segment, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let below = [self.literals.get(segment), self.name.as_deref()];
        below
            .into_iter()
            .flatten()
            .find_map(|node| node.find(method, rest))
    }
}

impl Params {
    /// What stands in a path where the route has its names.
    fn of(route: &'static str, path: &str) -> Self {
        let both = segments(route).zip(segments(path));
        Self(
            both.filter_map(|(ours, asked)| Some((name_in(ours)?, percent_decoded(asked))))
                .collect(),
        )
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Names that stand for a type of record: an offered route is the same whichever type a listed one spells out.
const TYPES: [&str; 2] = ["from", "to"];

fn has_types(route: &Route) -> bool {
    let mut names = segments(route.path).filter_map(name_in);
    names.any(|name| TYPES.contains(&name))
}

/// Whether an offered route is a listed one with other names.
fn covers(route: &Route, method: &Method, listed: &str) -> bool {
    let same = |(ours, theirs): (&str, &str)| match name_in(ours) {
        Some(name) => name_in(theirs).is_some() || TYPES.contains(&name),
        None => ours == theirs,
    };
    route.method == *method
        && segments(route.path).count() == segments(listed).count()
        && segments(route.path).zip(segments(listed)).all(same)
}

/// `{id}` → `id`.
fn name_in(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// `%41` → `A`; what is no valid escape stays as it is.
pub fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = bytes
            .get(i + 1..i + 3)
            .and_then(|hex| std::str::from_utf8(hex).ok());
        match (
            bytes[i],
            hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()),
        ) {
            (b'%', Some(byte)) => {
                out.push(byte);
                i += 3;
            }
            (byte, _) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Routes that the vendor has: those that its SDKs can call, and those of its published specification.
const fn known_routes(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Billing => include_str!("../../../../fixtures/routes/billing.txt"),
        Vendor::Crm => include_str!("../../../../fixtures/routes/crm.txt"),
        Vendor::Inbox => include_str!("../../../../fixtures/routes/inbox.txt"),
        Vendor::Office => "",
    }
}

#[cfg(test)]
mod tests;
