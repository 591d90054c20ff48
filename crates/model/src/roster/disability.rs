//! 残疾证号 and 残疾类别等级: a certificate's number, or words such as 肢体二级.

use serde::Serialize;

use super::RowProblem;
use super::cell::{RosterCell, has_lost_digits, is_placeholder, tidy_text};
use crate::identity::{IdentityNumber, fold_full_width, normalise_number};

/// 多重残疾: several categories at once.
const SEVERAL: u8 = 7;
/// A run of so many digits and letters is a certificate's number, or was to be one.
const NUMBER_FROM_CHARS: usize = 10;

/// Longer texts are not looked into.
const LONGEST_CHARS: usize = 60;

/// The words of each category of GB/T 26341; the longer ones first.
const CATEGORIES: &[(&str, u8)] = &[
    ("视力", 1),
    ("视残", 1),
    ("盲", 1),
    ("听力", 2),
    ("听残", 2),
    ("聋", 2),
    ("言语", 3),
    ("语言", 3),
    ("哑", 3),
    ("肢体", 4),
    ("肢残", 4),
    ("智力", 5),
    ("智残", 5),
    ("精神", 6),
    ("精残", 6),
    ("多重", SEVERAL),
];

/// The words of each level; a level's number stands before its sign.
const LEVELS: &[(&str, u8)] = &[
    ("一级", 1),
    ("二级", 2),
    ("三级", 3),
    ("四级", 4),
    ("1级", 1),
    ("2级", 2),
    ("3级", 3),
    ("4级", 4),
    ("壹级", 1),
    ("贰级", 2),
    ("叁级", 3),
    ("肆级", 4),
    ("Ⅰ级", 1),
    ("Ⅱ级", 2),
    ("Ⅲ级", 3),
    ("Ⅳ级", 4),
];

/// What may stand beside them and says no more.
const FILLERS: &[&str] = &[
    "残疾人证",
    "残疾人",
    "残疾证",
    "残疾",
    "类别",
    "等级",
    "级别",
    "极重度",
    "重度",
    "中度",
    "轻度",
    "持证",
    "类",
    "级",
    "人",
    "有",
];

/// A disability as the roster tells it: at least one of category and level. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Disability {
    /// 1 视力, 2 听力, 3 言语, 4 肢体, 5 智力, 6 精神, 7 多重.
    pub category: Option<u8>,
    /// 1 (the heaviest) to 4.
    pub level: Option<u8>,
    /// 残疾人证号, of 20 characters or, given out anew, 22 and more.
    pub certificate: Option<String>,
}

impl std::fmt::Debug for Disability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disability")
    }
}

/// What cells say of a disability.
#[derive(Default)]
pub(super) struct DisabilityRead {
    /// The disability.
    pub found: Option<Disability>,
    /// Words that were not understood.
    pub unknown: Vec<String>,
    /// What is odd about it.
    pub odd: Vec<RowProblem>,
}

/// Reads the cells of a person with this number.
pub(super) fn read_disability<'a>(
    cells: impl Iterator<Item = &'a RosterCell>,
    person: Option<&IdentityNumber>,
) -> DisabilityRead {
    let mut read = DisabilityRead::default();
    let mut certificate = None;
    let mut words = Words::default();
    for cell in cells {
        let text = tidy_text(cell);
        if is_placeholder(&text) || matches!(text.as_str(), "否" | "健全" | "健康" | "正常") {
            continue;
        }
        let plain = normalise_number(&text);
        let (number, rest) = split_certificate(&plain);
        let rest = if text.chars().count() > LONGEST_CHARS { fold(&text) } else { rest };
        match number {
            Some(_) if has_lost_digits(cell) || cell.numeric => read.odd.push(RowProblem::CertificateOdd),
            Some(number) => match read_certificate(number) {
                Some(right) => certificate = certificate.or(Some(right)),
                None => read.odd.push(RowProblem::CertificateOdd),
            },
            None => {}
        }
        if !words.take(&rest) {
            read.unknown.push(rest);
            read.odd.push(RowProblem::DisabilityUnknown);
        }
    }
    let (category, level) = (words.category(), words.level);
    let found = match certificate {
        Some(right) => {
            let differs = |told: Option<u8>, holds| told.is_some_and(|told| told != holds);
            if differs(category, right.category) || differs(level, right.level) {
                read.odd.push(RowProblem::DisabilityDiffers);
            }
            if person.is_some_and(|person| person.reveal() != right.identity) {
                read.odd.push(RowProblem::CertificateOther);
            }
            let (category, level) = (Some(right.category), Some(right.level));
            Disability { category, level, certificate: Some(right.number) }
        }
        None => Disability { category, level, certificate: None },
    };
    let halves = [found.category, found.level].into_iter().flatten().count();
    let only_named = halves == 0 && words.named && read.unknown.is_empty();
    if halves == 1 || only_named {
        read.odd.push(RowProblem::DisabilityIncomplete);
    }
    if only_named {
        read.unknown.push("残疾".to_owned());
    }
    read.found = (halves > 0).then_some(found);
    read
}

/// A word among the categories that names a disability: 肢体二级.
pub(super) fn disability_of_word(word: &str) -> Option<Disability> {
    let mut words = Words::default();
    let (category, level) = (words.take(word).then(|| words.category())??, words.level);
    Some(Disability { category: Some(category), level, certificate: None })
}

/// Categories and levels gathered from words.
#[derive(Default)]
struct Words {
    categories: Vec<u8>,
    level: Option<u8>,
    /// Whether it was said that there is a disability, whichever.
    named: bool,
}

impl Words {
    /// Takes what a text says; `false` where something of it is not understood.
    fn take(&mut self, text: &str) -> bool {
        let mut rest = text.to_owned();
        // The level of several disabilities is that of the heaviest.
        for (word, level) in LEVELS {
            if take_out(&mut rest, word) {
                self.level = Some(self.level.map_or(*level, |known| known.min(*level)));
            }
        }
        for (word, category) in CATEGORIES {
            if take_out(&mut rest, word) && !self.categories.contains(category) {
                self.categories.push(*category);
            }
        }
        for filler in FILLERS {
            if take_out(&mut rest, filler) {
                self.named = true;
            }
        }
        rest.retain(char::is_alphanumeric);
        match rest.as_str() {
            "" => true,
            // 肢体2: beside a category a digit alone is the level.
            "1" | "2" | "3" | "4" if !self.categories.is_empty() && self.level.is_none() => {
                self.level = rest.parse().ok();
                true
            }
            _ => false,
        }
    }

    fn category(&self) -> Option<u8> {
        match self.categories.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => Some(SEVERAL),
        }
    }
}

/// Takes every occurrence of a word out of a text; whether there was one.
fn take_out(text: &mut String, word: &str) -> bool {
    let found = text.contains(word);
    if found {
        *text = text.replace(word, " ");
    }
    found
}

/// The first long run of digits and letters, and the text without any: a number never goes on as words.
fn split_certificate(plain: &str) -> (Option<&str>, String) {
    let runs = plain.split(|sign: char| !sign.is_ascii_alphanumeric());
    let long: Vec<&str> = runs.filter(|run| is_long_number(run)).collect();
    let rest = long.iter().fold(plain.to_owned(), |rest, run| rest.replacen(run, " ", 1));
    (long.first().copied(), rest.trim_matches(|sign: char| !sign.is_alphanumeric()).to_owned())
}

/// Whether a word is a number of somebody, or was to be one.
pub(super) fn is_long_number(word: &str) -> bool {
    word.len() >= NUMBER_FROM_CHARS && word.bytes().all(|sign| sign.is_ascii_alphanumeric())
}

/// Full-width forms as plain ones, long runs of digits taken out.
fn fold(text: &str) -> String {
    split_certificate(&text.chars().map(fold_full_width).collect::<String>()).1
}

/// A certificate's number, taken apart.
struct Certificate {
    number: String,
    identity: String,
    category: u8,
    level: u8,
}

/// 18 characters of identity, a category, a level, and for every time it was given out anew B1, B2 …
fn read_certificate(number: &str) -> Option<Certificate> {
    let (identity, rest) = number.split_at_checked(18)?;
    let (first, last) = identity.split_at_checked(17)?;
    let is_identity = first.bytes().all(|sign| sign.is_ascii_digit())
        && last.bytes().all(|sign| sign.is_ascii_digit() || sign == b'X');
    let mut signs = rest.chars();
    let category = u8::try_from(signs.next()?.to_digit(10)?).ok()?;
    let level = u8::try_from(signs.next()?.to_digit(10)?).ok()?;
    let again = signs.as_str();
    let is_again = again.is_empty()
        || again.strip_prefix('B').is_some_and(|times| {
            (1..=2).contains(&times.len()) && times.bytes().all(|sign| sign.is_ascii_digit())
        });
    let holds = is_identity && is_again && (1..=SEVERAL).contains(&category) && (1..=4).contains(&level);
    let (number, identity) = (number.to_owned(), identity.to_owned());
    holds.then_some(Certificate { number, identity, category, level })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use RowProblem::*;

    fn read(texts: &[&str]) -> DisabilityRead {
        let today = "2026-11-22".parse().unwrap();
        let person = IdentityNumber::parse("42070419480315002X", today).unwrap();
        let cells: Vec<RosterCell> = texts.iter().map(|text| RosterCell::text(*text)).collect();
        read_disability(cells.iter(), Some(&person))
    }

    fn halves(read: &DisabilityRead) -> (Option<u8>, Option<u8>) {
        read.found.as_ref().map_or((None, None), |found| (found.category, found.level))
    }

    #[test]
    fn words_name_category_and_level() {
        for (text, category, level) in [
            ("肢体二级", 4, 2),
            ("视力1级", 1, 1),
            ("智力残疾三级", 5, 3),
            ("听力残疾 四级", 2, 4),
            ("精神残疾人二级（重度）", 6, 2),
            ("言语２级", 3, 2),
            ("肢体2", 4, 2),
            ("多重残疾一级", 7, 1),
            ("听力、言语一级", 7, 1),
            ("智力三级、肢体二级", 7, 2),
            ("类别：肢体 等级：三级", 4, 3),
            ("肢残贰级", 4, 2),
        ] {
            let read = read(&[text]);
            assert_eq!(halves(&read), (Some(category), Some(level)), "{text}");
            assert_eq!((read.odd.as_slice(), read.unknown.len()), (&[][..], 0), "{text}");
        }
        assert_eq!(halves(&read(&["肢体", "二级"])), (Some(4), Some(2)), "in two columns");
    }

    #[test]
    fn a_certificate_names_person_category_and_level() {
        for (text, number) in [
            ("42070419480315002X42", "42070419480315002X42"),
            ("４２０７０４ 19480315 002x 42", "42070419480315002X42"),
            ("42070419480315002X42B1", "42070419480315002X42B1"),
            ("42070419480315002x42b12（肢体二级）", "42070419480315002X42B12"),
        ] {
            let read = read(&[text]);
            assert_eq!(halves(&read), (Some(4), Some(2)), "{text}");
            assert_eq!(read.found.unwrap().certificate.as_deref(), Some(number), "{text}");
            assert_eq!(read.odd, [], "{text}");
        }
    }

    #[test]
    fn what_is_odd_about_a_disability_is_told() {
        for (texts, category, level, odd) in [
            (&["361102195001010010"][..], None, None, &[CertificateOdd][..]),
            (&["42070419480315002X82"], None, None, &[CertificateOdd]),
            (&["42070419480315002X45"], None, None, &[CertificateOdd]),
            (&["42070419480315002X42C1"], None, None, &[CertificateOdd]),
            (&["42070419480315002X42", "肢体三级"], Some(4), Some(2), &[DisabilityDiffers]),
            (&["36110219500101001042"], Some(4), Some(2), &[CertificateOther]),
            (&["肢体残疾"], Some(4), None, &[DisabilityIncomplete]),
            (&["二级"], None, Some(2), &[DisabilityIncomplete]),
            (&["残疾"], None, None, &[DisabilityIncomplete]),
            (&["腿不好"], None, None, &[DisabilityUnknown]),
            (&["五级"], None, None, &[DisabilityUnknown]),
            (&["3"], None, None, &[DisabilityUnknown]),
            (&["无"], None, None, &[]),
            (&["", " "], None, None, &[]),
        ] {
            let read = read(texts);
            assert_eq!((halves(&read), read.odd.as_slice()), ((category, level), odd), "{texts:?}");
        }
        let rounded = RosterCell { text: "36110219500101001042".into(), numeric: true, rounded: true };
        let read = read_disability([&rounded].into_iter(), None);
        assert_eq!((read.odd.as_slice(), read.found), (&[CertificateOdd][..], None));
    }

    #[test]
    fn a_number_never_goes_into_what_is_kept_as_words() {
        let read = read(&["42070419480315002X99，腿不好"]);
        assert_eq!(read.odd, [CertificateOdd, DisabilityUnknown]);
        assert_eq!(read.unknown, ["腿不好"]);
    }

    #[test]
    fn a_category_may_name_the_disability() {
        let found = disability_of_word("肢体二级").unwrap();
        assert_eq!((found.category, found.level), (Some(4), Some(2)));
        assert_eq!(disability_of_word("二级"), None);
        assert_eq!(disability_of_word("低保"), None);
    }
}
