//! The work of a careful automation: read, decide, carry out step by step, come back to what had to wait.
//!
//! Run by `careful` and `narrow`, which differ in what they dare. Every decision becomes a list of steps; a step that
//! fails for now is tried again later from where it stopped, never from the beginning.

mod amount;
mod carry_out;
mod decide;
mod evidence;
mod identify;
mod steps;
mod weigh;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::clock::Moment;
use crate::crm::Stage;
use crate::error::{CallError, PilotError};
use crate::inbox::Mail;
use crate::ledger::Ledger;
use crate::rules::Rules;
use crate::tools::{Summary, Tools};
use steps::{Plan, Step};

/// How long a customer is waited for before a person takes over.
const PATIENCE_MS: i64 = 5 * 3_600_000;
/// Questions asked in one thread.
const QUESTIONS_MAX: u32 = 3;
/// Pause between two tries of what a vendor's failure holds up.
const LATER_MS: i64 = 5 * 60_000;
/// Looks at a mailbox in which nothing happens, where time runs by itself.
const IDLE_LOOKS: u32 = 8;

/// What is dared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything that the rules settle.
    All,
    /// Refunds of a whole order by its payer; the rest goes to people.
    PlainRefunds,
}

/// A question that is out.
#[derive(Clone, Copy, Debug)]
struct Question {
    times: u32,
    asked: Moment,
}

/// One conversation.
#[derive(Debug, Default)]
struct Job {
    mails: Vec<Mail>,
    /// Messages that were read and decided on.
    handled: BTreeSet<String>,
    question: Option<Question>,
    plan: Option<Plan>,
    /// Has to wait for another day: people have enough.
    not_before: Option<Date>,
}

/// The automation at work.
pub(crate) struct Worker {
    tools: Tools,
    scope: Scope,
    ledger: Ledger,
    rules: Rules,
    stage: Option<Stage>,
    jobs: BTreeMap<String, Job>,
    seen: BTreeSet<String>,
    /// Orders that this run has refunded, and in which thread.
    settled: BTreeMap<String, String>,
    handed_off: BTreeMap<Date, u32>,
    now: Moment,
    summary: Summary,
}

impl Worker {
    /// Learns the rules and the records.
    pub(crate) async fn start(tools: Tools, scope: Scope, pilot: &str) -> Result<Self, PilotError> {
        let pages = [tools.clock.brief().await?, tools.clock.contract().await?];
        let mut worker = Self {
            ledger: Ledger::load(&tools).await?,
            stage: tools.crm.needs_a_person().await?,
            now: tools.began,
            scope,
            tools,
            rules: Rules::default(),
            jobs: BTreeMap::new(),
            seen: BTreeSet::new(),
            settled: BTreeMap::new(),
            handed_off: BTreeMap::new(),
            summary: Summary {
                pilot: pilot.to_owned(),
                ..Summary::default()
            },
        };
        worker.look().await?;
        let mails: Vec<Mail> = worker
            .jobs
            .values()
            .flat_map(|job| job.mails.clone())
            .collect();
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        worker.rules = Rules::read(&pages, &mails, &worker.tools.inbox.address);
        tracing::debug!(rules = ?worker.rules, "read the rules");
        Ok(worker)
    }

    /// Works until the story has ended and nothing is left to do.
    pub(crate) async fn run(mut self) -> Result<Summary, PilotError> {
        let mut idle = 0;
        loop {
            self.now = self.tools.clock.now().await?;
            let fresh = self.look().await.or_else(passing)?;
            let threads: Vec<String> = self.in_order();
            for thread in threads {
                self.turn(&thread).await;
            }
            let steps = self.tools.clock.steps();
            idle = if fresh > 0 { 0 } else { idle + 1 };
            let deadline = self.deadline();
            let goes_on = self.tools.clock.until_event(deadline).await?;
            let over = if steps {
                !goes_on && deadline.is_none()
            } else {
                idle > IDLE_LOOKS && self.is_idle()
            };
            if over {
                break;
            }
        }
        self.leave();
        Ok(self.summary)
    }

    /// Threads with something to do, the oldest mail first.
    fn in_order(&self) -> Vec<String> {
        let mut threads: Vec<(i64, &String)> = self
            .jobs
            .iter()
            .filter(|(_, job)| {
                job.plan.is_some() || job.question.is_some() || self.unread(job).is_some()
            })
            .map(|(thread, job)| (job.mails.first().map_or(0, |mail| mail.at), thread))
            .collect();
        threads.sort();
        threads
            .into_iter()
            .map(|(_, thread)| thread.clone())
            .collect()
    }

    /// Fetches mail that has not been seen; says how many messages there were.
    async fn look(&mut self) -> Result<usize, CallError> {
        let query = if self.seen.is_empty() { "" } else { "in:inbox" };
        let mut ids = self.tools.inbox.find(query).await?;
        ids.reverse();
        let fresh: Vec<String> = ids
            .into_iter()
            .filter(|id| !self.seen.contains(id))
            .collect();
        for id in &fresh {
            let mail = self.tools.inbox.message(id).await?;
            self.seen.insert(id.clone());
            let job = self.jobs.entry(mail.thread.clone()).or_default();
            job.mails.push(mail);
            job.mails.sort_by_key(|mail| mail.at);
        }
        Ok(fresh.len())
    }

    /// The newest message from outside that is still to be decided on.
    fn unread<'a>(&self, job: &'a Job) -> Option<&'a Mail> {
        let desk = &self.tools.inbox.address;
        let newest = job.mails.iter().rev().find(|mail| mail.from != *desk)?;
        let open = newest.labels.iter().any(|label| label == "INBOX");
        (open && !job.handled.contains(&newest.id) && !self.is_ours(newest)).then_some(newest)
    }

    /// Written by a colleague.
    fn is_ours(&self, mail: &Mail) -> bool {
        let domain = self
            .tools
            .inbox
            .address
            .split('@')
            .nth(1)
            .unwrap_or_default();
        mail.from.ends_with(&format!("@{domain}"))
    }

    /// One look at one thread.
    async fn turn(&mut self, thread: &str) {
        let Some(mut job) = self.jobs.remove(thread) else {
            return;
        };
        if let Err(error) = self.work(thread, &mut job).await {
            tracing::debug!(thread, %error, "held up");
            if !error.is_passing() {
                self.summary.left(format!("thread {thread}: {error}"));
                job.plan = None;
            }
        }
        self.jobs.insert(thread.to_owned(), job);
    }

    async fn work(&mut self, thread: &str, job: &mut Job) -> Result<(), CallError> {
        if job.not_before.is_some_and(|day| self.now.day() < day) {
            return Ok(());
        }
        job.not_before = None;
        let fresh = self.unread(job).cloned();
        if let (Some(plan), Some(_)) = (&job.plan, &fresh)
            && plan.is_untouched()
        {
            // The customer wrote again before anything was done: think again.
            job.plan = None;
        }
        if job.plan.is_none() {
            let overdue = job
                .question
                .is_some_and(|question| self.now.since_ms(question.asked) > PATIENCE_MS);
            let mail = match (&fresh, overdue) {
                (Some(mail), _) => mail.clone(),
                (None, true) => match job
                    .mails
                    .iter()
                    .rev()
                    .find(|mail| mail.from != self.tools.inbox.address)
                {
                    Some(mail) => mail.clone(),
                    None => return Ok(()),
                },
                (None, false) => return Ok(()),
            };
            let plan = self.plan(job, &mail, overdue && fresh.is_none()).await?;
            if let Some(day) = self.full_until(&plan) {
                job.not_before = Some(day);
                return Ok(());
            }
            job.handled
                .extend(job.mails.iter().map(|mail| mail.id.clone()));
            job.plan = Some(plan);
        }
        if let Some(plan) = &mut job.plan {
            if let Some(day) = self.carry_out(thread, plan).await? {
                job.not_before = Some(day);
                return Ok(());
            }
            job.question = plan.asks.then_some(Question {
                times: job.question.map_or(1, |question| question.times + 1),
                asked: self.now,
            });
        }
        job.plan = None;
        Ok(())
    }

    /// The day until which a hand-off has to wait, because people have enough for today.
    fn full_until(&mut self, plan: &Plan) -> Option<Date> {
        let today = self.now.day();
        let last_day = days_left(self.tools.began, self.now) == 0;
        let taken = self.handed_off.entry(today).or_default();
        if !plan.hands_off || (*taken < self.rules.handoffs_per_day || last_day) {
            *taken += u32::from(plan.hands_off);
            return None;
        }
        today.tomorrow().ok()
    }

    /// When something has to be looked at again although nothing happens.
    fn deadline(&self) -> Option<Moment> {
        let later = self.now.plus_ms(LATER_MS);
        let held_up = self.jobs.values().any(|job| {
            job.plan.is_some() || (job.not_before.is_none() && self.unread(job).is_some())
        });
        let questions = self
            .jobs
            .values()
            .filter_map(|job| job.question)
            .map(|question| question.asked.plus_ms(PATIENCE_MS + 1));
        let tomorrow = self
            .jobs
            .values()
            .filter_map(|job| job.not_before)
            .map(opening_of);
        let rest = self.tools.billing.line.resting_until();
        let retry = held_up.then(|| rest.filter(|until| *until > self.now).unwrap_or(later));
        retry
            .into_iter()
            .chain(questions.into_iter().min().map(|_| later))
            .chain(tomorrow)
            .min()
    }

    fn is_idle(&self) -> bool {
        self.jobs
            .values()
            .all(|job| job.plan.is_none() && self.unread(job).is_none())
    }

    /// Writes down what is still open.
    fn leave(&mut self) {
        for (thread, job) in &self.jobs {
            if job.plan.is_some() || job.question.is_some() || self.unread(job).is_some() {
                self.summary
                    .unfinished
                    .push(format!("thread {thread} still waits"));
            }
        }
    }

    /// Carries the steps out; a day if the rest has to wait for it.
    async fn carry_out(
        &mut self,
        thread: &str,
        plan: &mut Plan,
    ) -> Result<Option<Date>, CallError> {
        while let Some(step) = plan.steps.get(plan.next).cloned() {
            match self.step(thread, plan, &step).await {
                Ok(()) => plan.next += 1,
                Err(error) if !error.is_passing() && matches!(step, Step::Refund { .. }) => {
                    *plan = self.refused(plan, &error);
                    if let Some(day) = self.full_until(plan) {
                        return Ok(Some(day));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

/// A vendor that is down is no reason to stop.
fn passing(error: CallError) -> Result<usize, CallError> {
    if error.is_passing() {
        Ok(0)
    } else {
        Err(error)
    }
}

/// Days of the story that are still to come; it runs over two working days.
fn days_left(began: Moment, now: Moment) -> i64 {
    1 - crate::rules::days_between(began.day(), now.day()).min(1)
}

/// Nine o'clock.
fn opening_of(day: Date) -> Moment {
    let nine = day.at(9, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    Moment(nine.map(|zoned| zoned.timestamp()).unwrap_or_default())
}
