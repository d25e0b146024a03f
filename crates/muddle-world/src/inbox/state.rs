//! Records.
use crate::row;
use crate::row::{Row, Str};

row! {
    /// A label.
    pub struct Label {
        /// Id.
        pub id: Str,
        /// Name.
        pub name: Str,
    }
}

impl Row for Label {
    const COLLECTION: &'static str = "labels";
    fn id(&self) -> &Str {
        &self.id
    }
}

crate::tables! {
    /// Labels.
    labels: Label,
}
