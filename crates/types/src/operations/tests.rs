use super::*;
use crate::album::AlbumId;
use std::collections::BTreeSet;

#[test]
fn no_two_operations_have_one_name_or_one_address() {
    let raw = RAW.iter().map(|raw| (raw.name, raw.method, raw.route));
    let every: Vec<_> =
        all().iter().map(|about| (about.name, about.method, about.route)).chain(raw).collect();
    let names: BTreeSet<_> = every.iter().map(|one| one.0).collect();
    let places: BTreeSet<_> = every.iter().map(|one| (one.1, one.2)).collect();
    assert_eq!((names.len(), places.len()), (every.len(), every.len()));
}

#[test]
fn what_reads_is_asked_by_get_and_what_changes_is_not() {
    for about in all() {
        let reads = about.method == Method::Get;
        assert_eq!(about.access == Access::Read, reads, "{}", about.name);
    }
    for raw in RAW {
        assert!(raw.method == Method::Get || raw.access != Access::Read, "{}", raw.name);
    }
}

#[test]
fn access_is_found_by_method_and_path() {
    let id = "0000000000000001";
    assert_eq!(access("GET", &format!("/api/v1/albums/{id}")), Some(Access::Read));
    assert_eq!(access("HEAD", "/api/v1/info"), Some(Access::Read));
    assert_eq!(access("DELETE", &format!("/api/v1/albums/{id}")), Some(Access::Write));
    assert_eq!(access("GET", "/api/v1/preview"), Some(Access::Job));
    for (method, path) in [("GET", "/api/v1/albums//cover"), ("GET", "/api/v1"), ("POST", "/api/v1/info")] {
        assert_eq!(access(method, path), None, "{method} {path}");
    }
}

#[test]
fn fields_travel_in_the_path_the_query_or_the_body() {
    let written = |request: Result<Call, serde_json::Error>| {
        let call = request.unwrap();
        (call.method, call.address, call.body)
    };
    let id = AlbumId(1);
    let asked = FindNearest { id, n: 7 };
    let address = "/api/v1/albums/0000000000000001/nearest?n=7".to_owned();
    assert_eq!(written(call(&asked)), (Method::Get, address, None));
    let asked = DeleteSet { name: "a/b ü".to_owned() };
    assert_eq!(call(&asked).unwrap().address, "/api/v1/sets/a%2Fb%20%C3%BC");
    let asked = ListAlbums { ids: Some(vec![id, AlbumId(2)]), ..ListAlbums::default() };
    let address = call(&asked).unwrap().address;
    assert!(address.contains("ids=0000000000000001,0000000000000002"), "{address}");
    assert!(!address.contains("genre"), "{address}");
    let (_, address, body) = written(call(&EditAlbum::example()));
    assert!(address.ends_with("?build=true"), "{address}");
    assert_eq!(body.as_deref(), Some(r#"{"year":1997}"#));
    let (_, address, body) = written(call(&SaveSet { name: "x".to_owned(), albums: vec![id] }));
    assert_eq!(
        (address.as_str(), body.as_deref()),
        ("/api/v1/sets/x", Some(r#"{"albums":["0000000000000001"]}"#))
    );
}

#[test]
fn the_usual_mixture_is_not_said() {
    assert_eq!(call(&ListNeighbourhoods::example()).unwrap().address, "/api/v1/neighbourhoods");
    let address = call(&FindNeighbours::example()).unwrap().address;
    assert!(address.ends_with("?mix=look%3D1,year%3D0.5"), "{address}");
}

#[test]
fn what_can_never_work_is_said_before_it_is_asked() {
    assert!(FindNearest { id: AlbumId(1), n: 501 }.check().unwrap_err().to_string().contains("1 to 500"));
    let unlike = MoreLike { ids: vec![Seed { id: AlbumId(1), unlike: true }], ..MoreLike::example() };
    assert!(unlike.check().is_err() && MoreLike::example().check().is_ok());
    assert!(Train { run: "../x".to_owned(), ..Train::example() }.check().is_err());
    assert!(FindJourneys { stops: Some(1), ..FindJourneys::example() }.check().is_err());
}

/// Every example is one that works, and survives JSON.
#[test]
fn every_example_can_be() {
    macro_rules! each {
        ($($request:ident,)*) => {
            $({
                let example = $request::example();
                example.check().unwrap();
                let json = serde_json::to_value(&example).unwrap();
                let back: $request = serde_json::from_value(json.clone()).unwrap();
                assert_eq!(serde_json::to_value(back).unwrap(), json);
                let missing = $request::ABOUT.in_path().find(|name| json.get(name).is_none());
                assert_eq!(missing, None, "{}: its path names a field that it has not", $request::ABOUT.name);
            })*
        };
    }
    each_operation!(each);
}
