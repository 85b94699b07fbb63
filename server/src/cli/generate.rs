//! `gatefold generate`

use crate::cli::finishing::Finishing;
use crate::cli::{Common, Failure};
use crate::pictures::{self, Format};
use crate::{compass, generating, weights};
use clap::ValueEnum;
use gatefold::album::AlbumId;
use gatefold::catalog::{Access, Catalog};
use gatefold::finish::export;
use gatefold::model::{DeviceChoice, ModelError, Order};
use gatefold::recipe::{Kind, Line, Parent, Recipe, Towards};
use gatefold::report::GenerateReport;
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

/// Make a new cover
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What is made
    what: What,
    /// The parents' ids, as `gatefold albums` prints them
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    albums: Vec<AlbumId>,
    /// How much of each parent goes in, in the same order [default: 1 each]
    #[arg(long, value_name = "W,…", value_delimiter = ',', allow_negative_numbers = true)]
    weights: Vec<f32>,
    /// Weights of a model (.safetensors, with its .json beside it) [default: the one in this program]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Pictures along an interpolation or a walk, ends included
    #[arg(long, value_name = "N", default_value_t = 9)]
    steps: u32,
    /// Seed of everything drawn at random
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How far what is drawn at random may stray, 0–2
    #[arg(long, value_name = "T", default_value_t = 1.0)]
    temperature: f32,
    /// Interpolate straight through the middle instead of around it
    #[arg(long)]
    straight: bool,
    /// What it shall have more of, or less: a genre of the catalogue, dark, light, old, new, colourful or grey, with an
    /// amount from -3 to 3 (1 when not said)
    #[arg(long, value_name = "WHAT[=AMOUNT],…", value_delimiter = ',')]
    towards: Vec<String>,
    /// The file to write: .png, .jpg or .jpeg
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

/// Runs the command. It reads only, so it works beside a server; a sample needs no catalogue at all.
pub fn run(args: Args) -> Result<(), Failure> {
    let started = Instant::now();
    let (recipe, format) = check(&args).map_err(Failure::Usage)?;
    // The catalogue's refusals come before the model, which takes a while to load.
    let catalog = match recipe.parents.is_empty() {
        true => None,
        false => Some(Catalog::open(&args.common.data()?, Access::Read)?),
    };
    let parents = match &catalog {
        Some(catalog) => generating::parents(catalog, &recipe)?,
        None => Vec::new(),
    };
    let model = weights::load(args.model.as_deref(), DeviceChoice::Auto)?;
    let recipe = generating::complete(recipe, &model.info())?;
    let covers = match &catalog {
        Some(catalog) => generating::decode(catalog, &parents, model.size())?,
        None => Vec::new(),
    };
    let palette = match &catalog {
        Some(catalog) => palette(catalog, &parents)?,
        None => Vec::new(),
    };
    let wishes = match (recipe.towards.is_empty(), model.conditioner()) {
        (true, _) => Vec::new(),
        (false, None) => return Err(ModelError::Wishes.into()),
        (false, Some(conditioner)) => {
            // Wishes mean something in a catalogue only; a sample with wishes needs one too.
            let catalog = match catalog {
                Some(catalog) => catalog,
                None => Catalog::open(&args.common.data()?, Access::Read)?,
            };
            compass::directions(&compass::read(&catalog, &conditioner)?, &recipe)?
        }
    };
    let order = Order { recipe: recipe.clone(), parents: covers, wishes };
    let frames = model
        .make(&[order])
        .pop()
        .ok_or_else(|| Failure::Failed("the model made nothing; please report this".to_owned()))??;

    let mut written = Vec::new();
    if let Some(folder) = &args.frames {
        std::fs::create_dir_all(folder)
            .map_err(|e| Failure::Failed(format!("{} cannot be made: {e}", folder.display())))?;
        for (i, frame) in frames.iter().enumerate() {
            let path = folder.join(format!("{i:02}.png"));
            write(&path, frame, Format::Png)?;
            written.push(path.display().to_string());
        }
    }
    let (picture, notes) = match args.finishing.is_asked_for() {
        true => {
            let first = frames
                .first()
                .ok_or_else(|| Failure::Failed("no picture came; please report this".to_owned()))?;
            let plan = args.finishing.plan(recipe.seed).map_err(Failure::Usage)?;
            let finished = args.finishing.apply(first, &palette, &plan)?;
            let notes = finished.notes();
            (finished.picture, notes)
        }
        false => (pictures::strip(&frames), Vec::new()),
    };
    match args.finishing.format() {
        Some(wanted) => put(&args.out, &export::encode(&picture, wanted)?)?,
        None => write(&args.out, &picture, format)?,
    }
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
fn check(args: &Args) -> Result<(Recipe, Format), String> {
    let format = Format::of(&args.out).ok_or_else(|| {
        format!("{} is neither .png nor .jpg: name the file by what it shall be", args.out.display())
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
        line: if args.straight { Line::Straight } else { Line::Round },
        towards: args.towards.iter().map(|wish| wished(wish)).collect::<Result<_, _>>()?,
        ..Recipe::new(kind, parents)
    };
    recipe.check().map_err(|e| e.to_string())?;
    if args.finishing.is_asked_for() && recipe.pictures() > 1 {
        return Err(
            "one cover is finished, not a strip: make an average, a sample or a reconstruction".to_owned()
        );
    }
    if args.finishing.format().is_some() && format != Format::Jpeg {
        return Err(format!("--format makes a JPEG: name the file .jpg instead of {}", args.out.display()));
    }
    args.finishing.plan(args.seed)?;
    Ok((recipe, format))
}

/// The parents' colours, each parent's most common ones first in turn.
fn palette(catalog: &Catalog, parents: &[generating::Parent]) -> Result<Vec<[u8; 3]>, Failure> {
    let hashes: Vec<_> = parents.iter().map(|parent| parent.cover.clone()).collect();
    let own: Vec<Vec<[u8; 3]>> =
        catalog.derived_many(&hashes)?.into_iter().flatten().map(|derived| derived.palette).collect();
    let most = own.iter().map(Vec::len).max().unwrap_or(0);
    Ok((0..most)
        .flat_map(|i| own.iter().filter_map(move |colours| colours.get(i).copied()))
        .take(12)
        .collect())
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
    pictures::write_whole(path, bytes)
        .map_err(|e| Failure::Failed(format!("{} cannot be written: {e}", path.display())))
}
