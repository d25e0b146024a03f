//! `muddle note` and `muddle mail`: what somebody who watches writes down, and what they let a customer write.

use std::io::Write as _;

use reqwest::Method;
use serde_json::json;

use crate::args::{Mail, Note};
use crate::client::At;
use crate::failure::Failure;

/// Writes a note into the log.
pub fn note(at: &At<'_>, args: &Note) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let path = format!("/muddle/v1/workspaces/{}/notes", reached.workspace);
    let noted = reached.json(Method::POST, &path, Some(&json!({"text": args.text})))?;
    let at = noted["at"].as_str().unwrap_or_default();
    writeln!(
        std::io::stdout(),
        "Noted at {at}, entry {}; the report shows it.",
        noted["seq"]
    )?;
    Ok(0)
}

/// Lets a mail of a customer come in.
pub fn mail(at: &At<'_>, args: &Mail) -> Result<u8, Failure> {
    let reached = at.operator(&args.workspace)?;
    let path = format!("/muddle/v1/workspaces/{}/mail", reached.workspace);
    let mail = json!({
        "as": args.as_, "text": args.text, "subject": args.subject, "thread": args.thread,
    });
    let arrived = reached.json(Method::POST, &path, Some(&mail))?;
    let text = |name: &str| arrived[name].as_str().unwrap_or_default().to_owned();
    writeln!(
        std::io::stdout(),
        "A mail from {} came in at {}, entry {}: \"{}\". The report counts it as a hand on the scale.",
        text("from"),
        text("at"),
        arrived["seq"],
        text("subject")
    )?;
    Ok(0)
}
