//! 审核: what staff do with batches and cases. Each act is planned from what stands under the lock, then written as one
//! record (rules S2, F4).

use crate::center::Center;
use crate::error::CenterError;
use crate::form::check_case;
use crate::pause::tends;
use crate::staff::{Role, SignIn};
use crate::store::{BatchFolder, SettleAsk, Written};
use bangban_catalogue::item_words::CycleKind;
use bangban_model::body::{
    BatchImported, Body, CaseAccepted, CaseChecked, CaseConfirmed, CaseImportUndone, CaseImported,
    CaseReturned, Outcome, Remark, Settling,
};
use bangban_model::bundle::is_bundle;
use bangban_model::clock::shanghai_day;
use bangban_model::document::{CaseFile, Document};
use bangban_model::entry::NewEntry;
use bangban_model::workday::add_months;
use bangban_model::{Actor, Audience, Code, EntryId, IncarnationId, RecordId, Stage, SubjectId, planted};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A return or a note is no longer than this.
pub(crate) const LONGEST_TEXT_CHARS: usize = 2000;
/// A return has at most so many remarks.
const MOST_REMARKS: usize = 200;
/// The item whose due date staff take from the official list.
const PENSION_CERT: &str = "PENSION_CERT";

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Cases put on the work list.
    pub cases: Vec<SubjectId>,
    /// Cases left as they are: not submitted, decided, or on the list with this revision already.
    pub left: Vec<SubjectId>,
}

/// What an undo did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undone {
    /// Cases off the work list again.
    pub cases: Vec<SubjectId>,
    /// Cases that stay, because staff acted on them after the import.
    pub skipped: Vec<SubjectId>,
}

/// How a case is to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// How it is decided.
    pub outcome: Outcome,
    /// The next due date, from the official list.
    pub due: Option<NaiveDate>,
    /// A word for the village.
    pub note: String,
}

impl Center {
    /// Puts the submitted cases of a batch on the work list, with their latest revisions.
    pub fn import_batch(&self, sign_in: &SignIn, batch: RecordId) -> Result<Imported, CenterError> {
        require(sign_in, Role::accepts)?;
        // Read before the store is held for writing: within the act nothing else of the store may be asked.
        let now = self.now();
        let line = self.store().batch_line(&sign_in.staff.scope, batch)?.ok_or(Code::BatchUnknown)?;
        let mut catalogues = BTreeMap::new();
        for village in line.villages {
            let catalogue = self.catalogue_in(village.as_str())?;
            catalogues.insert(village, catalogue);
        }
        let mut imported = Imported { cases: Vec::new(), left: Vec::new() };
        self.store().write_on_batch(sign_in, batch, now, true, &mut |folder| {
            let (entries, outcome) =
                plan_import(folder, &|document| check_case(catalogues.get(&document.stream)?, now, document));
            imported = outcome;
            Ok(entries)
        })?;
        // What was to be decided last may have been taken back by this batch.
        for case in &imported.cases {
            self.close_bundle(sign_in, *case)?;
        }
        Ok(imported)
    }

    /// Takes a batch's cases off the work list again; those with later staff acts are skipped and named.
    pub fn undo_import(&self, sign_in: &SignIn, batch: RecordId) -> Result<Undone, CenterError> {
        require(sign_in, Role::accepts)?;
        let mut undone = Undone { cases: Vec::new(), skipped: Vec::new() };
        self.store().write_on_batch(sign_in, batch, self.now(), false, &mut |folder| {
            let (entries, outcome) = plan_undo(folder);
            undone = outcome;
            Ok(entries)
        })?;
        Ok(undone)
    }

    /// 受理: takes a case on. `revision` is the one on the screen; without it, the latest.
    pub fn accept_case(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        revision: Option<EntryId>,
    ) -> Result<Written, CenterError> {
        require(sign_in, Role::accepts)?;
        self.store().write_on_case(sign_in, case, self.now(), &mut |document| {
            let (file, revision) = reviewable(document, revision)?;
            if file.stage != Stage::Submitted {
                return Err(Code::CaseStage.into());
            }
            if let Some(invalid) = invalid_answers(document, revision).first()
                && !planted::out("accept_invalid")
            {
                return Err(CenterError::About(Code::AnswersInvalid, invalid.path.clone()));
            }
            Ok(vec![decision(document, revision, Body::CaseAccepted(CaseAccepted { revision }))])
        })
    }

    /// 退回补正: sends a case back, with everything there is to say.
    pub fn return_case(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        revision: Option<EntryId>,
        remarks: &[Remark],
        note: &str,
    ) -> Result<Written, CenterError> {
        require(sign_in, Role::accepts)?;
        let says_nothing = remarks.is_empty() && note.trim().is_empty();
        if says_nothing || note.chars().count() > LONGEST_TEXT_CHARS {
            return Err(CenterError::About(Code::BadInput, "remark".into()));
        }
        check_remarks(remarks)?;
        self.store().write_on_case(sign_in, case, self.now(), &mut |document| {
            let (file, revision) = reviewable(document, revision)?;
            if !matches!(file.stage, Stage::Submitted | Stage::Accepted) {
                return Err(Code::CaseStage.into());
            }
            let returned = CaseReturned { revision, remarks: remarks.to_vec(), note: note.trim().to_owned() };
            Ok(vec![decision(document, revision, Body::CaseReturned(returned))])
        })
    }

    /// 审核确认: decides a case; never by the person who accepted it.
    pub fn confirm_case(
        &self,
        sign_in: &SignIn,
        case: SubjectId,
        revision: Option<EntryId>,
        confirmation: &Confirmation,
    ) -> Result<Written, CenterError> {
        require(sign_in, Role::confirms)?;
        if confirmation.note.chars().count() > LONGEST_TEXT_CHARS {
            return Err(CenterError::About(Code::BadInput, "note".into()));
        }
        let line = self.store().case(&sign_in.staff.scope, case)?.ok_or(Code::CaseUnknown)?;
        let next_review = self.next_review(&line.document)?;
        let written = self.store().write_on_case(sign_in, case, self.now(), &mut |document| {
            let (file, revision) = reviewable(document, revision)?;
            if is_bundle(document) {
                return Err(Code::BundleClosesItself.into());
            }
            if file.acceptance.is_none() || file.stage != Stage::Accepted {
                return Err(Code::CaseStage.into());
            }
            if accepted_by(document, file) == Some(Actor::Staff(sign_in.staff.id)) {
                return Err(CenterError::About(Code::NotAllowed, "accepted_by_the_same_person".into()));
            }
            let granted = confirmation.outcome == Outcome::Granted;
            if needs_due(&file.item) && granted && confirmation.due.is_none() {
                return Err(CenterError::About(Code::BadInput, "due".into()));
            }
            let due = confirmation.due.or(next_review);
            let confirmed = CaseConfirmed {
                revision,
                outcome: confirmation.outcome,
                due: due.filter(|_| granted),
                note: confirmation.note.trim().to_owned(),
            };
            Ok(vec![decision(document, revision, Body::CaseConfirmed(confirmed))])
        })?;
        self.close_bundle_of(sign_in, case)?;
        Ok(written)
    }

    /// The day until which a case that is granted today holds, by its item's review cycle.
    pub fn next_review(&self, document: &Document) -> Result<Option<NaiveDate>, CenterError> {
        let Some(file) = document.case.as_ref().filter(|file| !needs_due(&file.item)) else {
            return Ok(None);
        };
        let Ok(item) = self.catalogue_in(document.stream.as_str())?.item(&file.item) else { return Ok(None) };
        let cycle = item.card_at(file.catalogue).review_cycle.as_ref();
        let months = cycle.filter(|cycle| cycle.kind != CycleKind::None).and_then(|cycle| cycle.months);
        Ok(months.map(|months| add_months(shanghai_day(self.now()), months)))
    }

    /// Releases a record from quarantine (rule S3); how many entries took positions.
    pub fn release_record(&self, sign_in: &SignIn, record: RecordId) -> Result<u64, CenterError> {
        require(sign_in, Role::settles)?;
        let given = self.store().release(sign_in, record, self.now())?;
        tracing::info!(staff = %sign_in.staff.id, record = %record, entries = given, "released from quarantine");
        Ok(given)
    }

    /// Settles a record that is not to come into force: it is set aside with a word for its author, or erased (rule S3).
    pub fn settle_record(&self, sign_in: &SignIn, ask: &SettleAsk<'_>) -> Result<(), CenterError> {
        match ask.how {
            Settling::Released => return Err(CenterError::About(Code::BadInput, "how".into())),
            Settling::SetAside => require(sign_in, Role::settles)?,
            Settling::Erased => require(sign_in, Role::erases)?,
        }
        if ask.note.trim().is_empty() || ask.note.chars().count() > LONGEST_TEXT_CHARS {
            return Err(CenterError::About(Code::BadInput, "note".into()));
        }
        self.store().settle(sign_in, ask, self.now())?;
        tracing::info!(staff = %sign_in.staff.id, record = %ask.record, "refused record settled");
        if ask.how == Settling::Erased
            && let Err(problem) = self.remove_erased_photos()
        {
            tracing::warn!(%problem, "files of erased photos are not all gone");
        }
        Ok(())
    }

    /// Lets what waits behind a gap go on without what is missing (rule S4); how many entries took positions.
    pub fn release_gap(&self, sign_in: &SignIn, life: IncarnationId) -> Result<u64, CenterError> {
        require(sign_in, Role::settles)?;
        let given = self.store().release_gap(sign_in, life, self.now())?;
        tracing::info!(staff = %sign_in.staff.id, life = %life, entries = given, "gap released");
        Ok(given)
    }
}

/// What a staff member may do with a case as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseRights {
    /// 受理
    pub accept: bool,
    /// 退回补正
    pub send_back: bool,
    /// 审核确认
    pub confirm: bool,
    /// 一次性告知
    pub notice: bool,
    /// Letting the clock stand still.
    pub pause: bool,
    /// Letting it go on.
    pub resume: bool,
}

/// What a staff member may do with a case as it stands: the same rules that the acts themselves check.
pub fn rights(sign_in: &SignIn, document: &Document) -> CaseRights {
    let role = sign_in.staff.role;
    let Ok((file, revision)) = reviewable(document, None) else {
        return CaseRights::default();
    };
    let accepted_by_herself = accepted_by(document, file) == Some(Actor::Staff(sign_in.staff.id));
    CaseRights {
        accept: role.accepts()
            && file.stage == Stage::Submitted
            && invalid_answers(document, revision).is_empty(),
        send_back: role.accepts() && matches!(file.stage, Stage::Submitted | Stage::Accepted),
        confirm: role.confirms()
            && file.stage == Stage::Accepted
            && !accepted_by_herself
            && !is_bundle(document),
        notice: role.accepts() && matches!(file.stage, Stage::Submitted | Stage::Returned | Stage::Accepted),
        pause: tends(role) && file.stage == Stage::Accepted && file.open_pause().is_none(),
        resume: tends(role) && file.open_pause().is_some(),
    }
}

/// The answers of this revision that the form itself says cannot stand.
pub fn invalid_answers(document: &Document, revision: EntryId) -> &[Remark] {
    let check = document.center.as_ref().and_then(|center| center.check.as_ref());
    check.filter(|check| check.revision == revision).map_or(&[], |check| &check.invalid)
}

/// Whether a granting confirmation of this item needs a due date from the official list.
pub fn needs_due(item: &str) -> bool {
    item == PENSION_CERT
}

fn accepted_by(document: &Document, file: &CaseFile) -> Option<Actor> {
    let acceptance = file.acceptance.as_ref()?;
    document.history.iter().find(|line| line.entry == acceptance.entry).map(|line| line.by)
}

pub(crate) fn require(sign_in: &SignIn, right: impl Fn(Role) -> bool) -> Result<(), CenterError> {
    if right(sign_in.staff.role) || planted::out("any_role") {
        Ok(())
    } else {
        Err(CenterError::About(Code::NotAllowed, sign_in.staff.role.as_str().to_owned()))
    }
}

/// Remarks are not too many, none too long, each at something that a case has.
pub(crate) fn check_remarks(remarks: &[Remark]) -> Result<(), CenterError> {
    if remarks.len() > MOST_REMARKS {
        return Err(CenterError::About(Code::BadInput, "remark".into()));
    }
    let too_long = |text: &str| text.chars().count() > LONGEST_TEXT_CHARS;
    match remarks.iter().find(|remark| !is_remark(remark) || too_long(&remark.text)) {
        Some(wrong) => Err(CenterError::About(Code::BadInput, wrong.path.clone())),
        None => Ok(()),
    }
}

/// Remarks stand at fields that a form, a photo or a material slot has.
fn is_remark(remark: &Remark) -> bool {
    let at_field = ["/data/", "photo/", "material/"]
        .iter()
        .any(|prefix| remark.path.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()));
    at_field && remark.path.len() <= 512 && !remark.text.trim().is_empty()
}

/// The case and its latest revision, if it is imported and that is the revision on the screen (rule F4).
pub(crate) fn reviewable(
    document: &Document,
    on_screen: Option<EntryId>,
) -> Result<(&CaseFile, EntryId), CenterError> {
    if document.newer {
        return Err(Code::NewerRecord.into());
    }
    let file = document.case.as_ref().ok_or(Code::CaseUnknown)?;
    let latest = file.latest_revision().ok_or(Code::CaseStage)?.entry;
    if on_screen.is_some_and(|revision| revision != latest) && !planted::out("accept_outdated") {
        return Err(Code::RevisionOutdated.into());
    }
    let imported = document.center.as_ref().is_some_and(|center| center.imported.is_some());
    if !imported && !planted::out("accept_unimported") {
        return Err(Code::CaseNotImported.into());
    }
    Ok((file, latest))
}

/// A staff entry on a case. It has seen the revision on the screen and what staff did after it, but nothing an agent
/// wrote since: that was on no screen (rule S2).
pub(crate) fn decision(document: &Document, revision: EntryId, body: Body) -> NewEntry {
    let shown = document.position_of(revision);
    let saw = document.seen_among(|line| line.position <= shown || matches!(line.by, Actor::Staff(_)));
    NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::All,
        saw,
        body,
    }
}

fn for_center(document: &Document, body: Body) -> NewEntry {
    NewEntry {
        stream: document.stream.clone(),
        subject: document.subject,
        audience: Audience::Center,
        saw: document.newest_seen(),
        body,
    }
}

/// The revision with which an import of this batch would put a case on the work list; none where it would not.
fn importable(document: &Document, batch: RecordId) -> Option<EntryId> {
    let file = document.case.as_ref().filter(|file| file.stage == Stage::Submitted)?;
    let revision = file.latest_revision()?.entry;
    (!is_listed_with(document, batch)).then_some(revision)
}

/// Whether an import of this batch would put a case on the work list.
pub fn would_import(document: &Document, batch: RecordId) -> bool {
    importable(document, batch).is_some()
}

/// One record: the batch, and each of its cases that goes on the list, with what its form says of it.
fn plan_import(
    folder: &BatchFolder,
    check: &dyn Fn(&Document) -> Option<CaseChecked>,
) -> (Vec<NewEntry>, Imported) {
    let batch = folder.line.id;
    let mut outcome = Imported { cases: Vec::new(), left: Vec::new() };
    let mut entries = Vec::new();
    for line in &folder.cases {
        let document = &line.document;
        match importable(document, batch) {
            Some(revision) => {
                outcome.cases.push(document.subject);
                let imported = CaseImported { batch, revision };
                entries.push(for_center(document, Body::CaseImported(imported)));
                entries.extend(check(document).map(|check| for_center(document, Body::CaseChecked(check))));
            }
            None => outcome.left.push(document.subject),
        }
    }
    entries.extend(batch_entry(folder, &outcome.cases));
    (entries, outcome)
}

fn is_listed_with(document: &Document, batch: RecordId) -> bool {
    document.center.as_ref().is_some_and(|center| center.imported == Some(batch))
}

/// The batch is a subject of its own, in the stream of its first village.
fn batch_entry(folder: &BatchFolder, cases: &[SubjectId]) -> Option<NewEntry> {
    Some(NewEntry {
        stream: folder.line.villages.first()?.clone(),
        subject: SubjectId(folder.line.id.0),
        audience: Audience::Center,
        saw: None,
        body: Body::BatchImported(BatchImported { batch: folder.line.id, cases: cases.to_vec() }),
    })
}

fn plan_undo(folder: &BatchFolder) -> (Vec<NewEntry>, Undone) {
    let batch = folder.line.id;
    let mut outcome = Undone { cases: Vec::new(), skipped: Vec::new() };
    let mut entries = Vec::new();
    for document in folder.cases.iter().map(|line| &line.document) {
        if !is_listed_with(document, batch) {
            continue;
        }
        if has_act_since_import(document) {
            outcome.skipped.push(document.subject);
        } else {
            outcome.cases.push(document.subject);
            entries.push(for_center(document, Body::CaseImportUndone(CaseImportUndone { batch })));
        }
    }
    (entries, outcome)
}

/// Whether staff acted on a case after its latest import.
fn has_act_since_import(document: &Document) -> bool {
    let import = document
        .center
        .iter()
        .flat_map(|center| &center.history)
        .filter(|line| line.kind == "case_imported")
        .filter_map(|line| line.position)
        .max();
    document.history.iter().any(|line| matches!(line.by, Actor::Staff(_)) && line.position > import)
}
