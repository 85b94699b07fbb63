//! Who may ask a server that is started: what the command line says about it, and what is said back.

use crate::access::admission::{Admission, Proxy, Token};
use crate::cli::Failure;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The token itself, where it is not in a file. No argument: arguments can be read by every user of a machine.
const TOKEN: &str = "GATEFOLD_TOKEN";

/// Who may ask, and for what.
#[derive(Debug, clap::Args)]
pub struct Access {
    /// Answer only to those who have the token in this file (or in the environment variable GATEFOLD_TOKEN)
    #[arg(long, value_name = "FILE", env = "GATEFOLD_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// Make a token for this run, and print the address that lets in
    #[arg(long, conflicts_with = "token_file")]
    new_token: bool,
    /// Listen beyond this machine without any protection
    #[arg(long, conflicts_with_all = ["token_file", "new_token", "trusted_proxy"])]
    no_token: bool,
    /// Answer to a reverse proxy that says in this header who asks, such as Remote-User
    #[arg(long, value_name = "HEADER", requires = "proxy_address")]
    trusted_proxy: Option<String>,
    /// The address that the proxy asks from; may be given several times
    #[arg(long, value_name = "IP", requires = "trusted_proxy")]
    proxy_address: Vec<IpAddr>,
    /// Let nobody change or begin anything; reading goes on
    #[arg(long)]
    pub read_only: bool,
}

/// What was decided.
#[derive(Debug)]
pub struct Decided {
    /// Who may ask.
    pub admission: Admission,
    /// The token, where it was made for this run.
    made: Option<String>,
    /// Said at once.
    warning: Option<String>,
    beyond: bool,
    by_proxy: bool,
}

impl Access {
    /// Decides who may ask.
    ///
    /// # Errors
    /// When the token cannot be read, and when a server that others can reach would be open to all of them without a word.
    pub fn decide(&self, addr: SocketAddr) -> Result<Decided, Failure> {
        let beyond = !addr.ip().to_canonical().is_loopback();
        let told = std::env::var(TOKEN).ok().filter(|text| !text.trim().is_empty());
        if told.is_some() && self.no_token {
            return Err(Failure::Usage(format!(
                "{TOKEN} holds a token and --no-token wants none: leave one out"
            )));
        }
        let (mut made, mut warning) = (None, None);
        let token = match (&self.token_file, told) {
            (Some(file), _) => {
                let text = read(file).map_err(|e| {
                    Failure::Failed(format!("the token in {} cannot be read: {e}", file.display()))
                })?;
                warning = readable_by_others(file);
                let unfit = |why| Failure::Usage(format!("{}: {why}", file.display()));
                Some(Token::new(&text).map_err(unfit)?)
            }
            (None, _) if self.new_token => {
                let (text, token) = Token::generate().map_err(Failure::Failed)?;
                made = Some(text);
                Some(token)
            }
            (None, Some(text)) => {
                Some(Token::new(&text).map_err(|why| Failure::Usage(format!("{TOKEN}: {why}")))?)
            }
            (None, None) => None,
        };
        let proxy = self.trusted_proxy.as_ref().map(|header| Proxy::new(header, &self.proxy_address));
        let proxy = proxy.transpose().map_err(Failure::Usage)?;
        let by_proxy = proxy.is_some();
        let admission = Admission::new(token, proxy);
        if beyond && admission.is_open() && !self.no_token {
            return Err(Failure::Usage(format!(
                "{addr} can be reached from other machines, and whoever reaches it could read and change everything: name \
                 a token with --token-file FILE or {TOKEN}, have one made with --new-token, name a proxy that knows who \
                 asks with --trusted-proxy HEADER --proxy-address IP, or say --no-token if you want that"
            )));
        }
        Ok(Decided { admission, made, warning, beyond, by_proxy })
    }
}

impl Decided {
    /// In a word, for programs.
    pub fn word(&self) -> &'static str {
        match (self.admission.token(), self.by_proxy) {
            (Some(_), true) => "token or proxy",
            (Some(_), false) => "token",
            (None, true) => "proxy",
            (None, false) => "anybody",
        }
    }

    /// What whoever starts the server should know. `address` is where it is.
    pub fn notes(&self, address: SocketAddr, read_only: bool) -> Vec<String> {
        let mut notes: Vec<String> = self.warning.clone().into_iter().collect();
        let may = if read_only { "read" } else { "read and change" };
        if self.admission.token().is_some() {
            let shown = self.made.as_deref().unwrap_or("TOKEN");
            let port = address.port();
            let (host, elsewhere) = match address.ip() {
                ip if ip.is_unspecified() => {
                    (format!("localhost:{port}"), " (elsewhere with this machine's name or address)")
                }
                _ => (address.to_string(), ""),
            };
            notes.push(format!(
                "It answers to those who have the token: open http://{host}/?token={shown} once in a browser{elsewhere}; \
                 programs send `Authorization: Bearer {shown}`"
            ));
        }
        if self.by_proxy {
            notes.push(
                "It answers to the proxy, and believes that the proxy lets in only whom it should".to_owned(),
            );
        }
        if self.beyond && self.admission.is_open() {
            notes.push(format!(
                "Warning: it can be reached from other machines and asks for no token: whoever reaches it may {may} everything"
            ));
        }
        if self.beyond {
            notes.push(
                "It can be reached from other machines, and what is sent is not encrypted: where others can listen, put a \
                 reverse proxy with TLS before it"
                    .to_owned(),
            );
        }
        if read_only {
            notes.push("It only reads (--read-only): nothing can be changed or begun there".to_owned());
        }
        notes
    }
}

/// Most that a file with a token holds.
const LONGEST: u64 = 4096;

/// A small file's text. What might never end is not opened.
fn read(file: &Path) -> std::io::Result<String> {
    let found = std::fs::metadata(file)?;
    if !found.is_file() || found.len() > LONGEST {
        let what = format!("it is not a file of at most {LONGEST} bytes");
        return Err(std::io::Error::other(what));
    }
    std::fs::read_to_string(file)
}

/// A sentence, where others on this machine can read a secret.
#[cfg(unix)]
fn readable_by_others(file: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).ok()?.permissions().mode();
    (mode & 0o044 != 0)
        .then(|| format!("Warning: others on this machine can read the token: chmod 600 {}", file.display()))
}

#[cfg(not(unix))]
fn readable_by_others(_: &Path) -> Option<String> {
    None
}
