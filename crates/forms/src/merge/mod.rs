//! Several items' forms merged into one: what is common is asked once, what is an item's own only while it is ticked.
//!
//! Every workbook is compiled alone first, and its model then joined with the others: names are bound by then, so that
//! `${name}` goes on meaning the item's own question. Paths stay, so that answers can be given back to each item.

mod build;
mod conflict;
mod lists;
mod remap;
mod saving;
mod shared;
mod source;
mod tree;

use crate::attachments::Attachments;
use crate::compile::compile;
use crate::error::{FormError, FormErrorCode};
use crate::form::{ChoiceSource, Form, Model, Parts, Piece, Start, Texts, split_language};
use crate::graph::order;
use crate::syntax::parse;
use crate::workbook::{MAX_WORKBOOK_BYTES, read_workbook};
use build::build_items;
use conflict::{Conflicts, told_cycle};
use lists::{merge_lists, tick_list};
use shared::check_shared;
use source::{Called, Source, merge_languages};
use std::collections::{BTreeMap, BTreeSet};
use tree::{Joined, join};

pub use saving::Saving;

/// The most items that one form may be made of.
pub const MAX_PARTS: usize = 32;
/// The most that all workbooks and files of a bundle may hold together, in bytes.
pub const MAX_BUNDLE_BYTES: usize = 4 * MAX_WORKBOOK_BYTES;
const MAX_CODE_CHARS: usize = 64;
/// The path of the question that says which items are ticked.
pub const TICK_LIST: &str = "/data/items";

/// What the merged form is called, and the workbook with the questions of its own, which are asked first.
#[derive(Debug, Clone, Copy)]
pub struct Bundle<'a> {
    /// The merged form's identifier.
    pub code: &'a str,
    /// The merged form's title.
    pub title: &'a str,
    /// The merged form's version; may be empty.
    pub version: &'a str,
    /// The bundle's own workbook, where it has one.
    pub workbook: Option<&'a [u8]>,
    /// The files that come with the own workbook, by name.
    pub files: &'a BTreeMap<String, Vec<u8>>,
}

/// One item's form in a bundle.
#[derive(Debug, Clone)]
pub struct Part<'a> {
    /// The item's code: a choice of the tick-list.
    pub code: String,
    /// What the tick-list calls the item, by language: its code (`zh`), its name or its heading.
    pub label: BTreeMap<String, String>,
    /// The item's workbook.
    pub workbook: &'a [u8],
    /// The files that come with it, by name.
    pub files: &'a BTreeMap<String, Vec<u8>>,
    /// Whether the item is ticked to begin with.
    pub ticked: bool,
}

impl Form {
    /// Merges the forms of several items into one. Its question [`TICK_LIST`] says which are asked.
    ///
    /// # Errors
    /// Everything that is wrong with any workbook, and where two say different things of the same question: each with
    /// the cell in the later one, and the names of the items in the message.
    pub fn merge(bundle: &Bundle<'_>, parts: &[Part<'_>]) -> Result<Self, Vec<FormError>> {
        check_bounds(bundle, parts)?;
        let mut sources = read_sources(bundle, parts)?;
        let languages = merge_languages(&mut sources);
        let mut conflicts = Conflicts::default();
        let joined = join(&mut sources, &mut conflicts)?;
        conflicts.stop()?;
        let lists = merge_lists(&mut sources);
        let mut model = begin(bundle, parts, &sources, languages);
        model.lists = lists;
        build_items(&mut model, &joined, &sources, &mut conflicts);
        conflicts.stop()?;
        add_tick_list(&mut model, &joined, parts);
        check_shared(&model, &joined, &sources, &mut conflicts);
        conflicts.stop()?;
        order(&mut model).map_err(|cycle| told_cycle(&cycle, &joined, &sources))?;
        let warnings = sources.iter().flat_map(Source::warnings).collect();
        Ok(Self::made(model, warnings))
    }

    /// The codes of the items that a merged form is made of; none for a form that was not merged.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.model.codes
    }
}

fn refuse(code: FormErrorCode, zh: &str, en: &str) -> Vec<FormError> {
    vec![FormError {
        sheet: String::new(),
        cell: String::new(),
        code,
        message_zh: zh.to_owned(),
        message_en: en.to_owned(),
    }]
}

fn check_bounds(bundle: &Bundle<'_>, parts: &[Part<'_>]) -> Result<(), Vec<FormError>> {
    if parts.is_empty() {
        return Err(refuse(FormErrorCode::BadValue, "一件事里没有事项", "the bundle holds no item"));
    }
    if parts.len() > MAX_PARTS {
        let (zh, en) = ("一件事最多合并 32 个事项", "no more than 32 items can be merged into one form");
        return Err(refuse(FormErrorCode::TooLarge, zh, en));
    }
    let mut seen = BTreeSet::new();
    for part in parts {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let good = !part.code.is_empty() && part.code.len() <= MAX_CODE_CHARS && part.code.chars().all(plain);
        if !good {
            let (zh, en) =
                ("事项编码只能用字母、数字、_ 和 -", "an item's code takes letters, digits, _ and - only");
            return Err(refuse(FormErrorCode::BadName, zh, en));
        }
        if !seen.insert(part.code.as_str()) {
            return Err(refuse(
                FormErrorCode::DoubledName,
                &format!("事项“{}”在一件事里列了两次", part.code),
                &format!("the item {} stands in the bundle twice", part.code),
            ));
        }
    }
    let files = parts.iter().map(|part| part.files).chain([bundle.files]).flat_map(BTreeMap::values);
    let books = parts.iter().map(|part| part.workbook).chain(bundle.workbook);
    let bytes = files.map(Vec::len).chain(books.map(<[u8]>::len)).fold(0_usize, usize::saturating_add);
    if bytes > MAX_BUNDLE_BYTES {
        let (zh, en) = ("各事项的表单合在一起太大", "the items' forms are too large together");
        return Err(refuse(FormErrorCode::TooLarge, zh, en));
    }
    Ok(())
}

/// Compiles every workbook alone; the mistakes of all are told, each with the item it is in.
fn read_sources(bundle: &Bundle<'_>, parts: &[Part<'_>]) -> Result<Vec<Source>, Vec<FormError>> {
    let mut sources = Vec::new();
    let mut errors = Vec::new();
    let own = bundle.workbook.map(|workbook| (0, workbook, bundle.files, None));
    let others = parts.iter().zip(1..).map(|(part, bit)| (bit, part.workbook, part.files, Some(part)));
    for (bit, workbook, files, part) in own.into_iter().chain(others) {
        let called = Called::new(bundle, part);
        let read = read_workbook(workbook).map_err(|error| vec![error]);
        match read.and_then(|sheets| compile(&sheets, &Attachments::given(files))) {
            Ok(compiled) => sources.push(Source::new(called, part, 1 << bit, compiled)),
            Err(found) => errors.extend(found.into_iter().map(|error| called.tell(error))),
        }
    }
    if errors.is_empty() { Ok(sources) } else { Err(errors) }
}

/// What a merged form says of itself.
fn begin(bundle: &Bundle<'_>, parts: &[Part<'_>], sources: &[Source], languages: Vec<String>) -> Model {
    let mut model = Model {
        form_id: bundle.code.to_owned(),
        version: bundle.version.to_owned(),
        title: bundle.title.to_owned(),
        languages,
        codes: parts.iter().map(|part| part.code.clone()).collect(),
        ..Model::default()
    };
    for source in sources {
        for file in &source.model.shown {
            if !model.shown.contains(file) {
                model.shown.push(file.clone());
            }
        }
        for file in &source.model.attachments {
            if !model.attachments.contains(file) {
                model.attachments.push(file.clone());
            }
        }
        if source.is_own {
            model.instance_name = source.model.instance_name.clone().map(|expr| source.carry_expr(expr));
        }
    }
    model
}

/// Fills in the question that says which items are ticked.
fn add_tick_list(model: &mut Model, joined: &[Joined], parts: &[Part<'_>]) {
    let Some(at) = joined.iter().position(|one| one.from.is_empty()) else { return };
    let list = tick_list(parts, &model.languages);
    let labels = model.languages.iter().enumerate().map(|(number, language)| (number, tick_label(language)));
    let label =
        Texts { by_language: labels.map(|(number, text)| (number, vec![Piece::Plain(text)])).collect() };
    model.lists.push(list);
    let source = ChoiceSource::List { list: model.lists.len() - 1, value: 0, label: 1 };
    let ticked: Vec<&str> = parts.iter().filter(|part| part.ticked).map(|part| part.code.as_str()).collect();
    let Some(item) = model.items.get_mut(at) else { return };
    item.source = Some(source);
    item.label = label;
    // No part has it, so that no formula of theirs meets it.
    item.members = TICKS;
    item.rules.parts = TICKS;
    item.rules.required = parse("true()").ok();
    item.start = (!ticked.is_empty()).then(|| Start::Fixed(ticked.join(" ")));
    model.tick_list = Some(at);
}

/// The bit that no part has.
const TICKS: Parts = 1 << 63;

fn tick_label(language: &str) -> String {
    let (name, code) = split_language(language);
    let english = name.eq_ignore_ascii_case("english") || code.starts_with("en");
    (if english { "Matters to apply for together" } else { "一并办理的事项" }).to_owned()
}
