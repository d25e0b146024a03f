//! The pilots by name, and how one is run.
//!
//! Called by the binary and by tests. A run is one attempt.

mod escalate_all;
mod naive;
mod oracle;
mod shotgun;
mod threads;

use crate::error::PilotError;
use crate::habit::{Habit, Without};
use crate::settings::Settings;
use crate::tools::{Summary, Tools};
use crate::work::{Scope, Worker};

/// A way to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pilot {
    /// Is handed the truth.
    Oracle,
    /// What a good candidate builds without a model.
    Careful,
    /// Plain refunds only.
    Narrow,
    /// The happy path.
    Naive,
    /// Refunds and merges everything.
    Shotgun,
    /// Leaves everything to people.
    EscalateAll,
    /// Does nothing.
    Idle,
}

impl Pilot {
    /// In the order in which they should score.
    const ALL: [Self; 7] = [
        Self::Oracle,
        Self::Careful,
        Self::Narrow,
        Self::Naive,
        Self::Shotgun,
        Self::EscalateAll,
        Self::Idle,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Oracle => "oracle",
            Self::Careful => "careful",
            Self::Narrow => "narrow",
            Self::Naive => "naive",
            Self::Shotgun => "shotgun",
            Self::EscalateAll => "escalate_all",
            Self::Idle => "idle",
        }
    }
}

/// The pilots there are.
pub fn names() -> Vec<&'static str> {
    Pilot::ALL.into_iter().map(Pilot::name).collect()
}

/// Runs one until the story has ended.
pub async fn run(name: &str, settings: Settings, without: Without) -> Result<Summary, PilotError> {
    let pilot = Pilot::ALL.into_iter().find(|pilot| pilot.name() == name);
    let pilot = pilot.ok_or_else(|| PilotError::Unknown(name.to_owned()))?;
    if without != Without::NOTHING && pilot != Pilot::Careful {
        return Err(PilotError::NoHabits(name.to_owned()));
    }
    let hasty = matches!(pilot, Pilot::Naive | Pilot::Shotgun);
    let habits = if hasty {
        Without(Some(Habit::Backoff))
    } else {
        without
    };
    let tools = Tools::open(settings, habits).await?;
    let command = match without.0 {
        None => format!("muddle pilot {name}"),
        Some(habit) => format!("muddle pilot {name} --without {}", habit.name()),
    };
    let clock = tools.clock.clone();
    let attempt = clock
        .begin_attempt(command.trim_start_matches("muddle pilot "), &command)
        .await?;
    let summary = match pilot {
        Pilot::Oracle => oracle::run(tools).await,
        Pilot::Careful => Worker::start(tools, Scope::All, name).await?.run().await,
        Pilot::Narrow => {
            Worker::start(tools, Scope::PlainRefunds, name)
                .await?
                .run()
                .await
        }
        Pilot::Naive => naive::run(tools).await,
        Pilot::Shotgun => shotgun::run(tools).await,
        Pilot::EscalateAll => escalate_all::run(tools).await,
        Pilot::Idle => threads::sit_out(&tools).await.map(|()| Summary {
            pilot: name.to_owned(),
            ..Summary::default()
        }),
    }?;
    clock.end_attempt(attempt).await?;
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_habits_belong_to_careful() {
        let mut all = names();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Pilot::ALL.len());
        assert!("careful".parse::<Without>().is_err());
        assert!("backoff".parse::<Without>().is_ok());
    }
}
