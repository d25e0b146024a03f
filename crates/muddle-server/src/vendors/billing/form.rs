//! Nested forms as the billing vendor reads them: `a[b][0]=c`, in a body or a query, to a tree.
//!
//! Used by `args` alone. Brackets may be percent-encoded, `a[]=` appends, `+` and `%20` are both a space, a name given
//! twice keeps its last value. Bytes that are no such form are refused as a whole, and so is a form beyond `limits`:
//! nothing here goes deeper than [`BRACKETS_MAX`] or looks at more than [`PARAMETERS_MAX`] pairs.

use std::collections::BTreeMap;

use muddle_world::call::{Problem, ProblemKind};

use super::limits::{BRACKETS_MAX, PARAMETER_NAME_BYTES_MAX, PARAMETERS_MAX};

/// One value of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text.
    Leaf(String),
    /// Values by name; the items of a list are named by their numbers.
    Branch(Tree),
}

/// Values by name, each with its place in the order in which the names came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    nodes: BTreeMap<String, (usize, Node)>,
    /// The name that came last.
    last: Option<String>,
}

impl Tree {
    /// Takes a value out.
    pub fn take(&mut self, name: &str) -> Option<Node> {
        self.nodes.remove(name).map(|(_, node)| node)
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The values in the order in which their names came.
    pub fn into_ordered(self) -> Vec<(String, Node)> {
        let mut nodes: Vec<_> = self.nodes.into_iter().collect();
        nodes.sort_by_key(|(_, (place, _))| *place);
        let nodes = nodes.into_iter();
        nodes.map(|(name, (_, node))| (name, node)).collect()
    }

    fn entry(&mut self, name: String) -> &mut Node {
        let place = self.nodes.len();
        if self.last.as_ref() != Some(&name) && !self.nodes.contains_key(&name) {
            self.last = Some(name.clone());
        }
        let fresh = || (place, Node::Branch(Self::default()));
        &mut self.nodes.entry(name).or_insert_with(fresh).1
    }

    fn insert(&mut self, path: &[&str], value: String) -> Result<(), Problem> {
        let [first, below @ ..] = path else {
            return Ok(());
        };
        let name = if first.is_empty() {
            self.appended(below)
        } else {
            (*first).to_owned()
        };
        let node = self.entry(name);
        if below.is_empty() {
            if matches!(node, Node::Branch(inner) if inner.len() > 0) {
                return Err(bad("a parameter is both a value and a group"));
            }
            *node = Node::Leaf(value);
            return Ok(());
        }
        match node {
            Node::Branch(inner) => inner.insert(below, value),
            Node::Leaf(text) if text.is_empty() => {
                let mut inner = Self::default();
                inner.insert(below, value)?;
                *node = Node::Branch(inner);
                Ok(())
            }
            Node::Leaf(_) => Err(bad("a parameter is both a value and a group")),
        }
    }

    /// The number that `[]` stands for: the last item while it lacks what comes, a new one otherwise.
    fn appended(&self, below: &[&str]) -> String {
        let last = self.last.as_ref();
        let last = last.and_then(|name| Some((name, self.nodes.get(name)?)));
        match (last, below.first()) {
            (Some((name, (_, Node::Branch(inner)))), Some(next))
                if !inner.nodes.contains_key(*next) =>
            {
                name.clone()
            }
            _ => self.nodes.len().to_string(),
        }
    }
}

/// Parses what a request carries in its query and its body.
pub fn parse(query: &str, body: &str) -> Result<Tree, Problem> {
    let mut tree = Tree::default();
    let pairs = query.split('&').chain(body.split('&'));
    for (nth, pair) in pairs.filter(|pair| !pair.is_empty()).enumerate() {
        if nth == PARAMETERS_MAX {
            return Err(bad(&format!(
                "a request can have up to {PARAMETERS_MAX} parameters"
            )));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // An escape is three bytes long.
        if name.len() > 3 * PARAMETER_NAME_BYTES_MAX {
            return Err(long_name());
        }
        let (name, value) = (decode(name)?, decode(value)?);
        if name.len() > PARAMETER_NAME_BYTES_MAX {
            return Err(long_name());
        }
        let path = segments(&name)?;
        tree.insert(&path, value)?;
    }
    Ok(tree)
}

fn long_name() -> Problem {
    bad(&format!(
        "the name of a parameter can have up to {PARAMETER_NAME_BYTES_MAX} bytes"
    ))
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
        if path.len() > BRACKETS_MAX {
            return Err(bad(&format!(
                "a parameter can have up to {BRACKETS_MAX} levels of brackets"
            )));
        }
        path.push(segment);
        rest = behind;
    }
    let astray = |segment: &&str| segment.contains(['[', ']']);
    if head.is_empty() || !rest.is_empty() || path.iter().any(astray) {
        return Err(bad("brackets go astray"));
    }
    Ok(path)
}

#[cfg(test)]
mod tests;
