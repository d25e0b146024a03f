//! The CRM as it will be when the call is done: the present with what this call has changed so far laid over it.
//!
//! A batch needs it, because a later input sees what an earlier one did. Every write of records and associations goes
//! through here and becomes effects at the end, each record once.

use std::collections::BTreeMap;

use super::call::Key;
use super::kind::Kind;
use super::links;
use super::object::{Object, Of, own_key};
use super::refusal::Refusal;
use super::state::{Association, LinkType, Record, Tables, with_table};
use super::validate::{Definition, definition};
use crate::effect::{self, Effects};
use crate::row::Str;
use crate::vendor::Vendor;
use crate::view::View;

/// Ids grow by 1 to this.
const ID_STEP_MAX: u64 = 40;

/// The CRM under change.
pub struct Draft<'a> {
    view: &'a View<'a>,
    objects: BTreeMap<(Kind, i64), Object>,
    links: BTreeMap<Str, Option<Association>>,
    /// Who took a value of a unique property last, by property and value.
    taken: BTreeMap<(Kind, String), i64>,
}

impl<'a> Draft<'a> {
    /// Nothing changed yet.
    pub const fn new(view: &'a View<'a>) -> Self {
        Self {
            view,
            objects: BTreeMap::new(),
            links: BTreeMap::new(),
            taken: BTreeMap::new(),
        }
    }

    /// The present's tables.
    pub fn tables(&self) -> &'a Tables {
        &self.view.world.crm
    }

    /// The moment of the call.
    pub const fn view(&self) -> &View<'a> {
        self.view
    }

    /// A record in whatever state, by its own id.
    pub fn raw(&self, of: Kind, id: &str) -> Option<&Object> {
        if let Some(changed) = id
            .parse()
            .ok()
            .and_then(|number| self.objects.get(&(of, number)))
            && *changed.id == *id
        {
            return Some(changed);
        }
        with_table!(self.tables(), of, table => table.get(id).map(|row| -> &Object { row }))
    }

    /// The living record that answers to an id: for a merged one, the survivor.
    pub fn live(&self, of: Kind, id: &str) -> Option<&Object> {
        let mut found = self.raw(of, id)?;
        while let Some(survivor) = &found.merged_into {
            found = self.raw(of, survivor)?;
        }
        found.archived.is_none().then_some(found)
    }

    /// The living record of a key.
    pub fn find(&self, of: Kind, key: &Key) -> Result<&Object, Refusal> {
        let by = key.by.as_deref().unwrap_or("hs_object_id");
        if by == "hs_object_id" {
            return self
                .live(of, &key.id)
                .ok_or_else(|| Refusal::not_found(of, &key.id));
        }
        let unique = definition(self.tables(), of, by).is_some_and(|one| one.unique());
        if !unique {
            let message = format!("{by} is not a unique property of {}", of.singular());
            return Err(Refusal::bad(message));
        }
        self.holder(of, by, &key.id)
            .ok_or_else(|| Refusal::not_found(of, &key.id))
    }

    /// The living record that has this value of a unique property.
    pub fn holder(&self, of: Kind, property: &str, value: &str) -> Option<&Object> {
        let value = value.to_lowercase();
        let has = |object: &&Object| {
            object.archived.is_none()
                && unique_values(object, property).any(|kept| kept.to_lowercase() == value)
        };
        let fresh = self.taken.get(&(of, own_key(property, &value)));
        let fresh = fresh.and_then(|number| self.objects.get(&(of, *number)));
        if let Some(fresh) = fresh.filter(has) {
            return Some(fresh);
        }
        let (index, key) = match definition(self.tables(), of, property)? {
            Definition::Builtin(_) => ("email", value),
            Definition::Own(own) => ("own", own_key(&own.name, &value)),
        };
        with_table!(self.tables(), of, table => {
            let unchanged = |object: &&Object| !self.objects.contains_key(&(of, object.number()));
            table.by_key(index, &key).map(|row| -> &Object { row }).find(unchanged)
        })
    }

    /// The next id of a type: greater than all before, by a step that the seed knows.
    pub fn mint(&self, of: Kind) -> Str {
        let newest = with_table!(self.tables(), of, table => table.newest_first().next().map(|row| row.number()));
        let changed = self.objects.range((of, i64::MIN)..=(of, i64::MAX));
        let last = changed.map(|((_, number), _)| *number).next_back();
        let last = newest.max(last).unwrap_or(100);
        let place = (last as u64).to_be_bytes();
        let draw = self
            .view
            .seed()
            .draw(&[b"crm id", of.name().as_bytes(), &place]);
        let step = i64::try_from(draw % ID_STEP_MAX).unwrap_or(0) + 1;
        (last + step).to_string().into()
    }

    /// Lays a new version of a record over the present.
    pub fn put(&mut self, of: Kind, object: Object) {
        for (name, _) in object.properties.iter() {
            let name = name.as_str();
            if !definition(self.tables(), of, name).is_some_and(|one| one.unique()) {
                continue;
            }
            for value in unique_values(&object, name) {
                let key = (of, own_key(name, value));
                self.taken.insert(key, object.number());
            }
        }
        self.objects.insert((of, object.number()), object);
    }

    /// The association of a pair, if there is one.
    pub fn link(&self, from: (Kind, &str), to: (Kind, &str)) -> Option<&Association> {
        let id = Association::id_of(from, to);
        match self.links.get(&id) {
            Some(changed) => changed.as_ref(),
            None => self.tables().associations.get(&id).map(|row| &**row),
        }
    }

    /// Every association seen from a record.
    pub fn links_of(&self, of: Kind, id: &str) -> Vec<Association> {
        let mut found: BTreeMap<Str, Association> = self
            .tables()
            .associations
            .under(&Association::all_of((of, id)))
            .map(|row| (row.id.clone(), Association::clone(row)))
            .collect();
        for (link, changed) in &self.links {
            match changed {
                Some(row) if row.from_type == of && *row.from_id == *id => {
                    found.insert(link.clone(), row.clone());
                }
                Some(_) => {}
                None => {
                    found.remove(link);
                }
            }
        }
        found.into_values().collect()
    }

    /// Joins two records in further ways, seen from both sides. The plain way comes with any built-in one.
    pub fn join(&mut self, from: (Kind, &str), to: (Kind, &str), ways: &[(LinkType, LinkType)]) {
        let plain = links::defaults(from.0, to.0);
        let built_in = |(way, _): &(LinkType, LinkType)| links::is_built_in(*way);
        let plain = plain.filter(|_| ways.iter().any(built_in));
        let (mut there, mut back): (Vec<_>, Vec<_>) = ways.iter().copied().chain(plain).unzip();
        there.extend(self.link(from, to).iter().flat_map(|row| &row.types));
        back.extend(self.link(to, from).iter().flat_map(|row| &row.types));
        let there = Association::new(from, to, there);
        let back = Association::new(to, from, back);
        self.links.insert(there.id.clone(), Some(there));
        self.links.insert(back.id.clone(), Some(back));
    }

    /// Parts two records altogether.
    pub fn part(&mut self, from: (Kind, &str), to: (Kind, &str)) {
        for id in [Association::id_of(from, to), Association::id_of(to, from)] {
            self.links.insert(id, None);
        }
    }

    /// What has to change for the present to become this.
    pub fn into_effects(self) -> Effects {
        let mut effects = Effects::default();
        let tables = self.tables();
        for ((of, _), object) in self.objects {
            with_table!(tables, of, table => match table.get(&object.id) {
                Some(before) => effects.change(Vendor::Crm, &**before, &Of::from(object)),
                None => effects.create(effect::Record::Crm(Record::of(of, object))),
            });
        }
        for (id, link) in self.links {
            match (tables.associations.get(&id), link) {
                (Some(before), Some(after)) => effects.change(Vendor::Crm, &**before, &after),
                (None, Some(after)) => effects.create(effect::Record::Crm(after.into())),
                (Some(before), None) => {
                    effects.remove(effect::Record::Crm(before.clone().into()));
                }
                (None, None) => {}
            }
        }
        effects
    }
}

/// The values of a unique property; of a contact's address also the further ones that a merge left it.
fn unique_values<'o>(object: &'o Object, property: &'o str) -> impl Iterator<Item = &'o str> {
    let further = (property == "email").then_some("hs_additional_emails");
    std::iter::once(property)
        .chain(further)
        .filter_map(|name| object.properties.get(name))
        .flat_map(|kept| kept.split(';'))
}
