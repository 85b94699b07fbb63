//! What comes over a network may come slowly, and must not stop: a phone's upload takes minutes, while somebody who only wants
//! to keep us waiting sends nothing.

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::time::Sleep;

/// How fast something has to move on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// How long it may lag behind.
    pub grace: Duration,
    /// Behind so many bytes in a second.
    pub bytes_per_second: u32,
}

impl Pace {
    /// 64 kbit/s, with half a minute for a tunnel. A picture of 32 MiB may take a little more than an hour.
    pub const USUAL: Self = Self { grace: Duration::from_secs(30), bytes_per_second: 8 << 10 };
}

/// How long one still waits: every byte makes it a little longer, never longer than the grace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Credit {
    pace: Pace,
    left: Duration,
}

impl Credit {
    fn new(pace: Pace) -> Self {
        Self { pace, left: pace.grace }
    }

    fn moved(&mut self, waited: Duration, bytes: usize) {
        let earned = bytes as f64 / f64::from(self.pace.bytes_per_second.max(1));
        self.left = self.left.saturating_sub(waited).saturating_add(Duration::from_secs_f64(earned));
        self.left = self.left.min(self.pace.grace);
    }
}

/// Patience with something that is polled. Only the time that one waits for it counts.
pub struct Patience {
    credit: Credit,
    waits: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Patience {
    /// With this pace.
    pub fn new(pace: Pace) -> Self {
        Self { credit: Credit::new(pace), waits: None }
    }

    /// So many bytes moved on.
    pub fn moved(&mut self, bytes: usize) {
        let waited = self.waits.take().map_or(Duration::ZERO, |(since, _)| since.elapsed());
        self.credit.moved(waited, bytes);
    }

    /// Nothing moves: ready when that has been so for too long.
    pub fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let left = self.credit.left;
        let (_, sleep) =
            self.waits.get_or_insert_with(|| (Instant::now(), Box::pin(tokio::time::sleep(left))));
        sleep.as_mut().poll(cx)
    }
}

/// A body did not come as fast as it has to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow(Pace);

impl fmt::Display for TooSlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Pace { grace, bytes_per_second } = self.0;
        write!(
            f,
            "the request came too slowly: it may pause for {} seconds, and needs {} KiB in a second else; send it again",
            grace.as_secs(),
            bytes_per_second >> 10
        )
    }
}

impl std::error::Error for TooSlow {}

impl TooSlow {
    /// Whether an error comes from that.
    pub fn is_in(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        std::iter::successors(Some(error), |error| (*error).source())
            .find_map(|error| error.downcast_ref().copied())
    }
}

/// A request's body that has to keep a pace.
pub struct Paced {
    body: Body,
    pace: Pace,
    patience: Patience,
}

impl Paced {
    /// The body, or an error where it stops coming.
    pub fn new(body: Body, pace: Pace) -> Self {
        Self { body, pace, patience: Patience::new(pace) }
    }
}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let paced = self.get_mut();
        match Pin::new(&mut paced.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                let bytes =
                    frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()).map_or(0, Bytes::len);
                paced.patience.moved(bytes);
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                ready!(paced.patience.poll_over(cx));
                Poll::Ready(Some(Err(TooSlow(paced.pace).into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    const PACE: Pace = Pace { grace: Duration::from_secs(30), bytes_per_second: 1000 };

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn slow_and_steady_goes_on_for_ever() {
        let mut credit = Credit::new(PACE);
        for _ in 0..10_000 {
            credit.moved(seconds(20), 20_000);
            assert_eq!(credit.left, seconds(30));
        }
    }

    #[test]
    fn a_pause_is_forgiven_when_it_goes_on_faster() {
        let mut credit = Credit::new(PACE);
        credit.moved(seconds(25), 1);
        assert!(credit.left < seconds(6));
        credit.moved(seconds(1), 1_000_000);
        assert_eq!(credit.left, seconds(30));
    }

    #[test]
    fn a_drop_now_and_then_is_not_enough_and_nothing_can_be_saved_up() {
        let mut credit = Credit::new(PACE);
        credit.moved(seconds(0), 30_000_000);
        credit.moved(seconds(20), 1);
        credit.moved(seconds(20), 1);
        assert_eq!(credit.left.as_secs(), 0);
    }

    #[tokio::test]
    async fn a_body_that_stops_ends_in_an_error() {
        let chunk = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"begun"))]);
        let body = Body::from_stream(futures::StreamExt::chain(chunk, futures::stream::pending()));
        let pace = Pace { grace: Duration::from_millis(1), bytes_per_second: u32::MAX };
        let error = Paced::new(body, pace).collect().await.unwrap_err();
        assert_eq!(TooSlow::is_in(error.as_ref()), Some(TooSlow(pace)));
    }

    #[tokio::test]
    async fn a_body_that_is_there_passes_as_it_is() {
        let body = Paced::new(Body::from("all of it"), PACE);
        assert_eq!(body.size_hint().exact(), Some(9));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "all of it");
    }
}
