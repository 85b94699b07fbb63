//! A table: code page, separator, header, survey and rows. A refusal is an answer too.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gatefold_catalog::import::fuzzing::read_table(data));
