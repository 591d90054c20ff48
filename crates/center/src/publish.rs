//! 事项: an official changes an item's card, what differs in a township, or the calendar, and publishes it. What was published
//! is never taken back: rolling back is publishing the old again.

use crate::center::Center;
use crate::error::CenterError;
use crate::review::require;
use crate::staff::{Role, SignIn};
use crate::store::forming::NewForm;
use bangban_catalogue::check::{CARD_FILE, FORM_FILE, Files, Report, check_among};
use bangban_catalogue::{Catalogue, Finding, ItemCard};
use bangban_forms::Form;
use bangban_model::Code;
use bangban_model::published_form::{FormFiles, MAX_CARD_BYTES, PublishedForm, WORKDAYS, WORKDAYS_FILE};
use bangban_model::workday;
use bangban_sync::{AnswerLine, FormLine, MAX_LINE_BYTES};
use std::collections::BTreeSet;

impl Center {
    /// Publishes a card as an official changed it: whole for the whole center, only what differs for a part of it.
    ///
    /// # Errors
    /// Those of [`Center::publish_card`] and [`Center::publish_local`].
    pub fn publish_change(&self, sign_in: &SignIn, card: &str) -> Result<PublishedForm, CenterError> {
        require(sign_in, Role::administers)?;
        if sign_in.staff.scope.is_empty() {
            return self.publish_card(sign_in, card);
        }
        let catalogue = self.catalogue_in(&sign_in.staff.scope)?;
        let changed = read_card(&catalogue, card)?;
        match self.local_difference(sign_in, &changed)? {
            Some(patch) => self.publish_local(sign_in, &changed.code, &patch),
            None => self.publish_card(sign_in, card),
        }
    }

    /// What makes the wider catalogue's card into this one; none for the whole center, and for an item of this scope alone.
    fn local_difference(&self, sign_in: &SignIn, card: &ItemCard) -> Result<Option<String>, CenterError> {
        if sign_in.staff.scope.is_empty() {
            return Ok(None);
        }
        let Ok(wider) = self.wider_catalogue(sign_in)?.item(&card.code) else { return Ok(None) };
        wider.card.difference(card).map(Some).map_err(|found| broken(&found))
    }

    /// Publishes an item's folder: its card, and its form where it has one. What stands so already is not sent again.
    ///
    /// # Errors
    /// `CardBroken` where the check finds anything (see [`Center::check_item`]), `FormUnchanged`, `NotAllowed`, `BadInput`
    /// for a code that cannot be one.
    pub fn publish_item(&self, sign_in: &SignIn, files: &Files) -> Result<PublishedForm, CenterError> {
        require(sign_in, Role::administers)?;
        let report = self.check_item(sign_in, files)?;
        if !report.ok {
            return Err(broken(&report.errors));
        }
        let text = files.get(CARD_FILE).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let text = text.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text)).unwrap_or_default();
        let card = ItemCard::read(text).map_err(|_| CenterError::Coded(Code::CardBroken))?;
        if !crate::form::is_item_code(&card.code) {
            return Err(CenterError::About(Code::BadInput, "code".into()));
        }
        let known = self.catalogue_in(&sign_in.staff.scope)?.item(&card.code).ok();
        let form = form_of(files)?;
        let form = form
            .filter(|(_, files)| known.as_ref().and_then(|known| known.own_digest()) != Some(files.digest()));
        let says_new = known.is_none_or(|known| known.card != card);
        if form.is_none() && !says_new {
            return Err(CenterError::About(Code::FormUnchanged, card.code));
        }
        let local = if says_new { self.local_difference(sign_in, &card)? } else { None };
        let whole = (says_new && local.is_none()).then(|| text.to_owned());
        let (version, files) = form.unwrap_or_else(|| (String::new(), FormFiles::alone(Vec::new())));
        let scope = sign_in.staff.scope.clone();
        self.keep_published(sign_in, &NewForm { item: card.code, scope, card: whole, local, version, files })
    }

    /// Everything that is wrong with an item's folder, by file and cell, among the items of this scope.
    pub fn check_item(&self, sign_in: &SignIn, files: &Files) -> Result<Report, CenterError> {
        Ok(check_among(files, &self.catalogue_in(&sign_in.staff.scope)?))
    }

    /// The catalogue as it would hold without what was published for this scope itself.
    fn wider_catalogue(&self, sign_in: &SignIn) -> Result<Catalogue, CenterError> {
        let scope = &sign_in.staff.scope;
        let built_in = Catalogue::built_in().map_err(|problem| CenterError::Coded(problem.code()))?;
        let published = self.store().forms_after(0, u32::MAX)?.into_iter();
        Ok(built_in.with(published.filter(|form| form.holds_in(scope) && form.scope != *scope)))
    }

    /// Whether an item differs in this scope from what holds in the wider one.
    pub fn differs_locally(&self, sign_in: &SignIn, card: &ItemCard) -> Result<bool, CenterError> {
        if sign_in.staff.scope.is_empty() {
            return Ok(false);
        }
        let wider = self.wider_catalogue(sign_in)?.item(&card.code).ok();
        Ok(wider.is_some_and(|wider| wider.card != *card))
    }

    /// Publishes an item's card, whole, where the official's scope reaches.
    ///
    /// # Errors
    /// `CardBroken`, `FormUnchanged`, `NotAllowed`, `BadInput` for a code that cannot be one.
    pub fn publish_card(&self, sign_in: &SignIn, card: &str) -> Result<PublishedForm, CenterError> {
        require(sign_in, Role::administers)?;
        let catalogue = self.catalogue_in(&sign_in.staff.scope)?;
        let read = read_card(&catalogue, card)?;
        if !crate::form::is_item_code(&read.code) {
            return Err(CenterError::About(Code::BadInput, "code".into()));
        }
        let item = read.code.clone();
        let known = catalogue.item(&item).ok();
        if known.is_some_and(|known| known.card == read) {
            return Err(CenterError::About(Code::FormUnchanged, item));
        }
        self.publish(sign_in, item, Some(card.to_owned()), None, FormFiles::alone(Vec::new()))
    }

    /// Publishes what differs from an item's card where the official's scope reaches; an empty text takes it away again.
    ///
    /// # Errors
    /// `CardBroken`, `FormUnchanged`, `ItemUnknown`, `NotAllowed`.
    pub fn publish_local(
        &self,
        sign_in: &SignIn,
        item: &str,
        patch: &str,
    ) -> Result<PublishedForm, CenterError> {
        require(sign_in, Role::administers)?;
        let known = self
            .catalogue_in(&sign_in.staff.scope)?
            .item(item)
            .map_err(|problem| CenterError::Coded(problem.code()))?;
        if patch.trim().is_empty() && !self.differs_locally(sign_in, &known.card)? {
            return Err(CenterError::About(Code::FormUnchanged, known.card.code.clone()));
        }
        known.card.with_local(patch).map_err(|found| broken(&found))?;
        let code = known.card.code.clone();
        self.publish(sign_in, code, None, Some(patch.to_owned()), FormFiles::alone(Vec::new()))
    }

    /// Publishes the calendar of working days.
    ///
    /// # Errors
    /// `CalendarBroken`, `FormUnchanged`, `NotAllowed`.
    pub fn publish_workdays(&self, sign_in: &SignIn, text: &str) -> Result<PublishedForm, CenterError> {
        require(sign_in, Role::administers)?;
        workday::Calendar::from_json(text)
            .map_err(|problem| CenterError::About(Code::CalendarBroken, problem.to_string()))?;
        let attachments = [(WORKDAYS_FILE.to_owned(), text.as_bytes().to_vec())].into();
        let files = FormFiles { workbook: Vec::new(), attachments };
        if !files.fits() {
            return Err(Code::FormTooLarge.into());
        }
        self.publish(sign_in, WORKDAYS.to_owned(), None, None, files)
    }

    /// Publishes again what a number brought.
    ///
    /// # Errors
    /// `ItemUnknown` for a number that is none or lies outside the scope, `FormUnchanged`, `NotAllowed`.
    pub fn publish_again(&self, sign_in: &SignIn, number: u64) -> Result<PublishedForm, CenterError> {
        require(sign_in, Role::administers)?;
        let before = number.checked_sub(1).ok_or(Code::ItemUnknown)?;
        let found = self.store().forms_after(before, 1)?.pop();
        let old = found.filter(|form| form.number == number && form.scope == sign_in.staff.scope);
        let old = old.ok_or(Code::ItemUnknown)?;
        let new = NewForm {
            item: old.item,
            scope: old.scope,
            card: old.card,
            local: old.local,
            version: old.version,
            files: old.files,
        };
        self.keep_published(sign_in, &new)
    }

    fn publish(
        &self,
        sign_in: &SignIn,
        item: String,
        card: Option<String>,
        local: Option<String>,
        files: FormFiles,
    ) -> Result<PublishedForm, CenterError> {
        let scope = sign_in.staff.scope.clone();
        self.keep_published(sign_in, &NewForm { item, scope, card, local, version: String::new(), files })
    }

    pub(crate) fn keep_published(
        &self,
        sign_in: &SignIn,
        new: &NewForm,
    ) -> Result<PublishedForm, CenterError> {
        self.check_size(new)?;
        let published = self.store().publish_form(new, sign_in.staff.id, self.now())?;
        tracing::info!(staff = %sign_in.staff.id, item = published.item, number = published.number, "published");
        Ok(published)
    }
}

impl Center {
    /// What goes down every laptop's line must fit one: once it has a number, nothing could take it back.
    fn check_size(&self, new: &NewForm) -> Result<(), CenterError> {
        let card_bytes = [&new.card, &new.local].into_iter().flatten().map(String::len).max().unwrap_or(0);
        if !new.files.fits() || card_bytes > MAX_CARD_BYTES {
            return Err(Code::FormTooLarge.into());
        }
        let form = PublishedForm {
            number: i64::MAX as u64,
            item: new.item.clone(),
            scope: new.scope.clone(),
            card: new.card.clone(),
            local: new.local.clone(),
            version: new.version.clone(),
            files: new.files.clone(),
            published_at: self.now().to_rfc3339(),
        };
        let line = AnswerLine::Form(Box::new(FormLine::of(&form, self.identity().id, self.signing())?));
        let line_bytes = serde_json::to_vec(&line).map_err(|_| CenterError::Coded(Code::FormTooLarge))?.len();
        if line_bytes > MAX_LINE_BYTES { Err(Code::FormTooLarge.into()) } else { Ok(()) }
    }
}

/// A card that was looked at together with the item's form.
fn read_card(catalogue: &Catalogue, card: &str) -> Result<ItemCard, CenterError> {
    let report = check_card(catalogue, card);
    if !report.ok {
        return Err(broken(&report.errors));
    }
    ItemCard::read(card).map_err(|_| CenterError::Coded(Code::CardBroken))
}

/// Looks at a card together with the form that its item has.
pub(crate) fn check_card(catalogue: &Catalogue, card: &str) -> Report {
    let read = ItemCard::read(card).ok();
    let known = read.as_ref().and_then(|card| catalogue.item(&card.code).ok());
    let form = known.and_then(|item| item.own_files().cloned());
    let mut files = Files::new();
    let mut text = card.to_owned();
    if let Some(form) = form {
        files.extend(form.attachments);
        files.insert(FORM_FILE.to_owned(), form.workbook);
        // An item that began as a form alone has a card that names none: its form came by a number of its own.
        if read.is_some_and(|card| card.form.is_none()) {
            text.insert_str(0, &format!("form = \"{FORM_FILE}\"\n"));
        }
    }
    files.insert(CARD_FILE.to_owned(), text.into_bytes());
    check_among(&files, catalogue)
}

/// The form of a folder that was checked, with its version and those files beside it that it reads or shows.
fn form_of(files: &Files) -> Result<Option<(String, FormFiles)>, CenterError> {
    let Some(workbook) = files.get(FORM_FILE) else { return Ok(None) };
    let beside = files.iter().filter(|(name, _)| *name != FORM_FILE && *name != CARD_FILE);
    let attachments = beside.map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    let form = Form::read_with(workbook, &attachments)
        .map_err(|problems| CenterError::About(Code::FormBroken, problems.len().to_string()))?;
    let needed: BTreeSet<&String> = form.attachments().iter().chain(form.shown()).collect();
    let attachments = attachments.into_iter().filter(|(name, _)| needed.contains(name)).collect();
    let read = FormFiles { workbook: workbook.clone(), attachments };
    if !read.fits() {
        return Err(Code::FormTooLarge.into());
    }
    Ok(Some((form.version().to_owned(), read)))
}

fn broken(found: &[Finding]) -> CenterError {
    let first = found.first().map(|found| found.cell.clone()).unwrap_or_default();
    CenterError::About(Code::CardBroken, first)
}
