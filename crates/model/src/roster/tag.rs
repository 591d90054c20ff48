//! Cells of several words, 低保、残疾（肢体二级）: how they are split.

use crate::identity::fold_full_width;

use super::cell::{RosterCell, is_placeholder, tidy_text};

/// What stands between words; brackets too, for what is in them is a word of its own.
fn is_between(character: char) -> bool {
    character.is_whitespace() || "、,;/|+&。.:()[]【】《》\"“”'‘’-—".contains(character)
}

/// The words of several cells, without full-width forms and placeholders such as 无.
pub(super) fn words_of<'a>(cells: impl Iterator<Item = &'a RosterCell>) -> Vec<String> {
    let mut words = Vec::new();
    for cell in cells {
        let text = tidy_text(cell);
        if is_placeholder(&text) {
            continue;
        }
        let folded: String = text.chars().map(fold_full_width).collect();
        // 1.低保 2.残疾: the digits only count.
        let split = folded.split(is_between).filter(|word| !word.chars().all(|sign| sign.is_ascii_digit()));
        words.extend(split.map(str::to_owned));
    }
    words
}

/// A word without the class of its benefit: B类低保, 低保二类 and 低保A are 低保.
pub(super) fn without_class(word: &str) -> &str {
    let is_class = |character: char| character.is_ascii_alphanumeric() || "一二三四五".contains(character);
    let is_unit = |character: char| matches!(character, '类' | '档' | '级');
    let mut characters = word.char_indices();
    if let (Some((_, class)), Some((at, unit))) = (characters.next(), characters.next())
        && is_class(class)
        && is_unit(unit)
    {
        return word.get(at + unit.len_utf8()..).unwrap_or(word);
    }
    let ended = word.strip_suffix(is_unit).unwrap_or(word);
    ended.strip_suffix(is_class).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::{benefit, category};
    use super::*;

    fn codes(words: &[&str]) -> Vec<String> {
        let found: Vec<&str> =
            words.iter().flat_map(|word| category::category_codes(word).unwrap()).collect();
        category::in_order(&found)
    }

    #[test]
    fn words_are_split_at_whatever_clerks_write_between_them() {
        for text in [
            "低保、残疾",
            "低保,残疾",
            "低保；残疾",
            "低保/残疾",
            "低保 残疾",
            "低保　残疾",
            "低保（残疾）",
            "低保\n残疾",
        ] {
            let cell = RosterCell::text(text);
            assert_eq!(words_of([&cell].into_iter()), ["低保", "残疾"], "{text}");
        }
        let cells = [RosterCell::text("无"), RosterCell::text(" — "), RosterCell::text("８０岁以上")];
        assert_eq!(words_of(cells.iter()), ["80岁以上"]);
    }

    #[test]
    fn each_category_goes_by_its_usual_words() {
        for (code, words) in [
            (
                "dibao",
                &[
                    "低保",
                    "低保户",
                    "低保对象",
                    "低保人员",
                    "低保家庭",
                    "B类低保",
                    "低保二类",
                    "最低生活保障对象",
                ][..],
            ),
            ("tekun", &["特困", "五保", "五保户", "特困人员", "分散供养特困人员", "特困供养人员"]),
            ("elderly", &["老年", "老年人", "老人", "高龄", "高龄老人", "80岁以上"]),
            ("disabled", &["残疾", "残疾人", "重残", "重度残疾人", "困难残疾人"]),
            ("alone", &["独居", "空巢", "孤寡", "独居户"]),
            ("left_behind", &["留守", "留守儿童", "留守妇女"]),
            ("orphan", &["孤儿", "事实无人抚养", "事实无人抚养儿童", "困境儿童"]),
            (
                "poor",
                &[
                    "困难",
                    "困难户",
                    "脱贫",
                    "脱贫户",
                    "脱贫人口",
                    "监测户",
                    "监测对象",
                    "建档立卡户",
                    "低保边缘家庭",
                ],
            ),
            ("sick", &["重病", "大病", "大病患者", "重病人员", "慢性病患者"]),
            ("bedridden", &["失能", "卧床", "半失能", "失能人员", "瘫痪"]),
            ("demobilised", &["退役", "退役军人", "优抚", "优抚对象", "复员军人", "伤残军人", "退伍军人"]),
            ("other", &["其他", "其它人员"]),
        ] {
            for word in words {
                assert_eq!(codes(&[word]), [code], "{word}");
            }
        }
        for word in ["普通", "村民", "一般", "无"] {
            assert_eq!(codes(&[word]), [""; 0], "{word}");
        }
        for word in ["党员", "低保低保户户", "户", "人", "", "A", "类", "三好学生"] {
            assert_eq!(category::category_codes(word), None, "{word}");
        }
    }

    #[test]
    fn a_word_may_say_two_things_and_the_order_of_words_says_nothing() {
        assert_eq!(codes(&["独居老人"]), ["elderly", "alone"]);
        assert_eq!(codes(&["失能老年人"]), ["elderly", "bedridden"]);
        assert_eq!(codes(&["特困老人"]), ["tekun", "elderly"]);
        assert_eq!(codes(&["残疾", "低保", "残疾人"]), codes(&["低保户", "残疾"]));
    }

    #[test]
    fn each_benefit_goes_by_its_usual_words() {
        for (item, words) in [
            (
                "DIBAO",
                &[
                    "低保",
                    "低保金",
                    "最低生活保障金",
                    "农村低保",
                    "享受低保",
                    "低保待遇",
                    "A类低保金",
                    "DIBAO",
                ][..],
            ),
            ("TEKUN", &["特困供养", "五保金", "特困供养金", "五保"]),
            ("LINSHI", &["临时救助", "临时救助金"]),
            ("GAOLING", &["高龄津贴", "高龄补贴", "尊老金", "领取高龄津贴", "高龄老人津贴"]),
            (
                "CANBU",
                &[
                    "残疾人两项补贴",
                    "两项补贴",
                    "残疾补贴",
                    "困难残疾人生活补贴",
                    "重度残疾人护理补贴",
                    "残补",
                ],
            ),
            ("YILIAO", &["医疗救助", "大病救助"]),
            (
                "PENSION_CERT",
                &["养老金", "城乡居民养老保险", "城乡居民养老金", "新农保", "养老保险待遇", "基础养老金"],
            ),
            ("JIAOYU", &["教育救助", "助学金", "雨露计划"]),
            ("ZHUFANG", &["危房改造", "住房救助", "公租房", "危改补助"]),
            ("YANGLAO_XFBT", &["养老服务消费补贴", "养老消费券", "失能老人消费补贴"]),
            ("LNZ", &["老年优待证", "老年证"]),
        ] {
            for word in words {
                assert_eq!(benefit::benefit_item(word), Some(item), "{word}");
            }
        }
        assert_eq!(benefit::benefit_items("未享受"), Some(Vec::new()));
        for word in ["退休金", "补贴", "金", "待遇", "", "享受", "粮食直补", "dibao"] {
            assert_eq!(benefit::benefit_items(word), None, "{word}");
        }
        assert_eq!(benefit::in_order(&["GAOLING", "DIBAO", "GAOLING"]), ["DIBAO", "GAOLING"]);
    }

    #[test]
    fn no_word_stands_for_two_items_or_categories() {
        for list in [category::WORDS, benefit::WORDS] {
            let mut seen = std::collections::BTreeSet::new();
            for word in list.iter().flat_map(|(_, words)| *words) {
                assert!(seen.insert(*word), "{word}");
            }
        }
    }
}
