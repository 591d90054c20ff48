//! 报送 in the background: it runs while she works, tells how it goes, and can be stopped. What waits and what came stands
//! in the ledger; here is only what the present run does.

use crate::desk::Desk;
use crate::enrol;
use crate::error::DeskError;
use crate::link::Link;
use crate::sync::{self, Load, Persistence, Synced, Unsent};
use crate::thrift::{PhotosWait, Thrift, is_slow, photos_wait};
use bangban_ledger::case_list::{CaseQuery, count_cases};
use bangban_ledger::entry_row::{self, EntryStanding};
use bangban_ledger::leaving::Leaving;
use bangban_ledger::{Ledger, photo_row};
use bangban_model::{Code, SubjectId};
use bangban_sync::exchange::{Progress, Watcher};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use ts_rs::TS;

/// The screen is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// The pause before trying again without a network doubles up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// The speed shown is that of the last seconds.
const SPEED_OVER: Duration = Duration::from_secs(4);

/// How far the present run is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct SyncProgress {
    /// Entries this run has to send.
    pub entries: u64,
    /// Entries of them that a receipt covers.
    pub entries_received: u64,
    /// Pictures and thumbnails this run has to send.
    pub photos: u64,
    /// Of them, those that a receipt names.
    pub photos_received: u64,
    /// Bytes of photos this run has to send.
    pub bytes: u64,
    /// Bytes of photos handed to the connection, those sent again after a cut among them.
    pub bytes_sent: u64,
    /// Bytes a second, over the last seconds.
    pub bytes_per_second: u64,
}

/// Why a run ended early.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct SyncProblem {
    /// What went wrong.
    #[ts(type = "string")]
    pub code: Code,
    /// What its words may name.
    #[ts(type = "Record<string, unknown>")]
    pub facts: Map<String, Value>,
    /// When, by the laptop's raw clock.
    pub at: String,
}

/// How reporting stands.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SyncState {
    /// Whether a run is under way.
    pub running: bool,
    /// Entries in no receipt yet.
    pub pending_entries: u64,
    /// Cases of which something is in no receipt yet.
    pub pending_cases: u64,
    /// Pictures in no receipt yet; thumbnails do not count.
    pub pending_photos: u64,
    /// Entries the center did not take.
    pub refused: u64,
    /// How far the present run is.
    pub progress: Option<SyncProgress>,
    /// When a run last came to its end, by the laptop's raw clock.
    pub last_success_at: Option<String>,
    /// Why the last run ended early, if it did.
    pub last_problem: Option<SyncProblem>,
    /// Photos that the last run could not send, by why; none where it sent all.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unsent: Option<Unsent>,
    /// Why photos wait for another connection, if the last run left them for that.
    pub photos_wait: Option<PhotosWait>,
    /// Whether it reports by itself when a connection appears.
    pub by_itself: bool,
    /// By how many seconds the laptop's clock is ahead of the center's, as the last run saw it.
    pub clock_ahead_seconds: Option<i64>,
    /// Published forms that came since she signed in.
    pub new_forms: u64,
    /// The villages that this laptop has now, where the center changed them since she signed in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub assigned: Vec<String>,
    /// When the ledger went on as a new life, because an old copy of it had been put back; until she has read it.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_back_at: Option<String>,
    /// Villages that are no longer this laptop's and of which something is still here; none where there is nothing.
    #[ts(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaving: Option<LeavingVillages>,
    /// The center's name, once enrolled.
    pub center: Option<String>,
    /// Where it is: `host:port`.
    pub address: String,
}

/// What is still here of villages that went to another laptop: it is erased once none of this is left and the township has a
/// verified backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LeavingVillages {
    /// Villages.
    pub villages: u64,
    /// Entries and photos in no receipt yet.
    pub waiting: u64,
    /// Drafts: to be submitted or thrown away.
    pub drafts: u64,
}

fn leaving_of(ledger: &Ledger) -> Result<Option<LeavingVillages>, DeskError> {
    if ledger.enrolment().is_err() {
        return Ok(None);
    }
    let left: Vec<_> = ledger.leaving()?.into_iter().filter(|one| one.erased_at.is_none()).collect();
    let sum = |count: fn(&Leaving) -> u64| left.iter().map(count).sum();
    Ok((!left.is_empty()).then(|| LeavingVillages {
        villages: left.len() as u64,
        waiting: sum(|one| one.waiting),
        drafts: sum(|one| one.drafts),
    }))
}

/// What hears that something changed: how reporting stands now, and whether documents may have changed.
pub type Teller = Arc<dyn Fn(bool) + Send + Sync>;

#[derive(Default)]
struct Run {
    progress: Option<SyncProgress>,
    sent: VecDeque<(Instant, u64)>,
    told: Option<Instant>,
    last_problem: Option<SyncProblem>,
    clock_ahead_seconds: Option<i64>,
    unsent: Option<Unsent>,
    photos_wait: Option<PhotosWait>,
    /// The connection was measured and is slow.
    slow: bool,
    /// Since when this run sends photos, and how many bytes went.
    measured: Option<(Instant, u64)>,
    /// The cases that are returned, as it was last told.
    returned: Option<BTreeSet<SubjectId>>,
    ended: u64,
    stopped: bool,
    new_forms: u64,
    assigned: Vec<String>,
    /// A run is under way; between two tries without a network none is.
    busy: bool,
    task: Option<JoinHandle<()>>,
}

/// How a run is begun.
pub struct Begin {
    /// Another address than the usual one.
    pub address: Option<String>,
    /// The pause before the first try again, where there is no network.
    pub first_pause: Duration,
    /// Where it runs.
    pub runtime: Handle,
    /// What hears of it.
    pub tell: Teller,
    /// What hears that the township returned so many cases.
    pub tell_returned: Arc<dyn Fn(u64) + Send + Sync>,
    /// What goes over which connection.
    pub thrift: Thrift,
    /// The connection, where it is known.
    pub link: Option<Arc<dyn Link>>,
    /// Whether it tries again by itself where there is no network; what watches the connection does that otherwise.
    pub persists: bool,
}

/// How the runs stand, for what watches the connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct Glance {
    /// A run is under way, or waits to dial again.
    pub busy: bool,
    /// How many have ended.
    pub ended: u64,
    /// Whether the last of them came to its end.
    pub ended_well: bool,
    /// Whether she stopped the last one.
    pub stopped: bool,
}

/// The reporting of one desk.
#[derive(Clone, Default)]
pub struct Reporting {
    run: Arc<Mutex<Run>>,
}

impl Reporting {
    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it stands now.
    pub fn state(&self, desk: &Desk, address: Option<String>) -> Result<SyncState, DeskError> {
        let center = enrol::kept_reply(desk).ok().map(|reply| reply.center.name);
        let ledger = desk.ledger();
        let usual = ledger.enrolment().map(|enrolment| enrolment.address.clone()).unwrap_or_default();
        let waiting = CaseQuery { pending: Some(true), ..Default::default() };
        let (pending_entries, pending_cases) =
            (ledger.pending_entries()?, count_cases(ledger.entries(), &waiting)?);
        let pending_photos = photo_row::count(ledger.entries(), "pending")?;
        let refused = entry_row::count(ledger.entries(), EntryStanding::Quarantined)?;
        let last_success = ledger.last_success_at()?.or(ledger.last_receipt_at()?);
        let put_back_at = ledger.untold_life()?;
        let leaving = leaving_of(&ledger)?;
        drop(ledger);
        let mut run = self.run();
        run.drop_old();
        Ok(SyncState {
            running: run.busy,
            pending_entries,
            pending_cases,
            pending_photos,
            refused,
            progress: run.progress.clone().filter(|_| run.busy),
            last_success_at: last_success,
            last_problem: run.last_problem.clone(),
            unsent: run.unsent,
            photos_wait: run.photos_wait.filter(|_| pending_photos > 0),
            by_itself: false,
            clock_ahead_seconds: run.clock_ahead_seconds,
            new_forms: run.new_forms,
            assigned: run.assigned.clone(),
            put_back_at,
            leaving,
            center,
            address: address.unwrap_or(usual),
        })
    }

    /// Begins a run, unless one is under way. Where there is no network it tries again by itself, later and later, until a
    /// run comes to its end or somebody stops it.
    pub fn start(&self, desk: &Arc<Desk>, begin: Begin) -> Result<(), DeskError> {
        sync::peer_of(desk)?;
        let mut run = self.run();
        if run.busy {
            return Ok(());
        }
        if let Some(waiting) = run.task.take() {
            waiting.abort();
        }
        if run.returned.is_none() {
            run.returned = sync::returned_cases(desk).ok();
        }
        run.begin();
        run.stopped = false;
        let runtime = begin.runtime.clone();
        run.task = Some(runtime.spawn(self.clone().go_on(desk.clone(), begin)));
        Ok(())
    }

    async fn go_on(self, desk: Arc<Desk>, begin: Begin) {
        let mut pause = begin.first_pause;
        loop {
            let done = self.report(&desk, &begin).await;
            let no_network = done.as_ref().is_err_and(sync::is_offline);
            let returned = self.newly_returned(&desk);
            self.end(done, desk.clock.now().to_rfc3339());
            (begin.tell)(true);
            if returned > 0 {
                (begin.tell_returned)(returned);
            }
            if !no_network || !begin.persists {
                return;
            }
            tokio::time::sleep(sync::jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            self.run().begin();
        }
    }

    /// How many cases were returned since it was last told, also by a run that was cut after it had brought them.
    fn newly_returned(&self, desk: &Desk) -> u64 {
        let Ok(now) = sync::returned_cases(desk) else { return 0 };
        let before = self.run().returned.replace(now.clone());
        before.map_or(0, |before| now.difference(&before).count() as u64)
    }

    /// One run. Where the connection turns out to be slow and she chose so, it goes on with text alone: what was sent of a
    /// photo is kept at the center.
    async fn report(&self, desk: &Arc<Desk>, begin: &Begin) -> Result<Synced, DeskError> {
        loop {
            let metered = match (&begin.link, begin.thrift) {
                (Some(link), thrift) if thrift != Thrift::Everything => {
                    let link = link.clone();
                    tokio::task::spawn_blocking(move || link.metered()).await.unwrap_or_default()
                }
                _ => None,
            };
            let waits = {
                let mut run = self.run();
                run.photos_wait = photos_wait(begin.thrift, metered, run.slow);
                run.measured = None;
                run.photos_wait
            };
            let load = if waits.is_some() { Load::Text } else { Load::Everything };
            let turns_slow = Arc::new(Notify::new());
            // Only where photos would wait then is it worth while to measure.
            let minds = waits.is_none() && photos_wait(begin.thrift, metered, true).is_some();
            let watcher = self.watcher(&begin.tell, minds.then(|| turns_slow.clone()));
            let run = sync::sync_as(desk, begin.address.as_deref(), Persistence::default(), watcher, load);
            tokio::select! {
                done = run => return done,
                () = turns_slow.notified() => {
                    let mut run = self.run();
                    run.slow = true;
                    run.begin();
                }
            }
        }
    }

    /// How the runs stand.
    pub fn glance(&self) -> Glance {
        let run = self.run();
        let waits = run.task.as_ref().is_some_and(|task| !task.is_finished());
        Glance {
            busy: run.busy || waits,
            ended: run.ended,
            ended_well: run.last_problem.is_none(),
            stopped: run.stopped,
        }
    }

    /// Another connection: what was measured of the one before no longer counts.
    pub fn forget_speed(&self) {
        self.run().slow = false;
    }

    /// Stops the run under way; what was received until then stays received.
    pub fn stop(&self) {
        let mut run = self.run();
        if let Some(task) = run.task.take() {
            task.abort();
        }
        run.stopped = true;
        run.busy = false;
        run.progress = None;
    }

    fn watcher(&self, tell: &Teller, turns_slow: Option<Arc<Notify>>) -> Watcher {
        let (this, tell) = (self.clone(), tell.clone());
        Arc::new(move |progress| {
            let (is_told, is_slow) = {
                let mut run = this.run();
                (run.note(progress), run.measure(progress))
            };
            if let Some(turns_slow) = turns_slow.as_ref().filter(|_| is_slow) {
                turns_slow.notify_one();
            }
            if is_told {
                tell(false);
            }
        })
    }

    fn end(&self, done: Result<Synced, DeskError>, at: String) {
        let mut run = self.run();
        run.busy = false;
        run.progress = None;
        run.ended += 1;
        match done {
            Ok(synced) => {
                run.last_problem = None;
                run.unsent = Some(synced.unsent).filter(|unsent| *unsent != Unsent::default());
                run.new_forms += synced.forms;
                if !synced.assigned.is_empty() {
                    run.assigned = synced.assigned;
                }
                run.clock_ahead_seconds = synced.clock_ahead_seconds.or(run.clock_ahead_seconds);
            }
            Err(problem) => {
                tracing::info!(code = problem.code.as_str(), "a report to the township ended early");
                run.last_problem = Some(SyncProblem { code: problem.code, facts: problem.facts, at });
            }
        }
    }
}

impl Run {
    fn begin(&mut self) {
        self.busy = true;
        self.progress = Some(SyncProgress::default());
        self.sent.clear();
        self.told = None;
    }

    /// Keeps a step; whether the screen should hear of it.
    fn note(&mut self, step: Progress) -> bool {
        let Some(progress) = &mut self.progress else { return false };
        let mut important = true;
        match step {
            Progress::Begun { entries, photos, photo_bytes } => {
                progress.entries = progress.entries_received + entries;
                progress.photos = progress.photos_received + photos;
                progress.bytes = progress.bytes_sent + photo_bytes;
            }
            Progress::Receipted { entries } => progress.entries_received += entries,
            Progress::PhotoBytes(bytes) => {
                progress.bytes_sent += bytes;
                progress.bytes = progress.bytes.max(progress.bytes_sent);
                self.sent.push_back((Instant::now(), bytes));
                important = false;
            }
            Progress::PhotoReceived => {
                progress.photos_received += 1;
                progress.photos = progress.photos.max(progress.photos_received);
                important = false;
            }
        }
        self.drop_old();
        let due = self.told.is_none_or(|told| told.elapsed() >= TELL_EVERY);
        if important || due {
            self.told = Some(Instant::now());
        }
        important || due
    }

    /// Counts what photos moved; whether the connection is slow by that.
    fn measure(&mut self, step: Progress) -> bool {
        if let Progress::Begun { .. } = step {
            // Dialled anew: the pause before says nothing of the line.
            self.measured = None;
        }
        let Progress::PhotoBytes(more) = step else { return false };
        let (since, bytes) = self.measured.get_or_insert((Instant::now(), 0));
        *bytes += more;
        is_slow(*bytes, since.elapsed()) == Some(true)
    }

    /// Forgets what was sent long ago, and takes the speed from the rest.
    fn drop_old(&mut self) {
        while self.sent.front().is_some_and(|(at, _)| at.elapsed() > SPEED_OVER) {
            self.sent.pop_front();
        }
        let bytes: u64 = self.sent.iter().map(|(_, bytes)| bytes).sum();
        let over = self.sent.front().map_or(SPEED_OVER, |(at, _)| at.elapsed()).max(Duration::from_secs(1));
        if let Some(progress) = &mut self.progress {
            progress.bytes_per_second = (bytes as f64 / over.as_secs_f64()) as u64;
        }
    }
}
