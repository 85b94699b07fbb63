//! Gatefold's binary; everything it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    gatefold_server::cli::main()
}
