//! Records of the billing desk. Money is whole minor units; times are office time.
//!
//! Only what a rule, a search or a person reads is stored; everything constant in the vendor's objects is spelled by
//! the wire face.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::row;
use crate::row::{Row, Str};
use crate::time::At;

/// Free-form key and value pairs.
pub type Metadata = BTreeMap<Str, Str>;

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line1: Option<Str>,
    /// Flat, floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<Str>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<Str>,
    /// County or state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Str>,
    /// ZIP or postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<Str>,
    /// ISO 3166, two letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<Str>,
}

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
    /// Who pays.
    pub struct Customer {
        /// `cus_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// As given; the vendor compares it exactly.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub email: Option<Str>,
        /// Full name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<Str>,
        /// As given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub phone: Option<Str>,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<Str>,
        /// Where they live.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub address: Option<Address>,
        /// Minor units of what they owe on the next bill; negative for a credit.
        #[serde(default)]
        pub balance: i64,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
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

/// One line of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// `il_…`.
    pub id: Str,
    /// What.
    pub description: Str,
    /// Minor units, for all of the quantity.
    pub amount: i64,
    /// How many.
    pub quantity: i64,
    /// The price it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Str>,
}

row! {
    /// A bill.
    pub struct Invoice {
        /// `in_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Its printed number.
        pub number: Str,
        /// Who owes.
        pub customer: Str,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// Its lines, at most 100.
        pub lines: Vec<InvoiceLine>,
        /// `draft`, `open`, `paid`, `void`, `uncollectible`.
        pub status: Str,
        /// Minor units.
        pub total: i64,
        /// Minor units paid.
        pub amount_paid: i64,
        /// Minor units credited before payment.
        #[serde(default)]
        pub credited_before: i64,
        /// Minor units credited after payment.
        pub credited: i64,
        /// The payment intent that paid it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payment_intent: Option<Str>,
        /// The charge that paid it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub charge: Option<Str>,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}

row! {
    /// The way from an invoice to its payment.
    pub struct InvoicePayment {
        /// `inpay_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// The bill.
        pub invoice: Str,
        /// What paid it.
        pub payment_intent: Str,
        /// Minor units.
        pub amount_paid: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// `paid`, `open`, `canceled`.
        pub status: Str,
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

row! {
    /// That something happened. What the object looked like then is kept beside, see `World::keys`.
    pub struct Event {
        /// `evt_…`.
        pub id: Str,
        /// When.
        pub created: At,
        /// `refund.created`, `charge.refunded`, …
        pub kind: Str,
        /// Collection of the object.
        pub collection: Str,
        /// Id of the object.
        pub object: Str,
        /// The key of the request that caused it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub idempotency_key: Option<Str>,
    }
}

row! {
    /// A booking on the account.
    pub struct BalanceTransaction {
        /// `txn_…`.
        pub id: Str,
        /// When.
        pub created: At,
        /// Minor units, negative for money that leaves.
        pub amount: i64,
        /// Minor units the vendor keeps.
        pub fee: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// `charge`, `refund`, `refund_failure`, `adjustment`.
        pub kind: Str,
        /// What it books.
        pub source: Str,
    }
}

row! {
    /// Something that is sold.
    pub struct Product {
        /// `prod_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Its name.
        pub name: Str,
        /// Free text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<Str>,
        /// Whether it is still sold.
        pub active: bool,
        /// The usual price.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub default_price: Option<Str>,
        /// Free pairs.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: Metadata,
    }
}

row! {
    /// What a product costs.
    pub struct Price {
        /// `price_…`.
        pub id: Str,
        /// When it was made.
        pub created: At,
        /// Of which product.
        pub product: Str,
        /// Minor units.
        pub unit_amount: i64,
        /// ISO 4217, lower case.
        pub currency: Str,
        /// Whether it is still asked.
        pub active: bool,
    }
}

macro_rules! rows {
    ($($Row:ident in $name:literal { $($key:literal: $value:expr),* };)*) => {
        $(impl Row for $Row {
            const COLLECTION: &'static str = $name;
            fn id(&self) -> &Str { &self.id }
            fn created(&self) -> i64 { self.created.0 }
            fn keys(&self, visit: &mut dyn FnMut(&'static str, &str)) {
                $({
                    let value: fn(&Self) -> Option<Cow<'_, str>> = $value;
                    if let Some(value) = value(self) { visit($key, &value); }
                })*
                let _ = visit;
            }
        })*
    };
}

/// An id as an index keeps it.
fn id(value: &Str) -> Cow<'_, str> {
    Cow::Borrowed(value)
}

/// Text as an index keeps it whose readers ignore case.
fn folded(value: &Str) -> Cow<'_, str> {
    Cow::Owned(value.to_lowercase())
}

rows! {
    Customer in "customers" { "email": |row| row.email.as_ref().map(folded) };
    Charge in "charges" {
        "customer": |row| row.customer.as_ref().map(id),
        "payment_intent": |row| row.payment_intent.as_ref().map(id),
        "order": |row| row.metadata.get("order").map(folded)
    };
    PaymentIntent in "payment_intents" { "customer": |row| row.customer.as_ref().map(id) };
    Invoice in "invoices" { "customer": |row| Some(id(&row.customer)) };
    InvoicePayment in "invoice_payments" {
        "invoice": |row| Some(id(&row.invoice)),
        "payment_intent": |row| Some(id(&row.payment_intent))
    };
    Refund in "refunds" {
        "charge": |row| Some(id(&row.charge)),
        "payment_intent": |row| row.payment_intent.as_ref().map(id)
    };
    Dispute in "disputes" {
        "charge": |row| Some(id(&row.charge)),
        "payment_intent": |row| row.payment_intent.as_ref().map(id)
    };
    CreditNote in "credit_notes" {
        "invoice": |row| Some(id(&row.invoice)),
        "customer": |row| Some(id(&row.customer))
    };
    Event in "events" {};
    BalanceTransaction in "balance_transactions" { "source": |row| Some(id(&row.source)) };
    Product in "products" {};
    Price in "prices" { "product": |row| Some(id(&row.product)) };
}

crate::tables! {
    /// Who pays.
    customers: Customer,
    /// Payments taken.
    charges: Charge,
    /// Intentions to pay.
    payment_intents: PaymentIntent,
    /// Bills.
    invoices: Invoice,
    /// From bills to payments.
    invoice_payments: InvoicePayment,
    /// Money given back.
    refunds: Refund,
    /// Money asked back by banks.
    disputes: Dispute,
    /// Corrections of bills.
    credit_notes: CreditNote,
    /// What happened.
    events: Event,
    /// Bookings.
    balance_transactions: BalanceTransaction,
    /// What is sold.
    products: Product,
    /// For how much.
    prices: Price,
}
