//! Connections: how many, how long they may be idle, how fast they must be taken up.
//!
//! A descriptor is a scarce thing, and everybody who can reach the port can take one. So there is a bounded number of
//! connections, below what the system allows; where all are taken the one that has been idle longest makes room, and where none
//! is idle the next waits in the system's queue. A request's head must be there in time, which is also how long a connection
//! may stay idle. Bodies keep their own pace ([`crate::pace`]), and so must those who read answers
//! ([`crate::http::wire`]).

use crate::http::wire::Wire;
use crate::pace::Pace;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// What connections may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// At one time.
    pub connections: usize,
    /// Until a request's head is whole, from the end of the one before.
    pub head: Duration,
    /// How fast answers must be taken.
    pub pace: Pace,
}

/// Memory for a request's head. The longest address is that of a preview of 256 albums.
const LARGEST_HEAD: usize = 128 << 10;
/// How long to wait after the system gave no connection.
const AGAIN: Duration = Duration::from_millis(200);
/// How often to look for an idle connection where all were busy.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

impl Limits {
    /// As many connections as the system's limit of descriptors allows: each may have a file open beside it, and the catalogue
    /// needs some.
    pub fn usual() -> Self {
        let descriptors = descriptors().unwrap_or(256);
        let connections = (descriptors.saturating_sub(64) / 2).clamp(8, 2048);
        Self { connections, head: Duration::from_secs(30), pace: Pace::USUAL }
    }
}

/// How many descriptors this process may have, where the system tells.
fn descriptors() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    match line.split_whitespace().next()? {
        "unlimited" => Some(usize::MAX),
        number => number.parse().ok(),
    }
}

/// Serves until `told`, and then until what is under way has been answered.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, told: impl Future<Output = ()>) {
    let connections = Arc::new(Connections::new(limits.connections));
    let (down, going_down) = watch::channel(false);
    let mut told = pin!(told);
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut told => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::debug!("no connection: {error}");
                    tokio::time::sleep(AGAIN).await;
                    continue;
                }
            },
        };
        let place = tokio::select! {
            () = &mut told => break,
            place = connections.place() => place,
        };
        let connection = connections.enter();
        tokio::spawn(one(stream, peer, router.clone(), limits, connection, going_down.clone(), place));
    }
    drop(listener);
    down.send_replace(true);
    connections.all_gone().await;
}

async fn one(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    connection: Entered,
    mut going_down: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    // Answers are small, and somebody waits for each.
    let _ = stream.set_nodelay(true);
    let known = connection.known.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        let busy = known.clone().busy();
        request.extensions_mut().insert(ConnectInfo(peer));
        let answer = router.clone().oneshot(request);
        async move { Ok::<_, Infallible>(answer.await?.map(|body| Answer { body, _busy: busy })) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Wire::new(stream, limits.pace)), service);
    let mut serving = pin!(serving);
    let mut ends = false;
    loop {
        tokio::select! {
            ended = serving.as_mut() => {
                if let Err(error) = ended {
                    tracing::trace!("a connection ended: {error}");
                }
                return;
            }
            () = connection.known.make_room.notified() => {
                if connection.known.idle_since().is_some() {
                    return;
                }
            }
            () = is_down(&mut going_down), if !ends => {
                // Who has asked for nothing is not waited for.
                if connection.known.idle_since().is_some() {
                    return;
                }
                ends = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn is_down(going_down: &mut watch::Receiver<bool>) {
    // An error means that nobody serves any more, which is the same.
    drop(going_down.wait_for(|down| *down).await);
}

/// An answer on its way. While it is, its connection is not idle.
struct Answer {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Those there are.
struct Connections {
    most: usize,
    places: Arc<Semaphore>,
    table: Arc<Mutex<Table>>,
}

#[derive(Default)]
struct Table {
    next: u64,
    known: HashMap<u64, Arc<Known>>,
}

/// What is known of a connection.
struct Known {
    idle_since: Mutex<Option<Instant>>,
    make_room: Notify,
}

impl Known {
    fn new() -> Self {
        Self { idle_since: Mutex::new(Some(Instant::now())), make_room: Notify::new() }
    }

    fn idle_since(&self) -> Option<Instant> {
        *lock(&self.idle_since)
    }

    /// A request is under way until the answer's end.
    fn busy(self: Arc<Self>) -> Busy {
        *lock(&self.idle_since) = None;
        Busy(self)
    }
}

struct Busy(Arc<Known>);

impl Drop for Busy {
    fn drop(&mut self) {
        *lock(&self.0.idle_since) = Some(Instant::now());
    }
}

/// A connection's entry in the table, struck out when dropped.
struct Entered {
    number: u64,
    known: Arc<Known>,
    table: Arc<Mutex<Table>>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        lock(&self.table).known.remove(&self.number);
    }
}

impl Connections {
    fn new(most: usize) -> Self {
        Self { most, places: Arc::new(Semaphore::new(most)), table: Arc::default() }
    }

    fn enter(&self) -> Entered {
        let mut table = lock(&self.table);
        let (number, known) = (table.next, Arc::new(Known::new()));
        table.next += 1;
        table.known.insert(number, known.clone());
        Entered { number, known, table: self.table.clone() }
    }

    /// Waits for a place. Whoever has been idle longest makes room.
    async fn place(&self) -> OwnedSemaphorePermit {
        loop {
            let free = self.places.clone().acquire_owned();
            if self.places.available_permits() == 0 {
                self.close_idlest();
            }
            // Closed never; and one that becomes idle while this waits is closed then.
            if let Ok(Ok(place)) = tokio::time::timeout(LOOK_AGAIN, free).await {
                return place;
            }
        }
    }

    fn close_idlest(&self) {
        let table = lock(&self.table);
        let idle = table.known.values().filter_map(|known| Some((known.idle_since()?, known)));
        if let Some((_, idlest)) = idle.min_by_key(|(since, _)| *since) {
            idlest.make_room.notify_one();
        }
    }

    async fn all_gone(&self) {
        // Neither closed nor more than there are.
        let all = u32::try_from(self.most).unwrap_or(u32::MAX);
        drop(self.places.acquire_many(all).await);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Changed in single steps, none of which panics half-way.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
