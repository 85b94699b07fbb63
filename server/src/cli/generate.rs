//! `gatefold generate`

use crate::cli::finishing::Finishing;
use crate::cli::{Common, Failure};
use crate::pictures::{self, Format};
use crate::resembling::Compared;
use crate::service::finishing::{self, LoopFormat};
use crate::service::{attributes, generating};
use crate::weights;
use clap::ValueEnum;
use gatefold::album::AlbumId;
use gatefold::catalog::{Access, Catalog};
use gatefold::finish::animate::{MOST_SIDE, Pace};
use gatefold::finish::{export, scale};
use gatefold::models::{DeviceChoice, ModelError, Order};
use gatefold::recipe::{Kind, Line, Parent, Recipe, Towards};
use gatefold::report::GenerateReport;
use gatefold::whole;
use image::RgbImage;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum What {
    /// One cover from the weighted mean of two or more
    Average,
    /// A line from one cover to another, as one strip
    Interpolate,
    /// No parents: what the model believes covers look like
    Sample,
    /// One cover through the model and back
    Reconstruct,
    /// From one cover onward, as one strip
    Walk,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum How {
    /// Each where it has most to show
    Exposed,
    /// By their codes, around the middle of all covers
    Round,
    /// By their codes, straight
    Straight,
}

/// Make a new cover
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What is made
    what: What,
    /// The parents' ids, as `gatefold albums` prints them
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    albums: Vec<AlbumId>,
    /// How much of each parent goes in, in the same order [default: 1 each]
    #[arg(long, value_name = "W,…", value_delimiter = ',', allow_hyphen_values = true, value_parser = weight)]
    weights: Vec<f32>,
    /// Weights of a model (.safetensors, with its .json beside it) [default: the one in this program]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Pictures along an interpolation or a walk, ends included
    #[arg(long, value_name = "N", default_value_t = 9, allow_negative_numbers = true)]
    steps: u32,
    /// Seed of everything drawn at random
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,
    /// How far what is drawn at random may stray, 0–2
    #[arg(long, value_name = "T", default_value_t = 1.0, allow_negative_numbers = true)]
    temperature: f32,
    /// How albums become one: exposed onto one sheet, or by their codes, round the middle of all covers or straight
    #[arg(long, value_name = "HOW", value_enum, default_value_t = How::Exposed)]
    line: How,
    /// What it shall have more of, or less: a genre of the catalogue, dark, light, old, new, colourful or grey, with an
    /// amount from -3 to 3 (1 when not said)
    #[arg(long, value_name = "WHAT[=AMOUNT],…", value_delimiter = ',')]
    towards: Vec<String>,
    /// The file to write: .png, .jpg or .jpeg; of an interpolation or a walk .gif or .webp, which move
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// Write each step of an interpolation or a walk here as well
    #[arg(long, value_name = "DIR")]
    frames: Option<PathBuf>,
    #[command(flatten)]
    finishing: Finishing,
    #[command(flatten)]
    pub common: Common,
}

/// What kind of file is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    Still(Format),
    Loop(LoopFormat),
}

impl Target {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "gif" => Some(Self::Loop(LoopFormat::Gif)),
            "webp" => Some(Self::Loop(LoopFormat::WebP)),
            _ => Format::of(path).map(Self::Still),
        }
    }
}

/// Runs the command. It reads only, so it works beside a server; a sample needs no catalogue at all.
pub fn run(args: Args) -> Result<(), Failure> {
    let started = Instant::now();
    let (recipe, target) = check(&args).map_err(Failure::Usage)?;
    // The catalogue's refusals come before the model, which takes a while to load.
    let catalog = match recipe.parents.is_empty() {
        true => None,
        false => Some(Catalog::open(&args.common.data()?, Access::Read)?),
    };
    let parents = match &catalog {
        Some(catalog) => generating::parents(catalog, &recipe)?,
        None => Vec::new(),
    };
    let model = weights::load_with_enlarger(args.model.as_deref(), DeviceChoice::Auto)?;
    let recipe = generating::complete(recipe, &model.info())?;
    let covers = match &catalog {
        Some(catalog) => generating::decode(catalog, &parents, model.size())?,
        None => Vec::new(),
    };
    let wishes = match (recipe.towards.is_empty(), model.conditioner()) {
        (true, _) => Vec::new(),
        (false, None) => return Err(ModelError::NoAttributes.into()),
        (false, Some(conditioner)) => {
            // Wishes mean something in a catalogue only; a sample with wishes needs one too.
            let compass = match &catalog {
                Some(catalog) => attributes::read(catalog, &conditioner)?,
                None => attributes::read(&Catalog::open(&args.common.data()?, Access::Read)?, &conditioner)?,
            };
            attributes::directions(&compass, &recipe)?
        }
    };
    let order = Order { recipe: recipe.clone(), parents: covers, attributes: wishes };
    let frames = model
        .make(&[order])
        .pop()
        .ok_or_else(|| Failure::Failed("the model made nothing; please report this".to_owned()))??;

    let mut written = Vec::new();
    if let Some(folder) = &args.frames {
        whole::make_folder(folder)
            .map_err(|e| Failure::Failed(format!("{} cannot be made: {e}", folder.display())))?;
        for (i, frame) in frames.iter().enumerate() {
            let path = folder.join(format!("{i:02}.png"));
            write(&path, frame, Format::Png)?;
            written.push(path.display().to_string());
        }
    }
    let first =
        frames.first().ok_or_else(|| Failure::Failed("no picture came; please report this".to_owned()))?;
    let (picture, notes) = match target {
        Target::Loop(format) => {
            let side = args.finishing.size().unwrap_or(finishing::LOOP_SIDE);
            let large = |frame| Ok(scale::scale(&model.doubled(frame, side)?, side, side)?);
            let large = frames.iter().map(large).collect::<Result<Vec<_>, Failure>>()?;
            put(&args.out, &format.encode(&large, Pace::default())?)?;
            (large.into_iter().next().unwrap_or_default(), Vec::new())
        }
        Target::Still(format) if args.finishing.is_asked_for() => {
            let palette = finishing::palette(catalog.as_ref(), &parents, first)?;
            let plan = args.finishing.plan(recipe.seed).map_err(Failure::Usage)?;
            let finished = args.finishing.apply(&model, first, &palette, &plan)?;
            let mut notes = finished.notes();
            if let Some(catalog) = &catalog {
                notes.extend(too_near(catalog, first)?);
            }
            match args.finishing.format() {
                Some(wanted) => put(&args.out, &export::encode(&finished.picture, wanted)?)?,
                None => write(&args.out, &finished.picture, format)?,
            }
            (finished.picture, notes)
        }
        Target::Still(format) => {
            let strip = pictures::strip(&frames);
            write(&args.out, &strip, format)?;
            (strip, Vec::new())
        }
    };
    let report = GenerateReport {
        out: args.out.display().to_string(),
        width: picture.width(),
        height: picture.height(),
        recipe,
        seconds: started.elapsed().as_secs_f64(),
        frames: written,
        notes,
    };
    let output = args.common.output();
    for note in &report.notes {
        output.say(format_args!("{note}"));
    }
    output.say(format_args!(
        "{} ({} × {}), in {:.1} s",
        report.out, report.width, report.height, report.seconds
    ));
    if output.is_json() { output.object(&report) } else { Ok(()) }
}

/// The recipe that the arguments say, or why they never make one.
fn check(args: &Args) -> Result<(Recipe, Target), String> {
    let target = Target::of(&args.out).ok_or_else(|| {
        format!(
            "{} is neither .png nor .jpg, .gif or .webp: name the file by what it shall be",
            args.out.display()
        )
    })?;
    if !args.weights.is_empty() && args.weights.len() != args.albums.len() {
        let (weights, albums) = (args.weights.len(), args.albums.len());
        return Err(format!("there are {weights} weights for {albums} albums: give one for each"));
    }
    if args.frames.is_some() && !matches!(args.what, What::Interpolate | What::Walk) {
        return Err("--frames is for interpolations and walks; everything else has one picture".to_owned());
    }
    let weights = args.weights.iter().copied().chain(std::iter::repeat(1.0));
    let kind = match args.what {
        What::Average => Kind::Average,
        What::Interpolate => Kind::Interpolate,
        What::Sample => Kind::Sample,
        What::Reconstruct => Kind::Reconstruct,
        What::Walk => Kind::Walk,
    };
    let parents = args.albums.iter().zip(weights).map(|(&id, weight)| Parent { id, weight }).collect();
    let recipe = Recipe {
        steps: args.steps,
        seed: args.seed,
        temperature: args.temperature,
        line: match args.line {
            How::Exposed => Line::Exposed,
            How::Round => Line::Round,
            How::Straight => Line::Straight,
        },
        towards: args.towards.iter().map(|wish| wished(wish)).collect::<Result<_, _>>()?,
        ..Recipe::new(kind, parents)
    };
    recipe.check().map_err(|e| e.to_string())?;
    check_target(args, target, recipe.pictures())?;
    args.finishing.plan(args.seed)?;
    Ok((recipe, target))
}

/// Whether so many pictures can become such a file.
fn check_target(args: &Args, target: Target, pictures: u32) -> Result<(), String> {
    let out = args.out.display();
    match target {
        Target::Loop(_) if pictures < 2 => {
            Err(format!("{out} would have one picture: make an interpolation or a walk, or a .png"))
        }
        Target::Loop(_) if args.finishing.has_more_than_size() => {
            Err("a loop takes --size and no other finish: titles stand on one cover".to_owned())
        }
        Target::Loop(_) if args.finishing.size().is_some_and(|side| side > MOST_SIDE) => {
            Err(format!("a loop has at most {MOST_SIDE} pixels across: give a smaller --size"))
        }
        Target::Still(_) if args.finishing.is_asked_for() && pictures > 1 => Err(
            "one cover is finished, not a strip: make an average, a sample or a reconstruction, or a .gif or \
             .webp of the given --size"
                .to_owned(),
        ),
        Target::Still(Format::Png) if args.finishing.format().is_some() => {
            Err(format!("--format makes a JPEG: name the file .jpg instead of {out}"))
        }
        _ => Ok(()),
    }
}

/// A warning when a picture comes too near to a cover of the catalogue.
fn too_near(catalog: &Catalog, picture: &RgbImage) -> Result<Option<String>, Failure> {
    let near = Compared::read(catalog)?.nearest(picture).filter(|found| found.too_near);
    Ok(near.map(|found| {
        let (title, id) = (&found.album.title, found.album.id);
        format!("It comes very near to the cover of “{title}” ({id}): look at both before you publish it.")
    }))
}

/// A weight; what is no number of 32 bits is left to the recipe's own refusal.
fn weight(text: &str) -> Result<f32, String> {
    text.trim().parse().map_err(|_| "a weight is a number, as in --weights 1,0.5,-0.25".to_owned())
}

/// `dark`, `jazz=0.5` or `jazz=-1`.
fn wished(wish: &str) -> Result<Towards, String> {
    let (what, amount) = wish.split_once('=').unwrap_or((wish, "1"));
    let amount = amount
        .trim()
        .parse()
        .map_err(|_| format!("“{wish}” has no number behind its =: write --towards {what}=0.5"))?;
    Ok(Towards { what: what.trim().to_owned(), amount })
}

fn write(path: &Path, picture: &RgbImage, format: Format) -> Result<(), Failure> {
    put(path, &pictures::encode(picture, format)?)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    whole::write(path, bytes)
        .map_err(|e| Failure::Failed(format!("{} cannot be written: {e}", path.display())))
}
