//! The program, and what it said.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

/// The program, without anything that the tester's own environment says.
pub fn gatefold(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatefold"));
    command.args(args);
    for name in ["DATA", "ADDR", "LOG", "TOKEN", "TOKEN_FILE"] {
        command.env_remove(format!("GATEFOLD_{name}"));
    }
    command
}

/// What a run said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("ended by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Said {
    /// The one JSON object on standard output, where nothing else may be.
    pub fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "one object: {}\n{}", self.out, self.err);
        let value: Value = serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out));
        assert!(value.is_object(), "{value}");
        value
    }

    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// Checks the exit code, and that the object says only what is wrong and where to look.
    pub fn refused(&self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        let json = self.json();
        assert!(keys(&json).iter().all(|name| ["error", "hint"].contains(name)), "{json}");
        let hint = json.get("hint").map(|hint| format!("; {}", hint.as_str().unwrap())).unwrap_or_default();
        let sentence = format!("{}{hint}", json["error"].as_str().unwrap());
        assert!(self.err.contains(&sentence), "people hear it too: {}", self.err);
        sentence
    }
}

/// Runs to the end.
pub fn run(args: &[&str]) -> Said {
    gatefold(args).output().unwrap().into()
}

/// Runs with `--data` and `--json`.
pub fn json(data: &Path, args: &[&str]) -> Said {
    gatefold(args).arg("--data").arg(data).arg("--json").output().unwrap().into()
}

/// An object's keys, sorted.
pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Says which of DESIGN.md's `names` are missing, or are not what `check` expects.
pub fn has(value: &Value, names: &[(&str, fn(&Value) -> bool)]) {
    for (name, fits) in names {
        let found = value.get(name).unwrap_or_else(|| panic!("no `{name}` in {value}"));
        assert!(fits(found), "`{name}` is {found}");
    }
}
