//! The mail of whole offices: nobody writes what somebody else wrote, and people open and close in their own ways.
//!
//! Measured over every mail of an opening, those on their way included, as a candidate would read them; quoted parts,
//! resends and automatic mail are left out. Shared shingles are found through an index, so that no pair is compared
//! that shares nothing.

use std::collections::{BTreeMap, BTreeSet};

use muddle_scenario::letters::shingles;
use muddle_scenario::{Generated, Options, generate, shipped};
use muddle_world::call::Call;
use muddle_world::chance::Seed;
use muddle_world::effect::Record;
use muddle_world::inbox::{self, mime};
use muddle_world::office;
use muddle_world::time::At;

/// The most that two bodies may share, in percent of their shingles.
const SHARED_MAX: usize = 40;
/// Ways to open and to close a mail, at least.
const WAYS_MIN: usize = 30;

/// A mail as it is read.
struct Mail {
    /// Its id, or `<Message-ID>` where it has not come yet.
    name: String,
    /// First name of its writer.
    writer: String,
    /// Its own words.
    body: String,
}

fn read(name: String, raw: &[u8]) -> Mail {
    let mail = mime::read(raw).expect("a mail can be read");
    let from = mail.head.from.as_ref().and_then(|from| from.name.clone());
    let writer = from.unwrap_or_default();
    let writer = writer.split_whitespace().next().unwrap_or_default();
    let text = mail.root.readable();
    let mut lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let quoted = |line: &&str| line.starts_with('>') || line.contains("Original Message");
    if let Some(first) = lines.iter().position(quoted) {
        // The line above a quote says whose words they are.
        lines.truncate(first);
        while lines.pop().is_some_and(|line| line.trim().is_empty()) {}
    }
    Mail {
        name,
        writer: writer.to_owned(),
        body: lines.join("\n"),
    }
}

/// Every mail of an office but resends and automatic ones.
fn mails(office: &Generated) -> Vec<Mail> {
    let mut left_out = BTreeSet::new();
    for case in &office.truth.cases {
        let messages = case.touches.messages.iter().map(ToString::to_string);
        match &*case.kind {
            "resent_request" => left_out.extend(messages.skip(1)),
            "out_of_office" => left_out.extend(messages),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for record in &office.records {
        match record {
            Record::Inbox(inbox::Record::Message(message)) => {
                found.push(read(message.id.to_string(), &message.raw_bytes()));
            }
            Record::Office(office::Record::AgendaItem(item)) => {
                let Call::Inbox(call) = &item.call else {
                    continue;
                };
                let raw = delivered(call);
                let head = mime::letterhead(&raw).expect("a mail has a head");
                found.push(read(format!("<{}>", head.message_id), &raw));
            }
            _ => {}
        }
    }
    found.retain(|mail| !left_out.contains(&mail.name));
    found
}

fn delivered(call: &inbox::Call) -> Vec<u8> {
    match &call.request {
        inbox::Request::Deliver(mail) => mail.raw.as_bytes().to_vec(),
        other => panic!("the story delivers mail and nothing else: {other:?}"),
    }
}

/// The line above the writer's own name at the end.
fn sign_off(mail: &Mail) -> Option<String> {
    let lines: Vec<&str> = mail.body.lines().filter(|line| !line.is_empty()).collect();
    let name = mail.writer.to_lowercase();
    let signed = lines.iter().rposition(|line| {
        let line = line.to_lowercase();
        !name.is_empty() && line.starts_with(&name) && line.len() < 40
    })?;
    let above = lines.get(signed.checked_sub(1)?)?;
    (above.len() < 60).then(|| above.to_lowercase())
}

#[test]
fn no_two_mails_of_an_office_say_the_same() {
    let scenario = shipped("refund-desk")
        .expect("it ships")
        .expect("it is whole");
    let epoch = At::parse("2026-11-16").expect("a date");
    for seed in 1..=5 {
        let office = generate(
            &scenario,
            &Seed::from_number(seed),
            epoch,
            Options::default(),
        );
        let mails = mails(&office);
        assert!(mails.len() > 150, "{} mails", mails.len());
        let sets: Vec<Vec<u64>> = mails.iter().map(|mail| shingles(&mail.body)).collect();
        let mut index: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (here, set) in sets.iter().enumerate() {
            let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
            for shingle in set {
                let holders = index.entry(*shingle).or_default();
                for other in holders.iter() {
                    *shared.entry(*other).or_default() += 1;
                }
                holders.push(here);
            }
            for (other, both) in shared {
                let all = set.len() + sets[other].len() - both;
                assert!(
                    both * 100 <= SHARED_MAX * all,
                    "seed {seed}: {both} of {all} shingles\n{}\n\n{}",
                    mails[other].body,
                    mails[here].body
                );
            }
        }
        let opening = |mail: &Mail| mail.body.lines().next().map(str::to_lowercase);
        let openings: BTreeSet<String> = mails.iter().filter_map(opening).collect();
        let sign_offs: BTreeSet<String> = mails.iter().filter_map(sign_off).collect();
        assert!(
            openings.len() >= WAYS_MIN && sign_offs.len() >= WAYS_MIN,
            "seed {seed}: {} openings, {} sign-offs",
            openings.len(),
            sign_offs.len()
        );
    }
}
