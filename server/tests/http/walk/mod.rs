//! Every operation, by every way: HTTP, command line and page give the same JSON on the demo catalogue, and what it is stays as it
//! was (snapshots).

mod ways;

use crate::server::Server;
use gatefold::each_operation;
use gatefold::operations::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use ways::{Demo as DemoCatalogue, by_command, by_http, by_page, redacted, told};

/// The command line that asks the same as a request, without `--data` and `--json`.
fn command<O: Operation>(request: &O) -> Vec<String> {
    let fields = serde_json::to_value(request).unwrap();
    let of = |name: &str| told(&fields[name]);
    let line: Vec<String> = match O::ABOUT.name {
        "ReadInfo" => vec!["info".into()],
        "ListAlbums" => vec!["albums".into(), "--query".into(), of("query"), "--limit".into(), of("limit")],
        "ReadAlbum" => vec!["album".into(), of("id")],
        "FindNearest" => vec!["nearest".into(), of("id"), "-n".into(), of("n")],
        "FindNeighbours" => vec!["neighbours".into(), of("id"), "--mix".into(), of("mix")],
        "ListSurprises" => vec!["surprises".into(), "--limit".into(), of("limit")],
        "EditAlbum" => {
            vec!["edit".into(), of("id"), "--year".into(), told(&fields["edit"]["year"]), "--no-build".into()]
        }
        "UndoEdits" => vec!["edit".into(), of("id"), "--undo".into(), "--no-build".into()],
        "DeleteAlbum" => vec!["delete".into(), of("id"), "--no-build".into()],
        "RestoreAlbum" => vec!["delete".into(), of("id"), "--undo".into(), "--no-build".into()],
        "ReadCatalogue" => vec!["catalogue".into()],
        "RemoveSource" => vec!["remove-source".into(), of("id")],
        "ShowSource" => vec!["hide-source".into(), of("id"), "--undo".into()],
        "Import" => vec!["import".into(), of("path")],
        "Build" => vec!["build".into()],
        "Demo" => vec!["demo".into(), "--albums".into(), of("albums"), "--seed".into(), of("seed")],
        "Explain" => vec!["why".into(), of("a"), of("b")],
        "FindJourneys" => vec!["journey".into(), of("from"), of("to"), "--count".into(), of("count")],
        "MoreLike" => vec!["like".into(), of("ids"), "-n".into(), of("n")],
        "ListNeighbourhoods" => vec!["neighbourhoods".into()],
        "ReadNeighbourhood" => vec!["neighbourhoods".into(), of("number")],
        "ListDuplicates" => vec!["duplicates".into(), "--limit".into(), of("limit")],
        "ListSets" => vec!["sets".into()],
        "ReadSet" => vec!["sets".into(), "show".into(), of("name")],
        "SaveSet" => vec!["sets".into(), "save".into(), of("name"), "--albums".into(), of("albums")],
        "RenameSet" => vec!["sets".into(), "rename".into(), of("name"), "--to".into(), of("to")],
        "DeleteSet" => vec!["sets".into(), "delete".into(), of("name")],
        "Generate" => {
            let parents = fields["recipe"]["parents"].as_array().unwrap().iter();
            let ids: Vec<String> = parents.map(|parent| told(&parent["id"])).collect();
            let seed = told(&fields["recipe"]["seed"]);
            let albums = ids.join(",");
            ["generate", "average", "--albums", &albums, "--seed", &seed, "--out", "made.png"]
                .map(str::to_owned)
                .to_vec()
        }
        "ListGenerated" => vec!["generated".into()],
        "ReadGenerated" => vec!["generated".into(), of("id")],
        "RateGenerated" => vec!["rate".into(), of("id"), of("stars")],
        "ReadResemblance" => vec!["resembles".into(), of("id")],
        "ReadFinishedNotes" => {
            vec!["finish".into(), of("id"), "--finish".into(), fields["finish"].to_string()]
        }
        "ListAttributes" => vec!["attributes".into()],
        "ListRatings" => vec!["ratings".into()],
        "Evaluate" => {
            let (folds, trees, components) = (of("folds"), of("trees"), of("components"));
            let genres = of("genres");
            [
                "evaluate",
                "--genres",
                &genres,
                "--folds",
                &folds,
                "--trees",
                &trees,
                "--components",
                &components,
            ]
            .map(str::to_owned)
            .to_vec()
        }
        "ListEvaluations" => vec!["evaluations".into()],
        "ReadEvaluation" => vec!["evaluations".into(), of("run")],
        "ReadPairScores" => {
            vec!["evaluations".into(), of("run"), "--pair".into(), format!("{},{}", of("a"), of("b"))]
        }
        "EvaluateModel" => vec!["evaluate-model".into(), "--covers".into(), "covers.csv".into()],
        "EvaluateGraph" => vec!["evaluate-graph".into(), "--mixture".into(), told(&fields["mixtures"][0])],
        "ListTrainings" => vec!["runs".into()],
        "ReadTraining" => vec!["runs".into(), of("id")],
        "Train" => vec!["train".into(), of("model"), "--out".into(), of("run")],
        "ListJobs" => vec!["jobs".into()],
        "ReadJob" => vec!["jobs".into(), of("id")],
        "CancelJob" => vec!["jobs".into(), of("id"), "--cancel".into()],
        other => panic!("{other} has no command here: write one"),
    };
    assert_eq!(O::ABOUT.command.split(' ').next(), Some(line[0].as_str()), "{}", O::ABOUT.name);
    line
}

#[test]
fn every_operation_has_a_command_that_the_program_knows() {
    macro_rules! each {
        ($($request:ident,)*) => { $(
            let line = command(&$request::example());
            let said = ways::help(&line[0]);
            assert_eq!(said.code, 0, "{}: gatefold {} --help: {}", $request::ABOUT.name, line[0], said.err);
        )* };
    }
    each_operation!(each);
    for raw in RAW {
        let Some(command) = raw.command else { continue };
        let said = ways::help(command.split(' ').next().unwrap());
        assert_eq!(said.code, 0, "{}: {}", raw.name, said.err);
    }
}

/// What reads is asked of one catalogue; what changes is done to a copy for each way.
#[tokio::test(flavor = "multi_thread")]
async fn every_way_gives_the_same_json() {
    let demo = DemoCatalogue::get();
    let server = Server::with_the_model_inside(demo.copy());
    let mut asked = BTreeSet::new();
    macro_rules! each {
        ($($request:ident,)*) => { $(
            let about = $request::ABOUT;
            if about.group != "jobs" && about.access != Access::Job {
                let request = demo.request::<$request>();
                let (http, command, page) = if about.access == Access::Read {
                    (
                        by_http(&server, &request).await,
                        by_command(server.data.path(), command(&request)).await,
                        by_page(&server, request).await,
                    )
                } else {
                    let (one, two) = (demo.copy(), demo.copy());
                    ways::before(about.name, one.path());
                    ways::before(about.name, two.path());
                    let (one, other) = (Server::of(one), Server::of(demo.copy_before(about.name)));
                    (
                        by_http(&one, &request).await,
                        by_command(two.path(), command(&request)).await,
                        by_page(&other, request).await,
                    )
                };
                let (http, command, page) = (redacted(&http), redacted(&command), redacted(&page));
                assert_eq!(http, command, "{} by command", about.name);
                assert_eq!(http, page, "{} on a page", about.name);
                insta::assert_json_snapshot!(about.name, http);
                asked.insert(about.name);
            }
        )* };
    }
    each_operation!(each);
    assert!(asked.len() > 30, "{asked:?}");
}

/// A job ends with what its command prints.
#[tokio::test(flavor = "multi_thread")]
async fn a_job_ends_with_what_its_command_prints() {
    let demo = DemoCatalogue::get();
    let covers = tempfile::tempdir().unwrap();
    crate::common::collection(covers.path());
    let outcome = async |request: Value, name: &str, route: &str, method: &str| {
        let server = Server::importing_on(demo.copy(), covers.path());
        let state = server.end_of(&server.ask(method, route, &request).await).await;
        let state = serde_json::to_value(state).unwrap();
        assert_eq!(state["state"], "done", "{name}: {state}");
        state["outcome"].clone()
    };
    let said = async |line: Vec<String>| by_command(demo.copy().path(), line).await;
    let import = Import { path: covers.path().display().to_string() };
    for (name, method, route, body, line, part) in [
        ("Build", "POST", "/api/v1/build", json!({}), command(&Build {}), ""),
        (
            "ShowSource",
            "PUT",
            "/api/v1/sources/1/shown",
            json!({"shown": true}),
            command(&ShowSource::example()),
            "build",
        ),
        (
            "RemoveSource",
            "DELETE",
            "/api/v1/sources/1",
            Value::Null,
            command(&RemoveSource::example()),
            "build",
        ),
        (
            "Demo",
            "POST",
            "/api/v1/demo",
            json!({"albums": 12, "seed": 1}),
            command(&Demo { albums: 12, seed: 1 }),
            "",
        ),
        ("Import", "POST", "/api/v1/import", serde_json::to_value(&import).unwrap(), command(&import), ""),
        (
            "EvaluateGraph",
            "POST",
            "/api/v1/evaluate-graph",
            serde_json::to_value(EvaluateGraph::example()).unwrap(),
            command(&EvaluateGraph::example()),
            "",
        ),
    ] {
        let mut http = outcome(body, name, route, method).await;
        http.as_object_mut().unwrap().remove("kind");
        let mut command = said(line).await;
        if !part.is_empty() {
            command = command[part].take();
        }
        let (http, command) = (redacted(&http), redacted(&command));
        assert_eq!(http, command, "{name}");
        insta::assert_json_snapshot!(name, http);
    }
}

/// A run of an evaluation holds the report that its command prints.
#[tokio::test(flavor = "multi_thread")]
async fn an_evaluation_finds_the_same_by_either_way() {
    let server = Server::start();
    let genres = ["rock", "pop"].map(str::to_owned).to_vec();
    let asked = Evaluate { genres, ..Evaluate::example() };
    let body = serde_json::to_value(&asked).unwrap();
    let state = server.end_of(&server.post("/api/v1/evaluations", &body).await).await;
    let state = serde_json::to_value(state).unwrap();
    let run = ReadEvaluation { run: told(&state["outcome"]["run"]) };
    let http = by_http(&server, &run).await["report"].take();
    assert_eq!(redacted(&http), redacted(&by_command(server.data.path(), command(&asked)).await));
}

/// Jobs are of a process, so their command asks a server.
#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_told_alike_by_a_running_server() {
    let server = Server::start();
    let accepted = server.post("/api/v1/generate", &json!({"kind": "sample"})).await;
    server.end_of(&accepted).await;
    let id = told(&accepted.json()["id"]);
    let address = ways::listening(&server).await;
    let ask = async |line: Vec<String>| {
        by_command(server.data.path(), [line, vec!["--server".to_owned(), address.clone()]].concat()).await
    };
    let (list, read, cancel) = (ListJobs {}, ReadJob { id: id.clone() }, CancelJob { id });
    assert_eq!(by_http(&server, &list).await, ask(command(&list)).await);
    assert_eq!(by_http(&server, &read).await, ask(command(&read)).await);
    assert_eq!(by_http(&server, &cancel).await, ask(command(&cancel)).await);
    assert_eq!(by_http(&server, &list).await, by_page(&server, list).await);
    assert_eq!(by_http(&server, &read).await, by_page(&server, read).await);
    assert_eq!(by_http(&server, &cancel).await, by_page(&server, cancel).await);
}

/// Training runs in a process of its own, writes below `runs`, and is found by its id.
#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_trained_over_http() {
    let server = Server::running_the_program();
    let options = json!({"steps": 2, "batch": 2, "size": 16, "width": 4, "report-every": 1, "grid-every": 0});
    let asked = json!({"model": "dcgan", "run": "first", "options": options});
    let state = server.end_of(&server.post("/api/v1/training", &asked).await).await;
    let state = serde_json::to_value(state).unwrap();
    assert_eq!(state["state"], "done", "{state}");
    let out = std::path::PathBuf::from(told(&state["outcome"]["out"]));
    assert_eq!(out, server.data.path().canonicalize().unwrap().join("runs/first"));
    let run = server.get(&format!("/api/v1/training/{}", told(&state["outcome"]["run"]))).await.json();
    assert_eq!((run["model"].as_str(), run["step"].as_u64()), (Some("dcgan"), Some(2)), "{run}");
    let wrong = json!({"model": "dcgan", "run": "second", "options": {"vae": "/etc/passwd"}});
    assert_eq!(
        server.post("/api/v1/training", &wrong).await.status,
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    );
    let unknown = json!({"model": "unicorn", "run": "third"});
    let state = server.end_of(&server.post("/api/v1/training", &unknown).await).await;
    let gatefold::wire::JobState::Failed { reason } = state else { panic!("{state:?}") };
    assert!(reason.contains("unicorn"), "{reason}");
}
