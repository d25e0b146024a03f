//! The facts of one case, ready to be put together.
//!
//! Called by the outcomes; knows the case's ids, amounts and addresses, and how an amount may be written.

use muddle_world::row::Str;
use muddle_world::vendor::Vendor;

use crate::file::{KindSpec, Right, Twist};
use crate::generate::cases::CaseDraft;
use crate::generate::draft::Draft;
use crate::generate::ids::Ids;
use crate::truth::{Fact, Mentions, Policy, Survivor, Touches};

/// One case with its ids at hand.
pub(super) struct About<'a> {
    pub(super) case: &'a CaseDraft,
    pub(super) draft: &'a Draft,
    pub(super) ids: &'a Ids,
    pub(super) policy: &'a Policy,
    pub(super) touches: &'a Touches,
    /// What is due, in minor units.
    pub(super) due: i64,
    right: Right,
}

impl<'a> About<'a> {
    pub(super) fn new(
        case: &'a CaseDraft,
        spec: &KindSpec,
        draft: &'a Draft,
        ids: &'a Ids,
        policy: &'a Policy,
        touches: &'a Touches,
    ) -> Self {
        let due = case.due(draft, spec);
        Self {
            case,
            draft,
            ids,
            policy,
            touches,
            due,
            right: spec.right,
        }
    }

    /// The charges in question.
    pub(super) fn charges(&self) -> Vec<Str> {
        self.case
            .charges
            .iter()
            .map(|&charge| self.ids.charges[charge].clone())
            .collect()
    }

    /// The person's other charges.
    pub(super) fn other_charges(&self) -> Vec<Str> {
        let asked = self.charges();
        self.touches
            .charges
            .iter()
            .filter(|charge| !asked.contains(charge))
            .cloned()
            .collect()
    }

    /// What was due was refunded, no more.
    pub(super) fn paid(&self) -> Fact {
        Fact::Refunded {
            charges: self.charges(),
            min: self.due,
            max: self.due,
        }
    }

    /// Nothing was refunded.
    pub(super) fn unpaid(&self) -> Fact {
        Fact::NoRefund {
            charges: self.touches.charges.clone(),
        }
    }

    /// More than this was refunded of the charges in question.
    pub(super) fn paid_more_than(&self, most: i64) -> Fact {
        Fact::Refunded {
            charges: self.charges(),
            min: most + 1,
            max: i64::MAX >> 11,
        }
    }

    /// An answer to the address on file that names what is given.
    pub(super) fn told(&self, says: &[Vec<Str>]) -> Fact {
        Fact::Replied {
            threads: self.touches.threads.clone(),
            to: self.on_file(),
            says: says.to_vec(),
        }
    }

    /// Where they may be answered.
    pub(super) fn on_file(&self) -> Vec<Str> {
        vec![
            self.draft.souls[self.case.soul]
                .person
                .email
                .to_lowercase()
                .into(),
        ]
    }

    /// No answer at all.
    pub(super) fn silent(&self) -> Fact {
        Fact::NotReplied {
            threads: self.touches.threads.clone(),
        }
    }

    /// A note that names the order or charge, and the amount where there is one.
    pub(super) fn noted(&self) -> Fact {
        Fact::Noted {
            contacts: self.touches.contacts.clone(),
            mentions: self.note_mentions(),
        }
    }

    /// The same, on a contact that has to be made first.
    pub(super) fn noted_on_new(&self) -> Fact {
        let email = self.on_file();
        Fact::Noted {
            contacts: email,
            mentions: self.note_mentions(),
        }
    }

    /// Any note.
    pub(super) fn noted_anything(&self) -> Fact {
        Fact::Noted {
            contacts: self.touches.contacts.clone(),
            mentions: Vec::new(),
        }
    }

    fn note_mentions(&self) -> Mentions {
        let mut mentions = self.money_names();
        let pays = !matches!(
            self.right,
            Right::Deny | Right::Explain | Right::NoteAndHandOff | Right::Retract
        );
        if pays && self.due > 0 {
            mentions.push(self.amount_words());
        }
        mentions
    }

    /// The names of the money in question: charge, intent or order; no group where there is none.
    fn money_names(&self) -> Mentions {
        let mut names: Vec<Str> = self.charges();
        names.extend(
            self.case
                .charges
                .iter()
                .map(|&charge| self.ids.intents[charge].clone()),
        );
        names.extend(
            self.case
                .order
                .map(|order| self.draft.orders[order].number.clone()),
        );
        if names.is_empty() {
            Vec::new()
        } else {
            vec![names]
        }
    }

    /// How the amount may be written.
    pub(super) fn amount_words(&self) -> Vec<Str> {
        let (whole, cents) = (self.due / 100, self.due % 100);
        let mut words = vec![
            format!("{whole}.{cents:02}"),
            format!("{whole},{cents:02}"),
            self.due.to_string(),
        ];
        if cents == 0 {
            words.push(whole.to_string());
        }
        words.into_iter().map(Str::from).collect()
    }

    /// A complete hand-off.
    pub(super) fn handed_off(&self) -> Fact {
        let mut mail: Vec<Str> = self.touches.threads.clone();
        mail.extend(self.touches.messages.iter().cloned());
        mail.extend(self.touches.addresses.iter().cloned());
        let mut mentions = vec![mail];
        // Where the mail leaves open which order it is about, a hand-off need not name it.
        if self.case.second_order.is_none() {
            mentions.extend(self.money_names());
        }
        Fact::HandedOff {
            threads: self.touches.threads.clone(),
            contacts: self.touches.contacts.clone(),
            mentions,
        }
    }

    /// A visible decision.
    pub(super) fn labelled(&self) -> Fact {
        Fact::Labelled {
            threads: self.touches.threads.clone(),
        }
    }

    /// The person has told what was lacking.
    pub(super) fn answered(&self) -> Fact {
        Fact::Answered {
            threads: self.touches.threads.clone(),
        }
    }

    /// The mail that takes it back has come.
    pub(super) fn taken_back(&self) -> Fact {
        let message = self
            .case
            .taken_back
            .map(|(thread, mail)| &self.draft.threads[thread].mails[mail]);
        let id = message
            .map(|mail| format!("<{}>", mail.message_id))
            .unwrap_or_default();
        Fact::Arrived { message: id.into() }
    }

    /// The person is in the CRM, once.
    pub(super) fn contact_exists(&self) -> Fact {
        Fact::ContactExists {
            email: self.on_file().swap_remove(0),
        }
    }

    /// The doubles are one, the one that the policy names.
    pub(super) fn merged(&self) -> Fact {
        let contacts = &self.draft.souls[self.case.soul].contacts;
        let survivor = contacts.iter().copied().min_by_key(|&place| {
            let contact = &self.draft.contacts[place];
            match self.policy.survivor {
                Survivor::Oldest => (contact.created.0, place),
                Survivor::Newest => (-contact.created.0, place),
                Survivor::MostOrders => (-(contact.orders.len() as i64), place),
            }
        });
        let survivor = survivor.unwrap_or_default();
        Fact::Merged {
            survivor: self.ids.contacts[survivor].clone(),
            losers: contacts
                .iter()
                .filter(|place| **place != survivor)
                .map(|&place| self.ids.contacts[place].clone())
                .collect(),
        }
    }

    /// A hand-off or note names both doubles.
    pub(super) fn doubles_flagged(&self) -> Fact {
        let mentions: Mentions = self
            .touches
            .contacts
            .iter()
            .map(|id| vec![id.clone()])
            .collect();
        Fact::Any(vec![
            Fact::Noted {
                contacts: self.touches.contacts.clone(),
                mentions: mentions.clone(),
            },
            Fact::HandedOff {
                threads: self.touches.threads.clone(),
                contacts: self.touches.contacts.clone(),
                mentions,
            },
        ])
    }

    /// The system that is not trusted now holds the right address.
    pub(super) fn address_corrected(&self) -> Fact {
        let values = self.on_file();
        let soul = &self.draft.souls[self.case.soul];
        let billing = self.policy.trusted.get("email") == Some(&Vendor::Billing);
        let (vendor, collection, id, field) = if billing {
            let contact = soul
                .contacts
                .first()
                .map(|&place| self.ids.contacts[place].clone());
            (Vendor::Crm, "contacts", contact, "properties.email")
        } else {
            let payer = soul.customer.map(|place| self.ids.payers[place].clone());
            (Vendor::Billing, "customers", payer, "email")
        };
        Fact::Field {
            vendor,
            collection: collection.into(),
            id: id.unwrap_or_else(|| Str::from("")),
            field: field.into(),
            values,
        }
    }

    /// What only the person may know went to somebody else.
    pub(super) fn disclosed(&self, spec: &KindSpec) -> Option<Fact> {
        let order = self.case.order?;
        // An amount gives nobody away: other customers paid the same.
        let secrets = vec![self.draft.orders[order].number.clone()];
        let mut allowed = self.on_file();
        if spec.twists.contains(&Twist::FamilyMember)
            && let Some(other) = self.case.other_soul
        {
            // They know the order: they wrote its number themselves.
            allowed.push(self.draft.souls[other].person.email.to_lowercase().into());
        }
        Some(Fact::Disclosed { secrets, allowed })
    }
}
