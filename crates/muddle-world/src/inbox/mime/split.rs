//! Where the parts of a mail lie: one pass over its lines, with a stack of the parts that are open.
//!
//! Called by [`super::read`]. Linear in the mail, and no deeper than a named limit whatever it holds: a multipart or a
//! mail below that is one attachment of unknown type, and so is all that follows the last part that is read. A
//! boundary's line closes every part above the one it belongs to. Only mails in base64 or quoted-printable take a
//! second pass, since they must be decoded first.

use std::collections::BTreeMap;
use std::ops::Range;

use mail_parser::MessageParser;

use super::Part;
use super::head::{Head, Kind};
use super::header::{is_blank, is_continuation, line_at};
use crate::inbox::limits::{
    MIME_DEPTH_MAX, MIME_ENCODED_DEPTH_MAX, MIME_PARTS_MAX, PART_HEADERS_BYTES_MAX,
    PART_HEADERS_MAX,
};

/// Reads a mail's tree of parts; none if there is neither a header nor an empty line.
pub fn tree(raw: &[u8]) -> Option<Part> {
    let parser = MessageParser::new()
        .with_mime_headers()
        .default_header_text();
    let mut left = Left {
        parts: MIME_PARTS_MAX,
        headers: PART_HEADERS_MAX,
        header_bytes: PART_HEADERS_BYTES_MAX,
        encoded: MIME_ENCODED_DEPTH_MAX,
    };
    tree_below(raw, &parser, &mut left, 0, "")
}

/// What may still be read of one mail, over all its parts.
struct Left {
    parts: usize,
    headers: usize,
    header_bytes: usize,
    encoded: usize,
}

/// As [`tree`], for a mail that lies `depth` deep in another, as the part `id`.
fn tree_below(
    raw: &[u8],
    parser: &MessageParser,
    left: &mut Left,
    depth: usize,
    id: &str,
) -> Option<Part> {
    let mut splitter = Splitter {
        raw,
        at: 0,
        parser,
        left,
        depth,
        nodes: Vec::new(),
        open: Vec::new(),
        boundaries: BTreeMap::new(),
    };
    splitter.split();
    let nodes = splitter.nodes;
    let root = nodes.first()?;
    if root.head.headers.is_empty() && !root.whole {
        return None;
    }
    build(raw, nodes, parser, left, id)
}

/// A part as it was found.
struct Node {
    parent: Option<usize>,
    /// Multiparts and mails around it.
    depth: usize,
    head: Head,
    body: Range<usize>,
    /// Its headers ended with an empty line.
    whole: bool,
    /// A line of its boundary was met, or a mail in it.
    holds_parts: bool,
}

struct Splitter<'a, 'b> {
    raw: &'a [u8],
    at: usize,
    parser: &'b MessageParser,
    left: &'b mut Left,
    /// Depth at which this mail lies in another.
    depth: usize,
    nodes: Vec<Node>,
    /// The parts that are open, as places in `nodes`; all but the last hold others.
    open: Vec<usize>,
    /// Boundaries of open multiparts, and where these stand in `open`, the innermost last.
    boundaries: BTreeMap<Vec<u8>, Vec<usize>>,
}

/// A boundary's line.
#[derive(Clone, Copy)]
struct Delimiter {
    /// Whose it is, as a place in `open`.
    owner: usize,
    /// It ends the multipart.
    last: bool,
}

impl Splitter<'_, '_> {
    fn split(&mut self) {
        let mut begins = true;
        // What follows the end of the outermost multipart is no part of the mail.
        while self.at < self.raw.len() && (self.nodes.is_empty() || !self.open.is_empty()) {
            if begins {
                begins = self.begin();
                continue;
            }
            let start = self.at;
            let line = line_at(self.raw, start);
            self.at += line.len();
            if let Some(delimiter) = self.delimiter(line) {
                begins = self.arrive(delimiter, start);
            }
        }
        self.close_to(0, self.raw.len());
    }

    /// A part begins here: reads its headers. Tells whether another part begins right after them.
    fn begin(&mut self) -> bool {
        let start = self.at;
        let mut headers = 0;
        let mut whole = false;
        let mut met = None;
        while self.at < self.raw.len() {
            let line = line_at(self.raw, self.at);
            met = self.delimiter(line);
            if met.is_some() {
                break;
            }
            self.at += line.len();
            whole = is_blank(line);
            if whole {
                break;
            }
            headers += usize::from(!is_continuation(line));
        }
        let end = self.at;
        let parent = self.open.last().copied();
        let in_mail = parent.is_some_and(|parent| self.nodes[parent].head.kind == Kind::Mail);
        if end > start || !in_mail {
            self.add(parent, start..end, headers, whole);
        }
        let Some(delimiter) = met else {
            let last = self.nodes.last();
            return last
                .is_some_and(|node| node.head.holds_parts() && node.head.kind == Kind::Mail);
        };
        self.at += line_at(self.raw, end).len();
        self.arrive(delimiter, end)
    }

    /// Adds the part with these headers, open.
    fn add(&mut self, parent: Option<usize>, block: Range<usize>, headers: usize, whole: bool) {
        if self.left.parts == 0 {
            self.at = self.raw.len();
            return;
        }
        self.left.parts -= 1;
        let depth = self.depth + self.open.len();
        let room = self.left.parts > 0
            && headers <= self.left.headers
            && block.len() <= self.left.header_bytes;
        let (head, body) = if room {
            self.left.headers -= headers;
            self.left.header_bytes -= block.len();
            let digest = parent.is_some_and(|parent| self.nodes[parent].head.digest);
            let mut head = Head::read(self.parser, &self.raw[block.clone()], digest);
            if depth >= MIME_DEPTH_MAX && matches!(head.kind, Kind::Multipart | Kind::Mail) {
                head = Head::unknown(head.headers);
            }
            (head, block.end)
        } else {
            // The last part takes all that follows, headers and boundaries too.
            self.left.parts = 0;
            self.at = self.raw.len();
            (Head::unknown(Vec::new()), block.start)
        };
        let place = self.nodes.len();
        if head.kind == Kind::Multipart {
            let owners = self.boundaries.entry(head.boundary.clone()).or_default();
            owners.push(self.open.len());
        }
        if let Some(parent) = parent {
            self.nodes[parent].holds_parts = true;
        }
        self.nodes.push(Node {
            parent,
            depth,
            body: body..self.raw.len(),
            head,
            whole,
            holds_parts: false,
        });
        self.open.push(place);
    }

    /// Whose boundary a line is, if it is one.
    fn delimiter(&self, line: &[u8]) -> Option<Delimiter> {
        let text = line.strip_prefix(b"--")?.trim_ascii_end();
        let owner = |text: &[u8]| self.boundaries.get(text)?.last().copied();
        match owner(text) {
            Some(owner) => Some(Delimiter { owner, last: false }),
            None => Some(Delimiter {
                owner: owner(text.strip_suffix(b"--")?.trim_ascii_end())?,
                last: true,
            }),
        }
    }

    /// A boundary's line was met, beginning at `line`. Tells whether another part begins after it.
    fn arrive(&mut self, delimiter: Delimiter, line: usize) -> bool {
        // The line end before a boundary belongs to it.
        let before = &self.raw[..line];
        let before = before.strip_suffix(b"\n").unwrap_or(before);
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        self.close_to(delimiter.owner + 1, before.len());
        if let Some(owner) = self.open.last() {
            self.nodes[*owner].holds_parts = true;
        }
        if delimiter.last {
            self.close_to(delimiter.owner, line);
        }
        !delimiter.last
    }

    /// Closes the open parts from `keep` on, their bodies ending at `end`.
    fn close_to(&mut self, keep: usize, end: usize) {
        for place in self.open.drain(keep..).rev() {
            let node = &mut self.nodes[place];
            node.body.end = end.max(node.body.start);
            if node.head.kind == Kind::Multipart
                && let Some(owners) = self.boundaries.get_mut(&node.head.boundary)
            {
                owners.pop();
            }
        }
    }
}

/// From the parts as they were found, each after the one around it, to the tree.
fn build(
    raw: &[u8],
    nodes: Vec<Node>,
    parser: &MessageParser,
    left: &mut Left,
    id: &str,
) -> Option<Part> {
    let mut parents = Vec::with_capacity(nodes.len());
    let mut parts: Vec<Part> = Vec::with_capacity(nodes.len());
    let mut counts = vec![0; nodes.len()];
    for node in nodes {
        let id = match node.parent {
            None => id.to_owned(),
            Some(parent) => {
                let n: usize = counts[parent];
                counts[parent] += 1;
                below(&parts[parent].id, n)
            }
        };
        parents.push(node.parent);
        parts.push(part(raw, node, parser, left, id));
    }
    // From the end, so that every part is whole when it goes into the one around it.
    while let Some(mut part) = parts.pop() {
        part.parts.reverse();
        match parents.pop()? {
            None => return Some(part),
            Some(parent) => parts[parent].parts.push(part),
        }
    }
    None
}

/// The part of a node, without those that were found in it.
fn part(raw: &[u8], node: Node, parser: &MessageParser, left: &mut Left, id: String) -> Part {
    let bytes = &raw[node.body];
    let head = node.head;
    let mut made = Part {
        id,
        ..Part::default()
    };
    if head.holds_parts() && node.holds_parts {
        // Those found in it are its content.
    } else if head.is_encoded_mail() {
        let decoded = head.bytes(bytes).unwrap_or_else(|| bytes.to_vec());
        let inner = if left.encoded > 0 && node.depth + 1 < MIME_DEPTH_MAX {
            left.encoded -= 1;
            let inside = below(&made.id, 0);
            let inner = tree_below(&decoded, parser, left, node.depth + 1, &inside);
            left.encoded += 1;
            inner
        } else {
            None
        };
        match inner {
            Some(inner) => made.parts = vec![inner],
            None => (made.body, made.attached) = (decoded, true),
        }
    } else {
        (made.body, made.attached) = head.shown(bytes);
    }
    made.mime_type = head.mime_type;
    made.filename = head.filename;
    made.headers = head.headers;
    made
}

fn below(id: &str, n: usize) -> String {
    match id {
        "" => n.to_string(),
        id => format!("{id}.{n}"),
    }
}
