//! A request as it goes over the wire: method, address, body.

use super::{About, Body, Method, Operation};
use serde_json::Value;
use std::fmt::Write;

/// What a client sends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Call {
    /// How.
    pub method: Method,
    /// Path and query.
    pub address: String,
    /// JSON.
    pub body: Option<String>,
}

/// What is sent to ask for an operation.
///
/// # Errors
/// When a number in the request cannot be JSON.
pub fn call<O: Operation>(request: &O) -> Result<Call, serde_json::Error> {
    Ok(written(&O::ABOUT, serde_json::to_value(request)?))
}

fn written(about: &About, request: Value) -> Call {
    let Value::Object(mut fields) = request else {
        return Call { method: about.method, address: about.route.to_owned(), body: None };
    };
    let mut address = String::with_capacity(about.route.len() + 16);
    for (i, part) in about.route.split('/').enumerate() {
        if i > 0 {
            address.push('/');
        }
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => push(&mut address, &fields.remove(name).and_then(in_words).unwrap_or_default()),
            None => address.push_str(part),
        }
    }
    let body = match about.body {
        Body::None => None,
        Body::Field(name) => fields.remove(name).map(|body| body.to_string()),
        Body::Fields | Body::Optional => Some(Value::Object(std::mem::take(&mut fields)).to_string()),
    };
    let mut before = '?';
    for (name, value) in fields {
        let Some(value) = in_words(value) else { continue };
        address.push(before);
        address.push_str(&name);
        address.push('=');
        push(&mut address, &value);
        before = '&';
    }
    Call { method: about.method, address, body }
}

/// A value as an address has it: lists with commas, what has parts as JSON, nothing for null.
fn in_words(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Array(all) => Some(all.into_iter().filter_map(in_words).collect::<Vec<_>>().join(",")),
        other => Some(other.to_string()),
    }
}

/// Appends a text with everything but unreserved characters and commas as `%XX`.
fn push(address: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~,".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
}
