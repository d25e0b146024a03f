//! A log read in order and then followed: what is durable, page by page, until there is a reason to end.
//!
//! Called by [`super::log`] and [`super::watch`]. Reads nothing but the log, so nothing that is not durable leaves; it
//! listens for commits before it reads, so none is missed. A follower costs a place of [`FOLLOWERS_MAX`] and wakes nobody.

use std::sync::Arc;
use std::time::Duration;

use muddle_office::replay::Reader;
use muddle_office::workspace::Commits;
use muddle_office::{Office, OfficeError, Stored, WorkspaceId};
use muddle_world::entry::Entry;
use tokio::sync::OwnedSemaphorePermit;

use super::blocking;
use super::caller::{Caller, Place};
use super::error::{ApiError, Code};
use crate::enact::Conn;
use crate::socket::Streaming;
use crate::state::Server;

/// Logs that are followed at once on one server.
pub const FOLLOWERS_MAX: usize = 64;
/// Entries read at once.
const PAGE: usize = 512;
/// Pauses between two looks whether there is a reason to end.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Why a followed log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it was read, and nobody wanted to follow.
    Read,
    /// The office is closed: nothing comes after its last entry.
    Sealed,
    /// The workspace begins again under the same name.
    Reset,
    /// The token is good no longer.
    Token,
    /// The server stops, or the caller went away.
    Stopping,
}

impl End {
    /// For a program.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Sealed => "sealed",
            Self::Reset => "reset",
            Self::Token => "token",
            Self::Stopping => "stopping",
        }
    }
}

/// What comes next of a log.
pub enum Next {
    /// The next entries, at least one.
    Page(Vec<Stored>),
    /// Nothing for now.
    Quiet,
    /// Nothing any more.
    End(End),
}

/// A reader of one log.
pub struct Follow {
    office: Arc<Office>,
    caller: Caller,
    id: WorkspaceId,
    name: String,
    next: u64,
    following: Option<Following>,
}

/// What only a follower needs.
struct Following {
    commits: Commits,
    conn: Conn,
    _streaming: Streaming,
    _place: OwnedSemaphorePermit,
}

impl Follow {
    /// From entry `from` on, to the log's end.
    pub fn read(server: &Server, caller: Caller, place: &Place, from: u64) -> Self {
        Self {
            office: server.office.clone(),
            caller,
            id: place.workspace.id,
            name: place.row.name.clone(),
            next: from.max(1),
            following: None,
        }
    }

    /// And on from there, as entries become durable.
    pub fn on(mut self, server: &Server, place: &Place, conn: Conn) -> Result<Self, ApiError> {
        let taken = server.followers.clone().try_acquire_owned();
        let taken = taken.map_err(|_| {
            let message = format!(
                "{FOLLOWERS_MAX} logs are followed already on this server; end another first"
            );
            ApiError::new(Code::Limit, message)
        })?;
        self.following = Some(Following {
            commits: place.workspace.commits(),
            _streaming: conn.stream(),
            conn,
            _place: taken,
        });
        Ok(self)
    }

    /// What comes next. Waits for it where the log is followed.
    pub async fn next(&mut self) -> Result<Next, OfficeError> {
        // Before the page: what is sealed then is read to its end by it.
        let sealed = self.sealed();
        let (office, id, from) = (self.office.clone(), self.id, self.next);
        let page = blocking(move || Ok(office.log().read(id, from, PAGE)?)).await?;
        if let Some(last) = page.last() {
            self.next = last.seq + 1;
            return Ok(Next::Page(page));
        }
        if self.following.is_none() {
            return Ok(Next::End(End::Read));
        }
        if let Some(end) = self.ended(sealed).await {
            return Ok(Next::End(end));
        }
        let Some(following) = &mut self.following else {
            return Ok(Next::End(End::Read));
        };
        tokio::select! {
            biased;
            () = following.conn.gone_or_stopping() => Ok(Next::End(End::Stopping)),
            () = following.commits.next() => Ok(Next::Quiet),
            () = tokio::time::sleep(LOOK_EVERY) => Ok(Next::Quiet),
        }
    }

    fn sealed(&self) -> bool {
        self.office.register().seal(&self.name).is_some()
    }

    /// The reason to end, where there is one. `sealed` was true before the log was read to its end.
    async fn ended(&self, sealed: bool) -> Option<End> {
        let row = self.office.register().workspace_by_id(self.id);
        if row.is_none_or(|row| row.name != self.name) {
            return Some(End::Reset);
        }
        if !self.caller.is_still_good(&self.office).await {
            return Some(End::Token);
        }
        sealed.then_some(End::Sealed)
    }
}

/// The entries of a page, long values put back.
pub async fn decoded(
    office: &Arc<Office>,
    id: WorkspaceId,
    page: Vec<Stored>,
) -> Result<Vec<Entry>, OfficeError> {
    let office = office.clone();
    blocking(move || {
        let reader = Reader::new(&**office.log(), id);
        let entry = |stored: &Stored| reader.decode(stored, |whole| serde_json::from_str(whole));
        page.iter().map(entry).collect()
    })
    .await
}
