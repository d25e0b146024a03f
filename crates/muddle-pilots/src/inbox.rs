//! The mailbox's client: reading threads, answering in them, labels, in Gmail's dialect.
//!
//! Called by the pilots. Every mail is built here with a `Message-ID` that follows from what it answers, so that after an
//! indefinite send one search says whether it went out.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use reqwest::Method;
use serde_json::{Value, json};

use crate::error::CallError;
use crate::json::{int, list, text};
use crate::wire::{Body, Line, Request};

/// Sends of one mail before it is left for later.
const SENDS: u32 = 4;
/// Messages per page.
const PAGE: &str = "500";

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) id: String,
    pub(crate) thread: String,
    /// Address, lower case.
    pub(crate) from: String,
    /// Display name.
    pub(crate) name: String,
    /// Addresses, lower case.
    pub(crate) to: Vec<String>,
    pub(crate) subject: String,
    /// With angle brackets.
    pub(crate) message_id: String,
    pub(crate) references: String,
    /// Milliseconds since 1970.
    pub(crate) at: i64,
    pub(crate) labels: Vec<String>,
    /// Plain text, as it came.
    pub(crate) text: String,
    pub(crate) attachments: Vec<String>,
    /// Whether headers say that no person wrote it.
    pub(crate) automatic: bool,
}

/// An answer to a message.
#[derive(Clone, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) to: &'a str,
    pub(crate) thread: &'a str,
    pub(crate) subject: &'a str,
    /// `Message-ID` of what it answers, with brackets; may be empty.
    pub(crate) in_reply_to: &'a str,
    pub(crate) references: &'a str,
    /// Plain text.
    pub(crate) text: &'a str,
    /// Tells it from every other mail of ours.
    pub(crate) marker: &'a str,
}

/// The mailbox.
#[derive(Debug)]
pub(crate) struct Inbox {
    pub(crate) line: Line,
    pub(crate) address: String,
}

impl Inbox {
    /// Ids of all messages that a search finds, newest first.
    pub(crate) async fn find(&self, q: &str) -> Result<Vec<String>, CallError> {
        let mut ids = Vec::new();
        let mut page_token: Option<String> = None;
        loop {
            let mut request = Request::get("/gmail/v1/users/me/messages").with("maxResults", PAGE);
            if !q.is_empty() {
                request = request.with("q", q);
            }
            if let Some(token) = &page_token {
                request = request.with("pageToken", token.as_str());
            }
            let page = self.line.send(request).await?;
            ids.extend(list(&page, "/messages").iter().map(|row| text(row, "/id")));
            page_token = Some(text(&page, "/nextPageToken")).filter(|token| !token.is_empty());
            if page_token.is_none() {
                return Ok(ids);
            }
        }
    }

    /// One message.
    pub(crate) async fn message(&self, id: &str) -> Result<Mail, CallError> {
        let request =
            Request::get(format!("/gmail/v1/users/me/messages/{id}")).with("format", "full");
        Ok(mail(&self.line.send(request).await?))
    }

    /// The messages of a thread, oldest first.
    pub(crate) async fn thread(&self, id: &str) -> Result<Vec<Mail>, CallError> {
        let request =
            Request::get(format!("/gmail/v1/users/me/threads/{id}")).with("format", "full");
        let said = self.line.send(request).await?;
        Ok(list(&said, "/messages").iter().map(mail).collect())
    }

    /// Sends an answer, once for each marker.
    pub(crate) async fn send(&self, answer: &Answer<'_>) -> Result<(), CallError> {
        let id = format!("{}@pilots.muddle.example", answer.marker);
        let raw = BASE64URL_NOPAD.encode(self.compose(answer, &id).as_bytes());
        let body = json!({ "raw": raw, "threadId": answer.thread });
        let mut last = CallError::Down { vendor: "inbox" };
        for _ in 0..SENDS {
            let request = Request::write(
                Method::POST,
                "/gmail/v1/users/me/messages/send",
                Body::Json(body.clone()),
            );
            match self.line.send(request).await {
                Ok(_) => return Ok(()),
                Err(error @ CallError::Indefinite { .. }) => last = error,
                Err(error) => return Err(error),
            }
            if !self.find(&format!("rfc822msgid:{id}")).await?.is_empty() {
                return Ok(());
            }
        }
        Err(last)
    }

    fn compose(&self, answer: &Answer<'_>, id: &str) -> String {
        let references = format!("{} {}", answer.references, answer.in_reply_to);
        let mut mail = format!(
            "From: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{id}>\r\n",
            self.address,
            answer.to,
            header_words(answer.subject),
        );
        if !answer.in_reply_to.is_empty() {
            mail.push_str(&format!(
                "In-Reply-To: {}\r\nReferences: {}\r\n",
                answer.in_reply_to,
                references
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join("\r\n "),
            ));
        }
        mail.push_str("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        for line in BASE64.encode(answer.text.as_bytes()).as_bytes().chunks(76) {
            mail.push_str(&String::from_utf8_lossy(line));
            mail.push_str("\r\n");
        }
        mail
    }

    /// The id of a label, which is made if it is not there.
    pub(crate) async fn label(&self, name: &str) -> Result<String, CallError> {
        if let Some(id) = self.label_named(name).await? {
            return Ok(id);
        }
        let request = Request::write(
            Method::POST,
            "/gmail/v1/users/me/labels",
            Body::Json(json!({ "name": name })),
        );
        match self.line.send(request).await {
            Ok(made) => Ok(text(&made, "/id")),
            Err(
                error @ (CallError::Indefinite { .. } | CallError::Refused { status: 409, .. }),
            ) => self.label_named(name).await?.ok_or(error),
            Err(error) => Err(error),
        }
    }

    async fn label_named(&self, name: &str) -> Result<Option<String>, CallError> {
        let said = self
            .line
            .send(Request::get("/gmail/v1/users/me/labels"))
            .await?;
        let found = list(&said, "/labels")
            .iter()
            .find(|row| text(row, "/name").eq_ignore_ascii_case(name));
        Ok(found.map(|row| text(row, "/id")))
    }

    /// Puts a label on messages and takes others off.
    pub(crate) async fn relabel(
        &self,
        messages: &[String],
        add: &[&str],
        remove: &[&str],
    ) -> Result<(), CallError> {
        let body = json!({ "ids": messages, "addLabelIds": add, "removeLabelIds": remove });
        let request = Request::settle(
            Method::POST,
            "/gmail/v1/users/me/messages/batchModify",
            Body::Json(body),
        );
        self.line.send(request).await.map(drop)
    }
}

/// A header's value; words beyond ASCII are encoded.
fn header_words(words: &str) -> String {
    if words.is_ascii() {
        return words.to_owned();
    }
    let mut out = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let cut = rest
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .take_while(|end| *end <= 42)
            .last();
        let (head, tail) = rest.split_at(cut.unwrap_or(rest.len()));
        out.push(format!("=?utf-8?B?{}?=", BASE64.encode(head.as_bytes())));
        rest = tail;
    }
    out.join("\r\n ")
}

fn mail(row: &Value) -> Mail {
    let headers = list(row, "/payload/headers");
    let header = |name: &str| {
        let found = headers
            .iter()
            .find(|one| text(one, "/name").eq_ignore_ascii_case(name));
        found.map(|one| text(one, "/value")).unwrap_or_default()
    };
    let (name, from) = address(&header("From"));
    let mut parts = Parts::default();
    parts.gather(row.pointer("/payload").unwrap_or(&Value::Null));
    let auto = header("Auto-Submitted");
    Mail {
        id: text(row, "/id"),
        thread: text(row, "/threadId"),
        from,
        name,
        to: header("To").split(',').map(|one| address(one).1).collect(),
        subject: header("Subject"),
        message_id: header("Message-ID"),
        references: header("References"),
        at: int(row, "/internalDate"),
        labels: list(row, "/labelIds")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        text: if parts.plain.trim().is_empty() {
            crate::reading::without_tags(&parts.html)
        } else {
            parts.plain
        },
        attachments: parts.files,
        automatic: (!auto.is_empty() && auto != "no")
            || !header("List-Unsubscribe").is_empty()
            || matches!(
                header("Precedence").as_str(),
                "bulk" | "auto_reply" | "list" | "junk"
            ),
    }
}

/// The display name and the address, in lower case, of a `From` or `To`.
fn address(value: &str) -> (String, String) {
    match value.rsplit_once('<') {
        Some((name, rest)) => (
            name.trim().trim_matches('"').to_owned(),
            rest.trim_end().trim_end_matches('>').trim().to_lowercase(),
        ),
        None => (String::new(), value.trim().to_lowercase()),
    }
}

/// What a message is made of.
#[derive(Default)]
struct Parts {
    plain: String,
    html: String,
    files: Vec<String>,
}

impl Parts {
    fn gather(&mut self, part: &Value) {
        let file = text(part, "/filename");
        if !file.is_empty() {
            self.files.push(file);
            return;
        }
        let data = text(part, "/body/data");
        let bytes = BASE64URL_NOPAD
            .decode(data.trim_end_matches('=').as_bytes())
            .unwrap_or_default();
        let words = String::from_utf8_lossy(&bytes).into_owned();
        match text(part, "/mimeType").as_str() {
            "text/plain" => self.plain.push_str(&words),
            "text/html" => self.html.push_str(&words),
            _ => {}
        }
        for inner in list(part, "/parts") {
            self.gather(inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_and_subjects_are_read_and_written() {
        assert_eq!(
            address("\"Ada L.\" <Ada@Example.com>"),
            ("Ada L.".to_owned(), "ada@example.com".to_owned())
        );
        assert_eq!(
            address(" bob@example.com "),
            (String::new(), "bob@example.com".to_owned())
        );
        assert_eq!(header_words("Re: order"), "Re: order");
        let long = header_words("Rückfrage zu Ihrer Bestellung, die wir erhalten haben, Größe XL");
        assert!(long.lines().all(|line| line.trim().len() <= 75), "{long}");
    }

    #[test]
    fn html_mail_and_attachments_are_found() {
        let data = BASE64URL_NOPAD.encode("<p>Hello<br>there</p>".as_bytes());
        let row = json!({ "id": "1", "payload": { "mimeType": "multipart/mixed", "headers": [{ "name": "From", "value": "a@b.example" }],
            "parts": [{ "mimeType": "text/html", "body": { "data": data } }, { "mimeType": "image/png", "filename": "p.png", "body": {} }] } });
        let mail = mail(&row);
        assert!(
            mail.text.contains("Hello") && !mail.text.contains('<'),
            "{}",
            mail.text
        );
        assert_eq!(mail.attachments, ["p.png"]);
    }
}
