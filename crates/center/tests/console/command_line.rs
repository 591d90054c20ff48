//! The console as the program serves it: passwords from the command line, one line that says where it is, a quick end.

use crate::browser::{Browser, PASSWORD};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn program(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bangban-center"));
    command.arg("--data").arg(data).args(words).stderr(Stdio::null());
    command
}

/// What a command prints as its one JSON object, given this on its standard input.
fn run(data: &Path, words: &[&str], input: &str) -> Value {
    let mut child =
        program(data, words).arg("--json").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

struct Serving {
    child: Child,
    console: String,
}

impl Serving {
    fn begin(data: &Path) -> Self {
        let mut child = program(data, &["serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        Serving { child, console: said["console"].as_str().unwrap().to_owned() }
    }

    fn browser(&self) -> Browser {
        let origin = self.console.trim_end_matches('/').to_owned();
        let address = origin.trim_start_matches("http://").parse().unwrap();
        Browser { address, origin, cookie: None, english: false }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn passwords_come_from_the_command_line_and_open_the_console_that_serve_names() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    run(data, &["init", "--demo"], "");
    let added =
        run(data, &["staff", "add", "--name", "周科员", "--role", "acceptor", "--scope", "420703200"], "");
    let first = added["password"].as_str().unwrap().to_owned();
    let twice = run(data, &["staff", "add", "--name", "周科员", "--role", "leader"], "");
    assert_eq!(twice["error"]["code"], json!("name_taken"));
    let set = run(data, &["staff", "set-password", "李科员", "--password-stdin"], &format!("{PASSWORD}\r\n"));
    assert!(
        set["staff"][0]["name"] == "李科员" && set.get("password").is_none(),
        "it is not told again: {set}"
    );
    let weak = run(data, &["staff", "set-password", "李科员", "--password-stdin"], "12345\n");
    assert_eq!(weak["error"]["code"], json!("weak_password"));

    let mut serving = Serving::begin(data);
    let mut browser = serving.browser();
    let me = browser.sign_in("周科员", &first).await.unwrap();
    assert_eq!(me["must_change_password"], json!(true));
    let me = browser.sign_in("李科员", PASSWORD).await.unwrap();
    assert_eq!(me["must_change_password"], json!(false), "whoever wrote the script chose it");
    let again = run(data, &["staff", "set-password", "李科员"], "");
    assert_eq!(
        browser.refusal("session/me", json!({})).await,
        "not_signed_in",
        "sign-ins end with the old password"
    );
    browser.sign_in("李科员", again["password"].as_str().unwrap()).await.unwrap();
    run(data, &["staff", "close", "李科员"], "");
    assert_eq!(browser.refusal("session/me", json!({})).await, "not_signed_in", "who leaves is out at once");
    let left = run(data, &["case", "list", "--as", "李科员"], "");
    assert_eq!(left["error"]["code"], json!("staff_unknown"), "at the machine too");

    browser.sign_in("周科员", &first).await.unwrap();
    let change = json!({"old": first, "new": PASSWORD});
    browser.ask("session/change_password", change).await;
    let listening = tokio::spawn(async move { browser.get("/api/event/stream").await.bytes });
    let other = serving.browser();
    other.get("/").await;
    Command::new("kill").args(["-TERM", &serving.child.id().to_string()]).status().unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(8), listening).await;
    assert!(heard.is_ok(), "an open stream ends with the server");
    assert!(serving.child.wait().unwrap().success());
}

#[test]
fn a_console_for_others_is_not_served_without_tls() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["init", "--demo"], "");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let refused = run(folder.path(), &["serve", "--console", address], "");
        assert_eq!(
            (&refused["error"]["code"], &refused["error"]["detail"]),
            (&json!("bad_input"), &json!("console")),
            "{address}"
        );
    }
    for (option, value) in [
        ("--console-origin", "console.example"),
        ("--console-origin", "https://a/b"),
        ("--idle-minutes", "0"),
    ] {
        let refused = run(folder.path(), &["serve", option, value], "");
        assert_eq!(refused["error"]["code"], json!("bad_input"), "{option} {value}");
    }
}

const GUIDE: &str = r#"
code = "DEMO_GUIDE"
name = "村庄便民车"
short_name = "便民车"
department = "交通"
category = "life"
valid_from = 2026-11-20
"#;

#[test]
fn an_items_folder_is_published_as_the_check_passes_it_and_refused_by_file_and_cell() {
    let (folder, item) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = folder.path();
    run(data, &["init", "--demo"], "");
    let path = item.path().to_str().unwrap();
    let publish = || run(data, &["item", "publish", path, "--as", "陈管理员"], "");
    assert_eq!(publish()["error"]["code"], json!("item_unknown"), "nothing lies there");

    let card = item.path().join("item.toml");
    let broken = GUIDE.replace("\"life\"", "\"cars\"").replace("DEMO_GUIDE", "demo");
    std::fs::write(&card, format!("{broken}[[materials]]\nname = \"身份证\"\n")).unwrap();
    let said = publish();
    let cells: Vec<(&Value, &Value)> =
        said["errors"].as_array().unwrap().iter().map(|found| (&found["file"], &found["cell"])).collect();
    for cell in ["category", "materials[1].id"] {
        assert!(cells.contains(&(&json!("item.toml"), &json!(cell))), "{cell}: {said}");
    }
    let plain = program(data, &["item", "publish", path, "--as", "陈管理员"]).output().unwrap();
    assert_eq!(plain.status.code(), Some(1));
    let plain = String::from_utf8(plain.stdout).unwrap();
    assert!(plain.contains("  ✗ item.toml  category  "), "as the check prints it: {plain}");

    std::fs::write(&card, GUIDE).unwrap();
    let staff = run(data, &["item", "publish", path, "--as", "李科员"], "");
    assert_eq!(staff["error"]["code"], json!("not_allowed"));
    let said = publish();
    assert_eq!(
        (&said["ok"], &said["number"], &said["card"], &said["form"]),
        (&json!(true), &json!(1), &json!(true), &json!(false)),
        "{said}"
    );
    assert_eq!(publish()["error"]["code"], json!("form_unchanged"));

    let form = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue/SSC/form.xlsx");
    std::fs::copy(form, item.path().join("form.xlsx")).unwrap();
    std::fs::write(item.path().join("README.md"), "a note").unwrap();
    assert_eq!(publish()["errors"][0]["cell"], json!("form"), "the card must name it");
    std::fs::write(&card, format!("{GUIDE}form = \"form.xlsx\"\n")).unwrap();
    let said = publish();
    assert_eq!((&said["number"], &said["form"]), (&json!(2), &json!(true)), "{said}");
    assert_eq!(publish()["error"]["code"], json!("form_unchanged"));
    let listed = run(data, &["form", "list"], "");
    assert_eq!(listed["forms"][0]["item"], json!("DEMO_GUIDE"));
}
