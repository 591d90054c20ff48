//! What a center publishes of an item: its form with the files it reads, its card, what differs in a township; and the
//! number by which laptops know what they have.

use crate::Digest;
use std::collections::BTreeMap;
use std::fmt;

/// The most that a published form's files may have together, in bytes: it goes down every laptop's line.
pub const MAX_FORM_BYTES: usize = 512 * 1024;
/// The longest card or local difference, in bytes.
pub const MAX_CARD_BYTES: usize = 128 * 1024;
/// Instead of an item's code: the calendar of working days, in the attachment [`WORKDAYS_FILE`].
pub const WORKDAYS: &str = "_WORKDAYS";
/// The calendar's file, of the shape of `data/workdays.json`.
pub const WORKDAYS_FILE: &str = "workdays.json";
/// The most files that a workbook may read.
pub const MAX_ATTACHMENTS: usize = 16;

/// A workbook and the files it reads.
#[derive(Clone, PartialEq, Eq)]
pub struct FormFiles {
    /// The XLSForm workbook.
    pub workbook: Vec<u8>,
    /// Further files by the names the workbook calls them.
    pub attachments: BTreeMap<String, Vec<u8>>,
}

impl FormFiles {
    /// A workbook that reads no other file.
    #[must_use]
    pub fn alone(workbook: Vec<u8>) -> Self {
        FormFiles { workbook, attachments: BTreeMap::new() }
    }

    /// What a case keeps of the form it was opened with: the workbook's own digest, where it reads no other file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let workbook = Digest::of(&self.workbook);
        if self.attachments.is_empty() {
            return workbook;
        }
        let files = self.attachments.iter().map(|(name, bytes)| format!("{}  {name}\n", Digest::of(bytes)));
        Digest::of(format!("bangban/form-files/1\n{workbook}\n{}", files.collect::<String>()).as_bytes())
    }

    /// How large all files are together, in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        self.workbook.len() + self.attachments.values().map(Vec::len).sum::<usize>()
    }

    /// Whether they may be published.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.size_bytes() <= MAX_FORM_BYTES
            && self.attachments.len() <= MAX_ATTACHMENTS
            && self.attachments.keys().all(|name| is_file_name(name))
    }
}

/// Shows sizes, not bytes.
impl fmt::Debug for FormFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormFiles({} bytes, {} attachments)", self.workbook.len(), self.attachments.len())
    }
}

/// Whether this is a plain name of a file, in no folder.
fn is_file_name(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | ':');
    (1..=120).contains(&name.chars().count()) && name.chars().all(plain) && !name.starts_with('.')
}

/// A form as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedForm {
    /// 1, 2, 3 … at this center; a laptop asks for those after its newest.
    pub number: u64,
    /// The item's code; [`WORKDAYS`] for the calendar.
    pub item: String,
    /// Where it holds: a division code prefix, empty for every village of the center.
    pub scope: String,
    /// The item's card as TOML, where it changes.
    pub card: Option<String>,
    /// What differs here from the item's card, as TOML; empty for nothing any more.
    pub local: Option<String>,
    /// The form's version, as its settings say.
    pub version: String,
    /// Its files; an empty workbook where the form stays as it is.
    pub files: FormFiles,
    /// The center's clock.
    pub published_at: String,
}

impl PublishedForm {
    /// Whether it brings a form.
    #[must_use]
    pub fn has_form(&self) -> bool {
        !self.files.workbook.is_empty()
    }

    /// Whether it holds in this village.
    #[must_use]
    pub fn holds_in(&self, village: &str) -> bool {
        village.starts_with(&self.scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_tells_every_file_and_name_apart() {
        let alone = FormFiles::alone(b"workbook".to_vec());
        assert_eq!(alone.digest(), Digest::of(b"workbook"), "cases of the first programs keep theirs");
        let with = |name: &str, bytes: &[u8]| {
            let mut files = alone.clone();
            files.attachments.insert(name.into(), bytes.to_vec());
            files.digest()
        };
        let all = [alone.digest(), with("a.csv", b"1"), with("b.csv", b"1"), with("a.csv", b"2")];
        for (at, digest) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(digest));
        }
    }

    #[test]
    fn files_are_bounded_and_named_plainly() {
        let fits = |name: &str| {
            FormFiles { workbook: vec![1], attachments: [(name.to_owned(), vec![2])].into() }.fits()
        };
        assert!(fits("村民小组.csv"));
        for name in ["", "../a.csv", "a/b.csv", "C:a.csv", ".hidden", "a\nb"] {
            assert!(!fits(name), "{name:?}");
        }
        assert!(!FormFiles::alone(vec![0; MAX_FORM_BYTES + 1]).fits());
    }
}
