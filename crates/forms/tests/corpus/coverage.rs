//! The corpus leaves nothing out: every type, column and function that forms may use stands in some form of it.

use crate::text::{FormText, names};

const TYPES: &str = "text integer decimal range date time datetime select_one select_multiple select_one_from_file \
    select_multiple_from_file select_one_external rank note calculate hidden image file audio video barcode \
    acknowledge geopoint geotrace geoshape begin_group begin_repeat start end today username deviceid csv-external";

const COLUMNS: &str = "label hint guidance_hint required required_message relevant constraint constraint_message \
    calculation trigger default choice_filter repeat_count read_only appearance media parameters disabled";

const FUNCTIONS: &str = "if not true false boolean boolean-from-string coalesce once concat join substr substring \
    substring-before substring-after contains starts-with ends-with string-length normalize-space translate regex \
    string number int round floor ceiling abs pow sqrt exp log log10 sum min max count count-non-empty selected \
    selected-at count-selected jr:choice-name checklist weighted-checklist position last indexed-repeat today now \
    date date-time time format-date format-date-time decimal-date-time decimal-time instance current pulldata uuid \
    random difference-in-months add-date workdays-between add-workdays cn-id-valid cn-id-birthdate cn-id-sex \
    cn-id-age luhn-valid mask";

/// The cells of all good forms' surveys.
fn cells() -> Vec<Vec<Vec<String>>> {
    names("good").iter().map(|name| FormText::read("good", name).table("survey")).collect()
}

#[test]
fn every_type_stands_in_some_form() {
    let cells = cells();
    let types: Vec<String> = cells
        .iter()
        .flat_map(|table| table.iter().skip(1).filter_map(|row| row.first()))
        .map(|cell| cell.to_ascii_lowercase().replace("begin ", "begin_"))
        .collect();
    for wanted in TYPES.split_whitespace() {
        let found = types.iter().any(|cell| cell.split_whitespace().next() == Some(wanted));
        assert!(found, "no form of the corpus has a question of type {wanted}");
    }
    assert!(types.iter().any(|cell| cell.ends_with(" or_other")));
}

#[test]
fn every_column_stands_in_some_form() {
    let cells = cells();
    for wanted in COLUMNS.split_whitespace() {
        let heads = cells.iter().filter_map(|table| table.first()).flatten();
        let found = heads.into_iter().any(|heading| heading.split("::").next() == Some(wanted));
        assert!(found, "no form of the corpus has a column {wanted}");
    }
}

#[test]
fn every_function_is_called_in_some_form() {
    let cells = cells();
    let all: Vec<&String> = cells.iter().flatten().flatten().collect();
    for wanted in FUNCTIONS.split_whitespace() {
        let call = format!("{wanted}(");
        let called = |cell: &&&String| {
            cell.match_indices(&call).any(|(at, _)| {
                !cell[..at].ends_with(|before: char| before.is_alphanumeric() || "-:".contains(before))
            })
        };
        assert!(all.iter().any(|cell| called(&cell)), "no form of the corpus calls {wanted}()");
    }
}
