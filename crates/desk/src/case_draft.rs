//! A case before it is recorded: a draft, saved as she types, never synced.

use crate::answering::answer_all;
use crate::desk::{self, Desk};
use crate::error::DeskError;
use crate::line::LineDraft;
use crate::photo::KeptPhoto;
use crate::visit::VisitDraft;
use bangban_catalogue::materials_asked::{
    Ask, answers_by_name, authority_asked, lacking, materials_asked, spared_by,
};
use bangban_catalogue::{FormVersion, Item, Material};
use bangban_forms::{Context, Kind, Session};
use bangban_ledger::{Draft, DraftId, Ledger};
use bangban_model::body::{ConflictSettled, FieldSet, NoticeGiven, Remark};
use bangban_model::certification;
use bangban_model::consent::{self, ConsentAsked};
use bangban_model::document::{Document, Stage};
use bangban_model::handling::{CONSENT, CONSENT_SENSITIVE, HANDLING_PREFIX, Handling};
use bangban_model::paper::{PAPER_PREFIX, PaperField, paper_path, papers_of};
use bangban_model::photo::{PHOTO_PREFIX, PhotoField, photo_path};
use bangban_model::revision::ANSWER_PREFIX;
use bangban_model::settling::{self, Settler};
use bangban_model::workday::add_months;
use bangban_model::{Code, Digest, EntryId, Saw, StreamId, SubjectId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a draft of a case holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseDraft {
    /// The case it will be recorded on: its id is fixed from the first save.
    pub case: SubjectId,
    /// The village.
    pub stream: StreamId,
    /// Item code.
    pub item: String,
    /// Which version of its form, by digest: the one it was opened with.
    #[serde(default)]
    pub form: Option<Digest>,
    /// Number of the newest publication when it was opened: the item is read as it stood then.
    #[serde(default)]
    pub catalogue: Option<u64>,
    /// The case of the bundle that it belongs to.
    #[serde(default)]
    pub bundle: Option<SubjectId>,
    /// For whom.
    pub resident: SubjectId,
    /// Their household.
    pub household: Option<SubjectId>,
    /// The visit it was opened at.
    pub visit: Option<SubjectId>,
    /// Whether the case exists already, so that this corrects it.
    pub corrects: bool,
    /// The newest entry of the center that she had before her eyes.
    pub saw: Option<Saw>,
    /// Whether nothing was answered yet.
    pub fresh: bool,
    /// Answers by path.
    pub answers: BTreeMap<String, String>,
    /// Values of questions that are not asked at present, defaults among them: they come back with the question, and
    /// never leave the draft.
    #[serde(default)]
    pub aside: BTreeMap<String, String>,
    /// Photos by digest.
    pub photos: BTreeMap<Digest, PhotoField>,
    /// What is known of materials beside their pictures.
    #[serde(default)]
    pub papers: BTreeMap<String, PaperField>,
    /// 办理方式: the fields of [`Handling`] by path.
    #[serde(default)]
    pub handling: FieldSet,
    /// Questions that she answered in this draft, be it with what stood there: an open conflict on one is settled so.
    #[serde(default)]
    pub given: BTreeSet<String>,
    /// Of open fields of which she chose a value: the entries whose values she was shown.
    #[serde(default)]
    pub settles: BTreeMap<String, Vec<EntryId>>,
    /// Notices of what is missing that were given before the case is recorded.
    #[serde(default)]
    pub notices: Vec<NoticeGiven>,
}

/// What still hinders submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hindrance {
    /// `/data/…` or `material/<slot>`.
    pub path: String,
    /// In the form's words; empty for a missing material.
    pub message: String,
}

impl CaseDraft {
    /// The id of a case's one draft.
    pub fn id_of(case: SubjectId) -> DraftId {
        DraftId(case.0)
    }

    /// Saves it; durable when this returns.
    pub fn save(&self, desk: &Desk, ledger: &mut Ledger) -> Result<(), DeskError> {
        let body = serde_json::to_string(self).map_err(|_| Code::Internal)?;
        let photos = digests_of(&self.photos);
        Ok(ledger.save_draft(CaseDraft::id_of(self.case), self.case, &body, &photos, desk.clock.now())?)
    }

    /// Reads it back.
    pub fn read(draft: &Draft) -> Result<Self, DeskError> {
        serde_json::from_str(&draft.body).map_err(|_| Code::LedgerDamaged.into())
    }

    /// The draft of a case, if it has one.
    pub fn find(ledger: &Ledger, case: SubjectId) -> Result<Option<Self>, DeskError> {
        ledger.draft(CaseDraft::id_of(case))?.map(|draft| CaseDraft::read(&draft)).transpose()
    }

    /// Every draft of a case with when it was saved, the newest first.
    pub fn all(ledger: &Ledger) -> Result<Vec<(Self, String)>, DeskError> {
        let drafts =
            ledger.drafts()?.into_iter().filter(|draft| !VisitDraft::is(draft) && !LineDraft::is(draft));
        drafts.map(|draft| Ok((CaseDraft::read(&draft)?, draft.updated_at))).collect()
    }

    /// The draft of a case, or the beginning of one that corrects what is recorded.
    pub fn begin_or_go_on(ledger: &Ledger, case: SubjectId) -> Result<Self, DeskError> {
        if let Some(draft) = CaseDraft::find(ledger, case)? {
            return Ok(draft);
        }
        let document = desk::document_of(ledger, case, Code::CaseUnknown)?;
        if document.newer {
            return Err(Code::NewerRecord.into());
        }
        match document.case.as_ref().map(|case| case.stage) {
            // What is decided or taken back is only read.
            Some(Stage::Confirmed | Stage::Withdrawn | Stage::Closed) => Err(Code::CaseStage.into()),
            _ => CaseDraft::correcting(&document),
        }
    }

    /// A draft that corrects a recorded case, beginning with what it says now.
    pub fn correcting(document: &Document) -> Result<Self, DeskError> {
        let case = document.case.as_ref().ok_or(Code::CaseUnknown)?;
        let answers = document
            .under("/data/")
            .filter_map(|(rest, value)| Some((format!("/data/{rest}"), value.as_str()?.to_owned())))
            .collect();
        Ok(CaseDraft {
            case: document.subject,
            stream: document.stream.clone(),
            item: case.item.clone(),
            form: Some(case.form_digest),
            catalogue: case.catalogue,
            bundle: case.bundle,
            resident: case.resident,
            household: case.household,
            visit: case.visit,
            corrects: true,
            saw: document.newest_seen(),
            fresh: false,
            answers,
            aside: BTreeMap::new(),
            photos: photos_of(document),
            papers: papers_of(document).map(|(material, paper)| (material.to_owned(), paper)).collect(),
            handling: document
                .under(HANDLING_PREFIX)
                .filter(|(_, value)| !value.is_null())
                .map(|(rest, value)| (format!("{HANDLING_PREFIX}{rest}"), value.clone()))
                .collect(),
            given: BTreeSet::new(),
            settles: BTreeMap::new(),
            notices: Vec::new(),
        })
    }

    /// Its answers, photos, papers and handling by path, as the entry will have them.
    pub fn values(&self) -> FieldSet {
        let answers = self.answers.iter().map(|(path, value)| (path.clone(), json!(value)));
        let photos = self.photos.iter().map(|(digest, photo)| (photo_path(*digest), json!(photo)));
        let papers = self.papers.iter().map(|(material, paper)| (paper_path(material), json!(paper)));
        answers.chain(photos).chain(papers).chain(self.handling.clone()).collect()
    }

    /// The version of its item's form that it is filled in by.
    pub fn version<'i>(&self, item: &'i Item) -> Result<&'i FormVersion, DeskError> {
        Ok(self.form.map_or_else(|| item.newest(), |digest| item.version_of(digest))?)
    }

    /// The form, filled with what the draft says.
    pub fn session(&self, desk: &Desk, item: &Item) -> Result<Session, DeskError> {
        let (form, context) = (self.version(item)?.form()?, form_context(desk));
        // A fresh case takes the form's defaults; a kept one says exactly what it said.
        let begin = if self.fresh { Session::new } else { Session::resume };
        let mut values = self.aside.clone();
        values.extend(self.answers.clone());
        Ok(begin(form, &context, &values))
    }

    /// Takes over what a session holds now.
    pub fn take_over(&mut self, session: &Session) {
        self.answers = session.answers();
        self.aside = session.aside();
        self.fresh = false;
    }

    /// Takes in what the place answers itself, by its item's `fixed_answers`.
    pub fn fix_answers(&mut self, desk: &Desk, item: &Item) -> Result<(), DeskError> {
        let fixed = &item.card_at(self.catalogue).fixed_answers;
        if fixed.is_empty() {
            return Ok(());
        }
        for node in self.session(desk, item)?.nodes() {
            let name = node.path.rsplit('/').next().unwrap_or_default();
            if let Some(answer) = fixed.iter().find(|answer| answer.name == name) {
                self.answers.insert(node.path.clone(), answer.value.clone());
            }
        }
        Ok(())
    }

    /// Takes in answers, in whatever order they come: one may be asked only because of another. One that is not asked
    /// in the end is refused before anything changes.
    pub fn answer(
        &mut self,
        desk: &Desk,
        item: &Item,
        answers: &BTreeMap<String, String>,
    ) -> Result<(), DeskError> {
        let mut session = self.session(desk, item)?;
        answer_all(&mut session, answers)?;
        self.take_over(&session);
        self.given.extend(answers.keys().cloned());
        Ok(())
    }

    /// What this question takes, a picture or a file of some kind; an error where it is not asked now or takes neither.
    pub fn expected_at(&self, desk: &Desk, item: &Item, path: &str) -> Result<Kind, DeskError> {
        let node = self.session(desk, item)?.node(path);
        let asked = node.filter(|node| node.kind.is_kept_apart() && node.relevant && !node.read_only);
        asked.map(|node| node.kind).ok_or_else(|| DeskError::new(Code::AnswerUnknown).with("path", path))
    }

    /// Takes in a picture or file that the ledger keeps; what is for a question answers it.
    pub fn take_photo(&mut self, desk: &Desk, item: &Item, kept: &KeptPhoto) -> Result<(), DeskError> {
        self.photos.insert(kept.digest, kept.field.clone());
        if !kept.field.slot.starts_with(ANSWER_PREFIX) {
            return Ok(());
        }
        self.answer_by_picture(desk, item, &kept.field.slot, kept.digest)
    }

    /// Answers a question by a picture or file that the draft has; the one that answered it before goes.
    fn answer_by_picture(
        &mut self,
        desk: &Desk,
        item: &Item,
        path: &str,
        digest: Digest,
    ) -> Result<(), DeskError> {
        let before = self.answers.get(path).and_then(|value| Digest::parse(value));
        self.answer(desk, item, &[(path.to_owned(), digest.to_string())].into())?;
        let still = |before: &Digest| self.answers.values().any(|value| *value == before.to_string());
        if let Some(before) = before.filter(|before| !still(before)) {
            self.photos.remove(&before);
        }
        Ok(())
    }

    /// Takes back every answer that is this picture or file.
    pub fn take_back_picture(&mut self, desk: &Desk, item: &Item, digest: Digest) -> Result<(), DeskError> {
        let answered = self.answers.iter().filter(|(_, value)| **value == digest.to_string());
        let taken_back = answered.map(|(path, _)| (path.clone(), String::new())).collect();
        self.answer(desk, item, &taken_back)
    }

    /// What this draft says of the open values that she was shown: hers holds, what she saw of others goes. A late change is
    /// hers to settle only once the case is no longer accepted (rule F4).
    pub fn settlements(&self, document: &Document) -> Vec<ConflictSettled> {
        let has_seen = |other: EntryId| match (self.saw, document.position_of(other)) {
            (Some(saw), Some(position)) => document.is_seen_with(saw, other, position),
            (_, position) => position.is_none(),
        };
        let values = self.values();
        let said = self.given.iter().filter_map(|field| settling::open_at(document, field));
        let settled = said.filter_map(|open| {
            settling::may_settle(document, &open, Settler::Agent).ok()?;
            let value = values.get(open.field).cloned().unwrap_or(Value::Null);
            let chosen = self.settles.get(open.field).map(Vec::as_slice).unwrap_or_default();
            let shown =
                open.contenders.iter().filter(|other| chosen.contains(&other.entry) || has_seen(other.entry));
            Some(ConflictSettled {
                field: open.field.to_owned(),
                among: shown.map(|contender| contender.entry).collect(),
                value,
                reason: String::new(),
            })
        });
        settled.collect()
    }

    /// Takes the chosen value of an open field into the draft: submitting settles it so.
    ///
    /// # Errors
    /// What an answer is refused for.
    pub fn settle(
        &mut self,
        desk: &Desk,
        item: &Item,
        settlement: &ConflictSettled,
    ) -> Result<(), DeskError> {
        let (field, value) = (settlement.field.as_str(), &settlement.value);
        if let Some(digest) = field.strip_prefix(PHOTO_PREFIX).and_then(Digest::parse) {
            match PhotoField::deserialize(value).ok() {
                Some(photo) => {
                    self.photos.insert(digest, photo);
                }
                None => {
                    self.photos.remove(&digest);
                }
            }
        } else if let Some(material) = field.strip_prefix(PAPER_PREFIX) {
            match PaperField::deserialize(value).ok() {
                Some(paper) => {
                    self.papers.insert(material.to_owned(), paper);
                }
                None => {
                    self.papers.remove(material);
                }
            }
        } else if field.starts_with(HANDLING_PREFIX) {
            match value.is_null() {
                true => self.handling.remove(field),
                false => self.handling.insert(field.to_owned(), value.clone()),
            };
        } else {
            let answer = value.as_str().unwrap_or_default().to_owned();
            self.answer(desk, item, &[(field.to_owned(), answer)].into())?;
        }
        self.given.insert(field.to_owned());
        // What else came since the draft was begun stays unseen: only these values were on her screen.
        self.settles.insert(field.to_owned(), settlement.among.clone());
        Ok(())
    }

    /// How it is handled.
    pub fn how(&self) -> Handling {
        Handling::of_fields(&self.handling)
    }

    /// Says how it is handled.
    ///
    /// # Errors
    /// `BadInput` for a text that is too long.
    pub fn handle(&mut self, handling: &Handling) -> Result<(), DeskError> {
        if let Some(path) = handling.too_long() {
            return Err(DeskError::new(Code::BadInput).with("path", path));
        }
        let (before, said) = (self.how().fields(), handling.fields());
        // A consent is to words that were read to somebody: there is no other version.
        for path in [CONSENT, CONSENT_SENSITIVE] {
            let version = said.get(path).filter(|version| before.get(path) != Some(version));
            if version.is_some_and(|version| !version.as_str().is_some_and(consent::is_known)) {
                return Err(DeskError::new(Code::BadInput).with("path", path));
            }
        }
        let altered = before.keys().chain(said.keys()).filter(|path| before.get(*path) != said.get(*path));
        self.given.extend(altered.cloned());
        // What a newer program said and this one cannot read stays.
        self.handling.retain(|path, value| before.get(path) != Some(value));
        self.handling.extend(said);
        Ok(())
    }

    /// The first material slot without a photo, or the first of all.
    pub fn open_slot(&self, item: &Item) -> String {
        let filled = |slot: &str| self.photos.values().any(|photo| photo.slot == slot);
        let materials = &item.card_at(self.catalogue).materials;
        let open = materials.iter().find(|material| !filled(&material.id));
        open.or(materials.first()).map_or_else(|| "other".to_owned(), |material| material.id.clone())
    }

    /// Which consents are asked beside the form: none of somebody whom nobody reached.
    #[must_use]
    pub fn consents_asked(&self, session: &Session, item: &Item) -> ConsentAsked {
        let unreached = |result: &String| matches!(result.as_str(), "unreachable" | "abnormal");
        if self.item == certification::ITEM && self.answers.get(certification::RESULT).is_some_and(unreached)
        {
            return ConsentAsked::default();
        }
        let nodes = session.nodes();
        let names = nodes.iter().filter_map(|node| node.path.rsplit('/').next());
        ConsentAsked::of(names, !item.card_at(self.catalogue).materials.is_empty())
    }

    /// The consents that are asked and not recorded, by path.
    #[must_use]
    pub fn consents_lacking(&self, session: &Session, item: &Item) -> Vec<String> {
        let (asked, how) = (self.consents_asked(session, item), self.how());
        let lacking = [
            (CONSENT, asked.text && how.consent_text.is_empty()),
            (CONSENT_SENSITIVE, asked.sensitive_text && how.consent_sensitive_text.is_empty()),
        ];
        lacking.into_iter().filter(|(_, lacks)| *lacks).map(|(path, _)| path.to_owned()).collect()
    }

    /// Records the consents that are asked beside the form, with the version of today's texts.
    pub fn consent(&mut self, session: &Session, item: &Item) -> Result<(), DeskError> {
        let (asked, mut how) = (self.consents_asked(session, item), self.how());
        if asked.text {
            how.consent_text = consent::VERSION.to_owned();
        }
        if asked.sensitive_text {
            how.consent_sensitive_text = consent::VERSION.to_owned();
        }
        self.handle(&how)
    }

    /// Everything that still hinders submission, all at once.
    pub fn hindrances(&self, desk: &Desk, ledger: &Ledger, item: &Item) -> Result<Vec<Hindrance>, DeskError> {
        self.hindrances_told(desk, ledger, &self.session(desk, item)?, item)
    }

    /// The same, told in the language of a session of this draft.
    pub fn hindrances_told(
        &self,
        desk: &Desk,
        ledger: &Ledger,
        session: &Session,
        item: &Item,
    ) -> Result<Vec<Hindrance>, DeskError> {
        let mut hindrances: Vec<Hindrance> = session
            .problems()
            .into_iter()
            .map(|problem| Hindrance { path: problem.path, message: problem.message })
            .collect();
        hindrances
            .extend(self.how().lacks().into_iter().map(|path| Hindrance { path, message: String::new() }));
        if !self.corrects {
            let lacking = self.consents_lacking(session, item).into_iter();
            hindrances.extend(lacking.map(|path| Hindrance { path, message: String::new() }));
        }
        for (material, ask) in self.materials(desk, ledger, item)? {
            if material.picture && ask.is_asked() && !self.pictures(&material.id) {
                hindrances.push(Hindrance {
                    path: format!("material/{}", material.id),
                    message: material.name.clone(),
                });
            }
        }
        Ok(hindrances)
    }

    /// Whether a picture lies in this slot.
    pub fn pictures(&self, slot: &str) -> bool {
        self.photos.values().any(|photo| photo.slot == slot)
    }

    /// Whether the original of this material was looked at.
    pub fn sees(&self, slot: &str) -> bool {
        self.papers.get(slot).is_some_and(|paper| paper.seen)
    }

    /// Says of a material whether the original was looked at and when it was issued; by the item's rule that says when
    /// it expires.
    ///
    /// # Errors
    /// `BadInput` for a material that the item does not have, and for a day that has not come yet.
    pub fn look_at_paper(
        &mut self,
        desk: &Desk,
        item: &Item,
        material: &str,
        seen: bool,
        issued: Option<NaiveDate>,
    ) -> Result<(), DeskError> {
        let card = item.card_at(self.catalogue);
        let known = card.materials.iter().find(|known| known.id == material);
        let known = known.ok_or_else(|| DeskError::new(Code::BadInput).with("path", material))?;
        if issued.is_some_and(|day| day > desk.clock.today()) {
            return Err(DeskError::new(Code::BadInput).with("path", "issued"));
        }
        let until = issued.zip(known.valid_months).map(|(day, months)| add_months(day, months));
        let paper = PaperField { seen, issued, until };
        self.given.insert(paper_path(material));
        match paper.is_empty() {
            true => self.papers.remove(material),
            false => self.papers.insert(material.to_owned(), paper),
        };
        Ok(())
    }

    /// The item's materials as they are asked for with these answers, of this person; in a bundle, what that spares is
    /// not asked for.
    pub fn materials<'i>(
        &self,
        desk: &Desk,
        ledger: &Ledger,
        item: &'i Item,
    ) -> Result<Vec<(&'i Material, Ask)>, DeskError> {
        let facts = crate::radar::facts(desk, ledger, self.resident)?;
        let answers = answers_by_name(&self.answers);
        let mut asked = materials_asked(item.card_at(self.catalogue), &answers, &facts, &form_context(desk));
        // A bundle's part is handled as its bundle is: the authority lies there.
        asked.extend(authority_asked(&self.how()).filter(|_| self.bundle.is_none()));
        let Some(bundle) = self.bundle.map(|bundle| desk::document(ledger, bundle)).transpose()?.flatten()
        else {
            return Ok(asked);
        };
        let Some(file) = &bundle.case else { return Ok(asked) };
        Ok(match desk.catalogue().item(&file.item) {
            Ok(bundle) => spared_by(asked, bundle.card_at(file.catalogue)),
            Err(_) => asked,
        })
    }

    /// Everything a notice tells: materials that are asked for and missing, and questions that hinder.
    pub fn missing(
        &self,
        desk: &Desk,
        ledger: &Ledger,
        session: &Session,
        item: &Item,
    ) -> Result<Vec<Remark>, DeskError> {
        let asked = self.materials(desk, ledger, item)?;
        let mut missing: Vec<Remark> = lacking(asked, |slot| self.pictures(slot), |slot| self.sees(slot))
            .map(|material| Remark {
                path: format!("material/{}", material.id),
                text: material.note.clone().unwrap_or_else(|| material.name.clone()),
            })
            .collect();
        let problems = session.problems().into_iter();
        missing.extend(problems.map(|problem| Remark { path: problem.path, text: problem.message }));
        Ok(missing)
    }
}

/// The photos a case has now.
pub fn photos_of(document: &Document) -> BTreeMap<Digest, PhotoField> {
    document
        .under(PHOTO_PREFIX)
        .filter_map(|(rest, value)| Some((Digest::parse(rest)?, PhotoField::deserialize(value).ok()?)))
        .collect()
}

/// How many of these can be looked at: files, sounds and films are none.
pub fn pictures_among(photos: &BTreeMap<Digest, PhotoField>) -> u64 {
    photos.values().filter(|field| field.is_picture()).count() as u64
}

/// The digests of photos and of their thumbnails.
pub fn digests_of(photos: &BTreeMap<Digest, PhotoField>) -> Vec<Digest> {
    photos.iter().flat_map(|(digest, field)| [Some(*digest), field.thumb]).flatten().collect()
}

/// What forms may know of the world: the moment and the working-day calendar.
pub fn form_context(desk: &Desk) -> Context {
    let deviceid = desk.device.get().cloned().unwrap_or_default();
    Context { username: desk.agent_name.clone(), deviceid, ..desk.catalogue().context_at(desk.clock.now()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bangban_model::handling::Mode;

    #[test]
    fn what_a_newer_program_said_of_the_handling_stays_until_she_says_otherwise() {
        let id = "0192f0c1-2345-7abc-8def-0123456789ab";
        let mut draft: CaseDraft = serde_json::from_value(json!({
            "case": id, "stream": "420704102201", "item": "SSC", "resident": id, "household": null, "visit": null,
            "corrects": true, "saw": null, "fresh": false, "answers": {}, "photos": {},
            "handling": {"handling/mode": "by_drone", "handling/robot": "7", "handling/green": true},
        }))
        .unwrap();
        assert_eq!(draft.how().mode, None);
        draft.handle(&Handling { green: false, team: "村医".into(), ..draft.how() }).unwrap();
        let said: Vec<&str> = draft.handling.keys().map(String::as_str).collect();
        assert_eq!(said, ["handling/mode", "handling/robot", "handling/team"]);
        assert_eq!(draft.handling["handling/mode"], "by_drone");
        assert!(draft.given.contains("handling/green") && !draft.given.contains("handling/mode"));
        draft.handle(&Handling { mode: Some(Mode::Help), ..draft.how() }).unwrap();
        assert_eq!(draft.handling["handling/mode"], "help");
    }
}
