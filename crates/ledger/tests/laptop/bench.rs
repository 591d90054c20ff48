//! A workbench: ledgers in temporary folders, and a center just large enough to give positions.

use bangban_keys::{DataKey, KdfCost, OpeningKey, Pin, SigningKey, SlotFile};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::receive::{HeldRun, PageContent, PageItem, ReceiptFacts};
use bangban_ledger::record::Author;
use bangban_ledger::verify::Finding;
use bangban_ledger::{Enrolment, Ledger, LedgerError, Life, document_row};
use bangban_model::body::{self, Body, FieldSet};
use bangban_model::chain::stream_hash;
use bangban_model::document::Document;
use bangban_model::entry::{Entry, NewEntry, Place, RecordPart, Saw, seal};
use bangban_model::ids::{AgentId, DistrictKey, StaffId};
use bangban_model::{Actor, Audience, Code, Digest, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tempfile::TempDir;
use uuid::Uuid;

pub const KEY: [u8; 32] = [0x5a; 32];

/// A ledger with the folder it lives in.
pub struct Laptop {
    pub ledger: Ledger,
    pub folder: TempDir,
    pub agent: AgentId,
}

pub fn clock() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-03-02T09:30:00+08:00").unwrap()
}

pub fn later(hours: i64) -> DateTime<FixedOffset> {
    clock() + chrono::TimeDelta::hours(hours)
}

pub fn village() -> StreamId {
    StreamId::parse("420703200209").unwrap()
}

pub fn other_village() -> StreamId {
    StreamId::parse("420703200210").unwrap()
}

pub fn key() -> DataKey {
    DataKey::from_bytes(KEY)
}

pub fn slots() -> SlotFile {
    let floor = KdfCost { passes: 1, ..KdfCost::FLOOR };
    SlotFile::create(&key(), "agent", &Pin::parse("73918462").unwrap(), None, floor).unwrap()
}

pub fn enrolment() -> Enrolment {
    Enrolment {
        address: "127.0.0.1:1".into(),
        pins: vec![Digest::of(b"server")],
        villages: vec![village(), other_village()],
        district_key: DistrictKey(Digest::of(b"district")),
        reply: json!({}),
    }
}

pub fn new_life() -> NewLife {
    let life = Life {
        id: IncarnationId(Uuid::now_v7()),
        signing: SigningKey::random().unwrap(),
        opening: OpeningKey::random(),
    };
    NewLife { life, program: "bangban test".into() }
}

/// A ledger before its enrolment.
pub fn not_enrolled() -> Laptop {
    let folder = tempfile::tempdir().unwrap();
    let agent = AgentId(Uuid::now_v7());
    let ledger = Ledger::create(folder.path(), key(), &slots(), agent, "张三丰").unwrap();
    Laptop { ledger, folder, agent }
}

/// An enrolled ledger: its life begins with two entries.
pub fn laptop() -> Laptop {
    let mut laptop = not_enrolled();
    laptop.ledger.enrol(enrolment(), new_life(), clock()).unwrap();
    laptop
}

pub fn subject() -> SubjectId {
    SubjectId(Uuid::now_v7())
}

pub fn about(subject: SubjectId, saw: Option<EntryId>, body: Body) -> NewEntry {
    NewEntry { stream: village(), subject, audience: Audience::All, saw: saw.map(Saw::from), body }
}

pub fn fields<const N: usize>(set: [(&str, Value); N]) -> FieldSet {
    set.into_iter().map(|(path, value)| (path.to_owned(), value)).collect()
}

pub fn resident(set: FieldSet) -> Body {
    Body::ResidentRecorded(body::Recorded { set })
}

pub fn opened(resident: SubjectId, set: FieldSet) -> Body {
    Body::CaseOpened(body::CaseOpened {
        item: "DIBAO".into(),
        form_version: "1".into(),
        form_digest: Digest::of(b"form"),
        resident,
        household: None,
        visit: None,
        bundle: None,
        catalogue: None,
        set,
    })
}

pub fn edit(set: FieldSet) -> Body {
    Body::CaseRecorded(body::Recorded { set })
}

pub fn submit() -> Body {
    Body::CaseSubmitted(body::CaseSubmitted {})
}

/// A photo as an entry names it.
pub fn photo_field(photo: Digest, size_bytes: u64, thumb: Option<(Digest, u64)>) -> (String, Value) {
    let (thumb, thumb_size_bytes) = thumb.map_or((None, 0), |(digest, size)| (Some(digest), size));
    let field = bangban_model::photo::PhotoField {
        slot: "户口簿".into(),
        size_bytes,
        width: 0,
        height: 0,
        thumb,
        thumb_size_bytes,
        thumb_hash: String::new(),
        captured_at: None,
        source: "file".into(),
        ..Default::default()
    };
    (bangban_model::photo::photo_path(photo), serde_json::to_value(field).unwrap())
}

impl Laptop {
    pub fn author(&self) -> Author {
        Author { by: Actor::Agent(self.agent), at: clock() }
    }

    /// Records entries as an agent does: each has seen what the ledger shows.
    pub fn write(&mut self, bodies: Vec<(SubjectId, Body)>) -> Vec<EntryId> {
        let entries = bodies.into_iter().map(|(subject, body)| {
            let saw = self.document(subject).and_then(|document| document.newest_seen()).map(|saw| saw.entry);
            about(subject, saw, body)
        });
        let entries = entries.collect();
        self.ledger.record(self.author(), entries, None).unwrap().entries
    }

    pub fn document(&self, subject: SubjectId) -> Option<Document> {
        document_row::get(self.ledger.entries(), subject).unwrap()
    }

    pub fn value(&self, subject: SubjectId, field: &str) -> Value {
        self.document(subject).and_then(|document| document.value(field).cloned()).unwrap_or(Value::Null)
    }

    pub fn life(&self) -> IncarnationId {
        self.ledger.life().unwrap().id
    }

    /// Whether the center takes it that the laptop has an entry: of its present life, or of an earlier one up to the fork.
    fn has_written(&self, life: IncarnationId, seq: u64) -> bool {
        let continued = self.ledger.continuing_lives().unwrap();
        life == self.life() || continued.iter().any(|next| next.ancestor.id == life && seq <= next.fork_seq)
    }

    pub fn own(&self) -> Vec<Entry> {
        self.ledger.own_entries(1, u64::MAX >> 1).unwrap()
    }

    pub fn standings(&self) -> Vec<String> {
        let mut statement = self
            .ledger
            .entries()
            .prepare("SELECT standing FROM entry WHERE incarnation = ?1 ORDER BY seq")
            .unwrap();
        statement.query_map([self.life().0], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// Closes the ledger and opens it again.
    pub fn reopen(self) -> Laptop {
        let Laptop { ledger, folder, agent } = self;
        drop(ledger);
        let ledger = Ledger::open(folder.path(), key()).unwrap();
        Laptop { ledger, folder, agent }
    }

    /// Another folder with the same files, as somebody copies it.
    pub fn copy(self) -> (Laptop, TempDir) {
        let Laptop { ledger, folder, agent } = self;
        drop(ledger);
        let copy = tempfile::tempdir().unwrap();
        copy_files(folder.path(), copy.path());
        let ledger = Ledger::open(folder.path(), key()).unwrap();
        (Laptop { ledger, folder, agent }, copy)
    }

    /// The copy is put back over the folder.
    pub fn put_back(self, copy: &TempDir) -> Laptop {
        let Laptop { ledger, agent, .. } = self;
        drop(ledger);
        let folder = tempfile::tempdir().unwrap();
        copy_files(copy.path(), folder.path());
        let ledger = Ledger::open(folder.path(), key()).unwrap();
        Laptop { ledger, folder, agent }
    }

    /// Every row of every table, as text.
    pub fn dump(&self) -> Vec<String> {
        let connection = self.ledger.entries();
        let mut tables =
            connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").unwrap();
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        let mut lines = Vec::new();
        for name in names {
            let mut rows = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let width = rows.column_count();
            let texts = rows.query_map([], |row| {
                let cells: Vec<rusqlite::types::Value> =
                    (0..width).map(|at| row.get(at)).collect::<Result<_, _>>()?;
                Ok(format!("{name} {cells:?}"))
            });
            lines.extend(texts.unwrap().map(Result::unwrap));
        }
        lines
    }

    /// Changes something behind the ledger's back, through the same key.
    pub fn tamper(&self, sql: &str) {
        let changed = self.ledger.entries().execute_batch(sql);
        changed.unwrap_or_else(|problem| panic!("{sql}: {problem}"));
    }

    pub fn findings(&self) -> Vec<Finding> {
        self.ledger.verify(|_, _, _, _| true).unwrap().findings
    }
}

fn copy_files(from: &std::path::Path, to: &std::path::Path) {
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

pub fn code<T>(outcome: Result<T, LedgerError>) -> Option<Code> {
    outcome.err().map(|problem| problem.code())
}

/// The stream of one village, as a center keeps it.
pub struct Center {
    pub stream: Vec<(Entry, String)>,
    /// Everything it holds of each life, aliases too.
    pub chains: BTreeMap<(IncarnationId, u64), Digest>,
    staff: IncarnationId,
    staff_seq: u64,
}

impl Center {
    pub fn new() -> Center {
        Center {
            stream: Vec::new(),
            chains: BTreeMap::new(),
            staff: IncarnationId(Uuid::now_v7()),
            staff_seq: 0,
        }
    }

    /// Gives entries the next positions.
    pub fn take(&mut self, entries: impl IntoIterator<Item = Entry>) {
        for entry in entries {
            let received_at = format!("2026-03-02T12:00:00.{:03}+08:00", self.stream.len() % 1000);
            self.chains.insert((entry.header.incarnation, entry.header.seq), entry.header_hash());
            // The same entry, written again by a life that continues another, keeps its first position (rule X5).
            let is_here = self.stream.iter().any(|(placed, _)| placed.header.id == entry.header.id);
            if !is_here && entry.header.stream == village() {
                self.stream.push((entry, received_at));
            }
        }
    }

    /// Staff write an entry; it gets the next position.
    pub fn write(&mut self, subject: SubjectId, saw: Option<EntryId>, body: Body) -> EntryId {
        self.staff_seq += 1;
        let entry = foreign(
            self.staff,
            self.staff_seq,
            Actor::Staff(StaffId(Uuid::nil())),
            about(subject, saw, body),
        );
        let id = entry.header.id;
        self.take([entry]);
        id
    }

    /// The receipt for everything of this laptop that has a position, the refused ones counted in.
    pub fn receipt(&self, laptop: &Laptop, refused: &[u64]) -> ReceiptFacts {
        let life = laptop.life();
        let mut known: BTreeMap<u64, Digest> =
            self.chains.range((life, 0)..=(life, u64::MAX)).map(|((_, seq), hash)| (*seq, *hash)).collect();
        known.extend(
            laptop
                .own()
                .iter()
                .filter(|entry| refused.contains(&entry.header.seq))
                .map(|entry| (entry.header.seq, entry.header_hash())),
        );
        let last = known.iter().zip(1..).take_while(|((seq, _), next)| **seq == *next).last();
        let run = last.map(|((seq, hash), _)| HeldRun { first: 1, last: *seq, last_hash: *hash });
        ReceiptFacts {
            runs: run.into_iter().collect(),
            refused: refused.iter().map(|seq| (*seq, "not_allowed".to_owned())).collect(),
            photos: Vec::new(),
            signed: "{}".into(),
            earlier: Vec::new(),
            audit_heads: Vec::new(),
            kind: "exchange",
            ..ReceiptFacts::default()
        }
    }

    /// The page from this laptop's cursor to the head.
    pub fn page(&self, laptop: &Laptop) -> (Vec<PageItem>, (u64, Digest)) {
        let known =
            laptop.ledger.cursors().unwrap().into_iter().find(|known| known.stream == village()).unwrap();
        let items = self.stream.iter().enumerate().skip(known.position as usize).map(
            |(index, (entry, received_at))| {
                let header = &entry.header;
                let is_own = laptop.has_written(header.incarnation, header.seq) && !known.whole;
                let hidden = header.audience == Audience::Center || is_own;
                let content = match hidden {
                    true => PageContent::Mark(entry.header_hash()),
                    false => PageContent::Entry(Box::new(entry.clone())),
                };
                PageItem { position: index as u64 + 1, received_at: received_at.clone(), content }
            },
        );
        (items.collect(), self.head())
    }

    pub fn head(&self) -> (u64, Digest) {
        let hashed =
            self.stream.iter().zip(1u64..).fold(Digest::ZERO, |hash, ((entry, received_at), position)| {
                stream_hash(hash, position, entry.header_hash(), received_at)
            });
        (self.stream.len() as u64, hashed)
    }

    /// Sends a laptop everything it lacks.
    pub fn serve(&self, laptop: &mut Laptop) {
        let (items, head) = self.page(laptop);
        laptop.ledger.apply_page(&village(), items, head, "head").unwrap();
    }

    /// A laptop sends all that waits and gets all that it lacks; the numbers in `refused` go into quarantine.
    pub fn exchange(&mut self, laptop: &mut Laptop, refused: &[u64]) {
        let outgoing = laptop.ledger.outgoing().unwrap();
        let sent = laptop.ledger.own_entries(outgoing.first_seq, outgoing.last_seq).unwrap();
        self.take(sent.into_iter().filter(|entry| !refused.contains(&entry.header.seq)).collect::<Vec<_>>());
        let facts = self.receipt(laptop, refused);
        laptop.ledger.apply_receipt(&facts, clock()).unwrap();
        self.serve(laptop);
    }
}

/// An entry that some other program wrote.
pub fn foreign(incarnation: IncarnationId, seq: u64, by: Actor, new: NewEntry) -> Entry {
    let audience = bangban_model::rights::right_of(new.body.kind()).unwrap().audience;
    let place = Place {
        id: EntryId(Uuid::now_v7()),
        incarnation,
        seq,
        prev: Digest::ZERO,
        stream_prev: Digest::ZERO,
        at: clock(),
        by,
        record: RecordPart { id: RecordId(Uuid::now_v7()), index: 0, count: 1 },
        salt: [3; 16],
    };
    seal(&NewEntry { audience, ..new }, place).unwrap()
}

/// An entry of another agent on another laptop.
pub fn from_elsewhere(subject: SubjectId, body: Body) -> Entry {
    foreign(
        IncarnationId(Uuid::now_v7()),
        1,
        Actor::Agent(AgentId(Uuid::now_v7())),
        about(subject, None, body),
    )
}
