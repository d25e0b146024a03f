//! What holds records together, as the vendor writes it: labels, properties and groups, owners, pipelines.

use muddle_world::crm::builtin;
use muddle_world::crm::{
    Answer, Defined, Kind, Owner, Pipeline, Property as OwnProperty, PropertyGroup, Stage,
};
use muddle_world::row::Str;
use serde::Serialize;

use super::bodies::{NumberedWay, Page, Paging, batch, next_link};
use super::json;
use crate::vendors::{Rendered, Scene};

/// Spells an answer that shows no record; none for the others.
pub fn render(answer: &Answer, scene: &Scene<'_>) -> Option<Rendered> {
    Some(match answer {
        Answer::Labels(labels) => all(scene, labels.iter().map(NumberedWay::from)),
        Answer::Property(one) => json(scene, &property(one)),
        Answer::Properties(many) => all(scene, many.iter().map(property)),
        Answer::PropertyBatch(many, errors) => {
            let results: Vec<Property<'_>> = many.iter().map(property).collect();
            batch(scene, &results, errors)
        }
        Answer::Group(one) => json(scene, &group(one)),
        Answer::Groups(many) => all(scene, many.iter().map(group)),
        Answer::Owner(one) => json(scene, &owner(one)),
        Answer::Owners(many, after) => {
            let link = |after: &Str| next_link(scene, after);
            let body = Page {
                total: None,
                results: many.iter().map(|one| owner(one)).collect(),
                paging: after
                    .as_ref()
                    .map(|after| Paging::to(after, Some(link(after)))),
            };
            json(scene, &body)
        }
        Answer::Pipeline(one) => json(scene, &pipeline(one)),
        Answer::Pipelines(many) => all(scene, many.iter().map(|one| pipeline(one))),
        Answer::Stages(of) => all(scene, of.stages.iter().map(|one| stage(of, one))),
        Answer::Stage(of, id) => {
            let found = of.stages.iter().find(|one| one.id == *id)?;
            json(scene, &stage(of, found))
        }
        _ => return None,
    })
}

fn all<T: Serialize>(scene: &Scene<'_>, results: impl Iterator<Item = T>) -> Rendered {
    let body = Page {
        total: None,
        results: results.collect(),
        paging: None,
    };
    json(scene, &body)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Property<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<String>,
    name: &'a str,
    label: &'a str,
    #[serde(rename = "type")]
    value_type: &'static str,
    field_type: &'a str,
    description: &'a str,
    group_name: &'a str,
    options: Vec<Choice<'a>>,
    display_order: i32,
    calculated: bool,
    external_options: bool,
    archived: bool,
    has_unique_value: bool,
    hidden: bool,
    hubspot_defined: bool,
    modification_metadata: Modification,
    form_field: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Choice<'a> {
    label: &'a str,
    value: &'a str,
    display_order: i32,
    hidden: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Modification {
    archivable: bool,
    read_only_definition: bool,
    read_only_options: bool,
    read_only_value: bool,
}

fn property(defined: &Defined) -> Property<'_> {
    match defined {
        Defined::Builtin {
            property,
            of,
            options,
        } => built_in(property, *of, options),
        Defined::Own(own) => made_up(own),
    }
}

/// A property that the vendor ships.
fn built_in<'a>(property: &'a str, of: Kind, options: &'a [(Str, Str)]) -> Property<'a> {
    let found =
        builtin::property(of, property).expect("a built-in answer names a built-in property");
    let read_only = found.setting == builtin::Setting::ReadOnly;
    Property {
        updated_at: None,
        created_at: None,
        name: found.name,
        label: found.label,
        value_type: found.kind.name(),
        field_type: found.field_type,
        description: "",
        group_name: builtin::group(of).0,
        options: (0..)
            .zip(options)
            .map(|(display_order, (value, label))| Choice {
                label,
                value,
                display_order,
                hidden: false,
                description: None,
            })
            .collect(),
        display_order: -1,
        calculated: read_only,
        external_options: found.name == "hubspot_owner_id",
        archived: false,
        has_unique_value: found.name == "email",
        hidden: false,
        hubspot_defined: true,
        modification_metadata: Modification {
            archivable: false,
            read_only_definition: true,
            read_only_options: true,
            read_only_value: read_only,
        },
        form_field: !read_only,
    }
}

/// A property that the account made up.
fn made_up(own: &OwnProperty) -> Property<'_> {
    Property {
        updated_at: Some(own.updated.iso()),
        created_at: Some(own.created.iso()),
        name: &own.name,
        label: &own.label,
        value_type: own.value_type.name(),
        field_type: &own.field_type,
        description: &own.description,
        group_name: &own.group_name,
        options: own
            .options
            .iter()
            .map(|one| Choice {
                label: &one.label,
                value: &one.value,
                display_order: one.display_order,
                hidden: one.hidden,
                description: one.description.as_deref(),
            })
            .collect(),
        display_order: own.display_order,
        calculated: false,
        external_options: false,
        archived: own.archived.is_some(),
        has_unique_value: own.has_unique_value,
        hidden: own.hidden,
        hubspot_defined: false,
        modification_metadata: Modification {
            archivable: true,
            read_only_definition: false,
            read_only_options: false,
            read_only_value: false,
        },
        form_field: own.form_field,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Group<'a> {
    name: &'a str,
    label: &'a str,
    display_order: i32,
    archived: bool,
}

fn group(group: &PropertyGroup) -> Group<'_> {
    Group {
        name: &group.name,
        label: &group.label,
        display_order: group.display_order,
        archived: group.archived.is_some(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnerBody<'a> {
    id: &'a str,
    email: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    first_name: &'a str,
    last_name: &'a str,
    user_id: Option<u32>,
    user_id_including_inactive: Option<u32>,
    created_at: String,
    updated_at: String,
    archived: bool,
}

fn owner(owner: &Owner) -> OwnerBody<'_> {
    OwnerBody {
        id: &owner.id,
        email: &owner.email,
        kind: "PERSON",
        first_name: &owner.first_name,
        last_name: &owner.last_name,
        user_id: owner.user_id.filter(|_| owner.archived.is_none()),
        user_id_including_inactive: owner.user_id,
        created_at: owner.created.iso(),
        updated_at: owner.updated.iso(),
        archived: owner.archived.is_some(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PipelineBody<'a> {
    id: &'a str,
    label: &'a str,
    display_order: i32,
    stages: Vec<StageBody<'a>>,
    created_at: String,
    updated_at: String,
    archived: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StageBody<'a> {
    id: &'a str,
    label: &'a str,
    display_order: i32,
    metadata: Metadata,
    created_at: String,
    updated_at: String,
    write_permissions: &'static str,
    archived: bool,
}

/// Text, as every value of the vendor's.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    is_closed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_state: Option<&'static str>,
}

fn pipeline(of: &Pipeline) -> PipelineBody<'_> {
    PipelineBody {
        id: &of.id,
        label: &of.label,
        display_order: of.display_order,
        stages: of.stages.iter().map(|one| stage(of, one)).collect(),
        created_at: of.created.iso(),
        updated_at: of.updated.iso(),
        archived: false,
    }
}

fn stage<'a>(of: &Pipeline, stage: &'a Stage) -> StageBody<'a> {
    let metadata = match stage.probability_percent {
        Some(percent) => Metadata {
            is_closed: Some(stage.closed.to_string()),
            probability: Some(format!("{}.{}", percent / 100, tenths(percent % 100))),
            ticket_state: None,
        },
        None => Metadata {
            is_closed: None,
            probability: None,
            ticket_state: Some(if stage.closed { "CLOSED" } else { "OPEN" }),
        },
    };
    StageBody {
        id: &stage.id,
        label: &stage.label,
        display_order: stage.display_order,
        metadata,
        created_at: of.created.iso(),
        updated_at: of.updated.iso(),
        write_permissions: "CRM_PERMISSIONS_ENFORCEMENT",
        archived: false,
    }
}

/// The digits behind the point of so many hundredths: one where one will do.
fn tenths(percent: u32) -> String {
    if percent.is_multiple_of(10) {
        (percent / 10).to_string()
    } else {
        format!("{percent:02}")
    }
}
