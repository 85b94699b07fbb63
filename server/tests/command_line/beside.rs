//! One process writes a data directory; those that read work beside it.

use crate::common::{ALBUMS, catalogue, collection};
use crate::generate::{ids, tiny};
use crate::program::json;
use crate::serve::Serving;

#[test]
fn a_second_writer_is_told_that_the_directory_is_in_use() {
    let data = catalogue();
    let _serving = Serving::start(data.path());
    let source = tempfile::tempdir().unwrap();
    let table = collection(source.path());
    for args in [
        &["import", table.to_str().unwrap()][..],
        &["build"],
        &["demo", "--albums", "2"],
        &["serve", "--addr", "127.0.0.1:0"],
    ] {
        let sentence = json(data.path(), args).refused(1);
        assert!(sentence.contains("in use"), "{args:?}: {sentence}");
    }
}

#[test]
fn those_that_read_work_beside_a_server() {
    let data = catalogue();
    let serving = Serving::start(data.path());
    assert_eq!(json(data.path(), &["info"]).done().json()["albums"], ALBUMS);
    assert_eq!(json(data.path(), &["albums"]).done().json()["total"], ALBUMS);
    let evaluate = ["evaluate", "--folds", "2", "--trees", "5", "--components", "4"];
    json(data.path(), &evaluate).done();
    let out = tempfile::tempdir().unwrap();
    let (model, albums) = (tiny(out.path()), ids(data.path())[..2].join(","));
    let picture = out.path().join("a.png");
    let generate = ["generate", "average", "--albums", &albums, "--model", model.to_str().unwrap(), "--out"];
    json(data.path(), &[&generate[..], &[picture.to_str().unwrap()]].concat()).done();
    assert!(serving.get("/api/v1/info").starts_with("HTTP/1.1 200"));
}
