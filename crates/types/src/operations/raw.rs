//! Routes whose answer or body is no JSON: pictures, files, events. They have handlers of their own; access and
//! documentation come from this list.

use super::{Access, Method};

/// What a raw route takes as its body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A picture's file.
    Picture,
    /// A recipe as JSON.
    Recipe,
}

/// A route with a handler of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raw {
    /// Its name.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, with names in braces.
    pub route: &'static str,
    /// What it does to the server.
    pub access: Access,
    /// What it belongs to, a word.
    pub group: &'static str,
    /// What it does, a sentence.
    pub summary: &'static str,
    /// The command that does the same, without `gatefold` before it; none where there is nothing to do by command.
    pub command: Option<&'static str>,
    /// Its body.
    pub takes: Takes,
    /// The answer's media types.
    pub media: &'static [&'static str],
    /// What may follow the `?`: a name, whether it must be there, and what it says.
    pub query: &'static [(&'static str, bool, &'static str)],
}

const MIX: (&str, bool, &str) = (
    "mix",
    false,
    "What neighbours are made of, such as `look=1,year=0.25`; the usual mixture when not said.",
);
const IDS: (&str, bool, &str) = ("ids", false, "Of these albums alone: ids with commas between.");
const BINARY: &[&str] = &["application/octet-stream"];
const CSV: &[&str] = &["text/csv"];
const JPEG: &[&str] = &["image/jpeg"];
const PNG: &[&str] = &["image/png"];
const JSON: &[&str] = &["application/json"];

const fn get(
    group: &'static str,
    name: &'static str,
    route: &'static str,
    media: &'static [&'static str],
    summary: &'static str,
) -> Raw {
    Raw {
        name,
        method: Method::Get,
        route,
        access: Access::Read,
        group,
        summary,
        command: None,
        takes: Takes::Nothing,
        media,
        query: &[],
    }
}

/// All of them.
pub const RAW: &[Raw] = &[
    Raw {
        query: &[("size", false, "`128` for 128 pixels across, `full` for the file as it was imported.")],
        ..get(
            "albums",
            "ReadCover",
            "/api/v1/albums/{id}/cover",
            &["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp", "image/tiff"],
            "An album's cover.",
        )
    },
    Raw {
        method: Method::Post,
        access: Access::Job,
        takes: Takes::Picture,
        command: Some("judge FILE"),
        ..get("albums", "Judge", "/api/v1/judge", JSON, "The genres that a picture looks like.")
    },
    Raw {
        method: Method::Post,
        access: Access::Job,
        takes: Takes::Picture,
        command: Some("near FILE"),
        query: &[("n", false, "How many, 1 to 500; 20 when not said.")],
        ..get("explore", "NearPicture", "/api/v1/near", JSON, "The albums that look most like a picture.")
    },
    get(
        "map",
        "ReadMap",
        "/api/v1/map",
        JSON,
        "The map's manifest: its build, and what there is to fetch below it.",
    ),
    get(
        "map",
        "ReadColumns",
        "/api/v1/map/{build}/columns.bin",
        BINARY,
        "The map's albums and lines, column by column.",
    ),
    get(
        "map",
        "ReadLabels",
        "/api/v1/map/{build}/labels.json",
        JSON,
        "Titles, artists and genres of the map's albums.",
    ),
    get(
        "map",
        "ReadSheet",
        "/api/v1/map/{build}/sheets/{level}/{sheet}",
        JPEG,
        "Small covers, many on a sheet.",
    ),
    Raw {
        query: &[MIX],
        ..get("map", "ReadLines", "/api/v1/map/{build}/lines.bin", BINARY, "The lines of a mixture.")
    },
    Raw {
        query: &[MIX],
        ..get(
            "map",
            "ReadCommunities",
            "/api/v1/map/{build}/neighbourhoods.bin",
            BINARY,
            "The number of each album's neighbourhood.",
        )
    },
    Raw {
        query: &[MIX],
        ..get(
            "map",
            "ReadLayout",
            "/api/v1/map/{build}/layouts/{layout}",
            &["application/octet-stream", "application/json"],
            "Another layout: NAME.bin has the positions, NAME.json what is written on the map.",
        )
    },
    Raw {
        command: Some("export map.gexf"),
        query: &[IDS, ("albums", false, "The same as `ids`."), MIX],
        ..get(
            "explore",
            "ExportMap",
            "/api/v1/export/{file}",
            &["application/gexf+xml", "application/graphml+xml", "text/csv"],
            "The map for other programs: map.gexf, map.graphml or map.csv.",
        )
    },
    Raw {
        command: Some("export list.m3u8 --albums ID,ID"),
        query: &[("albums", true, "Which albums: ids with commas between.")],
        ..get(
            "sets",
            "ExportPlaylist",
            "/api/v1/export/playlist.m3u8",
            &["audio/x-mpegurl"],
            "The music of albums as a playlist.",
        )
    },
    Raw {
        access: Access::Job,
        command: Some("preview RECIPE --out FILE"),
        query: &[("recipe", true, "The recipe as JSON.")],
        ..get("studio", "PreviewAddress", "/api/v1/preview", JPEG, "A new cover at once, not kept.")
    },
    Raw {
        method: Method::Post,
        access: Access::Job,
        takes: Takes::Recipe,
        command: Some("preview RECIPE --out FILE"),
        ..get("studio", "Preview", "/api/v1/preview", JPEG, "A new cover at once, not kept.")
    },
    get(
        "studio",
        "ReadFrame",
        "/api/v1/generated/{id}/frames/{frame}",
        PNG,
        "A picture of a generated cover: 0.png and on; strip.png has all side by side.",
    ),
    Raw {
        command: Some("finish ID --out FILE"),
        query: &[
            ("finish", false, "Title, border and the rest, as JSON."),
            ("format", false, "`distributor`, `playlist` or `png`."),
            ("side", false, "Pixels across, for a PNG: 64 to 4096."),
            ("frame", false, "Which of its pictures, counted from 0."),
        ],
        ..get(
            "studio",
            "ReadFinished",
            "/api/v1/generated/{id}/finished",
            &["image/png", "image/jpeg"],
            "A generated cover finished for use.",
        )
    },
    Raw {
        query: LOOP,
        ..get(
            "studio",
            "ReadGif",
            "/api/v1/generated/{id}/loop.gif",
            &["image/gif"],
            "An interpolation or a walk as a loop.",
        )
    },
    Raw {
        query: LOOP,
        ..get(
            "studio",
            "ReadWebP",
            "/api/v1/generated/{id}/loop.webp",
            &["image/webp"],
            "An interpolation or a walk as a loop.",
        )
    },
    get(
        "evaluations",
        "ReadPairsTable",
        "/api/v1/evaluations/{run}/pairs.csv",
        CSV,
        "An evaluation's pairs as a table.",
    ),
    get(
        "evaluations",
        "ReadScoresTable",
        "/api/v1/evaluations/{run}/scores.csv",
        CSV,
        "An evaluation's scores as a table.",
    ),
    get(
        "evaluations",
        "ReadCurve",
        "/api/v1/evaluations/{run}/pairs/{a}/{b}/roc.svg",
        &["image/svg+xml"],
        "A pair's ROC curve as a picture.",
    ),
    get(
        "training",
        "ReadContactSheet",
        "/api/v1/training/{id}/sheets/{sheet}",
        PNG,
        "A run's contact sheet after a step: STEP.png.",
    ),
    get(
        "jobs",
        "FollowJob",
        "/api/v1/jobs/{id}/events",
        &["text/event-stream"],
        "A job's states as events, until it is over.",
    ),
    get("api", "ReadOpenApi", "/api/v1/openapi.json", JSON, "This interface as an OpenAPI document."),
];

const LOOP: &[(&str, bool, &str)] = &[
    ("side", false, "Pixels across, 64 to 512."),
    ("ms", false, "Milliseconds of each picture."),
    ("back", false, "Whether it goes back the same way."),
];
