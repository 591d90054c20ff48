//! Workbooks that go to an office in the columns of its paper forms: 帮办代办服务台账, 活动记录, 材料交接单, 出件登记, 好差评整改单, and the
//! registers of leaflets and trainings.

use crate::at_work;
use crate::desk::{Window, programs};
use crate::filling;
use bangban_photos::specimen::{SpecimenKind, paint_specimen};
use bangban_sheets::{Cell, HEAD_ROWS, Limits, Out, read_tables, write_table};
use bangban_tests::harness::{Center, Village};
use chrono::{Days, NaiveDate};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::path::Path;

const PHOTOGRAPH: &[u8] = include_bytes!("../../../data/pictures/coffee.jpg");

fn day_of(window: &Window) -> NaiveDate {
    window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap()
}

fn head(title: &str) -> Value {
    json!({"title": title, "facts": "填报单位：大湖村　填报人：余老师", "foot": "第 {page} 页 共 {pages} 页"})
}

fn all_lines() -> Value {
    json!({"text": "", "village": null, "from": null, "to": null, "open": false})
}

/// The rows of a ledger, the title first.
fn texts(file: &Path) -> Vec<Vec<String>> {
    let tables = read_tables(&std::fs::read(file).unwrap(), &Limits::default()).unwrap();
    tables[0].rows.iter().map(|row| row.cells.iter().map(Cell::as_plain_text).collect()).collect()
}

fn write(window: &Window, register: &str, case: &Value, answers: Value) -> Value {
    let begun = window.call("begin_line", json!({"register": register, "case": case}));
    let line = begun["row"]["id"].clone();
    window.call("answer_line", json!({"line": line, "answers": answers}));
    window.call("record_line", json!({"line": line}));
    line
}

fn sign(window: &Window, line: &Value, question: &str) {
    let picture = json!({"line": line, "path": question, "bytes": BASE64.encode(PHOTOGRAPH)});
    window.call("picture_line", picture);
}

/// The lines that fill in a form, below its headings.
fn sheet(window: &Window, form: &str, line: &Value, headings: &[&str], words: Value) -> Vec<Vec<String>> {
    let file = window.file(&format!("{form}.xlsx"));
    let what = json!({"form": form, "filter": all_lines(), "line": line, "headings": headings, "words": words,
        "head": head("某登记"), "sheet": "某登记"});
    let written = window.call("export_line_sheet", json!({"file": window.offer(&file), "what": what}));
    let rows = texts(&file);
    assert_eq!(
        (rows[0][0].as_str(), &rows[HEAD_ROWS - 1]),
        ("某登记", &headings.to_vec().iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    );
    assert_eq!(written["rows"], rows.len() - HEAD_ROWS);
    let refused = json!({"form": form, "filter": all_lines(), "line": line, "headings": headings[1..], "words": {},
        "head": head("某登记"), "sheet": "某登记"});
    assert_eq!(
        window.refused("export_line_sheet", json!({"file": window.offer(&file), "what": refused})),
        "bad_input"
    );
    rows[HEAD_ROWS..].to_vec()
}

const LEDGER: [(&str, &str); 21] = [
    ("number", "序号"),
    ("opened_at", "受理日期"),
    ("name", "服务对象姓名"),
    ("sex", "性别"),
    ("age", "年龄"),
    ("id_masked", "身份证号"),
    ("phone_masked", "联系电话"),
    ("home", "住址（村组）"),
    ("categories", "人员类别"),
    ("item", "服务事项"),
    ("mode", "服务方式"),
    ("channel", "受理渠道"),
    ("papers", "所需/已收材料"),
    ("delivered", "送达部门及日期"),
    ("promised_by", "承诺办结日"),
    ("decided_at", "办结日期"),
    ("result", "办理结果"),
    ("handed_out", "结果送达（签收）"),
    ("rating", "满意度"),
    ("agent", "帮办代办员"),
    ("remark", "备注"),
];

fn ledger(window: &Window) -> Vec<Vec<String>> {
    let file = window.file("台账.xlsx");
    let columns: Vec<Value> =
        LEDGER.iter().map(|(key, heading)| json!({"key": key, "heading": heading})).collect();
    let words = json!({
        "comma": "、", "semicolon": "；", "category.dibao": "低保", "category.disabled": "残疾",
        "papers.have": "已收：{papers}", "papers.lack": "缺：{papers}", "township": "乡镇",
        "due.noted": "{day}（{note}）", "due.statutory": "法定", "due.unconfirmed": "待当地确认",
        "due.provisional": "暂算", "outcome.granted": "准予", "outcome.refused": "不予",
        "handed_out.signed": "{day} {name}签收", "handed_out.unsigned": "{day} {name}",
        "rating": "代录：{rating}", "late": "补录：{day}办理", "green": "绿色通道",
        "green_because": "绿色通道（{reason}）", "outside": "外部编号{no}", "campaign": "{name}",
        "accepted": "乡镇受理{day}",
    });
    let filter =
        json!({"text": "", "standing": null, "item": null, "village": null, "from": null, "to": null});
    let mut what = json!({"filter": filter, "order": {"by": "opened_at", "descending": false}, "columns": columns,
        "standings": {"draft": "草稿", "open": "未提交"}, "words": words, "sheet": "台账", "head": head("帮办代办服务台账")});
    window.call("export_cases", json!({"file": window.offer(&file), "what": what}));
    let rows = texts(&file);
    // On paper the same stands, the oldest first whatever the screen shows first.
    what["order"]["descending"] = json!(true);
    let paper = window.call("print_cases", json!({"what": what}));
    let printed: Vec<Vec<String>> = serde_json::from_value(paper["rows"].clone()).unwrap();
    let shown = |cell: &String| if cell.is_empty() { "—".to_owned() } else { cell.clone() };
    let printed: Vec<Vec<String>> = printed.iter().map(|row| row.iter().map(shown).collect()).collect();
    assert_eq!(printed, rows[HEAD_ROWS..]);
    rows
}

#[test]
fn the_ledger_is_written_as_the_paper_form_has_it() {
    let day = at_work::begin();
    let window = &day.window;
    let today = day_of(window);
    let shown = window.call("show_person", json!({"person": day.elder}))["person"].clone();
    let number = window.call("reveal_person", json!({"person": day.elder}))["id_number"].clone();
    let roster = window.file("类别.xlsx");
    let cells = [&shown["household_no"], &shown["name"], &number, &shown["relation"]];
    let mut row: Vec<Out> = cells.iter().map(|cell| Out::Text(cell.as_str().unwrap().to_owned())).collect();
    row.push(Out::Text("低保、残疾".to_owned()));
    let headings = ["户号", "姓名", "身份证号", "与户主关系", "人员类别"];
    std::fs::write(&roster, write_table("花名册", &headings, &[row]).unwrap()).unwrap();
    window.call("import_roster", json!({"file": window.offer(&roster), "village": null}));

    let case = filling::open(window, "DIBAO", &day.elder)["row"]["id"].clone();
    filling::fill(window, &case, &[]);
    let on_paper = (today - Days::new(2)).to_string();
    let how = json!({"mode": "help", "channel": "at_home", "taken_on": on_paper, "green": true,
        "green_reason": "行动不便", "outside_no": "鄂办88"});
    window.call("handle_case", json!({"case": case, "changes": how}));
    window.call("submit_case", json!({"case": case}));
    write(
        window,
        "DJ_JIAOJIE",
        &case,
        json!({"/data/step": "carry", "/data/handed_by": "余老师", "/data/received_by": "区民政窗口",
            "/data/paper[1]/paper_title": "户口本", "/data/state": "filed", "/data/signed_on_paper": "OK"}),
    );
    window.report();
    day.township.import();
    day.township.accept(&case);
    window.report();
    let limits = window.call("show_case", json!({"case": case}))["clock"]["limits"].clone();
    let limits = limits.as_array().unwrap();
    let due =
        limits.iter().find(|limit| limit["source"] == "promised").unwrap_or(&limits[0])["reckoning"]["due"]
            .clone();
    day.township.confirm(&case, "granted");
    window.report();
    let out = json!({"/data/step": "hand_out", "/data/handed_by": "余老师", "/data/received_by": "余小明",
        "/data/result_title": "低保证"});
    let line =
        window.call("begin_line", json!({"register": "DJ_JIAOJIE", "case": case}))["row"]["id"].clone();
    window.call("answer_line", json!({"line": line, "answers": out}));
    sign(window, &line, "/data/receiver_signature");
    window.call("record_line", json!({"line": line}));
    write(
        window,
        "DJ_PINGJIA",
        &case,
        json!({"/data/rated_by": "person", "/data/rating": "good", "/data/way": "face"}),
    );

    let other = window.call("list_people", json!({"offset": 0, "limit": 50}))["rows"].clone();
    let other = other.as_array().unwrap().iter().find(|one| one["id"] != day.elder.as_str()).unwrap().clone();
    filling::open(window, "SSC", other["id"].as_str().unwrap());

    let rows = ledger(window);
    assert_eq!(rows[0][0], "帮办代办服务台账");
    assert!(rows[1][0].contains("填报人：余老师"));
    assert_eq!(rows[HEAD_ROWS - 1], LEDGER.map(|(_, heading)| heading));
    let rows: Vec<_> = rows[HEAD_ROWS..].to_vec();
    assert_eq!(rows.len(), 2);
    let numbers: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        (numbers, rows[0][2].as_str()),
        (vec!["1", "2"], shown["name"].as_str().unwrap()),
        "day by day"
    );
    let told = rows.iter().find(|row| row[2] == shown["name"].as_str().unwrap()).unwrap();
    let told = |heading: &str| told[LEDGER.iter().position(|(_, one)| *one == heading).unwrap()].as_str();
    let today = today.to_string();
    assert_eq!((told("受理日期"), told("办结日期")), (today.as_str(), today.as_str()));
    assert!(told("身份证号").contains("********"), "{}", told("身份证号"));
    assert!(told("住址（村组）").contains("大湖村"), "{}", told("住址（村组）"));
    assert_eq!(told("人员类别"), "低保、残疾", "in words");
    assert_eq!((told("服务方式"), told("受理渠道")), ("帮办", "上门"));
    assert!(told("所需/已收材料").starts_with("已收：") && told("所需/已收材料").contains("身份证"));
    assert!(told("所需/已收材料").ends_with("；缺：申请表（含承诺）"), "{}", told("所需/已收材料"));
    let delivered = told("送达部门及日期");
    assert_eq!(delivered, format!("乡镇 {today}；区民政窗口 {today}"));
    assert!(told("承诺办结日").starts_with(due.as_str().unwrap()), "{} {due}", told("承诺办结日"));
    assert_eq!(
        (told("办理结果"), told("结果送达（签收）")),
        ("准予", format!("{today} 余小明签收").as_str())
    );
    assert_eq!(told("满意度"), "代录：满意", "never as 好差评");
    assert_eq!(told("帮办代办员"), "余老师");
    let late = format!("补录：{on_paper}办理");
    for word in [late.as_str(), "绿色通道（行动不便）", "外部编号鄂办88", &format!("乡镇受理{today}")]
    {
        assert!(told("备注").contains(word), "{word} of {}", told("备注"));
    }

    let draft = rows.iter().find(|row| row[2] != shown["name"].as_str().unwrap()).unwrap();
    let draft = |heading: &str| draft[LEDGER.iter().position(|(_, one)| *one == heading).unwrap()].as_str();
    for heading in
        ["人员类别", "送达部门及日期", "承诺办结日", "办结日期", "办理结果", "结果送达（签收）", "满意度"]
    {
        assert_eq!(draft(heading), "—", "{heading}");
    }
    assert!(draft("所需/已收材料").starts_with("缺："), "{}", draft("所需/已收材料"));
    assert_eq!(draft("备注"), "草稿");
}

#[test]
fn an_event_is_written_as_the_record_of_an_event_with_the_cases_opened_at_it() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let today = day_of(&window);
    let yesterday = (today - Days::new(1)).to_string();
    let elder = &village.household.elder;
    let person = window.person(&elder.number);
    let headings = [
        "活动名称",
        "日期",
        "地点",
        "参加单位及人员",
        "到场人数",
        "宣传资料(名称、份数)",
        "咨询件数",
        "现场受理件(序号、姓名、事项)",
        "转办件",
        "照片编号",
        "负责人签字",
    ];
    let begun = window.call("begin_line", json!({"register": "DJ_HUODONG"}));
    let event = begun["row"]["id"].clone();
    let told = json!({
        "/data/state": "held", "/data/kind": "aid_day", "/data/day": yesterday, "/data/name": "11月集中救助帮扶日",
        "/data/place": "村委会", "/data/people": "36", "/data/leaflet_titles": "低保问答、医保明白纸",
        "/data/leaflets": "80", "/data/consultations": "12", "/data/cases": "3", "/data/passed_on": "2",
        "/data/partner[1]/partner_unit": "区民政局", "/data/partner[1]/partner_head": "何平",
        "/data/responsible": "陈立",
    });
    window.call("answer_line", json!({"line": event, "answers": told}));
    let taken = BASE64.encode(&paint_specimen(7, SpecimenKind::IdentityCard, 856, 540));
    window.call("picture_line", json!({"line": event, "path": "/data/photo", "bytes": taken}));
    sign(&window, &event, "/data/responsible_signature");
    window.call("record_line", json!({"line": event}));
    window.call("put_on_roll", json!({"line": event, "subjects": [person]}));
    let open = json!({"item": "SSC", "person": person, "visit": null, "event": event, "again": false});
    let case = window.call("open_case", open)["row"]["id"].clone();
    filling::fill(&window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    let bare = json!({"/data/state": "held", "/data/kind": "door", "/data/name": "上门服务", "/data/place": "三组",
        "/data/people": "0", "/data/responsible": "陈立"});
    let bare = write(&window, "DJ_HUODONG", &Value::Null, bare);
    write(
        &window,
        "DJ_HUODONG",
        &Value::Null,
        json!({"/data/state": "planned", "/data/kind": "door", "/data/name": "下月上门", "/data/place": "四组",
            "/data/day": (today + Days::new(9)).to_string(), "/data/responsible": "陈立"}),
    );
    let words = json!({"comma": "，", "late": "补录于{day}", "partner": "{unit}（{name}）", "copies": "{n}份",
        "cases.more": "另有{n}件", "cases.counted": "{n}件", "signed": "{name}（已签）"});

    let rows = sheet(&window, "event", &event, &headings, words.clone());
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row[0], "11月集中救助帮扶日");
    assert_eq!(row[1], format!("{yesterday} 补录于{today}"));
    assert_eq!(row[2..7], ["村委会", "区民政局（何平）", "36", "低保问答、医保明白纸，80份", "12"]);
    let item = window.call("show_case", json!({"case": case}))["row"]["item_name"].clone();
    assert_eq!(row[7], format!("1. {} {}\n另有2件", elder.name, item.as_str().unwrap()));
    assert_eq!(row[8], "2");
    assert_eq!(row[9], "1", "the first picture on its page");
    assert_eq!(row[10], "陈立（已签）");

    // A month of them: one row each, without what is only planned.
    let rows = sheet(&window, "event", &Value::Null, &headings, words.clone());
    assert_eq!(
        rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(),
        ["11月集中救助帮扶日", "上门服务"]
    );
    assert_eq!(rows[1][3], "—");
    assert_eq!(rows[1][5..10], ["—", "—", "—", "—", "—"]);
    assert_eq!(rows[1].get(10).map_or("", String::as_str), "", "a place to sign");
    let shown = window.call("show_line", json!({"line": bare}));
    assert_eq!(shown["sheets"], json!(["event"]));
    window.call("void_line", json!({"line": bare, "reason": "误登"}));
    assert_eq!(sheet(&window, "event", &Value::Null, &headings, words).len(), 1, "a voided one stays out");
    let what = json!({"form": "event", "filter": all_lines(), "line": bare, "headings": headings, "words": {},
        "head": head(""), "sheet": ""});
    let file = window.offer(&window.file("void.xlsx"));
    assert_eq!(window.refused("export_line_sheet", json!({"file": file, "what": what})), "line_unknown");
}

#[test]
fn papers_handed_on_and_results_handed_out_are_lists_of_their_own() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let today = day_of(&window).to_string();
    let elder = &village.household.elder;
    let case = filling::open(&window, "DIBAO", &window.person(&elder.number))["row"]["id"].clone();
    filling::fill(&window, &case, &[]);
    window.call("handle_case", json!({"case": case, "changes": {"outside_no": "鄂办88"}}));
    window.call("submit_case", json!({"case": case}));
    let begun =
        window.call("begin_line", json!({"register": "DJ_JIAOJIE", "case": case}))["row"]["id"].clone();
    window.call("answer_line", json!({"line": begun, "answers": {"/data/step": "take_in"}}));
    let papers = window.call("show_line", json!({"line": begun}))["repeats"][0]["path"].clone();
    window.call("add_line_row", json!({"line": begun, "path": papers}));
    let taken = json!({"/data/handed_by": elder.name, "/data/received_by": "余老师", "/data/state": "filed", "/data/signed_on_paper": "OK",
        "/data/paper[1]/paper_title": "身份证", "/data/paper[1]/paper_kind": "original",
        "/data/paper[2]/paper_title": "户口本", "/data/paper[2]/paper_copies": "2", "/data/paper[2]/paper_kind": "copy"});
    window.call("answer_line", json!({"line": begun, "answers": taken}));
    window.call("record_line", json!({"line": begun}));
    write(
        &window,
        "DJ_JIAOJIE",
        &case,
        json!({"/data/step": "tell", "/data/handed_by": "余老师", "/data/received_by": "余小明"}),
    );
    let out = window.call("begin_line", json!({"register": "DJ_JIAOJIE", "case": case}))["row"]["id"].clone();
    let result = json!({"/data/step": "hand_out", "/data/handed_by": "余老师", "/data/received_by": "余小明",
        "/data/result_title": "低保证", "/data/result_no": "鄂民救〔2026〕12号", "/data/result_count": "1",
        "/data/seal_no": "出件章03", "/data/taken_for": "儿子"});
    window.call("answer_line", json!({"line": out, "answers": result}));
    let number = json!({"line": out, "answers": {"/data/result_no": elder.number}});
    let told = window.call("answer_line", number)["hindrances"].to_string();
    assert!(told.contains("result_no"), "no identity numbers: {told}");
    window.call("answer_line", json!({"line": out, "answers": {"/data/result_no": "鄂民救〔2026〕12号"}}));
    sign(&window, &out, "/data/receiver_signature");
    window.call("record_line", json!({"line": out}));
    let bare = window.call("begin_line", json!({"register": "DJ_JIAOJIE"}))["row"]["id"].clone();
    let result = json!({"/data/step": "hand_out", "/data/handed_by": "余老师", "/data/received_by": "王秀兰",
        "/data/name": "王秀兰", "/data/purpose": "公交卡", "/data/result_title": "公交卡"});
    window.call("answer_line", json!({"line": bare, "answers": result}));
    sign(&window, &bare, "/data/receiver_signature");
    window.call("record_line", json!({"line": bare}));

    let words = json!({"late": "", "signed": "{name}（已签）", "signed_on_paper": "{name}（纸上已签）", "paper": "{title}（{name}）",
        "paper_kind.original": "原件", "paper_kind.copy": "复印件"});
    let headings = ["交出人", "接收人", "材料名称", "份数", "原件/复印件", "时间", "签字"];
    let rows = sheet(&window, "handed_on", &Value::Null, &headings, words.clone());
    assert_eq!(rows.len(), 3, "one row a hand, and who is told takes nothing: {rows:?}");
    let first = rows.iter().find(|row| row[1] == "余老师").unwrap();
    let told = format!("身份证（{0}）\n户口本（{0}）", elder.name);
    assert_eq!(first[..6], [elder.name.as_str(), "余老师", &told, "1\n2", "原件\n复印件", &today]);
    assert_eq!(first[6], "余老师（纸上已签）");
    assert!(rows.iter().any(|row| row[2].starts_with("低保证") && row[6] == "余小明（已签）"), "{rows:?}");

    let headings = [
        "序号",
        "办件编号",
        "申请人",
        "事项",
        "结果文书/证照名称及编号",
        "数量",
        "出件章编号",
        "出件时间",
        "出件人",
        "领取人签字",
        "领取时间",
        "代领关系",
    ];
    let rows = sheet(&window, "handed_out", &Value::Null, &headings, words);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0][0].as_str(), rows[1][0].as_str()), ("1", "2"));
    let row = rows.iter().find(|row| row[1] == "鄂办88").unwrap();
    let item = window.call("show_case", json!({"case": case}))["row"]["item_name"].clone();
    assert_eq!(
        row[2..],
        [
            elder.name.as_str(),
            item.as_str().unwrap(),
            "低保证 鄂民救〔2026〕12号",
            "1",
            "出件章03",
            &today,
            "余老师",
            "余小明（已签）",
            &today,
            "儿子"
        ]
    );
    let bare = rows.iter().find(|row| row[1] == "—").unwrap();
    assert_eq!((bare[3].as_str(), bare[6].as_str(), bare[11].as_str()), ("公交卡", "—", "—"));
}

#[test]
fn a_poor_rating_is_written_with_what_was_done_about_it_and_by_when() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let today = day_of(&window);
    let poor = |matter: &str, more: Value| {
        let mut answers = json!({"/data/rated_by": "family", "/data/matter": matter, "/data/rating": "poor",
            "/data/way": "phone", "/data/reason": "等了太久"});
        for (path, value) in more.as_object().unwrap() {
            answers[path] = value.clone();
        }
        write(&window, "DJ_PINGJIA", &Value::Null, answers);
    };
    let fixed = json!({"/data/checked": "属实", "/data/measures": "增设取号", "/data/fixed_on": today.to_string(),
        "/data/followup": "本人已认可", "/data/outcome": "改评满意", "/data/state": "done"});
    poor("公交卡", fixed);
    poor("低保", json!({"/data/state": "open", "/data/again_by": today.to_string()}));
    write(
        &window,
        "DJ_PINGJIA",
        &Value::Null,
        json!({"/data/rated_by": "person", "/data/matter": "医保", "/data/rating": "good", "/data/way": "face"}),
    );
    let headings = ["评价等级", "原因", "核实", "整改措施", "完成日", "回访", "结果"];
    let words = json!({"rated": "{rating}（{day}代录）", "colon": "：", "put_right_by": "限{day}"});
    let rows = sheet(&window, "put_right", &Value::Null, &headings, words);
    assert_eq!(rows.len(), 2, "who is content needs nothing put right");
    let of = |matter: &str| rows.iter().find(|row| row[1].starts_with(matter)).unwrap();
    let rated = format!("不满意（{today}代录）");
    assert_eq!(
        of("公交卡")[..],
        [
            rated.as_str(),
            "公交卡：等了太久",
            "属实",
            "增设取号",
            &today.to_string(),
            "本人已认可",
            "改评满意"
        ]
    );
    let open = of("低保");
    let calendar = bangban_model::workday::Calendar::builtin();
    let until = calendar.workday_deadline(today, 15).date;
    assert_eq!(open[4], format!("限{until}"), "15 working days");
    assert_eq!(
        (open[2].as_str(), open[3].as_str(), open[5].as_str(), open[6].as_str()),
        ("—", "—", "待回访", "—")
    );
}

#[test]
fn leaflets_and_trainings_go_out_in_the_columns_of_their_registers() {
    let (programs, center) = (programs(), Center::start(&programs()));
    let village = Village::small(&programs);
    let window = Window::at_work(&center, &village);
    let leaflets = json!({"/data/title": "低保问答", "/data/copies": "30", "/data/to_kind": "group", "/data/way": "door",
        "/data/note": "三组留二十份"});
    let leaflets = write(&window, "DJ_ZILIAO", &Value::Null, leaflets);
    write(
        &window,
        "DJ_PEIXUN",
        &Value::Null,
        json!({"/data/kind": "smartphone", "/data/name": "手机认证", "/data/place": "村委会", "/data/people": "20"}),
    );
    window.call("void_line", json!({"line": leaflets, "reason": "重复"}));
    let register = |register: &str, sheet: &str| {
        let file = window.file(&format!("{register}.xlsx"));
        let what = json!({"register": register, "filter": all_lines(), "number": "序号", "by": "登记人", "village": "村",
            "remark": "备注", "late": "", "void": "作废：{reason}", "head": head(sheet), "sheet": sheet});
        window.call("export_lines", json!({"file": window.offer(&file), "what": what}));
        let rows = texts(&file);
        assert_eq!(rows[0][0], sheet);
        rows[HEAD_ROWS - 1..].to_vec()
    };
    let rows = register("DJ_ZILIAO", "宣传资料发放登记簿");
    assert_eq!(
        rows[0],
        ["序号", "发放日期", "资料名称", "份数", "发放对象", "对象名称", "发放方式", "村", "登记人", "备注"]
    );
    assert_eq!(rows[1][2..7], ["低保问答", "30", "村民小组", "—", "入户发放"]);
    assert_eq!(rows[1][9], "三组留二十份；作废：重复", "her remark and the program's in one column");
    let rows = register("DJ_PEIXUN", "培训登记簿");
    assert_eq!(
        rows[0],
        [
            "序号",
            "培训日期",
            "培训类别",
            "培训内容",
            "地点",
            "讲课人",
            "参加人数",
            "其中 60 周岁以上",
            "其中残疾人",
            "时长（分钟）",
            "村",
            "登记人",
            "备注"
        ]
    );
    assert_eq!(rows[1][3..7], ["手机认证", "村委会", "—", "20"]);
}
