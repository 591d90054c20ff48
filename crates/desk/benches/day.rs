//! How long the screens of a day take on a laptop with 100,000 cases and 60,000 people: 今日 within 300 ms, a part of any list
//! within 30 ms, a person found within 20 ms, a case with three photos recorded and durable within 150 ms. Medians of several
//! calls; exit code 1 over a bound.
#![allow(clippy::unwrap_used)]

use bangban_desk::case::{self, NewCase};
use bangban_desk::fill::{Filling, fill};
use bangban_desk::photo::NewPhoto;
use bangban_desk::roll::put_on_roll;
use bangban_desk::screen::Seat;
use bangban_desk::screen::case_row::Standing;
use bangban_desk::screen::certify::{CertFilter, certification_list};
use bangban_desk::screen::due::due_list;
use bangban_desk::screen::joining::doubled_people;
use bangban_desk::screen::line::LineFilter;
use bangban_desk::screen::list::{CaseColumn, CaseFilter, CaseOrder, list_cases};
use bangban_desk::screen::open::open_subjects;
use bangban_desk::screen::radar::radar;
use bangban_desk::screen::roll_finding::{RollSource, find_for_roll};
use bangban_desk::screen::{household, line, person, roll, today, visit};
use bangban_desk::sign_in::make_ledger;
use bangban_keys::{KdfCost, OpeningKey, SigningKey};
use bangban_ledger::case_list::{CaseQuery, find_cases};
use bangban_ledger::document_row;
use bangban_ledger::enrolment::NewLife;
use bangban_ledger::{Enrolment, Life};
use bangban_model::body::{CaseOpened, CaseSubmitted, FieldSet, Outcome, Recorded};
use bangban_model::certification;
use bangban_model::clock::{Clock, SystemClock};
use bangban_model::demo::demo_households;
use bangban_model::document::{Acceptance, Conflict, Contender, Decision, Stage};
use bangban_model::entry::NewEntry;
use bangban_model::ids::DistrictKey;
use bangban_model::words::Language;
use bangban_model::{Audience, Body, Digest, IncarnationId, StreamId, SubjectId};
use bangban_photos::specimen::{SpecimenKind, paint_specimen};
use chrono::Days;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;

const CASES: u64 = 100_000;
const PENDING: i64 = 1_000;
/// A township: of each village as many households as a large one has.
const VILLAGES: u64 = 20;
const HOUSEHOLDS: usize = 1_000;
const PEOPLE: usize = 60_000;
const RUNS: usize = 9;
/// Accepted, and as many decided within the last weeks.
const WITH_OFFICE: u32 = 500;
/// Written authorities, and as many signatures, that run out these days: more than are looked through.
const RUNNING_OUT: usize = 400;
/// People on the watch list, and how often each was visited: more than a village has.
const WATCHED: usize = 300;
const VISITS_EACH: u64 = 12;
/// Pensioners whose certification is due, and of how many of them one was written.
const PENSIONERS: usize = 400;
const CERTIFIED: usize = 200;
/// Needs of households that nobody has settled, values that wait for a person, lines of one register.
const NEEDS: usize = 100;
const OPEN_VALUES: usize = 50;
const QUESTIONS: usize = 3_000;
const VILLAGE: u64 = 420_703_200_209;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let cost = KdfCost { passes: 1, ..KdfCost::FLOOR };
    let clock = Arc::new(SystemClock);
    let desk = make_ledger(&folder.path().join("ledger"), "余老师", "4927516380", cost, clock).unwrap();
    let village = village_at(0);
    let enrolment = Enrolment {
        address: "127.0.0.1:1".into(),
        pins: vec![Digest::of(b"server")],
        villages: (0..VILLAGES).map(village_at).collect(),
        district_key: DistrictKey(Digest::of(b"district")),
        reply: json!({}),
    };
    let life = Life {
        id: IncarnationId(Uuid::now_v7()),
        signing: SigningKey::random().unwrap(),
        opening: OpeningKey::random(),
    };
    let now = SystemClock.now();
    desk.ledger().enrol(enrolment, NewLife { life, program: "bench".into() }, now).unwrap();
    let seat = Seat { desk: Arc::new(desk), language: Language::Chinese };
    let (some, households) = people(&seat);
    let filling = Filling { cases: CASES, photos: 0, photo_bytes: 0, seed: 7 };
    fill(&seat.desk, filling, |_| {}).unwrap();
    // As after years of reporting: the cases of the last weeks alone are in no receipt.
    let received = "UPDATE entry SET standing = 'received' WHERE seq < (SELECT max(seq) FROM entry) - ?1";
    seat.desk.ledger().entries().execute(received, [2 * PENDING]).unwrap();
    registers(&seat, &village, &households);
    let (accepted, decided) = township(&seat);
    waiting(&seat, &village, &households);
    let all_on_list = today::today(&seat).unwrap();
    assert_eq!(all_on_list.counts.results, decided, "every result is to be brought");
    println!(
        "{PEOPLE} people, {CASES} cases, {PENDING} of them in no receipt, {accepted} accepted, {decided} decided lately;"
    );
    println!(
        "{RUNNING_OUT} written authorities and as many signatures that run out, {WATCHED} watched people with {VISITS_EACH} visits each"
    );
    assert!(all_on_list.counts.expiring > 0, "something runs out");
    assert_eq!(all_on_list.counts.watched, WATCHED as u64 / 2, "half of them were not met lately");

    let mut bench = Bench { over: false };
    let all = CaseFilter::default();
    let list = |offset| list_cases(&seat, &all, CaseOrder::default(), offset, 50).unwrap().total;
    bench.takes("今日", 300.0, || today::today(&seat).unwrap().rows.len() as u64);
    bench.takes("台账, first part", 30.0, || list(0));
    bench.takes("台账, middle", 30.0, || list(CASES / 2));
    bench.takes("people, first part", 30.0, || person::list_people(&seat, 0, 50).unwrap().total);
    bench.takes("households, first part", 30.0, || {
        household::list_households(&seat, "", 0, 50).unwrap().total
    });
    bench.takes("registers", 30.0, || line::registers(&seat).unwrap().len() as u64);
    bench.takes("visits", 30.0, || visit::list_visits(&seat, 50, None).unwrap().len() as u64);
    let (person, household) = households[0];
    let newest = visit::list_visits(&seat, 1, None).unwrap().remove(0).id;
    bench.takes("a person's page", 30.0, || person::show_person(&seat, person).unwrap().visits.len() as u64);
    bench.takes("a household's page", 30.0, || {
        household::show_household(&seat, &household.to_string()).unwrap().household.living_together.len()
            as u64
    });
    bench.takes("a visit's page", 30.0, || {
        visit::show_visit(&seat, newest).unwrap().household.living_together.len() as u64
    });
    bench.takes("open rounds", 30.0, || roll::open_rolls(&seat).unwrap().len() as u64);
    let due = CertFilter { within_days: 30, ..CertFilter::default() };
    let rows = || certification_list(&seat, &due).unwrap().rows.len();
    assert_eq!(rows(), PENSIONERS);
    bench.takes("养老认证", 30.0, || rows() as u64);
    more_lists(&mut bench, &seat, &households);
    for words in ["王", "zhang", "42070419", "nobody"] {
        bench.takes(&format!("a person by “{words}”"), 20.0, || {
            person::find_people(&seat, words).unwrap().len() as u64
        });
    }
    let mut next = some.iter();
    let picture = paint_specimen(3, SpecimenKind::IdentityCard, 1600, 1000);
    let photo = || NewPhoto { slot: None, bytes: picture.clone(), name: String::new() };
    let mut open = |photos| {
        let person = next.next().unwrap().to_string();
        let new = NewCase { item: "SSC".into(), person, photos, answers: answers(), ..NewCase::default() };
        let case = case::open_case(&seat.desk, new).unwrap().line.id;
        case::consent_case(&seat.desk, case).unwrap();
        case
    };
    bench.takes("a photo taken in (1600 × 1000), looked at and kept", 300.0, || {
        open(vec![photo()]);
        1
    });
    let drafts: Vec<SubjectId> = (0..2 * RUNS).map(|_| open(vec![photo(), photo(), photo()])).collect();
    let mut drafts = drafts.into_iter();
    bench.takes("an answer kept", 150.0, || {
        case::correct_case(&seat.desk, drafts.next().unwrap(), &answers(), Vec::new()).unwrap();
        1
    });
    bench.takes("a case with three photos recorded", 150.0, || {
        case::submit_case(&seat.desk, drafts.next().unwrap()).unwrap();
        1
    });
    std::process::exit(i32::from(bench.over));
}

/// 台账 as it is searched, and the lists that an agent comes to within a day.
fn more_lists(bench: &mut Bench, seat: &Seat, households: &[(SubjectId, SubjectId)]) {
    let lines = LineFilter::default();
    bench.takes("lines of a register", 30.0, || {
        line::list_lines(seat, "DJ_QIANZI", &lines, 0, 50).unwrap().total
    });
    let open = LineFilter { open: true, ..LineFilter::default() };
    let words = LineFilter { text: "第2999问".to_owned(), ..LineFilter::default() };
    bench.takes("lines of a register, by words", 30.0, || {
        line::list_lines(seat, "DJ_ZIXUN", &words, 0, 50).unwrap().total
    });
    bench.takes("lines of a register, what is open", 30.0, || {
        line::list_lines(seat, "DJ_GUANZHU", &open, 0, 50).unwrap().total
    });
    let filters = [
        ("of a name", CaseFilter { text: "王".to_owned(), ..CaseFilter::default() }),
        ("of a number", CaseFilter { text: "42070419".to_owned(), ..CaseFilter::default() }),
        ("of nobody", CaseFilter { text: "nobody".to_owned(), ..CaseFilter::default() }),
        ("of an item", CaseFilter { item: Some("SSC".to_owned()), ..CaseFilter::default() }),
        ("that wait", CaseFilter { standing: Some(Standing::Pending), ..CaseFilter::default() }),
    ];
    for (what, filter) in &filters {
        bench.takes(&format!("台账, {what}"), 30.0, || {
            list_cases(seat, filter, CaseOrder::default(), 0, 50).unwrap().total
        });
    }
    let by_person = CaseOrder { by: CaseColumn::Person, descending: false };
    bench.takes("台账, by name", 30.0, || {
        list_cases(seat, &CaseFilter::default(), by_person, 0, 50).unwrap().total
    });
    let rows = || due_list(seat, 30, None).unwrap().lines.len();
    assert!(rows() >= PENSIONERS - CERTIFIED);
    bench.takes("到期清单", 30.0, || rows() as u64);
    bench.takes("应享未享", 30.0, || radar(seat, None).unwrap().total);
    bench.takes("疑似重复", 30.0, || doubled_people(seat, None, 0, 50).unwrap().total);
    assert_eq!(visit::open_needs(seat).unwrap().len(), NEEDS);
    bench.takes("open needs", 30.0, || visit::open_needs(seat).unwrap().len() as u64);
    assert_eq!(open_subjects(seat).unwrap().len(), OPEN_VALUES);
    bench.takes("values that are open", 30.0, || open_subjects(seat).unwrap().len() as u64);
    let round = SubjectId(Uuid::now_v7());
    let form = seat.desk.catalogue().item("DJ_ZOUFANG").unwrap().newest().unwrap().digest.to_string();
    let told = json!({"register": "DJ_ZOUFANG", "form": form, "day": SystemClock.today().to_string(),
        "/data/state": "planned", "/data/kind": "door"});
    let recorded = Body::LineRecorded(Recorded { set: serde_json::from_value(told).unwrap() });
    let planned = entry_of(&village_at(0), round, recorded);
    seat.desk.ledger().record(author(seat), vec![planned], None).unwrap();
    let doors: Vec<SubjectId> = households.iter().map(|(_, household)| *household).collect();
    put_on_roll(&seat.desk, round, &doors).unwrap();
    bench.takes("a roll of 400 households", 30.0, || roll::show_roll(seat, round).unwrap().rows.len() as u64);
    let all = RollSource::Words { text: String::new() };
    bench
        .takes("whom to put on a roll", 30.0, || find_for_roll(seat, round, &all).unwrap().rows.len() as u64);
}

/// What an office has or has decided: the oldest and the newest cases, more than a village agent ever has open.
fn township(seat: &Seat) -> (u64, u64) {
    let ledger = seat.desk.ledger();
    let now = SystemClock.now().to_rfc3339();
    let part = |descending| CaseQuery { descending, limit: WITH_OFFICE, ..CaseQuery::default() };
    for (descending, outcome) in [(false, None), (true, Some(Outcome::Granted))] {
        for mut case in find_cases(ledger.entries(), &part(descending)).unwrap() {
            let file = case.case.as_mut().unwrap();
            let submitted = file.revisions.last().unwrap().entry;
            file.stage = if outcome.is_some() { Stage::Confirmed } else { Stage::Accepted };
            let received_at = Some(now.clone());
            file.acceptance =
                Some(Acceptance { entry: submitted, position: None, revision: submitted, received_at });
            file.decision =
                outcome.map(|outcome| Decision { entry: submitted, outcome, due: None, note: String::new() });
            case.history.iter_mut().for_each(|line| line.received_at = Some(now.clone()));
            document_row::put(ledger.entries(), &case).unwrap();
        }
    }
    (u64::from(WITH_OFFICE), u64::from(WITH_OFFICE))
}

/// What runs out, and whom she watches: authorities of the oldest cases, signatures and visits of these households.
fn registers(seat: &Seat, village: &StreamId, households: &[(SubjectId, SubjectId)]) {
    let today = SystemClock.today();
    let about = |subject, body| entry_of(village, subject, body);
    let line = |register: &str, person: SubjectId, more: serde_json::Value| {
        let form = seat.desk.catalogue().item(register).unwrap().newest().unwrap().digest;
        let mut set: FieldSet = serde_json::from_value(more).unwrap();
        set.extend([
            ("register".to_owned(), json!(register)),
            ("form".to_owned(), json!(form.to_string())),
            ("day".to_owned(), json!(today.to_string())),
            ("person".to_owned(), json!(person)),
        ]);
        vec![about(SubjectId(Uuid::now_v7()), Body::LineRecorded(Recorded { set }))]
    };
    let mut records = Vec::new();
    let oldest = CaseQuery { limit: u32::try_from(RUNNING_OUT).unwrap(), ..CaseQuery::default() };
    for (at, case) in find_cases(seat.desk.ledger().entries(), &oldest).unwrap().iter().enumerate() {
        let until = today + Days::new(at as u64 % 5);
        let told = json!({"handling/mode": "act", "handling/authority_until": until.to_string()});
        let set: FieldSet = serde_json::from_value(told).unwrap();
        records.push(vec![about(case.subject, Body::CaseRecorded(Recorded { set }))]);
    }
    for (at, (person, _)) in households.iter().take(RUNNING_OUT).enumerate() {
        let until = today + Days::new(at as u64 % 5);
        let told = json!({"/data/state": "signed", "/data/valid_until": until.to_string()});
        records.push(line("DJ_QIANZI", *person, told));
    }
    for (at, (person, household)) in households.iter().take(WATCHED).enumerate() {
        let told = json!({"todo": today.to_string(), "/data/state": "watched", "/data/every_days": "60"});
        records.push(line("DJ_GUANZHU", *person, told));
        // Every other one was met within these days.
        let newest = if at % 2 == 0 { 1 } else { 61 };
        for visit in 0..VISITS_EACH {
            let day = (SystemClock.now() - chrono::Duration::days((newest + 30 * visit) as i64)).to_rfc3339();
            let told = json!({"household": household, "started_at": day, "result": "met"});
            let set: FieldSet = serde_json::from_value(told).unwrap();
            let visit = about(SubjectId(Uuid::now_v7()), Body::VisitRecorded(Recorded { set }));
            records.push(vec![visit]);
        }
    }
    seat.desk.ledger().record_many(author(seat), records, None).unwrap();
}

/// What waits: certifications by the official list, needs, values of two laptops; and a long register.
fn waiting(seat: &Seat, village: &StreamId, households: &[(SubjectId, SubjectId)]) {
    let today = SystemClock.today();
    let about = |subject, body| entry_of(village, subject, body);
    let set = |told: serde_json::Value| serde_json::from_value::<FieldSet>(told).unwrap();
    let form = |code: &str| seat.desk.catalogue().item(code).unwrap().newest().unwrap().digest;
    let mut records = Vec::new();
    for (at, (person, _)) in households.iter().take(PENSIONERS).enumerate() {
        let due = today + Days::new(at as u64 % 30);
        let told = json!({"due/PENSION_CERT": {"date": due, "source": "official_list", "listed": today}});
        records.push(vec![about(*person, Body::ResidentRecorded(Recorded { set: set(told) }))]);
    }
    for (person, _) in households.iter().take(CERTIFIED) {
        let item = seat.desk.catalogue().item("PENSION_CERT").unwrap();
        let opened = CaseOpened {
            item: "PENSION_CERT".into(),
            form_version: item.form().unwrap().version().to_owned(),
            form_digest: form("PENSION_CERT"),
            resident: *person,
            household: None,
            visit: None,
            bundle: None,
            catalogue: None,
            set: set(json!({certification::DAY: today, certification::RESULT: "pending"})),
        };
        let case = SubjectId(Uuid::now_v7());
        records.push(vec![
            about(case, Body::CaseOpened(opened)),
            about(case, Body::CaseSubmitted(CaseSubmitted {})),
        ]);
    }
    for (_, household) in households.iter().rev().take(NEEDS) {
        let told = json!({"household": household, "started_at": SystemClock.now().to_rfc3339(), "result": "met",
            "need": "房屋漏雨", "need_due": today});
        let visit = about(SubjectId(Uuid::now_v7()), Body::VisitRecorded(Recorded { set: set(told) }));
        records.push(vec![visit]);
    }
    for at in 0..QUESTIONS {
        let told = json!({"register": "DJ_ZIXUN", "form": form("DJ_ZIXUN").to_string(), "day": today,
            "/data/matter": "高龄津贴", "/data/question": format!("第{at}问：几岁能领"), "/data/state": "answered"});
        let line = about(SubjectId(Uuid::now_v7()), Body::LineRecorded(Recorded { set: set(told) }));
        records.push(vec![line]);
    }
    seat.desk.ledger().record_many(author(seat), records, None).unwrap();
    // As after two laptops wrote without each other.
    let ledger = seat.desk.ledger();
    for (person, _) in households.iter().rev().take(OPEN_VALUES) {
        let mut document = document_row::get(ledger.entries(), *person).unwrap().unwrap();
        let contender =
            |value: &str| Contender { value: json!(value), ..document.fields["name"].held.clone() };
        document.conflicts =
            vec![Conflict { field: "phone".to_owned(), contenders: vec![contender("1"), contender("2")] }];
        document_row::put(ledger.entries(), &document).unwrap();
    }
}

fn entry_of(village: &StreamId, subject: SubjectId, body: Body) -> NewEntry {
    NewEntry { stream: village.clone(), subject, audience: Audience::All, saw: None, body }
}

fn author(seat: &Seat) -> bangban_ledger::record::Author {
    bangban_ledger::record::Author {
        by: bangban_model::Actor::Agent(seat.desk.agent()),
        at: SystemClock.now(),
    }
}

fn village_at(place: u64) -> StreamId {
    StreamId::parse(&(VILLAGE + place).to_string()).unwrap()
}

/// People of the demo, household by household; the first ones, and the first of some with their households.
fn people(seat: &Seat) -> (Vec<SubjectId>, Vec<(SubjectId, SubjectId)>) {
    let mut records = Vec::new();
    let mut some = Vec::new();
    let mut first = Vec::new();
    let today = SystemClock.today();
    let houses = (0..VILLAGES).flat_map(|seed| {
        let village = village_at(seed);
        let people = PEOPLE / VILLAGES as usize;
        let houses = demo_households(11 + seed, village.as_str(), HOUSEHOLDS, people, today);
        houses.into_iter().map(move |house| (village.clone(), house))
    });
    for (at, (village, house)) in houses.enumerate() {
        let household = SubjectId(Uuid::now_v7());
        let about = |subject, body| entry_of(&village, subject, body);
        let number = format!("9{at:06}");
        let set =
            [("household_no".to_owned(), json!(number)), ("address".to_owned(), json!(house.address))].into();
        let mut record = vec![about(household, Body::HouseholdRecorded(Recorded { set }))];
        for (place, member) in house.members.iter().enumerate() {
            let id = SubjectId(Uuid::now_v7());
            let identity =
                member.identity.as_ref().map(|number| number.reveal().to_owned()).unwrap_or_default();
            let set = [
                ("name".to_owned(), json!(member.name)),
                ("id_number".to_owned(), json!(identity)),
                ("household".to_owned(), json!(household)),
                ("household_no".to_owned(), json!(number)),
                ("address".to_owned(), json!(house.address)),
            ]
            .into();
            record.push(about(id, Body::ResidentRecorded(Recorded { set })));
            if place == 0 && first.len() < RUNNING_OUT {
                first.push((id, household));
            }
            if place == 0 && some.len() < 4 * RUNS && !identity.is_empty() {
                some.push(id);
            }
        }
        records.push(record);
        if records.len() == 200 {
            seat.desk.ledger().record_many(author(seat), std::mem::take(&mut records), None).unwrap();
        }
    }
    seat.desk.ledger().record_many(author(seat), records, None).unwrap();
    (some, first)
}

/// What the form of a card's visit must have.
fn answers() -> BTreeMap<String, String> {
    let told = [
        ("/data/card/matter", "book_bank"),
        ("/data/card/card_type", "gen3"),
        ("/data/card/bank", "湖北农信"),
        ("/data/visit/immobile", "yes"),
        ("/data/visit/immobile_reason", "腿脚不便"),
        ("/data/visit/wants_home_visit", "yes"),
    ];
    told.map(|(path, value)| (path.to_owned(), value.to_owned())).into()
}

struct Bench {
    over: bool,
}

impl Bench {
    /// Calls several times and tells the first and the median beside the bound (milliseconds).
    fn takes(&mut self, name: &str, bound_ms: f64, mut work: impl FnMut() -> u64) {
        let mut found = 0;
        let mut times: Vec<f64> = (0..RUNS)
            .map(|_| {
                let begun = Instant::now();
                found = work();
                begun.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        let first = times[0];
        times.sort_by(f64::total_cmp);
        let median = times[RUNS / 2];
        let ratio = median / bound_ms;
        self.over |= ratio > 1.0;
        let kept = if ratio > 1.0 { "OVER" } else { "kept" };
        println!(
            "{name:<44} {found:>8}   first {first:>7.1} ms   median {median:>7.1} ms   {ratio:>5.2} of {bound_ms} ms   {kept}"
        );
    }
}
