//! Entries, truth and rubric to a report with evidence.
//!
//! Reading order: [`history`] (what happened), [`deeds`] and [`wording`] (what the candidate did of it), [`facts`] and
//! [`cases`] (what became of each case), [`tables`] and [`sandbox`] (what checks may read), [`checks`], [`score`],
//! [`report`]; beside them [`lines`] (an entry as a line for people). docs/grading.md says the same for people who write rubrics.
//!
//! Called with everything in hand by whoever has the log; does no IO, reads no clock. A grade is a function of its
//! arguments: the same log gives the same report, byte for byte.

mod cases;
mod checks;
mod deeds;
mod facts;
mod hands;
mod history;
pub mod lines;
mod places;
mod report;
mod sandbox;
mod score;
mod tables;
mod wording;

#[cfg(test)]
mod tests;

pub use checks::{Checked, Status};
pub use hands::{Hands, Move, Note};
pub use report::{CaseReport, Report};
pub use sandbox::QueryError;
pub use score::Score;

use std::collections::{BTreeMap, BTreeSet};

use muddle_scenario::rubric::Rubric;
use muddle_scenario::truth::Truth;
use muddle_world::call::ActorKind;
use muddle_world::effect::Record;
use muddle_world::entry::{Core, Entry};
use muddle_world::row::{PatchError, Str};
use muddle_world::vendor::Vendor;
use serde::Deserialize;

use cases::{Judged, Standing};
use checks::Bench;
use deeds::Deeds;
use history::History;
use places::Places;
use sandbox::Sandbox;
use tables::{Builder, Filling};

/// Why there is no grade.
#[derive(Debug, thiserror::Error)]
pub enum GradeError {
    /// The log holds what this version cannot read.
    #[error("entry {seq} cannot be folded: {source}")]
    Entry {
        /// The entry.
        seq: u64,
        /// What was wrong.
        source: PatchError,
    },
    /// A check of the rubric is no good.
    #[error("check `{check}`: {source}")]
    Check {
        /// Its id.
        check: String,
        /// What was wrong.
        source: QueryError,
    },
    /// The in-memory database failed.
    #[error("the grading database failed: {0}")]
    Database(#[from] rusqlite::Error),
}

/// What a socket really did with one answer: a line of the `wire` stream.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct WireRow {
    /// The entry.
    pub seq: u64,
    /// As sent.
    #[serde(default)]
    pub status: Option<u16>,
    /// As sent.
    #[serde(default)]
    pub bytes: Option<u64>,
    /// `whole`, `client_gone`, `reset`, `cut`, `timeout`.
    #[serde(default)]
    pub ended: Option<String>,
    /// Our own time.
    #[serde(default)]
    pub service_us: Option<u64>,
    /// Added by faults.
    #[serde(default)]
    pub injected_ms: Option<u64>,
}

/// What else a report says.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The workspace's name.
    pub workspace: String,
}

/// Grades one log. Values that the log keeps in blobs must have been put back by the caller.
pub fn grade(
    opening: &[Record],
    truth: &Truth,
    entries: impl IntoIterator<Item = Entry>,
    wire: &[WireRow],
    options: &Options,
) -> Result<Report, GradeError> {
    let opened = History::open(opening, truth.start);
    let (mut log, mut idle) = (Side::new(opened.clone())?, Side::new(opened)?);
    let mut hands = Hands::default();
    let mut busy = false;
    for entry in entries {
        let core = &entry.core;
        hands.note(core);
        let at_work = core.actor.kind == ActorKind::Candidate && core.vendor != Vendor::Office;
        busy |= at_work && tables::log::writes(core);
        let seq = core.seq;
        log.take(core)?
            .map_err(|source| GradeError::Entry { seq, source })?;
        if !is_answer_to_candidate(core.actor.kind) {
            // What a vendor does by itself may be about a record that only the candidate made.
            let _follows = idle.take(core)?;
        }
    }
    let truth = &settled(truth, &log.history);
    let deeds = Deeds::of(&log.history);
    let judged = cases::judge(&log.history, &deeds, truth);
    let unknown = judged
        .verdicts
        .iter()
        .filter(|one| one.standing == Standing::Inconclusive)
        .map(|one| one.case.id.to_string())
        .collect::<BTreeSet<_>>();
    let filled = log.fill(&deeds, &judged, truth, opening, wire)?;
    let idle_deeds = Deeds::of(&idle.history);
    let idle_judged = cases::judge(&idle.history, &idle_deeds, truth);
    let idle = idle.fill(&idle_deeds, &idle_judged, truth, opening, &[])?;
    let bench = Bench {
        log: &filled.0,
        idle: &idle.0,
        history: &filled.1,
        truth,
        unknown: &unknown,
        busy,
    };
    let checks = truth.rubric.checks.iter().map(|check| bench.run(check));
    let mut checks = checks.collect::<Result<Vec<_>, _>>()?;
    let places = Places::of(truth, &filled.1);
    let rows = checks.iter_mut().flat_map(|one| &mut one.evidence);
    rows.for_each(|row| places.locate(row));
    let score = score::score(&judged.verdicts, &checks);
    Ok(Report::new(
        truth,
        options,
        score,
        checks,
        &judged.verdicts,
        hands,
    ))
}

/// Tries every query of a rubric on empty tables; all that is wrong at once.
pub fn check_rubric(rubric: &Rubric) -> Result<(), Vec<GradeError>> {
    let builder = Builder::new()
        .and_then(Builder::empty)
        .and_then(Sandbox::close);
    let sandbox = builder.map_err(|error| vec![GradeError::Database(error)])?;
    let tried = rubric
        .checks
        .iter()
        .filter_map(|check| checks::try_out(&sandbox, check).err());
    let wrong: Vec<GradeError> = tried.collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// The section of docs/grading.md that lists what checks may read.
pub fn tables_page() -> String {
    tables::schema::page()
}

/// The truth with the mail of the story named as the log names it: it had no ids when the truth was written.
fn settled(truth: &Truth, history: &History) -> Truth {
    let ids: BTreeMap<&str, (&Str, &Str)> = history
        .mails
        .values()
        .map(|mail| (&*mail.row.message_id, (&mail.row.id, &mail.row.thread_id)))
        .collect();
    let mut settled = truth.clone();
    settled.settle(&|name| {
        ids.get(name)
            .map(|(id, thread)| ((*id).clone(), (*thread).clone()))
    });
    settled
}

/// Whether an entry would not be there without a candidate.
const fn is_answer_to_candidate(actor: ActorKind) -> bool {
    matches!(actor, ActorKind::Candidate | ActorKind::Persona)
}

/// A log on its way into tables.
struct Side {
    history: History,
    builder: Builder,
}

impl Side {
    fn new(history: History) -> Result<Self, rusqlite::Error> {
        let builder = Builder::new()?;
        Ok(Self { history, builder })
    }

    /// One entry: the outer result is the database's, the inner one the fold's.
    fn take(&mut self, core: &Core) -> Result<Result<(), PatchError>, rusqlite::Error> {
        self.builder.entry(core)?;
        Ok(self.history.fold(core))
    }

    fn fill(
        self,
        deeds: &Deeds,
        judged: &Judged<'_>,
        truth: &Truth,
        opening: &[Record],
        wire: &[WireRow],
    ) -> Result<(Sandbox, History), rusqlite::Error> {
        let filling = Filling {
            history: &self.history,
            deeds,
            judged,
            truth,
            opening,
            wire,
        };
        let db = self.builder.finish(&filling)?;
        Ok((Sandbox::close(db)?, self.history))
    }
}
