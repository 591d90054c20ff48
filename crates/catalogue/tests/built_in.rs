//! The facts of the built-in items against what the trade says of them, written down here once more: a changed limit, a
//! lost certainty, a guide that went missing is seen.
#![allow(clippy::unwrap_used)]

use Certainty::{Local, Memory, Sure};
use CycleKind::{Periodic, Rolling};
use DayKind::{Instant, Natural, Workday};
use bangban_catalogue::item_words::{Certainty, CycleKind, DayKind};
use bangban_catalogue::{Catalogue, NamedLimit};
use bangban_forms::{Context, Session};
use bangban_model::Code;
use chrono::{DateTime, NaiveDate};
use std::collections::BTreeMap;

/// Days, of what kind, how well known.
type Days = (u32, DayKind, Certainty);
/// Kind, months, how well known.
type Cycle = (CycleKind, Option<u32>, Certainty);

/// What is known of an item.
struct Facts {
    code: &'static str,
    /// By law, or as somewhere printed as such (`Local`).
    statutory: &'static [Days],
    /// As places promise.
    promised: &'static [Days],
    /// The limit of the whole way.
    whole: Option<u32>,
    review: Option<Cycle>,
    materials: usize,
}

const fn yearly(certainty: Certainty) -> Option<Cycle> {
    Some((Periodic, Some(12), certainty))
}

const fn never(certainty: Certainty) -> Option<Cycle> {
    Some((CycleKind::None, None, certainty))
}

const ITEMS: [Facts; 14] = [
    Facts {
        code: "PENSION_CERT",
        statutory: &[(0, Instant, Local)],
        promised: &[],
        whole: None,
        review: Some((Rolling, Some(12), Sure)),
        materials: 1,
    },
    Facts {
        code: "SSC",
        statutory: &[(0, Instant, Local), (30, Workday, Local)],
        promised: &[],
        whole: None,
        review: never(Memory),
        materials: 6,
    },
    Facts {
        code: "DIBAO",
        statutory: &[
            (3, Workday, Memory),
            (7, Natural, Sure),
            (10, Workday, Memory),
            (3, Workday, Sure),
            (30, Workday, Memory),
            (45, Workday, Memory),
        ],
        promised: &[],
        whole: Some(30),
        review: yearly(Sure),
        materials: 5,
    },
    Facts {
        code: "TEKUN",
        statutory: &[(15, Workday, Sure), (7, Natural, Sure), (15, Workday, Memory), (10, Workday, Sure)],
        promised: &[],
        whole: None,
        review: yearly(Memory),
        materials: 6,
    },
    Facts {
        code: "LINSHI",
        statutory: &[],
        promised: &[(0, Instant, Local), (20, Workday, Local), (15, Workday, Local)],
        whole: None,
        review: never(Local),
        materials: 5,
    },
    Facts {
        code: "GAOLING",
        statutory: &[],
        promised: &[(10, Workday, Local), (5, Workday, Local), (5, Workday, Local)],
        whole: None,
        review: yearly(Local),
        materials: 5,
    },
    Facts {
        code: "CANBU",
        statutory: &[(3, Workday, Sure), (10, Workday, Sure), (3, Workday, Sure)],
        promised: &[(10, Workday, Local), (10, Workday, Local)],
        whole: None,
        review: yearly(Memory),
        materials: 6,
    },
    Facts { code: "YILIAO", statutory: &[], promised: &[], whole: None, review: never(Local), materials: 5 },
    Facts {
        code: "JIAOYU",
        statutory: &[(5, Workday, Memory)],
        promised: &[],
        whole: None,
        review: yearly(Memory),
        materials: 2,
    },
    Facts { code: "ZHUFANG", statutory: &[], promised: &[], whole: None, review: never(Local), materials: 6 },
    Facts {
        code: "LNZ",
        statutory: &[(0, Instant, Local)],
        promised: &[],
        whole: None,
        review: never(Local),
        materials: 2,
    },
    Facts {
        code: "SHENHOU",
        statutory: &[],
        promised: &[(30, Natural, Local)],
        whole: None,
        review: None,
        materials: 7,
    },
    Facts {
        code: "SHIYE",
        statutory: &[(0, Instant, Sure), (10, Workday, Sure)],
        promised: &[],
        whole: None,
        review: never(Memory),
        materials: 3,
    },
    Facts {
        code: "YANGLAO_XFBT",
        statutory: &[(5, Workday, Local)],
        promised: &[],
        whole: None,
        review: None,
        materials: 1,
    },
];

/// The other items that people often ask for: a guide each.
const GUIDES: [&str; 15] = [
    "JUMIN_YIBAO",
    "JUBAO",
    "DIBAO_BIANYUAN",
    "GANGXING",
    "GUER",
    "CANJIZHENG",
    "MANTEBING",
    "YUER",
    "JISHENG",
    "YOUDAIZHENG",
    "HUJI_YUYUE",
    "HUINONG",
    "HUNYIN",
    "FALV_YUANZHU",
    "SHENFENZHENG",
];

fn days(limits: &[NamedLimit]) -> Vec<Days> {
    limits.iter().map(|limit| (limit.days, limit.day_kind, limit.certainty)).collect()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn every_built_in_item_has_the_limits_the_cycle_and_the_materials_that_the_trade_says() {
    let catalogue = Catalogue::built_in().unwrap();
    for facts in ITEMS {
        let item = catalogue.item(facts.code).unwrap();
        let (card, code) = (&item.card, facts.code);
        assert_eq!(days(&card.limits.statutory), facts.statutory, "{code}, statutory");
        assert_eq!(days(&card.limits.promised), facts.promised, "{code}, promised");
        let limits = || card.limits.statutory.iter().chain(&card.limits.promised);
        let whole: Vec<u32> = limits().filter(|limit| limit.whole).map(|limit| limit.days).collect();
        assert_eq!(whole, facts.whole.into_iter().collect::<Vec<_>>(), "{code}, the whole way");
        let review = card.review_cycle.as_ref().map(|cycle| (cycle.kind, cycle.months, cycle.certainty));
        assert_eq!(review, facts.review, "{code}, review");
        assert_eq!(card.materials.len(), facts.materials, "{code}, materials");
        assert!(!card.basis.is_empty() && item.form().is_ok(), "{code} has a basis and a form");
    }
}

#[test]
fn what_one_place_promises_is_no_deadline_of_every_place() {
    let catalogue = Catalogue::built_in().unwrap();
    let cancelled = &catalogue.item("SH_YANGLAO").unwrap().card.limits;
    assert_eq!(days(&cancelled.statutory), [(20, Workday, Local)]);
    assert_eq!(days(&cancelled.promised), [(1, Workday, Local)]);
    for code in ITEMS.map(|facts| facts.code).into_iter().chain(["SH_YANGLAO"]) {
        let promised = &catalogue.item(code).unwrap().card.limits.promised;
        assert!(promised.iter().all(|limit| limit.certainty == Local && !limit.whole), "{code}");
    }
}

#[test]
fn the_card_for_old_people_ends_on_its_day_and_nothing_else_of_the_fourteen_does() {
    let catalogue = Catalogue::built_in().unwrap();
    for facts in ITEMS {
        let item = catalogue.item(facts.code).unwrap();
        let closed = item.card.closed.as_ref().map(|closed| closed.from);
        assert_eq!(closed, (facts.code == "LNZ").then(|| day("2025-05-01")), "{}", facts.code);
    }
    let card = catalogue.item("LNZ").unwrap();
    assert!(card.may_open(day("2025-04-30")).is_ok());
    assert_eq!(card.may_open(day("2025-05-01")).map_err(|problem| problem.code()), Err(Code::ItemClosed));
}

#[test]
fn the_fifteen_other_items_are_guides_that_can_be_read() {
    let catalogue = Catalogue::built_in().unwrap();
    for code in GUIDES {
        let card = &catalogue.item(code).unwrap().card;
        let texts = [&card.name, &card.applicant, &card.department, &card.deciding_body];
        assert!(texts.iter().all(|text| !text.is_empty()), "{code}");
        assert!(!card.steps.is_empty() && !card.basis.is_empty(), "{code}");
        assert!(card.open_on(day("2026-11-26")), "{code}");
    }
}

#[test]
fn the_marriage_pilot_ended_on_its_day_and_registration_everywhere_took_its_place() {
    let catalogue = Catalogue::built_in().unwrap();
    let item = |code: &str| catalogue.item(code).unwrap();
    let (pilot, everywhere) = (item("HUNYIN_2023"), item("HUNYIN"));
    let (pilot, everywhere) = (&pilot.card, &everywhere.card);
    assert_eq!(pilot.valid_to, Some(day("2025-05-09")));
    assert_eq!((everywhere.valid_from, everywhere.valid_to), (Some(day("2025-05-10")), None));
    assert!(pilot.open_on(day("2025-05-09")) && !pilot.open_on(day("2025-05-10")));
    assert!(everywhere.open_on(day("2026-11-26")));
}

/// What registers ask, by the names of their questions: what the trade counts, reminds of and reports.
const REGISTERS: &[(&str, &[&str])] = &[
    ("DJ_BAOMING", &["kind", "place", "state", "answer_by"]),
    ("DJ_GENJIN", &["asked", "told", "told_person", "state", "again_by"]),
    ("DJ_GUANZHU", &["risks", "level", "source", "every_days", "next_day", "state", "help", "end_reason"]),
    (
        "DJ_HUODONG",
        &[
            "kind",
            "day",
            "key_village",
            "each_month",
            "people",
            "leaflets",
            "consultations",
            "partner",
            "responsible",
        ],
    ),
    (
        "DJ_JIATING",
        &[
            "causes",
            "labour",
            "workers",
            "income",
            "house",
            "category",
            "category_basis",
            "category_from",
            "category_to",
        ],
    ),
    ("DJ_NANDIAN", &["kind", "problem", "officer", "unit", "by", "state", "solution"]),
    ("DJ_PEIXUN", &["kind", "teacher", "people", "seniors", "disabled", "minutes"]),
    (
        "DJ_QIANZI",
        &["applicant", "relation", "paper", "state", "where", "phone", "sent_day", "valid_until", "by"],
    ),
    ("DJ_QIUZHU", &["asked_by", "channel", "people", "place", "state", "passed_to", "answer_by", "outcome"]),
    ("DJ_SHIJIAN", &["kind", "weekdays", "open_at", "close_at", "until"]),
    ("DJ_TIANDAN", &["form_name", "kind", "minutes", "result"]),
    ("DJ_TONGXUN", &["kind", "line", "address", "hours", "purpose"]),
    (
        "DJ_YANGLAO",
        &[
            "service",
            "for_day",
            "state",
            "provider",
            "done_day",
            "satisfaction",
            "confirmed_by",
            "elder_signature",
        ],
    ),
    (
        "DJ_YUYUE",
        &[
            "slot",
            "at",
            "state",
            "arrived_at",
            "identified_at",
            "reviewed_at",
            "signed_at",
            "done_at",
            "minutes",
        ],
    ),
    ("DJ_ZHIBAN", &["shift", "place", "name", "duty_line", "way"]),
    ("DJ_ZILIAO", &["title", "copies", "to_kind", "to_whom", "way"]),
    (
        "DJ_ZIXUN",
        &["channel", "group_name", "question", "state", "passed_to", "answer_by", "answer", "followup"],
    ),
];

#[test]
fn every_register_asks_what_the_trade_counts_and_reminds_of() {
    let catalogue = Catalogue::built_in().unwrap();
    for (code, questions) in REGISTERS {
        let view = catalogue.item(code).unwrap().form().unwrap().view();
        for question in *questions {
            assert!(view.items.iter().any(|item| item.name == *question), "{code} asks for {question}");
        }
    }
}

/// What a question of a register offers, in words.
fn offered(code: &str, question: &str) -> Vec<String> {
    let now = DateTime::parse_from_rfc3339("2026-11-29T09:00:00+08:00").unwrap();
    let item = Catalogue::built_in().unwrap();
    let item = item.item(code).unwrap();
    let blank = Session::new(item.form().unwrap(), &Context::at(now), &BTreeMap::new());
    let node = blank.node(&format!("/data/{question}")).unwrap();
    node.choices.unwrap().into_iter().map(|choice| choice.label).collect()
}

#[test]
fn the_directory_holds_hotlines_and_care_at_home_its_nine_services() {
    let services = offered("DJ_YANGLAO", "service");
    let nine = ["餐", "浴", "洁", "发", "医", "代购", "康复", "慰藉", "志愿"];
    for service in nine {
        assert_eq!(
            services.iter().filter(|one| one.contains(service)).count(),
            1,
            "{service} of {services:?}"
        );
    }
    let kinds = offered("DJ_TONGXUN", "kind");
    for kind in ["服务热线", "部门窗口", "养老机构", "老年大学"] {
        assert!(kinds.iter().any(|one| one == kind), "{kind} of {kinds:?}");
    }
    let questions = Catalogue::built_in().unwrap().item("DJ_TONGXUN").unwrap().form().unwrap().view();
    let asked: Vec<&str> = questions.items.iter().map(|item| item.name.as_str()).collect();
    for question in ["kind", "name", "line", "address", "hours", "purpose", "note"] {
        assert!(asked.contains(&question), "{question} of {asked:?}");
    }
    assert!(offered("DJ_HUODONG", "kind").iter().any(|one| one.contains("重点乡村")));
}
