//! The built-in items: their forms compile without a warning, and a scripted session of each goes as the trade says.
#![allow(clippy::unwrap_used)]

use bangban_forms::{Context, Form, Kind, Session, check_answers};
use chrono::DateTime;
use std::collections::BTreeMap;

const ITEMS: [&str; 3] = ["PENSION_CERT", "SSC", "DIBAO"];

fn path_of(item: &str, file: &str) -> String {
    format!("{}/../../catalogue/{item}/{file}", env!("CARGO_MANIFEST_DIR"))
}

fn read(item: &str) -> Form {
    let form = Form::read(&std::fs::read(path_of(item, "form.xlsx")).unwrap());
    form.unwrap_or_else(|errors| panic!("{item}: {errors:#?}"))
}

fn context() -> Context {
    Context::at(DateTime::parse_from_rfc3339("2026-11-22T10:00:00+08:00").unwrap())
}

/// A fictitious woman of 78 in the demo district.
fn prefill() -> BTreeMap<String, String> {
    let values = [
        ("/data/person/name", "余桂英"),
        ("/data/person/id_number", "42070419480315002X"),
        ("/data/person/phone", "13900000000"),
        ("/data/person/address", "大湖村3组"),
        ("/data/person/village", "大湖村"),
    ];
    values.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect()
}

fn answer_all(session: &mut Session, answers: &[(&str, &str)]) {
    for (path, value) in answers {
        session.answer(path, value).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
    }
}

fn problem_paths(session: &Session) -> Vec<String> {
    session.problems().into_iter().map(|problem| problem.path).collect()
}

#[test]
fn every_form_reads_without_a_warning_in_both_languages() {
    for item in ITEMS {
        let form = read(item);
        assert_eq!(form.warnings(), [], "{item}");
        assert_eq!(form.form_id(), item);
        assert!(!form.version().is_empty() && !form.title().is_empty());
        assert_eq!(form.languages(), ["中文 (zh)", "English (en)"]);
        for view in form.view().items {
            let silent = matches!(view.kind, Kind::Calculate);
            assert!(silent || view.label.len() == 2, "{item} {} lacks a language", view.path);
        }
    }
}

#[test]
fn every_form_takes_the_common_prefill_and_computes_the_person() {
    for item in ITEMS {
        let session = Session::new(&read(item), &context(), &prefill());
        assert_eq!(session.unplaced(), [] as [String; 0]);
        let answers = session.answers();
        assert_eq!(answers["/data/person/sex"], "2", "{item}");
        assert_eq!(answers["/data/person/birth_date"], "1948-03-15", "{item}");
        assert_eq!(answers["/data/person/age"], "78", "{item}");
        let note = session.node("/data/person/derived").unwrap();
        assert_eq!(note.label, "性别 女　出生日期 1948-03-15　年龄 78 周岁");
    }
}

#[test]
fn every_form_refuses_a_wrong_identity_number() {
    for item in ITEMS {
        let mut session = Session::new(&read(item), &context(), &prefill());
        let changes = session.answer("/data/person/id_number", "420704194803150020").unwrap();
        let problem = changes.at("/data/person/id_number").unwrap().problem.clone().unwrap().unwrap();
        assert!(problem.contains("校验码"), "{problem}");
        assert_eq!(changes.at("/data/person/age").unwrap().value.as_deref(), Some(""));
        assert_eq!(changes.at("/data/person/derived").unwrap().relevant, Some(false));
    }
}

#[test]
fn every_item_has_the_five_elements_and_its_routing() {
    for item in ITEMS {
        let text = std::fs::read_to_string(path_of(item, "item.toml")).unwrap();
        let guide: toml::Table = text.parse().unwrap();
        assert_eq!(guide["code"].as_str(), Some(item));
        let texts =
            ["name", "short_name", "department", "receiving_place", "responsible_place", "deciding_body"];
        for key in texts.into_iter().chain(["agent_does", "applicant", "form"]) {
            assert!(guide[key].as_str().is_some_and(|text| !text.is_empty()), "{item} {key}");
        }
        for key in ["basis", "steps", "materials", "agent_must_not"] {
            assert!(guide[key].as_array().is_some_and(|list| !list.is_empty()), "{item} {key}");
        }
        let certainties = ["sure", "memory", "local"];
        for basis in guide["basis"].as_array().unwrap() {
            assert!(certainties.contains(&basis["certainty"].as_str().unwrap()), "{item}");
        }
        for limit in guide["limits"]["statutory"].as_array().unwrap() {
            assert!(["workday", "natural", "instant"].contains(&limit["day_kind"].as_str().unwrap()));
            assert!(limit["days"].as_integer().is_some());
        }
        for slot in guide["materials"].as_array().unwrap() {
            assert!(["original", "copy"].contains(&slot["kind"].as_str().unwrap()));
            assert!(slot["required"].as_bool().is_some() && slot["id"].as_str().is_some());
        }
        assert!(guide["valid_from"].as_datetime().is_some());
    }
}

#[test]
fn a_pension_certification_rests_on_the_person_never_on_a_photo_alone() {
    let form = read("PENSION_CERT");
    let mut session = Session::new(&form, &context(), &prefill());
    answer_all(
        &mut session,
        &[
            ("/data/help/residence", "local"),
            ("/data/help/method", "visit"),
            ("/data/help/basis", "photo video"),
            ("/data/help/cert_date", "2026-11-22"),
            ("/data/help/result", "passed"),
        ],
    );
    let basis = session.node("/data/help/basis").unwrap();
    assert_eq!(basis.problem.as_deref(), Some("不得仅凭照片、视频或他人转述认证"));

    let changes = session.answer("/data/help/met_in_person", "no").unwrap();
    assert!(
        changes.at("/data/help/met_in_person").unwrap().problem.is_some(),
        "a home visit meets the person"
    );
    let changes = session.answer("/data/help/met_in_person", "yes").unwrap();
    assert_eq!(changes.at("/data/help/met_in_person").unwrap().problem, Some(None));
    assert_eq!(changes.at("/data/help/met_by").unwrap().relevant, Some(true));
    answer_all(
        &mut session,
        &[
            ("/data/help/met_by", "agent"),
            ("/data/help/met_by_name", "试用员"),
            ("/data/help/basis", "in_person photo"),
        ],
    );
    assert_eq!(problem_paths(&session), [] as [&str; 0]);
    assert_eq!(session.answers()["/data/help/next_due"], "2027-11-22");

    session.answer("/data/help/cert_date", "2026-11-23").unwrap();
    assert_eq!(problem_paths(&session), ["/data/help/cert_date"], "not later than today");
}

#[test]
fn the_pension_form_has_no_answer_by_which_the_agent_certifies() {
    let session = Session::new(&read("PENSION_CERT"), &context(), &prefill());
    let result = session.node("/data/help/result").unwrap();
    assert!(result.label.contains("经办机构"));
    session.answers().keys().for_each(|path| assert!(!path.contains("certified")));
}

#[test]
fn a_card_holder_who_cannot_travel_is_booked_with_the_bank() {
    let form = read("SSC");
    let mut session = Session::new(&form, &context(), &prefill());
    answer_all(
        &mut session,
        &[
            ("/data/card/matter", "book_bank"),
            ("/data/card/card_type", "gen3"),
            ("/data/card/bank", "某银行"),
            ("/data/visit/immobile", "yes"),
        ],
    );
    assert!(!session.node("/data/visit/agreed_time").unwrap().relevant);
    let changes = session.answer("/data/visit/wants_home_visit", "yes").unwrap();
    assert_eq!(changes.at("/data/visit/agreed_time").unwrap().relevant, Some(true));
    assert_eq!(session.node("/data/visit/visit_address").unwrap().value, "大湖村3组");
    answer_all(&mut session, &[("/data/visit/agreed_time", "2026-11-24T14:30")]);
    assert_eq!(problem_paths(&session), [] as [&str; 0]);

    // When she can travel after all, nothing of the visit remains among the answers.
    session.answer("/data/visit/immobile", "no").unwrap();
    assert!(session.answers().keys().all(|path| !path.ends_with("agreed_time")));

    let paths: Vec<String> = form.view().items.into_iter().map(|item| item.path).collect();
    assert!(paths.iter().all(|path| !path.contains("activated")), "activation is the bank's, not hers");
}

#[test]
fn a_child_needs_a_guardian_and_a_lost_card_its_report() {
    let form = read("SSC");
    let mut values = prefill();
    values.insert("/data/person/id_number".to_owned(), "420704201503150020".to_owned());
    let mut session = Session::new(&form, &context(), &values);
    session.answer("/data/card/matter", "replace_lost").unwrap();
    session.answer("/data/card/loss_reported", "no").unwrap();
    let paths = problem_paths(&session);
    assert!(paths.contains(&"/data/guardian/guardian_id".to_owned()), "{paths:?}");
    assert!(paths.contains(&"/data/card/loss_reported".to_owned()), "{paths:?}");
}

/// The answers to one member's row.
fn member(row: usize, values: &[(&str, &str)]) -> Vec<(String, String)> {
    let common = [("health", "20"), ("disabled", "no"), ("labour", "partial"), ("occupation", "retired")];
    let all = common.iter().chain(values);
    all.map(|(name, value)| (format!("/data/household/member[{row}]/{name}"), (*value).to_owned())).collect()
}

fn fill_household(session: &mut Session) {
    let mut answers = member(1, &[("transfer", "180.50"), ("authorised", "yes")]);
    session.add_repeat("/data/household/member").unwrap();
    answers.extend(member(
        2,
        &[
            ("member_name", "余小山"),
            ("member_id", "420704197001010010"),
            ("relation", "20"),
            ("wage", "1200"),
            ("business", "-100.25"),
            ("authorised", "no"),
        ],
    ));
    for (path, value) in answers {
        session.answer(&path, &value).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
    }
}

#[test]
fn a_household_adds_up_and_every_adult_signs() {
    let form = read("DIBAO");
    let mut session = Session::new(&form, &context(), &prefill());
    let first = session.node("/data/household/member[1]/member_name").unwrap();
    assert_eq!(first.value, "余桂英", "the first row begins with the applicant");
    assert_eq!(session.node("/data/household/member[1]/relation").unwrap().value, "01");
    fill_household(&mut session);
    let answers = session.answers();
    assert_eq!(answers["/data/household/member[2]/member_income"], "1099.75");
    assert_eq!(answers["/data/household/household_size"], "2");
    assert_eq!(answers["/data/household/total_business"], "-100.25");
    assert_eq!(answers["/data/household/total_income"], "1280.25");
    assert_eq!(answers["/data/household/income_per_head"], "640.13");
    assert_eq!(answers["/data/household/unsigned_adults"], "1");
    assert!(session.node("/data/household/unsigned_note").unwrap().relevant);
    let changes = session.answer("/data/household/member[2]/authorised", "yes").unwrap();
    assert_eq!(changes.at("/data/household/unsigned_note").unwrap().relevant, Some(false));

    let changes = session.remove_repeat("/data/household/member[2]").unwrap();
    assert_eq!(changes.removed, ["/data/household/member[2]"]);
    assert_eq!(changes.at("/data/household/income_per_head").unwrap().value.as_deref(), Some("180.5"));
}

#[test]
fn an_application_is_complete_only_with_its_promises_and_the_center_agrees() {
    let form = read("DIBAO");
    let mut session = Session::new(&form, &context(), &prefill());
    fill_household(&mut session);
    answer_all(
        &mut session,
        &[
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
        ],
    );
    assert_eq!(problem_paths(&session), ["/data/promise/consent_sensitive"]);
    session.answer("/data/promise/consent_sensitive", "OK").unwrap();
    assert_eq!(problem_paths(&session), [] as [&str; 0]);
    assert_eq!(session.answers()["/data/promise/apply_date"], "2026-11-22");

    let checked = check_answers(&form, &context(), &session.answers());
    assert_eq!(checked.answers, session.answers(), "laptop and center come to the same");
    assert_eq!((checked.dropped, checked.corrected), (Vec::new(), Vec::new()));
    assert_eq!(checked.problems, []);

    let mut forged = session.answers();
    forged.insert("/data/household/income_per_head".to_owned(), "1".to_owned());
    forged.insert("/data/assets/vehicle_detail".to_owned(), "摩托".to_owned());
    forged.insert("/data/nosuch".to_owned(), "x".to_owned());
    let checked = check_answers(&form, &context(), &forged);
    assert_eq!(checked.answers, session.answers());
    assert_eq!(checked.dropped, ["/data/assets/vehicle_detail", "/data/nosuch"]);
    assert_eq!(checked.corrected, ["/data/household/income_per_head"]);
}

#[test]
fn a_near_relative_is_put_on_record_first() {
    let mut session = Session::new(&read("DIBAO"), &context(), &prefill());
    answer_all(
        &mut session,
        &[("/data/person/near_relative", "yes"), ("/data/person/near_relative_filed", "no")],
    );
    assert!(problem_paths(&session).contains(&"/data/person/near_relative_filed".to_owned()));
}

#[test]
fn a_card_keeps_its_account_and_the_days_on_which_its_functions_came_into_use() {
    let mut session = Session::new(&read("SSC"), &context(), &prefill());
    let account = session.node("/data/card/card_account").unwrap();
    assert_eq!((account.appearance.as_str(), account.required), ("bank-card", false), "masked on a screen");
    let changes = session.answer("/data/card/card_account", "6217").unwrap();
    assert!(changes.at("/data/card/card_account").unwrap().problem.clone().unwrap().is_some(), "too short");
    for path in ["/data/card/social_enabled_on", "/data/card/bank_activation_date"] {
        let changes = session.answer(path, "2026-11-23").unwrap();
        assert!(changes.at(path).unwrap().problem.clone().unwrap().is_some(), "{path}: tomorrow");
        let changes = session.answer(path, "2026-11-22").unwrap();
        assert_eq!(changes.at(path).unwrap().problem, Some(None), "{path}");
    }
}
