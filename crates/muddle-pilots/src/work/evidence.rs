//! What billing says of an order at this moment: its charges, their refunds, the bank's disputes.
//!
//! Called before every decision about money. The habits of looking for earlier refunds and for disputes live here.

use super::Worker;
use super::decide::Evidence;
use crate::error::CallError;
use crate::habit::Habit;

impl Worker {
    /// Reads an order's charges anew.
    pub(super) async fn evidence(&self, number: &str) -> Result<Evidence, CallError> {
        let ids: Vec<String> = self
            .ledger
            .charges_of(number)
            .iter()
            .map(|charge| charge.id.clone())
            .collect();
        let billing = &self.tools.billing;
        let mut evidence = Evidence::default();
        for id in ids {
            let mut charge = billing.charge(&id).await?;
            if self.tools.without.keeps(Habit::DuplicateSearch) {
                evidence.refunds.extend(billing.refunds(Some(&id)).await?);
            } else {
                charge.refunded = 0;
            }
            if self.tools.without.keeps(Habit::DisputeCheck) {
                let disputes = billing.disputes(&id).await?;
                evidence.disputed |=
                    charge.disputed || disputes.iter().any(crate::billing::Dispute::is_open);
            }
            evidence.charges.push(charge);
        }
        Ok(evidence)
    }
}
