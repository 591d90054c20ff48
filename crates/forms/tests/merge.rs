//! Forms merged into one: what is common is asked once, what is an item's own while it is ticked.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::{
    Bundle, Form, FormError, FormErrorCode as Code, MAX_PARTS, NodeView, Part, Saving, Session, check_answers,
};
use common::{context, session, values, workbook};
use std::collections::BTreeMap;

type Table<'a> = &'a [&'a [&'a str]];

const HEAD: &[&str] = &["type", "name", "label", "required", "relevant", "constraint", "calculation"];
const YN: Table<'static> = &[&["list_name", "name", "label"], &["yn", "y", "是"], &["yn", "n", "否"]];

fn book(survey: Table<'_>, choices: Table<'_>) -> Vec<u8> {
    workbook(&[("survey", survey), ("choices", choices)])
}

fn label(zh: &str, en: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("zh".to_owned(), zh.to_owned()), ("en".to_owned(), en.to_owned())])
}

fn none() -> &'static BTreeMap<String, Vec<u8>> {
    static NONE: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    &NONE
}

fn part<'a>(code: &str, workbook: &'a [u8], ticked: bool) -> Part<'a> {
    let label = label(&format!("事项{code}"), &format!("item {code}"));
    Part { code: code.to_owned(), label, workbook, files: none(), ticked }
}

fn bundle(workbook: Option<&[u8]>) -> Bundle<'_> {
    Bundle { code: "BUNDLE", title: "一件事", version: "1", workbook, files: none() }
}

/// Items A, B … with these workbooks, all ticked.
fn try_merge(own: Option<&[u8]>, books: &[Vec<u8>]) -> Result<Form, Vec<FormError>> {
    let codes = ["A", "B", "C", "D"];
    let parts: Vec<Part<'_>> = books.iter().zip(codes).map(|(book, code)| part(code, book, true)).collect();
    Form::merge(&bundle(own), &parts)
}

fn merge(books: &[Vec<u8>]) -> Form {
    try_merge(None, books).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn node(session: &Session, path: &str) -> NodeView {
    session.node(path).unwrap_or_else(|| panic!("{path} is not there"))
}

fn asked(session: &Session) -> Vec<String> {
    session.nodes().into_iter().filter(|node| node.relevant).map(|node| node.path).collect()
}

fn problems(session: &Session) -> Vec<String> {
    session.problems().into_iter().map(|problem| problem.path).collect()
}

fn answer(session: &mut Session, answers: &[(&str, &str)]) {
    for (path, value) in answers {
        session.answer(path, value).unwrap_or_else(|refusal| panic!("{path}: {refusal}"));
    }
}

fn two_items() -> [Vec<u8>; 2] {
    let first = book(
        &[
            HEAD,
            &["begin group", "person", "本人"],
            &["text", "name", "姓名", "yes"],
            &["text", "phone", "电话"],
            &["end group"],
            &["begin group", "income", "收入"],
            &["integer", "wage", "工资", "yes"],
            &["end group"],
        ],
        YN,
    );
    let second = book(
        &[
            HEAD,
            &["begin group", "person", "申请人"],
            &["text", "name", "姓名"],
            &["text", "guardian", "监护人"],
            &["text", "phone", "电话", "yes"],
            &["end group"],
            &["begin group", "card", ""],
            &["select_one yn", "lost", "丢失", "yes"],
            &["end group"],
        ],
        YN,
    );
    [first, second]
}

#[test]
fn what_is_common_is_asked_once_and_what_is_an_items_own_only_while_it_is_ticked() {
    let own = book(&[HEAD, &["date", "day", "日期", "yes"]], YN);
    let form = try_merge(Some(&own), &two_items()).unwrap();
    let mut session = session(&form);
    let all = [
        "/data/day",
        "/data/items",
        "/data/person",
        "/data/person/name",
        "/data/person/guardian",
        "/data/person/phone",
        "/data/income",
        "/data/income/wage",
        "/data/card",
        "/data/card/lost",
    ];
    assert_eq!(asked(&session), all);
    assert_eq!(node(&session, "/data/items").value, "A B");
    assert_eq!(node(&session, "/data/items").choices.unwrap()[1].label, "事项B");
    assert_eq!(node(&session, "/data/card").label, "事项B", "a group without a label is called as its item");
    assert_eq!(node(&session, "/data/person").label, "本人");

    let changes = session.answer("/data/items", "A").unwrap();
    assert_eq!(changes.at("/data/card/lost").unwrap().relevant, Some(false));
    let without = ["/data/person/guardian", "/data/card", "/data/card/lost"];
    let left: Vec<&str> = all.into_iter().filter(|path| !without.contains(path)).collect();
    assert_eq!(asked(&session), left);
    session.answer("/data/items", "").unwrap();
    assert_eq!(asked(&session), ["/data/day", "/data/items"]);
    assert_eq!(problems(&session), ["/data/day", "/data/items"], "at least one item is ticked");
}

#[test]
fn a_common_question_is_required_when_any_ticked_item_requires_it() {
    let mut session = session(&merge(&two_items()));
    let required = |session: &Session, path: &str| node(session, path).required;
    for (ticked, name, phone) in [("A B", true, true), ("A", true, false), ("B", false, true)] {
        session.answer("/data/items", ticked).unwrap();
        assert_eq!(required(&session, "/data/person/name"), name, "{ticked}");
        assert_eq!(required(&session, "/data/person/phone"), phone, "{ticked}");
    }
}

#[test]
fn constraints_of_all_ticked_items_apply_each_with_its_own_message() {
    let with = |constraint: &str, message: &str| {
        let head = &["type", "name", "label", "constraint", "constraint_message"];
        book(&[head, &["integer", "n", "N", constraint, message]], YN)
    };
    let form = merge(&[with(". > 1", "more than one"), with(". < 9", "less than nine")]);
    let mut session = session(&form);
    for (ticked, value, wanted) in [
        ("A B", "5", None),
        ("A B", "1", Some("more than one")),
        ("A B", "9", Some("less than nine")),
        ("A", "9", None),
        ("B", "1", None),
        ("B", "9", Some("less than nine")),
    ] {
        answer(&mut session, &[("/data/items", ticked), ("/data/n", value)]);
        assert_eq!(node(&session, "/data/n").problem.as_deref(), wanted, "{ticked} {value}");
    }
}

#[test]
fn a_common_question_is_asked_when_one_ticked_item_asks_it_and_each_sees_it_as_its_own_form_does() {
    let with = |relevant: &str, own: &str| {
        book(
            &[
                HEAD,
                &["select_one yn", "poor", "困难"],
                &["begin group", "help", "帮助", "", relevant],
                &["text", "why", "原因", "yes"],
                &["integer", own, "自己的", "yes", "${why} = 'x'"],
                &["end group"],
            ],
            YN,
        )
    };
    let form = merge(&[with("${poor} = 'y'", "only_a"), with("", "only_b")]);
    let mut session = session(&form);
    answer(&mut session, &[("/data/help/why", "x"), ("/data/poor", "n")]);
    // A does not ask the group: its own question is not asked though B asks the group.
    assert!(!node(&session, "/data/help/only_a").relevant);
    assert!(node(&session, "/data/help/only_b").relevant);
    assert!(!session.answers_for("A").contains_key("/data/help/why"));
    assert_eq!(session.answers_for("B")["/data/help/why"], "x");
    session.answer("/data/poor", "y").unwrap();
    assert!(node(&session, "/data/help/only_a").relevant);
    assert_eq!(session.answers_for("A")["/data/help/why"], "x");
    answer(&mut session, &[("/data/items", "A"), ("/data/poor", "n")]);
    assert!(!node(&session, "/data/help").relevant, "nobody asks it");
}

#[test]
fn a_name_means_each_items_own_question_wherever_it_lies() {
    let first = book(
        &[
            HEAD,
            &["begin group", "one", "一"],
            &["integer", "age", "年龄"],
            &["end group"],
            &["calculate", "next_a", "", "", "", "", "${age} + 1"],
            &["text", "old_a", "老", "", "${age} > 60"],
        ],
        YN,
    );
    let second = book(
        &[
            HEAD,
            &["begin group", "two", "二"],
            &["integer", "age", "年龄 ${other}"],
            &["integer", "other", "其他"],
            &["end group"],
            &["calculate", "next_b", "", "", "", "", "${age} + 1"],
            &["text", "old_b", "老", "", "${age} > 60"],
        ],
        YN,
    );
    let mut session = session(&merge(&[first, second]));
    answer(&mut session, &[("/data/one/age", "70"), ("/data/two/age", "20"), ("/data/two/other", "3")]);
    assert_eq!(node(&session, "/data/next_a").value, "71");
    assert_eq!(node(&session, "/data/next_b").value, "21");
    assert!(node(&session, "/data/old_a").relevant && !node(&session, "/data/old_b").relevant);
    assert_eq!(node(&session, "/data/two/age").label, "年龄 3");
}

#[test]
fn formulas_over_whatever_lies_in_a_group_see_their_own_items_questions_only() {
    let with = |own: &str, sum: &str| {
        book(
            &[
                HEAD,
                &["begin group", "g", "组"],
                &["integer", "both", "共同"],
                &["integer", own, "自己的"],
                &["end group"],
                &["calculate", sum, "", "", "", "", "sum(/data/g/*)"],
                &["text", &format!("last_{own}"), "Last", "count(/data/*) = 4"],
                &["calculate", &format!("{sum}_named"), "", "", "", "", &format!("sum(//{own})")],
            ],
            YN,
        )
    };
    let form = merge(&[with("a", "sum_a"), with("b", "sum_b")]);
    let mut session = session(&form);
    answer(&mut session, &[("/data/g/both", "1"), ("/data/g/a", "10"), ("/data/g/b", "100")]);
    assert_eq!(node(&session, "/data/sum_a").value, "11");
    assert_eq!(node(&session, "/data/sum_b").value, "101");
    assert_eq!(node(&session, "/data/sum_a_named").value, "10");
    assert!(node(&session, "/data/last_a").required, "no tick-list and nothing of B's is counted");
}

#[test]
fn lists_of_one_name_and_other_content_are_kept_apart() {
    let with = |question: &str, second: &[&str]| {
        book(
            &[
                &["type", "name", "label", "calculation", "choice_filter"],
                &["select_one kind", question, "种类", "", "name != 'z'"],
                &["calculate", &format!("{question}_all"), "", "join(',', instance('kind')/root/item/name)"],
                &["select_one yn", "common", "共同"],
            ],
            &[
                &["list_name", "name", "label"],
                &["kind", "x", "X"],
                second,
                &["yn", "y", "是"],
                &["yn", "n", "否"],
            ],
        )
    };
    let form = merge(&[with("a", &["kind", "y", "Y"]), with("b", &["kind", "w", "W"])]);
    let session = session(&form);
    let offered = |path: &str| -> Vec<String> {
        node(&session, path).choices.unwrap().into_iter().map(|choice| choice.name).collect()
    };
    assert_eq!((offered("/data/a"), offered("/data/b")), (vec_of(&["x", "y"]), vec_of(&["x", "w"])));
    assert_eq!(offered("/data/common"), vec_of(&["y", "n"]));
    assert_eq!(node(&session, "/data/a_all").value, "x,y");
    assert_eq!(node(&session, "/data/b_all").value, "x,w");
}

fn vec_of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn files_of_one_name_are_each_items_own() {
    let survey = |name: &str| {
        book(
            &[
                &["type", "name", "label", "calculation"],
                &["calculate", name, "", "pulldata('towns', 'head', 'code', 't1')"],
                &["text", "any", "Any"],
            ],
            YN,
        )
    };
    let file = |head: &str| {
        BTreeMap::from([("towns.csv".to_owned(), format!("code,head\nt1,{head}\n").into_bytes())])
    };
    let (first, second, here, there) = (survey("a"), survey("b"), file("王"), file("李"));
    let parts = [
        Part { files: &here, ..part("A", &first, true) },
        Part { files: &there, ..part("B", &second, true) },
    ];
    let form = Form::merge(&bundle(None), &parts).unwrap();
    assert_eq!(form.attachments(), ["towns.csv"]);
    let session = session(&form);
    assert_eq!(node(&session, "/data/a").value, "王");
    assert_eq!(node(&session, "/data/b").value, "李");
}

#[test]
fn rows_are_common_and_each_item_gets_them_all() {
    let with = |own: &str| {
        book(
            &[
                HEAD,
                &["begin repeat", "member", "成员"],
                &["text", "who", "姓名", if own == "a" { "yes" } else { "" }],
                &["integer", own, "自己的"],
                &["end repeat"],
                &["calculate", "people", "", "", "", "", "count(${member})"],
            ],
            YN,
        )
    };
    let books = [with("a"), with("b")];
    let form = merge(&books);
    let mut session = session(&form);
    session.add_repeat("/data/member").unwrap();
    session.add_repeat("/data/member").unwrap();
    answer(
        &mut session,
        &[("/data/member[1]/who", "甲"), ("/data/member[2]/a", "5"), ("/data/member[3]/b", "7")],
    );
    assert_eq!(node(&session, "/data/people").value, "3");
    let given = session.answers_for("A");
    assert_eq!(given.get("/data/member[3]").map(String::as_str), Some(""), "a row without answers counts");
    let checked = check_answers(&Form::read(&books[0]).unwrap(), &context(), &given);
    assert_eq!((checked.answers, checked.dropped, checked.corrected), (given, Vec::new(), Vec::new()));
}

#[test]
fn languages_are_brought_together() {
    let first = book(&[&["type", "name", "label::中文 (zh)"], &["text", "a", "甲"]], &[]);
    let second = book(
        &[
            &["type", "name", "label::English (en)", "label::Chinese (zh)", "hint"],
            &["text", "a", "A", "甲方", "plain"],
            &["text", "b", "B", "乙", ""],
        ],
        &[],
    );
    let form = merge(&[first, second]);
    assert_eq!(form.languages(), ["中文 (zh)", "English (en)"]);
    let mut session = session(&form);
    assert_eq!(node(&session, "/data/b").label, "乙");
    assert_eq!(node(&session, "/data/items").label, "一并办理的事项");
    session.set_language("en").unwrap();
    assert_eq!(node(&session, "/data/b").label, "B");
    assert_eq!(node(&session, "/data/items").choices.unwrap()[0].label, "item A");
}

/// The mistakes by cell and code.
fn mistakes(result: Result<Form, Vec<FormError>>) -> Vec<(String, Code)> {
    let errors = result.err().unwrap_or_else(|| panic!("the forms are merged"));
    let told = |error: FormError| {
        assert!(error.message_zh.contains("“事项B”") && error.message_en.contains("“item B”"), "{error:?}");
        (format!("{}!{}", error.sheet, error.cell), error.code)
    };
    errors.into_iter().map(told).collect()
}

#[test]
fn the_same_path_with_another_meaning_is_told_with_both_items_and_the_cell() {
    let head: &[&str] = &[
        "type",
        "name",
        "label",
        "calculation",
        "parameters",
        "trigger",
        "read_only",
        "repeat_count",
        "default",
    ];
    let table: &[(&[&str], &[&str], &str)] = &[
        (&["text", "q", "Q"], &["integer", "q", "Q"], "survey!A3"),
        (&["select_one yn", "q", "Q"], &["select_one no", "q", "Q"], "survey!A3"),
        (&["select_one yn", "q", "Q"], &["select_one yn or_other", "q", "Q"], "survey!A3"),
        (&["range", "q", "Q", "", "start=1 end=5"], &["range", "q", "Q", "", "start=1 end=9"], "survey!E3"),
        (&["calculate", "q", "", "${t}"], &["calculate", "q", "", "concat(${t}, 'x')"], "survey!D3"),
        (&["text", "q", "Q"], &["text", "q", "Q", "${t}"], "survey!D3"),
        (&["text", "q", "Q", "${t}", "", "${t}"], &["text", "q", "Q", "${t}", "", "${u}"], "survey!F3"),
        (&["text", "q", "Q", "${t}", "", "", "yes"], &["text", "q", "Q", "${t}"], "survey!G3"),
        (
            &["hidden", "q", "", "", "", "", "", "", "1"],
            &["hidden", "q", "", "", "", "", "", "", "2"],
            "survey!I3",
        ),
    ];
    let container = |lock: &str| {
        let group: &[&str] = &["begin group", "g", "G", "", "", "", lock];
        book(&[head, group, &["text", "q", "Q"], &["end group"]], YN)
    };
    let found = mistakes(try_merge(None, &[container("yes"), container("")]));
    assert_eq!(found, [("survey!G2".to_owned(), Code::Conflict)], "a lock on a group holds for all in it");
    let lists: Table<'_> = &[YN[0], YN[1], YN[2], &["no", "n", "否"]];
    let rest: [&[&str]; 2] = [&["text", "t", "T"], &["text", "u", "U"]];
    for (first, second, cell) in table {
        let with = |row: &[&str]| book(&[head, rest[0], row, rest[1]], lists);
        let found = mistakes(try_merge(None, &[with(first), with(second)]));
        assert!(found.contains(&((*cell).to_owned(), Code::Conflict)), "{second:?}: {found:?}");
        assert_eq!(found.iter().filter(|(_, code)| *code != Code::Conflict).count(), 0);
        // The same twice is one.
        merge(&[with(first), with(first)]);
    }
}

#[test]
fn groups_and_repeats_of_one_name_do_not_merge() {
    let with = |kind: &str| {
        let (begin, end) = (format!("begin {kind}"), format!("end {kind}"));
        book(&[HEAD, &[&begin, "g", "G"], &["text", "q", "Q"], &[&end]], YN)
    };
    let found = mistakes(try_merge(None, &[with("group"), with("repeat")]));
    assert_eq!(found, [("survey!A2".to_owned(), Code::Conflict)]);
}

#[test]
fn a_shared_formula_may_not_see_what_one_of_the_items_asks_under_another_condition() {
    let with = |relevant: &str| {
        book(
            &[
                HEAD,
                &["select_one yn", "poor", "困难"],
                &["integer", "n", "N", "", relevant],
                &["calculate", "twice", "", "", "", "", "${n} * 2"],
                &["calculate", "four", "", "", "", "", "${twice} * 2"],
            ],
            YN,
        )
    };
    let found = mistakes(try_merge(None, &[with("${poor} = 'y'"), with("")]));
    let cells = ["survey!G4", "survey!G5"];
    assert_eq!(found, cells.map(|cell| (cell.to_owned(), Code::Conflict)));
    merge(&[with("${poor} = 'y'"), with("${poor}='y'")]);
}

#[test]
fn the_tick_lists_name_is_taken_and_mistakes_of_a_workbook_name_its_item() {
    let fine = book(&[HEAD, &["text", "q", "Q"]], YN);
    let taken = book(&[HEAD, &["text", "items", "Q"]], YN);
    assert_eq!(
        mistakes(try_merge(None, &[fine.clone(), taken.clone()])),
        [("survey!B2".to_owned(), Code::BadName)]
    );
    let own = try_merge(Some(&taken), std::slice::from_ref(&fine)).unwrap_err();
    assert_eq!((own[0].cell.as_str(), own[0].code), ("B2", Code::BadName));
    let broken = book(&[HEAD, &["text", "q", "Q", "", "${nobody} = 1"]], YN);
    assert_eq!(mistakes(try_merge(None, &[fine, broken])), [("survey!E2".to_owned(), Code::UnknownName)]);
}

#[test]
fn conditions_that_wait_for_each_other_only_together_are_a_cycle() {
    let with = |first: &str, second: &str| {
        book(&[HEAD, &["text", "a", "A", "", first], &["text", "b", "B", "", second]], YN)
    };
    let found = mistakes(try_merge(None, &[with("${b} = 'x'", ""), with("", "${a} = 'x'")]));
    assert_eq!(found.iter().map(|(_, code)| *code).collect::<Vec<_>>(), [Code::Cycle]);
}

#[test]
fn bounds_are_kept() {
    let fine = book(&[HEAD, &["text", "q", "Q"]], YN);
    let refused = |parts: &[Part<'_>]| Form::merge(&bundle(None), parts).unwrap_err()[0].code;
    assert_eq!(refused(&[]), Code::BadValue);
    assert_eq!(refused(&[part("A", &fine, true), part("A", &fine, false)]), Code::DoubledName);
    assert_eq!(refused(&[part("A B", &fine, true)]), Code::BadName);
    let many: Vec<Part<'_>> = (0..=MAX_PARTS).map(|at| part(&format!("P{at}"), &fine, true)).collect();
    assert_eq!(refused(&many), Code::TooLarge);
    let most = Form::merge(&bundle(Some(&fine)), &many[..MAX_PARTS]).unwrap();
    assert_eq!(most.parts().len(), MAX_PARTS);
    let mut session = session(&most);
    answer(&mut session, &[("/data/items", "P31"), ("/data/q", "x")]);
    assert_eq!(session.answers_for("P31"), values(&[("/data/q", "x")]));
    assert_eq!(session.answers_for("P30"), BTreeMap::new());
    let large = vec![0; bangban_forms::MAX_BUNDLE_BYTES];
    assert_eq!(refused(&[part("A", &fine, true), part("B", &large, true)]), Code::TooLarge);
    let rows: Vec<String> = (0..4_000).map(|row| format!("q{row}")).collect();
    let wide = |from: &str| {
        let names: Vec<String> = rows.iter().map(|name| format!("{from}{name}")).collect();
        let mut survey: Vec<Vec<&str>> = vec![HEAD.to_vec()];
        survey.extend(names.iter().map(|name| vec!["text", name.as_str(), "Q"]));
        let survey: Vec<&[&str]> = survey.iter().map(Vec::as_slice).collect();
        book(&survey, YN)
    };
    let three = [wide("a"), wide("b"), wide("c")];
    let parts: Vec<Part<'_>> =
        three.iter().zip(["A", "B", "C"]).map(|(book, code)| part(code, book, true)).collect();
    assert_eq!(refused(&parts), Code::TooLarge);
}

#[test]
fn notes_that_say_different_things_are_both_shown() {
    let with = |text: &str| book(&[HEAD, &["note", "tell", text], &["text", "q", "Q"]], YN);
    let form = merge(&[with("带身份证"), with("带户口簿"), with("带身份证")]);
    let session = session(&form);
    let notes: Vec<String> = session
        .nodes()
        .into_iter()
        .filter(|node| node.path.contains("tell"))
        .map(|node| node.label)
        .collect();
    assert_eq!(notes, ["带身份证", "带户口簿"]);
}

#[test]
fn what_a_bundle_saves_is_counted_by_hand() {
    let own = book(&[HEAD, &["date", "day", "日期"]], YN);
    let first = book(
        &[
            HEAD,
            &["text", "name", "姓名"],
            &["integer", "age", "年龄"],
            &["note", "tell", "说明"],
            &["calculate", "next", "", "", "", "", "${age} + 1"],
            &["hidden", "silent", ""],
        ],
        YN,
    );
    let second = book(
        &[
            &["type", "name", "label", "read_only", "default"],
            &["text", "name", "姓名"],
            &["text", "card", "卡号"],
            &["text", "locked", "固定", "yes", "x"],
            &["begin repeat", "member", "成员"],
            &["text", "who", "姓名"],
            &["end repeat"],
        ],
        YN,
    );
    let form = try_merge(Some(&own), &[first.clone(), second.clone()]).unwrap();
    let table: &[(&[&str], usize, usize)] =
        &[(&[], 0, 1), (&["A"], 2, 3), (&["B"], 3, 4), (&["A", "B"], 5, 5), (&["A", "B", "NOBODY"], 5, 5)];
    for (ticked, apart, together) in table {
        let wanted = Saving { fields_apart: *apart, fields_together: *together };
        assert_eq!(form.saving(ticked), wanted, "{ticked:?}");
    }
    assert_eq!(Form::read(&first).unwrap().saving(&["A"]), Saving::default());

    let mut session = session(&form);
    assert_eq!(session.saving(), Saving { fields_apart: 5, fields_together: 5 });
    session.add_repeat("/data/member").unwrap();
    assert_eq!(session.saving(), Saving { fields_apart: 6, fields_together: 6 }, "each row is asked");
    session.answer("/data/items", "A").unwrap();
    assert_eq!(session.saving(), Saving { fields_apart: 2, fields_together: 3 });
}

#[test]
fn a_common_answer_is_tidied_as_any_of_the_items_wants_it() {
    let with = |appearance: &str| {
        book(&[&["type", "name", "label", "appearance"], &["text", "number", "号码", appearance]], YN)
    };
    let books = [with(""), with("w1 id-number"), with("w2 masked")];
    let mut session = session(&merge(&books));
    assert_eq!(node(&session, "/data/number").appearance, "w1 id-number masked");
    session.answer("/data/number", " 42070419480315002x ").unwrap();
    for (code, book) in ["A", "B", "C"].iter().zip(&books) {
        let checked = check_answers(&Form::read(book).unwrap(), &context(), &session.answers_for(code));
        assert_eq!((checked.corrected.len(), checked.answers.len()), (0, 1), "{code}");
    }
}

#[test]
fn a_common_label_names_only_what_every_item_has() {
    let first = book(&[HEAD, &["text", "only_a", "A"], &["text", "q", "${only_a}的问题"]], YN);
    let second = book(&[HEAD, &["text", "q", "问题"]], YN);
    let mut session = session(&merge(&[first.clone(), second]));
    session.answer("/data/only_a", "甲").unwrap();
    assert_eq!(node(&session, "/data/q").label, "问题");
    let mut twice = common::session(&merge(&[first.clone(), first]));
    twice.answer("/data/only_a", "甲").unwrap();
    assert_eq!(node(&twice, "/data/q").label, "甲的问题");
}

#[test]
fn answers_to_choose_from_are_those_that_every_asking_item_knows() {
    let with = |relevant: &str, name: &str| {
        book(
            &[
                HEAD,
                &["select_one yn", "poor", "困难"],
                &["begin repeat", "member", "成员"],
                &["text", "who", "姓名", "", relevant],
                &["end repeat"],
                &["select_one ${who}", "head", "户主"],
                &["select_one ${who}", name, "自己的"],
            ],
            YN,
        )
    };
    let mut session = session(&merge(&[with("${poor} = 'y'", "a"), with("", "b")]));
    answer(&mut session, &[("/data/member[1]/who", "甲"), ("/data/poor", "n")]);
    let offered = |session: &Session, path: &str| node(session, path).choices.unwrap().len();
    let all = |session: &Session| ["/data/head", "/data/a", "/data/b"].map(|path| offered(session, path));
    assert_eq!(all(&session), [0, 0, 1], "A does not ask for names");
    session.answer("/data/poor", "y").unwrap();
    assert_eq!(all(&session), [1, 1, 1]);
    answer(&mut session, &[("/data/poor", "n"), ("/data/items", "B")]);
    assert_eq!(all(&session)[0], 1, "A is not ticked");
}

#[test]
fn what_a_person_said_when_an_item_was_ticked_comes_back_with_it() {
    let mut session = session(&merge(&two_items()));
    answer(&mut session, &[("/data/card/lost", "y"), ("/data/items", "A")]);
    assert!(!session.answers().contains_key("/data/card/lost"));
    session.answer("/data/items", "A B").unwrap();
    assert_eq!(session.answers()["/data/card/lost"], "y");
}

#[test]
fn the_second_of_a_group_is_each_items_own_second() {
    let with = |own: &str, name: &str| {
        book(
            &[
                HEAD,
                &["begin group", "g", "组"],
                &["integer", "both", "共同"],
                &["integer", own, "自己的"],
                &["end group"],
                &["calculate", name, "", "", "", "", "string(/data/g/*[2])"],
            ],
            YN,
        )
    };
    let mut session = session(&merge(&[with("a", "second_a"), with("b", "second_b")]));
    answer(&mut session, &[("/data/g/both", "1"), ("/data/g/a", "10"), ("/data/g/b", "100")]);
    assert_eq!(node(&session, "/data/second_a").value, "10");
    assert_eq!(node(&session, "/data/second_b").value, "100");
}

#[test]
fn what_only_another_item_has_in_a_group_makes_no_cycle() {
    let first = book(
        &[
            HEAD,
            &["begin group", "g", "组"],
            &["integer", "a", "甲"],
            &["end group"],
            &["text", "last", "末", "", "count-non-empty(/data/g/*) > 0"],
        ],
        YN,
    );
    let second = book(
        &[
            HEAD,
            &["begin group", "g", "组"],
            &["integer", "b", "乙", "", "${last} = ''"],
            &["end group"],
            &["text", "last", "末"],
        ],
        YN,
    );
    let mut session = session(&merge(&[first, second]));
    answer(&mut session, &[("/data/items", "A B"), ("/data/last", "x")]);
    assert!(!node(&session, "/data/g/b").relevant);
}

#[test]
fn a_shared_formula_may_not_look_into_lists_that_differ() {
    let with = |choice: &str| {
        book(
            &[
                HEAD,
                &["text", "q", "Q"],
                &["calculate", "all", "", "", "", "", "count(instance('kind')/root/item)"],
            ],
            &[&["list_name", "name", "label"], &["kind", choice, choice]],
        )
    };
    merge(&[with("x"), with("x")]);
    let found = mistakes(try_merge(None, &[with("x"), with("y")]));
    assert_eq!(found, [("survey!G3".to_owned(), Code::Conflict)]);
}

#[test]
fn texts_computed_in_another_language_are_given_back_as_they_are() {
    let item = workbook(&[
        (
            "survey",
            &[
                &["type", "name", "label::中文 (zh)", "label::English (en)", "calculation"],
                &["select_one yn", "poor", "困难", "Poor", ""],
                &["calculate", "told", "", "", "jr:choice-name(${poor}, '${poor}')"],
            ],
        ),
        (
            "choices",
            &[&["list_name", "name", "label::中文 (zh)", "label::English (en)"], &["yn", "y", "是", "Yes"]],
        ),
    ]);
    let form = merge(std::slice::from_ref(&item));
    let mut session = session(&form);
    session.set_language("en").unwrap();
    session.answer("/data/poor", "y").unwrap();
    let given = form.answers_for("A", &context(), &session.answers());
    assert_eq!(given, values(&[("/data/poor", "y"), ("/data/told", "Yes")]));
    assert_eq!(check_answers(&Form::read(&item).unwrap(), &context(), &given).corrected, [] as [&str; 0]);
}

#[test]
fn an_items_own_name_for_the_root_is_understood() {
    let with = |root: &str, name: &str| {
        let path = format!("/{root}/q");
        workbook(&[
            ("survey", &[HEAD, &["text", "q", "Q"], &["calculate", name, "", "", "", "", &path]]),
            ("settings", &[&["form_id", "name"], &["f", root]]),
        ])
    };
    let mut session = session(&merge(&[with("mine", "a"), with("other", "b")]));
    session.answer("/data/q", "x").unwrap();
    assert_eq!((node(&session, "/data/a").value, node(&session, "/data/b").value), ("x".into(), "x".into()));
}

#[test]
fn nothing_of_an_item_comes_before_the_tick_list() {
    let group: [&[&str]; 3] = [&["begin group", "person", "本人"], &["text", "name", "姓名"], &["end group"]];
    let own = book(&[HEAD, group[0], group[1], group[2]], YN);
    let item = book(&[HEAD, &["note", "first", "先看"], group[0], group[1], group[2]], YN);
    let session = session(&try_merge(Some(&own), &[item]).unwrap());
    assert_eq!(asked(&session), ["/data/person", "/data/person/name", "/data/items", "/data/first"]);
}
