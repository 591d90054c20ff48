//! What the store keeps of forms: those that were published, and workbooks that are still looked at.

use crate::error::CenterError;
use crate::store::Now;
use bangban_model::ids::StaffId;
use bangban_model::published_form::{FormFiles, PublishedForm};
use uuid::Uuid;

/// A form to be published.
#[derive(Clone, Debug)]
pub struct NewForm {
    /// The item's code.
    pub item: String,
    /// Where it holds: a division code prefix, empty for every village of the center.
    pub scope: String,
    /// The item's card as TOML, where it changes.
    pub card: Option<String>,
    /// What differs there from the item's card, as TOML.
    pub local: Option<String>,
    /// As its settings say.
    pub version: String,
    /// Its files; an empty workbook where the form stays as it is.
    pub files: FormFiles,
}

/// A published form as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormLine {
    /// Its number.
    pub number: u64,
    /// The item's code.
    pub item: String,
    /// Where it holds.
    pub scope: String,
    /// Whether it brings a card.
    pub card: bool,
    /// Whether it brings a local difference.
    pub local: bool,
    /// As its settings say; empty where it brings no form.
    pub version: String,
    /// The center's clock.
    pub published_at: String,
    /// Who published it.
    pub published_by: String,
}

/// A workbook that is looked at.
#[derive(Clone, Debug)]
pub struct FormDraft {
    /// Its id.
    pub id: Uuid,
    /// Who brought it.
    pub staff: StaffId,
    /// The workbook's file name.
    pub name: String,
    /// Its files.
    pub files: FormFiles,
}

/// Forms. Every method is one act and blocks.
pub trait Forming {
    /// The number of the newest published form; 0 for none.
    fn newest_form(&self) -> Result<u64, CenterError>;
    /// The scopes in which anything was published, sorted.
    fn form_scopes(&self) -> Result<Vec<String>, CenterError>;
    /// Published forms after this number, in their order.
    fn forms_after(&self, number: u64, limit: u32) -> Result<Vec<PublishedForm>, CenterError>;
    /// The published forms, the newest first.
    fn form_lines(&self) -> Result<Vec<FormLine>, CenterError>;
    /// Publishes a form under the next number. `FormUnchanged` where what was published last of the item in
    /// that scope is the same.
    fn publish_form(&self, form: &NewForm, by: StaffId, now: Now) -> Result<PublishedForm, CenterError>;
    /// Keeps a workbook to be looked at; old ones are swept.
    fn keep_form_draft(&self, draft: &FormDraft, now: Now) -> Result<(), CenterError>;
    /// A workbook that this staff member brought.
    fn form_draft(&self, id: Uuid, staff: StaffId) -> Result<Option<FormDraft>, CenterError>;
}
