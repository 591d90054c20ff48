//! Where requests may come from, and what every answer says to the browser.

use crate::browser::{Browser, Office, TOWNSHIP};
use bangban_center::console::{Door, Settings};
use bangban_center::http::serve_plain;
use bangban_center::staff::Role;
use http_body_util::Full;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HOST, ORIGIN};
use serde_json::json;
use tokio::net::TcpListener;

/// Tries to add a staff member with these headers; the code, '' for success.
async fn try_to_add(browser: &Browser, headers: &[(&str, &str)]) -> String {
    let mut request = browser.request(Method::POST, "/api/staff/add");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let args = json!({"name": "新人", "role": "leader", "scope": TOWNSHIP, "password": "k7mq-x2pa-9fwc"});
    let answer = browser.send(request.body(Full::from(args.to_string())).unwrap()).await;
    if answer.status.is_success() {
        String::new()
    } else {
        format!("{} {}", answer.code(), answer.json()["detail"])
    }
}

#[tokio::test]
async fn what_comes_from_another_page_changes_nothing() {
    let office = Office::open().await;
    let browser = office.at_work("陈管理员", Role::Admin, TOWNSHIP).await;
    let (own, json) = (browser.origin.as_str(), ("content-type", "application/json"));
    for (headers, code) in [
        (vec![json], "not_allowed \"origin\""),
        (vec![json, ("origin", "null")], "not_allowed \"origin\""),
        (vec![json, ("origin", "http://evil.example")], "not_allowed \"origin\""),
        (vec![json, ("origin", &own.replace("http://", "https://"))], "not_allowed \"origin\""),
        (vec![json, ("origin", own), ("sec-fetch-site", "cross-site")], "not_allowed \"origin\""),
        (vec![json, ("origin", own), ("sec-fetch-site", "same-site")], "not_allowed \"origin\""),
        (vec![("origin", own)], "bad_input \"content-type\""),
        (vec![("origin", own), ("content-type", "text/plain")], "bad_input \"content-type\""),
        (
            vec![("origin", own), ("content-type", "application/x-www-form-urlencoded")],
            "bad_input \"content-type\"",
        ),
    ] {
        assert_eq!(try_to_add(&browser, &headers).await, code, "{headers:?}");
    }
    assert_eq!(office.town.center.store().staff().unwrap().len(), 1, "nothing was changed");
    let right = [
        ("origin", own),
        ("content-type", "application/json; charset=utf-8"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert_eq!(try_to_add(&browser, &right).await, "");
    for path in ["/api/event/stream", "/api/photo/00"] {
        let request = browser.request(Method::GET, path).header("sec-fetch-site", "cross-site");
        assert_eq!(
            browser.send(request.body(Full::default()).unwrap()).await.code(),
            "not_allowed",
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_upload_from_another_page_is_refused() {
    let office = Office::open().await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    for (origin, kind) in [
        ("http://evil.example", "application/octet-stream"),
        (browser.origin.as_str(), "multipart/form-data"),
        (browser.origin.as_str(), "text/plain"),
    ] {
        let request = browser
            .request(Method::POST, &format!("/api/upload/piece/{}/0", uuid::Uuid::new_v4()))
            .header(ORIGIN, origin)
            .header(CONTENT_TYPE, kind);
        let answer = browser.send(request.body(Full::from("x")).unwrap()).await;
        assert!(answer.status.is_client_error(), "{origin} {kind}");
    }
}

#[tokio::test]
async fn a_name_that_somebody_else_points_here_is_not_answered() {
    let settings = Settings { origin: Some("https://console.example".into()), ..Settings::default() };
    let office = Office::open_with(settings, Door::Loopback).await;
    let browser = office.browser();
    let port = office.address.port();
    for (host, let_in) in [
        (format!("127.0.0.1:{port}"), true),
        (format!("localhost:{port}"), true),
        (format!("[::1]:{port}"), true),
        ("console.example".to_owned(), true),
        (format!("evil.example:{port}"), false),
        (format!("127.0.0.1.evil.example:{port}"), false),
        (format!("localhost.evil.example:{port}"), false),
        ("console.example.evil.example".to_owned(), false),
    ] {
        let request = hyper::Request::builder().uri("/").header(HOST, &host).body(Full::default()).unwrap();
        assert_eq!(browser.send(request).await.status.is_success(), let_in, "{host}");
    }
    let request = browser.request(Method::POST, "/api/session/me").header(ORIGIN, "https://console.example");
    let request = request.header(CONTENT_TYPE, "application/json").body(Full::from("{}")).unwrap();
    assert_eq!(
        browser.send(request).await.code(),
        "not_signed_in",
        "the proxy's origin is the console's own"
    );
}

#[tokio::test]
async fn every_answer_forbids_what_a_page_need_not_do() {
    let office = Office::open().await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let policy = "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self'; \
                  script-src 'self'; \
                  connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
    for path in
        ["/", "/nowhere.js", "/api/nowhere", "/api/photo/00", "/api/batch/receipt/x", "/api/session/me"]
    {
        let answer = browser.get(path).await;
        assert_eq!(answer.headers["content-security-policy"], policy, "{path}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(answer.headers["x-frame-options"], "DENY", "{path}");
        if path.starts_with("/api/") {
            assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
        }
    }
    let answer = browser.post("status/show", json!({})).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn pages_are_asked_for_anew_their_parts_are_kept_and_come_packed_to_who_can_unpack() {
    let office = Office::open().await;
    let browser = office.browser();
    let page = browser.get("/").await;
    assert_eq!(
        (&page.headers["cache-control"], &page.headers["content-type"]),
        (&"no-cache".parse().unwrap(), &"text/html; charset=utf-8".parse().unwrap())
    );
    assert!(String::from_utf8_lossy(&page.bytes).contains("<title>帮办"));
    assert_eq!(browser.get("/../Cargo.toml").await.status.as_u16(), 404);
    assert_eq!(browser.get("/%2e%2e/index.html").await.status.as_u16(), 404);
    assert_eq!(
        browser.send(browser.request(Method::PUT, "/").body(Full::default()).unwrap()).await.status.as_u16(),
        405
    );
    let text = String::from_utf8_lossy(&page.bytes).into_owned();
    // A page that stands in for the built one has no parts.
    for part in text.split('"').filter(|part| part.starts_with("/assets/")) {
        let answer = browser.get(part).await;
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable", "{part}");
        assert!(!answer.headers.contains_key("content-encoding"), "{part}");
        let packed = browser.request(Method::GET, part).header("accept-encoding", "br, gzip;q=0.8");
        let packed = browser.send(packed.body(Full::default()).unwrap()).await;
        if packed.headers.contains_key("content-encoding") {
            assert!(
                packed.bytes.len() < answer.bytes.len() && packed.bytes.starts_with(&[0x1f, 0x8b]),
                "{part}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_larger_than_any_request_is_refused_and_so_is_what_nobody_can_read() {
    let office = Office::open().await;
    let browser = office.at_work("李科员", Role::Acceptor, TOWNSHIP).await;
    let large = json!({"limit": 1, "more": "x".repeat(3 * 1024 * 1024)});
    assert_eq!(browser.refusal("batch/list", large).await, "bad_input");
    for wrong in [json!(null), json!([]), json!({"limit": -1}), json!({"limit": "1"}), json!({})] {
        assert_eq!(browser.refusal("batch/list", wrong).await, "bad_input");
    }
    assert_eq!(browser.refusal("batch/unheard_of", json!({})).await, "bad_input");
}

#[tokio::test]
async fn plain_http_is_served_on_this_machine_alone() {
    let office = Office::open().await;
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused = serve_plain(listener, axum::Router::new(), std::future::ready(())).await;
    assert!(refused.is_err());
    assert!(office.town.center.identity().tls.is_some());
}
