//! An error of a batch: what failed, and which inputs it is about.
//!
//! Called by the bodies of batches.

use muddle_world::crm::{Failed, Refusal};
use muddle_world::row::Str;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{category, could_not_get, message, repeated};

/// What failed of a batch.
pub struct InBatch<'a> {
    refusal: &'a Refusal,
    key: Option<&'a Str>,
    trace: Option<&'a Str>,
}

impl<'a> From<&'a Refusal> for InBatch<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        Self {
            refusal,
            key: None,
            trace: None,
        }
    }
}

impl<'a> From<&'a Failed> for InBatch<'a> {
    fn from(failed: &'a Failed) -> Self {
        Self {
            refusal: &failed.refusal,
            key: failed.key.as_ref(),
            trace: failed.trace.as_ref(),
        }
    }
}

/// Which inputs an error is about, in the words that the vendor has for it.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct About<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object_write_trace_id: Option<[&'a str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    existing_id: Option<[&'a str; 1]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    properties: &'a [Str],
}

impl<'a> InBatch<'a> {
    fn about(&self) -> About<'a> {
        let mut about = About {
            object_write_trace_id: self.trace.map(|trace| [repeated(trace)]),
            ..About::default()
        };
        match self.refusal {
            Refusal::NotFound { ids, .. } => {
                about.ids = ids.iter().map(|id| repeated(id)).collect();
            }
            Refusal::Exists { existing } | Refusal::NotUnique { existing, .. } => {
                match self.trace {
                    Some(_) => about.existing_id = Some([existing]),
                    None => about.ids = vec![existing],
                }
            }
            refusal => {
                about.ids = self.key.iter().map(|key| repeated(key)).collect();
                if let Refusal::Incomplete { properties, .. } = refusal {
                    about.properties = properties;
                }
            }
        }
        about
    }
}

impl Serialize for InBatch<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let message = match self.refusal {
            Refusal::NotFound { of, .. } => could_not_get(*of),
            refusal => message(refusal),
        };
        let mut map = to.serialize_map(Some(4))?;
        map.serialize_entry("status", "error")?;
        map.serialize_entry("category", category(self.refusal))?;
        map.serialize_entry("message", &message)?;
        map.serialize_entry("context", &self.about())?;
        map.end()
    }
}
