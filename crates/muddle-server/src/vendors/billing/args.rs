//! The parameters of one request, taken one by one; what nobody took is unknown to the operation.
//!
//! Made from the wire by each route's parser in `parse`. The sentences of its problems are the vendor's; `errors`
//! spells their codes.

use std::collections::BTreeMap;

use http::Method;
use muddle_world::billing::{Call, Page, Request};
use muddle_world::call::{self, Problem, ProblemKind};
use muddle_world::row::Str;
use muddle_world::time::{At, SECOND};

use super::form::{self, Node, Tree};
use crate::vendors::Wire;

/// What the sentences begin with by which `errors` tells kinds of invalid values apart.
pub const INVALID_INTEGER: &str = "Invalid integer: ";
/// See [`INVALID_INTEGER`].
pub const EMPTY: &str = "You passed an empty string for ";
/// See [`INVALID_INTEGER`].
pub const NOT_MODELLED: &str = "The sandbox does not model the parameter ";

/// Parameters not taken yet.
pub struct Args {
    tree: Tree,
}

/// Seconds as the vendor writes times, as bounds of a list: from, to.
pub type Bounds = (Option<At>, Option<At>);

impl Args {
    /// Reads the query, and the body of a POST.
    pub fn read(wire: &Wire<'_>) -> Result<Self, Problem> {
        let query = wire.query.unwrap_or("");
        let mut body = "";
        if wire.method == Method::POST && !wire.body.is_empty() {
            let kind = wire.headers.get(http::header::CONTENT_TYPE);
            let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
            if kind.contains("json") || kind.contains("multipart") {
                return Err(form::bad("the body is no form"));
            }
            body = std::str::from_utf8(wire.body).map_err(|_| form::bad("it is not UTF-8"))?;
        }
        Ok(Self {
            tree: form::parse(query, body)?,
        })
    }

    fn of(tree: Tree) -> Self {
        Self { tree }
    }

    fn take(&mut self, name: &str) -> Option<Node> {
        let place = self.tree.iter().position(|(known, _)| known == name)?;
        Some(self.tree.remove(place).1)
    }

    /// A text that may be empty.
    fn text(&mut self, name: &str) -> Result<Option<String>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(Node::Leaf(text)) => Ok(Some(text)),
            Some(Node::Branch(_)) => Err(invalid(name, "Invalid string: a group was given".into())),
        }
    }

    /// A text; empty is refused.
    pub fn word(&mut self, name: &str) -> Result<Option<Str>, Problem> {
        match self.text(name)? {
            Some(text) if text.is_empty() => Err(empty(name)),
            text => Ok(text.map(Str::from)),
        }
    }

    /// A text that an empty value clears.
    pub fn given(&mut self, name: &str) -> Result<Option<Option<Str>>, Problem> {
        let text = self.text(name)?;
        Ok(text.map(|text| (!text.is_empty()).then(|| text.into())))
    }

    /// A whole number.
    pub fn integer(&mut self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.word(name)? else {
            return Ok(None);
        };
        let number = text.trim().parse();
        number
            .map(Some)
            .map_err(|_| invalid(name, format!("{INVALID_INTEGER}{text}")))
    }

    /// `true` or `false`, as those words.
    pub fn flag(&mut self, name: &str) -> Result<Option<Str>, Problem> {
        match self.word(name)? {
            Some(word) if !matches!(&*word, "true" | "false") => {
                Err(invalid(name, format!("Invalid boolean: {word}")))
            }
            word => Ok(word),
        }
    }

    /// A group of parameters; [`Group::Cleared`] for an empty value.
    pub fn group(&mut self, name: &str) -> Result<Group, Problem> {
        match self.take(name) {
            None => Ok(Group::Absent),
            Some(Node::Leaf(text)) if text.is_empty() => Ok(Group::Cleared),
            Some(Node::Leaf(_)) => Err(invalid(name, "Invalid object".into())),
            Some(Node::Branch(tree)) => Ok(Group::Given(Self::of(tree))),
        }
    }

    /// A list of texts.
    pub fn list(&mut self, name: &str) -> Result<Vec<Str>, Problem> {
        let mut items = Vec::new();
        for (place, node) in self.items(name)? {
            match node {
                Node::Leaf(text) if !text.is_empty() => items.push(text.into()),
                _ => {
                    return Err(invalid(
                        &format!("{name}[{place}]"),
                        "Invalid string".into(),
                    ));
                }
            }
        }
        Ok(items)
    }

    /// A list of groups, each with its name.
    pub fn groups(&mut self, name: &str) -> Result<Vec<(String, Self)>, Problem> {
        let mut groups = Vec::new();
        for (place, node) in self.items(name)? {
            let named = format!("{name}[{place}]");
            match node {
                Node::Branch(tree) => groups.push((named, Self::of(tree))),
                Node::Leaf(_) => return Err(invalid(&named, "Invalid object".into())),
            }
        }
        Ok(groups)
    }

    fn items(&mut self, name: &str) -> Result<Vec<(u32, Node)>, Problem> {
        let tree = match self.take(name) {
            None => return Ok(Vec::new()),
            Some(Node::Leaf(text)) if text.is_empty() => return Ok(Vec::new()),
            Some(Node::Leaf(_)) => return Err(invalid(name, "Invalid array".into())),
            Some(Node::Branch(tree)) => tree,
        };
        let mut items = Vec::with_capacity(tree.len());
        for (place, node) in tree {
            let place = place.parse();
            items.push((
                place.map_err(|_| invalid(name, "Invalid array".into()))?,
                node,
            ));
        }
        items.sort_by_key(|(place, _)| *place);
        Ok(items)
    }

    /// Pairs to set or remove, and whether all others go.
    pub fn metadata(&mut self) -> Result<(BTreeMap<Str, Option<Str>>, bool), Problem> {
        let tree = match self.group("metadata")? {
            Group::Absent => return Ok((BTreeMap::new(), false)),
            Group::Cleared => return Ok((BTreeMap::new(), true)),
            Group::Given(args) => args.tree,
        };
        let mut pairs = BTreeMap::new();
        for (name, node) in tree {
            let Node::Leaf(text) = node else {
                let param = format!("metadata[{name}]");
                return Err(invalid(&param, "Invalid string: a group was given".into()));
            };
            pairs.insert(name.into(), (!text.is_empty()).then(|| text.into()));
        }
        Ok((pairs, false))
    }

    /// `created=1700000000`, or `created[gte]=…` and its like.
    pub fn created(&mut self) -> Result<Bounds, Problem> {
        let at = |seconds: i64| Some(At(seconds.saturating_mul(SECOND)));
        let mut bounds = match self.take("created") {
            None => return Ok((None, None)),
            Some(Node::Leaf(text)) => {
                let second: i64 = text
                    .parse()
                    .map_err(|_| invalid("created", format!("{INVALID_INTEGER}{text}")))?;
                return Ok((at(second), at(second.saturating_add(1))));
            }
            Some(Node::Branch(tree)) => Self::of(tree),
        };
        let (gt, gte) = (bounds.integer("gt")?, bounds.integer("gte")?);
        let (lt, lte) = (bounds.integer("lt")?, bounds.integer("lte")?);
        bounds.done("created")?;
        let behind = |second: i64| second.saturating_add(1);
        let from = gt.map(behind).into_iter().chain(gte).max();
        let to = lte.map(behind).into_iter().chain(lt).min();
        Ok((from.and_then(at), to.and_then(at)))
    }

    /// `limit`, within what a number of rows can be.
    pub fn limit(&mut self) -> Result<Option<u32>, Problem> {
        let limit = self.integer("limit")?;
        Ok(limit.map(|limit| u32::try_from(limit.max(0)).unwrap_or(u32::MAX)))
    }

    /// Which part of a list.
    pub fn page(&mut self) -> Result<Page, Problem> {
        Ok(Page {
            limit: self.limit()?,
            starting_after: self.word("starting_after")?,
            ending_before: self.word("ending_before")?,
        })
    }

    /// Refuses parameters that the vendor has and this desk does not model; `false` for one of them says nothing.
    pub fn not_modelled(&mut self, names: &[&str]) -> Result<(), Problem> {
        for name in names {
            match self.take(name) {
                None => {}
                Some(Node::Leaf(text)) if text == "false" => {}
                Some(_) => {
                    return Err(invalid(name, format!("{NOT_MODELLED}`{name}`.")));
                }
            }
        }
        Ok(())
    }

    /// Ends a group: what is left in it is unknown.
    pub fn done(self, within: &str) -> Result<(), Problem> {
        let Some((name, node)) = self.tree.into_iter().next() else {
            return Ok(());
        };
        let mut param = if within.is_empty() {
            name
        } else {
            format!("{within}[{name}]")
        };
        let mut node = node;
        while let Node::Branch(mut tree) = node {
            if tree.is_empty() {
                break;
            }
            let (name, inner) = tree.swap_remove(0);
            param = format!("{param}[{name}]");
            node = inner;
        }
        Err(Problem {
            kind: ProblemKind::UnknownParam,
            message: format!("Received unknown parameter: {param}").into(),
            param: Some(param.into()),
        })
    }

    /// Ends the request: `expand` and the idempotency key belong to every operation.
    pub fn ask(mut self, wire: &Wire<'_>, request: Request) -> Result<call::Call, Problem> {
        let expand = self.list("expand")?;
        self.done("")?;
        let key = wire.headers.get("idempotency-key");
        let key = key
            .filter(|key| wire.method == Method::POST && !key.is_empty())
            .map(|key| String::from_utf8_lossy(key.as_bytes()).into());
        Ok(call::Call::Billing(Call {
            request,
            expand,
            idempotency_key: key,
        }))
    }
}

/// A group of parameters.
pub enum Group {
    /// It was not given.
    Absent,
    /// It was given empty, which clears it.
    Cleared,
    /// It was given.
    Given(Args),
}

/// The problem of a value of the wrong form.
pub fn invalid(param: &str, message: String) -> Problem {
    Problem {
        kind: ProblemKind::InvalidParam,
        param: Some(param.into()),
        message: message.into(),
    }
}

fn empty(param: &str) -> Problem {
    invalid(
        param,
        format!(
            "{EMPTY}'{param}'. We assume empty values are an attempt to unset a parameter; however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value."
        ),
    )
}

/// The problem of a parameter that is needed.
pub fn required(param: &str) -> Problem {
    Problem {
        kind: ProblemKind::MissingParam,
        param: Some(param.into()),
        message: format!("Missing required param: {param}.").into(),
    }
}
