//! Workbooks with mistakes: each is refused with the sheet and the cell, in Chinese and English.
#![allow(clippy::unwrap_used)]

mod common;

use bangban_forms::{Form, FormErrorCode as Code, MAX_UNPACKED_BYTES, MAX_WORKBOOK_BYTES};
use common::{read, workbook};
use std::io::Write;

/// A survey, its choices, and the mistake that must be found in it.
struct Broken {
    survey: &'static [&'static [&'static str]],
    choices: &'static [&'static [&'static str]],
    sheet: &'static str,
    cell: &'static str,
    code: Code,
}

const HEAD: &[&str] = &["type", "name", "label", "relevant", "calculation", "constraint", "required"];
const CHOICES: &[&[&str]] = &[&["list_name", "name", "label"], &["yn", "y", "是"], &["yn", "n", "否"]];

const fn survey(survey: &'static [&'static [&'static str]], cell: &'static str, code: Code) -> Broken {
    Broken { survey, choices: CHOICES, sheet: "survey", cell, code }
}

const BROKEN: &[Broken] = &[
    survey(&[HEAD, &["txt", "a", "A"]], "A2", Code::UnknownType),
    survey(&[HEAD, &["select_one nolist", "a", "A"]], "A2", Code::UnknownList),
    survey(&[HEAD, &["text", "", "A"]], "B2", Code::MissingName),
    survey(&[HEAD, &["", "a", "A"]], "A2", Code::MissingType),
    survey(&[HEAD, &["text", "a b", "A"]], "B2", Code::BadName),
    survey(&[HEAD, &["text", "1a", "A"]], "B2", Code::BadName),
    survey(&[HEAD, &["text", "a", "A"], &["text", "a", "A"]], "B3", Code::DoubledName),
    survey(&[HEAD, &["begin_group", "g", "G"], &["text", "a", "A"]], "A2", Code::UnclosedGroup),
    survey(&[HEAD, &["text", "a", "A"], &["end group"]], "A3", Code::UnmatchedEnd),
    survey(&[HEAD, &["begin repeat", "g", "G"], &["end group"], &["end repeat"]], "A3", Code::UnmatchedEnd),
    survey(&[HEAD, &["text", "a", "A", "${nosuch} = 1"]], "D2", Code::UnknownName),
    survey(&[HEAD, &["text", "a", "A ${nosuch}"]], "C2", Code::UnknownName),
    survey(&[HEAD, &["text", "a", "A", "/data/nosuch = 1"]], "D2", Code::UnknownName),
    survey(&[HEAD, &["text", "a", "A", "1 +"]], "D2", Code::BadExpression),
    survey(&[HEAD, &["text", "a", "A", "(1"]], "D2", Code::BadExpression),
    survey(&[HEAD, &["text", "a", "A", "", "", "string-length（.）> 1"]], "F2", Code::FullWidthSymbol),
    survey(&[HEAD, &["text", "a", "A", "", "", "nosuch(.)"]], "F2", Code::UnknownFunction),
    survey(&[HEAD, &["text", "a", "A", "", "", "contains(.)"]], "F2", Code::ArgumentCount),
    survey(&[HEAD, &["text", "a", "A", "", "", "regex(., '(')"]], "F2", Code::BadRegex),
    survey(&[HEAD, &["text", "a", "A", "", "", "", "maybe("]], "G2", Code::BadExpression),
    survey(
        &[HEAD, &["calculate", "a", "", "", "${b} + 1"], &["calculate", "b", "", "", "${a} + 1"]],
        "E2",
        Code::Cycle,
    ),
    survey(&[HEAD, &["text", "a", "A", "${a} = 'x'"]], "D2", Code::Cycle),
    survey(
        &[HEAD, &["begin group", "g", "G", "${a} = 'x'"], &["text", "a", "A"], &["end group"]],
        "D2",
        Code::Cycle,
    ),
    survey(
        &[
            HEAD,
            &["begin group", "g", "G"],
            &["text", "a", "A"],
            &["end group"],
            &["text", "a", "A"],
            &["text", "b", "B", "${a} = 1"],
        ],
        "D6",
        Code::AmbiguousName,
    ),
    // A value without quotation marks is a name.
    survey(&[HEAD, &["select_one yn", "a", "A"], &["text", "b", "B", "${a} = y"]], "D3", Code::UnknownName),
    survey(
        &[
            &["type", "name", "label", "choice_filter"],
            &["text", "a", "A"],
            &["select_one yn", "b", "B", "nosuch = ${a}"],
        ],
        "D3",
        Code::UnknownName,
    ),
    survey(
        &[HEAD, &["select_one yn", "a", "A"], &["calculate", "b", "", "", "jr:choice-name(${a}, 'a')"]],
        "E3",
        Code::BadExpression,
    ),
    survey(&[&["type", "label"], &["text", "A"]], "A1", Code::MissingColumn),
    Broken {
        survey: &[HEAD, &["select_one yn", "a", "A"]],
        choices: &[&["list_name", "name", "label"], &["yn", "y", "是"], &["yn", "y", "也是"]],
        sheet: "choices",
        cell: "B3",
        code: Code::DoubledChoice,
    },
    Broken {
        survey: &[HEAD, &["select_one yn", "a", "A"]],
        choices: &[&["list_name", "name", "label"], &["yn", "y", "是"], &["yn", "", "否"]],
        sheet: "choices",
        cell: "B3",
        code: Code::MissingName,
    },
    Broken {
        survey: &[HEAD, &["select_multiple yn", "a", "A"]],
        choices: &[&["list_name", "name", "label"], &["yn", "y es", "是"]],
        sheet: "choices",
        cell: "B2",
        code: Code::BadName,
    },
];

#[test]
fn each_mistake_is_told_with_its_sheet_and_cell_in_both_languages() {
    for (number, broken) in BROKEN.iter().enumerate() {
        let errors = read(broken.survey, broken.choices).err().unwrap_or_default();
        let found = errors.iter().find(|error| {
            (error.sheet.as_str(), error.cell.as_str(), error.code)
                == (broken.sheet, broken.cell, broken.code)
        });
        let found = found.unwrap_or_else(|| panic!("case {number} ({:?}): {errors:#?}", broken.code));
        assert!(found.message_zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{found:?}");
        assert!(found.message_en.chars().any(|c| c.is_ascii_lowercase()), "{found:?}");
    }
}

#[test]
fn a_cycle_is_told_with_the_names_on_it() {
    let errors =
        read(&[HEAD, &["calculate", "a", "", "", "${b} + 1"], &["calculate", "b", "", "", "${a} + 1"]], &[])
            .unwrap_err();
    assert!(errors[0].message_zh.contains("a → b → a") || errors[0].message_zh.contains("b → a → b"));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let errors =
        read(&[HEAD, &["txt", "a", "A"], &["text", "b", "B", "1 +"], &["text", "", "C"]], &[]).unwrap_err();
    let cells: Vec<&str> = errors.iter().map(|error| error.cell.as_str()).collect();
    assert_eq!(cells, ["A2", "D3", "B4"]);
}

#[test]
fn unknown_columns_and_appearances_are_only_warned_of() {
    let form = read(
        &[&["type", "name", "label", "colour", "appearance"], &["text", "a", "A", "red", "sparkling"]],
        &[],
    )
    .unwrap();
    let warned: Vec<(&str, Code)> = form.warnings().iter().map(|w| (w.cell.as_str(), w.code)).collect();
    assert_eq!(warned, [("D1", Code::UnknownColumn), ("E2", Code::UnknownAppearance)]);
}

#[test]
fn what_is_no_workbook_is_refused() {
    let whole = workbook(&[("survey", &[HEAD, &["text", "a", "A"]])]);
    for bytes in [&b""[..], b"PK", b"not a workbook at all", &whole[..whole.len() / 2]] {
        assert_eq!(Form::read(bytes).unwrap_err()[0].code, Code::NotAWorkbook);
    }
    let others = workbook(&[("other", &[&["x"]]), ("more", &[&["y"]])]);
    assert_eq!(Form::read(&others).unwrap_err()[0].code, Code::MissingSheet);
    let code = Form::read(&vec![0; MAX_WORKBOOK_BYTES + 1]).unwrap_err()[0].code;
    assert_eq!(code, Code::TooLarge);
}

/// A workbook with one part more, of that many zeros: a few kilobytes packed.
fn with_bomb(size_bytes: u64) -> Vec<u8> {
    let whole = workbook(&[("survey", &[HEAD, &["text", "a", "A"]])]);
    let mut archive = zip::ZipWriter::new_append(std::io::Cursor::new(whole)).unwrap();
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/media/bomb.bin", options).unwrap();
    let block = vec![0_u8; 1024 * 1024];
    for _ in 0..size_bytes / 1024 / 1024 {
        archive.write_all(&block).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_parsed() {
    let bomb = with_bomb(MAX_UNPACKED_BYTES + 1024 * 1024);
    assert!(bomb.len() < 200_000, "it looks harmless: {} bytes", bomb.len());
    assert_eq!(Form::read(&bomb).unwrap_err()[0].code, Code::TooLarge);
    assert!(Form::read(&with_bomb(1024 * 1024)).is_ok(), "a picture of a megabyte is no harm");
}

#[test]
fn a_directory_that_lies_about_the_size_is_not_believed() {
    let mut bomb = with_bomb(MAX_UNPACKED_BYTES + 1024 * 1024);
    let size = u32::try_from(MAX_UNPACKED_BYTES + 1024 * 1024).unwrap().to_le_bytes();
    let small = 100_u32.to_le_bytes();
    let places: Vec<usize> = (0..bomb.len() - 4).filter(|at| bomb[*at..at + 4] == size).collect();
    assert!(!places.is_empty(), "the size stands in the directory");
    for at in places {
        bomb[at..at + 4].copy_from_slice(&small);
    }
    let code = Form::read(&bomb).unwrap_err()[0].code;
    assert!(matches!(code, Code::TooLarge | Code::NotAWorkbook), "{code:?}");
}

#[test]
fn a_lonely_cell_at_the_far_corner_does_not_take_the_memory_of_a_whole_sheet() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("survey").unwrap();
    sheet.write_string(0, 0, "type").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let errors = Form::read(&book.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!((errors[0].cell.as_str(), errors[0].code), ("XFD1048576", Code::TooLarge));
}
