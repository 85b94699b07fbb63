//! Reference page at `/api`: what programs can ask, for people to read. Plain HTML in the site's style, without a script.

use crate::http::assets;
use crate::http::openapi::document;
use crate::state::AppState;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use gatefold::xml::text;
use serde_json::Value;
use std::fmt::Write;

/// Nothing but the site's own style and pictures.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// `/api`
pub fn router() -> Router<AppState> {
    Router::new().route("/api", get(reference))
}

async fn reference() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, page(document()))
}

/// The groups in the order in which people read them, with their headings.
const GROUPS: [(&str, &str); 10] = [
    ("albums", "Albums"),
    ("explore", "Exploring the map"),
    ("sets", "Sets"),
    ("catalogue", "The catalogue"),
    ("studio", "New covers"),
    ("evaluations", "Evaluations"),
    ("training", "Training"),
    ("jobs", "Jobs"),
    ("map", "The map's files"),
    ("api", "This interface"),
];

/// A route's method, path, and what the document says of it.
type Route<'a> = (String, &'a str, &'a Value);

fn page(document: &Value) -> String {
    let mut routes: Vec<Route<'_>> = Vec::new();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, described) in methods.as_object().into_iter().flatten() {
            routes.push((method.to_ascii_uppercase(), path, described));
        }
    }
    let style = format!("/{}/{}/{}.css", assets::PKG, assets::version(), assets::NAME);
    let mut html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>API · Gatefold</title>\
         <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <link rel=\"stylesheet\" href=\"{style}\"></head><body><main class=\"page api-reference\" id=\"content\">\
         <header class=\"page-head\"><h1>API</h1><p class=\"lead\">{}</p>\
         <p class=\"note\"><a href=\"/\">The map</a> · <a href=\"/api/v1/openapi.json\">The same as an OpenAPI 3.1 \
         document</a></p></header>\
         <section><h2>How to ask</h2><p>Answers are JSON. A refusal is <code>{{\"error\": \"…\"}}</code> with a sentence, at times \
         with a <code>hint</code> where to look. A list in an address has commas, what has parts is JSON. A server with a token \
         takes it as <code>Authorization: Bearer TOKEN</code>. Fields are added to answers, never renamed.</p></section>",
        text(document["info"]["description"].as_str().unwrap_or_default()),
    );
    for (group, heading) in GROUPS {
        let own = routes.iter().filter(|(_, _, described)| described["tags"][0] == group);
        // Writing to a string cannot fail.
        let _ = write!(html, "<section aria-labelledby=\"{group}\"><h2 id=\"{group}\">{heading}</h2>");
        for route in own {
            push(&mut html, route);
        }
        html.push_str("</section>");
    }
    html.push_str("</main></body></html>");
    html
}

fn push(html: &mut String, (method, path, described): &Route<'_>) {
    let said = |name: &str| text(described[name].as_str().unwrap_or_default());
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<article class=\"api-operation\" id=\"{0}\"><h3><code>{method} {1}</code></h3><p>{2}{3}</p>",
        said("operationId"),
        text(path),
        said("summary"),
        match described["x-access"].as_str() {
            Some("write") => " It changes something.",
            Some("job") => " It begins work.",
            _ => "",
        },
    );
    let mut rows = String::new();
    for parameter in described["parameters"].as_array().into_iter().flatten() {
        let schema = parameter.get("schema").unwrap_or(&parameter["content"]["application/json"]["schema"]);
        let place = if parameter["in"] == "path" { "path" } else { "query" };
        row(
            &mut rows,
            &parameter["name"],
            place,
            parameter["required"] == true,
            schema,
            &parameter["description"],
        );
    }
    let body = described.get("requestBody").map(|body| &body["content"]["application/json"]["schema"]);
    let needed = |name: &str| {
        let required = body.and_then(|body| body["required"].as_array());
        required.is_some_and(|required| required.iter().any(|one| one == name))
    };
    for (name, schema) in body.and_then(|body| body["properties"].as_object()).into_iter().flatten() {
        row(&mut rows, &Value::from(name.as_str()), "body", needed(name), schema, &schema["description"]);
    }
    if !rows.is_empty() {
        let _ = write!(
            html,
            "<table><thead><tr><th scope=\"col\">Name</th><th scope=\"col\">In</th><th scope=\"col\">Is</th>\
             <th scope=\"col\">Says</th></tr></thead><tbody>{rows}</tbody></table>"
        );
    }
    if let Some(address) = described["x-example"]["address"].as_str() {
        let body = described["x-example"]["body"].as_str().filter(|body| *body != "{}");
        let body = body.map(|body| format!("\n\n{}", text(body))).unwrap_or_default();
        let _ = write!(html, "<pre><code>{method} {}{body}</code></pre>", text(address));
    }
    if let Some(command) = described["x-command"].as_str() {
        let _ = write!(html, "<p>By command: <code>{}</code></p>", text(command));
    }
    html.push_str("</article>");
}

fn row(rows: &mut String, name: &Value, place: &str, required: bool, schema: &Value, says: &Value) {
    let kind = match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "one of its kinds".to_owned(),
    };
    let default = schema.get("default").filter(|default| !default.is_null());
    let default = default.map(|default| format!(", usually {default}")).unwrap_or_default();
    let needed = if required { "" } else { ", may be left out" };
    // Writing to a string cannot fail.
    let _ = write!(
        rows,
        "<tr><th scope=\"row\"><code>{}</code></th><td>{place}</td><td>{}</td><td>{}</td></tr>",
        text(name.as_str().unwrap_or_default()),
        text(&format!("{kind}{default}{needed}")),
        text(says.as_str().unwrap_or_default()),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_stands_on_the_page_with_its_command() {
        let html = page(document());
        for about in gatefold::operations::all() {
            assert!(html.contains(&format!("id=\"{}\"", about.name)), "{}", about.name);
            assert!(html.contains(&text(&format!("gatefold {}", about.command))), "{}", about.name);
        }
        assert!(!html.contains("<script"));
    }
}
