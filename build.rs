//! Lets the engine embed the encoder behind the `learned` features. It may be absent: then those features say so.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(embedded_encoder)");
    let files = [Path::new("models/encoder.safetensors"), Path::new("models/encoder.json")];
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
    }
    if files.iter().all(|file| file.is_file()) {
        println!("cargo:rustc-cfg=embedded_encoder");
    }
}
