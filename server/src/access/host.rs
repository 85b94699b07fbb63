//! Which names this server answers to.
//!
//! A page anywhere on the web can make its own name point to 127.0.0.1 and then read, as "same origin",
//! whatever listens here (DNS rebinding). So a request must name a host that we know. And since a foreign page
//! may still *send* what it cannot read, a request that changes something must come from our own pages.

use axum::http::uri::Authority;
use std::net::{IpAddr, SocketAddr};

/// Names, in lower case and without port.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts {
    names: Vec<String>,
    any_address: bool,
}

impl AllowedHosts {
    /// The loopback's names, the address that is listened on, and `more`.
    pub fn new(listening: SocketAddr, more: &[String]) -> Self {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "[::1]".to_owned()];
        names.push(match listening.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        });
        names.extend(more.iter().filter_map(|name| bare(name)));
        // Who listens everywhere is reached under addresses that are not known beforehand. A numeric address
        // cannot be rebound, so it is safe to answer to.
        Self { names, any_address: listening.ip().is_unspecified() }
    }

    /// Whether `host` (a name, perhaps with a port) is ours.
    pub fn knows(&self, host: &str) -> bool {
        let Some(name) = bare(host) else { return false };
        let is_address = || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        self.names.contains(&name) || (self.any_address && is_address())
    }
}

/// A host's name without its port, in lower case and without the dot that ends a whole name; `None` for what is no host.
fn bare(host: &str) -> Option<String> {
    let authority: Authority = host.parse().ok().filter(|_| !host.contains('@'))?;
    let port = authority.as_str().strip_prefix(authority.host())?;
    // A port may be left empty, and is a number else.
    let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    let name = authority.host().to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    (has_port && !name.is_empty()).then(|| name.to_owned())
}

fn is_port(text: &str) -> bool {
    text.is_empty() || (text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok())
}

/// Whether `origin` (`http://name:port`) is the server that `host` names.
pub fn same_origin(origin: &str, host: &str) -> bool {
    origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local() -> AllowedHosts {
        AllowedHosts::new(([127, 0, 0, 1], 3000).into(), &["music.example:8080".to_owned()])
    }

    #[test]
    fn the_loopbacks_names_and_those_allowed_are_known() {
        for host in [
            "localhost:3000",
            "LOCALHOST",
            "localhost.",
            "localhost.:3000",
            "localhost:",
            "127.0.0.1:1",
            "[::1]:3000",
            "music.example",
            "music.example.",
        ] {
            assert!(local().knows(host), "{host}");
        }
    }

    #[test]
    fn foreign_names_are_not_known() {
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil@localhost",
            "10.0.0.1",
            "127.0.0.1:99999999",
            "127.0.0.1:65536",
            "127.0.0.1:+80",
            "localhost:a",
            "localhost..",
            ".",
        ] {
            assert!(!local().knows(host), "{host}");
        }
    }

    #[test]
    fn listening_everywhere_answers_to_addresses_and_not_to_names() {
        let hosts = AllowedHosts::new(([0, 0, 0, 0], 3000).into(), &[]);
        assert!(hosts.knows("192.168.1.7:3000"));
        assert!(hosts.knows("[fe80::1]:3000"));
        assert!(!hosts.knows("evil.example"));
    }

    #[test]
    fn another_port_is_another_origin() {
        assert!(same_origin("http://localhost:3000", "localhost:3000"));
        assert!(!same_origin("http://localhost:8080", "localhost:3000"));
        assert!(!same_origin("null", "localhost:3000"));
    }
}
