//! Passwords, sign-ins, and how long they last.

use crate::browser::{Office, PASSWORD, TOWNSHIP};
use bangban_center::console::{Door, Settings};
use bangban_center::staff::{FirstPassword, Role};
use http_body_util::Full;
use hyper::Method;
use hyper::header::SET_COOKIE;
use serde_json::json;

#[tokio::test]
async fn who_signs_in_is_known_until_she_signs_out() {
    let office = Office::open().await;
    let mut browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let me = browser.ask("session/me", json!({})).await;
    assert_eq!(
        (&me["name"], &me["role"], &me["scope_name"]),
        (&json!("李科员"), &json!("acceptor"), &json!("临江乡"))
    );
    assert_eq!(
        me["can"],
        json!({"accept": true, "confirm": false, "settle": true, "oversee": false, "administer": false})
    );
    assert!(me["villages"].as_array().unwrap().contains(&json!({"code": "420703200209", "name": "大湖村"})));
    let answer = browser.post("session/sign_out", json!({})).await;
    assert!(answer.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(
        browser.refusal("session/me", json!({})).await,
        "not_signed_in",
        "the old cookie is worth nothing"
    );
    browser.cookie = Some("bangban=made-up".into());
    assert_eq!(browser.refusal("session/me", json!({})).await, "not_signed_in");
}

#[tokio::test]
async fn the_cookie_is_for_this_site_alone_and_behind_tls_for_tls_alone() {
    for (door, origin, start, secure) in [
        (Door::Loopback, None, "bangban=", false),
        (Door::Tls, None, "__Host-bangban=", true),
        (Door::Loopback, Some("https://console.example"), "__Host-bangban=", true),
    ] {
        let settings = Settings { origin: origin.map(str::to_owned), ..Settings::default() };
        let office = Office::open_with(settings, door).await;
        office.engage("李科员", Role::Acceptor, TOWNSHIP);
        let mut browser = office.browser();
        browser.origin = match (door, origin) {
            (_, Some(origin)) => origin.to_owned(),
            (Door::Tls, None) => format!("https://{}", office.address),
            _ => browser.origin,
        };
        let answer = browser.post("session/sign_in", json!({"name": "李科员", "password": PASSWORD})).await;
        let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with(start), "{cookie}");
        assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
    }
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_answer_alike_and_are_locked_out_alike() {
    let office = Office::open().await;
    office.engage("李科员", Role::Acceptor, TOWNSHIP);
    let mut browser = office.browser();
    for name in ["李科员", "没有这个人"] {
        for attempt in 1..=5 {
            let refused = browser.sign_in(name, "wrong-password-1").await.unwrap_err();
            assert_eq!(
                (refused.status.as_u16(), refused.code().as_str()),
                (403, "wrong_password"),
                "try {attempt}"
            );
        }
        let refused = browser.sign_in(name, PASSWORD).await.unwrap_err();
        assert_eq!(
            (refused.status.as_u16(), refused.json()),
            (429, json!({"code": "locked_out", "detail": "5"})),
            "{name}"
        );
    }
    office.town.pass_minutes(4);
    assert_eq!(browser.sign_in("李科员", PASSWORD).await.unwrap_err().code(), "locked_out");
    office.town.pass_minutes(2);
    browser.sign_in("李科员", PASSWORD).await.unwrap();
    for _ in 0..4 {
        browser.sign_in("李科员", "wrong-password-1").await.unwrap_err();
    }
    browser.sign_in("李科员", PASSWORD).await.unwrap();
    let refused = browser.sign_in("李科员", "wrong-password-1").await.unwrap_err();
    assert_eq!(refused.code(), "wrong_password", "a right one in between forgets the wrong ones");
}

#[tokio::test]
async fn many_tries_at_once_are_no_more_than_one_after_the_other() {
    let office = Office::open().await;
    office.engage("李科员", Role::Acceptor, TOWNSHIP);
    let tries = (0..12).map(|_| {
        let mut browser = office.browser();
        async move { browser.sign_in("李科员", "wrong-password-1").await.unwrap_err().code() }
    });
    let codes = futures_util::future::join_all(tries).await;
    assert_eq!(codes.iter().filter(|code| *code == "wrong_password").count(), 5, "{codes:?}");
}

#[tokio::test]
async fn an_administrator_who_gives_a_new_password_opens_a_locked_name() {
    let office = Office::open().await;
    let id = office.engage("李科员", Role::Acceptor, TOWNSHIP);
    let admin = office.at_work("陈管理员", Role::Admin, TOWNSHIP).await;
    let mut browser = office.browser();
    for _ in 0..5 {
        browser.sign_in("李科员", "wrong-password-1").await.unwrap_err();
    }
    admin.ask("staff/set_password", json!({"id": id, "password": "another-One-9"})).await;
    assert_eq!(browser.sign_in("李科员", PASSWORD).await.unwrap_err().code(), "wrong_password");
    let me = browser.sign_in("李科员", "another-One-9").await.unwrap();
    assert_eq!(me["must_change_password"], json!(true));
}

#[tokio::test]
async fn a_sign_in_ends_after_half_an_hour_without_a_person_and_after_twelve_hours_with_one() {
    let office = Office::open().await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    for _ in 0..24 {
        office.town.pass_minutes(29);
        browser.ask("status/show", json!({})).await;
    }
    office.town.pass_minutes(25);
    assert_eq!(browser.refusal("status/show", json!({})).await, "not_signed_in", "twelve hours are over");
    let mut browser = office.browser();
    browser.sign_in("李科员", PASSWORD).await.unwrap();
    office.town.pass_minutes(20);
    let quiet = browser
        .request(Method::POST, "/api/status/show")
        .header("origin", &browser.origin)
        .header("content-type", "application/json")
        .header("x-bangban-quiet", "1");
    assert!(browser.send(quiet.body(Full::from("{}")).unwrap()).await.status.is_success());
    office.town.pass_minutes(10);
    let refused = browser.refusal("status/show", json!({})).await;
    assert_eq!(refused, "not_signed_in", "what the page fetches by itself keeps nobody signed in");
}

#[tokio::test]
async fn a_password_from_somebody_else_has_to_be_changed_before_anything_else() {
    let office = Office::open().await;
    let first = FirstPassword { password: "first-Pass-1", must_change: true };
    office.town.center.engage_staff("李科员", Role::Acceptor, TOWNSHIP, &first).unwrap();
    let (mut browser, mut other) = (office.browser(), office.browser());
    browser.sign_in("李科员", "first-Pass-1").await.unwrap();
    other.sign_in("李科员", "first-Pass-1").await.unwrap();
    assert_eq!(browser.refusal("status/show", json!({})).await, "must_change_password");
    assert_eq!(browser.get("/api/event/stream").await.code(), "must_change_password");
    let change = |old: &str, new: &str| json!({"old": old, "new": new});
    for (old, new, code) in [
        ("first-Pass-2", PASSWORD, "wrong_password"),
        ("first-Pass-1", "short", "weak_password"),
        ("first-Pass-1", "first-Pass-1", "weak_password"),
    ] {
        assert_eq!(browser.refusal("session/change_password", change(old, new)).await, code);
    }
    let me = browser.ask("session/change_password", change("first-Pass-1", PASSWORD)).await;
    assert_eq!(me["must_change_password"], json!(false));
    browser.ask("status/show", json!({})).await;
    assert_eq!(other.refusal("session/me", json!({})).await, "not_signed_in", "her other sign-ins ended");
    assert_eq!(other.sign_in("李科员", "first-Pass-1").await.unwrap_err().code(), "wrong_password");
}

#[tokio::test]
async fn who_leaves_is_out_at_once_and_stays_in_the_list() {
    let office = Office::open().await;
    let id = office.engage("李科员", Role::Acceptor, TOWNSHIP);
    let admin = office.at_work("陈管理员", Role::Admin, TOWNSHIP).await;
    let mut browser = office.browser();
    browser.sign_in("李科员", PASSWORD).await.unwrap();
    let lines = admin.ask("staff/close", json!({"id": id})).await;
    let line = lines.as_array().unwrap().iter().find(|line| line["id"] == json!(id)).unwrap();
    assert!(line["closed_at"].is_string() && line["has_password"] == json!(false), "{line}");
    assert_eq!(browser.refusal("session/me", json!({})).await, "not_signed_in");
    assert_eq!(browser.sign_in("李科员", PASSWORD).await.unwrap_err().code(), "wrong_password");
    assert_eq!(admin.refusal("staff/close", json!({"id": id})).await, "staff_unknown");
    let me = admin.ask("session/me", json!({})).await;
    assert_eq!(
        admin.refusal("staff/close", json!({"id": me["id"]})).await,
        "not_allowed",
        "nobody closes herself"
    );
    // The name is free again, and the one who left stays who they were.
    office.engage("李科员", Role::Leader, TOWNSHIP);
}

#[tokio::test]
async fn a_name_that_two_have_says_nobody_but_their_ids_do() {
    let office = Office::open().await;
    let id = office.engage("李科员", Role::Acceptor, TOWNSHIP);
    let first = FirstPassword { password: PASSWORD, must_change: false };
    let refused = office.town.center.engage_staff("李科员", Role::Leader, TOWNSHIP, &first).unwrap_err();
    assert_eq!(refused.code(), bangban_model::Code::NameTaken);
    office.town.center.add_staff("李科员", Role::Leader, TOWNSHIP).unwrap();
    let mut browser = office.browser();
    assert_eq!(browser.sign_in("李科员", PASSWORD).await.unwrap_err().code(), "wrong_password");
    browser.sign_in(&id, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn passwords_and_tokens_are_nowhere_in_the_store() {
    let office = Office::open().await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let folder = office.town.center.folder();
    let connection = bangban_ledger::database::open(
        &folder.database(),
        &folder.read_key().unwrap(),
        &bangban_center::store::embedded::MIGRATIONS,
    )
    .unwrap();
    let kept: String = connection.query_row("SELECT password FROM staff", [], |row| row.get(0)).unwrap();
    assert!(kept.starts_with("$argon2id$v=19$m=32768,t=2,p=1$"));
    let hash: Vec<u8> =
        connection.query_row("SELECT token_hash FROM staff_session", [], |row| row.get(0)).unwrap();
    let token = browser.cookie.unwrap().split_once('=').unwrap().1.to_owned();
    assert_eq!(hash.len(), 32);
    assert!(!String::from_utf8_lossy(&hash).contains(&token));
}
