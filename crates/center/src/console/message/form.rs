//! 表单 on its way from a workbook to the laptops.

use bangban_catalogue::form_screen::{FieldView, RepeatView};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;
use uuid::Uuid;

/// The forms as they now stand.
#[derive(Debug, Serialize, TS)]
pub struct FormsView {
    /// Every item with the form in use.
    pub items: Vec<ItemForm>,
    /// Everything that was published here, the newest first.
    pub published: Vec<PublishedLine>,
}

/// An item with the form in use.
#[derive(Debug, Serialize, TS)]
pub struct ItemForm {
    /// Item code.
    pub code: String,
    /// Official name.
    pub name: String,
    /// Which department decides.
    pub department: String,
    /// The form's title.
    pub title: String,
    /// The form's version.
    pub version: String,
    /// How many questions it asks.
    pub questions: usize,
    /// Since when, where it was published here; null for the program's own.
    pub published_at: Option<String>,
}

/// A form that was published here.
#[derive(Debug, Serialize, TS)]
pub struct PublishedLine {
    /// Its number.
    pub number: u64,
    /// Item code.
    pub item: String,
    /// The item's name.
    pub name: String,
    /// The form's version.
    pub version: String,
    /// The center's clock.
    pub published_at: String,
    /// By whom.
    pub published_by: String,
}

/// A workbook to look at, with the files it reads.
#[derive(Deserialize, TS)]
pub struct BringArgs {
    /// The workbook's file name.
    pub name: String,
    /// The workbook, base64.
    pub workbook: String,
    /// The files it reads by name, base64.
    pub files: BTreeMap<String, String>,
}

/// What looking at a workbook found.
#[derive(Debug, Serialize, TS)]
pub struct FormCheck {
    /// To try and to publish it by; null where it has mistakes.
    pub draft: Option<Uuid>,
    /// The form's title.
    pub title: String,
    /// The form's version.
    pub version: String,
    /// The item it would be published for.
    pub item: String,
    /// Whether that item is new here, so that a name and a department are needed.
    pub new_item: bool,
    /// Whether the item's form is exactly this one already.
    pub unchanged: bool,
    /// How many questions it asks.
    pub questions: usize,
    /// The files it reads that were not brought along.
    pub missing: Vec<String>,
    /// What must be mended.
    pub errors: Vec<FormFinding>,
    /// What works but deserves a look.
    pub warnings: Vec<FormFinding>,
}

/// One thing to mend, and where.
#[derive(Debug, Serialize, TS)]
pub struct FormFinding {
    /// The sheet; '' for the whole workbook.
    pub sheet: String,
    /// The cell as Excel names it; '' for the whole sheet.
    pub cell: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// One step of a trial.
#[derive(Deserialize, TS)]
pub struct TryArgs {
    /// Which form.
    pub draft: Uuid,
    /// What was given so far, as the last answer said; null at the beginning.
    pub given: Option<TrialGiven>,
    /// What is done now.
    pub act: Option<TrialAct>,
}

/// What a trial holds between two steps.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct TrialGiven {
    /// Answers by path.
    pub answers: BTreeMap<String, String>,
    /// Values of questions that are not asked at present.
    pub aside: BTreeMap<String, String>,
}

/// What is done in a trial.
#[derive(Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum TrialAct {
    /// A question is answered.
    Answer {
        /// Its path.
        path: String,
        /// The answer; '' takes it back.
        value: String,
    },
    /// A row is added.
    Add {
        /// The repeat.
        path: String,
    },
    /// A row is taken away.
    Remove {
        /// The row.
        path: String,
    },
}

/// A form being tried.
#[derive(Debug, Serialize, TS)]
pub struct FormTrial {
    /// The form's title.
    pub title: String,
    /// To hand in with the next step.
    pub given: TrialGiven,
    /// What is asked at present.
    pub form: Vec<FieldView>,
    /// Where rows can be added.
    pub repeats: Vec<RepeatView>,
    /// What still hinders submission.
    pub problems: Vec<TrialProblem>,
    /// Computed values, which the laptop does not show.
    pub computed: Vec<TrialValue>,
}

/// What hinders submission.
#[derive(Debug, Serialize, TS)]
pub struct TrialProblem {
    /// The question.
    pub path: String,
    /// What it is called.
    pub label: String,
    /// In the form's words.
    pub message: String,
}

/// A computed value.
#[derive(Debug, Serialize, TS)]
pub struct TrialValue {
    /// Its path.
    pub path: String,
    /// The value; '' for none.
    pub value: String,
}

/// A form to publish.
#[derive(Deserialize, TS)]
pub struct PublishArgs {
    /// Which form.
    pub draft: Uuid,
    /// The item's code; '' for the form's own identifier.
    pub item: String,
    /// The name of a new item; '' for the form's title.
    pub name: String,
    /// The department that decides, for a new item.
    pub department: String,
}
