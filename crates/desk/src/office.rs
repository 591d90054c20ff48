//! The office: what a shell with a screen works on. It knows whether somebody is signed in, and carries her preferences,
//! the files she chose, long work under way, and the reporting in the background.

use crate::case_draft::photos_of;
use crate::desk::{self, Desk};
use crate::enrol;
use crate::error::DeskError;
use crate::job::Job;
use crate::keyring::Keyring;
use crate::link::Link;
use crate::preferences::Preferences;
use crate::repair::{self, RepairView};
use crate::reporting::{Begin, Glance, Reporting, SyncState, Teller};
use crate::screen::Seat;
use crate::second_copy::{self, Restored, SecondCopyState};
use crate::sign_in::{self, Door};
use crate::thrift::Thrift;
use crate::watching::{LOOK_EVERY, Seen, Step, Watch};
use bangban_keys::KdfCost;
use bangban_ledger::entry_row;
use bangban_ledger::tries::{self, MOST_TRIES};
use bangban_model::clock::Clock;
use bangban_model::ids::AgentId;
use bangban_model::{Code, Digest, StreamId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use ts_rs::TS;
use uuid::Uuid;

/// So many chosen files are remembered.
const MAX_FILES: usize = 200;
/// What is saved within this goes into the second copy together.
const GATHERED: Duration = Duration::from_millis(500);
/// So often the second copy is looked after though nothing was done: its stick may be back.
const COPY_EVERY: Duration = Duration::from_secs(60);
/// How long signing in waits for what still holds the ledger of the agent before.
const HANDOVER: Duration = Duration::from_secs(10);

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

/// How a new ledger's key is derived from the PIN.
#[derive(Clone, Copy, Debug)]
pub enum Derivation {
    /// Measured on this machine, to take about so long.
    Taking(Duration),
    /// The least there may be: for tests.
    AtItsFloor,
}

impl Derivation {
    fn cost(self) -> KdfCost {
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
            version: env!("CARGO_PKG_VERSION"),
        };
        let Some(desk) = held(&self.desk).clone() else {
            if bangban_ledger::laptop::is_there(&self.opening.folder) {
                state.ledger = LedgerState::Locked;
            }
            return Ok(state);
        };
        state.ledger = LedgerState::Open;
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

    /// Makes the ledger of this laptop and signs its first agent in.
    pub fn make_ledger(&self, name: &str, pin: &str) -> Result<OfficeState, DeskError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 60 {
            return Err(DeskError::new(Code::BadInput).with("path", "name"));
        }
        let door = self.door();
        door.pins().chosen(pin)?;
        self.seat_her(door.make_ledger(name, pin, self.opening.derivation.cost())?)
    }

    /// Signs an agent in by her PIN.
    pub fn sign_in(&self, pin: &str) -> Result<OfficeState, DeskError> {
        if held(&self.desk).is_some() {
            return self.state();
        }
        self.wait_for_handover();
        self.seat_her(self.door().sign_in(pin)?)
    }

    /// The door of this office's ledger.
    pub fn door(&self) -> Door {
        let Opening { folder, clock, keyring, .. } = &self.opening;
        Door { folder: folder.clone(), clock: clock.clone(), keyring: keyring.clone() }
    }

    /// How the door stands, before anybody signs in.
    pub fn door_state(&self) -> Result<DoorState, DeskError> {
        let door = self.door();
        // Slots that do not read are told at the sign-in, not here.
        Ok(DoorState {
            has_keyring: door.keyring.is_there(),
            tries_left: MOST_TRIES.saturating_sub(tries::wrong(&self.opening.folder)),
            recovery_numbers: door.recovery_numbers().unwrap_or_default(),
        })
    }

    /// Gives an agent a new PIN with a recovery code, and signs her in.
    pub fn recover(&self, code: &str, agent: AgentId, pin: &str) -> Result<OfficeState, DeskError> {
        if held(&self.desk).is_some() {
            return self.state();
        }
        self.wait_for_handover();
        self.seat_her(self.door().recover(code, agent, pin)?)
    }

    /// Restores the ledger of this laptop from the second copy in a folder that was chosen, and signs her in.
    pub fn restore_ledger(&self, place: Uuid, pin: &str) -> Result<Restored, DeskError> {
        let place = self.file(place)?;
        let restored = second_copy::restore(&self.door(), &place, pin)?;
        self.sign_in(pin)?;
        Ok(restored)
    }

    /// The same with a recovery code; with it she takes a new PIN afterwards.
    pub fn restore_ledger_with_code(&self, place: Uuid, code: &str) -> Result<Restored, DeskError> {
        second_copy::restore_with_code(&self.door(), &self.file(place)?, code)
    }

    /// From now on the second copy is made in a folder that was chosen.
    pub fn set_second_copy(&self, place: Uuid) -> Result<SecondCopyState, DeskError> {
        let (desk, place) = (self.desk()?, self.file(place)?);
        let state = second_copy::set_place(&desk, &place)?;
        self.begin_copying();
        Ok(state)
    }

    fn begin_copying(&self) {
        let copy = copy_by_itself(self.me.clone(), self.copy_wake.clone());
        if let Some(before) = held(&self.copying).replace(self.runtime().spawn(copy)) {
            before.abort();
        }
    }

    /// What is new goes into the second copy soon, in the background.
    pub(crate) fn copy_soon(&self) {
        self.copy_wake.notify_one();
    }

    /// Brings the second copy up to date for whoever is signed in, until she signs out.
    fn copy_by_itself(&self) {
        let Some(desk) = held(&self.desk).clone() else { return };
        let is_hers = || held(&self.desk).as_ref().is_some_and(|now| Arc::ptr_eq(now, &desk));
        if let Err(problem) = second_copy::copy_until(&desk, &|| !is_hers()) {
            tracing::info!(code = problem.code.as_str(), "the second copy waits");
        }
    }

    fn seat_her(&self, desk: Desk) -> Result<OfficeState, DeskError> {
        let desk = Arc::new(desk);
        *held(&self.desk) = Some(desk.clone());
        self.look_at_photos(&desk);
        if desk.ledger().second_copy()?.is_some() {
            self.begin_copying();
        }
        if self.opening.link.is_some() {
            let watch = watch(self.me.clone(), self.wake.clone());
            if let Some(before) = held(&self.watching).replace(self.runtime().spawn(watch)) {
                before.abort();
            }
        }
        self.state()
    }

    /// Pictures may be gigabytes: whether their file is whole is found out while she works. It tells the screen where it is not.
    fn look_at_photos(&self, desk: &Arc<Desk>) {
        let (office, desk) = (self.me.clone(), Arc::downgrade(desk));
        self.runtime().spawn_blocking(move || {
            if repair::look_at_photos(&desk)
                && let Some(office) = office.upgrade()
            {
                (office.opening.listener)(Event::Changed);
            }
        });
    }

    /// Sets aside what is damaged and builds it anew. Nobody is signed in afterwards: she signs in again.
    pub(crate) fn repair(
        &self,
        pin: &str,
        copy: Option<Uuid>,
        job: &Job,
    ) -> Result<Option<RepairView>, DeskError> {
        let copy = copy.map(|copy| self.file(copy)).transpose()?;
        if held(&self.desk).is_some() {
            self.sign_out()?;
        }
        self.wait_for_handover();
        match copy {
            Some(place) => repair::repair_with_copy(&self.door(), pin, &place, job),
            None => repair::repair_ledger(&self.door(), pin, job),
        }
    }

    /// What the last repair did, if there was one.
    pub(crate) fn repair_report(&self) -> Result<Option<RepairView>, DeskError> {
        self.desk()?;
        repair::report(&self.opening.folder)
    }

    /// She has read it.
    pub(crate) fn repair_seen(&self) -> Result<(), DeskError> {
        self.desk()?;
        repair::set_seen(&self.opening.folder)
    }

    /// Something was recorded: it is reported soon, where the office does so by itself.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// What there is to see of the connection and of what waits; none before the enrolment.
    fn look(&self) -> Option<Seen> {
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

    fn report_by_itself(&self, anew: bool) {
        if anew {
            self.reporting.forget_speed();
        }
        let begun = self.desk().and_then(|desk| self.reporting.start(&desk, self.begin(false, false)));
        if let Err(problem) = begun {
            tracing::info!(code = problem.code.as_str(), "no report by itself");
        }
    }

    /// What the agent before still had under way ends by itself; her ledger closes with it.
    fn wait_for_handover(&self) {
        let begun = std::time::Instant::now();
        while held(&self.before).strong_count() > 0 && begun.elapsed() < HANDOVER {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Locks the ledger: reporting and long work stop, what was saved is saved.
    pub fn sign_out(&self) -> Result<OfficeState, DeskError> {
        self.reporting.stop();
        if let Some(watching) = held(&self.watching).take() {
            watching.abort();
        }
        for stopped in held(&self.jobs).values() {
            stopped.store(true, Ordering::Relaxed);
        }
        if let Some(copying) = held(&self.copying).take() {
            copying.abort();
        }
        if let Some(desk) = held(&self.desk).take() {
            *held(&self.before) = Arc::downgrade(&desk);
            let has_copy = desk.ledger().second_copy().is_ok_and(|place| place.is_some());
            if has_copy {
                // What she saved last goes along; the ledger closes with it.
                self.runtime().spawn_blocking(move || second_copy::follow(&desk));
            }
        }
        held(&self.files).clear();
        self.state()
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
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        ChosenFile { token, name }
    }

    /// The file behind a token.
    pub fn file(&self, token: Uuid) -> Result<PathBuf, DeskError> {
        held(&self.files).get(&token).cloned().ok_or_else(|| Code::FileUnknown.into())
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

    fn begin(&self, persists: bool, everything: bool) -> Begin {
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

    fn tell_sync(&self, changed: bool) {
        if let Ok(state) = self.sync_state() {
            (self.opening.listener)(Event::Sync { state: Box::new(state) });
        }
        if changed {
            self.copy_soon();
            (self.opening.listener)(Event::Changed);
        }
    }

    /// Tells the screen that documents may have changed.
    pub(crate) fn tell_changed(&self) {
        self.tell_sync(true);
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

/// Brings the second copy up to date again and again while somebody is signed in: after each command, and now and then.
async fn copy_by_itself(office: Weak<Office>, wake: Arc<Notify>) {
    loop {
        let Some(here) = office.upgrade() else { return };
        // A slow stick holds nobody up.
        if tokio::task::spawn_blocking(move || here.copy_by_itself()).await.is_err() {
            return;
        }
        tokio::select! {
            () = wake.notified() => tokio::time::sleep(GATHERED).await,
            () = tokio::time::sleep(COPY_EVERY) => {}
        }
    }
}

/// Looks at the connection again and again while somebody is signed in, and reports when it is time.
async fn watch(office: Weak<Office>, wake: Arc<Notify>) {
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
