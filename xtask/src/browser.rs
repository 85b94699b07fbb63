//! A browser for the tests: Chromium and its driver, installed by apt where that is possible.

use crate::needs::{self, Need};
use crate::run::{self, Run};
use anyhow::Result;

const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-liberation"];

/// Chromium and chromedriver, such that both can be started.
pub struct Browser;

impl Need for Browser {
    fn wanted_by(&self) -> String {
        "the browser tests".into()
    }

    fn present(&self) -> Result<bool> {
        Ok(["chromium", "chromedriver"]
            .iter()
            .all(|program| run::command(program).arg("--version").succeeds()))
    }

    fn brings(&self) -> Vec<String> {
        needs::apt_line(&PACKAGES)
    }

    fn install(&self) -> Result<()> {
        run::apt_install(&PACKAGES)
    }

    fn by_hand(&self) -> String {
        "`chromium` and `chromedriver` on the PATH (Debian: apt-get install chromium chromium-driver)".into()
    }

    fn optional(&self) -> bool {
        true
    }
}
