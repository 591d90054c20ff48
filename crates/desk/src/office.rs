//! The office: what a shell with a screen works on. It knows whether somebody is signed in, and carries her preferences,
//! the files she chose, long work under way, and the reporting in the background.

mod copying;
mod door;
mod reporting;

use crate::case_draft::photos_of;
use crate::desk::{self, Desk};
use crate::enrol;
use crate::error::DeskError;
use crate::job::Job;
use crate::keyring::Keyring;
use crate::link::Link;
use crate::preferences::Preferences;
use crate::reporting::{Reporting, SyncState};
use crate::screen::Seat;
use crate::sign_in;
use bangban_keys::KdfCost;
use bangban_model::clock::Clock;
use bangban_model::ids::AgentId;
use bangban_model::{Code, Digest, StreamId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use ts_rs::TS;
use uuid::Uuid;

/// A file that is dropped on a screen is no larger (bytes): all of it passes through the page.
pub const MOST_DROPPED_BYTES: usize = 16 << 20;
/// So many chosen files are remembered.
const MAX_FILES: usize = 200;

/// Something the screen is told without asking.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Reporting moved on.
    Sync {
        /// How it stands.
        state: Box<SyncState>,
    },
    /// Documents may have changed: what is shown is to be read again.
    Changed,
    /// The township returned so many cases: a word for the desktop, with nothing personal in it.
    Returned {
        /// How many.
        cases: u64,
    },
    /// Long work moved on.
    Progress {
        /// Which.
        #[ts(type = "string")]
        job: Uuid,
        /// So much is done,
        done: u64,
        /// of so much.
        total: u64,
    },
}

/// What hears the events.
pub type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// Whether the ledger can be worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LedgerState {
    /// There is none on this laptop yet.
    Missing,
    /// A PIN opens it.
    Locked,
    /// Somebody is signed in.
    Open,
}

/// An agent by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct AgentCard {
    /// Her id.
    pub id: AgentId,
    /// Her name.
    pub name: String,
}

/// A village by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct VillageCard {
    /// Its 12-digit code.
    pub code: StreamId,
    /// Its name.
    pub name: String,
}

/// How the door stands, before anybody signs in.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DoorState {
    /// Whether this machine has a keyring; without one PINs are longer.
    pub has_keyring: bool,
    /// So many wrong PINs are left; none: only a recovery code opens the ledger.
    pub tries_left: u32,
    /// Numbers of the recovery codes that open it, the township's first.
    pub recovery_numbers: Vec<String>,
}

/// How the office stands.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OfficeState {
    /// Whether the ledger can be worked on.
    pub ledger: LedgerState,
    /// Who is signed in.
    pub agent: Option<AgentCard>,
    /// Whether a center is known.
    pub enrolled: bool,
    /// The center's name.
    pub center: Option<String>,
    /// The villages of this laptop.
    pub villages: Vec<VillageCard>,
    /// The ledger is a practice village's: made up, and never sent.
    pub practice: bool,
    /// The program's version.
    pub version: &'static str,
}

/// A file she chose; the token stands for it, its path stays on this side.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ChosenFile {
    /// What commands take.
    #[ts(type = "string")]
    pub token: Uuid,
    /// Its name, without folders.
    pub name: String,
}

/// A file as it was read, by its name.
pub struct Content {
    /// Its name, without folders.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// How a new ledger's key is derived from the PIN.
#[derive(Clone, Copy, Debug)]
pub enum Derivation {
    /// Measured on this machine, to take about so long.
    Taking(Duration),
    /// The least there may be: for tests.
    AtItsFloor,
}

impl Derivation {
    pub(crate) fn cost(self) -> KdfCost {
        match self {
            Derivation::Taking(target) => sign_in::calibrate(target),
            Derivation::AtItsFloor => sign_in::calibrate(Duration::ZERO),
        }
    }
}

/// What an office is opened with.
pub struct Opening {
    /// The ledger's folder.
    pub folder: PathBuf,
    /// The shell's clock.
    pub clock: Arc<dyn Clock>,
    /// Keeps the secrets beside PINs.
    pub keyring: Arc<dyn Keyring>,
    /// For new ledgers.
    pub derivation: Derivation,
    /// The pause before reporting is tried again without a network; it grows.
    pub first_pause: Duration,
    /// Where work goes on in the background.
    pub runtime: Handle,
    /// What hears the events.
    pub listener: Listener,
    /// The machine's connection: with it the office reports by itself; without, only when told to.
    pub link: Option<Arc<dyn Link>>,
}

/// See the module.
pub struct Office {
    opening: Opening,
    desk: Mutex<Option<Arc<Desk>>>,
    before: Mutex<Weak<Desk>>,
    reporting: Reporting,
    me: Weak<Office>,
    watching: Mutex<Option<JoinHandle<()>>>,
    wake: Arc<Notify>,
    copying: Mutex<Option<JoinHandle<()>>>,
    copy_wake: Arc<Notify>,
    files: Mutex<BTreeMap<Uuid, PathBuf>>,
    dropped: Mutex<Option<(Uuid, Arc<Content>)>>,
    jobs: Mutex<BTreeMap<Uuid, Arc<AtomicBool>>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Office {
    /// An office in which nobody is signed in yet.
    pub fn open(opening: Opening) -> Arc<Office> {
        Arc::new_cyclic(|me| Office {
            me: me.clone(),
            watching: Mutex::default(),
            wake: Arc::new(Notify::new()),
            copying: Mutex::default(),
            copy_wake: Arc::new(Notify::new()),
            opening,
            desk: Mutex::default(),
            before: Mutex::default(),
            reporting: Reporting::default(),
            files: Mutex::default(),
            dropped: Mutex::default(),
            jobs: Mutex::default(),
        })
    }

    /// Where this office's work in the background runs.
    pub fn runtime(&self) -> &Handle {
        &self.opening.runtime
    }

    /// The desk of who is signed in.
    pub fn desk(&self) -> Result<Arc<Desk>, DeskError> {
        held(&self.desk).clone().ok_or_else(|| Code::LedgerLocked.into())
    }

    /// The desk of who is signed in, in her language.
    pub fn seat(&self) -> Result<Seat, DeskError> {
        Ok(Seat { desk: self.desk()?, language: self.preferences().language() })
    }

    /// How the office stands.
    pub fn state(&self) -> Result<OfficeState, DeskError> {
        let mut state = OfficeState {
            ledger: LedgerState::Missing,
            agent: None,
            enrolled: false,
            center: None,
            villages: Vec::new(),
            practice: false,
            version: env!("CARGO_PKG_VERSION"),
        };
        let Some(desk) = held(&self.desk).clone() else {
            if bangban_ledger::laptop::is_there(&self.opening.folder) {
                state.ledger = LedgerState::Locked;
            }
            return Ok(state);
        };
        state.ledger = LedgerState::Open;
        state.practice = desk.practice;
        if let Ok(reply) = enrol::kept_reply(&desk) {
            state.enrolled = true;
            state.center = Some(reply.center.name);
            let villages = reply.villages.into_iter();
            state.villages =
                villages.map(|village| VillageCard { code: village.code, name: village.name }).collect();
        }
        let agents = desk.ledger().agents()?.into_iter();
        state.agent = agents.map(|(id, name)| AgentCard { id, name }).find(|agent| agent.id == desk.agent());
        Ok(state)
    }

    /// Enrols this laptop by the township's code.
    pub fn enrol(&self, code: &str) -> Result<OfficeState, DeskError> {
        let desk = self.desk()?;
        self.runtime().block_on(enrol::enrol(&desk, code))?;
        self.state()
    }

    /// What she prefers.
    pub fn preferences(&self) -> Preferences {
        Preferences::read(&self.opening.folder)
    }

    /// Keeps what she prefers.
    pub fn set_preferences(&self, preferences: &Preferences) -> Result<Preferences, DeskError> {
        preferences.write(&self.opening.folder)?;
        Ok(self.preferences())
    }

    /// Takes in a file that the person chose in a dialog of the shell.
    pub fn offer_file(&self, path: &Path) -> ChosenFile {
        let mut files = held(&self.files);
        while files.len() >= MAX_FILES {
            files.pop_first();
        }
        let token = Uuid::now_v7();
        files.insert(token, path.to_owned());
        let name = crate::file::name_of(path);
        ChosenFile { token, name }
    }

    /// The file behind a token.
    pub fn file(&self, token: Uuid) -> Result<PathBuf, DeskError> {
        held(&self.files).get(&token).cloned().ok_or_else(|| Code::FileUnknown.into())
    }

    /// Takes in a file that was dropped on a screen: the last one, kept in memory alone and gone with the sign-out.
    ///
    /// # Errors
    /// `LedgerLocked`; `FileTooLarge` beyond [`MOST_DROPPED_BYTES`].
    pub fn take_dropped(&self, name: &str, bytes: Vec<u8>) -> Result<ChosenFile, DeskError> {
        self.desk()?;
        if bytes.len() > MOST_DROPPED_BYTES {
            let most = (MOST_DROPPED_BYTES >> 20) as u64;
            return Err(DeskError::new(Code::FileTooLarge).with("most_mib", most));
        }
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        let token = Uuid::now_v7();
        *held(&self.dropped) = Some((token, Arc::new(Content { name: name.clone(), bytes })));
        Ok(ChosenFile { token, name })
    }

    /// What is in the file behind a token, one that was chosen or dropped.
    pub fn content(&self, token: Uuid) -> Result<Arc<Content>, DeskError> {
        if let Some((_, content)) = held(&self.dropped).as_ref().filter(|(dropped, _)| *dropped == token) {
            return Ok(content.clone());
        }
        let path = self.file(token)?;
        let name = crate::file::name_of(&path);
        Ok(Arc::new(Content { name, bytes: std::fs::read(path)? }))
    }

    /// Does long work that the screen may watch and stop.
    pub fn with_job<T>(
        &self,
        id: Option<Uuid>,
        work: impl FnOnce(&Job) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let Some(id) = id else { return work(&Job::quiet()) };
        let stopped = Arc::new(AtomicBool::new(false));
        held(&self.jobs).insert(id, stopped.clone());
        let listener = self.opening.listener.clone();
        let tell = Arc::new(move |done, total| listener(Event::Progress { job: id, done, total }));
        let outcome = work(&Job::new(tell, stopped));
        held(&self.jobs).remove(&id);
        outcome
    }

    /// Stops long work.
    pub fn cancel(&self, job: Uuid) {
        if let Some(stopped) = held(&self.jobs).get(&job) {
            stopped.store(true, Ordering::Relaxed);
        }
    }

    /// Tells the screen that documents may have changed.
    pub(crate) fn tell_changed(&self) {
        self.tell_sync(true);
    }

    /// The bytes of a photo on this laptop, or of a picture that a form shows, with its media type.
    pub fn photo(&self, digest: Digest) -> Result<(Vec<u8>, &'static str), DeskError> {
        let desk = self.desk()?;
        let kept = shown_photo(&desk, digest)?;
        let Some(bytes) = kept else {
            return desk.catalogue().shown(digest).ok_or_else(|| Code::PhotoUnknown.into());
        };
        let kind = match bytes.get(..12) {
            Some([b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P']) => "image/webp",
            Some([0xff, 0xd8, ..]) => "image/jpeg",
            Some([0x89, b'P', b'N', b'G', ..]) => "image/png",
            _ => "application/octet-stream",
        };
        Ok((bytes, kind))
    }
}

/// A picture's bytes; where it left the laptop, its thumbnail's.
fn shown_photo(desk: &Desk, digest: Digest) -> Result<Option<Vec<u8>>, DeskError> {
    let ledger = desk.ledger();
    if let Some(bytes) = ledger.photo(digest)? {
        return Ok(Some(bytes));
    }
    let Some(case) = ledger.subject_of_photo(digest)?.filter(|_| ledger.is_thinned(digest).unwrap_or(false))
    else {
        return Ok(None);
    };
    let thumb = desk::document(&ledger, case)?
        .and_then(|document| photos_of(&document).get(&digest).and_then(|field| field.thumb));
    Ok(thumb.map(|thumb| ledger.photo(thumb)).transpose()?.flatten())
}
