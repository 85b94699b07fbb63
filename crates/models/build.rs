//! Lets the crate embed the encoder behind the `learned` features. It may be absent: then those features say so.

use std::path::Path;

fn main() {
    let models = Path::new("../../models");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(embedded_encoder)");
    // The folder, not the files: cargo takes one that is not there for one that always changes.
    println!("cargo:rerun-if-changed={}", models.display());
    if ["encoder.safetensors", "encoder.json"].iter().all(|name| models.join(name).is_file()) {
        println!("cargo:rustc-cfg=embedded_encoder");
    }
}
