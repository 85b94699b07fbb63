//! Every dependency's licence is one that the project accepts.

use crate::run::{self, Run};
use anyhow::{Context, Result, bail};

/// SPDX names of what may be linked.
const ACCEPTED: [&str; 13] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "MPL-2.0",
    "Zlib",
    "ISC",
    "Unicode-3.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
];
/// Crates under another licence that cannot be avoided, each with its licence and the reason.
const EXCEPTIONS: [(&str, &str, &str); 1] =
    [("xxhash-rust", "BSL-1.0", "Leptos' server functions link it; Boost's licence is permissive")];

/// Fails with a list of crates whose licence is not accepted.
pub fn check() -> Result<()> {
    let text = run::cargo()
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .read()?;
    let metadata: serde_json::Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut refused = Vec::new();
    for package in packages {
        let licence = package["license"].as_str().unwrap_or_default();
        let name = package["name"].as_str().unwrap_or_default();
        let excepted =
            EXCEPTIONS.iter().any(|(crate_name, known, _)| name == *crate_name && licence == *known);
        if !accepted(licence) && !excepted {
            refused.push(format!("{} {}: “{licence}”", package["name"], package["version"]));
        }
    }
    if !refused.is_empty() {
        bail!("licences that the project does not accept:\n{}", refused.join("\n"));
    }
    eprintln!("licences: {} packages, all accepted", packages.len());
    Ok(())
}

/// Whether an SPDX expression can be met with accepted licences: every `AND` part, at least one of each `OR`.
fn accepted(expression: &str) -> bool {
    let flat = expression.replace('/', " OR ");
    let mut depth = 0_i32;
    let tokens: Vec<String> =
        flat.replace('(', " ( ").replace(')', " ) ").split_whitespace().map(str::to_owned).collect();
    if tokens.is_empty() {
        return false;
    }
    for operator in ["AND", "OR"] {
        let mut parts = vec![Vec::new()];
        for token in &tokens {
            match token.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth == 0 && token == operator {
                parts.push(Vec::new());
            } else if let Some(part) = parts.last_mut() {
                part.push(token.as_str());
            }
        }
        // `OR` binds weaker than `AND`, yet a set of alternatives in brackets stands within an `AND`: splitting at
        // `AND` first is stricter, never laxer.
        if parts.len() > 1 {
            let mut answers = parts.iter().map(|part| accepted(&part.join(" ")));
            return if operator == "AND" { answers.all(|yes| yes) } else { answers.any(|yes| yes) };
        }
    }
    if tokens.first().is_some_and(|t| t == "(") && tokens.last().is_some_and(|t| t == ")") {
        return accepted(&tokens[1..tokens.len() - 1].join(" "));
    }
    let name = tokens.join(" ");
    ACCEPTED.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn alternatives_need_one_and_sums_need_all() {
        assert!(accepted("MIT OR GPL-3.0-only"));
        assert!(accepted("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(accepted("Unlicense/MIT"));
        assert!(!accepted("MIT AND GPL-3.0-only"));
        assert!(!accepted("AGPL-3.0-only"));
        assert!(!accepted(""));
    }
}
