//! 离岗交接: an agent who leaves her post hands over what she has open, with three signatures: 移交人, 接收人, 监交人.
//!
//! One record a village. The cases themselves do not change: who goes on with them follows from the record.

use crate::Stage;
use crate::body::FieldSet;
use crate::digest::Digest;
use crate::document::Document;
use crate::ids::{AgentId, SubjectId};
use crate::photo::{PHOTO_PREFIX, PhotoField};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Nobody holds more papers, or more lines of one kind.
pub const MOST_PAPERS: usize = 200;

/// Whose signature a picture of a hand-over is: the slot of its photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    /// 移交人
    From,
    /// 接收人
    To,
    /// 监交人
    Witness,
}

impl Signer {
    /// All three, in the order of the sheet.
    pub const ALL: [Signer; 3] = [Signer::From, Signer::To, Signer::Witness];

    /// The slot of the photo.
    #[must_use]
    pub fn slot(self) -> &'static str {
        match self {
            Signer::From => "signature/from",
            Signer::To => "signature/to",
            Signer::Witness => "signature/witness",
        }
    }
}

/// Somebody who hands over or takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Her name.
    pub name: String,
    /// Who she is on the laptop of the record; absent for whoever works elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
}

/// A case that was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseHanded {
    /// The case.
    pub case: SubjectId,
    /// Where it stood then.
    pub stage: Stage,
}

/// 材料: papers of other people that she kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct PaperHeld {
    /// What they are, and whose.
    pub name: String,
    /// How many.
    pub copies: u32,
    /// Whether it is the original.
    pub original: bool,
}

/// What a hand-over says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// 移交人
    pub from: Party,
    /// 接收人
    pub to: Party,
    /// 监交人
    pub witness: String,
    /// When, by the laptop's raw clock.
    pub at: String,
    /// Her cases of this village that are not over.
    pub cases: Vec<CaseHanded>,
    /// Drafts of this village on the laptop: they stay on it.
    #[serde(default)]
    pub drafts: u64,
    /// Lines of this village's due list, within a year.
    #[serde(default)]
    pub due: u64,
    /// Those of them that were overdue.
    #[serde(default)]
    pub overdue: u64,
    /// Papers that she kept.
    #[serde(default)]
    pub papers: Vec<PaperHeld>,
    /// A word on it.
    #[serde(default)]
    pub note: String,
    /// Whether her access to the laptop ended with it.
    #[serde(default)]
    pub access_ended: bool,
}

impl Handover {
    /// The fields of the record, without its photos.
    #[must_use]
    pub fn to_set(&self) -> FieldSet {
        match json!(self) {
            Value::Object(fields) => fields.into_iter().collect(),
            _ => FieldSet::new(),
        }
    }

    /// What a document says; none where it is not one of a hand-over, or of a newer program.
    #[must_use]
    pub fn of(document: &Document) -> Option<Self> {
        let fields = document.fields.iter().filter(|(path, _)| !path.contains('/'));
        let whole = fields.map(|(path, field)| (path.clone(), field.held.value.clone())).collect();
        Handover::deserialize(Value::Object(whole)).ok()
    }
}

/// Hand-overs in the order in which they came into force: by position, then what this laptop has not reported yet. Clocks
/// decide nothing.
#[must_use]
pub fn in_order(documents: Vec<Document>) -> Vec<(Document, Handover)> {
    let place = |document: &Document| {
        let at = document.fields.get("at");
        at.map(|field| (field.position.unwrap_or(u64::MAX), field.held.seq))
    };
    let read = documents.into_iter().filter_map(|document| {
        let handover = Handover::of(&document)?;
        Some((document, handover))
    });
    let mut all: Vec<_> = read.collect();
    all.sort_by_key(|(document, _)| place(document));
    all
}

/// The signatures that a document holds, in the order of the sheet.
#[must_use]
pub fn signatures_of(document: &Document) -> Vec<(Signer, Digest)> {
    let photos: Vec<(Digest, PhotoField)> = document
        .under(PHOTO_PREFIX)
        .filter_map(|(digest, value)| Some((Digest::parse(digest)?, PhotoField::deserialize(value).ok()?)))
        .collect();
    let found = |signer: Signer| photos.iter().find(|(_, photo)| photo.slot == signer.slot());
    Signer::ALL.into_iter().filter_map(|signer| Some((signer, found(signer)?.0))).collect()
}

/// Who goes on with cases that somebody else opened, after these hand-overs in the order in which they were made. None for
/// a case whose new agent works on no laptop of the record.
#[must_use]
pub fn taken_over<'a>(made: impl IntoIterator<Item = &'a Handover>) -> BTreeMap<SubjectId, Option<AgentId>> {
    let mut goes_on = BTreeMap::new();
    for handover in made {
        for handed in &handover.cases {
            goes_on.insert(handed.case, handover.to.agent);
        }
    }
    goes_on
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::{Contender, Field};
    use crate::ids::{Actor, EntryId, IncarnationId, StreamId};
    use uuid::Uuid;

    fn made(to: Option<AgentId>, cases: &[SubjectId]) -> Handover {
        let cases = cases.iter().map(|case| CaseHanded { case: *case, stage: Stage::Submitted }).collect();
        Handover {
            from: Party { name: "余秀兰".to_owned(), agent: None },
            to: Party { name: "李小满".to_owned(), agent: to },
            witness: "陈立".to_owned(),
            at: "2026-11-27T09:00:00+08:00".to_owned(),
            cases,
            drafts: 0,
            due: 0,
            overdue: 0,
            papers: vec![PaperHeld { name: "残疾证".to_owned(), copies: 1, original: true }],
            note: String::new(),
            access_ended: true,
        }
    }

    #[test]
    fn whoever_took_a_case_over_last_goes_on_with_it() {
        let [one, two, three] = [1, 2, 3].map(|n| SubjectId(Uuid::from_u128(n)));
        let [bea, cai] = [11, 12].map(|n| AgentId(Uuid::from_u128(n)));
        let all = [made(Some(bea), &[one, two, three]), made(Some(cai), &[two]), made(None, &[three])];
        let goes_on = taken_over(&all);
        assert_eq!(goes_on, [(one, Some(bea)), (two, Some(cai)), (three, None)].into());
    }

    /// Its document, at this place of its stream, or written as this one on the laptop and not reported yet.
    fn document(handover: &Handover, position: Option<u64>, seq: u64) -> Document {
        // The newest id says nothing: the clock may have been set back.
        let subject = SubjectId(Uuid::from_u128(1000 - u128::from(seq)));
        let mut document = Document::new(subject, StreamId::parse("420703200209").unwrap());
        for (path, value) in handover.to_set() {
            let held = Contender {
                value,
                entry: EntryId(subject.0),
                incarnation: IncarnationId(Uuid::from_u128(7)),
                seq,
                by: Actor::Agent(AgentId(Uuid::from_u128(11))),
            };
            document
                .fields
                .insert(path, Field { held, position, written: BTreeMap::new(), agreeing: Vec::new() });
        }
        document
    }

    #[test]
    fn the_order_is_that_of_positions_and_then_of_the_laptops_own_whatever_clocks_said() {
        let late = Handover { at: "2036-01-01T00:00:00+08:00".to_owned(), ..made(None, &[]) };
        let early = Handover { at: "2016-01-01T00:00:00+08:00".to_owned(), ..made(None, &[]) };
        let all = [
            document(&early, None, 9),
            document(&late, None, 8),
            document(&early, Some(12), 3),
            document(&late, Some(4), 5),
        ];
        let places: Vec<u64> =
            in_order(all.into()).iter().map(|(document, _)| document.fields["at"].held.seq).collect();
        assert_eq!(places, [5, 3, 8, 9]);
    }

    #[test]
    fn what_it_says_is_read_back_from_its_fields() {
        let handover = made(None, &[SubjectId(Uuid::from_u128(1))]);
        let fields = handover.to_set();
        assert!(fields.keys().all(|path| !path.contains('/')));
        assert_eq!(Handover::deserialize(json!(fields)).unwrap(), handover);
    }
}
