use super::*;
use crate::jobs::Jobs;
use crossbeam_channel::{Receiver, Sender};
use gatefold::recipe::{Kind, Recipe};

/// Says how large each batch is and waits for leave to go on.
struct Gated {
    batches: Sender<usize>,
    go: Receiver<()>,
}

impl Model for Gated {
    fn info(&self) -> ModelInfo {
        ModelInfo { name: "gated".to_owned(), hash: "0".repeat(16), params: 0 }
    }
    fn device(&self) -> String {
        "cpu".to_owned()
    }
    fn size(&self) -> u32 {
        2
    }
    fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        self.batches.send(orders.len()).unwrap();
        self.go.recv().unwrap();
        orders
            .iter()
            .map(|order| {
                assert!(order.recipe.seed != 13, "expected in this test");
                Ok(vec![RgbImage::new(2, 2)])
            })
            .collect()
    }
}

struct Bench {
    thread: Arc<ModelThread>,
    batches: Receiver<usize>,
    go: Sender<()>,
    jobs: Jobs,
}

fn bench(waiting: usize) -> Bench {
    let (batches, saw) = crossbeam_channel::unbounded();
    let (go, may_go) = crossbeam_channel::unbounded();
    let limits = Limits { waiting, batch: 8, gather: Duration::from_millis(1) };
    let thread =
        ModelThread::start::<_, ModelError>(move || Ok(Gated { batches, go: may_go }), limits).unwrap();
    Bench { thread: Arc::new(thread), batches: saw, go, jobs: Jobs::default() }
}

type Asked = (Arc<JobHandle>, tokio::task::JoinHandle<Result<Vec<RgbImage>, MakeError>>);

impl Bench {
    fn ask(&self, seed: u64) -> Result<Asked, MakeError> {
        let place = self.thread.reserve()?;
        let recipe = Recipe { seed, ..Recipe::new(Kind::Sample, vec![]) };
        let (thread, job) = (self.thread.clone(), self.jobs.start());
        let order = Order { recipe, parents: vec![], attributes: vec![] };
        let of_job = job.clone();
        let task = tokio::spawn(async move { thread.make(place, order, of_job).await });
        Ok((job, task))
    }

    /// The size of the next batch the model is given.
    async fn next_batch(&self) -> usize {
        let saw = self.batches.clone();
        tokio::task::spawn_blocking(move || saw.recv().unwrap()).await.unwrap()
    }

    fn go_on(&self) {
        self.go.send(()).unwrap();
    }
}

#[tokio::test]
async fn a_full_queue_says_no_and_takes_orders_again_later() {
    let bench = bench(2);
    let (_, first) = bench.ask(1).unwrap();
    assert_eq!(bench.next_batch().await, 1);
    let waiting = [bench.ask(2).unwrap().1, bench.ask(3).unwrap().1];
    assert!(matches!(bench.ask(4), Err(MakeError::Full)));
    bench.go_on();
    assert!(first.await.unwrap().is_ok());
    assert_eq!(bench.next_batch().await, 2);
    assert!(bench.ask(5).is_ok());
    bench.go_on();
    for task in waiting {
        assert!(task.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_cancelled_order_is_dropped_unmade() {
    let bench = bench(4);
    let (_, first) = bench.ask(1).unwrap();
    assert_eq!(bench.next_batch().await, 1);
    let (unwanted, refused) = bench.ask(2).unwrap();
    let (_, wanted) = bench.ask(3).unwrap();
    // Both are in the queue before one is cancelled.
    tokio::task::yield_now().await;
    unwanted.cancel();
    assert!(matches!(refused.await.unwrap(), Err(MakeError::Cancelled)));
    bench.go_on();
    assert!(first.await.unwrap().is_ok());
    assert_eq!(bench.next_batch().await, 1);
    bench.go_on();
    assert!(wanted.await.unwrap().is_ok());
}

#[tokio::test]
async fn an_order_that_breaks_the_model_leaves_it_usable() {
    let bench = bench(4);
    let (_, bad) = bench.ask(13).unwrap();
    bench.next_batch().await;
    bench.go_on();
    assert!(matches!(bad.await.unwrap(), Err(MakeError::Lost)));
    let (_, good) = bench.ask(1).unwrap();
    bench.next_batch().await;
    bench.go_on();
    assert!(good.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_piece_is_doubled_between_batches() {
    let bench = bench(4);
    let (_, first) = bench.ask(1).unwrap();
    assert_eq!(bench.next_batch().await, 1);
    let (thread, piece) = (bench.thread.clone(), RgbImage::from_pixel(3, 5, image::Rgb([9, 8, 7])));
    let doubled = tokio::spawn(async move { thread.double(piece).await });
    tokio::task::yield_now().await;
    let (_, second) = bench.ask(2).unwrap();
    bench.go_on();
    assert_eq!(doubled.await.unwrap().unwrap(), RgbImage::from_pixel(6, 10, image::Rgb([9, 8, 7])));
    assert_eq!(bench.next_batch().await, 1);
    bench.go_on();
    assert!(first.await.unwrap().is_ok() && second.await.unwrap().is_ok());
}

#[test]
fn a_model_that_does_not_load_says_why() {
    let thread = ModelThread::start::<Gated, ModelError>(
        || Err(ModelError::Refused("no such weights".to_owned())),
        Limits::default(),
    );
    assert!(thread.err().unwrap().to_string().ends_with("no such weights"));
}

#[tokio::test]
async fn who_goes_away_gives_back_the_place_at_once() {
    let bench = bench(2);
    let (_, first) = bench.ask(1).unwrap();
    assert_eq!(bench.next_batch().await, 1);
    let ((leaves, cancelled), (_, dropped)) = (bench.ask(2).unwrap(), bench.ask(3).unwrap());
    tokio::task::yield_now().await;
    assert!(matches!(bench.ask(4), Err(MakeError::Full)));
    leaves.cancel();
    assert!(matches!(cancelled.await.unwrap(), Err(MakeError::Cancelled)));
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    // The first is still being made.
    let both = [bench.ask(5).unwrap().1, bench.ask(6).unwrap().1];
    tokio::task::yield_now().await;
    bench.go_on();
    assert!(first.await.unwrap().is_ok());
    assert_eq!(bench.next_batch().await, 2);
    bench.go_on();
    for task in both {
        assert!(task.await.unwrap().is_ok());
    }
}

/// Computes in parallel.
struct Parallel;

impl Model for Parallel {
    fn info(&self) -> ModelInfo {
        ModelInfo { name: "parallel".to_owned(), hash: "0".repeat(16), params: 0 }
    }
    fn device(&self) -> String {
        "cpu".to_owned()
    }
    fn size(&self) -> u32 {
        2
    }
    fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        let (one, other) = rayon::join(|| RgbImage::new(2, 2), || RgbImage::new(2, 2));
        orders.iter().map(|_| Ok(vec![one.clone(), other.clone()])).collect()
    }
}

#[tokio::test]
async fn the_model_waits_for_nobody_in_the_common_pool() {
    let thread = ModelThread::start::<_, ModelError>(|| Ok(Parallel), Limits::default()).unwrap();
    let busy = crate::pools::testing::occupied();
    let order = Order { recipe: Recipe::new(Kind::Sample, vec![]), parents: vec![], attributes: vec![] };
    let place = thread.reserve().unwrap();
    assert!(thread.make(place, order, Jobs::default().start()).await.is_ok());
    drop(busy);
}
