//! Mail that comes as a file rather than in JSON: `media` and `multipart` uploads.
//!
//! Called by [`super::parts`] for paths under `/upload`. Resumable uploads are not offered, see [`super::asking`].

use http::header::CONTENT_TYPE;
use muddle_world::call::{Problem, ProblemKind};
use serde_json::{Map, Value};

use super::parts::bounded;
use crate::vendors::Wire;

/// Pieces of an upload that are read: the JSON, and the mail.
const PIECES_MAX: usize = 2;

/// What came: the JSON beside the mail, and the mail.
pub struct Upload {
    /// As in a request without upload, `raw` left out.
    pub json: Map<String, Value>,
    /// RFC 822.
    pub mail: Vec<u8>,
}

/// Reads an upload; none if the path takes none.
pub fn read(wire: &Wire<'_>) -> Option<Result<Upload, Problem>> {
    wire.path.starts_with("/upload/").then(|| {
        let kind = wire.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.to_ascii_lowercase().starts_with("multipart/") {
            related(wire.body, kind)
        } else if wire.body.is_empty() {
            Err(bad("Media type 'message/rfc822' is required."))
        } else {
            Ok(Upload {
                json: Map::new(),
                mail: wire.body.to_vec(),
            })
        }
    })
}

/// `multipart/related`: JSON, then the mail.
fn related(body: &[u8], kind: &str) -> Result<Upload, Problem> {
    let boundary = boundary(kind).ok_or_else(|| bad("Missing multipart boundary."))?;
    let pieces = split(body, format!("--{boundary}").as_bytes());
    let [json, mail, ..] = pieces[..] else {
        return Err(bad("Missing end boundary in multipart body."));
    };
    let json = content(json).trim_ascii();
    let json = if json.is_empty() { b"{}" } else { json };
    bounded(json)?;
    match serde_json::from_slice(json) {
        Ok(Value::Object(json)) => Ok(Upload {
            json,
            mail: content(mail).to_vec(),
        }),
        _ => Err(bad("Invalid JSON in the first part of the multipart body.")),
    }
}

fn boundary(kind: &str) -> Option<String> {
    let params = kind.split(';').skip(1);
    let mut pairs = params.filter_map(|param| param.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    let value = value.trim().trim_matches('"');
    (!value.is_empty()).then(|| value.to_owned())
}

/// What lies between lines that begin with the delimiter, the line end before it left out.
fn split<'a>(body: &'a [u8], delimiter: &[u8]) -> Vec<&'a [u8]> {
    let at_line = |at: usize| at == 0 || body[at - 1] == b'\n';
    let starts: Vec<usize> = (0..body.len())
        .filter(|at| body[*at] == b'-' && at_line(*at) && body[*at..].starts_with(delimiter))
        .take(PIECES_MAX + 1)
        .collect();
    let pieces = starts.windows(2).map(|pair| {
        let piece = &body[pair[0] + delimiter.len()..pair[1]];
        let piece = piece.strip_suffix(b"\n").unwrap_or(piece);
        piece.strip_suffix(b"\r").unwrap_or(piece)
    });
    pieces.collect()
}

/// A part behind its headers.
fn content(part: &[u8]) -> &[u8] {
    let mut rest = part;
    // The first line is what is left of the delimiter's own.
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, tail) = rest.split_at(end + 1);
        let first = rest.len() == part.len();
        rest = tail;
        if !first && line.trim_ascii().is_empty() {
            return rest;
        }
    }
    b""
}

fn bad(message: &str) -> Problem {
    Problem {
        kind: ProblemKind::BadMime,
        param: None,
        message: message.into(),
    }
}
