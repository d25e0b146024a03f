//! A small office whose every entry is written, read again and applied to a second world beside the first.

use std::sync::Arc;

use crate::call::{self, Actor, ActorKind};
use crate::chance::Seed;
use crate::entry::{Core, Entry, Outcome, VERSION};
use crate::inbox::{Answer, Call, Message, NewMail, Refusal, Reply, Request, resolve};
use crate::office::Profile;
use crate::reply;
use crate::row::Str;
use crate::time::{At, Up};
use crate::vendor::Vendor;
use crate::view::View;
use crate::world::World;

/// The mailbox's address.
pub const ADDRESS: &str = "desk@example.com";

/// A world, and its twin that only ever sees what the log holds.
pub struct Desk {
    pub world: World,
    twin: World,
}

impl Desk {
    pub fn open() -> Self {
        let start = At::parse("2026-11-21T09:00:00Z").unwrap();
        let mut world = World::empty(Arc::new(Seed::from_number(5)), start);
        let profile = Profile {
            id: "profile".into(),
            company: "Kettle & Co".into(),
            address: ADDRESS.into(),
            search_lag_ms: 0,
            story_ends: start,
        };
        world.load(&crate::effect::Record::Office(profile.into()));
        Self {
            twin: world.clone(),
            world,
        }
    }

    /// Carries a call out a second after the one before.
    pub fn call(&mut self, call: Call) -> Result<Answer, Refusal> {
        let view = View {
            world: &self.world,
            at: self.world.at.plus(1_000),
            up: Up(self.world.up.0 + 1_000),
            seq: self.world.seq + 1,
        };
        let call = call::Call::Inbox(call);
        let decision = World::decide(&view, &call, None);
        let core = Core {
            v: VERSION,
            seq: view.seq,
            up: view.up,
            at: view.at,
            paused: false,
            actor: Actor::inside(ActorKind::Candidate, "test"),
            origin: None,
            vendor: Vendor::Inbox,
            operation: call.operation(),
            subject: call.subject(),
            call: call.clone(),
            matched: Vec::new(),
            verdict: None,
            effects: decision.effects.into_vec(),
            reply: Some(decision.reply.clone()),
            status: Some(decision.status),
            outcome: Outcome::Ok,
            applied: true,
            answer: None,
            idempotency_key: None,
            about: None,
        };
        let entry = Entry {
            core,
            around: crate::entry::Around::default(),
        };
        let read = Entry::read(&entry.bytes()).unwrap();
        assert_eq!(read, entry, "what is written is what is read");
        self.world.apply(&entry.core).unwrap();
        self.twin.apply(&read.core).unwrap();
        let (call::Call::Inbox(call), reply::Reply::Inbox(reply)) = (call, decision.reply) else {
            panic!("a mailbox answers for itself");
        };
        match reply {
            Reply::Refused(refusal) => Err(refusal),
            reply => Ok(resolve(
                &View {
                    world: &self.world,
                    ..view_after(&self.world)
                },
                &call,
                &reply,
            )),
        }
    }

    pub fn ask(&mut self, request: Request) -> Result<Answer, Refusal> {
        self.call(Call::plain(request))
    }

    /// A message that a call made or changed.
    pub fn made(&mut self, request: Request) -> Arc<Message> {
        match self.ask(request).unwrap() {
            Answer::Changed(message) => message,
            Answer::ChangedDraft { message, .. } => message,
            other => panic!("{other:?}"),
        }
    }

    /// Puts a mail in.
    pub fn insert(&mut self, raw: &str, labels: &[&str]) -> Arc<Message> {
        self.made(Request::InsertMessage(NewMail {
            raw: raw.into(),
            label_ids: labels.iter().map(|label| Str::from(*label)).collect(),
            ..NewMail::default()
        }))
    }

    pub fn message(&self, id: &str) -> Arc<Message> {
        self.world.inbox.messages.get(id).unwrap().clone()
    }

    /// Both worlds hold the same records and the same history.
    pub fn assert_replayed(&self) {
        let records = |world: &World| world.records().collect::<Vec<_>>();
        assert_eq!(records(&self.world), records(&self.twin));
        let history = |world: &World| {
            let events = world
                .history
                .since(world.history.now().saturating_sub(100_000));
            (
                world.history.now(),
                events.map(|events| events.cloned().collect::<Vec<_>>()),
            )
        };
        assert_eq!(history(&self.world), history(&self.twin));
    }
}

fn view_after(world: &World) -> View<'_> {
    View {
        world,
        at: world.at,
        up: world.up,
        seq: world.seq,
    }
}

/// A small mail with these headers.
pub fn raw(headers: &[(&str, &str)], body: &str) -> String {
    let mut raw = String::new();
    for (name, value) in headers {
        raw.push_str(&format!("{name}: {value}\n"));
    }
    format!("{raw}\n{body}\n")
}
