//! What mail programs put around a body: the quoted original, a forward, and the same mail sent once more.
//!
//! Called by the generator. Quotes are text that nobody wrote anew, so measures of likeness leave them out.

use muddle_world::chance::Dice;

use super::Letter;

/// A message that is answered or forwarded.
#[derive(Clone, Debug)]
pub struct Original<'a> {
    /// Name and address of its sender.
    pub name: &'a str,
    pub email: &'a str,
    /// To whom it went.
    pub to: &'a str,
    pub subject: &'a str,
    pub sent: jiff::civil::DateTime,
    pub body: &'a str,
}

/// The original below a top-posted answer, with an attribution line in one program's wording.
pub fn reply_quote(dice: &mut Dice, original: &Original<'_>) -> String {
    let quoted: String = original
        .body
        .lines()
        .map(|line| {
            if line.is_empty() {
                ">\n".to_owned()
            } else {
                format!("> {line}\n")
            }
        })
        .collect();
    let day = original.sent.strftime("%a, %-d %b %Y");
    let time = original.sent.strftime("%H:%M");
    let name = original.name;
    let email = original.email;
    match dice.below(4) {
        0 => format!("On {day} at {time}, {name} <{email}> wrote:\n{quoted}"),
        1 => format!("On {day} {time}, {name} wrote:\n\n{quoted}"),
        2 => format!("{name} <{email}> wrote on {day} at {time}:\n{quoted}"),
        _ => format!(
            "-----Original Message-----\nFrom: {name} <{email}>\nSent: {day} {time}\nTo: {}\nSubject: {}\n\n{}\n",
            original.to, original.subject, original.body
        ),
    }
}

/// The original as a forward.
pub fn forward(original: &Original<'_>) -> String {
    format!(
        "---------- Forwarded message ----------\nFrom: {} <{}>\nDate: {}\nSubject: {}\nTo: {}\n\n{}\n",
        original.name,
        original.email,
        original.sent.strftime("%a, %-d %b %Y %H:%M"),
        original.subject,
        original.to,
        original.body
    )
}

/// The same mail once more, below a line that says so.
pub fn resend(dice: &mut Dice, letter: &Letter) -> Letter {
    const LINES: &[&str] = &[
        "Resending this as I have had no answer.",
        "Sending this again in case it went astray.",
        "Second try - did you get my mail below?",
        "I wrote this a few days ago and heard nothing, so here it is once more.",
        "Not sure this arrived the first time.",
        "Just bumping this up your inbox.",
        "Still waiting on a reply to this one.",
        "Apologies if you get this twice, my mail program hung the first time.",
        "Again, because nobody has replied.",
        "Copying my mail in again below, please could somebody look at it.",
    ];
    let prefix = *dice.pick(&["", "Again: ", "2nd try: ", "Fwd: ", "Reminder: "]);
    Letter {
        subject: format!("{prefix}{}", letter.subject),
        body: format!("{}\n\n{}", dice.pick(LINES), letter.body),
        html: None,
        ..letter.clone()
    }
}
