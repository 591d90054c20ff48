//! 应享未享 and 到期清单 on a window: from the roster, the official list, decisions and papers.

use crate::desk::{PIN, Window, programs};
use crate::filling::{fill, open};
use crate::township::Township;
use bangban_model::clock::{Clock, SystemClock};
use bangban_sheets::{Out, write_table};
use bangban_tests::checks::DAHU;
use bangban_tests::harness::{Browser, Center};
use chrono::{Datelike, Days, Months, NaiveDate};
use serde_json::{Value, json};

/// A number of nobody, for somebody born on this day.
fn born(day: NaiveDate, order: u32) -> String {
    let body = format!("420704{}{order:03}", day.format("%Y%m%d"));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11];
    format!("{body}{check}")
}

/// Whoever was born on the first of the next month so many years ago: that birthday is next month.
fn next_month(years: u32) -> NaiveDate {
    let first = SystemClock.today().with_day(1).unwrap();
    first.checked_add_months(Months::new(1)).unwrap().checked_sub_months(Months::new(years * 12)).unwrap()
}

fn write(window: &Window, name: &str, headings: &[&str], rows: &[Vec<&str>]) -> String {
    let rows: Vec<Vec<Out>> =
        rows.iter().map(|row| row.iter().map(|text| Out::Text((*text).to_owned())).collect()).collect();
    let path = window.file(name);
    std::fs::write(&path, write_table("名单", headings, &rows).unwrap()).unwrap();
    window.offer(&path)
}

fn at_work(center: &Center, rows: &[Vec<&str>]) -> Window {
    let window = Window::new();
    window.call("make_ledger", json!({"name": "余老师", "pin": PIN}));
    window.call("enrol", json!({"code": center.code(DAHU)}));
    let headings = ["户号", "姓名", "身份证号", "人员类别", "残疾类别等级", "享受待遇"];
    let roster = write(&window, "roster.xlsx", &headings, rows);
    window.call("import_roster", json!({"file": roster, "village": null}));
    window
}

/// The names of those who may be entitled to an item.
fn hinted(window: &Window, item: &str) -> Vec<String> {
    let part = window.call("radar", json!({"item": item}));
    let lines = part["lines"].as_array().unwrap().iter();
    let mut names: Vec<String> =
        lines.map(|line| line["person"]["name"].as_str().unwrap().to_owned()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn who_may_be_entitled_is_known_from_the_roster_and_what_was_asked_for() {
    let center = Center::start(&programs());
    let (soon, later, old) = (born(next_month(80), 1), born(next_month(79), 2), born(next_month(85), 3));
    let (receives, disabled) = (born(next_month(90), 5), born(next_month(40), 7));
    let rows = [
        vec!["1", "将满八十", &soon, "", "", ""],
        vec!["2", "未到年龄", &later, "", "", ""],
        vec!["3", "早过八十", &old, "", "", ""],
        vec!["4", "在领津贴", &receives, "", "", "高龄津贴"],
        vec!["5", "重残低保", &disabled, "低保", "肢体一级", "低保金"],
    ];
    let window = at_work(&center, &rows);
    assert_eq!(hinted(&window, "GAOLING"), ["将满八十", "早过八十"]);
    assert_eq!(hinted(&window, "CANBU"), ["重残低保"]);
    assert_eq!(hinted(&window, "LNZ"), [] as [&str; 0], "an item that is switched off hints nothing");
    let part = window.call("radar", json!({"item": null}));
    let counts = part["counts"].as_array().unwrap();
    let of =
        |item: &str| counts.iter().find(|count| count["item"] == json!(item)).map(|count| &count["people"]);
    assert_eq!((of("GAOLING"), of("LNZ")), (Some(&json!(2)), None));
    assert_eq!(of("CANBU"), Some(&json!(1)), "two rules speak of one person");
    let line = part["lines"].as_array().unwrap().iter().find(|line| line["item"] == "GAOLING").unwrap();
    assert!(line["hint"].as_str().unwrap().contains("80") && line["can_open"] == json!(true), "{line}");

    let person = window.person(&old);
    let case = open(&window, "GAOLING", &person)["row"]["id"].clone();
    fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    assert_eq!(hinted(&window, "GAOLING"), ["将满八十"], "it is asked for");
}

/// Of everything due: why, of which item, by which case, and until when.
fn due(window: &Window, within_days: u32) -> Vec<(Value, Value, Value, Value)> {
    let part = window.call("due_list", json!({"within_days": within_days, "item": null}));
    let lines = part["lines"].as_array().unwrap().iter();
    lines
        .map(|line| (line["kind"].clone(), line["item"].clone(), line["case"].clone(), line["due"].clone()))
        .collect()
}

fn line(kind: &str, item: &str, case: &Value, day: &str) -> (Value, Value, Value, Value) {
    (json!(kind), json!(item), case.clone(), json!(day))
}

fn in_days(days: u64) -> String {
    SystemClock.today().checked_add_days(Days::new(days)).unwrap().to_string()
}

#[test]
fn what_falls_due_comes_from_the_official_list_the_decision_and_the_paper() {
    let center = Center::start(&programs());
    let township = Township::of(&center);
    let number = born(next_month(85), 3);
    let window = at_work(&center, &[vec!["1", "余桂英", &number, "", "", ""]]);
    let person = window.person(&number);
    assert_eq!(due(&window, 3660), []);
    let (soon, paper) = (in_days(20), in_days(50));
    let list =
        write(&window, "due.xlsx", &["姓名", "身份证号", "认证到期日期"], &[vec!["余桂英", &number, &soon]]);
    window.call("import_due_list", json!({"file": list, "item": "PENSION_CERT"}));
    let of_list = line("listed", "PENSION_CERT", &json!(null), &soon);
    assert_eq!(due(&window, 19), []);
    assert_eq!(due(&window, 20), std::slice::from_ref(&of_list));

    let certificate = format!("{number}41");
    let said = [("certificate_number", certificate.as_str()), ("card_valid_until", paper.as_str())];
    let subsidy = open(&window, "CANBU", &person)["row"]["id"].clone();
    fill(&window, &subsidy, &[&said[..], &[("has_guardian", "no"), ("cb_situation", "dibao")]].concat());
    window.call("submit_case", json!({"case": subsidy}));
    let of_paper = line("paper", "CANBU", &subsidy, &paper);
    assert_eq!(due(&window, 60), [of_list.clone(), of_paper.clone()]);

    let case = open(&window, "GAOLING", &person)["row"]["id"].clone();
    fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    window.report();
    township.import();
    township.accept(&case);
    township.confirm(&case, "granted");
    window.report();
    let view = window.call("show_case", json!({"case": case}));
    let review = view["decision"]["due"].as_str().unwrap();
    let year = SystemClock.today().checked_add_months(Months::new(12)).unwrap();
    assert_eq!(review, year.to_string(), "the review of its cycle");
    let of_decision = line("decided", "GAOLING", &case, review);
    assert_eq!(due(&window, 400), [of_list.clone(), of_paper.clone(), of_decision]);

    for item in ["GAOLING", "PENSION_CERT"] {
        let arguments = json!({"item": item, "person": person, "visit": null, "again": true});
        let newer = window.call("open_case", arguments)["row"]["id"].clone();
        fill(&window, &newer, &[]);
        window.call("submit_case", json!({"case": newer}));
    }
    assert_eq!(due(&window, 400), [of_paper], "what is asked for anew is not due");
}

fn where_is(window: &Window, person: &str) -> Value {
    window.call("show_person", json!({"person": person}))["person"]["whereabouts"].clone()
}

#[test]
fn who_moved_away_for_good_is_due_and_hinted_no_more_until_that_is_taken_back() {
    let center = Center::start(&programs());
    let number = born(next_month(85), 3);
    let rows = [vec!["1", "余桂英", &number, "", "", ""]];
    let (window, other) = (at_work(&center, &rows), at_work(&center, &rows));
    let person = window.person(&number);
    let soon = in_days(20);
    let headings = ["姓名", "身份证号", "认证到期日期"];
    let list = write(&window, "due.xlsx", &headings, &[vec!["余桂英", &number, &soon]]);
    window.call("import_due_list", json!({"file": list, "item": "PENSION_CERT"}));
    let stands = |due_days: usize, hints: &[&str]| {
        assert_eq!(
            (due(&window, 60).len(), hinted(&window, "GAOLING")),
            (due_days, hints.iter().map(|one| (*one).to_owned()).collect())
        );
    };
    stands(1, &["余桂英"]);
    let note = |told: Value| window.ask("note_whereabouts", json!({"person": person, "whereabouts": told}));
    let day = SystemClock.today().to_string();
    for (wrong, path) in [
        (json!({"state": "moved", "since": day, "place": " "}), "place"),
        (json!({"state": "moved", "since": null, "place": "武汉市"}), "since"),
        (json!({"state": "away", "since": in_days(1), "place": "武汉市"}), "since"),
        (json!({"state": "here", "since": null, "place": "武汉市"}), "place"),
        (json!({"state": "dead", "since": day, "place": ""}), "state"),
    ] {
        let refused = note(wrong).unwrap_err();
        assert_eq!((refused.code.as_str(), &refused.facts["path"]), ("bad_input", &json!(path)));
    }
    // Away for a time she is still this village's.
    note(json!({"state": "away", "since": day, "place": "武汉市"})).unwrap();
    stands(1, &["余桂英"]);
    let moved = json!({"state": "moved", "since": day, "place": "武汉市洪山区"});
    note(moved.clone()).unwrap();
    stands(0, &[]);
    assert_eq!(where_is(&window, &person), moved);
    let found = window.call("find_people", json!({"text": "余桂英"}));
    assert_eq!(found[0]["whereabouts"]["state"], "moved", "she is found, and marked");
    window.report();
    other.report();
    assert_eq!(where_is(&other, &person), moved, "the other laptop of the village knows");

    note(json!({"state": "here", "place": ""})).unwrap();
    stands(1, &["余桂英"]);
    note(json!({"state": "suspected", "since": day, "place": ""})).unwrap();
    stands(0, &[]);
    note(json!({"state": "here", "place": ""})).unwrap();
    assert_eq!(where_is(&window, &person)["state"], "here", "a report by mistake is taken back");
}

#[test]
fn a_death_that_an_agent_notes_waits_at_the_township_until_it_is_answered_or_she_is_back() {
    let center = Center::start(&programs());
    let (one, other) = (born(next_month(85), 3), born(next_month(90), 5));
    let window =
        at_work(&center, &[vec!["1", "余桂英", &one, "", "", ""], vec!["2", "王大爷", &other, "", "", ""]]);
    let (one, other) = (window.person(&one), window.person(&other));
    let day = SystemClock.today().to_string();
    let note = |person: &str, told: Value| {
        window.call("note_whereabouts", json!({"person": person, "whereabouts": told}));
        window.report();
    };
    let suspected = || json!({"state": "suspected", "since": day, "place": ""});
    let confirmer = Browser::of(&center, "方主任", "confirmer", "");
    let waiting = || {
        let part = confirmer.ask("death/list", &json!({}));
        let lines = part["lines"].as_array().unwrap();
        let count = confirmer.ask("status/show", &json!({}))["deaths"].clone();
        assert_eq!(count, lines.len());
        lines.iter().map(|line| line["person"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(waiting().is_empty());
    note(&one, suspected());
    note(&other, suspected());
    let line = confirmer.ask("death/list", &json!({}))["lines"][0].clone();
    assert_eq!((&line["died_on"], &line["noted_by"]), (&json!(day), &json!("余老师")));
    assert_eq!(waiting().len(), 2);
    note(&one, json!({"state": "here", "place": ""}));
    assert_eq!(waiting(), ["王大爷"], "she is back");
    confirmer.ask("death/verify", &json!({"person": other, "is_true": true}));
    assert!(waiting().is_empty());
    window.report();
    assert_eq!(where_is(&window, &other)["state"], "dead", "the laptop hears the answer");
}

#[test]
fn the_cases_of_one_household_stand_together_on_the_page_of_each_of_its_people() {
    let center = Center::start(&programs());
    let (one, other, stranger) = (born(next_month(50), 1), born(next_month(48), 2), born(next_month(70), 3));
    let rows = [
        vec!["1", "余桂英", &one, "", "", ""],
        vec!["1", "余小满", &other, "", "", ""],
        vec!["2", "王大山", &stranger, "", "", ""],
    ];
    let window = at_work(&center, &rows);
    let people = [&one, &other, &stranger].map(|number| window.person(number));
    let jobless = open(&window, "SHIYE", &people[0])["row"]["id"].clone();
    fill(&window, &jobless, &[]);
    window.call("submit_case", json!({"case": jobless}));
    let aid = open(&window, "LINSHI", &people[1])["row"]["id"].clone();
    fill(&window, &aid, &[]);
    window.call("submit_case", json!({"case": aid}));
    let told = |person: &str| {
        let view = window.call("show_person", json!({"person": person}));
        ["cases", "household_cases"].map(|of| {
            let rows = view[of].as_array().unwrap().iter();
            rows.map(|row| row["id"].clone()).collect::<Vec<_>>()
        })
    };
    assert_eq!(told(&people[0]), [vec![jobless.clone()], vec![aid.clone()]]);
    assert_eq!(told(&people[1]), [vec![aid], vec![jobless]]);
    assert_eq!(told(&people[2]), [Vec::<Value>::new(), Vec::new()]);
}

#[test]
fn who_lives_with_a_household_is_said_altered_and_taken_back_and_her_own_registration_stays() {
    let center = Center::start(&programs());
    let (one, other) = (born(next_month(70), 1), born(next_month(18), 2));
    let rows = [vec!["1", "余桂英", &one, "", "", ""], vec!["2", "余小满", &other, "", "", ""]];
    let window = at_work(&center, &rows);
    let (one, other) = (window.person(&one), window.person(&other));
    let household = window.call("show_person", json!({"person": one}))["household"]["id"].clone();
    let say = |relation: Value| json!({"household": household, "person": other, "relation": relation});
    let told = |view: Value| {
        let rows = view["living_together"].as_array().unwrap().iter();
        rows.map(|row| (row["person"]["name"].clone(), row["relation"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(told(window.call("live_together", say(json!("孙女")))), [(json!("余小满"), json!("孙女"))]);
    assert_eq!(
        told(window.call("live_together", say(json!("外孙女")))),
        [(json!("余小满"), json!("外孙女"))]
    );
    let own = window.call("show_person", json!({"person": other}));
    assert_ne!(own["household"]["id"], household, "she stays registered where she is");
    assert!(told(window.call("live_together", say(Value::Null))).is_empty());
    for wrong in ["", "一二三四五六七八九十一二三四五六七八九十一"] {
        assert_eq!(window.refused("live_together", say(json!(wrong))), "bad_input");
    }
    assert_eq!(told(window.call("live_together", say(json!("孙女")))).len(), 1);
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["refused"]), (&json!(0), &json!(0)), "{state}");
}

#[test]
fn what_somebody_receives_is_told_with_its_course_and_her_categories_with_their_basis() {
    let center = Center::start(&programs());
    let township = Township::of(&center);
    let number = born(next_month(85), 3);
    let window = at_work(&center, &[vec!["1", "余桂英", &number, "低保", "", "低保金"]]);
    let person = window.person(&number);
    let case = open(&window, "GAOLING", &person)["row"]["id"].clone();
    fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    let courses = || {
        let view = window.call("show_person", json!({"person": person}));
        let told = view["benefits"].as_array().unwrap().iter().map(|one| {
            let kinds: Vec<String> = one["steps"]
                .as_array()
                .unwrap()
                .iter()
                .map(|step| step["kind"].as_str().unwrap().to_owned())
                .collect();
            (one["item"].as_str().unwrap().to_owned(), one["runs"].as_bool().unwrap(), kinds.join(" "))
        });
        told.collect::<Vec<_>>()
    };
    let course = |item: &str, runs: bool, kinds: &str| (item.to_owned(), runs, kinds.to_owned());
    assert_eq!(courses(), [course("DIBAO", true, "listed"), course("GAOLING", false, "asked")]);
    window.report();
    township.import();
    township.accept(&case);
    township.confirm(&case, "granted");
    window.report();
    assert_eq!(courses(), [course("DIBAO", true, "listed"), course("GAOLING", true, "granted asked")]);
    let stop = json!({"id": case, "item": "GAOLING", "state": "stopped", "reason": "户口迁出"});
    township.confirmer.ask("case/benefit", &stop);
    window.report();
    assert_eq!(courses()[1], course("GAOLING", false, "stopped granted asked"));
    let view = window.call("show_person", json!({"person": person}));
    assert_eq!(view["benefits"][1]["steps"][0]["words"], "户口迁出");
    assert!(view["benefits"][1]["steps"][1]["review"].is_string(), "the next review, as it was decided");

    // By the roster alone a category has no decision; the register names it, with its days.
    let categories = || window.call("show_person", json!({"person": person}))["categories"].clone();
    assert_eq!((&categories()[0]["code"], &categories()[0]["line"]), (&json!("dibao"), &json!(null)));
    let line =
        window.call("begin_line", json!({"register": "DJ_JIATING", "person": person}))["row"]["id"].clone();
    let answers = json!({"/data/members": "2", "/data/causes": "illness", "/data/labour": "old", "/data/income": "benefit",
        "/data/house": "own", "/data/category": "dibao", "/data/category_basis": "某镇〔2025〕12号",
        "/data/category_from": "2025-01-01", "/data/category_to": "2025-12-31"});
    window.call("answer_line", json!({"line": line, "answers": answers}));
    window.call("record_line", json!({"line": line}));
    let told = categories()[0].clone();
    assert_eq!((&told["words"], &told["basis"]), (&json!("低保对象"), &json!("某镇〔2025〕12号")));
    assert_eq!(
        (&told["since"], &told["until"], &told["over"]),
        (&json!("2025-01-01"), &json!("2025-12-31"), &json!(true))
    );
    assert_eq!(categories()[1]["code"], "dibao", "the roster stands after it");
}

#[test]
fn two_records_whose_names_sound_alike_and_who_were_born_on_one_day_may_be_one_person() {
    let center = Center::start(&programs());
    let day = next_month(85);
    let (one, same, later) = (born(day, 3), born(day, 5), born(next_month(60), 7));
    let rows = [
        vec!["1", "余桂英", &one, "", "", ""],
        vec!["2", "余贵英", &same, "", "", ""],
        vec!["3", "余桂英", &later, "", "", ""],
    ];
    let window = at_work(&center, &rows);
    let found = window.call("alike_people", json!({"person": window.person(&one)}));
    let told: Vec<(&Value, &Value)> =
        found.as_array().unwrap().iter().map(|one| (&one["person"]["name"], &one["by"])).collect();
    assert_eq!(
        told,
        [(&json!("余贵英"), &json!("sound_and_birth"))],
        "another of her name was born elsewhen"
    );
}

#[test]
fn a_household_shows_the_cases_of_its_members_and_what_they_receive() {
    let day = crate::at_work::begin();
    let person = day.window.call("show_person", json!({"person": day.elder}))["person"].clone();
    let house = || day.window.call("show_household", json!({"household": person["household"]}));
    assert_eq!((&house()["cases"], &house()["receive"]), (&json!([]), &json!([])));
    let case = crate::filling::submitted(&day.window, "GAOLING", &day.elder);
    assert_eq!(house()["cases"][0]["id"], case);
    assert_eq!(house()["receive"], json!([]), "asked for is not received");
    day.window.report();
    day.township.import();
    day.township.accept(&case);
    day.township.confirm(&case, "granted");
    day.window.report();
    let shown = house();
    let receives =
        json!({"person": day.elder, "name": person["name"], "items": [shown["cases"][0]["item_name"]]});
    assert_eq!(shown["receive"], json!([receives]));
    assert_eq!(shown["registered"][0]["household"], person["household"], "beside who belongs to it");
}
