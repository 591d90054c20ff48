//! The check of a catalogue before it is used: every item's card and form, and how items name each other.

mod card;
mod mended;

use crate::Catalogue;
use crate::finding::{Finding, FindingCode, Findings, read_table};
use crate::item_card::ItemCard;
use crate::schema::{CARD, Whole, walk};
use bangban_forms::Form;
use bangban_model::published_form::FormFiles;
use std::collections::{BTreeMap, BTreeSet};

/// The longest `item.toml` that is read, in bytes.
pub const MAX_CARD_BYTES: usize = 256 * 1024;
/// The card's file, and the form's.
pub const CARD_FILE: &str = "item.toml";
/// The form's file.
pub const FORM_FILE: &str = "form.xlsx";

/// Files by their path, `DIBAO/item.toml`; those of an item alone without a folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What the check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Whether nothing must be mended.
    pub ok: bool,
    /// How many items there are.
    pub items: usize,
    /// What works but deserves a look.
    pub warnings: Vec<Finding>,
    /// What must be mended.
    pub errors: Vec<Finding>,
}

/// One item while it is looked at.
#[derive(Default)]
struct Looked {
    folder: String,
    found: Findings,
    card: Option<ItemCard>,
    form: Option<Form>,
    /// The form is there, but cannot be used: nothing is said of what names its questions.
    broken_form: bool,
    /// Cells at which the card was looked at with another value than it has.
    put_in: Vec<String>,
}

/// Checks a whole catalogue, a folder an item; or one item alone, where the paths have no folder.
#[must_use]
pub fn check_folder(files: &Files) -> Report {
    check_with(files, Catalogue::built_in().ok().as_ref())
}

/// The same, an item alone among the items of this catalogue: what it may name is there.
#[must_use]
pub fn check_among(files: &Files, catalogue: &Catalogue) -> Report {
    check_with(files, Some(catalogue))
}

fn check_with(files: &Files, catalogue: Option<&Catalogue>) -> Report {
    let mut folders: BTreeMap<&str, BTreeMap<&str, &[u8]>> = BTreeMap::new();
    for (path, bytes) in files {
        let (folder, name) = path.split_once('/').unwrap_or(("", path));
        folders.entry(folder).or_default().insert(name, bytes);
    }
    let alone = folders.get("").is_some_and(|files| files.contains_key(CARD_FILE));
    // Beside the folders of items there may be anything, a README for one.
    folders.retain(|folder, _| folder.is_empty() == alone);
    let mut items: Vec<Looked> = folders.iter().map(|(folder, files)| look_at(folder, files)).collect();
    let known = Known::of(&items, alone, catalogue);
    for item in &mut items {
        if let Some(card) = &item.card {
            let mut found = Findings::default();
            card::check_names(card, item.form.as_ref(), item.broken_form, &known, &mut found);
            item.found.add(found, &item.put_in);
        }
    }
    check_doubled(&mut items);
    report_of(items)
}

/// Reads one item: TOML, keys, the form, what the card says of itself.
fn look_at(folder: &str, files: &BTreeMap<&str, &[u8]>) -> Looked {
    let mut item = Looked { folder: folder.to_owned(), ..Looked::default() };
    read_form(&mut item, files);
    let Some(bytes) = files.get(CARD_FILE) else {
        let (zh, en) = ("文件夹里没有 item.toml", "the folder has no item.toml");
        item.found.error("", FindingCode::MissingFile, zh, en);
        return item;
    };
    let mut table = match read_card(bytes) {
        Ok(table) => table,
        Err(problem) => {
            item.found.errors.push(problem);
            return item;
        }
    };
    let before = item.found.errors.len();
    walk(&table, CARD, "", Whole::Card, &mut item.found);
    let card = match table.clone().try_into::<ItemCard>() {
        Ok(card) => Some(card),
        // The list of keys has told why; if it has not, the reader does.
        Err(problem) if item.found.errors.len() == before => {
            let (zh, en) = (
                format!("无法读取：{}", problem.message()),
                format!("cannot be read: {}", problem.message()),
            );
            item.found.error("", FindingCode::BadValue, zh, en);
            None
        }
        Err(_) => {
            mended::put_in(&mut table, &item.found.stand_ins);
            item.put_in = item.found.stand_ins.iter().map(|(cell, _)| cell.clone()).collect();
            table.try_into::<ItemCard>().ok()
        }
    };
    if let Some(card) = card {
        let mut found = Findings::default();
        card::check_card(&card, folder, files, &mut found);
        item.found.add(found, &item.put_in);
        item.card = Some(card);
    }
    item
}

fn read_card(bytes: &[u8]) -> Result<toml::Table, Finding> {
    if bytes.len() > MAX_CARD_BYTES {
        let (zh, en) = ("item.toml 太大（至多 256 KiB）", "item.toml is larger than 256 KiB");
        return Err(Finding::new("", FindingCode::TooLarge, zh, en));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Finding::new(
            "",
            FindingCode::BadToml,
            "item.toml 不是 UTF-8 编码，请另存为 UTF-8",
            "item.toml is not UTF-8",
        )
    })?;
    // Windows' own editor begins a file so.
    read_table(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn read_form(item: &mut Looked, files: &BTreeMap<&str, &[u8]>) {
    let Some(workbook) = files.get(FORM_FILE) else { return };
    let place = path_of(&item.folder, FORM_FILE);
    let is_attachment = |name: &str| {
        let kind = name.rsplit_once('.').map_or("", |(_, kind)| kind);
        ["csv", "xml", "geojson"].iter().any(|known| kind.eq_ignore_ascii_case(known))
    };
    let own = |(name, bytes): (&&str, &&[u8])| ((*name).to_owned(), bytes.to_vec());
    let attachments = files.iter().filter(|(name, _)| is_attachment(name)).map(own).collect();
    let files = FormFiles { workbook: workbook.to_vec(), attachments };
    if !files.fits() {
        let (zh, en) = (
            "表单和它读取的文件合计不得超过 512 KiB，至多 16 个附件",
            "the form and the files it reads are larger than 512 KiB together, or more than 16",
        );
        item.found.errors.push(Finding::new("", FindingCode::TooLarge, zh, en).in_file(&place));
    }
    match Form::read_with(&files.workbook, &files.attachments) {
        Ok(form) => {
            let warnings = form.warnings().iter().map(|warning| Finding::of_form(warning).in_file(&place));
            item.found.warnings.extend(warnings);
            item.form = Some(form);
        }
        Err(errors) => {
            item.found.errors.extend(errors.iter().map(|error| Finding::of_form(error).in_file(&place)));
            item.broken_form = true;
        }
    }
}

impl Findings {
    /// Adds what was found, but for what may follow from values that were put in.
    fn add(&mut self, found: Findings, put_in: &[String]) {
        let counts = |finding: &Finding| !mended::may_follow(finding, put_in);
        self.errors.extend(found.errors.into_iter().filter(counts));
        self.warnings.extend(found.warnings.into_iter().filter(counts));
    }
}

/// What items there are for others to name, and the questions of their forms.
struct Known {
    items: BTreeMap<String, KnownItem>,
    /// An item alone: others may well be elsewhere.
    alone: bool,
}

#[derive(Default)]
struct KnownItem {
    has_form: bool,
    is_bundle: bool,
    /// The names of its questions; none where its form cannot be read.
    questions: Option<BTreeSet<String>>,
}

impl Known {
    /// `among`: the catalogue around an item that is alone.
    fn of(items: &[Looked], alone: bool, among: Option<&Catalogue>) -> Self {
        let mut known = BTreeMap::new();
        if let Some(catalogue) = among.filter(|_| alone) {
            for item in catalogue.all() {
                let questions = item.form().ok().map(questions_of);
                let has_form = item.newest().is_ok();
                let is_bundle = item.card.bundle.is_some();
                known.insert(item.card.code.clone(), KnownItem { has_form, is_bundle, questions });
            }
        }
        for item in items {
            // An item whose card cannot be read is still one that others may name, by its folder.
            let card = item.card.as_ref();
            let code = card.map_or(&item.folder, |card| &card.code);
            let facts = KnownItem {
                has_form: item.form.is_some() || item.broken_form,
                is_bundle: card.is_some_and(|card| card.bundle.is_some()),
                questions: match (&item.form, item.broken_form) {
                    (Some(form), _) => Some(questions_of(form)),
                    (None, true) => None,
                    (None, false) => Some(BTreeSet::new()),
                },
            };
            known.insert(code.clone(), facts);
        }
        Known { items: known, alone }
    }
}

fn questions_of(form: &Form) -> BTreeSet<String> {
    form.view().items.into_iter().filter(|item| item.kind.has_value()).map(|item| item.name).collect()
}

/// Two items with one code, or with one name.
fn check_doubled(items: &mut [Looked]) {
    let (mut codes, mut names) = (BTreeMap::new(), BTreeMap::new());
    for item in items {
        let Some(card) = &item.card else { continue };
        let folder = item.folder.clone();
        if let Some(other) = codes.insert(card.code.clone(), folder.clone()) {
            let (zh, en) = (format!("与“{other}”的代码相同"), format!("{other} has the same code"));
            item.found.error("code", FindingCode::DoubledItem, zh, en);
        }
        if let Some(other) =
            names.insert(card.name.trim().to_owned(), folder).filter(|_| !card.name.trim().is_empty())
        {
            let (zh, en) = (format!("与“{other}”的名称相同"), format!("{other} has the same name"));
            item.found.error("name", FindingCode::DoubledName, zh, en);
        }
    }
}

fn report_of(items: Vec<Looked>) -> Report {
    let mut report = Report { items: items.len(), ..Report::default() };
    for item in items {
        let place = path_of(&item.folder, CARD_FILE);
        let put = |finding: Finding| if finding.file.is_empty() { finding.in_file(&place) } else { finding };
        report.errors.extend(item.found.errors.into_iter().map(put));
        report.warnings.extend(item.found.warnings.into_iter().map(put));
    }
    if report.items == 0 {
        let (zh, en) = (
            "这里没有事项：每个事项一个文件夹，内有 item.toml",
            "no item here: each has a folder with an item.toml",
        );
        report.errors.push(Finding::new("", FindingCode::NoItems, zh, en));
    }
    report.ok = report.errors.is_empty();
    report
}

fn path_of(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests;
