//! A pilot's tools: the three vendors, the clock, and the summary it prints in the end.
//!
//! Made once per run; every pilot works through these and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::billing::Billing;
use crate::clock::{Clock, Moment};
use crate::crm::Crm;
use crate::error::PilotError;
use crate::habit::Without;
use crate::inbox::Inbox;
use crate::settings::Settings;
use crate::wire::Line;

/// What a run did, in a few lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The pilot's name.
    pub pilot: String,
    /// How often it did what.
    pub deeds: BTreeMap<&'static str, u32>,
    /// What it could not finish, a sentence each.
    pub unfinished: Vec<String>,
}

impl Summary {
    /// Counts something done.
    pub(crate) fn did(&mut self, deed: &'static str) {
        *self.deeds.entry(deed).or_default() += 1;
    }

    /// Remembers something left undone.
    pub(crate) fn left(&mut self, what: String) {
        self.unfinished.push(what);
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let deeds: Vec<String> = self
            .deeds
            .iter()
            .map(|(deed, times)| format!("{deed} {times}"))
            .collect();
        let deeds = if deeds.is_empty() {
            "nothing".to_owned()
        } else {
            deeds.join(", ")
        };
        write!(out, "{}: {deeds}", self.pilot)?;
        for line in &self.unfinished {
            write!(out, "\n  left undone: {line}")?;
        }
        Ok(())
    }
}

/// Everything a pilot works with.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<Clock>,
    pub(crate) billing: Billing,
    pub(crate) crm: Crm,
    pub(crate) inbox: Inbox,
    pub(crate) without: Without,
    /// Office time when the run began.
    pub(crate) began: Moment,
}

impl Tools {
    /// Opens the lines and looks at the clock.
    pub(crate) async fn open(settings: Settings, without: Without) -> Result<Self, PilotError> {
        // Another part of the process may have chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .build()
            .map_err(PilotError::Client)?;
        let (clock, began) = Clock::find(http.clone(), &settings).await?;
        let clock = Arc::new(clock);
        let line = |vendor, door| Line::new(vendor, http.clone(), door, clock.clone(), without);
        Ok(Self {
            billing: Billing {
                line: line("billing", &settings.billing),
            },
            crm: Crm {
                line: line("crm", &settings.crm),
            },
            inbox: Inbox {
                line: line("inbox", &settings.inbox),
                address: settings.inbox_address.to_lowercase(),
            },
            clock,
            settings,
            without,
            began,
        })
    }
}
