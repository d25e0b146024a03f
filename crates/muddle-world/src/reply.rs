//! What an office says to a call: the logged reply, and the answer with its records for whoever renders it.
//!
//! A reply names records by id and is small; [`resolve`] looks the records up in the world right after the call, under
//! the same lock, so that rendering happens outside it and a replayed reply gives the same bytes.

use serde::{Deserialize, Serialize};

use crate::call::{Call, Credential, Problem, ProblemKind};
use crate::effect::Effects;
use crate::limits::Limited;
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;
use crate::{billing, crm, inbox, office};

/// What is kept of the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Of the billing desk.
    Billing(billing::Reply),
    /// Of the CRM.
    Crm(crm::Reply),
    /// Of the mailbox.
    Inbox(inbox::Reply),
    /// Of the office itself.
    Office(office::Reply),
    /// Refused before any rule of the vendor was asked.
    Denied(Denial),
}

/// Why a call never reached the vendor's rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denial {
    /// The key is not good for this.
    Credential(Credential),
    /// The vendor's own rate limit.
    Limited(Limited),
    /// It did not parse.
    Malformed(Problem),
    /// The vendor has no such route.
    NoRoute,
    /// The vendor has it and we do not offer it.
    NotOffered {
        /// The nearest operation we do offer.
        nearest: Option<Str>,
    },
    /// The workspace holds as many entries or bytes as it may.
    Full,
}

impl Denial {
    /// The HTTP status with which this vendor says so.
    pub const fn status(&self, vendor: Vendor) -> u16 {
        match self {
            Self::Credential(Credential::WrongRole) => 403,
            Self::Credential(_) => 401,
            Self::Limited(_) => vendor.quota_status(),
            Self::Malformed(problem) if matches!(problem.kind, ProblemKind::UrlTooLong) => 414,
            Self::Malformed(problem) if matches!(problem.kind, ProblemKind::NoAccess) => 403,
            Self::Malformed(_) => 400,
            Self::NoRoute => 404,
            Self::NotOffered { .. } => 501,
            Self::Full => 507,
        }
    }
}

/// What a vendor's rules make of a call.
#[derive(Debug)]
pub struct Decision {
    /// What changes.
    pub effects: Effects,
    /// What is said.
    pub reply: Reply,
    /// The HTTP status that the vendor's documents give for it.
    pub status: u16,
    /// False if the vendor said no.
    pub ok: bool,
}

/// A reply together with the records it names.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Of the billing desk.
    Billing(billing::Answer),
    /// Of the CRM.
    Crm(crm::Answer),
    /// Of the mailbox.
    Inbox(inbox::Answer),
    /// Of the office itself.
    Office(office::Reply),
    /// Refused before the vendor's rules.
    Denied(Denial),
}

/// Looks up what a reply names. `view` is the world right after the call.
pub fn resolve(view: &View<'_>, call: &Call, reply: &Reply) -> Answer {
    match (call, reply) {
        (Call::Billing(call), Reply::Billing(reply)) => {
            Answer::Billing(billing::resolve(view, call, reply))
        }
        (Call::Crm(call), Reply::Crm(reply)) => Answer::Crm(crm::resolve(view, call, reply)),
        (Call::Inbox(call), Reply::Inbox(reply)) => {
            Answer::Inbox(inbox::resolve(view, call, reply))
        }
        (_, Reply::Office(reply)) => Answer::Office(reply.clone()),
        (_, Reply::Denied(denial)) => Answer::Denied(denial.clone()),
        (_, Reply::Billing(_) | Reply::Crm(_) | Reply::Inbox(_)) => {
            unreachable!("a vendor's reply belongs to a call of that vendor")
        }
    }
}
