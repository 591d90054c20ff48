//! 名单: a request, the round of visits that follows from it, the event with its sign-in, and the cases opened there.

use crate::desk::{Window, programs};
use bangban_tests::harness::{Center, Village};
use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

fn day_after(window: &Window, days: u64) -> NaiveDate {
    let day: NaiveDate = window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap();
    day + Days::new(days)
}

fn write(window: &Window, register: &str, after: Value, answers: Value) -> Value {
    let begun = window.call("begin_line", json!({"register": register, "after": after}));
    let line = begun["row"]["id"].clone();
    window.call("answer_line", json!({"line": line, "answers": answers}));
    let recorded = window.call("record_line", json!({"line": line}));
    assert_eq!(recorded["has_roll"], true, "{register}");
    line
}

fn round(window: &Window, after: Value) -> Value {
    let until = day_after(window, 5).to_string();
    let answers = json!({"/data/name": "社保卡激活摸排", "/data/kind": "survey", "/data/until": until,
        "/data/companions": "陈立"});
    write(window, "DJ_ZOUFANG", after, answers)
}

fn event(window: &Window, after: Value) -> Value {
    let day = day_after(window, 7).to_string();
    let answers = json!({"/data/state": "planned", "/data/day": day, "/data/kind": "door",
        "/data/name": "社保便利进家门", "/data/place": "大湖村", "/data/responsible": "余老师"});
    write(window, "DJ_HUODONG", after, answers)
}

fn found(window: &Window, line: &Value, source: Value) -> Value {
    window.call("find_for_roll", json!({"line": line, "source": source}))
}

fn ids(found: &Value) -> Vec<Value> {
    found["rows"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
}

fn put(window: &Window, line: &Value, subjects: &[Value]) -> Value {
    window.call("put_on_roll", json!({"line": line, "subjects": subjects}))
}

fn states(roll: &Value) -> Vec<&str> {
    roll["rows"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect()
}

#[test]
fn a_round_goes_from_house_to_house_until_every_one_has_a_result() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let line = round(&window, Value::Null);
    assert_eq!(window.call("show_roll", json!({"line": line}))["rows"], json!([]));

    let houses = found(&window, &line, json!({"from": "words", "text": ""}));
    assert_eq!(houses["rows"].as_array().unwrap().len(), 24, "all of the village");
    let number = &houses["rows"][3]["household_no"];
    let one = found(&window, &line, json!({"from": "words", "text": number}));
    assert_eq!(ids(&one), [houses["rows"][3]["id"].clone()]);
    // By groups: each household of them once, and a group that is typed is no part of another.
    let groups = || window.call("village_groups", json!({"line": line}));
    assert_eq!(groups(), json!([{"group": 1, "count": 24}]));
    for (at, address) in [(0, "大湖村11组1号"), (1, "大湖村十一组2号"), (2, "大湖村2组3号")]
    {
        let house = window.call("show_household", json!({"household": houses["rows"][at]["id"]}));
        let fields = json!({"household_address": address});
        window.call("record_person", json!({"person": house["registered"][0]["id"], "fields": fields}));
    }
    let groups = groups();
    assert_eq!(
        groups,
        json!([{"group": 1, "count": 21}, {"group": 2, "count": 1}, {"group": 11, "count": 2}])
    );
    let groups = groups.as_array().unwrap();
    let two =
        found(&window, &line, json!({"from": "groups", "groups": [groups[0]["group"], groups[1]["group"]]}));
    assert_eq!(
        ids(&two).len() as u64,
        groups[..2].iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>()
    );
    for one in groups {
        let typed = json!({"from": "words", "text": format!("{}组", one["group"])});
        assert_eq!(ids(&found(&window, &line, typed)).len() as u64, one["count"].as_u64().unwrap());
    }
    let chosen = &ids(&houses)[..4];
    let roll = put(&window, &line, chosen);
    assert_eq!(roll["rows"].as_array().unwrap().len(), 4);
    assert_eq!(put(&window, &line, chosen)["rows"].as_array().unwrap().len(), 4, "nobody stands twice");
    assert_eq!(found(&window, &line, json!({"from": "words", "text": ""}))["rows"][0]["on_roll"], true);

    let visit_of = |house: &Value| {
        let begun = window.call("start_visit", json!({"household": house, "round": line}));
        assert_eq!(begun["visit"]["round"], line);
        assert_eq!(begun["notes"]["companions"], "陈立", "who comes along is on the visit");
        begun["visit"]["id"].clone()
    };
    for (house, result) in chosen.iter().zip(["met", "nobody", "refused"]) {
        let visit = visit_of(house);
        assert_eq!(visit_of(house), visit, "the visit that was begun goes on");
        let need = if result == "met" { "想请银行上门激活" } else { "" };
        window.call("record_visit", json!({"visit": visit, "notes": {"result": result, "need": need}}));
    }
    let roll = window.call("show_roll", json!({"line": line}));
    assert_eq!(states(&roll), ["done", "absent", "refused", "waiting"]);
    assert_eq!(roll["rows"][0]["need_open"], true);
    let open = window.call("open_rolls", json!({}));
    assert_eq!((&open[0]["total"], &open[0]["settled"]), (&json!(4), &json!(2)));

    // A second visit where nobody was at home is another one.
    let again = visit_of(&chosen[1]);
    window.call("record_visit", json!({"visit": again, "notes": {"result": "away"}}));
    let roll = window.call("take_off_roll", json!({"line": line, "subjects": [chosen[3]]}));
    assert_eq!(states(&roll), ["done", "away", "refused"]);
    assert_eq!(roll["rows"][1]["visit"], again);

    window.call("answer_line", json!({"line": line, "answers": {"/data/state": "done"}}));
    window.call("record_line", json!({"line": line}));
    assert_eq!(window.call("open_rolls", json!({})), json!([]), "a round that is done is not open");
    assert_eq!(states(&window.call("show_roll", json!({"line": line}))).len(), 3, "its roll stays");
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["refused"]), (&json!(0), &json!(0)), "{state}");
}

#[test]
fn where_two_are_wanted_a_household_is_walked_once_somebody_came_along() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let round = |two: &str| {
        let answers = json!({"/data/name": "入户核查", "/data/kind": "survey", "/data/two": two});
        write(&window, "DJ_ZOUFANG", Value::Null, answers)
    };
    for (two, wants) in [("yes", true), ("no", false)] {
        let line = round(two);
        let houses = ids(&found(&window, &line, json!({"from": "words", "text": ""})));
        put(&window, &line, &houses[..3]);
        let visit = |house: &Value, notes: Value| {
            let begun = window.call("start_visit", json!({"household": house, "round": line}));
            assert_eq!(begun["wants_two"], wants);
            let visit = begun["visit"]["id"].clone();
            window.call("record_visit", json!({"visit": visit, "notes": notes}));
            visit
        };
        let alone = visit(&houses[0], json!({"result": "met"}));
        visit(&houses[1], json!({"result": "met", "companions": "王主任"}));
        visit(&houses[2], json!({"result": "refused"}));
        let lacking = || -> Vec<bool> {
            let roll = window.call("show_roll", json!({"line": line}));
            assert_eq!(roll["wants_two"], wants);
            let rows = roll["rows"].as_array().unwrap();
            rows.iter().map(|row| row["lacks_second"].as_bool().unwrap()).collect()
        };
        let settled = || {
            let open = window.call("open_rolls", json!({}));
            let of_it = |one: &&Value| one["line"]["id"] == line;
            open.as_array().unwrap().iter().find(of_it).unwrap()["settled"].clone()
        };
        assert_eq!(lacking(), [wants, false, false]);
        assert_eq!(settled(), if wants { 2 } else { 3 });
        // Who came along was only not written down.
        let notes = json!({"result": "met", "companions": "李会计"});
        window.call("record_visit", json!({"visit": alone, "notes": notes}));
        assert_eq!((lacking(), settled()), (vec![false; 3], json!(3)));
    }
}

#[test]
fn from_a_request_to_the_survey_the_event_and_the_cases_at_it() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let request = write(
        &window,
        "DJ_QIUZHU",
        Value::Null,
        json!({"/data/name": "老人社保卡未激活", "/data/asked_by": "村委会", "/data/channel": "phone"}),
    );
    // A message of the chat group: two by name, one by number, one who is not of this village.
    let people: Vec<_> = village.people.iter().filter(|one| one.name.chars().count() == 3).collect();
    let same = |name: &str| village.people.iter().filter(|one| one.name == name).count();
    let mut unique = people.iter().filter(|one| same(&one.name) == 1);
    let (one, two, three) = (unique.next().unwrap(), unique.next().unwrap(), unique.next().unwrap());
    let text = format!("请通知{}、{}带身份证；\n另外 {}\n赵不在", one.name, two.name, three.number);
    let told = found(&window, &request, json!({"from": "pasted", "text": text}));
    assert_eq!(told["rows"].as_array().unwrap().len(), 3, "{told}");
    assert_eq!(told["unknown"], json!(["赵不在"]));
    let roll = put(&window, &request, &ids(&told));
    assert_eq!(roll["may_follow"].as_array().unwrap().len(), 2);

    let survey = round(&window, request.clone());
    let houses = found(&window, &survey, json!({"from": "before", "states": []}));
    assert!(!ids(&houses).is_empty());
    let roll = put(&window, &survey, &ids(&houses));
    assert_eq!(roll["after"]["id"], request);
    // Only the first household was met; the others were away.
    for (at, house) in ids(&houses).iter().enumerate() {
        let visit = window.call("start_visit", json!({"household": house, "round": survey}));
        let result = if at == 0 { "met" } else { "away" };
        let visit = &visit["visit"]["id"];
        window.call("record_visit", json!({"visit": visit, "notes": {"result": result}}));
    }
    let shown = window.call("show_roll", json!({"line": request}));
    assert_eq!(shown["following"][0]["id"], survey, "the request tells what came of it");

    let event = event(&window, survey.clone());
    let invited = found(&window, &event, json!({"from": "before", "states": ["done"]}));
    let asked = ids(&told);
    assert!(!ids(&invited).is_empty());
    assert!(ids(&invited).iter().all(|person| asked.contains(person)), "those the request was about");
    let roll = put(&window, &event, &ids(&invited));
    let person = roll["rows"][0]["id"].clone();
    let mark = |state: Value, note: Value| {
        let row =
            window.call("mark_roll", json!({"line": event, "subject": person, "state": state, "note": note}));
        (row["state"].as_str().unwrap().to_owned(), row["note"].as_str().unwrap().to_owned())
    };
    assert_eq!(mark(json!("told"), Value::Null).0, "told");
    let both = |state: &str| (state.to_owned(), "儿子陪同".to_owned());
    assert_eq!(mark(Value::Null, json!("儿子陪同")), both("told"), "a note leaves the state as it is");
    assert_eq!(mark(json!("arrived"), Value::Null), both("arrived"), "and the other way round");
    let case = window.call(
        "open_case",
        json!({"item": "SSC", "person": person, "visit": null, "event": event, "again": false}),
    );
    assert_eq!(case["handling"]["channel"], "aid_day");
    // A case that is only a draft does not count yet.
    assert_eq!(window.call("show_roll", json!({"line": event}))["rows"][0]["cases"], 0);
    let case = &case["row"]["id"];
    crate::filling::fill(&window, case, &[]);
    window.call("submit_case", json!({"case": case}));
    let shown = window.call("show_roll", json!({"line": event}));
    assert_eq!(shown["rows"][0]["cases"], 1);
    // What came of it: the request, its survey and the event together, and nothing else of the day.
    let elsewhere =
        window.call("list_households", json!({"text": "", "offset": 0, "limit": 200}))["rows"].clone();
    let other = elsewhere
        .as_array()
        .unwrap()
        .iter()
        .find(|house| !ids(&houses).contains(&house["id"]))
        .unwrap()
        .clone();
    let visit = window.call("start_visit", json!({"household": other["id"]}))["visit"]["id"].clone();
    window.call("record_visit", json!({"visit": visit, "notes": {"result": "met", "leaflets": 50}}));
    let figures = window.call("event_figures", json!({"line": event}));
    let counted = |name: &str| figures[name].as_u64().unwrap();
    assert_eq!((counted("households"), counted("cases")), (ids(&houses).len() as u64, 1), "{figures}");
    assert!(counted("served") >= 1 && counted("leaflets") < 50, "{figures}");
    assert_eq!(
        window.call("event_figures", json!({"line": request}))["cases"],
        0,
        "its event is told by the event"
    );

    let file = window.file("名单.xlsx");
    let headings =
        ["序号", "姓名", "性别", "年龄", "身份证号", "联系电话", "户号", "住址", "情况", "备注", "签字"];
    let what = json!({"line": event, "states": ["arrived"], "headings": headings, "words": {"arrived": "已到场"},
        "sheet": "名单"});
    let written = window.call("export_roll", json!({"file": window.offer(&file), "what": what}));
    assert_eq!(written["rows"], 1);
    let tables =
        bangban_sheets::read_tables(&std::fs::read(&file).unwrap(), &bangban_sheets::Limits::default());
    let told = format!("{:?}", tables.unwrap()[0].rows);
    assert!(told.contains("已到场") && told.contains("儿子陪同"), "{told}");
    assert!(village.people.iter().all(|one| !told.contains(&one.number)), "numbers are masked");
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["refused"]), (&json!(0), &json!(0)), "{state}");
}

#[test]
fn the_bank_is_told_whom_it_visits_of_a_day_and_of_the_survey_before_it() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = window.person(&village.household.elder.number);
    let house = window.call("show_person", json!({"person": elder}))["person"]["household"].clone();
    let other = village
        .people
        .iter()
        .map(|one| window.person(&one.number))
        .find(|one| window.call("show_person", json!({"person": one}))["person"]["household"] != house);
    let other = other.unwrap();
    // Who cannot travel stands on the survey by her household, and is not called to the day.
    let survey = round(&window, Value::Null);
    put(&window, &survey, &[house]);
    let event = event(&window, survey.clone());
    put(&window, &event, &[json!(other)]);
    let list = |line: &Value, whole: bool| {
        window.call("bank_visits", json!({"line": line, "whole": whole}))["rows"].as_array().unwrap().clone()
    };
    assert_eq!(list(&event, false), Vec::<Value>::new(), "nobody asked for the bank");
    let booked = |person: &str, said: &[(&str, &str)]| {
        let case = crate::filling::open(&window, "SSC", person)["row"]["id"].clone();
        crate::filling::answer(&window, &case, &[("/data/card/matter", "book_bank")]);
        crate::filling::answer(
            &window,
            &case,
            &[("/data/card/bank", "农业银行"), ("/data/visit/immobile", "yes")],
        );
        crate::filling::answer(&window, &case, said);
        crate::filling::fill(&window, &case, &[]);
        case
    };
    let case = booked(
        &elder,
        &[
            ("/data/visit/immobile_reason", "卧床"),
            ("/data/visit/wants_home_visit", "yes"),
            ("/data/visit/contact", "儿子 13900000008"),
            ("/data/visit/agreed_time", "2026-12-24T14:30"),
        ],
    );
    assert_eq!(list(&event, false), Vec::<Value>::new(), "a draft asks for nothing yet");
    window.call("submit_case", json!({"case": case}));
    // One who goes to the bank herself is on no list of it.
    let goes = booked(&other, &[("/data/visit/wants_home_visit", "no")]);
    window.call("submit_case", json!({"case": goes}));
    for line in [&event, &survey] {
        let rows = list(line, false);
        assert_eq!(rows.len(), 1, "{rows:?}");
        let row = &rows[0];
        assert_eq!((&row["case"], &row["bank"], &row["reason"]), (&case, &json!("农业银行"), &json!("卧床")));
        assert_eq!(row["agreed_time"], "2026-12-24 14:30");
        assert_eq!(row["contact"], "儿子 139****0008");
        assert!(
            !json!(rows).to_string().contains(&village.household.elder.number),
            "masked unless asked for"
        );
    }
    let row = list(&event, true).remove(0);
    assert_eq!(row["id_number"], village.household.elder.number);
    assert_eq!(row["contact"], "儿子 13900000008");
    assert_eq!(
        list(&round(&window, Value::Null), true),
        Vec::<Value>::new(),
        "of another round it is nobody"
    );

    let headings: Vec<String> = (1..=15).map(|at| format!("栏{at}")).collect();
    let file = window.file("银行上门名单.xlsx");
    let order = |whole: bool, headings: &[String]| {
        let head = json!({"title": "银行上门名单", "facts": "", "foot": ""});
        let what =
            json!({"line": event, "whole": whole, "headings": headings, "head": head, "sheet": "名单"});
        json!({"file": window.offer(&file), "what": what})
    };
    assert_eq!(window.refused("export_bank_visits", order(false, &headings[1..])), "bad_input");
    for whole in [false, true] {
        assert_eq!(window.call("export_bank_visits", order(whole, &headings))["rows"], 1);
        let tables =
            bangban_sheets::read_tables(&std::fs::read(&file).unwrap(), &bangban_sheets::Limits::default());
        let told = format!("{:?}", tables.unwrap()[0].rows);
        assert!(told.contains("银行上门名单") && told.contains("农业银行"), "{told}");
        assert_eq!(told.contains(&village.household.elder.number), whole);
        assert_eq!(told.contains("13900000008"), whole);
    }
    window.call("withdraw_case", json!({"case": case, "reason": "本人去了银行"}));
    assert_eq!(list(&event, false), Vec::<Value>::new(), "taken back, it asks for nothing");
}

#[test]
fn a_roll_takes_only_what_it_is_made_of_and_only_of_its_village() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let line = round(&window, Value::Null);
    let refused = |name: &str, arguments: Value| window.refused(name, arguments);
    assert_eq!(refused("put_on_roll", json!({"line": line, "subjects": [person]})), "bad_input");
    assert_eq!(refused("put_on_roll", json!({"line": person, "subjects": [person]})), "line_unknown");
    let mark = json!({"line": line, "subject": person, "state": "done", "note": ""});
    assert_eq!(refused("mark_roll", mark), "bad_input", "who is not on it");
    let long = json!({"line": line, "subject": person, "state": "done", "note": "长".repeat(201)});
    assert_eq!(refused("mark_roll", long), "bad_input");
    let leaflet = window.call("begin_line", json!({"register": "DJ_ZILIAO"}))["row"]["id"].clone();
    assert_eq!(refused("show_roll", json!({"line": leaflet})), "line_unknown", "a draft has no roll yet");

    let event = event(&window, Value::Null);
    put(&window, &event, &[json!(person)]);
    window.call("void_line", json!({"line": event, "reason": "重复登记"}));
    assert_eq!(refused("put_on_roll", json!({"line": event, "subjects": [person]})), "bad_input");
    let shown = window.call("show_roll", json!({"line": event}));
    assert_eq!((&shown["can_edit"], states(&shown).len()), (&json!(false), 1));
}

#[test]
fn people_are_put_on_a_roll_by_what_is_due_and_by_what_they_may_be_entitled_to() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let event = event(&window, Value::Null);
    let radar = window.call("radar", json!({"item": null}));
    let item = radar["counts"][0]["item"].clone();
    let hinted = found(&window, &event, json!({"from": "hint", "item": item}));
    assert_eq!(
        hinted["rows"].as_array().unwrap().len() as u64,
        radar["counts"][0]["people"].as_u64().unwrap()
    );
    let due = json!({"from": "due", "item": "PENSION_CERT", "within_days": 30});
    assert_eq!(found(&window, &event, due.clone())["rows"], json!([]));
    let elder = &village.household.elder;
    crate::certifying::list_as_due(&window, &[(&elder.number, day_after(&window, 9))]);
    assert_eq!(ids(&found(&window, &event, due)), [json!(window.person(&elder.number))]);
}

#[test]
fn a_planned_event_counts_once_it_was_held_and_the_next_fixed_day_is_known() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let today = day_after(&window, 0);
    let figures = || {
        let counts = window.call("figures", json!({"from": today, "to": today}));
        counts["counts"]["events"].as_u64().unwrap_or(0)
    };
    let begun = window.call("begin_line", json!({"register": "DJ_HUODONG"}));
    let line = begun["row"]["id"].clone();
    let answers = json!({"/data/state": "planned", "/data/day": today.to_string(), "/data/kind": "aid_day",
        "/data/name": "集中救助帮扶日", "/data/place": "村部", "/data/responsible": "余老师", "/data/each_month": "15"});
    window.call("answer_line", json!({"line": line, "answers": answers}));
    window.call("record_line", json!({"line": line}));
    assert_eq!(figures(), 0, "it was not held yet");
    let on_today = window.call("today", json!({}));
    assert!(on_today["rows"].as_array().unwrap().iter().any(|row| row["line"] == line), "{on_today}");

    window
        .call("answer_line", json!({"line": line, "answers": {"/data/state": "held", "/data/people": "31"}}));
    window.call("record_line", json!({"line": line}));
    assert_eq!(figures(), 1);
    let next = window.call("begin_line", json!({"register": "DJ_HUODONG", "like": line}));
    let answer = |name: &str| {
        let nodes = next["form"].as_array().unwrap();
        let node = nodes.iter().find(|node| node["path"] == format!("/data/{name}")).unwrap();
        node["value"].as_str().unwrap_or_default().to_owned()
    };
    let month = if today.month() == 12 { (today.year() + 1, 1) } else { (today.year(), today.month() + 1) };
    let fixed = NaiveDate::from_ymd_opt(month.0, month.1, 15).unwrap();
    assert_eq!((answer("day"), answer("name")), (fixed.to_string(), "集中救助帮扶日".to_owned()));
    assert_eq!(answer("state"), "planned", "it has not been held yet");
    let hinders = |path: &str| next["hindrances"].as_array().unwrap().iter().any(|one| one["path"] == path);
    assert!(!hinders("/data/day"), "a day to come is no error of a plan: {}", next["hindrances"]);
}

#[test]
fn appointments_have_a_number_of_their_day_and_stand_on_the_days_list() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let today = day_after(&window, 0);
    let book = |day: NaiveDate| {
        let person = window.person(&village.household.elder.number);
        let begun = window.call("begin_line", json!({"register": "DJ_YUYUE", "person": person}));
        let line = begun["row"]["id"].clone();
        let answers = json!({"/data/day": day.to_string(), "/data/slot": "noon", "/data/at": "12:30",
            "/data/matter": "婚姻登记", "/data/place": "1 号窗口"});
        window.call("answer_line", json!({"line": line, "answers": answers}));
        let recorded = window.call("record_line", json!({"line": line}));
        (line, recorded["row"]["number"].as_str().unwrap().to_owned())
    };
    let (one, first) = book(today);
    let (_, second) = book(today);
    let (_, other_day) = book(today + Days::new(1));
    let mark = &first[..2];
    assert_eq!(first, format!("{mark}01"));
    assert_eq!((second.as_str(), other_day.as_str()), (&*format!("{mark}02"), &*format!("{mark}01")));
    let on_today = |line: &Value| {
        let rows = window.call("today", json!({}))["rows"].clone();
        rows.as_array().unwrap().iter().any(|row| row["line"] == *line)
    };
    assert!(on_today(&one));
    // Moved to the next day: it takes a number of that day; called: it keeps it.
    let tomorrow = (today + Days::new(1)).to_string();
    window.call("answer_line", json!({"line": one, "answers": {"/data/day": tomorrow}}));
    let moved = window.call("record_line", json!({"line": one}))["row"]["number"].clone();
    assert_eq!(moved, format!("{mark}02"));
    window.call("answer_line", json!({"line": one, "answers": {"/data/state": "no_show"}}));
    assert_eq!(window.call("record_line", json!({"line": one}))["row"]["number"], moved);
    assert!(!on_today(&one), "who did not come is not waited for");
    // Its steps have their times, and how long it took is said; beyond an hour the reason is asked for.
    for (done_at, told) in [("09:50", "45 分钟"), ("10:20", "75 分钟，超过 1 小时")] {
        let steps = json!({"/data/state": "done", "/data/arrived_at": "09:05", "/data/identified_at": "09:10",
            "/data/reviewed_at": "09:30", "/data/signed_at": "09:45", "/data/done_at": done_at});
        window.call("answer_line", json!({"line": one, "answers": steps}));
        window.call("record_line", json!({"line": one}));
        let form = window.call("show_line", json!({"line": one}))["form"].to_string();
        assert!(form.contains(told), "{done_at}");
    }
}

#[test]
fn a_round_done_on_paper_is_typed_in_row_by_row_and_says_on_which_day_it_was() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let line = round(&window, Value::Null);
    let houses = ids(&found(&window, &line, json!({"from": "words", "text": ""})));
    put(&window, &line, &houses[..3]);
    let today = day_after(&window, 0);
    let yesterday = today.pred_opt().unwrap();
    let write_over = |house: &Value, visit: &Value, before: Value, notes: Value| {
        let row =
            json!({"household": house, "round": line, "visit": visit, "before": before, "notes": notes});
        window.ask("write_visit", json!({"row": row}))
    };
    let write = |house: &Value, notes: Value| write_over(house, &Value::Null, json!({}), notes);
    let notes = json!({"result": "met", "leaflets": 2, "visited_on": yesterday.to_string()});
    let first = write(&houses[0], notes.clone()).unwrap();
    assert_eq!(first["visit"]["late"], json!(yesterday.to_string()));
    assert_eq!(first["notes"]["companions"], "陈立", "what the row does not alter stays");
    // The row is mended, over what she noted at the door meanwhile and has not recorded.
    let visit = &first["visit"]["id"];
    let mut noted = first["notes"].clone();
    noted["need"] = json!("想请银行上门");
    window.call("save_visit_draft", json!({"visit": visit, "notes": noted}));
    let mended = json!({"result": "met", "leaflets": 3, "visited_on": yesterday.to_string()});
    let mended = write_over(&houses[0], visit, notes, mended).unwrap();
    assert_eq!(&mended["visit"]["id"], visit);
    assert_eq!((&mended["has_draft"], &mended["visit"]["need"]), (&json!(false), &json!("想请银行上门")));
    // Where the row showed no visit another one is begun, and where it names one of another household nothing is.
    let again = write(&houses[0], json!({"result": "away"})).unwrap();
    assert_ne!(&again["visit"]["id"], visit);
    let foreign = write_over(&houses[1], visit, json!({}), json!({"result": "met"})).unwrap_err();
    assert_eq!(foreign.code.as_str(), "bad_input");
    write(&houses[1], json!({"result": "nobody"})).unwrap();
    let refused = |notes: Value| write(&houses[2], notes).unwrap_err().code.as_str().to_owned();
    assert_eq!(refused(json!({"leaflets": 1})), "bad_input", "a row without a result");
    let tomorrow = (today + Days::new(1)).to_string();
    assert_eq!(refused(json!({"result": "met", "visited_on": tomorrow})), "bad_input");
    assert_eq!(refused(json!({"result": "met", "visited_on": "昨天"})), "bad_input");
    assert_eq!(refused(json!({"result": "met", "visited_on": "0202-11-28"})), "bad_input");
    let roll = window.call("show_roll", json!({"line": line}));
    assert_eq!(states(&roll), ["away", "absent", "waiting"]);
    let of_today = window.call("figures", json!({"from": today, "to": today}))["counts"].clone();
    assert_eq!(
        (&of_today["visits"], &of_today["late"]),
        (&json!(2), &json!(0)),
        "yesterday's is yesterday's"
    );
    let counted = window.call("figures", json!({"from": yesterday, "to": today}))["counts"].clone();
    assert_eq!(
        (&counted["visits"], &counted["leaflets"], &counted["late"]),
        (&json!(3), &json!(3), &json!(1))
    );
    // 走访台账: the day on which it was, and that it was written later.
    let file = window.file("走访台账.xlsx");
    let headings: Vec<String> = (1..=17).map(|at| format!("栏{at}")).collect();
    let what = json!({"from": yesterday, "to": today, "headings": headings, "sheet": "走访台账",
        "head": {"title": "", "facts": "", "foot": ""}, "words": {"late": "补录于{day}"}});
    window.call("export_visits", json!({"file": window.offer(&file), "what": what}));
    let tables =
        bangban_sheets::read_tables(&std::fs::read(&file).unwrap(), &bangban_sheets::Limits::default());
    let told = format!("{:?}", tables.unwrap()[0].rows);
    assert!(told.contains(&yesterday.to_string()) && told.contains(&format!("补录于{today}")), "{told}");
}
