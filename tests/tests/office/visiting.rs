//! A visit: noted as she types, recorded when she is done, and what was opened at the door stands with it.

use crate::desk::{Window, programs};
use bangban_tests::harness::{Center, Village};
use serde_json::{Value, json};

#[test]
fn a_visit_is_noted_recorded_and_stands_in_the_persons_timeline() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    let person = window.person(&elder.number);
    let listed = window.call("list_households", json!({"text": elder.name, "offset": 0, "limit": 20}));
    let line = listed["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["household_no"] == village.household.household_no.as_str())
        .cloned()
        .unwrap();
    assert!(line["last_visit"].is_null());
    let begun = window.call("start_visit", json!({"household": line["id"]}));
    let visit = begun["visit"]["id"].clone();
    let waiting = || window.call("sync_state", json!({}))["pending_entries"].as_u64().unwrap();
    let before = waiting();
    let noted =
        json!({"visit": visit, "notes": {"met": [person], "note": "腿脚不便", "need": "想请银行上门"}});
    let saved = window.call("save_visit_draft", noted.clone());
    assert_eq!((&saved["has_draft"], &saved["visit"]["note"]), (&json!(true), &json!("")));
    assert_eq!(waiting(), before, "a draft waits for nobody");
    let today = window.call("today", json!({}));
    assert_eq!((&today["rows"][0]["kind"], &today["rows"][0]["visit"]), (&json!("draft"), &visit));
    window.call("open_case", json!({"item": "SSC", "person": person, "visit": visit, "again": false}));
    let recorded = window.call("record_visit", noted.clone());
    assert_eq!((&recorded["has_draft"], &recorded["visit"]["note"]), (&json!(false), &json!("腿脚不便")));
    assert_eq!(recorded["visit"]["met"], json!([elder.name]));
    assert_eq!(recorded["cases"].as_array().unwrap().len(), 1);
    assert_eq!(waiting(), before + 1);
    window.call("record_visit", noted);
    assert_eq!(waiting(), before + 1, "the same again writes nothing");
    assert_eq!(recorded["visit"]["result"], "met", "whoever met somebody met somebody");
    let nobody =
        json!({"visit": visit, "notes": {"result": "nobody", "note": "腿脚不便", "need": "想请银行上门"}});
    let corrected = window.call("record_visit", nobody);
    assert_eq!((&corrected["notes"]["met"], &corrected["visit"]["result"]), (&json!([]), &json!("nobody")));
    let shown = window.call("show_person", json!({"person": person}));
    assert_eq!(shown["visits"][0]["id"], visit);
    let timeline = shown["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|line| line["kind"] == "visit_recorded" && line["visit"] == visit));
    let listed = window
        .call("list_households", json!({"text": village.household.household_no, "offset": 0, "limit": 20}));
    assert!(listed["rows"].as_array().unwrap().iter().any(|line| line["last_visit"].is_string()));
    assert_eq!(window.refused("show_visit", json!({"visit": person})), "visit_unknown");
}

#[test]
fn a_need_stands_on_the_days_list_until_it_is_settled_or_becomes_a_case() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let households = window
        .call("list_households", json!({"text": village.household.household_no, "offset": 0, "limit": 1}));
    let household = &households["rows"][0]["id"];
    let day = window.call("today", json!({}))["day"].clone();
    let visit = |need: &str, due: &Value| {
        let visit = window.call("start_visit", json!({"household": household}))["visit"]["id"].clone();
        let notes = json!({
            "met": [person], "need": need, "need_kind": "care", "need_urgency": "soon", "need_due": due,
            "need_office": "乡民政办", "companions": "村主任", "leaflets": 2, "consultations": 1,
        });
        let recorded = window.call("record_visit", json!({"visit": visit, "notes": notes}));
        assert_eq!(
            (&recorded["notes"]["need_kind"], &recorded["notes"]["leaflets"]),
            (&json!("care"), &json!(2))
        );
        (visit, recorded["notes"].clone())
    };
    let needs = || -> Vec<Value> {
        let today = window.call("today", json!({}));
        let rows = today["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "need");
        rows.map(|row| row["visit"].clone()).collect()
    };
    let (bed, bed_notes) = visit("想要护理床", &day);
    let (card, _) = visit("社保卡没有激活", &day);
    let (someday, _) = visit("想上老年大学", &json!(""));
    assert_eq!(needs(), [bed.clone(), card.clone()], "one without a day is not urgent");
    let today = window.call("today", json!({}));
    let row = today["rows"].as_array().unwrap().iter().find(|row| row["visit"] == bed).unwrap().clone();
    assert_eq!(
        (&row["words"], &row["days_left"], &row["person"]["id"]),
        (&json!("想要护理床"), &json!(0), &json!(person))
    );
    assert_eq!(today["counts"]["needs"], 2, "as many as are listed");
    assert!(today["rows"].as_array().unwrap().iter().all(|row| row["kind"] != "due"));
    let open = window.call("open_needs", json!({}));
    let listed: Vec<&Value> = open.as_array().unwrap().iter().map(|line| &line["id"]).collect();
    assert_eq!(listed, [&bed, &card, &someday]);

    let case =
        window.call("turn_need", json!({"item": "SSC", "person": person, "visit": card, "again": false}));
    let shown = window.call("show_visit", json!({"visit": card}));
    assert_eq!(shown["cases"][0]["id"], case["row"]["id"]);
    let outcome = shown["notes"]["need_outcome"].as_str().unwrap();
    assert!(outcome.starts_with("已转代办：") && shown["visit"]["need_open"] == false, "{outcome}");
    assert_eq!(needs(), std::slice::from_ref(&bed));
    // The draft of that case is thrown away: the need is open again, though the visit is being written on.
    let mut half = shown["notes"].clone();
    half["need_due"] = "12月".into();
    window.call("save_visit_draft", json!({"visit": card, "notes": half}));
    window.call("discard_draft", json!({"case": case["row"]["id"]}));
    assert_eq!(needs(), [bed.clone(), card.clone()]);
    let noted = window.call("show_visit", json!({"visit": card}))["notes"].clone();
    assert_eq!((&noted["need_outcome"], &noted["need_due"]), (&json!(""), &json!("12月")), "and goes on");
    let mut urgent = bed_notes.clone();
    (urgent["need_due"], urgent["need_urgency"]) = ("".into(), "urgent".into());
    for visit in [&card, &someday] {
        window.call(
            "record_visit",
            json!({"visit": visit, "notes": {"need": "算了", "need_outcome": "不办了"}}),
        );
    }
    window.call("record_visit", json!({"visit": bed, "notes": urgent}));
    assert_eq!(needs(), std::slice::from_ref(&bed), "an urgent one needs no day");

    let mut settled = bed_notes.clone();
    settled["need_outcome"] = "已送到家".into();
    window.call("record_visit", json!({"visit": bed, "notes": settled}));
    assert!(needs().is_empty());
    assert_eq!(window.call("today", json!({}))["counts"]["needs"], 0);
    // Whoever opens it again has it on the list again.
    window.call("record_visit", json!({"visit": bed, "notes": bed_notes}));
    assert_eq!(needs(), std::slice::from_ref(&bed));
}

#[test]
fn what_a_visit_cannot_say_is_refused_by_its_field() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let households = window.call("list_households", json!({"text": "", "offset": 0, "limit": 1}));
    let household = &households["rows"][0]["id"];
    let visit = window.call("start_visit", json!({"household": household}))["visit"]["id"].clone();
    let wrong = [
        ("need_due", json!({"need_due": "2026-02-30"})),
        ("leaflets", json!({"leaflets": 10_001})),
        ("note", json!({"note": "长".repeat(4001)})),
        ("met", json!({"result": "nobody", "met": [person]})),
    ];
    for (path, notes) in wrong {
        let refused = window.ask("record_visit", json!({"visit": visit, "notes": notes})).unwrap_err();
        assert_eq!((refused.code.as_str(), &refused.facts["path"]), ("bad_input", &json!(path)));
        let saved = window.ask("save_visit_draft", json!({"visit": visit, "notes": notes}));
        assert_eq!(saved.is_ok(), ["need_due", "met"].contains(&path), "what is half typed is kept: {path}");
    }
    for notes in [json!({"result": "asleep"}), json!({"need_kind": "x"}), json!({"need_urgency": "very"})] {
        assert_eq!(window.refused("record_visit", json!({"visit": visit, "notes": notes})), "bad_input");
    }
    assert!(!window.call("show_visit", json!({"visit": visit}))["is_recorded"].as_bool().unwrap());
}

#[test]
fn the_visits_of_a_time_go_into_a_workbook_in_the_columns_of_the_form() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let elder = &village.household.elder;
    let person = window.person(&elder.number);
    let households = window
        .call("list_households", json!({"text": village.household.household_no, "offset": 0, "limit": 1}));
    let begin = || {
        window.call("start_visit", json!({"household": households["rows"][0]["id"]}))["visit"]["id"].clone()
    };
    let notes = json!({
        "met": [person], "note": "腿脚不便", "companions": "村主任", "need": "想要护理床", "need_kind": "care",
        "need_answer": "已报乡里", "need_office": "乡民政办", "need_due": "2026-12-20", "leaflets": 2,
    });
    let met = begin();
    let further = window.call("begin_need", json!({"visit": met}))["further"][0]["id"].clone();
    window.call("save_visit_draft", json!({"visit": further, "notes": {"need": "社保卡没有激活"}}));
    window.call("record_visit", json!({"visit": met, "notes": notes}));
    window.call("record_visit", json!({"visit": begin(), "notes": {"result": "nobody"}}));
    let day = window.call("today", json!({}))["day"].clone();
    let path = window.file("visits.xlsx");
    let headings: Vec<String> = (1..=17).map(|column| format!("栏{column}")).collect();
    let order = |from: &Value, headings: &[String]| {
        let words = json!({
            "result.met": "见到人", "result.nobody": "家中无人", "need_kind.care": "养老照料",
            "members": "家庭{n}人", "leaflets": "宣传资料{n}份",
        });
        let what = json!({"from": from, "to": day, "headings": headings, "words": words, "sheet": "走访台账",
            "head": {"title": "走访台账", "facts": "填报人：余老师", "foot": ""}});
        json!({"file": window.offer(&path), "what": what})
    };
    assert_eq!(window.call("export_visits", order(&day, &headings))["rows"], 3);
    let bytes = std::fs::read(&path).unwrap();
    let tables = bangban_sheets::read_tables(&bytes, &bangban_sheets::Limits::default()).unwrap();
    let texts = |row: usize| -> Vec<String> {
        tables[0].rows[row].cells.iter().map(bangban_sheets::Cell::as_plain_text).collect()
    };
    let met = texts(bangban_sheets::HEAD_ROWS);
    assert_eq!((met[0].as_str(), &met[1], &met[3]), ("1", &day.as_str().unwrap().to_owned(), &elder.name));
    assert!(met[4].contains("********") && !met.concat().contains(&elder.number), "masked");
    assert!(met[6].starts_with("家庭") && met[6].ends_with("人，腿脚不便"), "{}", met[6]);
    assert_eq!(met[7..12], ["想要护理床", "养老照料", "已报乡里", "乡民政办", "2026-12-20"]);
    assert!(met[14].ends_with("、村主任") && met[14].len() > "、村主任".len(), "{}", met[14]);
    assert_eq!(met[16], "见到人；宣传资料2份");
    assert_eq!(texts(bangban_sheets::HEAD_ROWS - 1), headings);
    let second = texts(bangban_sheets::HEAD_ROWS + 1);
    assert_eq!(
        (second[3].as_str(), second[7].as_str()),
        (elder.name.as_str(), "社保卡没有激活"),
        "a row a need"
    );
    assert_eq!((second[8].as_str(), second[16].as_str()), ("—", "—"), "counted with the first");
    let nobody = texts(bangban_sheets::HEAD_ROWS + 2);
    assert_eq!((nobody[7].as_str(), nobody[16].as_str()), ("—", "家中无人"), "what is empty says so");
    assert_eq!(nobody[15], "", "but for the place to sign");

    assert_eq!(window.refused("export_visits", order(&json!("9999-12-31"), &headings)), "bad_input");
    assert_eq!(window.refused("export_visits", order(&day, &headings[1..])), "bad_input");
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "what stood there before stays");
}

#[test]
fn the_visits_of_any_days_of_one_village_and_one_group_go_into_a_workbook() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let found = window.call("list_households", json!({"text": "", "offset": 0, "limit": 3}));
    let house = |at: usize| found["rows"][at]["id"].clone();
    // The second household is of another group; its visit is noted a week later.
    let second = window.call("show_household", json!({"household": house(1)}));
    let (head, stream) = (second["registered"][0]["id"].clone(), window.call("office_state", json!({})));
    let stream = stream["villages"][0]["code"].clone();
    let fields = json!({"household_address": "大湖村十一组2号"});
    window.call("record_person", json!({"person": head, "fields": fields}));
    let today: chrono::NaiveDate = window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap();
    let week_ago = today - chrono::Days::new(7);
    let mut notes = [json!({"result": "nobody"}), json!({"result": "refused", "visited_on": week_ago})];
    for (at, notes) in notes.iter_mut().enumerate() {
        let visit = window.call("start_visit", json!({"household": house(at)}))["visit"]["id"].clone();
        window.call("record_visit", json!({"visit": visit, "notes": notes}));
    }
    let groups = window.call("household_groups", json!({"village": stream}));
    assert_eq!(groups, json!([{"group": 1, "count": 23}, {"group": 11, "count": 1}]));
    assert_eq!(window.call("household_groups", json!({"village": null})), groups);
    assert_eq!(window.call("household_groups", json!({"village": "420704100299"})), json!([]));

    let path = window.file("走访台账.xlsx");
    let headings: Vec<String> = (1..=17).map(|column| format!("栏{column}")).collect();
    let places = |from: chrono::NaiveDate, to: chrono::NaiveDate, village: &Value, group: Value| {
        let what = json!({"from": from, "to": to, "village": village, "group": group, "headings": headings,
            "words": {}, "sheet": "走访台账",
            "head": {"title": "走访台账", "facts": "网格（村）：大湖村　村民小组：11组", "foot": ""}});
        let written = window.call("export_visits", json!({"file": window.offer(&path), "what": what}));
        let tables =
            bangban_sheets::read_tables(&std::fs::read(&path).unwrap(), &bangban_sheets::Limits::default());
        let rows = tables.unwrap().remove(0).rows;
        let text = |row: usize, column: usize| rows[row].cells[column].as_plain_text();
        assert!(text(1, 0).contains("村民小组：11组"), "what stands above the table");
        let rows: Vec<String> = (bangban_sheets::HEAD_ROWS..rows.len())
            .map(|row| text(row, 2))
            .filter(|one| one != "—")
            .collect();
        assert_eq!(written["rows"], rows.len());
        rows
    };
    assert_eq!(places(week_ago, today, &stream, Value::Null).len(), 2);
    assert_eq!(places(week_ago, week_ago, &stream, Value::Null), ["大湖村十一组2号"], "of that day alone");
    assert_eq!(places(today, today, &Value::Null, Value::Null).len(), 1);
    assert_eq!(places(week_ago, today, &stream, json!(11)), ["大湖村十一组2号"]);
    assert_eq!(places(week_ago, today, &stream, json!(1)).len(), 1, "1组 is no part of 十一组");
    assert_eq!(places(week_ago, today, &json!("420704100299"), Value::Null), [] as [&str; 0]);
}

/// 走访台账 of a time: what stands in the row of each visit.
fn exported(window: &Window, from: &str, to: &str) -> Vec<String> {
    let path = window.file("走访台账.xlsx");
    let headings: Vec<String> = (1..=17).map(|column| format!("栏{column}")).collect();
    let what = json!({"from": from, "to": to, "headings": headings, "words": {"late": "补录于{day}"},
        "sheet": "走访台账", "head": {"title": "", "facts": "", "foot": ""}});
    window.call("export_visits", json!({"file": window.offer(&path), "what": what}));
    let bytes = std::fs::read(&path).unwrap();
    let tables = bangban_sheets::read_tables(&bytes, &bangban_sheets::Limits::default()).unwrap();
    let rows = tables[0].rows.iter().skip(bangban_sheets::HEAD_ROWS);
    rows.map(|row| format!("{:?}", row.cells))
        .filter(|row| row.contains("家") || row.contains("20"))
        .collect()
}

#[test]
fn a_visit_that_was_only_begun_is_no_visit_until_it_says_something() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let number = &village.household.household_no;
    let house = || {
        let listed = window.call("list_households", json!({"text": number, "offset": 0, "limit": 1}));
        listed["rows"][0].clone()
    };
    let today = window.call("today", json!({}))["day"].as_str().unwrap().to_owned();
    let begin = || window.call("start_visit", json!({"household": house()["id"]}))["visit"]["id"].clone();
    let counted = || {
        let counts = window.call("figures", json!({"from": today, "to": today}))["counts"].clone();
        let month = window.call("today", json!({}))["month"]["households_visited"].clone();
        (counts["visits"].as_u64().unwrap(), counts["households"].as_u64().unwrap(), month)
    };
    let recent = || {
        let visits = window.call("list_visits", json!({"limit": 10, "household": null}));
        visits.as_array().unwrap().iter().map(|visit| visit["id"].clone()).collect::<Vec<_>>()
    };
    let first = begin();
    assert_eq!(counted(), (0, 0, json!(0)), "nothing happened yet");
    assert_eq!((house()["last_visit"].clone(), recent()), (Value::Null, vec![]));
    assert_eq!(exported(&window, &today, &today), Vec::<String>::new());
    let person = window.person(&village.household.elder.number);
    assert_eq!(window.call("show_person", json!({"person": person}))["visits"], json!([]));

    window.call("record_visit", json!({"visit": first, "notes": {"result": "away"}}));
    assert_eq!((counted(), recent()), ((1, 1, json!(1)), vec![first.clone()]));
    let stood = house()["last_visit"].clone();
    assert!(stood.is_string());
    // One more that was only begun stands before nothing.
    begin();
    assert_eq!((counted(), recent(), house()["last_visit"].clone()), ((1, 1, json!(1)), vec![first], stood));
    assert_eq!(exported(&window, &today, &today).len(), 1);
    // What she found is enough: visits were recorded without a result once.
    let second = begin();
    window.call("record_visit", json!({"visit": second, "notes": {"note": "家里都好"}}));
    assert_eq!(counted(), (2, 1, json!(1)));
}

#[test]
fn a_visit_counts_on_the_day_on_which_it_was_and_corrects_a_month_that_is_closed() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let listed = window.call("list_households", json!({"text": "", "offset": 0, "limit": 2}));
    let today = window.call("today", json!({}))["day"].as_str().unwrap().to_owned();
    let day: chrono::NaiveDate = today.parse().unwrap();
    let last = chrono::Datelike::with_day(&day, 1).unwrap().pred_opt().unwrap();
    let (from, to) = (chrono::Datelike::with_day(&last, 1).unwrap().to_string(), last.to_string());
    let visit = |house: usize, notes: Value| {
        let begun = window.call("start_visit", json!({"household": listed["rows"][house]["id"]}));
        window.call("record_visit", json!({"visit": begun["visit"]["id"], "notes": notes}))
    };
    let figures = |from: &str, to: &str| window.call("figures", json!({"from": from, "to": to}));
    let late = visit(0, json!({"result": "nobody", "visited_on": to}));
    assert_eq!(late["visit"]["late"], to.as_str());
    let now = figures(&today, &today)["counts"].clone();
    assert_eq!((&now["visits"], &now["late"]), (&json!(0), &json!(0)));
    assert_eq!(window.call("today", json!({}))["month"]["households_visited"], 0);
    let then = figures(&from, &to);
    let counts = &then["counts"];
    assert_eq!(
        (&counts["visits"], &counts["households"], &counts["late"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(then["times"], json!([{"day": to, "visits": 1, "cases": 0}]));
    let rows = exported(&window, &from, &to);
    assert!(
        rows.len() == 1 && rows[0].contains(&to) && rows[0].contains(&format!("补录于{today}")),
        "{rows:?}"
    );
    assert_eq!(exported(&window, &today, &today), Vec::<String>::new());

    window.call("close_month", json!({"village": village.code, "month": &to[..7]}));
    visit(1, json!({"result": "met", "visited_on": to, "leaflets": 4}));
    let after = figures(&from, &to);
    assert_eq!(after["closed"][0]["counts"]["visits"], 1, "what was counted stays");
    let corrected = &after["corrected"][0]["counts"];
    assert_eq!((&corrected["visits"], &corrected["leaflets"]), (&json!(2), &json!(4)));
    // A later visit of another day that is typed in first stays the newest.
    visit(0, json!({"result": "met"}));
    visit(0, json!({"result": "away", "visited_on": from}));
    let house =
        window.call("list_households", json!({"text": "", "offset": 0, "limit": 1}))["rows"][0].clone();
    assert!(house["last_visit"].as_str().unwrap().starts_with(&today), "{house}");
}

#[test]
fn a_household_needs_several_things_and_each_is_settled_by_itself_while_the_visit_counts_once() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let listed = json!({"text": village.household.household_no, "offset": 0, "limit": 1});
    let household = window.call("list_households", listed)["rows"][0]["id"].clone();
    let day = window.call("today", json!({}))["day"].clone();
    let visit = window.call("start_visit", json!({"household": household}))["visit"]["id"].clone();
    let main = json!({"met": [person], "need": "想要护理床", "need_due": day});
    window.call("save_visit_draft", json!({"visit": visit, "notes": main}));
    let begun = window.call("begin_need", json!({"visit": visit}));
    assert_eq!(begun["visit"]["id"], visit, "it stands with the visit");
    let further = begun["further"][0]["id"].clone();
    let again = window.call("begin_need", json!({"visit": visit}));
    assert_eq!(again["further"].as_array().unwrap().len(), 1, "one that says nothing yet is enough");
    let notes =
        json!({"need": "社保卡没有激活", "need_kind": "insurance", "need_office": "农商行", "need_due": day});
    let saved = window.call("save_visit_draft", json!({"visit": further, "notes": notes}));
    assert_eq!((&saved["visit"]["id"], &saved["has_draft"]), (&visit, &json!(true)));
    let recorded = window.call("record_visit", json!({"visit": visit, "notes": main}));
    assert_eq!(recorded["has_draft"], false, "recorded with the visit");
    assert_eq!(recorded["further"][0]["notes"]["need_office"], "农商行");
    assert_eq!(recorded["visit"]["need"], "想要护理床；社保卡没有激活");
    let third = window.call("begin_need", json!({"visit": further}));
    assert_eq!(third["further"].as_array().unwrap().len(), 2, "of the visit, not of its need");

    let needs = || -> Vec<Value> {
        let today = window.call("today", json!({}));
        let rows = today["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "need");
        rows.map(|row| json!([row["words"], row["visit"], row["person"]["id"]])).collect()
    };
    let row = |words: &str| json!([words, visit, person]);
    assert_eq!(needs(), [row("想要护理床"), row("社保卡没有激活")]);
    let turned = json!({"item": "SSC", "person": person, "visit": further, "again": false});
    let case = window.call("turn_need", turned);
    assert_eq!(needs(), [row("想要护理床")]);
    let shown = window.call("show_visit", json!({"visit": further}));
    assert_eq!(shown["cases"][0]["id"], case["row"]["id"], "it was opened at this door");
    assert!(shown["further"][0]["notes"]["need_outcome"].as_str().unwrap().starts_with("已转代办："));

    let visits = window.call("list_visits", json!({"limit": 20, "household": household}));
    assert_eq!(visits.as_array().unwrap().len(), 1);
    let counts = window.call("figures", json!({"from": day, "to": day}))["counts"].clone();
    assert_eq!(counts["visits"], 1);
    let state = window.report();
    assert_eq!((&state["pending_entries"], &state["refused"]), (&json!(0), &json!(0)), "{state}");
}
