//! Administrative divisions (统计用区划代码): townships and villages with their codes, names and other names.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::identity::{fold_full_width, is_invisible};

/// A table of divisions is never larger than this many bytes.
pub const LARGEST_IMPORT_BYTES: usize = 8 * 1024 * 1024;
/// A table of divisions never has more rows than this; a county has a few hundred.
pub const MOST_IMPORT_ROWS: usize = 100_000;
/// So many wrong rows are told of one import; after that the file is plainly the wrong one.
const MOST_ROW_PROBLEMS: usize = 100;
/// The longest name of a division.
const LONGEST_NAME_CHARS: usize = 60;
/// The villages of the demo district stand in the statistics bureau's table without these.
const DEMO_PARENTS: [(&str, &str); 3] = [("42", "湖北省"), ("4207", "鄂州市"), ("420703", "华容区")];

/// What a code stands for; it follows from the number of its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivisionLevel {
    /// 省, 2 digits.
    Province,
    /// 市, 4 digits.
    City,
    /// 县（区）, 6 digits.
    County,
    /// 乡镇（街道）, 9 digits.
    Township,
    /// 村（社区）, 12 digits.
    Village,
}

impl DivisionLevel {
    /// The level of a code, by the number of its digits.
    pub fn of_code(code: &str) -> Option<DivisionLevel> {
        match code.len() {
            2 => Some(DivisionLevel::Province),
            4 => Some(DivisionLevel::City),
            6 => Some(DivisionLevel::County),
            9 => Some(DivisionLevel::Township),
            12 => Some(DivisionLevel::Village),
            _ => None,
        }
    }
}

/// One division: `420703200209`, 大湖村委会.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    /// Its code of 2, 4, 6, 9 or 12 digits.
    pub code: String,
    /// Its official name.
    pub name: String,
    /// What the code stands for.
    pub level: DivisionLevel,
}

impl Division {
    /// The name as people say it: 大湖村 for 大湖村委会.
    pub fn short_name(&self) -> String {
        short_village_name(&self.name)
    }
}

/// What is wrong with one row of a table of divisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DivisionRowProblem {
    /// There is no comma: the row has only one column.
    #[error("the row has only one column")]
    OneColumn,
    /// The code holds something other than digits.
    #[error("the code does not consist of digits")]
    CodeNotDigits,
    /// The code has a length that belongs to no level.
    #[error("the code has {found} digits, not 2, 4, 6, 9 or 12")]
    CodeLength {
        /// How many digits it has.
        found: usize,
    },
    /// The code stood in an earlier row.
    #[error("the code stands in row {first_row} already")]
    DuplicateCode {
        /// The row that has it first.
        first_row: usize,
    },
    /// The name is empty.
    #[error("the name is missing")]
    NameMissing,
    /// The name is too long for a division.
    #[error("the name is longer than {LONGEST_NAME_CHARS} characters")]
    NameTooLong,
}

/// A wrong row of a table of divisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DivisionRowError {
    /// The number of the row, from 1, the heading included.
    pub row: usize,
    /// What is wrong with it.
    pub problem: DivisionRowProblem,
}

/// Why a table of divisions cannot be taken in. Nothing of it is taken then.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DivisionImportProblem {
    /// The text is larger than [`LARGEST_IMPORT_BYTES`].
    #[error("the table has {size_bytes} bytes, more than {LARGEST_IMPORT_BYTES}")]
    TooLarge {
        /// Its size in bytes.
        size_bytes: usize,
    },
    /// It has more than [`MOST_IMPORT_ROWS`] rows.
    #[error("the table has more than {MOST_IMPORT_ROWS} rows")]
    TooManyRows,
    /// It has no row besides a heading.
    #[error("the table is empty")]
    Empty,
    /// Some rows are wrong; at most the first hundred are named.
    #[error("the table has wrong rows: {}", RowList(.0))]
    Rows(Vec<DivisionRowError>),
}

struct RowList<'a>(&'a [DivisionRowError]);

impl fmt::Display for RowList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, wrong) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "; " };
            write!(f, "{separator}row {}: {}", wrong.row, wrong.problem)?;
        }
        Ok(())
    }
}

/// Divisions by code, with other names of villages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Divisions {
    by_code: BTreeMap<String, Division>,
    aliases: BTreeMap<String, Vec<String>>,
}

static HUARONG: LazyLock<Divisions> = LazyLock::new(|| {
    let mut divisions =
        Divisions::from_csv(include_str!("../../../data/huarong-2023.csv")).unwrap_or_default();
    for (code, name) in DEMO_PARENTS {
        divisions.insert(code, name);
    }
    divisions
});

impl Divisions {
    /// The demo district: 鄂州市华容区 with its 7 townships and 100 villages.
    pub fn huarong() -> &'static Divisions {
        &HUARONG
    }

    /// Reads a table of `code,name` (CSV, comma or tab, with or without heading). Codes may be padded with zeros to
    /// 6 or 12 digits, as the statistics bureau writes them.
    ///
    /// # Errors
    /// [`DivisionImportProblem`]; nothing is taken from a table with a wrong row.
    pub fn from_csv(text: &str) -> Result<Divisions, DivisionImportProblem> {
        if text.len() > LARGEST_IMPORT_BYTES {
            return Err(DivisionImportProblem::TooLarge { size_bytes: text.len() });
        }
        let mut divisions = Divisions::default();
        let mut first_rows = BTreeMap::new();
        let mut wrong = Vec::new();
        let mut rows = 0;
        for (at, line) in text.lines().enumerate() {
            let row = at + 1;
            let line = line.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
            if line.is_empty() || (row == 1 && is_heading(line)) {
                continue;
            }
            rows += 1;
            if rows > MOST_IMPORT_ROWS {
                return Err(DivisionImportProblem::TooManyRows);
            }
            match read_row(line) {
                Ok((code, name)) => match first_rows.insert(code.clone(), row) {
                    None => divisions.insert(&code, &name),
                    Some(first_row) => {
                        first_rows.insert(code, first_row);
                        wrong.push(DivisionRowError {
                            row,
                            problem: DivisionRowProblem::DuplicateCode { first_row },
                        });
                    }
                },
                Err(problem) => wrong.push(DivisionRowError { row, problem }),
            }
            if wrong.len() >= MOST_ROW_PROBLEMS {
                break;
            }
        }
        match (wrong.is_empty(), rows) {
            (false, _) => Err(DivisionImportProblem::Rows(wrong)),
            (true, 0) => Err(DivisionImportProblem::Empty),
            (true, _) => Ok(divisions),
        }
    }

    /// Takes over all divisions of another table; its names win where a code is in both.
    pub fn merge(&mut self, other: Divisions) {
        self.by_code.extend(other.by_code);
        self.aliases.extend(other.aliases);
    }

    /// Gives a division one more name, as local people write it (郭垱村 for 郭当村). Unknown codes are ignored.
    pub fn add_alias(&mut self, code: &str, alias: &str) {
        let alias = plain_name(alias);
        if !self.by_code.contains_key(code) || alias.is_empty() {
            return;
        }
        let known = self.aliases.entry(code.to_owned()).or_default();
        if !known.contains(&alias) {
            known.push(alias);
        }
    }

    /// The division of a code.
    pub fn find(&self, code: &str) -> Option<&Division> {
        self.by_code.get(code)
    }

    /// The township of a village: `420703200` for `420703200209`.
    pub fn township_of(&self, village_code: &str) -> Option<&Division> {
        self.find(township_code(village_code)?)
    }

    /// The divisions from the province down to a code, as far as they are known.
    pub fn path(&self, code: &str) -> Vec<&Division> {
        [2, 4, 6, 9, 12].iter().filter_map(|digits| self.find(code.get(..*digits)?)).collect()
    }

    /// The name with its parents from the city down: 鄂州市华容区临江乡大湖村. `None` for an unknown code.
    pub fn full_name(&self, code: &str) -> Option<String> {
        let division = self.find(code)?;
        let named = self.path(code);
        let shown =
            named.iter().filter(|one| one.level > DivisionLevel::Province || one.code == division.code);
        Some(shown.map(|one| one.short_name()).collect())
    }

    /// All divisions of one level whose code begins with a prefix, in the order of their codes.
    pub fn under(&self, prefix: &str, level: DivisionLevel) -> impl Iterator<Item = &Division> {
        self.by_code
            .range(prefix.to_owned()..)
            .take_while(move |(code, _)| code.starts_with(prefix))
            .map(|(_, division)| division)
            .filter(move |division| division.level == level)
    }

    /// The villages whose code begins with a prefix (`420703200`: those of 临江乡).
    pub fn villages_under(&self, prefix: &str) -> impl Iterator<Item = &Division> {
        self.under(prefix, DivisionLevel::Village)
    }

    /// All names of a division: the official one, the usual short ones, and those added by hand.
    pub fn names_of(&self, code: &str) -> Vec<String> {
        let mut names = self.find(code).map(|division| village_aliases(&division.name)).unwrap_or_default();
        names.extend(self.aliases.get(code).into_iter().flatten().cloned());
        names
    }

    /// The villages under a prefix that are called so: 大湖村委会, 大湖村 and 大湖 all find the same.
    pub fn find_villages_named(&self, prefix: &str, name: &str) -> Vec<&Division> {
        let wanted = village_aliases(name);
        let is_called = |village: &&Division| {
            let names = self.names_of(&village.code);
            names.iter().any(|known| wanted.contains(known))
        };
        if wanted.is_empty() { Vec::new() } else { self.villages_under(prefix).filter(is_called).collect() }
    }

    /// How many divisions the table holds.
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Whether the table holds none.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    fn insert(&mut self, code: &str, name: &str) {
        if let Some(level) = DivisionLevel::of_code(code) {
            let division = Division { code: code.to_owned(), name: name.to_owned(), level };
            self.by_code.insert(code.to_owned(), division);
        }
    }
}

/// The first nine digits of a village's code.
pub fn township_code(village_code: &str) -> Option<&str> {
    let holds = village_code.len() == 12 && village_code.bytes().all(|byte| byte.is_ascii_digit());
    if holds { village_code.get(..9) } else { None }
}

/// All usual ways of writing a village's name, the given one first: 大湖村委会, 大湖村, 大湖, 大湖村民委员会.
pub fn village_aliases(name: &str) -> Vec<String> {
    let official = plain_name(name);
    if official.is_empty() {
        return Vec::new();
    }
    let short = short_village_name(&official);
    let mut names = vec![official, short.clone()];
    // The bare name (大湖) is usual in speech, but a single character alone would match too much.
    for ending in ["居委会", "社区", "村"] {
        if let Some(bare) = short.strip_suffix(ending).filter(|bare| bare.chars().count() >= 2) {
            names.push(bare.to_owned());
            if ending == "居委会" {
                names.push(format!("{bare}社区"));
                names.push(format!("{bare}居民委员会"));
            }
        }
    }
    if short.ends_with('村') {
        names.push(format!("{short}委会"));
        names.push(format!("{short}民委员会"));
    }
    let mut unique: Vec<String> = Vec::new();
    for one in names {
        if !unique.contains(&one) {
            unique.push(one);
        }
    }
    unique
}

/// 大湖村 for 大湖村委会, 大湾社区 for 大湾社区居委会, 华容居委会 as it is. Remarks in brackets are dropped.
fn short_village_name(name: &str) -> String {
    let plain = plain_name(name);
    let bare = plain.split('(').next().unwrap_or_default();
    let bare = if bare.is_empty() { plain.as_str() } else { bare };
    let community = ["居民委员会", "居委会"].iter().find_map(|ending| bare.strip_suffix(ending));
    match community {
        Some(community) if community.ends_with("社区") => return community.to_owned(),
        Some("") | None => {}
        Some(place) => return format!("{place}居委会"),
    }
    for ending in ["民委员会", "委员会", "委会"] {
        if let Some(village) = bare.strip_suffix(ending).filter(|village| village.ends_with('村')) {
            return village.to_owned();
        }
    }
    bare.to_owned()
}

fn plain_name(name: &str) -> String {
    name.chars()
        .filter(|character| !character.is_whitespace() && !is_invisible(*character))
        .map(fold_full_width)
        .take(LONGEST_NAME_CHARS)
        .collect()
}

/// A heading is a first row whose first column holds no digit at all.
fn is_heading(line: &str) -> bool {
    let first = split_columns(line).map_or(line, |(first, _)| first);
    !first.chars().any(|character| fold_full_width(character).is_ascii_digit())
}

fn split_columns(line: &str) -> Option<(&str, &str)> {
    line.split_once([',', '\t', '，'])
}

fn read_row(line: &str) -> Result<(String, String), DivisionRowProblem> {
    let (code, rest) = split_columns(line).ok_or(DivisionRowProblem::OneColumn)?;
    let name = split_columns(rest).map_or(rest, |(name, _)| name);
    let unquoted = |column: &str| column.trim().trim_matches('"').trim().to_owned();
    let code: String = unquoted(code).chars().map(fold_full_width).collect();
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(DivisionRowProblem::CodeNotDigits);
    }
    let code = shorten_code(&code);
    if DivisionLevel::of_code(code).is_none() {
        return Err(DivisionRowProblem::CodeLength { found: code.len() });
    }
    let name = unquoted(name);
    match name.chars().count() {
        0 => Err(DivisionRowProblem::NameMissing),
        count if count > LONGEST_NAME_CHARS => Err(DivisionRowProblem::NameTooLong),
        _ => Ok((code.to_owned(), name)),
    }
}

/// Takes off the zeros that pad a code of a higher level: `420703000000` and `420000`.
fn shorten_code(code: &str) -> &str {
    let mut code = code;
    for (padded, zeros) in [(12, "000"), (9, "000"), (6, "00"), (4, "00")] {
        if code.len() == padded
            && let Some(shorter) = code.strip_suffix(zeros)
        {
            code = shorter;
        }
    }
    code
}

#[cfg(test)]
mod tests;
