//! The CRM's client: contacts, orders, notes and tickets in HubSpot's dialect.
//!
//! Called by the pilots. The CRM has no idempotency keys: after an indefinite write it is read what is tied to the
//! contact before anything is written again.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::error::CallError;
use crate::json::{list, minor_units, text};
use crate::wire::{Body, Line, Request};

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

/// A contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contact {
    pub(crate) id: String,
    /// First the main address; all lower case.
    pub(crate) emails: Vec<String>,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) phone: String,
    pub(crate) street: String,
    pub(crate) created: String,
    pub(crate) tier: String,
    pub(crate) deals: Vec<String>,
}

impl Contact {
    /// First and last name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first, self.last).trim().to_owned()
    }
}

/// One thing that was ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) name: String,
    /// Minor units, for all of its quantity.
    pub(crate) amount: i64,
}

/// An order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) id: String,
    /// `MB-10423`.
    pub(crate) number: String,
    pub(crate) amount: i64,
    pub(crate) delivered: Option<jiff::civil::Date>,
    pub(crate) ordered: String,
    pub(crate) final_sale: bool,
    pub(crate) items: Vec<Item>,
}

/// The stage of tickets that wait for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stage {
    pub(crate) pipeline: String,
    pub(crate) stage: String,
}

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
        let mut last = CallError::Down { vendor: "crm" };
        for _ in 0..WRITES {
            match self
                .line
                .send(Request::write(
                    Method::POST,
                    &*path,
                    Body::Json(body.clone()),
                ))
                .await
            {
                Ok(row) => return Ok(text(&row, "/id")),
                Err(error @ CallError::Indefinite { .. }) => last = error,
                Err(error) => return Err(error),
            }
            if let Some(id) = self.written(paper, contacts.first(), marker).await? {
                return Ok(id);
            }
        }
        Err(last)
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
        let mut lost = CallError::Down { vendor: "crm" };
        for _ in 0..WRITES {
            match self
                .line
                .send(Request::write(
                    Method::POST,
                    "/crm/v3/objects/contacts",
                    Body::Json(body.clone()),
                ))
                .await
            {
                Ok(row) => return Ok(text(&row, "/id")),
                Err(CallError::Refused {
                    status: 409,
                    message,
                    ..
                }) => {
                    return Ok(message.rsplit(": ").next().unwrap_or_default().to_owned());
                }
                Err(error @ CallError::Indefinite { .. }) => lost = error,
                Err(error) => return Err(error),
            }
            if let Some(there) = self.contact_by_email(email).await? {
                return Ok(there.id);
            }
        }
        Err(lost)
    }

    /// Merges one contact into another; answers who lives on.
    pub(crate) async fn merge(&self, survivor: &str, loser: &str) -> Result<String, CallError> {
        let body = json!({ "primaryObjectId": survivor, "objectIdToMerge": loser });
        let mut lost = CallError::Down { vendor: "crm" };
        for _ in 0..WRITES {
            match self
                .line
                .send(Request::write(
                    Method::POST,
                    "/crm/v3/objects/contacts/merge",
                    Body::Json(body.clone()),
                ))
                .await
            {
                Ok(row) => return Ok(text(&row, "/id")),
                Err(error @ CallError::Indefinite { .. }) => lost = error,
                Err(error) => return Err(error),
            }
            match self.contact(loser).await? {
                Some(there) if there.id == loser => {}
                Some(there) => return Ok(there.id),
                None => return Ok(survivor.to_owned()),
            }
        }
        Err(lost)
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

/// A ticket that waits for a person.
pub(crate) fn ticket(subject: &str, text: &str, stage: &Stage) -> Value {
    json!({
        "subject": format!("Needs a person: {subject}"),
        "content": text,
        "hs_pipeline": stage.pipeline,
        "hs_pipeline_stage": stage.stage,
    })
}

fn contact(row: &Value) -> Contact {
    let property = |name: &str| text(row, &format!("/properties/{name}"));
    let more = property("hs_additional_emails");
    let emails = std::iter::once(property("email")).chain(more.split(';').map(str::to_owned));
    Contact {
        id: text(row, "/id"),
        emails: emails
            .map(|email| email.trim().to_lowercase())
            .filter(|email| !email.is_empty())
            .collect(),
        first: property("firstname"),
        last: property("lastname"),
        phone: property("phone"),
        street: property("address"),
        created: property("createdate"),
        tier: property("tier"),
        deals: tied(row, "deals"),
    }
}

fn item(row: &Value) -> Item {
    let property = |name: &str| text(row, &format!("/properties/{name}"));
    let quantity: i64 = property("quantity").parse().unwrap_or(1).max(1);
    let price = minor_units(&property("price")).unwrap_or(0) * quantity;
    Item {
        name: property("name"),
        amount: minor_units(&property("amount")).unwrap_or(price),
    }
}

fn order(row: &Value, items: &BTreeMap<String, Item>) -> Order {
    let property = |name: &str| text(row, &format!("/properties/{name}"));
    let named = property("dealname");
    let number = Some(property("order_number")).filter(|number| !number.is_empty());
    let delivered = property("delivered_on");
    Order {
        id: text(row, "/id"),
        number: number.unwrap_or_else(|| {
            named
                .split_whitespace()
                .find(|word| word.chars().any(|c| c.is_ascii_digit()))
                .unwrap_or(&named)
                .to_owned()
        }),
        amount: minor_units(&property("amount")).unwrap_or(0),
        delivered: delivered.get(..10).and_then(|day| day.parse().ok()),
        ordered: Some(property("ordered_on"))
            .filter(|day| !day.is_empty())
            .unwrap_or_else(|| property("createdate")),
        final_sale: matches!(
            property("final_sale").to_lowercase().as_str(),
            "true" | "yes" | "1"
        ),
        items: tied(row, "line_items")
            .iter()
            .filter_map(|id| items.get(id))
            .cloned()
            .collect(),
    }
}

/// Ids of the records that came along; a pair that is tied twice is named once.
fn tied(row: &Value, other: &str) -> Vec<String> {
    let spaced = other.replace('_', " ");
    let rows = [other, &spaced]
        .into_iter()
        .flat_map(|name| list(row, &format!("/associations/{name}/results")));
    let mut ids: Vec<String> = rows.map(|one| text(one, "/id")).collect();
    ids.sort();
    ids.dedup();
    ids
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
