//! A case whole: form, materials, photos, checklist, what the township said, history.

use super::around::{BundleOf, NoticeView, bundle_of, clock_of, notices_of};
use super::case_row::{CaseRow, row_of, row_of_draft};
use super::item::materials_of;
use super::open;
use super::revision::labels_of;
use super::timeline::{self, TimelineLine};
use super::{Seat, agent_names, name_of};
use crate::case_draft::{CaseDraft, Hindrance};
use crate::desk;
use crate::doubled::doubles;
use crate::error::DeskError;
use crate::expiry;
use crate::withdraw::may_withdraw;
use bangban_catalogue::Item;
use bangban_catalogue::case_clock::ClockView;
use bangban_catalogue::form_screen::{FieldView, RepeatView, fields_of, repeats_of, speak};
use bangban_catalogue::materials_asked::{Ask, authority_asked};
use bangban_ledger::{Ledger, document_row, photo_row};
use bangban_model::body::{Outcome, Remark};
use bangban_model::consent::{self, ConsentAsked, ConsentTexts};
use bangban_model::crossed::{Crossed, lost_withdrawal};
use bangban_model::document::{CaseFile, Document, Stage};
use bangban_model::expiry::RunsOut;
use bangban_model::handling::Handling;
use bangban_model::ids::AgentId;
use bangban_model::photo::PhotoField;
use bangban_model::settling::{OpenField, OpenKind, SettledLine};
use bangban_model::{Code, Digest, EntryId, SubjectId};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// How a material stands for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MaterialAsk {
    /// It is asked of the person.
    Asked,
    /// Not asked for with the present answers.
    NotNow,
    /// 部门共享: the office has it from another department.
    Shared,
    /// 电子证照: the office looks the licence up.
    ELicense,
    /// 告知承诺: a promise stands instead.
    Promise,
}

/// A material slot with what fills it.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "CaseMaterial")]
pub struct MaterialView {
    /// Its slot.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether the office asks for it.
    pub required: bool,
    /// Whether the case goes nowhere without a picture of it.
    pub picture: bool,
    /// How it stands for this case.
    pub ask: MaterialAsk,
    /// Whether the original was looked at.
    pub seen: bool,
    /// The day on which it was issued, where she said so.
    pub issued: Option<NaiveDate>,
    /// Its last day, by the item's rule.
    pub until: Option<NaiveDate>,
    /// Whether such a paper expires: it is asked when it was issued.
    pub expires: bool,
    /// The pictures in it.
    pub photos: Vec<Digest>,
    /// What the township said of it, while the case stands returned.
    pub remark: Option<String>,
}

/// A picture of a case, or a file, sound or film that answers one of its questions.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "CasePhoto")]
pub struct CasePhotoView {
    /// Its digest.
    pub digest: Digest,
    /// The material slot it fills.
    pub slot: String,
    /// Bytes.
    pub size_bytes: u64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Its thumbnail.
    pub thumb: Option<Digest>,
    /// When it was taken, by its own metadata.
    pub captured_at: Option<String>,
    /// file, camera, phone …
    pub source: String,
    /// What it is called, where it answers a question for a file.
    pub name: Option<String>,
    /// What it is, where it is no picture: `audio/mpeg` and the like.
    pub media: Option<String>,
    /// When a receipt named it ('' where that was not kept); none while none did.
    pub received_at: Option<String>,
    /// Whether it waits to be sent and its bytes are gone from this laptop.
    pub gone: bool,
    /// Whether a person declared it lost.
    pub lost: bool,
    /// Whether the full picture left this laptop: the township and its backup have it, the thumbnail stays.
    pub thinned: bool,
    /// Blurred, dark or glaring when it was taken in: retake now.
    pub retake: bool,
    /// What the township said of it, while the case stands returned.
    pub remark: Option<String>,
}

/// What hinders submission.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "Hindrance")]
pub struct HindranceView {
    /// `/data/…` or `material/<slot>`.
    pub path: String,
    /// The question or the material.
    pub label: String,
    /// What is wrong; '' for a missing material.
    pub message: String,
}

/// A submission.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RevisionLine {
    /// Its name: the entry that submitted it.
    pub entry: EntryId,
    /// 1, 2, 3 …
    pub number: u32,
    /// When, by the writer's raw clock.
    pub at: String,
}

/// A return, with when and by whom.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "ReturnLine")]
pub struct ReturnView {
    /// The returning entry.
    pub entry: EntryId,
    /// The revision it returned.
    pub revision: EntryId,
    /// Remarks at fields.
    pub remarks: Vec<RemarkView>,
    /// A word on the whole.
    pub note: String,
    /// When the center wrote it.
    pub at: String,
}

/// A remark with the words of its field.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "RemarkLine")]
pub struct RemarkView {
    /// `/data/…`, `photo/<digest>` or `material/<slot>`.
    pub path: String,
    /// The question or the material; '' where this form does not have it.
    pub label: String,
    /// What to correct.
    pub text: String,
}

/// A decision.
#[derive(Clone, Debug, Serialize, TS)]
#[ts(rename = "Decision")]
pub struct DecisionView {
    /// How.
    pub outcome: Outcome,
    /// The next due date.
    pub due: Option<NaiveDate>,
    /// A word for the village.
    pub note: String,
}

/// 撤回: a case that was taken back.
#[derive(Clone, Debug, Serialize, TS)]
pub struct WithdrawnView {
    /// Why.
    pub reason: String,
    /// When, by the laptop's raw clock.
    pub at: String,
    /// The name of who wrote it; '' where this laptop does not know it.
    pub by: String,
}

/// 撤回未生效: a withdrawal that the township's acceptance or decision was before.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LostWithdrawal {
    /// What stood there.
    pub crossed: Crossed,
    /// When it was written, by the laptop's raw clock.
    pub at: String,
}

/// A case whole.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CaseView {
    /// Its row in lists.
    pub row: CaseRow,
    /// Whether answers and pictures can be changed now.
    pub can_edit: bool,
    /// When the draft was saved last; none where there is no draft.
    pub draft_saved_at: Option<String>,
    /// The questions asked at present.
    pub form: Vec<FieldView>,
    /// The repeats to which rows can be added.
    pub repeats: Vec<RepeatView>,
    /// How it is handled.
    pub handling: Handling,
    /// The consents that are asked beside the form.
    pub consents: ConsentAsked,
    /// What is read to the person for them.
    pub consent_texts: ConsentTexts,
    /// The materials.
    pub materials: Vec<MaterialView>,
    /// The pictures.
    pub photos: Vec<CasePhotoView>,
    /// What hinders submission of the draft.
    pub hindrances: Vec<HindranceView>,
    /// What the agent does.
    pub agent_does: String,
    /// What she must not do.
    pub agent_must_not: Vec<String>,
    /// Every submission, oldest first.
    pub revisions: Vec<RevisionLine>,
    /// Every return, oldest first.
    pub returns: Vec<ReturnView>,
    /// The decision.
    pub decision: Option<DecisionView>,
    /// What happened, oldest first.
    pub history: Vec<TimelineLine>,
    /// Edits that did not see each other.
    pub conflicts: Vec<OpenField>,
    /// Edits that came after acceptance.
    pub late_changes: Vec<OpenField>,
    /// What was settled, the newest first.
    pub settled: Vec<SettledLine>,
    /// Its limits; none before the acceptance.
    pub clock: Option<ClockView>,
    /// Whether it can be taken back: submitted, not decided.
    pub can_withdraw: bool,
    /// 撤回: why and when it was taken back.
    pub withdrawn: Option<WithdrawnView>,
    /// 撤回未生效: it was taken back too late.
    pub withdrawal_lost: Option<LostWithdrawal>,
    /// The written authority runs out, or has run out, and is still needed.
    pub authority_runs_out: Option<RunsOut>,
    /// Notices of what was missing, oldest first.
    pub notices: Vec<NoticeView>,
    /// What a notice would tell now.
    pub missing: Vec<RemarkView>,
    /// Whether she may give notice of it: after the acceptance the township does.
    pub can_notice: bool,
    /// Other cases of the same person and item in the same period.
    pub doubles: Vec<CaseRow>,
    /// The bundle it is, or belongs to.
    pub bundle: Option<BundleOf>,
}

/// A case whole; `retake` are pictures just taken in that should be taken again.
pub fn show_case(seat: &Seat, id: SubjectId, retake: &[Digest]) -> Result<CaseView, DeskError> {
    let villages = seat.village_names();
    let ledger = seat.desk.ledger();
    let kept = ledger.draft(CaseDraft::id_of(id))?;
    let draft = kept.as_ref().map(CaseDraft::read).transpose()?;
    let document = desk::document(&ledger, id)?.filter(|document| document.case.is_some());
    let saved_at = kept.map(|draft| draft.updated_at);
    let row = match (&document, &draft) {
        (Some(document), _) => row_of(seat, &ledger, &villages, document)?,
        (None, Some(draft)) => {
            row_of_draft(seat, &ledger, &villages, draft, saved_at.as_deref().unwrap_or_default())?
        }
        (None, None) => return Err(Code::CaseUnknown.into()),
    };
    let shown = match (&draft, &document) {
        (Some(draft), _) => draft.clone(),
        (None, Some(document)) => CaseDraft::correcting(document)?,
        (None, None) => return Err(Code::CaseUnknown.into()),
    };
    let item = seat.desk.catalogue().item(&shown.item)?;
    let card = item.card_at(shown.catalogue).in_language(seat.language);
    let mut session = shown.session(&seat.desk, &item)?;
    let version = shown.version(&item).ok();
    speak(&mut session, seat.language);
    let labels = labels_of(&session, &card, seat.language);
    let hindrances = match draft {
        Some(_) => shown.hindrances_told(&seat.desk, &ledger, &session, &item)?,
        None => Vec::new(),
    };
    let missing = match can_edit(document.as_ref()) {
        true => shown.missing(&seat.desk, &ledger, &session, &item)?,
        false => Vec::new(),
    };
    let doubles = doubles(&seat.desk, &ledger, &item.card, shown.resident, Some(id))?;
    let before = last_submission(&ledger, document.as_ref())?.filter(|_| draft.is_some());
    let remarks = open_remarks(document.as_ref());
    let names = agent_names(&ledger)?;
    let case = document.as_ref().and_then(|document| document.case.as_ref());
    let (mut fields, settled) = match &document {
        Some(document) => open::of_case(seat, &ledger, document, &session, &labels)?,
        None => Default::default(),
    };
    for field in &mut fields {
        field.answered = shown.given.contains(&field.field);
    }
    let (conflicts, late_changes) = fields.into_iter().partition(|one| one.kind != OpenKind::Late);
    Ok(CaseView {
        can_edit: can_edit(document.as_ref()),
        form: fields_of(&session, &remarks, before.as_ref(), &|name| {
            version.as_ref()?.shown(name).map(|digest| digest.to_string())
        }),
        repeats: repeats_of(&session),
        handling: shown.how(),
        consents: shown.consents_asked(&session, &item),
        consent_texts: consent::texts(seat.language),
        materials: materials(seat, &ledger, &shown, &item, &remarks)?,
        photos: photos(
            &ledger,
            &shown.photos,
            retake,
            &remarks,
            document.as_ref().map_or(&[], |document| &document.lost_photos),
        )?,
        hindrances: hindrances.into_iter().map(|hindrance| hindrance_view(hindrance, &labels)).collect(),
        agent_does: card.agent_does,
        agent_must_not: card.agent_must_not,
        revisions: document.as_ref().map(revisions).unwrap_or_default(),
        returns: document.as_ref().map(|document| returns(document, &labels)).unwrap_or_default(),
        decision: case.and_then(|case| case.decision.as_ref()).map(|decision| DecisionView {
            outcome: decision.outcome,
            due: decision.due,
            note: decision.note.clone(),
        }),
        history: document
            .as_ref()
            .map(|document| timeline::of_document(document, &names, Some(seat)))
            .unwrap_or_default(),
        conflicts,
        late_changes,
        settled,
        can_withdraw: document.as_ref().is_some_and(|document| may_withdraw(&ledger, document)),
        withdrawn: document.as_ref().and_then(|document| withdrawn_of(document, &names)),
        withdrawal_lost: document
            .as_ref()
            .and_then(lost_withdrawal)
            .map(|(line, crossed)| LostWithdrawal { crossed, at: line.at.clone() }),
        authority_runs_out: expiry::of_case(&seat.desk, &shown.how(), document.as_ref()),
        clock: clock_of(seat, &item, document.as_ref()),
        notices: notices_of(document.as_ref(), draft.as_ref(), &labels),
        can_notice: !missing.is_empty() && case.is_none_or(|case| case.acceptance.is_none()),
        missing: missing
            .into_iter()
            .map(|remark| RemarkView {
                label: label_at(&labels, &remark.path),
                path: remark.path,
                text: remark.text,
            })
            .collect(),
        doubles: doubles
            .iter()
            .map(|other| row_of(seat, &ledger, &villages, other))
            .collect::<Result<_, _>>()?,
        bundle: bundle_of(seat, &ledger, &villages, &shown, &session, document.as_ref())?,
        draft_saved_at: saved_at,
        row,
    })
}

fn withdrawn_of(document: &Document, names: &BTreeMap<AgentId, String>) -> Option<WithdrawnView> {
    let told = document.case.as_ref()?.withdrawn.as_ref()?;
    let line = document.history.iter().find(|line| line.entry == told.entry)?;
    Some(WithdrawnView { reason: told.reason.clone(), at: line.at.clone(), by: name_of(names, &line.by) })
}

/// A decided or withdrawn case, and one of a newer program, is only read.
fn can_edit(document: Option<&Document>) -> bool {
    document.is_none_or(|document| {
        let stage = document.case.as_ref().map(|case| case.stage);
        !document.newer && !matches!(stage, Some(Stage::Confirmed | Stage::Withdrawn | Stage::Closed))
    })
}

fn open_remarks(document: Option<&Document>) -> Vec<Remark> {
    let case = document.and_then(|document| document.case.as_ref());
    case.and_then(CaseFile::open_return).map(|returned| returned.remarks.clone()).unwrap_or_default()
}

/// The answers of the last submission: what a draft is compared with.
fn last_submission(
    ledger: &Ledger,
    document: Option<&Document>,
) -> Result<Option<BTreeMap<String, String>>, DeskError> {
    let Some(document) = document else { return Ok(None) };
    let Some(revision) = document.case.as_ref().and_then(CaseFile::latest_revision) else { return Ok(None) };
    let before = document_row::at_revision(ledger.entries(), document.subject, revision.entry)?;
    before.map(|before| CaseDraft::correcting(&before).map(|draft| draft.answers)).transpose()
}

fn materials(
    seat: &Seat,
    ledger: &Ledger,
    draft: &CaseDraft,
    item: &Item,
    remarks: &[Remark],
) -> Result<Vec<MaterialView>, DeskError> {
    let asked: BTreeMap<&str, Ask> = draft
        .materials(&seat.desk, ledger, item)?
        .into_iter()
        .map(|(material, ask)| (material.id.as_str(), ask))
        .collect();
    let mut card = item.card_at(draft.catalogue).clone();
    card.materials.extend(authority_asked(&draft.how()).map(|(paper, _)| paper.clone()));
    let cards = materials_of(&card.in_language(seat.language));
    let in_slot = |slot: &str| -> Vec<Digest> {
        let filled = draft.photos.iter().filter(|(_, photo)| photo.slot == slot);
        filled.map(|(digest, _)| *digest).collect()
    };
    let views = cards.into_iter().map(|material| {
        let ask = asked.get(material.id.as_str()).copied().unwrap_or(Ask::Optional);
        let paper = draft.papers.get(&material.id).cloned().unwrap_or_default();
        MaterialView {
            seen: paper.seen,
            issued: paper.issued,
            until: paper.until,
            expires: material.expires,
            photos: in_slot(&material.id),
            remark: remark_at(remarks, &format!("material/{}", material.id)),
            required: material.required && ask.is_asked(),
            picture: material.picture && ask.is_asked(),
            ask: ask.into(),
            id: material.id,
            name: material.name,
        }
    });
    // What is not asked for at present is no line, unless something lies in it already.
    Ok(views.filter(|view| view.ask != MaterialAsk::NotNow || !view.photos.is_empty() || view.seen).collect())
}

impl From<Ask> for MaterialAsk {
    fn from(ask: Ask) -> Self {
        match ask {
            Ask::Required | Ask::Optional => MaterialAsk::Asked,
            Ask::NotNow => MaterialAsk::NotNow,
            Ask::Shared => MaterialAsk::Shared,
            Ask::ELicense => MaterialAsk::ELicense,
            Ask::Promise => MaterialAsk::Promise,
        }
    }
}

pub(crate) fn photos(
    ledger: &Ledger,
    photos: &BTreeMap<Digest, PhotoField>,
    retake: &[Digest],
    remarks: &[Remark],
    lost: &[Digest],
) -> Result<Vec<CasePhotoView>, DeskError> {
    let received = photo_row::received_among(ledger.entries(), photos.keys().copied())?;
    let gone = ledger.photos_gone(photos.keys().copied())?;
    let mut thinned = BTreeSet::new();
    for digest in photos.keys() {
        if ledger.is_thinned(*digest)? {
            thinned.insert(*digest);
        }
    }
    let views = photos.iter().map(|(digest, field)| CasePhotoView {
        thinned: thinned.contains(digest),
        gone: gone.contains(digest),
        lost: lost.contains(digest),
        digest: *digest,
        slot: field.slot.clone(),
        size_bytes: field.size_bytes,
        width: field.width,
        height: field.height,
        thumb: field.thumb,
        captured_at: field.captured_at.clone(),
        source: field.source.clone(),
        name: field.name.clone(),
        media: field.media.clone(),
        received_at: received.get(digest).cloned(),
        retake: retake.contains(digest),
        remark: remark_at(remarks, &bangban_model::photo::photo_path(*digest)),
    });
    Ok(views.collect())
}

fn remark_at(remarks: &[Remark], path: &str) -> Option<String> {
    remarks.iter().find(|remark| remark.path == path).map(|remark| remark.text.clone())
}

pub(crate) fn label_at(labels: &BTreeMap<String, String>, path: &str) -> String {
    labels.get(path).cloned().unwrap_or_default()
}

fn hindrance_view(hindrance: Hindrance, labels: &BTreeMap<String, String>) -> HindranceView {
    let is_material = hindrance.path.starts_with("material/");
    HindranceView {
        label: label_at(labels, &hindrance.path),
        message: if is_material { String::new() } else { hindrance.message },
        path: hindrance.path,
    }
}

fn revisions(document: &Document) -> Vec<RevisionLine> {
    let at = |entry: EntryId| document.history.iter().find(|line| line.entry == entry);
    let revisions = document.case.iter().flat_map(|case| &case.revisions);
    revisions
        .map(|revision| RevisionLine {
            entry: revision.entry,
            number: revision.number,
            at: at(revision.entry).map(|line| line.at.clone()).unwrap_or_default(),
        })
        .collect()
}

fn returns(document: &Document, labels: &BTreeMap<String, String>) -> Vec<ReturnView> {
    let returns = document.case.iter().flat_map(|case| &case.returns);
    returns
        .map(|returned| ReturnView {
            entry: returned.entry,
            revision: returned.revision,
            remarks: returned
                .remarks
                .iter()
                .map(|remark| RemarkView {
                    label: label_at(labels, &remark.path),
                    path: remark.path.clone(),
                    text: remark.text.clone(),
                })
                .collect(),
            note: returned.note.clone(),
            at: document
                .history
                .iter()
                .find(|line| line.entry == returned.entry)
                .map(|line| line.received_at.clone().unwrap_or_else(|| line.at.clone()))
                .unwrap_or_default(),
        })
        .collect()
}
