//! The official's way: a workbook is published at the center, goes down to the laptops, is filled in, and comes back.

use bangban_model::Digest;
use bangban_model::published_form::FormFiles;
use bangban_tests::checks::DAHU;
use bangban_tests::harness::{ACCEPTOR, Center, Laptop, Official, Programs, Rows, Village};
use serde_json::{Map, Value, json};

const ADMIN: &str = "何平";

const CHOICES: &[&[&str]] =
    &[&["list_name", "name", "label"], &["age", "80", "80至89周岁"], &["age", "90", "90周岁以上"]];
const SETTINGS: &[&str] = &["form_title", "form_id", "version"];

/// The first version: whom, in which group of the village (from a file beside the workbook), since when.
const FIRST: &[&[&str]] = &[
    &["type", "name", "label", "required", "constraint", "constraint_message", "calculation"],
    &["start", "begun", "", "", "", "", ""],
    &["end", "ended", "", "", "", "", ""],
    &["username", "agent", "", "", "", "", ""],
    &["deviceid", "laptop", "", "", "", "", ""],
    &["begin group", "person", "申请人", "", "", "", ""],
    &["text", "name", "姓名", "yes", "", "", ""],
    &["text", "id_number", "身份证号", "yes", "cn-id-valid(.)", "身份证号不对", ""],
    &["end group", "", "", "", "", "", ""],
    &["select_one_from_file groups.csv", "team", "村民小组", "yes", "", "", ""],
    &["select_one age", "band", "年龄段", "yes", "", "", ""],
    &["calculate", "years", "", "", "", "", "cn-id-age(${id_number})"],
    &["integer", "months", "补发月数", "", ". >= 0 and . <= 12", "补发不超过12个月", ""],
];
const GROUPS: &str = "name,label\n1,一组\n2,二组\n";

fn form(survey: Rows<'_>, version: &str) -> Official {
    let settings: &[&[&str]] = &[SETTINGS, &["长寿补贴申请", "CHANGSHOU", version]];
    let form = Official::write(&[("survey", survey), ("choices", CHOICES), ("settings", settings)]);
    form.lay("groups.csv", GROUPS);
    form
}

fn digest_of(form: &Official) -> Digest {
    let workbook = std::fs::read(form.file()).unwrap();
    let attachments = [("groups.csv".to_owned(), GROUPS.as_bytes().to_vec())].into();
    FormFiles { workbook, attachments }.digest()
}

/// The second version asks one question more.
fn second() -> Vec<&'static [&'static str]> {
    let mut survey = FIRST.to_vec();
    survey.push(&["text", "account", "社保卡账号", "yes", "", "", ""]);
    survey
}

struct Town {
    center: Center,
    alice: Laptop,
    village: Village,
}

impl Town {
    fn begin() -> Self {
        let programs = Programs::normal();
        let center = Center::start(&programs);
        center.add_staff(ADMIN, "admin", "");
        let village = Village::small(&programs);
        let alice = center.let_in("alice", DAHU);
        alice.import_roster(&village);
        Town { center, alice, village }
    }

    fn publish(&self, form: &Official) -> Value {
        self.center.run(&["form", "publish", &form.path(), "--department", "区民政局", "--as", ADMIN])
    }

    fn open(&self, laptop: &Laptop, answers: Value, submit: bool) -> bangban_tests::harness::Answer {
        let answers: Map<String, Value> = answers.as_object().unwrap().clone();
        laptop.open_case("CHANGSHOU", &self.village.household.elder.number, &answers, &[], submit)
    }
}

fn knows(laptop: &Laptop) -> bool {
    let items = laptop.run(&["item", "list"])["items"].as_array().unwrap().clone();
    items.iter().any(|item| {
        item["code"] == "CHANGSHOU" && item["name"] == "长寿补贴申请" && item["department"] == "区民政局"
    })
}

#[test]
fn a_form_is_published_goes_down_is_filled_in_and_comes_back() {
    let town = Town::begin();
    let first = form(FIRST, "2026-12");
    assert!(!knows(&town.alice));
    let published = town.publish(&first);
    assert_eq!((&published["number"], &published["item"]), (&json!(1), &json!("CHANGSHOU")));
    assert_eq!(published["digest"], digest_of(&first).to_string());
    assert!(!knows(&town.alice), "nothing comes without an exchange");
    assert_eq!(town.alice.sync()["synced"]["forms"], 1);
    assert!(knows(&town.alice));
    assert_eq!(town.alice.sync()["synced"]["forms"], 0, "it comes once");

    let wrong = town.open(&town.alice, json!({"/data/team": "3", "/data/band": "80"}), false).good();
    assert_eq!(wrong["hindrances"][0]["path"], "/data/team", "the choices are those of the file: {wrong}");
    let answers = json!({"/data/team": "2", "/data/band": "80", "/data/months": "3"});
    let opened = town.open(&town.alice, answers, true).good();
    let case = opened["id"].as_str().unwrap();
    town.alice.sync();
    assert_eq!(town.center.import_waiting(ACCEPTOR), 1);
    let shown = town.center.run(&["case", "show", case]);
    assert_eq!(shown["answers"]["/data/team"], "2");
    assert!(shown["answers"]["/data/years"].as_str().unwrap().parse::<u32>().unwrap() > 50);
    let answer =
        |name: &str| shown["answers"][format!("/data/{name}")].as_str().unwrap_or_default().to_owned();
    assert_eq!(answer("agent"), "alice", "who filled it in");
    assert!(!answer("laptop").is_empty() && !answer("begun").is_empty());
    assert!(answer("ended") >= answer("begun"), "{} {}", answer("begun"), answer("ended"));
    assert_eq!(shown["check"]["invalid"], json!([]), "{shown}");
    assert_eq!((&shown["check"]["irrelevant"], &shown["check"]["recomputed"]), (&json!([]), &json!({})));
    town.center.run(&["case", "accept", case, "--as", ACCEPTOR]);
    town.alice.sync();
    assert_eq!(town.alice.run(&["case", "show", case])["standing"], "accepted");
    assert_eq!((town.alice.findings(), town.center.findings()), (Vec::new(), Vec::new()));
}

#[test]
fn a_case_keeps_the_version_it_was_opened_with() {
    let town = Town::begin();
    town.publish(&form(FIRST, "2026-12"));
    town.alice.sync();
    let answers = json!({"/data/team": "1", "/data/band": "90"});
    let draft = town.open(&town.alice, answers.clone(), false).good();
    let draft = draft["id"].as_str().unwrap();
    let second = form(&second(), "2027-01");
    let file = second.path();
    assert_eq!(town.publish(&second)["number"], 2);
    town.center.ask(&["form", "publish", &file, "--as", ADMIN]).refused("form_unchanged");
    town.alice.sync();
    assert_eq!(
        town.alice.run(&["case", "show", draft])["hindrances"],
        json!([]),
        "the old form asks for no account"
    );
    let submitted = town.alice.run(&["case", "submit", draft]);
    assert_eq!(submitted["standing"], "pending", "{submitted}");
    let fresh = town.open(&town.alice, answers, false).good();
    assert_eq!(fresh["hindrances"][0]["path"], "/data/account", "a new case is opened by the new form");
    town.alice.sync();
    assert_eq!(town.center.import_waiting(ACCEPTOR), 1);
    assert_eq!(
        town.center.run(&["case", "show", draft])["check"]["invalid"],
        json!([]),
        "it is checked by its own form"
    );
}

#[test]
fn a_form_comes_by_stick_too_and_a_lost_answer_brings_it_again() {
    let town = Town::begin();
    town.publish(&form(FIRST, "2026-12"));
    town.publish(&form(&second(), "2027-01"));
    let (batch, receipt) = (town.alice.file("out.bangban"), town.alice.file("back.bangban"));
    town.alice.run(&["batch", "export", &batch.display().to_string()]);
    town.center.receive(&batch, &receipt).good();
    let receipt = receipt.display().to_string();
    assert_eq!(town.alice.run(&["receipt", "import", &receipt])["forms"], 2);
    assert!(knows(&town.alice));
    assert_eq!(
        town.alice.run(&["receipt", "import", &receipt])["forms"],
        0,
        "the same file again brings nothing"
    );
    assert_eq!(town.alice.sync()["synced"]["forms"], 0);
    assert_eq!(town.alice.findings(), Vec::<Value>::new());
}

#[test]
fn a_broken_form_is_named_cell_by_cell_and_not_published() {
    let town = Town::begin();
    let mut survey = FIRST.to_vec();
    survey[11] = &["calculate", "years", "", "", "", "", "cn-id-age(${nobody})"];
    let broken = form(&survey, "1");
    let said = town.center.ask(&["form", "publish", &broken.path(), "--as", ADMIN]).said;
    assert_eq!((&said["ok"], &said["errors"][0]["cell"]), (&json!(false), &json!("G12")), "{said}");
    let missing = form(FIRST, "1");
    std::fs::remove_file(missing.file().with_file_name("groups.csv")).unwrap();
    let said = town.center.ask(&["form", "publish", &missing.path(), "--as", ADMIN]).said;
    assert_eq!((&said["ok"], &said["errors"][0]["cell"]), (&json!(false), &json!("A10")), "{said}");
    let good = form(FIRST, "1");
    let file = good.path();
    town.center.ask(&["form", "publish", &file, "--as", ACCEPTOR]).refused("not_allowed");
    town.center.ask(&["form", "publish", &file, "--as", ADMIN, "--item", "高龄"]).refused("bad_input");
    town.center.ask(&["form", "publish", &file, "--as", ADMIN]).refused("new_item_incomplete");
    std::fs::write(broken.file(), vec![0; 600 * 1024]).unwrap();
    let file = broken.path();
    town.center.ask(&["form", "publish", &file, "--as", ADMIN]).refused("form_too_large");
    assert_eq!(town.center.run(&["form", "list"])["forms"], json!([]));
    town.alice.sync();
    assert!(!knows(&town.alice));
}
