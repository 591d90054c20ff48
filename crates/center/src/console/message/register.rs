//! 登记簿 for the township: what the villages wrote.

use bangban_catalogue::register_view::LineColumn;
use bangban_model::{StreamId, SubjectId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Village;

/// A register in the list of registers.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RegisterLine {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub about: String,
    /// All its lines in scope.
    pub lines: u64,
    /// Lines of this month.
    pub this_month: u64,
}

/// Which lines of a register.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterArgs {
    /// Code of the register.
    pub register: String,
    /// Words that the answers hold.
    #[serde(default)]
    pub text: String,
    /// Only of this village.
    pub village: Option<StreamId>,
    /// Of this day or later.
    pub from: Option<NaiveDate>,
    /// Of this day or before.
    pub to: Option<NaiveDate>,
    /// Only those of which something is open.
    #[serde(default)]
    pub open: bool,
    /// So many are passed over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// An answer of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LineAnswer {
    /// The question.
    pub label: String,
    /// The answer in words, numbers masked.
    pub told: String,
}

/// A picture of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LinePhoto {
    /// Its digest.
    pub digest: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Its thumbnail, if that is here.
    pub thumb: Option<String>,
}

/// A line of a register.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RegisteredLine {
    /// The line.
    pub id: SubjectId,
    /// The day on which it happened, or is to.
    pub day: Option<NaiveDate>,
    /// 补录: the day on which it was written, where that is later.
    pub late: Option<NaiveDate>,
    /// By what it is called.
    pub title: String,
    /// Its answers, one a column.
    pub cells: Vec<String>,
    /// Every answer, in the order of the form.
    pub answers: Vec<LineAnswer>,
    /// Its pictures that are here.
    pub photos: Vec<LinePhoto>,
    /// The village.
    pub village: Village,
    /// Who wrote it.
    pub by: String,
    /// When it was received.
    pub received_at: Option<String>,
    /// Whether something of it is open.
    pub open: bool,
    /// 作废: why it does not count any more; '' while it does.
    pub void: String,
    /// How many stand on its roll (名单).
    pub on_roll: u64,
}

/// Whose roll is asked for.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RollArgs {
    /// The line.
    pub line: SubjectId,
}

/// A place on a roll.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RollPlaceLine {
    /// The person's name, or that of the household's head.
    pub name: String,
    /// 户号.
    pub household_no: String,
    /// Address as written.
    pub address: String,
    /// How it stands, in words.
    pub state: String,
    /// Whether nobody has to come back for it.
    pub settled: bool,
    /// 缺同行走访人: two were to go, and nobody came along.
    pub alone: bool,
    /// In the agent's words.
    pub note: String,
    /// The day of the newest visit on this round.
    pub visited_at: Option<String>,
    /// What was found to be needed.
    pub need: String,
}

/// A roll.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RollPart {
    /// Its places, as the village goes.
    pub rows: Vec<RollPlaceLine>,
}

/// A part of a register's lines.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RegisterPart {
    /// How many fit.
    pub total: u64,
    /// The columns.
    pub columns: Vec<LineColumn>,
    /// This part of them.
    pub lines: Vec<RegisteredLine>,
}
