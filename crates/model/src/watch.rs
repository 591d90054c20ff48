//! 重点关注: when somebody is to be seen next. Read from the visits, never written beside them. Pure: the same on laptop and center.

use crate::SubjectId;
use crate::document::Document;
use crate::visit::{MET_PREFIX, VisitResult, result_of};
use chrono::{Days, NaiveDate};

/// Whether a visit to her household was one to this person: somebody was met, and it was she where it says who. Several ids are
/// those of records that were joined into one.
#[must_use]
pub fn met_at(visit: &Document, person: &[SubjectId]) -> bool {
    if result_of(visit) != Some(VisitResult::Met) {
        return false;
    }
    let mut met = visit.under(MET_PREFIX).filter(|(_, value)| value.as_bool() == Some(true)).peekable();
    let names_nobody = met.peek().is_none();
    names_nobody || met.any(|(one, _)| one.parse().is_ok_and(|one: SubjectId| person.contains(&one)))
}

/// The day on which somebody is to be seen: what the line says, or so many days after she was met last, whichever is later.
#[must_use]
pub fn next_watch(by: NaiveDate, every_days: Option<u32>, met: Option<NaiveDate>) -> NaiveDate {
    let moved = met.zip(every_days).and_then(|(met, days)| met.checked_add_days(Days::new(days.into())));
    moved.map_or(by, |moved| moved.max(by))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::document::{Contender, Field};
    use crate::ids::{Actor, AgentId, EntryId};
    use crate::{IncarnationId, StreamId};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::collections::BTreeMap;
    use uuid::Uuid;

    fn visit(result: &str, met: &[(u128, bool)]) -> Document {
        let mut visit = Document::new(SubjectId(Uuid::nil()), StreamId::parse("420704102201").unwrap());
        let told = |value: Value| Field {
            held: Contender {
                value,
                entry: EntryId(Uuid::nil()),
                incarnation: IncarnationId(Uuid::nil()),
                seq: 1,
                by: Actor::Agent(AgentId(Uuid::nil())),
            },
            position: None,
            written: BTreeMap::new(),
            agreeing: Vec::new(),
        };
        visit.fields.insert("result".to_owned(), told(json!(result)));
        for (one, is_met) in met {
            visit.fields.insert(format!("{MET_PREFIX}{}", Uuid::from_u128(*one)), told(json!(is_met)));
        }
        visit
    }

    #[test]
    fn she_was_met_where_the_visit_says_so_of_her_or_of_nobody_by_name() {
        let she = [SubjectId(Uuid::from_u128(1)), SubjectId(Uuid::from_u128(11))];
        for (result, met, counts) in [
            ("met", &[][..], true),
            ("met", &[(1, true)], true),
            ("met", &[(11, true)], true),
            ("met", &[(2, true), (1, true)], true),
            ("met", &[(2, true)], false),
            ("met", &[(1, false)], true),
            ("met", &[(1, false), (2, true)], false),
            ("nobody", &[], false),
            ("nobody", &[(1, true)], false),
            ("refused", &[], false),
            ("away", &[], false),
            ("", &[(1, true)], false),
            ("a word of a newer program", &[], false),
        ] {
            assert_eq!(met_at(&visit(result, met), &she), counts, "{result} {met:?}");
        }
    }

    #[test]
    fn the_next_day_is_the_lines_or_counted_from_the_visit_whichever_is_later() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (by, every, met, next) in [
            ("2026-12-10", Some(30), None, "2026-12-10"),
            ("2026-12-10", Some(30), Some("2026-12-01"), "2026-12-31"),
            ("2026-12-10", Some(30), Some("2026-11-10"), "2026-12-10"),
            // A visit of before the line was written moves nothing.
            ("2026-12-10", Some(30), Some("2026-10-01"), "2026-12-10"),
            ("2026-12-10", None, Some("2026-12-09"), "2026-12-10"),
            ("2026-12-10", Some(u32::MAX), Some("2026-12-09"), "2026-12-10"),
            ("9999-12-31", Some(7), Some("2026-12-09"), "9999-12-31"),
        ] {
            assert_eq!(next_watch(day(by), every, met.map(day)), day(next), "{by} {every:?} {met:?}");
        }
    }

    proptest! {
        #[test]
        fn a_visit_never_brings_the_day_nearer(by in 0i64..20_000, every in 0u32..400, met in 0i64..20_000, later in 0i64..400) {
            let day = |days: i64| NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::Duration::days(days);
            let next = next_watch(day(by), Some(every), Some(day(met)));
            prop_assert!(next >= day(by));
            prop_assert!(next >= day(met));
            prop_assert!(next_watch(day(by), Some(every), Some(day(met + later))) >= next);
        }
    }
}
