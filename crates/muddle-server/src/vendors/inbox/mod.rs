//! The mailbox in Gmail's dialect.
//!
//! [`routes`] is the one list of what is offered; [`asking`] reads requests, [`telling`] spells answers, [`refusing`]
//! spells errors. Mail is taken apart in the world; here its tree is only written down. No rule is decided here.

mod asking;
mod partial;
mod parts;
mod refusing;
mod routes;
mod shapes;
mod telling;
mod upload;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use muddle_world::fault::Kind;
use muddle_world::inbox;
use muddle_world::reply::Answer;
use muddle_world::vendor::Vendor;

use super::{Face, Rendered, Route, Scene};

/// Gmail's face.
#[derive(Clone, Copy, Debug, Default)]
pub struct Inbox;

impl Face for Inbox {
    fn vendor(&self) -> Vendor {
        Vendor::Inbox
    }

    fn routes(&self) -> Vec<Route> {
        routes::all()
    }

    fn render(&self, answer: &Answer, scene: &Scene<'_>) -> Rendered {
        match answer {
            Answer::Inbox(inbox::Answer::Refused(refusal)) => refusing::refused(refusal),
            Answer::Inbox(inbox::Answer::Done) => Rendered {
                status: scene.status,
                headers: Vec::new(),
                body: Bytes::new(),
            },
            Answer::Inbox(answer) => {
                let operation = scene.operation.unwrap_or_default();
                // A selection that is no such thing was refused when the request was read.
                let selection = asking::selection(scene.query, operation).ok().flatten();
                json(scene.status, telling::body(answer, selection.as_ref()))
            }
            Answer::Denied(denial) => refusing::denied(denial, scene),
            Answer::Billing(_) | Answer::Crm(_) | Answer::Office(_) => {
                unreachable!("the mailbox spells its own answers")
            }
        }
    }

    fn injected(&self, fault: &Kind, scene: &Scene<'_>) -> Rendered {
        refusing::injected(fault, scene)
    }
}

fn json(status: u16, body: Vec<u8>) -> Rendered {
    Rendered {
        status,
        headers: vec![
            (
                CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=UTF-8"),
            ),
            (
                HeaderName::from_static("cache-control"),
                HeaderValue::from_static("private"),
            ),
        ],
        body: body.into(),
    }
}
