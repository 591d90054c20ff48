//! A browser as far as the center can tell: one origin, one cookie, real HTTP.

use crate::author::Town;
use bangban_center::console::{Console, Door, Settings};
use bangban_center::http::serve_plain;
use bangban_center::identity::TlsPem;
use bangban_center::staff::{FirstPassword, Role};
use bangban_center::tls::TlsIdentity;
use bangban_model::Digest;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, HeaderMap, ORIGIN, SET_COOKIE};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub const PASSWORD: &str = "Tr4ctor!field";
pub const TOWNSHIP: &str = "420703200";

/// A center whose console is served.
pub struct Office {
    pub town: Town,
    pub address: SocketAddr,
    pub end: watch::Sender<bool>,
    pub served: JoinHandle<std::io::Result<()>>,
}

impl Office {
    pub async fn open() -> Self {
        Self::open_with(Settings::default(), Door::Loopback).await
    }

    pub async fn open_with(settings: Settings, door: Door) -> Self {
        let tls = TlsIdentity::make().unwrap();
        let pem = TlsPem { certificate_pem: tls.certificate_pem().into(), key_pem: tls.key_pem().into() };
        let town = Town::with_tls(Some(pem));
        town.center.folder().keep_address("10.1.2.3:7443").unwrap();
        Self::serve(town, settings, door).await
    }

    /// The same center in a new program, as after a restart; sign-ins stand.
    pub async fn restart(self) -> Self {
        let Office { mut town, end, served, .. } = self;
        end.send(true).unwrap();
        served.await.unwrap().unwrap();
        town.reopen();
        Self::serve(town, Settings::default(), Door::Loopback).await
    }

    async fn serve(town: Town, settings: Settings, door: Door) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, mut ending) = watch::channel(false);
        let console = Console::open(town.center.clone(), settings, ending.clone()).unwrap();
        let served = tokio::spawn(serve_plain(listener, console.router(door), async move {
            let _ = ending.wait_for(|ending| *ending).await;
        }));
        Office { town, address, end, served }
    }

    /// Somebody with a password that need not be changed.
    pub fn engage(&self, name: &str, role: Role, scope: &str) -> String {
        let first = FirstPassword { password: PASSWORD, must_change: false };
        self.town.center.engage_staff(name, role, scope, &first).unwrap().id.to_string()
    }

    pub fn browser(&self) -> Browser {
        Browser {
            address: self.address,
            origin: format!("http://{}", self.address),
            cookie: None,
            english: false,
        }
    }

    /// A browser in which somebody new has signed in.
    pub async fn at_work(&self, name: &str, role: Role, scope: &str) -> Browser {
        self.engage(name, role, scope);
        let mut browser = self.browser();
        browser.sign_in(name, PASSWORD).await.unwrap();
        browser
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

pub struct Browser {
    pub address: SocketAddr,
    pub origin: String,
    pub cookie: Option<String>,
    pub english: bool,
}

impl Browser {
    pub fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.address.to_string());
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if self.english {
            request = request.header("accept-language", "en-GB,en;q=0.8");
        }
        request
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let response = sender.send_request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        connection.abort();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Full::default()).unwrap()).await
    }

    pub async fn post(&self, route: &str, args: Value) -> Answer {
        let request = self
            .request(Method::POST, &format!("/api/{route}"))
            .header(ORIGIN, &self.origin)
            .header(CONTENT_TYPE, "application/json");
        self.send(request.body(Full::from(args.to_string())).unwrap()).await
    }

    /// What a route answers, which must be a success.
    pub async fn ask(&self, route: &str, args: Value) -> Value {
        let answer = self.post(route, args).await;
        assert_eq!(answer.status, StatusCode::OK, "{route}: {}", answer.json());
        answer.json()
    }

    /// The code with which a route refuses.
    pub async fn refusal(&self, route: &str, args: Value) -> String {
        let answer = self.post(route, args).await;
        assert!(answer.status.is_client_error(), "{route}: {} {}", answer.status, answer.json());
        answer.code()
    }

    /// Uploads a batch file as the page does, and waits for what comes of it: what it brought, or the code why not.
    pub async fn upload(&self, bytes: impl Into<Bytes>) -> Answer {
        let bytes = bytes.into();
        let begun = self.begin_upload(&bytes).await;
        if !begun.status.is_success() {
            return begun;
        }
        let line = begun.json();
        let at = usize::try_from(line["held_bytes"].as_u64().unwrap()).unwrap();
        let sent = self.send_piece(&line["id"], at, bytes.slice(at..)).await;
        if !sent.status.is_success() {
            return sent;
        }
        self.take_upload(&line["id"]).await
    }

    pub async fn begin_upload(&self, bytes: &Bytes) -> Answer {
        let mark = Digest::of(bytes);
        let args = json!({"name": "大湖村.bangban", "size_bytes": bytes.len(), "mark": mark});
        self.post("upload/begin", args).await
    }

    pub fn piece(&self, id: &Value, at: usize) -> hyper::http::request::Builder {
        self.request(Method::POST, &format!("/api/upload/piece/{}/{at}", id.as_str().unwrap_or_default()))
            .header(ORIGIN, &self.origin)
            .header(CONTENT_TYPE, "application/octet-stream")
    }

    pub async fn send_piece(&self, id: &Value, at: usize, bytes: Bytes) -> Answer {
        self.send(self.piece(id, at).body(Full::new(bytes)).unwrap()).await
    }

    /// Has an upload taken in, and asks until it is.
    pub async fn take_upload(&self, id: &Value) -> Answer {
        let answer = self.post("upload/take", json!({"id": id})).await;
        if !answer.status.is_success() {
            return answer;
        }
        loop {
            let lines = self.ask("upload/list", json!({})).await;
            let line = lines.as_array().unwrap().iter().find(|line| line["id"] == *id).unwrap();
            match line["state"].as_str().unwrap() {
                "done" => {
                    return Answer { bytes: Bytes::from(line["brought"].to_string()), ..answer };
                }
                "failed" => {
                    let bytes = Bytes::from(line["failure"].to_string());
                    return Answer { status: StatusCode::UNPROCESSABLE_ENTITY, bytes, ..answer };
                }
                _ => {}
            }
        }
    }

    pub async fn sign_in(&mut self, name: &str, password: &str) -> Result<Value, Answer> {
        let answer = self.post("session/sign_in", json!({"name": name, "password": password})).await;
        if answer.status != StatusCode::OK {
            return Err(answer);
        }
        let cookie = answer.headers[SET_COOKIE].to_str().unwrap();
        self.cookie = cookie.split(';').next().map(str::to_owned);
        Ok(answer.json())
    }
}
