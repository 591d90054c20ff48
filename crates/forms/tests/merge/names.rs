//! Names, paths, lists and files: each item's own, whatever the others have.

use crate::common::{session, workbook};
use crate::{HEAD, YN, answer, book, bundle, merge, node, part};
use bangban_forms::{Form, Part, Session};
use std::collections::BTreeMap;

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
