//! 享受待遇: the words for benefits, and the items they belong to.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::tag::without_class;

/// Every item with the words its benefit goes by. Endings such as 金 and 待遇 are taken off before a word is looked up.
pub(super) const WORDS: &[(&str, &[&str])] = &[
    ("DIBAO", &["低保", "农村低保", "城市低保", "城镇低保", "农低", "城低", "最低生活保障", "低保生活"]),
    (
        "TEKUN",
        &[
            "特困",
            "特困供养",
            "特困人员供养",
            "特困人员救助供养",
            "特困救助供养",
            "五保",
            "五保供养",
            "分散供养",
            "集中供养",
        ],
    ),
    ("LINSHI", &["临时救助", "临时生活救助"]),
    (
        "GAOLING",
        &[
            "高龄",
            "高龄老人",
            "高龄老年人",
            "80岁以上高龄",
            "80岁高龄",
            "90岁高龄",
            "尊老",
            "敬老",
            "长寿",
            "百岁",
        ],
    ),
    (
        "CANBU",
        &[
            "残疾人两项",
            "残疾两项",
            "两项",
            "残补",
            "残疾",
            "残疾人",
            "困难残疾人",
            "困难残疾人生活",
            "残疾人生活",
            "残疾人护理",
            "残疾护理",
            "重度残疾人",
            "重度残疾人护理",
            "重残护理",
            "重残",
        ],
    ),
    ("YILIAO", &["医疗救助", "大病救助", "大病医疗救助", "城乡医疗救助"]),
    (
        "PENSION_CERT",
        &[
            "养老金",
            "养老",
            "养老保险",
            "基础养老",
            "居民养老",
            "居民养老保险",
            "城乡居民养老",
            "城乡居民养老保险",
            "城乡居民基本养老保险",
            "城乡居民社会养老保险",
            "城乡居保",
            "居保",
            "新农保",
            "农保",
            "新型农村社会养老保险",
        ],
    ),
    ("JIAOYU", &["教育救助", "教育资助", "教育", "学生资助", "助学", "国家助学", "雨露计划"]),
    (
        "ZHUFANG",
        &["住房救助", "住房保障", "危房改造", "农村危房改造", "危改", "公租房", "廉租房", "住房租赁"],
    ),
    (
        "YANGLAO_XFBT",
        &[
            "养老服务消费",
            "养老消费",
            "失能老人消费",
            "失能老人养老服务消费",
            "失能老年人养老服务消费",
            "失能老年人消费",
            "中度以上失能老年人养老服务消费",
        ],
    ),
    ("LNZ", &["老年优待证", "老年人优待证", "老年证", "老年卡"]),
];

/// Words for nothing: as good as an empty cell.
const NOTHING: &[&str] = &["无", "否", "未享受", "不享受", "没有享受", "均未享受"];
/// What may stand before the name of a benefit.
const BEGINNINGS: &[&str] = &["正在享受", "已享受", "享受", "正在领取", "领取", "在领", "在享"];
/// What may stand after it.
const ENDINGS: &[&str] = &["待遇", "补助金", "补助", "补贴", "津贴", "资金", "政策", "券", "金"];

static BY_WORD: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    WORDS.iter().flat_map(|(item, words)| words.iter().map(move |word| (*word, *item))).collect()
});

/// The item whose benefit goes by this word: 低保金 is `DIBAO`. A code names itself.
pub fn benefit_item(word: &str) -> Option<&'static str> {
    let begun = BEGINNINGS.iter().find_map(|beginning| word.strip_prefix(beginning)).unwrap_or(word);
    [begun, without_class(begun)].into_iter().find_map(|plain| {
        let ended = ENDINGS.iter().find_map(|ending| plain.strip_suffix(ending));
        let item = [Some(plain), ended].into_iter().flatten().find_map(|word| BY_WORD.get(word).copied());
        item.or_else(|| WORDS.iter().map(|(item, _)| *item).find(|item| *item == plain))
    })
}

/// The item of one word, none for a word that says there is nothing; `None` where the word is not known.
pub(super) fn benefit_items(word: &str) -> Option<Vec<&'static str>> {
    if NOTHING.contains(&word) {
        return Some(Vec::new());
    }
    benefit_item(word).map(|item| vec![item])
}

/// The items, each once, in the order of their codes.
pub(super) fn in_order(found: &[&str]) -> Vec<String> {
    found.iter().copied().collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect()
}
