//! The CRM's client: contacts, orders, notes and tickets in HubSpot's dialect.
//!
//! Called by the pilots. The CRM has no idempotency keys: after an indefinite write it is read what is tied to the
//! contact before anything is written again.

mod records;

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::error::CallError;
use crate::json::{list, text};
use crate::wire::{Body, Line, Request};
pub(crate) use records::{Contact, Item, Order, Stage};
use records::{contact, item, order};

/// Rows per page.
const PAGE: &str = "100";
/// Writes of one record before it is left for later.
const WRITES: u32 = 4;
/// Properties of a contact that matter here.
const CONTACT: &str = "email,hs_additional_emails,firstname,lastname,phone,createdate,lifecyclestage,tier,company,city,zip,address,hs_merged_object_ids";
/// Properties of an order that matter here.
const ORDER: &str = "dealname,order_number,amount,deal_currency_code,delivered_on,final_sale,ordered_on,createdate,dealstage,closedate,shipping,tracking";
/// Properties of an order's line.
const LINE: &str = "name,price,quantity,amount,hs_sku";

/// Ties that the vendor defines, by type id.
const NOTE_TO_CONTACT: u32 = 202;
const TICKET_TO_CONTACT: u32 = 16;

/// What is written on a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paper {
    Note,
    Ticket,
}

impl Paper {
    const fn collection(self) -> &'static str {
        match self {
            Self::Note => "notes",
            Self::Ticket => "tickets",
        }
    }

    const fn tie(self) -> u32 {
        match self {
            Self::Note => NOTE_TO_CONTACT,
            Self::Ticket => TICKET_TO_CONTACT,
        }
    }

    /// The property that holds its text.
    const fn body(self) -> &'static str {
        match self {
            Self::Note => "hs_note_body",
            Self::Ticket => "content",
        }
    }
}

/// The CRM.
#[derive(Debug)]
pub(crate) struct Crm {
    pub(crate) line: Line,
}

impl Crm {
    /// All contacts with their orders' ids.
    pub(crate) async fn contacts(&self) -> Result<Vec<Contact>, CallError> {
        let rows = self.all("contacts", CONTACT, Some("deals")).await?;
        Ok(rows.iter().map(contact).collect())
    }

    /// One contact by address; none if there is none.
    pub(crate) async fn contact_by_email(&self, email: &str) -> Result<Option<Contact>, CallError> {
        let path = format!("/crm/v3/objects/contacts/{}", escape(email));
        let request = Request::get(path)
            .with("idProperty", "email")
            .with("properties", CONTACT)
            .with("associations", "deals");
        match self.line.send(request).await {
            Ok(row) => Ok(Some(contact(&row))),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One contact as it stands now; a merged one answers as its survivor.
    pub(crate) async fn contact(&self, id: &str) -> Result<Option<Contact>, CallError> {
        let path = format!("/crm/v3/objects/contacts/{id}");
        match self
            .line
            .send(
                Request::get(path)
                    .with("properties", CONTACT)
                    .with("associations", "deals"),
            )
            .await
        {
            Ok(row) => Ok(Some(contact(&row))),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All orders with their lines.
    pub(crate) async fn orders(&self) -> Result<Vec<Order>, CallError> {
        let lines = self.all("line_items", LINE, None).await?;
        let items: BTreeMap<String, Item> = lines
            .iter()
            .map(|row| (text(row, "/id"), item(row)))
            .collect();
        let rows = self.all("deals", ORDER, Some("line_items")).await?;
        Ok(rows.iter().map(|row| order(row, &items)).collect())
    }

    /// The stage called "Needs a person".
    pub(crate) async fn needs_a_person(&self) -> Result<Option<Stage>, CallError> {
        let said = self
            .line
            .send(Request::get("/crm/v3/pipelines/tickets"))
            .await?;
        let found = list(&said, "/results").iter().find_map(|pipeline| {
            let stage = list(pipeline, "/stages")
                .iter()
                .find(|stage| text(stage, "/label").eq_ignore_ascii_case("needs a person"))?;
            Some(Stage {
                pipeline: text(pipeline, "/id"),
                stage: text(stage, "/id"),
            })
        });
        Ok(found)
    }

    /// Writes a note or ticket on contacts; `marker` tells it from all others.
    pub(crate) async fn put_down(
        &self,
        paper: Paper,
        contacts: &[String],
        properties: Value,
        marker: &str,
    ) -> Result<String, CallError> {
        let ties: Vec<Value> = contacts
            .iter()
            .map(|id| {
                json!({ "to": { "id": id }, "types": [{ "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": paper.tie() }] })
            })
            .collect();
        let body = json!({ "properties": properties, "associations": ties });
        let path = format!("/crm/v3/objects/{}", paper.collection());
        let write = || self.post(&path, &body);
        let look = || self.written(paper, contacts.first(), marker);
        write_once(write, look).await
    }

    /// Looks whether a paper with this marker is there.
    async fn written(
        &self,
        paper: Paper,
        contact: Option<&String>,
        marker: &str,
    ) -> Result<Option<String>, CallError> {
        let rows = match contact {
            None => self.all(paper.collection(), paper.body(), None).await?,
            Some(contact) => {
                let path = format!(
                    "/crm/v4/objects/contacts/{contact}/associations/{}",
                    paper.collection()
                );
                let said = self
                    .line
                    .send(Request::get(path).with("limit", "500"))
                    .await?;
                let inputs: Vec<Value> = list(&said, "/results")
                    .iter()
                    .map(|row| json!({ "id": text(row, "/toObjectId") }))
                    .collect();
                self.read_many(paper.collection(), paper.body(), inputs)
                    .await?
            }
        };
        let pointer = format!("/properties/{}", paper.body());
        let found = rows.iter().find(|row| text(row, &pointer).contains(marker));
        Ok(found.map(|row| text(row, "/id")))
    }

    async fn read_many(
        &self,
        collection: &str,
        properties: &str,
        inputs: Vec<Value>,
    ) -> Result<Vec<Value>, CallError> {
        let mut rows = Vec::new();
        for chunk in inputs.chunks(100) {
            let names: Vec<&str> = properties.split(',').collect();
            let body = Body::Json(json!({ "inputs": chunk, "properties": names }));
            let path = format!("/crm/v3/objects/{collection}/batch/read");
            let said = self
                .line
                .send(Request::settle(Method::POST, path, body))
                .await?;
            rows.extend(list(&said, "/results").iter().cloned());
        }
        Ok(rows)
    }

    /// Sets properties of a record.
    pub(crate) async fn set(
        &self,
        collection: &str,
        id: &str,
        properties: Value,
    ) -> Result<(), CallError> {
        let path = format!("/crm/v3/objects/{collection}/{id}");
        let body = Body::Json(json!({ "properties": properties }));
        self.line
            .send(Request::settle(Method::PATCH, path, body))
            .await
            .map(drop)
    }

    /// Makes a contact. One that is there already is not made again.
    pub(crate) async fn create_contact(
        &self,
        email: &str,
        first: &str,
        last: &str,
    ) -> Result<String, CallError> {
        let body =
            json!({ "properties": { "email": email, "firstname": first, "lastname": last } });
        let write = || async {
            match self.post("/crm/v3/objects/contacts", &body).await {
                Err(CallError::Refused {
                    status: 409,
                    message,
                    ..
                }) => Ok(message.rsplit(": ").next().unwrap_or_default().to_owned()),
                said => said,
            }
        };
        let look = || async { Ok(self.contact_by_email(email).await?.map(|there| there.id)) };
        write_once(write, look).await
    }

    /// Merges one contact into another; answers who lives on.
    pub(crate) async fn merge(&self, survivor: &str, loser: &str) -> Result<String, CallError> {
        let body = json!({ "primaryObjectId": survivor, "objectIdToMerge": loser });
        let write = || self.post("/crm/v3/objects/contacts/merge", &body);
        let look = || async {
            Ok(match self.contact(loser).await? {
                Some(there) if there.id == loser => None,
                Some(there) => Some(there.id),
                None => Some(survivor.to_owned()),
            })
        };
        write_once(write, look).await
    }

    /// Sends a write that the vendor would carry out again; answers the id of what it made.
    async fn post(&self, path: &str, body: &Value) -> Result<String, CallError> {
        let request = Request::write(Method::POST, path, Body::Json(body.clone()));
        Ok(text(&self.line.send(request).await?, "/id"))
    }

    async fn all(
        &self,
        collection: &str,
        properties: &str,
        with: Option<&str>,
    ) -> Result<Vec<Value>, CallError> {
        let mut rows = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut request = Request::get(format!("/crm/v3/objects/{collection}"))
                .with("limit", PAGE)
                .with("properties", properties);
            if let Some(other) = with {
                request = request.with("associations", other);
            }
            if let Some(after) = &after {
                request = request.with("after", after.as_str());
            }
            let page = self.line.send(request).await?;
            rows.extend(list(&page, "/results").iter().cloned());
            after = Some(text(&page, "/paging/next/after")).filter(|after| !after.is_empty());
            if after.is_none() {
                return Ok(rows);
            }
        }
    }
}

/// Properties of a note. `at` is RFC 3339; empty where no time can be said.
pub(crate) fn note(text: &str, at: &str) -> Value {
    json!({ "hs_note_body": text, "hs_timestamp": at })
}

/// A ticket that waits for a person.
pub(crate) fn ticket(subject: &str, text: &str, stage: &Stage) -> Value {
    json!({
        "subject": format!("Needs a person: {subject}"),
        "content": text,
        "hs_pipeline": stage.pipeline,
        "hs_pipeline_stage": stage.stage,
    })
}

/// Percent-encodes a path segment.
pub(crate) fn escape(segment: &str) -> String {
    let plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    segment
        .bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Writes until it is known to be done, and answers the id. After a write that may have been carried out, `look` comes before the next.
async fn write_once<Write, Look>(
    write: impl Fn() -> Write,
    look: impl Fn() -> Look,
) -> Result<String, CallError>
where
    Write: Future<Output = Result<String, CallError>>,
    Look: Future<Output = Result<Option<String>, CallError>>,
{
    let mut last = CallError::Down { vendor: "crm" };
    for _ in 0..WRITES {
        match write().await {
            Ok(id) => return Ok(id),
            Err(error @ CallError::Indefinite { .. }) => last = error,
            Err(error) => return Err(error),
        }
        if let Some(id) = look().await? {
            return Ok(id);
        }
    }
    Err(last)
}
