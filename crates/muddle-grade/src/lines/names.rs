//! What an id stands for: the order or the customer behind a record, as the vendors' own records say it.
//!
//! Filled from the opening's records and from what entries create; asked by [`super::Lines`]. Pure. It says what a record
//! says of itself, which in a messy office need not be true.

use std::collections::BTreeMap;

use muddle_world::call::Call;
use muddle_world::crm::{self, Objects};
use muddle_world::effect::{Change, Record};
use muddle_world::entry::Core;
use muddle_world::row::Str;
use muddle_world::{billing, inbox};

/// What a call is about.
#[derive(Default)]
pub(super) struct Matter {
    /// The record's id, or what was searched for.
    pub object: String,
    /// The order or customer.
    pub whom: String,
}

/// By collection and id. Ids of the billing desk and the mailbox are unique among all of theirs.
#[derive(Default)]
pub(super) struct Names {
    whom: BTreeMap<(&'static str, Str), String>,
    currencies: BTreeMap<Str, Str>,
}

const BILLING: &str = "billing";
const INBOX: &str = "inbox";

impl Names {
    pub fn of(opening: &[Record]) -> Self {
        let mut names = Self::default();
        opening.iter().for_each(|record| names.add(record));
        names
    }

    /// Takes in what an entry created.
    pub fn learn(&mut self, core: &Core) {
        for effect in &core.effects {
            if let Change::Created(record) = &effect.change {
                self.add(record);
            }
        }
    }

    fn add(&mut self, record: &Record) {
        match record {
            Record::Billing(record) => self.add_billing(record),
            Record::Crm(record) => self.add_crm(record),
            Record::Inbox(inbox::Record::Message(message)) => self.add_mail(message),
            _ => {}
        }
    }

    fn add_billing(&mut self, record: &billing::Record) {
        let order = |metadata: &billing::Metadata| metadata.get("order").map(ToString::to_string);
        let mut money = None;
        let (id, whom) = match record {
            billing::Record::Customer(row) => {
                let name = row.name.as_ref().or(row.email.as_ref());
                (&row.id, name.map(ToString::to_string))
            }
            billing::Record::Charge(row) => {
                money = Some(&row.currency);
                let customer = row
                    .customer
                    .as_deref()
                    .and_then(|id| self.whom(BILLING, id));
                let name = row.billing_name.as_ref().map(ToString::to_string);
                (&row.id, order(&row.metadata).or(customer).or(name))
            }
            billing::Record::PaymentIntent(row) => {
                money = Some(&row.currency);
                let customer = row
                    .customer
                    .as_deref()
                    .and_then(|id| self.whom(BILLING, id));
                (&row.id, order(&row.metadata).or(customer))
            }
            billing::Record::Invoice(row) => {
                money = Some(&row.currency);
                (&row.id, Some(row.number.to_string()))
            }
            billing::Record::Refund(row) => (&row.id, self.whom(BILLING, &row.charge)),
            billing::Record::Dispute(row) => (&row.id, self.whom(BILLING, &row.charge)),
            billing::Record::CreditNote(row) => (&row.id, self.whom(BILLING, &row.invoice)),
            _ => return,
        };
        if let Some(currency) = money {
            self.currencies.insert(id.clone(), currency.clone());
        }
        if let Some(whom) = whom {
            self.whom.insert((BILLING, id.clone()), whom);
        }
    }

    fn add_crm(&mut self, record: &crm::Record) {
        let (kind, object): (crm::Kind, &crm::Object) = match record {
            crm::Record::Contact(row) => (crm::Kind::Contacts, row),
            crm::Record::Company(row) => (crm::Kind::Companies, row),
            crm::Record::Deal(row) => (crm::Kind::Deals, row),
            crm::Record::Ticket(row) => (crm::Kind::Tickets, row),
            crm::Record::Task(row) => (crm::Kind::Tasks, row),
            _ => return,
        };
        let property = |name: &str| object.properties.get(name).map_or("", |value| &**value);
        let whom = match kind {
            crm::Kind::Contacts => {
                let name = format!("{} {}", property("firstname"), property("lastname"));
                match name.trim() {
                    "" => property("email").to_owned(),
                    name => name.to_owned(),
                }
            }
            crm::Kind::Deals => match property("order_number") {
                "" => property("dealname").to_owned(),
                number => number.to_owned(),
            },
            crm::Kind::Companies => property("name").to_owned(),
            crm::Kind::Tasks => property("hs_task_subject").to_owned(),
            _ => property("subject").to_owned(),
        };
        if !whom.is_empty() {
            self.whom.insert((kind.name(), object.id.clone()), whom);
        }
    }

    fn add_mail(&mut self, message: &inbox::Message) {
        let outward = message.has("SENT") || message.has("DRAFT");
        let person = match outward {
            true => message.to.first(),
            false => message.from.as_ref(),
        };
        let Some(person) = person else {
            return;
        };
        let whom = format!("{} \"{}\"", person.address, message.subject);
        // A thread is called by its first mail.
        self.whom
            .entry((INBOX, message.thread_id.clone()))
            .or_insert_with(|| whom.clone());
        self.whom.insert((INBOX, message.id.clone()), whom);
    }

    fn whom(&self, space: &'static str, id: &str) -> Option<String> {
        self.whom.get(&(space, id.into())).cloned()
    }

    /// The currency of a charge, a payment or an invoice.
    pub fn currency(&self, id: &str) -> Option<String> {
        self.currencies.get(id).map(ToString::to_string)
    }

    /// What a vendor's call is about.
    pub fn matter(&self, core: &Core) -> Matter {
        if let Some(matter) = self.matter_by_id(core) {
            return matter;
        }
        // The arguments that make two calls the same, behind the operation; many are empty.
        let subject = core.subject.as_deref().unwrap_or_default();
        let meant = subject.split(':').skip(1).filter(|part| !part.is_empty());
        Matter {
            object: meant.collect::<Vec<_>>().join(" "),
            whom: String::new(),
        }
    }

    fn matter_by_id(&self, core: &Core) -> Option<Matter> {
        if let Call::Inbox(call) = &core.call
            && let Some(ids) = inbox_ids(&call.request)
        {
            return Some(self.several(ids));
        }
        let (space, id) = match &core.call {
            Call::Billing(call) => (BILLING, billing_id(&call.request)?.clone()),
            Call::Crm(crm::Call::Objects { of, ask, .. }) => {
                (of.name(), crm_id(ask).cloned().or_else(|| made(core))?)
            }
            Call::Inbox(call) => (
                INBOX,
                inbox_id(&call.request).cloned().or_else(|| made(core))?,
            ),
            _ => return None,
        };
        let whom = self.whom(space, &id).or_else(|| self.linked(&core.call));
        Some(Matter {
            whom: whom.unwrap_or_default(),
            object: id.to_string(),
        })
    }

    /// The contact or order that a new paper is put on.
    fn linked(&self, call: &Call) -> Option<String> {
        let Call::Crm(crm::Call::Objects {
            ask: Objects::Create(new),
            ..
        }) = call
        else {
            return None;
        };
        let kinds = [crm::Kind::Contacts, crm::Kind::Deals, crm::Kind::Tickets];
        let ends = kinds.iter().flat_map(|kind| {
            let ends = new.links.iter();
            ends.filter_map(|link| self.whom(kind.name(), &link.to))
        });
        ends.into_iter().next()
    }

    /// Several mails, called by the first of them.
    fn several(&self, ids: &[Str]) -> Matter {
        let first = ids.first().map_or("", |id| &**id);
        let more = match ids.len() {
            0 | 1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let whom = self.whom(INBOX, first);
        Matter {
            object: format!("{first}{more}"),
            whom: whom.map_or_else(String::new, |whom| format!("{whom}{more}")),
        }
    }
}

fn inbox_ids(request: &inbox::Request) -> Option<&[Str]> {
    use inbox::Request as Ask;
    match request {
        Ask::BatchModifyMessages { ids, .. } | Ask::BatchDeleteMessages { ids } => Some(ids),
        _ => None,
    }
}

/// The id of the first record that the entry made.
fn made(core: &Core) -> Option<Str> {
    core.effects.iter().find_map(|effect| match &effect.change {
        Change::Created(record) => Some(record.id().clone()),
        _ => None,
    })
}

fn billing_id(request: &billing::Request) -> Option<&Str> {
    use billing::Request as Ask;
    match request {
        Ask::Get { id, .. }
        | Ask::UpdateCustomer { id, .. }
        | Ask::UpdateRefund { id, .. }
        | Ask::CancelRefund { id }
        | Ask::SettleRefund { id, .. } => Some(id),
        Ask::ListInvoiceLines { invoice, .. } => Some(invoice),
        Ask::ListChargeRefunds { charge, .. } | Ask::OpenDispute { charge, .. } => Some(charge),
        Ask::CreateRefund(new) => new.charge.as_ref().or(new.payment_intent.as_ref()),
        Ask::CreateCreditNote(new) => new.invoice.as_ref(),
        Ask::List { .. } | Ask::Search { .. } | Ask::CreateCustomer(_) => None,
    }
}

fn crm_id(ask: &Objects) -> Option<&Str> {
    match ask {
        Objects::Get { key, .. } => Some(&key.id),
        Objects::Update(edit) => Some(&edit.key.id),
        Objects::Archive { id } => Some(id),
        Objects::Merge { primary, .. } => Some(primary),
        _ => None,
    }
}

fn inbox_id(request: &inbox::Request) -> Option<&Str> {
    use inbox::Request as Ask;
    match request {
        Ask::GetMessage { id, .. }
        | Ask::ModifyMessage { id, .. }
        | Ask::TrashMessage { id }
        | Ask::UntrashMessage { id }
        | Ask::DeleteMessage { id }
        | Ask::GetThread { id, .. }
        | Ask::ModifyThread { id, .. }
        | Ask::TrashThread { id }
        | Ask::UntrashThread { id }
        | Ask::DeleteThread { id } => Some(id),
        Ask::GetAttachment { message, .. } => Some(message),
        _ => None,
    }
}
