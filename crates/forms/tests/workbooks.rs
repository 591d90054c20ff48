//! Workbooks as authors write them: old headings, other choices, files, parameters, media, settings.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::{Context, Form, FormErrorCode as Code, Kind, Session, check_answers};
use common::{context, form, read, session, values, workbook};
use std::collections::BTreeMap;

fn read_sheets(sheets: &[(&str, &[&[&str]])]) -> Form {
    Form::read(&workbook(sheets)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn kinds(form: &Form) -> Vec<(String, Kind)> {
    form.view().items.into_iter().map(|item| (item.path, item.kind)).collect()
}

fn names(session: &Session, path: &str) -> Vec<String> {
    let choices = session.node(path).unwrap().choices.unwrap();
    choices.into_iter().map(|choice| choice.name).collect()
}

#[test]
fn headings_and_types_may_be_written_in_every_way_that_converters_take() {
    let form = read_sheets(&[
        (
            "Survey",
            &[
                &[
                    "Type",
                    "NAME",
                    "Label::English (en)",
                    "bind::relevant",
                    "bind::jr:constraintMsg",
                    "Constraint",
                    "disabled",
                ],
                &["begin  group", "g", "G"],
                &["select one yn", "a", "A"],
                &["int", "n", "N", "${a} = 'y'", "too much", ". < 9"],
                &["text", "gone", "Gone", "", "", "", "yes"],
                &["end_group"],
                &["audit", "audit"],
                &["note", "", "Words"],
            ],
        ),
        ("choices", &[&["list name", "value", "caption::English (en)"], &["yn", "y", "Yes"]]),
    ]);
    let found: Vec<Kind> = kinds(&form).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(found, [Kind::Group, Kind::SelectOne, Kind::Integer, Kind::Note]);
    let mut session = session(&form);
    session.answer("/data/g/a", "y").unwrap();
    let changes = session.answer("/data/g/n", "12").unwrap();
    assert_eq!(changes.at("/data/g/n").unwrap().problem, Some(Some("too much".to_owned())));
    assert_eq!(form.warnings(), []);
}

#[test]
fn single_colons_divide_a_heading_where_no_heading_has_two() {
    let form = read_sheets(&[(
        "survey",
        &[&["type", "name", "label:中文", "label:English"], &["text", "a", "甲", "A"]],
    )]);
    assert_eq!(form.languages(), ["中文", "English"]);
}

#[test]
fn a_workbook_of_one_sheet_is_a_survey_and_sheets_for_others_are_told() {
    let form = read_sheets(&[("Sheet1", &[&["type", "name", "label"], &["text", "a", "A"]])]);
    assert_eq!(kinds(&form).len(), 1);
    let form = read_sheets(&[
        ("survey", &[&["type", "name", "label", "save_to"], &["text", "a", "A", "x"]]),
        ("entities", &[&["dataset", "label"], &["trees", "x"]]),
        ("my notes", &[&["what I think"]]),
    ]);
    let warned: Vec<(&str, Code)> = form.warnings().iter().map(|w| (w.sheet.as_str(), w.code)).collect();
    assert_eq!(warned, [("entities", Code::IgnoredSheet)]);
}

#[test]
fn or_other_adds_a_choice_and_a_question_for_it() {
    let form = form(
        &[&["type", "name", "label"], &["select_multiple yn or_other", "a", "选"]],
        &[&["list_name", "name", "label"], &["yn", "y", "是"]],
    );
    let mut session = session(&form);
    assert_eq!(names(&session, "/data/a"), ["y", "other"]);
    assert!(!session.node("/data/a_other").unwrap().relevant);
    let changes = session.answer("/data/a", "other y").unwrap();
    assert_eq!(changes.at("/data/a").unwrap().value.as_deref(), Some("y other"), "in the list's order");
    assert_eq!(changes.at("/data/a_other").unwrap().relevant, Some(true));
    assert_eq!(session.node("/data/a_other").unwrap().label, "请说明");
}

const FROM_FILE: &[&[&str]] = &[
    &["type", "name", "label", "parameters", "choice_filter", "calculation"],
    &["select_one_from_file towns.csv", "town", "Town", "value=code label=title"],
    &["select_multiple_from_file villages.csv", "village", "Village", "", "town = ${town}"],
    &["calculate", "people", "", "", "", "instance('towns')/root/item[code = ${town}]/people"],
    &["calculate", "pulled", "", "", "", "pulldata('villages', 'label', 'name', selected-at(${village}, 0))"],
    &["calculate", "said", "", "", "", "jr:choice-name(${town}, '${town}')"],
];

fn files() -> BTreeMap<String, Vec<u8>> {
    BTreeMap::from([
        (
            "towns.csv".to_owned(),
            "\u{feff}code,title,people\nt1,临江乡,100\nt2,段店镇,200\n".as_bytes().to_vec(),
        ),
        (
            "villages.csv".to_owned(),
            "name,label,town\nv1,大湖村,t1\nv2,郭当村,t1\nv3,某村,t2\n".as_bytes().to_vec(),
        ),
    ])
}

#[test]
fn choices_and_values_come_from_the_files_beside_the_workbook() {
    let form = Form::read_with(&workbook(&[("survey", FROM_FILE)]), &files()).unwrap();
    assert_eq!(form.attachments(), ["towns.csv", "villages.csv"]);
    let mut session = session(&form);
    assert_eq!(names(&session, "/data/town"), ["t1", "t2"]);
    assert_eq!(session.node("/data/town").unwrap().choices.unwrap()[1].label, "段店镇");
    session.answer("/data/town", "t1").unwrap();
    assert_eq!(names(&session, "/data/village"), ["v1", "v2"]);
    session.answer("/data/village", "v2").unwrap();
    let answers = session.answers();
    let computed = |name: &str| answers[&format!("/data/{name}")].clone();
    assert_eq!(["people", "pulled", "said"].map(computed), ["100", "郭当村", "临江乡"]);
}

#[test]
fn a_file_that_is_not_there_is_told_with_its_cell() {
    let bytes = workbook(&[("survey", FROM_FILE)]);
    let mut some = files();
    some.remove("towns.csv");
    let errors = Form::read_with(&bytes, &some).unwrap_err();
    let told: Vec<(&str, Code)> = errors.iter().map(|error| (error.cell.as_str(), error.code)).collect();
    assert_eq!(told, [("A2", Code::MissingFile)]);
    let form = Form::read(&bytes).unwrap();
    let warned: Vec<(&str, Code)> = form.warnings().iter().map(|w| (w.cell.as_str(), w.code)).collect();
    assert_eq!(warned, [("A2", Code::MissingFile), ("A3", Code::MissingFile)]);
    assert_eq!(names(&session(&form), "/data/town"), [] as [&str; 0]);
}

#[test]
fn a_column_that_a_file_lacks_is_told() {
    let mut other = files();
    other.insert("towns.csv".to_owned(), b"name,title\nt1,One\n".to_vec());
    let errors = Form::read_with(&workbook(&[("survey", FROM_FILE)]), &other).unwrap_err();
    assert_eq!((errors[0].cell.as_str(), errors[0].code), ("D2", Code::UnknownName));
    let pulls: &[&[&str]] = &[
        &["type", "name", "label", "calculation"],
        &["csv-external", "towns"],
        &["calculate", "c", "", "pulldata('towns', 'nosuch', 'code', 't1')"],
    ];
    let errors = Form::read_with(&workbook(&[("survey", pulls)]), &files()).unwrap_err();
    assert_eq!((errors[0].cell.as_str(), errors[0].code), ("D3", Code::UnknownName));
}

#[test]
fn external_choices_are_a_sheet_of_their_own() {
    let form = read_sheets(&[
        (
            "survey",
            &[
                &["type", "name", "label", "choice_filter"],
                &["select_one t", "t", "T"],
                &["select_one_external t", "v", "V", "town = ${t}"],
            ],
        ),
        ("choices", &[&["list_name", "name", "label"], &["t", "t1", "One"], &["t", "t2", "Two"]]),
        ("external_choices", &[&["list_name", "name", "town"], &["t", "v1", "t1"], &["t", "v2", "t2"]]),
    ]);
    let mut session = session(&form);
    session.answer("/data/t", "t2").unwrap();
    assert_eq!(names(&session, "/data/v"), ["v2"]);
}

#[test]
fn parameters_media_and_guidance_are_passed_on() {
    let form = form(
        &[
            &["type", "name", "label", "parameters", "media::image", "audio", "guidance_hint", "hint"],
            &["text", "a", "A", "rows=3", "${a}.png", "a.mp3", "Look at ${a}", "H"],
        ],
        &[],
    );
    let mut session = session(&form);
    session.answer("/data/a", "cow").unwrap();
    let node = session.node("/data/a").unwrap();
    assert_eq!(node.parameters, values(&[("rows", "3")]));
    assert_eq!(node.media, values(&[("audio", "a.mp3"), ("image", "cow.png")]));
    assert_eq!((node.guidance.as_str(), node.hint.as_str(), node.has_label), ("Look at cow", "H", true));
}

#[test]
fn ranges_ranks_places_and_recordings_have_rules_of_their_own() {
    let form = form(
        &[
            &["type", "name", "label", "parameters"],
            &["range", "whole", "R", "start=0 end=10 step=2"],
            &["range", "part", "R", "start=0 end=1 step=0.1"],
            &["rank l", "order", "O"],
            &["barcode", "bar", "B"],
            &["geopoint", "at", "P"],
            &["geotrace", "way", "W"],
            &["geoshape", "field", "F"],
            &["audio", "sound", "S"],
            &["video", "film", "V"],
        ],
        &[&["list_name", "name", "label"], &["l", "a", "A"], &["l", "b", "B"], &["l", "c", "C"]],
    );
    let mut session = session(&form);
    for (name, value, good) in [
        ("whole", "4", true),
        ("whole", "5", false),
        ("whole", "12", false),
        ("part", "0.3", true),
        ("part", "0.35", false),
        ("order", "c a b", true),
        ("order", "c a x", false),
        ("bar", "690-12 34", true),
        ("at", "30.39 114.89 12 3", true),
        ("at", "114.89 30.39", false),
        ("way", "30 114; 30 115", true),
        ("way", "30 114", false),
        ("field", "0 0;0 1;1 1;0 0", true),
        ("field", "0 0;0 1;1 1", false),
        ("sound", "0123abcd", true),
        ("film", "two words", false),
    ] {
        let path = format!("/data/{name}");
        session.answer(&path, value).unwrap();
        assert_eq!(session.node(&path).unwrap().problem.is_none(), good, "{name} = {value}");
    }
    session.answer("/data/order", "c").unwrap();
    assert_eq!(session.node("/data/order").unwrap().value, "c a b", "a rank names all");
    session.answer("/data/at", "30.5 114").unwrap();
    assert_eq!(session.node("/data/at").unwrap().odk_value(), "30.5 114.0");
    let json = serde_json::to_value(Kind::Geoshape).unwrap();
    assert_eq!(json, "geoshape");
}

#[test]
fn what_the_session_knows_is_filled_in_once() {
    let form = form(
        &[
            &["type", "name", "label", "default"],
            &["start", "begun"],
            &["end", "ended"],
            &["today", "day"],
            &["username", "who"],
            &["deviceid", "which"],
            &["phonenumber", "phone"],
            &["simserial", "sim"],
            &["text", "again", "A", "${last-saved#again}"],
        ],
        &[],
    );
    let context = Context {
        username: "agent".to_owned(),
        deviceid: "laptop-7".to_owned(),
        last_saved: values(&[("/data/again", "as before")]),
        ..context()
    };
    let mut session = Session::new(&form, &context, &values(&[]));
    let answers = session.answers();
    let value = |name: &str| answers.get(&format!("/data/{name}")).map_or("", String::as_str);
    assert_eq!(value("begun"), "2026-11-22T10:00:00.000+08:00");
    assert_eq!(
        ["day", "who", "which", "phone", "sim", "again"].map(value),
        ["2026-11-22", "agent", "laptop-7", "", "", "as before"]
    );
    assert_eq!(value("ended"), "");
    let later = "2026-11-22T11:30:00+08:00".parse().unwrap();
    let changes = session.finish(later);
    assert_eq!(changes.at("/data/ended").unwrap().value.as_deref(), Some("2026-11-22T11:30:00.000+08:00"));
    let kept = session.answers();
    assert_eq!(check_answers(&form, &Context::at(later), &kept).answers, kept, "the center keeps them");
    assert!(!format!("{context:?}").contains("as before"), "no answer in a Debug output");
}

#[test]
fn settings_name_the_form_and_what_is_filled_in() {
    let survey: &[&[&str]] = &[
        &["type", "name", "label", "calculation"],
        &["text", "a", "A"],
        &["calculate", "c", "", "concat(/x/a, /data/a)"],
    ];
    let form = read_sheets(&[
        ("survey", survey),
        (
            "settings",
            &[&["form_id", "name", "instance_name", "style"], &["F1", "x", "concat('表-', ${a})", "pages"]],
        ),
    ]);
    assert_eq!((form.title(), form.form_id()), ("F1", "F1"));
    let mut session = session(&form);
    session.answer("/data/a", "七").unwrap();
    assert_eq!(session.instance_name().as_deref(), Some("表-七"));
    assert_eq!(session.answers()["/data/c"], "七七", "paths may begin with the root's name");
}

#[test]
fn doubled_choices_stand_where_the_settings_allow_them() {
    let sheets = |allowed: &'static str| -> Result<Form, Vec<bangban_forms::FormError>> {
        Form::read(&workbook(&[
            ("survey", &[&["type", "name", "label"], &["select_one l", "a", "A"]]),
            ("choices", &[&["list_name", "name", "label"], &["l", "x", "1"], &["l", "x", "2"]]),
            ("settings", &[&["allow_choice_duplicates"], &[allowed]]),
        ]))
    };
    assert!(sheets("yes").is_ok());
    assert_eq!(sheets("no").unwrap_err()[0].code, Code::DoubledChoice);
}

#[test]
fn true_and_false_cells_are_formulas_and_long_sums_are_not_deep() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("survey").unwrap();
    for (column, heading) in ["type", "name", "label", "required", "calculation"].into_iter().enumerate() {
        sheet.write_string(0, u16::try_from(column).unwrap(), heading).unwrap();
    }
    sheet.write_string(1, 0, "integer").unwrap();
    sheet.write_string(1, 1, "a").unwrap();
    sheet.write_string(1, 2, "A\u{a0}B").unwrap();
    sheet.write_boolean(1, 3, true).unwrap();
    sheet.write_string(2, 0, "calculate").unwrap();
    sheet.write_string(2, 1, "c").unwrap();
    sheet.write_string(2, 4, vec!["${a}"; 500].join(" + ")).unwrap();
    let form = Form::read(&book.save_to_buffer().unwrap()).unwrap();
    let mut session = session(&form);
    assert!(session.node("/data/a").unwrap().required);
    assert_eq!(session.node("/data/a").unwrap().label, "A B");
    session.answer("/data/a", "2").unwrap();
    assert_eq!(session.answers()["/data/c"], "1000");
}

/// A row of a survey with these headings, and where the mistake in it must be told.
#[test]
fn further_mistakes_are_told_with_their_cells() {
    let head: &[&str] =
        &["type", "name", "label", "parameters", "trigger", "choice_filter", "calculation", "default"];
    let choices: &[&[&str]] = &[&["list_name", "name", "label", "x"], &["yn", "y", "是", "1"]];
    for (row, cell, code) in [
        (&["text", "a"][..], "C2", Code::MissingLabel),
        (&["", "", "A"], "A2", Code::MissingType),
        (&["calculate", "a"], "G2", Code::BadValue),
        (&["range", "a", "A", "start=low"], "D2", Code::BadValue),
        (&["range", "a", "A", "start"], "D2", Code::BadValue),
        (&["text", "a", "A", "columns=2"], "D2", Code::BadValue),
        (&["select_one yn", "a", "A", "seed=4"], "D2", Code::BadValue),
        (&["text", "a", "A", "", "a"], "E2", Code::BadValue),
        (&["text", "a", "A", "", "${nosuch}"], "E2", Code::UnknownName),
        (&["select_one yn or_other", "a", "A", "", "", "x = 1"], "F2", Code::BadValue),
        (&["select_one_external yn", "a", "A"], "A2", Code::UnknownList),
        (&["select_one_from_file towns.txt", "a", "A"], "A2", Code::BadValue),
        (&["select_one ${nosuch}", "a", "A"], "A2", Code::UnknownName),
        (&["background-geopoint", "a", "A"], "E2", Code::BadValue),
        (&["text", "a", "A ${b"], "C2", Code::BadExpression),
        (&["text", "a", "A", "", "", "", "", "${last-saved#nosuch}"], "H2", Code::UnknownName),
        (&["text", "a", "A", "", "", "", "pulldata('x', 'y')"], "G2", Code::ArgumentCount),
    ] {
        let errors = read(&[head, row], choices).err().unwrap_or_default();
        let told: Vec<(&str, Code)> = errors.iter().map(|error| (error.cell.as_str(), error.code)).collect();
        assert!(told.contains(&(cell, code)), "{row:?}: {errors:#?}");
    }
    let errors = Form::read(&workbook(&[
        ("survey", &[&["type", "name", "label", "media::image", "image"], &["text", "a", "A"]]),
        ("settings", &[&["instance_name"], &["${nosuch}"]]),
    ]))
    .unwrap_err();
    let told: Vec<_> = errors.iter().map(|e| (e.sheet.as_str(), e.cell.as_str(), e.code)).collect();
    assert_eq!(told, [("survey", "E1", Code::DoubledColumn), ("settings", "A2", Code::UnknownName)]);
}

#[test]
fn what_a_form_shows_is_named_by_it_and_told_by_its_cell_where_it_is_not_there() {
    let survey: &[&[&str]] = &[
        &["type", "name", "label", "media::image", "media::audio"],
        &["select_one cards", "card", "Card", "card.PNG", "said.mp3"],
        &["note", "page", "Page", "page.svg", ""],
        &["note", "named", "Named", "${card}.png", ""],
    ];
    let choices: &[&[&str]] = &[
        &["list_name", "name", "label", "media::image::中文 (zh)", "media::image::English (en)"],
        &["cards", "old", "Old", "old.zh.png", "old.en.png"],
        &["cards", "new", "New", "", ""],
    ];
    let bytes = workbook(&[("survey", survey), ("choices", choices)]);
    let mut files: BTreeMap<String, Vec<u8>> =
        ["card.png", "old.zh.png"].map(|name| (name.to_owned(), b"picture".to_vec())).into();
    let form = Form::read_with(&bytes, &files).unwrap();
    assert_eq!(form.shown(), ["card.PNG", "said.mp3", "old.zh.png", "old.en.png"]);
    assert_eq!(form.attachments(), [] as [&str; 0], "nothing is looked up in them");
    let told = |found: &[bangban_forms::FormError]| -> Vec<(String, String, Code)> {
        found.iter().map(|one| (one.sheet.clone(), one.cell.clone(), one.code)).collect()
    };
    let at = |sheet: &str, cell: &str, code| (sheet.to_owned(), cell.to_owned(), code);
    assert_eq!(
        told(form.warnings()),
        [
            at("survey", "E2", Code::MissingFile),
            at("survey", "D3", Code::BadValue),
            at("choices", "E2", Code::MissingFile)
        ]
    );
    let choices = session(&form).node("/data/card").unwrap().choices.unwrap();
    assert_eq!(choices[0].media, BTreeMap::from([("image".to_owned(), "old.zh.png".to_owned())]));
    assert!(choices[1].media.is_empty());

    files.insert("card.png".to_owned(), vec![0; 300 * 1024]);
    assert_eq!(
        told(&Form::read_with(&bytes, &files).unwrap_err()),
        [at("survey", "D2", Code::TooLarge)],
        "it would go down every laptop's line"
    );
}
