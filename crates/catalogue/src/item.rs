//! An item as a case needs it: its card as it stood at every publication, and its form in every version.

use crate::{CatalogueError, ItemCard, form_media};
use bangban_forms::{Form, FormError};
use bangban_model::Digest;
use bangban_model::published_form::FormFiles;
use bangban_model::words::Language;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// A form of an item, as one of its versions has it.
pub struct FormVersion {
    /// Digest of its files: what a case keeps of the form it was opened with.
    pub digest: Digest,
    source: Source,
    form: OnceLock<Result<Form, Vec<FormError>>>,
    shown: OnceLock<BTreeMap<String, Digest>>,
}

/// What a form is made from.
enum Source {
    /// Its own workbook and the files it reads.
    Files(FormFiles),
    /// The forms of a bundle's items, and the bundle's own questions.
    Merged(Merged),
}

/// What a bundle's form is made from.
pub(crate) struct Merged {
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) own: Option<Arc<FormVersion>>,
    pub(crate) parts: Vec<MergedPart>,
}

/// An item in a bundle's form.
pub(crate) struct MergedPart {
    pub(crate) code: String,
    pub(crate) label: BTreeMap<String, String>,
    pub(crate) ticked: bool,
    pub(crate) form: Arc<FormVersion>,
}

impl FormVersion {
    pub(crate) fn new(files: FormFiles) -> Self {
        FormVersion {
            digest: files.digest(),
            source: Source::Files(files),
            form: OnceLock::new(),
            shown: OnceLock::new(),
        }
    }

    pub(crate) fn merged(merged: Merged) -> Self {
        let own = merged.own.as_ref().map(|own| own.digest.to_string()).unwrap_or_default();
        let parts = merged.parts.iter().map(|part| format!("{} {}\n", part.code, part.form.digest));
        let text = format!("bangban/bundle/1\n{own}\n{}", parts.collect::<String>());
        FormVersion {
            digest: Digest::of(text.as_bytes()),
            source: Source::Merged(merged),
            form: OnceLock::new(),
            shown: OnceLock::new(),
        }
    }

    /// Its workbook; none for a bundle, whose form is made from those of its items.
    #[must_use]
    pub fn workbook(&self) -> Option<&[u8]> {
        self.files().map(|files| files.workbook.as_slice())
    }

    pub(crate) fn files(&self) -> Option<&FormFiles> {
        match &self.source {
            Source::Files(files) => Some(files),
            Source::Merged(merged) => merged.own.as_ref().and_then(|own| own.files()),
        }
    }

    /// Every set of files that it is made from.
    pub(crate) fn all_files(&self) -> Vec<&FormFiles> {
        match &self.source {
            Source::Files(files) => vec![files],
            Source::Merged(merged) => {
                let parts = merged.parts.iter().map(|part| part.form.as_ref());
                parts.chain(merged.own.as_deref()).filter_map(FormVersion::files).collect()
            }
        }
    }

    /// By which digest screens show a file that the form names.
    #[must_use]
    pub fn shown(&self, name: &str) -> Option<Digest> {
        let all = || self.all_files().into_iter().flat_map(form_media::shown_by_name).collect();
        self.shown.get_or_init(all).get(&name.to_lowercase()).copied()
    }

    /// The form, compiled when first asked for.
    pub fn form(&self) -> Result<&Form, CatalogueError> {
        let compile = || match &self.source {
            Source::Files(files) => Form::read_with(&files.workbook, &files.attachments),
            Source::Merged(merged) => merged.form(),
        };
        self.form.get_or_init(compile).as_ref().map_err(|found| CatalogueError::FormBroken(found.clone()))
    }

    pub(crate) fn is_merged(&self) -> bool {
        matches!(self.source, Source::Merged(_))
    }

    /// The version of the form of one of a bundle's items.
    #[must_use]
    pub fn part(&self, code: &str) -> Option<&FormVersion> {
        match &self.source {
            Source::Files(_) => None,
            Source::Merged(merged) => {
                merged.parts.iter().find(|part| part.code == code).map(|part| part.form.as_ref())
            }
        }
    }
}

impl Merged {
    fn form(&self) -> Result<Form, Vec<FormError>> {
        let none = BTreeMap::new();
        let own = self.own.as_ref().and_then(|own| own.files());
        let bundle = bangban_forms::Bundle {
            code: &self.code,
            title: &self.title,
            version: "",
            workbook: own.map(|own| own.workbook.as_slice()),
            files: own.map_or(&none, |own| &own.attachments),
        };
        let parts = self.parts.iter().filter_map(|part| {
            let files = part.form.files()?;
            Some(bangban_forms::Part {
                code: part.code.clone(),
                label: part.label.clone(),
                workbook: &files.workbook,
                files: &files.attachments,
                ticked: part.ticked,
            })
        });
        Form::merge(&bundle, &parts.collect::<Vec<_>>())
    }
}

/// An item, ready to open cases.
#[derive(Clone)]
pub struct Item {
    /// Its card as it stands now.
    pub card: ItemCard,
    /// The card from each publication on that changed it, by the publication's number; 0 is the program's own.
    pub(crate) cards: Vec<(u64, Arc<ItemCard>)>,
    /// Its form as it was when the program was made, and as it was published since; the newest last.
    pub(crate) versions: Vec<Arc<FormVersion>>,
}

impl Item {
    /// The card as it stood at this publication; as it stands now where none is named.
    #[must_use]
    pub fn card_at(&self, number: Option<u64>) -> &ItemCard {
        let at = number.and_then(|number| self.cards.iter().rev().find(|(since, _)| *since <= number));
        at.map_or(&self.card, |(_, card)| card.as_ref())
    }

    /// The version by which new cases are opened.
    ///
    /// # Errors
    /// `NoForm`: it is a guide.
    pub fn newest(&self) -> Result<&FormVersion, CatalogueError> {
        self.versions.last().map(Arc::as_ref).ok_or(CatalogueError::NoForm)
    }

    /// The newest workbook that was written for it, with the files it reads: of a bundle, its own questions.
    #[must_use]
    pub fn own_files(&self) -> Option<&FormFiles> {
        self.versions.last().and_then(|version| version.files())
    }

    /// The digest of those files.
    #[must_use]
    pub fn own_digest(&self) -> Option<Digest> {
        self.own_files().map(FormFiles::digest)
    }

    /// Whether a case can be opened on this day.
    ///
    /// # Errors
    /// `NoForm`: it is a guide; `Closed`: it is switched off, or over.
    pub fn may_open(&self, today: NaiveDate) -> Result<(), CatalogueError> {
        self.newest()?;
        if self.card.register.is_none() && self.card.open_on(today) {
            Ok(())
        } else {
            Err(CatalogueError::Closed)
        }
    }

    /// The newest form: new cases are opened by it.
    pub fn form(&self) -> Result<&Form, CatalogueError> {
        self.newest()?.form()
    }

    /// The version with this digest, if it is here.
    pub fn version(&self, digest: Digest) -> Option<&FormVersion> {
        self.versions.iter().rev().find(|version| version.digest == digest).map(Arc::as_ref)
    }

    /// The version that a case was opened with; the newest where that one is not here (yet).
    pub fn version_of(&self, digest: Digest) -> Result<&FormVersion, CatalogueError> {
        self.version(digest).map_or_else(|| self.newest(), Ok)
    }

    /// The form that a case was opened with; the newest where that one is not here (yet).
    pub fn form_of(&self, digest: Digest) -> Result<&Form, CatalogueError> {
        self.version_of(digest)?.form()
    }

    /// What the tick-list of a bundle calls it, by the languages' codes.
    pub(crate) fn tick_label(&self) -> BTreeMap<String, String> {
        let english = self.card.in_language(Language::English).short_name;
        [("zh".to_owned(), self.card.short_name.clone()), ("en".to_owned(), english)].into()
    }
}
