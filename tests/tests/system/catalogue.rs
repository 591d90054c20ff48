//! An official's change whole: a card is edited, published, fetched by the laptops it is for, used, checked and accepted.

use bangban_tests::checks::DAHU;
use bangban_tests::harness::{ACCEPTOR, Browser, CONFIRMER, Center, Laptop, Programs, Village};
use serde_json::{Map, Value, json};

/// A village of another township.
const FAR: &str = "420703100001";
const TOWNSHIP: &str = "420703200";

struct County {
    center: Center,
    alice: Laptop,
    bob: Laptop,
    village: Village,
}

fn county() -> County {
    let programs = Programs::normal();
    let center = Center::start(&programs);
    let village = Village::small(&programs);
    let (alice, bob) = (center.let_in("alice", DAHU), center.let_in("bob", FAR));
    for laptop in [&alice, &bob] {
        laptop.import_roster(&village);
        laptop.sync();
    }
    County { center, alice, bob, village }
}

/// 社保卡 asking for a picture of one more paper.
fn with_paper(admin: &Browser, id: &str) -> Value {
    let mut card = admin.ask("guide/edit", &json!({"code": "SSC"}))["card"].clone();
    card["materials"].as_array_mut().unwrap().push(json!({
        "id": id, "name": "申领单", "name_en": "Slip", "required": true, "picture": true, "kind": "original"
    }));
    card
}

fn asks_for(laptop: &Laptop, id: &str) -> bool {
    let item = laptop.desk().catalogue().item("SSC").unwrap();
    item.card.materials.iter().any(|material| material.id == id)
}

impl County {
    /// A case of the card, as the laptop opens it.
    fn open(&self, laptop: &Laptop, photos: &[String], submit: bool) -> bangban_tests::harness::Answer {
        let answers: Map<String, Value> = self.village.card();
        laptop.open_case("SSC", &self.village.household.elder.number, &answers, photos, submit)
    }

    /// Submits, checks and accepts a case; what the center found invalid.
    fn through(&self, laptop: &Laptop, case: &str) -> Value {
        laptop.sync();
        self.center.import_waiting(ACCEPTOR);
        let shown = self.center.run(&["case", "show", case]);
        self.center.run(&["case", "accept", case, "--as", ACCEPTOR]);
        laptop.sync();
        assert_eq!(laptop.run(&["case", "show", case])["standing"], "accepted");
        shown["check"]["invalid"].clone()
    }
}

#[test]
fn a_card_is_edited_published_fetched_used_checked_and_accepted() {
    let county = county();
    let admin = Browser::of(&county.center, "何平", "admin", "");
    let (id_card, slip) = (county.village.papers(3)[0].clone(), county.village.papers(4)[0].clone());
    let slip = slip.replacen("id_card=", "slip=", 1);
    admin.ask("guide/publish", &json!({"card": with_paper(&admin, "slip")}));
    let laptops = [&county.alice, &county.bob];
    for laptop in laptops {
        assert!(!asks_for(laptop, "slip"), "nothing comes without an exchange");
        assert_eq!(laptop.sync()["synced"]["forms"], 1);
        assert!(asks_for(laptop, "slip"));
        assert_eq!(laptop.sync()["synced"]["forms"], 0, "it comes once");
    }
    let without = county.open(&county.alice, std::slice::from_ref(&id_card), false).good();
    assert_eq!(without["hindrances"][0]["path"], "material/slip", "{without}");
    let case = county.open(&county.alice, &[id_card, slip], true).good()["id"].as_str().unwrap().to_owned();
    assert_eq!(county.through(&county.alice, &case), json!([]));
    let confirm = ["case", "confirm", &case, "--outcome", "granted", "--as", CONFIRMER];
    county.center.run(&confirm);
    for laptop in laptops {
        assert_eq!(laptop.findings(), Vec::<Value>::new());
    }
    assert_eq!(county.center.findings(), Vec::<Value>::new());
}

#[test]
fn a_townships_card_goes_to_its_own_villages_alone_and_goes_again() {
    let county = county();
    let here = Browser::of(&county.center, "陈站长", "admin", TOWNSHIP);
    here.ask("guide/publish", &json!({"card": with_paper(&here, "slip")}));
    for laptop in [&county.alice, &county.bob] {
        laptop.sync();
    }
    assert_eq!((asks_for(&county.alice, "slip"), asks_for(&county.bob, "slip")), (true, false));
    let id_card = county.village.papers(3)[..1].to_vec();
    let hindered = county.open(&county.alice, &id_card, false).good();
    assert_eq!(hindered["hindrances"][0]["path"], "material/slip");
    let case = county.open(&county.bob, &id_card, true).good()["id"].as_str().unwrap().to_owned();
    assert_eq!(county.through(&county.bob, &case), json!([]));

    here.ask("guide/withdraw", &json!({"code": "SSC"}));
    county.alice.sync();
    assert!(!asks_for(&county.alice, "slip"));
    let case = county.open(&county.alice, &id_card, true).good()["id"].as_str().unwrap().to_owned();
    assert_eq!(county.through(&county.alice, &case), json!([]));
}

#[test]
fn a_card_and_a_calendar_come_by_receipt_file_and_are_not_brought_twice() {
    let county = county();
    let admin = Browser::of(&county.center, "何平", "admin", "");
    admin.ask("guide/publish", &json!({"card": with_paper(&admin, "slip")}));
    let text = admin.ask("calendar/show", &json!({}))["text"].clone();
    let mut calendar: Value = serde_json::from_str(text.as_str().unwrap()).unwrap();
    calendar["local_days_off"] = json!(["2026-12-07"]);
    admin.ask("calendar/publish", &json!({"text": calendar.to_string()}));
    let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 7).unwrap();
    let works = |laptop: &Laptop| laptop.desk().catalogue().calendar().is_workday(day);
    assert!(works(&county.alice) && !asks_for(&county.alice, "slip"));

    let id_card = county.village.papers(3)[..1].to_vec();
    county.open(&county.alice, &id_card, true).good();
    let (batch, receipt) = (county.alice.file("out.bangban"), county.alice.file("back.bangban"));
    county.alice.run(&["batch", "export", &batch.display().to_string()]);
    county.center.receive(&batch, &receipt).good();
    let receipt = receipt.display().to_string();
    assert_eq!(county.alice.run(&["receipt", "import", &receipt])["forms"], 2);
    assert!(!works(&county.alice) && asks_for(&county.alice, "slip"));
    assert_eq!(county.alice.run(&["receipt", "import", &receipt])["forms"], 0);
    assert_eq!(county.alice.sync()["synced"]["forms"], 0);
}

#[test]
fn a_new_item_of_an_official_is_a_guide_on_the_laptops_from_the_editor_and_from_a_folder() {
    let county = county();
    let admin = Browser::of(&county.center, "何平", "admin", "");
    let new = json!({
        "code": "BIANMINCHE", "name": "村庄便民车", "department": "交通", "category": "life", "bundle": false
    });
    let mut card = admin.ask("guide/begin", &new)["card"].clone();
    card["agent_does"] = json!("帮助预约");
    admin.ask("guide/publish", &json!({"card": card}));

    let folder = county.center.file("ZHAOXIANG");
    std::fs::create_dir(&folder).unwrap();
    let text = "code = \"ZHAOXIANG\"\nname = \"上门照相\"\nshort_name = \"照相\"\ndepartment = \"公安\"\n\
        category = \"life\"\nvalid_from = 2026-11-20\nagent_does = \"陪同\"\n";
    std::fs::write(folder.join("item.toml"), text).unwrap();
    let folder = folder.display().to_string();
    let said = county.center.run(&["item", "publish", &folder, "--as", "何平"]);
    assert_eq!(said["item"], "ZHAOXIANG", "{said}");

    for laptop in [&county.alice, &county.bob] {
        assert!(laptop.desk().catalogue().item("BIANMINCHE").is_err(), "nothing comes without an exchange");
        assert_eq!(laptop.sync()["synced"]["forms"], 2);
        for (code, does) in [("BIANMINCHE", "帮助预约"), ("ZHAOXIANG", "陪同")] {
            let item = laptop.desk().catalogue().item(code).unwrap();
            assert_eq!((item.card.agent_does.as_str(), item.newest().is_err()), (does, true), "a guide");
        }
    }
}
