//! Covers as pixels and as numbers: decoding within limits, hashes, near-duplicates, descriptors that are computed from one
//! cover alone.
//!
//! ```
//! use gatefold_covers::cover::{self, CoverError};
//! use image::{ImageFormat, Rgb, RgbImage};
//! use std::io::Cursor;
//!
//! let mut png = Cursor::new(Vec::new());
//! RgbImage::from_pixel(90, 60, Rgb([200, 30, 30])).write_to(&mut png, ImageFormat::Png)?;
//! let derived = cover::derive(png.get_ref()).expect("a whole picture");
//! assert_eq!((derived.width, derived.height, derived.mean), (90, 60, [200, 30, 30]));
//!
//! let half = &png.get_ref()[..png.get_ref().len() / 2];
//! assert_eq!(cover::derive(half), Err(CoverError::Truncated));
//! # Ok::<(), image::ImageError>(())
//! ```
#![warn(missing_docs)]

pub mod cover;
pub mod features;
pub mod near_duplicates;
pub mod resemblance;

pub use near_duplicates::{Look, clusters};
