//! Batch files on their way up: cut, gone on with, put away, swept; taken once all of them is here.

use crate::author::{Author, DAHU};
use crate::batch::batch_file;
use crate::browser::{Browser, Office, TOWNSHIP};
use bangban_center::console::{Door, Settings};
use bangban_center::staff::Role;
use bytes::Bytes;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Files whose bytes lie at the center.
pub fn kept_files(office: &Office) -> usize {
    files_of(office, "bangban").len()
}

fn files_of(office: &Office, ending: &str) -> Vec<PathBuf> {
    let Ok(files) = fs::read_dir(office.town.center.folder().uploads()) else { return Vec::new() };
    let paths = files.map(|file| file.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|own| own == ending)).collect()
}

/// A batch with three photos, which do not shrink.
async fn batch(office: &Office) -> (Author, Bytes) {
    let mut alice = office.town.author(&[DAHU]).await;
    let photos: Vec<Vec<u8>> =
        (0..3).map(|seed| bangban_keys::random_bytes::<4096>().unwrap().repeat(30 + seed)).collect();
    let photos: Vec<&[u8]> = photos.iter().map(Vec::as_slice).collect();
    alice.submitted_case("SSC", &photos);
    let file = batch_file(office, &alice, &photos);
    (alice, file.into())
}

/// Sends the head of a request for all of these bytes, and so many of them; then the line goes dead, as a cable does that
/// is pulled.
async fn cut_after(browser: &Browser, id: &Value, bytes: &Bytes, sent: usize) {
    let request = browser.piece(id, 0).body(()).unwrap();
    let mut head = format!("POST {} HTTP/1.1\r\ncontent-length: {}\r\n", request.uri(), bytes.len());
    for (name, value) in request.headers() {
        head += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    let mut stream = TcpStream::connect(browser.address).await.unwrap();
    stream.write_all((head + "\r\n").as_bytes()).await.unwrap();
    stream.write_all(&bytes[..sent]).await.unwrap();
    // What was sent is read before the end is seen; the center says something of the cut, which nobody needs.
    stream.shutdown().await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

async fn line_of(browser: &Browser, id: &Value) -> Value {
    let lines = browser.ask("upload/list", json!({})).await;
    lines.as_array().unwrap().iter().find(|line| line["id"] == *id).cloned().unwrap_or_default()
}

#[tokio::test]
async fn a_cut_upload_goes_on_from_what_is_here_also_after_a_restart_and_is_taken_once_it_is_whole() {
    let office = Office::open().await;
    let (alice, file) = batch(&office).await;
    let mut browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let begun = browser.begin_upload(&file).await.json();
    assert_eq!((&begun["held_bytes"], &begun["state"]), (&json!(0), &json!("coming")));
    let id = begun["id"].clone();
    let half = file.len() / 2;
    cut_after(&browser, &id, &file, half).await;
    assert_eq!(line_of(&browser, &id).await["held_bytes"], json!(half), "what came before the cut stays");
    assert_eq!(
        browser.refusal("upload/take", json!({"id": id})).await,
        "bad_input",
        "half a file is not taken"
    );

    let office = office.restart().await;
    browser.address = office.address;
    browser.origin = format!("http://{}", office.address);
    let again = browser.begin_upload(&file).await.json();
    assert_eq!((&again["id"], &again["held_bytes"]), (&id, &json!(half)), "the same file is known again");
    // Some of it was on its way twice.
    let line = browser.send_piece(&id, half - 1000, file.slice(half - 1000..)).await.json();
    assert_eq!((&line["held_bytes"], &line["state"]), (&json!(file.len()), &json!("whole")));
    assert_eq!(
        office.town.center.store().counts().unwrap().entries,
        0,
        "nothing is taken before it is asked for"
    );

    // The program ends before anybody says so: the bytes are enough, the browser need not have the file any more.
    let office = office.restart().await;
    browser.address = office.address;
    browser.origin = format!("http://{}", office.address);
    assert_eq!(line_of(&browser, &id).await["state"], json!("whole"));
    let brought = browser.take_upload(&id).await.json();
    assert_eq!(
        (&brought["new_entries"], &brought["photos"], &brought["wanted"]),
        (&json!(alice.last_seq()), &json!(3), &json!(0)),
        "{brought}"
    );
    assert_eq!(kept_files(&office), 0, "its bytes are not kept twice");
    let line = line_of(&browser, &id).await;
    assert_eq!((&line["state"], &line["brought"]["receipt"]), (&json!("done"), &brought["receipt"]));
    let receipt = browser.get(&format!("/api/batch/receipt/{}", brought["receipt"].as_str().unwrap())).await;
    assert_eq!(receipt.status.as_u16(), 200);
    office.town.assert_sound();
}

#[tokio::test]
async fn a_file_that_is_taken_shows_how_far_it_is_and_is_taken_once() {
    let office = Office::open().await;
    let (_, file) = batch(&office).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let id = browser.begin_upload(&file).await.json()["id"].clone();
    browser.send_piece(&id, 0, file.clone()).await;
    let first = browser.ask("upload/take", json!({"id": id})).await;
    let states = ["queued", "checking", "taking", "done"];
    assert!(states.contains(&first["state"].as_str().unwrap()), "{first}");
    if let Some(work) = first["work"].as_object() {
        assert!(work["done_bytes"].as_u64() <= work["all_bytes"].as_u64(), "{first}");
    }
    assert_eq!(browser.take_upload(&id).await.status.as_u16(), 200);
    let batches = office.town.center.store().batches("", 10).unwrap();
    assert_eq!(batches.len(), 1, "asked for many times, taken once");
}

#[tokio::test]
async fn nobody_sees_or_touches_the_upload_of_another() {
    let office = Office::open().await;
    let (_, file) = batch(&office).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let other = office.at_work("赵管理员", Role::Admin, TOWNSHIP).await;
    let id = browser.begin_upload(&file).await.json()["id"].clone();
    browser.send_piece(&id, 0, file.slice(..1000)).await;
    assert_eq!(other.ask("upload/list", json!({})).await, json!([]));
    assert_eq!(other.send_piece(&id, 1000, file.slice(1000..)).await.code(), "batch_unknown");
    for route in ["upload/take", "upload/discard"] {
        assert_eq!(other.refusal(route, json!({"id": id})).await, "batch_unknown", "{route}");
    }
    let theirs = other.begin_upload(&file).await.json();
    assert!(theirs["id"] != id && theirs["held_bytes"] == json!(0), "the same file of two is two uploads");
    assert_eq!(line_of(&browser, &id).await["held_bytes"], json!(1000));
}

#[tokio::test]
async fn what_is_put_away_is_gone_and_bytes_that_do_not_fit_are_refused() {
    let office = Office::open().await;
    let (_, file) = batch(&office).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let id = browser.begin_upload(&file).await.json()["id"].clone();
    browser.send_piece(&id, 0, file.slice(..1000)).await;
    let beyond = browser.send_piece(&id, 2000, file.slice(2000..3000)).await;
    assert_eq!(beyond.code(), "bad_input", "no gap");
    let longer = [file.as_ref(), b"more".as_slice()].concat();
    assert_eq!(browser.send_piece(&id, 0, longer.into()).await.code(), "batch_too_large");
    assert_eq!(browser.ask("upload/discard", json!({"id": id})).await, json!([]));
    assert_eq!((kept_files(&office), files_of(&office, "json").len()), (0, 0));
    assert_eq!(browser.send_piece(&id, 1000, file.slice(1000..)).await.code(), "batch_unknown");
    let again = browser.begin_upload(&file).await.json();
    assert_eq!(again["held_bytes"], json!(0), "it begins anew");
    // Of a copy that was damaged on the way nothing is gone on with, although its ends are the same.
    let mut damaged = file.to_vec();
    damaged[file.len() / 2] ^= 1;
    browser.send_piece(&again["id"], 0, damaged.into()).await;
    assert_eq!(browser.take_upload(&again["id"]).await.code(), "batch_damaged");
    let better = browser.begin_upload(&file).await.json();
    assert!(better["id"] != again["id"] && better["held_bytes"] == json!(0), "{better}");
    // Another file of the same name and size is another file.
    let mut flipped = file.to_vec();
    flipped[0] ^= 1;
    let other = browser.begin_upload(&flipped.into()).await.json();
    assert!(other["id"] != again["id"] && other["id"] != better["id"]);
}

#[tokio::test]
async fn what_failed_at_the_center_is_tried_again_without_sending_it_again() {
    let office = Office::open().await;
    let (_, file) = batch(&office).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    // After a restore no file is taken before somebody looked through the laptops.
    office.town.center.begin_recovery().unwrap();
    let refused = browser.upload(file.clone()).await;
    assert_eq!(refused.code(), "center_recovering");
    assert_eq!(kept_files(&office), 1, "the bytes are wanted again");
    let admin = office.at_work("陈管理员", Role::Admin, "").await;
    admin.ask("recovery/confirm", json!({})).await;
    let id = browser.ask("upload/list", json!({})).await[0]["id"].clone();
    assert_eq!(browser.take_upload(&id).await.json()["photos"], json!(3));
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_swept() {
    let office = Office::open().await;
    let (_, file) = batch(&office).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let begun = |mark: &'static str| json!({"name": mark, "size_bytes": 5000, "mark": mark.repeat(64)});
    let fresh = browser.ask("upload/begin", begun("1")).await["id"].clone();
    let old = browser.ask("upload/begin", begun("2")).await["id"].clone();
    let copy = office.town.center.folder().staging().join("left.bangban");
    fs::write(&copy, "left by a program that was killed").unwrap();
    let aged: Vec<PathBuf> =
        [files_of(&office, "json"), files_of(&office, "bangban"), vec![copy.clone()]].concat();
    let long_ago = SystemTime::now() - Duration::from_secs(8 * 24 * 60 * 60);
    let spared = fresh.as_str().unwrap().replace('-', "");
    for path in aged.iter().filter(|path| !path.to_string_lossy().contains(&spared)) {
        File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
    }
    browser.begin_upload(&file).await;
    office.town.center.tidy_up();
    let lines = browser.ask("upload/list", json!({})).await;
    let ids: Vec<&Value> = lines.as_array().unwrap().iter().map(|line| &line["id"]).collect();
    assert!(ids.contains(&&fresh) && !ids.contains(&&old) && ids.len() == 2, "{lines}");
    assert!(!copy.exists(), "a copy that a killed program left is gone too");
}

#[tokio::test]
async fn files_leave_room_on_the_disk_and_one_person_fills_no_more_than_her_share() {
    let share = Settings { upload_bytes: 1_000, spare_bytes: 0, ..Settings::default() };
    let office = Office::open_with(share, Door::Loopback).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let other = office.at_work("赵科员", Role::Acceptor, TOWNSHIP).await;
    let begin = |size: u64, mark: u8| json!({"name": "a.bangban", "size_bytes": size, "mark": bangban_model::Digest([mark; 32])});
    let first = browser.ask("upload/begin", begin(700, 1)).await;
    assert_eq!(browser.refusal("upload/begin", begin(301, 2)).await, "batch_too_large");
    browser.ask("upload/begin", begin(300, 3)).await;
    other.ask("upload/begin", begin(1_000, 4)).await;
    browser.ask("upload/begin", begin(700, 1)).await;
    browser.ask("upload/discard", json!({"id": first["id"]})).await;
    browser.ask("upload/begin", begin(700, 5)).await;

    let full = Settings { spare_bytes: u64::MAX, ..Settings::default() };
    let office = Office::open_with(full, Door::Loopback).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let refused = browser.post("upload/begin", begin(1, 1)).await;
    assert_eq!((refused.code(), refused.status.as_u16()), ("disk_full".into(), 507));
    assert_eq!(kept_files(&office), 0);
}
