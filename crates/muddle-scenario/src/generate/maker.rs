//! Makes people, orders and charges on the drawing board, each coherent in itself.
//!
//! Called by `cases` (orders to a specification) and by `population` (all the rest). Owns the dice of the population;
//! what is made here is clean, dirt comes later.

use muddle_world::chance::{Dice, Seed};
use muddle_world::row::Str;
use muddle_world::time::{At, DAY, MINUTE};

use super::calendar::{Calendar, Day, day_of};
use super::draft::{Charge, Company, Contact, Draft, Line, Named, Order, Payer, Place, Role, Soul};
use crate::file::{Delivery, Desk, OrderSpec, Total};
use crate::letters::Writer;
use crate::people::{Country, Crowd, Person, products};
use crate::truth::Policy;

/// How far a total keeps from the threshold, in minor units.
const MARGIN: i64 = 500;
/// How many days a date keeps from an edge of the policy, the story's days included.
const EDGE_DAYS: i64 = 6;
/// What a further line may cost above the cheapest product, in minor units.
const ROOM: i64 = 800;
/// Brands of cards, common ones more often.
const BRANDS: [&str; 6] = ["visa", "visa", "visa", "mastercard", "mastercard", "amex"];

/// The builder.
pub struct Maker<'a> {
    /// What is built.
    pub draft: Draft,
    /// The scenario.
    pub desk: &'a Desk,
    /// This office's rules.
    pub policy: &'a Policy,
    /// Days.
    pub calendar: &'a Calendar,
    /// Dice of the population.
    pub dice: Dice,
    /// Who exists.
    pub crowd: Crowd,
}

impl<'a> Maker<'a> {
    /// An empty office.
    pub fn new(seed: &Seed, desk: &'a Desk, policy: &'a Policy, calendar: &'a Calendar) -> Self {
        let mut crowd = Crowd::new();
        crowd.reserve(&desk.shop.address);
        Self {
            draft: Draft::default(),
            desk,
            policy,
            calendar,
            dice: seed.dice(&["population"]),
            crowd,
        }
    }

    /// Somebody new, with a customer in billing and a contact in the CRM.
    pub fn soul(&mut self, role: Role) -> Place {
        let person = self.crowd.person(&mut self.dice);
        let soul = self.stranger(role, person);
        self.known(soul);
        soul
    }

    /// Somebody whom no system knows.
    pub fn stranger(&mut self, role: Role, person: Person) -> Place {
        let writer = Writer::draw(&mut self.dice, &person);
        let (tone, language) = (writer.tone, writer.language);
        self.draft.souls.push(Soul {
            person,
            tone,
            language,
            role,
            customer: None,
            contacts: Vec::new(),
            orders: Vec::new(),
        });
        self.draft.souls.len() - 1
    }

    /// Enters somebody into billing and CRM.
    pub fn known(&mut self, soul: Place) {
        let created = self.past(220, 700);
        self.payer(soul, created);
        let later = self.dice.between(1, 2_000) * MINUTE;
        self.contact(soul, created.plus(later));
    }

    fn payer(&mut self, soul: Place, created: At) {
        let person = &self.draft.souls[soul].person;
        let payer = Payer {
            soul,
            email: Some(person.email.clone()),
            name: Some(person.full()),
            phone: self.dice.percent(70).then(|| person.phone.clone()),
            description: None,
            street: self.dice.percent(80).then(|| person.street.clone()),
            created,
        };
        self.draft.souls[soul].customer = Some(self.draft.payers.len());
        self.draft.payers.push(payer);
    }

    /// Another contact for somebody, as a form would fill it.
    pub fn contact(&mut self, soul: Place, created: At) -> Place {
        let company = self.company_of(soul, created);
        let person = &self.draft.souls[soul].person;
        let mut properties = vec![
            ("email", person.email.clone()),
            ("firstname", person.first.clone()),
            ("lastname", person.last.clone()),
            ("lifecyclestage", "customer".to_owned()),
        ];
        if self.dice.percent(85) {
            properties.push(("phone", person.phone.clone()));
        }
        if self.dice.percent(75) {
            properties.push(("address", person.street.clone()));
            properties.push(("city", person.city.clone()));
            properties.push(("zip", person.postcode.clone()));
            properties.push(("country", person.country.name().to_owned()));
        }
        if let Some(company) = &person.company {
            properties.push(("company", company.name.clone()));
            properties.push(("jobtitle", company.job.clone()));
        }
        let owned = self.dice.percent(60);
        let agent = self.agent();
        let owner = owned.then_some(agent);
        self.draft.contacts.push(Contact {
            soul: Some(soul),
            properties,
            company,
            orders: Vec::new(),
            owner,
            created,
        });
        let place = self.draft.contacts.len() - 1;
        self.draft.souls[soul].contacts.push(place);
        place
    }

    fn company_of(&mut self, soul: Place, created: At) -> Option<Place> {
        let person = &self.draft.souls[soul].person;
        let company = person.company.as_ref()?;
        let known = self
            .draft
            .companies
            .iter()
            .position(|one| one.domain == company.domain);
        if known.is_some() || self.draft.companies.len() >= self.desk.population.companies {
            return known;
        }
        self.draft.companies.push(Company {
            name: company.name.clone(),
            domain: company.domain.clone(),
            city: person.city.clone(),
            created,
        });
        Some(self.draft.companies.len() - 1)
    }

    /// An order to a specification, with one charge over all of it.
    pub fn order(&mut self, soul: Place, spec: OrderSpec) -> Place {
        let (ordered, delivered) = self.when(spec.delivery);
        let order = self.bare_order(soul, spec, ordered, delivered);
        let total = self.draft.orders[order].total();
        self.charge(order, total, 0);
        order
    }

    /// An order that came on this day, with its charge.
    pub fn order_of_day(&mut self, soul: Place, spec: OrderSpec, delivered: Day) -> Place {
        let transit = self.dice.between(2, 6);
        let ordered = self.moment(delivered - transit);
        let order = self.bare_order(soul, spec, ordered, Some(delivered));
        let total = self.draft.orders[order].total();
        self.charge(order, total, 0);
        order
    }

    /// An order above the threshold, paid by two charges that are each below it.
    pub fn split_order(&mut self, soul: Place, spec: OrderSpec) -> Place {
        let (ordered, delivered) = self.when(spec.delivery);
        let order = self.bare_order(soul, spec, ordered, delivered);
        let total = self.draft.orders[order].total();
        let most = self.policy.threshold - MARGIN;
        let first = (total / 2 + self.dice.between(0, 9) * 50)
            .min(most)
            .max(total - most);
        self.charge(order, first, 0);
        self.charge(order, total - first, 2);
        order
    }

    /// An order of the past, with its charge.
    pub fn old_order(&mut self, soul: Place) -> Place {
        let edge = self.policy.window_days + EDGE_DAYS;
        let ago = self.dice.between(edge + 10, 205);
        let ordered = self.moment(self.calendar.today() - ago);
        let delivered = day_of(ordered) + self.dice.between(2, 6);
        let spec = OrderSpec {
            lines: [1, 3],
            delivery: Delivery::Late,
            total: if self.dice.percent(70) {
                Total::Below
            } else {
                Total::Above
            },
            final_sale: self.dice.percent(8),
        };
        let order = self.bare_order(soul, spec, ordered, Some(delivered));
        self.draft.orders[order].recent = false;
        let total = self.draft.orders[order].total();
        self.charge(order, total, 0);
        order
    }

    fn bare_order(
        &mut self,
        soul: Place,
        spec: OrderSpec,
        ordered: At,
        delivered: Option<Day>,
    ) -> Place {
        let currency = currency(self.draft.souls[soul].person.country);
        let shipping = *self.dice.pick(&[0, 490, 490, 590, 790]);
        let lines = self.lines(spec, currency, shipping);
        let order = self.draft.orders.len();
        self.draft.orders.push(Order {
            soul,
            lines,
            shipping,
            currency,
            ordered,
            delivered,
            final_sale: spec.final_sale,
            charges: Vec::new(),
            number: Str::from(""),
            recent: true,
            slipped: false,
        });
        self.draft.souls[soul].orders.push(order);
        if let Some(&contact) = self.draft.souls[soul].contacts.first() {
            self.draft.contacts[contact].orders.push(order);
        }
        order
    }

    /// A charge over part or all of an order, some minutes after it was made.
    pub fn charge(&mut self, order: Place, amount: i64, after_min: i64) -> Place {
        let made = &self.draft.orders[order];
        let (soul, created) = (made.soul, made.ordered.plus(after_min * MINUTE + 4_000));
        let person = &self.draft.souls[soul].person;
        let earlier = made
            .charges
            .first()
            .map(|&first| &self.draft.charges[first]);
        let (last4, brand) = match earlier {
            Some(first) => (first.last4.clone(), first.brand),
            None => (
                Str::from(format!("{:04}", self.dice.below(10_000))),
                *self.dice.pick(&BRANDS),
            ),
        };
        let charge = self.draft.charges.len();
        self.draft.charges.push(Charge {
            order,
            payer: self.draft.souls[soul].customer,
            amount,
            created,
            last4,
            brand,
            named: Named::Right,
            invoiced: false,
            billing_name: Some(person.full()),
            billing_email: Some(person.email.clone()),
        });
        self.draft.orders[order].charges.push(charge);
        charge
    }

    fn when(&mut self, delivery: Delivery) -> (At, Option<Day>) {
        let (today, window) = (self.calendar.today(), self.policy.window_days);
        let transit = self.dice.between(2, 6);
        let delivered = match delivery {
            Delivery::InTime => today - self.dice.between(2, window - EDGE_DAYS),
            Delivery::Late => today - window - self.dice.between(EDGE_DAYS, 60),
            Delivery::Never => {
                let ago = self.policy.no_scan_days + self.dice.between(EDGE_DAYS, 20);
                return (self.moment(today - ago), None);
            }
        };
        (self.moment(delivered - transit), Some(delivered))
    }

    fn lines(&mut self, spec: OrderSpec, currency: &str, shipping: i64) -> Vec<Line> {
        let cap = match spec.total {
            Total::Below => self.policy.threshold - MARGIN - shipping,
            Total::Above => i64::MAX,
        };
        let cheapest = products()
            .iter()
            .map(|one| one.price_minor(currency))
            .min()
            .unwrap_or(0);
        let room = ((cap / (cheapest + ROOM)).max(1) as u64).min(spec.lines[1]);
        let want = self
            .dice
            .between(spec.lines[0].min(room) as i64, room as i64);
        let mut lines: Vec<Line> = Vec::with_capacity(want as usize + 1);
        let mut sum = 0;
        while (lines.len() as i64) < want
            || (spec.total == Total::Above && sum < self.policy.threshold + MARGIN)
        {
            let rest = want - lines.len() as i64 - 1;
            let most = (cap - sum - rest.max(0) * (cheapest + ROOM)).max(cheapest);
            let (product, unit) = self.product(&lines, currency, most);
            sum += unit;
            lines.push(Line {
                product,
                quantity: 1,
                unit,
            });
        }
        lines
    }

    /// A product that is not in the order yet and costs at most `most`, or the cheapest left.
    fn product(&mut self, lines: &[Line], currency: &str, most: i64) -> (Place, i64) {
        const TRIES_MAX: usize = 24;
        let shelf = products();
        let free = |place: Place| lines.iter().all(|line| line.product != place);
        for _ in 0..TRIES_MAX {
            let place = self.dice.below(shelf.len() as u64) as Place;
            let price = shelf[place].price_minor(currency);
            if price <= most && free(place) {
                return (place, price);
            }
        }
        let left = (0..shelf.len()).filter(|&place| free(place));
        let place = left
            .min_by_key(|&place| shelf[place].price_minor(currency))
            .unwrap_or(0);
        (place, shelf[place].price_minor(currency))
    }

    /// Somebody of the staff who is still there.
    pub fn agent(&mut self) -> Place {
        let staff = &self.desk.shop.agents;
        let here: Vec<Place> = (0..staff.len())
            .filter(|&place| !staff[place].left)
            .collect();
        if here.is_empty() {
            0
        } else {
            *self.dice.pick(&here)
        }
    }

    /// Some time on a day.
    pub fn moment(&mut self, day: Day) -> At {
        At(day * DAY + self.dice.below(DAY as u64) as i64 / 1_000 * 1_000)
    }

    /// Some time between so many days ago.
    pub fn past(&mut self, from_days: i64, to_days: i64) -> At {
        let ago = self.dice.between(from_days, to_days);
        self.moment(self.calendar.today() - ago)
    }
}

/// What people there pay in.
pub fn currency(country: Country) -> &'static str {
    match country {
        Country::Us | Country::Ca | Country::Au => "usd",
        Country::Gb => "gbp",
        _ => "eur",
    }
}
