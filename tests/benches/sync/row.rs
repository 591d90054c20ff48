//! What was measured beside what it may be.

/// One line of the result.
pub struct Row {
    name: String,
    value: f64,
    unit: &'static str,
    bound: Option<f64>,
}

impl Row {
    /// A value, and the most it may be where it is bounded.
    pub fn new(name: &str, value: f64, unit: &'static str, bound: Option<f64>) -> Self {
        Row { name: name.to_owned(), value, unit, bound }
    }

    fn is_within(&self) -> bool {
        self.bound.is_none_or(|bound| self.value <= bound)
    }
}

/// Prints the rows as a table in Markdown; whether every bound is kept.
pub fn print_rows(rows: &[Row]) -> bool {
    println!("\n| what | measured | bound | |\n|---|---:|---:|---|");
    for row in rows {
        let bound = row.bound.map_or_else(String::new, |bound| format!("≤ {bound} {}", row.unit));
        let verdict = match (row.bound, row.is_within()) {
            (None, _) => "",
            (Some(_), true) => "kept",
            (Some(_), false) => "**over**",
        };
        println!(
            "| {} | {:.3} {} | {} | {verdict} |",
            row.name.replace("  ", "&nbsp;&nbsp;"),
            row.value,
            row.unit,
            bound
        );
    }
    rows.iter().all(Row::is_within)
}

/// The middle one; NaN of nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
