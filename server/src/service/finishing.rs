//! Finishing: from a kept picture to a file for use, enlarged, titled, framed, encoded.

use super::{Serve, generating, studio};
use crate::pictures;
use crate::problem::Problem;
use crate::state::AppState;
use crate::store::blocking;
use gatefold::catalog::Catalog;
use gatefold::finish::animate::{self, Pace};
use gatefold::finish::{FinishError, Finished, export, finish, scale};
use gatefold::finishing::{Finish, Format};
use gatefold::models::upscaler;
use gatefold::operations::ReadFinishedNotes;
use gatefold::wire::{FinishedNotes, Generated};
use image::RgbImage;
use std::sync::Arc;

/// Pixels across where somebody wants a PNG and says no size, and what distributors take.
pub const USUAL_SIDE: u32 = 3000;
/// Pixels across a loop's frames where nobody says; also the most, see [`animate::MOST_SIDE`].
pub const LOOP_SIDE: u32 = 512;
/// Colours that are offered.
const COLOURS: usize = 12;
impl From<FinishError> for Problem {
    fn from(error: FinishError) -> Self {
        match error {
            FinishError::Scaling(_) | FinishError::Encoding(_) => Self::Internal(error.to_string()),
            error => Self::Unacceptable(error.to_string()),
        }
    }
}

/// The parents' colours, each parent's most common ones first in turn; without parents, those of the picture.
///
/// # Errors
/// The catalogue's.
pub fn palette(
    catalog: Option<&Catalog>,
    parents: &[generating::Parent],
    picture: &RgbImage,
) -> Result<Vec<[u8; 3]>, Problem> {
    let hashes: Vec<_> = parents.iter().map(|parent| parent.cover.clone()).collect();
    let derived = match catalog {
        Some(catalog) if !hashes.is_empty() => catalog.derived_many(&hashes)?,
        _ => Vec::new(),
    };
    let own: Vec<Vec<[u8; 3]>> = derived.into_iter().flatten().map(|derived| derived.palette).collect();
    let most = own.iter().map(Vec::len).max().unwrap_or(0);
    let mut colours: Vec<[u8; 3]> = Vec::new();
    for colour in (0..most).flat_map(|i| own.iter().filter_map(move |own| own.get(i).copied())) {
        if !colours.contains(&colour) {
            colours.push(colour);
        }
    }
    if colours.is_empty() {
        colours = gatefold::cover::palette(picture);
    }
    colours.truncate(COLOURS);
    Ok(colours)
}

/// A kept picture with what finishing needs of its parents.
struct Kept {
    picture: RgbImage,
    palette: Vec<[u8; 3]>,
}

async fn kept(state: &AppState, generated: Generated, frame: u32) -> Result<Kept, Problem> {
    state
        .store
        .read(move |catalog| {
            let picture = picture(catalog, &generated.id, frame)?;
            // Parents that went meanwhile leave their colours with the picture.
            let parents = generating::parents(catalog, &generated.recipe).unwrap_or_default();
            Ok::<_, Problem>(Kept { palette: palette(Some(catalog), &parents, &picture)?, picture })
        })
        .await
}

fn picture(catalog: &Catalog, id: &str, frame: u32) -> Result<RgbImage, Problem> {
    let png = catalog.generated_png(id, frame)?;
    let png = png.ok_or_else(|| Problem::Gone("its picture is gone: make it again".to_owned()))?;
    pictures::from_png(&png).map_err(|e| Problem::Internal(e.to_string()))
}

/// The generated cover of that name, if it has that frame.
async fn generated(state: &AppState, id: String, frame: u32) -> Result<Generated, Problem> {
    let generated = studio::generated(state, id).await?;
    if frame >= generated.frames {
        let frames = generated.frames;
        return Err(Problem::NotFound(format!(
            "it has {frames} pictures, counted from 0: there is no {frame}"
        )));
    }
    Ok(generated)
}

/// A frame enlarged to `side`×`side` pixels, by the model thread's enlarger. A loop's many frames are not worth remembering.
async fn enlarged(
    state: &AppState,
    id: &str,
    frame: u32,
    picture: RgbImage,
    side: u32,
    remember: bool,
) -> Result<RgbImage, Problem> {
    let doublings = upscaler::doublings(picture.width(), side);
    let mut large = Arc::new(picture);
    for times in 1..=doublings {
        let name = (id.to_owned(), frame, times);
        if let Some(known) = state.caches.enlarged.get(&name) {
            large = known;
            continue;
        }
        let mut out = RgbImage::new(large.width() * 2, large.height() * 2);
        for piece in upscaler::pieces(&large) {
            let doubled = match state.model() {
                Ok(model) => model.double(piece.picture.clone()).await?,
                // A catalogue may be served without a model.
                Err(_) => upscaler::bicubic(&piece.picture),
            };
            piece.lay(&doubled, &mut out);
        }
        large = Arc::new(out);
        if remember {
            state.caches.enlarged.insert(name, large.clone());
        }
    }
    blocking(move || Ok(scale::scale(&large, side, side)?)).await
}

/// What is wanted of a kept cover.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The generated cover's id.
    pub id: String,
    /// Which of its pictures.
    pub frame: u32,
    /// Title, border and the rest.
    pub finish: Finish,
    /// Which file.
    pub format: Format,
    /// Pixels across, for a PNG; the other formats have their own.
    pub side: Option<u32>,
}

impl Wanted {
    fn side(&self) -> Result<u32, Problem> {
        let own = match self.format {
            Format::Distributor => export::DISTRIBUTOR_SIDE,
            Format::Playlist => export::PLAYLIST_SIDE,
            Format::Png => USUAL_SIDE,
        };
        match (self.format, self.side) {
            (Format::Png, Some(side)) if !(gatefold::finish::SMALLEST..=4096).contains(&side) => {
                let sentence = format!("a picture of {side} pixels is not made here: ask for 64 to 4096");
                Err(Problem::Unacceptable(sentence))
            }
            (Format::Png, Some(side)) => Ok(side),
            _ => Ok(own),
        }
    }
}

async fn finished(state: &AppState, wanted: &Wanted) -> Result<(Finished, Vec<[u8; 3]>), Problem> {
    wanted.finish.check().map_err(|e| Problem::Unacceptable(e.to_string()))?;
    let side = wanted.side()?;
    let generated = generated(state, wanted.id.clone(), wanted.frame).await?;
    let Kept { picture, palette } = kept(state, generated, wanted.frame).await?;
    let large = enlarged(state, &wanted.id, wanted.frame, picture, side, true).await?;
    let (plan, colours) = (wanted.finish.clone(), palette.clone());
    let done = blocking(move || Ok(finish(&large, &colours, &plan)?)).await?;
    Ok((done, palette))
}

/// A finished cover as a file. Takes milliseconds at 640 pixels and seconds at 3000.
///
/// # Errors
/// When there is no such cover, the finish cannot be, or too many others wait.
pub async fn file(state: &AppState, wanted: Wanted) -> Result<Vec<u8>, Problem> {
    let _leave = state.finishers.leave().await?;
    let (done, _) = finished(state, &wanted).await?;
    blocking(move || Ok(export::encode(&done.picture, wanted.format)?)).await
}

impl Serve<ReadFinishedNotes> for AppState {
    async fn serve(&self, asked: ReadFinishedNotes) -> Result<FinishedNotes, Problem> {
        let ReadFinishedNotes { id, finish, format, side, frame } = asked;
        let wanted = Wanted { id, frame, finish: finish.unwrap_or_default(), format, side };
        wanted.side()?;
        let _leave = self.finishers.leave().await?;
        // What is left out, and what can be read, does not depend on the size.
        let small = Wanted { format: Format::Playlist, ..wanted };
        let (done, palette) = finished(self, &small).await?;
        Ok(FinishedNotes { notes: done.notes(), contrast: done.contrast, ink: done.ink, palette })
    }
}

/// How a loop is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoopFormat {
    /// For everywhere.
    Gif,
    /// Better colour in less.
    WebP,
}

impl LoopFormat {
    /// The file's media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
        }
    }

    /// The file.
    ///
    /// # Errors
    /// When there are too few frames, or too many.
    pub fn encode(self, frames: &[RgbImage], pace: Pace) -> Result<Vec<u8>, FinishError> {
        match self {
            Self::Gif => animate::gif(frames, pace),
            Self::WebP => animate::webp(frames, pace),
        }
    }
}

/// The steps of an interpolation or a walk as an animated loop.
///
/// # Errors
/// When there is no such cover, or it is a single picture.
pub async fn animated(
    state: &AppState,
    id: String,
    format: LoopFormat,
    side: u32,
    pace: Pace,
) -> Result<Vec<u8>, Problem> {
    if !(gatefold::finish::SMALLEST..=animate::MOST_SIDE).contains(&side) {
        let most = animate::MOST_SIDE;
        return Err(Problem::Unacceptable(format!("a loop has 64 to {most} pixels across, not {side}")));
    }
    let _leave = state.finishers.leave().await?;
    let of = generated(state, id, 0).await?;
    if of.frames < 2 {
        let sentence = "one picture is no loop: make an interpolation or a walk".to_owned();
        return Err(Problem::Unacceptable(sentence));
    }
    let mut frames = Vec::with_capacity(of.frames as usize);
    for frame in 0..of.frames {
        let name = of.id.clone();
        let small = state.store.read(move |catalog| picture(catalog, &name, frame)).await?;
        frames.push(enlarged(state, &of.id, frame, small, side, false).await?);
    }
    blocking(move || Ok(format.encode(&frames, pace)?)).await
}
