//! A case filled in until nothing hinders it, whatever its form asks: what is said by name first, else what fits the kind.

use crate::desk::Window;
use bangban_model::clock::{Clock, SystemClock};
use bangban_photos::specimen::{SpecimenKind, paint_specimen};
use data_encoding::BASE64;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Numbers of nobody.
pub const NOBODY: &str = "11010519491231002X";
const PHONE: &str = "13900000001";

pub fn open(window: &Window, item: &str, person: &str) -> Value {
    window.call("open_case", json!({"item": item, "person": person, "visit": null, "again": false}))
}

/// A case of hers that is filled in and submitted.
pub fn submitted(window: &Window, item: &str, person: &str) -> Value {
    let case = open(window, item, person)["row"]["id"].clone();
    fill(window, &case, &[]);
    window.call("submit_case", json!({"case": case}));
    case
}

pub fn answer(window: &Window, case: &Value, answers: &[(&str, &str)]) -> Value {
    let answers: BTreeMap<&str, &str> = answers.iter().copied().collect();
    window.call("answer_case", json!({"case": case, "answers": answers}))
}

/// Gives whatever is asked for until the case can be submitted.
#[track_caller]
pub fn fill(window: &Window, case: &Value, said: &[(&str, &str)]) -> Value {
    let mut view = window.call("show_case", json!({"case": case}));
    let mut before = json!([]);
    loop {
        let hindrances = view["hindrances"].clone();
        let Some(first) = hindrances.as_array().unwrap().first() else { return view };
        assert_ne!(hindrances, before, "{first} cannot be filled in");
        let path = first["path"].as_str().unwrap();
        view = match path.strip_prefix("material/") {
            Some(slot) => add_paper(window, case, slot),
            None if path.starts_with("handling/consent") => consent(window, case),
            None => {
                let fields = view["form"].as_array().unwrap();
                let field = fields.iter().find(|field| field["path"] == path);
                let field = field.unwrap_or_else(|| panic!("{path} hinders and is not asked"));
                answer(window, case, &[(path, &fitting(field, said))])
            }
        };
        before = hindrances;
    }
}

/// Both texts were read to her and she agreed to each, where that is asked beside the form.
pub fn consent(window: &Window, case: &Value) -> Value {
    let view = window.call("show_case", json!({"case": case}));
    let (mut handling, version) = (view["handling"].clone(), view["consent_texts"]["version"].clone());
    for name in ["text", "sensitive_text"] {
        if view["consents"][name] == true {
            handling[format!("consent_{name}")] = version.clone();
        }
    }
    window.call("handle_case", json!({"case": case, "changes": handling}))
}

/// A painted paper for a slot.
pub fn add_paper(window: &Window, case: &Value, slot: &str) -> Value {
    let seed = slot.bytes().map(u64::from).sum();
    let bytes = BASE64.encode(&paint_specimen(seed, SpecimenKind::IdentityCard, 856, 540));
    window.call("add_photo", json!({"case": case, "slot": slot, "bytes": bytes}))
}

pub fn fitting(field: &Value, said: &[(&str, &str)]) -> String {
    let name = field["name"].as_str().unwrap();
    if let Some((_, value)) = said.iter().find(|(known, _)| *known == name) {
        return (*value).to_owned();
    }
    match field["kind"].as_str().unwrap() {
        "acknowledge" => "OK".to_owned(),
        "date" => SystemClock.today().to_string(),
        "integer" | "decimal" | "range" => "1".to_owned(),
        "select_one" | "select_multiple" => field["choices"][0]["name"].as_str().unwrap().to_owned(),
        _ if name == "open_at" => "09:00".to_owned(),
        _ if name == "close_at" => "17:30".to_owned(),
        _ if name.ends_with("_id") || name.ends_with("id_number") => NOBODY.to_owned(),
        _ if name.ends_with("phone") => PHONE.to_owned(),
        _ if name.ends_with("_number") => "0713123456".to_owned(),
        _ => "大湖村".to_owned(),
    }
}

/// How many questions of this name are asked.
pub fn times_asked(view: &Value, name: &str) -> usize {
    view["form"].as_array().unwrap().iter().filter(|field| field["name"] == name).count()
}
