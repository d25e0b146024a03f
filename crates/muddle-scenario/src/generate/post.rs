//! Writes mail out: Message-IDs, headers, quotes and MIME; what is there at the opening gets its place in the box.
//!
//! Called once words and order numbers are there. Mail that has not come yet becomes a delivery on the agenda.

use muddle_world::chance::{Dice, Seed};
use muddle_world::inbox::{self, Charset, Enclosure, Mailbox, Message};
use muddle_world::row::Str;
use muddle_world::time::{At, MINUTE};

use super::calendar::Calendar;
use super::draft::{Draft, Place};
use super::mail::{Hand, Mail};
use crate::file::Desk;
use crate::letters::{self, Letter, Original, reply_quote};
use crate::people::Country;

/// The label of what is left to people.
pub const NEEDS_A_PERSON: &str = "Needs a person";
/// Its id, and that of what is done.
pub const LABELS: [(&str, &str); 2] = [("Label_1", NEEDS_A_PERSON), ("Label_2", "Done")];

/// Mail as it is in the box, and as it will come.
#[derive(Debug, Default)]
pub struct Post {
    /// In the box at the opening.
    pub there: Vec<Message>,
    /// When and what comes later.
    pub later: Vec<(At, String)>,
}

/// Writes all mail of the draft.
pub fn write(seed: &Seed, draft: &mut Draft, desk: &Desk, calendar: &Calendar) -> Post {
    let mut dice = seed.dice(&["post"]);
    name_all(&mut dice, draft, desk);
    place_all(seed, draft, calendar.start);
    let mut post = Post::default();
    for thread in 0..draft.threads.len() {
        for mail in 0..draft.threads[thread].mails.len() {
            one(&mut dice, draft, desk, calendar, (thread, mail), &mut post);
        }
    }
    post.there.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    post.later.sort();
    post
}

/// Every mail gets its Message-ID in its sender's domain.
fn name_all(dice: &mut Dice, draft: &mut Draft, desk: &Desk) {
    for mail in draft
        .threads
        .iter_mut()
        .flat_map(|thread| &mut thread.mails)
    {
        let address = match &mail.hand {
            Hand::Soul { from, .. } => from.as_str(),
            Hand::Agent(_) => &desk.shop.address,
            Hand::Manager => &desk.shop.manager.email,
        };
        let domain = address.rsplit('@').next().unwrap_or("mail.example");
        mail.message_id = format!("{:016x}.{:08x}@{domain}", dice.bits(), dice.bits() as u32);
    }
}

/// Mail that is there gets the id of its time.
fn place_all(seed: &Seed, draft: &mut Draft, start: At) {
    let mut there: Vec<(At, Place, Place)> = Vec::new();
    for (thread, one) in draft.threads.iter().enumerate() {
        let mails = one
            .mails
            .iter()
            .enumerate()
            .filter(|(_, mail)| mail.at <= start);
        there.extend(mails.map(|(place, mail)| (mail.at, thread, place)));
    }
    there.sort_unstable();
    for (nth, (at, thread, place)) in there.into_iter().enumerate() {
        draft.threads[thread].mails[place].id = inbox::mail_id(seed, at, nth as u64);
    }
}

fn one(
    dice: &mut Dice,
    draft: &Draft,
    desk: &Desk,
    calendar: &Calendar,
    place: (Place, Place),
    post: &mut Post,
) {
    let thread = &draft.threads[place.0];
    let mail = &thread.mails[place.1];
    let letter = letter(dice, draft, desk, place);
    let raw = inbox::compose(&letter);
    if mail.at > calendar.start {
        post.later.push((mail.at, raw));
        return;
    }
    let labels: Vec<Str> = match (mail.is_ours(), thread.closed) {
        (true, false) => vec!["SENT".into()],
        (true, true) => vec!["SENT".into(), LABELS[1].0.into()],
        (false, true) => vec![LABELS[1].0.into()],
        (false, false) if place.1 == 0 && thread.mails.iter().any(Mail::is_ours) => {
            vec!["INBOX".into()]
        }
        (false, false) => vec!["INBOX".into(), "UNREAD".into()],
    };
    let id = thread.mails[0].id.clone();
    post.there.push(inbox::message_from_raw(
        &raw,
        mail.id.clone(),
        id,
        &labels,
        mail.at,
    ));
}

fn letter(
    dice: &mut Dice,
    draft: &Draft,
    desk: &Desk,
    (thread, place): (Place, Place),
) -> inbox::Letter {
    let mails = &draft.threads[thread].mails;
    let mail = &mails[place];
    let shop = Mailbox::named(&desk.shop.name, &desk.shop.address);
    let (from, offset_min) = sender(draft, desk, mail);
    let to = if mail.is_ours() {
        sender(draft, desk, &mails[0]).0
    } else {
        shop
    };
    let words = mail.letter.as_ref();
    let mut text = words.map(|words| words.body.clone()).unwrap_or_default();
    if let Some(words) = words.filter(|words| !words.signature.is_empty()) {
        text.push_str("\n\n");
        text.push_str(&words.signature);
    }
    let earlier = place.checked_sub(1).map(|before| &mails[before]);
    let quotes = mail.form.quotes || mail.is_ours();
    if let (Some(earlier), true) = (earlier, quotes) {
        text.push_str("\n\n");
        text.push_str(&quote(dice, draft, desk, earlier));
    }
    let html = words
        .and_then(|words| dressed(dice, words, mail.form.html_only))
        .filter(|_| !quotes || earlier.is_none());
    if mail.form.html_only && html.is_some() {
        text.clear();
    }
    let enclosures = words
        .map(|words| words.attachments.as_slice())
        .unwrap_or_default()
        .iter()
        .map(|file| Enclosure {
            name: file.name.clone(),
            mime_type: file.mime.to_owned(),
            bytes: file.bytes.clone(),
        });
    inbox::Letter {
        from,
        to: vec![to],
        subject: subject(mails, place),
        date: mail.at.plus(mail.form.skew_min * MINUTE),
        offset_min,
        message_id: mail.message_id.clone(),
        in_reply_to: earlier.map(|mail| mail.message_id.clone()),
        references: mails[..place]
            .iter()
            .map(|mail| mail.message_id.clone())
            .collect(),
        text,
        html,
        enclosures: enclosures.collect(),
        charset: if mail.form.latin1 {
            Charset::Latin1
        } else {
            Charset::Utf8
        },
        ..inbox::Letter::default()
    }
}

/// The formatted body: the writer's program made one, or it makes nothing else.
fn dressed(dice: &mut Dice, words: &Letter, html_only: bool) -> Option<String> {
    let made = || letters::formatted(dice, &words.body, &words.signature);
    words.html.clone().or_else(|| html_only.then(made))
}

/// Answers keep the subject of what they answer.
fn subject(mails: &[Mail], place: Place) -> String {
    let first = mails[0]
        .letter
        .as_ref()
        .map(|letter| letter.subject.as_str())
        .unwrap_or_default();
    if place == 0 {
        first.to_owned()
    } else {
        format!("Re: {first}")
    }
}

fn sender(draft: &Draft, desk: &Desk, mail: &Mail) -> (Mailbox, i32) {
    match &mail.hand {
        Hand::Soul { soul, from } => {
            let person = &draft.souls[*soul].person;
            (
                Mailbox::named(&person.full(), from),
                offset_min(person.country),
            )
        }
        Hand::Agent(_) => (Mailbox::named(&desk.shop.name, &desk.shop.address), 0),
        Hand::Manager => (
            Mailbox::named(&desk.shop.manager.name, &desk.shop.manager.email),
            0,
        ),
    }
}

fn quote(dice: &mut Dice, draft: &Draft, desk: &Desk, earlier: &Mail) -> String {
    let (from, _) = sender(draft, desk, earlier);
    let (Some(letter), Some(name)) = (&earlier.letter, &from.name) else {
        return String::new();
    };
    let original = Original {
        name,
        email: &from.address,
        to: &desk.shop.address,
        subject: &letter.subject,
        sent: earlier
            .at
            .timestamp()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .datetime(),
        body: &letter.body,
    };
    reply_quote(dice, &original)
}

/// Minutes east of UTC, in winter.
const fn offset_min(country: Country) -> i32 {
    match country {
        Country::Us | Country::Ca => -300,
        Country::Gb | Country::Ie => 0,
        Country::Au => 600,
        Country::De | Country::Fr | Country::Nl | Country::Es => 60,
    }
}
