//! A list as Python prints it, in a table's cell.
#![no_main]

libfuzzer_sys::fuzz_target!(|cell: &str| gatefold_catalog::import::fuzzing::read_literal(cell));
