//! Money that goes back: refunds, disputes of banks, and corrections of bills.
//!
//! Re-exported by [`super`]. Refunds that failed or were taken back keep their row and count no longer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Metadata;
use crate::row;
use crate::row::Str;
use crate::time::At;

/// How a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// The customer must do something.
    RequiresAction,
    /// Done.
    Succeeded,
    /// The bank sent it back.
    Failed,
    /// Taken back before it left.
    Canceled,
}

impl RefundStatus {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::RequiresAction => "requires_action",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether the money counts as given back.
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Failed | Self::Canceled)
    }
}

row! {
    /// Money given back.
    pub struct Refund {
        /// `re_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Minor units.
        pub amount: i64,
        /// Of which charge.
        pub charge: Str,
        /// Of which intent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payment_intent: Option<Str>,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// `duplicate`, `fraudulent`, `requested_by_customer`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Str>,
        /// How it stands.
        pub status: RefundStatus,
        /// Its booking.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub balance_transaction: Option<Str>,
        /// The booking of what came back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub failure_balance_transaction: Option<Str>,
        /// Why it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub failure_reason: Option<Str>,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}

row! {
    /// A customer's bank asks the money back.
    pub struct Dispute {
        /// `dp_…`.
        pub id: Str,
        /// When it was opened.
        pub created: At,
        /// Minor units.
        pub amount: i64,
        /// Of which charge.
        pub charge: Str,
        /// Of which intent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payment_intent: Option<Str>,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// `fraudulent`, `product_not_received`, `duplicate`, …
        pub reason: Str,
        /// `warning_needs_response`, `needs_response`, `under_review`, `won`, `lost`, `warning_closed`.
        pub status: Str,
        /// Until when evidence can be handed in.
        pub evidence_due_by: At,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}

/// One line of a credit note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditLine {
    /// `cnli_…`.
    pub id: Str,
    /// The line of the invoice that it credits.
    pub invoice_line: Str,
    /// What.
    pub description: Str,
    /// Minor units.
    pub amount: i64,
    /// How many, where whole pieces are credited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i64>,
}

row! {
    /// A correction of a bill.
    pub struct CreditNote {
        /// `cn_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Its printed number.
        pub number: Str,
        /// The bill.
        pub invoice: Str,
        /// Who gets it.
        pub customer: Str,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// Minor units.
        pub amount: i64,
        /// Of which, to the customer's balance.
        pub credit_amount: i64,
        /// Of which, paid back by a refund.
        pub refund_amount: i64,
        /// Of which, paid back outside the desk.
        pub out_of_band_amount: i64,
        /// Lines of the invoice it credits; none where it was made of an amount.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub lines: Vec<CreditLine>,
        /// The refund it made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub refund: Option<Str>,
        /// `duplicate`, `fraudulent`, `order_change`, `product_unsatisfactory`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Str>,
        /// Printed on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub memo: Option<Str>,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}
