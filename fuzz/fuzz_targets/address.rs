//! The map's address: whatever stands there is read without a stumble, and what was read says the same again.
#![no_main]

libfuzzer_sys::fuzz_target!(|query: &str| gatefold_app::fuzzing::read_address(query));
