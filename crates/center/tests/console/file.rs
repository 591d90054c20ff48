//! Files that answer questions, as staff get them; what the form says of an answer, in the reader's language.

use crate::author::{Author, DAHU, FAR, frame};
use crate::browser::{Browser, Office, TOWNSHIP};
use bangban_catalogue::Catalogue;
use bangban_center::staff::Role;
use bangban_model::body::{Body, CaseOpened, CaseSubmitted, FieldSet};
use bangban_model::photo::{PhotoField, photo_path};
use bangban_model::{Digest, SubjectId};
use serde_json::{Value, json};
use uuid::Uuid;

const PAPER: &[u8] = b"%PDF-1.7 a certificate <script>alert(1)</script>";

/// A case of the social security card with a file in it, by the form of this program.
fn case_with_file(alice: &mut Author, name: &str) -> SubjectId {
    let version = Catalogue::built_in().unwrap().item("SSC").unwrap();
    let field = PhotoField {
        slot: "/data/card/proof".into(),
        size_bytes: PAPER.len() as u64,
        source: "file".into(),
        name: Some(name.to_owned()),
        media: Some("application/pdf".into()),
        ..Default::default()
    };
    let set = FieldSet::from([
        (photo_path(Digest::of(PAPER)), serde_json::to_value(field).unwrap()),
        ("/data/card/method".into(), "visit".into()),
    ]);
    let opened = CaseOpened {
        item: "SSC".into(),
        form_version: "1".into(),
        form_digest: version.newest().unwrap().digest,
        resident: alice.resident("余桂英"),
        household: None,
        visit: None,
        bundle: None,
        catalogue: None,
        set,
    };
    let case = SubjectId(Uuid::new_v4());
    alice.write(&[(case, Body::CaseOpened(opened)), (case, Body::CaseSubmitted(CaseSubmitted {}))]);
    case
}

async fn import_everything(browser: &Browser) {
    for batch in browser.ask("batch/list", json!({"limit": 100})).await.as_array().unwrap() {
        browser.ask("batch/import", json!({"id": batch["id"]})).await;
    }
}

#[tokio::test]
async fn a_file_is_given_out_whole_only_to_keep_and_only_in_scope() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = case_with_file(&mut alice, "残疾\"证\r\n明.pdf");
    alice.send_all(&office.town).await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let address = format!("/api/case/file/{case}/{}", Digest::of(PAPER));
    let early = browser.get(&address).await;
    assert_eq!((early.status.as_u16(), early.code().as_str()), (404, "case_unknown"), "it is not here yet");
    let row = browser.ask("case/show", json!({"id": case})).await["row"].clone();
    assert_eq!((&row["photos"], &row["photos_verified"]), (&json!(1), &json!(0)), "it is to arrive");

    alice.send_frames(&office.town, vec![frame(PAPER, 0, PAPER.len())]).await;
    let view = browser.ask("case/show", json!({"id": case})).await;
    assert_eq!((&view["row"]["photos_verified"], &view["photos"]), (&json!(1), &json!([])), "no picture");
    let picture = format!("/api/photo/{}", Digest::of(PAPER));
    for path in [&address, &picture] {
        let kept = browser.get(path).await;
        assert_eq!(kept.bytes, PAPER, "{path}");
        let header = |name: &str| kept.headers[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/octet-stream");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
        assert!(header("content-disposition").starts_with("attachment; "), "{path}");
    }
    let named = browser.get(&address).await.headers["content-disposition"].to_str().unwrap().to_owned();
    assert!(named.ends_with("filename*=UTF-8''%E6%AE%8B%E7%96%BE%22%E8%AF%81%0D%0A%E6%98%8E.pdf"), "{named}");

    let far = office.at_work("远处", Role::Acceptor, FAR).await;
    for path in [&address, &picture] {
        assert_eq!(far.get(path).await.code(), "case_unknown", "{path} lies outside the scope");
    }
    let other = format!("/api/case/file/{case}/{}", Digest::of(b"another"));
    assert_eq!(browser.get(&other).await.code(), "case_unknown");
}

#[tokio::test]
async fn why_an_answer_cannot_stand_is_told_in_the_language_of_who_reads_it() {
    let office = Office::open().await;
    let mut alice = office.town.author(&[DAHU]).await;
    let case = case_with_file(&mut alice, "a.pdf");
    alice.send_all(&office.town).await;
    let mut browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    import_everything(&browser).await;
    let reasons = |view: &Value| -> Vec<String> {
        let invalid = view["invalid"].as_array().unwrap().iter();
        invalid.map(|one| one["reason"].as_str().unwrap().to_owned()).collect()
    };
    let chinese = reasons(&browser.ask("case/show", json!({"id": case})).await);
    browser.english = true;
    let english = reasons(&browser.ask("case/show", json!({"id": case})).await);
    assert!(!chinese.is_empty() && chinese.len() == english.len());
    assert!(chinese.iter().all(|reason| !reason.is_ascii()), "{chinese:?}");
    assert!(english.iter().all(|reason| reason.is_ascii()), "{english:?}");
}
