//! Duplicates and lost photos on the page of a case.

use super::api::Call;
use super::case::{find, view};
use super::message::{AlikePerson, CaseArgs, CaseView, JoinArgs, LostArgs};
use super::open::Register;
use super::person::person_card;
use crate::error::CenterError;
use bangban_model::clock::shanghai_day;
use bangban_model::joining::{ComparedField, compare};
use bangban_model::{Code, SubjectId};

fn resident_of(call: &Call, case: SubjectId) -> Result<SubjectId, CenterError> {
    Ok(find(call, case)?.document.case.as_ref().ok_or(Code::CaseUnknown)?.resident)
}

/// Who may be the same person, each beside hers.
pub(super) fn alike(call: &mut Call, args: CaseArgs) -> Result<Vec<AlikePerson>, CenterError> {
    let resident = resident_of(call, args.id)?;
    let store = call.center().store();
    let Some(own) = store.resident(call.scope()?, resident)? else { return Ok(Vec::new()) };
    let others = call.center().alike(call.sign_in()?, resident)?;
    let today = shanghai_day(call.center().now());
    let register = Register::of(call);
    let people = others.iter().map(|other| AlikePerson {
        person: person_card(other.subject, other.text("name"), other.text("id_number"), today),
        fields: compare(&own, other)
            .into_iter()
            .map(|compared| {
                let told = |value: Option<&serde_json::Value>| {
                    value.map(|value| register.told(compared.field, value)).unwrap_or_default()
                };
                ComparedField {
                    field: compared.field.to_owned(),
                    label: register.label(compared.field),
                    one: told(compared.one),
                    same: told(compared.same),
                    differs: compared.one.is_some()
                        && compared.same.is_some()
                        && compared.one != compared.same,
                }
            })
            .collect(),
    });
    Ok(people.collect())
}

/// Joins them.
pub(super) fn join(call: &mut Call, args: JoinArgs) -> Result<CaseView, CenterError> {
    let resident = resident_of(call, args.id)?;
    let own = call.center().store().resident(call.scope()?, resident)?.ok_or(Code::PersonUnknown)?;
    call.center().join_people(call.sign_in()?, own.subject, args.same, &args.from_same)?;
    view(call, args.id)
}

/// A photo will never come.
pub(super) fn lose_photo(call: &mut Call, args: LostArgs) -> Result<CaseView, CenterError> {
    call.center().declare_lost(call.sign_in()?, args.id, args.digest, &args.reason)?;
    view(call, args.id)
}
