//! What tests of cases share: a case of an item as an agent submits it, put on the list, accepted and decided by staff.

use crate::author::Author;
use crate::browser::{Browser, Office, PASSWORD, TOWNSHIP};
use bangban_center::staff::Role;
use bangban_model::body::{Body, CaseOpened, CaseSubmitted, FieldSet, Recorded};
use bangban_model::{Digest, SubjectId};
use serde_json::{Value, json};
use uuid::Uuid;

/// Whoever takes cases on, whoever decides them, and the administrator of the whole center.
pub struct Staff {
    pub admin: Browser,
    pub acceptor: Browser,
    pub confirmer: Browser,
}

const NAMES: [&str; 3] = ["何平", "李科员", "王主任"];

impl Staff {
    pub async fn of(office: &Office) -> Self {
        let [admin, acceptor, confirmer] = NAMES;
        Staff {
            admin: office.at_work(admin, Role::Admin, "").await,
            acceptor: office.at_work(acceptor, Role::Acceptor, TOWNSHIP).await,
            confirmer: office.at_work(confirmer, Role::Confirmer, TOWNSHIP).await,
        }
    }

    /// So many days go by; then everybody signs in again.
    pub async fn days_later(&mut self, office: &Office, days: i64) {
        office.town.pass_minutes(days * 24 * 60);
        let browsers = [&mut self.admin, &mut self.acceptor, &mut self.confirmer];
        for (browser, name) in browsers.into_iter().zip(NAMES) {
            browser.sign_in(name, PASSWORD).await.unwrap();
        }
    }

    /// Puts everything that arrived on the list.
    pub async fn import(&self) {
        for batch in self.acceptor.ask("batch/list", json!({"limit": 100})).await.as_array().unwrap() {
            self.acceptor.ask("batch/import", json!({"id": batch["id"]})).await;
        }
    }

    pub async fn accept(&self, case: SubjectId) -> Value {
        let revision = self.revision(case).await;
        self.acceptor.ask("case/accept", json!({"id": case, "revision": revision})).await
    }

    pub async fn confirm(&self, case: SubjectId, outcome: &str) -> Value {
        let revision = self.revision(case).await;
        let args =
            json!({"id": case, "revision": revision, "outcome": outcome, "due": null, "note": "按规定"});
        self.confirmer.ask("case/confirm", args).await
    }

    pub async fn revision(&self, case: SubjectId) -> Value {
        self.show(case).await["row"]["revision"].clone()
    }

    pub async fn show(&self, case: SubjectId) -> Value {
        self.acceptor.ask("case/show", json!({"id": case})).await
    }

    /// The case's line in the list.
    pub async fn row(&self, case: SubjectId) -> Value {
        let list = self.acceptor.ask("case/list", everything()).await;
        let mut rows = list["rows"].as_array().unwrap().iter();
        rows.find(|row| row["id"] == json!(case)).cloned().unwrap()
    }
}

/// Arguments of `case/list` for all there is.
pub fn everything() -> Value {
    json!({
        "filter": {"stage": null, "item": null, "village": null, "text": "", "listed_only": false},
        "offset": 0, "limit": 100
    })
}

/// A resident with these fields, in this village.
pub fn resident(alice: &mut Author, village: &str, fields: &[(&str, Value)]) -> SubjectId {
    let subject = SubjectId(Uuid::new_v4());
    let set: FieldSet = fields.iter().map(|(path, value)| ((*path).to_owned(), value.clone())).collect();
    alice.write_in(village, &[(subject, Body::ResidentRecorded(Recorded { set }))]);
    subject
}

/// A case of an item, opened with the catalogue as of this publication.
pub fn opening(item: &str, resident: SubjectId, catalogue: u64, answers: &[(&str, &str)]) -> Body {
    let mut set: FieldSet = answers.iter().map(|(path, value)| ((*path).to_owned(), json!(value))).collect();
    set.insert("/data/method".into(), "visit".into());
    Body::CaseOpened(CaseOpened {
        item: item.into(),
        form_version: "1".into(),
        form_digest: Digest::of(b"form"),
        resident,
        household: None,
        visit: None,
        bundle: None,
        catalogue: Some(catalogue),
        set,
    })
}

/// The same, submitted, in this village.
pub fn case_in(
    alice: &mut Author,
    village: &str,
    item: &str,
    resident: SubjectId,
    catalogue: u64,
    answers: &[(&str, &str)],
) -> SubjectId {
    let case = SubjectId(Uuid::now_v7());
    let opened = opening(item, resident, catalogue, answers);
    alice.write_in(village, &[(case, opened), (case, Body::CaseSubmitted(CaseSubmitted {}))]);
    case
}

/// The limits of the whole way that a case shows: who set each, and of how many days.
pub fn limits_of(view: &Value) -> Vec<(String, u64)> {
    let limits = view["clock"]["limits"].as_array().unwrap().iter();
    limits
        .map(|limit| {
            let days = limit["reckoning"]["limit"]["days"].as_u64().unwrap();
            (limit["source"].as_str().unwrap().to_owned(), days)
        })
        .collect()
}
