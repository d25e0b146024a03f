//! Arguments of the billing desk's operations, typed: paging, filters, searches and the fields of new records.
//!
//! Built by the wire face and by story and personas, read by `ops`. Absent and empty are told apart where the vendor
//! does; nothing here is checked, because what may be refused is decided by the rules.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Address;
use crate::row::Str;
use crate::time::At;

/// Where a list begins, and how long it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Behind this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starting_after: Option<Str>,
    /// Before this id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending_before: Option<Str>,
}

/// What a list is narrowed to. Each list takes some of them; the wire face refuses the others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Equalities by field: `customer`, `charge`, `payment_intent`, `email`, `status`, `invoice`, `product`, `active`, …
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub equal: BTreeMap<Str, Str>,
    /// One of several event types.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Str>,
    /// One of several ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<Str>,
    /// Bounds of `created`: at or after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_from: Option<At>,
    /// Bounds of `created`: before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_to: Option<At>,
}

/// A search in the vendor's query language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// The query as sent; it is parsed where it is decided, so that a bad one is refused by the rules.
    pub query: Str,
    /// 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where the last page ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Str>,
}

/// Fields of a customer to set. `Some(None)` clears a field; a metadata value of `None` removes the pair.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFields {
    /// Address for receipts.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub email: Option<Option<Str>>,
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub name: Option<Option<Str>>,
    /// As given.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub phone: Option<Option<Str>>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub description: Option<Option<Str>>,
    /// Where they live.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "given")]
    pub address: Option<Option<Address>>,
    /// Pairs to set or remove.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<Str, Option<Str>>,
    /// Removes all pairs that were there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clear_metadata: bool,
}

/// A refund as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRefund {
    /// Of this charge …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Str>,
    /// … or of this intent's charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_intent: Option<Str>,
    /// Minor units; all that is left if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Str>,
    /// Free pairs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<Str, Option<Str>>,
    /// Asked for by the charge's oldest route, which answers with the charge.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub answer_charge: bool,
}

/// One line of an invoice that is to be credited: so many pieces, or so much money, or all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCreditLine {
    /// The invoice's line.
    pub line: Str,
    /// Pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
    /// Minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
}

/// A credit note as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCreditNote {
    /// The bill.
    pub invoice: Option<Str>,
    /// Minor units; or by `lines`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Lines of the invoice to credit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<NewCreditLine>,
    /// Of the amount, to be refunded to the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_amount: Option<i64>,
    /// Of the amount, to the customer's balance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_amount: Option<i64>,
    /// Of the amount, paid outside the desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_band_amount: Option<i64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Str>,
    /// Printed on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<Str>,
    /// Free pairs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<Str, Option<Str>>,
}

/// A whole number as the vendor reads one: no plus sign, no leading zeros, no spaces.
pub fn whole_number(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let led = digits.starts_with('0') && text.len() > 1;
    (plain && !led).then(|| text.parse().ok()).flatten()
}

/// Tells a field that was not given (absent) from one given as empty (null).
mod given {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Option<Option<T>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(to)
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Option<T>>, D::Error> {
        Option::<T>::deserialize(from).map(Some)
    }
}
