//! 一件事: with the bundle's own case, each ticked item becomes a case of its own, with the answers and pictures it asks for.

use crate::case_draft::{CaseDraft, form_context};
use crate::desk::{self, Desk};
use crate::error::DeskError;
use bangban_catalogue::materials_asked::{Ask, answers_by_name, materials_asked, spared_by};
use bangban_catalogue::{Item, Material};
use bangban_forms::{Saving, Session, TICK_LIST};
use bangban_ledger::Ledger;
use bangban_model::benefit::DEATH_SUSPECTED;
use bangban_model::body::{CaseOpened, CaseSubmitted, FieldSet, Recorded};
use bangban_model::bundle::{part_path, parts_of};
use bangban_model::document::{Document, Stage};
use bangban_model::entry::NewEntry;
use bangban_model::paper::paper_path;
use bangban_model::photo::photo_path;
use bangban_model::{Audience, Body, SubjectId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Where the forms of 身后一件事 ask for the day of death.
const DEATH_DAY: &str = "/data/death/death_date";

/// A case of a bundle as its draft stands.
#[derive(Clone, Debug)]
pub struct Part {
    /// The item's code.
    pub item: String,
    /// Its case, where it was submitted once.
    pub case: Option<SubjectId>,
    /// Whether it is ticked.
    pub ticked: bool,
}

/// What a bundle spares: fields, papers and trips, apart and together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spared {
    /// Questions answered by hand.
    pub fields: (usize, usize),
    /// Papers asked for.
    pub papers: (usize, usize),
    /// Ways to an office.
    pub trips: (usize, usize),
}

/// The items that are ticked in a bundle's answers.
#[must_use]
pub fn ticked(answers: &BTreeMap<String, String>) -> BTreeSet<String> {
    let list = answers.get(TICK_LIST).map(String::as_str).unwrap_or_default();
    list.split_whitespace().map(str::to_owned).collect()
}

/// The cases of a bundle, in the order of its card.
#[must_use]
pub fn parts_of_draft(draft: &CaseDraft, item: &Item, document: Option<&Document>) -> Vec<Part> {
    let ticked = ticked(&draft.answers);
    let known: BTreeMap<&str, SubjectId> =
        document.into_iter().flat_map(parts_of).map(|(case, code)| (code, case)).collect();
    let items = item.card_at(draft.catalogue).bundle.iter().flat_map(|bundle| &bundle.items);
    items
        .map(|part| Part {
            ticked: ticked.contains(&part.code),
            case: known.get(part.code.as_str()).copied(),
            item: part.code.clone(),
        })
        .collect()
}

/// What a bundle spares, as its answers stand: the papers that its items would ask for apart, and those that the bundle asks
/// for once.
pub fn spared(
    desk: &Desk,
    ledger: &Ledger,
    draft: &CaseDraft,
    session: &Session,
) -> Result<Spared, DeskError> {
    let Saving { fields_apart, fields_together } = session.saving();
    let catalogue = desk.catalogue();
    let bundle = catalogue.item(&draft.item)?;
    let card = bundle.card_at(draft.catalogue);
    let facts = crate::radar::facts(desk, ledger, draft.resident)?;
    let (answers, context) = (answers_by_name(&draft.answers), form_context(desk));
    let required = |asked: Vec<(&Material, Ask)>| -> BTreeSet<String> {
        let required = asked.into_iter().filter(|(_, ask)| *ask == Ask::Required);
        required.map(|(material, _)| material.id.clone()).collect()
    };
    let mut together = required(materials_asked(card, &answers, &facts, &context));
    let mut apart = 0;
    let chosen = ticked(&draft.answers);
    for item in chosen.iter().filter_map(|code| catalogue.item(code).ok()) {
        let asked = materials_asked(&item.card, &answers, &facts, &context);
        apart += required(asked.clone()).len();
        together.extend(required(spared_by(asked, card)));
    }
    if chosen.is_empty() {
        together.clear();
    }
    Ok(Spared {
        fields: (fields_apart, fields_together),
        papers: (apart, together.len()),
        trips: (chosen.len(), usize::from(!chosen.is_empty())),
    })
}

/// What a bundle's submission writes beside the bundle's own entries: fields of the bundle that name its parts, and the
/// entries of each part.
pub(crate) struct Parts {
    /// Fields of the bundle's own case.
    pub set: FieldSet,
    /// Entries of the parts and of the person.
    pub entries: Vec<NewEntry>,
}

/// Plans them; nothing where the draft is no bundle.
pub(crate) fn plan(
    desk: &Desk,
    ledger: &Ledger,
    draft: &CaseDraft,
    item: &Item,
    document: Option<&Document>,
) -> Result<Parts, DeskError> {
    let mut parts = Parts { set: FieldSet::new(), entries: Vec::new() };
    let Some(bundle) = item.card_at(draft.catalogue).bundle.as_ref() else { return Ok(parts) };
    let version = draft.version(item)?;
    let (form, context) = (version.form()?, form_context(desk));
    let catalogue = desk.catalogue();
    let stood = document.map(CaseDraft::correcting).transpose()?;
    for part in parts_of_draft(draft, item, document) {
        let known = part.case.map(|case| desk::document(ledger, case)).transpose()?.flatten();
        if !part.ticked {
            parts.take_out(draft, part.case, known.as_ref());
            continue;
        }
        let Some(part_form) = version.part(&part.item) else { continue };
        let part_card = catalogue.item(&part.item)?;
        let case = part.case.unwrap_or_else(|| SubjectId(Uuid::now_v7()));
        let asked =
            |of: &CaseDraft| fields_of(of, &form.answers_for(&part.item, &context, &of.answers), &part_card);
        let wanted = asked(draft);
        match known {
            None => {
                parts.set.insert(part_path(case), json!(part.item));
                let opened = CaseOpened {
                    item: part.item.clone(),
                    form_version: part_form.form()?.version().to_owned(),
                    form_digest: part_form.digest,
                    resident: draft.resident,
                    household: draft.household,
                    visit: draft.visit,
                    bundle: Some(draft.case),
                    catalogue: draft.catalogue,
                    set: wanted,
                };
                parts.write(draft, case, None, Body::CaseOpened(opened));
                parts.write(draft, case, None, Body::CaseSubmitted(CaseSubmitted {}));
            }
            Some(known) if may_change(&known) => {
                let set = differing(&known, &stood.as_ref().map(&asked).unwrap_or_default(), wanted);
                if !set.is_empty() {
                    let saw = known.newest_seen();
                    parts.write(draft, case, saw, Body::CaseRecorded(Recorded { set }));
                    parts.write(draft, case, saw, Body::CaseSubmitted(CaseSubmitted {}));
                }
            }
            Some(_) => {}
        }
    }
    if bundle.event.as_deref() == Some("death") {
        parts.report_death(ledger, draft)?;
    }
    Ok(parts)
}

fn may_change(part: &Document) -> bool {
    let stage = part.case.as_ref().map(|case| case.stage);
    !part.newer && matches!(stage, Some(Stage::Open | Stage::Submitted | Stage::Returned))
}

/// What a bundle says of one of its items: these answers, the item's materials and papers, and pictures that answer.
fn fields_of(draft: &CaseDraft, answers: &BTreeMap<String, String>, item: &Item) -> FieldSet {
    let slots: BTreeSet<&str> = item.card.materials.iter().map(|material| material.id.as_str()).collect();
    let mut fields: FieldSet = answers.iter().map(|(path, value)| (path.clone(), json!(value))).collect();
    for (digest, photo) in &draft.photos {
        let answered = answers.get(&photo.slot).is_some_and(|value| *value == digest.to_string());
        if slots.contains(photo.slot.as_str()) || answered {
            fields.insert(photo_path(*digest), json!(photo));
        }
    }
    let papers = draft.papers.iter().filter(|(material, _)| slots.contains(material.as_str()));
    fields.extend(papers.map(|(material, paper)| (paper_path(material), json!(paper))));
    fields.extend(draft.handling.clone());
    fields
}

/// What changes of a part when the bundle says `wanted` where it said `stood`: what was corrected on the part itself stays.
fn differing(known: &Document, stood: &FieldSet, wanted: FieldSet) -> FieldSet {
    let gone = stood.keys().filter(|path| !wanted.contains_key(*path) && known.value(path).is_some());
    let gone: Vec<(String, Value)> = gone.map(|path| (path.clone(), Value::Null)).collect();
    let changed = wanted
        .into_iter()
        .filter(|(path, value)| stood.get(path) != Some(value) && known.value(path) != Some(value));
    changed.chain(gone).collect()
}

impl Parts {
    fn write(&mut self, draft: &CaseDraft, subject: SubjectId, saw: Option<bangban_model::Saw>, body: Body) {
        self.entries.push(NewEntry {
            stream: draft.stream.clone(),
            subject,
            audience: Audience::All,
            saw,
            body,
        });
    }

    /// A part that is ticked no longer is taken back, while nobody decided it.
    fn take_out(&mut self, draft: &CaseDraft, case: Option<SubjectId>, known: Option<&Document>) {
        let (Some(case), Some(known)) = (case, known) else { return };
        if !may_change(known) {
            return;
        }
        self.set.insert(part_path(case), Value::Null);
        let reason = "一件事中不再勾选".to_owned();
        let withdrawn = bangban_model::body::CaseWithdrawn { reason };
        self.write(draft, case, known.newest_seen(), Body::CaseWithdrawn(withdrawn));
    }

    /// The death is on the person from here on: suspected, until the competent office verifies it.
    fn report_death(&mut self, ledger: &Ledger, draft: &CaseDraft) -> Result<(), DeskError> {
        let Some(day) = draft.answers.get(DEATH_DAY) else { return Ok(()) };
        let person = desk::document(ledger, draft.resident)?;
        if person.as_ref().is_some_and(|person| person.text(DEATH_SUSPECTED) == day) {
            return Ok(());
        }
        let set = [(DEATH_SUSPECTED.to_owned(), json!(day))].into();
        let saw = person.and_then(|person| person.newest_seen());
        self.write(draft, draft.resident, saw, Body::ResidentRecorded(Recorded { set }));
        Ok(())
    }
}
