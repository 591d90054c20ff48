//! A real center and real laptops on folders of their own, in this process: exchanges without a network between them.

use crate::checks::{Held, hold};
use crate::harness::PIN;
use bangban_center::{Center, DataFolder, NewCenter, Role};
use bangban_keys::{DataKey, KdfCost, OpeningKey, Pin, SigningKey, SlotFile};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::record::{Author, Recorded};
use bangban_ledger::{Enrolment, Ledger, LedgerError, Life, document_row};
use bangban_model::body::{Body, CaseOpened, CaseSubmitted};
use bangban_model::clock::Clock;
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::ids::AgentId;
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::{Actor, Audience, Digest, IncarnationId, StreamId, SubjectId};
use bangban_sync::exchange::{self, Outcome, Peer, SharedLedger, Watcher};
use bangban_sync::{AgentName, EnrolRequest, PROTOCOL_VERSION, SyncError, SyncProtocol, Token};
use chrono::{DateTime, FixedOffset, TimeDelta};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// The village of both laptops.
const VILLAGE: &str = "420703200209";
/// The key of their ledgers: nobody is to be kept out here.
const KEY: [u8; 32] = [0x5a; 32];
/// Nobody of these names is meant.
const NAMES: [&str; 2] = ["alice", "bob"];

/// Who works at the center.
pub const STAFF: [(&str, Role); 2] = [("受理员", Role::Acceptor), ("管理员", Role::Admin)];

/// What everything asynchronous runs on.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    })
}

/// A clock that goes on by a second whenever it is asked, and jumps when it is told to.
pub struct JumpingClock(Mutex<DateTime<FixedOffset>>);

impl JumpingClock {
    fn new() -> Arc<Self> {
        let start = DateTime::parse_from_rfc3339("2026-03-02T09:00:00.000+08:00").unwrap();
        Arc::new(JumpingClock(Mutex::new(start)))
    }

    /// Jumps by so many days.
    pub fn jump(&self, days: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += TimeDelta::days(days);
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> DateTime<FixedOffset> {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += TimeDelta::seconds(1);
        *now
    }
}

/// A laptop with its ledger.
pub struct Laptop {
    /// Whose it is.
    pub name: &'static str,
    /// Its ledger; none while its folder is exchanged.
    ledger: Option<SharedLedger>,
    /// Whom it reports to.
    pub peer: Peer,
    /// Its agent.
    pub agent: AgentId,
    /// Its clock.
    pub clock: Arc<JumpingClock>,
    /// Where its ledger lies.
    pub folder: PathBuf,
}

impl Laptop {
    /// A ledger that is open, reporting to nobody.
    pub fn of(ledger: SharedLedger, folder: PathBuf) -> Self {
        let agent = {
            let ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            ledger.agents().unwrap()[0].0
        };
        let peer = Peer {
            center: Uuid::nil(),
            verifying_key: SigningKey::from_secret_bytes(&[1; 32]).verifying_key(),
            token: Token(String::new()),
        };
        Laptop { name: "alice", ledger: Some(ledger), peer, agent, clock: JumpingClock::new(), folder }
    }

    /// Its ledger, for whoever shares it.
    pub fn shared(&self) -> &SharedLedger {
        self.ledger.as_ref().unwrap()
    }

    /// Its ledger, for a moment.
    pub fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.shared().lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One record.
    pub fn record(&self, entries: Vec<NewEntry>) -> Result<Recorded, LedgerError> {
        let author = Author { by: Actor::Agent(self.agent), at: self.clock.now() };
        self.ledger().record(author, entries, None)
    }

    /// A subject as it stands here.
    pub fn document(&self, subject: SubjectId) -> Option<Document> {
        document_row::get(self.ledger().entries(), subject).unwrap()
    }

    /// A new entry about a subject, that has seen what is here.
    pub fn about(&self, subject: SubjectId, body: Body) -> NewEntry {
        let saw = self.document(subject).and_then(|document| document.newest_seen());
        NewEntry { stream: village(), subject, audience: Audience::All, saw, body }
    }

    /// A case with these pictures, opened and submitted as one record.
    pub fn submit_case(&self, resident: SubjectId, photos: &[Vec<u8>]) -> SubjectId {
        let case = SubjectId(Uuid::now_v7());
        let mut set = bangban_model::body::FieldSet::new();
        for bytes in photos {
            let digest = self.ledger().put_photo(bytes, self.clock.now()).unwrap();
            set.insert(photo_path(digest), json!(photo_field(bytes.len())));
        }
        let opened = Body::CaseOpened(CaseOpened {
            item: "DIBAO".into(),
            form_version: "1".into(),
            form_digest: Digest::of(b"form"),
            resident,
            household: None,
            visit: None,
            bundle: None,
            catalogue: None,
            set,
        });
        let bodies = [opened, Body::CaseSubmitted(CaseSubmitted {})];
        self.record(bodies.map(|body| self.about(case, body)).to_vec()).unwrap();
        case
    }

    /// Reports over whatever lies between.
    pub fn sync(&self, protocol: &impl SyncProtocol) -> Result<Outcome, SyncError> {
        let clock: Arc<dyn Clock> = self.clock.clone();
        let watcher: Watcher = Arc::new(|_| {});
        runtime().block_on(exchange::run(self.shared(), protocol, &self.peer, &clock, &watcher))
    }

    /// Ends the program; it begins again in this folder as it stands, or as `restored` has it.
    pub fn reopen(&mut self, restored: Option<&Path>) {
        self.ledger = None;
        if let Some(restored) = restored {
            std::fs::remove_dir_all(&self.folder).unwrap();
            copy_folder(restored, &self.folder);
        }
        self.ledger = Some(open_ledger(&self.folder).unwrap());
    }
}

/// The ledger in this folder.
pub fn open_ledger(folder: &Path) -> Result<SharedLedger, LedgerError> {
    Ok(Arc::new(Mutex::new(Ledger::open(folder, DataKey::from_bytes(KEY))?)))
}

/// A center and two laptops of one village.
pub struct Town {
    folder: TempDir,
    center: Option<Center>,
    /// The center's clock.
    pub clock: Arc<JumpingClock>,
    /// alice and bob.
    pub laptops: Vec<Laptop>,
}

impl Town {
    /// A new one: enrolled, nothing recorded.
    pub fn new() -> Self {
        let (template, known) = template();
        let folder = TempDir::with_prefix("bangban-town-").unwrap();
        copy_folder(template.path(), folder.path());
        let clock = JumpingClock::new();
        let center = Center::open(DataFolder::new(folder.path().join("center")), clock.clone()).unwrap();
        let laptops = known.iter().map(|known| {
            let at = folder.path().join(known.name);
            Laptop {
                name: known.name,
                ledger: Some(open_ledger(&at).unwrap()),
                peer: known.peer.clone(),
                agent: known.agent,
                clock: JumpingClock::new(),
                folder: at,
            }
        });
        let laptops = laptops.collect();
        Town { folder, center: Some(center), clock, laptops }
    }

    /// The center.
    pub fn center(&self) -> &Center {
        self.center.as_ref().unwrap()
    }

    /// The center's program ends and begins again.
    pub fn reopen_center(&mut self) {
        self.center = None;
        let folder = DataFolder::new(self.center_folder());
        self.center = Some(Center::open(folder, self.clock.clone()).unwrap());
    }

    /// Where the center keeps everything.
    pub fn center_folder(&self) -> PathBuf {
        self.folder.path().join("center")
    }

    /// The center's program ends; it begins again with a copy of its folder.
    pub fn put_center_back(&mut self, copy: &Path) {
        self.center = None;
        let folder = self.center_folder();
        std::fs::remove_dir_all(&folder).unwrap();
        copy_folder(copy, &folder);
        self.center = Some(Center::open(DataFolder::new(folder), self.clock.clone()).unwrap());
    }

    /// Reports until nothing waits and nothing new comes, over a line without faults.
    pub fn converge(&self) -> Held {
        for _ in 0..3 {
            for laptop in &self.laptops {
                let synced = laptop.sync(self.center());
                hold(synced.is_ok(), || format!("{} cannot report: {synced:?}", laptop.name))?;
            }
        }
        for laptop in &self.laptops {
            let ledger = laptop.ledger();
            let (entries, photos) =
                (ledger.pending_entries().unwrap(), ledger.pending_photos().unwrap().len());
            hold((entries, photos) == (0, 0), || {
                format!("{} keeps {entries} entries and {photos} photos", laptop.name)
            })?;
        }
        Ok(())
    }

    /// Both ends verify, and nothing stands in quarantine or waits behind a gap.
    pub fn is_whole(&self) -> Held {
        let verified = self.center().verify().unwrap();
        hold(verified.findings.is_empty(), || format!("the center: {:?}", verified.findings))?;
        let counts = self.center().store().counts().unwrap();
        hold((counts.held, counts.quarantined) == (0, 0), || format!("held or refused: {counts:?}"))?;
        for laptop in &self.laptops {
            let verified = laptop.ledger().verify(|_, _, _, _| true).unwrap();
            hold(verified.findings.is_empty(), || format!("{}: {:?}", laptop.name, verified.findings))?;
        }
        Ok(())
    }

    /// What a laptop shows as received the center holds: each entry by its hash, each photo by its bytes.
    pub fn received_means_held(&self) -> Held {
        self.laptops.iter().try_for_each(|laptop| received_means_held(&laptop.ledger(), self.center()))
    }
}

/// The same of one laptop.
pub fn received_means_held(ledger: &Ledger, center: &Center) -> Held {
    let connection = ledger.entries();
    let mut statement = connection
        .prepare_cached(
            "SELECT incarnation, seq, header_hash FROM entry WHERE standing IN ('received', 'positioned', 'quarantined')",
        )
        .unwrap();
    let rows = statement.query_map([], |row| {
        Ok((IncarnationId(row.get(0)?), row.get::<_, i64>(1)? as u64, Digest(row.get(2)?)))
    });
    for row in rows.unwrap() {
        let (life, seq, hash) = row.unwrap();
        let known = center.store().header_hash_at(life, seq).unwrap();
        hold(known == Some(hash), || format!("entry {seq} reads received, the center has {known:?}"))?;
    }
    let mut statement =
        connection.prepare_cached("SELECT digest FROM photo WHERE standing = 'received'").unwrap();
    for digest in statement.query_map([], |row| Ok(Digest(row.get(0)?))).unwrap() {
        let held = center.photos().held_bytes(digest.unwrap()).unwrap();
        hold(held.is_some(), || "a photo reads received, the center has no such bytes".to_owned())?;
    }
    Ok(())
}

/// The village of both laptops.
pub fn village() -> StreamId {
    StreamId::parse(VILLAGE).unwrap()
}

/// What an entry says of a picture of this size.
pub fn photo_field(size_bytes: usize) -> PhotoField {
    PhotoField {
        slot: "id_card".into(),
        size_bytes: size_bytes as u64,
        source: "prove".into(),
        ..PhotoField::default()
    }
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let there = to.join(file.file_name());
        match file.file_type().unwrap().is_dir() {
            true => copy_folder(&file.path(), &there),
            false => drop(std::fs::copy(file.path(), there).unwrap()),
        }
    }
}

/// What is known of a laptop of the template.
struct Known {
    name: &'static str,
    peer: Peer,
    agent: AgentId,
}

/// A town that is made once and copied: making keys takes long.
fn template() -> &'static (TempDir, Vec<Known>) {
    static TEMPLATE: OnceLock<(TempDir, Vec<Known>)> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = TempDir::with_prefix("bangban-template-").unwrap();
        let clock = JumpingClock::new();
        let new = NewCenter { name: "试验中心".into(), district: "420703".into() };
        let at = DataFolder::new(folder.path().join("center"));
        let center = Center::init(at, &new, None, clock.clone()).unwrap();
        for (name, role) in STAFF {
            center.add_staff(name, role, &VILLAGE[..6]).unwrap();
        }
        let known = NAMES.map(|name| enrol(&center, &folder.path().join(name), name, clock.as_ref()));
        (folder, known.into())
    })
}

/// A new ledger whose key is known here and whose PIN is the one that the harness's laptops use.
pub fn new_ledger(folder: &Path, name: &str) -> (Ledger, AgentId) {
    let key = DataKey::from_bytes(KEY);
    let agent = AgentId(Uuid::now_v7());
    let pin = Pin::parse(PIN).unwrap();
    let slots = SlotFile::create(&key, &agent.to_string(), &pin, None, KdfCost::FLOOR).unwrap();
    (Ledger::create(folder, key, &slots, agent, name).unwrap(), agent)
}

fn enrol(center: &Center, folder: &Path, name: &'static str, clock: &dyn Clock) -> Known {
    let (mut ledger, agent) = new_ledger(folder, name);
    let life = Life {
        id: IncarnationId(Uuid::now_v7()),
        signing: SigningKey::random().unwrap(),
        opening: OpeningKey::random(),
    };
    let request = EnrolRequest {
        protocol: PROTOCOL_VERSION,
        code: center.issue_code(&[village()]).unwrap(),
        incarnation: life.id,
        verifying_key: life.signing.verifying_key(),
        sealing_key: life.opening.sealing_key(),
        agents: vec![AgentName { id: agent, name: name.into() }],
        program: "prove".into(),
    };
    let reply = runtime().block_on(center.enrol(request)).unwrap();
    let enrolment = Enrolment {
        address: "127.0.0.1:1".into(),
        pins: Vec::new(),
        villages: reply.villages.iter().map(|village| village.code.clone()).collect(),
        district_key: reply.district_key.clone(),
        reply: json!({}),
    };
    ledger.enrol(enrolment, NewLife { life, program: "prove".into() }, clock.now()).unwrap();
    let peer = Peer {
        center: reply.center.id,
        verifying_key: reply.center.verifying_key,
        token: Token(reply.token),
    };
    Known { name, peer, agent }
}
