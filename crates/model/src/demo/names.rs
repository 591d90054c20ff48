//! Names for the demo village, put together by chance from what is usual in Hubei in each generation.

use super::Chance;
use super::family::Member;
use crate::identity::Sex;

/// Usual surnames; the frequent ones stand several times.
const SURNAMES: &[&str] = &[
    "余", "余", "余", "余", "张", "张", "张", "陈", "陈", "陈", "王", "王", "王", "刘", "刘", "李", "李",
    "李", "胡", "胡", "徐", "徐", "周", "周", "熊", "熊", "万", "汪", "吴", "吴", "黄", "黄", "杨", "杨",
    "朱", "何", "廖", "姜", "柯", "夏", "严", "程", "邓", "方", "孟", "秦", "涂", "詹", "叶", "邹", "彭",
    "皮", "金", "潘", "范", "吕", "肖", "邵", "洪", "龚", "梅", "童", "易", "石", "卫", "曾", "任", "覃",
    "葛", "查",
];

/// Surnames whose reading is not the character's usual one; every twentieth household has one, so that each is met.
const POLYPHONIC: &[&str] = &[
    "单", "曾", "仇", "覃", "尉迟", "解", "查", "乐", "翟", "任", "葛", "华", "缪", "欧阳", "区", "盖", "朴",
    "卜",
];

const OLD_MEN: [&[&str]; 2] = [
    &["德", "传", "金", "水", "家", "世", "正", "启", "炳", "先", "汉", "明", "光", "大", "长", "连"],
    &["福", "贵", "山", "祥", "发", "财", "林", "松", "海", "生", "清", "全", "元", "银", "才", "炎"],
];
const OLD_WOMEN: [&[&str]; 2] = [
    &["桂", "秀", "玉", "菊", "春", "腊", "冬", "金", "翠", "凤", "月", "细", "水", "兰", "银", "早"],
    &["英", "兰", "珍", "莲", "枝", "香", "云", "梅", "娥", "秀", "姣", "容", "芝", "姑", "花", "桃"],
];
const MIDDLE_MEN: [&[&str]; 2] = [
    &["建", "国", "志", "红", "文", "卫", "新", "汉", "少", "学", "小", "海", "永", "立", "东", "俊"],
    &["国", "军", "强", "勇", "平", "华", "兵", "明", "斌", "峰", "刚", "民", "桥", "林", "波", "松"],
];
const MIDDLE_WOMEN: [&[&str]; 2] = [
    &["红", "丽", "小", "秋", "爱", "美", "春", "艳", "海", "冬", "雪", "建", "晓", "慧", "文", "志"],
    &["梅", "芳", "霞", "琴", "玲", "燕", "娟", "萍", "敏", "珍", "华", "云", "荣", "红", "蓉", "香"],
];
const YOUNG_MEN: [&[&str]; 2] = [
    &["伟", "俊", "子", "志", "嘉", "文", "思", "宇", "浩", "晓", "天", "鹏", "家", "明", "凯", "锦"],
    &["杰", "豪", "鹏", "浩", "涛", "磊", "强", "文", "宇", "翔", "恒", "凡", "成", "威", "飞", "超"],
];
const YOUNG_WOMEN: [&[&str]; 2] = [
    &["婷", "雅", "雨", "思", "梦", "佳", "晓", "静", "文", "欣", "诗", "倩", "紫", "梓", "慧", "心"],
    &["婷", "雯", "怡", "琪", "洁", "雪", "颖", "静", "倩", "瑶", "蕾", "悦", "萱", "璐", "琳", "晴"],
];
const CHILDREN: [&[&str]; 2] = [
    &["梓", "子", "浩", "雨", "欣", "宇", "沐", "奕", "诗", "语", "若", "一", "思", "佳", "泽", "可"],
    &["轩", "涵", "宸", "桐", "怡", "睿", "妍", "辰", "萌", "诺", "朗", "瑜", "喆", "彤", "垚", "昕"],
];
/// Parts of names of Uyghur women who married into the village; they have a separator.
const WITH_SEPARATOR: [&[&str]; 2] =
    [&["阿依古丽", "古丽娜", "热娜", "帕丽达"], &["吾斯曼", "买买提", "艾力", "吐尔逊"]];

/// The surname of a household; every twentieth has a polyphonic one.
pub(super) fn household_surname(at: usize, chance: &mut Chance) -> &'static str {
    if at % 20 == 7 {
        let turn = (at / 20) % POLYPHONIC.len();
        return POLYPHONIC.get(turn).copied().unwrap_or("曾");
    }
    chance.pick(SURNAMES)
}

/// A full name as people of that sex, age and house are called.
pub(super) fn full_name(house: &str, member: &Member, birth_year: i32, chance: &mut Chance) -> String {
    if member.married_in && birth_year >= 1980 && chance.one_in(60) {
        let [given, father] = WITH_SEPARATOR.map(|list| chance.pick(list));
        return format!("{given}·{father}");
    }
    let surname = if member.married_in { chance.pick(SURNAMES) } else { house };
    let lists = match (birth_year, member.sex) {
        (..1962, Sex::Male) => OLD_MEN,
        (..1962, Sex::Female) => OLD_WOMEN,
        (1962..1988, Sex::Male) => MIDDLE_MEN,
        (1962..1988, Sex::Female) => MIDDLE_WOMEN,
        (1988..2010, Sex::Male) => YOUNG_MEN,
        (1988..2010, Sex::Female) => YOUNG_WOMEN,
        (_, _) => CHILDREN,
    };
    let [first, second] = lists.map(|list| chance.pick(list));
    // Names of one given character were usual from the seventies to the nineties.
    let is_short = (1970..2000).contains(&birth_year) && chance.one_in(3);
    if is_short || first == second {
        format!("{surname}{second}")
    } else {
        format!("{surname}{first}{second}")
    }
}

/// One more character for whoever would be called like someone in the same household.
pub(super) fn another_character(chance: &mut Chance) -> &'static str {
    chance.pick(&["平", "安", "和", "顺"])
}
