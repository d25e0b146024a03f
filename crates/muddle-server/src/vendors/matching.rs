//! From method and path to an operation: the routes of all faces, and of what the vendors have and we do not.
//!
//! Built once at start from the faces' tables and from `fixtures/routes`, which is read off the official SDKs. Called
//! for every vendor request; matching compares segments and allocates only what a `{name}` segment holds.

use std::collections::BTreeMap;

use http::Method;
use muddle_world::vendor::Vendor;

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

/// One vendor's routes, by number of segments.
pub struct Matching {
    offered: BTreeMap<usize, Vec<(Vec<Segment>, Route)>>,
    known: BTreeMap<usize, Vec<(Method, Vec<Segment>)>>,
}

#[derive(Clone, Debug)]
enum Segment {
    Literal(&'static str),
    Name(&'static str),
}

impl Matching {
    /// Joins a face's routes with the vendor's known ones.
    pub fn new(face: &dyn Face) -> Self {
        let mut offered: BTreeMap<usize, Vec<(Vec<Segment>, Route)>> = BTreeMap::new();
        for route in face.routes() {
            let segments = segments(route.path);
            offered
                .entry(segments.len())
                .or_default()
                .push((segments, route));
        }
        // Literal segments are tried before names: `/v1/customers/search` is not the customer `search`.
        for routes in offered.values_mut() {
            routes.sort_by_key(|(segments, _)| {
                segments
                    .iter()
                    .map(|segment| matches!(segment, Segment::Name(_)))
                    .collect::<Vec<_>>()
            });
        }
        let mut known: BTreeMap<usize, Vec<(Method, Vec<Segment>)>> = BTreeMap::new();
        for line in known_routes(face.vendor())
            .lines()
            .filter(|line| !line.starts_with('#'))
        {
            let mut words = line.split_whitespace();
            let (Some(method), Some(path)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(method) = method.parse() else { continue };
            let segments = segments(path);
            known
                .entry(segments.len())
                .or_default()
                .push((method, segments));
        }
        Self { offered, known }
    }

    /// What a request's method and path stand for.
    pub fn find(&self, method: &Method, path: &str) -> Matched<'_> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let of_this_length = self.known.get(&parts.len()).into_iter().flatten();
        // How literally the vendor's own routes name this path: `/v1/invoices/search` is not the invoice `search`.
        let known = of_this_length
            .filter(|(known, segments)| known == method && fits(segments, &parts).is_some())
            .map(|(_, segments)| literals(segments))
            .max();
        for (segments, route) in self.offered.get(&parts.len()).into_iter().flatten() {
            if route.method == *method
                && known.is_none_or(|known| known <= literals(segments))
                && let Some(params) = fits(segments, &parts)
            {
                return Matched::Offered(route, params);
            }
        }
        if known.is_some() {
            return Matched::NotOffered(self.nearest(method, &parts));
        }
        Matched::Unknown
    }

    /// The offered operation whose path begins most alike; the same method wins a tie.
    fn nearest(&self, method: &Method, parts: &[&str]) -> Option<&'static str> {
        let alike = |segments: &[Segment]| {
            segments.iter().zip(parts).take_while(|(segment, part)| matches!(segment, Segment::Literal(literal) if literal == *part)).count()
        };
        let routes = self.offered.values().flatten();
        let best =
            routes.max_by_key(|(segments, route)| (alike(segments), route.method == *method))?;
        (alike(&best.0) > 1).then_some(best.1.operation)
    }
}

fn literals(segments: &[Segment]) -> usize {
    segments
        .iter()
        .filter(|segment| matches!(segment, Segment::Literal(_)))
        .count()
}

fn segments(path: &'static str) -> Vec<Segment> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(|part| {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                Some(name) => Segment::Name(name),
                None => Segment::Literal(part),
            }
        })
        .collect()
}

fn fits(segments: &[Segment], parts: &[&str]) -> Option<Params> {
    let alike = |(segment, part): (&Segment, &&str)| match segment {
        Segment::Literal(literal) => literal == part,
        Segment::Name(_) => true,
    };
    // Most routes of a length fail on a literal: nothing is decoded before all of those agree.
    if !segments.iter().zip(parts).all(alike) {
        return None;
    }
    let named = segments.iter().zip(parts);
    Some(
        named
            .filter_map(|(segment, part)| match segment {
                Segment::Literal(_) => None,
                Segment::Name(name) => Some((*name, percent_decoded(part))),
            })
            .collect(),
    )
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

/// Routes that an official SDK of the vendor can call.
const fn known_routes(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Billing => include_str!("../../../../fixtures/routes/billing.txt"),
        Vendor::Crm => include_str!("../../../../fixtures/routes/crm.txt"),
        Vendor::Inbox => include_str!("../../../../fixtures/routes/inbox.txt"),
        Vendor::Office => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors::billing::Billing;

    fn found(method: &str, path: &str) -> String {
        match Matching::new(&Billing).find(&method.parse().unwrap(), path) {
            Matched::Offered(route, params) => format!("{} {params:?}", route.operation),
            Matched::NotOffered(nearest) => {
                format!("not offered, near {}", nearest.unwrap_or("nothing"))
            }
            Matched::Unknown => "unknown".to_owned(),
        }
    }

    #[test]
    fn literal_segments_win_over_names() {
        assert_eq!(found("GET", "/v1/customers/search"), "search_customers {}");
        assert_eq!(
            found("GET", "/v1/customers/cus_%31"),
            r#"get_customer {"id": "cus_1"}"#
        );
        assert!(found("GET", "/v1/invoices/search").starts_with("not offered"));
    }

    #[test]
    fn what_the_vendor_has_and_we_lack_is_told_from_what_nobody_has() {
        assert!(found("POST", "/v1/subscriptions").starts_with("not offered"));
        assert_eq!(found("GET", "/v1/unicorns"), "unknown");
    }
}
