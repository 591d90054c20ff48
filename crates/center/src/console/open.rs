//! Values that wait for somebody, as the console shows and settles them: of a case, its person and its household.

use super::api::Call;
use super::audit::note_seen;
use super::case::{Sight, actors_of, find, view};
use super::message::{CaseView, OpenAround, RevealValueArgs, Revealed, SettleValueArgs};
use crate::error::CenterError;
use crate::form::text_of;
use crate::settle::{Settlement, may_settle};
use bangban_catalogue::masked::{self, Number};
use bangban_model::document::{CaseFile, Contender, Document};
use bangban_model::photo::{PHOTO_PREFIX, PhotoField};
use bangban_model::settling::{self, OpenField, SettledLine, Settler, Whence, Words};
use bangban_model::{Actor, Code, IncarnationId, SubjectId};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Settles what is open at a field.
pub(super) fn settle(call: &mut Call, args: SettleValueArgs) -> Result<CaseView, CenterError> {
    let subject = of_this_case(call, args.id, args.subject)?;
    let settlement =
        Settlement { field: args.field, among: args.among, choice: args.value, reason: args.reason };
    call.center().settle(call.sign_in()?, subject, &settlement)?;
    view(call, args.id)
}

/// One of the open values whole; who asked for it stands in the log, by ids alone.
pub(super) fn reveal(call: &mut Call, args: RevealValueArgs) -> Result<Revealed, CenterError> {
    let subject = of_this_case(call, args.id, args.subject)?;
    let document = call.center().store().subject(call.scope()?, subject)?.ok_or(Code::ConflictMoved)?;
    let open = settling::open_at(&document, &args.field).ok_or(Code::ConflictMoved)?;
    let found = open.contenders.into_iter().find(|one| one.entry == args.entry);
    let value = text_of(&found.ok_or(Code::ConflictMoved)?.value);
    let (center, case) = (call.center(), args.id.to_string());
    note_seen(center, call.sign_in()?, std::slice::from_ref(&document.stream), "number_shown", &case)?;
    tracing::info!(staff = %call.sign_in()?.staff.id, case = %args.id, path = args.field, "an open value was shown whole");
    Ok(Revealed { value })
}

/// The subject, if it is this case or stands around it on its page.
fn of_this_case(call: &Call, case: SubjectId, subject: SubjectId) -> Result<SubjectId, CenterError> {
    let line = find(call, case)?;
    let file = line.document.case.as_ref().ok_or(Code::CaseUnknown)?;
    let around = [Some(case), Some(file.resident), file.household];
    match around.contains(&Some(subject)) {
        true => Ok(subject),
        false => Err(CenterError::About(Code::BadInput, "subject".into())),
    }
}

/// Whose laptops the lives behind open values are.
fn laptops_of(call: &Call, document: &Document) -> Result<BTreeMap<IncarnationId, String>, CenterError> {
    let mut laptops = BTreeMap::new();
    let contenders = document.conflicts.iter().flat_map(|conflict| &conflict.contenders);
    let late = document.late_changes.iter().map(|late| &late.contender);
    let held = document.late_changes.iter().filter_map(|late| Some(&document.fields.get(&late.field)?.held));
    for one in contenders.chain(late).chain(held) {
        if matches!(one.by, Actor::Agent(_)) && !laptops.contains_key(&one.incarnation) {
            laptops.insert(one.incarnation, call.center().store().agents_of(one.incarnation)?.join("、"));
        }
    }
    Ok(laptops)
}

fn whence(laptops: &BTreeMap<IncarnationId, String>, one: &Contender) -> (Whence, String) {
    match one.by {
        Actor::Staff(_) => (Whence::Center, String::new()),
        Actor::Agent(_) => (Whence::Laptop, laptops.get(&one.incarnation).cloned().unwrap_or_default()),
    }
}

struct CaseWords<'a> {
    sight: &'a Sight<'a>,
    laptops: BTreeMap<IncarnationId, String>,
}

impl Words for CaseWords<'_> {
    fn label(&self, field: &str) -> String {
        self.sight.labels.label(self.sight.document, field)
    }

    fn told(&self, field: &str, value: &Value) -> (String, bool) {
        if value.is_null() {
            return (String::new(), false);
        }
        if let Some(digest) = field.strip_prefix(PHOTO_PREFIX) {
            let photo = PhotoField::deserialize(value).ok().and_then(|photo| photo.name);
            return (photo.unwrap_or_else(|| digest.to_owned()), false);
        }
        let is_masked = self.sight.labels.number(field).is_some() && !text_of(value).is_empty();
        (self.sight.labels.told(field, value), is_masked)
    }

    fn writer(&self, one: &Contender) -> String {
        self.sight.names.get(&one.by).cloned().unwrap_or_default()
    }

    fn whence(&self, one: &Contender) -> (Whence, String) {
        whence(&self.laptops, one)
    }
}

/// What is open on a case, and what was settled on it.
pub(super) fn of_case(
    call: &Call,
    sight: &Sight<'_>,
) -> Result<(Vec<OpenField>, Vec<SettledLine>), CenterError> {
    let laptops = laptops_of(call, sight.document)?;
    let words = CaseWords { sight, laptops };
    let mut open = settling::open_view(sight.document, Settler::Staff, &words);
    allow(call, sight.document, &mut open)?;
    Ok((open, settling::settled_view(sight.document, &words)))
}

/// Only who tends cases settles.
fn allow(call: &Call, document: &Document, open: &mut [OpenField]) -> Result<(), CenterError> {
    let role = call.sign_in()?.staff.role;
    for field in open {
        field.may_settle &= may_settle(role, document, &field.field);
    }
    Ok(())
}

/// The register's words for two records side by side.
pub(super) struct Register<'a>(RegisterWords<'a>);

impl<'a> Register<'a> {
    pub(super) fn of(call: &'a Call) -> Self {
        Register(RegisterWords { call, names: BTreeMap::new(), laptops: BTreeMap::new() })
    }

    pub(super) fn told(&self, field: &str, value: &Value) -> String {
        self.0.told(field, value).0
    }

    pub(super) fn label(&self, field: &str) -> String {
        self.0.label(field)
    }
}

/// The words of the register: the screen names its fields itself.
struct RegisterWords<'a> {
    call: &'a Call,
    names: BTreeMap<Actor, String>,
    laptops: BTreeMap<IncarnationId, String>,
}

impl RegisterWords<'_> {
    fn subject(&self, id: &str) -> Option<Document> {
        self.call.center().store().subject(self.call.scope().ok()?, id.parse().ok()?).ok().flatten()
    }
}

impl Words for RegisterWords<'_> {
    fn label(&self, field: &str) -> String {
        match field.split_once('/') {
            Some(("living", person)) => {
                self.subject(person).map(|person| person.text("name").to_owned()).unwrap_or_default()
            }
            Some((_, item)) => {
                let card = self.call.console.item("", item);
                card.map_or_else(
                    || item.to_owned(),
                    |item| item.card.in_language(self.call.language).short_name,
                )
            }
            None => String::new(),
        }
    }

    fn told(&self, field: &str, value: &Value) -> (String, bool) {
        let text = match value {
            Value::Object(object) => {
                let told = object.get("date").or_else(|| object.get("state")).and_then(Value::as_str);
                told.unwrap_or_default().to_owned()
            }
            Value::Null => String::new(),
            other => text_of(other),
        };
        if field == "household"
            && let Some(household) = self.subject(&text)
        {
            return (household.text("household_no").to_owned(), false);
        }
        if field == "receives" {
            let names: Vec<String> =
                text.split_whitespace().map(|item| self.label(&format!("due/{item}"))).collect();
            return (names.join("、"), false);
        }
        (masked::shown(field, &text), Number::asked_by(field).is_some() && !text.is_empty())
    }

    fn writer(&self, one: &Contender) -> String {
        self.names.get(&one.by).cloned().unwrap_or_default()
    }

    fn whence(&self, one: &Contender) -> (Whence, String) {
        whence(&self.laptops, one)
    }
}

/// What is open on the person and the household of a case.
pub(super) fn around(call: &Call, file: &CaseFile) -> Result<Vec<OpenAround>, CenterError> {
    let store = call.center().store();
    let mut around = Vec::new();
    for (kind, subject) in [("resident", Some(file.resident)), ("household", file.household)] {
        let Some(subject) = subject else { continue };
        let Some(document) = store.subject(call.scope()?, subject)? else { continue };
        if document.conflicts.is_empty() && document.late_changes.is_empty() && document.settled.is_empty() {
            continue;
        }
        let words = RegisterWords {
            call,
            names: store.names_of(&actors_of(&document))?,
            laptops: laptops_of(call, &document)?,
        };
        let mut fields = settling::open_view(&document, Settler::Staff, &words);
        allow(call, &document, &mut fields)?;
        let settled = settling::settled_view(&document, &words);
        around.push(OpenAround { subject, kind, fields, settled });
    }
    Ok(around)
}
