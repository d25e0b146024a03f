//! The CRM's table of operations, and which of them a call is.
//!
//! Each type has operations of its own (`create_note`, `search_contacts`), so that a fault can be aimed at notes alone.

use sha2::{Digest, Sha256};

use super::call::{Call, Key, Links, NewObject, Objects, Pair, Pipelines, Schema, Values};
use super::kind::Kind;
use crate::vendor::Operation;

/// The operations of one type.
struct Names {
    list: &'static str,
    get: &'static str,
    search: &'static str,
    create: &'static str,
    update: &'static str,
    delete: &'static str,
    merge: &'static str,
    batch_read: &'static str,
    batch_create: &'static str,
    batch_update: &'static str,
    batch_upsert: &'static str,
    batch_archive: &'static str,
}

macro_rules! operations {
    (types { $($Kind:ident $one:literal $many:literal;)* } merges { $($merge:literal,)* } others { $($other:expr,)* }) => {
        /// The CRM's operations.
        pub const OPERATIONS: &[Operation] = &[
            $(
                Operation::read(concat!("list_", $many)),
                Operation::read(concat!("get_", $one)),
                Operation::read(concat!("search_", $many)),
                Operation::write(concat!("create_", $one), 201),
                Operation::write(concat!("update_", $one), 200),
                Operation::write(concat!("delete_", $one), 204),
                Operation::read(concat!("batch_read_", $many)),
                Operation::write(concat!("batch_create_", $many), 201),
                Operation::write(concat!("batch_update_", $many), 200),
                Operation::write(concat!("batch_upsert_", $many), 200),
                Operation::write(concat!("batch_archive_", $many), 204),
            )*
            $(Operation::write($merge, 200),)*
            $($other,)*
        ];

        const fn names(kind: Kind) -> Names {
            match kind {
                $(Kind::$Kind => Names {
                    list: concat!("list_", $many),
                    get: concat!("get_", $one),
                    search: concat!("search_", $many),
                    create: concat!("create_", $one),
                    update: concat!("update_", $one),
                    delete: concat!("delete_", $one),
                    merge: concat!("merge_", $many),
                    batch_read: concat!("batch_read_", $many),
                    batch_create: concat!("batch_create_", $many),
                    batch_update: concat!("batch_update_", $many),
                    batch_upsert: concat!("batch_upsert_", $many),
                    batch_archive: concat!("batch_archive_", $many),
                },)*
            }
        }
    };
}

operations! {
    types {
        Contacts "contact" "contacts";
        Companies "company" "companies";
        Deals "deal" "deals";
        LineItems "line_item" "line_items";
        Tickets "ticket" "tickets";
        Notes "note" "notes";
        Tasks "task" "tasks";
    }
    merges { "merge_contacts", "merge_companies", "merge_deals", "merge_tickets", }
    others {
        Operation::read("list_associations"),
        Operation::write("associate_default", 200),
        Operation::write("associate", 201),
        Operation::write("delete_association", 204),
        Operation::read("batch_read_associations"),
        Operation::write("batch_create_associations", 201),
        Operation::write("batch_associate_default", 200),
        Operation::write("batch_archive_associations", 204),
        Operation::read("list_association_labels"),
        Operation::read("list_properties"),
        Operation::read("get_property"),
        Operation::write("create_property", 201),
        Operation::write("update_property", 200),
        Operation::write("delete_property", 204),
        Operation::read("batch_read_properties"),
        Operation::write("batch_create_properties", 201),
        Operation::write("batch_archive_properties", 204),
        Operation::read("list_property_groups"),
        Operation::read("get_property_group"),
        Operation::write("create_property_group", 201),
        Operation::write("update_property_group", 200),
        Operation::write("delete_property_group", 204),
        Operation::read("list_owners"),
        Operation::read("get_owner"),
        Operation::read("list_pipelines"),
        Operation::read("get_pipeline"),
        Operation::read("list_pipeline_stages"),
        Operation::read("get_pipeline_stage"),
    }
}

impl Call {
    /// The operation's name.
    pub const fn operation(&self) -> &'static str {
        match self {
            Self::Objects { of, ask, .. } => {
                let names = names(*of);
                match ask {
                    Objects::Get { .. } => names.get,
                    Objects::List { .. } => names.list,
                    Objects::Search(_) => names.search,
                    Objects::Create(_) => names.create,
                    Objects::Update(_) => names.update,
                    Objects::Archive { .. } => names.delete,
                    Objects::Merge { .. } => names.merge,
                    Objects::BatchRead { .. } => names.batch_read,
                    Objects::BatchCreate(_) => names.batch_create,
                    Objects::BatchUpdate(_) => names.batch_update,
                    Objects::BatchUpsert(_) => names.batch_upsert,
                    Objects::BatchArchive(_) => names.batch_archive,
                }
            }
            Self::Links { ask, .. } => match ask {
                Links::List { .. } => "list_associations",
                Links::Default { .. } => "associate_default",
                Links::Create { .. } => "associate",
                Links::Archive { .. } => "delete_association",
                Links::BatchRead(_) => "batch_read_associations",
                Links::BatchCreate(_) => "batch_create_associations",
                Links::BatchDefault(_) => "batch_associate_default",
                Links::BatchArchive(_) => "batch_archive_associations",
                Links::Labels => "list_association_labels",
            },
            Self::Schema { ask, .. } => match ask {
                Schema::List { .. } => "list_properties",
                Schema::Get { .. } => "get_property",
                Schema::Create(_) => "create_property",
                Schema::Update(_) => "update_property",
                Schema::Archive { .. } => "delete_property",
                Schema::BatchRead(_) => "batch_read_properties",
                Schema::BatchCreate(_) => "batch_create_properties",
                Schema::BatchArchive(_) => "batch_archive_properties",
                Schema::ListGroups => "list_property_groups",
                Schema::GetGroup { .. } => "get_property_group",
                Schema::CreateGroup(_) => "create_property_group",
                Schema::UpdateGroup(_) => "update_property_group",
                Schema::ArchiveGroup { .. } => "delete_property_group",
            },
            Self::Pipelines { ask, .. } => match ask {
                Pipelines::List => "list_pipelines",
                Pipelines::Get { .. } => "get_pipeline",
                Pipelines::Stages { .. } => "list_pipeline_stages",
                Pipelines::Stage { .. } => "get_pipeline_stage",
            },
            Self::ListOwners { .. } => "list_owners",
            Self::GetOwner { .. } => "get_owner",
        }
    }

    /// Whether the search limit counts it.
    pub const fn is_search(&self) -> bool {
        matches!(
            self,
            Self::Objects {
                ask: Objects::Search(_),
                ..
            }
        )
    }

    /// Operation, record ids and meaningful arguments; no paging and no wording of notes that belong to a record.
    pub fn subject(&self) -> String {
        let about = match self {
            Self::Objects { of, ask, .. } => objects(*of, ask),
            Self::Links { from, to, ask, .. } => format!("{from}-{to}:{}", links(ask)),
            Self::Schema { of, ask } => format!("{of}:{}", schema(ask)),
            Self::Pipelines { of, ask } => match ask {
                Pipelines::List => of.to_string(),
                Pipelines::Get { id } | Pipelines::Stages { id } => format!("{of}:{id}"),
                Pipelines::Stage { id, stage } => format!("{of}:{id}:{stage}"),
            },
            Self::ListOwners { email, .. } => email.as_deref().unwrap_or("").to_owned(),
            Self::GetOwner { id } => id.to_string(),
        };
        format!("{}:{about}", self.operation())
    }
}

fn objects(of: Kind, ask: &Objects) -> String {
    match ask {
        Objects::Get { key, .. } => named(key),
        Objects::List { .. } => String::new(),
        Objects::Search(search) => {
            let mut parts: Vec<String> = search.query.iter().map(ToString::to_string).collect();
            for filter in search.groups.iter().flatten() {
                let value = filter.value.as_deref().unwrap_or("");
                parts.push(format!(
                    "{}={value}{}",
                    filter.property,
                    filter.values.join(",")
                ));
            }
            parts.join("&")
        }
        Objects::Create(new) => created(of, new),
        Objects::Update(edit) => {
            let names: Vec<&str> = edit.properties.keys().map(|name| &**name).collect();
            format!("{}:{}", named(&edit.key), names.join(","))
        }
        Objects::Archive { id } => id.to_string(),
        Objects::Merge { primary, loser } => format!("{primary}:{loser}"),
        Objects::BatchRead { keys, .. } => join(keys.iter().map(named)),
        Objects::BatchCreate(new) => join(new.iter().map(|new| created(of, new))),
        Objects::BatchUpdate(edits) | Objects::BatchUpsert(edits) => {
            join(edits.iter().map(|edit| named(&edit.key)))
        }
        Objects::BatchArchive(ids) => join(ids.iter().map(ToString::to_string)),
    }
}

/// A new record is known by its address, or by what it belongs to, or by its name, or by all it says.
fn created(of: Kind, new: &NewObject) -> String {
    if let (Kind::Contacts, Some(email)) = (of, new.properties.get("email")) {
        return email.to_lowercase();
    }
    if !new.links.is_empty() {
        let mut ends: Vec<&str> = new.links.iter().map(|link| &*link.to).collect();
        ends.sort_unstable();
        return ends.join(",");
    }
    new.properties
        .get(of.naming())
        .filter(|name| name.len() <= 100)
        .map_or_else(|| digest(&new.properties), ToString::to_string)
}

fn digest(values: &Values) -> String {
    let mut hash = Sha256::new();
    for (name, value) in values {
        hash.update(format!("{}:{name}={}:{value}", name.len(), value.len()));
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..8])
}

fn links(ask: &Links) -> String {
    let pair = |pair: &Pair| format!("{}-{}", pair.from, pair.to);
    match ask {
        Links::List { id, .. } => id.to_string(),
        Links::Default { pair: one }
        | Links::Create { pair: one }
        | Links::Archive { pair: one } => pair(one),
        Links::BatchRead(ids) => join(ids.iter().map(ToString::to_string)),
        Links::BatchCreate(pairs) | Links::BatchDefault(pairs) | Links::BatchArchive(pairs) => {
            join(pairs.iter().map(pair))
        }
        Links::Labels => String::new(),
    }
}

fn schema(ask: &Schema) -> String {
    match ask {
        Schema::List { .. } | Schema::ListGroups => String::new(),
        Schema::Get { name, .. }
        | Schema::Archive { name }
        | Schema::GetGroup { name }
        | Schema::ArchiveGroup { name } => name.to_string(),
        Schema::Create(fields) | Schema::Update(fields) => fields.name.to_string(),
        Schema::CreateGroup(fields) | Schema::UpdateGroup(fields) => fields.name.to_string(),
        Schema::BatchRead(names) | Schema::BatchArchive(names) => {
            join(names.iter().map(ToString::to_string))
        }
        Schema::BatchCreate(all) => join(all.iter().map(|fields| fields.name.to_string())),
    }
}

fn named(key: &Key) -> String {
    match &key.by {
        Some(by) => format!("{by}={}", key.id.to_lowercase()),
        None => key.id.to_string(),
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}
