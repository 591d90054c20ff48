//! An official's folder with a form in it, written as a real workbook.

use rust_xlsxwriter::Workbook;
use std::path::PathBuf;
use tempfile::TempDir;

/// Rows of a sheet, the headings first.
pub type Rows<'a> = &'a [&'a [&'a str]];

/// A workbook in a folder of its own.
pub struct Official {
    folder: TempDir,
}

impl Official {
    /// Writes `form.xlsx` with these sheets.
    pub fn write(sheets: &[(&str, Rows<'_>)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut workbook = Workbook::new();
        for (name, rows) in sheets {
            let sheet = workbook.add_worksheet();
            sheet.set_name(*name).unwrap();
            for (row, cells) in (0..).zip(rows.iter()) {
                for (column, text) in (0..).zip(cells.iter()).filter(|(_, text)| !text.is_empty()) {
                    sheet.write_string(row, column, *text).unwrap();
                }
            }
        }
        workbook.save(folder.path().join("form.xlsx")).unwrap();
        Official { folder }
    }

    /// Lays a file beside the workbook.
    pub fn lay(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The workbook.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("form.xlsx")
    }

    /// The workbook's place in words.
    pub fn path(&self) -> String {
        self.file().display().to_string()
    }
}
