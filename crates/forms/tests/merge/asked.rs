//! What is asked, required, refused, shown, given back and saved.

use crate::common::{context, session, values, workbook};
use crate::{HEAD, YN, answer, asked, book, merge, node, problems, try_merge};
use bangban_forms::{Form, Saving, Session, check_answers};

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
    let mut twice = crate::common::session(&merge(&[first.clone(), first]));
    twice.answer("/data/only_a", "甲").unwrap();
    assert_eq!(node(&twice, "/data/q").label, "甲的问题");
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
fn nothing_of_an_item_comes_before_the_tick_list() {
    let group: [&[&str]; 3] = [&["begin group", "person", "本人"], &["text", "name", "姓名"], &["end group"]];
    let own = book(&[HEAD, group[0], group[1], group[2]], YN);
    let item = book(&[HEAD, &["note", "first", "先看"], group[0], group[1], group[2]], YN);
    let session = session(&try_merge(Some(&own), &[item]).unwrap());
    assert_eq!(asked(&session), ["/data/person", "/data/person/name", "/data/items", "/data/first"]);
}
