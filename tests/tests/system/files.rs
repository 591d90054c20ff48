//! Files that answer questions, and pictures that a form shows: from the laptop over a bad line to the township, and back
//! out of it byte for byte.

use bangban_model::Digest;
use bangban_tests::checks::{DAHU, both_sides_are_whole, received_means_held};
use bangban_tests::harness::{
    ACCEPTOR, Answer, Browser, Center, Chance, Cut, Laptop, Line, Manner, Official, Programs, Village,
};
use serde_json::{Map, Value, json};

const ADMIN: &str = "何平";
/// Of another township.
const ELSEWHERE: &str = "420703100";
const SURVEY: &[&[&str]] = &[
    &["type", "name", "label", "required", "media::image"],
    &["text", "place", "地点", "yes", "sign.png"],
    &["file", "proof", "残疾证明", "yes", ""],
    &["audio", "said", "本人口述", "", ""],
    &["file", "scan", "扫描件", "", ""],
];

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
        let settings: &[&[&str]] = &[&["form_title", "form_id", "version"], &["残疾人补贴", "CANJI", "1"]];
        let form = Official::write(&[("survey", SURVEY), ("settings", settings)]);
        std::fs::copy(village.photograph(), form.file().with_file_name("sign.png")).unwrap();
        center.run(&["form", "publish", &form.path(), "--department", "区残联", "--as", ADMIN]);
        alice.sync();
        Town { center, alice, village }
    }

    fn open(&self, files: &[String], submit: bool) -> Answer {
        let answers: Map<String, Value> = [("/data/place".to_owned(), json!("村口"))].into_iter().collect();
        self.alice.open_case("CANJI", &self.village.household.elder.number, &answers, files, submit)
    }
}

/// A paper of so many bytes that do not shrink.
fn paper(chance: &mut Chance, size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    while bytes.len() < size {
        bytes.extend(chance.number().to_le_bytes());
    }
    bytes
}

fn sound() -> Vec<u8> {
    [b"ID3\x04\x00\x00\x00\x00\x00\x00".as_slice(), &[0x55; 4000]].concat()
}

#[test]
fn a_file_comes_out_at_the_township_as_it_went_in_though_the_line_broke() {
    let mut chance = Chance::seeded("a file over a line that breaks");
    let town = Town::begin();
    let (alice, center) = (&town.alice, &town.center);
    let (proof, said) = (paper(&mut chance, 1_500_000), sound());
    let files = [
        format!("/data/proof={}", alice.write("残疾证明.exe", &proof)),
        format!("/data/said={}", alice.write("口述.mp3", &said)),
        format!("/data/scan={}", alice.write("扫描.png", Village::photograph_bytes())),
    ];
    let opened = town.open(&files, true).good();
    let case = opened["id"].as_str().unwrap();

    let line = Line::to(center.address());
    // Slow enough that the center keeps what came before the cut.
    line.set_up_pace(2_000_000);
    line.set_cut(Cut::up(1_000_000, Manner::Close));
    let told = alice.run(&["sync", "--address", &line.address()]);
    assert!(told["synced"]["cuts"].as_u64() > Some(0), "{told}");
    received_means_held(alice, center).unwrap();
    let all = (proof.len() + said.len() + Village::photograph_bytes().len()) as u64;
    let went_up = line.up_bytes();
    assert!(
        went_up < all + all / 4,
        "it was to go on where it was cut: {went_up} bytes went up for {all}, so it began anew"
    );
    assert_eq!(alice.count("pending_photos"), 0);
    assert_eq!(center.import_waiting(ACCEPTOR), 1);

    let staff = Browser::of(center, "冯静", "acceptor", "");
    let view = staff.ask("case/show", &json!({"id": case}));
    assert_eq!((&view["row"]["photos"], &view["row"]["photos_verified"]), (&json!(3), &json!(3)));
    assert_eq!(view["photos"].as_array().unwrap().len(), 1, "the scan alone is a picture");
    let file = |path: &str| {
        let fields = view["fields"].as_array().unwrap();
        fields.iter().find(|field| field["path"] == path).unwrap()["file"].clone()
    };
    for (path, name, bytes) in
        [("/data/proof", "残疾证明.exe.pdf", &proof), ("/data/said", "口述.mp3", &said)]
    {
        let file = file(path);
        assert_eq!((&file["name"], &file["verified"]), (&json!(name), &json!(true)));
        assert_eq!(file["size_bytes"], json!(bytes.len()));
        let page = staff.get(&format!("/api/case/file/{case}/{}", file["digest"].as_str().unwrap()));
        assert!(page.status == 200 && page.bytes == *bytes, "{path}: {}", page.head);
        assert!(page.head.contains("attachment; filename=\"file."), "{}", page.head);
    }
    let scan = file("/data/scan");
    assert_eq!(scan["name"], json!("扫描.webp"), "a picture is drawn anew");
    let drawn = staff.get(&format!("/api/case/file/{case}/{}", scan["digest"].as_str().unwrap()));
    assert!(drawn.bytes.starts_with(b"RIFF"), "{}", drawn.head);

    let elsewhere = Browser::of(center, "罗远", "acceptor", ELSEWHERE);
    let page = elsewhere.get(&format!("/api/case/file/{case}/{}", scan["digest"].as_str().unwrap()));
    assert_eq!(page.json()["code"], "case_unknown", "{}", page.head);
    both_sides_are_whole(&[alice], center).unwrap();
}

#[test]
fn what_a_question_does_not_take_is_said_and_what_answered_it_before_stays() {
    let mut chance = Chance::seeded("what a question does not take");
    let town = Town::begin();
    let alice = &town.alice;
    let good = format!("/data/proof={}", alice.write("a.pdf", &paper(&mut chance, 5_000)));
    let opened = town.open(&[good], false).good();
    let (case, before) = (opened["id"].as_str().unwrap(), opened["answers"]["/data/proof"].clone());
    let large = paper(&mut chance, 8 * 1024 * 1024 + 1);
    let zip = [b"PK\x03\x04".as_slice(), &[0; 60]].concat();
    for (path, name, bytes, code) in [
        ("/data/proof", "a.pdf", b"MZ\x90\x00\x03\x00\x00\x00".to_vec(), "file_not_taken"),
        ("/data/proof", "a.docx", zip, "file_not_taken"),
        ("/data/proof", "a.txt", b"<html><script>1</script></html>".to_vec(), "file_not_taken"),
        ("/data/proof", "empty.pdf", Vec::new(), "file_not_taken"),
        ("/data/proof", "large.pdf", large, "file_too_large"),
        ("/data/said", "a.mp3", paper(&mut chance, 500), "file_not_taken"),
        ("/data/place", "a.pdf", paper(&mut chance, 500), "answer_unknown"),
    ] {
        let file = format!("{path}={}", alice.write(name, &bytes));
        let answer = alice.ask(&["case", "correct", case, "--file", &file]);
        assert_eq!(answer.code(), code, "{name} at {path}: {answer}");
        let shown = alice.run(&["case", "show", case]);
        assert_eq!(shown["answers"]["/data/proof"], before, "{name} at {path}");
    }
    let replaced = format!("/data/proof={}", alice.write("b.txt", "新的证明\n".as_bytes()));
    let shown = alice.run(&["case", "correct", case, "--file", &replaced]);
    assert_eq!(shown["pictures"].as_array().unwrap().len(), 1, "the other one took its place: {shown}");
    assert_eq!(shown["pictures"][0]["name"], "b.txt");
}

#[test]
fn a_picture_that_a_form_shows_comes_with_the_form() {
    let town = Town::begin();
    let picture = Village::photograph_bytes();
    let address = format!("/api/form/media/{}", Digest::of(picture));
    let staff = Browser::of(&town.center, "冯静", "acceptor", "");
    let page = staff.get(&address);
    assert!(page.status == 200 && page.bytes == picture, "{}", page.head);
    assert!(page.head.contains("content-type: image/jpeg"), "by its bytes, not its name: {}", page.head);
    let stranger = staff.get(&format!("/api/form/media/{}", Digest::of(b"another")));
    assert_eq!(stranger.json()["code"], "photo_unknown", "{}", stranger.head);
    let opened = town.open(&[format!("/data/proof={}", town.alice.write("a.txt", b"text\n"))], true).good();
    town.alice.sync();
    let view = staff.ask("case/show", &json!({"id": opened["id"]}));
    let place =
        view["fields"].as_array().unwrap().iter().find(|field| field["path"] == "/data/place").cloned();
    assert_eq!(place.unwrap()["media"]["image"], json!(Digest::of(picture).to_string()));
}
