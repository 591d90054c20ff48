//! A large survey as the trade writes them: sections with conditions, filters, sums, labels that quote answers, and
//! households of several members.

use bangban_forms::Form;
use rust_xlsxwriter::Workbook;

/// The rows of each section's repeat.
pub const ROWS: usize = 4;
/// The items with a value in one section.
const QUESTIONS_A_SECTION: usize = 20;

const HEAD: [&str; 11] = [
    "type",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "required",
    "relevant",
    "constraint",
    "constraint_message",
    "calculation",
    "choice_filter",
    "appearance",
];

/// One section; `#` stands for its number.
const SECTION: &[[&str; 11]] = &[
    ["select_one yn", "has#", "第 # 户有没有人在家？", "Anyone at home (#)?", "yes", "", "", "", "", "", ""],
    ["begin group", "s#", "第 # 户", "Household #", "", "${has#} = 'y'", "", "", "", "", ""],
    ["text", "name#", "户主姓名", "Head", "yes", "", "string-length(.) < 30", "太长", "", "", ""],
    [
        "text",
        "id#",
        "${name#}的身份证号",
        "Number of ${name#}",
        "yes",
        "",
        "cn-id-valid(.)",
        "号码不对",
        "",
        "",
        "id-number",
    ],
    ["calculate", "age#", "", "", "", "", "", "", "cn-id-age(${id#})", "", ""],
    [
        "note",
        "derived#",
        "${name#}，${age#} 周岁",
        "${name#}, ${age#} years",
        "",
        "${age#} != ''",
        "",
        "",
        "",
        "",
        "",
    ],
    ["date", "seen#", "入户日期", "Seen on", "yes", "", ". <= today()", "不能晚于今天", "", "", ""],
    ["select_one town", "town#", "乡镇", "Town", "yes", "", "", "", "", "", "minimal"],
    ["select_one village", "village#", "村", "Village", "yes", "", "", "", "", "town = ${town#}", "minimal"],
    [
        "select_multiple trouble",
        "trouble#",
        "${name#}家有哪些困难？",
        "Troubles of ${name#}",
        "yes",
        "",
        "not(selected(., 'none')) or count-selected(.) = 1",
        "矛盾",
        "",
        "",
        "",
    ],
    [
        "text",
        "illness#",
        "什么病？",
        "Which illness?",
        "",
        "selected(${trouble#}, 'sick')",
        "",
        "",
        "",
        "",
        "",
    ],
    ["decimal", "area#", "住房面积", "Area", "", "", ". > 0 and . < 1000", "", "", "", ""],
    ["integer", "pigs#", "养猪几头", "Pigs", "", "", ". >= 0", "", "", "", ""],
    ["integer", "land#", "承包地（亩）", "Land", "", "", ". >= 0", "", "", "", ""],
    [
        "calculate",
        "income#",
        "",
        "",
        "",
        "",
        "",
        "",
        "sum(${earned#}) + ${pigs#} * 1200 + ${land#} * 800",
        "",
        "",
    ],
    ["begin repeat", "member#", "成员", "Members", "", "", "", "", "", "", ""],
    ["text", "who#", "姓名", "Name", "yes", "", "", "", "", "", ""],
    [
        "select_one relation",
        "relation#",
        "${who#}与户主关系",
        "Relation of ${who#}",
        "yes",
        "",
        "",
        "",
        "",
        "",
        "",
    ],
    ["integer", "earned#", "${who#}月收入", "Income of ${who#}", "", "", ". >= 0", "", "", "", ""],
    ["calculate", "year#", "", "", "", "", "", "", "${earned#} * 12", "", ""],
    ["end repeat", "", "", "", "", "", "", "", "", "", ""],
    [
        "calculate",
        "each#",
        "",
        "",
        "",
        "",
        "",
        "",
        "round(${income#} div (count(${member#}) + 1), 2)",
        "",
        "",
    ],
    [
        "note",
        "low#",
        "${name#}家人均 ${each#} 元，可以申请低保",
        "Low income",
        "",
        "${each#} < 700",
        "",
        "",
        "",
        "",
        "",
    ],
    ["text", "remark#", "备注", "Remark", "", "", "", "", "", "", "multiline"],
    ["end group", "", "", "", "", "", "", "", "", "", ""],
];

const CHOICES: &[[&str; 5]] = &[
    ["list_name", "name", "label::中文 (zh)", "label::English (en)", "town"],
    ["yn", "y", "有", "Yes", ""],
    ["yn", "n", "没有", "No", ""],
    ["town", "t1", "临江乡", "Linjiang", ""],
    ["town", "t2", "段店镇", "Duandian", ""],
    ["village", "v1", "大湖村", "Dahu", "t1"],
    ["village", "v2", "郭当村", "Guodang", "t1"],
    ["village", "v3", "百席村", "Baixi", "t2"],
    ["village", "v4", "骆李村", "Luoli", "t2"],
    ["trouble", "sick", "生病", "Illness", ""],
    ["trouble", "alone", "独居", "Alone", ""],
    ["trouble", "none", "没有", "None", ""],
    ["relation", "spouse", "配偶", "Spouse", ""],
    ["relation", "child", "子女", "Child", ""],
];

/// Keystrokes: what they show, where, and values to alternate between.
pub const KEYSTROKES: &[(&str, &str, [&str; 2])] = &[
    ("a text on which nothing depends", "/data/s2/remark2", ["好", "好的"]),
    ("a name quoted by labels of its section", "/data/s2/name2", ["余桂", "余桂英"]),
    ("a number that runs through every total", "/data/s1/pigs1", ["1", "12"]),
    ("an income in a row that runs into every sum", "/data/s4/member4[2]/earned4", ["30", "300"]),
    ("a choice that filters another", "/data/s5/town5", ["t2", "t1"]),
    ("a condition of a whole section", "/data/has6", ["n", "y"]),
];

/// A workbook with about so many questions.
pub fn workbook(questions: usize) -> Vec<u8> {
    let sections = questions.div_ceil(QUESTIONS_A_SECTION);
    let mut rows: Vec<Vec<String>> = vec![HEAD.map(str::to_owned).to_vec()];
    for section in 1..=sections {
        for row in SECTION {
            rows.push(row.iter().map(|cell| cell.replace('#', &section.to_string())).collect());
        }
        rows.push(running_total(section));
    }
    let choices: Vec<Vec<String>> = CHOICES.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    let mut book = Workbook::new();
    for (name, rows) in [("survey", rows), ("choices", choices)] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in (0_u32..).zip(rows) {
            for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// All households up to this one together: an answer of the first runs through every total after it.
fn running_total(section: usize) -> Vec<String> {
    let mut cells = vec![String::new(); HEAD.len()];
    "calculate".clone_into(&mut cells[0]);
    cells[1] = format!("total{section}");
    cells[8] = match section - 1 {
        0 => format!("coalesce(${{income{section}}}, 0)"),
        before => format!("${{total{before}}} + coalesce(${{income{section}}}, 0)"),
    };
    cells
}

/// How many sections a form of this kind has.
pub fn sections(form: &Form) -> usize {
    form.view().items.iter().filter(|item| item.name.starts_with("has")).count()
}

/// An answer for every question of a section outside its repeat, in order.
pub fn answers(section: usize) -> Vec<(String, &'static str)> {
    let at = |name: &str, value| (format!("/data/s{section}/{name}{section}"), value);
    vec![
        (format!("/data/has{section}"), "y"),
        at("name", "余桂英"),
        at("id", "42070419480315002X"),
        at("seen", "2026-11-20"),
        at("town", "t1"),
        at("village", "v2"),
        at("trouble", "sick alone"),
        at("illness", "高血压"),
        at("area", "85.5"),
        at("pigs", "2"),
        at("land", "3"),
        at("remark", "已当面核对"),
    ]
}

/// The same for one row of its repeat.
pub fn row_answers(section: usize, row: usize) -> Vec<(String, &'static str)> {
    let at = |name: &str, value| (format!("/data/s{section}/member{section}[{row}]/{name}{section}"), value);
    vec![at("who", "余小明"), at("relation", "child"), at("earned", "2500")]
}
