//! 银行上门名单 on the screen, on paper and as a workbook: whom the bank's staff visit to activate a social-security card.

use super::Seat;
use super::export::Exported;
use super::sheet_head::SheetHead;
use crate::bank_visit::{BankVisitLine, list_bank_visits_on};
use crate::error::DeskError;
use crate::file::write_in_place;
use bangban_model::mask::{mask_identity, mask_numbers, mask_phone};
use bangban_model::{Code, SubjectId};
use bangban_sheets::Out;
use serde::{Deserialize, Serialize};
use std::path::Path;
use ts_rs::TS;

/// Who waits for the bank.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BankVisits {
    /// Those with an agreed time first, the others as the village goes.
    pub rows: Vec<BankVisitRow>,
}

/// One whom the bank visits.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BankVisitRow {
    /// Her case.
    pub case: SubjectId,
    /// The holder's name.
    pub name: String,
    /// 男 or 女, where the number tells.
    pub sex: &'static str,
    /// Whole years, where the number tells.
    pub age: Option<u32>,
    /// Masked, or whole where that was asked for.
    pub id_number: String,
    /// As the identity number.
    pub phone: String,
    /// Where to go.
    pub address: String,
    /// Why she cannot travel.
    pub reason: String,
    /// The bank on the card.
    pub bank: String,
    /// The time agreed with the bank, `2026-11-24 14:30`; '' while none is.
    pub agreed_time: String,
    /// Whom to call then; numbers as the identity number.
    pub contact: String,
}

/// Of those on the roll of a line, and of what it follows from, who waits for the bank.
///
/// # Errors
/// As [`list_bank_visits_on`].
pub fn bank_visits(seat: &Seat, line: SubjectId, whole: bool) -> Result<BankVisits, DeskError> {
    let lines = list_bank_visits_on(&seat.desk, line)?;
    Ok(BankVisits { rows: lines.into_iter().map(|line| row_of(line, whole)).collect() })
}

fn row_of(line: BankVisitLine, whole: bool) -> BankVisitRow {
    let shown = |text: &str, mask: fn(&str) -> String| if whole { text.to_owned() } else { mask(text) };
    let holder = line.person.as_ref();
    BankVisitRow {
        case: line.case,
        name: holder.map(|holder| holder.name.clone()).unwrap_or_default(),
        sex: holder.and_then(|holder| holder.sex).unwrap_or_default(),
        age: holder.and_then(|holder| holder.age),
        id_number: holder.map(|holder| shown(&holder.id_number, mask_identity)).unwrap_or_default(),
        phone: holder.map(|holder| shown(&holder.phone, mask_phone)).unwrap_or_default(),
        address: line.address,
        reason: line.reason,
        bank: line.bank,
        agreed_time: line.agreed_time.replace('T', " ").chars().take("2026-11-24 14:30".len()).collect(),
        contact: shown(&line.contact, mask_numbers),
    }
}

/// The columns: 序号 姓名 性别 年龄 身份证号 联系电话 上门地址 行动不便的情况 卡面银行 约定时间 到时联系人 激活情况
/// 银行工作人员签字 本人签字 备注.
const COLUMNS: usize = 15;

/// What the workbook is to hold, with the words of the screen.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BankVisitExport {
    /// The line.
    pub line: SubjectId,
    /// Whether numbers are whole: she was asked.
    pub whole: bool,
    /// The headings in their order.
    pub headings: Vec<String>,
    /// What stands above and below the table.
    pub head: SheetHead,
    /// What the sheet is called.
    pub sheet: String,
}

/// Writes the list into a workbook; the file appears whole or not at all.
///
/// # Errors
/// As [`bank_visits`]; `BadInput` for headings of another number.
pub fn export_bank_visits(seat: &Seat, file: &Path, what: &BankVisitExport) -> Result<Exported, DeskError> {
    if what.headings.len() != COLUMNS {
        return Err(DeskError::new(Code::BadInput).with("path", "headings"));
    }
    let list = bank_visits(seat, what.line, what.whole)?;
    let rows: Vec<Vec<Out>> = (1..).zip(list.rows).map(|(number, row)| cells(number, row)).collect();
    let headings: Vec<&str> = what.headings.iter().map(String::as_str).collect();
    write_in_place(file, &what.head.write(&what.sheet, &headings, &rows)?)?;
    Ok(Exported { rows: rows.len() as u64 })
}

fn cells(number: u32, row: BankVisitRow) -> Vec<Out> {
    let empty = || Out::Text(String::new());
    vec![
        Out::Number(f64::from(number)),
        Out::Text(row.name),
        Out::Text(row.sex.to_owned()),
        row.age.map_or_else(empty, |age| Out::Number(f64::from(age))),
        Out::Text(row.id_number),
        Out::Text(row.phone),
        Out::Text(row.address),
        Out::Text(row.reason),
        Out::Text(row.bank),
        Out::Text(row.agreed_time),
        Out::Text(row.contact),
        // The bank alone says how it ended.
        Out::ToSign,
        Out::ToSign,
        Out::ToSign,
        Out::ToSign,
    ]
}
