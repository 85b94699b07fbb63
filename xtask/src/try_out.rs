//! `cargo xtask dist --check`: the archive as a stranger's machine has it. Unpacked somewhere, started from another folder with an
//! empty `HOME` and `PATH`, the program has to serve its page.

use crate::dist::checksum;
use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long an answer may take: the first page of a new catalogue waits for its map.
const PATIENCE: Duration = Duration::from_secs(120);

/// Ends its process when it goes out of scope.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Unpacks `archive`, whose folder is `name`, starts the program in it and asks for its page.
pub fn try_out(archive: &Path, name: &str) -> Result<()> {
    let sums = archive.with_file_name(format!("{name}.tar.gz.sha256"));
    let said = fs::read_to_string(&sums).with_context(|| format!("{} cannot be read", sums.display()))?;
    ensure!(said.starts_with(&checksum(archive)?), "{} is not the archive's checksum", sums.display());

    let (unpacked, elsewhere) = (tempfile::tempdir()?, tempfile::tempdir()?);
    tar::Archive::new(GzDecoder::new(File::open(archive)?)).unpack(unpacked.path())?;
    let folder = unpacked.path().join(name);
    for file in ["README.md", "LICENSE-MIT", "LICENSE-APACHE", "LICENSES/third-party.txt"] {
        ensure!(folder.join(file).is_file(), "{file} is missing from the archive");
    }
    let mut child = Command::new(folder.join("gatefold"))
        .env_clear()
        .envs([("HOME", ""), ("PATH", "")])
        .current_dir(elsewhere.path())
        .args(["serve", "--json", "--addr", "127.0.0.1:0", "--data"])
        .arg(elsewhere.path().join("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("the unpacked program does not start")?;
    let stdout = child.stdout.take().context("its output is not heard")?;
    let _serving = Serving(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let ready: Value = serde_json::from_str(&line)
        .with_context(|| format!("the unpacked program says no address, but “{}”", line.trim()))?;
    let address = ready["address"].as_str().and_then(|address| address.strip_prefix("http://"));
    let address = address.context("the unpacked program says no address")?.trim_end_matches('/');

    let page = get(address, "/")?;
    ensure!(page.contains("<title>"), "what it serves at / is no page");
    let script = page
        .split('"')
        .find(|text| text.starts_with("/pkg/") && text.ends_with(".js"))
        .context("its page names no script")?;
    get(address, script)?;
    eprintln!("the unpacked program serves its page and {script}, with nothing of this machine's");
    Ok(())
}

/// The body at `path`, if the answer is 200.
fn get(address: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("{address} does not answer"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).with_context(|| format!("{path} does not come whole"))?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.lines().next().unwrap_or_default();
    if !status.starts_with("HTTP/1.1 200") {
        bail!("{path} is answered with “{status}”");
    }
    Ok(answer)
}
