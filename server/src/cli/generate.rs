//! `gatefold generate`

use crate::cli::{Common, Failure};
use crate::pictures::{self, Format};
use crate::{generating, weights};
use clap::ValueEnum;
use gatefold::album::AlbumId;
use gatefold::catalog::{Access, Catalog};
use gatefold::model::{DeviceChoice, Order};
use gatefold::recipe::{Kind, Parent, Recipe};
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
    /// Pictures along an interpolation, ends included
    #[arg(long, value_name = "N", default_value_t = 9)]
    steps: u32,
    /// Seed of everything drawn at random
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// The file to write: .png, .jpg or .jpeg
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// Write each step of an interpolation here as well
    #[arg(long, value_name = "DIR")]
    frames: Option<PathBuf>,
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
    let order = Order { recipe: recipe.clone(), parents: covers };
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
    let picture = pictures::strip(&frames);
    write(&args.out, &picture, format)?;
    let report = GenerateReport {
        out: args.out.display().to_string(),
        width: picture.width(),
        height: picture.height(),
        recipe,
        seconds: started.elapsed().as_secs_f64(),
        frames: written,
    };
    let output = args.common.output();
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
    if args.frames.is_some() && args.what != What::Interpolate {
        return Err("--frames is for interpolations; everything else has one picture".to_owned());
    }
    let weights = args.weights.iter().copied().chain(std::iter::repeat(1.0));
    let recipe = Recipe {
        kind: match args.what {
            What::Average => Kind::Average,
            What::Interpolate => Kind::Interpolate,
            What::Sample => Kind::Sample,
            What::Reconstruct => Kind::Reconstruct,
        },
        parents: args.albums.iter().zip(weights).map(|(&id, weight)| Parent { id, weight }).collect(),
        steps: args.steps,
        seed: args.seed,
        model: String::new(),
    };
    recipe.check().map_err(|e| e.to_string())?;
    Ok((recipe, format))
}

fn write(path: &Path, picture: &RgbImage, format: Format) -> Result<(), Failure> {
    let bytes = pictures::encode(picture, format)?;
    pictures::write_whole(path, &bytes)
        .map_err(|e| Failure::Failed(format!("{} cannot be written: {e}", path.display())))
}
