//! How an xls workbook looks: fonts, borders, fills, widths and heights, as far as a copy keeps them. What is cut or wrong is left out:
//! it is the values that matter.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::biff::{
    BLANK, BOF, BOOL_ERR, COL_INFO, EOF, FORMULA, LABEL, LABEL_SST, MUL_RK, NUMBER, R_STRING, RK, Records,
    u16_at, u32_at,
};
use crate::looks::{Font, Looks, NumberFormat, Paper, Style, Styled, Width};

const FONT: u16 = 0x0031;
const PALETTE: u16 = 0x0092;
/// How a sheet is printed.
const SETUP: u16 = 0x00A1;
/// Cells with formats and nothing in them.
const MUL_BLANK: u16 = 0x00BE;
const XF: u16 = 0x00E0;
const ROW: u16 = 0x0208;
const FORMAT: u16 = 0x041E;

/// So many cells of all sheets together keep their looks.
const MOST_STYLED: usize = 200_000;
/// So many fonts, and so many styles; Excel had no more.
const MOST_STYLES: usize = 4_096;
/// The first color of a palette is the eighth.
const FIRST_COLOR: u16 = 8;
/// The colors of a workbook that brings none of its own.
const COLORS: [u32; 56] = [
    0x000000, 0xFFFFFF, 0xFF0000, 0x00FF00, 0x0000FF, 0xFFFF00, 0xFF00FF, 0x00FFFF, 0x800000, 0x008000,
    0x000080, 0x808000, 0x800080, 0x008080, 0xC0C0C0, 0x808080, 0x9999FF, 0x993366, 0xFFFFCC, 0xCCFFFF,
    0x660066, 0xFF8080, 0x0066CC, 0xCCCCFF, 0x000080, 0xFF00FF, 0xFFFF00, 0x00FFFF, 0x800080, 0x800000,
    0x008080, 0x0000FF, 0x00CCFF, 0xCCFFFF, 0xCCFFCC, 0xFFFF99, 0x99CCFF, 0xFF99CC, 0xCC99FF, 0xFFCC99,
    0x3366FF, 0x33CCCC, 0x99CC00, 0xFFCC00, 0xFF9900, 0xFF6600, 0x666699, 0x969696, 0x003366, 0x339966,
    0x003300, 0x333300, 0x993300, 0x993366, 0x333399, 0x333333,
];

/// The looks of each sheet, by where its records begin.
pub(crate) fn read(stream: &[u8], sheets: &[usize]) -> Vec<Looks> {
    let styles: Arc<[Style]> = styles_of(stream).into();
    let mut left = MOST_STYLED;
    sheets.iter().map(|at| sheet_of(stream, *at, &styles, &mut left)).collect()
}

#[derive(Default)]
struct Book {
    /// Each with the number of its color.
    fonts: Vec<(Font, u16)>,
    formats: BTreeMap<u16, String>,
    colors: Vec<u32>,
}

fn styles_of(stream: &[u8]) -> Vec<Style> {
    let (mut book, mut cells) = (Book::default(), Vec::new());
    let mut records = Records { stream, at: 0 };
    while let Some(record) = records.next() {
        match record.kind {
            EOF => break,
            FONT if book.fonts.len() < MOST_STYLES => book.fonts.extend(font(record.body)),
            FORMAT if book.formats.len() < MOST_STYLES => book.formats.extend(number_format(record.body)),
            XF if cells.len() < MOST_STYLES => cells.push(record.body),
            PALETTE => {
                let colors = record.body.get(2..).unwrap_or_default().chunks_exact(4);
                book.colors = colors.map(|rgb| u32::from_be_bytes([0, rgb[0], rgb[1], rgb[2]])).collect();
            }
            _ => {}
        }
    }
    cells.into_iter().map(|body| style(body, &book).unwrap_or_default()).collect()
}

fn font(body: &[u8]) -> Option<(Font, u16)> {
    let name = text(body.get(16..)?, usize::from(*body.get(14)?), *body.get(15)?)?;
    let points = f64::from(u16_at(body, 0)?) / 20.0;
    let (italic, bold) = (u16_at(body, 2)? & 2 != 0, u16_at(body, 6)? >= 700);
    Some((Font { name, points, bold, italic, color: None }, u16_at(body, 4)?))
}

fn number_format(body: &[u8]) -> Option<(u16, String)> {
    let code = text(body.get(5..)?, usize::from(u16_at(body, 2)?), *body.get(4)?)?;
    Some((u16_at(body, 0)?, code))
}

/// Characters of one byte or of two.
fn text(body: &[u8], chars: usize, flags: u8) -> Option<String> {
    Some(match flags & 1 {
        0 => body.get(..chars)?.iter().map(|byte| char::from(*byte)).collect(),
        _ => {
            let wide = body.get(..chars * 2)?.chunks_exact(2);
            String::from_utf16_lossy(
                &wide.map(|two| u16::from_le_bytes([two[0], two[1]])).collect::<Vec<_>>(),
            )
        }
    })
}

fn style(body: &[u8], book: &Book) -> Option<Style> {
    let color = |number: u16| {
        let at = usize::from(number.checked_sub(FIRST_COLOR)?);
        book.colors.get(at).or(COLORS.get(at)).copied()
    };
    // There is no font of the number four.
    let number = usize::from(u16_at(body, 0)?);
    let font = book.fonts.get(if number > 4 { number - 1 } else { number });
    let format = u16_at(body, 2)?;
    let number = match book.formats.get(&format) {
        Some(code) if code == "General" => NumberFormat::General,
        Some(code) => NumberFormat::Code(code.clone()),
        None => u8::try_from(format).map_or(NumberFormat::General, NumberFormat::BuiltIn),
    };
    let align = *body.get(6)?;
    let (edges, below) = (u32_at(body, 10)?, u32_at(body, 14)?);
    let edge = |at: u32| (edges >> at & 0xF) as u8;
    let is_solid = below >> 26 == 1;
    Some(Style {
        font: font.map(|(font, number)| Font { color: color(*number), ..font.clone() }),
        number,
        horizontal: align & 7,
        vertical: align >> 4 & 7,
        wrap: align & 8 != 0,
        left: edge(0),
        right: edge(4),
        top: edge(8),
        bottom: edge(12),
        fill: color(u16_at(body, 18)? & 0x7F).filter(|_| is_solid),
    })
}

fn sheet_of(stream: &[u8], start: usize, styles: &Arc<[Style]>, left: &mut usize) -> Looks {
    let mut looks = Looks { styles: styles.clone(), ..Looks::default() };
    let mut records = Records { stream, at: start };
    let mut depth = 0_u32;
    while let Some(record) = records.next() {
        let body = record.body;
        match record.kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            // A chart that lies within the sheet.
            _ if depth > 1 => {}
            COL_INFO => looks.widths.extend(width(body)),
            ROW => looks.heights.extend(height(body)),
            SETUP => looks.paper = paper(body),
            BLANK | NUMBER | LABEL | R_STRING | BOOL_ERR | RK | LABEL_SST | FORMULA => {
                styled(&mut looks, left, body, 4, body.get(4..6));
            }
            MUL_RK => styled(&mut looks, left, body, 6, body.get(4..body.len().saturating_sub(2))),
            MUL_BLANK => styled(&mut looks, left, body, 2, body.get(4..body.len().saturating_sub(2))),
            _ => {}
        }
    }
    looks
}

/// The cells of a record from its row and column on; each takes so many bytes, of which the first two are its style.
fn styled(looks: &mut Looks, left: &mut usize, body: &[u8], bytes: usize, cells: Option<&[u8]>) {
    let (Some(row), Some(column)) = (u16_at(body, 0), u16_at(body, 2)) else { return };
    for (column, cell) in (column..).zip(cells.unwrap_or_default().chunks(bytes)) {
        let Some(style) = u16_at(cell, 0).filter(|style| usize::from(*style) < looks.styles.len()) else {
            continue;
        };
        if *left > 0 {
            *left -= 1;
            looks.cells.push(Styled { row: u32::from(row), column, style });
        }
    }
}

/// Columns of one width; nothing of a record that is cut.
fn width(body: &[u8]) -> Option<Width> {
    // In 256ths of a character.
    let chars = f64::from(u16_at(body, 4)?) / 256.0;
    Some(Width { first: u16_at(body, 0)?, last: u16_at(body, 2)?, chars })
}

/// A row and how high somebody made it (points); the others are as high as what stands in them.
fn height(body: &[u8]) -> Option<(u32, f64)> {
    u16_at(body, 12).filter(|told| told & 0x40 != 0)?;
    let twentieths = u16_at(body, 6).filter(|height| height & 0x8000 == 0)?;
    Some((u32::from(u16_at(body, 0)?), f64::from(twentieths) / 20.0))
}

/// What it is printed on; nothing where the record says that it knows nothing.
fn paper(body: &[u8]) -> Option<Paper> {
    let told = u16_at(body, 10).filter(|told| told & 4 == 0)?;
    Some(Paper { size: u8::try_from(u16_at(body, 0)?).ok()?, landscape: told & 2 == 0 })
}
