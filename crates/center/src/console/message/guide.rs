//! 事项: guides, their editor, the calendar.

use bangban_catalogue::guide_view::{GuideLine, GuideView};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is looked for.
#[derive(Debug, Deserialize, TS)]
pub struct GuideListArgs {
    /// In the words people use; empty for every item.
    pub text: String,
}

/// The guides that fit, the best first.
#[derive(Debug, Serialize, TS)]
pub struct GuideList {
    /// A line each.
    pub lines: Vec<GuideLine>,
}

/// An item.
#[derive(Debug, Deserialize, TS)]
pub struct ItemArgs {
    /// Its code.
    pub code: String,
}

/// An item to be begun.
#[derive(Debug, Deserialize, TS)]
pub struct BeginArgs {
    /// Its code: 2 to 24 capital letters, digits and `_`, a letter first.
    pub code: String,
    /// Its official name.
    pub name: String,
    /// Which department decides.
    pub department: String,
    /// What it is about: a word of `category`.
    pub category: String,
    /// 一件事: its form is made from those of other items.
    pub bundle: bool,
}

/// An item's card as its official changes it: `item.toml` as JSON, dates as `YYYY-MM-DD`.
#[derive(Debug, Serialize, TS)]
pub struct EditorView {
    /// The card as it holds in the official's scope.
    #[ts(type = "Record<string, unknown>")]
    pub card: serde_json::Value,
    /// Whether nothing was published of it yet: an item that is just being begun.
    pub is_new: bool,
    /// Whether what is published differs from the item in one township only.
    pub local: bool,
    /// The scope in which it will hold; '' for the whole center.
    pub scope: String,
    /// Whether there is something to take back: a local difference that holds.
    pub differs: bool,
    /// Whether this staff member may publish.
    pub may_publish: bool,
    /// What was published of it in this scope, the newest first.
    pub published: Vec<PublicationLine>,
    /// The words that a card chooses from, by key.
    pub words: Vec<CardWords>,
}

/// The words that a key of a card takes.
#[derive(Debug, Serialize, TS)]
pub struct CardWords {
    /// `category`, `level`, `authority`, `tags`, `service_ways`, `certainty`, `day_kind`, `limit_from`, `paper_kind`, `obtained`, `by`, `cycle`, `counter`.
    pub key: String,
    /// Each with what the screen says.
    pub words: Vec<bangban_catalogue::guide_view::GuideWord>,
}

/// Something that was published of an item.
#[derive(Debug, Serialize, TS)]
pub struct PublicationLine {
    /// Its number.
    pub number: u64,
    /// Whether it brought a card.
    pub card: bool,
    /// Whether it brought what differs locally.
    pub local: bool,
    /// Whether it brought a form.
    pub form: bool,
    /// The form's version.
    pub version: String,
    /// Where it holds; '' for the whole center.
    pub scope: String,
    /// The center's clock.
    pub published_at: String,
    /// Who.
    pub published_by: String,
    /// Whether it can be published again from here.
    pub again: bool,
}

/// A card as it was changed.
#[derive(Debug, Deserialize, TS)]
pub struct CardArgs {
    /// The card, as [`EditorView`] has it.
    #[ts(type = "Record<string, unknown>")]
    pub card: serde_json::Value,
}

/// What the check found in a card.
#[derive(Debug, Serialize, TS)]
pub struct CardCheck {
    /// Whether it can be published.
    pub ok: bool,
    /// What must be mended.
    pub errors: Vec<CardFinding>,
    /// What deserves a look.
    pub warnings: Vec<CardFinding>,
    /// The guide as it would be shown.
    pub preview: Option<GuideView>,
}

/// One finding.
#[derive(Debug, Serialize, TS)]
pub struct CardFinding {
    /// The key, such as `materials[2].id`.
    pub cell: String,
    /// What is wrong.
    pub message: String,
}

/// A publication.
#[derive(Debug, Deserialize, TS)]
pub struct AgainArgs {
    /// Its number.
    pub number: u64,
}

/// The working days that hold.
#[derive(Debug, Serialize, TS)]
pub struct CalendarView {
    /// The years with data, the newest first.
    pub years: Vec<CalendarYear>,
    /// Days off of the place itself.
    pub local_days_off: Vec<String>,
    /// What was published of it in this scope, the newest first.
    pub published: Vec<PublicationLine>,
    /// The file that holds, to be changed and brought back.
    pub text: String,
}

/// A year of it.
#[derive(Debug, Serialize, TS)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// How many working days it has.
    pub workdays: u32,
    /// Days off that are no weekend.
    pub days_off: Vec<String>,
    /// Weekend days on which people work.
    pub makeup_days: Vec<String>,
}

/// A calendar to be published.
#[derive(Debug, Deserialize, TS)]
pub struct CalendarArgs {
    /// The file, of the shape of `data/workdays.json`, with `local_days_off` beside `years`.
    pub text: String,
}
