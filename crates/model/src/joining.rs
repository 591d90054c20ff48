//! Two records of one person become one (rule E5): which stays, which values hold, and what is written. Pure, and the same on
//! laptop and center.

use crate::benefit::is_office_field;
use crate::body::{Body, FieldSet, Recorded, SameAs};
use crate::code::Code;
use crate::document::{Document, SubjectKind};
use crate::entry::{Audience, NewEntry};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use ts_rs::TS;

/// A field of two records of what may be one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared<'d> {
    /// The field.
    pub field: &'d str,
    /// What the one record says.
    pub one: Option<&'d Value>,
    /// What the other says.
    pub same: Option<&'d Value>,
}

/// A field of two records, as a screen shows it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ComparedField {
    /// The field's path.
    pub field: String,
    /// What it belongs to, where the path alone does not say it; '' elsewhere.
    pub label: String,
    /// What the one record says, numbers masked; '' where nothing.
    pub one: String,
    /// What the other says.
    pub same: String,
    /// Whether a person has to say which holds: both say something, and not the same.
    pub differs: bool,
}

/// Fields that go with another: nobody compares them.
const HIDDEN: [&str; 2] = ["household", "relation_code"];

/// What two records say, field by field, as far as a person may decide on it.
pub fn compare<'d>(one: &'d Document, same: &'d Document) -> Vec<Compared<'d>> {
    let paths: BTreeSet<&str> = one.fields.keys().chain(same.fields.keys()).map(String::as_str).collect();
    let told = paths.into_iter().filter(|path| !is_office_field(path) && !HIDDEN.contains(path));
    told.map(|field| Compared { field, one: said(one, field), same: said(same, field) })
        .filter(|compared| compared.one.is_some() || compared.same.is_some())
        .collect()
}

/// What a record says; an empty text says nothing.
fn said<'d>(document: &'d Document, field: &str) -> Option<&'d Value> {
    document.value(field).filter(|value| value.as_str() != Some(""))
}

/// What joins two records of one person. The values of `one` hold, but those of `from_same`; where only one of them says
/// something, that holds.
///
/// The record with the lower id stays, whoever joins and wherever: two laptops that join the same two cannot point them at
/// each other.
///
/// # Errors
/// `PersonUnknown` where one is no person or was joined already; `NewerRecord` where a newer program wrote on it; `BadInput`
/// where they are the same record or of different villages, whose streams never mix.
pub fn joining(one: &Document, same: &Document, from_same: &[String]) -> Result<Vec<NewEntry>, Code> {
    for document in [one, same] {
        if document.kind != Some(SubjectKind::Resident) || document.same_as.is_some() {
            return Err(Code::PersonUnknown);
        }
        if document.newer {
            return Err(Code::NewerRecord);
        }
    }
    if one.subject == same.subject || one.stream != same.stream {
        return Err(Code::BadInput);
    }
    let (stays, goes) = if one.subject < same.subject { (one, same) } else { (same, one) };
    let mut set = FieldSet::new();
    let fields: BTreeSet<&String> = one.fields.keys().chain(same.fields.keys()).collect();
    for field in fields.into_iter().filter(|field| !is_office_field(field)) {
        let first = match HIDDEN.iter().position(|hidden| hidden == field) {
            Some(0) => "household_no",
            Some(_) => "relation",
            None => field.as_str(),
        };
        let theirs = from_same.iter().any(|taken| taken == first);
        let chosen = match theirs {
            true => said(same, field).or(said(one, field)),
            false => said(one, field).or(said(same, field)),
        };
        if let Some(value) = chosen.filter(|value| stays.value(field) != Some(value)) {
            set.insert(field.clone(), value.clone());
        }
    }
    let entry = |document: &Document, body: Body| NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw: document.newest_seen(),
        body,
    };
    let mut entries = Vec::new();
    if !set.is_empty() {
        entries.push(entry(stays, Body::ResidentRecorded(Recorded { set })));
    }
    entries.push(entry(goes, Body::SameAs(SameAs { other: stays.subject })));
    Ok(entries)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::document::Field;
    use crate::{Actor, EntryId, IncarnationId, StreamId, SubjectId};
    use serde_json::json;
    use uuid::Uuid;

    fn person(id: u128, fields: &[(&str, &str)]) -> Document {
        let stream = StreamId::parse("420703200209").unwrap();
        let mut document = Document::new(SubjectId(Uuid::from_u128(id)), stream);
        document.kind = Some(SubjectKind::Resident);
        for (path, value) in fields {
            let held = crate::document::Contender {
                value: json!(value),
                entry: EntryId(Uuid::nil()),
                incarnation: IncarnationId(Uuid::nil()),
                seq: 1,
                by: Actor::Agent(crate::ids::AgentId(Uuid::nil())),
            };
            let field = Field { held, position: None, written: Default::default(), agreeing: Vec::new() };
            document.fields.insert((*path).to_owned(), field);
        }
        document
    }

    fn bodies(entries: &[NewEntry]) -> Vec<(SubjectId, Body)> {
        entries.iter().map(|entry| (entry.subject, entry.body.clone())).collect()
    }

    #[test]
    fn e5_what_only_one_record_says_is_not_lost_and_what_differs_is_chosen() {
        let one = person(1, &[("name", "余桂英"), ("id_number", "wrong"), ("phone", "")]);
        let same =
            person(2, &[("name", "余桂英"), ("id_number", "right"), ("phone", "139"), ("benefit/X", "1")]);
        let compared = compare(&one, &same);
        let differing: Vec<_> = compared
            .iter()
            .filter(|one| one.one.is_some() && one.same.is_some() && one.one != one.same)
            .map(|one| one.field)
            .collect();
        assert_eq!(differing, ["id_number"]);
        let joined = joining(&one, &same, &["id_number".to_owned()]).unwrap();
        let set = FieldSet::from([("id_number".into(), json!("right")), ("phone".into(), json!("139"))]);
        assert_eq!(
            bodies(&joined),
            [
                (one.subject, Body::ResidentRecorded(Recorded { set })),
                (same.subject, Body::SameAs(SameAs { other: one.subject }))
            ]
        );
    }

    #[test]
    fn e5_the_same_two_are_joined_the_same_way_from_either_side() {
        let (one, same) = (person(1, &[("phone", "1")]), person(2, &[("phone", "2")]));
        let ours = bodies(&joining(&one, &same, &[]).unwrap());
        let theirs = bodies(&joining(&same, &one, &["phone".to_owned()]).unwrap());
        assert_eq!(ours, theirs, "the lower id stays: two laptops cannot point them at each other");
        let taken = bodies(&joining(&same, &one, &[]).unwrap());
        assert_eq!(taken[0].0, one.subject);
        assert_eq!(taken.len(), 2, "the value of the record that goes is written to the one that stays");
    }

    #[test]
    fn e5_only_two_records_of_persons_of_one_village_are_joined() {
        let one = person(1, &[]);
        assert_eq!(joining(&one, &one, &[]).unwrap_err(), Code::BadInput);
        let mut elsewhere = person(2, &[]);
        elsewhere.stream = StreamId::parse("420703200210").unwrap();
        assert_eq!(joining(&one, &elsewhere, &[]).unwrap_err(), Code::BadInput);
        let mut joined = person(2, &[]);
        joined.same_as = Some(one.subject);
        assert_eq!(joining(&one, &joined, &[]).unwrap_err(), Code::PersonUnknown);
        let mut house = person(2, &[]);
        house.kind = Some(SubjectKind::Household);
        assert_eq!(joining(&one, &house, &[]).unwrap_err(), Code::PersonUnknown);
    }
}
