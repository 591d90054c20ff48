//! Tests of divisions.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

#[test]
fn the_demo_district_has_seven_townships_and_a_hundred_villages() {
    let huarong = Divisions::huarong();
    assert_eq!(huarong.under("420703", DivisionLevel::Township).count(), 7);
    assert_eq!(huarong.villages_under("420703").count(), 100);
    assert_eq!(huarong.len(), 110);
    assert_eq!(huarong.villages_under("420703200").count(), 13);
    assert_eq!(huarong.villages_under("99").count(), 0);
    let village = huarong.find("420703200209").unwrap();
    assert_eq!((village.name.as_str(), village.level), ("大湖村委会", DivisionLevel::Village));
    assert_eq!(huarong.township_of("420703200209").unwrap().name, "临江乡");
    assert_eq!(township_code("420703200209"), Some("420703200"));
    assert_eq!(township_code("420703200"), None);
}

#[test]
fn a_name_with_its_parents_begins_with_the_city() {
    let huarong = Divisions::huarong();
    let cases = [
        ("420703200209", Some("鄂州市华容区临江乡大湖村")),
        ("420703200", Some("鄂州市华容区临江乡")),
        ("420703", Some("鄂州市华容区")),
        ("42", Some("湖北省")),
        ("420704", None),
        ("", None),
        ("大湖村委会", None),
    ];
    for (code, name) in cases {
        assert_eq!(huarong.full_name(code).as_deref(), name, "{code}");
    }
}

#[test]
fn a_village_is_found_by_any_of_its_names() {
    let huarong = Divisions::huarong();
    let found = |name: &str| -> Vec<&str> {
        huarong.find_villages_named("420703", name).iter().map(|village| village.code.as_str()).collect()
    };
    for name in ["大湖村委会", "大湖村", "大湖", "大湖村民委员会", "大湖 村"] {
        assert_eq!(found(name), ["420703200209"], "{name}");
    }
    for name in ["大湾社区居委会", "大湾社区", "大湾社区居民委员会", "大湾"] {
        assert_eq!(found(name), ["420703101006"], "{name}");
    }
    for name in ["华容居委会", "华容社区", "华容", "华容居民委员会"] {
        assert_eq!(found(name), ["420703100001"], "{name}");
    }
    assert_eq!(found("四份村"), ["420703103216"], "the remark in brackets is no part of the name");
    assert!(found("").is_empty());
    assert!(found("郭垱村").is_empty());
    let mut with_alias = huarong.clone();
    with_alias.add_alias("420703201203", "郭垱村");
    assert_eq!(with_alias.find_villages_named("420703", "郭垱村").len(), 1);
}

#[test]
fn every_village_of_the_district_is_found_by_its_own_names() {
    let huarong = Divisions::huarong();
    for village in huarong.villages_under("420703") {
        for name in village_aliases(&village.name) {
            let found = huarong.find_villages_named("420703", &name);
            assert!(found.iter().any(|one| one.code == village.code), "{name}");
        }
    }
}

#[test]
fn a_county_of_ones_own_is_read_however_it_is_written() {
    let text = "\u{feff}区划代码,名称\r\n420000,湖北省\r\n420700,鄂州市\r\n420704000000,鄂城区\r\n\
                420704001000,\"凤凰街道\"\r\n４２０７０４００１００１\t古城社区居委会\r\n\r\n";
    let divisions = Divisions::from_csv(text).unwrap();
    let codes: Vec<&str> = divisions.by_code.keys().map(String::as_str).collect();
    assert_eq!(codes, ["42", "4207", "420704", "420704001", "420704001001"]);
    assert_eq!(divisions.full_name("420704001001").unwrap(), "鄂州市鄂城区凤凰街道古城社区");
}

#[test]
fn wrong_rows_are_named_with_their_numbers_and_nothing_is_taken() {
    let text = "code,name\n420703100,华容镇\n42070310O,葛店镇\n42070,甲\n420703101,\n420703100,乙\n420703103";
    let Err(DivisionImportProblem::Rows(wrong)) = Divisions::from_csv(text) else {
        panic!("must be refused")
    };
    let expected = [
        (3, DivisionRowProblem::CodeNotDigits),
        (4, DivisionRowProblem::CodeLength { found: 5 }),
        (5, DivisionRowProblem::NameMissing),
        (6, DivisionRowProblem::DuplicateCode { first_row: 2 }),
        (7, DivisionRowProblem::OneColumn),
    ];
    let found: Vec<_> = wrong.iter().map(|one| (one.row, one.problem)).collect();
    assert_eq!(found, expected);
    let shown = DivisionImportProblem::Rows(wrong).to_string();
    assert!(shown.contains("row 6: the code stands in row 2 already"), "{shown}");
}

#[test]
fn a_table_beyond_the_bounds_is_refused() {
    assert_eq!(Divisions::from_csv("code,name\n"), Err(DivisionImportProblem::Empty));
    let large = "x".repeat(LARGEST_IMPORT_BYTES + 1);
    assert!(matches!(Divisions::from_csv(&large), Err(DivisionImportProblem::TooLarge { .. })));
    let many: String = (0..=MOST_IMPORT_ROWS).map(|at| format!("4207{at:08},村\n")).collect();
    assert!(matches!(
        Divisions::from_csv(&many),
        Err(DivisionImportProblem::TooManyRows | DivisionImportProblem::Rows(_))
    ));
    let wrong = "x1,y\n".repeat(1000);
    let Err(DivisionImportProblem::Rows(rows)) = Divisions::from_csv(&wrong) else {
        panic!("must be refused")
    };
    assert_eq!(rows.len(), MOST_ROW_PROBLEMS);
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,100}", code in "\\PC{0,14}") {
        let _ = Divisions::from_csv(&text);
        let _ = (township_code(&code), village_aliases(&text), Divisions::huarong().full_name(&code));
        let _ = Divisions::huarong().find_villages_named(&code, &text);
    }

    #[test]
    fn a_table_written_out_is_read_back(codes in proptest::collection::btree_set("[1-9][0-9]{10}[1-9]", 1..20)) {
        let text: String = codes.iter().map(|code| format!("{code},甲村委会\n")).collect();
        let divisions = Divisions::from_csv(&text).unwrap();
        prop_assert_eq!(divisions.len(), codes.len());
    }
}
