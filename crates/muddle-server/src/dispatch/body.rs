//! The body of a request as it comes off the connection.
//!
//! Called by [`super::dispatch`] once it knows whether the key is anybody's. Invariant: never more than the vendor's limit is
//! kept in memory, and of a body that nobody will look at, nothing; what is over is read all the same, up to
//! [`BODY_BYTES_DRAINED_MAX`], so that its sender gets to see the answer.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use muddle_office::limits::LARGE_BYTES_MIN;
use muddle_office::load::Room;

use crate::ours::OurError;
use crate::state::BODY_BYTES_DRAINED_MAX;

/// A body within the limit, or the fact that it was longer.
pub(super) enum Body {
    Whole(Bytes),
    TooLarge,
}

/// How many bytes a body may turn out to have, as far as its head tells; none where it is over `limit` already.
pub(super) fn announced(body: &axum::body::Body, limit: usize) -> Option<usize> {
    let hint = http_body::Body::size_hint(body);
    if hint.lower() > limit as u64 {
        return None;
    }
    let upper = hint.upper().unwrap_or(u64::MAX).min(limit as u64);
    usize::try_from(upper).ok()
}

/// Keeps a body of up to `limit` bytes; of a longer one nothing, but it is drained. Once a large one has begun to come it
/// waits for `room`, which is given the bytes it may have: a sender that dribbles never gets that far.
pub(super) async fn read<R: Future<Output = Result<Room, OurError>>>(
    mut body: axum::body::Body,
    limit: usize,
    room: impl FnOnce(usize) -> R,
) -> Result<(Body, Option<Room>), OurError> {
    let Some(about) = announced(&body, limit) else {
        drain(body, BODY_BYTES_DRAINED_MAX).await?;
        return Ok((Body::TooLarge, None));
    };
    let exact = http_body::Body::size_hint(&body).exact().is_some();
    let mut room = (about > LARGE_BYTES_MIN).then_some(room);
    let mut held = None;
    let mut kept = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| OurError::unreadable())?;
        let Some(part) = frame.data_ref() else {
            continue;
        };
        if kept.len() + part.len() > limit {
            drop(kept);
            drain(body, BODY_BYTES_DRAINED_MAX - limit).await?;
            return Ok((Body::TooLarge, None));
        }
        if kept.len() + part.len() > LARGE_BYTES_MIN
            && let Some(room) = room.take()
        {
            held = Some(room(about).await?);
            kept.reserve(if exact { about - kept.len() } else { 0 });
        }
        kept.extend_from_slice(part);
    }
    Ok((Body::Whole(kept.freeze()), held))
}

/// Reads a body to its end, or until it turns out longer than `bytes_max`, and keeps nothing. True at its end.
pub(super) async fn drain(mut body: axum::body::Body, bytes_max: usize) -> Result<bool, OurError> {
    let mut left = bytes_max;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| OurError::unreadable())?;
        match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
            Some(fewer) => left = fewer,
            None => return Ok(false),
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const PART: usize = 1 << 20;

    async fn room(_bytes: usize) -> Result<Room, OurError> {
        Ok((None, None))
    }

    /// A body of so many mebibytes, and how many of them were asked for so far.
    fn parts(count: usize) -> (axum::body::Body, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = asked.clone();
        let part = Bytes::from(vec![b'x'; PART]);
        let parts = (0..count).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, Infallible>(part.clone())
        });
        let stream = futures_util::stream::iter(parts);
        (axum::body::Body::from_stream(stream), asked)
    }

    #[tokio::test]
    async fn a_body_is_kept_up_to_the_limit_and_read_to_the_end_beyond_it() {
        for (count, whole) in [(0, true), (3, true), (4, false), (40, false)] {
            let (body, asked) = parts(count);
            let kept = match read(body, 3 * PART, room).await {
                Ok((Body::Whole(bytes), _)) => Some(bytes.len()),
                Ok((Body::TooLarge, _)) => None,
                Err(_) => panic!("a body of {count} parts can be read"),
            };
            assert_eq!(kept, whole.then_some(count * PART));
            assert_eq!(asked.load(Ordering::Relaxed), count);
        }
    }

    #[tokio::test]
    async fn a_body_without_an_end_is_given_up_on() {
        let (body, asked) = parts(1_000);
        assert!(matches!(
            read(body, 3 * PART, room).await,
            Ok((Body::TooLarge, _))
        ));
        assert!(asked.load(Ordering::Relaxed) <= 2 + BODY_BYTES_DRAINED_MAX / PART);
        let (body, asked) = parts(1_000);
        assert!(matches!(drain(body, 5 * PART).await, Ok(false)));
        assert_eq!(asked.load(Ordering::Relaxed), 6);
    }
}
