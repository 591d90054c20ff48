//! What she fills in at the door, form by form: `{"/data/group/question": "value"}`.

use crate::day::people::{Household, Villager};
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::relation::SELF_CODE;
use serde_json::{Map, Value, json};

/// The question that the township finds wanting in the application.
pub const WANTING: &str = "/data/assets/house_detail";

fn object(pairs: &[(&str, &str)]) -> Map<String, Value> {
    pairs.iter().map(|(path, value)| ((*path).to_owned(), json!(value))).collect()
}

/// 养老认证: she met the person at home and helped; the pension office certifies.
pub fn of_pension_help(agent: &str) -> Map<String, Value> {
    object(&[
        ("/data/help/residence", "local"),
        ("/data/help/method", "visit"),
        ("/data/help/met_in_person", "yes"),
        ("/data/help/met_by", "agent"),
        ("/data/help/met_by_name", agent),
        ("/data/help/basis", "in_person self_face"),
        ("/data/help/cert_date", &SystemClock.today().to_string()),
        ("/data/help/result", "pending"),
        ("/data/help/receipt_number", "YL-2026-0001"),
        ("/data/condition/ability", "partial"),
    ])
}

/// 社保卡: the holder cannot travel and goes on the bank's list; the bank activates, not she.
pub fn of_card_visit() -> Map<String, Value> {
    object(&[
        ("/data/card/matter", "book_bank"),
        ("/data/card/card_type", "gen3"),
        ("/data/card/bank", "湖北农信"),
        ("/data/visit/immobile", "yes"),
        ("/data/visit/immobile_reason", "腿脚不便"),
        ("/data/visit/wants_home_visit", "yes"),
    ])
}

/// 低保: the household applies; every member a row. The house is described too briefly.
pub fn of_living_allowance(household: &Household) -> Map<String, Value> {
    let mut answers = object(&[
        ("/data/person/hukou_place", "临江乡大湖村"),
        ("/data/person/applied_by", "self"),
        ("/data/person/near_relative", "no"),
        ("/data/household/members_checked", "OK"),
        ("/data/assets/house_count", "1"),
        (WANTING, "自建平房"),
        ("/data/assets/has_vehicle", "no"),
        ("/data/assets/deposits", "500"),
        ("/data/assets/securities", "0"),
        ("/data/assets/has_business", "no"),
        ("/data/hardship/medical_cost", "6200"),
        ("/data/hardship/causes", "illness no_labour"),
        ("/data/hardship/reason", "户主年老多病，家中缺少劳动力"),
        ("/data/supporters/has_supporters", "no"),
        ("/data/promise/promise_true", "OK"),
        ("/data/promise/consent_check", "OK"),
        ("/data/promise/consent_sensitive", "OK"),
    ]);
    for (row, member) in household.members.iter().enumerate() {
        let is_applicant = *member == household.head;
        for (question, value) in of_member(member, is_applicant) {
            answers.insert(format!("/data/household/member[{}]/{question}", row + 1), json!(value));
        }
    }
    answers
}

fn of_member(member: &Villager, is_applicant: bool) -> Vec<(&'static str, String)> {
    let grown = member.age_years >= 18;
    let (labour, occupation) = match member.age_years {
        0..6 => ("none", "preschool"),
        6..18 => ("none", "student"),
        18..60 => ("able", "flexible"),
        _ => ("partial", "retired"),
    };
    let wage = if occupation == "flexible" { "900" } else { "0" };
    let pension = if occupation == "retired" { "180.50" } else { "0" };
    let mut answers = vec![
        ("member_name", member.name.as_str()),
        ("member_id", member.number.as_str()),
        ("relation", if is_applicant { SELF_CODE } else { member.relation }),
        ("health", if grown { "20" } else { "10" }),
        ("disabled", "no"),
        ("labour", labour),
        ("occupation", occupation),
        ("wage", wage),
        ("business", "0"),
        ("property_income", "0"),
        ("transfer", pension),
    ];
    if grown {
        answers.push(("authorised", "yes"));
    }
    answers.into_iter().map(|(question, value)| (question, value.to_owned())).collect()
}

/// What she writes when the township asks for more at a field.
pub fn of_correction(path: &str) -> Map<String, Value> {
    let said = if path == WANTING {
        "自建平房 86 平方米，1998 年建，宅基地使用证齐全"
    } else {
        "已补充"
    };
    object(&[(path, said)])
}
