//! Lists of messages, threads and drafts: what is on a page, and where the next one begins.
//!
//! A page token is a place in the order (moment and id), so mail that comes in between two pages neither repeats nor
//! hides a row of the second.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Said;
use super::labels::exists;
use crate::inbox::limits::LABELS_CALL_MAX;
use crate::inbox::query::{Matcher, Query, parse};
use crate::inbox::{Listing, Message, Refusal, Reply};
use crate::row::Str;
use crate::time::At;
use crate::view::View;

/// Rows of a page where none are asked for, and the most that are given.
const PAGE_DEFAULT: u32 = 100;
/// See [`PAGE_DEFAULT`].
const PAGE_MAX: u32 = 500;
/// Messages with one label that are sorted for a list rather than met on a walk through the whole box.
const RARE_MAX: usize = 512;
/// The vendor stops counting here, and so do we.
const ESTIMATE_MAX: u64 = 201;

/// `GET /messages`.
pub fn messages(view: &View<'_>, list: &Listing) -> Said {
    let filter = Filter::of(view, list)?;
    let mut page = Page::of(list)?;
    for message in filter.among(view) {
        if page.full() {
            break;
        }
        if filter.keeps(message) {
            page.take((message.at, message.id.clone()), message.id.clone());
        }
    }
    Ok(page.reply())
}

/// `GET /threads`: threads with a message that is asked for, by their newest such message.
pub fn threads(view: &View<'_>, list: &Listing) -> Said {
    let filter = Filter::of(view, list)?;
    let mut page = Page::of(list)?;
    let mut seen: BTreeSet<Str> = BTreeSet::new();
    for message in filter.among(view) {
        if page.full() {
            break;
        }
        if !seen.contains(&message.thread_id) && filter.keeps(message) {
            seen.insert(message.thread_id.clone());
            page.take((message.at, message.id.clone()), message.thread_id.clone());
        }
    }
    Ok(page.reply())
}

/// `GET /drafts`.
pub fn drafts(view: &View<'_>, list: &Listing) -> Said {
    let filter = Filter::of(view, list)?;
    let mut page = Page::of(list)?;
    for draft in view.world.inbox.drafts.newest_first() {
        if page.full() {
            break;
        }
        let message = view.world.inbox.messages.get(&draft.message);
        if message.is_some_and(|message| filter.keeps(message)) {
            page.take((draft.at, draft.id.clone()), draft.id.clone());
        }
    }
    Ok(page.reply())
}

struct Filter<'a> {
    matcher: Matcher<'a>,
    query: Query,
    labels: BTreeSet<&'a Str>,
    spam_and_trash: bool,
}

impl<'a> Filter<'a> {
    fn of(view: &View<'a>, list: &'a Listing) -> Result<Self, Refusal> {
        let query = parse(list.q.as_deref().unwrap_or_default())?;
        if list.label_ids.len() > LABELS_CALL_MAX {
            return Err(Refusal::invalid(format!(
                "Too many labels: at most {LABELS_CALL_MAX} in one call"
            )));
        }
        let labels: BTreeSet<&Str> = list.label_ids.iter().collect();
        if let Some(label) = labels.iter().find(|id| !exists(&view.world.inbox, id)) {
            return Err(Refusal::invalid(format!("Invalid label: {label}")));
        }
        let named = |label: &Str| matches!(&**label, "TRASH" | "SPAM");
        let matcher = Matcher {
            tables: &view.world.inbox,
            now: view.at,
            address: super::address(view),
        };
        Ok(Self {
            matcher,
            spam_and_trash: list.include_spam_trash
                || list.label_ids.iter().any(named)
                || query.names_spam_or_trash(),
            query: matcher.settled(query),
            labels,
        })
    }

    /// The messages among which those asked for are, newest first: where all of them carry one rare label, its own.
    fn among<'v>(&self, view: &View<'v>) -> Box<dyn Iterator<Item = &'v Arc<Message>> + 'v> {
        let messages = &view.world.inbox.messages;
        let first = self.labels.first().map(|label| Str::clone(label));
        let label = first.or_else(|| Matcher::label_of_all(&self.query));
        let carriers = label.map(|label| {
            let carriers = messages.by_key("label", &label);
            carriers.take(RARE_MAX + 1).collect::<Vec<_>>()
        });
        match carriers {
            Some(mut rare) if rare.len() <= RARE_MAX => {
                rare.sort_unstable_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
                Box::new(rare.into_iter())
            }
            // A page fills soon where every other message belongs on it.
            _ => Box::new(messages.newest_first()),
        }
    }

    fn keeps(&self, message: &Arc<Message>) -> bool {
        (self.spam_and_trash || !(message.has("TRASH") || message.has("SPAM")))
            && self.labels.iter().all(|label| message.has(label))
            && self.matcher.matches(&self.query, message)
    }
}

/// A place in a list that is ordered newest first.
type Place = (At, Str);

struct Page {
    from: Option<Place>,
    max: usize,
    ids: Vec<Str>,
    last: Option<Place>,
    more: bool,
    count: u64,
}

impl Page {
    fn of(list: &Listing) -> Result<Self, Refusal> {
        let max = match list.max.unwrap_or(PAGE_DEFAULT) {
            0 => PAGE_DEFAULT,
            max => max.min(PAGE_MAX),
        };
        let from = match &list.page {
            None => None,
            Some(token) => {
                let place = place(token).ok_or_else(|| Refusal::invalid("Invalid pageToken"))?;
                Some(place)
            }
        };
        Ok(Self {
            from,
            max: max as usize,
            ids: Vec::new(),
            last: None,
            more: false,
            count: 0,
        })
    }

    /// Nothing that follows could change the answer.
    const fn full(&self) -> bool {
        self.more && self.count >= ESTIMATE_MAX
    }

    fn take(&mut self, key: Place, id: Str) {
        self.count += 1;
        if self.from.as_ref().is_some_and(|from| key >= *from) {
            return;
        }
        if self.ids.len() == self.max {
            self.more = true;
            return;
        }
        self.ids.push(id);
        self.last = Some(key);
    }

    fn reply(self) -> Reply {
        Reply::List {
            ids: self.ids,
            next: self.last.filter(|_| self.more).map(|last| token(&last)),
            estimate: self.count.min(ESTIMATE_MAX),
        }
    }
}

/// A place as digits: the moment, then the id as bytes of three digits each.
fn token((at, id): &Place) -> Str {
    let mut token = format!("1{:015}", at.0);
    for byte in id.bytes() {
        token.push_str(&format!("{byte:03}"));
    }
    token.into()
}

fn place(token: &str) -> Option<Place> {
    let digits = token.strip_prefix('1')?;
    if digits.len() < 15 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (at, id) = digits.split_at(15);
    let bytes: Option<Vec<u8>> = id
        .as_bytes()
        .chunks(3)
        .map(|chunk| std::str::from_utf8(chunk).ok()?.parse().ok())
        .collect();
    let id = String::from_utf8(bytes?).ok()?;
    Some((At(at.parse().ok()?), id.into()))
}
