//! `gatefold train MODEL`: one file per model, which says what options it has and what it learns from.

mod dcgan;
mod decoder_gan;
mod encoder;
mod flow;
mod options;
mod session;
mod upscaler;
mod vae;

use crate::cli::{Failure, Json};

/// Train a model on the catalogue's covers
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    model: Model,
}

/// The models that can be trained; hidden aliases are their names in version 0.1.
#[derive(Debug, clap::Subcommand)]
enum Model {
    Vae(vae::Args),
    #[command(alias = "plain")]
    Autoencoder(vae::AutoencoderArgs),
    Flow(flow::Args),
    Dcgan(dcgan::Args),
    Encoder(encoder::Args),
    #[command(alias = "enlarger")]
    Upscaler(upscaler::Args),
    #[command(alias = "painter")]
    DecoderGan(decoder_gan::Args),
}

impl Args {
    /// How the answer is given.
    pub fn json(&self) -> Json {
        let run = match &self.model {
            Model::Vae(args) => &args.run,
            Model::Autoencoder(args) => &args.run,
            Model::Flow(args) => &args.run,
            Model::Dcgan(args) => &args.run,
            Model::Encoder(args) => &args.run,
            Model::Upscaler(args) => &args.run,
            Model::DecoderGan(args) => &args.run,
        };
        run.common.json
    }
}

/// Runs the command.
pub fn run(args: &Args) -> Result<(), Failure> {
    match &args.model {
        Model::Vae(args) => vae::run(args),
        Model::Autoencoder(args) => vae::run_autoencoder(args),
        Model::Flow(args) => flow::run(args),
        Model::Dcgan(args) => dcgan::run(args),
        Model::Encoder(args) => encoder::run(args),
        Model::Upscaler(args) => upscaler::run(args),
        Model::DecoderGan(args) => decoder_gan::run(args),
    }
}
