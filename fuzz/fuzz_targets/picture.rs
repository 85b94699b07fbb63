//! A cover in any format, decoded and reduced: refused with a sentence or read, whatever its decoders do on the way.
#![no_main]

use gatefold_covers::cover::derive;

libfuzzer_sys::fuzz_target!(
    // A decoder's panic is caught and costs the cover; one that gets out ends this program all the same.
    init: std::panic::set_hook(Box::new(|_| {})),
    |data: &[u8]| {
        match derive(data) {
            Ok(derived) => assert!(derived.width > 0 && derived.height > 0),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
);
