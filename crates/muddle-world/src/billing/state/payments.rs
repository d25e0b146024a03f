//! Money that was taken: charges, the intentions behind them, the cards they were paid with.
//!
//! Re-exported by [`super`]. What was given back so far stands on the charge, refunds on their way included.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Metadata;
use crate::row;
use crate::row::Str;
use crate::time::At;

/// What is known of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// `visa`, `mastercard`, `amex`.
    pub brand: Str,
    /// Its last four digits.
    pub last4: Str,
    /// Month of expiry.
    pub exp_month: u32,
    /// Year of expiry.
    pub exp_year: u32,
    /// Equal for the same card.
    pub fingerprint: Str,
}

/// How a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeStatus {
    /// Paid.
    Succeeded,
    /// On its way.
    Pending,
    /// Declined.
    Failed,
}

impl ChargeStatus {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Pending => "pending",
            Self::Failed => "failed",
        }
    }
}

row! {
    /// A payment that was taken.
    pub struct Charge {
        /// `ch_…`.
        pub id: Str,
        /// When it was taken.
        pub created: At,
        /// Minor units.
        pub amount: i64,
        /// Minor units given back so far, refunds on their way included.
        pub amount_refunded: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// Who paid; none for a guest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub customer: Option<Str>,
        /// Its payment intent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payment_intent: Option<Str>,
        /// The invoice it paid.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub invoice: Option<Str>,
        /// What it was for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<Str>,
        /// Name on the card.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub billing_name: Option<Str>,
        /// Address the receipt went to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub billing_email: Option<Str>,
        /// What it was paid with.
        pub card: Card,
        /// How it stands.
        pub status: ChargeStatus,
        /// Whether a dispute was ever opened on it.
        pub disputed: bool,
        /// Its booking.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub balance_transaction: Option<Str>,
        /// Free pairs; `order` names the order.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}

row! {
    /// An intention to pay, and the charge that came of it.
    pub struct PaymentIntent {
        /// `pi_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Minor units.
        pub amount: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// Who pays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub customer: Option<Str>,
        /// The charge.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub latest_charge: Option<Str>,
        /// The invoice it pays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub invoice: Option<Str>,
        /// What it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<Str>,
        /// `succeeded`, `requires_payment_method`, `processing`, …
        pub status: Str,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}
