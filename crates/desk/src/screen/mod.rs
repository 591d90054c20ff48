//! What the window shows: views of people, visits and cases with numbers masked, in the language of the screen.
//!
//! Nothing here changes anything. Acts stand beside, in the nouns of the trade.

pub mod appointment;
pub mod around;
pub mod bank_visits;
pub mod benefits;
pub mod case;
pub mod case_lines;
pub mod case_paper;
pub mod case_row;
mod case_sheet;
pub mod categories;
pub mod certify;
pub mod due;
pub mod due_list;
mod event_sheet;
pub mod export;
pub mod figures;
pub mod form_sheet;
pub mod guide;
pub mod handover;
pub mod household;
pub mod item;
pub mod joining;
pub mod line;
pub mod line_export;
pub mod line_sheet;
pub mod list;
pub mod open;
pub mod person;
pub mod radar;
pub mod reconcile;
pub mod refused;
pub mod register_page;
pub mod report;
pub mod revision;
pub mod roll;
pub mod roll_finding;
pub mod roster;
pub mod sheet_head;
pub mod timeline;
pub mod today;
mod today_cases;
mod today_due;
mod today_expiry;
mod today_fixed;
mod today_papers;
pub mod visit;
pub mod visit_export;
pub mod watch;

use crate::desk::Desk;
use crate::enrol;
use crate::error::DeskError;
use bangban_ledger::Ledger;
use bangban_model::ids::AgentId;
use bangban_model::words::Language;
use bangban_model::{Actor, StreamId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who sits at the desk, and in which language she reads.
#[derive(Clone)]
pub struct Seat {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Her language.
    pub language: Language,
}

impl Seat {
    /// The names of the villages this laptop is enrolled for.
    pub(crate) fn village_names(&self) -> BTreeMap<StreamId, String> {
        let reply = enrol::kept_reply(&self.desk).ok();
        let villages = reply.map(|reply| reply.villages).unwrap_or_default();
        villages.into_iter().map(|village| (village.code, village.name)).collect()
    }
}

/// The names of this laptop's agents.
pub(crate) fn agent_names(ledger: &Ledger) -> Result<BTreeMap<AgentId, String>, DeskError> {
    Ok(ledger.agent_names()?.into_iter().collect())
}

/// The name of who wrote an entry; '' where this laptop does not know it.
pub(crate) fn name_of(names: &BTreeMap<AgentId, String>, by: &Actor) -> String {
    match by {
        Actor::Agent(agent) => names.get(agent).cloned().unwrap_or_default(),
        Actor::Staff(_) => String::new(),
    }
}
