//! Mail that somebody sends in by hand, as a customer: who that is, in which thread, and the letter.
//!
//! Called by the control API. The letter takes the way of the story's own mail: it arrives as `deliver`, decided and logged
//! like any call, with the one who sent it as the actor. Who the customer is and where the thread stands is looked up under
//! the workspace's lock, in the same breath as the call.

mod customer;

use muddle_world::call::{Actor, Call, Input};
use muddle_world::entry::Outcome;
use muddle_world::inbox::{self, Letter, Mailbox, Message};
use muddle_world::limits::{MAIL_SUBJECT_BYTES_MAX, MAIL_TEXT_BYTES_MAX};
use muddle_world::reply::{Answer, Denial};
use muddle_world::time::{At, Up};

use crate::act::{ActError, Acted, Desk};
use crate::error::OfficeError;
use crate::office::Office;
use crate::workspace::{Workspace, around};

/// Letters of a subject that is taken from the text.
const SUBJECT_LETTERS: usize = 60;

/// A mail in words.
#[derive(Clone, Debug)]
pub struct Words {
    /// The customer: an address, or a name that the CRM or the billing desk knows.
    pub customer: String,
    /// What they write.
    pub text: String,
    /// Of a new thread; how the text begins if absent.
    pub subject: Option<String>,
    /// The thread that they answer in.
    pub thread: Option<Thread>,
}

/// A thread that is there.
#[derive(Clone, Debug)]
pub enum Thread {
    /// The customer's own last one.
    Last,
    /// This one.
    Id(String),
}

/// A mail that came in.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// Its entry.
    pub seq: u64,
    /// Office time.
    pub at: At,
    /// Whose address it comes from.
    pub from: String,
    /// Its subject.
    pub subject: String,
}

/// Lets a mail of a customer come in.
pub async fn send_in(
    office: &Office,
    workspace: &Workspace,
    actor: Actor,
    words: Words,
) -> Result<Arrived, OfficeError> {
    check(&words)?;
    let mut written = None;
    let heard = workspace
        .with_desk(office, false, |desk, up| {
            if desk.world.sealed() {
                return Err(ActError::Sealed);
            }
            let made = letter(desk, up, &words);
            let acted = match &made {
                Ok(letter) => desk.act(input(actor, letter, up), around()),
                Err(_) => Ok(Acted::default()),
            };
            written = Some(made);
            acted
        })
        .await?;
    let letter = written.unwrap_or(Err(OfficeError::NotKept))?;
    let told = heard.ok_or(OfficeError::NotKept)?.told;
    if told.outcome != Outcome::Ok {
        let why = match &told.answer {
            Some(Answer::Denied(Denial::Full)) => {
                "the workspace holds as many entries or bytes as it may"
            }
            _ => "see its entry",
        };
        return Err(OfficeError::Conflict(format!(
            "the mailbox did not take the mail (entry {}): {why}",
            told.seq
        )));
    }
    Ok(Arrived {
        seq: told.seq,
        at: told.at,
        from: letter.from.address.to_string(),
        subject: letter.subject,
    })
}

fn input(actor: Actor, letter: &Letter, up: Up) -> Input {
    let raw = inbox::compose(letter);
    Input {
        actor,
        origin: None,
        call: Call::Inbox(inbox::Call::deliver(&raw)),
        up,
        paused: false,
    }
}

fn check(words: &Words) -> Result<(), OfficeError> {
    let refused = |sentence: String| Err(OfficeError::Invalid(sentence));
    if words.text.trim().is_empty() {
        return refused("a mail says something; this one is empty".to_owned());
    }
    if words.text.len() > MAIL_TEXT_BYTES_MAX {
        return refused(format!(
            "a mail sent in by hand has at most {MAIL_TEXT_BYTES_MAX} bytes; this one has {}",
            words.text.len()
        ));
    }
    let Some(subject) = &words.subject else {
        return Ok(());
    };
    if words.thread.is_some() {
        return refused(
            "a mail in a thread has the thread's subject; leave the subject or the thread out"
                .to_owned(),
        );
    }
    if subject.len() > MAIL_SUBJECT_BYTES_MAX {
        return refused(format!(
            "a subject has at most {MAIL_SUBJECT_BYTES_MAX} bytes"
        ));
    }
    Ok(())
}

/// The letter as the customer would write it now.
fn letter(desk: &Desk, up: Up, words: &Words) -> Result<Letter, OfficeError> {
    let world = &desk.world;
    let from = customer::find(world, &words.customer)?;
    let own = inbox::address(&muddle_world::view::View {
        world,
        at: world.at,
        up: world.up,
        seq: world.seq,
    })
    .to_owned();
    if from.address.eq_ignore_ascii_case(&own) {
        return Err(OfficeError::Invalid(format!(
            "{own} is the desk itself; a mail comes in from a customer"
        )));
    }
    let answered = match &words.thread {
        None => None,
        Some(thread) => Some(answered(desk, &from, thread)?),
    };
    let domain = from.address.rsplit('@').next().unwrap_or("mail.example");
    // A number of its own, so that no id tells a mail sent in by hand from another.
    let id = muddle_world::effect::mint(&world.seed, "mail by hand", world.seq, "CAK", 40);
    let (at, _) = desk.now(up);
    let mut letter = Letter {
        message_id: format!("{id}@{domain}"),
        to: vec![Mailbox::bare(&own)],
        subject: subject(words, answered),
        date: at,
        text: words.text.clone(),
        from,
        ..Letter::default()
    };
    if let Some(message) = answered {
        letter.references = message.references.iter().map(ToString::to_string).collect();
        letter.references.push(message.message_id.to_string());
        letter.in_reply_to = Some(message.message_id.to_string());
    }
    Ok(letter)
}

fn subject(words: &Words, answered: Option<&Message>) -> String {
    if let Some(message) = answered {
        let subject = message.subject.to_string();
        return match subject.to_lowercase().starts_with("re:") {
            true => subject,
            false => format!("Re: {subject}"),
        };
    }
    if let Some(subject) = words.subject.as_deref().map(str::trim)
        && !subject.is_empty()
    {
        return subject.to_owned();
    }
    let first = words.text.trim().lines().next().unwrap_or_default().trim();
    if first.chars().count() <= SUBJECT_LETTERS {
        return first.to_owned();
    }
    let cut: String = first.chars().take(SUBJECT_LETTERS).collect();
    let whole = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole} …")
}

/// The mail that is answered: the last of the thread.
fn answered<'a>(
    desk: &'a Desk,
    from: &Mailbox,
    thread: &Thread,
) -> Result<&'a Message, OfficeError> {
    let messages = &desk.world.inbox.messages;
    let there = |message: &Message| !message.has("DRAFT") && !message.has("TRASH");
    let thread = match thread {
        Thread::Id(id) => id.as_str().into(),
        Thread::Last => {
            let theirs = |message: &Message| {
                let people = message.from.iter().chain(&message.to).chain(&message.cc);
                let mut people = people.map(|person| &person.address);
                people.any(|address| address.eq_ignore_ascii_case(&from.address))
            };
            let last = messages
                .newest_first()
                .find(|message| there(message) && theirs(message));
            last.map(|message| message.thread_id.clone())
                .ok_or_else(|| {
                    OfficeError::Invalid(format!(
                        "{} has no thread in the mailbox; leave the thread out to begin one",
                        from.address
                    ))
                })?
        }
    };
    let last = messages
        .newest_first()
        .find(|message| there(message) && message.thread_id == thread);
    last.map(|message| &**message).ok_or_else(|| {
        OfficeError::Invalid(format!(
            "there is no thread `{thread}`; name one by its id in the mailbox, or say last"
        ))
    })
}

#[cfg(test)]
mod tests;
