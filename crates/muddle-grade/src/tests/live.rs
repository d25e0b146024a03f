//! The small desk while somebody works on it: each call is decided by the world's own rules and logged as an office would.

use std::sync::Arc;

use muddle_world::call::{Actor, ActorKind, Call, Credential};
use muddle_world::chance::Seed;
use muddle_world::effect::{Change, Record};
use muddle_world::entry::{Around, Core, Entry, Fate, Outcome};
use muddle_world::fault::{Kind, Position, Verdict};
use muddle_world::time::{At, Up};
use muddle_world::view::View;
use muddle_world::world::World;
use muddle_world::{billing, inbox};
use serde_json::{Value, json};

use super::desk::{DESK, email, opening, start, thread};

/// How a call ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Well,
    /// Applied, the answer lost.
    Lost,
    /// Refused by a broken vendor, nothing applied.
    Down,
    /// The answer of an earlier call again.
    Replayed,
}

impl Ends {
    fn outcome(self, ok: bool) -> Outcome {
        match self {
            Self::Well if !ok => Outcome::Refused,
            Self::Well | Self::Replayed => Outcome::Ok,
            Self::Lost => Outcome::Indefinite,
            Self::Down => Outcome::Failed,
        }
    }

    fn verdict(self) -> Option<Verdict> {
        let (effect, position) = match self {
            Self::Well | Self::Replayed => return None,
            Self::Lost => (Kind::Close, Position::After),
            Self::Down => (
                Kind::Error {
                    status: 503,
                    code: None,
                },
                Position::Before,
            ),
        };
        let fault = "f1".into();
        Some(Verdict {
            fault,
            effect,
            position,
            draw: 1,
            delay_ms: None,
        })
    }
}

/// The id of the first record that an entry made, bookings left out.
fn first_made(core: &Core) -> Option<String> {
    core.effects.iter().find_map(|effect| match &effect.change {
        Change::Created(record)
            if !matches!(record.collection(), "balance_transactions" | "events") =>
        {
            Some(record.id().to_string())
        }
        _ => None,
    })
}

/// The desk while somebody works on it.
pub struct Desk {
    pub opening: Vec<Record>,
    pub entries: Vec<Entry>,
    pub at: At,
    world: World,
}

impl Desk {
    pub fn open() -> Self {
        let opening = opening();
        let mut world = World::empty(Arc::new(Seed::from_number(7)), start());
        opening.iter().for_each(|record| world.load(record));
        Self {
            opening,
            entries: Vec::new(),
            at: start(),
            world,
        }
    }

    /// Lets time pass.
    pub fn wait(&mut self, ms: i64) {
        self.at = self.at.plus(ms);
    }

    /// Waits until then.
    pub fn until(&mut self, at: At) {
        self.at = self.at.max(at);
    }

    /// One call of the candidate.
    pub fn call(&mut self, call: Value) -> Option<String> {
        self.act(
            ActorKind::Candidate,
            serde_json::from_value(call).unwrap(),
            Ends::Well,
        )
    }

    /// One call of anybody; gives the id of the first record it made.
    pub fn act(&mut self, kind: ActorKind, call: Call, ends: Ends) -> Option<String> {
        let seq = self.entries.len() as u64 + 1;
        self.at = self.at.plus(50);
        let up = Up(self.at.since(start()));
        let view = View {
            world: &self.world,
            at: self.at,
            up,
            seq,
        };
        let decision = World::decide(&view, &call, None);
        let applies = matches!(ends, Ends::Well | Ends::Lost);
        let outcome = ends.outcome(decision.ok);
        let verdict = ends.verdict();
        let effects = if applies {
            decision.effects.into_vec()
        } else {
            Vec::new()
        };
        let struck = verdict.as_ref().map(|_| "f1".into());
        let core = Core {
            v: 1,
            seq,
            up,
            at: self.at,
            paused: false,
            actor: Actor {
                kind,
                name: None,
                attempt: Some(1),
                key: None,
                credential: Credential::Valid,
            },
            origin: None,
            vendor: call.vendor(),
            operation: call.operation(),
            subject: call.subject(),
            idempotency_key: call.idempotency_key().cloned(),
            call,
            matched: struck.into_iter().collect(),
            verdict,
            effects,
            reply: None,
            status: (ends != Ends::Lost).then_some(if ends == Ends::Down {
                503
            } else {
                decision.status
            }),
            outcome,
            applied: applies && decision.ok,
            answer: Some(if ends == Ends::Lost {
                Fate::Lost
            } else {
                Fate::Sent
            }),
            about: None,
        };
        self.world.apply(&core).unwrap();
        let made = first_made(&core);
        self.entries.push(Entry {
            core,
            around: Around::default(),
        });
        made
    }

    /// Asks for a refund.
    pub fn refund(&mut self, charge: u32, amount: Option<i64>, key: Option<&str>, ends: Ends) {
        let call = billing::Call {
            request: billing::Request::CreateRefund(billing::NewRefund {
                charge: Some(format!("ch_{charge}").into()),
                amount,
                ..Default::default()
            }),
            expand: Vec::new(),
            idempotency_key: key.map(Into::into),
        };
        self.act(ActorKind::Candidate, Call::Billing(call), ends);
    }

    /// Sends a mail in a case's thread.
    pub fn reply(&mut self, case: u32, to: &str, text: &str) {
        let letter = inbox::Letter {
            from: inbox::Mailbox::bare(DESK),
            to: vec![inbox::Mailbox::bare(to)],
            subject: "Re: My order".into(),
            date: self.at,
            message_id: format!("d{}@shop.example", self.entries.len()),
            in_reply_to: Some(format!("m{case}@mail.example")),
            references: vec![format!("m{case}@mail.example")],
            text: text.into(),
            ..Default::default()
        };
        self.call(json!({"inbox": {"request": {"send_message": {"raw": inbox::compose(&letter), "thread_id": thread(case)}}}}));
    }

    /// The customer answers.
    pub fn answer(&mut self, case: u32, name: &str, text: &str) {
        let letter = inbox::Letter {
            from: inbox::Mailbox::bare(&email(name)),
            to: vec![inbox::Mailbox::bare(DESK)],
            subject: "Re: My order".into(),
            date: self.at,
            message_id: format!("a{}@mail.example", self.entries.len()),
            references: vec![format!("m{case}@mail.example")],
            text: text.into(),
            ..Default::default()
        };
        let call = Call::Inbox(inbox::Call::deliver(&inbox::compose(&letter)));
        self.act(ActorKind::Persona, call, Ends::Well);
    }

    /// Writes a note on a contact.
    pub fn note(&mut self, contact: &str, text: &str) {
        self.paper(
            "notes",
            json!({"hs_note_body": text, "hs_timestamp": self.at.iso()}),
            contact,
            202,
        );
    }

    /// Opens a ticket for a person.
    pub fn ticket(&mut self, contact: &str, text: &str) {
        let fields = json!({"subject": "Refund request", "content": text, "hs_pipeline": "desk", "hs_pipeline_stage": "person"});
        self.paper("tickets", fields, contact, 16);
    }

    fn paper(&mut self, kind: &str, properties: Value, contact: &str, way: u32) {
        let link =
            json!({"to": contact, "types": [{"category": "hubspot_defined", "type_id": way}]});
        let made = self.call(json!({"crm": {"objects": {"of": kind, "ask": {"create": {"properties": properties, "links": [link]}}}}}));
        assert!(
            made.is_some(),
            "{kind} could not be made: {:?}",
            self.entries.last().map(|entry| &entry.core.outcome)
        );
    }

    /// Puts a label on a thread.
    pub fn archive(&mut self, case: u32) {
        self.call(json!({"inbox": {"request": {"modify_thread": {"id": thread(case), "labels": {"remove": ["INBOX"]}}}}}));
    }

    /// Makes two contacts one.
    pub fn merge(&mut self, survivor: &str, loser: &str) {
        self.call(json!({"crm": {"objects": {"of": "contacts", "ask": {"merge": {"primary": survivor, "loser": loser}}}}}));
    }
}
