//! Nested forms as the billing vendor reads them: `a[b][0]=c`, in a body or a query, to a tree.
//!
//! Used by `args` alone. Brackets may be percent-encoded, `a[]=` appends, `+` and `%20` are both a space, a name given
//! twice keeps its last value. Bytes that are no such form are refused as a whole.

use muddle_world::call::{Problem, ProblemKind};

/// Pairs in one request at most.
const PAIRS_MAX: usize = 1_000;
/// Brackets behind one name at most.
const DEPTH_MAX: usize = 8;

/// One value of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text.
    Leaf(String),
    /// Values by name; the items of a list are named by their numbers.
    Branch(Tree),
}

/// Values by name, in the order in which the names came.
pub type Tree = Vec<(String, Node)>;

/// Parses what a request carries in its query and its body.
pub fn parse(query: &str, body: &str) -> Result<Tree, Problem> {
    let mut tree = Tree::new();
    let pairs = query.split('&').chain(body.split('&'));
    for (nth, pair) in pairs.filter(|pair| !pair.is_empty()).enumerate() {
        if nth == PAIRS_MAX {
            return Err(bad("too many parameters"));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        let path = segments(&name)?;
        insert(&mut tree, &path, value)?;
    }
    Ok(tree)
}

/// The problem of bytes that are no form.
pub fn bad(why: &str) -> Problem {
    Problem {
        kind: ProblemKind::BadForm,
        param: None,
        message: format!(
            "Invalid request: {why}. (Check that your POST content type is application/x-www-form-urlencoded.)"
        )
        .into(),
    }
}

fn decode(text: &str) -> Result<String, Problem> {
    if !text.contains(['%', '+']) {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return Err(bad("a percent sign begins no escape")),
                }
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| bad("a parameter is not UTF-8"))
}

/// `a[b][0]` as `a`, `b`, `0`.
fn segments(name: &str) -> Result<Vec<&str>, Problem> {
    let (head, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut path = vec![head];
    while let Some(inner) = rest.strip_prefix('[') {
        let (segment, behind) = inner
            .split_once(']')
            .ok_or_else(|| bad("a bracket is not closed"))?;
        path.push(segment);
        rest = behind;
    }
    let astray = |segment: &&str| segment.contains(['[', ']']);
    if head.is_empty() || !rest.is_empty() || path.iter().any(astray) || path.len() > DEPTH_MAX {
        return Err(bad("brackets go astray"));
    }
    Ok(path)
}

fn insert(tree: &mut Tree, path: &[&str], value: String) -> Result<(), Problem> {
    let [first, below @ ..] = path else {
        return Ok(());
    };
    let name = if first.is_empty() {
        appended(tree, below)
    } else {
        (*first).to_owned()
    };
    let place = match tree.iter().position(|(known, _)| *known == name) {
        Some(place) => place,
        None => {
            tree.push((name, Node::Branch(Tree::new())));
            tree.len() - 1
        }
    };
    let node = &mut tree[place].1;
    if below.is_empty() {
        if matches!(node, Node::Branch(inner) if !inner.is_empty()) {
            return Err(bad("a parameter is both a value and a group"));
        }
        *node = Node::Leaf(value);
        return Ok(());
    }
    match node {
        Node::Branch(inner) => insert(inner, below, value),
        Node::Leaf(text) if text.is_empty() => {
            let mut inner = Tree::new();
            insert(&mut inner, below, value)?;
            *node = Node::Branch(inner);
            Ok(())
        }
        Node::Leaf(_) => Err(bad("a parameter is both a value and a group")),
    }
}

/// The number that `[]` stands for: the last item while it lacks what comes, a new one otherwise.
fn appended(tree: &Tree, below: &[&str]) -> String {
    let last = tree.len().checked_sub(1).map(|last| &tree[last]);
    match (last, below.first()) {
        (Some((name, Node::Branch(inner))), Some(next))
            if !inner.iter().any(|(known, _)| known == next) =>
        {
            name.clone()
        }
        _ => tree.len().to_string(),
    }
}

#[cfg(test)]
mod tests;
