//! From what was judged to the entry: reactions, the record of it, its bytes and its fold.

use std::panic::{AssertUnwindSafe, catch_unwind};

use muddle_world::call::{Call, Input};
use muddle_world::effect::{self, Effect, Effects};
use muddle_world::entry::{Around, Core, Entry, Fate, Outcome, VERSION, link};
use muddle_world::fault::{Kind, Verdict};
use muddle_world::office::{AgendaItem, Memory, Parked, Plan};
use muddle_world::reply::{Decision, Denial, Reply};
use muddle_world::row::Str;
use muddle_world::vendor::Vendor;
use muddle_world::view::View;

use super::order::{Moment, fate};
use super::{ActError, Desk, Written};

/// A call on its way to its entry.
pub(super) struct Draft {
    pub input: Input,
    pub moment: Moment,
    pub around: Around,
    pub about: Option<u64>,
}

/// What was found out about a call before anything changed.
#[derive(Debug)]
pub(super) struct Judged {
    pub matched: Vec<Str>,
    pub verdict: Option<Verdict>,
    effects: Vec<Effect>,
    reply: Option<Reply>,
    /// What the rules gave, before any fault.
    pub decided_status: u16,
    /// What goes over the wire; none where nothing does.
    sent_status: Option<u16>,
    outcome: Outcome,
    applied: bool,
    fate: Option<Fate>,
}

impl Judged {
    fn blank(outcome: Outcome) -> Self {
        Self {
            matched: Vec::new(),
            verdict: None,
            effects: Vec::new(),
            reply: None,
            decided_status: 500,
            sent_status: None,
            outcome,
            applied: false,
            fate: None,
        }
    }

    /// A rule panicked: our failure.
    pub fn broken() -> Self {
        Self {
            sent_status: Some(500),
            fate: Some(Fate::Sent),
            ..Self::blank(Outcome::Broken)
        }
    }

    /// Refused before any rule.
    pub fn denied(call: &Call, denial: Denial) -> Self {
        let status = denial.status(call.vendor());
        Self {
            reply: Some(Reply::Denied(denial)),
            decided_status: status,
            sent_status: Some(status),
            fate: Some(Fate::Sent),
            ..Self::blank(Outcome::Refused)
        }
    }

    /// The rules had their say and nothing came between.
    pub fn decided(decision: Decision, call: &Call) -> Self {
        let malformed = matches!(&decision.reply, Reply::Denied(Denial::Malformed(_)));
        let outcome = match (malformed, decision.ok) {
            (true, _) => Outcome::Malformed,
            (_, true) => Outcome::Ok,
            (_, false) => Outcome::Refused,
        };
        Self {
            applied: decision.ok && call.is_write() && !repeats(&decision.reply),
            effects: decision.effects.into_vec(),
            reply: Some(decision.reply),
            decided_status: decision.status,
            sent_status: Some(decision.status),
            fate: Some(Fate::Sent),
            ..Self::blank(outcome)
        }
    }

    /// The rules had their say, then the answer met a fault.
    pub fn after(decision: Decision, call: &Call, verdict: &Verdict) -> Self {
        let mut judged = Self::decided(decision, call);
        let fate = fate(&verdict.effect);
        judged.fate = Some(fate);
        judged.sent_status = match (&verdict.effect, fate) {
            (_, Fate::Lost) => None,
            (Kind::Error { status, .. }, _) => Some(*status),
            (
                Kind::Garble {
                    how: muddle_world::fault::Garble::HtmlPage,
                },
                _,
            ) => Some(200),
            _ => judged.sent_status,
        };
        if fate != Fate::Sent {
            judged.outcome = if judged.applied {
                Outcome::Indefinite
            } else {
                Outcome::Failed
            };
        }
        judged
    }

    /// A fault struck before the rules.
    pub fn failed(vendor: Vendor, effect: &Kind) -> Self {
        let sent_status = match effect {
            Kind::Error { status, .. } => Some(*status),
            Kind::Throttle { .. } | Kind::QuotaExhausted => Some(vendor.quota_status()),
            Kind::Garble {
                how: muddle_world::fault::Garble::HtmlPage,
            } => Some(200),
            // The other body faults have a 503 to bite on: nothing was decided.
            Kind::Cut { .. } | Kind::Garble { .. } => Some(503),
            _ => None,
        };
        Self {
            sent_status,
            fate: Some(fate(effect)),
            ..Self::blank(Outcome::Failed)
        }
    }

    /// It waits before its effect.
    pub fn parked(parked: Parked) -> Self {
        let mut effects = Effects::default();
        effects.create(effect::Record::Office(parked.into()));
        Self {
            effects: effects.into_vec(),
            ..Self::blank(Outcome::Parked)
        }
    }

    /// Adds what the call's coming about uses up.
    pub fn add(&mut self, effects: Effects) {
        self.effects.extend(effects.into_vec());
    }
}

fn repeats(reply: &Reply) -> bool {
    matches!(
        reply,
        Reply::Billing(muddle_world::billing::Reply::Replayed { .. })
    )
}

impl Desk {
    /// Builds the entry, with what people plan because of it.
    pub(super) fn entry(
        &self,
        input: Input,
        moment: Moment,
        about: Option<u64>,
        judged: Judged,
    ) -> Core {
        let Input {
            actor,
            origin,
            call,
            paused,
            ..
        } = input;
        let seq = self.world.seq + 1;
        let mut core = Core {
            v: VERSION,
            seq,
            up: moment.up,
            at: moment.at,
            paused,
            actor,
            origin,
            vendor: call.vendor(),
            operation: call.operation(),
            subject: call.subject(),
            idempotency_key: call.idempotency_key().cloned(),
            about: about.or_else(|| repeated(judged.reply.as_ref())),
            call,
            matched: judged.matched,
            verdict: judged.verdict,
            effects: judged.effects,
            reply: judged.reply,
            status: judged.sent_status,
            outcome: judged.outcome,
            applied: judged.applied,
            answer: judged.fate,
        };
        let plans = catch_unwind(AssertUnwindSafe(|| self.story.react(&self.world, &core)));
        match plans {
            Ok(plans) => self.plan(plans, &mut core),
            Err(_) => tracing::error!(seq, "a person's rule panicked; nobody reacts to this entry"),
        }
        core
    }

    /// Turns plans into effects of the entry that caused them.
    fn plan(&self, plans: Vec<Plan>, core: &mut Core) {
        if plans.is_empty() {
            return;
        }
        let view = View {
            world: &self.world,
            at: core.at,
            up: core.up,
            seq: core.seq,
        };
        let mut effects = Effects::default();
        for plan in plans {
            match plan {
                Plan::Do { due, actor, call } => {
                    let id = Str::from(format!(
                        "a{}",
                        view.nth(&effects, Vendor::Office, "agenda") + 1
                    ));
                    effects.create(effect::Record::Office(
                        AgendaItem {
                            id,
                            due: due.max(core.at),
                            actor,
                            call: *call,
                        }
                        .into(),
                    ));
                }
                Plan::Remember { id, value } => {
                    effects.create(effect::Record::Office(Memory { id, value }.into()));
                }
            }
        }
        core.effects.extend(effects.into_vec());
    }

    /// Adds an entry's bytes, and those of the values it names, to what the workspace holds.
    pub(crate) fn count(&mut self, stored: &[u8]) {
        let named = crate::long::named(stored);
        self.bytes += stored.len() as u64 + named.stored;
        self.kept += named.kept;
    }

    /// Hashes the entry and folds it. If the fold fails the desk is spoilt and must be rebuilt from the log.
    pub(super) fn commit(
        &mut self,
        core: Core,
        around: Around,
        written: &mut Vec<Written>,
    ) -> Result<Core, ActError> {
        let seq = core.seq;
        let entry = Entry { core, around };
        let (bytes, blobs) = crate::long::stored(&entry);
        self.hash = link(&self.hash, &bytes);
        self.count(&bytes);
        written.push(Written {
            seq,
            hash: self.hash,
            bytes: bytes.into(),
            blobs,
        });
        match catch_unwind(AssertUnwindSafe(|| self.world.apply(&entry.core))) {
            Ok(Ok(())) => Ok(entry.core),
            Ok(Err(source)) => Err(ActError::Fold { seq, source }),
            Err(_) => Err(ActError::Panicked { seq }),
        }
    }
}

fn repeated(reply: Option<&Reply>) -> Option<u64> {
    match reply {
        Some(Reply::Billing(muddle_world::billing::Reply::Replayed { seq })) => Some(*seq),
        _ => None,
    }
}
