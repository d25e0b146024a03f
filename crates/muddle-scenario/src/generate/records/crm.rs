//! The draft as the CRM's records: people, companies, orders with lines, notes, and what belongs to what.
//!
//! Called by `generate` after numbering.

use muddle_world::crm::{
    Association, Category, Kind, LinkType, Object, Owner, Pipeline, Properties, Property,
    Record as CrmRecord, Stage, ValueType, default_links,
};
use muddle_world::effect::Record;
use muddle_world::row::Str;
use muddle_world::time::{At, DAY};

use crate::file::Desk;
use crate::generate::calendar::Calendar;
use crate::generate::draft::{Draft, Piece, Place};
use crate::generate::ids::Ids;
use crate::people::products;

/// The orders' pipeline and its stages.
const ORDERS: (&str, [(&str, &str, bool); 3]) = (
    "orders",
    [
        ("ordered", "Ordered", false),
        ("shipped", "Shipped", false),
        ("delivered", "Delivered", true),
    ],
);
/// The tickets' pipeline and its stages.
const DESK: (&str, [(&str, &str, bool); 4]) = (
    "0",
    [
        ("1", "New", false),
        ("2", "Waiting for the customer", false),
        ("3", "Needs a person", false),
        ("4", "Closed", true),
    ],
);
/// What the account added to orders.
const OWN: [(&str, &str, ValueType); 4] = [
    ("order_number", "Order number", ValueType::String),
    ("delivered_on", "Delivered on", ValueType::Date),
    ("final_sale", "Final sale", ValueType::Bool),
    ("shipping", "Delivery charge", ValueType::Number),
];

/// All of the CRM.
pub fn write(draft: &Draft, ids: &Ids, desk: &Desk, calendar: &Calendar, out: &mut Vec<Record>) {
    account(desk, ids, calendar.start, out);
    let mut links = Links::new(out);
    for (place, company) in draft.companies.iter().enumerate() {
        let properties = [
            ("name", company.name.as_str()),
            ("domain", &company.domain),
            ("city", &company.city),
        ];
        links.object(
            Kind::Companies,
            &ids.companies[place],
            company.created,
            properties.into_iter().collect(),
        );
    }
    for (place, contact) in draft.contacts.iter().enumerate() {
        let mut properties: Properties = contact
            .properties
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        if let Some(owner) = contact.owner.and_then(|owner| ids.owners.get(owner)) {
            properties.set("hubspot_owner_id", owner);
        }
        links.object(
            Kind::Contacts,
            &ids.contacts[place],
            contact.created,
            properties,
        );
        if let Some(company) = contact.company {
            links.primary(&ids.contacts[place], &ids.companies[company]);
        }
        for &order in &contact.orders {
            links.pair(
                (Kind::Contacts, &ids.contacts[place]),
                (Kind::Deals, &ids.deals[order]),
            );
        }
    }
    for place in 0..draft.orders.len() {
        order(draft, ids, calendar, place, &mut links);
    }
    for (place, note) in draft.notes.iter().enumerate() {
        let text: String = note
            .text
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Number(order) => &draft.orders[*order].number,
            })
            .collect();
        let when = note.at.iso();
        let mut properties: Properties = [("hs_note_body", text.as_str()), ("hs_timestamp", &when)]
            .into_iter()
            .collect();
        if let Some(owner) = note.owner.and_then(|owner| ids.owners.get(owner)) {
            properties.set("hubspot_owner_id", owner);
        }
        links.object(Kind::Notes, &ids.notes[place], note.at, properties);
        for &contact in &note.contacts {
            links.pair(
                (Kind::Notes, &ids.notes[place]),
                (Kind::Contacts, &ids.contacts[contact]),
            );
        }
    }
}

/// An amount as the CRM writes it.
pub fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn order(draft: &Draft, ids: &Ids, calendar: &Calendar, place: Place, links: &mut Links<'_>) {
    let made = &draft.orders[place];
    let total = if made.slipped {
        made.total().to_string()
    } else {
        decimal(made.total())
    };
    let shipping = decimal(made.shipping);
    let name = format!("Order {}", made.number);
    let closed = made.ordered.iso();
    let currency = made.currency.to_uppercase();
    let mut properties: Properties = [
        ("amount", total.as_str()),
        ("closedate", &closed),
        ("deal_currency_code", &currency),
        ("dealname", &name),
        (
            "dealstage",
            if made.delivered.is_some() {
                "delivered"
            } else {
                "shipped"
            },
        ),
        ("pipeline", ORDERS.0),
        ("order_number", &made.number),
        ("shipping", &shipping),
        ("final_sale", if made.final_sale { "true" } else { "false" }),
    ]
    .into_iter()
    .collect();
    if let Some(day) = made.delivered {
        properties.set("delivered_on", calendar.text(day));
    }
    let deal = &ids.deals[place];
    links.object(Kind::Deals, deal, made.ordered, properties);
    let shelf = products();
    for (nth, line) in made.lines.iter().enumerate() {
        let product = &shelf[line.product];
        let facts = (
            product.name.as_str(),
            product.sku.as_str(),
            line.quantity,
            line.unit,
        );
        row(
            links,
            deal,
            &ids.lines[place][nth],
            facts,
            nth,
            made.ordered,
        );
    }
    if made.shipping > 0 {
        let nth = made.lines.len();
        row(
            links,
            deal,
            &ids.lines[place][nth],
            ("Delivery", "SHIP", 1, made.shipping),
            nth,
            made.ordered,
        );
    }
}

fn row(
    links: &mut Links<'_>,
    deal: &Str,
    id: &Str,
    facts: (&str, &str, i64, i64),
    nth: usize,
    at: At,
) {
    let (name, sku, quantity, unit) = facts;
    let (price, amount) = (decimal(unit), decimal(unit * quantity));
    let (quantity, position) = (quantity.to_string(), nth.to_string());
    let properties = [
        ("name", name),
        ("hs_sku", sku),
        ("quantity", &quantity),
        ("price", &price),
        ("amount", &amount),
        ("hs_position_on_quote", &position),
    ];
    links.object(Kind::LineItems, id, at, properties.into_iter().collect());
    links.pair((Kind::Deals, deal), (Kind::LineItems, id));
}

/// Writes objects and both directions of what belongs together.
struct Links<'a> {
    out: &'a mut Vec<Record>,
}

impl<'a> Links<'a> {
    fn new(out: &'a mut Vec<Record>) -> Self {
        Self { out }
    }

    fn object(&mut self, kind: Kind, id: &Str, at: At, properties: Properties) {
        let object = Object::new(id.clone(), at, properties);
        self.out.push(Record::Crm(CrmRecord::of(kind, object)));
    }

    fn pair(&mut self, from: (Kind, &Str), to: (Kind, &Str)) {
        if let Some((there, back)) = default_links(from.0, to.0) {
            self.both(from, to, vec![there], vec![back]);
        }
    }

    /// A contact's main company.
    fn primary(&mut self, contact: &Str, company: &Str) {
        let built_in = |type_id| LinkType {
            category: Category::HubspotDefined,
            type_id,
        };
        let (there, back) = (
            vec![built_in(1), built_in(279)],
            vec![built_in(2), built_in(280)],
        );
        self.both(
            (Kind::Contacts, contact),
            (Kind::Companies, company),
            there,
            back,
        );
    }

    fn both(
        &mut self,
        from: (Kind, &Str),
        to: (Kind, &Str),
        there: Vec<LinkType>,
        back: Vec<LinkType>,
    ) {
        for (from, to, types) in [(from, to, there), (to, from, back)] {
            let row = Association::new((from.0, from.1), (to.0, to.1), types);
            self.out.push(Record::Crm(row.into()));
        }
    }
}

/// What the account set up: owners, pipelines, own properties.
fn account(desk: &Desk, ids: &Ids, start: At, out: &mut Vec<Record>) {
    let created = start.plus(-730 * DAY);
    let mut push = |row: CrmRecord| out.push(Record::Crm(row));
    let staff = desk.shop.agents.iter().chain([&desk.shop.manager]);
    for (place, (staff, id)) in staff.zip(&ids.owners).enumerate() {
        let (first, last) = staff.name.split_once(' ').unwrap_or((&staff.name, ""));
        let owner = Owner {
            id: id.clone(),
            email: staff.email.as_str().into(),
            first_name: first.into(),
            last_name: last.into(),
            user_id: (!staff.left).then_some(71_200 + place as u32),
            created,
            updated: created,
            archived: staff.left.then_some(start.plus(-90 * DAY)),
        };
        push(owner.into());
    }
    push(pipeline(Kind::Deals, ORDERS.0, "Orders", &ORDERS.1, created).into());
    push(pipeline(Kind::Tickets, DESK.0, "Support desk", &DESK.1, created).into());
    for (order, (name, label, value_type)) in OWN.into_iter().enumerate() {
        let property = Property {
            id: format!("deals/{name}").into(),
            object_type: Kind::Deals,
            name: name.into(),
            label: label.into(),
            value_type,
            field_type: if value_type == ValueType::Bool {
                "booleancheckbox"
            } else {
                "text"
            }
            .into(),
            group_name: "dealinformation".into(),
            description: "".into(),
            options: Vec::new(),
            display_order: order as i32,
            has_unique_value: false,
            hidden: false,
            form_field: false,
            created,
            updated: created,
            archived: None,
        };
        push(property.into());
    }
}

fn pipeline(
    kind: Kind,
    id: &str,
    label: &str,
    stages: &[(&str, &str, bool)],
    created: At,
) -> Pipeline {
    let stage = |(order, (id, label, closed)): (usize, &(&str, &str, bool))| Stage {
        id: (*id).into(),
        label: (*label).into(),
        display_order: order as i32,
        closed: *closed,
        probability_percent: (kind == Kind::Deals).then_some(100),
    };
    Pipeline {
        id: id.into(),
        object_type: kind,
        label: label.into(),
        display_order: 0,
        stages: stages.iter().enumerate().map(stage).collect(),
        created,
        updated: created,
    }
}
