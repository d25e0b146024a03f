//! `oracle`: is handed the truth and makes every case's right outcome true, fact by fact.
//!
//! It knows no kind of case: it goes through the facts of the first right outcome in their order and does what each
//! asks for; negative facts ask for nothing. What has to wait (mail to come, answers, an outage) waits.

mod deeds;
mod hands;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::clock::Moment;
use crate::crm::Stage;
use crate::error::{CallError, PilotError};
use crate::inbox::Mail;
use crate::json::{int, list, text};
use crate::tools::{Summary, Tools};
use deeds::{Deed, unfold};

/// Pause where something is held up although nothing happens.
const LATER_MS: i64 = 5 * 60_000;

/// A case on its way.
#[derive(Debug)]
struct Errand {
    id: String,
    name: String,
    opens: Option<Moment>,
    deeds: Vec<Deed>,
    next: usize,
    /// When we last wrote.
    wrote: i64,
    /// Whether they were told that it has to wait.
    acknowledged: bool,
}

struct Oracle {
    tools: Tools,
    stage: Option<Stage>,
    done_label: String,
    /// By thread or `Message-ID` as the truth names them.
    mails: BTreeMap<String, Vec<Mail>>,
    now: Moment,
    summary: Summary,
}

/// Does what is right.
pub(super) async fn run(tools: Tools) -> Result<Summary, PilotError> {
    let token = tools
        .settings
        .grader_token
        .clone()
        .ok_or_else(|| PilotError::Missing("MUDDLE_GRADER_TOKEN".to_owned()))?;
    let truth = tools.clock.truth(&tools.settings.workspace, &token).await?;
    let truth = truth.get("truth").unwrap_or(&truth).clone();
    let mut errands: Vec<Errand> = list(&truth, "/cases").iter().map(errand).collect();
    let mut oracle = Oracle {
        stage: tools.crm.needs_a_person().await?,
        done_label: tools.inbox.label("Done").await?,
        now: tools.began,
        mails: BTreeMap::new(),
        summary: Summary {
            pilot: "oracle".to_owned(),
            ..Summary::default()
        },
        tools,
    };
    loop {
        oracle.now = oracle.tools.clock.now().await?;
        let mut held_up = false;
        for errand in &mut errands {
            held_up |= oracle.advance(errand).await;
        }
        let rest = oracle.tools.billing.line.resting_until();
        let later = rest
            .filter(|until| *until > oracle.now)
            .unwrap_or(oracle.now.plus_ms(LATER_MS));
        let goes_on = oracle
            .tools
            .clock
            .until_event(held_up.then_some(later))
            .await?;
        let open = errands
            .iter()
            .filter(|errand| errand.next < errand.deeds.len())
            .count();
        if !goes_on || (!oracle.tools.clock.steps() && open == 0) {
            break;
        }
    }
    for errand in errands
        .iter()
        .filter(|errand| errand.next < errand.deeds.len())
    {
        oracle
            .summary
            .left(format!("{}: {:?}", errand.name, errand.deeds[errand.next]));
    }
    Ok(oracle.summary)
}

fn errand(case: &Value) -> Errand {
    let right = list(case, "/outcomes")
        .iter()
        .find(|rule| matches!(text(rule, "/tier").as_str(), "right" | "handoff_right"));
    let mut deeds = Vec::new();
    for fact in right.map(|rule| list(rule, "/facts")).unwrap_or_default() {
        unfold(fact, &mut deeds);
    }
    Errand {
        id: text(case, "/id"),
        name: format!("{} ({})", text(case, "/id"), text(case, "/kind")),
        opens: jiff::Timestamp::from_millisecond(int(case, "/opens"))
            .ok()
            .map(Moment),
        deeds,
        next: 0,
        wrote: 0,
        acknowledged: false,
    }
}

impl Oracle {
    /// Does what can be done of a case now; true if a vendor's failure holds it up.
    async fn advance(&mut self, errand: &mut Errand) -> bool {
        if errand.opens.is_some_and(|opens| opens > self.now) {
            return false;
        }
        while let Some(deed) = errand.deeds.get(errand.next).cloned() {
            match self.make_true(errand, &deed).await {
                Ok(true) => errand.next += 1,
                Ok(false) => return false,
                Err(error) => {
                    tracing::debug!(case = errand.name, %error, "held up");
                    if !error.is_passing() {
                        self.summary.left(format!("{}: {error}", errand.name));
                        errand.next = errand.deeds.len();
                        return false;
                    }
                    return true;
                }
            }
        }
        false
    }

    /// Makes a fact true; false if it has to be waited for.
    async fn make_true(&mut self, errand: &mut Errand, deed: &Deed) -> Result<bool, CallError> {
        match deed {
            Deed::Refund { charges, amount } => self.refund(errand, charges, *amount).await?,
            Deed::Reply { threads, to, says } => {
                return self.reply(errand, threads, to, says).await;
            }
            Deed::Note { contacts, says } => self.note(errand, contacts, says).await?,
            Deed::HandOff {
                threads,
                contacts,
                says,
            } => return self.hand_off(threads, contacts, says).await,
            Deed::Label { threads } => return self.label(threads).await,
            Deed::Merge { survivor, losers } => {
                for loser in losers {
                    self.tools.crm.merge(survivor, loser).await?;
                    self.summary.did("contacts merged");
                }
            }
            Deed::Contact { email } => self.enter(email).await?,
            Deed::Set {
                vendor,
                collection,
                id,
                field,
                value,
            } => self.set(vendor, collection, id, field, value).await?,
            Deed::Arrival { message } => {
                let id = message.trim_matches(['<', '>']);
                let query = format!("rfc822msgid:{id}");
                let came = !self.tools.inbox.find(&query).await?.is_empty();
                if !came {
                    self.acknowledge(errand).await?;
                }
                return Ok(came);
            }
            Deed::Answer { threads } => return self.was_answered(errand, threads).await,
        }
        Ok(true)
    }

    /// Whether an answer came after our question; asks again if it did not help.
    async fn was_answered(
        &mut self,
        errand: &mut Errand,
        threads: &[String],
    ) -> Result<bool, CallError> {
        let Some(name) = threads.first() else {
            return Ok(true);
        };
        let mails = self.thread(name, true).await?;
        let desk = self.tools.inbox.address.clone();
        let fresh: Vec<&Mail> = mails
            .iter()
            .filter(|mail| mail.from != desk && mail.at > errand.wrote)
            .collect();
        let Some(newest) = fresh.last() else {
            return Ok(false);
        };
        if !crate::reading::order_numbers(&newest.text).is_empty() {
            return Ok(true);
        }
        let to = newest.from.clone();
        let threads = threads.to_vec();
        let again = Deed::Reply {
            threads: threads.clone(),
            to,
            says: String::new(),
        };
        let after = errand.next + 1;
        errand
            .deeds
            .splice(after..after, [again, Deed::Answer { threads }]);
        Ok(true)
    }
}
