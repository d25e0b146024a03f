//! Billing's client: customers, charges, refunds and disputes in Stripe's dialect.
//!
//! Called by the pilots. Creating a refund is safe to ask for twice: after an indefinite answer it reads the charge's
//! refunds before it writes again, and the key it sends is the same on every try.

use reqwest::Method;
use serde_json::Value;

use crate::error::CallError;
use crate::json::{int, text};
use crate::wire::{Body, Line, Request};

/// Rows per page.
const PAGE: &str = "100";
/// Writes of one refund before it is left for later.
const WRITES: u32 = 6;

/// A customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) name: String,
}

/// A charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
    pub(crate) id: String,
    pub(crate) customer: Option<String>,
    pub(crate) amount: i64,
    pub(crate) refunded: i64,
    pub(crate) currency: String,
    /// Unix seconds.
    pub(crate) created: i64,
    /// The order that its metadata name.
    pub(crate) order: Option<String>,
    pub(crate) last4: String,
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) disputed: bool,
    pub(crate) paid: bool,
}

impl Charge {
    /// What can still be given back.
    pub(crate) const fn left(&self) -> i64 {
        self.amount - self.refunded
    }
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) charge: String,
    pub(crate) amount: i64,
    pub(crate) status: String,
    pub(crate) created: i64,
    /// What we wrote there: for which matter it was made.
    pub(crate) matter: Option<String>,
}

impl Refund {
    /// Neither failed nor cancelled.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.status.as_str(), "failed" | "canceled")
    }
}

/// A dispute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dispute {
    pub(crate) charge: String,
    pub(crate) status: String,
}

impl Dispute {
    /// Whether the bank is still at it.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(
            self.status.as_str(),
            "won" | "lost" | "warning_closed" | "prevented"
        )
    }
}

/// A refund to be made.
#[derive(Clone, Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) charge: &'a str,
    pub(crate) amount: i64,
    pub(crate) reason: &'static str,
    /// Names the matter; stands in the metadata and in the key.
    pub(crate) matter: &'a str,
    /// Whether to send a key, and to look what became of it before asking again.
    pub(crate) keyed: bool,
}

/// Billing.
#[derive(Debug)]
pub(crate) struct Billing {
    pub(crate) line: Line,
}

impl Billing {
    /// All customers.
    pub(crate) async fn customers(&self) -> Result<Vec<Customer>, CallError> {
        let rows = self.all("/v1/customers", &[]).await?;
        let customer = |row: &Value| Customer {
            id: text(row, "/id"),
            email: text(row, "/email").to_lowercase(),
            name: text(row, "/name"),
        };
        Ok(rows.iter().map(customer).collect())
    }

    /// All charges.
    pub(crate) async fn charges(&self) -> Result<Vec<Charge>, CallError> {
        let rows = self.all("/v1/charges", &[]).await?;
        Ok(rows.iter().map(charge).collect())
    }

    /// One charge as it stands now.
    pub(crate) async fn charge(&self, id: &str) -> Result<Charge, CallError> {
        let row = self
            .line
            .send(Request::get(format!("/v1/charges/{id}")))
            .await?;
        Ok(charge(&row))
    }

    /// All refunds, or those of a charge.
    pub(crate) async fn refunds(&self, charge: Option<&str>) -> Result<Vec<Refund>, CallError> {
        let of = charge.map(|id| ("charge", id));
        let rows = self.all("/v1/refunds", of.as_slice()).await?;
        Ok(rows.iter().map(refund).collect())
    }

    /// The disputes of a charge.
    pub(crate) async fn disputes(&self, charge: &str) -> Result<Vec<Dispute>, CallError> {
        let rows = self.all("/v1/disputes", &[("charge", charge)]).await?;
        let dispute = |row: &Value| Dispute {
            charge: text(row, "/charge"),
            status: text(row, "/status"),
        };
        Ok(rows.iter().map(dispute).collect())
    }

    /// Gives money back, once for each matter and charge.
    pub(crate) async fn refund(&self, wish: &Wish<'_>) -> Result<Refund, CallError> {
        let mut last = None;
        for _ in 0..WRITES {
            match self.line.send(post(wish)).await {
                Ok(row) => return Ok(refund(&row)),
                Err(error @ CallError::Indefinite { .. }) => last = Some(error),
                Err(error) => return Err(error),
            }
            if wish.keyed
                && let Some(made) = self.made(wish).await?
            {
                return Ok(made);
            }
        }
        Err(last.unwrap_or(CallError::Down { vendor: "billing" }))
    }

    /// The refund of this matter, if billing shows it.
    async fn made(&self, wish: &Wish<'_>) -> Result<Option<Refund>, CallError> {
        let there = self.refunds(Some(wish.charge)).await?;
        let ours = |one: &Refund| {
            one.matter.as_deref() == Some(wish.matter) && one.amount == wish.amount && one.counts()
        };
        Ok(there.into_iter().find(ours))
    }

    /// Puts a customer's address right.
    pub(crate) async fn set_email(&self, customer: &str, email: &str) -> Result<(), CallError> {
        let fields = vec![("email".to_owned(), email.to_owned())];
        let request = Request::settle(
            Method::POST,
            format!("/v1/customers/{customer}"),
            Body::Form(fields),
        );
        let key = format!("address-{customer}-{email}");
        self.line.send(request.keyed(Some(key))).await.map(drop)
    }

    async fn all(&self, path: &str, filter: &[(&str, &str)]) -> Result<Vec<Value>, CallError> {
        let mut rows: Vec<Value> = Vec::new();
        loop {
            let mut request = Request::get(path).with("limit", PAGE);
            for (name, value) in filter {
                request = request.with(name, *value);
            }
            if let Some(last) = rows.last() {
                request = request.with("starting_after", text(last, "/id"));
            }
            let page = self.line.send(request).await?;
            let data = page
                .get("data")
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            let more = page.get("has_more").and_then(Value::as_bool) == Some(true);
            let empty = data.is_empty();
            rows.extend(data);
            if !more || empty {
                return Ok(rows);
            }
        }
    }
}

fn post(wish: &Wish<'_>) -> Request {
    let fields = vec![
        ("charge".to_owned(), wish.charge.to_owned()),
        ("amount".to_owned(), wish.amount.to_string()),
        ("reason".to_owned(), wish.reason.to_owned()),
        ("metadata[matter]".to_owned(), wish.matter.to_owned()),
    ];
    let key = wish
        .keyed
        .then(|| format!("refund-{}-{}", wish.matter, wish.charge));
    Request::write(Method::POST, "/v1/refunds", Body::Form(fields)).keyed(key)
}

fn charge(row: &Value) -> Charge {
    let optional = |path: &str| Some(text(row, path)).filter(|value| !value.is_empty());
    Charge {
        id: text(row, "/id"),
        customer: optional("/customer"),
        amount: int(row, "/amount"),
        refunded: int(row, "/amount_refunded"),
        currency: text(row, "/currency"),
        created: int(row, "/created"),
        order: optional("/metadata/order"),
        last4: text(row, "/payment_method_details/card/last4"),
        email: optional("/billing_details/email")
            .unwrap_or_else(|| text(row, "/receipt_email"))
            .to_lowercase(),
        name: text(row, "/billing_details/name"),
        disputed: row.get("disputed").and_then(Value::as_bool) == Some(true),
        paid: text(row, "/status") == "succeeded",
    }
}

fn refund(row: &Value) -> Refund {
    Refund {
        id: text(row, "/id"),
        charge: text(row, "/charge"),
        amount: int(row, "/amount"),
        status: text(row, "/status"),
        created: int(row, "/created"),
        matter: Some(text(row, "/metadata/matter")).filter(|matter| !matter.is_empty()),
    }
}
