//! What a session does where ODK's specification leaves no choice, or where its engines agree.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::{Context, Refusal, Session, check_answers, eval_expression};
use common::{context, form, read, session};

fn value(session: &Session, path: &str) -> String {
    session.node(path).unwrap().value
}

fn names(session: &Session, path: &str) -> Vec<String> {
    let choices = session.node(path).unwrap().choices.unwrap();
    choices.into_iter().map(|choice| choice.name).collect()
}

const LETTERS: &[&[&str]] = &[
    &["list_name", "name", "label"],
    &["l", "a", "A"],
    &["l", "b", "B"],
    &["l", "c", "C"],
    &["l", "d", "D"],
    &["l", "e", "E"],
    &["l", "f", "F"],
];

#[test]
fn a_triggered_value_is_computed_when_its_trigger_changes_and_never_else() {
    let form = form(
        &[
            &["type", "name", "label", "trigger", "calculation"],
            &["text", "a", "A"],
            &["text", "other", "O"],
            &["text", "copy", "C", "${a}", "concat(${a}, ${other})"],
            &["calculate", "of_copy", "", "${a}", "concat(${copy}, '!')"],
            &["text", "emptied", "E", "${a}"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/emptied", "full").unwrap();
    session.answer("/data/other", "1").unwrap();
    assert_eq!(value(&session, "/data/copy"), "", "another question's change is no trigger");
    session.answer("/data/a", "x").unwrap();
    assert_eq!(value(&session, "/data/copy"), "x1");
    assert_eq!(value(&session, "/data/of_copy"), "x1!", "what stands above comes first");
    assert_eq!(value(&session, "/data/emptied"), "", "without a formula the change empties it");
    session.answer("/data/copy", "mine").unwrap();
    session.answer("/data/other", "2").unwrap();
    assert_eq!(value(&session, "/data/copy"), "mine");
    let kept = session.answers();
    let mut resumed = Session::resume(&form, &context(), &kept);
    assert_eq!(resumed.answers(), kept, "taking up a session changes no answer");
    resumed.answer("/data/a", "y").unwrap();
    assert_eq!(value(&resumed, "/data/copy"), "y2");
}

#[test]
fn questions_that_fill_each_other_in_come_to_an_end() {
    let form = form(
        &[
            &["type", "name", "label", "trigger", "calculation"],
            &["decimal", "inch", "I", "${cm}", "round(${cm} div 2.54, 2)"],
            &["decimal", "cm", "C", "${inch}", "round(${inch} * 2.54, 2)"],
            &["integer", "up", "U", "${down}", "${down} + 1"],
            &["integer", "down", "D", "${up}", "${up} + 1"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/inch", "10").unwrap();
    assert_eq!(value(&session, "/data/cm"), "25.4");
    session.answer("/data/cm", "5.08").unwrap();
    assert_eq!(value(&session, "/data/inch"), "2");
    let before = session.evaluations();
    session.answer("/data/up", "1").unwrap();
    assert!(session.evaluations() - before < 200, "{}", session.evaluations() - before);
}

#[test]
fn a_default_formula_runs_once_and_again_for_each_new_row() {
    let form = form(
        &[
            &["type", "name", "label", "default"],
            &["text", "a", "A", "first"],
            &["text", "b", "B", "concat(${a}, '!')"],
            &["begin repeat", "rep", "R"],
            &["text", "x", "X", "${a}"],
            &["integer", "number", "N", "position(..)"],
            &["end repeat"],
            &["integer", "sum", "S", "1 + 2"],
            &["date", "day", "D", "2026-01-02"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/a", "second").unwrap();
    assert_eq!(value(&session, "/data/b"), "first!");
    session.add_repeat("/data/rep").unwrap();
    let rows = ["rep[1]/x", "rep[1]/number", "rep[2]/x", "rep[2]/number", "sum", "day"];
    let found = rows.map(|name| value(&session, &format!("/data/{name}")));
    assert_eq!(found, ["first", "1", "second", "2", "3", "2026-01-02"]);
}

#[test]
fn what_is_not_asked_is_blank_in_comparisons_and_none_in_counts() {
    let form = form(
        &[
            &["type", "name", "label", "relevant", "calculation"],
            &["text", "go", "G"],
            &["begin group", "g", "G", "${go} = 'y'"],
            &["integer", "n", "N"],
            &["end group"],
            &["begin repeat", "rep", "R", "${go} = 'y'"],
            &["integer", "m", "M"],
            &["end repeat"],
            &["calculate", "blank", "", "", "${n} = ''"],
            &["calculate", "same", "", "", "/data/g/n = ''"],
            &["calculate", "unlike", "", "", "${n} != 5"],
            &["calculate", "rows", "", "", "count(${rep})"],
            &["calculate", "sum", "", "", "sum(${m})"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/go", "y").unwrap();
    session.answer("/data/g/n", "5").unwrap();
    session.answer("/data/rep[1]/m", "4").unwrap();
    let all = |session: &Session| {
        ["blank", "same", "unlike", "rows", "sum"].map(|name| value(session, &format!("/data/{name}")))
    };
    assert_eq!(all(&session), ["false", "false", "false", "1", "4"]);
    session.answer("/data/go", "n").unwrap();
    assert_eq!(all(&session), ["true", "true", "true", "0", "0"]);
    assert_eq!(session.node("/data/g/n").unwrap().odk_value(), "");
    assert_eq!(value(&session, "/data/g/n"), "5", "it is not forgotten");
}

#[test]
fn paths_lead_through_groups_that_are_not_asked() {
    let form = form(
        &[
            &["type", "name", "label", "relevant", "choice_filter", "calculation"],
            &["select_one l", "kind", "K"],
            &["begin group", "g", "G", "${kind} != 'b'"],
            &["select_one l", "s", "S", "", "name = current()/../../kind"],
            &["end group"],
        ],
        LETTERS,
    );
    let mut session = session(&form);
    session.answer("/data/kind", "b").unwrap();
    assert_eq!(names(&session, "/data/g/s"), ["b"]);
    session.answer("/data/kind", "c").unwrap();
    assert_eq!(names(&session, "/data/g/s"), ["c"]);
}

#[test]
fn rows_follow_a_number_and_stay_while_there_is_none() {
    let form = form(
        &[
            &["type", "name", "label", "repeat_count"],
            &["integer", "n", "N"],
            &["begin repeat", "plain", "P", "${n}"],
            &["text", "x", "X"],
            &["end repeat"],
            &["begin repeat", "more", "M", "${n} + 1"],
            &["text", "y", "Y"],
            &["end repeat"],
            &["begin repeat", "fixed", "F", "2"],
            &["text", "z", "Z"],
            &["end repeat"],
        ],
        &[],
    );
    let mut session = session(&form);
    let rows =
        |session: &Session| session.repeats().into_iter().map(|repeat| repeat.rows).collect::<Vec<_>>();
    assert_eq!(rows(&session), [0, 0, 2]);
    session.answer("/data/n", "2").unwrap();
    assert_eq!(rows(&session), [2, 3, 2]);
    assert_eq!(value(&session, "/data/more_count"), "3", "a formula for rows is a value of its own");
    session.answer("/data/n", "").unwrap();
    assert_eq!(rows(&session), [2, 3, 2]);
    session.answer("/data/n", "0").unwrap();
    assert_eq!(rows(&session), [0, 1, 2]);
    assert_eq!(session.add_repeat("/data/fixed"), Err(Refusal::RowsFixed));
}

#[test]
fn a_row_that_is_added_begins_without_rows_within_it() {
    let form = form(
        &[
            &["type", "name", "label", "calculation"],
            &["begin repeat", "outer", "O"],
            &["begin repeat", "inner", "I"],
            &["integer", "n", "N"],
            &["calculate", "at", "", "concat(position(../..), '-', position(..))"],
            &["end repeat"],
            &["calculate", "rows", "", "count(${inner})"],
            &["end repeat"],
            &["calculate", "picked", "", "indexed-repeat(${n}, ${outer}, 2, ${inner}, 1)"],
        ],
        &[],
    );
    let mut session = session(&form);
    assert_eq!(value(&session, "/data/outer[1]/inner[1]/at"), "1-1");
    session.add_repeat("/data/outer").unwrap();
    assert_eq!(value(&session, "/data/outer[2]/rows"), "0");
    session.add_repeat("/data/outer[2]/inner").unwrap();
    session.answer("/data/outer[2]/inner[1]/n", "9").unwrap();
    assert_eq!(value(&session, "/data/outer[2]/inner[1]/at"), "2-1");
    assert_eq!(value(&session, "/data/picked"), "9");
}

#[test]
fn answers_in_a_repeat_are_choices_elsewhere() {
    let form = form(
        &[
            &["type", "name", "label", "choice_filter"],
            &["begin repeat", "m", "M"],
            &["text", "who", "W"],
            &["integer", "age", "A"],
            &["end repeat"],
            &["select_one ${who}", "head", "H", "${age} > 17"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/m[1]/who", "余桂英").unwrap();
    session.answer("/data/m[1]/age", "78").unwrap();
    session.add_repeat("/data/m").unwrap();
    session.answer("/data/m[2]/who", "余小山").unwrap();
    session.answer("/data/m[2]/age", "9").unwrap();
    assert_eq!(names(&session, "/data/head"), ["余桂英"]);
    session.answer("/data/head", "余桂英").unwrap();
    assert_eq!(session.problems(), []);
    session.remove_repeat("/data/m[1]").unwrap();
    assert_eq!(value(&session, "/data/head"), "", "who is gone cannot be chosen");
}

#[test]
fn choices_that_exclude_each_other_compile_and_settle() {
    let head: &[&str] = &["type", "name", "label", "choice_filter"];
    let form = form(
        &[
            head,
            &["select_one l", "one", "1", "name != ${two}"],
            &["select_one l", "two", "2", "name != ${one}"],
            &["select_multiple l", "many", "M"],
            &["rank l", "order", "O", "selected(${many}, name)"],
        ],
        LETTERS,
    );
    let mut session = session(&form);
    session.answer("/data/one", "a").unwrap();
    session.answer("/data/two", "b").unwrap();
    assert!(!names(&session, "/data/two").contains(&"a".to_owned()));
    assert!(!names(&session, "/data/one").contains(&"b".to_owned()));
    session.answer("/data/many", "c a").unwrap();
    assert_eq!(value(&session, "/data/many"), "a c");
    session.answer("/data/order", "c a").unwrap();
    session.answer("/data/many", "a c d").unwrap();
    assert_eq!(value(&session, "/data/order"), "c a d");
    session.answer("/data/many", "d").unwrap();
    assert_eq!(value(&session, "/data/order"), "d");
}

#[test]
fn a_seed_shuffles_choices_as_other_engines_do() {
    let form = form(
        &[
            &["type", "name", "label", "parameters"],
            &["integer", "seed", "S"],
            &["select_one l", "fixed", "F", "randomize=true seed=42"],
            &["select_one l", "given", "G", "randomize=true, seed=${seed}"],
            &["select_one l", "any", "A", "randomize=true"],
        ],
        LETTERS,
    );
    let mut session = session(&form);
    assert_eq!(names(&session, "/data/fixed").concat(), "afcbde");
    session.answer("/data/seed", "1").unwrap();
    assert_eq!(names(&session, "/data/given").concat(), "bfeacd");
    let any = names(&session, "/data/any");
    session.answer("/data/any", "c").unwrap();
    session.answer("/data/seed", "2").unwrap();
    assert_eq!(names(&session, "/data/any"), any, "an order by chance lasts");
}

#[test]
fn labels_of_choices_have_values_filled_in() {
    let form = form(
        &[&["type", "name", "label"], &["text", "a", "A"], &["select_one l", "s", "S"]],
        &[&["list_name", "name", "label"], &["l", "x", "Not ${a}"]],
    );
    let mut session = session(&form);
    let changes = session.answer("/data/a", "me").unwrap();
    assert_eq!(changes.at("/data/s").unwrap().choices.as_ref().unwrap()[0].label, "Not me");
    assert!(session.answer("/data/s", "x").unwrap().at("/data/s").unwrap().choices.is_none());
    let errors = read(
        &[&["type", "name", "label"], &["select_one l", "s", "S"]],
        &[&["list_name", "name", "label"], &["l", "x", "Not ${nosuch}"]],
    )
    .unwrap_err();
    assert_eq!((errors[0].sheet.as_str(), errors[0].cell.as_str()), ("choices", "C2"));
}

#[test]
fn the_center_accepts_computed_texts_in_the_language_they_were_filled_in_in() {
    let form = form(
        &[
            &[
                "type",
                "name",
                "label::中文 (zh)",
                "label::English (en)",
                "calculation",
                "media::image::English (en)",
            ],
            &["select_one yn", "a", "选", "Choose", "", "${a}.en.png"],
            &["calculate", "said", "", "", "jr:choice-name(${a}, '${a}')"],
        ],
        &[&["list_name", "name", "label::中文 (zh)", "label::English (en)"], &["yn", "y", "是", "Yes"]],
    );
    let mut session = session(&form);
    session.set_language("en").unwrap();
    let changes = session.answer("/data/a", "y").unwrap();
    assert_eq!(changes.at("/data/a").unwrap().media.as_ref().unwrap()["image"], "y.en.png");
    let given = session.answers();
    assert_eq!(given["/data/said"], "Yes");
    let checked = check_answers(&form, &context(), &given);
    assert_eq!((checked.answers, checked.corrected), (given.clone(), Vec::new()));
    let forged = given.into_iter().chain([("/data/said".to_owned(), "Perhaps".to_owned())]).collect();
    let checked = check_answers(&form, &context(), &forged);
    assert_eq!(checked.corrected, ["/data/said"]);
    assert_eq!(checked.answers["/data/said"], "是");
}

#[test]
fn computed_values_take_the_form_of_their_question() {
    let form = form(
        &[
            &["type", "name", "label", "calculation"],
            &["decimal", "d", "D"],
            &["integer", "whole", "W", "${d} * 10 div 4"],
            &["date", "later", "L", "today() + 3"],
            &["calculate", "none", "", "${d} + 1"],
            &["calculate", "endless", "", "1 div 0"],
            &["decimal", "numeric", "N", "1 div 0"],
        ],
        &[],
    );
    let mut session = session(&form);
    assert_eq!(value(&session, "/data/none"), "", "no number is no answer");
    assert_eq!(value(&session, "/data/endless"), "Infinity");
    assert_eq!(value(&session, "/data/numeric"), "");
    session.answer("/data/d", "3").unwrap();
    assert_eq!(value(&session, "/data/whole"), "7");
    assert_eq!(value(&session, "/data/later"), "2026-11-25");
    assert_eq!(session.node("/data/d").unwrap().odk_value(), "3.0");
}

#[test]
fn notes_and_groups_pass_on_what_is_read_only_and_required_asks_for_an_answer_alone() {
    let form = form(
        &[
            &["type", "name", "label", "read_only", "required", "constraint", "relevant"],
            &["note", "words", "W"],
            &["begin group", "g", "G", "yes"],
            &["text", "locked", "L"],
            &["end group"],
            &["integer", "n", "N", "", "yes", ". > 3"],
            &["integer", "m", "M", "", "yes", "", "${n} > 5"],
        ],
        &[],
    );
    let mut session = session(&form);
    assert!(session.node("/data/words").unwrap().read_only);
    assert!(session.node("/data/g/locked").unwrap().read_only);
    assert_eq!(session.node("/data/n").unwrap().problem, None, "nothing is wrong with no answer");
    assert_eq!(session.problems().len(), 1, "but it is asked for; what is not relevant is not");
    session.answer("/data/n", "2").unwrap();
    assert!(session.node("/data/n").unwrap().problem.is_some());
}

#[test]
fn five_thousand_questions_compile_and_are_checked() {
    let names: Vec<String> = (0..5_000).map(|number| format!("q{number}")).collect();
    let sums: Vec<String> =
        (0..5_000_usize).map(|number| format!("${{q{}}} + 1", number.saturating_sub(1))).collect();
    let mut rows: Vec<Vec<&str>> = vec![vec!["type", "name", "label", "calculation"]];
    for (at, name) in names.iter().enumerate() {
        let computed = at > 0 && at % 2 == 1;
        let kind = if computed { "calculate" } else { "integer" };
        rows.push(vec![kind, name, "L", if computed { &sums[at] } else { "" }]);
    }
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let form = form(&rows, &[]);
    let given = names.iter().step_by(2).map(|name| (format!("/data/{name}"), "4".to_owned())).collect();
    let checked = check_answers(&form, &context(), &given);
    assert_eq!(checked.answers.len(), 5_000);
    assert_eq!(checked.answers["/data/q4999"], "5");
}

#[test]
fn functions_on_places_times_and_digests() {
    let context: Context = context();
    let run = |expression: &str| eval_expression(expression, &context).unwrap().to_text();
    assert_eq!(run("distance('0 0;0 1')"), run("distance('0 0', '0 1')"));
    assert_eq!(run("round(distance('0 0;0 1') div 1000)"), "111");
    assert_eq!(run("area('0 0;0 1;1 1;1 0') > 12000000000"), "true");
    assert_eq!(run("distance('nowhere')"), "NaN");
    assert_eq!(run("geofence('0.5 0.5', '0 0;0 1;1 1;1 0;0 0')"), "true");
    assert_eq!(run("intersects('0 0;1 1;1 0;0 1')"), "true");
    assert_eq!(run("time('14:30')"), "14:30:00.000+08:00");
    assert_eq!(run("time(0.25)"), "06:00:00.000+08:00");
    assert_eq!(run("time('2026-01-01T06:30:00Z')"), "14:30:00.000+08:00");
    assert_eq!(run("time('never')"), "");
    assert_eq!(
        run("digest('a', 'SHA-256', 'hex')"),
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    );
    assert_eq!(run("digest('a', 'SHA-256')"), "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=");
    assert!(eval_expression("digest('a', 'MD4')", &context).is_err());
    assert!(eval_expression("randomize()", &context).is_err());
}

#[test]
fn the_name_of_a_choice_follows_what_its_label_shows() {
    let form = form(
        &[
            &["type", "name", "label", "trigger", "calculation"],
            &["integer", "n", "N"],
            &["select_one v", "village", "V"],
            &["calculate", "named", "", "", "jr:choice-name(${village}, '${village}')"],
        ],
        &[&["list_name", "name", "label"], &["v", "1", "大湖村 ${n}"]],
    );
    let mut session = session(&form);
    session.answer("/data/n", "7").unwrap();
    session.answer("/data/village", "1").unwrap();
    assert_eq!(value(&session, "/data/named"), "大湖村 7");
    session.answer("/data/n", "3").unwrap();
    assert_eq!(value(&session, "/data/named"), "大湖村 3");
    assert_eq!(check_answers(&form, &context(), &session.answers()).corrected, Vec::<String>::new());
}

#[test]
fn answers_and_what_is_set_aside_take_a_session_up_whole() {
    let form = form(
        &[
            &["type", "name", "label", "relevant", "default", "calculation"],
            &["text", "a", "A"],
            &["text", "b", "B", "${a} = 'yes'", "begun"],
            &["note", "n", "N"],
            &["calculate", "c", "", "", "", "1 + 1"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/a", "yes").unwrap();
    session.answer("/data/b", "mine").unwrap();
    session.answer("/data/a", "no").unwrap();
    assert_eq!(session.aside(), [("/data/b".to_owned(), "mine".to_owned())].into());
    let mut values = session.aside();
    values.extend(session.answers());
    let mut again = Session::resume(&form, &context(), &values);
    again.answer("/data/a", "yes").unwrap();
    assert_eq!(value(&again, "/data/b"), "mine");
    assert_eq!(again.aside(), [].into(), "it is asked again");
    assert_eq!(form.questions(), 2, "no note, nothing computed");
}
