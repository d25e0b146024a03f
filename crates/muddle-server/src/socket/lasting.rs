//! A request that outlives its client.
//!
//! The HTTP layer drops a handler when its client goes away; what the handler had begun (an entry on its way to the log)
//! must end as if nobody had noticed. Made by the accept loop for each request.
//! Invariant: a handler that was polled once is polled to its end, here or on a task of its own.

use super::conn::Conn;
use axum::response::Response;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio_util::task::TaskTracker;

/// What a door does about a request.
pub type Handler = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// A handler's future that moves to a task of its own when it is dropped unfinished.
pub(super) struct Lasting {
    handler: Option<Handler>,
    conn: Conn,
    tasks: TaskTracker,
}

impl Lasting {
    pub(super) fn new(handler: Handler, conn: Conn, tasks: TaskTracker) -> Self {
        Self {
            handler: Some(handler),
            conn,
            tasks,
        }
    }
}

impl Future for Lasting {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let handler = self
            .handler
            .as_mut()
            .expect("a finished future is not polled again");
        let answer = ready!(handler.as_mut().poll(cx));
        self.handler = None;
        self.conn.answered();
        Poll::Ready(answer)
    }
}

impl Drop for Lasting {
    fn drop(&mut self) {
        let Some(handler) = self.handler.take() else {
            return;
        };
        // Without a runtime the process is ending, and nothing can run on. A panicking handler is not run on either.
        if std::thread::panicking() {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            self.tasks
                .spawn_on(async move { drop(handler.await) }, &runtime);
        }
    }
}
