//! The office reports: when she asks, and by itself where it watches the connection.

use super::{Event, Office, held};
use crate::error::DeskError;
use crate::reporting::{Begin, Glance, SyncState, Teller};
use crate::thrift::Thrift;
use crate::watching::{LOOK_EVERY, Seen, Step, Watch};
use bangban_ledger::entry_row;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

impl Office {
    /// Something was recorded: it is reported soon, where the office does so by itself.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// What there is to see of the connection and of what waits; none before the enrolment.
    pub(super) fn look(&self) -> Option<Seen> {
        let (desk, link) = (held(&self.desk).clone()?, self.opening.link.clone()?);
        let (usual, entries, newest) = {
            let ledger = desk.ledger();
            let tail = entry_row::tail(ledger.entries(), ledger.life().ok()?.id).ok()?;
            let newest = tail.map_or(0, |(seq, _)| seq);
            (ledger.enrolment().ok()?.address.clone(), ledger.pending_entries().ok()?, newest)
        };
        let way = link.way_out(&self.preferences().address().unwrap_or(usual));
        let Glance { busy, ended, ended_well, stopped } = self.reporting.glance();
        Some(Seen { at: Duration::ZERO, way, entries, newest, busy, ended, ended_well, stopped })
    }

    pub(super) fn report_by_itself(&self, anew: bool) {
        if anew {
            self.reporting.forget_speed();
        }
        let begun = self.desk().and_then(|desk| self.reporting.start(&desk, self.begin(false, false)));
        if let Err(problem) = begun {
            tracing::info!(code = problem.code.as_str(), "no report by itself");
        }
    }

    /// How reporting stands.
    pub fn sync_state(&self) -> Result<SyncState, DeskError> {
        let mut state = self.reporting.state(&*self.desk()?, self.preferences().address())?;
        state.by_itself = self.opening.link.is_some();
        Ok(state)
    }

    /// Begins to report to the township, in the background.
    pub fn start_sync(&self) -> Result<SyncState, DeskError> {
        self.reporting.start(&self.desk()?, self.begin(true, false))?;
        self.sync_state()
    }

    /// The same with the photos that wait for another connection: she asks for it this once.
    pub fn send_everything(&self) -> Result<SyncState, DeskError> {
        let desk = self.desk()?;
        // A run under way may be one of text alone.
        self.reporting.stop();
        self.reporting.start(&desk, self.begin(true, true))?;
        self.sync_state()
    }

    pub(super) fn begin(&self, persists: bool, everything: bool) -> Begin {
        let office = self.me.clone();
        let tell: Teller = Arc::new(move |changed| {
            let Some(office) = office.upgrade() else { return };
            // The state is read from the ledger: away from the task that runs the exchange.
            office.runtime().clone().spawn_blocking(move || office.tell_sync(changed));
        });
        let listener = self.opening.listener.clone();
        let preferences = self.preferences();
        Begin {
            address: preferences.address(),
            first_pause: self.opening.first_pause,
            runtime: self.runtime().clone(),
            tell,
            tell_returned: Arc::new(move |cases| listener(Event::Returned { cases })),
            thrift: if everything { Thrift::Everything } else { preferences.thrift },
            link: self.opening.link.clone(),
            // What watches the connection begins again as soon as there is one.
            persists: persists && self.opening.link.is_none(),
        }
    }

    pub(super) fn tell_sync(&self, changed: bool) {
        if let Ok(state) = self.sync_state() {
            (self.opening.listener)(Event::Sync { state: Box::new(state) });
        }
        if changed {
            self.copy_soon();
            (self.opening.listener)(Event::Changed);
        }
    }

    /// Stops reporting.
    pub fn stop_sync(&self) -> Result<SyncState, DeskError> {
        self.reporting.stop();
        self.sync_state()
    }

    /// She has read that an old copy of the ledger was put back.
    pub fn put_back_read(&self) -> Result<SyncState, DeskError> {
        let desk = self.desk()?;
        desk.ledger().set_life_told(desk.clock.now())?;
        self.sync_state()
    }
}

/// Looks at the connection again and again while somebody is signed in, and reports when it is time.
pub(super) async fn watch(office: Weak<Office>, wake: Arc<Notify>) {
    let (begun, mut watch) = (Instant::now(), Watch::default());
    loop {
        let Some(here) = office.upgrade() else { return };
        // Looking up a name or the ledger may take a moment: away from the tasks that run exchanges.
        let looked = tokio::task::spawn_blocking(move || (here.look(), here)).await;
        let Ok((seen, here)) = looked else { return };
        if let Some(seen) = seen {
            match watch.look(&Seen { at: begun.elapsed(), ..seen }) {
                Step::Rest => {}
                Step::Report => here.report_by_itself(false),
                Step::ReportAnew => here.report_by_itself(true),
            }
        }
        drop(here);
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}
