//! An interpolation as a loop: GIF for everywhere, WebP for better colour in less.

use super::FinishError;
use super::scale::scale;
use color_quant::NeuQuant;
use gif::{Encoder, Frame, Repeat};
use image::RgbImage;
use std::borrow::Cow;
use webp_animation::{ColorMode, EncoderOptions, EncodingConfig};

/// Most frames of a loop, before it goes back.
pub const MOST_FRAMES: usize = 60;
/// Larger frames are scaled down to this, in pixels.
pub const MOST_SIDE: u32 = 640;
/// Quality of a WebP's frames, 0–100.
const WEBP_QUALITY: f32 = 82.0;
/// Pixels that NeuQuant learns a palette from: one in this many.
const LEARN_FROM: i32 = 7;
/// How far a pixel is pushed to break bands, in sRGB values.
const DITHER: f32 = 14.0;
/// An 8 × 8 order in which no two near thresholds are neighbours (Bayer, 1973).
const BAYER: [[u8; 8]; 8] = [
    [0, 32, 8, 40, 2, 34, 10, 42],
    [48, 16, 56, 24, 50, 18, 58, 26],
    [12, 44, 4, 36, 14, 46, 6, 38],
    [60, 28, 52, 20, 62, 30, 54, 22],
    [3, 35, 11, 43, 1, 33, 9, 41],
    [51, 19, 59, 27, 49, 17, 57, 25],
    [15, 47, 7, 39, 13, 45, 5, 37],
    [63, 31, 55, 23, 61, 29, 53, 21],
];

/// How frames follow each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pace {
    /// Milliseconds that a frame stays; a GIF rounds them to hundredths of a second, and none stays less than two.
    pub ms: u32,
    /// Whether the loop goes there and back rather than starting again with a jump.
    pub back: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self { ms: 120, back: true }
    }
}

fn failed(e: impl std::fmt::Display) -> FinishError {
    FinishError::Encoding(e.to_string())
}

/// The frames at their final size, checked.
fn sized(frames: &[RgbImage]) -> Result<Vec<Cow<'_, RgbImage>>, FinishError> {
    let refuse = |reason: String| FinishError::Frames { reason };
    if !(2..=MOST_FRAMES).contains(&frames.len()) {
        return Err(refuse(format!("there are {}", frames.len())));
    }
    let (width, height) = frames[0].dimensions();
    if width == 0 || height == 0 {
        return Err(refuse("the first has no pixels".to_owned()));
    }
    if let Some(other) = frames.iter().position(|f| f.dimensions() != (width, height)) {
        return Err(refuse(format!("number {} has another than the first", other + 1)));
    }
    let longer = width.max(height);
    if longer <= MOST_SIDE {
        return Ok(frames.iter().map(Cow::Borrowed).collect());
    }
    let to = |v: u32| (v * MOST_SIDE / longer).max(1);
    frames.iter().map(|f| scale(f, to(width), to(height)).map(Cow::Owned)).collect()
}

/// The order in which frames are shown: ends are not shown twice in a row.
fn order(n: usize, back: bool) -> Vec<usize> {
    let way_back = if back { 1..n - 1 } else { 0..0 };
    (0..n).chain(way_back.rev()).collect()
}

/// The frames as a GIF that repeats for ever. Each frame has its own 256 colours.
///
/// # Errors
/// When there are too few or too many frames, or they are not of one size.
pub fn gif(frames: &[RgbImage], pace: Pace) -> Result<Vec<u8>, FinishError> {
    let frames = sized(frames)?;
    let side = |v: u32| u16::try_from(v).map_err(failed);
    let (width, height) = (side(frames[0].width())?, side(frames[0].height())?);
    let delay = u16::try_from(pace.ms.saturating_add(5) / 10).unwrap_or(u16::MAX).max(2);
    let drawn: Vec<(Vec<u8>, Vec<u8>)> = frames.iter().map(|frame| indexed(frame)).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height, &[]).map_err(failed)?;
    encoder.set_repeat(Repeat::Infinite).map_err(failed)?;
    for i in order(frames.len(), pace.back) {
        let (palette, pixels) = &drawn[i];
        let frame = Frame {
            width,
            height,
            delay,
            palette: Some(palette.clone()),
            buffer: Cow::Borrowed(pixels),
            ..Frame::default()
        };
        encoder.write_frame(&frame).map_err(failed)?;
    }
    drop(encoder);
    Ok(bytes)
}

/// A frame's palette, and its pixels as indices into it, dithered in an order that stands still from frame to frame.
fn indexed(frame: &RgbImage) -> (Vec<u8>, Vec<u8>) {
    let rgba: Vec<u8> = frame.pixels().flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    // Too few pixels to learn from are all learnt from.
    let every = if frame.pixels().len() < 20_000 { 1 } else { LEARN_FROM };
    let colours = NeuQuant::new(every, 256, &rgba);
    // Two values a step in each channel: the nearest colour is looked up once for all pixels alike.
    let mut known = vec![u16::MAX; 1 << 18];
    let index = |x: u32, y: u32, p: &[u8; 3]| {
        let threshold = f32::from(BAYER[(y % 8) as usize][(x % 8) as usize]) / 63.0 - 0.5;
        let [r, g, b] = p.map(|v| (f32::from(v) + threshold * DITHER).round().clamp(0.0, 255.0) as u8);
        let key = usize::from(r >> 2) << 12 | usize::from(g >> 2) << 6 | usize::from(b >> 2);
        if known[key] == u16::MAX {
            known[key] = colours.index_of(&[r, g, b, 255]) as u16;
        }
        known[key] as u8
    };
    let mut index = index;
    let pixels = frame.enumerate_pixels().map(|(x, y, p)| index(x, y, &p.0)).collect();
    (colours.color_map_rgb(), pixels)
}

/// The frames as an animated WebP that repeats for ever: a tenth of a GIF's size, and all colours.
///
/// # Errors
/// When there are too few or too many frames, or they are not of one size.
pub fn webp(frames: &[RgbImage], pace: Pace) -> Result<Vec<u8>, FinishError> {
    let frames = sized(frames)?;
    let ms = i32::try_from(pace.ms.clamp(20, 60_000)).map_err(failed)?;
    let options = EncoderOptions {
        color_mode: ColorMode::Rgb,
        encoding_config: Some(EncodingConfig::new_lossy(WEBP_QUALITY)),
        ..EncoderOptions::default()
    };
    let mut encoder =
        webp_animation::Encoder::new_with_options(frames[0].dimensions(), options).map_err(failed)?;
    let mut at = 0;
    for i in order(frames.len(), pace.back) {
        encoder.add_frame(frames[i].as_raw(), at).map_err(failed)?;
        at += ms;
    }
    Ok(encoder.finalize(at).map_err(failed)?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::gif::GifDecoder;
    use image::codecs::webp::WebPDecoder;
    use image::{AnimationDecoder, Rgb};
    use std::io::Cursor;

    fn frames(n: u32, side: u32) -> Vec<RgbImage> {
        let frame = |i: u32| {
            RgbImage::from_fn(side, side, |x, y| {
                Rgb([(x * 255 / side) as u8, (y * 255 / side) as u8, (i * 60) as u8])
            })
        };
        (0..n).map(frame).collect()
    }

    fn decoded(bytes: &[u8]) -> Vec<image::Frame> {
        let frames = if bytes.starts_with(b"GIF8") {
            GifDecoder::new(Cursor::new(bytes)).unwrap().into_frames()
        } else {
            WebPDecoder::new(Cursor::new(bytes)).unwrap().into_frames()
        };
        frames.collect_frames().unwrap()
    }

    /// Mean difference of a channel, in sRGB values.
    fn difference(a: &image::RgbaImage, b: &RgbImage) -> f32 {
        let sum: u32 = a
            .pixels()
            .zip(b.pixels())
            .map(|(a, b)| (0..3).map(|c| u32::from(a[c].abs_diff(b[c]))).sum::<u32>())
            .sum();
        sum as f32 / (3 * b.width() * b.height()) as f32
    }

    #[test]
    fn a_loop_goes_there_and_back_and_shows_no_end_twice() {
        assert_eq!(order(4, true), [0, 1, 2, 3, 2, 1]);
        assert_eq!(order(2, true), [0, 1]);
        assert_eq!(order(3, false), [0, 1, 2]);
    }

    #[test]
    fn a_gif_shows_every_frame_near_its_colours() {
        let frames = frames(4, 96);
        let shown = decoded(&gif(&frames, Pace { ms: 100, back: true }).unwrap());
        assert_eq!(shown.len(), 6);
        for (i, at) in order(4, true).into_iter().enumerate() {
            let difference = difference(shown[i].buffer(), &frames[at]);
            assert!(difference < 9.0, "frame {i} is off by {difference}");
            assert_eq!(shown[i].delay().numer_denom_ms().0, 100);
        }
    }

    #[test]
    fn a_webp_shows_every_frame_near_its_colours() {
        let frames = frames(4, 96);
        let shown = decoded(&webp(&frames, Pace { ms: 90, back: true }).unwrap());
        assert_eq!(shown.len(), 6);
        for (i, at) in order(4, true).into_iter().enumerate() {
            let difference = difference(shown[i].buffer(), &frames[at]);
            assert!(difference < 4.0, "frame {i} is off by {difference}");
            assert_eq!(shown[i].delay().numer_denom_ms().0, 90);
        }
    }

    #[test]
    fn large_frames_are_made_smaller() {
        let frames = frames(2, 700);
        for bytes in [gif(&frames, Pace::default()).unwrap(), webp(&frames, Pace::default()).unwrap()] {
            assert_eq!(decoded(&bytes)[0].buffer().dimensions(), (MOST_SIDE, MOST_SIDE));
        }
    }

    #[test]
    fn what_is_no_loop_is_refused() {
        let one = frames(1, 8);
        assert!(gif(&one, Pace::default()).is_err() && webp(&one, Pace::default()).is_err());
        let mixed = [frames(1, 8), frames(1, 9)].concat();
        let error = gif(&mixed, Pace::default()).unwrap_err().to_string();
        assert!(error.contains("number 2"), "{error}");
    }
}
