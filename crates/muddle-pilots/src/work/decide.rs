//! What is right for one mail, given what was read, who wrote, and what billing says now.
//!
//! Pure: no call is made here. Rules stand in the order in which the desk would ask: is it a person's, is it the
//! bank's, was it done already, is it too late, how much is it, is it too much to decide alone.

use jiff::civil::Date;

use super::amount::{amount, is_delivery};
use super::identify::About;
use crate::billing::{Charge, Refund};
use crate::crm::Order;
use crate::habit::{Habit, Without};
use crate::json::decimal;
use crate::ledger::Ledger;
use crate::reading::{Matter, Reading, plain};
use crate::rules::{Rules, days_between};

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing, visibly.
    Leave(&'static str),
    /// A few words back, or to whoever answers such things.
    Route(&'static str),
    /// A person's.
    HandOff {
        /// Why.
        why: String,
        /// What nobody could find out.
        missing: &'static str,
    },
    /// No, politely.
    Deny(String),
    /// It was paid back already, or is on its way.
    Explain(Vec<Refund>),
    /// Ask which order.
    Ask,
    /// Give back.
    Refund(Payment),
}

/// Money to give back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Payment {
    pub(crate) order: String,
    /// Charge and minor units.
    pub(crate) parts: Vec<(String, i64)>,
    pub(crate) currency: String,
    pub(crate) why: &'static str,
    /// Stripe's word for it.
    pub(crate) reason: &'static str,
    /// All of an order by its payer's own mail, and nothing unusual.
    pub(crate) plain: bool,
}

impl Payment {
    /// Minor units in all.
    pub(crate) fn total(&self) -> i64 {
        self.parts.iter().map(|(_, amount)| amount).sum()
    }
}

/// What billing says of an order now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) charges: Vec<Charge>,
    pub(crate) refunds: Vec<Refund>,
    /// The bank is at it.
    pub(crate) disputed: bool,
}

impl Evidence {
    fn given_back(&self) -> i64 {
        self.refunds
            .iter()
            .filter(|refund| refund.counts())
            .map(|refund| refund.amount)
            .sum()
    }

    fn left(&self) -> i64 {
        self.charges.iter().map(Charge::left).sum()
    }
}

/// A mail with everything known about it.
pub(crate) struct Case<'a> {
    pub(crate) reading: &'a Reading,
    pub(crate) about: &'a About,
    pub(crate) ledger: &'a Ledger,
    pub(crate) rules: &'a Rules,
    pub(crate) today: Date,
    pub(crate) without: Without,
}

fn hand_off(why: impl Into<String>) -> Decision {
    Decision::HandOff {
        why: why.into(),
        missing: "a person's decision",
    }
}

impl Case<'_> {
    /// What can be said before billing is asked; none if it is about an order's money.
    pub(crate) fn before_billing(&self) -> Option<Decision> {
        let known = self.about.on_file.is_some();
        Some(match self.reading.matter {
            Matter::Automatic => Decision::Leave("automatic mail"),
            Matter::Pitch => Decision::Leave("advertising"),
            Matter::Thanks => Decision::Leave("thanks, nothing is asked"),
            Matter::TakenBack => Decision::Leave("the request was taken back"),
            Matter::Question | Matter::Courier if self.about.order.is_some() => {
                hand_off("asks or complains about an order; a person can answer that")
            }
            Matter::Question => Decision::Route("Question"),
            Matter::Courier => Decision::Route("Delivery complaint"),
            Matter::Injury => hand_off("somebody was hurt; a person must take this"),
            Matter::Legal => hand_off("lawyers or courts are mentioned; a person must take this"),
            Matter::Delete => {
                hand_off("asks for personal data to be deleted; a person must take this")
            }
            Matter::Boss => hand_off(
                "claims to be a superior and asks for money outside the process; possible fraud",
            ),
            Matter::PictureOnly => {
                hand_off("says nothing in words; somebody has to look at the attached picture")
            }
            Matter::Unclear => hand_off("it is not clear what is asked for"),
            Matter::Bank | Matter::Elsewhere | Matter::NeverCame if self.about.order.is_none() => {
                hand_off(self.sensitive())
            }
            _ if !known => hand_off(
                "the writer and the order are not in our records, so nothing may be told or paid",
            ),
            _ if !self.about.from_file && self.about.proofs < 2 => hand_off(
                "the address is not on file and fewer than two proofs were given, so nothing may be told or paid",
            ),
            _ if self.about.names_strange_order => {
                hand_off("names an order that is filed under somebody else")
            }
            _ if self.about.order.is_none() => return Some(self.unknown_order()),
            _ if self.is_important() => {
                hand_off("a customer of a special tier; a person looks after them")
            }
            _ => return None,
        })
    }

    fn unknown_order(&self) -> Decision {
        if self.about.candidates.is_empty() {
            return hand_off("no order of theirs was found");
        }
        if self.without.keeps(Habit::Asking) {
            return Decision::Ask;
        }
        Decision::HandOff {
            why: "several orders could be meant and none is named".to_owned(),
            missing: "the order number",
        }
    }

    fn is_important(&self) -> bool {
        let contacts = self
            .about
            .person
            .contacts
            .iter()
            .filter_map(|id| self.ledger.contacts.get(id));
        contacts.into_iter().any(|contact| {
            !matches!(
                plain(&contact.tier).as_str(),
                "" | "standard" | "regular" | "normal" | "none"
            )
        })
    }

    fn sensitive(&self) -> &'static str {
        match self.reading.matter {
            Matter::Bank => "mentions the bank or a dispute; a person must take this",
            Matter::Elsewhere => {
                "wants the money somewhere else than where it came from; we may only refund the original payment method"
            }
            _ => {
                "says that the parcel never came and no delivery is recorded; a person has to talk to the carrier"
            }
        }
    }

    /// What is right now that billing has been asked.
    pub(crate) fn after_billing(&self, order: &Order, evidence: &Evidence) -> Decision {
        if evidence.charges.is_empty() {
            return hand_off("no charge was found for the order");
        }
        if evidence.disputed {
            return hand_off("the bank has an open dispute on the charge");
        }
        if matches!(self.reading.matter, Matter::Bank | Matter::Elsewhere) {
            return hand_off(self.sensitive());
        }
        if self.names_another_card(evidence) {
            return hand_off(
                "names digits of a card that is not the one that paid; we may only refund the original payment method",
            );
        }
        if evidence.refunds.iter().any(|refund| !refund.counts()) {
            return hand_off(
                "a refund of this charge failed, so the original payment method does not work",
            );
        }
        if let Some(decision) = self.done_already(order, evidence) {
            return decision;
        }
        match self.reading.matter {
            Matter::Status => hand_off("asks after a refund, but billing shows none"),
            Matter::Twice => self.charged_twice(order, evidence),
            _ => self
                .in_time(order)
                .unwrap_or_else(|| self.how_much(order, evidence)),
        }
    }

    /// Speaks of a card, with four digits that are not the paying card's and no year.
    fn names_another_card(&self, evidence: &Evidence) -> bool {
        let strange = |digits: &&String| {
            !evidence
                .charges
                .iter()
                .any(|charge| charge.last4 == **digits)
                && !digits.starts_with("20")
        };
        self.reading.speaks_of_card && self.reading.digits.iter().any(|digits| strange(&digits))
    }

    /// One complaint, one refund.
    fn done_already(&self, order: &Order, evidence: &Evidence) -> Option<Decision> {
        let counted: Vec<Refund> = evidence
            .refunds
            .iter()
            .filter(|refund| refund.counts())
            .cloned()
            .collect();
        let asks = self.reading.matter == Matter::Status
            || evidence.left() == 0
            || evidence.given_back() >= order.amount;
        (!counted.is_empty() && asks).then_some(Decision::Explain(counted))
    }

    fn charged_twice(&self, order: &Order, evidence: &Evidence) -> Decision {
        let mut whole = evidence
            .charges
            .iter()
            .filter(|charge| charge.amount == order.amount && charge.refunded == 0);
        match (whole.next(), whole.next_back()) {
            (Some(_), Some(second)) => {
                let parts = vec![(second.id.clone(), second.amount)];
                self.if_allowed(
                    self.payment(order, parts, "charged twice for one order", "duplicate"),
                    evidence,
                )
            }
            _ => hand_off("says to have been charged twice, but billing shows one payment"),
        }
    }

    /// Dates and kinds of sale; a defect counts as everywhere.
    fn in_time(&self, order: &Order) -> Option<Decision> {
        if !self.without.keeps(Habit::WindowCheck) {
            return None;
        }
        let shipping = self.reading.matter == Matter::Shipping;
        let Some(delivered) = order.delivered else {
            return Some(hand_off(
                "no delivery is recorded for the order; a person has to talk to the carrier",
            ));
        };
        if self.reading.matter == Matter::NeverCame {
            return Some(hand_off(
                "says that the parcel never came, but a delivery is recorded",
            ));
        }
        let late = self.rules.is_late(delivered, self.today) && !shipping;
        let defect = self.reading.defect;
        if late && defect {
            return Some(hand_off("a defect, but the return period is over"));
        }
        if order.final_sale && !defect && !shipping && !self.reading.mind {
            return Some(hand_off(
                "a final sale, and the mail does not say whether it is a change of mind or a defect",
            ));
        }
        if late {
            let days = days_between(delivered, self.today);
            return Some(Decision::Deny(format!(
                "it was delivered on {delivered}, {days} days ago, and our return period is {} days from delivery",
                self.rules.window_days
            )));
        }
        (order.final_sale && !defect && !shipping).then(|| {
            Decision::Deny(
                "it was bought in final sale, which cannot be returned for a change of mind"
                    .to_owned(),
            )
        })
    }

    fn how_much(&self, order: &Order, evidence: &Evidence) -> Decision {
        let left = evidence.left();
        let amount = match self.reading.matter {
            Matter::Shipping => order
                .items
                .iter()
                .find(|item| is_delivery(&item.name))
                .map(|item| item.amount),
            _ => amount(self.reading, order),
        };
        let Some(amount) = amount else {
            return Decision::HandOff {
                why: "the amount in the mail fits neither the order nor one of its lines"
                    .to_owned(),
                missing: "the amount",
            };
        };
        if amount > left {
            return hand_off(format!(
                "{} is asked for, but only {} of the charge is left",
                decimal(amount),
                decimal(left)
            ));
        }
        let mut rest = amount;
        let mut parts = Vec::new();
        for charge in &evidence.charges {
            let part = rest.min(charge.left());
            if part > 0 {
                parts.push((charge.id.clone(), part));
                rest -= part;
            }
        }
        let why = if self.reading.defect {
            "the article is defective"
        } else {
            "returned within the return period"
        };
        let why = if self.reading.matter == Matter::Shipping {
            "the delivery charge was not due"
        } else {
            why
        };
        self.if_allowed(
            self.payment(order, parts, why, "requested_by_customer"),
            evidence,
        )
    }

    fn payment(
        &self,
        order: &Order,
        parts: Vec<(String, i64)>,
        why: &'static str,
        reason: &'static str,
    ) -> Payment {
        let charge = parts
            .first()
            .and_then(|(id, _)| self.ledger.charges.get(id));
        let plain = parts.len() == 1
            && self.reading.matter == Matter::Refund
            && self.about.from_file
            && self.about.person.contacts.len() == 1
            && parts.iter().map(|(_, amount)| amount).sum::<i64>() == order.amount;
        Payment {
            order: order.number.to_uppercase(),
            parts,
            currency: charge
                .map(|charge| charge.currency.clone())
                .unwrap_or_default(),
            why,
            reason,
            plain,
        }
    }

    /// Over the threshold, summed per order, a person must agree.
    fn if_allowed(&self, payment: Payment, evidence: &Evidence) -> Decision {
        let sum = payment.total() + evidence.given_back();
        if sum >= self.rules.threshold {
            return hand_off(format!(
                "{} is at or above the limit of {} from which the manager must approve; the request is otherwise in order",
                decimal(sum),
                decimal(self.rules.threshold)
            ));
        }
        Decision::Refund(payment)
    }
}
