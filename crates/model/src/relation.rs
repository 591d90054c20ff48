//! Family relations to the head of a household (GB/T 4761-2008): the words people write, and their codes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::identity::{fold_full_width, is_invisible};

/// The code of 本人, the person himself or herself.
pub const SELF_CODE: &str = "01";
/// The code of 户主, the head of the household.
pub const HEAD_CODE: &str = "02";
/// The code of 非亲属, someone who is no relative.
pub const UNRELATED_CODE: &str = "99";

/// A relation written by a clerk is never longer than this.
const LONGEST_TEXT_CHARS: usize = 20;

/// Words in use beside those of the standard. 媳妇 alone is taken as wife; a daughter-in-law is 儿媳 or 儿媳妇.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("01", &["自己"]),
    ("02", &["户主本人", "本户户主"]),
    ("10", &["爱人", "夫妻"]),
    ("11", &["丈夫", "老公"]),
    ("12", &["妻子", "老婆", "媳妇", "太太"]),
    ("20", &["儿子", "儿"]),
    ("21", &["独子", "独生儿子"]),
    ("22", &["大儿子", "大儿", "大子"]),
    ("23", &["二儿子", "二儿", "二子", "次儿子"]),
    ("24", &["三儿子", "三儿"]),
    ("25", &["四儿子", "四儿"]),
    ("26", &["五儿子", "五儿"]),
    ("27", &["养子", "继子"]),
    ("28", &["上门女婿", "赘婿"]),
    ("30", &["女儿", "闺女", "姑娘"]),
    ("31", &["独女", "独生女儿"]),
    ("32", &["大女儿", "大女"]),
    ("33", &["二女儿", "二女", "次女儿"]),
    ("34", &["三女儿"]),
    ("35", &["四女儿"]),
    ("36", &["五女儿"]),
    ("37", &["养女", "继女"]),
    ("38", &["儿媳妇", "媳", "长媳", "次媳", "大儿媳", "二儿媳", "三儿媳", "长儿媳", "次儿媳"]),
    ("41", &["孙", "长孙", "次孙", "孙儿"]),
    ("42", &["长孙女", "次孙女"]),
    ("43", &["外孙", "外孙儿"]),
    ("45", &["孙媳", "孙媳妇", "外孙媳", "外孙媳妇"]),
    ("46", &["孙女婿", "外孙女婿"]),
    ("47", &["曾孙", "曾孙子", "重孙", "重孙子", "外曾孙", "外曾孙子"]),
    ("48", &["曾孙女", "重孙女", "外曾孙女"]),
    ("51", &["父", "爸爸", "爸", "爹"]),
    ("52", &["母", "妈妈", "妈", "娘"]),
    ("53", &["家公"]),
    ("54", &["家婆"]),
    ("55", &["丈人", "老丈人"]),
    ("56", &["丈母娘", "丈母"]),
    ("57", &["继父", "养父"]),
    ("58", &["继母", "养母"]),
    ("61", &["爷爷", "爹爹"]),
    ("62", &["奶奶"]),
    ("63", &["外公", "姥爷", "家爷"]),
    ("64", &["外婆", "姥姥", "家奶"]),
    ("66", &["太爷", "太爷爷"]),
    ("67", &["太奶", "太奶奶"]),
    ("71", &["哥哥", "哥", "大哥", "兄长"]),
    ("72", &["嫂子", "嫂嫂"]),
    ("73", &["弟弟"]),
    ("74", &["弟媳妇", "弟妹"]),
    ("75", &["姐", "大姐"]),
    ("77", &["妹"]),
    ("81", &["伯伯", "大伯"]),
    ("83", &["叔叔", "叔"]),
    ("84", &["婶婶", "婶"]),
    ("85", &["舅舅", "舅"]),
    ("86", &["舅妈"]),
    ("87", &["姨夫"]),
    ("88", &["姨妈", "姨"]),
    ("89", &["姑夫"]),
    ("90", &["姑妈", "姑姑", "姑"]),
    ("91", &["堂兄", "堂弟", "堂姐", "堂妹", "堂兄弟", "堂姐妹"]),
    ("92", &["表兄", "表弟", "表姐", "表妹", "表兄弟", "表姐妹", "表哥"]),
    ("93", &["侄儿", "侄"]),
    ("95", &["外甥子"]),
    ("97", &["亲属", "亲戚"]),
    ("98", &["护工"]),
    ("99", &["非亲属关系", "无关系", "朋友"]),
];

/// The code of a relation as people write it: `妻` and `老婆` give `"12"`. `None` where the word is not known.
///
/// Accepted besides: the code itself, `户主之…`, `之…`, `…（备注）`, spaces and full-width characters.
pub fn relation_code(text: &str) -> Option<&'static str> {
    let plain = plain_relation(text);
    if plain.is_empty() {
        return None;
    }
    let tables = &*TABLES;
    let exact = |word: &str| tables.code_of_word.get(word).copied();
    let bare = || {
        let rest = ["户主之", "户主的", "系户主之", "之"]
            .into_iter()
            .find_map(|prefix| plain.strip_prefix(prefix).filter(|rest| !rest.is_empty()))?;
        exact(rest)
    };
    exact(&plain)
        .or_else(bare)
        .or_else(|| tables.text_of_code.get_key_value(plain.as_str()).map(|(code, _)| *code))
}

/// The word of the standard for a code of two digits.
pub fn relation_text(code: &str) -> Option<&'static str> {
    TABLES.text_of_code.get(code).copied()
}

/// Whether a code marks the person a household is kept under: 户主, or 本人 as many rosters write.
pub fn is_head(code: &str) -> bool {
    code == HEAD_CODE || code == SELF_CODE
}

/// Whether a relation as a roster writes it marks the person a household is kept under.
pub fn is_head_word(text: &str) -> bool {
    relation_code(text).is_some_and(is_head)
}

/// All codes with their words, in the order of the standard, for a list to choose from.
pub fn relations() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLES.text_of_code.iter().map(|(code, text)| (*code, *text))
}

fn plain_relation(text: &str) -> String {
    text.chars()
        .filter(|character| !is_invisible(*character))
        .take(LONGEST_TEXT_CHARS)
        .map(fold_full_width)
        .take_while(|character| *character != '(')
        .filter(|character| !character.is_whitespace())
        .collect()
}

struct Tables {
    text_of_code: BTreeMap<&'static str, &'static str>,
    code_of_word: BTreeMap<&'static str, &'static str>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    #[derive(Deserialize, Default)]
    struct Codes {
        #[serde(rename = "family_relationship_GBT4761-2008", borrow)]
        relations: BTreeMap<&'static str, &'static str>,
    }
    let codes: Codes = serde_json::from_str(include_str!("../../../data/codes.json")).unwrap_or_default();
    let text_of_code = codes.relations;
    let mut code_of_word: BTreeMap<_, _> = text_of_code.iter().map(|(code, text)| (*text, *code)).collect();
    for (code, words) in SYNONYMS {
        for word in *words {
            // A word of the standard is never overruled by a synonym.
            code_of_word.entry(word).or_insert(code);
        }
    }
    Tables { text_of_code, code_of_word }
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_word_of_the_standard_leads_to_its_code_and_back() {
        assert_eq!(relations().count(), 85);
        for (code, text) in relations() {
            assert_eq!(relation_code(text), Some(code), "{text}");
            assert_eq!(relation_text(code), Some(text));
            assert_eq!(relation_code(code), Some(code), "a code may be written in place of its word");
        }
    }

    #[test]
    fn the_words_people_write_are_understood() {
        let cases = [
            ("户主", "02"),
            (" 户 主 ", "02"),
            ("本人", "01"),
            ("妻", "12"),
            ("妻子", "12"),
            ("老婆", "12"),
            ("媳妇", "12"),
            ("儿媳妇", "38"),
            ("丈夫", "11"),
            ("儿子", "20"),
            ("长子", "22"),
            ("二儿子", "23"),
            ("女儿", "30"),
            ("户主之女", "30"),
            ("之妻", "12"),
            ("孙子", "41"),
            ("外孙", "43"),
            ("爷爷", "61"),
            ("父亲（随住）", "51"),
            ("０２", "02"),
        ];
        for (text, code) in cases {
            assert_eq!(relation_code(text), Some(code), "{text}");
        }
        for text in ["", "  ", "户主之", "邻居家的猫", "100", "(妻)"] {
            assert_eq!(relation_code(text), None, "{text}");
        }
    }

    #[test]
    fn every_synonym_belongs_to_a_code_and_none_to_two() {
        let mut seen = std::collections::BTreeMap::new();
        for (code, words) in SYNONYMS {
            assert!(relation_text(code).is_some(), "{code}");
            for word in *words {
                assert_eq!(seen.insert(*word, *code), None, "{word} is listed twice");
                assert_eq!(
                    relation_code(word),
                    Some(*code),
                    "{word} is a word of the standard with another code"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn reading_arbitrary_text_never_panics(text in "\\PC{0,40}") {
            let _ = relation_code(&text);
            let _ = relation_text(&text);
        }
    }
}
