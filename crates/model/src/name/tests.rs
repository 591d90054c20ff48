//! Tests of names and their search keys. All names are fictitious.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

#[test]
fn a_name_is_brought_to_one_way_of_writing() {
    let cases = [
        ("  张三 ", "张三"),
        ("张　三", "张三"),
        ("张  三", "张三"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提･艾力", "买买提·艾力"),
        ("买买提.艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("买买提‧艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("买买提··艾力", "买买提·艾力"),
        ("买买提 艾力", "买买提 艾力"),
        ("John A. Smith", "John A. Smith"),
        ("\u{feff}李\u{200b}四\t", "李四"),
        ("王𡋾", "王𡋾"),
        ("王\u{f900}", "王\u{f900}"), // a compatibility character stays what it is
        ("", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(normalise_name(text), expected, "{text:?}");
    }
}

#[test]
fn every_surname_of_the_table_is_found_by_its_right_reading() {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../../../data/polyphonic_surnames.json")).unwrap();
    let table = file["surname"].as_object().unwrap();
    assert!(table.len() >= 60);
    for (surname, reading) in table {
        let reading = reading["plain"].as_str().unwrap();
        let keys = search_keys(&format!("{surname}小明"));
        assert_eq!(keys.full[0], format!("{reading}xiaoming"), "{surname}");
        let syllables = split_syllables(surname, reading).unwrap();
        let initials: String = syllables.iter().filter_map(|syllable| syllable.chars().next()).collect();
        assert_eq!(keys.initials[0], format!("{initials}xm"), "{surname}");
        assert_eq!(syllables.len(), surname.chars().count());
    }
}

#[test]
fn common_names_have_the_keys_that_people_type() {
    let cases = [
        ("张三丰", "zhangsanfeng", "zsf"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("欧阳修", "ouyangxiu", "oyx"),
        ("单于飞", "shanyufei", "syf"),
        ("单于飞", "chanyufei", "cyf"),
        ("曾国", "zengguo", "zg"),
        ("覃桂英", "tanguiying", "tgy"),
        ("吕布", "lvbu", "lb"),
        ("买买提·艾力", "maimaitiaili", "mmtal"),
        ("余桂英", "yuguiying", "ygy"),
        ("解解", "xiejie", "xj"),
        ("重乐", "chongle", "cl"),
    ];
    for (name, full, initials) in cases {
        let keys = search_keys(name);
        assert!(keys.full.iter().any(|reading| reading == full), "{name}: {:?}", keys.full);
        assert!(keys.initials.iter().any(|letters| letters == initials), "{name}: {:?}", keys.initials);
    }
}

#[test]
fn a_character_without_reading_is_found_by_itself_and_by_a_question_mark() {
    let keys = search_keys("李𡋾三");
    assert_eq!(keys.plain, "李𡋾三");
    assert_eq!(keys.full, ["li?san"]);
    assert_eq!(keys.initials, ["l?s"]);
    assert!(keys.matches(&fold_query("Li？San")));
}

#[test]
fn a_query_is_folded_as_the_keys_are() {
    let cases = [
        ("  ZhangSan ", "zhangsan"),
        ("ＺＳ", "zs"),
        ("xi'an", "xian"),
        ("lü", "lv"),
        ("LYU", "lv"),
        ("买买提•艾力", "买买提艾力"),
        ("张三　大湖村", "张三 大湖村"),
        ("００２Ｘ", "002x"),
        ("·", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(fold_query(text), expected, "{text:?}");
    }
    let keys = search_keys("买买提·艾力");
    for query in ["买买提·艾力", "买买提.艾力", "提艾", "maimaiti", "mmt"] {
        assert!(keys.matches(&fold_query(query)), "{query}");
    }
}

#[test]
fn many_readings_are_capped_and_each_second_reading_is_still_reached() {
    let name = "单乐解曾朴";
    let keys = search_keys(name);
    assert_eq!(keys.full.len(), MOST_READINGS);
    assert!(keys.full[0].starts_with("shan"));
    assert!(keys.full.iter().any(|reading| reading.starts_with("dan") || reading.starts_with("chan")));
    assert!(keys.full.iter().any(|reading| reading.contains("ceng")), "{:?}", keys.full);
    let long = search_keys(&"曾".repeat(500));
    assert_eq!(long.plain.chars().count(), LONGEST_NAME_CHARS);
    assert!(long.full.len() <= MOST_READINGS);
}

#[test]
fn compound_surnames_are_known() {
    assert_eq!(compound_surname("欧阳锋"), Some("欧阳"));
    assert_eq!(compound_surname("尉迟"), Some("尉迟"));
    assert_eq!(compound_surname("张三"), None);
    assert_eq!(compound_surname(""), None);
}

#[test]
fn odd_names_are_told() {
    assert!(has_private_use("王\u{e863}"));
    assert!(!has_private_use("王𡋾"));
    assert!(looks_like_name("王\u{e863}"));
    assert!(looks_like_name("John A. Smith"));
    for odd in ["", "123", "张三1", "——", "张三２"] {
        assert!(!looks_like_name(odd), "{odd}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_keys_panic_or_grow(text in "\\PC{0,60}") {
        let keys = search_keys(&text);
        prop_assert!(keys.full.len() <= MOST_READINGS && keys.initials.len() <= MOST_READINGS);
        let _ = (fold_query(&text), looks_like_name(&text), compound_surname(&text));
    }

    #[test]
    fn normalising_twice_changes_nothing_more(text in "[张三买提A .·•．　]{0,12}") {
        let once = normalise_name(&text);
        prop_assert_eq!(normalise_name(&once), once);
    }

    #[test]
    fn a_name_is_found_by_itself_and_by_its_first_keys(name in "[张单曾余尉迟欧阳覃王𡋾·]{1,5}") {
        let keys = search_keys(&name);
        prop_assert!(keys.matches(&fold_query(&name).replace(' ', "")));
        for key in keys.full.iter().chain(&keys.initials) {
            prop_assert!(keys.matches(&fold_query(key)));
        }
    }
}
