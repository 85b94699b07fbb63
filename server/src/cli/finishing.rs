//! How `gatefold generate` finishes what it made.

use crate::cli::Failure;
use crate::service::finishing::USUAL_SIDE;
use clap::ValueEnum;
use gatefold::finish::{Finished, finish, scale};
use gatefold::finishing::{Backing, Face, Finish, Format, Ink, Place, Size};
use gatefold::models::Generator;
use image::RgbImage;

/// Title, artist, and the rest of what makes a picture a cover
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Finish")]
pub struct Finishing {
    /// Pixels across, 64–8192 [default: what the model makes, 3000 with a title, 640 for --format playlist]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(64..=8192))]
    size: Option<u32>,
    /// Title to set on it
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Artist to set on it
    #[arg(long, value_name = "TEXT")]
    artist: Option<String>,
    /// Typeface: archivo-black, anton, league-gothic, syne, jost, unbounded, cormorant, ultra, grenze-gotisch, shrikhand,
    /// space-mono or amatic-sc
    #[arg(long, value_name = "NAME", value_parser = named::<Face>)]
    face: Option<Face>,
    /// Where title and artist stand: top-left, top, top-right, left, centre, right, bottom-left, bottom, bottom-right or
    /// apart
    #[arg(long, value_name = "NAME", value_parser = named::<Place>)]
    place: Option<Place>,
    /// How large the title is at most: small, medium or large
    #[arg(long, value_name = "NAME", value_parser = named::<Size>)]
    letters: Option<Size>,
    /// Colour of the letters: auto, white, black, or a number of the parents' palette, counted from 0
    #[arg(long, value_name = "INK", value_parser = ink)]
    ink: Option<Ink>,
    /// What lies beneath the letters: auto, none, band or shade
    #[arg(long, value_name = "NAME", value_parser = named::<Backing>)]
    backing: Option<Backing>,
    /// Film grain, 0–1
    #[arg(long, value_name = "G", default_value_t = 0.0, allow_negative_numbers = true)]
    grain: f32,
    /// Border as a share of the side, 0–0.15
    #[arg(long, value_name = "B", default_value_t = 0.0, allow_negative_numbers = true)]
    border: f32,
    /// Colour of the border, as --ink
    #[arg(long, value_name = "INK", value_parser = ink)]
    border_ink: Option<Ink>,
    /// The file it is for: distributor (3000 px JPEG), playlist (640 px JPEG of at most 190 kB)
    #[arg(long = "format", value_name = "FOR", value_enum)]
    purpose: Option<Purpose>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Purpose {
    /// 3000 × 3000 pixels, JPEG
    Distributor,
    /// 640 × 640 pixels, JPEG, at most 190,000 bytes
    Playlist,
}

/// A value by the name that it has in JSON.
fn named<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|error| error.to_string())
}

/// A colour by its name or its number in the palette.
fn ink(name: &str) -> Result<Ink, String> {
    match name.parse() {
        Ok(number) => Ok(Ink::Palette(number)),
        Err(_) => named(name),
    }
}

impl Finishing {
    /// Whether anything is to be done.
    pub fn is_asked_for(&self) -> bool {
        self.size.is_some() || self.has_more_than_size()
    }

    /// Whether anything but another size is to be done.
    pub fn has_more_than_size(&self) -> bool {
        let written = self.title.is_some() || self.artist.is_some();
        written || self.purpose.is_some() || self.grain != 0.0 || self.border != 0.0
    }

    /// The finish, if it can be.
    ///
    /// # Errors
    /// A sentence that says what cannot.
    pub fn plan(&self, seed: u64) -> Result<Finish, String> {
        let finish = Finish {
            title: self.title.clone().unwrap_or_default(),
            artist: self.artist.clone().unwrap_or_default(),
            face: self.face.unwrap_or_default(),
            place: self.place.unwrap_or_default(),
            size: self.letters.unwrap_or_default(),
            ink: self.ink.unwrap_or_default(),
            backing: self.backing.unwrap_or_default(),
            grain: self.grain,
            border: self.border,
            border_ink: self.border_ink.unwrap_or_default(),
            seed,
        };
        finish.check().map_err(|error| error.to_string())?;
        Ok(finish)
    }

    /// Pixels across that were asked for.
    pub fn size(&self) -> Option<u32> {
        self.size
    }

    fn side(&self, made: u32) -> u32 {
        let usual = match self.purpose {
            Some(Purpose::Distributor) => USUAL_SIDE,
            Some(Purpose::Playlist) => 640,
            None if self.title.is_some() || self.artist.is_some() => USUAL_SIDE,
            None => made,
        };
        self.size.unwrap_or(usual)
    }

    /// Enlarges and finishes a picture; `palette` are colours of its parents.
    ///
    /// # Errors
    /// See [`gatefold::finish::FinishError`].
    pub fn apply(
        &self,
        model: &Generator,
        picture: &RgbImage,
        palette: &[[u8; 3]],
        plan: &Finish,
    ) -> Result<Finished, Failure> {
        let side = self.side(picture.width());
        let large = scale::scale(&model.doubled(picture, side)?, side, side)?;
        Ok(finish(&large, palette, plan)?)
    }

    /// The format that was asked for by purpose.
    pub fn format(&self) -> Option<Format> {
        self.purpose.map(|purpose| match purpose {
            Purpose::Distributor => Format::Distributor,
            Purpose::Playlist => Format::Playlist,
        })
    }
}
