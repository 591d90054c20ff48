//! The township's console: pages in a browser, and the JSON they ask for. Every route stands in `routes.rs`; what passes
//! stands in `message.rs`. No rule of the trade lives here: it asks the center.

mod api;
mod audit;
mod batch;
pub mod bindings;
mod case;
mod death;
mod due;
mod due_list;
mod erase;
mod event;
mod form;
mod gate;
mod guide;
mod handover;
mod item;
mod joining;
mod label;
mod laptop;
pub mod message;
mod open;
mod pace;
mod page;
mod person;
mod photo;
mod quarantine;
mod recovery;
mod register;
mod roll;
mod routes;
mod session;
mod staff;
mod standing;
mod status;
mod upload;
mod watch;

use crate::center::Center;
use crate::error::CenterError;
use axum::Router;
use bangban_catalogue::Item;
use bangban_model::{Digest, IncarnationId};
use gate::Gate;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, watch as signal};

pub use api::{Right, RouteShape};
pub use gate::Door;
pub use routes::shapes;

/// So many sign-ins are looked at at once: each costs memory and time.
const SIGN_INS_AT_ONCE: usize = 2;

/// So many photos that were shown are remembered; after that they are noted once more.
const MOST_SEEN: usize = 20_000;

/// How a console is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// A sign-in ends after so many minutes without use.
    pub idle_minutes: u32,
    /// Where browsers find the console behind a proxy, `https://host[:port]`.
    pub origin: Option<String>,
    /// What laptops dial: goes into enrolment codes.
    pub address: Option<String>,
    /// A staff member's batch files that are not taken in yet have no more bytes together.
    pub upload_bytes: u64,
    /// Batch files leave so many bytes of the disk to everything else.
    pub spare_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            idle_minutes: crate::session::IDLE_MINUTES,
            origin: None,
            address: None,
            upload_bytes: 16 * 1024 * 1024 * 1024,
            spare_bytes: 1024 * 1024 * 1024,
        }
    }
}

/// The console of a center. Clones share it.
#[derive(Clone)]
pub struct Console {
    inner: Arc<Inner>,
}

struct Inner {
    center: Center,
    settings: Settings,
    watch: watch::Watch,
    ending: signal::Receiver<bool>,
    doorstep: Semaphore,
    /// Photos that a sign-in was shown already: each is noted once.
    seen: Mutex<HashSet<(IncarnationId, Digest)>>,
    /// Uploaded files that are being taken in.
    takings: upload::Takings,
}

impl Console {
    /// The console of this center; streams end when `ending` says so.
    pub fn open(
        center: Center,
        settings: Settings,
        ending: signal::Receiver<bool>,
    ) -> Result<Self, CenterError> {
        let watch = watch::Watch::begin(&center)?;
        // The hash that nobody's password is compared with is made now: the first wrong name takes no longer than others.
        crate::password::fits("", None)?;
        let doorstep = Semaphore::new(SIGN_INS_AT_ONCE);
        let seen = Mutex::default();
        let takings = upload::Takings::default();
        Ok(Console { inner: Arc::new(Inner { center, settings, watch, ending, doorstep, seen, takings }) })
    }

    /// Everything the console answers to, at this door.
    pub fn router(&self, door: Door) -> Router {
        routes::router(Gate { console: self.clone(), door })
    }

    fn center(&self) -> &Center {
        &self.inner.center
    }

    fn takings(&self) -> &upload::Takings {
        &self.inner.takings
    }

    /// Whether it stands in the chain already that this sign-in sees this photo.
    fn has_seen(&self, life: IncarnationId, photo: Digest) -> bool {
        self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner).contains(&(life, photo))
    }

    /// To be called when it stands in the chain.
    fn note_first_sight(&self, life: IncarnationId, photo: Digest) {
        let mut seen = self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST_SEEN {
            seen.clear();
        }
        seen.insert((life, photo));
    }

    /// An item of the catalogue as it now stands in a village, or in a scope.
    fn item(&self, place: &str, code: &str) -> Option<Arc<Item>> {
        self.center().catalogue_in(place).ok()?.item(code).ok()
    }
}
