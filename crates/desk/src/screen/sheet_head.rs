//! What a workbook that goes to an office has around its table, in the words of the screen.

use crate::error::DeskError;
use bangban_sheets::{LedgerHead, Out, write_ledger};
use serde::Deserialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Above and below the table of a ledger.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SheetHead {
    /// What the ledger is called.
    pub title: String,
    /// 填报单位, 填报人, 审核人, 联系电话, 填报日期: one line, with what is known filled in.
    pub facts: String,
    /// `第 {page} 页 共 {pages} 页`
    pub foot: String,
}

impl SheetHead {
    /// The workbook of a ledger.
    pub(crate) fn write(
        &self,
        sheet: &str,
        headings: &[&str],
        rows: &[Vec<Out>],
    ) -> Result<Vec<u8>, DeskError> {
        let head = LedgerHead { sheet, title: &self.title, facts: &self.facts, foot: &self.foot };
        Ok(write_ledger(&head, headings, rows)?)
    }
}

/// Words for what the ledger has as codes and numbers, by their keys; what has none stays out of the sheet.
pub type Words = BTreeMap<String, String>;

/// A word with what belongs into its places: `{day}`, `{name}` …
pub(crate) fn say(words: &Words, key: &str, places: &[(&str, &str)]) -> String {
    let mut said = words.get(key).cloned().unwrap_or_default();
    for (place, with) in places {
        said = said.replace(&format!("{{{place}}}"), with);
    }
    said
}

/// What there is of these, one after the other.
pub(crate) fn joined(parts: impl IntoIterator<Item = String>, with: &str) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(with)
}

/// 人员类别 in words, of codes that a blank separates.
pub(crate) fn categories(words: &Words, codes: &str) -> String {
    let said = codes.split_whitespace().map(|code| say(words, &format!("category.{code}"), &[]));
    joined(said, &say(words, "comma", &[]))
}
