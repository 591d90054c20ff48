//! Who may write what: one table (rule S5). The village agent never decides.

use crate::entry::Audience;
use crate::ids::Actor;

/// Who may write a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// The kind of entry.
    pub kind: &'static str,
    /// Whether an agent may write it on her laptop.
    pub agent: bool,
    /// Whether staff may write it at the center.
    pub staff: bool,
    /// Who may see it.
    pub audience: Audience,
}

const fn right(kind: &'static str, agent: bool, staff: bool, audience: Audience) -> Right {
    Right { kind, agent, staff, audience }
}

/// The table. Agents record and submit; only staff import, accept, return and confirm.
pub const RIGHTS: &[Right] = &[
    right("ledger_begun", true, false, Audience::All),
    right("agent_added", true, false, Audience::All),
    right("agent_removed", true, false, Audience::All),
    right("resident_recorded", true, true, Audience::All),
    right("household_recorded", true, true, Audience::All),
    right("same_as", true, true, Audience::All),
    right("visit_recorded", true, false, Audience::All),
    right("handover_recorded", true, false, Audience::All),
    right("line_recorded", true, false, Audience::All),
    right("case_opened", true, false, Audience::All),
    right("case_recorded", true, false, Audience::All),
    right("case_submitted", true, false, Audience::All),
    right("case_withdrawn", true, false, Audience::All),
    right("conflict_settled", true, true, Audience::All),
    right("photo_lost", true, true, Audience::All),
    right("subject_erased", false, true, Audience::All),
    right("refusal_settled", false, true, Audience::All),
    right("gap_released", false, true, Audience::All),
    right("notice_given", true, true, Audience::All),
    right("benefit_decided", false, true, Audience::All),
    right("clock_paused", false, true, Audience::All),
    right("clock_resumed", false, true, Audience::All),
    right("bundle_closed", false, true, Audience::All),
    right("case_accepted", false, true, Audience::All),
    right("case_returned", false, true, Audience::All),
    right("case_confirmed", false, true, Audience::All),
    right("batch_imported", false, true, Audience::Center),
    right("case_imported", false, true, Audience::Center),
    right("case_checked", false, true, Audience::Center),
    right("case_import_undone", false, true, Audience::Center),
    right("internal_remark", false, true, Audience::Center),
];

/// The row of this kind, if this program knows the kind.
pub fn right_of(kind: &str) -> Option<&'static Right> {
    RIGHTS.iter().find(|row| row.kind == kind)
}

/// Whether this actor may write this kind for this audience. An unknown kind may be written by nobody.
pub fn may_write(actor: &Actor, kind: &str, audience: Audience) -> bool {
    right_of(kind).is_some_and(|row| {
        row.audience == audience
            && match actor {
                Actor::Agent(_) => row.agent,
                Actor::Staff(_) => row.staff,
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::KINDS;
    use crate::ids::{AgentId, StaffId};
    use uuid::Uuid;

    #[test]
    fn s5_every_kind_has_exactly_one_row() {
        for kind in KINDS {
            assert_eq!(RIGHTS.iter().filter(|row| row.kind == *kind).count(), 1, "{kind}");
        }
        assert_eq!(RIGHTS.len(), KINDS.len());
    }

    #[test]
    fn s5_an_agent_never_decides() {
        let agent = Actor::Agent(AgentId(Uuid::nil()));
        for kind in [
            "case_accepted",
            "case_returned",
            "case_confirmed",
            "case_imported",
            "case_checked",
            "batch_imported",
            "benefit_decided",
            "clock_paused",
            "clock_resumed",
            "bundle_closed",
            "subject_erased",
            "refusal_settled",
            "gap_released",
        ] {
            for audience in [Audience::All, Audience::Center] {
                assert!(!may_write(&agent, kind, audience), "{kind}");
            }
        }
        assert!(may_write(&agent, "case_submitted", Audience::All));
    }

    #[test]
    fn s2_what_is_for_the_center_alone_is_written_by_staff_alone() {
        for row in RIGHTS.iter().filter(|row| row.audience == Audience::Center) {
            assert!(row.staff && !row.agent, "{}", row.kind);
        }
        let staff = Actor::Staff(StaffId(Uuid::nil()));
        assert!(!may_write(&staff, "internal_remark", Audience::All), "a remark must not reach a laptop");
        assert!(!may_write(&staff, "case_submitted", Audience::All), "staff do not submit for an agent");
    }
}
