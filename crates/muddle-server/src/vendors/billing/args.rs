//! The parameters of one request, taken one by one; what nobody took is unknown to the operation.
//!
//! Made from the wire by each route's parser in `parse`. The sentences of its problems are the vendor's; `errors`
//! spells their codes.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use muddle_world::billing::limits::TEXT_CHARS_MAX;
use muddle_world::billing::{Call, Page, Request, whole_number};
use muddle_world::call::{self, Problem, ProblemKind};
use muddle_world::row::Str;
use muddle_world::time::{At, SECOND};

use super::form::{self, Node, Tree};
use super::limits::QUOTED_CHARS_MAX;
use super::{headers, money};
use crate::vendors::Wire;

/// What the sentences begin with by which `errors` tells kinds of invalid values apart.
pub const INVALID_INTEGER: &str = "Invalid integer: ";
/// See [`INVALID_INTEGER`].
pub const EMPTY: &str = "You passed an empty string for ";
/// See [`INVALID_INTEGER`].
pub const NOT_MODELLED: &str = "The sandbox does not model the parameter ";
/// See [`INVALID_INTEGER`].
pub const NOT_SPOKEN: &str = "The sandbox does not speak version ";

/// Parameters not taken yet, of a request or of a group in it.
pub struct Args {
    tree: Tree,
    /// The group's own name as sent, `lines[0]`; empty for the request itself.
    within: String,
}

/// Seconds as the vendor writes times, as bounds of a list: from, to.
pub type Bounds = (Option<At>, Option<At>);

impl Args {
    /// Reads the query, and the body of a POST, of a request whose headers say nothing that this desk cannot follow.
    pub fn read(wire: &Wire<'_>) -> Result<Self, Problem> {
        headers::check(wire.headers)?;
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
            within: String::new(),
        })
    }

    /// A parameter's name as the caller wrote it, brackets and all.
    pub fn named(&self, name: &str) -> String {
        if self.within.is_empty() {
            return name.to_owned();
        }
        format!("{}[{name}]", self.within)
    }

    /// A text that may be empty.
    fn text(&mut self, name: &str, chars_max: usize) -> Result<Option<String>, Problem> {
        match self.tree.take(name) {
            None => Ok(None),
            Some(Node::Leaf(text)) if text.chars().nth(chars_max).is_some() => {
                let quoted = quoted(&text);
                let message =
                    format!("Invalid string: {quoted}; must be at most {chars_max} characters");
                Err(invalid(&self.named(name), message))
            }
            Some(Node::Leaf(text)) => Ok(Some(text)),
            Some(Node::Branch(_)) => Err(self.group_given(name)),
        }
    }

    fn group_given(&self, name: &str) -> Problem {
        invalid(
            &self.named(name),
            "Invalid string: a group was given".into(),
        )
    }

    /// A text; empty is refused.
    pub fn word(&mut self, name: &str) -> Result<Option<Str>, Problem> {
        match self.text(name, TEXT_CHARS_MAX)? {
            Some(text) if text.is_empty() => Err(empty(&self.named(name))),
            text => Ok(text.map(Str::from)),
        }
    }

    /// A text that is needed.
    pub fn needed(&mut self, name: &str) -> Result<Str, Problem> {
        let word = self.word(name)?;
        word.ok_or_else(|| required(&self.named(name)))
    }

    /// A text that an empty value clears.
    pub fn given(&mut self, name: &str) -> Result<Option<Option<Str>>, Problem> {
        self.given_within(name, TEXT_CHARS_MAX)
    }

    /// As [`Self::given`], with a maximum of its own.
    pub fn given_within(
        &mut self,
        name: &str,
        chars_max: usize,
    ) -> Result<Option<Option<Str>>, Problem> {
        let text = self.text(name, chars_max)?;
        Ok(text.map(|text| (!text.is_empty()).then(|| text.into())))
    }

    /// A whole number, written as the vendor writes it.
    pub fn integer(&mut self, name: &str) -> Result<Option<i64>, Problem> {
        let word = self.word(name)?;
        word.map(|text| self.whole(name, &text)).transpose()
    }

    fn whole(&self, name: &str, text: &str) -> Result<i64, Problem> {
        whole_number(text).ok_or_else(|| {
            let message = format!("{INVALID_INTEGER}{}", quoted(text));
            invalid(&self.named(name), message)
        })
    }

    /// `true` or `false`, as those words.
    pub fn flag(&mut self, name: &str) -> Result<Option<Str>, Problem> {
        match self.word(name)? {
            Some(word) if !matches!(&*word, "true" | "false") => {
                let message = format!("Invalid boolean: {}", quoted(&word));
                Err(invalid(&self.named(name), message))
            }
            word => Ok(word),
        }
    }

    /// A currency's three lower-case letters.
    pub fn currency(&mut self, name: &str) -> Result<Option<Str>, Problem> {
        match self.word(name)? {
            Some(word) if !money::CURRENCIES.contains(&&*word) => {
                let message = format!(
                    "Invalid currency: {}. Stripe currently supports these currencies: {}",
                    quoted(&word),
                    money::CURRENCIES.join(", ")
                );
                Err(invalid(&self.named(name), message))
            }
            word => Ok(word),
        }
    }

    /// A group of parameters; [`Group::Cleared`] for an empty value.
    pub fn group(&mut self, name: &str) -> Result<Group, Problem> {
        match self.tree.take(name) {
            None => Ok(Group::Absent),
            Some(Node::Leaf(text)) if text.is_empty() => Ok(Group::Cleared),
            Some(Node::Leaf(_)) => Err(invalid(&self.named(name), "Invalid object".into())),
            Some(Node::Branch(tree)) => Ok(Group::Given(Self {
                tree,
                within: self.named(name),
            })),
        }
    }

    /// A list of texts, each once.
    pub fn list(&mut self, name: &str) -> Result<Vec<Str>, Problem> {
        let (mut items, mut known) = (Vec::new(), BTreeSet::new());
        for (named, node) in self.items(name)? {
            match node {
                Node::Leaf(text) if text.is_empty() => {
                    return Err(invalid(&named, "Invalid string".into()));
                }
                Node::Leaf(text) if text.chars().nth(TEXT_CHARS_MAX).is_some() => {
                    let message = format!(
                        "Invalid string: {}; must be at most {TEXT_CHARS_MAX} characters",
                        quoted(&text)
                    );
                    return Err(invalid(&named, message));
                }
                Node::Leaf(text) => {
                    let text = Str::from(text);
                    if known.insert(text.clone()) {
                        items.push(text);
                    }
                }
                Node::Branch(_) => return Err(invalid(&named, "Invalid string".into())),
            }
        }
        Ok(items)
    }

    /// A list of groups.
    pub fn groups(&mut self, name: &str) -> Result<Vec<Self>, Problem> {
        let items = self.items(name)?.into_iter();
        let groups = items.map(|(within, node)| match node {
            Node::Branch(tree) => Ok(Self { tree, within }),
            Node::Leaf(_) => Err(invalid(&within, "Invalid object".into())),
        });
        groups.collect()
    }

    /// The items of a list in the order of their numbers, each with its full name.
    fn items(&mut self, name: &str) -> Result<Vec<(String, Node)>, Problem> {
        let tree = match self.tree.take(name) {
            None => return Ok(Vec::new()),
            Some(Node::Leaf(text)) if text.is_empty() => return Ok(Vec::new()),
            Some(Node::Leaf(_)) => return Err(self.no_array(name)),
            Some(Node::Branch(tree)) => tree,
        };
        let mut items = BTreeMap::new();
        for (place, node) in tree.into_ordered() {
            let place: u32 = match whole_number(&place).map(u32::try_from) {
                Some(Ok(place)) => place,
                _ => return Err(self.no_array(name)),
            };
            items.insert(place, node);
        }
        let named = self.named(name);
        let items = items.into_iter();
        Ok(items
            .map(|(place, node)| (format!("{named}[{place}]"), node))
            .collect())
    }

    fn no_array(&self, name: &str) -> Problem {
        invalid(&self.named(name), "Invalid array".into())
    }

    /// Pairs to set or remove, and whether all others go.
    pub fn metadata(&mut self) -> Result<(BTreeMap<Str, Option<Str>>, bool), Problem> {
        let args = match self.group("metadata")? {
            Group::Absent => return Ok((BTreeMap::new(), false)),
            Group::Cleared => return Ok((BTreeMap::new(), true)),
            Group::Given(args) => args,
        };
        let mut pairs = BTreeMap::new();
        let within = args.within;
        for (name, node) in args.tree.into_ordered() {
            let Node::Leaf(text) = node else {
                let param = format!("{within}[{name}]");
                return Err(invalid(&param, "Invalid string: a group was given".into()));
            };
            pairs.insert(name.into(), (!text.is_empty()).then(|| text.into()));
        }
        Ok((pairs, false))
    }

    /// `created=1700000000`, or `created[gte]=…` and its like.
    pub fn created(&mut self) -> Result<Bounds, Problem> {
        let at = |seconds: i64| Some(At(seconds.saturating_mul(SECOND)));
        let mut bounds = match self.tree.take("created") {
            None => return Ok((None, None)),
            Some(Node::Leaf(text)) => {
                let second = self.whole("created", &text)?;
                return Ok((at(second), at(second.saturating_add(1))));
            }
            Some(Node::Branch(tree)) => Self {
                tree,
                within: self.named("created"),
            },
        };
        let (gt, gte) = (bounds.integer("gt")?, bounds.integer("gte")?);
        let (lt, lte) = (bounds.integer("lt")?, bounds.integer("lte")?);
        bounds.done()?;
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
            match self.tree.take(name) {
                None => {}
                Some(Node::Leaf(text)) if text == "false" => {}
                Some(_) => {
                    let name = self.named(name);
                    return Err(invalid(&name, format!("{NOT_MODELLED}`{name}`.")));
                }
            }
        }
        Ok(())
    }

    /// Ends a group: what is left in it is unknown.
    pub fn done(self) -> Result<(), Problem> {
        let within = self.within;
        let Some((name, mut node)) = self.tree.into_ordered().into_iter().next() else {
            return Ok(());
        };
        let mut param = match within.is_empty() {
            true => name,
            false => format!("{within}[{name}]"),
        };
        while let Node::Branch(tree) = node {
            let Some((name, inner)) = tree.into_ordered().into_iter().next() else {
                break;
            };
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
        self.done()?;
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

/// What of a value may be quoted.
fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED_CHARS_MAX).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
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
