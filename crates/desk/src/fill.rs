//! Synthetic cases with opaque photos, for benchmarks: real entries through the real write path.

use crate::desk::Desk;
use crate::error::DeskError;
use bangban_ledger::record::Author;
use bangban_model::body::{CaseOpened, CaseSubmitted, FieldSet, Recorded};
use bangban_model::demo::{DemoHousehold, demo_households};
use bangban_model::entry::NewEntry;
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::{Audience, Body, Code, StreamId, SubjectId};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// What to fill in.
#[derive(Clone, Copy, Debug)]
pub struct Filling {
    /// Cases.
    pub cases: u64,
    /// Photos a case.
    pub photos: u64,
    /// Bytes a photo.
    pub photo_bytes: usize,
    /// The same seed gives the same people and photos.
    pub seed: u64,
}

/// What was filled in.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Filled {
    /// Cases recorded.
    pub cases: u64,
    /// Photos kept.
    pub photos: u64,
    /// Bytes of those photos.
    pub photo_bytes: u64,
}

/// More than a village has that apply: a person of 100,000 cases has twenty.
const MOST_PEOPLE: usize = 5_000;
/// So many cases share a transaction.
const CASES_AT_ONCE: u64 = 200;

/// Records synthetic cases; `told` hears after each group how many there are.
pub fn fill(desk: &Desk, filling: Filling, told: impl Fn(u64)) -> Result<Filled, DeskError> {
    let (village, key) = {
        let ledger = desk.ledger();
        let enrolment = ledger.enrolment()?;
        (enrolment.villages.first().cloned().ok_or(Code::VillageUnknown)?, enrolment.district_key.clone())
    };
    let households = usize::try_from(filling.cases).unwrap_or(MOST_PEOPLE).clamp(1, MOST_PEOPLE);
    let people =
        demo_households(filling.seed, village.as_str(), households, households * 3, desk.clock.today());
    let item = desk.catalogue().item("DIBAO")?;
    let (form_version, form_digest) = (item.form()?.version().to_owned(), item.newest()?.digest);
    let mut bytes_of = Noise::new(filling.seed);
    let mut filled = Filled::default();
    let mut done = 0;
    while done < filling.cases {
        let until = filling.cases.min(done + CASES_AT_ONCE);
        let mut records = Vec::new();
        for number in done..until {
            let Some(household) = people.get((number % people.len().max(1) as u64) as usize) else { break };
            let person = person_entry(household, &village, &key);
            let mut set = answers_of(number);
            for _ in 0..filling.photos {
                let bytes = bytes_of.take(filling.photo_bytes);
                let digest = desk.ledger().put_photo(&bytes, desk.clock.now())?;
                set.insert(photo_path(digest), json!(opaque(bytes.len())));
                filled.photos += 1;
                filled.photo_bytes += bytes.len() as u64;
            }
            let opened = CaseOpened {
                item: "DIBAO".into(),
                form_version: form_version.clone(),
                form_digest,
                resident: person.subject,
                household: None,
                visit: None,
                bundle: None,
                catalogue: None,
                set,
            };
            let case = SubjectId(Uuid::now_v7());
            let about = |body| NewEntry {
                stream: village.clone(),
                subject: case,
                audience: Audience::All,
                saw: None,
                body,
            };
            let mut record =
                vec![about(Body::CaseOpened(opened)), about(Body::CaseSubmitted(CaseSubmitted {}))];
            if number < people.len() as u64 {
                record.insert(0, person);
            }
            records.push(record);
            filled.cases += 1;
        }
        let author: Author = desk.author();
        desk.ledger().record_many(author, records, None)?;
        done = until;
        told(done);
    }
    Ok(filled)
}

fn person_entry(
    household: &DemoHousehold,
    village: &StreamId,
    key: &bangban_model::ids::DistrictKey,
) -> NewEntry {
    let head = household.members.first();
    let number = head
        .and_then(|head| head.identity.as_ref())
        .map(|number| number.reveal().to_owned())
        .unwrap_or_default();
    let subject = if number.is_empty() {
        SubjectId(Uuid::now_v7())
    } else {
        SubjectId::derive(key, village, "resident", &number)
    };
    let name = head.map(|head| head.name.clone()).unwrap_or_default();
    let set: FieldSet = [
        ("name".to_owned(), json!(name)),
        ("id_number".to_owned(), json!(number)),
        ("address".to_owned(), json!(household.address)),
        ("household_no".to_owned(), json!(household.household_no)),
    ]
    .into();
    NewEntry {
        stream: village.clone(),
        subject,
        audience: Audience::All,
        saw: None,
        body: Body::ResidentRecorded(Recorded { set }),
    }
}

fn answers_of(number: u64) -> FieldSet {
    [
        ("/data/reason".to_owned(), json!(format!("合成数据 {number}"))),
        ("/data/income_total".to_owned(), json!((number * 37 % 900).to_string())),
        ("/data/members_count".to_owned(), json!((number % 6 + 1).to_string())),
    ]
    .into()
}

fn opaque(size_bytes: usize) -> PhotoField {
    PhotoField {
        slot: "id_card".into(),
        size_bytes: size_bytes as u64,
        source: "fill".into(),
        ..PhotoField::default()
    }
}

/// Bytes that do not shrink, the same for the same seed (SplitMix64).
struct Noise(u64);

impl Noise {
    fn new(seed: u64) -> Self {
        Noise(seed)
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.0;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bytes.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}
