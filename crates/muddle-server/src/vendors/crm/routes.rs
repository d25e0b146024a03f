//! The CRM's routes: the one list.
//!
//! Each type of record has routes of its own in three spellings (plural, singular, number) and two bases (`v3` and
//! dated), because each has operations of its own. Plurals come first: they are what the SDKs send.

use http::Method;

use super::parse;
use crate::vendors::{Params, Route, Wire};
use muddle_world::call::{Call, Problem};

type Parser = fn(&Wire<'_>, &Params) -> Result<Call, Problem>;

/// All routes.
pub fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    objects(&mut routes);
    others(&mut routes);
    routes
}

fn add(
    routes: &mut Vec<Route>,
    method: Method,
    path: &'static str,
    operation: &'static str,
    parse: Parser,
) {
    routes.push(Route {
        method,
        path,
        operation,
        parse,
    });
}

macro_rules! spelled {
    ($routes:ident, $base:literal, $spelling:literal, $one:literal, $many:literal) => {
        add(
            $routes,
            Method::GET,
            concat!($base, $spelling, "/{id}"),
            concat!("get_", $one),
            parse::get,
        );
        add(
            $routes,
            Method::GET,
            concat!($base, $spelling),
            concat!("list_", $many),
            parse::list,
        );
        add(
            $routes,
            Method::POST,
            concat!($base, $spelling, "/search"),
            concat!("search_", $many),
            parse::search,
        );
        add(
            $routes,
            Method::POST,
            concat!($base, $spelling),
            concat!("create_", $one),
            parse::create,
        );
        add(
            $routes,
            Method::PATCH,
            concat!($base, $spelling, "/{id}"),
            concat!("update_", $one),
            parse::update,
        );
        add(
            $routes,
            Method::DELETE,
            concat!($base, $spelling, "/{id}"),
            concat!("delete_", $one),
            parse::delete,
        );
        add(
            $routes,
            Method::POST,
            concat!($base, $spelling, "/batch/read"),
            concat!("batch_read_", $many),
            parse::batch_read,
        );
        add(
            $routes,
            Method::POST,
            concat!($base, $spelling, "/batch/create"),
            concat!("batch_create_", $many),
            parse::batch_create,
        );
        add(
            $routes,
            Method::POST,
            concat!($base, $spelling, "/batch/update"),
            concat!("batch_update_", $many),
            parse::batch_update,
        );
        add(
            $routes,
            Method::POST,
            concat!($base, $spelling, "/batch/upsert"),
            concat!("batch_upsert_", $many),
            parse::batch_upsert,
        );
        add(
            $routes,
            Method::POST,
            concat!($base, $spelling, "/batch/archive"),
            concat!("batch_archive_", $many),
            parse::batch_archive,
        );
    };
}

macro_rules! objects {
    ($routes:ident: $($spelling:literal $one:literal $many:literal;)*) => {
        $(spelled!($routes, "/crm/v3/objects/", $spelling, $one, $many);)*
        $(spelled!($routes, "/crm/objects/{date}/", $spelling, $one, $many);)*
    };
}

macro_rules! merges {
    ($routes:ident: $($spelling:literal $many:literal;)*) => {
        $(
            add($routes, Method::POST, concat!("/crm/v3/objects/", $spelling, "/merge"), concat!("merge_", $many), parse::merge);
            add($routes, Method::POST, concat!("/crm/objects/{date}/", $spelling, "/merge"), concat!("merge_", $many), parse::merge);
        )*
    };
}

fn objects(routes: &mut Vec<Route>) {
    objects! { routes:
        "contacts" "contact" "contacts";
        "companies" "company" "companies";
        "deals" "deal" "deals";
        "tickets" "ticket" "tickets";
        "notes" "note" "notes";
        "tasks" "task" "tasks";
        "line_items" "line_item" "line_items";
    }
    objects! { routes:
        "contact" "contact" "contacts";
        "company" "company" "companies";
        "deal" "deal" "deals";
        "ticket" "ticket" "tickets";
        "note" "note" "notes";
        "task" "task" "tasks";
        "line_item" "line_item" "line_items";
    }
    objects! { routes:
        "0-1" "contact" "contacts";
        "0-2" "company" "companies";
        "0-3" "deal" "deals";
        "0-5" "ticket" "tickets";
        "0-46" "note" "notes";
        "0-27" "task" "tasks";
        "0-8" "line_item" "line_items";
    }
    merges! { routes:
        "contacts" "contacts"; "contact" "contacts"; "0-1" "contacts";
        "companies" "companies"; "company" "companies"; "0-2" "companies";
        "deals" "deals"; "deal" "deals"; "0-3" "deals";
        "tickets" "tickets"; "ticket" "tickets"; "0-5" "tickets";
    }
}

/// Routes under a version before the noun, and under a date behind it.
macro_rules! both {
    ($routes:ident: $($method:ident $version:literal $noun:literal $rest:literal $operation:literal $parse:ident;)*) => {
        $(
            add($routes, Method::$method, concat!("/crm/", $version, "/", $noun, $rest), $operation, parse::$parse);
            add($routes, Method::$method, concat!("/crm/", $noun, "/{date}", $rest), $operation, parse::$parse);
        )*
    };
}

fn others(routes: &mut Vec<Route>) {
    both! { routes:
        GET "v4" "objects" "/{from}/{id}/associations/{to}" "list_associations" list_links;
        PUT "v4" "objects" "/{from}/{id}/associations/default/{to}/{other}" "associate_default" link_default;
        PUT "v4" "objects" "/{from}/{id}/associations/{to}/{other}" "associate" link;
        DELETE "v4" "objects" "/{from}/{id}/associations/{to}/{other}" "delete_association" unlink;
        POST "v4" "associations" "/{from}/{to}/batch/read" "batch_read_associations" batch_read_links;
        POST "v4" "associations" "/{from}/{to}/batch/create" "batch_create_associations" batch_link;
        POST "v4" "associations" "/{from}/{to}/batch/associate/default" "batch_associate_default" batch_link_default;
        POST "v4" "associations" "/{from}/{to}/batch/archive" "batch_archive_associations" batch_unlink;
        GET "v4" "associations" "/{from}/{to}/labels" "list_association_labels" labels;
        GET "v3" "properties" "/{type}" "list_properties" list_properties;
        POST "v3" "properties" "/{type}" "create_property" create_property;
        POST "v3" "properties" "/{type}/batch/read" "batch_read_properties" batch_read_properties;
        POST "v3" "properties" "/{type}/batch/create" "batch_create_properties" batch_create_properties;
        POST "v3" "properties" "/{type}/batch/archive" "batch_archive_properties" batch_archive_properties;
        GET "v3" "properties" "/{type}/groups" "list_property_groups" list_groups;
        POST "v3" "properties" "/{type}/groups" "create_property_group" create_group;
        GET "v3" "properties" "/{type}/groups/{name}" "get_property_group" get_group;
        PATCH "v3" "properties" "/{type}/groups/{name}" "update_property_group" update_group;
        DELETE "v3" "properties" "/{type}/groups/{name}" "delete_property_group" delete_group;
        GET "v3" "properties" "/{type}/{name}" "get_property" get_property;
        PATCH "v3" "properties" "/{type}/{name}" "update_property" update_property;
        DELETE "v3" "properties" "/{type}/{name}" "delete_property" delete_property;
        GET "v3" "owners" "" "list_owners" list_owners;
        GET "v3" "owners" "/{id}" "get_owner" get_owner;
        GET "v3" "pipelines" "/{type}" "list_pipelines" list_pipelines;
        GET "v3" "pipelines" "/{type}/{id}" "get_pipeline" get_pipeline;
        GET "v3" "pipelines" "/{type}/{id}/stages" "list_pipeline_stages" list_stages;
        GET "v3" "pipelines" "/{type}/{id}/stages/{stage}" "get_pipeline_stage" get_stage;
    }
    add(
        routes,
        Method::POST,
        "/crm/v3/associations/{from}/{to}/batch/read",
        "batch_read_associations",
        parse::batch_read_links,
    );
    add(
        routes,
        Method::POST,
        "/crm/v3/associations/{from}/{to}/batch/create",
        "batch_create_associations",
        parse::batch_link,
    );
    add(
        routes,
        Method::POST,
        "/crm/v3/associations/{from}/{to}/batch/archive",
        "batch_archive_associations",
        parse::batch_unlink,
    );
    // The SDKs' generic routes name any type; without these, types that nobody has would look like types we lack.
    both! { routes:
        GET "v3" "objects" "/{type}" "list_contacts" other_type;
        POST "v3" "objects" "/{type}" "create_contact" other_type;
        GET "v3" "objects" "/{type}/{id}" "get_contact" other_type;
        PATCH "v3" "objects" "/{type}/{id}" "update_contact" other_type;
        DELETE "v3" "objects" "/{type}/{id}" "delete_contact" other_type;
        POST "v3" "objects" "/{type}/search" "search_contacts" other_type;
    }
}
