//! Writers of entries for the tests: each with its own life, chained as the real ones are.

use bangban_model::body::{self, Body, FieldSet};
use bangban_model::document::Document;
use bangban_model::entry::{Entry, NewEntry, Place, RecordPart, Saw, seal};
use bangban_model::fold::{Standing, fold};
use bangban_model::ids::{AgentId, StaffId};
use bangban_model::{
    Actor, Audience, Digest, EntryId, IncarnationId, Lineage, RecordId, StreamId, SubjectId,
};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One life of a ledger, or one sign-in of staff.
#[derive(Clone)]
pub struct Writer {
    pub incarnation: IncarnationId,
    by: Actor,
    pub seq: u64,
    prev: Digest,
    /// Another one after each copy that was put back: what is written then has other ids.
    pub branch: u128,
}

impl Writer {
    pub fn agent(number: u8) -> Writer {
        Writer::new(number, Actor::Agent(AgentId(uuid(2, number.into()))))
    }

    pub fn staff(number: u8) -> Writer {
        Writer::new(number, Actor::Staff(StaffId(uuid(3, number.into()))))
    }

    fn new(number: u8, by: Actor) -> Writer {
        Writer {
            incarnation: IncarnationId(uuid(1, number.into())),
            by,
            seq: 0,
            prev: Digest::ZERO,
            branch: 0,
        }
    }

    /// A new life: its chain begins anew.
    pub fn begin(&mut self) {
        (self.seq, self.prev) = (0, Digest::ZERO);
    }

    /// Writes the next entry of this life; its id tells writer and number.
    pub fn write(
        &mut self,
        subject: SubjectId,
        saw: Option<EntryId>,
        audience: Audience,
        body: Body,
    ) -> Entry {
        let id = u128::from(self.seq + 1) | (self.incarnation.0.as_u128() & 0xffff) << 32 | self.branch << 48;
        self.seal(EntryId(uuid(7, id)), subject, saw, audience, body)
    }

    /// Writes an entry of an earlier life again, under its id.
    pub fn write_again(&mut self, old: &Entry) -> Entry {
        let header = &old.header;
        let again =
            self.seal(header.id, header.subject, header.saw, header.audience, old.body().unwrap().unwrap());
        // The salt and the record stay what they were, and with them everything but the place in the chain.
        let mut same = header.clone();
        (same.incarnation, same.seq) = (again.header.incarnation, again.header.seq);
        (same.prev, same.stream_prev) = (again.header.prev, again.header.stream_prev);
        let sealed = Entry::from_bytes(serde_json::to_vec(&same).unwrap(), old.body_bytes.clone()).unwrap();
        self.prev = sealed.header_hash();
        sealed
    }

    fn seal(
        &mut self,
        id: EntryId,
        subject: SubjectId,
        saw: Option<EntryId>,
        audience: Audience,
        body: Body,
    ) -> Entry {
        self.seq += 1;
        let place = Place {
            id,
            incarnation: self.incarnation,
            seq: self.seq,
            prev: self.prev,
            stream_prev: self.prev,
            at: clock(),
            by: self.by,
            record: RecordPart {
                id: RecordId(uuid(8, id.0.as_u128() & ((1 << 100) - 1))),
                index: 0,
                count: 1,
            },
            salt: [self.seq as u8; 16],
        };
        let entry =
            seal(&NewEntry { stream: village(), subject, audience, saw: saw.map(Saw::from), body }, place)
                .unwrap();
        self.prev = entry.header_hash();
        entry
    }
}

pub fn uuid(family: u128, number: u128) -> Uuid {
    Uuid::from_u128(family << 120 | number)
}

pub fn clock() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-03-02T09:30:00+08:00").unwrap()
}

pub fn village() -> StreamId {
    StreamId::parse("420703200209").unwrap()
}

pub fn received_at(position: u64) -> String {
    format!("2026-03-02T12:00:00.{:03}+08:00", position % 1000)
}

pub fn opened() -> Body {
    Body::CaseOpened(body::CaseOpened {
        item: "DIBAO".into(),
        form_version: "1".into(),
        form_digest: Digest::of(b"form"),
        resident: SubjectId(uuid(4, 2)),
        household: None,
        visit: None,
        bundle: None,
        catalogue: None,
        set: FieldSet::new(),
    })
}

pub fn fields(field: &str, value: impl Into<Value>) -> FieldSet {
    FieldSet::from([(field.to_owned(), value.into())])
}

pub fn edit(field: &str, value: impl Into<Value>) -> Body {
    Body::CaseRecorded(body::Recorded { set: fields(field, value) })
}

pub fn resident(field: &str, value: impl Into<Value>) -> Body {
    Body::ResidentRecorded(body::Recorded { set: fields(field, value) })
}

pub fn settle(field: &str, among: &[EntryId], value: impl Into<Value>) -> Body {
    Body::ConflictSettled(body::ConflictSettled {
        field: field.into(),
        among: among.to_vec(),
        value: value.into(),
        reason: String::new(),
    })
}

pub fn submit() -> Body {
    Body::CaseSubmitted(body::CaseSubmitted {})
}

pub fn accept(revision: EntryId) -> Body {
    Body::CaseAccepted(body::CaseAccepted { revision })
}

pub fn send_back(revision: EntryId) -> Body {
    let remarks = vec![body::Remark { path: "/data/f".into(), text: "再核对一次".into() }];
    Body::CaseReturned(body::CaseReturned { revision, remarks, note: String::new() })
}

pub fn confirm(revision: EntryId) -> Body {
    decide(revision, body::Outcome::Granted)
}

pub fn refuse(revision: EntryId) -> Body {
    decide(revision, body::Outcome::Refused)
}

fn decide(revision: EntryId, outcome: body::Outcome) -> Body {
    Body::CaseConfirmed(body::CaseConfirmed { revision, outcome, due: None, note: String::new() })
}

/// The entries on one subject, in the order in which they are folded.
#[derive(Clone)]
pub struct Story {
    pub subject: SubjectId,
    pub told: Vec<(Entry, Option<u64>)>,
    writers: BTreeMap<&'static str, Writer>,
}

/// What a writer had seen: the newest positioned entry, or nothing.
pub const BLIND: Option<EntryId> = None;

impl Story {
    /// Nothing yet; alice, bob and carol write on laptops, dora and emil at the center.
    pub fn empty() -> Story {
        let agents = ["alice", "bob", "carol"].into_iter().zip(1..).map(|(name, n)| (name, Writer::agent(n)));
        let staff = ["dora", "emil"].into_iter().zip(8..).map(|(name, n)| (name, Writer::staff(n)));
        Story { subject: SubjectId(uuid(4, 1)), told: Vec::new(), writers: agents.chain(staff).collect() }
    }

    /// A case that alice opened; everybody has seen that.
    pub fn of_case() -> (Story, EntryId) {
        let mut story = Story::empty();
        let birth = story.tell("alice", BLIND, opened());
        (story, birth)
    }

    /// Writes without giving a position: the entry waits or stands in quarantine.
    pub fn write(&mut self, who: &str, saw: Option<EntryId>, body: Body) -> Entry {
        let audience = bangban_model::rights::right_of(body.kind()).unwrap().audience;
        self.writers.get_mut(who).unwrap().write(self.subject, saw, audience, body)
    }

    /// Gives an entry the next position.
    pub fn position(&mut self, entry: Entry) -> EntryId {
        let id = entry.header.id;
        let position = self.told.len() as u64 + 1;
        self.told.push((entry, Some(position)));
        id
    }

    /// Writes an entry that gets the next position.
    pub fn tell(&mut self, who: &str, saw: Option<EntryId>, body: Body) -> EntryId {
        let entry = self.write(who, saw, body);
        self.position(entry)
    }

    /// The same by a writer for whom what he saw stood at this position.
    pub fn tell_of(&mut self, who: &str, saw: EntryId, saw_at: u64, body: Body) -> EntryId {
        let entry = self.write(who, Some(saw), body);
        let mut header = entry.header.clone();
        header.saw_at = Some(saw_at);
        let bytes = serde_json::to_vec(&header).unwrap();
        self.position(Entry::from_bytes(bytes, entry.body_bytes).unwrap())
    }

    pub fn document(&self) -> Document {
        fold_all(self.subject, &self.told)
    }
}

/// What these entries say of the lives that wrote them.
pub fn lineage_of<'a>(told: impl IntoIterator<Item = &'a Entry>) -> Lineage {
    let mut lineage = Lineage::default();
    for entry in told.into_iter().filter(|entry| entry.header.kind == "ledger_begun") {
        if let Ok(Some(Body::LedgerBegun(begun))) = entry.body() {
            lineage.learn(entry.header.incarnation, &begun);
        }
    }
    lineage
}

/// A life begins that continues another after its entry `seq`, and writes these entries again.
pub fn begun(ancestor: IncarnationId, seq: u64, again: Vec<(u64, EntryId)>) -> Body {
    let fork = Some(body::Fork { ancestor, seq, header_hash: Digest::ZERO });
    Body::LedgerBegun(body::LedgerBegun { program: "bangban".into(), villages: vec![village()], fork, again })
}

pub fn fold_all(subject: SubjectId, told: &[(Entry, Option<u64>)]) -> Document {
    let times: Vec<Option<String>> = told.iter().map(|(_, position)| position.map(received_at)).collect();
    let standings = told.iter().zip(&times).map(|((entry, position), time)| Standing {
        entry,
        position: *position,
        received_at: time.as_deref(),
    });
    fold(subject, village(), &lineage_of(told.iter().map(|(entry, _)| entry)), standings)
}

/// The same header around another body.
pub fn with_body(entry: &Entry, kind: &str, json: &[u8]) -> Entry {
    let mut header = entry.header.clone();
    header.kind = kind.into();
    sealed_again(header, json)
}

pub fn sealed_again(mut header: bangban_model::Header, json: &[u8]) -> Entry {
    let mut bytes = vec![7; 16];
    bytes.extend_from_slice(json);
    header.body_digest = Digest::of(&bytes);
    Entry::from_bytes(serde_json::to_vec(&header).unwrap(), Some(bytes)).unwrap()
}
