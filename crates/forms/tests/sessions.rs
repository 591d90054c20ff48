//! Forms being filled in: what is shown, required, computed, offered and wrong, and that nothing else is evaluated.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::{Context, Refusal, Session, check_answers};
use common::{context, form, session, values};

const HEAD: &[&str] =
    &["type", "name", "label", "relevant", "calculation", "constraint", "constraint_message", "required"];

#[test]
fn an_answer_changes_exactly_what_depends_on_it() {
    let form = form(
        &[
            HEAD,
            &["integer", "a", "A"],
            &["integer", "b", "B", "${a} > 5"],
            &["calculate", "c", "", "", "${a} * 2"],
            &["note", "n", "双倍是 ${c}"],
            &["text", "other", "别的", "", "", "string-length(.) < 3", "太长"],
        ],
        &[],
    );
    let mut session = session(&form);
    let before = session.evaluations();
    let changes = session.answer("/data/a", "7").unwrap();
    let paths: Vec<&str> = changes.changed.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(paths, ["/data/a", "/data/b", "/data/c", "/data/n"]);
    assert_eq!(changes.at("/data/a").unwrap().value.as_deref(), Some("7"));
    assert_eq!(changes.at("/data/b").unwrap().relevant, Some(true));
    assert_eq!(changes.at("/data/c").unwrap().value.as_deref(), Some("14"));
    assert_eq!(changes.at("/data/n").unwrap().label.as_deref(), Some("双倍是 14"));
    let first = session.evaluations() - before;

    assert!(session.answer("/data/a", "7").unwrap().is_empty(), "the same again changes nothing");
    assert_eq!(session.evaluations() - before, first, "and evaluates nothing");

    let changes = session.answer("/data/other", "abcd").unwrap();
    assert_eq!(changes.changed.len(), 1);
    assert_eq!(changes.at("/data/other").unwrap().problem, Some(Some("太长".to_owned())));
    assert_eq!(session.evaluations() - before, first + 1, "only its own verdict");
}

#[test]
fn an_answer_that_is_no_longer_asked_counts_as_empty_but_is_not_forgotten() {
    let form = form(
        &[
            HEAD,
            &["text", "has", "有吗"],
            &["begin group", "g", "G", "${has} = 'y'"],
            &["integer", "n", "几个", "", "", "", "", "yes"],
            &["end group"],
            &["calculate", "total", "", "", "coalesce(${n}, 0) + 1"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/has", "y").unwrap();
    session.answer("/data/g/n", "4").unwrap();
    assert_eq!(session.answers()["/data/total"], "5");
    let changes = session.answer("/data/has", "n").unwrap();
    assert_eq!(changes.at("/data/g/n").unwrap().relevant, Some(false));
    assert_eq!(session.answers(), values(&[("/data/has", "n"), ("/data/total", "1")]));
    assert_eq!(session.problems(), []);
    assert_eq!(session.answer("/data/g/n", "5"), Err(Refusal::NotRelevant));
    session.answer("/data/has", "y").unwrap();
    assert_eq!(session.answers()["/data/g/n"], "4");
}

#[test]
fn types_are_checked_and_tidied() {
    let form = form(
        &[
            HEAD,
            &["integer", "i", "I"],
            &["decimal", "d", "D"],
            &["date", "t", "T"],
            &["time", "h", "H"],
            &["dateTime", "m", "M"],
            &["select_one yn", "s", "S"],
            &["select_multiple yn", "w", "W"],
            &["acknowledge", "k", "K"],
            &["image", "p", "P"],
        ],
        &[&["list_name", "name", "label"], &["yn", "y", "是"], &["yn", "n", "否"]],
    );
    let mut session = session(&form);
    let cases = [
        ("i", "12", true),
        ("i", "１２", true),
        ("i", "1.5", false),
        ("i", "99999999999999999999", false),
        ("d", "-1.25", true),
        ("d", "1e5", false),
        ("d", "NaN", false),
        ("t", "2026-02-28", true),
        ("t", "2026-02-30", false),
        ("t", "2026-2-3", false),
        ("h", "14:30", true),
        ("h", "25:00", false),
        ("m", "2026-11-24T14:30", true),
        ("m", "tomorrow", false),
        ("s", "y", true),
        ("s", "z", false),
        ("s", "y n", false),
        ("w", "n  y", true),
        ("w", "n n", false),
        ("k", "OK", true),
        ("k", "yes", false),
        ("p", "0123abcd", true),
        ("p", "two words", false),
    ];
    for (name, value, good) in cases {
        let path = format!("/data/{name}");
        session.answer(&path, value).unwrap();
        assert_eq!(session.node(&path).unwrap().problem.is_none(), good, "{name} = {value}");
    }
    assert_eq!(session.node("/data/w").unwrap().value, "n n");
    session.answer("/data/i", "１２").unwrap();
    assert_eq!(session.node("/data/i").unwrap().value, "12");
}

#[test]
fn choices_follow_their_filter_and_a_choice_no_longer_offered_is_gone_until_it_is_offered_again() {
    let head: &[&str] = &["type", "name", "label", "choice_filter", "calculation"];
    let form = form(
        &[
            head,
            &["select_one town", "town", "乡镇"],
            &["select_one village", "village", "村", "town = ${town}"],
            &["calculate", "village_name", "", "", "jr:choice-name(${village}, '${village}')"],
            &["calculate", "code", "", "", "instance('village')/root/item[name = ${village}]/town"],
        ],
        &[
            &["list_name", "name", "label", "town"],
            &["town", "t1", "临江乡", ""],
            &["town", "t2", "段店镇", ""],
            &["village", "v1", "大湖村", "t1"],
            &["village", "v2", "郭当村", "t1"],
            &["village", "v3", "某村", "t2"],
        ],
    );
    let mut session = session(&form);
    let changes = session.answer("/data/town", "t1").unwrap();
    let choices = changes.at("/data/village").unwrap().choices.clone().unwrap();
    let labels: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(labels, ["大湖村", "郭当村"]);
    session.answer("/data/village", "v1").unwrap();
    assert_eq!(session.answers()["/data/village_name"], "大湖村");
    assert_eq!(session.answers()["/data/code"], "t1");
    assert_eq!(session.problems(), []);
    let changes = session.answer("/data/town", "t2").unwrap();
    assert_eq!(changes.at("/data/village").unwrap().value.as_deref(), Some(""));
    assert_eq!(changes.at("/data/village_name").unwrap().value.as_deref(), Some(""), "and what rests on it");
    session.answer("/data/town", "t1").unwrap();
    assert_eq!(session.answers()["/data/village"], "v1");
    let given = values(&[("/data/town", "t2"), ("/data/village", "v1")]);
    let checked = check_answers(&form, &context(), &given);
    assert_eq!(checked.problems[0].path, "/data/village", "what comes from outside is told, not dropped");
}

#[test]
fn rows_come_and_go_and_sums_follow() {
    let head: &[&str] = &["type", "name", "label", "calculation"];
    let form = form(
        &[
            head,
            &["begin repeat", "rep", "行"],
            &["integer", "n", "第${number}行"],
            &["calculate", "number", "", "position(..)"],
            &["calculate", "before", "", "indexed-repeat(${n}, ${rep}, ${number} - 1)"],
            &["end repeat"],
            &["calculate", "rows", "", "count(${rep})"],
            &["calculate", "sum", "", "sum(${n})"],
            &["calculate", "most", "", "max(/data/rep/n)"],
            &["calculate", "second", "", "${rep}[2]/n"],
            &["calculate", "list", "", "join('、', ${n})"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/rep[1]/n", "10").unwrap();
    let changes = session.add_repeat("/data/rep").unwrap();
    assert_eq!(changes.added, ["/data/rep[2]"]);
    assert_eq!(changes.at("/data/rows").unwrap().value.as_deref(), Some("2"));
    session.answer("/data/rep[2]/n", "20").unwrap();
    session.add_repeat("/data/rep").unwrap();
    session.answer("/data/rep[3]/n", "5").unwrap();
    let answers = session.answers();
    let computed = |name: &str| answers.get(&format!("/data/{name}")).map_or("", String::as_str);
    assert_eq!(["rows", "sum", "most", "second", "list"].map(computed), ["3", "35", "20", "20", "10、20、5"]);
    assert_eq!(answers["/data/rep[3]/before"], "20");
    assert_eq!(session.node("/data/rep[3]/n").unwrap().label, "第3行");

    let changes = session.remove_repeat("/data/rep[1]").unwrap();
    assert_eq!(changes.removed, ["/data/rep[1]"]);
    assert_eq!(changes.renumbered[0].from, "/data/rep[2]");
    assert_eq!(changes.renumbered[0].to, "/data/rep[1]");
    let answers = session.answers();
    assert_eq!(answers["/data/sum"], "25");
    assert_eq!(answers["/data/rep[2]/before"], "20");
    assert_eq!(session.node("/data/rep[2]/n").unwrap().label, "第2行");
    assert_eq!(session.remove_repeat("/data/rep[9]"), Err(Refusal::UnknownPath));
}

#[test]
fn a_change_in_one_row_leaves_the_other_rows_alone() {
    let head: &[&str] = &["type", "name", "label", "calculation"];
    let form = form(
        &[
            head,
            &["begin repeat", "rep", "行"],
            &["integer", "n", "N"],
            &["calculate", "double", "", "${n} * 2"],
            &["end repeat"],
        ],
        &[],
    );
    let mut session = session(&form);
    for _ in 0..50 {
        session.add_repeat("/data/rep").unwrap();
    }
    let before = session.evaluations();
    session.answer("/data/rep[7]/n", "3").unwrap();
    assert_eq!(session.answers()["/data/rep[7]/double"], "6");
    assert!(session.evaluations() - before <= 3, "{}", session.evaluations() - before);
}

#[test]
fn a_formula_may_count_the_rows() {
    let head: &[&str] = &["type", "name", "label", "repeat_count", "calculation"];
    let form = form(
        &[
            head,
            &["integer", "people", "几人"],
            &["begin repeat", "person", "人", "${people}"],
            &["text", "who", "谁"],
            &["end repeat"],
            &["calculate", "rows", "", "", "count(${person})"],
        ],
        &[],
    );
    let mut session = session(&form);
    let changes = session.answer("/data/people", "3").unwrap();
    assert_eq!(changes.added.len(), 3);
    assert_eq!(session.answers()["/data/rows"], "3");
    session.answer("/data/person[2]/who", "余").unwrap();
    let changes = session.answer("/data/people", "1").unwrap();
    assert_eq!(changes.removed.len(), 2);
    assert_eq!(session.answers()["/data/rows"], "1");
    assert_eq!(session.add_repeat("/data/person"), Err(Refusal::RowsFixed));
    session.answer("/data/people", "1000000").unwrap();
    assert_eq!(session.answers()["/data/rows"], "200", "there is a bound");
}

#[test]
fn languages_change_labels_choices_and_messages() {
    let form = form(
        &[
            &["type", "name", "label::中文 (zh)", "label::English (en)", "required", "calculation"],
            &["select_one yn", "a", "选", "Choose", "yes", ""],
            &["calculate", "shown", "", "", "", "jr:choice-name(${a}, '${a}')"],
        ],
        &[&["list_name", "name", "label::中文 (zh)", "label::English (en)"], &["yn", "y", "是", "Yes"]],
    );
    let mut session = session(&form);
    assert_eq!(session.problems()[0].message, "这一项必须填写");
    let changes = session.set_language("en").unwrap();
    assert_eq!(changes.at("/data/a").unwrap().label.as_deref(), Some("Choose"));
    assert_eq!(changes.at("/data/a").unwrap().choices.as_ref().unwrap()[0].label, "Yes");
    assert_eq!(session.problems()[0].message, "this must be answered");
    session.answer("/data/a", "y").unwrap();
    assert_eq!(session.answers()["/data/shown"], "Yes");
    session.set_language("中文").unwrap();
    assert_eq!(session.answers()["/data/shown"], "是");
    assert_eq!(session.set_language("fr"), Err(Refusal::UnknownLanguage));
}

#[test]
fn defaults_begin_a_session_and_are_not_forced_on_a_resumed_one() {
    let head: &[&str] = &["type", "name", "label", "default", "read_only", "calculation"];
    let form = form(
        &[
            head,
            &["date", "day", "D", "today()"],
            &["text", "word", "W", "固定"],
            &["text", "fixed", "F", "1-2", "yes"],
            &["text", "copy", "C", "", "", "concat(${word}, '!')"],
            &["calculate", "key", "", "", "", "once(uuid())"],
        ],
        &[],
    );
    let mut session = session(&form);
    let answers = session.answers();
    assert_eq!(answers["/data/day"], "2026-11-22");
    assert_eq!(answers["/data/word"], "固定");
    assert_eq!(answers["/data/fixed"], "1-2");
    assert_eq!(answers["/data/key"].len(), 36);
    assert_eq!(session.answer("/data/fixed", "x"), Err(Refusal::ReadOnly));
    session.answer("/data/word", "").unwrap();
    let kept = session.answers();
    let later = Context { seed: 99, ..context() };
    let resumed = Session::resume(&form, &later, &kept);
    assert_eq!(resumed.answers(), kept, "an emptied default stays empty, and once() keeps its value");
}

#[test]
fn the_center_computes_anew_and_leaves_out_what_does_not_belong() {
    let form = form(
        &[
            HEAD,
            &["integer", "a", "A", "", "", ". < 10", "应小于 10"],
            &["text", "b", "B", "${a} > 5"],
            &["calculate", "c", "", "", "${a} * 2"],
            &["begin repeat", "rep", "R"],
            &["text", "x", "X"],
            &["end repeat"],
        ],
        &[],
    );
    let given = values(&[
        ("/data/a", "3"),
        ("/data/b", "hidden"),
        ("/data/c", "7"),
        ("/data/rep[2]/x", "second"),
        ("/data/rep[99999999]/x", "far"),
        ("/data/rep[0]/x", "none"),
        ("/other", "x"),
        ("nonsense[[", "x"),
    ]);
    let checked = check_answers(&form, &context(), &given);
    assert_eq!(
        checked.answers,
        values(&[("/data/a", "3"), ("/data/c", "6"), ("/data/rep[1]", ""), ("/data/rep[2]/x", "second")]),
        "the empty row before the second is a row too"
    );
    assert_eq!(checked.corrected, ["/data/c"]);
    assert_eq!(checked.dropped.len(), 5);
    assert_eq!(checked.problems, []);
    let checked = check_answers(&form, &context(), &values(&[("/data/a", "11")]));
    assert_eq!(checked.problems[0].message, "应小于 10");
}

#[test]
fn working_days_follow_the_calendar_that_is_passed_in() {
    let head: &[&str] = &["type", "name", "label", "calculation"];
    let form = form(
        &[
            head,
            &["date", "day", "D"],
            &["calculate", "due", "", "add-workdays(${day}, 3)"],
            &["calculate", "between", "", "workdays-between(${day}, '2026-10-12')"],
            &["calculate", "months", "", "difference-in-months(${day}, today())"],
            &["calculate", "next", "", "add-date(${day}, 1, 'month')"],
            &["calculate", "shown", "", "format-date(${day}, '%Y年%n月%e日')"],
            &["calculate", "hidden_id", "", "mask('42070419480315002X')"],
        ],
        &[],
    );
    let mut context = context();
    context
        .calendar
        .days_off
        .extend((1..=8).map(|d| format!("2026-10-0{d}").parse::<chrono::NaiveDate>().unwrap()));
    context.calendar.make_up_days.insert("2026-10-10".parse().unwrap());
    let mut session = Session::new(&form, &context, &values(&[]));
    session.answer("/data/day", "2026-09-30").unwrap();
    let answers = session.answers();
    assert_eq!(answers["/data/due"], "2026-10-12");
    assert_eq!(answers["/data/between"], "3");
    assert_eq!(answers["/data/months"], "1");
    assert_eq!(answers["/data/next"], "2026-10-30");
    assert_eq!(answers["/data/shown"], "2026年9月30日");
    assert_eq!(answers["/data/hidden_id"], "4207**********002X");
}

#[test]
fn groups_pass_on_that_they_are_read_only() {
    let head: &[&str] = &["type", "name", "label", "read_only"];
    let form = form(
        &[
            head,
            &["text", "lock", "L"],
            &["begin group", "g", "G", "${lock} = 'y'"],
            &["text", "a", "A"],
            &["end group"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/g/a", "x").unwrap();
    let changes = session.answer("/data/lock", "y").unwrap();
    assert_eq!(changes.at("/data/g/a").unwrap().read_only, Some(true));
    assert_eq!(session.answer("/data/g/a", "z"), Err(Refusal::ReadOnly));
}

#[test]
fn a_name_in_a_predicate_means_the_row_under_test_unless_the_formula_stands_in_a_row() {
    let head: &[&str] = &["type", "name", "label", "calculation"];
    let form = form(
        &[
            head,
            &["begin repeat", "rep", "R"],
            &["integer", "n", "N"],
            &["calculate", "smaller", "", "count(${rep}[n < ${n}])"],
            &["end repeat"],
            &["calculate", "big", "", "count(${rep}[${n} > 5])"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.add_repeat("/data/rep").unwrap();
    session.answer("/data/rep[1]/n", "3").unwrap();
    session.answer("/data/rep[2]/n", "9").unwrap();
    let answers = session.answers();
    assert_eq!(answers["/data/big"], "1");
    assert_eq!(answers["/data/rep[1]/smaller"], "0");
    assert_eq!(answers["/data/rep[2]/smaller"], "1", "a change in one row reaches formulas in the others");
    session.answer("/data/rep[1]/n", "30").unwrap();
    assert_eq!(session.answers()["/data/big"], "2");
    assert_eq!(session.answers()["/data/rep[1]/smaller"], "1");
}

#[test]
fn identity_and_telephone_numbers_are_kept_as_registers_write_them() {
    let form = form(
        &[
            &["type", "name", "label", "appearance"],
            &["text", "id", "I", "id-number"],
            &["text", "phone", "P", "phone"],
            &["text", "word", "W", ""],
        ],
        &[],
    );
    let mut session = session(&form);
    for (name, given, kept) in [
        ("id", " 420704 19480315 002x", "42070419480315002X"),
        ("id", "42070419480315002Ｘ", "42070419480315002X"),
        ("phone", "+86 139-0000-0000", "13900000000"),
        ("phone", "0711-3333333", "0711-3333333"),
        ("word", " as typed x ", " as typed x "),
    ] {
        let path = format!("/data/{name}");
        session.answer(&path, given).unwrap();
        assert_eq!(session.node(&path).unwrap().value, kept);
    }
}

#[test]
fn a_session_may_be_kept_and_moved_to_another_thread() {
    fn owns_all_it_needs<T: Send + 'static>() {}
    owns_all_it_needs::<Session>();
    owns_all_it_needs::<bangban_forms::Form>();
}

#[test]
fn plain_columns_belong_to_the_default_language_of_the_settings() {
    let bytes = common::workbook(&[
        ("survey", &[&["type", "name", "label", "label::English (en)"], &["text", "a", "甲", "A"]]),
        (
            "settings",
            &[&["form_title", "form_id", "version", "default_language"], &["题", "T1", "3", "中文 (zh)"]],
        ),
    ]);
    let form = bangban_forms::Form::read(&bytes).unwrap();
    assert_eq!((form.form_id(), form.version(), form.title()), ("T1", "3", "题"));
    assert_eq!(form.languages(), ["中文 (zh)", "English (en)"]);
    let mut session = session(&form);
    assert_eq!(session.node("/data/a").unwrap().label, "甲");
    session.set_language("English").unwrap();
    assert_eq!(session.node("/data/a").unwrap().label, "A");
    let json = serde_json::to_value(form.view()).unwrap();
    assert_eq!(json["items"][0]["label"]["中文 (zh)"], "甲");
}

#[test]
fn a_row_that_counts_all_rows_hears_of_each() {
    let form = form(
        &[
            &["type", "name", "label", "required"],
            &["begin repeat", "rep", "R", ""],
            &["text", "q", "Q", "count(${rep}) > 1"],
            &["end repeat"],
        ],
        &[],
    );
    let mut session = session(&form);
    let required = |session: &Session| session.node("/data/rep[1]/q").unwrap().required;
    assert!(!required(&session));
    session.add_repeat("/data/rep").unwrap();
    assert!(required(&session), "a second row came");
    session.remove_repeat("/data/rep[2]").unwrap();
    assert!(!required(&session), "it went");
}
