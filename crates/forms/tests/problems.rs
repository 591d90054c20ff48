//! A reason in every language of the form, and the files that a form shows.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::check_answers;
use common::{context, form, read, session, values};

const HEAD: &[&str] = &[
    "type",
    "name",
    "label::中文 (zh)",
    "label::English (en)",
    "required",
    "required_message::中文 (zh)",
    "required_message::English (en)",
    "constraint",
    "constraint_message::中文 (zh)",
    "constraint_message::English (en)",
];

fn messages(answers: &[(&str, &str)], path: &str) -> Vec<(String, String)> {
    let form = form(
        &[
            HEAD,
            &["text", "name", "姓名", "Name", "yes", "请写姓名", "Write the name", "", "", ""],
            &["integer", "sum", "金额", "Sum", "yes", "", "", ". < 10", "${name}超额", "${name} is over"],
            &["date", "day", "日期", "Day", "", "", "", ". < today()", "", ""],
        ],
        &[],
    );
    let problems = check_answers(&form, &context(), &values(answers)).problems;
    let found = problems.into_iter().find(|problem| problem.path == path).unwrap();
    assert_eq!(found.messages.get("zh"), Some(&found.message), "the default language");
    found.messages.into_iter().collect()
}

fn pair(en: &str, zh: &str) -> Vec<(String, String)> {
    vec![("en".to_owned(), en.to_owned()), ("zh".to_owned(), zh.to_owned())]
}

#[test]
fn a_reason_is_told_in_each_language_of_the_form() {
    let own = messages(&[], "/data/name");
    assert_eq!(own, pair("Write the name", "请写姓名"));
    let filled = messages(&[("/data/name", "余桂英"), ("/data/sum", "12")], "/data/sum");
    assert_eq!(filled, pair("余桂英 is over", "余桂英超额"));
    let required = messages(&[("/data/name", "余桂英")], "/data/sum");
    assert_eq!(required, pair("this must be answered", "这一项必须填写"));
    let kind = messages(&[("/data/sum", "x")], "/data/sum");
    assert_eq!(kind, pair("enter a whole number", "请填写整数"));
    let condition = messages(&[("/data/day", "2027-01-01")], "/data/day");
    assert_eq!(condition, pair("the answer does not meet the condition", "填写的内容不符合要求"));
}

#[test]
fn a_session_tells_the_same_whatever_its_language() {
    let form = form(
        &[HEAD, &["text", "name", "姓名", "Name", "yes", "请写姓名", "Write the name", "", "", ""]],
        &[],
    );
    let mut session = session(&form);
    let before = session.problems().remove(0);
    session.set_language("en").unwrap();
    let after = session.problems().remove(0);
    assert_eq!((before.message.as_str(), after.message.as_str()), ("请写姓名", "Write the name"));
    assert_eq!(before.messages, after.messages);
}

#[test]
fn a_form_names_the_files_it_shows() {
    let form = read(
        &[
            &["type", "name", "label", "media::image", "media::audio::English (en)", "big-image", "disabled"],
            &["text", "a", "A", "a.png", "a.mp3", "a-large.png", ""],
            &["text", "b", "B", "${a}.png", "", "", ""],
            &["text", "c", "C", "c.png", "", "", "yes"],
            &["# text", "d", "D", "d.png", "", "", ""],
            &["select_one l", "e", "E", "", "", "", ""],
        ],
        &[
            &["list_name", "name", "label", "image", "image-description", "video"],
            &["l", "x", "X", "x.png", "a picture of x", ""],
            &["l", "y", "Y", "x.png", "", "y.mp4"],
        ],
    );
    let form = form.unwrap();
    let mut files: Vec<&str> = form.shown().iter().map(String::as_str).collect();
    files.sort_unstable();
    assert_eq!(files, ["a-large.png", "a.mp3", "a.png", "x.png", "y.mp4"]);
}
