//! Workbooks of every kind in and out, sound, damaged and malicious.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::{Cell, Out, Row, write_csv, write_table};

mod looks;

const HEADINGS: [&str; 4] = ["姓名", "身份证号", "日期", "金额"];

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn register() -> Vec<Vec<Out>> {
    vec![
        vec![
            Out::Text("张三丰".into()),
            Out::Text("110101199003070000".into()),
            Out::Date("2026-03-04".into()),
            Out::Number(1234.5),
        ],
        vec![],
        vec![Out::Text("李四".into()), Out::Empty, Out::Date("2026-03-04T10:11:12".into()), Out::Bool(true)],
    ]
}

fn read_default(bytes: &[u8]) -> Result<Vec<Table>, SheetError> {
    read_tables(bytes, &Limits::default())
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An xlsx workbook with the sheet's data given as XML.
fn xlsx_with(sheet_data: &str) -> Vec<u8> {
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet_data}</sheetData></worksheet>"#
    );
    let ns = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let root = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    zipped(&[
        ("_rels/.rels", root.as_bytes()),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{ns}"><sheets><sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            )
            .as_bytes(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            )
            .as_bytes(),
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn ods_with(table: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="登记">{table}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(body.len() as u16).to_le_bytes(), body].concat()
}

/// A stream of xls records: two shared texts, and a sheet with the given cell records.
fn xls_stream(cells: &[Vec<u8>], claimed_rows: u32) -> Vec<u8> {
    xls_stream_with(&[], cells, claimed_rows)
}

/// The same, with records of the whole workbook.
fn xls_stream_with(of_all: &[u8], cells: &[Vec<u8>], claimed_rows: u32) -> Vec<u8> {
    let bof = |kind: u8| record(0x0809, &[0, 6, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let mut sst = [2, 0, 0, 0, 2, 0, 0, 0].to_vec();
    // 张三 in wide characters, abc in narrow ones.
    sst.extend([2, 0, 1, 0x20, 0x5F, 0x09, 0x4E]);
    sst.extend([3, 0, 0, b'a', b'b', b'c']);
    let globals = |at: u32| {
        let sheet = [&at.to_le_bytes()[..], &[0, 0, 2, 1, 0x7B, 0x76, 0xB0, 0x8B]].concat();
        [
            bof(5),
            record(0x0042, &[0xB0, 0x04]),
            of_all.to_vec(),
            record(0x0085, &sheet),
            record(0x00FC, &sst),
            record(0x000A, &[]),
        ]
        .concat()
    };
    let at = globals(0).len() as u32;
    let dimensions = [&0_u32.to_le_bytes()[..], &claimed_rows.to_le_bytes(), &[0, 0, 0, 1, 0, 0]].concat();
    [globals(at), bof(0x10), record(0x0200, &dimensions), cells.concat(), record(0x000A, &[])].concat()
}

fn label_sst(row: u16, column: u16, index: u32) -> Vec<u8> {
    let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    record(0x00FD, &[&place[..], &index.to_le_bytes()].concat())
}

fn number(row: u16, column: u16, value: f64) -> Vec<u8> {
    let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    record(0x0203, &[&place[..], &value.to_le_bytes()].concat())
}

fn xls_sample() -> Vec<u8> {
    let cells = [label_sst(0, 0, 0), label_sst(0, 2, 1), number(2, 1, 110_101_199_003_070_000.0)];
    ole::wrap_workbook(xls_stream(&cells, 65_536))
}

const ODS_TABLE: &str = r#"
<table:table-column table:number-columns-repeated="16384"/>
<table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="3"><text:p>低保 &amp; 特困<text:s text:c="2"/>花名册</text:p><text:p>二</text:p></table:table-cell><table:covered-table-cell table:number-columns-repeated="2"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell/><table:table-cell office:value-type="float" office:value="1.5" table:number-columns-repeated="2"><text:p>1.5</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-03-04"><office:annotation><text:p>remark</text:p></office:annotation><text:p>3月4日</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;

#[test]
fn a_written_workbook_reads_back_as_it_was() {
    let bytes = write_table("名册", &HEADINGS, &register()).unwrap();
    assert_eq!(
        bytes,
        write_table("名册", &HEADINGS, &register()).unwrap(),
        "the same table gives the same bytes"
    );
    let tables = read_default(&bytes).unwrap();
    assert_eq!(tables.len(), 1);
    assert_eq!(tables[0].sheet, "名册");
    let date = |text: &str| Cell::Date(text.to_owned());
    let rows: Vec<Row> = [
        HEADINGS.map(text).to_vec(),
        vec![text("张三丰"), text("110101199003070000"), date("2026-03-04"), Cell::Number { value: 1234.5 }],
        vec![],
        vec![text("李四"), Cell::Empty, date("2026-03-04T10:11:12"), text("是")],
    ]
    .into_iter()
    .zip(1..)
    .map(|(cells, number)| Row { number, cells })
    .collect();
    assert_eq!(tables[0].rows, rows);
}

#[test]
fn nothing_written_becomes_a_formula() {
    let nasty = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        " =1",
        "＝1+1",
        "|x",
        "'=1",
        "'",
        "https://example.org",
        "a=b",
    ];
    let rows: Vec<_> =
        nasty.iter().map(|nasty| vec![Out::Text((*nasty).into()), Out::Number(-1.0)]).collect();
    let bytes = write_table("a:b*[c]", &["=HYPERLINK(1)", "x"], &rows).unwrap();
    let mut archive = Archive::open(&bytes, &Limits::default()).unwrap();
    let sheet = String::from_utf8(archive.read("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert!(!sheet.contains("<f>") && !sheet.contains("<f ") && !sheet.contains("hyperlink"), "{sheet}");
    let styles = String::from_utf8(archive.read("xl/styles.xml").unwrap()).unwrap();
    assert!(styles.contains("quotePrefix"));
    let read = read_default(&bytes).unwrap();
    assert_eq!(read[0].rows[0].cells[0], text("=HYPERLINK(1)"));
    for (row, nasty) in read[0].rows[1..].iter().zip(nasty) {
        assert_eq!(row.cells[0], text(nasty));
    }

    let csv = write_csv(&["=HYPERLINK(1)", "x"], &rows).unwrap();
    let plain = String::from_utf8(csv.clone()).unwrap();
    for line in plain.trim_start_matches('\u{FEFF}').lines() {
        let first = line.trim_start_matches('"').trim_start();
        assert!(!first.starts_with(['=', '+', '-', '@', '＝', '|']), "{line:?}");
    }
    let read = read_default(&csv).unwrap();
    for (row, nasty) in read[0].rows[1..].iter().zip(nasty) {
        assert_eq!(row.cells, [text(nasty), text("-1")]);
    }
}

#[test]
fn a_csv_in_gb18030_is_read() {
    let csv = encoding_rs::GB18030.encode("姓名,证件号\n欧阳娜㛃,110101199003070000\n").0.into_owned();
    let rows = &read_default(&csv).unwrap()[0].rows;
    assert_eq!(rows[1].cells, [text("欧阳娜㛃"), text("110101199003070000")]);
}

#[test]
fn an_xls_workbook_is_read_whatever_it_claims_about_its_size() {
    let tables = read_default(&xls_sample()).unwrap();
    assert_eq!(tables[0].sheet, "登记");
    let rows = &tables[0].rows;
    assert_eq!(rows[0].cells, [text("张三"), Cell::Empty, text("abc")]);
    assert_eq!((rows.len(), rows[2].number), (3, 3));
    assert!(rows[2].cells[1].looks_rounded_identity());
    let lying = ole::wrap_workbook(xls_stream(&[label_sst(0, 0, 1)], u32::MAX));
    assert_eq!(read_default(&lying).unwrap()[0].rows.len(), 1);
}

#[test]
fn an_ods_workbook_is_read_with_merged_repeated_and_blank_cells_as_they_are() {
    let tables = read_default(&ods_with(ODS_TABLE)).unwrap();
    assert_eq!(tables[0].sheet, "登记");
    let rows = &tables[0].rows;
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[0].cells, [text("低保 & 特困  花名册\n二")]);
    assert!(rows[1].cells.is_empty() && rows[2].cells.is_empty());
    let half = Cell::Number { value: 1.5 };
    for row in &rows[3..] {
        assert_eq!(row.cells, [Cell::Empty, half.clone(), half.clone(), Cell::Date("2026-03-04".into())]);
    }
}

#[test]
fn cells_that_repeat_beyond_reason_are_refused_and_cost_nothing() {
    let cell = r#"<table:table-cell office:value-type="string" table:number-columns-repeated="500"><text:p>aaaaaaaaaa</text:p></table:table-cell>"#;
    for (rows, what) in [(100_001, "cells"), (4_294_967_295_u32, "cells")] {
        let table =
            format!(r#"<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>"#);
        match read_default(&ods_with(&table)) {
            Err(SheetError::TooLarge { what: found, .. }) => assert_eq!(found, what),
            other => panic!("{other:?}"),
        }
    }
    // The far corner of an Excel sheet: refused by its place, without the empty cells before it.
    for (corner, what) in [("XFD1", "columns"), ("A1048576", "rows")] {
        let sheet = format!(r#"<row><c r="A1"><v>1</v></c><c r="{corner}"><v>1</v></c></row>"#);
        match read_default(&xlsx_with(&sheet)) {
            Err(SheetError::TooLarge { what: found, .. }) => assert_eq!(found, what),
            other => panic!("{other:?}"),
        }
    }
    // A wide area of formatted but empty cells is nothing.
    let sheet = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>"#;
    assert_eq!(read_default(&xlsx_with(sheet)).unwrap()[0].rows.len(), 1);
}

#[test]
fn xls_cells_far_apart_are_refused_before_parsing() {
    let far = [label_sst(0, 0, 1), label_sst(65_535, 255, 1)];
    let error = read_default(&ole::wrap_workbook(xls_stream(&far, 1))).unwrap_err();
    assert_eq!(error, SheetError::TooLarge { what: "cells", limit: 3_000_000 });
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let zeros = vec![b' '; 40 << 20];
    let bomb = zipped(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < 200_000);
    match read_default(&bomb) {
        Err(SheetError::TooLarge { what, .. }) => assert_eq!(what, "unpacked over packed size"),
        other => panic!("{other:?}"),
    }
    let limits = Limits { max_unpacked_bytes: 10 << 20, ..Limits::default() };
    assert_eq!(
        read_tables(&bomb, &limits),
        Err(SheetError::TooLarge { what: "unpacked size", limit: 10 << 20 })
    );
    // The same bomb with a directory that claims ten bytes for it.
    let mut liar = bomb.clone();
    let size = (zeros.len() as u32).to_le_bytes();
    while let Some(at) = liar.windows(4).position(|four| four == size) {
        liar[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    assert_eq!(read_default(&liar).unwrap_err(), SheetError::Broken { part: "a part of the zip file" });
    // More parts than any workbook has.
    let names: Vec<String> = (0..2_001).map(|n| format!("p{n}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(
        read_default(&zipped(&parts)).unwrap_err(),
        SheetError::TooLarge { what: "parts", limit: 2_000 }
    );
}

#[test]
fn a_workbook_cut_anywhere_is_refused() {
    let xlsx = write_table("名册", &HEADINGS, &register()).unwrap();
    for (whole, step) in [(xlsx, 37), (xls_sample(), 37), (ods_with(ODS_TABLE), 7)] {
        assert!(read_default(&whole).is_ok());
        for len in (4..whole.len()).step_by(step) {
            // The xls container is padded with zeros behind the last record: without them it is whole.
            let outcome = read_default(&whole[..len]);
            assert!(outcome.is_err(), "cut at {len} of {}", whole.len());
        }
    }
}

#[test]
fn what_is_no_table_is_called_so() {
    for (bytes, code) in [
        (&b""[..], "sheet-not-a-workbook"),
        (b"A letter without any separator", "sheet-not-a-workbook"),
        (b"<html><table><tr><td>a,b</td></tr></table></html>", "sheet-not-a-workbook"),
        (b"{\"a\": 1, \"b\": 2}", "sheet-not-a-workbook"),
        (b"%PDF-1.7, and so on", "sheet-not-a-workbook"),
        (b"\x89PNG\r\n\x1a\n,,,,\0\0", "sheet-not-a-workbook"),
        (b",,,\n,,\n", "sheet-no-rows"),
        (b"PK\x03\x04", "sheet-broken"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "sheet-broken"),
    ] {
        assert_eq!(read_default(bytes).unwrap_err().code(), code, "{bytes:?}");
    }
    let document = zipped(&[("word/document.xml", b"<w/>")]);
    assert_eq!(read_default(&document).unwrap_err(), SheetError::NotAWorkbook);
    let binary = zipped(&[("xl/workbook.bin", b"x")]);
    assert_eq!(read_default(&binary).unwrap_err(), SheetError::UnsupportedFormat { format: "xlsb" });
    let empty = write_table("空", &[], &[]).unwrap();
    assert_eq!(read_default(&empty).unwrap_err(), SheetError::NoRows);
    let limits = Limits { max_file_bytes: 10, ..Limits::default() };
    assert_eq!(
        read_tables(b"a,b,c,d,e,f", &limits).unwrap_err(),
        SheetError::TooLarge { what: "file", limit: 10 }
    );
}

#[test]
fn protected_workbooks_are_called_so() {
    let ods = zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest><encryption-data/></manifest>"),
        ("content.xml", b"\x00\x01"),
    ]);
    assert_eq!(read_default(&ods).unwrap_err(), SheetError::Encrypted);
    let mut stream = xls_stream(&[], 1);
    let protection = record(0x002F, &[1, 0, 0, 0]);
    stream.splice(20..20, protection);
    assert_eq!(read_default(&ole::wrap_workbook(stream)).unwrap_err(), SheetError::Encrypted);
}

#[test]
fn sheets_are_written_under_a_name_that_excel_takes() {
    for (name, kept) in [
        ("a/b:c", "a b c"),
        ("", "Sheet1"),
        ("'", "Sheet1"),
        (
            "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二",
            "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一",
        ),
    ] {
        let bytes = write_table(name, &["a"], &[]).unwrap();
        assert_eq!(read_default(&bytes).unwrap()[0].sheet, kept);
    }
}

#[test]
fn what_excel_cannot_hold_is_refused_when_writing() {
    let long = "长".repeat(32_768);
    assert_eq!(write_table("a", &[&long], &[]).unwrap_err().code(), "sheet-too-large");
    let wide = vec![vec![Out::Empty; 16_385]];
    assert_eq!(write_csv(&[], &wide).unwrap_err().code(), "sheet-too-large");
    for (out, shown) in [
        (Out::Date("昨天".into()), "昨天"),
        (Out::Date("=1".into()), "=1"),
        (Out::Date("2026-02-30".into()), "2026-02-30"),
        (Out::Date("2026-03-04T10:11:12+08:00".into()), "2026-03-04T10:11:12+08:00"),
        (Out::Number(f64::INFINITY), "inf"),
    ] {
        let bytes = write_table("a", &["b"], &[vec![out]]).unwrap();
        assert_eq!(read_default(&bytes).unwrap()[0].rows[1].cells, [text(shown)]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(
        start in 0..4_usize, tail in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let start = [&b""[..], b"PK\x03\x04", ole::SIGNATURE, b"a,b\n"][start];
        let _ = read_default(&[start, &tail].concat());
    }

    #[test]
    fn arbitrary_xls_records_never_panic_and_never_take_much_memory(
        records in prop::collection::vec(
            (prop::sample::select(vec![0x6_u16, 0xA, 0x3C, 0x85, 0xBD, 0xD6, 0xFC, 0xFD, 0x200, 0x203, 0x204, 0x205, 0x207, 0x27E, 0x809, 0xE0, 0x41E]),
             prop::collection::vec(any::<u8>(), 0..40)),
            0..30,
        ),
    ) {
        let cells: Vec<_> = records.into_iter().map(|(kind, body)| record(kind, &body)).collect();
        let _ = read_default(&ole::wrap_workbook(xls_stream(&cells, 1)));
    }

    #[test]
    fn flipped_bytes_never_panic(
        which in 0..3_usize,
        flips in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..10),
    ) {
        let mut bytes = match which {
            0 => write_table("名册", &HEADINGS, &register()).unwrap(),
            1 => xls_sample(),
            _ => ods_with(ODS_TABLE),
        };
        for (at, flip) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
        }
        let _ = read_default(&bytes);
    }

    #[test]
    fn any_text_survives_xlsx_and_csv(
        cells in prop::collection::vec(prop::collection::vec("[ -~\u{4E00}-\u{4E20}'=+@\"\n,-]{1,8}", 2..4), 1..6),
    ) {
        let rows: Vec<Vec<Out>> =
            cells.iter().map(|row| row.iter().map(|cell| Out::Text(cell.clone())).collect()).collect();
        for bytes in [write_table("a", &["b", "c"], &rows).unwrap(), write_csv(&["b", "c"], &rows).unwrap()] {
            let read = read_default(&bytes).unwrap();
            for (row, written) in read[0].rows[1..].iter().zip(&cells) {
                let shown: Vec<String> = row.cells.iter().map(Cell::as_plain_text).collect();
                prop_assert_eq!(&shown, written);
            }
        }
    }
}
