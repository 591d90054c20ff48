//! Papers of which no picture is kept: the original was looked at. When it was issued says when it expires.

use crate::document::Document;
use crate::words::Language;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Fields of a case whose path begins so are papers; the rest of the path is the material.
pub const PAPER_PREFIX: &str = "paper/";

/// What is known of a material beside its pictures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperField {
    /// 已查验原件: whether the original was looked at.
    pub seen: bool,
    /// 开具日期: the day on which it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<NaiveDate>,
    /// 有效期至: its last day, by the item's rule when this was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl PaperField {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == PaperField::default()
    }
}

/// What a screen says of a field's value.
#[must_use]
pub fn say(value: &Value, language: Language) -> String {
    let Ok(paper) = PaperField::deserialize(value) else { return String::new() };
    let (seen, issued, until, comma) = match language {
        Language::Chinese => ("已查验原件", "开具日期 ", "有效期至 ", "，"),
        Language::English => ("original checked", "issued ", "valid to ", ", "),
    };
    let day = |word: &str, day: Option<NaiveDate>| day.map(|day| format!("{word}{day}"));
    let parts = [paper.seen.then(|| seen.to_owned()), day(issued, paper.issued), day(until, paper.until)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(comma)
}

/// The path of a material's field.
#[must_use]
pub fn paper_path(material: &str) -> String {
    format!("{PAPER_PREFIX}{material}")
}

/// The papers of a case by material.
pub fn papers_of(document: &Document) -> impl Iterator<Item = (&str, PaperField)> {
    let papers = document.under(PAPER_PREFIX);
    papers.filter_map(|(rest, value)| Some((rest, PaperField::deserialize(value).ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_paper_is_told_by_what_is_known_of_it() {
        for (value, chinese) in [
            (json!({"seen": true}), "已查验原件"),
            (json!({"seen": false, "issued": "2026-01-05"}), "开具日期 2026-01-05"),
            (
                json!({"seen": true, "issued": "2026-01-05", "until": "2026-07-05"}),
                "已查验原件，开具日期 2026-01-05，有效期至 2026-07-05",
            ),
            (json!(null), ""),
        ] {
            assert_eq!(say(&value, Language::Chinese), chinese, "{value}");
        }
    }
}
