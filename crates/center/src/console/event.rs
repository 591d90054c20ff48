//! Server-sent events: `changed`, whenever anything in the store changed. What arrives appears without reload.

use super::api::{Right, refuse};
use super::gate::{Gate, QUIET, session_of};
use crate::error::CenterError;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// A silent stream says something so often: under the limit after which a connection without progress is cut.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// Changes closer together are told as one.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

struct Listener {
    gate: Gate,
    headers: HeaderMap,
    changes: watch::Receiver<u64>,
    ending: watch::Receiver<bool>,
    told_at: Option<Instant>,
    greeted: bool,
}

/// GET /api/event/stream
pub(super) async fn stream(State(gate): State<Gate>, mut headers: HeaderMap) -> Response {
    // A page that only listens is not somebody at work.
    headers.insert(QUIET, HeaderValue::from_static("1"));
    let console = gate.console.clone();
    let changes = console.inner.watch.changes();
    let ending = console.inner.ending.clone();
    let listener = Listener { gate, headers, changes, ending, told_at: None, greeted: false };
    if let Err(problem) = listener.check().await {
        return refuse("event/stream", &problem);
    }
    Sse::new(stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    }))
    .into_response()
}

impl Listener {
    async fn check(&self) -> Result<(), CenterError> {
        let (gate, headers) = (self.gate.clone(), self.headers.clone());
        let center = self.gate.console.center().clone();
        center.blocking(move |_| Right::Staff.check(&session_of(&gate, &headers)?)).await
    }

    /// What the browser hears next; nothing more where the server ends or the sign-in did.
    async fn next(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            return Some(Event::default().retry(Duration::from_secs(3)).comment("bangban"));
        }
        let quiet_until = self.told_at.map_or_else(Instant::now, |at| at + AT_MOST_EVERY);
        let (changes, mut ending) = (&mut self.changes, self.ending.clone());
        let change = async {
            sleep_until(quiet_until).await;
            changes.changed().await
        };
        let event = tokio::select! {
            _ = ending.wait_for(|ending| *ending) => return None,
            change = change => {
                change.ok()?;
                self.told_at = Some(Instant::now());
                Event::default().event("changed").data(self.changes.borrow_and_update().to_string())
            }
            () = sleep_until(Instant::now() + KEEP_ALIVE) => Event::default().comment("quiet"),
        };
        self.check().await.ok()?;
        Some(event)
    }
}
