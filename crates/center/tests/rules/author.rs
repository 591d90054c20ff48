//! A center with a clock that tests set, and authors: laptops that exist only as a life that seals chained entries.

use bangban_center::identity::TlsPem;
use bangban_center::staff::{Role, SignIn};
use bangban_center::{Center, DataFolder, NewCenter};
use bangban_keys::{OpeningKey, SigningKey};
use bangban_model::body::{AgentAdded, Body, CaseOpened, CaseSubmitted, FieldSet, LedgerBegun, Recorded};
use bangban_model::clock::Clock;
use bangban_model::entry::{self, Entry, NewEntry, Place, RecordPart};
use bangban_model::ids::AgentId;
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::{Actor, Audience, Code, Digest, EntryId, IncarnationId, RecordId, StreamId, SubjectId};
use bangban_sync::protocol::PhotoFrames;
use bangban_sync::{
    AgentName, AnswerLine, Cursor, EnrolRequest, EntryLine, Manifest, Mark, PROTOCOL_VERSION, PhotoFrame,
    PhotoLine, PhotoNote, PhotoReceipt, Positioned, Post, PostHead, Receipt, Signed, StreamHead, SyncError,
    SyncProtocol, Token, Wanted,
};
use bytes::Bytes;
use chrono::{DateTime, FixedOffset, TimeDelta};
use futures_util::{StreamExt, stream};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use uuid::Uuid;

pub const DAHU: &str = "420703200209";
pub const OTHER: &str = "420703200203";
pub const FAR: &str = "420703100001";

pub fn village(code: &str) -> StreamId {
    StreamId::parse(code).unwrap()
}

pub struct TestClock(Mutex<DateTime<FixedOffset>>);

impl Clock for TestClock {
    fn now(&self) -> DateTime<FixedOffset> {
        *self.0.lock().unwrap()
    }
}

/// A center in a temporary folder.
pub struct Town {
    pub folder: TempDir,
    pub center: Center,
    pub clock: Arc<TestClock>,
}

impl Town {
    pub fn new() -> Self {
        Self::with_tls(None)
    }

    pub fn with_tls(tls: Option<TlsPem>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let start = DateTime::parse_from_rfc3339("2026-03-02T09:00:00.000+08:00").unwrap();
        let clock = Arc::new(TestClock(Mutex::new(start)));
        let new = NewCenter { name: "试验中心".into(), district: "420703".into() };
        let center = Center::init(DataFolder::new(folder.path()), &new, tls, clock.clone()).unwrap();
        Town { folder, center, clock }
    }

    pub fn pass_minutes(&self, minutes: i64) {
        *self.clock.0.lock().unwrap() += TimeDelta::minutes(minutes);
    }

    /// The center as another process, or after a restart.
    pub fn reopen(&mut self) {
        self.center = Center::open(DataFolder::new(self.folder.path()), self.clock.clone()).unwrap();
    }

    pub fn code(&self, villages: &[&str]) -> u64 {
        let villages: Vec<StreamId> = villages.iter().map(|code| village(code)).collect();
        self.center.issue_code(&villages).unwrap()
    }

    /// An enrolled laptop whose first record is written and not yet posted.
    pub async fn author(&self, villages: &[&str]) -> Author {
        let mut author = Author::new(villages);
        let request = author.request(self.code(villages));
        let reply = self.center.enrol(request).await.unwrap();
        author.token = Token(reply.token);
        author.center = reply.center.id;
        author.begin();
        author
    }

    pub fn staff(&self, name: &str, role: Role) -> SignIn {
        let member = self.center.add_staff(name, role, "420703200").unwrap();
        self.center.sign_in(&member.id.to_string()).unwrap()
    }

    pub fn assert_sound(&self) {
        let verified = self.center.verify().unwrap();
        assert_eq!(verified.findings, Vec::new(), "the center must verify");
    }
}

/// A laptop that exists only as a life.
pub struct Author {
    pub life: IncarnationId,
    pub signing: SigningKey,
    pub opening: OpeningKey,
    pub agent: AgentId,
    pub villages: Vec<StreamId>,
    pub device: SubjectId,
    pub entries: Vec<Entry>,
    pub token: Token,
    pub center: Uuid,
    pub photos: Vec<PhotoNote>,
    pub tails: BTreeMap<StreamId, Digest>,
}

impl Author {
    pub fn new(villages: &[&str]) -> Self {
        Author {
            life: IncarnationId(Uuid::new_v4()),
            signing: SigningKey::random().unwrap(),
            opening: OpeningKey::random(),
            agent: AgentId(Uuid::new_v4()),
            villages: villages.iter().map(|code| village(code)).collect(),
            device: SubjectId(Uuid::new_v4()),
            entries: Vec::new(),
            token: Token(String::new()),
            center: Uuid::nil(),
            photos: Vec::new(),
            tails: BTreeMap::new(),
        }
    }

    pub fn request(&self, code: u64) -> EnrolRequest {
        EnrolRequest {
            protocol: PROTOCOL_VERSION,
            code,
            incarnation: self.life,
            verifying_key: self.signing.verifying_key(),
            sealing_key: self.opening.sealing_key(),
            agents: vec![AgentName { id: self.agent, name: "周小琴".into() }],
            program: "test".into(),
        }
    }

    pub fn begin(&mut self) {
        let begun = LedgerBegun {
            program: "test".into(),
            villages: self.villages.clone(),
            fork: None,
            again: Vec::new(),
        };
        let added = AgentAdded { agent: self.agent, name: "周小琴".into() };
        let device = self.device;
        self.write(&[(device, Body::LedgerBegun(begun)), (device, Body::AgentAdded(added))]);
    }

    /// One record in the first village.
    pub fn write(&mut self, bodies: &[(SubjectId, Body)]) -> RecordId {
        let stream = self.villages[0].clone();
        let new: Vec<NewEntry> =
            bodies.iter().map(|(subject, body)| new_entry(&stream, *subject, body)).collect();
        self.write_as(Actor::Agent(self.agent), &new)
    }

    pub fn write_in(&mut self, code: &str, bodies: &[(SubjectId, Body)]) -> RecordId {
        let stream = village(code);
        let new: Vec<NewEntry> =
            bodies.iter().map(|(subject, body)| new_entry(&stream, *subject, body)).collect();
        self.write_as(Actor::Agent(self.agent), &new)
    }

    pub fn write_as(&mut self, by: Actor, record: &[NewEntry]) -> RecordId {
        let id = RecordId(Uuid::now_v7());
        for (index, new) in record.iter().enumerate() {
            let part = RecordPart { id, index: index as u32, count: record.len() as u32 };
            let place = self.next_place(by, part, EntryId(Uuid::now_v7()));
            self.append(entry::seal(new, place).unwrap());
        }
        id
    }

    pub fn next_place(&self, by: Actor, record: RecordPart, id: EntryId) -> Place {
        Place {
            id,
            incarnation: self.life,
            seq: self.entries.len() as u64 + 1,
            prev: self.entries.last().map_or(Digest::ZERO, Entry::header_hash),
            stream_prev: Digest::ZERO,
            at: DateTime::parse_from_rfc3339("2026-03-02T08:30:00+08:00").unwrap(),
            by,
            record,
            salt: [7; 16],
        }
    }

    /// Appends an entry sealed with [`Author::next_place`], chained in its stream.
    pub fn append(&mut self, sealed: Entry) {
        let mut header = sealed.header;
        header.stream_prev = self.tails.get(&header.stream).copied().unwrap_or(Digest::ZERO);
        self.append_raw(serde_json::to_vec(&header).unwrap(), sealed.body_bytes);
    }

    pub fn append_raw(&mut self, header: Vec<u8>, body: Option<Vec<u8>>) {
        let entry = Entry::from_bytes(header, body).unwrap();
        self.tails.insert(entry.header.stream.clone(), entry.header_hash());
        self.entries.push(entry);
    }

    /// Changes the header of the entry written last, as a ledger with a fault would have written it.
    pub fn spoil_last(&mut self, change: impl FnOnce(&mut entry::Header)) {
        let last = self.entries.pop().unwrap();
        let mut header = last.header;
        change(&mut header);
        self.append_raw(serde_json::to_vec(&header).unwrap(), last.body_bytes);
    }

    /// A resident, recorded.
    pub fn resident(&mut self, name: &str) -> SubjectId {
        let subject = SubjectId(Uuid::new_v4());
        self.write(&[(subject, recorded("name", name))]);
        subject
    }

    /// A case for a new resident, opened, with these photos, and submitted.
    pub fn submitted_case(&mut self, item: &str, photos: &[&[u8]]) -> SubjectId {
        let resident = self.resident("周大山");
        let case = SubjectId(Uuid::new_v4());
        let opened = self.opened(item, resident, photos);
        self.write(&[(case, opened), (case, Body::CaseSubmitted(CaseSubmitted {}))]);
        case
    }

    pub fn opened(&mut self, item: &str, resident: SubjectId, photos: &[&[u8]]) -> Body {
        let mut set = FieldSet::new();
        set.insert("/data/method".into(), "seen".into());
        for bytes in photos {
            let note = PhotoNote::whole(Digest::of(bytes), bytes.len() as u64);
            self.photos.push(note);
            let field = PhotoField {
                slot: "id_card".into(),
                size_bytes: note.size_bytes,
                width: 0,
                height: 0,
                thumb: None,
                thumb_size_bytes: 0,
                thumb_hash: String::new(),
                captured_at: None,
                source: "file".into(),
                ..Default::default()
            };
            set.insert(photo_path(note.digest), serde_json::to_value(field).unwrap());
        }
        Body::CaseOpened(CaseOpened {
            item: item.into(),
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

    pub fn last_seq(&self) -> u64 {
        self.entries.len() as u64
    }

    pub fn hash_at(&self, seq: u64) -> Digest {
        if seq == 0 { Digest::ZERO } else { self.entries[seq as usize - 1].header_hash() }
    }

    pub fn manifest(&self, first: u64, last: u64) -> Manifest {
        Manifest {
            protocol: PROTOCOL_VERSION,
            center: self.center,
            batch: RecordId(Uuid::now_v7()),
            incarnation: self.life,
            first_seq: first,
            last_seq: last,
            head: self.hash_at(last),
            photos: self.photos.clone(),
            made_at: "2026-03-02T08:59:30+08:00".into(),
            program: "test 1".into(),
            pending_entries: 0,
            pending_photos: None,
            cursors: Vec::new(),
            newest_form: 0,
            lives: Vec::new(),
            heads: Vec::new(),
            brings: Vec::new(),
        }
    }

    pub fn lines(&self, first: u64, last: u64) -> Vec<Result<EntryLine, SyncError>> {
        (first..=last).map(|seq| Ok(EntryLine::of(&self.entries[seq as usize - 1]).unwrap())).collect()
    }

    pub fn post(&self, first: u64, last: u64) -> Post {
        self.post_with(self.manifest(first, last), self.lines(first, last), &[])
    }

    pub fn post_with(
        &self,
        manifest: Manifest,
        lines: Vec<Result<EntryLine, SyncError>>,
        cursors: &[Cursor],
    ) -> Post {
        let manifest = Signed::sign(&manifest, &self.signing).unwrap();
        let head = PostHead { manifest, cursors: cursors.to_vec() };
        Post { head, entries: stream::iter(lines).boxed() }
    }

    /// Posts a range and hears the answer out.
    pub async fn send(&self, town: &Town, first: u64, last: u64) -> Heard {
        Heard::out(town, town.center.exchange(&self.token, self.post(first, last)).await.unwrap()).await
    }

    /// Posts everything.
    pub async fn send_all(&self, town: &Town) -> Heard {
        self.send(town, 1, self.last_seq()).await
    }

    /// Posts nothing, to hear what there is.
    pub async fn ask(&self, town: &Town) -> Heard {
        self.ask_from(town, &[]).await
    }

    pub async fn ask_from(&self, town: &Town, cursors: &[Cursor]) -> Heard {
        let manifest = Manifest { head: Digest::ZERO, ..self.manifest(1, 0) };
        let post = self.post_with(manifest, Vec::new(), cursors);
        Heard::out(town, town.center.exchange(&self.token, post).await.unwrap()).await
    }

    /// Sends frames and hears which photos were receipted, and how it ended.
    pub async fn send_frames(
        &self,
        town: &Town,
        frames: Vec<Result<PhotoFrame, SyncError>>,
    ) -> (Vec<Digest>, Option<SyncError>) {
        let frames: PhotoFrames = stream::iter(frames).boxed();
        let mut receipts = town.center.send_photos(&self.token, Some(self.life), frames).await.unwrap();
        let key = town.center.public().verifying_key;
        let mut photos = Vec::new();
        while let Some(receipt) = receipts.next().await {
            match receipt {
                Ok(PhotoLine::Got(_)) => {}
                Ok(PhotoLine::Receipt(signed)) => {
                    let receipt: PhotoReceipt = signed.verify(&key).unwrap();
                    assert_eq!(receipt.incarnation, self.life);
                    photos.extend(receipt.photos);
                }
                Err(problem) => return (photos, Some(problem)),
            }
        }
        (photos, None)
    }
}

pub fn frame(photo: &[u8], from: usize, to: usize) -> Result<PhotoFrame, SyncError> {
    Ok(PhotoFrame {
        digest: Digest::of(photo),
        offset: from as u64,
        bytes: Bytes::copy_from_slice(&photo[from..to]),
    })
}

pub fn recorded(path: &str, value: &str) -> Body {
    Body::ResidentRecorded(Recorded { set: FieldSet::from([(path.to_owned(), value.into())]) })
}

pub fn case_recorded(path: &str, value: &str) -> Body {
    Body::CaseRecorded(Recorded { set: FieldSet::from([(path.to_owned(), value.into())]) })
}

pub fn new_entry(stream: &StreamId, subject: SubjectId, body: &Body) -> NewEntry {
    NewEntry { stream: stream.clone(), subject, audience: Audience::All, saw: None, body: body.clone() }
}

/// An answer, heard to its end.
#[derive(Debug)]
pub struct Heard {
    /// The receipt, its lines put together.
    pub receipt: Receipt,
    pub receipt_lines: Vec<Signed<Receipt>>,
    pub wanted: Vec<Wanted>,
    pub marks: Vec<Mark>,
    pub entries: Vec<Positioned>,
    pub heads: Vec<StreamHead>,
    pub signed_heads: Vec<Signed<StreamHead>>,
    pub lost: Vec<StreamId>,
    pub refused: Option<Code>,
    pub published: u64,
    pub ended: bool,
}

impl Heard {
    pub async fn out(town: &Town, mut answer: bangban_sync::Answer) -> Self {
        let key = town.center.public().verifying_key;
        let Some(Ok(AnswerLine::Receipt(receipt))) = answer.next().await else {
            panic!("the receipt comes first")
        };
        let mut lines = vec![receipt];
        let wanted = loop {
            match answer.next().await {
                Some(Ok(AnswerLine::Receipt(line))) => lines.push(line),
                Some(Ok(AnswerLine::Wanted(wanted))) => break wanted,
                other => panic!("then what is wanted, not {other:?}"),
            }
        };
        let mut told = lines.iter().map(|line| line.verify(&key).unwrap());
        let mut receipt = told.next().unwrap();
        for next in told {
            assert!(receipt.prefix.is_none() && receipt.ranges.is_empty(), "only the last line says how far");
            let (mut refused, mut photos) = (receipt.refused, receipt.photos);
            refused.extend(next.refused.clone());
            photos.extend(next.photos.clone());
            receipt = Receipt { refused, photos, ..next };
        }
        let mut heard = Heard {
            receipt,
            receipt_lines: lines,
            wanted,
            marks: Vec::new(),
            entries: Vec::new(),
            heads: Vec::new(),
            signed_heads: Vec::new(),
            lost: Vec::new(),
            refused: None,
            published: 0,
            ended: false,
        };
        while let Some(line) = answer.next().await {
            assert!(!heard.ended, "nothing follows the end");
            match line {
                Ok(AnswerLine::Mark(mark)) => heard.marks.push(mark),
                Ok(AnswerLine::Entry(entry)) => heard.entries.push(entry),
                Ok(AnswerLine::Head(head)) => {
                    heard.heads.push(head.verify(&key).unwrap());
                    heard.signed_heads.push(head);
                }
                Ok(AnswerLine::Form(_)) => heard.published += 1,
                Ok(AnswerLine::Lost(stream)) => heard.lost.push(stream),
                Ok(AnswerLine::Common(_)) => panic!("nothing was brought back by file"),
                Ok(AnswerLine::End) => heard.ended = true,
                Ok(AnswerLine::Receipt(_) | AnswerLine::Wanted(_) | AnswerLine::Working) => {
                    panic!("only once")
                }
                Err(problem) => heard.refused = Some(problem.code()),
            }
        }
        heard
    }

    pub fn prefix(&self) -> u64 {
        self.receipt.prefix.map_or(0, |reach| reach.seq)
    }

    /// Header hashes of a village by position, own and others'.
    pub fn positions(&self, code: &str) -> BTreeMap<u64, Digest> {
        let mut positions = BTreeMap::new();
        for mark in self.marks.iter().filter(|mark| mark.stream.as_str() == code) {
            positions.insert(mark.position, mark.header_hash);
        }
        for positioned in &self.entries {
            let entry = positioned.entry.clone().into_entry().unwrap();
            if entry.header.stream.as_str() == code {
                positions.insert(positioned.position, entry.header_hash());
            }
        }
        positions
    }

    /// The `seq` of an author's entries in the order of their positions in a village.
    pub fn order_of(&self, author: &Author, code: &str) -> Vec<u64> {
        let hashes: BTreeMap<Digest, u64> =
            author.entries.iter().map(|entry| (entry.header_hash(), entry.header.seq)).collect();
        self.positions(code).values().filter_map(|hash| hashes.get(hash).copied()).collect()
    }
}
