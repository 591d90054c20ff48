//! The township's side of a window's day: whoever takes cases on, whoever decides them, and the administrator.

use bangban_tests::harness::{Browser, Center};
use serde_json::{Value, json};

pub struct Township {
    pub admin: Browser,
    pub acceptor: Browser,
    pub confirmer: Browser,
}

impl Township {
    pub fn of(center: &Center) -> Self {
        Township {
            admin: Browser::of(center, "何平", "admin", ""),
            acceptor: Browser::of(center, "沈科员", "acceptor", ""),
            confirmer: Browser::of(center, "方主任", "confirmer", ""),
        }
    }

    /// Puts everything that arrived on the list.
    pub fn import(&self) {
        for batch in self.acceptor.ask("batch/list", &json!({"limit": 100})).as_array().unwrap() {
            if batch["imported_at"].is_null() {
                self.acceptor.ask("batch/import", &json!({"id": batch["id"]}));
            }
        }
    }

    pub fn show(&self, case: &Value) -> Value {
        self.acceptor.ask("case/show", &json!({"id": case}))
    }

    pub fn accept(&self, case: &Value) -> Value {
        let revision = &self.show(case)["row"]["revision"];
        self.acceptor.ask("case/accept", &json!({"id": case, "revision": revision}))
    }

    pub fn confirmation(&self, case: &Value, outcome: &str) -> Value {
        let revision = &self.show(case)["row"]["revision"];
        json!({"id": case, "revision": revision, "outcome": outcome, "due": null, "note": "按规定"})
    }

    pub fn confirm(&self, case: &Value, outcome: &str) -> Value {
        self.confirmer.ask("case/confirm", &self.confirmation(case, outcome))
    }

    /// An item's card, as the editor has it.
    pub fn card(&self, code: &str) -> Value {
        self.admin.ask("guide/edit", &json!({"code": code}))["card"].clone()
    }

    pub fn publish(&self, card: &Value) -> Value {
        self.admin.ask("guide/publish", &json!({"card": card}))
    }

    /// The working days that hold, with these days off besides.
    pub fn publish_days_off(&self, days: &[String]) {
        let text = self.admin.ask("calendar/show", &json!({}))["text"].clone();
        let mut calendar: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
        calendar["local_days_off"] = json!(days);
        self.admin.ask("calendar/publish", &json!({"text": calendar.to_string()}));
    }
}
