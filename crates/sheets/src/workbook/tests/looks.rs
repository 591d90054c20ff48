//! How workbooks of another kind look in their copies.

use super::*;
use crate::copy_as_xlsx;
use crate::looks::Width;

fn xls_that_looks(merged: &[[u16; 4]]) -> Vec<u8> {
    let count = (merged.len() as u16).to_le_bytes();
    let areas: Vec<u8> = merged.iter().flatten().flat_map(|edge| edge.to_le_bytes()).collect();
    // Columns B and C, 20 characters wide.
    let wide = [1_u16, 2, 20 * 256, 15, 0, 0].map(u16::to_le_bytes).concat();
    let cells = [
        record(0x007D, &wide),
        label_sst(0, 0, 0),
        label_sst(1, 1, 1),
        number(2, 1, 7.0),
        record(0x00E5, &[&count[..], &areas].concat()),
    ];
    ole::wrap_workbook(xls_stream(&cells, 3))
}

fn part_of(xlsx: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(xlsx)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

/// What a workbook of Excel's own says of its first sheet.
fn sheet_xml(xlsx: &[u8]) -> String {
    part_of(xlsx, "xl/worksheets/sheet1.xml")
}

#[test]
fn merged_cells_and_widths_of_another_kind_of_workbook_go_into_its_copy() {
    let limits = Limits::default();
    // Rows and columns as the record has them: first and last row, first and last column.
    let xls = xls_that_looks(&[[0, 0, 0, 2], [1, 2, 0, 0], [0, 1, 1, 1], [0, 65_535, 3, 255], [5, 4, 0, 1]]);
    let looks = &read_default(&xls).unwrap()[0].looks;
    assert_eq!(
        (looks.merged.len(), looks.widths.as_slice()),
        (5, &[Width { first: 1, last: 2, chars: 20.0 }][..])
    );
    let copy = sheet_xml(&copy_as_xlsx(&xls, &limits).unwrap());
    // One over another and one over the whole sheet stay as they are, and so does one that ends before it begins.
    assert!(
        copy.contains(
            r#"<mergeCells count="2"><mergeCell ref="A1:C1"/><mergeCell ref="A2:A3"/></mergeCells>"#
        )
    );
    assert_eq!(copy.matches("<col min=\"2\" max=\"3\" width=\"20.7109375\"").count(), 1, "{copy}");
    let ods = copy_as_xlsx(&ods_with(ODS_TABLE), &limits).unwrap();
    assert!(sheet_xml(&ods).contains(r#"<mergeCell ref="A1:C1"/>"#));
    let text = |bytes: &[u8]| read_default(bytes).unwrap()[0].rows[0].cells[0].as_plain_text();
    assert_eq!(text(&ods), text(&ods_with(ODS_TABLE)), "the title stands in the merged cell");
    let copied = read_default(&copy_as_xlsx(&xls, &limits).unwrap()).unwrap();
    let before = read_default(&xls).unwrap();
    assert_eq!(copied[0].rows[2].cells[1], before[0].rows[2].cells[1]);
}

/// A cell format: font, number format, alignment, edges, and the fill's pattern and color.
fn xf(font: u16, format: u16, align: u8, edges: u32, fill: (u32, u16)) -> Vec<u8> {
    let head = [font.to_le_bytes(), format.to_le_bytes(), [0, 0]].concat();
    let (pattern, color) = (fill.0 << 26, fill.1);
    let tail = [&edges.to_le_bytes()[..], &pattern.to_le_bytes(), &color.to_le_bytes()].concat();
    record(0x00E0, &[&head[..], &[align, 0, 0, 0], &tail].concat())
}

fn font(points: u16, bold: bool, color: u16, name: &str) -> Vec<u8> {
    let name: Vec<u16> = name.encode_utf16().collect();
    let weight: u16 = if bold { 700 } else { 400 };
    let head = [points * 20, 0, color, weight, 0].map(u16::to_le_bytes).concat();
    let letters: Vec<u8> = name.iter().flat_map(|letter| letter.to_le_bytes()).collect();
    record(0x0031, &[&head[..], &[0, 0, 0, 0, name.len() as u8, 1], &letters].concat())
}

#[test]
fn an_old_workbook_looks_in_its_copy_as_it_did() {
    let fonts = [
        font(12, false, 0x7FFF, "宋体"),
        font(9, false, 8, "A"),
        font(9, false, 8, "B"),
        font(9, false, 8, "C"),
    ];
    // The fifth font has the number five.
    let title = font(18, true, 10, "方正小标宋简体");
    let money = [&[200, 0, 4, 0, 0][..], b"0.00"].concat();
    let boxed = 0x1111;
    let styles = [
        xf(0, 0, 0x20, 0, (0, 64)),
        xf(5, 0, 0x12, 0, (0, 64)),
        xf(0, 200, 0x13, boxed, (1, 13)),
        xf(0, 0, 0x20, boxed, (0, 64)),
    ];
    let of_all = [fonts.concat(), title, record(0x041E, &money), styles.concat()].concat();
    let cell = |kind: u16, row: u16, column: u16, style: u16, rest: &[u8]| {
        let place = [row, column, style].map(u16::to_le_bytes).concat();
        record(kind, &[&place[..], rest].concat())
    };
    let high = [0_u16, 0, 3, 36 * 20, 0, 0, 0x40, 0].map(u16::to_le_bytes).concat();
    // Row 3 is drawn, and empty: for somebody to fill in. Of one below nothing is seen.
    let drawn = [2_u16, 0, 3, 3, 1].map(u16::to_le_bytes).concat();
    // A4, scale, first page, pages across and down; landscape.
    let paper = [9_u16, 100, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1].map(u16::to_le_bytes).concat();
    let cells = [
        record(0x00A1, &paper),
        record(0x0208, &high),
        cell(0x00FD, 0, 0, 1, &0_u32.to_le_bytes()),
        cell(0x0203, 1, 0, 2, &1.5_f64.to_le_bytes()),
        cell(0x00FD, 1, 1, 9, &1_u32.to_le_bytes()),
        record(0x00BE, &drawn),
        cell(0x0201, 3, 0, 0, &[]),
    ];
    let xls = ole::wrap_workbook(xls_stream_with(&of_all, &cells, 4));
    let copy = copy_as_xlsx(&xls, &Limits::default()).unwrap();
    let styles = part_of(&copy, "xl/styles.xml");
    for told in [
        r#"<sz val="18"/><color rgb="FFFF0000"/><name val="方正小标宋简体"/>"#,
        r#"<sz val="12"/>"#,
        r#"<name val="宋体"/>"#,
        r#"<fgColor rgb="FFFFFF00"/>"#,
        r#"<alignment horizontal="center" vertical="center"/>"#,
        r#"formatCode="0.00""#,
    ] {
        assert!(styles.contains(told), "{told} in {styles}");
    }
    let sheet = sheet_xml(&copy);
    assert!(sheet.contains(r#"<row r="1" spans="1:2" ht="36" customHeight="1">"#), "{sheet}");
    assert!(sheet.contains(r#"<pageSetup paperSize="9" orientation="landscape""#), "{sheet}");
    let drawn = sheet.split("<row r=\"3\"").nth(1).unwrap();
    assert!(drawn.contains(r#"<c r="A3" s="#) && drawn.contains(r#"<c r="B3" s="#), "{sheet}");
    assert!(!sheet.contains("A4"), "nothing of it is seen: {sheet}");
    let rows =
        |bytes: &[u8]| read_default(bytes).unwrap()[0].rows.iter().take(2).cloned().collect::<Vec<_>>();
    assert_eq!(rows(&copy), rows(&xls), "what stands in it is what stood in it");
}

#[test]
fn a_form_of_an_office_s_old_program_is_a_form_in_its_copy() {
    // Made by xlwt, which writes these workbooks since long before: see data/sheets.
    let xls = include_bytes!("../../../../../data/sheets/survey.xls");
    let copy = copy_as_xlsx(xls, &Limits::default()).unwrap();
    let (sheet, styles) = (sheet_xml(&copy), part_of(&copy, "xl/styles.xml"));
    for area in ["A1:F1", "A2:F2", "A10:D10"] {
        assert!(sheet.contains(&format!(r#"<mergeCell ref="{area}"/>"#)), "{area}");
    }
    assert_eq!(sheet.matches("customHeight").count(), 2, "the two rows that somebody made higher");
    assert_eq!(sheet.matches("customWidth").count(), 6);
    assert!(sheet.contains(r#"orientation="landscape""#));
    assert!(sheet.contains(r#"<c r="F9" s="#), "a row for somebody to fill in is drawn");
    for told in [
        r#"<name val="黑体"/>"#,
        r#"<bottom style="double">"#,
        r#"<fgColor rgb="FFFFFF99"/>"#,
        r#"numFmtId="4""#,
    ] {
        assert!(styles.contains(told), "{told} in {styles}");
    }
    let texts = |bytes: &[u8]| {
        let told = |row: &Row| row.cells.iter().map(Cell::as_plain_text).collect::<Vec<_>>().join("|");
        read_default(bytes).unwrap()[0].rows.iter().map(told).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(texts(&copy).trim(), texts(xls).trim());
    // What was copied is filled in as every other form.
    assert!(matches!(crate::read_layouts(&copy, &Limits::default()), Ok(layouts) if layouts.len() == 1));
}

#[test]
fn a_record_of_merged_cells_that_is_cut_is_no_workbook_and_ends_no_program() {
    let cut = [record(0x00E5, &[9, 0, 1, 0]), label_sst(0, 0, 0)];
    let bytes = ole::wrap_workbook(xls_stream(&cut, 1));
    assert!(matches!(read_default(&bytes), Err(SheetError::Broken { .. })));
}
