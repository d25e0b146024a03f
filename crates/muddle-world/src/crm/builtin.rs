//! The properties and groups that every account of the vendor has.
//!
//! A constant table: no office stores them. Their names are shared by all records (see [`super::Name`]). Only a subset
//! of the vendor's hundreds is here: those that a support office reads or writes.

use std::sync::LazyLock;

use super::kind::Kind;

/// What values of a property look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueType {
    /// Any text.
    String,
    /// A decimal number.
    Number,
    /// An instant.
    Datetime,
    /// A day.
    Date,
    /// One of the options, or several with `;` between.
    Enumeration,
    /// `true` or `false`.
    Bool,
}

impl ValueType {
    /// As the vendor spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Datetime => "datetime",
            Self::Date => "date",
            Self::Enumeration => "enumeration",
            Self::Bool => "bool",
        }
    }

    /// The type of this name.
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::String,
            Self::Number,
            Self::Datetime,
            Self::Date,
            Self::Enumeration,
            Self::Bool,
        ]
        .into_iter()
        .find(|one| one.name() == name)
    }
}

/// How a property's value may be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// By anyone.
    Free,
    /// By the CRM alone.
    ReadOnly,
}

/// One built-in property.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Internal name.
    pub name: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// What values look like.
    pub kind: ValueType,
    /// The vendor's form field.
    pub field_type: &'static str,
    /// Values of an enumeration; empty where the values are records (owners, stages).
    pub options: &'static [&'static str],
    /// Who sets it.
    pub setting: Setting,
}

const fn text(name: &'static str, label: &'static str) -> Builtin {
    of(name, label, ValueType::String, "text")
}

const fn long(name: &'static str, label: &'static str) -> Builtin {
    of(name, label, ValueType::String, "textarea")
}

const fn number(name: &'static str, label: &'static str) -> Builtin {
    of(name, label, ValueType::Number, "number")
}

const fn moment(name: &'static str, label: &'static str) -> Builtin {
    of(name, label, ValueType::Datetime, "date")
}

const fn choice(
    name: &'static str,
    label: &'static str,
    options: &'static [&'static str],
) -> Builtin {
    Builtin {
        options,
        ..of(name, label, ValueType::Enumeration, "select")
    }
}

const fn of(
    name: &'static str,
    label: &'static str,
    kind: ValueType,
    field_type: &'static str,
) -> Builtin {
    Builtin {
        name,
        label,
        kind,
        field_type,
        options: &[],
        setting: Setting::Free,
    }
}

const fn own(property: Builtin) -> Builtin {
    Builtin {
        setting: Setting::ReadOnly,
        ..property
    }
}

const OWNER: Builtin = choice("hubspot_owner_id", "Owner", &[]);
const OBJECT_ID: Builtin = own(number("hs_object_id", "Record ID"));
const CREATED: Builtin = own(moment("createdate", "Create Date"));
const CHANGED: Builtin = own(moment("hs_lastmodifieddate", "Last Modified Date"));
const MERGED: Builtin = own(text("hs_merged_object_ids", "Merged Record IDs"));
const ENGAGED: Builtin = own(moment("hs_createdate", "Create Date"));
/// What every type has beside its own properties.
const COMMON: &[Builtin] = &[
    ENGAGED,
    own(number("hs_created_by_user_id", "Created by user ID")),
    CHANGED,
    own(number("hs_updated_by_user_id", "Updated by user ID")),
];
const HAPPENED: Builtin = moment("hs_timestamp", "Activity Date");

const STAGES: &[&str] = &[
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
    "evangelist",
    "other",
];

const CONTACTS: &[Builtin] = &[
    text("address", "Street Address"),
    number("annualrevenue", "Annual Revenue"),
    number("associatedcompanyid", "Primary Associated Company ID"),
    text("city", "City"),
    text("company", "Company Name"),
    text("country", "Country/Region"),
    CREATED,
    text("date_of_birth", "Date of birth"),
    text("email", "Email"),
    text("fax", "Fax Number"),
    text("firstname", "First Name"),
    own(text("hs_additional_emails", "Additional email addresses")),
    text("hs_language", "Preferred language"),
    choice(
        "hs_lead_status",
        "Lead Status",
        &[
            "NEW",
            "OPEN",
            "IN_PROGRESS",
            "OPEN_DEAL",
            "UNQUALIFIED",
            "ATTEMPTED_TO_CONTACT",
            "CONNECTED",
            "BAD_TIMING",
        ],
    ),
    MERGED,
    OBJECT_ID,
    OWNER,
    text("industry", "Industry"),
    text("jobtitle", "Job Title"),
    own(moment("lastmodifieddate", "Last Modified Date")),
    text("lastname", "Last Name"),
    choice("lifecyclestage", "Lifecycle Stage", STAGES),
    long("message", "Message"),
    text("mobilephone", "Mobile Phone Number"),
    number("numemployees", "Number of Employees"),
    text("phone", "Phone Number"),
    text("salutation", "Salutation"),
    text("state", "State/Region"),
    text("website", "Website URL"),
    text("zip", "Postal Code"),
];

const COMPANIES: &[Builtin] = &[
    long("about_us", "About Us"),
    text("address", "Street Address"),
    text("address2", "Street Address 2"),
    number("annualrevenue", "Annual Revenue"),
    text("city", "City"),
    text("country", "Country/Region"),
    CREATED,
    long("description", "Description"),
    text("domain", "Company Domain Name"),
    text("founded_year", "Year Founded"),
    CHANGED,
    MERGED,
    OBJECT_ID,
    OWNER,
    text("industry", "Industry"),
    choice("lifecyclestage", "Lifecycle Stage", STAGES),
    text("linkedin_company_page", "LinkedIn Company Page"),
    text("name", "Company name"),
    number("numberofemployees", "Number of Employees"),
    text("phone", "Phone Number"),
    text("state", "State/Region"),
    text("timezone", "Time Zone"),
    choice(
        "type",
        "Type",
        &["PROSPECT", "PARTNER", "RESELLER", "VENDOR", "OTHER"],
    ),
    text("website", "Website URL"),
    text("zip", "Postal Code"),
];

const DEALS: &[Builtin] = &[
    number("amount", "Amount"),
    moment("closedate", "Close Date"),
    long("closed_lost_reason", "Closed Lost Reason"),
    long("closed_won_reason", "Closed Won Reason"),
    CREATED,
    text("deal_currency_code", "Currency"),
    text("dealname", "Deal Name"),
    choice("dealstage", "Deal Stage", &[]),
    choice(
        "dealtype",
        "Deal Type",
        &["newbusiness", "existingbusiness"],
    ),
    long("description", "Deal Description"),
    CHANGED,
    MERGED,
    text("hs_next_step", "Next step"),
    OBJECT_ID,
    choice("hs_priority", "Priority", &["low", "medium", "high"]),
    OWNER,
    choice("pipeline", "Pipeline", &[]),
];

const LINE_ITEMS: &[Builtin] = &[
    number("amount", "Net price"),
    CREATED,
    long("description", "Description"),
    number("discount", "Unit discount"),
    number("hs_cost_of_goods_sold", "Unit cost"),
    number("hs_discount_percentage", "Discount Percentage"),
    CHANGED,
    text("hs_line_item_currency_code", "Currency"),
    OBJECT_ID,
    number("hs_position_on_quote", "Position on quote"),
    number("hs_product_id", "Product ID"),
    text("hs_sku", "SKU"),
    text("name", "Name"),
    number("price", "Unit price"),
    number("quantity", "Quantity"),
    number("tax", "Tax"),
];

const TICKETS: &[Builtin] = &[
    moment("closed_date", "Close date"),
    long("content", "Ticket description"),
    CREATED,
    CHANGED,
    MERGED,
    OBJECT_ID,
    choice("hs_pipeline", "Pipeline", &[]),
    choice("hs_pipeline_stage", "Ticket status", &[]),
    long("hs_resolution", "Resolution"),
    own(number("hs_ticket_id", "Ticket ID")),
    choice(
        "hs_ticket_category",
        "Category",
        &[
            "PRODUCT_ISSUE",
            "BILLING_ISSUE",
            "FEATURE_REQUEST",
            "GENERAL_INQUIRY",
        ],
    ),
    choice(
        "hs_ticket_priority",
        "Priority",
        &["LOW", "MEDIUM", "HIGH", "URGENT"],
    ),
    OWNER,
    choice("source_type", "Source", &["CHAT", "EMAIL", "FORM", "PHONE"]),
    text("subject", "Ticket name"),
];

const NOTES: &[Builtin] = &[
    text("hs_attachment_ids", "Attached file IDs"),
    ENGAGED,
    CHANGED,
    long("hs_note_body", "Note body"),
    OBJECT_ID,
    HAPPENED,
    OWNER,
];

const TASKS: &[Builtin] = &[
    ENGAGED,
    CHANGED,
    OBJECT_ID,
    long("hs_task_body", "Task Notes"),
    moment("hs_task_completion_date", "Completed at"),
    choice(
        "hs_task_priority",
        "Priority",
        &["NONE", "LOW", "MEDIUM", "HIGH"],
    ),
    choice(
        "hs_task_status",
        "Task Status",
        &[
            "NOT_STARTED",
            "IN_PROGRESS",
            "WAITING",
            "COMPLETED",
            "DEFERRED",
        ],
    ),
    text("hs_task_subject", "Task Title"),
    choice("hs_task_type", "Task Type", &["TODO", "CALL", "EMAIL"]),
    HAPPENED,
    OWNER,
];

/// The built-in properties of a type: its own, then those that every type has.
pub fn properties(kind: Kind) -> impl Iterator<Item = &'static Builtin> {
    let own = match kind {
        Kind::Contacts => CONTACTS,
        Kind::Companies => COMPANIES,
        Kind::Deals => DEALS,
        Kind::LineItems => LINE_ITEMS,
        Kind::Tickets => TICKETS,
        Kind::Notes => NOTES,
        Kind::Tasks => TASKS,
    };
    let is_own = |one: &Builtin| own.iter().any(|other| other.name == one.name);
    own.iter()
        .chain(COMMON.iter().filter(move |one| !is_own(one)))
}

/// A type's built-in property of this name.
pub fn property(kind: Kind, name: &str) -> Option<&'static Builtin> {
    properties(kind).find(|one| one.name == name)
}

/// The built-in spelling of a name, in whatever type. Asked for every property of every record that is made or read.
pub fn known(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let all = Kind::ALL.into_iter().flat_map(properties);
        let mut names: Vec<&'static str> = all.map(|property| property.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    let at = NAMES.binary_search(&name).ok()?;
    Some(NAMES[at])
}

/// The one built-in group of a type's properties: name and label.
pub const fn group(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Contacts => ("contactinformation", "Contact information"),
        Kind::Companies => ("companyinformation", "Company information"),
        Kind::Deals => ("dealinformation", "Deal information"),
        Kind::LineItems => ("lineiteminformation", "Line item information"),
        Kind::Tickets => ("ticketinformation", "Ticket information"),
        Kind::Notes => ("note", "Note information"),
        Kind::Tasks => ("task", "Task information"),
    }
}
