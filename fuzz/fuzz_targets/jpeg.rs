//! The walk through a JPEG's structure, which decides whether a file is whole: it answers, and never panics.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = gatefold_covers::cover::fuzzing::walk_jpeg(data);
});
