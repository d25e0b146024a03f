//! One line of a pack as a tree of pieces.
//!
//! Called by `book` when packs are read and by `telling` when a line is told. The notation: `{slot}` a fact, `{@pool}`
//! a line of another pool, `{+photo}` a file that comes along, `[one|other|]` a choice (nested at will), `\n` a line
//! break, a backslash before any mark to mean the mark itself.

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Slot(String),
    Pool(String),
    Attach(String),
    Either(Vec<Vec<Piece>>),
}

/// The tree of a line, or what is wrong with it.
pub(super) fn parse(line: &str) -> Result<Vec<Piece>, String> {
    let mut reader = Reader {
        rest: line.chars().peekable(),
    };
    let pieces = reader.sequence(false)?;
    match reader.rest.next() {
        None => Ok(pieces),
        Some(c) => Err(format!("`{c}` closes a choice that was not opened")),
    }
}

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
}

impl Reader<'_> {
    fn sequence(&mut self, inside: bool) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(&c) = self.rest.peek() {
            if c == ']' || (c == '|' && inside) {
                break;
            }
            self.rest.next();
            match c {
                '\\' => text.push(match self.rest.next() {
                    Some('n') => '\n',
                    Some(mark) => mark,
                    None => return Err("a backslash ends the line".to_owned()),
                }),
                '{' => {
                    flush(&mut text, &mut pieces);
                    pieces.push(self.slot()?);
                }
                '[' => {
                    flush(&mut text, &mut pieces);
                    pieces.push(self.either()?);
                }
                _ => text.push(c),
            }
        }
        flush(&mut text, &mut pieces);
        Ok(pieces)
    }

    fn slot(&mut self) -> Result<Piece, String> {
        let mut name = String::new();
        loop {
            match self.rest.next() {
                Some('}') => break,
                Some(c) => name.push(c),
                None => return Err(format!("`{{{name}` is not closed")),
            }
        }
        Ok(match name.chars().next() {
            Some('@') => Piece::Pool(name[1..].to_owned()),
            Some('+') => Piece::Attach(name[1..].to_owned()),
            Some(_) => Piece::Slot(name),
            None => return Err("`{}` names nothing".to_owned()),
        })
    }

    fn either(&mut self) -> Result<Piece, String> {
        let mut branches = Vec::new();
        loop {
            branches.push(self.sequence(true)?);
            match self.rest.next() {
                Some('|') => {}
                Some(_) => return Ok(Piece::Either(branches)),
                None => return Err("`[` is not closed".to_owned()),
            }
        }
    }
}

fn flush(text: &mut String, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text)));
    }
}

/// Calls `visit` for every piece of a tree.
pub(super) fn walk<'a>(pieces: &'a [Piece], visit: &mut impl FnMut(&'a Piece)) {
    for piece in pieces {
        visit(piece);
        if let Piece::Either(branches) = piece {
            for branch in branches {
                walk(branch, visit);
            }
        }
    }
}
