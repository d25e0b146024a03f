//! A table of shared rows with its orders, its equality index and a bounded ring of replaced versions.
//!
//! Held by each vendor's `Tables`; changed only by `World::apply`. Rows are `Arc`s replaced on write, so a reader may
//! keep what it was given, and a copy of a table shares rows and orders with the original until one of both is written
//! to: workspaces of one opening hold one set of what none of them changed. [`Seen`] reads a table as it stood some
//! moments ago: search lag and stale reads are that view, and there is no second index.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Bound;
use std::sync::Arc;

use crate::row::{Row, Str};
use crate::time::Up;

/// How many replaced versions a table remembers; older moments than the ring holds read as its oldest.
pub const VERSIONS_MAX: usize = 1_024;

/// All rows of one collection.
#[derive(Clone, Debug)]
pub struct Table<R> {
    rows: Arc<BTreeMap<Str, Arc<R>>>,
    /// The rows once more, so that a list walks one tree and looks nothing up.
    order: Arc<BTreeMap<(i64, Str), Arc<R>>>,
    index: Arc<BTreeSet<(&'static str, Str, Str)>>,
    ring: VecDeque<Version<R>>,
    minted: u64,
}

/// What a row was until `up`; `None` where it did not exist.
#[derive(Clone, Debug)]
struct Version<R> {
    up: Up,
    id: Str,
    was: Option<Arc<R>>,
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            rows: Arc::default(),
            order: Arc::default(),
            index: Arc::default(),
            ring: VecDeque::new(),
            minted: 0,
        }
    }
}

impl<R: Row> Table<R> {
    /// How many rows were ever created here; ids are minted from it.
    pub const fn minted(&self) -> u64 {
        self.minted
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row with this id, now.
    pub fn get(&self, id: &str) -> Option<&Arc<R>> {
        self.rows.get(id)
    }

    /// All rows in the order of their ids.
    pub fn rows(&self) -> impl Iterator<Item = &Arc<R>> {
        self.rows.values()
    }

    /// All rows, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Arc<R>> {
        self.order.values().rev()
    }

    /// All rows, oldest first.
    pub fn oldest_first(&self) -> impl Iterator<Item = &Arc<R>> {
        self.order.values()
    }

    /// Newest first, starting behind the row `id` (which need not exist any more to be a place in the order).
    pub fn older_than(&self, created: i64, id: &str) -> impl Iterator<Item = &Arc<R>> {
        let place = (created, Str::from(id));
        self.order.range(..place).rev().map(|(_, row)| row)
    }

    /// Oldest first, starting behind the row `id`, which need not exist any more.
    pub fn newer_than(&self, created: i64, id: &str) -> impl Iterator<Item = &Arc<R>> {
        let place = (created, Str::from(id));
        self.order
            .range((Bound::Excluded(place), Bound::Unbounded))
            .map(|(_, row)| row)
    }

    /// The rows whose key `name` equals `value`, in the order of their ids.
    pub fn by_key<'a>(
        &'a self,
        name: &'static str,
        value: &str,
    ) -> impl Iterator<Item = &'a Arc<R>> + use<'a, R> {
        let value = Str::from(value);
        let from = (name, value.clone(), Str::from(""));
        self.index
            .range(from..)
            .take_while(move |(n, v, _)| *n == name && *v == value)
            .filter_map(|(_, _, id)| self.rows.get(id))
    }

    /// The rows whose ids begin with `prefix`, in the order of their ids.
    pub fn under<'a>(&'a self, prefix: &str) -> impl Iterator<Item = &'a Arc<R>> + use<'a, R> {
        let prefix = Str::from(prefix);
        self.rows
            .range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded))
            .take_while(move |(id, _)| id.starts_with(&*prefix))
            .map(|(_, row)| row)
    }

    /// Adds a row, or replaces the one of its id.
    pub fn put(&mut self, row: Arc<R>, up: Up) {
        let id = row.id().clone();
        // One search for new rows, which most are.
        let was = Arc::make_mut(&mut self.rows).insert(id.clone(), row.clone());
        match &was {
            Some(was) => self.unlist(was),
            None => self.minted += 1,
        }
        row.keys(&mut |name, value| {
            Arc::make_mut(&mut self.index).insert((name, value.into(), id.clone()));
        });
        Arc::make_mut(&mut self.order).insert((row.created(), id.clone()), row);
        self.remember(up, id, was);
    }

    /// Adds a row of the opening: it was always there, so no earlier version is remembered.
    pub fn load(&mut self, row: Arc<R>) {
        self.put(row, Up(0));
        self.ring.pop_back();
    }

    /// Adds all rows of the opening at once: sorted first, the orders are built without a search for every row, and
    /// without gaps.
    pub fn fill(&mut self, rows: Vec<Arc<R>>) {
        if !self.is_empty() {
            rows.into_iter().for_each(|row| self.load(row));
            return;
        }
        let rows: BTreeMap<Str, Arc<R>> = rows
            .into_iter()
            .map(|row| (row.id().clone(), row))
            .collect();
        let mut index = Vec::new();
        for (id, row) in &rows {
            row.keys(&mut |name, value| index.push((name, Str::from(value), id.clone())));
        }
        let order = rows
            .iter()
            .map(|(id, row)| ((row.created(), id.clone()), row.clone()));
        self.order = Arc::new(order.collect());
        self.index = Arc::new(index.into_iter().collect());
        self.minted += rows.len() as u64;
        self.rows = Arc::new(rows);
    }

    /// Takes a row out; true if it was there.
    pub fn drop_row(&mut self, id: &str, up: Up) -> bool {
        let was = self.take(id);
        let found = was.is_some();
        if found {
            self.remember(up, id.into(), was);
        }
        found
    }

    fn take(&mut self, id: &str) -> Option<Arc<R>> {
        if !self.rows.contains_key(id) {
            return None;
        }
        let row = Arc::make_mut(&mut self.rows).remove(id)?;
        self.unlist(&row);
        Some(row)
    }

    /// Takes a row out of the orders.
    fn unlist(&mut self, row: &R) {
        Arc::make_mut(&mut self.order).remove(&(row.created(), row.id().clone()));
        row.keys(&mut |name, value| {
            Arc::make_mut(&mut self.index).remove(&(name, value.into(), row.id().clone()));
        });
    }

    fn remember(&mut self, up: Up, id: Str, was: Option<Arc<R>>) {
        if self.ring.len() == VERSIONS_MAX {
            self.ring.pop_front();
        }
        self.ring.push_back(Version { up, id, was });
    }

    /// The table as it stood at `cutoff`, or as it is for `None`.
    pub fn seen(&self, cutoff: Option<Up>) -> Seen<'_, R> {
        let mut past = BTreeMap::new();
        if let Some(cutoff) = cutoff {
            for version in self
                .ring
                .iter()
                .rev()
                .take_while(|version| version.up > cutoff)
            {
                past.insert(&version.id, version.was.as_ref());
            }
        }
        Seen { table: self, past }
    }
}

/// A table read through a moment in the recent past.
#[derive(Clone, Debug)]
pub struct Seen<'a, R> {
    table: &'a Table<R>,
    past: BTreeMap<&'a Str, Option<&'a Arc<R>>>,
}

impl<'a, R: Row> Seen<'a, R> {
    /// The row with this id, as it stood.
    pub fn get(&self, id: &str) -> Option<&'a Arc<R>> {
        match self.past.get(&Str::from(id)) {
            Some(was) => *was,
            None => self.table.get(id),
        }
    }

    /// The rows whose key equalled `value`, in the order of their ids.
    pub fn by_key(&self, name: &'static str, value: &str) -> Vec<&'a Arc<R>> {
        let mut found: Vec<&'a Arc<R>> = self
            .table
            .by_key(name, value)
            .filter(|row| !self.past.contains_key(row.id()))
            .collect();
        for was in self.past.values().flatten() {
            let mut hit = false;
            was.keys(&mut |n, v| hit |= n == name && v == value);
            if hit {
                found.push(was);
            }
        }
        found.sort_by(|a, b| a.id().cmp(b.id()));
        found
    }

    /// All rows, newest first.
    pub fn newest_first(&self) -> Box<dyn Iterator<Item = &'a Arc<R>> + '_> {
        if self.past.is_empty() {
            return Box::new(self.table.newest_first());
        }
        // The replaced versions are few: they are merged into the order as it is walked, and nothing is copied.
        let key = |row: &Arc<R>| (row.created(), row.id().clone());
        let mut was: Vec<&'a Arc<R>> = self.past.values().flatten().copied().collect();
        was.sort_by_key(|row| std::cmp::Reverse(key(row)));
        let mut was = was.into_iter().peekable();
        let mut is = self
            .table
            .newest_first()
            .filter(|row| !self.past.contains_key(row.id()))
            .peekable();
        Box::new(std::iter::from_fn(move || match (is.peek(), was.peek()) {
            (Some(now), Some(then)) if key(then) > key(now) => was.next(),
            (None, _) => was.next(),
            _ => is.next(),
        }))
    }
}

/// Declares a vendor's tables: the struct, the enum of its rows and how an effect lands in them.
#[macro_export]
macro_rules! tables {
    ($($(#[$meta:meta])* $table:ident: $Row:ident,)*) => {
        /// The vendor's collections.
        #[derive(Clone, Debug, Default)]
        pub struct Tables { $($(#[$meta])* pub $table: $crate::table::Table<$Row>,)* }

        /// A row of any of the vendor's collections.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Record { $(#[doc = stringify!($table)] $Row(std::sync::Arc<$Row>),)* }

        $(impl From<$Row> for Record { fn from(row: $Row) -> Self { Self::$Row(std::sync::Arc::new(row)) } })*
        $(impl From<std::sync::Arc<$Row>> for Record { fn from(row: std::sync::Arc<$Row>) -> Self { Self::$Row(row) } })*

        impl Record {
            /// Names of the collections.
            pub const COLLECTIONS: &'static [&'static str] = &[$(<$Row as $crate::row::Row>::COLLECTION,)*];

            /// Name of the row's collection.
            pub fn collection(&self) -> &'static str {
                match self { $(Self::$Row(_) => <$Row as $crate::row::Row>::COLLECTION,)* }
            }
            /// The row's id.
            pub fn id(&self) -> &$crate::row::Str {
                match self { $(Self::$Row(row) => $crate::row::Row::id(&**row),)* }
            }
            /// Writes the row alone.
            pub fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$Row(row) => serde::Serialize::serialize(&**row, serializer),)* }
            }
            /// The row as it was before these fields of it changed.
            pub fn before(&self, fields: &$crate::row::Fields) -> Result<Self, $crate::row::PatchError> {
                match self { $(Self::$Row(row) => {
                    let mut was = $Row::clone(row);
                    for change in &fields.0 { $crate::row::Fielded::patch(&mut was, &change.name, &change.before)?; }
                    Ok(Self::from(was))
                })* }
            }
            /// Reads a row of the named collection.
            pub fn read<'de, D: serde::Deserializer<'de>>(collection: &str, deserializer: D) -> Result<Self, D::Error> {
                $(if collection == <$Row as $crate::row::Row>::COLLECTION {
                    return <$Row as serde::Deserialize>::deserialize(deserializer).map(Self::from);
                })*
                Err(<D::Error as serde::de::Error>::custom(format_args!("no collection `{collection}`")))
            }
        }

        impl Tables {
            /// Adds or replaces a row.
            pub fn put(&mut self, record: &Record, up: $crate::time::Up) {
                match record { $(Record::$Row(row) => self.$table.put(row.clone(), up),)* }
            }
            /// Adds a row of the opening.
            pub fn load(&mut self, record: &Record) {
                match record { $(Record::$Row(row) => self.$table.load(row.clone()),)* }
            }
            /// Adds all rows of the opening.
            pub fn fill<'a>(&mut self, records: impl Iterator<Item = &'a Record>) {
                $(let mut $table = Vec::new();)*
                for record in records {
                    match record { $(Record::$Row(row) => $table.push(row.clone()),)* }
                }
                $(self.$table.fill($table);)*
            }
            /// Takes a row out.
            pub fn drop_row(&mut self, collection: &str, id: &str, up: $crate::time::Up) -> bool {
                $(if collection == <$Row as $crate::row::Row>::COLLECTION { return self.$table.drop_row(id, up); })*
                false
            }
            /// Changes fields of a row; `Ok(false)` if there is no such row.
            pub fn patch(
                &mut self, collection: &str, id: &str, fields: &$crate::row::Fields, up: $crate::time::Up,
            ) -> Result<bool, $crate::row::PatchError> {
                $(if collection == <$Row as $crate::row::Row>::COLLECTION {
                    let Some(row) = self.$table.get(id) else { return Ok(false) };
                    let mut next = $Row::clone(row);
                    for change in &fields.0 { $crate::row::Fielded::patch(&mut next, &change.name, &change.after)?; }
                    self.$table.put(std::sync::Arc::new(next), up);
                    return Ok(true);
                })*
                Ok(false)
            }
            /// Every row of every collection, collections in their declared order, rows oldest first.
            pub fn records(&self) -> impl Iterator<Item = Record> + '_ {
                std::iter::empty()$(.chain(self.$table.oldest_first().map(|row| Record::$Row(row.clone()))))*
            }
            /// One row, by collection and id.
            pub fn record(&self, collection: &str, id: &str) -> Option<Record> {
                $(if collection == <$Row as $crate::row::Row>::COLLECTION {
                    return self.$table.get(id).map(|row| Record::$Row(row.clone()));
                })*
                None
            }
            /// How many rows the named collection ever had.
            pub fn minted(&self, collection: &str) -> u64 {
                $(if collection == <$Row as $crate::row::Row>::COLLECTION { return self.$table.minted(); })*
                0
            }
        }
    };
}
