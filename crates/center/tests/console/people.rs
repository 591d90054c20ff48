//! People as the township watches over them: what they receive, what falls due, who may be entitled, and who died.

use crate::acting::{Staff, case_in, resident};
use crate::author::{DAHU, FAR, OTHER, new_entry, village};
use crate::browser::{Browser, Office, TOWNSHIP};
use bangban_center::staff::Role;
use bangban_model::body::{Body, FieldSet, Recorded, SameAs};
use bangban_model::bundle::part_path;
use bangban_model::{Actor, SubjectId};
use bangban_sheets::{Out, write_table};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// From the first day of these tests to 2026-12-07, when the built-in items hold.
const TO_DECEMBER: i64 = 280;

/// A number of nobody, for somebody born on this day (`19460315`).
fn born(day: &str, order: u32) -> Value {
    let body = format!("420704{day}{order:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11];
    json!(format!("{body}{check}"))
}

fn benefit(view: &Value, item: &str) -> Value {
    let mut lines = view["standing"]["benefits"].as_array().unwrap().iter();
    lines.find(|line| line["item"] == json!(item)).cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_reported_death_is_suspected_until_it_is_verified_and_stops_nothing_by_itself() {
    let office = Office::open().await;
    let mut staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(
        &mut alice,
        DAHU,
        &[
            ("name", json!("余桂英")),
            ("id_number", born("19400315", 1)),
            ("receives", json!("GAOLING DIBAO")),
        ],
    );
    let case = case_in(&mut alice, DAHU, "CANBU", person, 0, &[]);
    alice.send_all(&office.town).await;
    staff.import().await;
    assert_eq!(staff.show(case).await["standing"]["death"], json!(null));
    let death = |is_true: bool| json!({"id": case, "is_true": is_true});
    assert_eq!(staff.confirmer.refusal("case/death", death(true)).await, "case_stage", "nobody reported one");

    let first = alice.last_seq() + 1;
    let set = FieldSet::from([("death_suspected".into(), json!("2026-03-01"))]);
    alice.write(&[(person, Body::ResidentRecorded(Recorded { set }))]);
    alice.send(&office.town, first, alice.last_seq()).await;
    let view = staff.show(case).await;
    assert_eq!(
        (&view["standing"]["death"], &view["standing"]["died_on"]),
        (&json!("suspected"), &json!("2026-03-01"))
    );
    for item in ["GAOLING", "DIBAO"] {
        let line = benefit(&view, item);
        assert_eq!(
            (&line["state"], &line["stop_proposed"]),
            (&json!("running"), &json!(true)),
            "proposed, not stopped"
        );
    }
    assert_eq!(staff.acceptor.refusal("case/death", death(true)).await, "not_allowed");
    let stop =
        |state: &str, reason: &str| json!({"id": case, "item": "GAOLING", "state": state, "reason": reason});
    assert_eq!(staff.acceptor.refusal("case/benefit", stop("stopped", "去世")).await, "not_allowed");

    let view = staff.confirmer.ask("case/death", death(false)).await;
    assert_eq!(view["standing"]["death"], json!(null), "a false report");
    for item in ["GAOLING", "DIBAO"] {
        let line = benefit(&view, item);
        assert_eq!((&line["state"], &line["stop_proposed"]), (&json!("running"), &json!(false)), "{item}");
    }
    let first = alice.last_seq() + 1;
    let set = FieldSet::from([("death_suspected".into(), json!("2026-12-05"))]);
    let heard = alice.ask(&office.town).await.entries.pop().unwrap().entry.into_entry().unwrap();
    assert_eq!(heard.header.subject, person, "what the office said is seen");
    let mut report = new_entry(&village(DAHU), person, &Body::ResidentRecorded(Recorded { set }));
    report.saw = Some(heard.header.id.into());
    alice.write_as(Actor::Agent(alice.agent), &[report]);
    alice.send(&office.town, first, alice.last_seq()).await;
    let view = staff.show(case).await;
    assert_eq!(view["standing"]["death"], json!("suspected"), "another report is heard");
    let view = staff.confirmer.ask("case/death", death(true)).await;
    assert_eq!(view["standing"]["death"], json!("verified"));
    let view = staff.confirmer.ask("case/death", death(false)).await;
    assert_eq!((&view["standing"]["death"], &view["standing"]["died_on"]), (&json!(null), &json!("")));

    staff.days_later(&office, TO_DECEMBER).await;
    let entitled = radar(&staff.acceptor, json!(null)).await;
    assert!(entitled.contains(&("ZHUFANG".to_owned(), json!(person))), "she lives: {entitled:?}");
}

/// Whose deaths wait, by name, each with what the list tells of it; the count beside the list says the same.
async fn deaths(browser: &Browser) -> Vec<Value> {
    let part = browser.ask("death/list", json!({})).await;
    let lines = part["lines"].as_array().unwrap().clone();
    assert_eq!(browser.ask("status/show", json!({})).await["deaths"], lines.len());
    lines
}

#[tokio::test]
async fn a_reported_death_stands_on_the_townships_list_until_it_is_answered_or_taken_back() {
    let office = Office::open().await;
    let mut staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU, FAR]).await;
    let died = |name: &str, order: u32| {
        [
            ("name", json!(name)),
            ("id_number", born("19400315", order)),
            ("death_suspected", json!("2026-02-25")),
        ]
    };
    let person = resident(&mut alice, DAHU, &died("余桂英", 1));
    let other = resident(&mut alice, DAHU, &died("王大爷", 3));
    resident(&mut alice, FAR, &died("周大山", 5));
    resident(&mut alice, DAHU, &[("name", json!("陈立"))]);
    alice.send_all(&office.town).await;
    let lines = deaths(&staff.acceptor).await;
    assert_eq!(lines.len(), 2, "of her township alone: {lines:?}");
    let line = lines.iter().find(|line| line["person"]["name"] == "余桂英").unwrap();
    assert_eq!(line["person"]["id_masked"], "4207**********0013");
    assert!(!lines.iter().any(|line| line.to_string().contains("19400315")), "numbers are masked");
    assert_eq!((&line["died_on"], &line["noted_by"]), (&json!("2026-02-25"), &json!("周小琴")));
    assert_eq!((&line["received_on"], &line["days_open"]), (&json!("2026-03-02"), &json!(0)));
    assert_eq!((&line["village"], &line["case"]), (&json!("大湖村"), &json!(null)));

    // Nobody but who confirms answers; no case is needed for it.
    let word = |person: SubjectId, is_true: bool| json!({"person": person, "is_true": is_true});
    assert_eq!(staff.acceptor.refusal("death/verify", word(person, true)).await, "not_allowed");
    staff.days_later(&office, 3).await;
    assert_eq!(deaths(&staff.acceptor).await[0]["days_open"], json!(3));
    let left = staff.confirmer.ask("death/verify", word(person, true)).await;
    assert_eq!(left["lines"].as_array().unwrap().len(), 1, "it is answered: {left}");
    assert_eq!(staff.confirmer.refusal("death/verify", word(person, true)).await, "case_stage");
    let case = case_in(&mut alice, DAHU, "CANBU", other, 0, &[]);
    let first = alice.last_seq();
    alice.send(&office.town, first - 1, alice.last_seq()).await;
    assert_eq!(deaths(&staff.acceptor).await[0]["case"], json!(case), "the case leads on");

    // She is back: the laptop takes its own report away.
    let first = alice.last_seq() + 1;
    let set = FieldSet::from([("death_suspected".into(), Value::Null)]);
    alice.write(&[(other, Body::ResidentRecorded(Recorded { set }))]);
    alice.send(&office.town, first, alice.last_seq()).await;
    assert!(deaths(&staff.acceptor).await.is_empty());
    // An office that takes its word back, by mistake or not, leaves nothing on the list either.
    staff.confirmer.ask("death/verify", word(person, false)).await;
    assert!(deaths(&staff.confirmer).await.is_empty());
}

#[tokio::test]
async fn the_office_stops_a_benefit_with_a_reason_and_lets_it_run_again() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let fields = [
        ("name", json!("余桂英")),
        ("id_number", born("19400315", 1)),
        ("receives", json!("GAOLING")),
        ("death_suspected", json!("2026-03-01")),
    ];
    let person = resident(&mut alice, DAHU, &fields);
    let case = case_in(&mut alice, DAHU, "CANBU", person, 0, &[]);
    alice.send_all(&office.town).await;
    staff.import().await;
    let view = staff.confirmer.ask("case/death", json!({"id": case, "is_true": true})).await;
    assert_eq!(view["standing"]["death"], json!("verified"));
    assert_eq!(benefit(&view, "GAOLING")["state"], json!("running"), "a death alone stops nothing");
    let said =
        |state: &str, reason: &str| json!({"id": case, "item": "GAOLING", "state": state, "reason": reason});
    let confirmer = &staff.confirmer;
    assert_eq!(confirmer.refusal("case/benefit", said("stopped", " ")).await, "bad_input");
    let unknown = json!({"id": case, "item": "NOSUCH", "state": "stopped", "reason": "去世"});
    assert_eq!(confirmer.refusal("case/benefit", unknown).await, "item_unknown");
    let view = confirmer.ask("case/benefit", said("stopped", "去世")).await;
    let line = benefit(&view, "GAOLING");
    assert_eq!(
        (&line["state"], &line["reason"], &line["since"], &line["stop_proposed"]),
        (&json!("stopped"), &json!("去世"), &json!("2026-03-02"), &json!(false))
    );
    assert_eq!(confirmer.refusal("case/benefit", said("stopped", "去世")).await, "case_stage");
    confirmer.ask("case/death", json!({"id": case, "is_true": false})).await;
    let view = confirmer.ask("case/benefit", said("running", "误报，补发")).await;
    assert_eq!(benefit(&view, "GAOLING")["state"], json!("running"));
}

#[tokio::test]
async fn an_agent_neither_stops_a_benefit_nor_verifies_a_death() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(&mut alice, DAHU, &[("name", json!("余桂英")), ("receives", json!("GAOLING"))]);
    let case = case_in(&mut alice, DAHU, "CANBU", person, 0, &[]);
    let stopped = json!({"state": "stopped", "since": "2026-03-01", "reason": "去世"});
    for (path, value) in [("benefit/GAOLING", stopped), ("death_verified", json!(true))] {
        let set = FieldSet::from([(path.to_owned(), value)]);
        alice.write(&[(person, Body::ResidentRecorded(Recorded { set }))]);
    }
    alice.send_all(&office.town).await;
    let refused = staff.acceptor.ask("quarantine/list", json!({})).await;
    let reasons: Vec<&Value> =
        refused["records"].as_array().unwrap().iter().map(|record| &record["reason"]).collect();
    assert_eq!(reasons, [&json!("not_allowed"), &json!("not_allowed")]);
    staff.import().await;
    let view = staff.show(case).await;
    assert_eq!(benefit(&view, "GAOLING")["state"], json!("running"));
    assert_eq!(view["standing"]["death"], json!(null));
}

/// Item and person of every hint.
async fn radar(browser: &Browser, village: Value) -> Vec<(String, Value)> {
    let part = browser.ask("radar/list", json!({"item": null, "village": village})).await;
    let lines = part["lines"].as_array().unwrap().iter();
    lines.map(|line| (line["item"].as_str().unwrap().to_owned(), line["person"]["id"].clone())).collect()
}

#[tokio::test]
async fn who_turns_eighty_next_month_is_hinted_and_who_receives_asked_or_is_too_young_is_not() {
    let office = Office::open().await;
    let mut staff = Staff::of(&office).await;
    staff.days_later(&office, TO_DECEMBER).await;
    let admin = &staff.admin;
    let mut alice = office.town.author(&[DAHU, OTHER, FAR]).await;
    let old = |day: &str, order: u32| [("name", json!("余桂英")), ("id_number", born(day, order))];
    let next_month = resident(&mut alice, DAHU, &old("19470131", 1));
    let later = resident(&mut alice, DAHU, &old("19470201", 2));
    let receives = [&old("19400101", 3)[..], &[("receives", json!("GAOLING"))]].concat();
    let receives = resident(&mut alice, DAHU, &receives);
    let asked = resident(&mut alice, DAHU, &old("19400101", 4));
    case_in(&mut alice, DAHU, "GAOLING", asked, 0, &[]);
    let dead = [&old("19400101", 5)[..], &[("death_suspected", json!("2026-03-01"))]].concat();
    let dead = resident(&mut alice, DAHU, &dead);
    let neighbour = resident(&mut alice, OTHER, &old("19400101", 6));
    let far = resident(&mut alice, FAR, &old("19400101", 7));
    let disabled = [
        ("name", json!("张三")),
        ("id_number", born("19800101", 8)),
        ("categories", json!("dibao")),
        ("disability_category", json!("4")),
        ("disability_level", json!("1")),
    ];
    resident(&mut alice, DAHU, &disabled);
    alice.send_all(&office.town).await;

    let found = radar(&staff.acceptor, json!(null)).await;
    let allowance: Vec<&Value> =
        found.iter().filter(|(item, _)| item == "GAOLING").map(|(_, person)| person).collect();
    assert_eq!(allowance.len(), 2, "{allowance:?}");
    for person in [next_month, neighbour] {
        assert!(allowance.contains(&&json!(person)), "{person}");
    }
    for person in [later, receives, asked, dead, far] {
        assert!(!allowance.contains(&&json!(person)), "{person}");
    }
    assert!(!found.iter().any(|(item, _)| item == "LNZ"), "an item that is switched off hints nothing");
    let part = staff.acceptor.ask("radar/list", json!({"item": "GAOLING", "village": DAHU})).await;
    let counts = part["counts"].as_array().unwrap();
    let subsidy = counts.iter().find(|count| count["item"] == "CANBU").unwrap();
    assert_eq!(subsidy["people"], json!(1), "two rules speak of one person");
    let line = &part["lines"][0];
    assert_eq!((&part["total"], &line["person"]["id"]), (&json!(1), &json!(next_month)));
    assert_eq!((&line["village"], &line["unconfirmed"]), (&json!("大湖村"), &json!(true)));
    assert!(line["hint"].as_str().unwrap().contains("80"), "the rule says so: {line}");
    let refused = json!({"item": null, "village": FAR});
    assert_eq!(staff.acceptor.refusal("radar/list", refused).await, "village_unknown");

    let mut card = admin.ask("guide/edit", json!({"code": "GAOLING"})).await["card"].clone();
    card["closed"] = json!({"from": "2026-12-01", "reason": "停办", "reason_en": "Switched off"});
    admin.ask("guide/publish", json!({"card": card})).await;
    let found = radar(&staff.acceptor, json!(null)).await;
    assert!(!found.iter().any(|(item, _)| item == "GAOLING"), "from then on it hints nothing");
}

/// Of everything due within so many days: why, of which item, by which case, and until when.
async fn due(browser: &Browser, within_days: u32) -> Vec<(String, String, Value, String)> {
    let part = browser.ask("due/list", json!({"within_days": within_days, "item": null})).await;
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    let lines = part["lines"].as_array().unwrap().iter();
    lines
        .map(|line| (text(line, "kind"), text(line, "item"), line["case"].clone(), text(line, "due")))
        .collect()
}

fn line(kind: &str, item: &str, case: Option<SubjectId>, due: &str) -> (String, String, Value, String) {
    (kind.to_owned(), item.to_owned(), json!(case), due.to_owned())
}

#[tokio::test]
async fn what_falls_due_is_known_by_the_official_list_by_the_decision_and_by_the_paper() {
    let office = Office::open().await;
    let mut staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU, FAR]).await;
    let listed = json!({"date": "2026-03-20", "source": "official_list", "listed": "2026-03-01"});
    let fields =
        [("name", json!("余桂英")), ("id_number", born("19400315", 1)), ("due/PENSION_CERT", listed.clone())];
    let person = resident(&mut alice, DAHU, &fields);
    resident(&mut alice, FAR, &[("name", json!("远处")), ("due/PENSION_CERT", listed)]);
    let paper = case_in(&mut alice, DAHU, "CANBU", person, 0, &[("/data/card/card_until", "2026-05-01")]);
    let case = case_in(&mut alice, DAHU, "GAOLING", person, 0, &[]);
    alice.send_all(&office.town).await;
    staff.import().await;
    let of_list = line("listed", "PENSION_CERT", None, "2026-03-20");
    let of_paper = line("paper", "CANBU", Some(paper), "2026-05-01");
    assert_eq!(due(&staff.acceptor, 30).await, std::slice::from_ref(&of_list));
    assert_eq!(due(&staff.acceptor, 90).await, [of_list.clone(), of_paper.clone()]);

    staff.accept(case).await;
    let decided = staff.confirm(case, "granted").await;
    assert_eq!(decided["decision"]["due"], json!("2027-03-02"), "the review after its twelve months");
    let of_decision = line("decided", "GAOLING", Some(case), "2027-03-02");
    assert_eq!(due(&staff.acceptor, 400).await, [of_list.clone(), of_paper.clone(), of_decision]);
    assert_eq!(
        staff.acceptor.ask("due/list", json!({"within_days": 400, "item": "GAOLING"})).await["lines"][0]["days_left"],
        json!(365)
    );

    staff.days_later(&office, 1).await;
    let first = alice.last_seq() + 1;
    case_in(&mut alice, DAHU, "GAOLING", person, 0, &[]);
    case_in(&mut alice, DAHU, "PENSION_CERT", person, 0, &[]);
    alice.send(&office.town, first, alice.last_seq()).await;
    assert_eq!(due(&staff.acceptor, 400).await, [of_paper], "what is asked for anew is not due");
    let far = office.at_work("远处", Role::Leader, "420703100").await;
    assert_eq!(due(&far, 400).await, [of_list], "each place its own");
    assert_eq!(TOWNSHIP, &DAHU[..9]);
}

#[tokio::test]
async fn a_certified_pensioner_is_due_once_on_the_later_of_the_listed_and_the_decided_day() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let listed = |day: &str| json!({"date": day, "source": "official_list", "listed": "2026-03-01"});
    let last_year = ("due/PENSION_CERT", listed("2026-02-20"));
    let person = resident(&mut alice, DAHU, &[("name", json!("余桂英")), last_year.clone()]);
    let refused = resident(&mut alice, DAHU, &[("name", json!("张三")), last_year]);
    let case = case_in(&mut alice, DAHU, "PENSION_CERT", person, 0, &[]);
    let not_passed = case_in(&mut alice, DAHU, "PENSION_CERT", refused, 0, &[]);
    alice.send_all(&office.town).await;
    staff.import().await;
    for (case, outcome) in [(case, "granted"), (not_passed, "refused")] {
        staff.accept(case).await;
        let revision = staff.revision(case).await;
        let due = (outcome == "granted").then_some("2027-03-02");
        let word =
            json!({"id": case, "revision": revision, "outcome": outcome, "due": due, "note": "按规定"});
        staff.confirmer.ask("case/confirm", word).await;
    }
    let still_listed = line("listed", "PENSION_CERT", None, "2026-02-20");
    let certified = line("decided", "PENSION_CERT", Some(case), "2027-03-02");
    assert_eq!(due(&staff.acceptor, 3660).await, [still_listed.clone(), certified.clone()]);
    assert_eq!(
        due(&staff.acceptor, 30).await,
        std::slice::from_ref(&still_listed),
        "the old day is no longer hers"
    );

    for (day, expected) in [
        ("2027-03-01", certified),
        ("2027-03-02", line("listed", "PENSION_CERT", None, "2027-03-02")),
        ("2027-05-01", line("listed", "PENSION_CERT", None, "2027-05-01")),
    ] {
        let first = alice.last_seq() + 1;
        let set = FieldSet::from([("due/PENSION_CERT".into(), listed(day))]);
        alice.write(&[(person, Body::ResidentRecorded(Recorded { set }))]);
        alice.send(&office.town, first, alice.last_seq()).await;
        assert_eq!(due(&staff.acceptor, 3660).await, [still_listed.clone(), expected], "{day}");
    }
}

#[tokio::test]
async fn nothing_is_due_of_the_dead_of_a_stopped_benefit_and_of_papers_that_a_case_no_longer_needs() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let listed = json!({"date": "2026-03-20", "source": "official_list", "listed": "2026-03-01"});
    let fields = [("name", json!("余桂英")), ("due/GAOLING", listed.clone()), ("receives", json!("GAOLING"))];
    let person = resident(&mut alice, DAHU, &fields);
    let until = |day: &'static str| [("/data/card/card_until", day)];
    let old = case_in(&mut alice, DAHU, "CANBU", person, 0, &until("2026-05-01"));
    let refused = case_in(&mut alice, DAHU, "TEKUN", person, 0, &until("2026-05-02"));
    alice.send_all(&office.town).await;
    staff.import().await;
    let list = line("listed", "GAOLING", None, "2026-03-20");
    let paper = |item: &str, case: SubjectId, day: &str| line("paper", item, Some(case), day);
    let (old_paper, paper_of_refused) =
        (paper("CANBU", old, "2026-05-01"), paper("TEKUN", refused, "2026-05-02"));
    assert_eq!(due(&staff.acceptor, 90).await, [list.clone(), old_paper.clone(), paper_of_refused]);
    staff.accept(refused).await;
    staff.confirm(refused, "refused").await;
    assert_eq!(due(&staff.acceptor, 90).await, [list.clone(), old_paper]);
    let first = alice.last_seq() + 1;
    let new = case_in(&mut alice, DAHU, "CANBU", person, 0, &until("2026-05-03"));
    alice.send(&office.town, first, alice.last_seq()).await;
    let new_paper = paper("CANBU", new, "2026-05-03");
    assert_eq!(due(&staff.acceptor, 90).await, [list.clone(), new_paper.clone()]);

    let benefit = |state: &str| json!({"id": old, "item": "GAOLING", "state": state, "reason": "迁出"});
    staff.confirmer.ask("case/benefit", benefit("stopped")).await;
    assert_eq!(due(&staff.acceptor, 90).await, std::slice::from_ref(&new_paper));
    staff.confirmer.ask("case/benefit", benefit("running")).await;
    assert_eq!(due(&staff.acceptor, 90).await, [list.clone(), new_paper.clone()]);

    let first = alice.last_seq() + 1;
    let set = FieldSet::from([("death_suspected".into(), json!("2026-03-01"))]);
    alice.write(&[(person, Body::ResidentRecorded(Recorded { set }))]);
    alice.send(&office.town, first, alice.last_seq()).await;
    assert_eq!(due(&staff.acceptor, 90).await, [], "as long as it is not said to be false");
    staff.confirmer.ask("case/death", json!({"id": old, "is_true": true})).await;
    assert_eq!(due(&staff.acceptor, 90).await, []);
    staff.confirmer.ask("case/death", json!({"id": old, "is_true": false})).await;
    assert_eq!(due(&staff.acceptor, 90).await, [list, new_paper]);
}

#[tokio::test]
async fn a_day_of_a_doubled_record_is_that_of_the_one_that_stands_for_it() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let day = |day: &str| json!({"date": day, "source": "official_list", "listed": "2026-03-01"});
    let kept = [("name", json!("余桂英")), ("due/GAOLING", day("2026-03-20"))];
    let kept = resident(&mut alice, DAHU, &kept);
    let doubled =
        [("name", json!("余桂英")), ("due/GAOLING", day("2026-03-10")), ("due/CANBU", day("2026-03-15"))];
    let doubled = resident(&mut alice, DAHU, &doubled);
    alice.write(&[(doubled, Body::SameAs(SameAs { other: kept }))]);
    alice.send_all(&office.town).await;
    let part = staff.acceptor.ask("due/list", json!({"within_days": 30, "item": null})).await;
    let lines = part["lines"].as_array().unwrap().iter();
    let found: Vec<_> = lines.map(|line| (&line["item"], &line["due"], &line["person"]["id"])).collect();
    let kept = json!(kept);
    let expected = [(json!("CANBU"), json!("2026-03-15")), (json!("GAOLING"), json!("2026-03-20"))];
    let expected: Vec<_> = expected.iter().map(|(item, due)| (item, due, &kept)).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn what_an_agent_ticks_after_a_death_is_proposed_though_no_roster_knows_it() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let fields =
        [("name", json!("余桂英")), ("id_number", born("19400315", 1)), ("receives", json!("GAOLING"))];
    let person = resident(&mut alice, DAHU, &fields);
    let ticked = |stop: &'static str| {
        [
            ("/data/event/running_benefits", "PENSION_CERT YANGLAO_XFBT YOUFU OTHER"),
            ("/data/event/other_benefit", "村里的慰问金"),
            ("/data/event/stop_proposed", stop),
        ]
    };
    let case = case_in(&mut alice, DAHU, "SHENHOU", person, 0, &ticked("yes"));
    alice.send_all(&office.town).await;
    staff.import().await;
    let items = ["PENSION_CERT", "YANGLAO_XFBT", "YOUFU", "OTHER"];
    for item in items {
        let line = benefit(&staff.show(case).await, item);
        assert_eq!(
            (&line["state"], &line["stop_proposed"]),
            (&json!("running"), &json!(false)),
            "{item}: no death"
        );
    }
    let first = alice.last_seq() + 1;
    let set = FieldSet::from([("death_suspected".into(), json!("2026-03-01"))]);
    alice.write(&[(person, Body::ResidentRecorded(Recorded { set }))]);
    alice.send(&office.town, first, alice.last_seq()).await;
    let view = staff.show(case).await;
    for item in items.into_iter().chain(["GAOLING"]) {
        assert_eq!(benefit(&view, item)["stop_proposed"], json!(true), "{item}");
    }
    assert_eq!(benefit(&view, "YOUFU")["name"], json!("优抚待遇"), "in the words of the form");
    assert_eq!(benefit(&view, "OTHER")["name"], json!("村里的慰问金"));
    let stop = json!({"id": case, "item": "YOUFU", "state": "stopped", "reason": "去世"});
    let view = staff.confirmer.ask("case/benefit", stop).await;
    let line = benefit(&view, "YOUFU");
    assert_eq!((&line["state"], &line["stop_proposed"]), (&json!("stopped"), &json!(false)));

    // She knows that they run, and proposes nothing: the roster's own is proposed as ever.
    let second = case_in(&mut alice, DAHU, "SHENHOU", person, 0, &ticked("no"));
    let first = alice.last_seq() - 1;
    alice.send(&office.town, first, alice.last_seq()).await;
    staff.import().await;
    let view = staff.show(second).await;
    assert_eq!(benefit(&view, "PENSION_CERT")["stop_proposed"], json!(false));
    assert_eq!(benefit(&view, "GAOLING")["stop_proposed"], json!(true));
}

#[tokio::test]
async fn a_bundles_panel_names_the_department_of_each_part() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU]).await;
    let person = resident(&mut alice, DAHU, &[("name", json!("余桂英"))]);
    let items = ["DIBAO", "CANBU", "NOSUCH"];
    let parts = items.map(|item| case_in(&mut alice, DAHU, item, person, 0, &[]));
    let fields: Vec<(String, &str)> =
        parts.iter().zip(items).map(|(part, item)| (part_path(*part), item)).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(path, item)| (path.as_str(), *item)).collect();
    let bundle = case_in(&mut alice, DAHU, "BANGFU", person, 0, &fields);
    alice.send_all(&office.town).await;
    staff.import().await;
    let view = staff.show(bundle).await;
    let shown = view["bundle"]["parts"].as_array().unwrap().iter();
    let departments: BTreeMap<&str, &str> =
        shown.map(|part| (part["item"].as_str().unwrap(), part["department"].as_str().unwrap())).collect();
    let catalogue = office.town.center.catalogue_in(DAHU).unwrap();
    let expected = |item: &str| catalogue.item(item).unwrap().card.department.clone();
    for item in ["DIBAO", "CANBU"] {
        assert_eq!(departments[item], expected(item), "{view}");
    }
    assert_eq!(departments["NOSUCH"], "", "an item that is not known here has none");
}

#[tokio::test]
async fn an_official_list_is_looked_at_row_by_row_and_taken_in_at_the_console() {
    let office = Office::open().await;
    let staff = Staff::of(&office).await;
    let mut alice = office.town.author(&[DAHU, FAR]).await;
    let [yu, zhang, far] = [born("19400315", 1), born("19400316", 2), born("19400317", 3)];
    let person = |name: &str, number: &Value| [("name", json!(name)), ("id_number", number.clone())];
    let [one, two] = [("余桂英", &yu), ("张三", &zhang)]
        .map(|(name, number)| resident(&mut alice, DAHU, &person(name, number)));
    let elsewhere = resident(&mut alice, FAR, &person("李四", &far));
    alice.send_all(&office.town).await;
    let text = |value: &str| Out::Text(value.to_owned());
    let row =
        |name: &str, number: &Value, due: &str| vec![text(name), text(number.as_str().unwrap()), text(due)];
    let rows = [
        row("余桂英", &yu, "2026-12-31"),
        row("张三丰", &zhang, "2027年1月5日"),
        row("李四", &far, "2026-12-31"),
        row("某某", &born("19400318", 4), "年底"),
    ];
    let workbook = write_table("名单", &["姓名", "社会保障号码", "认证到期日期"], &rows).unwrap();
    let list = |workbook: &[u8], item: &str| json!({"name": "名单.xlsx", "workbook": data_encoding::BASE64.encode(workbook), "item": item});
    let args = list(&workbook, "PENSION_CERT");
    let preview = staff.confirmer.ask("due/preview", args.clone()).await;
    assert_eq!(
        (&preview["rows"], &preview["found"], &preview["changes"], &preview["missing_rows"]),
        (&json!(4), &json!(2), &json!(2), &json!([4])),
        "who lives in another township is not here: {preview}"
    );
    let problems: Vec<(&Value, &Value, &Value)> = preview["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (&problem["row"], &problem["problem"], &problem["warning"]))
        .collect();
    assert_eq!(
        problems,
        [
            (&json!(5), &json!("date_unreadable"), &json!(false)),
            (&json!(3), &json!("name_differs"), &json!(true))
        ]
    );
    assert_eq!(preview["lines"][0]["due"], json!("2026-12-31"));
    let day_of = |person: SubjectId| {
        let document = office.town.center.store().resident("", person).unwrap().unwrap();
        document.value("due/PENSION_CERT").map(|value| (value["date"].clone(), value["source"].clone()))
    };
    assert_eq!(day_of(one), None, "a look writes nothing");

    let done = staff.confirmer.ask("due/import", args.clone()).await;
    assert_eq!(done, json!({"written": 2, "unchanged": 0, "missing": 1, "wrong_rows": 1}));
    assert_eq!(day_of(one), Some((json!("2026-12-31"), json!("official_list"))));
    assert_eq!(day_of(two), Some((json!("2027-01-05"), json!("official_list"))));
    assert_eq!(day_of(elsewhere), None);
    let again = staff.acceptor.ask("due/import", args.clone()).await;
    assert_eq!(again, json!({"written": 0, "unchanged": 2, "missing": 1, "wrong_rows": 1}));
    let due = staff.acceptor.ask("due/list", json!({"within_days": 3660, "item": "PENSION_CERT"})).await;
    assert_eq!(due["lines"][0]["kind"], json!("listed"));
    let entry = alice.ask(&office.town).await.entries.pop().unwrap().entry.into_entry().unwrap();
    assert_eq!(entry.header.subject, two, "the laptop hears of it");

    assert_eq!(staff.admin.refusal("due/import", args).await, "not_allowed");
    let confirmer = &staff.confirmer;
    assert_eq!(confirmer.refusal("due/preview", list(&workbook, "NOSUCH")).await, "item_unknown");
    assert_eq!(confirmer.refusal("due/preview", list(b"\0", "PENSION_CERT")).await, "not_a_workbook");
    let other = write_table("名单", &["姓名"], &[vec![text("余桂英")]]).unwrap();
    assert_eq!(confirmer.refusal("due/preview", list(&other, "PENSION_CERT")).await, "due_headings");
}
