//! Cases: the list, one whole, and what staff do with it.

use super::api::Call;
use super::audit::note_seen;
use super::batch::MAX_ROWS;
use super::label::Labels;
use super::message::{
    AcceptanceLine, CaseArgs, CaseListArgs, CasePart, CaseRights, CaseView, CompareArgs, ConfirmArgs,
    DecisionLine, Difference, FileLine, HandlingLine, HistoryLine, InvalidAnswer, MaterialLine, PhotoLine,
    RemarkLine, ReturnArgs, ReturnLine, RevealArgs, Revealed, RevisionArgs, RevisionLine, WithdrawnLine,
};
use super::pace::pace_of;
use super::person::{clock_of, received_at, row_of};
use super::{open, standing};
use crate::error::CenterError;
use crate::form::{answers_of, text_of};
use crate::review::{self, Confirmation};
use crate::store::CaseLine;
use crate::store::reading::CaseAsk;
use bangban_catalogue::Material;
use bangban_catalogue::materials_asked::Ask;
use bangban_model::crossed::crossed_by;
use bangban_model::document::{CaseFile, Document};
use bangban_model::handling::{self, Handling};
use bangban_model::paper::{self, paper_path, papers_of};
use bangban_model::photo::{PHOTO_PREFIX, PhotoField};
use bangban_model::revision::{ANSWER_PREFIX, differences, values_of};
use bangban_model::settling::OpenKind;
use bangban_model::words::Language;
use bangban_model::{Actor, Code, EntryId, StreamId, SubjectId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The path of a resident's own number, for `case/reveal`.
const PERSON_NUMBER: &str = "person/id_number";

/// A part of the list.
pub(super) fn list(call: &mut Call, args: CaseListArgs) -> Result<CasePart, CenterError> {
    let filter = args.filter;
    let village = filter
        .village
        .map(|code| StreamId::parse(&code).ok_or_else(|| CenterError::About(Code::VillageUnknown, code)));
    let ask = CaseAsk {
        stage: filter.stage,
        item: filter.item,
        village: village.transpose()?,
        text: filter.text,
        listed_only: filter.listed_only,
        offset: args.offset,
        limit: args.limit.min(MAX_ROWS),
    };
    let page = call.center().store().case_page(call.scope()?, &ask)?;
    let rows = page.lines.iter().map(|line| row_of(call, line)).collect::<Result<_, _>>()?;
    Ok(CasePart { total: page.total, rows })
}

pub(super) fn find(call: &Call, id: SubjectId) -> Result<CaseLine, CenterError> {
    Ok(call.center().store().case(call.scope()?, id)?.ok_or(Code::CaseUnknown)?)
}

/// A case whole.
pub(super) fn show(call: &mut Call, args: CaseArgs) -> Result<CaseView, CenterError> {
    view(call, args.id)
}

/// 受理
pub(super) fn accept(call: &mut Call, args: RevisionArgs) -> Result<CaseView, CenterError> {
    call.center().accept_case(call.sign_in()?, args.id, Some(args.revision))?;
    view(call, args.id)
}

/// 退回补正
pub(super) fn send_back(call: &mut Call, args: ReturnArgs) -> Result<CaseView, CenterError> {
    let revision = Some(args.revision);
    call.center().return_case(call.sign_in()?, args.id, revision, &args.remarks, &args.note)?;
    view(call, args.id)
}

/// 审核确认
pub(super) fn confirm(call: &mut Call, args: ConfirmArgs) -> Result<CaseView, CenterError> {
    let due = args.due.filter(|due| !due.is_empty()).map(|due| due.parse());
    let due = due.transpose().map_err(|_| CenterError::About(Code::BadInput, "due".into()))?;
    let confirmation = Confirmation { outcome: args.outcome, due, note: args.note };
    call.center().confirm_case(call.sign_in()?, args.id, Some(args.revision), &confirmation)?;
    view(call, args.id)
}

/// A masked number whole; who asked for it stands in the log, by ids alone.
pub(super) fn reveal(call: &mut Call, args: RevealArgs) -> Result<Revealed, CenterError> {
    let line = find(call, args.id)?;
    let value = if args.path == PERSON_NUMBER {
        line.resident_number.clone()
    } else {
        let labels = Labels::of(call, &line.document);
        let asked = labels.number(&args.path).filter(|_| args.path.starts_with(ANSWER_PREFIX));
        let value = asked.and_then(|_| line.document.value(&args.path));
        text_of(value.ok_or_else(|| CenterError::About(Code::BadInput, "path".into()))?)
    };
    note_seen(
        call.center(),
        call.sign_in()?,
        std::slice::from_ref(&line.document.stream),
        "number_shown",
        &args.id.to_string(),
    )?;
    tracing::info!(staff = %call.sign_in()?.staff.id, case = %args.id, path = args.path, "a number was shown whole");
    Ok(Revealed { value })
}

/// What differs between two revisions.
pub(super) fn compare(call: &mut Call, args: CompareArgs) -> Result<Vec<Difference>, CenterError> {
    let at = |revision| -> Result<Document, CenterError> {
        let found = call.center().store().case_at(call.scope()?, args.id, revision)?;
        Ok(found.ok_or(Code::CaseUnknown)?)
    };
    let (before, after) = (at(args.before)?, at(args.after)?);
    let (labels_before, labels_after) = (Labels::of(call, &before), Labels::of(call, &after));
    let shown = |labels: &Labels, document: &Document, path: &str| match path.starts_with(PHOTO_PREFIX) {
        true => labels.label(document, path),
        false => document.value(path).map(|value| labels.told(path, value)).unwrap_or_default(),
    };
    let differing = differences(&values_of(&before), &values_of(&after)).into_iter();
    let asked = differing.filter(|difference| {
        ![&labels_before, &labels_after]
            .iter()
            .any(|one| one.is_computed(&difference.path) || one.is_kept_apart(&difference.path))
    });
    let lines = asked.map(|difference| {
        let path = difference.path;
        let label = match difference.after {
            Some(_) => labels_after.label(&after, &path),
            None => labels_before.label(&before, &path),
        };
        if let Some((slot, name)) = file_of(difference.after.as_ref().or(difference.before.as_ref())) {
            let named = |there: bool| if there { name.clone() } else { String::new() };
            let (before, after) = (named(difference.before.is_some()), named(difference.after.is_some()));
            return Difference { label, before, after, path: slot };
        }
        Difference {
            label,
            before: difference.before.map(|_| shown(&labels_before, &before, &path)).unwrap_or_default(),
            after: difference.after.map(|_| shown(&labels_after, &after, &path)).unwrap_or_default(),
            path,
        }
    });
    Ok(lines.fold(Vec::new(), gather_file))
}

/// A file that took another's place is one difference.
fn gather_file(mut lines: Vec<Difference>, line: Difference) -> Vec<Difference> {
    match lines.iter_mut().find(|known| known.path == line.path) {
        Some(known) if known.before.is_empty() => known.before = line.before,
        Some(known) => known.after = line.after,
        None => lines.push(line),
    }
    lines
}

/// Of a photo's field that is a file and no picture: the question it answers, and its name.
fn file_of(value: Option<&serde_json::Value>) -> Option<(String, String)> {
    let field = PhotoField::deserialize(value?).ok().filter(|field| !field.is_picture())?;
    Some((field.slot, field.name.unwrap_or_default()))
}

/// The files of these documents that answer questions, by digest: pictures that came as files among them.
fn files_of<'d>(
    documents: impl Iterator<Item = &'d Document>,
    here: &BTreeSet<String>,
) -> BTreeMap<String, FileLine> {
    let named = documents.flat_map(|document| document.under(PHOTO_PREFIX));
    let fields = named.filter_map(|(digest, value)| Some((digest, PhotoField::deserialize(value).ok()?)));
    let lines = fields.filter_map(|(digest, field)| {
        let line = FileLine {
            digest: digest.to_owned(),
            name: field.name?,
            size_bytes: field.size_bytes,
            verified: here.contains(digest),
        };
        Some((digest.to_owned(), line))
    });
    lines.collect()
}

/// Everything there is to see of a case, gathered once.
pub(super) struct Sight<'a> {
    pub(super) document: &'a Document,
    pub(super) file: &'a CaseFile,
    pub(super) labels: Labels,
    pub(super) names: BTreeMap<Actor, String>,
}

impl Sight<'_> {
    fn name(&self, by: &Actor) -> String {
        self.names.get(by).cloned().unwrap_or_default()
    }

    pub(super) fn writer(&self, entry: EntryId) -> String {
        let line = self.document.history.iter().find(|line| line.entry == entry);
        line.map(|line| self.name(&line.by)).unwrap_or_default()
    }

    pub(super) fn received_at(&self, entry: EntryId) -> String {
        received_at(self.document, entry).unwrap_or_default()
    }
}

pub(super) fn view(call: &Call, id: SubjectId) -> Result<CaseView, CenterError> {
    let line = find(call, id)?;
    let document = &line.document;
    let file = document.case.as_ref().ok_or(Code::CaseUnknown)?;
    let names = call.center().store().names_of(&actors_of(document))?;
    let sight = Sight { document, file, labels: Labels::of(call, document), names };
    let answers = answers_of(document);
    let former = revision_before(call, document, file)?;
    let before = former.as_ref().map(answers_of);
    let here: BTreeSet<_> =
        call.center().store().verified_photos_of(id)?.into_iter().map(|digest| digest.to_string()).collect();
    let photos = photos_of(&sight, &here);
    let files = files_of(former.iter().chain([document]), &here);
    let asked = standing::asked_of(call, &sight)?;
    let rights = review::rights(call.sign_in()?, document);
    let (fields, settled) = open::of_case(call, &sight)?;
    let (conflicts, late_changes) = fields.into_iter().partition(|one| one.kind != OpenKind::Late);
    Ok(CaseView {
        row: row_of(call, &line)?,
        handling: handling_of(&sight),
        fields: sight.labels.fields(&answers, before.as_ref(), &files),
        materials: materials_of(document, &asked, &photos, call.language),
        photos,
        revisions: revisions_of(&sight),
        returns: returns_of(&sight),
        acceptance: file.acceptance.as_ref().map(|acceptance| AcceptanceLine {
            at: acceptance.received_at.clone(),
            by: sight.writer(acceptance.entry),
        }),
        decision: file.decision.as_ref().map(|decision| DecisionLine {
            outcome: decision.outcome,
            due: decision.due.map(|due| due.to_string()),
            note: decision.note.clone(),
            at: received_at(document, decision.entry),
            by: sight.writer(decision.entry),
        }),
        withdrawn: file.withdrawn.as_ref().map(|told| WithdrawnLine {
            reason: told.reason.clone(),
            at: received_at(document, told.entry),
            by: sight.writer(told.entry),
        }),
        history: history_of(&sight),
        conflicts,
        late_changes,
        settled,
        around: open::around(call, file)?,
        invalid: invalid_of(&sight),
        agent_must_not: sight.labels.card().map(|card| card.agent_must_not.clone()).unwrap_or_default(),
        can: CaseRights {
            accept: rights.accept,
            send_back: rights.send_back,
            confirm: rights.confirm,
            notice: rights.notice,
            pause: rights.pause,
            resume: rights.resume,
        },
        needs_due: review::needs_due(&file.item),
        next_review: call.center().next_review(document)?.map(|day| day.to_string()),
        clock: clock_of(call, document)?,
        notices: standing::notices_of(&sight),
        missing: standing::missing_of(&sight, &asked),
        doubles: standing::doubles_of(call, &sight)?,
        bundle: standing::bundle_of(call, &sight)?,
        standing: standing::person_standing(call, &sight)?,
        pace: pace_of(call, document)?,
    })
}

/// What was said of how it is handled, in the order of the form on the laptop.
fn handling_of(sight: &Sight<'_>) -> Vec<HandlingLine> {
    let fields = Handling::of(sight.document).fields();
    let told = handling::paths().into_iter().filter_map(|path| {
        let told = sight.labels.told(&path, fields.get(&path)?);
        Some(HandlingLine { label: sight.labels.label(sight.document, &path), told, path })
    });
    told.collect()
}

fn invalid_of(sight: &Sight<'_>) -> Vec<InvalidAnswer> {
    let revision = sight.file.latest_revision().map(|revision| revision.entry);
    let invalid = revision.map_or(&[][..], |revision| review::invalid_answers(sight.document, revision));
    let answers = invalid.iter().map(|remark| InvalidAnswer {
        path: remark.path.clone(),
        label: sight.labels.label(sight.document, &remark.path),
        reason: sight.labels.reason(&remark.path, &remark.text),
    });
    answers.collect()
}

pub(super) fn actors_of(document: &Document) -> Vec<Actor> {
    let center = document.center.iter().flat_map(|center| &center.history);
    let lines = document.history.iter().chain(center).map(|line| line.by);
    let contenders = document.conflicts.iter().flat_map(|conflict| &conflict.contenders);
    let late = document.late_changes.iter().map(|change| &change.contender);
    let late = late.chain(document.settled.iter().map(|settled| &settled.by));
    let actors: BTreeSet<Actor> = lines.chain(contenders.chain(late).map(|contender| contender.by)).collect();
    actors.into_iter().collect()
}

/// The case at the revision before the newest one, if there is one.
fn revision_before(
    call: &Call,
    document: &Document,
    file: &CaseFile,
) -> Result<Option<Document>, CenterError> {
    let Some(previous) = file.revisions.iter().rev().nth(1) else { return Ok(None) };
    call.center().store().case_at(call.scope()?, document.subject, previous.entry)
}

fn photos_of(sight: &Sight<'_>, here: &BTreeSet<String>) -> Vec<PhotoLine> {
    let named = sight.document.under(PHOTO_PREFIX);
    let fields = named.filter_map(|(digest, value)| Some((digest, PhotoField::deserialize(value).ok()?)));
    let mut photos: Vec<PhotoLine> = fields
        .filter(|(_, field)| field.is_picture())
        .map(|(digest, field)| PhotoLine {
            digest: digest.to_owned(),
            slot_name: sight.labels.slot_name(&field.slot),
            slot: field.slot,
            width: field.width,
            height: field.height,
            captured_at: field.captured_at,
            thumb: field.thumb.map(|thumb| thumb.to_string()).filter(|thumb| here.contains(thumb)),
            verified: here.contains(digest),
            lost: sight.document.lost_photos.iter().any(|lost| lost.to_string() == digest),
        })
        .collect();
    let order: Vec<&str> = sight
        .labels
        .card()
        .into_iter()
        .flat_map(|card| &card.materials)
        .map(|material| material.id.as_str())
        .collect();
    let place = |slot: &str| order.iter().position(|known| *known == slot).unwrap_or(usize::MAX);
    photos.sort_by(|one, other| {
        place(&one.slot).cmp(&place(&other.slot)).then_with(|| one.captured_at.cmp(&other.captured_at))
    });
    photos
}

/// The materials that are asked for, and those of which something lies here.
fn materials_of(
    document: &Document,
    asked: &[(&Material, Ask)],
    photos: &[PhotoLine],
    language: Language,
) -> Vec<MaterialLine> {
    let lines = asked.iter().map(|(material, ask)| {
        let own = photos.iter().filter(|photo| photo.slot == material.id);
        let line = MaterialLine {
            id: material.id.clone(),
            name: material.name.clone(),
            required: *ask == Ask::Required,
            picture: material.picture,
            seen: papers_of(document).any(|(known, paper)| known == material.id && paper.seen),
            paper: document
                .value(&paper_path(&material.id))
                .map(|value| paper::say(value, language))
                .unwrap_or_default(),
            photos: own.map(|photo| photo.digest.clone()).collect(),
        };
        (line, *ask)
    });
    lines
        .filter(|(line, ask)| *ask != Ask::NotNow || !line.photos.is_empty() || !line.paper.is_empty())
        .map(|(line, _)| line)
        .collect()
}

fn revisions_of(sight: &Sight<'_>) -> Vec<RevisionLine> {
    let revisions = sight.file.revisions.iter();
    revisions
        .map(|revision| RevisionLine {
            entry: revision.entry,
            number: revision.number,
            at: sight.received_at(revision.entry),
        })
        .collect()
}

fn returns_of(sight: &Sight<'_>) -> Vec<ReturnLine> {
    let label = |path: &str| sight.labels.label(sight.document, path);
    let returns = sight.file.returns.iter();
    returns
        .map(|sent| ReturnLine {
            revision: sent.revision,
            at: sight.received_at(sent.entry),
            by: sight.writer(sent.entry),
            remarks: sent
                .remarks
                .iter()
                .map(|remark| RemarkLine {
                    path: remark.path.clone(),
                    label: label(&remark.path),
                    text: remark.text.clone(),
                })
                .collect(),
            note: sent.note.clone(),
        })
        .collect()
}

fn history_of(sight: &Sight<'_>) -> Vec<HistoryLine> {
    let center = sight.document.center.iter().flat_map(|center| &center.history);
    let mut lines: Vec<_> = sight.document.history.iter().chain(center).collect();
    // Both histories are of one stream: its positions tell what came after what.
    lines.sort_by_key(|line| line.position.unwrap_or(u64::MAX));
    let lines = lines.into_iter().map(|line| HistoryLine {
        at: line.at.clone(),
        received_at: line.received_at.clone(),
        kind: line.kind.clone(),
        crossed: crossed_by(sight.document, line),
        by: sight.name(&line.by),
    });
    lines.collect()
}
