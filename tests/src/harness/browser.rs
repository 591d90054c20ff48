//! A staff member's browser, without its screen: the console's routes over plain HTTP on this machine.

use crate::harness::Center;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

/// A password that the center takes.
const PASSWORD: &str = "Jiangbei-31-liulan";

/// Somebody who is signed in.
pub struct Browser {
    host: String,
    cookie: String,
}

/// What came back.
pub struct Page {
    /// The status.
    pub status: u16,
    /// The lines before the body.
    pub head: String,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Page {
    /// The body, read as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

impl Browser {
    /// Engages somebody new and signs them in; an empty scope is the whole center.
    pub fn of(center: &Center, name: &str, role: &str, scope: &str) -> Self {
        let mut words = vec!["staff", "add", "--name", name, "--role", role, "--password-stdin"];
        if !scope.is_empty() {
            words.extend(["--scope", scope]);
        }
        let mut command = center.command(&words);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{name} cannot be engaged");
        let mut browser = Browser { host: center.console().to_owned(), cookie: String::new() };
        let signed_in = browser.post("session/sign_in", &json!({"name": name, "password": PASSWORD}));
        assert_eq!(signed_in.status, 200, "{}", signed_in.json());
        let line =
            signed_in.head.lines().find(|line| line.to_lowercase().starts_with("set-cookie:")).unwrap();
        line.split([':', ';']).nth(1).unwrap().trim().clone_into(&mut browser.cookie);
        browser
    }

    /// GET.
    pub fn get(&self, path: &str) -> Page {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), b"")
    }

    /// POST of a route of the API.
    pub fn post(&self, route: &str, arguments: &Value) -> Page {
        let body = arguments.to_string();
        let head = format!(
            "POST /api/{route} HTTP/1.1\r\nOrigin: http://{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            self.host,
            body.len()
        );
        self.send(&head, body.as_bytes())
    }

    /// What a route answers, which must be a success.
    #[track_caller]
    pub fn ask(&self, route: &str, arguments: &Value) -> Value {
        let page = self.post(route, arguments);
        assert_eq!(page.status, 200, "{route}: {}", page.json());
        page.json()
    }

    fn send(&self, head: &str, body: &[u8]) -> Page {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let rest = format!("Host: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n", self.host, self.cookie);
        stream.write_all(&[head.as_bytes(), rest.as_bytes(), body].concat()).unwrap();
        let mut said = Vec::new();
        stream.read_to_end(&mut said).unwrap();
        let end = said.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(said.get(..end).unwrap()).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        Page { status, head, bytes: said.get(end + 4..).unwrap().to_vec() }
    }
}
