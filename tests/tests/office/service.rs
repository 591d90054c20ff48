//! What the service center keeps beside cases: requests that are dispatched, papers that pass from hand to hand, ratings that were
//! written down, complaints that the township alone reads, who works where, and what leads to a guide.

use crate::desk::{Window, programs};
use crate::filling;
use bangban_tests::harness::{Browser, Center, Village};
use data_encoding::BASE64;
use serde_json::{Value, json};

const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/coffee.jpg");
const ADMIN: &str = "何平";
/// Longer than its cover, so that it would be found.
const COMPLAINT: &str = "窗口收了二百块钱才肯收材料，来了三趟都说系统坏了";

fn begin(window: &Window, register: &str, case: &Value) -> Value {
    let begun = window.call("begin_line", json!({"register": register, "case": case}));
    begun["row"]["id"].clone()
}

fn answer(window: &Window, line: &Value, answers: Value) -> Value {
    window.call("answer_line", json!({"line": line, "answers": answers}))
}

fn record(window: &Window, line: &Value, answers: Value) -> Value {
    answer(window, line, answers);
    window.call("record_line", json!({"line": line}))
}

fn lines_of(township: &Browser, register: &str) -> Value {
    township.ask("register/lines", &json!({"register": register, "offset": 0, "limit": 20}))["lines"].clone()
}

fn on_today(window: &Window, line: &Value) -> bool {
    let rows = window.call("today", json!({}))["rows"].clone();
    rows.as_array().unwrap().iter().any(|row| row["line"] == *line)
}

#[test]
fn a_complaint_is_sealed_and_the_township_alone_reads_it() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let (alice, bob) = (Window::at_work(&center, &village), Window::at_work(&center, &village));
    let line = begin(&alice, "DJ_TOUSU", &Value::Null);
    let told = json!({"/data/about": "fee", "/data/whom": "某窗口", "/data/content": COMPLAINT,
        "/data/named": "named", "/data/name": "王秀兰", "/data/wants_answer": "yes"});
    let drafted = answer(&alice, &line, told);
    assert!(drafted.to_string().contains(COMPLAINT), "until it is recorded she reads what she writes");
    let recorded = alice.call("record_line", json!({"line": line}));
    assert_eq!(
        (&recorded["sealed"], &recorded["form"], &recorded["can_edit"]),
        (&json!(true), &json!([]), &json!(false))
    );
    assert_eq!(
        alice.refused("answer_line", json!({"line": line, "answers": {"/data/whom": "x"}})),
        "line_sealed"
    );
    alice.report();
    bob.report();
    let filter = json!({"text": "", "village": null, "from": null, "to": null, "open": false});
    for window in [&alice, &bob] {
        let shown = window.call("show_line", json!({"line": line}));
        let listed = window
            .call("list_lines", json!({"register": "DJ_TOUSU", "filter": filter, "offset": 0, "limit": 9}));
        assert_eq!(listed["total"], 1, "that there is one is known");
        for view in [shown, listed] {
            assert!(!view.to_string().contains("二百块钱") && !view.to_string().contains("王秀兰"), "{view}");
        }
        // Nor does it stand anywhere in what the ledger holds.
        let desk = window.office.desk().unwrap();
        let ledger = desk.ledger();
        let body: Vec<u8> = ledger
            .entries()
            .query_row("SELECT group_concat(CAST(body AS TEXT), ' ') FROM document", [], |row| {
                row.get::<_, String>(0)
            })
            .unwrap()
            .into_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("二百块钱"));
        let drafts: i64 = ledger
            .entries()
            .query_row("SELECT count(*) FROM draft WHERE body LIKE '%二百块钱%'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(drafts, 0, "the draft is gone with it");
    }
    let township = Browser::of(&center, ADMIN, "acceptor", "");
    let seen = lines_of(&township, "DJ_TOUSU")[0].clone();
    assert!(seen["answers"].to_string().contains(COMPLAINT), "{seen}");
    assert!(seen["title"].as_str().unwrap().contains("某窗口"), "{seen}");
    // Wrong as a whole: it can be voided, with a reason that everybody reads.
    alice.call("void_line", json!({"line": line, "reason": "重复登记"}));
    alice.report();
    assert_eq!(lines_of(&township, "DJ_TOUSU")[0]["void"], "重复登记");
}

#[test]
fn papers_pass_from_hand_to_hand_each_signed_for_here_or_on_the_paper_list_until_the_person_signs() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::submitted(&window, "DIBAO", &person);
    let elder = village.household.elder.name.as_str();
    let steps = [
        ("take_in", elder, "余老师"),
        ("carry", "余老师", "乡镇窗口"),
        ("process", "乡镇窗口", "区政务中心"),
        ("bring_back", "区政务中心", "余老师"),
        ("tell", "余老师", elder),
        ("hand_out", "余老师", elder),
    ];
    let mut last = Value::Null;
    for (step, from, to) in steps {
        let line = begin(&window, "DJ_JIAOJIE", &case);
        answer(&window, &line, json!({"/data/step": step, "/data/handed_by": from, "/data/received_by": to}));
        if !["tell", "hand_out"].contains(&step) {
            // What was told or handed out is done by that.
            let papers = json!({"/data/paper[1]/paper_title": "照片", "/data/state": "done"});
            answer(&window, &line, papers);
            // Nobody's word is enough: the receiver signs here, or both signed on the paper list.
            let refused = window.ask("record_line", json!({"line": line})).unwrap_err();
            let missing = refused.facts["hindrances"].to_string();
            assert!(
                missing.contains("receiver_signature") && missing.contains("已在纸质交接单上签字"),
                "{missing}"
            );
            if step == "take_in" {
                let signed = json!({"line": line, "path": "/data/receiver_signature", "bytes": BASE64.encode(PHOTOGRAPH)});
                window.call("picture_line", signed);
            } else {
                answer(&window, &line, json!({"/data/signed_on_paper": "OK"}));
            }
        }
        last = line;
        if step != "hand_out" {
            let open = window.call("show_line", json!({"line": last}))["hindrances"].clone();
            assert_eq!(open, json!([]), "{step}");
            window.call("record_line", json!({"line": last}));
        }
    }
    // A result is signed for in person: the paper list is not asked about, and a word on it kept from before does not count.
    let asked = window.call("show_line", json!({"line": last}))["form"].clone();
    assert!(asked.as_array().unwrap().iter().all(|field| field["name"] != "signed_on_paper"));
    answer(&window, &last, json!({"/data/result_title": "公交卡一张"}));
    let refused = window.ask("record_line", json!({"line": last})).unwrap_err();
    assert!(refused.facts["hindrances"].to_string().contains("receiver_signature"), "{:?}", refused.facts);
    let signed =
        json!({"line": last, "path": "/data/receiver_signature", "bytes": BASE64.encode(PHOTOGRAPH)});
    window.call("picture_line", signed);
    window.call("record_line", json!({"line": last}));
    assert!(!on_today(&window, &last), "nothing of it is open");
    let chain = window.call("case_lines", json!({"case": case}))["lines"].clone();
    let titles: Vec<&str> =
        chain.as_array().unwrap().iter().map(|line| line["row"]["title"].as_str().unwrap()).collect();
    for word in ["收件", "送办", "办理部门接收", "取回结果", "通知本人", "出件"] {
        assert!(titles.iter().any(|title| title.starts_with(word)), "{word} of {titles:?}");
    }
    window.report();
    let township = Browser::of(&center, ADMIN, "acceptor", "");
    let told = lines_of(&township, "DJ_JIAOJIE");
    assert_eq!(told.as_array().unwrap().len(), steps.len());
    // The township reads of each hand how it was signed for.
    let on_paper = told
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["answers"].to_string().contains("已在纸质交接单上签字"));
    assert_eq!(on_paper.count(), 3, "{told}");
}

#[test]
fn a_request_is_dispatched_to_the_village_and_comes_back_done() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let (hall, agent) = (Window::at_work(&center, &village), Window::at_work(&center, &village));
    let day = hall.call("today", json!({}))["day"].clone();
    let line = begin(&hall, "DJ_QIUZHU", &Value::Null);
    record(
        &hall,
        &line,
        json!({"/data/name": "独居老人屋顶漏水", "/data/asked_by": "大湖村村委会", "/data/channel": "phone", "/data/state": "new", "/data/answer_by": day}),
    );
    assert!(on_today(&hall, &line), "it waits to be dispatched");
    record(
        &hall,
        &line,
        json!({"/data/state": "passed", "/data/passed_to": "大湖村帮代办员", "/data/passed_on": day, "/data/answer_by": day}),
    );
    hall.report();
    agent.report();
    assert!(on_today(&agent, &line), "the village has it on its list");
    record(&agent, &line, json!({"/data/state": "done", "/data/outcome": "已联系施工队修好"}));
    assert!(!on_today(&agent, &line));
    agent.report();
    hall.report();
    assert!(!on_today(&hall, &line), "and the hall hears that it is done");
    let township = Browser::of(&center, ADMIN, "acceptor", "");
    let told = lines_of(&township, "DJ_QIUZHU")[0]["answers"].to_string();
    assert!(told.contains("大湖村帮代办员") && told.contains("已联系施工队修好"), "{told}");
}

#[test]
fn a_question_by_telephone_leads_to_its_guide() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let line = begin(&window, "DJ_ZIXUN", &Value::Null);
    let told = answer(
        &window,
        &line,
        json!({"/data/channel": "phone", "/data/matter": "高龄津贴", "/data/question": "要带什么材料"}),
    );
    let guide = told["guide"].as_str().unwrap();
    assert_eq!(guide, "高龄津贴");
    let found = window.call("find_guides", json!({"text": guide}));
    assert!(found[0]["name"].as_str().unwrap().contains("高龄"), "{}", found[0]);
    assert_eq!(
        window.call("show_line", json!({"line": begin(&window, "DJ_ZILIAO", &Value::Null)}))["guide"],
        ""
    );
}

#[test]
fn who_helps_where_stands_in_a_roster_of_three_levels() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    for (name, level, place) in [
        ("何平", "district", "区政务服务中心"),
        ("陈立", "township", "临江乡"),
        ("余秀兰", "village", "大湖村"),
    ] {
        let line = begin(&window, "DJ_ZHUANYUAN", &Value::Null);
        answer(
            &window,
            &line,
            json!({"/data/name": name, "/data/level": level, "/data/place": place, "/data/phone": "0711-3350000"}),
        );
        let badge = json!({"line": line, "path": "/data/badge", "bytes": BASE64.encode(PHOTOGRAPH)});
        window.call("picture_line", badge);
        window.call("record_line", json!({"line": line}));
    }
    window.report();
    let township = Browser::of(&center, ADMIN, "acceptor", "");
    let lines = lines_of(&township, "DJ_ZHUANYUAN");
    let lines = lines.as_array().unwrap();
    assert_eq!(lines.len(), 3);
    for level in ["区（县）级", "乡镇（街道）级", "村（社区）级"] {
        assert!(lines.iter().any(|line| line["cells"][0] == level), "{level}");
    }
    assert!(lines.iter().all(|line| line["photos"].as_array().unwrap().len() == 1));
}

#[test]
fn a_case_and_an_event_say_to_which_campaign_they_belong() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::open(&window, "DIBAO", &person)["row"]["id"].clone();
    filling::fill(&window, &case, &[]);
    window.call("handle_case", json!({"case": case, "changes": {"campaign": "一下三民"}}));
    window.call("submit_case", json!({"case": case}));
    let event = begin(&window, "DJ_HUODONG", &Value::Null);
    record(
        &window,
        &event,
        json!({"/data/state": "held", "/data/kind": "door", "/data/name": "上门服务", "/data/place": "大湖村", "/data/campaign": "一下三民",
        "/data/people": "12", "/data/responsible": "何平"}),
    );
    window.report();
    let township = Browser::of(&center, ADMIN, "acceptor", "");
    let shown = township.ask("case/show", &json!({"id": case}));
    assert!(shown["handling"].to_string().contains("一下三民"), "{}", shown["handling"]);
    assert!(lines_of(&township, "DJ_HUODONG")[0]["answers"].to_string().contains("一下三民"));
}

#[test]
fn a_rating_that_was_written_down_stands_with_its_case_and_apart_from_the_official_ones() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let person = window.person(&village.household.elder.number);
    let case = filling::submitted(&window, "DIBAO", &person);
    let good = begin(&window, "DJ_PINGJIA", &case);
    record(
        &window,
        &good,
        json!({"/data/rated_by": "person", "/data/rating": "very_good", "/data/way": "face"}),
    );
    assert!(!on_today(&window, &good), "nothing is to be done about it");
    let day = window.call("today", json!({}))["day"].clone();
    let poor = begin(&window, "DJ_PINGJIA", &case);
    answer(&window, &poor, json!({"/data/rated_by": "family", "/data/rating": "poor", "/data/way": "phone"}));
    assert_eq!(window.refused("record_line", json!({"line": poor})), "line_incomplete", "in whose words");
    record(&window, &poor, json!({"/data/reason": "等了太久", "/data/again_by": day}));
    assert!(on_today(&window, &poor), "it is to be followed up");
    record(&window, &poor, json!({"/data/followup": "已上门说明", "/data/state": "done"}));
    assert!(!on_today(&window, &poor));
    let lines = window.call("case_lines", json!({"case": case}))["lines"].clone();
    assert_eq!(lines.as_array().unwrap().iter().filter(|line| line["register"] == "DJ_PINGJIA").count(), 2);
    // Nothing of it is counted among what was thanked for.
    let figures = window.call("figures", json!({"from": day, "to": day}));
    assert_eq!(figures["counts"]["thanks"].as_u64().unwrap_or_default(), 0, "{}", figures["counts"]);
}
