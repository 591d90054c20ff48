//! Folding: entries into a document (rules F1–F6). Pure and total, the same on laptop and center.

mod decide;

use crate::body::{Body, CaseOpened, ConflictSettled, FieldSet};
use crate::decided::DECIDED;
use crate::digest::Digest;
use crate::document::{
    CaseFile, CenterSide, Conflict, Contender, Document, Field, HistoryLine, LateChange, Notice, Pause,
    Revision, Settled, Stage, SubjectKind, Withdrawn,
};
use crate::entry::{Audience, Entry, Header, Saw};
use crate::ids::{EntryId, IncarnationId, StreamId, SubjectId};
use crate::lineage::{Lineage, Place};
use crate::planted;
use crate::settling::{self, OpenKind};
use crate::visit::says_something;
use std::collections::BTreeMap;

/// An entry where it stands: with its position and time of receipt once the center gave them.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// Its position in the stream.
    pub position: Option<u64>,
    /// When the center received it.
    pub received_at: Option<&'a str>,
}

/// An entry while it is folded: with every place where it stands in its ledger's lives.
struct Told<'a> {
    entry: &'a Entry,
    position: Option<u64>,
    received_at: Option<&'a str>,
    lineage: &'a Lineage,
    places: Vec<Place>,
}

impl<'a> Told<'a> {
    fn of(standing: Standing<'a>, lineage: &'a Lineage) -> Self {
        let header = &standing.entry.header;
        let places = lineage.places(header.id, own_place(header));
        Told {
            entry: standing.entry,
            position: standing.position,
            received_at: standing.received_at,
            lineage,
            places,
        }
    }

    /// F2: whether this was written after another in one line.
    fn follows(&self, other: &Contender) -> bool {
        let theirs = places_of(other, self.lineage);
        theirs.iter().any(|one| self.places.iter().any(|own| self.lineage.precedes(*one, *own)))
    }

    /// F2: whether another was written after this in one line.
    fn precedes(&self, other: &Contender) -> bool {
        let theirs = places_of(other, self.lineage);
        self.places.iter().any(|own| theirs.iter().any(|one| self.lineage.precedes(*own, *one)))
    }
}

/// Where an entry stands in its ledger's lives. One that a stranger brings back stands in none: neither the stranger's
/// entries nor those that its own ledger wrote since knew of it. Each stands alone, whatever it says it was: nobody puts
/// words of his own behind a stranger's.
fn own_place(header: &Header) -> Place {
    let life = header.again_of.map_or(header.incarnation, |hash| {
        let alone = Digest::of(&[&hash.0[..], header.id.0.as_bytes()].concat());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&alone.0[..16]);
        IncarnationId(uuid::Uuid::new_v8(bytes))
    });
    Place { life, seq: header.seq }
}

fn places_of(contender: &Contender, lineage: &Lineage) -> Vec<Place> {
    lineage.places(contender.entry, Place { life: contender.incarnation, seq: contender.seq })
}

/// F2: whether a later entry of the same line was written to the field.
fn is_outdone(places: &[Place], written: &Written, lineage: &Lineage) -> bool {
    let later = |own: &Place| {
        written.iter().any(|(life, seq)| lineage.precedes(*own, Place { life: *life, seq: *seq }))
    };
    places.iter().any(later)
}

/// Keeps that an entry was written to a field.
fn write_down(written: &mut Written, places: &[Place]) {
    for place in places {
        let newest = written.entry(place.life).or_default();
        *newest = place.seq.max(*newest);
    }
}

type Written = BTreeMap<crate::IncarnationId, u64>;

/// Folds a subject's entries, which come in the order of rule F2: positioned ones by position, then this
/// incarnation's others by `seq`. `lineage` is that of the stream.
pub fn fold<'a>(
    subject: SubjectId,
    stream: StreamId,
    lineage: &Lineage,
    entries: impl IntoIterator<Item = Standing<'a>>,
) -> Document {
    let mut document = Document::new(subject, stream);
    for standing in entries {
        apply(&mut document, standing, lineage);
    }
    document
}

/// Folds one more entry into a document; `lineage` is that of its stream. What does not fit is noted and has no effect.
pub fn apply(document: &mut Document, standing: Standing<'_>, lineage: &Lineage) {
    let header = &standing.entry.header;
    if header.subject != document.subject || header.stream != document.stream {
        return;
    }
    let line = HistoryLine {
        entry: header.id,
        kind: header.kind.clone(),
        by: header.by,
        at: header.at.to_rfc3339(),
        position: standing.position,
        received_at: standing.received_at.map(str::to_owned),
    };
    if header.audience == Audience::Center {
        apply_for_center(document.center.get_or_insert_with(CenterSide::default), standing.entry, line);
        return;
    }
    let fitted = match standing.entry.body() {
        Ok(Some(body)) => apply_body(document, &Told::of(standing, lineage), &body),
        Ok(None) if standing.entry.body_bytes.is_some() => {
            document.newer = true;
            false
        }
        Ok(None) | Err(_) => false,
    };
    if !fitted {
        document.noted.push(header.id);
    } else if document.kind == Some(SubjectKind::Visit) && document.said.is_none() && says_something(document)
    {
        document.said = Some(header.id);
    }
    document.history.push(line);
}

fn apply_for_center(center: &mut CenterSide, entry: &Entry, line: HistoryLine) {
    match entry.body() {
        Ok(Some(Body::CaseImported(body))) => center.imported = Some(body.batch),
        Ok(Some(Body::CaseImportUndone(body))) if center.imported == Some(body.batch) => {
            center.imported = None
        }
        Ok(Some(Body::CaseChecked(body))) => center.check = Some(body),
        Ok(Some(Body::InternalRemark(body))) => center.remarks.push(body.text),
        _ => {}
    }
    center.history.push(line);
}

/// Whether the entry fitted. One that did not has no say in what the subject is.
fn apply_body(document: &mut Document, standing: &Told<'_>, body: &Body) -> bool {
    let Some(kind) = kind_of(body) else { return apply_to_any(document, standing, body) };
    if document.kind.is_some_and(|known| known != kind) {
        return false;
    }
    let fitted = match body {
        Body::CaseOpened(_)
        | Body::CaseRecorded(_)
        | Body::CaseSubmitted(_)
        | Body::CaseWithdrawn(_)
        | Body::NoticeGiven(_)
        | Body::ClockPaused(_)
        | Body::ClockResumed(_)
        | Body::BundleClosed(_)
        | Body::CaseAccepted(_)
        | Body::CaseReturned(_)
        | Body::CaseConfirmed(_) => apply_to_case(document, standing, body),
        _ => {
            if let Some(set) = body.field_set() {
                set_fields(document, standing, set);
            }
            true
        }
    };
    if fitted {
        document.kind = Some(kind);
    }
    fitted
}

fn kind_of(body: &Body) -> Option<SubjectKind> {
    match body {
        Body::LedgerBegun(_) | Body::AgentAdded(_) | Body::AgentRemoved(_) => Some(SubjectKind::Device),
        Body::ResidentRecorded(_) | Body::BenefitDecided(_) => Some(SubjectKind::Resident),
        Body::HouseholdRecorded(_) => Some(SubjectKind::Household),
        Body::VisitRecorded(_) => Some(SubjectKind::Visit),
        Body::HandoverRecorded(_) => Some(SubjectKind::Handover),
        Body::LineRecorded(_) => Some(SubjectKind::Line),
        Body::CaseOpened(_)
        | Body::CaseRecorded(_)
        | Body::CaseSubmitted(_)
        | Body::CaseWithdrawn(_)
        | Body::NoticeGiven(_)
        | Body::ClockPaused(_)
        | Body::ClockResumed(_)
        | Body::BundleClosed(_)
        | Body::CaseAccepted(_)
        | Body::CaseReturned(_)
        | Body::CaseConfirmed(_)
        | Body::CaseImported(_)
        | Body::CaseChecked(_)
        | Body::CaseImportUndone(_) => Some(SubjectKind::Case),
        Body::BatchImported(_) => Some(SubjectKind::Batch),
        Body::SameAs(_)
        | Body::ConflictSettled(_)
        | Body::PhotoLost(_)
        | Body::SubjectErased(_)
        | Body::RefusalSettled(_)
        | Body::GapReleased(_)
        | Body::InternalRemark(_) => None,
    }
}

fn apply_to_any(document: &mut Document, standing: &Told<'_>, body: &Body) -> bool {
    match body {
        Body::SameAs(body) if body.other != document.subject => document.same_as = Some(body.other),
        Body::ConflictSettled(body) => return settle(document, standing, body),
        Body::PhotoLost(body) if !document.lost_photos.contains(&body.digest) => {
            document.lost_photos.push(body.digest)
        }
        // The bodies it names are gone by then and fold as nothing (rule S6): it only tells that they were erased.
        Body::SubjectErased(_) => document.erasures.push(standing.entry.header.id),
        // What they change is how other entries stand; of their own subject they say nothing.
        Body::RefusalSettled(_) | Body::GapReleased(_) => {}
        _ => return false,
    }
    true
}

fn apply_to_case(document: &mut Document, standing: &Told<'_>, body: &Body) -> bool {
    let entry = standing.entry.header.id;
    if let Body::CaseOpened(opened) = body {
        // A second birth folds as an edit (rule E5): what the first one says of the case stays.
        document.case.get_or_insert_with(|| begun(opened));
    }
    // Taking back is not undone by a restore: where the acceptance stands before what the writer saw, it was known.
    let acceptance = document.case.as_ref().and_then(|case| case.acceptance.as_ref());
    let knew_acceptance =
        acceptance.is_none_or(|acceptance| reaches(document, standing, acceptance.position));
    if document.case.is_some()
        && let Some(set) = body.field_set()
    {
        change_fields(document, standing, set);
        return true;
    }
    if let Some(fitted) = decide::decide(document, standing, body) {
        return fitted;
    }
    let Some(case) = document.case.as_mut() else { return false };
    match body {
        Body::CaseSubmitted(_) => {
            let number = case.revisions.len() as u32 + 1;
            case.revisions.push(Revision { entry, number });
            if matches!(case.stage, Stage::Open | Stage::Submitted | Stage::Returned) {
                case.stage = Stage::Submitted;
            }
        }
        Body::CaseWithdrawn(told) if knew_acceptance && case.decision.is_none() => {
            case.stage = Stage::Withdrawn;
            case.withdrawn = Some(Withdrawn { entry, reason: told.reason.clone() });
        }
        Body::NoticeGiven(given) => case.notices.push(Notice {
            entry,
            missing: given.missing.clone(),
            complete_by: given.complete_by,
            reason: given.reason.clone(),
        }),
        Body::ClockPaused(paused) if case.stage == Stage::Accepted && case.open_pause().is_none() => {
            case.pauses.push(Pause { entry, reason: paused.reason, note: paused.note.clone(), ended: None });
        }
        Body::ClockResumed(_) => match case.pauses.last_mut() {
            Some(pause) if pause.ended.is_none() => pause.ended = Some(entry),
            _ => return false,
        },
        Body::BundleClosed(_) if matches!(case.stage, Stage::Submitted | Stage::Accepted) => {
            case.stage = Stage::Closed;
        }
        _ => return false,
    }
    true
}

fn begun(opened: &CaseOpened) -> CaseFile {
    CaseFile {
        item: opened.item.clone(),
        form_version: opened.form_version.clone(),
        form_digest: opened.form_digest,
        resident: opened.resident,
        household: opened.household,
        visit: opened.visit,
        bundle: opened.bundle,
        catalogue: opened.catalogue,
        stage: Stage::Open,
        revisions: Vec::new(),
        returns: Vec::new(),
        acceptance: None,
        decision: None,
        withdrawn: None,
        notices: Vec::new(),
        pauses: Vec::new(),
        decided: Vec::new(),
    }
}

fn names_latest(case: &CaseFile, revision: crate::EntryId) -> bool {
    case.latest_revision().is_some_and(|latest| latest.entry == revision)
}

/// Whether the writer had seen this entry.
fn had_seen(document: &Document, standing: &Told<'_>, other: EntryId, position: Option<u64>) -> bool {
    let header = &standing.entry.header;
    let saw = header.saw.map(|entry| Saw { entry, at: header.saw_at });
    matches!((saw, position), (Some(saw), Some(position)) if document.is_seen_with(saw, other, position))
}

/// Whether what the writer saw stands at or after this position.
fn reaches(document: &Document, standing: &Told<'_>, position: Option<u64>) -> bool {
    let saw = standing.entry.header.saw.and_then(|saw| document.position_of(saw));
    matches!((saw, position), (Some(saw), Some(position)) if saw >= position)
}

fn knows_acceptance(document: &Document, standing: &Told<'_>) -> bool {
    match document.case.as_ref().and_then(|case| case.acceptance.as_ref()) {
        None => true,
        Some(acceptance) => had_seen(document, standing, acceptance.entry, acceptance.position),
    }
}

fn contender(standing: &Told<'_>, value: &serde_json::Value) -> Contender {
    let header = &standing.entry.header;
    let place = own_place(header);
    Contender {
        value: value.clone(),
        entry: header.id,
        incarnation: place.life,
        seq: place.seq,
        by: header.by,
    }
}

/// An edit of a case: into its fields, or beside them where it came too late (rule F4).
fn change_fields(document: &mut Document, standing: &Told<'_>, set: &FieldSet) {
    let in_time = knows_acceptance(document, standing);
    for (path, value) in set {
        if in_time {
            set_field(document, standing, path, value);
        } else {
            keep_late_change(document, standing, path, value);
        }
    }
}

fn set_fields(document: &mut Document, standing: &Told<'_>, set: &FieldSet) {
    for (path, value) in set {
        set_field(document, standing, path, value);
    }
}

/// Rule F4 for one field: the value stays open beside the accepted one, or agrees with it.
fn keep_late_change(document: &mut Document, standing: &Told<'_>, path: &str, value: &serde_json::Value) {
    if outdone_by_own(document, standing, path) {
        return;
    }
    drop_own_late_change(document, standing, path);
    let late = contender(standing, value);
    let conflicted = document.conflicts.iter().any(|conflict| conflict.field == path);
    let mut field = document.fields.get_mut(path);
    if let Some(field) = &mut field {
        field.agreeing.retain(|other| !standing.follows(other));
    }
    match field {
        // Equal values never conflict; but whoever changes the field later without having seen this one does.
        Some(field) if !conflicted && field.held.value == late.value => {
            write_down(&mut field.written, &standing.places);
            field.agreeing.push(late);
        }
        _ => document.late_changes.push(LateChange { field: path.to_owned(), contender: late }),
    }
}

/// F2: one's own later value replaces one's own late change too.
fn drop_own_late_change(document: &mut Document, standing: &Told<'_>, path: &str) {
    document.late_changes.retain(|late| late.field != path || !standing.follows(&late.contender));
}

/// Rules F2 and F3 for one field.
fn set_field(document: &mut Document, standing: &Told<'_>, path: &str, value: &serde_json::Value) {
    if outdone_by_own(document, standing, path) {
        return;
    }
    let others = unseen_values(document, standing, path);
    hold(document, standing, path, value, others);
}

/// F2: of two entries of one line on one field, the higher `seq` wins whatever their positions.
fn outdone_by_own(document: &Document, standing: &Told<'_>, path: &str) -> bool {
    let written = document.fields.get(path).map(|field| &field.written);
    written.is_some_and(|written| is_outdone(&standing.places, written, standing.lineage))
        || document.late_changes.iter().any(|late| late.field == path && standing.precedes(&late.contender))
}

/// The values on this field that the writer neither saw nor wrote himself.
fn unseen_values(document: &Document, standing: &Told<'_>, path: &str) -> Vec<Contender> {
    if planted::out("last_writer_wins") {
        return Vec::new();
    }
    if let Some(conflict) = document.conflicts.iter().find(|conflict| conflict.field == path) {
        // An open conflict stays until somebody names it; only the writer's own older value gives way.
        return conflict.contenders.iter().filter(|other| !standing.follows(other)).cloned().collect();
    }
    let Some(field) = document.fields.get(path) else { return Vec::new() };
    let challenging = |other: &&Contender| {
        // One that its own writer replaced by an equal late change is not counted twice (rule F2).
        let newest = !is_outdone(&places_of(other, standing.lineage), &field.written, standing.lineage);
        newest
            && !standing.follows(other)
            && !had_seen(document, standing, other.entry, document.position_of(other.entry))
    };
    field.agreeing.iter().chain([&field.held]).filter(challenging).cloned().collect()
}

/// Puts a value into force. `others` are the values that challenge it: the conflict is open as long as one of them
/// differs; those that are equal are remembered with the field, for whoever changes it without having seen them.
fn hold(
    document: &mut Document,
    standing: &Told<'_>,
    path: &str,
    value: &serde_json::Value,
    others: Vec<Contender>,
) {
    drop_own_late_change(document, standing, path);
    let held = contender(standing, value);
    let mut agreeing = others;
    if agreeing.iter().any(|other| other.value != *value) {
        let mut contenders = std::mem::take(&mut agreeing);
        contenders.push(held.clone());
        match document.conflicts.iter_mut().find(|conflict| conflict.field == path) {
            Some(conflict) => conflict.contenders = contenders,
            None => document.conflicts.push(Conflict { field: path.to_owned(), contenders }),
        }
    } else {
        document.conflicts.retain(|conflict| conflict.field != path);
    }
    let mut written = document.fields.remove(path).map(|field| field.written).unwrap_or_default();
    write_down(&mut written, &standing.places);
    document.fields.insert(path.to_owned(), Field { held, position: standing.position, written, agreeing });
}

/// A person settles what she was shown: the values she names go, one that she did not see stays open.
fn settle(document: &mut Document, standing: &Told<'_>, body: &ConflictSettled) -> bool {
    let path = body.field.as_str();
    if outdone_by_own(document, standing, path) {
        return false;
    }
    if path != DECIDED && !knows_acceptance(document, standing) {
        // Settling is an edit too: made without knowing of the acceptance, it changes nothing by itself (rule F4).
        keep_late_change(document, standing, path, &body.value);
        return true;
    }
    let named = |contender: &Contender| body.among.contains(&contender.entry);
    if path == DECIDED {
        let open = document.conflicts.iter().find(|conflict| conflict.field == path);
        let open = open.map(|conflict| conflict.contenders.clone()).unwrap_or_default();
        let among: Vec<Contender> = open.into_iter().filter(named).collect();
        decide::settle_decided(document, &among, &body.value);
    }
    remember_settled(document, standing, body);
    let mut others = unseen_values(document, standing, path);
    others.retain(|other| !named(other));
    let (settled, open) = std::mem::take(&mut document.late_changes)
        .into_iter()
        .partition(|late| late.field == path && named(&late.contender));
    document.late_changes = open;
    hold(document, standing, path, &body.value, others);
    if let Some(field) = document.fields.get_mut(path) {
        // A late change never held the field; once settled it still beats older ones of its own life (rule F2).
        for late in settled as Vec<LateChange> {
            write_down(&mut field.written, &places_of(&late.contender, standing.lineage));
        }
    }
    true
}

/// Keeps beside the document what was settled between which values, and why: nobody's value is gone without a trace.
fn remember_settled(document: &mut Document, standing: &Told<'_>, body: &ConflictSettled) {
    let Some(open) = settling::open_at(document, &body.field) else { return };
    let named = open.contenders.iter().filter(|one| body.among.contains(&one.entry));
    let others: Vec<Contender> = named.map(|one| (*one).clone()).collect();
    if others.is_empty() {
        return;
    }
    let late = open.kind == OpenKind::Late;
    let by = contender(standing, &body.value);
    document.settled.push(Settled {
        field: body.field.clone(),
        by,
        others,
        late,
        reason: body.reason.clone(),
    });
}
