//! What an office decided on a case, as it is kept where two decisions contradict each other (rule D2).

use crate::body::{Body, CaseAccepted, CaseConfirmed, CaseReturned, Outcome};
use crate::ids::EntryId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The field at which decisions that contradict each other are open. No form and no register has it, and only an office
/// settles it.
pub const DECIDED: &str = "decided";

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decided {
    /// 退回补正
    CaseReturned(CaseReturned),
    /// 受理
    CaseAccepted(CaseAccepted),
    /// 审核确认
    CaseConfirmed(CaseConfirmed),
}

impl Decided {
    /// What this body decides, if it decides.
    pub fn of(body: &Body) -> Option<Self> {
        match body {
            Body::CaseReturned(body) => Some(Decided::CaseReturned(body.clone())),
            Body::CaseAccepted(body) => Some(Decided::CaseAccepted(body.clone())),
            Body::CaseConfirmed(body) => Some(Decided::CaseConfirmed(body.clone())),
            _ => None,
        }
    }

    /// Reads what [`Decided::value`] wrote.
    pub fn read(value: &Value) -> Option<Self> {
        Decided::deserialize(value).ok()
    }

    /// As it is kept.
    pub fn value(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// About which revision.
    pub fn revision(&self) -> EntryId {
        match self {
            Decided::CaseReturned(body) => body.revision,
            Decided::CaseAccepted(body) => body.revision,
            Decided::CaseConfirmed(body) => body.revision,
        }
    }

    /// Whether both cannot hold. Accepting and confirming go one way, and a case may be returned twice.
    pub fn contradicts(&self, other: &Self) -> bool {
        match (self, other) {
            (Decided::CaseConfirmed(one), Decided::CaseConfirmed(other)) => one.outcome != other.outcome,
            (one, other) => {
                let returns = |decided: &Self| matches!(decided, Decided::CaseReturned(_));
                returns(one) != returns(other)
            }
        }
    }

    /// As a screen calls it: `returned`, `accepted`, `granted` or `refused`.
    pub fn word(&self) -> &'static str {
        match self {
            Decided::CaseReturned(_) => "returned",
            Decided::CaseAccepted(_) => "accepted",
            Decided::CaseConfirmed(body) => match body.outcome {
                Outcome::Granted => "granted",
                Outcome::Refused => "refused",
            },
        }
    }
}
