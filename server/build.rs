//! Lets the binary embed what other steps make: the page (`target/site`, by `cargo xtask build`) and the
//! weights (`models/`). Either may be absent; then the binary says so when it is asked for them.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(embedded_model)");

    let site = Path::new("../target/site");
    if let Err(e) = std::fs::create_dir_all(site) {
        println!("cargo:warning=the page cannot be embedded: {}: {e}", site.display());
    }
    println!("cargo:rerun-if-changed=../target/site");

    let (weights, config) = (Path::new("../models/vae.safetensors"), Path::new("../models/vae.json"));
    println!("cargo:rerun-if-changed={}", weights.display());
    println!("cargo:rerun-if-changed={}", config.display());
    if weights.is_file() && config.is_file() {
        println!("cargo:rustc-cfg=embedded_model");
    } else {
        println!("cargo:warning=models/vae.safetensors is absent: this build contains no model");
    }
}
