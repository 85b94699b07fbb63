//! The thread that owns a model. There is one per device: a model's memory and its processor are never
//! shared, and no web request ever computes.
//!
//! Orders wait in a queue of fixed length; when it is full the asker hears so at once ([`ModelThread::reserve`])
//! instead of waiting without end. The thread takes what has gathered within a few milliseconds as one batch,
//! since a model makes eight pictures in little more time than one. Orders that were cancelled meanwhile are
//! dropped unmade and give back their place at once.
//!
//! The model computes in a pool of its own: in a shared one its parts would wait behind whole imports and questions.

use crate::jobs::JobHandle;
use crate::line::{Line, Waits};
use crate::pools;
use crossbeam_channel::bounded;
use gatefold::models::latent_flow::Conditioner;
use gatefold::models::{Generator, ModelError, Order, upscaler};
use gatefold::progress::Progress;
use gatefold::report::ModelInfo;
use image::RgbImage;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// What the thread needs of a model; tests have one that draws nothing.
pub trait Model: 'static {
    /// Its name and hash.
    fn info(&self) -> ModelInfo;
    /// `cpu` or `cuda:0`.
    fn device(&self) -> String;
    /// Pixels across a picture.
    fn size(&self) -> u32;
    /// What makes conditions of covers, if the model has a second stage.
    fn conditioner(&self) -> Option<Arc<Conditioner>> {
        None
    }
    /// Makes all orders in one batch.
    fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>>;
    /// A piece of a picture twice as large.
    fn double(&self, piece: &RgbImage) -> Result<RgbImage, ModelError> {
        Ok(upscaler::bicubic(piece))
    }
}

impl Model for Generator {
    fn info(&self) -> ModelInfo {
        Generator::info(self)
    }
    fn device(&self) -> String {
        Generator::device(self)
    }
    fn size(&self) -> u32 {
        Generator::size(self)
    }
    fn conditioner(&self) -> Option<Arc<Conditioner>> {
        Generator::conditioner(self)
    }
    fn make(&self, orders: &[Order]) -> Vec<Result<Vec<RgbImage>, ModelError>> {
        Generator::make(self, orders)
    }
    fn double(&self, piece: &RgbImage) -> Result<RgbImage, ModelError> {
        Generator::double(self, piece)
    }
}

/// How much waits, and how much is made at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Orders that may wait.
    pub waiting: usize,
    /// Pictures in one batch; an order that alone has more is made by itself.
    pub batch: u32,
    /// How long the thread waits for company after the first order of a batch.
    pub gather: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { waiting: 64, batch: 64, gather: Duration::from_millis(4) }
    }
}

/// What is known of the model without asking its thread.
#[derive(Clone)]
pub struct About {
    /// Its name and hash.
    pub info: ModelInfo,
    /// `cpu` or `cuda:0`.
    pub device: String,
    /// Pixels across a picture.
    pub size: u32,
    /// What makes conditions of covers, if the model has a second stage.
    pub conditioner: Option<Arc<Conditioner>>,
}

/// Why the thread made nothing.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// No place in the queue.
    #[error("the model has more orders than it can make soon: try again in a few seconds")]
    Full,
    /// Somebody asked for that.
    #[error("cancelled")]
    Cancelled,
    /// The model said no.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model did not survive this order.
    #[error("the model failed on this order; that is a fault in Gatefold: please report it")]
    Lost,
}

/// Why there is no model thread.
#[derive(Debug, thiserror::Error)]
pub enum StartError<E> {
    /// The model could not be loaded.
    #[error("{0}")]
    Load(E),
    /// The operating system gives no thread.
    #[error("there is no thread for the model: {0}")]
    Thread(std::io::Error),
    /// Loading the model did not end well.
    #[error("the model could not be loaded; that is a fault in Gatefold: please report it")]
    Lost,
}

/// A place in the queue. It is given back when the order is taken up, or dropped.
#[derive(Debug)]
pub struct Place(OwnedSemaphorePermit);

/// A place that two could give back, the thread and who waits; the first does.
#[derive(Clone)]
struct Held(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Held {
    fn new(place: OwnedSemaphorePermit) -> Self {
        Self(Arc::new(Mutex::new(Some(place))))
    }

    fn give_back(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// A picture's piece that shall be doubled.
struct Doubling {
    piece: RgbImage,
    place: Held,
    reply: oneshot::Sender<Result<RgbImage, MakeError>>,
}

struct Ticket {
    order: Order,
    job: Arc<JobHandle>,
    place: Held,
    reply: oneshot::Sender<Result<Vec<RgbImage>, MakeError>>,
}

/// What lies in the letterbox.
enum Letter {
    Make(Ticket),
    Double(Doubling),
}

impl Waits for Letter {
    fn is_wanted(&self) -> bool {
        match self {
            Self::Make(ticket) => !ticket.job.cancelled() && !ticket.reply.is_closed(),
            Self::Double(doubling) => !doubling.reply.is_closed(),
        }
    }
}

/// Whoever stops waiting, however that comes, takes his letter along.
struct Leaves<'a> {
    line: &'a Line<Letter>,
    place: Held,
}

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.line.sweep();
        self.place.give_back();
    }
}

/// The model's letterbox. The thread ends when this is dropped.
pub struct ModelThread {
    about: About,
    places: Arc<Semaphore>,
    line: Arc<Line<Letter>>,
}

impl Drop for ModelThread {
    fn drop(&mut self) {
        self.line.close();
    }
}

impl ModelThread {
    /// Loads a model on its own thread and waits until it is ready.
    ///
    /// # Errors
    /// `load`'s own, and when the operating system gives no thread.
    pub fn start<M: Model, E: Send + 'static>(
        load: impl FnOnce() -> Result<M, E> + Send + 'static,
        limits: Limits,
    ) -> Result<Self, StartError<E>> {
        // Whoever joins has a place; one that was given back may stand here a moment longer.
        let line = Arc::new(Line::<Letter>::new(usize::MAX));
        let letters = line.clone();
        let (ready, is_ready) = bounded(1);
        std::thread::Builder::new()
            .name("model".to_owned())
            .spawn(move || {
                let _pool = pools::own("model", pools::ALL);
                match load() {
                    Ok(model) => {
                        let about = About {
                            info: model.info(),
                            device: model.device(),
                            size: model.size(),
                            conditioner: model.conditioner(),
                        };
                        // Whoever started us waits for this, unless the process is going down.
                        if ready.send(Ok(about)).is_ok() {
                            work(&model, &letters, limits);
                        }
                    }
                    Err(error) => drop(ready.send(Err(error))),
                }
            })
            .map_err(StartError::Thread)?;
        let about = is_ready.recv().map_err(|_| StartError::Lost)?.map_err(StartError::Load)?;
        Ok(Self { about, places: Arc::new(Semaphore::new(limits.waiting)), line })
    }

    /// What is known of the model.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Takes a place in the queue, before any work is put into an order.
    ///
    /// # Errors
    /// [`MakeError::Full`] when there is none.
    pub fn reserve(&self) -> Result<Place, MakeError> {
        self.places.clone().try_acquire_owned().map(Place).map_err(|_| MakeError::Full)
    }

    /// Has an order made. Dropping the future, or cancelling the job, drops the order.
    ///
    /// # Errors
    /// When the model says no, and when the job was cancelled before its turn.
    pub async fn make(
        &self,
        place: Place,
        order: Order,
        job: Arc<JobHandle>,
    ) -> Result<Vec<RgbImage>, MakeError> {
        let place = Held::new(place.0);
        // Dropped after the answer's end of the channel, so that the letter is found unwanted.
        let _leaves = Leaves { line: &self.line, place: place.clone() };
        let (reply, answer) = oneshot::channel();
        let ticket = Ticket { order, job: job.clone(), place, reply };
        self.line.join(Letter::Make(ticket)).map_err(|_| MakeError::Lost)?;
        tokio::select! {
            made = answer => made.unwrap_or(Err(MakeError::Lost)),
            () = job.until_cancelled() => Err(MakeError::Cancelled),
        }
    }

    /// Doubles a piece of a picture (`gatefold::models::upscaler::pieces`). It waits for a place in the queue, and
    /// whatever lies in it meanwhile comes first: a large picture, piece by piece, holds nobody up for long.
    ///
    /// # Errors
    /// When the model says no.
    pub async fn double(&self, piece: RgbImage) -> Result<RgbImage, MakeError> {
        let place = Held::new(self.places.clone().acquire_owned().await.map_err(|_| MakeError::Lost)?);
        let _leaves = Leaves { line: &self.line, place: place.clone() };
        let (reply, answer) = oneshot::channel();
        let letter = Letter::Double(Doubling { piece, place, reply });
        self.line.join(letter).map_err(|_| MakeError::Lost)?;
        answer.await.unwrap_or(Err(MakeError::Lost))
    }
}

fn pictures(order: &Order) -> u32 {
    order.recipe.pictures()
}

fn work(model: &impl Model, letters: &Line<Letter>, limits: Limits) {
    let mut left_over = None;
    loop {
        let Some(first) = left_over.take().or_else(|| letters.next()) else { return };
        let first = match first {
            Letter::Make(ticket) => ticket,
            Letter::Double(doubling) => {
                double(model, doubling);
                continue;
            }
        };
        let mut size = pictures(&first.order);
        let mut batch = vec![first];
        let until = Instant::now() + limits.gather;
        while size < limits.batch {
            let Some(next) = letters.next_until(until) else { break };
            match next {
                Letter::Make(next) if size + pictures(&next.order) <= limits.batch => {
                    size += pictures(&next.order);
                    batch.push(next);
                }
                next => {
                    left_over = Some(next);
                    break;
                }
            }
        }
        make(model, batch);
    }
}

fn double(model: &impl Model, Doubling { piece, place, reply }: Doubling) {
    place.give_back();
    if reply.is_closed() {
        return;
    }
    let doubled = catch_unwind(AssertUnwindSafe(|| model.double(&piece)));
    // An asker that went away wants no answer.
    drop(reply.send(doubled.map_or(Err(MakeError::Lost), |doubled| doubled.map_err(MakeError::Model))));
}

fn make(model: &impl Model, tickets: Vec<Ticket>) {
    let (mut orders, mut replies) = (Vec::new(), Vec::new());
    for Ticket { order, job, place, reply } in tickets {
        place.give_back();
        if job.cancelled() || reply.is_closed() {
            continue;
        }
        let frames = u64::from(pictures(&order));
        job.stage("Drawing", frames);
        orders.push(order);
        replies.push(reply);
    }
    if orders.is_empty() {
        return;
    }
    let made = catch_unwind(AssertUnwindSafe(|| model.make(&orders)));
    let mut made = made.unwrap_or_default().into_iter();
    for reply in replies {
        let result = made.next().map_or(Err(MakeError::Lost), |one| one.map_err(MakeError::Model));
        // An asker that went away wants no answer.
        drop(reply.send(result));
    }
}

#[cfg(test)]
mod tests;
