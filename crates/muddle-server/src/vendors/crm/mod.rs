//! The CRM's wire face: HubSpot's dialect.
//!
//! [`routes`] and [`parse`] go from the wire to a call, [`bodies`] and [`frame`] from an answer to JSON, [`errors`]
//! says no. One handler serves the `v3` and the dated paths. Times are written as ISO 8601, values as text.

mod bodies;
mod errors;
mod frame;
mod given;
mod limits;
mod lists;
mod parse;
mod routes;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use muddle_world::crm;
use muddle_world::fault::Kind;
use muddle_world::reply::Answer;
use muddle_world::vendor::Vendor;
use serde::Serialize;

use super::{Face, Rendered, Route, Scene, json_bytes};

/// HubSpot's dialect.
#[derive(Clone, Copy, Debug, Default)]
pub struct Crm;

impl Face for Crm {
    fn vendor(&self) -> Vendor {
        Vendor::Crm
    }

    fn routes(&self) -> Vec<Route> {
        routes::routes()
    }

    fn render(&self, answer: &Answer, scene: &Scene<'_>) -> Rendered {
        match answer {
            Answer::Crm(crm::Answer::Refused(refusal)) => errors::refused(refusal, scene),
            Answer::Crm(answer) => said(answer, scene),
            Answer::Denied(denial) => errors::denied(denial, scene),
            Answer::Billing(_) | Answer::Inbox(_) | Answer::Office(_) => {
                unreachable!("the CRM's face is given the CRM's answers")
            }
        }
    }

    fn injected(&self, fault: &Kind, scene: &Scene<'_>) -> Rendered {
        errors::injected(fault, scene)
    }
}

fn said(answer: &crm::Answer, scene: &Scene<'_>) -> Rendered {
    match answer {
        crm::Answer::Done => bodiless(scene),
        answer => frame::render(answer, scene).unwrap_or_else(|| bodies::render(answer, scene)),
    }
}

/// A body with the headers that every answer of this vendor with one has.
fn spelled(scene: &Scene<'_>, status: u16, body: &impl Serialize) -> Rendered {
    with_limits(limits::of(scene), status, body)
}

/// A body with this account of the rate limit.
fn with_limits(
    mut headers: Vec<(HeaderName, HeaderValue)>,
    status: u16,
    body: &impl Serialize,
) -> Rendered {
    headers.push((
        CONTENT_TYPE,
        HeaderValue::from_static("application/json;charset=utf-8"),
    ));
    Rendered {
        status,
        headers,
        body: Bytes::from(json_bytes(512, body)),
    }
}

/// The same with this scene's status.
fn json(scene: &Scene<'_>, body: &impl Serialize) -> Rendered {
    spelled(scene, scene.status, body)
}

/// No body at all.
fn bodiless(scene: &Scene<'_>) -> Rendered {
    Rendered {
        status: scene.status,
        headers: limits::of(scene),
        body: Bytes::new(),
    }
}
