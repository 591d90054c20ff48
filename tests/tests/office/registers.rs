//! 登记簿: lines are written by a register's form, counted, corrected and voided, and none is ever lost.

use crate::desk::{Window, programs};
use crate::filling;
use bangban_tests::harness::{Browser, Center, Official, Village};
use chrono::{Datelike, Days, NaiveDate};
use data_encoding::BASE64;
use serde_json::{Value, json};

const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/coffee.jpg");
const ADMIN: &str = "何平";

fn today(window: &Window) -> NaiveDate {
    window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap()
}

fn begin(window: &Window, register: &str, person: Option<&str>) -> String {
    let begun = window.call("begin_line", json!({"register": register, "person": person}));
    assert_eq!(begun["row"]["is_recorded"], false);
    begun["row"]["id"].as_str().unwrap().to_owned()
}

fn answer(window: &Window, line: &str, answers: Value) -> Value {
    window.call("answer_line", json!({"line": line, "answers": answers}))
}

fn write(window: &Window, register: &str, answers: Value) -> String {
    let line = begin(window, register, None);
    answer(window, &line, answers);
    window.call("record_line", json!({"line": line}));
    line
}

fn lines(window: &Window, register: &str, text: &str) -> Value {
    let filter = json!({"text": text, "village": null, "from": null, "to": null, "open": false});
    window.call("list_lines", json!({"register": register, "filter": filter, "offset": 0, "limit": 50}))
}

fn leaflets(day: NaiveDate, title: &str, copies: u32) -> Value {
    json!({"/data/day": day.to_string(), "/data/title": title, "/data/copies": copies.to_string(),
        "/data/to_kind": "group", "/data/way": "door"})
}

fn count(window: &Window, from: NaiveDate, to: NaiveDate) -> Value {
    window.call("figures", json!({"from": from, "to": to}))["counts"].clone()
}

#[test]
fn a_line_is_written_by_its_form_and_reaches_the_township() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let day = today(&window);
    let waiting = || window.call("sync_state", json!({}))["pending_entries"].as_u64().unwrap();
    let before = waiting();

    let line = begin(&window, "DJ_ZILIAO", None);
    let refused = window.ask("record_line", json!({"line": line})).unwrap_err();
    assert_eq!(refused.code.as_str(), "line_incomplete");
    assert!(refused.facts["hindrances"].to_string().contains("/data/title"), "{:?}", refused.facts);
    answer(&window, &line, leaflets(day, "低保政策问答", 30));
    assert_eq!(waiting(), before, "a draft waits for nobody");
    assert_eq!(lines(&window, "DJ_ZILIAO", "")["rows"][0]["is_recorded"], false, "but it is on the list");
    let drafted = window.call("today", json!({}));
    assert!(drafted["rows"].as_array().unwrap().iter().any(|row| row["line"] == line.as_str()));

    let recorded = window.call("record_line", json!({"line": line}));
    assert_eq!((&recorded["row"]["pending"], &recorded["draft_saved_at"]), (&json!(true), &Value::Null));
    assert_eq!(waiting(), before + 1);
    assert_eq!(window.refused("record_line", json!({"line": line})), "line_unknown", "nothing is altered");
    window.report();
    let listed = lines(&window, "DJ_ZILIAO", "政策问答");
    assert_eq!((&listed["total"], &listed["rows"][0]["pending"]), (&json!(1), &json!(false)));
    assert_eq!(listed["rows"][0]["title"], "低保政策问答");
    assert_eq!(lines(&window, "DJ_ZILIAO", "没有这样的")["total"], 0);

    let township = Browser::of(&center, ADMIN, "acceptor", "");
    let part = township.ask("register/lines", &json!({"register": "DJ_ZILIAO", "offset": 0, "limit": 10}));
    let told = &part["lines"][0];
    assert_eq!((&told["id"], &told["title"]), (&json!(line), &json!("低保政策问答")));
    assert!(told["by"] != "" && told["received_at"].is_string(), "{told}");
    assert!(told["answers"].to_string().contains("30"), "{told}");
    // What she alters is one more entry; what stays as it was is not written again.
    answer(&window, &line, json!({"/data/copies": "28"}));
    window.call("record_line", json!({"line": line}));
    answer(&window, &line, json!({"/data/copies": "28"}));
    window.call("record_line", json!({"line": line}));
    assert_eq!(waiting(), 1, "the same again writes nothing");
    let cards = window.call("registers", json!({}));
    assert_eq!(cards[0]["code"], "DJ_ZILIAO", "what is used comes first");
    assert_eq!((&cards[0]["lines"], &cards[0]["newest"]), (&json!(1), &json!(day)));
}

#[test]
fn what_a_line_leaves_to_be_done_stands_on_the_days_list_until_it_is_done() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    let person = window.person(&elder.number);
    let day = today(&window);
    let line = begin(&window, "DJ_YANGLAO", Some(&person));
    let begun = window.call("show_line", json!({"line": line}));
    let filled = |path: &str| {
        let form = begun["form"].as_array().unwrap();
        form.iter().find(|field| field["path"] == path).unwrap()["value"].clone()
    };
    assert_eq!((filled("/data/name"), &begun["person"]["id"]), (json!(elder.name), &json!(person)));
    let by = day.checked_add_days(Days::new(2)).unwrap();
    let wanted = json!({
        "/data/day": day.to_string(), "/data/service": "haircut", "/data/for_day": by.to_string(),
        "/data/state": "booked",
    });
    answer(&window, &line, wanted);
    window.call("record_line", json!({"line": line}));
    let todo = || -> Vec<Value> {
        let today = window.call("today", json!({}));
        let rows = today["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "line");
        let rows: Vec<Value> = rows.cloned().collect();
        assert_eq!(today["counts"]["lines"], rows.len());
        rows
    };
    let rows = todo();
    assert_eq!((&rows[0]["line"], &rows[0]["days_left"]), (&json!(line), &json!(2)));
    assert!(rows[0]["words"].as_str().unwrap().contains(&elder.name), "{rows:?}");
    assert!(lines(&window, "DJ_YANGLAO", "")["rows"][0]["open"].as_bool().unwrap());
    let shown = window.call("show_person", json!({"person": person}));
    let timeline = shown["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|one| one["kind"] == "line_recorded" && one["line"] == line.as_str()));
    let pages = shown["household"]["pages"].as_array().unwrap();
    let care = pages.iter().find(|page| page["register"] == "DJ_YANGLAO").unwrap();
    let note = &care["notes"][0];
    let told: Vec<&str> =
        note["answers"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(
        (&note["line"], told[0]),
        (&json!(line), "理发"),
        "what she ordered stands on her page: {told:?}"
    );

    let month = day.with_day(1).unwrap();
    assert_eq!(count(&window, month, day)["care"], 0, "what was only booked is no service");
    answer(
        &window,
        &line,
        json!({"/data/state": "done", "/data/done_day": day.to_string(), "/data/provider": "夕阳红助老队",
            "/data/confirmed_by": elder.name}),
    );
    assert_eq!(window.refused("record_line", json!({"line": line})), "line_incomplete", "nobody signed");
    answer(&window, &line, json!({"/data/signed_how": "paper"}));
    window.call("record_line", json!({"line": line}));
    assert!(todo().is_empty());
    assert_eq!(count(&window, month, day)["care"], 1);
    window.call("void_line", json!({"line": line, "reason": "重复登记"}));
    assert_eq!(count(&window, month, day)["care"], 0, "a voided line counts nothing");
    let voided = window.call("show_line", json!({"line": line}));
    assert_eq!((&voided["row"]["void"], &voided["can_edit"]), (&json!("重复登记"), &json!(false)));
    window.call("void_line", json!({"line": line, "reason": ""}));
    assert_eq!(count(&window, month, day)["care"], 1);
}

#[test]
fn what_is_written_later_says_so_and_a_closed_month_stays_as_it_was_counted() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let day = today(&window);
    let this_month = day.with_day(1).unwrap();
    let last = this_month.pred_opt().unwrap();
    let (from, month) = (last.with_day(1).unwrap(), last.format("%Y-%m").to_string());
    let talk = json!({
        "/data/day": last.to_string(), "/data/kind": "aid_day", "/data/name": "集中救助帮扶日",
        "/data/place": "村委会", "/data/people": "31", "/data/leaflets": "40", "/data/consultations": "5",
        "/data/responsible": "李小满",
    });
    let event = write(&window, "DJ_HUODONG", talk);
    let row = lines(&window, "DJ_HUODONG", "")["rows"][0].clone();
    assert_eq!((&row["day"], &row["late"]), (&json!(last), &json!(day)), "补录");
    write(&window, "DJ_ZILIAO", leaflets(last, "医保明白纸", 10));
    write(&window, "DJ_ZILIAO", leaflets(day, "医保明白纸", 3));
    assert!(lines(&window, "DJ_ZILIAO", "")["rows"][0]["late"].is_null());
    let counted = count(&window, from, last);
    for (name, number) in [("events", 1), ("leaflets", 50), ("served", 31), ("consultations", 5), ("late", 2)]
    {
        assert_eq!(counted[name], number, "{name} of {counted}");
    }
    assert_eq!(count(&window, this_month, day)["leaflets"], 3);

    let village_code = village.code;
    let close = |month: &str| json!({"village": village_code, "month": month});
    let running = day.format("%Y-%m").to_string();
    assert_eq!(window.refused("close_month", close(&running)), "month_open");
    assert_eq!(window.refused("close_month", close("2026-13")), "bad_input");
    let closed = window.call("close_month", close(&month));
    assert_eq!(closed["closed"][0]["counts"], counted);
    assert_eq!((&closed["can_close"], &closed["corrected"]), (&json!(false), &json!([])));
    assert_eq!(window.refused("close_month", close(&month)), "month_closed");

    write(&window, "DJ_ZILIAO", leaflets(last, "养老认证告知", 7));
    let after = window.call("figures", json!({"from": from, "to": last}));
    assert_eq!(after["closed"][0]["counts"], counted, "what was counted stays");
    assert_eq!(after["corrected"][0]["counts"]["leaflets"], 57);
    assert_eq!(after["counts"]["leaflets"], 57);
    let kept = after["closed"][0]["line"].clone();
    assert_eq!(window.refused("void_line", json!({"line": kept, "reason": "x"})), "line_frozen");
    let altered = json!({"line": kept, "answers": {"/data/events": "9"}});
    assert_eq!(window.refused("answer_line", altered), "line_frozen");
    assert_eq!(window.refused("begin_line", json!({"register": "DJ_YUEBAO"})), "line_frozen");
    window.call("void_line", json!({"line": event, "reason": "误登"}));
    let after = window.call("figures", json!({"from": from, "to": last}));
    assert_eq!((&after["counts"]["events"], &after["counts"]["leaflets"]), (&json!(0), &json!(17)));
}

#[test]
fn figures_count_visits_and_cases_each_household_and_person_once() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let day = today(&window);
    let person = window.person(&village.household.elder.number);
    let listed = window
        .call("list_households", json!({"text": village.household.household_no, "offset": 0, "limit": 1}));
    let household = &listed["rows"][0]["id"];
    let mut visits = Vec::new();
    for _ in 0..2 {
        let begun = window.call("start_visit", json!({"household": household}));
        let visit = begun["visit"]["id"].clone();
        let notes = json!({"met": [person], "leaflets": 2, "consultations": 1});
        window.call("record_visit", json!({"visit": visit, "notes": notes}));
        visits.push(visit);
    }
    let opened = window
        .call("open_case", json!({"item": "SSC", "person": person, "visit": visits[0], "again": false}));
    let counted = count(&window, day, day);
    assert_eq!(counted["cases"], 0, "a draft is no case yet");
    let case = &opened["row"]["id"];
    filling::fill(&window, case, &[]);
    window.call("submit_case", json!({"case": case}));
    let figures = window.call("figures", json!({"from": day, "to": day}));
    let expected = [
        ("households", 1),
        ("visits", 2),
        ("leaflets", 4),
        ("consultations", 2),
        ("cases", 1),
        ("proactive", 1),
        ("trips", 1),
        ("served", 1),
        ("decided", 0),
    ];
    for (name, number) in expected {
        assert_eq!(figures["counts"][name], number, "{name} of {}", figures["counts"]);
    }
    assert_eq!(figures["items"], json!([{"item": "SSC", "name": figures["items"][0]["name"], "cases": 1}]));
    assert_eq!(figures["times"], json!([{"day": day, "visits": 2, "cases": 1}]));
    let before = day.pred_opt().unwrap();
    assert_eq!(count(&window, before, before)["visits"], 0);
}

#[test]
fn values_of_a_line_that_did_not_see_each_other_are_settled_by_a_person() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let (alice, bob) = (Window::at_work(&center, &village), Window::at_work(&center, &village));
    let line = write(&alice, "DJ_ZILIAO", leaflets(today(&alice), "防诈骗手册", 10));
    alice.report();
    bob.report();
    assert_eq!(lines(&bob, "DJ_ZILIAO", "")["rows"][0]["id"], line.as_str());
    let (one, other) =
        (today(&alice).pred_opt().unwrap(), today(&alice).checked_sub_days(Days::new(2)).unwrap());
    for (window, day) in [(&alice, one), (&bob, other)] {
        answer(window, &line, json!({"/data/day": day.to_string()}));
        window.call("record_line", json!({"line": line}));
    }
    alice.report();
    bob.report();
    alice.report();
    let open = alice.call("show_line", json!({"line": line}))["conflicts"].clone();
    let open = open.as_array().unwrap().iter().find(|open| open["field"] == "/data/day").unwrap().clone();
    let values = open["values"].as_array().unwrap();
    let among: Vec<&Value> = values.iter().map(|value| &value["entry"]).collect();
    assert_eq!(among.len(), 2, "{open}");
    let listed = alice.call("open_values", json!({}));
    assert!(listed.as_array().unwrap().iter().any(|one| one["kind"] == "line"), "{listed}");
    let rows = alice.call("today", json!({}))["rows"].clone();
    let row = rows.as_array().unwrap().iter().find(|row| row["kind"] == "open").unwrap().clone();
    assert_eq!(row["line"], line.as_str(), "its row leads to it");
    let chosen = values.iter().find(|value| value["value"] == one.to_string()).unwrap();
    let settle =
        json!({"subject": line, "field": "/data/day", "among": among, "value": {"of": chosen["entry"]}});
    alice.call("settle", settle);
    let settled = alice.call("show_line", json!({"line": line}));
    assert_eq!(settled["conflicts"], json!([]), "what follows from the answer is settled with it");
    assert_eq!(settled["row"]["day"], json!(one), "the day that the lists go by follows the answer");
}

#[test]
fn an_official_adds_a_register_as_he_adds_a_form() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let admin = Browser::of(&center, ADMIN, "admin", "");
    let survey: &[&[&str]] = &[
        &["type", "name", "label", "required", "appearance"],
        &["date", "day", "日期", "yes", ""],
        &["text", "name", "借用人", "yes", ""],
        &["integer", "chairs", "凳子（张）", "", ""],
        &["image", "sign", "签名", "", "signature"],
    ];
    let settings: &[&[&str]] =
        &[&["form_title", "form_id", "version"], &["桌凳借用登记簿", "DJ_ZHUODENG", "1"]];
    let form = Official::write(&[("survey", survey), ("settings", settings)]);
    center.run(&["form", "publish", &form.path(), "--department", "村委会", "--as", ADMIN]);
    let mut card = admin.ask("guide/edit", &json!({"code": "DJ_ZHUODENG"}))["card"].clone();
    card["valid_from"] = json!("2026-11-01");
    card["agent_does"] = json!("登记红白喜事借用的桌凳");
    card["register"] = json!({"title": ["name"], "columns": ["day", "name", "stools"]});
    let wrong = admin.ask("guide/check", &json!({"card": card}));
    assert!(wrong.to_string().contains("stools"), "a question that is not there is told: {wrong}");
    card["register"]["columns"][2] = json!("chairs");
    admin.ask("guide/publish", &json!({"card": card}));
    window.report();
    let cards = window.call("registers", json!({}));
    assert!(cards.as_array().unwrap().iter().any(|card| card["code"] == "DJ_ZHUODENG"), "{cards}");
    let items = window.call("items", json!({}));
    assert!(!items.to_string().contains("DJ_ZHUODENG"), "no case is opened for it");
    let person = window.person(&village.household.elder.number);
    let case = json!({"item": "DJ_ZHUODENG", "person": person, "visit": null, "again": false});
    assert_eq!(window.refused("open_case", case), "item_closed");

    let line = begin(&window, "DJ_ZHUODENG", None);
    answer(&window, &line, json!({"/data/day": today(&window).to_string(), "/data/name": "王老五"}));
    let picture = |path: &str| json!({"line": line, "path": path, "bytes": BASE64.encode(PHOTOGRAPH)});
    assert_eq!(window.refused("picture_line", picture("/data/name")), "answer_unknown");
    let signed = window.call("picture_line", picture("/data/sign"));
    assert_eq!(signed["photos"].as_array().unwrap().len(), 1);
    window.call("record_line", json!({"line": line}));
    let sent = window.report();
    assert_eq!(sent["pending_photos"], 0, "{sent}");
    assert_eq!(lines(&window, "DJ_ZHUODENG", "王老五")["rows"][0]["pending"], false);
}

#[test]
fn a_signature_comes_back_with_the_question_that_was_not_asked_for_a_while() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let line = begin(&window, "DJ_YANGLAO", None);
    let done = json!({"/data/state": "done", "/data/signed_how": "here"});
    answer(&window, &line, done.clone());
    let path = "/data/elder_signature";
    let picture = json!({"line": line, "path": path, "bytes": BASE64.encode(PHOTOGRAPH)});
    let signed = window.call("picture_line", picture);
    let digest = signed["photos"][0]["digest"].clone();
    answer(&window, &line, json!({"/data/state": "booked"}));
    let back = answer(&window, &line, done);
    assert_eq!(back["photos"][0]["digest"], digest, "her signature is there again");
    fill_line(&window, &line);
    let recorded = window.call("record_line", json!({"line": line}));
    assert_eq!(recorded["photos"][0]["digest"], digest);
    // What is taken back is gone from the line.
    answer(&window, &line, json!({path: ""}));
    assert_eq!(window.refused("record_line", json!({"line": line})), "line_incomplete", "done needs it");
    answer(&window, &line, json!({"/data/signed_how": "paper"}));
    let recorded = window.call("record_line", json!({"line": line}));
    assert_eq!(recorded["photos"], json!([]));
}

#[test]
fn a_register_goes_into_a_workbook_with_what_was_added_late_or_voided() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let day = today(&window);
    let line = begin(&window, "DJ_ZIXUN", None);
    let asked = json!({
        "/data/day": day.pred_opt().unwrap().to_string(), "/data/channel": "phone", "/data/phone": "13907220011",
        "/data/matter": "高龄津贴", "/data/question": "高龄津贴几岁能领", "/data/answer": "80周岁", "/data/state": "answered",
    });
    answer(&window, &line, asked);
    window.call("record_line", json!({"line": line}));
    window.call("void_line", json!({"line": line, "reason": "重复"}));
    let path = window.file("register.xlsx");
    let what = json!({
        "register": "DJ_ZIXUN", "number": "序号", "by": "登记人", "village": "村", "remark": "备注",
        "late": "补录于{day}", "void": "作废：{reason}", "sheet": "咨询登记簿",
        "head": {"title": "咨询登记簿", "facts": "填报人：余老师", "foot": ""},
        "filter": {"text": "", "village": null, "from": null, "to": null, "open": false},
    });
    let written = window.call("export_lines", json!({"file": window.offer(&path), "what": what}));
    assert_eq!(written["rows"], 1);
    let bytes = std::fs::read(&path).unwrap();
    let tables = bangban_sheets::read_tables(&bytes, &bangban_sheets::Limits::default()).unwrap();
    let text = |row: usize| -> Vec<String> {
        tables[0].rows[row].cells.iter().map(bangban_sheets::Cell::as_plain_text).collect()
    };
    let (headings, cells) = (text(bangban_sheets::HEAD_ROWS - 1), text(bangban_sheets::HEAD_ROWS));
    assert_eq!((headings[0].as_str(), headings.last().unwrap().as_str()), ("序号", "备注"));
    assert!(
        headings.iter().all(|heading| !heading.is_ascii()),
        "in the language of the screen: {headings:?}"
    );
    assert!(cells.concat().contains("高龄津贴几岁能领") && cells.concat().contains("电话"), "{cells:?}");
    assert!(!cells.concat().contains("13907220011"), "masked");
    assert_eq!(cells.last().unwrap(), &format!("补录于{day}；作废：重复"));
}

/// Answers whatever is asked for until the line can be recorded.
fn fill_line(window: &Window, line: &str) {
    let mut before = json!([]);
    loop {
        let view = window.call("show_line", json!({"line": line}));
        let hindrances = view["hindrances"].clone();
        if hindrances == json!([]) {
            return;
        }
        assert_ne!(hindrances, before, "{} cannot be filled in", view["register"]);
        let said = hindrances.as_array().unwrap().iter().map(|one| {
            let path = one["path"].as_str().unwrap();
            if path == "/data/receiver_signature" {
                return ("/data/signed_on_paper".to_owned(), "OK".to_owned());
            }
            let field = view["form"].as_array().unwrap().iter().find(|field| field["path"] == path).unwrap();
            (path.to_owned(), filling::fitting(field, &[("line", "12345")]))
        });
        let said: std::collections::BTreeMap<String, String> = said.collect();
        answer(window, line, json!(said));
        before = hindrances;
    }
}

#[test]
fn every_built_in_register_is_written_into_and_counts_what_its_card_says() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let day = today(&window);
    let mut written = Vec::new();
    for card in window.call("registers", json!({})).as_array().unwrap() {
        let code = card["code"].as_str().unwrap();
        if card["frozen"] == json!(true) {
            continue;
        }
        let line = begin(&window, code, None);
        fill_line(&window, &line);
        window.call("record_line", json!({"line": line}));
        let listed = lines(&window, code, "");
        assert_eq!(listed["total"], 1, "{code}");
        // What is sealed tells nothing here.
        assert!(
            (listed["rows"][0]["title"] == "") == (card["sealed"] == json!(true))
                && !listed["columns"].as_array().unwrap().is_empty(),
            "{code}"
        );
        written.push(code.to_owned());
    }
    assert!(written.len() >= 22, "{written:?}");
    // What some lines are decides what they count.
    for (kind, name) in [
        ("talk", "政策宣讲"),
        ("festival", "集体婚礼"),
        ("claim_day", "主动申报日"),
        ("key_village", "重点乡村服务"),
    ] {
        let line = begin(&window, "DJ_HUODONG", None);
        answer(&window, &line, json!({"/data/kind": kind, "/data/name": name}));
        fill_line(&window, &line);
        window.call("record_line", json!({"line": line}));
    }
    for kind in ["letter", "banner", "call", "suggestion"] {
        let line = begin(&window, "DJ_FANKUI", None);
        answer(&window, &line, json!({"/data/kind": kind}));
        fill_line(&window, &line);
        window.call("record_line", json!({"line": line}));
    }
    let counted = count(&window, day, day);
    for (name, number) in [("sessions", 1), ("events", 4), ("thanks", 4), ("trainings", 1), ("form_help", 1)]
    {
        assert_eq!(counted[name], number, "{name} of {counted}");
    }
}
