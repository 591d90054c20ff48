//! 登记新人、更正资料: one person by hand, read by the same rules as a row of the roster, so that a later roster meets the
//! same record.

use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::household::id_of;
use bangban_ledger::{Ledger, person};
use bangban_model::body::{FieldSet, Recorded};
use bangban_model::document::Document;
use bangban_model::entry::NewEntry;
use bangban_model::ids::DistrictKey;
use bangban_model::roster::{
    RosterCell, RosterColumn, RosterPerson, RosterRow, RowProblem, check_roster, known_categories,
};
use bangban_model::{Audience, Body, Code, StreamId, SubjectId};
use serde::Deserialize;
use serde_json::{Value, json};
use ts_rs::TS;

/// What is told of a person. What is left out stays as it is.
#[derive(Clone, Default, Deserialize, TS)]
#[serde(default)]
pub struct PersonFields {
    /// 姓名.
    pub name: Option<String>,
    /// 身份证号, in any form people write; '' where there is none.
    pub id_number: Option<String>,
    /// 电话.
    pub phone: Option<String>,
    /// 住址.
    pub address: Option<String>,
    /// 户号 of the household she is registered in.
    pub household_no: Option<String>,
    /// Whether that household may be a new one: a mistyped 户号 makes none.
    pub new_household: bool,
    /// The address of the whole household; a new one without it has hers.
    pub household_address: Option<String>,
    /// 与户主关系.
    pub relation: Option<String>,
    /// 人员类别 by their codes.
    pub categories: Option<Vec<String>>,
}

/// The columns that are read, and the field of each.
const COLUMNS: [(RosterColumn, &str); 6] = [
    (RosterColumn::Household, "household_no"),
    (RosterColumn::Name, "name"),
    (RosterColumn::Identity, "id_number"),
    (RosterColumn::Relation, "relation"),
    (RosterColumn::Phone, "phone"),
    (RosterColumn::Address, "address"),
];

impl PersonFields {
    fn told(&self, field: &str) -> Option<&str> {
        let value = match field {
            "household_no" => &self.household_no,
            "name" => &self.name,
            "id_number" => &self.id_number,
            "relation" => &self.relation,
            "phone" => &self.phone,
            _ => &self.address,
        };
        value.as_deref()
    }
}

fn wrong(field: &str, problem: RowProblem) -> DeskError {
    let mut refused = DeskError::new(Code::PersonWrong).with("path", field);
    if let Ok(Value::Object(told)) = serde_json::to_value(problem) {
        for (fact, value) in told {
            refused = refused.with(if fact == "code" { "problem" } else { fact.as_str() }, value);
        }
    }
    refused
}

/// Reads what is told as a row of a roster. Of a person who is known the rest stands as it is, right or not.
fn read(desk: &Desk, fields: &PersonFields, known: Option<&Document>) -> Result<RosterPerson, DeskError> {
    let cells = |of: &dyn Fn((RosterColumn, &'static str)) -> String| {
        COLUMNS.iter().map(|column| RosterCell::text(of(*column))).collect::<Vec<_>>()
    };
    let headings = RosterRow { row: 1, cells: cells(&|(column, _)| column.heading().to_owned()) };
    let said = |(_, field): (RosterColumn, &'static str)| {
        let stands = || match (known, field) {
            (None, _) => String::new(),
            // What stands is not read again: a name and a 户号 alone have to be there.
            (Some(_), "name" | "household_no") => "一".to_owned(),
            (Some(_), _) => String::new(),
        };
        fields.told(field).map_or_else(stands, str::to_owned)
    };
    let row = RosterRow { row: 2, cells: cells(&said) };
    let preview = check_roster(&[headings, row], desk.clock.today());
    let preview = preview.map_err(|_| wrong("name", RowProblem::NameMissing))?;
    if let Some(issue) = preview.wrong.first() {
        let column = issue.column.unwrap_or(RosterColumn::Name);
        let field = COLUMNS.iter().find(|(of, _)| *of == column).map_or("name", |(_, field)| *field);
        return Err(wrong(field, issue.problem));
    }
    let person = preview.people.into_iter().next();
    person.ok_or_else(|| wrong("name", RowProblem::NameMissing))
}

/// The values of the fields that were told.
fn values_of(
    fields: &PersonFields,
    read: &RosterPerson,
    household: Option<SubjectId>,
) -> Result<FieldSet, DeskError> {
    let mut set = FieldSet::new();
    let mut put = |field: &str, value: Value| set.insert(field.to_owned(), value);
    if fields.name.is_some() {
        put("name", json!(read.name));
    }
    if fields.id_number.is_some() {
        put("id_number", json!(read.identity.as_ref().map(|number| number.reveal()).unwrap_or_default()));
    }
    if fields.phone.is_some() {
        put("phone", json!(read.phone.as_deref().unwrap_or_default()));
    }
    if fields.address.is_some() {
        put("address", json!(read.address.as_deref().unwrap_or_default()));
    }
    if fields.relation.is_some() {
        put("relation", json!(read.relation_text));
        put("relation_code", json!(read.relation.unwrap_or_default()));
    }
    if let Some(household) = household {
        put("household", json!(household));
        put("household_no", json!(read.household_no));
    }
    if let Some(codes) = &fields.categories {
        let known = known_categories(codes);
        let known = known.ok_or_else(|| DeskError::new(Code::BadInput).with("path", "categories"))?;
        put("categories", json!(known.join(" ")));
    }
    Ok(set)
}

/// What differs from what stands; nothing told of what nobody knows is no difference.
fn differing(set: FieldSet, known: Option<&Document>) -> FieldSet {
    let stands = |field: &str| known.and_then(|document| document.value(field)).cloned();
    set.into_iter().filter(|(field, value)| stands(field).unwrap_or_else(|| json!("")) != *value).collect()
}

fn known_as(document: &Document) -> DeskError {
    DeskError::new(Code::PersonKnown).with("person", document.subject.to_string())
}

/// Whoever has this number in this village, also where it led to her by a record that was joined.
fn holder(ledger: &Ledger, village: &StreamId, number: &str) -> Result<Option<Document>, DeskError> {
    let mut found = person::by_number(ledger.entries(), number)?;
    found.extend(person::joined_by_number(ledger.entries(), number)?);
    match found.iter().find(|one| one.stream == *village) {
        Some(one) => Ok(desk::document(ledger, one.subject)?),
        None => Ok(None),
    }
}

fn entry(village: &StreamId, subject: SubjectId, known: Option<&Document>, body: Body) -> NewEntry {
    NewEntry {
        stream: village.clone(),
        subject,
        audience: Audience::All,
        saw: known.and_then(Document::newest_seen),
        body,
    }
}

/// The household that was told, and what is written of it: a new one, or another address.
fn household_of(
    ledger: &Ledger,
    key: &DistrictKey,
    village: &StreamId,
    fields: &PersonFields,
    read: &RosterPerson,
    stands: Option<SubjectId>,
) -> Result<(Option<SubjectId>, Option<NewEntry>), DeskError> {
    let told = fields.household_no.as_ref().map(|_| id_of(key, village, &read.household_no));
    let Some(household) = told.or(stands) else { return Ok((None, None)) };
    let known = desk::document(ledger, household)?;
    let mut set = FieldSet::new();
    if known.is_none() {
        if told.is_none() || !fields.new_household {
            return Err(Code::HouseholdUnknown.into());
        }
        let address = read.address.as_deref().unwrap_or_default();
        set.insert("household_no".into(), json!(read.household_no));
        set.insert("address".into(), json!(address));
    }
    if let Some(address) = fields.household_address.as_deref().map(str::trim) {
        if address.chars().count() > LONGEST_ADDRESS_CHARS {
            let problem = RowProblem::TextTooLong { limit_chars: LONGEST_ADDRESS_CHARS };
            return Err(wrong("household_address", problem));
        }
        set.insert("address".into(), json!(address));
    }
    let set = differing(set, known.as_ref());
    let stands = known.as_ref().map_or(household, |document| document.subject);
    let body = (!set.is_empty()).then_some(Body::HouseholdRecorded(Recorded { set }));
    let written = body.map(|body| entry(village, stands, known.as_ref(), body));
    Ok((told.map(|_| stands), written))
}

/// The longest address, in characters, as in the roster.
const LONGEST_ADDRESS_CHARS: usize = 200;

/// Adds a person whom no roster has yet, and her household where it is a new one.
///
/// # Errors
/// `PersonWrong` naming field and reason; `PersonKnown` with the record where she is here already; `HouseholdUnknown`
/// where no household has this 户号 and none is to be made.
pub fn add_person(
    desk: &Desk,
    village: Option<&StreamId>,
    fields: &PersonFields,
) -> Result<SubjectId, DeskError> {
    let fields = PersonFields {
        name: Some(fields.name.clone().unwrap_or_default()),
        household_no: Some(fields.household_no.clone().unwrap_or_default()),
        ..fields.clone()
    };
    let read = read(desk, &fields, None)?;
    let mut ledger = desk.ledger();
    let enrolment = ledger.enrolment()?;
    let village = village.or(enrolment.villages.first()).cloned().ok_or(Code::VillageUnknown)?;
    if !enrolment.villages.contains(&village) {
        return Err(Code::VillageUnknown.into());
    }
    let key = enrolment.district_key.clone();
    let (household, house) = household_of(&ledger, &key, &village, &fields, &read, None)?;
    let subject = new_id(&ledger, &key, &village, household, &read)?;
    let set = differing(values_of(&fields, &read, household)?, None);
    let mut entries: Vec<NewEntry> = house.into_iter().collect();
    entries.push(entry(&village, subject, None, Body::ResidentRecorded(Recorded { set })));
    ledger.record(desk.author(), entries, None)?;
    Ok(subject)
}

/// The id that the roster would give (rule E5), so that a roster meets this record.
fn new_id(
    ledger: &Ledger,
    key: &DistrictKey,
    village: &StreamId,
    household: Option<SubjectId>,
    read: &RosterPerson,
) -> Result<SubjectId, DeskError> {
    let number = read.identity.as_ref().map(|number| number.reveal());
    if let Some(known) = number.map(|number| holder(ledger, village, number)).transpose()?.flatten() {
        return Err(known_as(&known));
    }
    // One of this name in the household without a number is she: the roster takes it so too.
    if let Some(household) = household {
        for member in person::of_household(ledger.entries(), household)? {
            if member.name == read.name && member.id_number.is_empty() {
                let known = desk::document_of(ledger, member.subject, Code::PersonUnknown)?;
                return Err(known_as(&known));
            }
        }
    }
    let derived = match number {
        Some(number) => SubjectId::derive(key, village, "resident", number),
        None => {
            let place = format!("{}\0{}\0{}", read.household_no, read.name, 1);
            SubjectId::derive(key, village, "resident-by-place", &place)
        }
    };
    match desk::document(ledger, derived)? {
        None => Ok(derived),
        // The number was hers before it was corrected.
        Some(known) if known.text("name") == read.name => Err(known_as(&known)),
        // It stood with somebody else by mistake, and was corrected there: this is another person.
        Some(_) => Ok(SubjectId(uuid::Uuid::now_v7())),
    }
}

/// Without her number a person is known by household and name: another one of that name without a number would be taken for her.
fn refuse_doubled(
    ledger: &Ledger,
    household: Option<SubjectId>,
    person: SubjectId,
    name: &str,
) -> Result<(), DeskError> {
    let members = match household {
        Some(household) => person::of_household(ledger.entries(), household)?,
        None => Vec::new(),
    };
    let same =
        members.iter().find(|one| one.subject != person && one.name == name && one.id_number.is_empty());
    match same {
        Some(same) => Err(known_as(&desk::document_of(ledger, same.subject, Code::PersonUnknown)?)),
        None => Ok(()),
    }
}

/// Corrects what is known of a person. Only what was told and differs is written. A corrected number stays with its record:
/// the former one still leads to it (rule E5).
///
/// # Errors
/// As [`add_person`]; `PersonKnown` where the number is another person's: two records of one person are joined. Also where it is
/// taken away, and somebody of her name without a number lives in her household.
pub fn record_person(desk: &Desk, person: SubjectId, fields: &PersonFields) -> Result<(), DeskError> {
    let mut ledger = desk.ledger();
    let document = desk::document_of(&ledger, person, Code::PersonUnknown)?;
    if document.newer {
        return Err(Code::NewerRecord.into());
    }
    let read = read(desk, fields, Some(&document))?;
    let village = document.stream.clone();
    let key = ledger.enrolment()?.district_key.clone();
    if let (Some(_), Some(number)) = (&fields.id_number, &read.identity)
        && let Some(known) = holder(&ledger, &village, number.reveal())?
        && known.subject != document.subject
    {
        return Err(known_as(&known));
    }
    let lives = document.text("household").parse().ok();
    let stands = fields.household_address.as_ref().and(lives);
    let (household, house) = household_of(&ledger, &key, &village, fields, &read, stands)?;
    if fields.id_number.is_some() && read.identity.is_none() && !document.text("id_number").is_empty() {
        let name = if fields.name.is_some() { read.name.as_str() } else { document.text("name") };
        refuse_doubled(&ledger, household.or(lives), document.subject, name)?;
    }
    let set = differing(values_of(fields, &read, household)?, Some(&document));
    let mut entries: Vec<NewEntry> = house.into_iter().collect();
    if !set.is_empty() {
        let body = Body::ResidentRecorded(Recorded { set });
        entries.push(entry(&village, document.subject, Some(&document), body));
    }
    if !entries.is_empty() {
        ledger.record(desk.author(), entries, None)?;
    }
    Ok(())
}
