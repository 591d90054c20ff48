use super::*;
use crate::item_card::tests::FULL;
use crate::item_words::{CycleKind, DayKind, ServiceWay};
use proptest::prelude::*;

fn national() -> ItemCard {
    ItemCard::read(FULL).expect("the full card")
}

fn local(patch: &str) -> ItemCard {
    national().with_local(patch).unwrap_or_else(|found| panic!("{patch}: {found:?}"))
}

#[test]
fn a_place_changes_limits_cycles_notices_ways_and_texts() {
    let promised = local("[[limits.promised]]\nname = \"全程\"\ndays = 12\nday_kind = \"workday\"");
    let limit = &promised.limits.promised[0];
    assert_eq!(
        (limit.days, limit.day_kind, limit.whole),
        (12, DayKind::Workday, true),
        "what it does not say stays"
    );
    assert_eq!(promised.limits.statutory, national().limits.statutory);
    let cycle = local("[review_cycle]\nmonths = 6").review_cycle.expect("a cycle");
    assert_eq!((cycle.months, cycle.kind), (Some(6), CycleKind::Periodic));
    let closed = local("[closed]\nfrom = 2026-12-01\nreason = \"停办\"");
    assert!(closed.closed_on("2026-12-01".parse().expect("a day")).is_some());
    assert_eq!(
        local("service_ways = [\"usual\"]").service_ways,
        [ServiceWay::Usual],
        "a list of words is replaced"
    );
    let body = local("deciding_body = \"大湖镇人民政府\"");
    let mut expected = ItemCard { deciding_body: "大湖镇人民政府".into(), ..national() };
    expected.english.deciding_body_en = None;
    assert_eq!(body, expected, "the English of what was changed is not kept");
    let both = local("deciding_body = \"大湖镇\"\ndeciding_body_en = \"Dahu\"");
    assert_eq!(both.english.deciding_body_en.as_deref(), Some("Dahu"));
}

#[test]
fn elements_merge_by_their_key_come_last_when_new_and_go_when_told() {
    let changed = local(
        "[[materials]]\nid = \"id_card\"\nkind = \"original\"\n[[materials]]\nid = \"bank_card\"\nname = \"银行卡\"",
    );
    let ids: Vec<_> = changed.materials.iter().map(|material| material.id.as_str()).collect();
    assert_eq!(ids, ["id_card", "bank_card"]);
    assert!(changed.materials[0].required && changed.materials[0].note.is_some(), "the rest of it stays");
    assert!(local("[[materials]]\nid = \"id_card\"\nremove = true").materials.is_empty());
    assert_eq!(local("[[materials]]\nid = \"nosuch\"\nremove = true"), national());
    let stages = local("[[stages]]\nid = \"notice\"\nname = \"村公示\"").stages;
    assert_eq!((stages.len(), stages[1].name.as_str(), stages[1].pauses_clock), (2, "村公示", true));
    assert_eq!(
        local("[[bundle.items]]\ncode = \"DIBAO\"\nticked = false").bundle.expect("one").items.len(),
        1
    );
    assert_eq!(local("[[basis]]\ntext = \"本地办法\"").basis.len(), 1, "what has no key is replaced");
}

#[test]
fn what_is_wrong_with_a_patch_is_told_by_key() {
    for (patch, cell, code) in [
        ("departmnt = \"民政\"", "departmnt", "unknown_key"),
        ("remove = true", "remove", "unknown_key"),
        ("[[materials]]\nid = \"id_card\"\ncolour = \"red\"", "materials[1].colour", "unknown_key"),
        ("[[limits.promised]]\nname = \"全程\"\ndays = \"12\"", "limits.promised[1].days", "bad_value"),
        ("service_ways = [\"usual\", \"never\"]", "service_ways[2]", "bad_value"),
        ("code = \"OTHER\"", "code", "bad_value"),
        ("[closed]\nfrom = \"soon\"", "closed.from", "bad_value"),
        ("name = ", "1:8", "bad_toml"),
        ("[[materials]]\nname = \"身份证\"\nkind = \"copy\"", "materials[1].id", "missing_key"),
        ("[[stages]]\nid = \"a\"\nremove = true\n[[stages]]\nid = \"a\"", "stages[2].id", "doubled_id"),
        ("[[stages]]\nid = \"new\"\nname = \"新\"", "", "missing_key"),
    ] {
        let found = national().with_local(patch).expect_err(patch);
        assert_eq!((found[0].cell.as_str(), found[0].code.as_str()), (cell, code), "{patch}");
    }
    let long = format!("watch = \"{}\"", "x".repeat(MAX_LOCAL_BYTES));
    assert_eq!(national().with_local(&long).expect_err("too long")[0].code, "too_large");
}

/// Patches as a place would write them: some materials and limits, each once.
fn patches() -> impl Strategy<Value = String> {
    let material = ("[a-z]{0,5}", any::<bool>(), any::<bool>());
    let materials = prop::collection::btree_map(
        prop::sample::select(vec!["id_card", "bank_card", "photo"]),
        material,
        0..4,
    );
    let limits = prop::collection::btree_map(
        prop::sample::select(vec!["全程", "公示", "初审"]),
        (1u32..90, any::<bool>()),
        0..4,
    );
    let ways = prop::collection::vec(prop::sample::select(vec!["usual", "door"]), 0..3);
    ("[a-z]{0,8}", ways, materials, limits).prop_map(|(body, ways, materials, limits)| {
        let gone = |gone| if gone { "remove = true\n" } else { "" };
        let mut patch = format!("deciding_body = \"{body}\"\nservice_ways = {ways:?}\n");
        for (id, (name, required, removed)) in materials {
            let head = format!("[[materials]]\nid = \"{id}\"\nname = \"{name}\"\nrequired = {required}\n");
            patch += &(head + gone(removed));
        }
        for (name, (days, removed)) in limits {
            let head =
                format!("[[limits.promised]]\nname = \"{name}\"\ndays = {days}\nday_kind = \"workday\"\n");
            patch += &(head + gone(removed));
        }
        patch
    })
}

proptest! {
    #[test]
    fn twice_is_as_good_as_once(patch in patches()) {
        let once = local(&patch);
        prop_assert_eq!(once.with_local(&patch).expect("twice"), once);
    }

    #[test]
    fn nothing_changes_nothing(patch in patches()) {
        let card = local(&patch);
        prop_assert_eq!(card.with_local("").expect("nothing"), card.clone());
        prop_assert_eq!(card.with_local("# 没有\n[limits]\n").expect("nothing"), card);
    }

    #[test]
    fn no_text_breaks_it(text in "\\PC{0,200}") {
        let _ = national().with_local(&text);
    }
}
