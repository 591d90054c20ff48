//! 重点关注、家庭情况: what registers say of somebody stands on her page and her household's, and a visit moves the day on which she
//! is to be seen.

use crate::desk::{Window, programs};
use bangban_tests::harness::{Center, Village};
use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

struct Watch {
    window: Window,
    person: String,
    household: String,
    day: NaiveDate,
    _center: Center,
}

impl Watch {
    fn begun() -> Watch {
        let (programs, center) = (programs(), Center::start(&programs()));
        let village = Village::small(&programs);
        let window = Window::at_work(&center, &village);
        let person = window.person(&village.household.elder.number);
        let view = window.call("show_person", json!({"person": person}));
        let household = view["household"]["id"].as_str().unwrap().to_owned();
        let day = window.call("today", json!({}))["day"].as_str().unwrap().parse().unwrap();
        Watch { window, person, household, day, _center: center }
    }

    fn ago(&self, days: u64) -> String {
        self.day.checked_sub_days(Days::new(days)).unwrap().to_string()
    }

    fn ahead(&self, days: u64) -> String {
        self.day.checked_add_days(Days::new(days)).unwrap().to_string()
    }

    fn write(&self, register: &str, person: &str, answers: Value) -> String {
        let begun = self.window.call("begin_line", json!({"register": register, "person": person}));
        let line = begun["row"]["id"].as_str().unwrap().to_owned();
        self.window.call("answer_line", json!({"line": line, "answers": answers}));
        self.window.call("record_line", json!({"line": line}));
        line
    }

    fn watched_since(&self, day: &str, every: u32) -> String {
        let answers = json!({"/data/day": day, "/data/risks": "alone ill", "/data/level": "high",
            "/data/source": "round", "/data/every_days": every.to_string(), "/data/state": "watched"});
        self.write("DJ_GUANZHU", &self.person, answers)
    }

    fn visit(&self, notes: Value) -> String {
        let begun = self.window.call("start_visit", json!({"household": self.household}));
        let visit = begun["visit"]["id"].as_str().unwrap().to_owned();
        self.window.call("record_visit", json!({"visit": visit, "notes": notes}));
        visit
    }

    /// Days left of everybody who is to be seen, as 今日 has them.
    fn due(&self) -> Vec<i64> {
        let today = self.window.call("today", json!({}));
        let rows = today["rows"].as_array().unwrap().iter().filter(|row| row["kind"] == "watch");
        let left: Vec<i64> = rows.map(|row| row["days_left"].as_i64().unwrap()).collect();
        assert_eq!(today["counts"]["watched"], left.len());
        left
    }

    /// The page of a register, as the household's view has it.
    fn page(&self, register: &str) -> Value {
        let view = self.window.call("show_household", json!({"household": self.household}));
        let pages = view["pages"].as_array().unwrap();
        let own = self.window.call("show_person", json!({"person": self.person}));
        assert_eq!(own["household"]["pages"], view["pages"], "her page has the same");
        pages.iter().find(|page| page["register"] == register).unwrap().clone()
    }

    fn days(&self) -> (Value, Value) {
        let watch = self.page("DJ_GUANZHU")["notes"][0]["watch"].clone();
        (watch["met"].clone(), watch["next"].clone())
    }
}

fn answers_of(note: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    note["answers"].as_array().unwrap().iter().map(|one| (text(&one["label"]), text(&one["text"]))).collect()
}

#[test]
fn a_visit_at_which_she_was_met_moves_the_day_and_no_other_does() {
    let watch = Watch::begun();
    let empty = watch.page("DJ_GUANZHU");
    assert_eq!((&empty["notes"], &empty["can_begin"]), (&json!([]), &json!(true)));
    let line = watch.watched_since(&watch.ago(20), 15);
    assert_eq!((watch.due(), watch.days()), (vec![-5], (json!(null), json!(watch.ago(5)))));

    for result in ["nobody", "refused", "away"] {
        watch.visit(json!({"result": result}));
        assert_eq!(watch.due(), [-5], "{result}");
    }
    let view = watch.window.call("show_household", json!({"household": watch.household}));
    let registered = view["registered"].as_array().unwrap();
    let other = registered.iter().find(|one| one["id"] != watch.person.as_str()).unwrap()["id"].clone();
    watch.visit(json!({"result": "met", "met": [other]}));
    assert_eq!(watch.due(), [-5], "somebody else was met");

    // Written down later: it counts from the day on which it was.
    watch.visit(json!({"result": "met", "met": [watch.person], "visited_on": watch.ago(3)}));
    assert_eq!((watch.due(), watch.days()), (vec![12], (json!(watch.ago(3)), json!(watch.ahead(12)))));
    let visit = watch.visit(json!({"result": "met", "met": [other, watch.person]}));
    assert_eq!(
        (watch.due(), watch.days()),
        (vec![15], (json!(watch.day.to_string()), json!(watch.ahead(15))))
    );
    let row = watch.window.call("show_line", json!({"line": line}))["row"].clone();
    assert_eq!(row["todo"], json!(watch.ahead(15)), "the line says the same");

    // Nothing was written beside the visit: once it is corrected, the day is what it was.
    watch.window.call("record_visit", json!({"visit": visit, "notes": {"result": "nobody"}}));
    assert_eq!(watch.due(), [12]);
    watch.window.call("void_line", json!({"line": line, "reason": "登记错了"}));
    assert_eq!((watch.due(), watch.page("DJ_GUANZHU")["notes"].clone()), (vec![], json!([])));
    watch.watched_since(&watch.ago(80), 60);
    assert_eq!(watch.due(), [] as [i64; 0], "it is not to be done this month any more");
    assert_eq!(watch.days(), (json!(watch.ago(3)), json!(watch.ahead(57))));
}

#[test]
fn the_newest_line_that_counts_stands_on_the_page_with_its_members_named() {
    let watch = Watch::begun();
    let view = watch.window.call("show_household", json!({"household": watch.household}));
    let head = view["registered"][0].clone();
    let said = |day: &str, causes: &str| {
        json!({"/data/day": day, "/data/members": "3", "/data/causes": causes, "/data/labour": "old",
            "/data/income": "benefit", "/data/house": "own", "/data/category": "none"})
    };
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    let newer = watch.write("DJ_JIATING", &id(&head["id"]), said(&watch.ago(1), "illness old"));
    // Written after it, of an earlier day.
    let older = watch.write("DJ_JIATING", &id(&head["id"]), said(&watch.ago(9), "job"));
    let page = watch.page("DJ_JIATING");
    assert_eq!(page["notes"].as_array().unwrap().len(), 1);
    let note = page["notes"][0].clone();
    assert_eq!((&note["line"], &note["person_name"]), (&json!(newer), &head["name"]));
    assert_eq!((&note["day"], &note["watch"]), (&json!(watch.ago(1)), &json!(null)));
    let told = answers_of(&note);
    for (label, text) in [("致困原因", "因病、年老体弱"), ("劳动能力", "年老"), ("共同生活人数", "3")]
    {
        assert!(told.contains(&(label.to_owned(), text.to_owned())), "{told:?}");
    }
    assert_eq!(told[0].0, "共同生活人数", "in the order of the card");
    assert!(told.iter().all(|(label, _)| !label.contains("类别")), "categories have a card of their own");
    watch.window.call("void_line", json!({"line": newer, "reason": "登记错了"}));
    assert_eq!(watch.page("DJ_JIATING")["notes"][0]["line"], json!(older));
    watch.watched_since(&watch.ago(2), 30);
    let risks = answers_of(&watch.page("DJ_GUANZHU")["notes"][0]);
    assert!(risks.contains(&("风险标签".to_owned(), "独居老人、大病".to_owned())), "{risks:?}");
}
