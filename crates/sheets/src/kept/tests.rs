//! Forms as they come from above, filled and read again.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use rust_xlsxwriter::{Format, FormatBorder, Formula, Workbook};
use zip::write::SimpleFileOptions;

use super::*;
use crate::{Cell, Out, Table, read_tables};

/// A form: a title over all columns, headings, three free rows with borders and a formula, a sum, a foot over all columns, an
/// area to print, another sheet that refers to it.
fn form() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let bordered = Format::new().set_border(FormatBorder::Thin);
    let sheet = workbook.add_worksheet();
    sheet.set_name("花名册").unwrap();
    sheet.merge_range(0, 0, 0, 4, "临江乡花名册", &Format::new().set_bold()).unwrap();
    for (column, heading) in (0..).zip(["序号", "姓名", "身份证号", "金额", "加倍"]) {
        sheet.write_with_format(1, column, heading, &bordered).unwrap();
    }
    for row in 2..5 {
        for column in 0..4 {
            sheet.write_blank(row, column, &bordered).unwrap();
        }
        let double = format!("=D{0}*2", row + 1);
        sheet.write_formula_with_format(row, 4, Formula::new(double), &bordered).unwrap();
    }
    sheet.write_with_format(5, 0, "合计", &bordered).unwrap();
    sheet.write_formula_with_format(5, 3, Formula::new("=SUM(D3:D5)"), &bordered).unwrap();
    sheet.merge_range(6, 0, 6, 4, "填表人：", &bordered).unwrap();
    sheet.set_print_area(0, 0, 6, 4).unwrap();
    sheet.set_column_width(2, 22).unwrap();
    let other = workbook.add_worksheet();
    other.set_name("汇总").unwrap();
    other.write(0, 0, "不动").unwrap();
    other.write_formula(1, 0, Formula::new("=花名册!D6+COUNTA('花名册'!B3:B5)&\"D6\"")).unwrap();
    workbook.save_to_buffer().unwrap()
}

fn read(bytes: &[u8]) -> Vec<Table> {
    read_tables(bytes, &Limits::default()).unwrap()
}

fn text(table: &Table, row: usize, column: usize) -> String {
    table.rows[row - 1].cells.get(column).map(Cell::as_plain_text).unwrap_or_default()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn filled(rows: u32, insert: Option<Insert>) -> Change {
    let mut cells = BTreeMap::new();
    for at in 0..rows {
        cells.insert((3 + at, 0), Out::Number(f64::from(at + 1)));
        cells.insert((3 + at, 1), Out::Text(format!("=张&<{at}>")));
        cells.insert((3 + at, 2), Out::Text("420703194001010024".into()));
        cells.insert((3 + at, 3), Out::Number(10.5));
        cells.insert((3 + at, 4), Out::Text("stays what it computes".into()));
    }
    Change { cells, insert, like: BTreeMap::new() }
}

#[test]
fn a_form_is_filled_and_everything_else_stays() {
    let form = form();
    let layouts = read_layouts(&form, &Limits::default()).unwrap();
    assert_eq!(layouts.iter().map(|layout| layout.sheet.as_str()).collect::<Vec<_>>(), ["花名册", "汇总"]);
    let merged =
        [Area { top: 1, left: 0, bottom: 1, right: 4 }, Area { top: 7, left: 0, bottom: 7, right: 4 }];
    assert_eq!((&layouts[0].merged[..], &layouts[0].drawn[..]), (&merged[..], &[1, 2, 3, 4, 5, 6, 7][..]));

    let written = write_kept(&form, "花名册", &filled(3, None), &Limits::default()).unwrap();
    let tables = read(&written);
    assert_eq!(text(&tables[0], 3, 1), "=张&<0>", "a text is a text");
    assert_eq!(tables[0].rows[2].cells[2], Cell::Text("420703194001010024".into()), "no digit is lost");
    assert_eq!(
        (text(&tables[0], 5, 0), text(&tables[0], 6, 0), text(&tables[0], 7, 0)),
        ("3".into(), "合计".into(), "填表人：".into())
    );
    let sheet = part(&written, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("D3*2") && sheet.contains("SUM(D3:D5)"), "what computes stays");
    assert!(part(&written, "xl/workbook.xml").contains("fullCalcOnLoad=\"1\""));
    assert_eq!(read_layouts(&written, &Limits::default()).unwrap(), layouts);
    for same in ["xl/styles.xml", "xl/worksheets/sheet2.xml", "xl/theme/theme1.xml"] {
        assert_eq!(part(&written, same), part(&form, same));
    }
    // The looks of its cells are those of before.
    let looks = |text: &str| text.matches(" s=\"").count();
    assert_eq!(looks(&sheet), looks(&part(&form, "xl/worksheets/sheet1.xml")));
}

#[test]
fn rows_are_made_like_the_last_one_and_what_stands_below_moves() {
    let insert = Insert { from: 3, after: 5, count: 4 };
    let written = write_kept(&form(), "花名册", &filled(7, Some(insert)), &Limits::default()).unwrap();
    let table = &read(&written)[0];
    assert_eq!(
        (text(table, 9, 0), text(table, 10, 0), text(table, 11, 0)),
        ("7".into(), "合计".into(), "填表人：".into())
    );
    let sheet = part(&written, "xl/worksheets/sheet1.xml");
    for formula in ["D5*2", "D6*2", "D9*2", "SUM(D3:D9)"] {
        assert!(sheet.contains(&format!("<f>{formula}</f>")), "{formula}");
    }
    let merged = &read_layouts(&written, &Limits::default()).unwrap()[0].merged;
    assert_eq!(merged[1], Area { top: 11, left: 0, bottom: 11, right: 4 });
    assert!(part(&written, "xl/workbook.xml").contains("$A$1:$E$11"), "the area to print grows");
    let row = |number: u32| {
        let from = sheet.find(&format!("<row r=\"{number}\"")).unwrap();
        sheet[from..from + sheet[from..].find("</row>").unwrap()].to_owned()
    };
    assert!(
        row(8).contains("<f>D8*2</f>") && !sheet.contains("</f><v>"),
        "what a formula gave before is not kept"
    );
    let other = part(&written, "xl/worksheets/sheet2.xml");
    assert!(
        other.contains("花名册!D10+COUNTA('花名册'!B3:B9)&amp;\"D6\""),
        "what refers to it from elsewhere moves: {other}"
    );
    assert_eq!(row(9).matches(" s=\"").count(), row(5).matches(" s=\"").count(), "with its borders");
}

/// A workbook as other programs write it: elements under a prefix, cells without places, merged cells within a row of people,
/// a shared formula, an order of computing.
fn foreign() -> Vec<u8> {
    let ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let sheet = format!(
        r#"<?xml version="1.0"?><x:worksheet xmlns:x="{ns}"><x:dimension ref="A1:D4"/><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>姓名</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>电话</x:t></x:is></x:c></x:row><x:row r="2" spans="1:4" ht="20"><x:c r="A2" s="1"/><x:c r="D2" s="1"><x:f t="shared" ref="D2:D3" si="0">LEN(A2)&amp;"A2&lt;"</x:f><x:v>0</x:v></x:c></x:row><x:row r="3"><x:c r="C3" vm="1" t="e"><x:v>#VALUE!</x:v></x:c><x:c r="D3"><x:f t="shared" si="0"/></x:c></x:row><x:row r="4"><x:c r="A4" t="inlineStr"><x:is><x:t>合计</x:t></x:is></x:c></x:row></x:sheetData><x:mergeCells count="2"><x:mergeCell ref="B3:C3"/><x:mergeCell ref="A4:B4"/></x:mergeCells><x:dataValidations count="1"><x:dataValidation type="custom" sqref="A2:A3"><x:formula1>COUNTIF(A:A,A2)=1</x:formula1></x:dataValidation></x:dataValidations></x:worksheet>"#
    );
    let workbook = format!(
        r#"<x:workbook xmlns:x="{ns}" xmlns:r="{rel}"><x:sheets><x:sheet name="A &amp; B" sheetId="1" r:id="rId9"/></x:sheets></x:workbook>"#
    );
    let relations = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId9" Type="{rel}/worksheet" Target="/xl/worksheets/s.xml"/><Relationship Id="rId2" Type="{rel}/calcChain" Target="calcChain.xml"/></Relationships>"#
    );
    let root = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/calcChain.xml" ContentType="c"></Override></Types>"#;
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", &root),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/worksheets/s.xml", &sheet),
        ("xl/calcChain.xml", r#"<calcChain><c r="D2"/></calcChain>"#),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_other_programs_write_is_filled_too() {
    let change = Change {
        cells: BTreeMap::from([((3, 0), Out::Text("张三".into())), ((5, 0), Out::Text("李四".into()))]),
        insert: Some(Insert { from: 2, after: 3, count: 2 }),
        like: BTreeMap::new(),
    };
    let written = write_kept(&foreign(), "A & B", &change, &Limits::default()).unwrap();
    let sheet = part(&written, "xl/worksheets/s.xml");
    for kept in [
        r#"<x:dimension ref="A1:D6"/>"#,
        r#"<x:row r="2" ht="20">"#,
        r#"<x:f t="shared" ref="D2:D5" si="0">LEN(A2)&amp;"A2&lt;"</x:f>"#,
        r#"<x:mergeCell ref="B3:C3"/><x:mergeCell ref="A6:B6"/><x:mergeCell ref="B4:C4"/><x:mergeCell ref="B5:C5"/></x:mergeCells>"#,
        r#"sqref="A2:A5""#,
        r##"<x:c r="C3" t="e" vm="1"><x:v>#VALUE!</x:v></x:c>"##,
        r#"<x:c r="D5"><x:f>LEN(A5)&amp;"A2&lt;"</x:f></x:c>"#,
        "COUNTIF(A:A,A2)=1",
    ] {
        assert!(sheet.contains(kept), "{kept} in {sheet}");
    }
    assert!(part(&written, "xl/workbook.xml").contains("</x:sheets><x:calcPr fullCalcOnLoad=\"1\"/>"));
    assert!(!part(&written, "xl/_rels/workbook.xml.rels").contains("calcChain"));
    assert!(!part(&written, "[Content_Types].xml").contains("calcChain"));
    let table = &read(&written)[0];
    assert_eq!(
        (text(table, 3, 0), text(table, 5, 0), text(table, 6, 0)),
        ("张三".into(), "李四".into(), "合计".into())
    );
    assert!(ZipArchive::new(Cursor::new(&written)).unwrap().index_for_name("xl/calcChain.xml").is_none());
}

#[test]
fn what_is_no_such_workbook_is_refused() {
    let refused = |bytes: &[u8]| read_layouts(bytes, &Limits::default()).unwrap_err().code();
    assert_eq!(refused("姓名,电话".as_bytes()), "sheet-unsupported-format");
    assert_eq!(refused(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]), "sheet-unsupported-format");
    let form = form();
    assert_eq!(refused(&form[..form.len() / 2]), "sheet-broken");
    let other = write_kept(&form, "没有", &Change::default(), &Limits::default()).unwrap_err();
    assert_eq!(other.code(), "sheet-not-written");
    let small = Limits { max_file_bytes: 10, ..Limits::default() };
    assert_eq!(read_layouts(&form, &small).unwrap_err().code(), "sheet-too-large");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_written_is_read_again(
        texts in proptest::collection::btree_map((1u32..30, 0u32..8), "[ -~张三=&<>\"'\t]{0,12}", 0..20),
        insert in proptest::option::of((1u32..8, 1u32..5)),
    ) {
        let cells = texts.iter().map(|(place, text)| (*place, Out::Text(text.clone()))).collect();
        let insert = insert.map(|(after, count)| Insert { from: 3, after, count });
        let change = Change { cells, insert, like: BTreeMap::new() };
        let form = form();
        let written = write_kept(&form, "花名册", &change, &Limits::default()).unwrap();
        let tables = read(&written);
        for ((row, column), expected) in &texts {
            let cell = tables[0].rows.get(*row as usize - 1).and_then(|row| row.cells.get(*column as usize));
            let computes = *column >= 3;
            if !computes {
                prop_assert_eq!(cell.map(Cell::as_plain_text).unwrap_or_default(), expected.clone());
            }
        }
        prop_assert_eq!(text(&tables[1], 1, 0), "不动");
        prop_assert!(read_layouts(&written, &Limits::default()).is_ok());
    }
}
