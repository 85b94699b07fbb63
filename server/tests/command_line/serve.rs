//! `gatefold serve`: one process that writes, and everything that works beside it.

use crate::common::{ALBUMS, catalogue};
use crate::program::{Said, gatefold, json};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long nothing may come before an answer counts as one that never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; stopped when dropped.
pub struct Serving {
    child: Child,
    /// What it printed when it was ready.
    pub ready: Value,
}

impl Serving {
    pub fn start(data: &Path) -> Self {
        Self::of(gatefold(&["serve", "--addr", "127.0.0.1:0"]).stderr(Stdio::null()), data)
    }

    /// A server of a command of the test's own.
    fn of(command: &mut Command, data: &Path) -> Self {
        let mut child = command.arg("--json").arg("--data").arg(data).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"));
        Self { child, ready }
    }

    /// `GET` over a real connection; status line, headers and body.
    pub fn get(&self, path: &str) -> String {
        self.get_as(path, "*/*")
    }

    /// Its standard error, for who reads on while it runs.
    #[cfg(unix)]
    fn child_stderr(&mut self) -> std::process::ChildStderr {
        self.child.stderr.take().unwrap()
    }

    /// Ends it; what it printed on standard error.
    #[cfg(unix)]
    fn said_until_its_end(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }

    /// The same by someone who takes this kind of answer.
    pub fn get_as(&self, path: &str, kind: &str) -> String {
        let address = self.ready["address"].as_str().unwrap().trim_start_matches("http://");
        // Who listens everywhere listens here too.
        let address = &address.replace("0.0.0.0", "127.0.0.1");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let accept = format!("Host: {address}\r\nAccept: {kind}\r\nConnection: close");
        write!(stream, "GET {path} HTTP/1.1\r\n{accept}\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap_or_else(|e| panic!("{path} breaks off: {e}"));
        reply
    }

    /// Has a cover generated and kept; its id.
    pub fn generated(&self, recipe: &Value) -> String {
        let address = self.ready["address"].as_str().unwrap().trim_start_matches("http://");
        let body = recipe.to_string();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let head = format!("Host: {address}\r\nContent-Type: application/json\r\nConnection: close");
        let length = body.len();
        write!(stream, "POST /api/v1/generate HTTP/1.1\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}")
            .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let location =
            reply.lines().find_map(|line| line.strip_prefix("location: ")).expect(&reply).to_owned();
        // The stream of its events ends with the job.
        let events = self.get(&format!("{location}/events"));
        let last = events.lines().filter_map(|line| line.strip_prefix("data: ")).next_back().expect(&events);
        let job: Value = serde_json::from_str(last).unwrap();
        let id = job.pointer("/outcome/id").or_else(|| job.pointer("/outcome/generated/id"));
        id.and_then(Value::as_str).unwrap_or_else(|| panic!("{job}")).to_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Either fails only when it ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_says_where_it_is_and_answers_there() {
    let data = catalogue();
    let serving = Serving::start(data.path());
    assert_eq!(serving.ready["albums"], ALBUMS);
    assert_eq!(serving.ready["demo"], false);
    let reply = serving.get("/api/v1/info");
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(reply.contains(&format!("\"albums\":{ALBUMS}")), "{reply}");
}

#[test]
fn a_taken_port_is_said_before_anything_is_done() {
    let (taken, data) = (TcpListener::bind("127.0.0.1:0").unwrap(), tempfile::tempdir().unwrap());
    let address = taken.local_addr().unwrap().to_string();
    let sentence = json(data.path(), &["serve", "--addr", &address]).refused(1);
    assert!(sentence.contains("is taken") && sentence.contains("--addr"), "{sentence}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn the_demo_is_not_drawn_beside_covers_whose_catalogue_was_emptied() {
    let data = catalogue();
    std::fs::write(data.path().join("catalog.sqlite"), "").unwrap();
    let mut child = gatefold(&["serve", "--addr", "127.0.0.1:0", "--json", "--data"])
        .arg(data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    let said: String = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&ready["albums"], &ready["demo"]), (&0.into(), &false.into()));
    assert!(said.contains("is empty") && said.contains("24 covers") && said.contains("import"), "{said}");
}

#[test]
fn an_address_that_is_none_is_wrong_usage() {
    let data = tempfile::tempdir().unwrap();
    json(data.path(), &["serve", "--addr", "here"]).refused(2);
}

#[cfg(unix)]
#[test]
fn told_to_end_it_ends_though_somebody_listens() {
    let data = catalogue();
    let mut serving = Serving::start(data.path());
    // A connection that is kept open and says nothing must not keep the server.
    let address = serving.ready["address"].as_str().unwrap().trim_start_matches("http://").to_owned();
    let _idle = TcpStream::connect(address).unwrap();
    let id = serving.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(serving.child.wait().unwrap().success());
    // It left the directory to the next one.
    let said: Said = json(data.path(), &["build"]);
    said.done();
}

#[test]
fn beyond_this_machine_it_wants_to_know_who_may_ask() {
    let data = tempfile::tempdir().unwrap();
    for addr in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let sentence = json(data.path(), &["serve", "--addr", addr]).refused(2);
        for way in ["--token-file", "GATEFOLD_TOKEN", "--new-token", "--trusted-proxy", "--no-token"] {
            assert!(sentence.contains(way), "{way}: {sentence}");
        }
    }
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "nothing is begun");
}

#[test]
fn a_token_that_protects_nobody_is_wrong_usage() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("token");
    std::fs::write(&file, "short\n").unwrap();
    let sentence = json(data.path(), &["serve", "--token-file", file.to_str().unwrap()]).refused(2);
    assert!(sentence.contains("at least 16"), "{sentence}");
    let missing = data.path().join("missing");
    json(data.path(), &["serve", "--token-file", missing.to_str().unwrap()]).refused(1);
    let endless = json(data.path(), &["serve", "--token-file", "/dev/zero"]).refused(1);
    assert!(endless.contains("not a file"), "{endless}");
    json(data.path(), &["serve", "--no-token", "--new-token"]).refused(2);
    json(data.path(), &["serve", "--trusted-proxy", "Remote-User"]).refused(2);
    json(data.path(), &["serve", "--trusted-proxy", "Host", "--proxy-address", "127.0.0.1"]).refused(2);
}

#[test]
fn a_root_that_is_not_there_is_said_at_once() {
    let data = tempfile::tempdir().unwrap();
    let sentence = json(data.path(), &["serve", "--import-root", "/no/such/folder"]).refused(1);
    assert!(sentence.contains("--import-root /no/such/folder"), "{sentence}");
}

#[cfg(unix)]
#[test]
fn a_token_that_is_made_is_said_to_the_person_and_to_nobody_else() {
    let data = catalogue();
    let mut command = gatefold(&["serve", "--addr", "0.0.0.0:0", "--new-token"]);
    let serving = Serving::of(command.stderr(Stdio::piped()), data.path());
    assert_eq!(serving.ready["access"], "token");
    let ready = serving.ready.to_string();
    let refused = serving.get("/api/v1/info");
    assert!(refused.starts_with("HTTP/1.1 401"), "{refused}");
    let said = serving.said_until_its_end();
    let token: String =
        said.split("?token=").nth(1).expect("the address that lets in").split(' ').next().unwrap().to_owned();
    assert!(token.len() >= 32, "{said}");
    assert!(!ready.contains(&token), "{ready}");
    assert!(said.contains("not encrypted"), "{said}");
}

#[cfg(unix)]
#[test]
fn the_token_stands_in_no_log() {
    const TOKEN: &str = "a-token-that-nobody-logs";
    let data = catalogue();
    let mut command = gatefold(&["serve", "--addr", "127.0.0.1:0"]);
    command.env("GATEFOLD_TOKEN", TOKEN).env("GATEFOLD_LOG", "trace");
    let mut serving = Serving::of(command.stderr(Stdio::piped()), data.path());
    let mut stderr = serving.child_stderr();
    let reads = std::thread::spawn(move || {
        let mut said = Vec::new();
        stderr.read_to_end(&mut said).unwrap();
        said
    });
    let answer = serving.get_as(&format!("/?token={TOKEN}"), "text/html");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    serving.get("/api/v1/nothing?token=a-token-that-nobody-logs");
    drop(serving);
    let said = String::from_utf8_lossy(&reads.join().unwrap()).into_owned();
    assert!(said.contains("request"), "requests are logged: {said}");
    assert!(!said.contains(TOKEN), "{said}");
    assert!(!said.contains('\u{1b}'), "no colours where there is no terminal: {said}");
}

#[cfg(unix)]
#[test]
fn a_refusal_is_no_error_in_the_log() {
    let data = catalogue();
    let mut command = gatefold(&["serve", "--addr", "0.0.0.0:0", "--no-token", "--read-only"]);
    let serving = Serving::of(command.stderr(Stdio::piped()), data.path());
    assert_eq!((&serving.ready["access"], &serving.ready["read_only"]), (&"anybody".into(), &true.into()));
    for path in ["/api/v1/nothing", "/api/v1/albums/none", "/api/v1/preview?recipe=x", "/no/page"] {
        assert!(serving.get(path).starts_with("HTTP/1.1 4"), "{path}");
    }
    let said = serving.said_until_its_end();
    assert!(said.contains("Warning") && said.contains("asks for no token"), "{said}");
    assert!(!said.contains("ERROR"), "{said}");
}

/// Room for so many open files, which a shell sets for what it starts.
#[cfg(target_os = "linux")]
#[test]
fn more_silent_connections_than_there_are_descriptors_keep_nobody_out() {
    let data = catalogue();
    let mut command = Command::new("sh");
    let program = env!("CARGO_BIN_EXE_gatefold");
    command.args(["-c", "ulimit -n 256; exec \"$0\" \"$@\"", program, "serve", "--addr", "127.0.0.1:0"]);
    let serving = Serving::of(command.stderr(Stdio::null()), data.path());
    let address = serving.ready["address"].as_str().unwrap().trim_start_matches("http://").to_owned();
    let _silent: Vec<_> = (0..300).map(|_| TcpStream::connect(&address).unwrap()).collect();
    let reply = serving.get("/api/v1/info");
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}
