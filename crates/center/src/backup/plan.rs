//! When the next copy is made. A township's machine is switched off at night: what was missed is made up for.

use crate::store::Now;
use crate::store::backing_up::BackupNote;
use chrono::{DateTime, NaiveTime, TimeDelta};
use std::path::PathBuf;

/// After a failure so long nothing is tried (minutes).
const AFTER_FAILURE: i64 = 60;

/// Where copies go, and when.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The folder of copies.
    pub place: PathBuf,
    /// The time of day.
    pub at: NaiveTime,
    /// So many stay.
    pub keep: usize,
}

/// Whether a copy is due: none was found whole since the newest of these times of day, and the last failure is a while ago.
pub(super) fn is_due(
    newest: Option<&BackupNote>,
    last: Option<&BackupNote>,
    at: NaiveTime,
    now: Now,
) -> bool {
    let time = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    let today = now.with_time(at).single().unwrap_or(now);
    let due = if today <= now { today } else { today - TimeDelta::days(1) };
    // A clock that was ahead once must not put copies off for ever.
    let is_made = newest.and_then(|note| time(&note.made_at)).is_some_and(|made| made >= due && made <= now);
    let failed = last.filter(|note| note.problem.is_some()).and_then(|note| time(&note.ended_at));
    let waits = failed.is_some_and(|at| at <= now && now - at < TimeDelta::minutes(AFTER_FAILURE));
    !is_made && !waits
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use bangban_model::Code;

    fn note(made_at: &str, problem: Option<Code>) -> BackupNote {
        BackupNote {
            id: uuid::Uuid::nil(),
            made_at: made_at.to_owned(),
            ended_at: made_at.to_owned(),
            place: PathBuf::new(),
            problem,
            entries: 0,
            photos: 0,
            bytes: 0,
        }
    }

    #[test]
    fn a_copy_is_due_once_a_day_and_made_up_for_when_the_machine_was_off() {
        let noon = NaiveTime::from_hms_opt(12, 30, 0).unwrap();
        let cases: &[(Option<&str>, &str, bool)] = &[
            (None, "2026-05-09T08:00:00+08:00", true),
            (Some("2026-05-08T12:31:00+08:00"), "2026-05-09T08:00:00+08:00", false),
            (Some("2026-05-08T12:31:00+08:00"), "2026-05-09T12:30:00+08:00", true),
            (Some("2026-05-06T12:31:00+08:00"), "2026-05-09T08:00:00+08:00", true),
            (Some("2026-05-09T12:30:00+08:00"), "2026-05-09T17:00:00+08:00", false),
            (Some("2036-05-09T12:30:00+08:00"), "2026-05-09T17:00:00+08:00", true),
        ];
        for (newest, now, due) in cases {
            let newest = newest.map(|made| note(made, None));
            let now = DateTime::parse_from_rfc3339(now).unwrap();
            assert_eq!(is_due(newest.as_ref(), newest.as_ref(), noon, now), *due, "{newest:?} at {now}");
        }
    }

    #[test]
    fn after_a_failure_it_is_tried_again_an_hour_later() {
        let noon = NaiveTime::from_hms_opt(12, 30, 0).unwrap();
        let failed = note("2026-05-09T12:30:00+08:00", Some(Code::DiskFull));
        let at = |text: &str| is_due(None, Some(&failed), noon, DateTime::parse_from_rfc3339(text).unwrap());
        assert!(!at("2026-05-09T13:29:00+08:00"));
        assert!(at("2026-05-09T13:30:00+08:00"));
        assert!(at("2026-05-09T12:00:00+08:00"), "a clock that was put back does not hinder it");
    }
}
