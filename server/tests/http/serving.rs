//! Connections, over the real thing: who says nothing, who sends slowly, and how many there may be.

use crate::server::Server;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures::{FutureExt, StreamExt, future, stream};
use gatefold_server::http::serving::{Limits, serve};
use gatefold_server::pace::Pace;
use gatefold_server::state::Settings;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// How long nothing may come before an answer counts as one that never comes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Soon over: for tests of what happens then.
const SOON: Duration = Duration::from_millis(50);
/// Never over within a test.
const LATE: Duration = Duration::from_secs(3600);

struct Served {
    at: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<()>,
}

async fn served(router: Router, connections: usize, head: Duration) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let limits = Limits { connections, head, pace: Pace::USUAL };
    let ended = tokio::spawn(serve(listener, router, limits, stopped.map(drop)));
    Served { at, stop: Some(stop), ended }
}

impl Served {
    async fn connect(&self, send: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.at).await.unwrap();
        stream.write_all(send.as_bytes()).await.unwrap();
        stream
    }

    async fn ask(&self, path: &str) -> String {
        let asked = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let stream = self.connect(&asked).await;
        rest(stream).await
    }

    async fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        tokio::time::timeout(PATIENCE, &mut self.ended).await.expect("it ends").unwrap();
    }
}

/// What comes until the connection is closed, one way or another.
async fn rest(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut said)).await;
    // A connection that is closed with something unread is reset.
    let _ = read.expect("it is closed");
    String::from_utf8_lossy(&said).into_owned()
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_head_and_silence_are_not_waited_for() {
    let served = served(hello(), 100, SOON).await;
    for said in ["", "GET / HTTP/1.1\r\nHost: loc", "GET / HTTP/1.1\r\nHost: localhost\r\n"] {
        let heard = rest(served.connect(said).await).await;
        assert!(!heard.contains("200"), "{said:?}: {heard}");
    }
    // One that was answered may not stay idle either.
    let heard = rest(served.connect("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await).await;
    assert!(heard.contains("hello"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_takes_longer_than_a_head_may_is_let_end() {
    let (go, may_go) = watch::channel(false);
    let stream = get(move || {
        let mut may_go = may_go.clone();
        let last = async move {
            may_go.wait_for(|go| *go).await.unwrap();
            Ok(Bytes::from_static(b"last"))
        };
        let first = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"first"))]);
        async { Body::from_stream(first.chain(stream::once(last))) }
    });
    let served = served(Router::new().route("/events", stream), 100, SOON).await;
    let asked = "GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let stream = served.connect(asked).await;
    // Longer than a head, and longer than an idle connection.
    tokio::time::sleep(10 * SOON).await;
    go.send_replace(true);
    let heard = rest(stream).await;
    assert!(heard.contains("first") && heard.contains("last"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_connections_are_taken_the_idlest_makes_room() {
    let served = served(hello(), 3, LATE).await;
    let mut idle = Vec::new();
    for _ in 0..12 {
        idle.push(served.connect("").await);
    }
    let heard = tokio::time::timeout(PATIENCE, served.ask("/")).await.expect("it is answered");
    assert!(heard.contains("hello"), "{heard}");
    // Of those that were idle at most as many are left as there may be.
    let mut closed = 0;
    for mut stream in idle {
        let read = tokio::time::timeout(SOON, stream.read(&mut [0; 8])).await;
        closed += usize::from(read.is_ok());
    }
    assert!(closed >= 9, "{closed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_connection_is_left_and_the_next_waits_for_it() {
    let (go, may_go) = watch::channel(false);
    let (begun, mut begins) = mpsc::channel(2);
    let waits = get(move || {
        let (mut may_go, begun) = (may_go.clone(), begun.clone());
        async move {
            begun.send(()).await.unwrap();
            may_go.wait_for(|go| *go).await.unwrap();
            "waited"
        }
    });
    let served = served(hello().route("/waits", waits), 2, LATE).await;
    let asked = "GET /waits HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let busy = [served.connect(asked).await, served.connect(asked).await];
    // A connection is busy once its request was read.
    for _ in &busy {
        begins.recv().await.unwrap();
    }
    let next = served.ask("/");
    let mut next = std::pin::pin!(next);
    assert!(tokio::time::timeout(SOON, next.as_mut()).await.is_err(), "there is no room for it yet");
    go.send_replace(true);
    for stream in busy {
        assert!(rest(stream).await.contains("waited"));
    }
    assert!(next.await.contains("hello"));
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_waits_for_answers_and_not_for_silence() {
    let (go, may_go) = watch::channel(false);
    let (begun, mut begins) = mpsc::channel(1);
    let waits = get(move || {
        let (begun, mut may_go) = (begun.clone(), may_go.clone());
        async move {
            begun.send(()).await.unwrap();
            may_go.wait_for(|go| *go).await.unwrap();
            "waited"
        }
    });
    let mut served = served(Router::new().route("/waits", waits), 9, LATE).await;
    let _silent = [served.connect("").await, served.connect("GET / HTTP/1.1\r\nHo").await];
    let busy = served.connect("GET /waits HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    begins.recv().await.unwrap();
    let stop = served.stop();
    let mut stop = std::pin::pin!(stop);
    assert!(tokio::time::timeout(SOON, stop.as_mut()).await.is_err(), "somebody is still being answered");
    go.send_replace(true);
    stop.await;
    assert!(rest(busy).await.contains("waited"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stops_coming_is_answered_with_a_sentence() {
    let pace = Pace { grace: SOON, bytes_per_second: 1 << 30 };
    let server = Server::with_settings(|settings| Settings { pace, ..settings });
    let served = served(server.router(), 100, LATE).await;
    for (path, kind) in [("/api/v1/near", "image/jpeg"), ("/api/v1/generate", "application/json")] {
        let asked = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\n{{"
        );
        let heard = rest(served.connect(&asked).await).await;
        assert!(heard.starts_with("HTTP/1.1 408") && heard.contains("came too slowly"), "{path}: {heard}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_nobody_wants_keeps_nobody() {
    let server = Server::start();
    let served = served(server.router(), 100, LATE).await;
    let asked = "POST /api/v1/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx";
    let heard = rest(served.connect(asked).await).await;
    assert!(heard.starts_with("HTTP/1.1 404"), "{heard}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_pictures_at_once_than_there_is_room_for_are_told_when_to_come_back() {
    let server = Server::start();
    let served = served(server.router(), 100, LATE).await;
    let mut sending = Vec::new();
    for _ in 0..17 {
        let asked = "POST /api/v1/judge HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1000\r\n\r\nx";
        sending.push(rest(served.connect(asked).await).boxed());
    }
    let (first, _, others) = future::select_all(sending).await;
    assert!(first.starts_with("HTTP/1.1 503"), "{first}");
    assert!(first.to_ascii_lowercase().contains("retry-after:"), "{first}");
    // All others are still being waited for.
    assert!(future::select_all(others).now_or_never().is_none());
}
