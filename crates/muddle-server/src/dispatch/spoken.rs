//! What is said to a call that was decided: the face's answer with what a fault does to it, and how the socket gives it out.
//!
//! Made by [`super::dispatch`] from what the office told; calls the face and `garble`. Invariant: decides nothing and
//! touches no socket; the verdict is the world's, and `enact` carries the [`Enactment`] out.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use muddle_office::act::Told;
use muddle_office::limits::LARGE_BYTES_MIN;
use muddle_world::call::ProblemKind;
use muddle_world::fault::{Garble as How, Kind, Position, Verdict};
use muddle_world::inbox;
use muddle_world::reply::{Answer, Denial};
use tokio::time::Instant;

use super::asked::Asked;
use crate::enact::{Enactment, Ending, Garble, garble};
use crate::ours::OurError;
use crate::state::{ANSWER_BYTES_MAX, COUNTED_SLEEP_MS_MAX};
use crate::vendors::{Face, RateUse, Rendered, Scene};

/// What is about to be said.
pub(super) struct Spoken<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) told: &'a Told,
    pub(super) operation: Option<&'a str>,
    pub(super) key: Option<&'a str>,
    pub(super) address: &'a str,
    pub(super) waited: bool,
}

impl Spoken<'_> {
    /// About how many bytes an answer has that takes longer to spell than a worker thread may be kept.
    pub(super) fn large(&self) -> Option<usize> {
        let bytes = self.told.answer.as_ref().map_or(0, bytes_behind);
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        (bytes > LARGE_BYTES_MIN).then_some(bytes)
    }

    pub(super) fn response(&self, face: &dyn Face) -> http::Response<Bytes> {
        let told = self.told;
        let request_id = format!("{:016x}", told.request);
        let original = told
            .original_request
            .map(|request| format!("{request:016x}"));
        let scene = Scene {
            method: &self.asked.method,
            path: self.asked.uri.path(),
            query: self.asked.query(),
            status: told.status,
            request_id: &request_id,
            original_request_id: original.as_deref(),
            at: told.at,
            up: told.up,
            base_url: &self.asked.base_url,
            address: self.address,
            headers: self.asked.headers,
            operation: self.operation,
            idempotency_key: self.key,
            rate: told.rate.map(|(units, used, window_ms, opens_up)| RateUse {
                units,
                used,
                window_ms,
                opens_up,
            }),
        };
        let verdict = told.verdict.as_ref().filter(|_| !self.waited);
        let mut rendered = match (
            verdict.map(|verdict| (&verdict.effect, verdict.position)),
            &told.answer,
        ) {
            (
                Some((
                    kind @ (Kind::Error { .. } | Kind::Throttle { .. } | Kind::QuotaExhausted),
                    _,
                )),
                _,
            ) => face.injected(kind, &scene),
            // Body faults before the effect have nothing decided to spoil: they bite on a 503.
            (Some((Kind::Cut { .. } | Kind::Garble { .. }, Position::Before)), _) => face.injected(
                &Kind::Error {
                    status: 503,
                    code: None,
                },
                &scene,
            ),
            (_, Some(Answer::Denied(Denial::Malformed(problem))))
                if problem.kind == ProblemKind::UrlTooLong =>
            {
                url_too_long()
            }
            (_, Some(answer)) => face.render(answer, &scene),
            (_, None) => return OurError::broken().rendered(),
        };
        if rendered.body.len() > ANSWER_BYTES_MAX {
            return OurError::answer_too_large().rendered();
        }
        if let Some((Kind::Garble { how }, _)) =
            verdict.map(|verdict| (&verdict.effect, verdict.position))
        {
            spoil(
                &mut rendered,
                *how,
                verdict.map_or(0, |verdict| verdict.draw),
            );
        }
        rendered.into_response_bytes()
    }

    pub(super) fn enactment(
        &self,
        verdict: Option<&Verdict>,
        real_latency: bool,
        received_at: Instant,
    ) -> Enactment {
        let asked_ms = verdict.map_or(0, |verdict| match &verdict.effect {
            Kind::Delay { .. } => verdict.delay_ms.unwrap_or(0),
            Kind::Hang { for_ms: Some(ms) } if self.waited || self.told.counted => *ms,
            _ => 0,
        });
        let asked_ms = u64::try_from(asked_ms).unwrap_or(0);
        let asked_delay_ms = if self.told.counted && !real_latency {
            asked_ms.min(COUNTED_SLEEP_MS_MAX)
        } else {
            asked_ms
        };
        let ending = match verdict.map(|verdict| (&verdict.effect, verdict.position)) {
            Some((Kind::Reset, _)) => Ending::Reset,
            Some((Kind::Close, _)) => Ending::Close,
            Some((Kind::Cut { after_bytes }, _)) => Ending::Cut {
                after_bytes: *after_bytes,
            },
            Some((Kind::Hang { for_ms }, Position::After)) => Ending::Hang {
                for_ms: for_ms.and_then(|ms| u64::try_from(ms).ok()),
            },
            _ => Ending::Whole,
        };
        Enactment {
            ending,
            asked_delay_ms,
            received_at,
        }
    }
}

/// Bytes of mail that have to be taken apart to spell an answer; other answers are made of short records.
fn bytes_behind(answer: &Answer) -> u64 {
    let shown = |shown: &inbox::Shown| match shown.showing.format {
        inbox::Format::Minimal => 0,
        inbox::Format::Full | inbox::Format::Raw | inbox::Format::Metadata => shown.message.size,
    };
    match answer {
        Answer::Inbox(inbox::Answer::Message(message) | inbox::Answer::Draft { message, .. }) => {
            shown(message)
        }
        Answer::Inbox(inbox::Answer::Thread { messages, .. }) => messages.iter().map(shown).sum(),
        Answer::Inbox(inbox::Answer::Attachment(bytes)) => bytes.len() as u64,
        _ => 0,
    }
}

/// What a vendor's servers say before any of its software sees the request.
fn url_too_long() -> Rendered {
    Rendered {
        status: StatusCode::URI_TOO_LONG.as_u16(),
        headers: vec![(CONTENT_TYPE, HeaderValue::from_static("text/html"))],
        body: Bytes::from_static(
            b"<html>\r\n<head><title>414 Request-URI Too Large</title></head>\r\n\
              <body>\r\n<center><h1>414 Request-URI Too Large</h1></center>\r\n</body>\r\n</html>\r\n",
        ),
    }
}

fn spoil(rendered: &mut Rendered, how: How, draw: u64) {
    let kind = match how {
        How::BitFlip => Garble::BitFlip,
        How::RandomBytes => Garble::RandomBytes,
        How::HtmlPage => Garble::HtmlPage,
    };
    let (body, content_type) = garble(kind, rendered.body.clone(), draw);
    rendered.body = body;
    if let Some(content_type) = content_type {
        rendered.status = StatusCode::OK.as_u16();
        rendered.headers.retain(|(name, _)| name != CONTENT_TYPE);
        rendered
            .headers
            .push((CONTENT_TYPE, HeaderValue::from_static(content_type)));
    }
}
