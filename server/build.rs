//! Lets the binary embed what other steps make: the page (`target/site`, by `cargo xtask build`) and the
//! weights (`models/`). Either may be absent; then the binary says so when it is asked for them.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(embedded_model)");
    println!("cargo:rustc-check-cfg=cfg(embedded_enlarger)");

    let site = Path::new("../target/site");
    if let Err(e) = std::fs::create_dir_all(site) {
        println!("cargo:warning=the page cannot be embedded: {}: {e}", site.display());
    }
    println!("cargo:rerun-if-changed=../target/site");

    // The folder: cargo takes a file that is not there for one that has changed, each time.
    println!("cargo:rerun-if-changed=../models");
    let embedded = |name: &str| {
        let files = ["safetensors", "json"].map(|ending| format!("../models/{name}.{ending}"));
        files.iter().all(|file| Path::new(file).is_file())
    };
    if embedded("vae") {
        println!("cargo:rustc-cfg=embedded_model");
    } else {
        println!("cargo:warning=models/vae.safetensors is absent: this build contains no model");
    }
    if embedded("enlarger") {
        println!("cargo:rustc-cfg=embedded_enlarger");
    } else {
        println!("cargo:warning=models/enlarger.safetensors is absent: pictures are enlarged by resampling");
    }
}
