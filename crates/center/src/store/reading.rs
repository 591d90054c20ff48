//! What the console's lists and views read. Scope is part of every query: what lies outside is not there.

use crate::error::CenterError;
use crate::staff::SignIn;
use crate::store::{BatchLine, CaseLine, LaptopLine, Now, PhotoCount};
use bangban_ledger::due_row::{DueAsk, DueDay};
use bangban_ledger::line_list::LineQuery;
use bangban_model::document::Document;
use bangban_model::roll::RollPlace;
use bangban_model::standing::CaseStands;
use bangban_model::{Actor, Digest, EntryId, RecordId, Stage, StreamId, SubjectId};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which cases, and which part of them.
#[derive(Clone, Debug, Default)]
pub struct CaseAsk {
    /// Only at this stage.
    pub stage: Option<Stage>,
    /// Only of this item.
    pub item: Option<String>,
    /// Only of this village.
    pub village: Option<StreamId>,
    /// Words that the resident's name, pinyin or number holds.
    pub text: String,
    /// Only those that an import put on the work list.
    pub listed_only: bool,
    /// So many are passed over.
    pub offset: u64,
    /// At most so many.
    pub limit: u32,
}

/// A part of a list of cases.
#[derive(Clone, Debug)]
pub struct CasePage {
    /// How many there are; of a text that more than a thousand people fit, no more than a thousand are counted.
    pub total: u64,
    /// This part: submitted ones in the order of their coming, 绿色通道 and 优先办 before the others; otherwise the newest first.
    pub lines: Vec<CaseLine>,
}

/// What a batch brought, beside its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchExtent {
    /// The agents of the life that wrote it.
    pub agents: Vec<String>,
    /// Cases.
    pub cases: u64,
    /// Pictures of those cases that this life named.
    pub photos: PhotoCount,
}

/// Somebody on the roll of a register's line.
#[derive(Clone, Debug)]
pub struct OnRoll {
    /// The person or household.
    pub document: Document,
    /// How it was marked.
    pub place: RollPlace,
    /// Who is registered in the household.
    pub members: Vec<Document>,
    /// Visits to the household on this round, the newest first.
    pub visits: Vec<Document>,
    /// Further needs that were found at them.
    pub further: Vec<Document>,
}

/// How things stand within a scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScopeCounts {
    /// Laptops that are served.
    pub laptops: u64,
    /// People.
    pub people: u64,
    /// Cases.
    pub cases: u64,
    /// Pictures verified.
    pub photos: u64,
    /// Pictures and thumbnails named but not here.
    pub photos_wanted: u64,
    /// Entries in force.
    pub entries: u64,
    /// Lives of laptops of which something waits behind a gap.
    pub gaps: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Batches with cases that no staff member has imported.
    pub batches_waiting: u64,
    /// Submitted cases on the work list.
    pub cases_to_review: u64,
    /// Cases that were accepted and wait for their confirmation.
    pub cases_accepted: u64,
    /// People whose deaths were reported and wait for an answer.
    pub deaths: u64,
}

/// What the console reads. Every method is one act and blocks.
pub trait Reading {
    /// Cases in this scope.
    fn case_page(&self, scope: &str, ask: &CaseAsk) -> Result<CasePage, CenterError>;
    /// A case in this scope as it stood when a revision was submitted.
    fn case_at(
        &self,
        scope: &str,
        case: SubjectId,
        revision: EntryId,
    ) -> Result<Option<Document>, CenterError>;
    /// What a batch brought into this scope.
    fn batch_extent(&self, scope: &str, batch: &BatchLine) -> Result<BatchExtent, CenterError>;
    /// How a batch of this scope stands.
    fn batch_line(&self, scope: &str, id: RecordId) -> Result<Option<BatchLine>, CenterError>;
    /// Whether an entry in force in this scope names this photo, and it is here.
    fn may_see_photo(&self, scope: &str, digest: Digest) -> Result<bool, CenterError>;
    /// The villages of this scope in which an entry in force names this photo.
    fn villages_of_photo(&self, scope: &str, digest: Digest) -> Result<Vec<StreamId>, CenterError>;
    /// Of the photos of a case, those that are here.
    fn verified_photos_of(&self, case: SubjectId) -> Result<Vec<Digest>, CenterError>;
    /// Hand-overs in this scope, the newest first.
    fn handovers_in(&self, scope: &str) -> Result<Vec<Document>, CenterError>;
    /// Lines of a register in this scope, the newest day first, and how many there are.
    fn lines_in(&self, query: &LineQuery) -> Result<(Vec<Document>, u64), CenterError>;
    /// Who stands on the roll of a line, as far as it lies in this scope.
    fn on_roll(&self, scope: &str, line: &Document) -> Result<Vec<OnRoll>, CenterError>;
    /// Names of agents and staff.
    fn names_of(&self, actors: &[Actor]) -> Result<BTreeMap<Actor, String>, CenterError>;
    /// Names of the agents of these lives' laptops.
    fn agents_of(&self, life: bangban_model::IncarnationId) -> Result<Vec<String>, CenterError>;
    /// Laptops with a village in this scope.
    fn laptops_in(&self, scope: &str) -> Result<Vec<LaptopLine>, CenterError>;
    /// A laptop is responsible for these villages of the scope from now on, and for those outside it as before.
    fn assign_laptop(
        &self,
        sign_in: &SignIn,
        laptop: Uuid,
        villages: &[StreamId],
        now: Now,
    ) -> Result<(), CenterError>;
    /// From now on a laptop is no longer served; `LaptopUnknown` outside the scope, `NotAllowed` where one of its
    /// villages lies outside.
    fn revoke_laptop(&self, sign_in: &SignIn, laptop: Uuid, now: Now) -> Result<(), CenterError>;
    /// Days on which something runs out.
    fn due_until(&self, ask: &DueAsk) -> Result<Vec<DueDay>, CenterError>;
    /// Everybody in this scope, and how every case stands.
    fn people_in(&self, scope: &str) -> Result<(Vec<Document>, Vec<CaseStands>), CenterError>;
    /// Who lives in a resident's household, as far as it lies in this scope.
    fn household_of(&self, scope: &str, resident: SubjectId) -> Result<Vec<Document>, CenterError>;
    /// Everybody in this scope with each of these identity numbers.
    fn residents_with_numbers(
        &self,
        scope: &str,
        numbers: &[&str],
    ) -> Result<Vec<Vec<Document>>, CenterError>;
    /// How a resident's cases stand.
    fn case_stands_of(&self, resident: SubjectId) -> Result<Vec<CaseStands>, CenterError>;
    /// Cases in this scope of one item of everybody with this resident's identity number, the newest first.
    fn cases_of_number(
        &self,
        scope: &str,
        resident: SubjectId,
        item: &str,
    ) -> Result<Vec<CaseLine>, CenterError>;
    /// When each certification was written that says the same of who met the person at home on which day, this one among
    /// them; in its village.
    fn met_at_home(&self, case: &Document) -> Result<Vec<String>, CenterError>;
    /// Cases of an item that are submitted or accepted, nothing more.
    fn undecided_of(&self, item: &str) -> Result<Vec<Document>, CenterError>;
    /// Whose deaths were reported and wait for an answer, in this scope; each with her newest case. At most `limit`.
    fn suspected_deaths(
        &self,
        scope: &str,
        limit: u32,
    ) -> Result<Vec<(Document, Option<SubjectId>)>, CenterError>;
    /// How things stand within this scope.
    fn counts_in(&self, scope: &str) -> Result<ScopeCounts, CenterError>;
    /// A watch over the store.
    fn watch(&self) -> Result<Box<dyn StoreWatch>, CenterError>;
}

/// Sees that something was written, by whatever process.
pub trait StoreWatch: Send {
    /// A number that is another one after anything was written.
    fn version(&mut self) -> Result<i64, CenterError>;
}
