//! `gatefold evaluate`

use crate::common::{PER_GENRE, catalogue};
use crate::program::{has, json, run};
use serde_json::Value;

const QUICK: [&str; 8] = ["--folds", "3", "--trees", "20", "--components", "8", "--seed", "5"];

fn number(value: &Value) -> bool {
    value.is_number()
}

#[test]
fn an_evaluation_has_the_shape_that_programs_rely_on() {
    let data = catalogue();
    let args = [&["evaluate", "--genres", "rock,pop", "--per-genre", "10"][..], &QUICK].concat();
    let report = json(data.path(), &args).done().json();
    has(
        &report,
        &[
            ("features", Value::is_string),
            ("folds", Value::is_u64),
            ("seed", Value::is_u64),
            ("pairs", Value::is_array),
            ("mean_auc", number),
            ("seconds", number),
        ],
    );
    assert_eq!(report["pairs"].as_array().unwrap().len(), 1);
    let pair = &report["pairs"][0];
    has(pair, &[("a", Value::is_string), ("b", Value::is_string), ("auc", number), ("auc_sd", number)]);
    assert_eq!((pair["n_a"].as_u64(), pair["n_b"].as_u64()), (Some(10), Some(10)));
    let cell = |row: usize, column: usize| pair["confusion"][row][column].as_u64().unwrap();
    assert_eq!((cell(0, 0) + cell(0, 1), cell(1, 0) + cell(1, 1)), (10, 10), "rows are the truth");
    let roc = pair["roc"].as_array().unwrap();
    assert_eq!(roc.first().unwrap(), &serde_json::json!([0.0, 0.0]));
    assert_eq!(roc.last().unwrap(), &serde_json::json!([1.0, 1.0]));
    let again = json(data.path(), &args).done().json();
    assert_eq!(again["pairs"], report["pairs"], "the same seed, the same answer");
}

#[test]
fn without_genres_the_most_common_ones_are_told_apart() {
    let data = catalogue();
    let report = json(data.path(), &[&["evaluate"][..], &QUICK].concat()).done().json();
    let pair = &report["pairs"][0];
    assert_eq!((pair["a"].as_str(), pair["b"].as_str()), (Some("rock"), Some("pop")));
    assert_eq!(pair["n_b"], PER_GENRE);
}

#[test]
fn people_get_a_line_for_each_pair() {
    let data = catalogue();
    let args = [&["evaluate", "--data", data.path().to_str().unwrap()][..], &QUICK].concat();
    let said = run(&args).done();
    assert!(
        said.out.lines().next().is_some_and(|line| line.contains("rock") && line.contains("pop")),
        "{}",
        said.out
    );
    for part in ["mean AUC", "with shuffled genres"] {
        assert!(said.out.lines().any(|line| line.starts_with(part)), "{part}: {}", said.out);
    }
}

#[test]
fn one_genre_against_the_rest_and_all_at_once() {
    let data = catalogue();
    let ask = |question: &str| {
        let args = [&["evaluate", "--question", question, "--features", "palette+form"][..], &QUICK].concat();
        json(data.path(), &args).done().json()
    };
    let rest = ask("rest");
    assert_eq!((rest["pairs"][0]["a"].as_str(), rest["pairs"][1]["b"].as_str()), (Some("rest"), Some("pop")));
    assert_eq!(rest["features"], "palette+form");
    let together = ask("together");
    let rows = together["together"]["confusion"].as_array().unwrap().len();
    assert_eq!((rows, together["pairs"].as_array().unwrap().len()), (2, 0));
}

#[test]
fn each_covers_score_is_written_with_its_fold() {
    let data = catalogue();
    let file = data.path().join("scores.csv");
    let args = [&["evaluate", "--scores", file.to_str().unwrap()][..], &QUICK].concat();
    json(data.path(), &args).done();
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("a,b,album,positive,score,fold", 1 + 2 * PER_GENRE));
    assert!(lines[1..].iter().all(|line| line.starts_with("rock,pop,") && line.split(',').count() == 6));
}

#[test]
fn features_that_there_are_not_are_refused_with_those_there_are() {
    let data = catalogue();
    let refused = json(data.path(), &["evaluate", "--genres", "rock,pop", "--features", "smell"]);
    let words = refused.refused(2);
    assert!(words.contains("smell") && words.contains("palette"), "{words}");
}
