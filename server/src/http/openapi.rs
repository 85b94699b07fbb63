//! OpenAPI 3.1 document of the interface, made from the list of operations and the schemas of their requests and answers.

use crate::state::AppState;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use gatefold::each_operation;
use gatefold::map::Manifest;
use gatefold::operations::*;
use gatefold::recipe::Recipe;
use gatefold::wire::{Judged, MapLabel, NearPicture, Refusal};
use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

/// `openapi.json`
pub fn router() -> Router<AppState> {
    Router::new().route("/openapi.json", get(openapi))
}

async fn openapi() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "private, no-cache")], Json(document()))
}

/// The document.
pub fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(written);
    &DOCUMENT
}

/// Statuses of refusals, each with what it stands for.
const REFUSALS: [(&str, &str); 15] = [
    ("400", "The address or the JSON cannot be read."),
    ("401", "Whoever asks has not shown the token."),
    (
        "403",
        "Another site's page asks, the server only reads, or the path lies outside what may be imported.",
    ),
    ("404", "There is no such thing."),
    ("405", "The address knows other methods only."),
    ("408", "The body came too slowly."),
    ("410", "It was there, and is no longer."),
    ("413", "The body is larger than anything that is taken here."),
    ("415", "The body is no JSON."),
    ("421", "The request is meant for another server."),
    ("422", "The request can be read and can never work."),
    ("500", "A fault of the server."),
    ("501", "This server or this catalogue has no such part, such as a model."),
    ("503", "Too much is waiting: ask again after `Retry-After` seconds."),
    ("default", "Any other refusal."),
];

fn written() -> Value {
    let mut answers = generator(Contract::Serialize, false);
    let refusal = answers.subschema_for::<Refusal>();
    let mut paths: Map<String, Value> = Map::new();
    macro_rules! each {
        ($($request:ident,)*) => { $(
            let written = described::<$request>(&mut answers);
            put(&mut paths, $request::ABOUT.route, $request::ABOUT.method, written);
        )* };
    }
    each_operation!(each);
    for raw in RAW {
        put(&mut paths, raw.route, raw.method, raw_described(raw, &mut answers));
    }
    let responses: Map<String, Value> = REFUSALS
        .into_iter()
        .map(|(status, what)| {
            let mut response =
                json!({ "description": what, "content": { "application/json": { "schema": refusal } } });
            if status == "503" {
                let schema = json!({ "type": "integer", "minimum": 0 });
                response["headers"] =
                    json!({ "Retry-After": { "schema": schema, "description": "Seconds." } });
            }
            (format!("Refusal{status}"), response)
        })
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Gatefold",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A music collection as a map of its covers, and new covers made of chosen ones.",
            "description": "Every operation is a command as well, which prints the same JSON with `--json`. Where HTTP answers \
                            202 with a job, the command waits and prints what came of it. Fields are added to answers and never \
                            renamed.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "token": [] }],
        "paths": paths,
        "components": {
            "schemas": answers.take_definitions(true),
            "responses": responses,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a server that was started with `--token-file` or `--new-token`. A server on the \
                                    loopback asks for none unless it was told to.",
                },
            },
        },
    })
}

fn put(paths: &mut Map<String, Value>, route: &str, method: Method, described: Value) {
    let path = paths.entry(route).or_insert_with(|| json!({}));
    path[method.name().to_ascii_lowercase()] = described;
}

fn generator(contract: Contract, inline: bool) -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
            settings.inline_subschemas = inline;
            settings.contract = contract;
        })
        .into_generator()
}

/// A request's schema: what its fields may be.
fn requested<O: JsonSchema>() -> Value {
    generator(Contract::Deserialize, true).into_root_schema_for::<O>().to_value()
}

fn described<O: Operation + JsonSchema>(answers: &mut SchemaGenerator) -> Value
where
    O::Answer: JsonSchema,
{
    let about = O::ABOUT;
    let mut schema = requested::<O>();
    let example = serde_json::to_value(O::example()).unwrap_or_default();
    let required: Vec<String> = serde_json::from_value(schema["required"].take()).unwrap_or_default();
    let mut fields: Map<String, Value> =
        serde_json::from_value(schema["properties"].take()).unwrap_or_default();
    let mut parameters = Vec::new();
    for name in about.in_path() {
        let field = fields.remove(name).unwrap_or_else(|| json!({ "type": "string" }));
        parameters.push(parameter(name, "path", true, field, example.get(name)));
    }
    let whole = if let Body::Field(name) = about.body {
        fields.remove(name).map(|field| (name, field))
    } else {
        None
    };
    let in_body = matches!(about.body, Body::Fields | Body::Optional);
    let mut body = None;
    if let Some((name, field)) = whole {
        body = Some((field, example.get(name).cloned(), true));
    } else if in_body && !fields.is_empty() {
        let needed: Vec<&String> = required.iter().filter(|name| fields.contains_key(*name)).collect();
        let shown: Map<String, Value> =
            fields.keys().filter_map(|name| Some((name.clone(), example.get(name)?.clone()))).collect();
        let mut all = json!({ "type": "object", "required": needed });
        if let Some(closed) = schema.get("additionalProperties") {
            all["additionalProperties"] = closed.clone();
        }
        all["properties"] = Value::Object(std::mem::take(&mut fields));
        body = Some((all, Some(Value::Object(shown)), about.body == Body::Fields));
    }
    if !in_body {
        for (name, field) in fields {
            let needed = required.contains(&name);
            parameters.push(parameter(&name, "query", needed, field, example.get(&name)));
        }
    }
    let answer = answers.subschema_for::<O::Answer>();
    let content = json!({ "application/json": { "schema": answer } });
    let mut responses = refusals(body.is_some());
    if about.access == Access::Job {
        responses["202"] = json!({
            "description": "A job has begun.",
            "headers": { "Location": { "schema": { "type": "string" }, "description": "Where the job is." } },
            "content": content,
        });
    } else {
        responses["200"] = json!({ "description": "The answer.", "content": content });
    }
    let mut described = json!({
        "operationId": about.name,
        "tags": [about.group],
        "summary": about.summary,
        "parameters": parameters,
        "responses": responses,
        "x-command": format!("gatefold {}", about.command),
        "x-access": access_word(about.access),
    });
    if let Ok(call) = call(&O::example()) {
        described["x-example"] = json!({ "address": call.address, "body": call.body });
    }
    if let Some((schema, example, required)) = body {
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        described["requestBody"] = json!({ "required": required, "content": content });
    }
    described
}

fn access_word(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
        Access::Job => "job",
    }
}

fn refusals(has_body: bool) -> Value {
    let of_bodies = ["408", "413", "415"];
    let said = REFUSALS.iter().filter(|(status, _)| has_body || !of_bodies.contains(status));
    let said = said.map(|(status, _)| {
        ((*status).to_owned(), json!({ "$ref": format!("#/components/responses/Refusal{status}") }))
    });
    Value::Object(said.collect())
}

/// A field of an address. What has parts is JSON there, a list has commas, and nothing is null.
fn parameter(name: &str, place: &str, required: bool, mut schema: Value, example: Option<&Value>) -> Value {
    let description = schema.as_object_mut().and_then(|fields| fields.remove("description"));
    let schema = not_null(schema);
    let mut parameter = json!({ "name": name, "in": place, "required": required });
    if let Some(description) = description {
        parameter["description"] = description;
    }
    match schema["type"].as_str() {
        Some("object") => parameter["content"] = json!({ "application/json": { "schema": schema } }),
        kind => {
            if kind == Some("array") {
                parameter["style"] = json!(if place == "path" { "simple" } else { "form" });
                parameter["explode"] = json!(false);
            }
            if let Some(example) = example.filter(|example| !example.is_null()) {
                parameter["example"] = example.clone();
            }
            parameter["schema"] = schema;
        }
    }
    parameter
}

/// A schema without null, which no address can say.
fn not_null(mut schema: Value) -> Value {
    if let Some(any) = schema["anyOf"].as_array() {
        let real: Vec<&Value> = any.iter().filter(|one| one["type"] != "null").collect();
        if let [one] = real[..] {
            return one.clone();
        }
    }
    if let Some(kinds) = schema["type"].as_array() {
        let real: Vec<&Value> = kinds.iter().filter(|kind| *kind != "null").collect();
        if let [one] = real[..] {
            schema["type"] = one.clone();
        }
    }
    if let Some(fields) = schema.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    schema
}

fn raw_described(raw: &Raw, answers: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = in_path(raw.route)
        .map(|name| parameter(name, "path", true, json!({ "type": "string" }), None))
        .collect();
    for (name, required, what) in raw.query {
        let schema = json!({ "type": "string", "description": what });
        parameters.push(parameter(name, "query", *required, schema, None));
    }
    let schema = match raw.name {
        "Judge" => answers.subschema_for::<Judged>().to_value(),
        "NearPicture" => answers.subschema_for::<NearPicture>().to_value(),
        "ReadMap" => answers.subschema_for::<Manifest>().to_value(),
        "ReadLayout" => answers.subschema_for::<Vec<MapLabel>>().to_value(),
        _ => json!({}),
    };
    let content: Map<String, Value> = raw
        .media
        .iter()
        .map(|media| {
            let schema = if *media == "application/json" { schema.clone() } else { json!({}) };
            ((*media).to_owned(), json!({ "schema": schema }))
        })
        .collect();
    let mut responses = refusals(raw.takes != Takes::Nothing);
    responses["200"] = json!({ "description": "The answer.", "content": content });
    responses["304"] = json!({ "description": "Whoever asks has it already." });
    let mut described = json!({
        "operationId": raw.name,
        "tags": [raw.group],
        "summary": raw.summary,
        "parameters": parameters,
        "responses": responses,
        "x-access": access_word(raw.access),
    });
    if let Some(command) = raw.command {
        described["x-command"] = json!(format!("gatefold {command}"));
    }
    match raw.takes {
        Takes::Nothing => {}
        Takes::Picture => {
            let content = json!({ "application/octet-stream": { "schema": {} } });
            described["requestBody"] =
                json!({ "required": true, "description": "A picture's file.", "content": content });
        }
        Takes::Recipe => {
            let content = json!({ "application/json": { "schema": requested::<Recipe>() } });
            described["requestBody"] = json!({ "required": true, "content": content });
        }
    }
    described
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_raw_route_is_in_the_document() {
        let paths = &document()["paths"];
        let listed = all().iter().map(|about| (about.route, about.method, about.name));
        let raw = RAW.iter().map(|raw| (raw.route, raw.method, raw.name));
        for (route, method, name) in listed.chain(raw) {
            let described = &paths[route][method.name().to_ascii_lowercase()];
            assert_eq!(described["operationId"], name, "{route}");
            let named: Vec<&str> = described["parameters"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(named, in_path(route).collect::<Vec<_>>(), "{route}");
        }
    }

    #[test]
    fn what_a_parameter_may_be_is_told_without_null() {
        let asked = &document()["paths"]["/api/v1/albums"]["get"]["parameters"];
        let named = |name: &str| {
            let all = asked.as_array().unwrap();
            all.iter().find(|parameter| parameter["name"] == name).cloned().unwrap()
        };
        assert_eq!(named("limit")["schema"]["type"], "integer");
        assert_eq!(named("ids")["explode"], false);
        assert!(named("query")["description"].as_str().unwrap().contains("Words"));
        let notes = &document()["paths"]["/api/v1/generated/{id}/finished/notes"]["get"]["parameters"];
        let finish =
            notes.as_array().unwrap().iter().find(|parameter| parameter["name"] == "finish").unwrap();
        assert!(finish["content"]["application/json"].is_object(), "{finish}");
    }

    /// Every reference leads somewhere.
    #[test]
    fn no_reference_is_broken() {
        fn walk(value: &Value) {
            match value {
                Value::Object(fields) => {
                    if let Some(Value::String(reference)) = fields.get("$ref") {
                        let pointer = reference.strip_prefix('#').unwrap();
                        assert!(document().pointer(pointer).is_some(), "{reference}");
                    }
                    fields.values().for_each(walk);
                }
                Value::Array(all) => all.iter().for_each(walk),
                _ => {}
            }
        }
        walk(document());
    }
}
