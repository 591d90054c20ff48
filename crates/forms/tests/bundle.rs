//! The built-in items as one bundle: whatever is ticked, a complete bundle is a complete application for each item.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::{Bundle, Form, Part, Session, check_answers};
use common::{context, workbook};
use std::collections::{BTreeMap, BTreeSet};

const ITEMS: [(&str, &str, &str); 3] = [
    ("DIBAO", "最低生活保障", "Subsistence allowance"),
    ("SSC", "社会保障卡", "Social-security card"),
    ("PENSION_CERT", "养老待遇资格认证", "Pension certification"),
];

fn book(item: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../catalogue/{item}/form.xlsx", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The three forms behind a question of the bundle's own; those ticked whose bit is set.
fn bundle(ticked: usize) -> Form {
    let own = workbook(&[(
        "survey",
        &[
            &["type", "name", "label::中文 (zh)", "label::English (en)", "required"],
            &["begin group", "occasion", "事由", "Occasion"],
            &["date", "since", "何时起", "Since when", "yes"],
            &["end group"],
        ],
    )]);
    let books: Vec<Vec<u8>> = ITEMS.iter().map(|(code, ..)| book(code)).collect();
    let files = BTreeMap::new();
    let parts = ITEMS.iter().zip(&books).enumerate().map(|(at, ((code, zh, en), workbook))| Part {
        code: (*code).to_owned(),
        label: common::values(&[("zh", zh), ("en", en)]),
        workbook,
        files: &files,
        ticked: ticked >> at & 1 == 1,
    });
    let parts: Vec<Part<'_>> = parts.collect();
    let bundle =
        Bundle {
            code: "ELDERLY", title: "老人一件事", version: "1", workbook: Some(&own), files: &files
        };
    Form::merge(&bundle, &parts).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn prefill() -> BTreeMap<String, String> {
    common::values(&[
        ("/data/person/name", "余桂英"),
        ("/data/person/id_number", "42070419480315002X"),
        ("/data/person/phone", "13900000000"),
        ("/data/person/address", "大湖村3组"),
        ("/data/person/village", "大湖村"),
    ])
}

/// Everything that any of the items asks of her.
const ANSWERS: &[(&str, &str)] = &[
    ("/data/occasion/since", "2026-11-01"),
    ("/data/household/member[1]/health", "20"),
    ("/data/household/member[1]/disabled", "no"),
    ("/data/household/member[1]/labour", "partial"),
    ("/data/household/member[1]/occupation", "retired"),
    ("/data/household/member[1]/transfer", "180.50"),
    ("/data/household/member[1]/authorised", "yes"),
    ("/data/person/hukou_place", "大湖村"),
    ("/data/person/applied_by", "self"),
    ("/data/person/near_relative", "no"),
    ("/data/household/members_checked", "OK"),
    ("/data/assets/house_count", "0"),
    ("/data/assets/has_vehicle", "no"),
    ("/data/assets/deposits", "500"),
    ("/data/assets/securities", "0"),
    ("/data/assets/has_business", "no"),
    ("/data/hardship/causes", "illness no_labour"),
    ("/data/hardship/reason", "年老多病"),
    ("/data/supporters/has_supporters", "no"),
    ("/data/promise/promise_true", "OK"),
    ("/data/promise/consent_check", "OK"),
    ("/data/promise/consent_sensitive", "OK"),
    ("/data/card/matter", "book_bank"),
    ("/data/card/card_type", "gen3"),
    ("/data/card/bank", "某银行"),
    ("/data/visit/immobile", "yes"),
    ("/data/visit/wants_home_visit", "yes"),
    ("/data/visit/agreed_time", "2026-11-24T14:30"),
    ("/data/help/residence", "local"),
    ("/data/help/method", "visit"),
    ("/data/help/met_in_person", "yes"),
    ("/data/help/met_by", "agent"),
    ("/data/help/met_by_name", "试用员"),
    ("/data/help/basis", "in_person photo"),
    ("/data/help/cert_date", "2026-11-22"),
    ("/data/help/result", "passed"),
];

fn problem_paths(session: &Session) -> BTreeSet<String> {
    session.problems().into_iter().map(|problem| problem.path).collect()
}

/// Answers all that is asked.
fn fill(form: &Form) -> Session {
    let mut session = Session::new(form, &context(), &prefill());
    for (path, value) in ANSWERS {
        if session.node(path).is_some_and(|node| node.relevant) {
            session.answer(path, value).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
        }
    }
    session
}

fn codes(ticked: usize) -> Vec<&'static str> {
    let named = ITEMS.iter().enumerate().filter(|(at, _)| ticked >> at & 1 == 1);
    named.map(|(_, (code, ..))| *code).collect()
}

#[test]
fn a_complete_bundle_is_complete_for_every_item_that_is_ticked() {
    let own: BTreeMap<&str, Form> = ITEMS.map(|(code, ..)| (code, Form::read(&book(code)).unwrap())).into();
    for ticked in 1..8 {
        let form = bundle(ticked);
        assert_eq!(form.languages(), ["中文 (zh)", "English (en)"]);
        let session = fill(&form);
        assert_eq!(session.node("/data/items").unwrap().value, codes(ticked).join(" "));
        assert_eq!(problem_paths(&session), BTreeSet::new(), "{:?}", codes(ticked));
        let answers = session.answers();
        assert_eq!(answers["/data/person/age"], "78");
        for (code, own) in &own {
            let given = form.answers_for(code, &context(), &answers);
            assert_eq!(given, session.answers_for(code));
            if !codes(ticked).contains(code) {
                assert_eq!(given, BTreeMap::new(), "{code} is not ticked");
                continue;
            }
            assert!(!given.contains_key("/data/items") && !given.contains_key("/data/occasion/since"));
            let checked = check_answers(own, &context(), &given);
            assert_eq!((&checked.dropped, &checked.corrected), (&Vec::new(), &Vec::new()), "{code}");
            assert_eq!(checked.answers, given, "{code} computes the same");
            assert_eq!(checked.problems, [], "{code}");
        }
    }
}

#[test]
fn an_answer_that_is_missing_is_missed_by_the_bundle_where_an_item_misses_it() {
    let own: BTreeMap<&str, Form> = ITEMS.map(|(code, ..)| (code, Form::read(&book(code)).unwrap())).into();
    let form = bundle(7);
    let mut session = fill(&form);
    let mut missed = 0;
    let asked = prefill().into_iter().chain(common::values(ANSWERS));
    for (path, value) in asked.filter(|(path, _)| path != "/data/occasion/since") {
        if session.answer(&path, "").is_err() {
            continue;
        }
        let mut theirs = BTreeSet::new();
        for (code, own) in &own {
            let checked = check_answers(own, &context(), &session.answers_for(code));
            assert_eq!((checked.dropped.len(), checked.corrected.len()), (0, 0), "{code} without {path}");
            theirs.extend(checked.problems.into_iter().map(|problem| problem.path));
        }
        assert_eq!(problem_paths(&session), theirs, "without {path}");
        missed += usize::from(theirs.contains(&path));
        session.answer(&path, &value).unwrap();
        assert_eq!(problem_paths(&session), BTreeSet::new(), "{path} again");
    }
    assert!(missed > 15, "only {missed} answers are missed");
}

#[test]
fn a_bundle_of_three_asks_the_person_once() {
    let form = bundle(7);
    let asked = |form: &Form| form.questions();
    let apart: usize = ITEMS.iter().map(|(code, ..)| asked(&Form::read(&book(code)).unwrap())).sum();
    let saving = form.saving(&["DIBAO", "SSC", "PENSION_CERT"]);
    assert!(saving.fields_apart <= apart, "what is locked is not asked");
    // Name, number, telephone, address and village, twice each at the least; the bundle's date is asked besides.
    assert!(saving.fields_apart + 1 >= saving.fields_together + 10, "{saving:?}");
    let persons = form.view().items.into_iter().filter(|item| item.path.ends_with("/id_number"));
    assert_eq!(persons.count(), 1);
    let alone = form.saving(&["SSC"]);
    assert_eq!(alone.fields_apart + 1, alone.fields_together, "nothing is spared with one item");
}
