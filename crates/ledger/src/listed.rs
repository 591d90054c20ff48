//! A day of an official list, as a field of the resident: laptop and center write the very same.

use crate::due_row::LISTED_PREFIX;
use chrono::NaiveDate;
use serde_json::{Value, json};

/// Where a day of such a list comes from.
pub const OFFICIAL_LIST: &str = "official_list";

/// The field of an item.
#[must_use]
pub fn listed_path(item: &str) -> String {
    format!("{LISTED_PREFIX}{item}")
}

/// The day of such a field.
#[must_use]
pub fn listed_day(value: &Value) -> Option<NaiveDate> {
    value.get("date")?.as_str()?.parse().ok()
}

/// Whether the very day stands there from such a list already, whenever it was taken in.
#[must_use]
pub fn is_listed(known: Option<&Value>, due: NaiveDate) -> bool {
    known.is_some_and(|value| listed_day(value) == Some(due) && value["source"] == OFFICIAL_LIST)
}

/// The field's value for a list that is taken in on this day.
#[must_use]
pub fn listed_value(due: NaiveDate, listed: NaiveDate) -> Value {
    json!({"date": due, "source": OFFICIAL_LIST, "listed": listed})
}
