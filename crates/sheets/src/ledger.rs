//! A table as an official's ledger: title and who fills it in above it, ruled, on A4 across with its headings on every page.

use crate::outgoing::{
    Out, ROWS_MEASURED, check_size, could_be_formula, display_width, new_workbook, sheet_name,
};
use crate::{SheetError, table::check};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// Rows above the first line: title, who fills it in, headings.
pub const HEAD_ROWS: usize = 3;
/// What stands where nothing is known, so that nobody fills it in later unseen.
const NOTHING: &str = "—";
/// A4, by Excel's number.
const A4: u8 = 9;
/// Narrowest and widest column, in the width of digits: longer text goes on in the next line of its cell.
const WIDTHS: std::ops::RangeInclusive<u32> = 5..=22;
/// So wide a table fills the page; a wider one is printed smaller, but never smaller than can be read (digits).
const FILLS_PAGE: f64 = 132.0;
/// Beyond this its columns are made narrower instead, their text in more lines (digits).
const MOST_WIDTH: f64 = 190.0;
/// Sizes of title, line below it and table (points): 小二, 五号, 五号.
const SIZES: [f64; 3] = [18.0, 10.5, 10.5];
/// Heights of title, line below it and headings (points).
const HEIGHTS: [f64; 3] = [33.0, 21.0, 30.0];
/// Margins: left and right, top and bottom, header and footer (inches).
const MARGINS_INCHES: [f64; 3] = [0.4, 0.6, 0.3];
/// Characters that Excel takes in a footer.
const MAX_FOOTER_CHARS: u64 = 200;

/// What stands above and below a ledger, in the words of the screen.
#[derive(Debug, Clone, Copy)]
pub struct LedgerHead<'a> {
    /// What the sheet is called.
    pub sheet: &'a str,
    /// 台账 …
    pub title: &'a str,
    /// 填报单位, 填报人, 审核人, 联系电话, 填报日期: one line.
    pub facts: &'a str,
    /// `第 {page} 页 共 {pages} 页`
    pub foot: &'a str,
}

/// Writes one sheet as .xlsx, as a ledger is kept. The same table gives the same bytes. Empty cells say so with a dash, but for
/// [`Out::ToSign`]; numbers and text are written as by [`crate::write_table`], dates as text.
///
/// # Errors
/// `TooLarge` beyond Excel's own limits, `NotWritten`.
pub fn write_ledger(
    head: &LedgerHead<'_>,
    headings: &[&str],
    rows: &[Vec<Out>],
) -> Result<Vec<u8>, SheetError> {
    check_size(headings, rows)?;
    check_size(&[head.title, head.facts], &[])?;
    check("footer", head.foot.chars().count() as u64, MAX_FOOTER_CHARS)?;
    let mut workbook: Workbook = new_workbook()?;
    let worksheet = workbook.add_worksheet();
    set_page(worksheet, head)
        .and_then(|()| fill(worksheet, head, headings, rows))
        .map_err(|_| SheetError::NotWritten { part: "sheet" })?;
    workbook.save_to_buffer().map_err(|_| SheetError::NotWritten { part: "workbook" })
}

fn set_page(worksheet: &mut Worksheet, head: &LedgerHead<'_>) -> Result<(), XlsxError> {
    worksheet.set_name(sheet_name(head.sheet))?;
    worksheet.set_paper_size(A4).set_landscape();
    // As wide as one page, as long as need be.
    worksheet.set_print_fit_to_pages(1, 0);
    worksheet.set_print_center_horizontally(true);
    let [side, end, edge] = MARGINS_INCHES;
    worksheet.set_margins(side, side, end, end, edge, edge);
    // An ampersand of its own would begin a code.
    let foot = head.foot.replace('&', "&&").replace("{page}", "&P").replace("{pages}", "&N");
    worksheet.set_footer(format!("&C{foot}"));
    let headings = HEAD_ROWS as u32 - 1;
    worksheet.set_repeat_rows(headings, headings)?;
    worksheet.set_freeze_panes(HEAD_ROWS as u32, 0)?;
    Ok(())
}

struct Formats {
    title: Format,
    facts: Format,
    heading: Format,
    text: Format,
    guarded: Format,
    number: Format,
    dash: Format,
}

impl Formats {
    fn new() -> Self {
        let plain = Format::new().set_align(FormatAlign::VerticalCenter).set_num_format("@");
        let ruled = plain.clone().set_font_size(SIZES[2]).set_border(FormatBorder::Thin).set_text_wrap();
        let centred = ruled.clone().set_align(FormatAlign::Center);
        Formats {
            title: plain.clone().set_align(FormatAlign::Center).set_font_size(SIZES[0]).set_bold(),
            facts: plain.set_font_size(SIZES[1]),
            heading: centred.clone().set_bold(),
            guarded: ruled.clone().set_quote_prefix(),
            number: centred.clone().set_num_format("General"),
            dash: centred,
            text: ruled,
        }
    }
}

fn fill(
    worksheet: &mut Worksheet,
    head: &LedgerHead<'_>,
    headings: &[&str],
    rows: &[Vec<Out>],
) -> Result<(), XlsxError> {
    let formats = Formats::new();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(headings.len()).max(1);
    for (row, height) in (0_u32..).zip(HEIGHTS) {
        worksheet.set_row_height(row, height)?;
    }
    across(worksheet, 0, columns, head.title, &formats.title)?;
    across(worksheet, 1, columns, head.facts, &formats.facts)?;
    for (column, heading) in (0_u16..).zip(headings) {
        worksheet.write_string_with_format(2, column, *heading, &formats.heading)?;
    }
    for (row, cells) in (HEAD_ROWS as u32..).zip(rows) {
        for (index, column) in (0..columns).zip(0_u16..) {
            write_cell(worksheet, (row, column), cells.get(index).unwrap_or(&Out::Empty), &formats)?;
        }
    }
    for (column, width) in (0_u16..).zip(widths(columns, headings, rows)) {
        worksheet.set_column_width(column, width)?;
    }
    Ok(())
}

/// One text over all columns; Excel merges no single cell.
fn across(
    worksheet: &mut Worksheet,
    row: u32,
    columns: usize,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    match u16::try_from(columns - 1) {
        Ok(last) if last > 0 => worksheet.merge_range(row, 0, row, last, text, format)?,
        _ => worksheet.write_string_with_format(row, 0, text, format)?,
    };
    Ok(())
}

fn write_cell(
    worksheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Out,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let shown = cell.shown();
    match cell {
        Out::Number(value) if value.is_finite() => {
            worksheet.write_number_with_format(row, column, *value, &formats.number)?;
        }
        Out::ToSign => {
            worksheet.write_blank(row, column, &formats.text)?;
        }
        _ if shown.trim().is_empty() => {
            worksheet.write_string_with_format(row, column, NOTHING, &formats.dash)?;
        }
        _ => {
            let format = if could_be_formula(&shown) { &formats.guarded } else { &formats.text };
            worksheet.write_string_with_format(row, column, &shown, format)?;
        }
    }
    Ok(())
}

/// As wide as what stands there, within bounds; then all of them by the same part more or less, to fit the page.
fn widths(columns: usize, headings: &[&str], rows: &[Vec<Out>]) -> Vec<f64> {
    let width = |index: usize| {
        // A heading goes on in the next line of its cell.
        let heading = headings.get(index).map_or(0, |heading| display_width(heading).min(10));
        let cells = rows.iter().take(ROWS_MEASURED).filter_map(|row| row.get(index));
        let widest = cells.map(|cell| display_width(&cell.shown())).fold(heading, u32::max);
        f64::from((widest + 2).clamp(*WIDTHS.start(), *WIDTHS.end()))
    };
    let fitting: Vec<f64> = (0..columns).map(width).collect();
    let all: f64 = fitting.iter().sum();
    let part = all.clamp(FILLS_PAGE, MOST_WIDTH) / all;
    fitting.into_iter().map(|width| (width * part).max(f64::from(*WIDTHS.start())).round()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cell, Limits, read_tables};
    use std::io::{Cursor, Read};

    const HEAD: LedgerHead<'_> = LedgerHead {
        sheet: "台账",
        title: "帮办代办服务台账",
        facts: "填报单位：大湖村  填报人：余老师",
        foot: "第 {page} 页 共 {pages} 页",
    };

    fn part(bytes: &[u8], name: &str) -> String {
        let mut text = String::new();
        let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        book.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        let tables = read_tables(bytes, &Limits::default()).unwrap();
        tables[0].rows.iter().map(|row| row.cells.iter().map(Cell::as_plain_text).collect()).collect()
    }

    #[test]
    fn a_ledger_has_its_title_and_who_fills_it_in_and_every_page_has_the_headings() {
        let rows = [
            vec![Out::Number(1.0), Out::Text("420704199001011234".into()), Out::Text("=1+1".into())],
            vec![Out::Number(2.0), Out::Text(" ".into())],
        ];
        let bytes = write_ledger(&HEAD, &["序号", "身份证号", "备注"], &rows).unwrap();
        let read = texts(&bytes);
        assert_eq!((read[0][0].as_str(), read[1][0].as_str()), (HEAD.title, HEAD.facts));
        assert_eq!(read[2], ["序号", "身份证号", "备注"]);
        assert_eq!(read[HEAD_ROWS], ["1", "420704199001011234", "=1+1"], "text stays text");
        assert_eq!(read[HEAD_ROWS + 1], ["2", "—", "—"], "what is empty says so");
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        for word in [
            "<mergeCell ref=\"A1:C1\"/>",
            "<mergeCell ref=\"A2:C2\"/>",
            "paperSize=\"9\"",
            "orientation=\"landscape\"",
            "fitToHeight=\"0\"",
            "&amp;C第 &amp;P 页 共 &amp;N 页",
        ] {
            assert!(sheet.contains(word), "{word} of {sheet}");
        }
        assert!(part(&bytes, "xl/workbook.xml").contains("$3:$3"), "the headings on every page");
        assert_eq!(bytes, write_ledger(&HEAD, &["序号", "身份证号", "备注"], &rows).unwrap());
    }

    #[test]
    fn what_is_to_be_signed_stays_free_and_one_column_is_a_ledger_too() {
        let bytes = write_ledger(&HEAD, &["签字"], &[vec![Out::ToSign], vec![Out::Empty]]).unwrap();
        let read = texts(&bytes);
        assert_eq!(read.last().unwrap(), &["—"]);
        assert_eq!(read.iter().flatten().filter(|text| *text == "—").count(), 1, "{read:?}");
        write_ledger(&HEAD, &[], &[]).unwrap();
        let long = "长".repeat(201);
        let refused = write_ledger(&LedgerHead { foot: &long, ..HEAD }, &["一"], &[]).unwrap_err();
        assert_eq!(refused.code(), "sheet-too-large");
    }

    #[test]
    fn many_columns_stay_readable_on_the_page_and_few_fill_it() {
        let long = || Out::Text("户口簿、身份证、家庭经济状况核对授权书".into());
        let widths_of = |columns: usize| widths(columns, &[], &[(0..columns).map(|_| long()).collect()]);
        let (many, few) = (widths_of(21).iter().sum::<f64>(), widths_of(3).iter().sum::<f64>());
        assert!((MOST_WIDTH - 21.0..=MOST_WIDTH + 21.0).contains(&many), "{many}");
        assert!((FILLS_PAGE - 3.0..=FILLS_PAGE + 3.0).contains(&few), "{few}");
    }

    #[test]
    fn an_ampersand_of_the_foot_is_one() {
        let bytes = write_ledger(&LedgerHead { foot: "甲&乙", ..HEAD }, &["一", "二"], &[]).unwrap();
        assert!(part(&bytes, "xl/worksheets/sheet1.xml").contains("甲&amp;&amp;乙"));
    }
}
