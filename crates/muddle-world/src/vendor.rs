//! The vendors of an office by name, and what an operation is.
//!
//! Each vendor's `OPERATIONS` is the one table from which routes, hints, fault validation and docs are joined.

use serde::{Deserialize, Serialize};

/// Who is called. `Office` is the workspace itself: opening, clock, faults, attempts, seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    /// Refunds and charges, in Stripe's dialect.
    Billing,
    /// Customers and orders, in HubSpot's dialect.
    Crm,
    /// The support mailbox, in Gmail's dialect.
    Inbox,
    /// The workspace itself.
    Office,
}

impl Vendor {
    /// Those that a candidate calls with a vendor's key.
    pub const CANDIDATES: [Self; 3] = [Self::Billing, Self::Crm, Self::Inbox];

    /// The name in logs, flags and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::Crm => "crm",
            Self::Inbox => "inbox",
            Self::Office => "office",
        }
    }

    /// The vendor of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Billing, Self::Crm, Self::Inbox, Self::Office]
            .into_iter()
            .find(|vendor| vendor.name() == name)
    }

    /// The HTTP status by which it tells a caller to slow down. Gmail does so by 403, with a reason.
    pub const fn quota_status(self) -> u16 {
        match self {
            Self::Inbox => 403,
            Self::Billing | Self::Crm | Self::Office => 429,
        }
    }

    /// Its table of operations.
    pub const fn operations(self) -> &'static [Operation] {
        match self {
            Self::Billing => crate::billing::OPERATIONS,
            Self::Crm => crate::crm::OPERATIONS,
            Self::Inbox => crate::inbox::OPERATIONS,
            Self::Office => crate::office::OPERATIONS,
        }
    }
}

impl std::fmt::Display for Vendor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether an operation can change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effectful {
    /// It only looks.
    Read,
    /// It may change records.
    Write,
}

/// One row of a vendor's table.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// snake_case, as in `create_refund`.
    pub name: &'static str,
    /// Read or write.
    pub effect: Effectful,
    /// The status of its success.
    pub ok: u16,
    /// Offered to candidates over the vendor's API; story and personas may also use the others.
    pub offered: bool,
}

impl Operation {
    /// An offered read answered with 200.
    pub const fn read(name: &'static str) -> Self {
        Self {
            name,
            effect: Effectful::Read,
            ok: 200,
            offered: true,
        }
    }

    /// An offered write answered with `ok`.
    pub const fn write(name: &'static str, ok: u16) -> Self {
        Self {
            name,
            effect: Effectful::Write,
            ok,
            offered: true,
        }
    }

    /// A write that only story, personas or the vendor itself perform.
    pub const fn inner(name: &'static str) -> Self {
        Self {
            name,
            effect: Effectful::Write,
            ok: 200,
            offered: false,
        }
    }
}

/// A vendor's operation by name.
pub fn operation(vendor: Vendor, name: &str) -> Option<&'static Operation> {
    vendor
        .operations()
        .iter()
        .find(|operation| operation.name == name)
}
