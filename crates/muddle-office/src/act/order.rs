//! The order in which a call is judged, decided and written; see the module above.

use std::panic::{AssertUnwindSafe, catch_unwind};

use muddle_world::billing::idempotency;
use muddle_world::call::{Actor, Call, Credential, Input};
use muddle_world::effect::{self, Effects};
use muddle_world::entry::{Around, Fate, Outcome};
use muddle_world::fault::{self, Judgement, Kind, Position, Verdict};
use muddle_world::limits;
use muddle_world::office::Parked;
use muddle_world::reply::{Answer, Decision, Denial, Reply, resolve};
use muddle_world::time::{At, Up};
use muddle_world::vendor::Vendor;
use muddle_world::view::View;
use muddle_world::world::World;

use super::draft::{Draft, Judged};
use super::{ActError, Desk, Written};

/// The clock's reading, in both of its times.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Office time.
    pub at: At,
    /// Since opening.
    pub up: Up,
}

/// What an act left behind.
#[derive(Debug, Default)]
pub struct Acted {
    /// Entries, in order; the call's own is the last.
    pub written: Vec<Written>,
    /// What to tell the caller; none for a tick.
    pub told: Option<Told>,
    /// What to tell the callers of calls that were parked until now, by the entry that parked them.
    pub resumed: Vec<(u64, Told)>,
}

/// What the caller is told, and how it is to feel.
#[derive(Clone, Debug)]
pub struct Told {
    /// The entry that says so.
    pub seq: u64,
    /// Its office time.
    pub at: At,
    /// Its time since opening.
    pub up: Up,
    /// The rules' answer; none where a fault struck before them, or the call is parked.
    pub answer: Option<Answer>,
    /// The status that the rules gave, before any fault.
    pub status: u16,
    /// The fault to enact.
    pub verdict: Option<Verdict>,
    /// How it ended.
    pub outcome: Outcome,
    /// The rate limit that the call counted against: (units, used, window, opens).
    pub rate: Option<(u64, u64, i64, Up)>,
    /// 64 bits that name this request: a function of the seed and the entry.
    pub request: u64,
    /// For a repeated answer: what named the request that was answered first.
    pub original_request: Option<u64>,
    /// True where the clock follows the calls: injected latency was counted already and need hardly be slept.
    pub counted: bool,
}

impl Desk {
    /// Reads the clock once. Where time follows the calls, the call itself is what moves it.
    pub(super) fn reading(&self, input: &Input, pause_ms: i64) -> Moment {
        use muddle_world::clock::Mode;
        let moved = match (&self.world.clock().mode, &input.call) {
            (
                Mode::Step { .. } | Mode::Manual,
                Call::Office(muddle_world::office::Call::Wait { for_ms }),
            ) => self.world.up.plus(*for_ms),
            (Mode::Step { per_call_ms }, call) if call.vendor() != Vendor::Office => {
                self.world.up.plus(pause_ms).plus(*per_call_ms)
            }
            (Mode::Step { .. } | Mode::Manual, _) => self.world.up,
            _ => input.up.max(self.world.up),
        };
        self.moment_at(moved)
    }

    /// The time, were it called at the clock's reading `up` by somebody who moves it no further.
    pub fn now(&self, up: Up) -> (At, Up) {
        let up = if self.world.clock().follows_calls() {
            self.world.up
        } else {
            up.max(self.world.up)
        };
        let Moment { at, up } = self.moment_at(up);
        (at, up)
    }

    pub(super) fn moment_at(&self, up: Up) -> Moment {
        Moment {
            at: self.world.clock().at(up).max(self.world.at),
            up,
        }
    }

    fn view(&self, moment: Moment) -> View<'_> {
        View {
            world: &self.world,
            at: moment.at,
            up: moment.up,
            seq: self.world.seq + 1,
        }
    }

    /// Takes one call through all of its stations. `spent` is what its coming about uses up: an agenda item.
    pub(super) fn take(
        &mut self,
        input: Input,
        moment: Moment,
        around: Around,
        spent: Effects,
        written: &mut Vec<Written>,
    ) -> Result<Told, ActError> {
        let counted = self.world.clock().follows_calls();
        let judged = catch_unwind(AssertUnwindSafe(|| {
            self.judge_and_decide(&input.actor, &input.call, moment, counted)
        }));
        let mut judged = judged.unwrap_or_else(|_| Judged::broken());
        judged.add(spent);
        let moment = match (counted, &judged.verdict) {
            // Under a clock that follows the calls a delay before the effect has passed when it takes effect.
            (true, Some(verdict)) if verdict.position == Position::Before => {
                self.moment_at(moment.up.plus(counted_delay(verdict)))
            }
            _ => moment,
        };
        self.write(
            Draft {
                input,
                moment,
                around,
                about: None,
            },
            judged,
            counted,
            written,
        )
    }

    /// Continues a parked call: decided now, its verdict spent.
    pub(super) fn take_parked(
        &mut self,
        seq: u64,
        moment: Moment,
        written: &mut Vec<Written>,
    ) -> Result<Told, ActError> {
        let parked = self
            .world
            .office
            .parked
            .get(&seq.to_string())
            .cloned()
            .ok_or(ActError::NotParked { seq })?;
        let input = Input {
            actor: parked.actor.clone(),
            origin: None,
            call: parked.call.clone(),
            up: moment.up,
            paused: false,
        };
        let judged = catch_unwind(AssertUnwindSafe(|| {
            self.decide_parked(&input.call, moment, seq)
        }));
        let mut judged = match judged {
            Ok(decision) => Judged::decided(decision, &input.call),
            Err(_) => Judged::broken(),
        };
        let mut spent = Effects::default();
        spent.remove(effect::Record::Office(parked.into()));
        judged.add(spent);
        let draft = Draft {
            input,
            moment,
            around: Around::default(),
            about: Some(seq),
        };
        self.write(draft, judged, self.world.clock().follows_calls(), written)
    }

    /// Credential, limits, faults, rules: everything that only looks.
    fn judge_and_decide(
        &self,
        actor: &Actor,
        call: &Call,
        moment: Moment,
        counted: bool,
    ) -> Judged {
        if actor.credential != Credential::Valid {
            return Judged::denied(call, Denial::Credential(actor.credential));
        }
        if call.vendor() != Vendor::Office {
            if self.full() {
                return Judged::denied(call, Denial::Full);
            }
            if let Some(limited) = limits::check(&self.world, actor, call, moment.up) {
                return Judged::denied(call, Denial::Limited(limited));
            }
        }
        let Judgement { matched, verdict } =
            fault::judge(&self.world, actor.kind, call, moment.at, moment.up);
        let mut judged = match &verdict {
            Some(verdict) if verdict.position == Position::Before => {
                self.before(actor, call, moment, verdict, counted)
            }
            Some(verdict) => {
                let decision = self.decide(call, moment, Some(verdict));
                Judged::after(decision, call, verdict)
            }
            None => Judged::decided(self.decide(call, moment, None), call),
        };
        judged.matched = matched;
        judged.verdict = verdict;
        judged
    }

    /// A verdict that strikes before the effect: the call waits, or fails with nothing applied.
    fn before(
        &self,
        actor: &Actor,
        call: &Call,
        moment: Moment,
        verdict: &Verdict,
        counted: bool,
    ) -> Judged {
        let waits_ms = match &verdict.effect {
            Kind::Delay { .. } => verdict.delay_ms,
            Kind::Hang { for_ms } => *for_ms,
            effect => return Judged::failed(call.vendor(), effect),
        };
        let endless = waits_ms.is_none();
        if counted && !endless {
            let late = self.moment_at(moment.up.plus(counted_delay(verdict)));
            return Judged::decided(self.decide(call, late, Some(verdict)), call);
        }
        if self.world.office.parked.len() >= limits::PARKED_MAX {
            return Judged::denied(call, Denial::Full);
        }
        let seq = self.world.seq + 1;
        let parked = Parked {
            id: seq.to_string().into(),
            seq,
            actor: actor.clone(),
            call: call.clone(),
            verdict: verdict.clone(),
            resume_up: waits_ms.map(|ms| moment.up.plus((ms - limits::ANSWER_AHEAD_MS).max(0))),
        };
        Judged::parked(parked)
    }

    /// Idempotency, then the rules, for a call that goes on: the key that runs on its own behalf does not stop it, one
    /// that another call has used meanwhile does.
    fn decide_parked(&self, call: &Call, moment: Moment, parked: u64) -> Decision {
        let repeated = match call {
            Call::Billing(call) => idempotency::before_resumed(&self.view(moment), call, parked),
            _ => None,
        };
        repeated.unwrap_or_else(|| self.rules(call, moment, None))
    }

    /// Idempotency, then the rules.
    fn decide(&self, call: &Call, moment: Moment, verdict: Option<&Verdict>) -> Decision {
        let repeated = match call {
            Call::Billing(call) => idempotency::before(&self.view(moment), call),
            _ => None,
        };
        repeated.unwrap_or_else(|| self.rules(call, moment, verdict))
    }

    /// The rules' own say.
    fn rules(&self, call: &Call, moment: Moment, verdict: Option<&Verdict>) -> Decision {
        let view = self.view(moment);
        match call {
            Call::Malformed {
                vendor, problem, ..
            } => denial(*vendor, Denial::Malformed(problem.clone())),
            Call::Unrouted {
                vendor,
                exists: true,
                nearest,
            } => denial(
                *vendor,
                Denial::NotOffered {
                    nearest: nearest.clone(),
                },
            ),
            Call::Unrouted { vendor, .. } => denial(*vendor, Denial::NoRoute),
            call => World::decide(&view, call, verdict),
        }
    }

    /// Whether the log is as long as it may be.
    fn full(&self) -> bool {
        self.world.seq >= self.limits.entries_max
            || self.bytes >= self.limits.bytes_max
            || self.kept >= self.limits.kept_max
    }

    /// The rate limit that a call counts against, as it stands once the call is counted. A call that goes on was counted
    /// when it was parked.
    fn rate(&self, draft: &Draft) -> Option<(u64, u64, i64, Up)> {
        let (limit, units) = limits::applies(&self.world, &draft.input.actor, &draft.input.call)?;
        let (start, used) = self.world.windows.used(limit, draft.moment.up);
        let used = match draft.about {
            Some(_) => used,
            None => used + units,
        };
        Some((
            limit.units,
            used,
            limit.window_ms,
            start.plus(limit.window_ms),
        ))
    }

    /// Reactions, entry, fold, hash: what changes the workspace.
    fn write(
        &mut self,
        draft: Draft,
        judged: Judged,
        counted: bool,
        written: &mut Vec<Written>,
    ) -> Result<Told, ActError> {
        let (moment, seq) = (draft.moment, self.world.seq + 1);
        let rate = self.rate(&draft);
        let (status, verdict) = (judged.decided_status, judged.verdict.clone());
        let core = self.entry(draft.input, draft.moment, draft.about, judged);
        let core = self.commit(core, draft.around, written)?;
        let view = View {
            world: &self.world,
            at: moment.at,
            up: moment.up,
            seq,
        };
        let request = self.world.request(seq);
        let original_request = core.about.map(|seq| self.world.request(seq));
        let answer = core
            .reply
            .as_ref()
            .map(|reply| resolve(&view, &core.call, reply));
        Ok(Told {
            seq,
            at: moment.at,
            up: moment.up,
            answer,
            status,
            verdict,
            outcome: core.outcome,
            rate,
            request,
            original_request,
            counted,
        })
    }
}

/// How far a delay or a hang moves a clock that follows the calls.
fn counted_delay(verdict: &Verdict) -> i64 {
    match &verdict.effect {
        Kind::Delay { .. } => verdict.delay_ms.unwrap_or(0),
        Kind::Hang { for_ms } => for_ms.unwrap_or(0),
        _ => 0,
    }
}

fn denial(vendor: Vendor, denial: Denial) -> Decision {
    Decision {
        effects: Effects::default(),
        status: denial.status(vendor),
        ok: false,
        reply: Reply::Denied(denial),
    }
}

/// What becomes of an answer that a fault met after the effect.
pub(super) const fn fate(effect: &Kind) -> Fate {
    match effect {
        Kind::Delay { .. } => Fate::Sent,
        Kind::Reset | Kind::Close | Kind::Hang { .. } => Fate::Lost,
        _ => Fate::Altered,
    }
}
