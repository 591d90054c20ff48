//! How fast certifications were written down, where the township is to know: at the case, and at the batch that brought them.

use super::api::Call;
use super::label::village;
use super::message::PaceLine;
use crate::error::CenterError;
use crate::store::CaseLine;
use bangban_model::certification::{AT_HOME, DAY, ITEM, MET_BY_NAME, METHOD, Pace};
use bangban_model::document::Document;
use chrono::DateTime;
use std::collections::BTreeMap;

/// Of the day and the person of this case.
pub(super) fn pace_of(call: &Call, document: &Document) -> Result<Option<Pace>, CenterError> {
    if !is_met_at_home(document) {
        return Ok(None);
    }
    let written = call.center().store().met_at_home(document)?;
    let read = written.iter().filter_map(|at| DateTime::parse_from_rfc3339(at).ok());
    Ok(Some(Pace::of(read.collect())).filter(Pace::is_told))
}

/// Of every day and person of these cases: who met more than anybody can, or wrote many in one go.
pub(super) fn paces_of(call: &Call, cases: &[CaseLine]) -> Result<Vec<PaceLine>, CenterError> {
    let met = cases.iter().map(|case| &case.document).filter(|document| is_met_at_home(document));
    let rounds: BTreeMap<_, _> = met.map(|document| (round_of(document), document)).collect();
    let mut lines = Vec::new();
    for ((stream, day, met_by), document) in rounds {
        if let Some(pace) = pace_of(call, document)? {
            let village = village(call, stream).name;
            lines.push(PaceLine { village, day: day.to_owned(), met_by: met_by.to_owned(), pace });
        }
    }
    Ok(lines)
}

fn is_met_at_home(document: &Document) -> bool {
    document.case.as_ref().is_some_and(|file| file.item == ITEM) && document.text(METHOD) == AT_HOME
}

fn round_of(document: &Document) -> (&str, &str, &str) {
    (document.stream.as_str(), document.text(DAY), document.text(MET_BY_NAME))
}
