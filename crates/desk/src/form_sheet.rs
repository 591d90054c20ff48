//! 填表助手: whom a sheet from above is filled with, how the people of its rows stand, and writing it with its layout kept.

use bangban_model::form_sheet::FillField;
use bangban_model::{StreamId, SubjectId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod standing;
mod values;
mod who;

pub(crate) use standing::{Known, Stands};
pub(crate) use values::Filler;
pub use who::{MOST_PEOPLE, find};

/// What a column asks for, as she left it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ColumnChoice {
    /// Its place, from 0.
    pub at: u32,
    /// Its heading.
    pub heading: String,
    /// What it asks for; none where it stays as it is.
    pub field: Option<FillField>,
}

/// Whom to fill in.
#[derive(Clone, Deserialize, TS)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Who {
    /// Everybody to whom all of this applies; what is left out asks nothing.
    Filter {
        /// Words that name, number or address hold.
        #[serde(default)]
        text: String,
        /// Only of this village.
        village: Option<StreamId>,
        /// At least so old (years).
        age_from: Option<u32>,
        /// At most so old (years).
        age_to: Option<u32>,
        /// 男 or 女.
        sex: Option<String>,
        /// A category of the roster, by its code.
        category: Option<String>,
        /// Whoever receives this item.
        receives: Option<String>,
        /// Only heads of households.
        #[serde(default)]
        heads: bool,
    },
    /// Who is due for an item within so many days.
    Due {
        /// The item.
        item: String,
        /// Days from today.
        within_days: u32,
    },
    /// Who may be entitled to an item and does not ask.
    Hint {
        /// The item.
        item: String,
    },
    /// Who stands on the roll of a register's line, people or the heads of its households.
    Roll {
        /// The line.
        line: SubjectId,
    },
    /// Who is named in a text: a list of names, a message of the chat group. Nothing of it is kept.
    Pasted {
        /// The text.
        text: String,
    },
}

/// Whom was found, by id; whether several fit what was told.
pub struct WhoFound {
    /// In the order of the list.
    pub people: Vec<(SubjectId, bool)>,
    /// What a text names and this ledger does not have.
    pub unknown: Vec<String>,
    /// Whether there are more.
    pub more: bool,
}

/// How somebody of a list stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ListStanding {
    /// 不符: a person of this village, and something in her row differs from the ledger.
    Differs,
    /// 死亡待核 or 已核实死亡.
    Dead,
    /// 重名: several of this name, and nothing in the row tells which.
    Several,
    /// 查无此人: not in this ledger.
    Unknown,
    /// 迁出: moved away for good.
    Moved,
    /// 外出: away, or the household was away at the last visit.
    Away,
    /// 本村.
    Ours,
}

/// What in a row differs from the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Differing {
    /// The name of this number is another one here.
    Name,
    /// The number of this name is another one here.
    Identity,
    /// The number is no valid one.
    IdentityWrong,
    /// The sheet keeps it as a number: its last digits are lost.
    IdentityRounded,
    /// Another phone.
    Phone,
}
