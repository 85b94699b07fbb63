//! `gatefold catalogue`

use crate::cli::{Common, Failure};
use gatefold::operations::ReadCatalogue;
use gatefold::report::CatalogueReport;
use std::fmt::Write;

/// Say what the catalogue is made of: sources, disk use, deleted albums
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub common: Common,
}

/// Runs the command. It reads only, so it works beside a server.
pub fn run(args: Args) -> Result<(), Failure> {
    let report = args.common.ask(ReadCatalogue {})?;
    args.common.output().answer(&report, || text(&report))
}

fn text(report: &CatalogueReport) -> String {
    let mut text = String::new();
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{} albums in {}", report.albums, report.data);
    for source in &report.sources {
        let hidden = if source.shown { "" } else { ", hidden" };
        let _ = writeln!(
            text,
            "{:>4}  {} {}: {} albums, {} of them from nowhere else{hidden}",
            source.id, source.kind, source.name, source.albums, source.only_here
        );
    }
    let _ = writeln!(text, "{:.1} MB on disk", megabytes(report.disk.total));
    for part in &report.disk.parts {
        let _ = writeln!(text, "{:>10.1} MB  {}", megabytes(part.bytes), part.part);
    }
    if !report.deleted.is_empty() {
        let _ = writeln!(text, "Deleted:");
    }
    for album in &report.deleted {
        let artist = album.artist.as_deref().unwrap_or("–");
        let _ = writeln!(text, "  {}  {artist} · {}", album.id, album.title);
    }
    text
}
