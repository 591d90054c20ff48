//! 人员类别: the words that clerks write in a roster, and their codes.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::tag::without_class;

/// Every code with the words it goes by. Endings such as 户, 对象 and 老人 are taken off before a word is looked up.
pub(super) const WORDS: &[(&str, &[&str])] = &[
    (
        "dibao",
        &["低保", "农村低保", "城市低保", "城镇低保", "农低", "城低", "农低保", "最低生活保障", "享受低保"],
    ),
    (
        "tekun",
        &[
            "特困",
            "农村特困",
            "城市特困",
            "特困供养",
            "特困救助供养",
            "五保",
            "五保供养",
            "分散供养",
            "集中供养",
            "分散特困",
            "集中特困",
            "特困分散供养",
            "特困集中供养",
            "分散供养特困",
            "集中供养特困",
            "分散供养五保",
            "集中供养五保",
        ],
    ),
    (
        "elderly",
        &[
            "老年",
            "老人",
            "老年人",
            "高龄",
            "60岁以上",
            "65岁以上",
            "70岁以上",
            "80岁以上",
            "90岁以上",
            "60周岁以上",
            "65周岁以上",
            "80周岁以上",
        ],
    ),
    ("disabled", &["残疾", "重残", "重度残疾", "残疾困难", "困难残疾", "持证残疾", "伤残", "残"]),
    ("alone", &["独居", "空巢", "孤寡", "孤老", "单身独居", "独居空巢", "空巢独居", "鳏寡孤独"]),
    ("left_behind", &["留守"]),
    (
        "orphan",
        &["孤儿", "事实无人抚养", "事实孤儿", "散居孤儿", "机构孤儿", "困境", "孤弃", "父母双亡", "无人抚养"],
    ),
    (
        "poor",
        &[
            "困难",
            "生活困难",
            "贫困",
            "特殊困难",
            "建档立卡",
            "建档立卡贫困",
            "脱贫",
            "已脱贫",
            "脱贫享受政策",
            "脱贫不稳定",
            "稳定脱贫",
            "监测",
            "监测帮扶",
            "防返贫监测",
            "防止返贫监测",
            "三类监测",
            "三类",
            "边缘",
            "边缘易致贫",
            "易致贫",
            "突发严重困难",
            "低收入",
            "农村低收入",
            "低保边缘",
            "低边",
            "支出型困难",
            "支出型贫困",
            "刚性支出困难",
        ],
    ),
    (
        "sick",
        &[
            "重病",
            "大病",
            "重症",
            "重疾",
            "慢病",
            "慢性病",
            "慢特病",
            "重大疾病",
            "长期患病",
            "患病",
            "患大病",
        ],
    ),
    (
        "bedridden",
        &[
            "失能",
            "半失能",
            "全失能",
            "完全失能",
            "部分失能",
            "失能半失能",
            "失智",
            "失能失智",
            "卧床",
            "长期卧床",
            "卧病在床",
            "瘫痪",
            "生活不能自理",
            "不能自理",
        ],
    ),
    (
        "demobilised",
        &[
            "退役",
            "退役军",
            "退役士兵",
            "退伍",
            "退伍军",
            "复员",
            "复员军",
            "复退军",
            "转业军",
            "伤残军",
            "残疾军",
            "优抚",
            "重点优抚",
            "烈属",
            "军烈属",
            "烈士遗属",
            "烈士家属",
            "参战",
            "老兵",
        ],
    ),
    ("other", &["其他", "其它"]),
];

/// Words for someone of no particular category: as good as an empty cell.
const NOTHING: &[&str] =
    &["无", "否", "普通", "一般", "正常", "普通群众", "群众", "村民", "居民", "普通居民", "普通村民", "健康"];

/// Endings that say who it is, and the code that they add.
const ENDINGS: &[(&str, Option<&str>)] = &[
    ("老年人", Some("elderly")),
    ("老人", Some("elderly")),
    ("人员", None),
    ("人口", None),
    ("对象", None),
    ("家庭", None),
    ("群众", None),
    ("儿童", None),
    ("妇女", None),
    ("患者", None),
    ("农户", None),
    ("户", None),
    ("人", None),
    ("者", None),
];

static BY_WORD: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    WORDS.iter().flat_map(|(code, words)| words.iter().map(move |word| (*word, *code))).collect()
});

/// The codes of one word, none for a word that says nothing particular; `None` where the word is not known.
pub(super) fn category_codes(word: &str) -> Option<Vec<&'static str>> {
    if NOTHING.contains(&word) {
        return Some(Vec::new());
    }
    [word, without_class(word)].into_iter().find_map(|plain| {
        if let Some(code) = BY_WORD.get(plain) {
            return Some(vec![*code]);
        }
        // An ending comes off once: 特困老人 is 特困 and 老人, 监测对象户 is nothing that anybody writes.
        ENDINGS.iter().find_map(|(ending, adds)| {
            let code = BY_WORD.get(plain.strip_suffix(ending)?)?;
            Some([Some(*code), *adds].into_iter().flatten().collect())
        })
    })
}

/// The codes in their fixed order, each once: the same words in another order are the same value.
pub(super) fn in_order(found: &[&str]) -> Vec<String> {
    let codes = WORDS.iter().map(|(code, _)| *code);
    codes.filter(|code| found.contains(code)).map(str::to_owned).collect()
}
