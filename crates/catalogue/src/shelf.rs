//! The catalogue: what came with the program, and what a center published since, in the order of its numbers.

use crate::item::{FormVersion, Item, Merged, MergedPart};
use crate::{CatalogueError, ItemCard, form_media};
use bangban_forms::Context;
use bangban_model::published_form::{FormFiles, PublishedForm, WORKDAYS, WORKDAYS_FILE};
use bangban_model::roster::benefit_item;
use bangban_model::{Digest, workday};
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The items of this program, and what the center published since. Copies share them.
#[derive(Clone)]
pub struct Catalogue {
    items: Arc<BTreeMap<String, Arc<Item>>>,
    calendar: Arc<workday::Calendar>,
}

/// An item as it came with the program.
struct BuiltIn {
    card: &'static str,
    workbook: Option<&'static [u8]>,
    attachments: &'static [(&'static str, &'static [u8])],
}

const BUILT_IN: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

impl BuiltIn {
    fn files(&self) -> Option<FormFiles> {
        let own = |(name, bytes): &(&str, &[u8])| ((*name).to_owned(), bytes.to_vec());
        let attachments = self.attachments.iter().map(own).collect();
        Some(FormFiles { workbook: self.workbook?.to_vec(), attachments })
    }
}

/// What differs from an item's card, by the scope in which it does; the widest scope first.
type Locals = BTreeMap<String, String>;

impl Catalogue {
    /// The items that came with the program.
    pub fn built_in() -> Result<Self, CatalogueError> {
        static READ: OnceLock<Result<Catalogue, CatalogueError>> = OnceLock::new();
        READ.get_or_init(|| Catalogue::of(BUILT_IN.iter().map(|item| (item.card, item.files())))).clone()
    }

    /// These items: a card and, where there is one, a form each.
    pub fn of<'a>(
        items: impl IntoIterator<Item = (&'a str, Option<FormFiles>)>,
    ) -> Result<Self, CatalogueError> {
        let mut known = BTreeMap::new();
        for (card, files) in items {
            let versions = files.into_iter().map(|files| Arc::new(FormVersion::new(files))).collect();
            let card = ItemCard::read(card)?;
            let item = Item { cards: vec![(0, Arc::new(card.clone()))], card, versions };
            known.insert(item.card.code.clone(), item);
        }
        for code in bundles_of(&known) {
            join(&mut known, &code);
        }
        let items = known.into_iter().map(|(code, item)| (code, Arc::new(item))).collect();
        let calendar = Arc::new(workday::Calendar::builtin().clone());
        Ok(Catalogue { items: Arc::new(items), calendar })
    }

    /// This catalogue with what was published, in the order of the numbers. What cannot be read, or is for an item that
    /// neither has a card nor brings one, is left out: a newer program may know it.
    #[must_use]
    pub fn with(&self, published: impl IntoIterator<Item = PublishedForm>) -> Self {
        let mut items: BTreeMap<String, Item> =
            self.items.iter().map(|(code, item)| (code.clone(), Item::clone(item))).collect();
        let mut bases: BTreeMap<String, ItemCard> =
            items.iter().map(|(code, item)| (code.clone(), item.card.clone())).collect();
        let mut locals: BTreeMap<String, Locals> = BTreeMap::new();
        let mut calendar = self.calendar.clone();
        for form in published {
            if form.item == WORKDAYS {
                if let Some(read) = calendar_of(&form.files) {
                    calendar = Arc::new(read);
                }
                continue;
            }
            let card = form.card.as_deref().and_then(|card| ItemCard::read(card).ok());
            if let Some(mut card) = card {
                card.code.clone_from(&form.item);
                bases.insert(form.item.clone(), card);
            }
            if let Some(local) = &form.local {
                let scopes = locals.entry(form.item.clone()).or_default();
                scopes.insert(form.scope.clone(), local.clone());
            }
            let Some(base) = bases.get(&form.item) else { continue };
            let card = local_card(base, locals.get(&form.item));
            let item = items.entry(form.item.clone()).or_insert_with(|| Item {
                card: card.clone(),
                cards: Vec::new(),
                versions: Vec::new(),
            });
            if item.cards.last().is_none_or(|(_, known)| **known != card) {
                item.cards.push((form.number, Arc::new(card.clone())));
                item.card = card;
            }
            let has_form = form.has_form();
            if has_form {
                item.versions.push(Arc::new(FormVersion::new(form.files)));
            }
            for code in bundles_of(&items) {
                if code == form.item || has_form {
                    join(&mut items, &code);
                }
            }
        }
        let items = items.into_iter().map(|(code, item)| (code, Arc::new(item))).collect();
        Catalogue { items: Arc::new(items), calendar }
    }

    /// The item with this code.
    pub fn item(&self, code: &str) -> Result<Arc<Item>, CatalogueError> {
        self.items.get(&code.trim().to_uppercase()).cloned().ok_or(CatalogueError::Unknown)
    }

    /// The code of an item by its code, by one of its names, or by the name of its benefit.
    #[must_use]
    pub fn code_named(&self, text: &str) -> Option<String> {
        if let Ok(item) = self.item(text) {
            return Some(item.card.code.clone());
        }
        let named = self.items().find(|item| item.card.name == text || item.card.short_name == text);
        named.map(|item| item.card.code.clone()).or_else(|| benefit_item(text).map(str::to_owned))
    }

    /// An item as it would be with this card.
    #[must_use]
    pub fn preview(&self, card: ItemCard) -> Item {
        let versions = self.item(&card.code).map(|item| item.versions.clone()).unwrap_or_default();
        Item { cards: Vec::new(), card, versions }
    }

    /// A picture, sound or film that comes with some form, with its media type.
    #[must_use]
    pub fn shown(&self, digest: Digest) -> Option<(Vec<u8>, &'static str)> {
        let versions = self.items.values().flat_map(|item| &item.versions);
        let mut files = versions.filter(|version| !version.is_merged()).filter_map(|version| version.files());
        let found = files.find_map(|files| form_media::find_shown(files, digest));
        found.map(|(bytes, kind)| (bytes.to_vec(), kind))
    }

    /// What people ask for: all items but registers.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.all().filter(|item| item.card.register.is_none())
    }

    /// 登记簿
    pub fn registers(&self) -> impl Iterator<Item = &Item> {
        self.all().filter(|item| item.card.register.is_some())
    }

    /// Items and registers: whatever has a card.
    pub fn all(&self) -> impl Iterator<Item = &Item> {
        self.items.values().map(Arc::as_ref)
    }

    /// The calendar of working days that holds.
    #[must_use]
    pub fn calendar(&self) -> &workday::Calendar {
        &self.calendar
    }

    /// A form's clock, with the working days that hold.
    #[must_use]
    pub fn context_at(&self, now: DateTime<FixedOffset>) -> Context {
        crate::context_with(&self.calendar, now)
    }
}

/// The calendar of a publication; none where it cannot be used.
fn calendar_of(files: &FormFiles) -> Option<workday::Calendar> {
    let text = std::str::from_utf8(files.attachments.get(WORKDAYS_FILE)?).ok()?;
    workday::Calendar::from_json(text).ok()
}

/// A card with what differs, the widest scope first. What no longer fits the card is passed over.
fn local_card(base: &ItemCard, locals: Option<&Locals>) -> ItemCard {
    // Prefixes of one village: the shorter is the wider, and stands first in the map.
    let patches = locals.into_iter().flat_map(BTreeMap::values).filter(|patch| !patch.trim().is_empty());
    patches.fold(base.clone(), |card, patch| card.with_local(patch).unwrap_or(card))
}

fn bundles_of(items: &BTreeMap<String, Item>) -> Vec<String> {
    items.values().filter(|item| item.card.bundle.is_some()).map(|item| item.card.code.clone()).collect()
}

/// Gives a bundle the form made from those of its items, where that is another than its newest.
fn join(items: &mut BTreeMap<String, Item>, code: &str) {
    let Some(bundle) = items.get(code) else { return };
    let Some(card) = bundle.card.bundle.clone() else { return };
    let parts = card.items.iter().filter_map(|part| {
        let item = items.get(&part.code).filter(|item| item.card.bundle.is_none())?;
        let form = item.versions.last()?.clone();
        Some(MergedPart { code: part.code.clone(), label: item.tick_label(), ticked: part.ticked, form })
    });
    let parts: Vec<MergedPart> = parts.collect();
    if parts.is_empty() {
        return;
    }
    // The bundle's own questions are its newest form that is not made from others.
    let own = bundle.versions.iter().rev().find(|version| !version.is_merged()).cloned();
    let merged = Merged { code: code.to_owned(), title: bundle.card.name.clone(), own, parts };
    let version = FormVersion::merged(merged);
    if bundle.versions.last().is_none_or(|newest| newest.digest != version.digest)
        && let Some(bundle) = items.get_mut(code)
    {
        bundle.versions.push(Arc::new(version));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bangban_model::words::Language;
    use bangban_model::{Code, Digest};
    use chrono::NaiveDate;

    #[test]
    fn every_folder_of_the_catalogue_is_an_item_with_the_form_that_its_card_names() {
        let catalogue = Catalogue::built_in().expect("the catalogue");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
        let mut codes: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        codes.sort();
        assert_eq!(catalogue.all().map(|item| item.card.code.clone()).collect::<Vec<_>>(), codes);
        for item in catalogue.all() {
            let has_form = item.card.form.is_some() || item.card.bundle.is_some();
            assert_eq!(has_form, item.newest().is_ok(), "{}", item.card.code);
        }
    }

    #[test]
    fn a_guide_without_a_form_says_so_and_a_closed_item_opens_nothing() {
        let card = |closed: &str| {
            format!(
                "code = \"GUIDE\"\nname = \"指南\"\nshort_name = \"指南\"\ndepartment = \"民政\"\n{closed}"
            )
        };
        let (open, closed) = (card(""), card("[closed]\nfrom = 2026-11-01\nreason = \"停办\""));
        let of =
            |card: &str, files| Catalogue::of([(card, files)]).expect("a card").item("guide").expect("it");
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let guide = of(&open, None);
        assert_eq!(guide.form().map(|_| ()).map_err(|problem| problem.code()), Err(Code::ItemHasNoForm));
        assert_eq!(guide.may_open(today).map_err(|problem| problem.code()), Err(Code::ItemHasNoForm));
        let form = || {
            Some(FormFiles::alone(BUILT_IN.iter().find_map(|item| item.workbook).expect("a form").to_vec()))
        };
        assert!(of(&open, form()).may_open(today).is_ok());
        assert_eq!(
            of(&closed, form()).may_open(today).map_err(|problem| problem.code()),
            Err(Code::ItemClosed)
        );
        assert!(of(&open, form()).form_of(Digest::of(b"gone")).is_ok());
    }

    #[test]
    fn copies_of_the_built_in_catalogue_share_what_was_compiled() {
        let form = |code: &str| {
            let item = Catalogue::built_in().expect("the catalogue").item(code).expect("an item");
            std::ptr::from_ref(item.form().expect("a form"))
        };
        assert_eq!(form("SSC"), form("SSC"));
    }

    #[test]
    fn every_built_in_item_has_a_form_and_texts_in_both_languages() {
        let catalogue = Catalogue::built_in().expect("the catalogue");
        for item in catalogue.all() {
            if item.newest().is_ok() {
                let form = item.form();
                assert!(form.is_ok(), "{}: {:?}", item.card.code, form.err());
            }
            let (chinese, english) = (&item.card, item.card.in_language(Language::English));
            let texts = |card: &ItemCard| {
                let mut texts = vec![card.name.clone(), card.short_name.clone(), card.department.clone()];
                texts.push(card.agent_does.clone());
                texts.extend(card.agent_must_not.clone());
                texts.extend(card.assisted_words.clone());
                texts.extend(card.materials.iter().map(|material| material.name.clone()));
                texts
            };
            let (chinese, english) = (texts(chinese), texts(&english));
            assert_eq!(chinese.len(), english.len(), "{}", item.card.code);
            for (zh, en) in chinese.iter().zip(&english) {
                let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                assert!(chinese(zh) && !chinese(en), "{}: {zh} / {en}", item.card.code);
            }
        }
    }
}
