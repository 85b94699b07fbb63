//! `gatefold serve`: one process that writes, and everything that works beside it.

use crate::common::{ALBUMS, catalogue};
use crate::program::{Said, gatefold, json};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
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
        let mut child = gatefold(&["serve", "--addr", "127.0.0.1:0", "--json"])
            .arg("--data")
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line:?}"));
        Self { child, ready }
    }

    /// `GET` over a real connection; status line, headers and body.
    pub fn get(&self, path: &str) -> String {
        self.get_as(path, "*/*")
    }

    /// The same by someone who takes this kind of answer.
    pub fn get_as(&self, path: &str, kind: &str) -> String {
        let address = self.ready["address"].as_str().unwrap().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let accept = format!("Host: {address}\r\nAccept: {kind}\r\nConnection: close");
        write!(stream, "GET {path} HTTP/1.1\r\n{accept}\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap_or_else(|e| panic!("{path} breaks off: {e}"));
        reply
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
