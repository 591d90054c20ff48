//! The inbox: batch files by the browser, and what arrives without reload.

use crate::author::{Author, DAHU, FAR, recorded};
use crate::browser::{Browser, Office, TOWNSHIP};
use crate::case::pension_case;
use bangban_center::console::{Door, Settings};
use bangban_center::staff::Role;
use bangban_model::body::{Body, CaseSubmitted};
use bangban_model::{Digest, SubjectId};
use bangban_sync::batch_file::{ReceiptReader, write_batch};
use bangban_sync::{AnswerLine, Manifest, PhotoNote, Signed};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Method;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use uuid::Uuid;

/// A batch file as the laptop writes it to a stick.
pub fn batch_file(office: &Office, alice: &Author, photos: &[&[u8]]) -> Vec<u8> {
    let notes = photos.iter().map(|bytes| PhotoNote::whole(Digest::of(bytes), bytes.len() as u64));
    let last = alice.last_seq();
    let manifest = Manifest { photos: notes.collect(), ..alice.manifest(1, last) };
    let signed = Signed::sign(&manifest, &alice.signing).unwrap();
    let photos: Vec<_> = photos.iter().map(|bytes| Ok(Bytes::copy_from_slice(bytes))).collect();
    let path = office.town.folder.path().join("stick.bangban");
    let file = std::fs::File::create(&path).unwrap();
    write_batch(file, &office.town.center.public().batch_key, &signed, alice.lines(1, last), photos).unwrap();
    std::fs::read(&path).unwrap()
}

#[tokio::test]
async fn a_batch_file_is_received_previewed_imported_and_its_receipt_goes_back() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let photo = vec![5_u8; 70_000];
    let case = alice.submitted_case("SSC", &[&photo]);
    let file = batch_file(&office, &alice, &[&photo]);
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let answer = browser.upload(file.clone()).await;
    let uploaded = answer.json();
    assert_eq!(answer.status.as_u16(), 200, "{uploaded}");
    assert_eq!(
        (&uploaded["entries"], &uploaded["new_entries"], &uploaded["photos"], &uploaded["wanted"]),
        (&json!(5), &json!(5), &json!(1), &json!(0))
    );
    let receipt = browser.get(&format!("/api/batch/receipt/{}", uploaded["receipt"].as_str().unwrap())).await;
    assert!(receipt.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let place = office.town.folder.path().join("back.bangban");
    std::fs::write(&place, &receipt.bytes).unwrap();
    let public = office.town.center.public();
    let reader = ReceiptReader::open(
        std::fs::File::open(&place).unwrap(),
        &alice.opening,
        public.id,
        &public.verifying_key,
        alice.life,
    );
    let lines: Vec<AnswerLine> = reader.unwrap().collect::<Result<_, _>>().unwrap();
    let AnswerLine::Receipt(signed) = &lines[0] else { panic!("the receipt comes first") };
    assert_eq!(signed.verify(&public.verifying_key).unwrap().prefix.unwrap().seq, alice.last_seq());

    let lines = browser.ask("batch/list", json!({"limit": 10})).await;
    let line = &lines[0];
    assert_eq!((&line["id"], &line["channel"]), (&uploaded["batch"], &json!("file")));
    assert_eq!(
        (&line["cases"], &line["photos"], &line["photos_verified"], &line["agents"]),
        (&json!(1), &json!(1), &json!(1), &json!(["周小琴"]))
    );
    let preview = browser.ask("batch/show", json!({"id": line["id"]})).await;
    assert_eq!(
        (&preview["cases"][0]["id"], &preview["cases"][0]["will_import"]),
        (&json!(case), &json!(true))
    );
    let kinds = preview["kinds"].as_array().unwrap();
    assert!(kinds.contains(&json!({"kind": "case_submitted", "count": 1})), "{kinds:?}");
    assert_eq!(
        browser.ask("batch/import", json!({"id": line["id"]})).await,
        json!({"imported": 1, "left": 0})
    );
    let preview = browser.ask("batch/show", json!({"id": line["id"]})).await;
    assert_eq!(preview["cases"][0]["will_import"], json!(false));
    let revision = preview["cases"][0]["revision"].clone();
    browser.ask("case/accept", json!({"id": case, "revision": revision})).await;
    let undone = browser.ask("batch/undo", json!({"id": line["id"]})).await;
    assert_eq!((&undone["taken_off"], &undone["skipped"][0]["id"]), (&json!(0), &json!(case)));

    let again = browser.upload(file).await.json();
    assert_eq!(
        (&again["batch"], &again["new_entries"]),
        (&Value::Null, &json!(0)),
        "the same file again is nothing new"
    );
    assert_ne!(again["receipt"], uploaded["receipt"]);
    office.town.assert_sound();
}

#[tokio::test]
async fn a_receipt_is_for_whoever_brought_the_batch() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    alice.resident("周大山");
    let file = batch_file(&office, &alice, &[]);
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let other = office.at_work("赵科员", Role::Acceptor, TOWNSHIP).await;
    let uploaded = browser.upload(file).await.json();
    let path = format!("/api/batch/receipt/{}", uploaded["receipt"].as_str().unwrap());
    assert_eq!(other.get(&path).await.code(), "batch_unknown");
    assert_eq!(browser.get("/api/batch/receipt/..%2f..%2fcenter.key").await.code(), "batch_unknown");
    assert_eq!(browser.get(&path).await.status.as_u16(), 200);
}

#[tokio::test]
async fn what_is_no_batch_is_damaged_or_too_large_takes_nothing_and_leaves_nothing_behind() {
    let settings = Settings { upload_bytes: 60_000, ..Settings::default() };
    let office = Office::open_with(settings, Door::Loopback).await;
    let mut alice = office.town.author(&[DAHU]).await;
    alice.resident("周大山");
    let file = batch_file(&office, &alice, &[]);
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let mut flipped = file.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x20;
    for (bytes, code) in [
        (b"hello".to_vec(), "not_a_batch"),
        (flipped, "batch_damaged"),
        (file[..file.len() - 7].to_vec(), "batch_damaged"),
        (Vec::new(), "not_a_batch"),
        (vec![7; 60_001], "batch_too_large"),
    ] {
        let answer = browser.upload(bytes).await;
        assert_eq!(answer.code(), code, "{}", answer.json());
    }
    assert_eq!(office.town.center.store().counts().unwrap().entries, 0);
    assert_eq!(std::fs::read_dir(office.town.center.folder().staging()).unwrap().count(), 0);
    assert_eq!(crate::upload::kept_files(&office), 0, "the bytes of what is no use are gone");
    assert_eq!(browser.upload(file).await.status.as_u16(), 200);
}

#[tokio::test]
async fn of_a_batch_for_two_townships_each_sees_and_imports_its_own_part() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU, FAR]).await;
    let here = pension_case(&mut alice, "余桂英");
    let resident = SubjectId(Uuid::new_v4());
    let there = SubjectId(Uuid::new_v4());
    alice.write_in(FAR, &[(resident, recorded("name", "远方人"))]);
    let opened = alice.opened("SSC", resident, &[]);
    alice.write_in(FAR, &[(there, opened), (there, Body::CaseSubmitted(CaseSubmitted {}))]);
    alice.send_all(&office.town).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let line = browser.ask("batch/list", json!({"limit": 10})).await[0].clone();
    assert_eq!((&line["entries"], &line["cases"]), (&json!(5), &json!(1)), "{line}");
    assert_eq!(line["villages"], json!([{"code": DAHU, "name": "大湖村"}]));
    let preview = browser.ask("batch/show", json!({"id": line["id"]})).await;
    assert_eq!((preview["cases"].as_array().unwrap().len(), &preview["cases"][0]["id"]), (1, &json!(here)));
    assert!(!preview.to_string().contains("远方人") && !preview.to_string().contains(FAR), "{preview}");
    assert_eq!(browser.ask("batch/import", json!({"id": line["id"]})).await["imported"], json!(1));
    assert_eq!(browser.refusal("case/show", json!({"id": there})).await, "case_unknown");
    let case = office.town.center.store().case("", there).unwrap().unwrap();
    assert!(case.document.center.is_none(), "what lies elsewhere was not imported");
}

/// A page that listens.
struct Listener {
    body: hyper::body::Incoming,
    heard: String,
}

impl Listener {
    async fn open(browser: &Browser) -> Self {
        let stream = TcpStream::connect(browser.address).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request =
            browser.request(Method::GET, "/api/event/stream").body(Full::<Bytes>::default()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut listener = Listener { body: response.into_body(), heard: String::new() };
        listener.hear("retry:").await;
        listener
    }

    /// Listens until this was said; whether it was, before the end.
    async fn hear(&mut self, word: &str) -> bool {
        let listening = async {
            while !self.heard.contains(word) {
                match self.body.frame().await {
                    Some(Ok(frame)) => {
                        self.heard.push_str(&String::from_utf8_lossy(frame.data_ref().unwrap()))
                    }
                    _ => return false,
                }
            }
            self.heard.clear();
            true
        };
        timeout(Duration::from_secs(30), listening).await.unwrap()
    }
}

#[tokio::test]
async fn what_a_laptop_sends_and_what_another_process_does_appears_without_reload() {
    let mut office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let mut listener = Listener::open(&browser).await;
    let case = pension_case(&mut alice, "余桂英");
    alice.send_all(&office.town).await;
    assert!(listener.hear("event: changed").await, "a laptop's exchange");
    let list = browser.ask("batch/list", json!({"limit": 10})).await;
    assert_eq!(list[0]["cases"], json!(1));
    // The command line on the same folder.
    office.town.reopen();
    let sign_in = office.town.center.sign_in("李科员").unwrap();
    let batch = office.town.center.store().batches("", 1).unwrap()[0].id;
    office.town.center.import_batch(&sign_in, batch).unwrap();
    assert!(listener.hear("event: changed").await, "another process");
    let view = browser.ask("case/show", json!({"id": case})).await;
    assert_eq!(view["row"]["imported"], json!(true));
}

#[tokio::test]
async fn a_stream_ends_with_its_sign_in_and_at_once_with_the_server() {
    let office = Office::open().await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let other = office.at_work("赵科员", Role::Acceptor, TOWNSHIP).await;
    let (mut listener, mut others) = (Listener::open(&browser).await, Listener::open(&other).await);
    browser.ask("session/sign_out", json!({})).await;
    assert!(!listener.hear("nothing more").await, "the stream of whoever signed out ends");
    office.end.send(true).unwrap();
    let ended = timeout(Duration::from_secs(5), office.served).await;
    ended.expect("streams do not hold the server up").unwrap().unwrap();
    assert!(!others.hear("nothing more").await);
}

#[tokio::test]
async fn a_code_for_a_laptop_can_be_typed_and_scanned() {
    let office = Office::open().await;
    let admin = office.at_work("陈管理员", Role::Admin, TOWNSHIP).await;
    let code = admin.ask("laptop/code", json!({"villages": [DAHU]})).await;
    assert_eq!(code["address"], json!("10.1.2.3:7443"));
    assert_eq!(code["expires_at"], json!("2026-03-02T09:10:00.000+08:00"));
    let rows: Vec<&str> = code["qr"].as_array().unwrap().iter().map(|row| row.as_str().unwrap()).collect();
    assert!(rows.len() >= 21 && rows.iter().all(|row| row.len() == rows.len()));
    assert!(
        rows[0].starts_with("11111110") && rows[0].ends_with("01111111"),
        "finder patterns in the corners"
    );
    let read = bangban_sync::enrolment_code::EnrolmentCode::parse(code["code"].as_str().unwrap()).unwrap();
    let alice = Author::new(&[DAHU]);
    let enrolled =
        bangban_sync::SyncProtocol::enrol(&office.town.center, alice.request(read.code)).await.unwrap();
    let lines = admin.ask("laptop/list", json!({})).await;
    assert_eq!((&lines[0]["id"], &lines[0]["agents"]), (&json!(enrolled.laptop), &json!(["周小琴"])));
    for villages in [json!([]), json!(["420703100001"]), json!(["999999999999"]), json!(["x"])] {
        assert_eq!(admin.refusal("laptop/code", json!({"villages": villages})).await, "village_unknown");
    }
}
