//! Lets the engine embed the encoder behind the `learned` features. It may be absent: then those features say so.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(embedded_encoder)");
    // The folder, not the files: cargo takes one that is not there for one that always changes.
    println!("cargo:rerun-if-changed=models");
    let files = [Path::new("models/encoder.safetensors"), Path::new("models/encoder.json")];
    if files.iter().all(|file| file.is_file()) {
        println!("cargo:rustc-cfg=embedded_encoder");
    }
}
