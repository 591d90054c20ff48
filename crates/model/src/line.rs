//! 登记簿: a line of a register beside its answers. Pure: the same on laptop and center.
//!
//! A line's answers stand under `/data/…` as a case's do, its pictures under `photo/<digest>`.

use crate::clock::shanghai_day;
use crate::document::{Document, HistoryLine};
use crate::{Digest, IncarnationId, SubjectId};
use chrono::{DateTime, NaiveDate};

/// Code of the register that the line belongs to.
pub const REGISTER: &str = "register";
/// Digest of the form that it was filled in by.
pub const FORM: &str = "form";
/// Number of the newest publication that the laptop had.
pub const CATALOGUE: &str = "catalogue";
/// The day on which it happened, or is to.
pub const DAY: &str = "day";
/// Whom it is about.
pub const PERSON: &str = "person";
/// The case that it belongs to.
pub const CASE: &str = "case";
/// The visit at which it was written.
pub const VISIT: &str = "visit";
/// By when what is open of it is to be done: a day, [`SOME_DAY`], or '' where nothing is open.
pub const TODO: &str = "todo";
/// 作废: why the line does not count any more; '' while it does.
pub const VOID: &str = "void";
/// The answers of a line that the township alone reads, sealed to its center (base64 of age v1 with X25519, within it JSON: answers
/// by path).
pub const SEALED: &str = "sealed";
/// 预约号, where the register gives its lines numbers: `KD03`, the mark of the laptop and a number of that day.
pub const NUMBER: &str = "number";
/// The answer that tells until when what was signed holds: 授权有效期至.
pub const VALID_UNTIL: &str = "/data/valid_until";
/// Open, without a day.
pub const SOME_DAY: &str = "9999-12-31";

/// What a line says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'d> {
    /// Code of its register.
    pub register: &'d str,
    /// Its form.
    pub form: Digest,
    /// Number of the newest publication when it was written.
    pub catalogue: Option<u64>,
    /// The day on which it happened, or is to; none where its answer is no day.
    pub day: Option<NaiveDate>,
    /// Whom it is about.
    pub person: Option<SubjectId>,
    /// The visit at which it was written.
    pub visit: Option<SubjectId>,
    /// The case that it belongs to.
    pub case: Option<SubjectId>,
    /// By when what is open is to be done.
    pub todo: Option<NaiveDate>,
    /// 作废: why it does not count any more; '' while it does.
    pub void: &'d str,
}

/// What a document says as a line of a register; none where it is none.
#[must_use]
pub fn line_of(document: &Document) -> Option<Line<'_>> {
    let register = document.text(REGISTER);
    (!register.is_empty()).then_some(())?;
    Some(Line {
        register,
        form: Digest::parse(document.text(FORM))?,
        catalogue: document.value(CATALOGUE).and_then(serde_json::Value::as_u64),
        day: document.text(DAY).parse().ok(),
        person: document.text(PERSON).parse().ok(),
        visit: document.text(VISIT).parse().ok(),
        case: document.text(CASE).parse().ok(),
        todo: document.text(TODO).parse().ok(),
        void: document.text(VOID),
    })
}

/// Letters of a mark: none that is taken for a digit.
const MARKS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The mark of a laptop in numbers that it gives, so that two laptops of a village do not give the same one.
#[must_use]
pub fn mark_of(life: IncarnationId) -> String {
    // The end of an id is random, its beginning a time.
    let bytes = life.0.as_bytes();
    [bytes[14], bytes[15]].map(|byte| char::from(MARKS[usize::from(byte) % MARKS.len()])).iter().collect()
}

/// The next number under a mark, after those that were given for the day.
#[must_use]
pub fn next_number<'a>(mark: &str, given: impl IntoIterator<Item = &'a str>) -> String {
    let numbers = given.into_iter().filter_map(|one| one.strip_prefix(mark)?.parse::<u32>().ok());
    format!("{mark}{:02}", numbers.max().unwrap_or(0) + 1)
}

/// The day on which it was written: by the writer's clock, or by the center's where that heard of it before.
#[must_use]
pub fn written_on(document: &Document) -> Option<NaiveDate> {
    day_of(document.history.first()?)
}

/// The day on which an entry was written: by the writer's clock, or by the center's where that heard of it before.
pub(crate) fn day_of(entry: &HistoryLine) -> Option<NaiveDate> {
    let at = DateTime::parse_from_rfc3339(&entry.at).ok().map(shanghai_day)?;
    let received = entry.received_at.as_deref().and_then(|at| DateTime::parse_from_rfc3339(at).ok());
    Some(received.map(shanghai_day).map_or(at, |received| at.min(received)))
}

/// 补录: what happened on an earlier day than it was written says so, with that day. Nothing can be backdated.
#[must_use]
pub fn written_late(document: &Document) -> Option<NaiveDate> {
    let day = line_of(document)?.day?;
    written_on(document).filter(|written| *written > day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StreamId;
    use crate::document::{Contender, Field};
    use crate::ids::{Actor, AgentId, EntryId};
    use serde_json::json;
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn line(day: &str, at: &str, received_at: Option<&str>) -> Document {
        let by = Actor::Agent(AgentId(Uuid::nil()));
        let entry = EntryId(Uuid::nil());
        let mut document =
            Document::new(SubjectId(Uuid::nil()), StreamId::parse("420704102201").expect("a village"));
        let said = [(REGISTER, "DJ_ZILIAO"), (FORM, &"0".repeat(64)), (DAY, day)];
        for (path, value) in said {
            let held =
                Contender { value: json!(value), entry, incarnation: IncarnationId(Uuid::nil()), seq: 1, by };
            let field = Field { held, position: None, written: BTreeMap::new(), agreeing: Vec::new() };
            document.fields.insert(path.to_owned(), field);
        }
        document.history.push(HistoryLine {
            entry,
            kind: "line_recorded".to_owned(),
            by,
            at: at.to_owned(),
            position: None,
            received_at: received_at.map(str::to_owned),
        });
        document
    }

    #[test]
    fn numbers_of_a_day_go_on_under_the_laptops_own_mark() {
        let mark = mark_of(IncarnationId(Uuid::nil()));
        assert_eq!(mark, "AA");
        assert_eq!(next_number("AA", []), "AA01");
        assert_eq!(next_number("AA", ["AA01", "KD07", "AA02", "AAx", ""]), "AA03");
        assert_eq!(next_number("AA", ["AA99"]), "AA100");
    }

    #[test]
    fn a_day_before_it_was_written_is_late_by_the_earlier_of_both_clocks() {
        let day = |text: &str| Some(text.parse::<NaiveDate>().expect("a day"));
        let cases = [
            ("2026-11-27", "2026-11-28T09:00:00+08:00", None, day("2026-11-28")),
            ("2026-11-28", "2026-11-28T09:00:00+08:00", None, None),
            // Ten in the evening of Greenwich is the next morning here.
            ("2026-11-28", "2026-11-28T22:00:00Z", None, day("2026-11-29")),
            // A laptop's clock that runs years ahead makes nothing late.
            ("2026-11-28", "2036-11-28T09:00:00+08:00", Some("2026-11-28T10:00:00+08:00"), None),
            ("2026-12-01", "2026-11-28T09:00:00+08:00", None, None),
            ("", "2026-11-28T09:00:00+08:00", None, None),
        ];
        for (happened, at, received, late) in cases {
            assert_eq!(written_late(&line(happened, at, received)), late, "{happened} {at}");
        }
    }
}
