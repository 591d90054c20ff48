//! A workbench for tests: a desk on a real ledger in a temporary folder, enrolled for two villages.

use crate::desk::Desk;
use crate::screen::Seat;
use crate::sign_in::make_ledger;
use bangban_keys::{KdfCost, OpeningKey, SigningKey};
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::{Enrolment, Life, person};
use bangban_model::body::{CaseOpened, CaseSubmitted, FieldSet, Recorded};
use bangban_model::clock::Clock;
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::ids::DistrictKey;
use bangban_model::words::Language;
use bangban_model::{Audience, Body, Digest, IncarnationId, StreamId, SubjectId};
use bangban_sheets::{Out, write_table};
use chrono::{DateTime, FixedOffset};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

/// A clock that stands.
struct Standing(DateTime<FixedOffset>);

impl Clock for Standing {
    fn now(&self) -> DateTime<FixedOffset> {
        self.0
    }
}

/// A desk with the folder it works in.
pub struct Bench {
    pub desk: Desk,
    folder: TempDir,
}

pub fn village() -> StreamId {
    StreamId::parse("420703200209").unwrap()
}

pub fn other_village() -> StreamId {
    StreamId::parse("420703200210").unwrap()
}

/// A desk on 2026-11-22, enrolled for two villages.
pub fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let cost = KdfCost { passes: 1, ..KdfCost::FLOOR };
    let clock = Arc::new(Standing(moment("2026-11-22")));
    let desk = make_ledger(&folder.path().join("ledger"), "余老师", "4927516380", cost, clock).unwrap();
    let enrolment = Enrolment {
        address: "127.0.0.1:1".into(),
        pins: vec![Digest::of(b"server")],
        villages: vec![village(), other_village()],
        district_key: DistrictKey(Digest::of(b"district")),
        reply: serde_json::json!({}),
    };
    let life = Life {
        id: IncarnationId(Uuid::now_v7()),
        signing: SigningKey::random().unwrap(),
        opening: OpeningKey::random(),
    };
    let new = NewLife { life, program: "bangban test".into() };
    desk.ledger().enrol(enrolment, new, moment("2026-11-22")).unwrap();
    Bench { desk, folder }
}

fn moment(day: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&format!("{day}T09:30:00+08:00")).unwrap()
}

impl Bench {
    /// The same desk on another day.
    pub fn on(mut self, day: &str) -> Bench {
        self.desk.clock = Arc::new(Standing(moment(day)));
        self
    }

    /// The bench of a desk that was taken from one.
    pub fn of(desk: Desk, folder: TempDir) -> Bench {
        Bench { desk, folder }
    }

    /// How many entries this ledger wrote.
    pub fn entries(&self) -> u64 {
        self.desk.ledger().pending_entries().unwrap()
    }

    /// The documents of those with this number, village by village.
    pub fn residents(&self, id_number: &str) -> Vec<Document> {
        let ledger = self.desk.ledger();
        let mut people = person::by_number(ledger.entries(), id_number).unwrap();
        people.sort_by_key(|person| person.stream.clone());
        people.iter().map(|person| crate::desk::document(&ledger, person.subject).unwrap().unwrap()).collect()
    }

    /// The one document of whoever has this number.
    pub fn resident(&self, id_number: &str) -> Document {
        let mut found = self.residents(id_number);
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    /// The desk, with someone at it who reads Chinese.
    pub fn seat(self) -> (Seat, TempDir) {
        (Seat { desk: Arc::new(self.desk), language: Language::Chinese }, self.folder)
    }
}

/// A case of a new person that was submitted at a desk, with these fields.
pub fn submitted(desk: &Desk, item: &str, set: FieldSet) -> SubjectId {
    let (resident, case) = (SubjectId(Uuid::now_v7()), SubjectId(Uuid::now_v7()));
    let form = desk.catalogue().item(item).unwrap().newest().unwrap().digest;
    let opened = CaseOpened {
        item: item.to_owned(),
        form_version: "1".into(),
        form_digest: form,
        resident,
        household: None,
        visit: None,
        bundle: None,
        catalogue: None,
        set,
    };
    let person = [("name".to_owned(), serde_json::json!("余桂英"))].into();
    let bodies = [
        (resident, Body::ResidentRecorded(Recorded { set: person })),
        (case, Body::CaseOpened(opened)),
        (case, Body::CaseSubmitted(CaseSubmitted {})),
    ];
    let entries = bodies.map(|(subject, body)| NewEntry {
        stream: village(),
        subject,
        audience: Audience::All,
        saw: None,
        body,
    });
    desk.ledger().record(desk.author(), entries.into(), None).unwrap();
    case
}

/// A real workbook.
pub fn workbook(headings: &[&str], rows: &[Vec<Out>]) -> Vec<u8> {
    write_table("名单", headings, rows).unwrap()
}

/// A row of texts.
pub fn texts(cells: &[&str]) -> Vec<Out> {
    cells.iter().map(|text| Out::Text((*text).to_owned())).collect()
}
