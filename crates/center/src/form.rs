//! 表单: a workbook that an official wrote is looked at, published, and goes down to every laptop with its next exchange.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::Now;
use crate::store::forming::NewForm;
use bangban_catalogue::{Catalogue, ItemCard};
use bangban_forms::Form;
use bangban_model::body::CaseChecked;
use bangban_model::published_form::{FormFiles, PublishedForm};
use bangban_model::revision::ANSWER_PREFIX;
use bangban_model::{Code, Digest, Document, EntryId, Remark};
use chrono::DateTime;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The longest name of an item or department, in characters.
const MAX_NAME_CHARS: usize = 60;

/// The catalogue as it stood at the newest publication, for each set of scopes that hold in one place.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<(u64, BTreeMap<String, Catalogue>)>);

/// For which item a form is to be published.
#[derive(Clone, Debug, Default)]
pub struct FormOrder {
    /// The item's code; the form's own identifier where it is empty.
    pub item: String,
    /// The item's name, for a new item; the form's title where it is empty.
    pub name: String,
    /// The department that decides, for a new item.
    pub department: String,
}

impl Center {
    /// The catalogue as it holds in a village, or in every village of a scope: what came with the program, and what was
    /// published for it.
    pub fn catalogue_in(&self, place: &str) -> Result<Catalogue, CenterError> {
        let newest = self.store().newest_form()?;
        let scopes = self.store().form_scopes()?;
        let here: Vec<String> =
            scopes.into_iter().filter(|scope| place.starts_with(scope.as_str())).collect();
        let key = here.join(" ");
        let mut kept = self.shelf().0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 != newest {
            *kept = (newest, BTreeMap::new());
        }
        if let Some(catalogue) = kept.1.get(&key) {
            return Ok(catalogue.clone());
        }
        let built_in = Catalogue::built_in().map_err(|problem| CenterError::Coded(problem.code()))?;
        let published = self.store().forms_after(0, u32::MAX)?.into_iter();
        let catalogue = built_in.with(published.filter(|form| here.contains(&form.scope)));
        kept.1.insert(key, catalogue.clone());
        Ok(catalogue)
    }

    /// A picture, sound or film of some form of this scope, or of a part of it.
    pub fn form_media(
        &self,
        scope: &str,
        digest: Digest,
    ) -> Result<Option<(Vec<u8>, &'static str)>, CenterError> {
        if let Some(found) = self.catalogue_in(scope)?.shown(digest) {
            return Ok(Some(found));
        }
        for part in self.store().form_scopes()?.into_iter().filter(|part| part.starts_with(scope)) {
            if let Some(found) = self.catalogue_in(&part)?.shown(digest) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Publishes a form: from now on new cases of its item are opened by it, on every laptop after its next exchange.
    ///
    /// # Errors
    /// `FormTooLarge`, `FormBroken` (the workbook's mistakes are those of [`Form::read_with`]), `FormUnchanged`, `BadInput`
    /// for a code that cannot be one, `NewItemIncomplete`.
    pub fn publish_form(
        &self,
        sign_in: &SignIn,
        order: &FormOrder,
        files: FormFiles,
    ) -> Result<PublishedForm, CenterError> {
        require(sign_in, Role::administers)?;
        if !files.fits() {
            return Err(Code::FormTooLarge.into());
        }
        let form = Form::read_with(&files.workbook, &files.attachments)
            .map_err(|problems| CenterError::About(Code::FormBroken, problems.len().to_string()))?;
        let item = item_code(&order.item, &form);
        if !is_item_code(&item) {
            return Err(CenterError::About(Code::BadInput, "item".into()));
        }
        let catalogue = self.catalogue_in(&sign_in.staff.scope)?;
        let known = catalogue.item(&item).ok();
        if known.as_ref().is_some_and(|known| known.own_digest() == Some(files.digest())) {
            return Err(CenterError::About(Code::FormUnchanged, item));
        }
        let card = match known {
            Some(_) => None,
            None => Some(card_of(&item, order, &form)?),
        };
        let new = NewForm {
            item,
            scope: sign_in.staff.scope.clone(),
            card,
            local: None,
            version: form.version().to_owned(),
            files,
        };
        self.keep_published(sign_in, &new)
    }
}

/// Runs a case's answers through its own form anew; none where that very form is not here.
///
/// The form's clock stands where it stood when the agent submitted, by her laptop, but never later than the center's
/// receipt: what depends on today comes out as she saw it.
pub(crate) fn check_case(catalogue: &Catalogue, now: Now, document: &Document) -> Option<CaseChecked> {
    let file = document.case.as_ref()?;
    let revision = file.latest_revision()?.entry;
    let item = catalogue.item(&file.item).ok()?;
    let version = item.version(file.form_digest)?;
    let answers = answers_of(document);
    let checked = bangban_forms::check_answers(
        version.form().ok()?,
        &catalogue.context_at(moment_of(document, revision).unwrap_or(now)),
        &answers,
    );
    let recomputed = checked.corrected.iter().filter_map(|path| {
        let value = checked.answers.get(path).cloned();
        Some((path.clone(), value?))
    });
    Some(CaseChecked {
        revision,
        form_digest: version.digest,
        recomputed: recomputed.collect(),
        irrelevant: checked.dropped,
        invalid: checked
            .problems
            .into_iter()
            .map(|problem| Remark { path: problem.path, text: problem.message })
            .collect(),
    })
}

/// A case's answers by path, as text.
pub(crate) fn answers_of(document: &Document) -> BTreeMap<String, String> {
    let answers = document.under(ANSWER_PREFIX);
    answers.map(|(rest, value)| (format!("{ANSWER_PREFIX}{rest}"), text_of(value))).collect()
}

/// A value as it stands in a form.
pub(crate) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Where the form's clock stood when a revision was submitted.
pub(crate) fn moment_of(document: &Document, revision: EntryId) -> Option<Now> {
    let line = document.history.iter().find(|line| line.entry == revision)?;
    let time = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    let (said, received) = (time(&line.at)?, line.received_at.as_deref().and_then(time));
    Some(received.filter(|received| *received < said).unwrap_or(said))
}

/// The code as an item has it; the form's own identifier where none is named.
pub(crate) fn item_code(named: &str, form: &Form) -> String {
    let named = named.trim();
    let code = if named.is_empty() { form.form_id() } else { named };
    code.to_uppercase()
}

/// Capital letters, digits and `_`; a letter first.
pub(crate) fn is_item_code(code: &str) -> bool {
    let plain = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    (2..=32).contains(&code.len()) && plain && code.starts_with(|c: char| c.is_ascii_uppercase())
}

fn card_of(item: &str, order: &FormOrder, form: &Form) -> Result<String, CenterError> {
    let name = if order.name.trim().is_empty() { form.title() } else { &order.name };
    let card = new_card(item, name, &order.department)?;
    card.to_toml().map_err(|problem| CenterError::Coded(problem.code()))
}

/// The card that an item begins with.
///
/// # Errors
/// `NewItemIncomplete`: name or department is missing or too long.
pub(crate) fn new_card(item: &str, name: &str, department: &str) -> Result<ItemCard, CenterError> {
    let (name, department) = (name.trim(), department.trim());
    for (text, field) in [(name, "name"), (department, "department")] {
        if text.is_empty() || text.chars().count() > MAX_NAME_CHARS || text.chars().any(char::is_control) {
            return Err(CenterError::About(Code::NewItemIncomplete, field.into()));
        }
    }
    Ok(ItemCard::of_form(item, name, department))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_items_code_is_plain() {
        for (code, good) in [
            ("GAOLING", true),
            ("YANGLAO_XFBT", true),
            ("A2", true),
            ("A", false),
            ("2A", false),
            ("高龄", false),
            ("A B", false),
            ("../A", false),
        ] {
            assert_eq!(is_item_code(code), good, "{code}");
        }
    }
}
