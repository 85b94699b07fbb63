//! Arguments that can never work: exit code 2, and a sentence.

use crate::common::catalogue;
use crate::program::{json, run};

#[test]
fn wrong_usage_is_told_from_failure() {
    let data = catalogue();
    let id = "0123456789abcdef";
    for (args, wanted) in [
        (&["evaluate", "--genres", "rock"][..], "two genres"),
        (&["evaluate", "--genres", "rock,rock"], "twice"),
        (&["evaluate", "--genres", "rock,pop", "--folds", "1"], "folds"),
        (&["evaluate", "--genres", "rock,pop", "--features", "scent"], "scent"),
        (&["generate", "average", "--albums", id, "--out", "a.png"], "at least two albums"),
        (&["generate", "sample", "--albums", id, "--out", "a.png"], "no album"),
        (&["generate", "sample", "--out", "a.bmp"], "neither .png nor .jpg"),
        (&["generate", "sample", "--out", "a.gif"], "one picture"),
        (&["generate", "sample", "--out", "a.png", "--format", "playlist"], ".jpg instead of"),
        (&["generate", "sample", "--out", "a.png", "--title", "x", "--ink", "pink"], "pink"),
        (&["generate", "walk", "--albums", id, "--out", "a.gif", "--title", "x"], "takes --size"),
        (&["generate", "walk", "--albums", id, "--out", "a.gif", "--size", "3000"], "at most 640"),
        (&["generate", "walk", "--albums", id, "--out", "a.png", "--title", "x"], "one cover is finished"),
        (&["generate", "sample", "--frames", "f", "--out", "a.png"], "--frames is for interpolations"),
        (
            &["generate", "reconstruct", "--albums", id, "--weights", "1,2", "--out", "a.png"],
            "2 weights for 1",
        ),
        (&["generate", "reconstruct", "--albums", id, "--weights", "0", "--out", "a.png"], "all zero"),
        (&["generate", "sample", "--albums", "abba", "--out", "a.png"], "sixteen hexadecimal digits"),
        (&["generate", "melt", "--out", "a.png"], "melt"),
        (&["demo", "--albums", "0"], "0"),
        (&["train", "unicorn", "--out", "o"], "unicorn"),
        (&["train", "vae", "--out", "o", "--rate", "-1"], "-1"),
        (&["albums", "--limit", "many"], "many"),
        (&["fly"], "fly"),
    ] {
        let sentence = json(data.path(), args).refused(2);
        assert!(sentence.contains(wanted), "{args:?}: {sentence}");
    }
}

#[test]
fn what_only_this_catalogue_lacks_is_a_failure() {
    let data = catalogue();
    for (args, wanted) in [
        (&["evaluate", "--genres", "rock,polka"][..], "polka"),
        (
            &["generate", "reconstruct", "--albums", "0123456789abcdef", "--out", "a.png"],
            "not in this catalogue",
        ),
    ] {
        let sentence = json(data.path(), args).refused(1);
        assert!(sentence.contains(wanted), "{args:?}: {sentence}");
    }
}

#[test]
fn nothing_at_all_shows_help() {
    let said = run(&[]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    for command in ["serve", "demo", "albums", "import", "build", "evaluate", "train", "generate", "info"] {
        assert!(said.err.contains(command), "{command}");
    }
}

#[test]
fn help_and_version_are_answers() {
    assert!(run(&["--help"]).done().out.contains("Usage: gatefold"));
    assert_eq!(run(&["--version"]).done().out, format!("gatefold {}\n", env!("CARGO_PKG_VERSION")));
    assert!(run(&["generate", "--help", "--json"]).done().out.contains("--weights"));
}
