//! Requests read from HTTP by one rule: path, query and body become the fields of an operation's request.
//!
//! What an address says is text. A field takes it as what it is: a number is read, a list is split at commas, what has parts is
//! JSON. An empty text stands for nothing where a field may be left out, since forms send their empty fields along.

use crate::problem::Problem;
use crate::uploads::broken;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::{HeaderMap, StatusCode, header};
use gatefold::operations::{Body, Operation};
use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Value};
use std::cell::Cell;

/// Reads a request.
///
/// # Errors
/// [`Problem::Malformed`] for an address or JSON that cannot be read, [`Problem::Unacceptable`] for JSON that says something else,
/// [`Problem::WrongType`] for a body that is no JSON, and those of a body that does not come.
pub async fn read<O: Operation>(request: Request) -> Result<O, Problem> {
    let (mut parts, body) = request.into_parts();
    let mut fields: Vec<(String, Part)> = Vec::new();
    let in_path = RawPathParams::from_request_parts(&mut parts, &())
        .await
        .map_err(|rejection| Problem::NotFound(rejection.body_text()))?;
    fields.extend(in_path.iter().map(|(name, text)| (name.to_owned(), Part::Text(text.to_owned()))));
    let query = parts.uri.query().unwrap_or_default();
    match O::ABOUT.body {
        Body::None => fields.extend(in_query(query, |_| true)),
        Body::Field(whole) => {
            fields.extend(in_query(query, |name| name != whole));
            let body = bytes(Request::from_parts(parts.clone(), body)).await?;
            fields.push((whole.to_owned(), Part::Json(json(&parts.headers, &body)?)));
        }
        kind @ (Body::Fields | Body::Optional) => {
            let body = bytes(Request::from_parts(parts.clone(), body)).await?;
            if !(kind == Body::Optional && body.is_empty()) {
                match json(&parts.headers, &body)? {
                    Value::Object(all) => {
                        fields.extend(all.into_iter().map(|(name, value)| (name, Part::Json(value))));
                    }
                    Value::Null if kind == Body::Optional => {}
                    _ => return Err(Problem::Unacceptable("the body is no JSON object".to_owned())),
                }
            }
        }
    }
    let wrong_text = Cell::new(false);
    let read = O::deserialize(Fields { fields, wrong_text: &wrong_text });
    read.map_err(|error| match wrong_text.get() || O::ABOUT.body == Body::None {
        true => Problem::Malformed(error.to_string()),
        false => Problem::Unacceptable(error.to_string()),
    })
}

fn in_query(query: &str, wanted: impl Fn(&str) -> bool) -> Vec<(String, Part)> {
    let words = form_urlencoded::parse(query.as_bytes());
    words
        .filter(|(name, _)| wanted(name))
        .map(|(name, text)| (name.into_owned(), Part::Text(text.into_owned())))
        .collect()
}

async fn bytes(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &()).await.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge(rejection.body_text()),
        _ => broken(&rejection),
    })
}

fn json(headers: &HeaderMap, body: &[u8]) -> Result<Value, Problem> {
    if !is_json(headers) {
        return Err(Problem::WrongType("send JSON, and say so: `Content-Type: application/json`".to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| Problem::Malformed(format!("the body is no JSON: {error}")))
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = kinds.next().and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    kinds.next().is_none() && essence.eq_ignore_ascii_case("application/json")
}

/// A field as it came.
enum Part {
    /// From the address.
    Text(String),
    /// From the body.
    Json(Value),
}

/// All of them, as a structure to be read.
struct Fields<'a> {
    fields: Vec<(String, Part)>,
    /// Whether it was the address that could not be read.
    wrong_text: &'a Cell<bool>,
}

impl<'de> Deserializer<'de> for Fields<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Access { rest: self.fields.into_iter(), next: None, wrong_text: self.wrong_text })
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Access<'a> {
    rest: std::vec::IntoIter<(String, Part)>,
    next: Option<(String, Part)>,
    wrong_text: &'a Cell<bool>,
}

impl<'de> MapAccess<'de> for Access<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, part)) = self.rest.next() else { return Ok(None) };
        let key: StringDeserializer<Error> = name.clone().into_deserializer();
        self.next = Some((name, part));
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let (name, part) = self.next.take().ok_or_else(|| Error::custom("a value without a name"))?;
        let named = |error: Error| Error::custom(format_args!("`{name}`: {error}"));
        match part {
            Part::Json(value) => seed.deserialize(value).map_err(named),
            Part::Text(text) => seed.deserialize(Text(text)).map_err(|error| {
                self.wrong_text.set(true);
                named(error)
            }),
        }
    }
}

/// A text that becomes what is wanted of it.
struct Text(String);

macro_rules! numbers {
    ($($name:ident $visit:ident $kind:ty,)*) => {
        $(fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.trim().parse::<$kind>() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(Error::custom(format_args!("“{}” is no number that fits here", self.0))),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Text {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0)
    }

    numbers! {
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_f32 visit_f32 f32,
        deserialize_f64 visit_f64 f64,
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.as_str() {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            other => Err(Error::custom(format_args!("“{other}” is neither true nor false"))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let words: Vec<String> =
            self.0.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        visitor.visit_seq(Words(words.into_iter()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        serde_json::from_str::<Value>(&self.0)?.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        serde_json::from_str::<Value>(&self.0)?.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(IntoDeserializer::<Error>::into_deserializer(self.0))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

struct Words(std::vec::IntoIter<String>);

impl<'de> SeqAccess<'de> for Words {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|word| seed.deserialize(Text(word))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::http::Method;
    use axum::routing::any;
    use gatefold::album::AlbumId;
    use gatefold::each_operation;
    use gatefold::operations::*;
    use std::sync::{Arc, Mutex};
    use tower::ServiceExt;

    /// Reads a request as a router hands it on.
    async fn read_from<O: Operation>(method: &str, address: &str, body: Option<&str>) -> Result<O, Problem> {
        let slot = Arc::new(Mutex::new(None));
        let kept = slot.clone();
        let handler = move |request: Request| {
            let kept = kept.clone();
            async move {
                let read = read::<O>(request).await;
                *kept.lock().unwrap() = Some(read);
            }
        };
        let router: Router = Router::new().route(O::ABOUT.route, any(handler));
        let mut request =
            axum::http::Request::builder().method(Method::try_from(method).unwrap()).uri(address);
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(axum::body::Body::from(body.unwrap_or_default().to_owned())).unwrap();
        router.oneshot(request).await.unwrap();
        let read = slot.lock().unwrap().take();
        read.expect("the route fits the address")
    }

    #[tokio::test]
    async fn every_example_is_read_as_it_was_written() {
        macro_rules! each {
            ($($request:ident,)*) => {
                $({
                    let example = $request::example();
                    let call = call(&example).unwrap();
                    let read = read_from::<$request>(call.method.name(), &call.address, call.body.as_deref()).await;
                    let read = read.unwrap_or_else(|problem| panic!("{}: {problem}", call.address));
                    let (read, written) = (serde_json::to_value(read).unwrap(), serde_json::to_value(example).unwrap());
                    assert_eq!(read, written, "{}", call.address);
                })*
            };
        }
        each_operation!(each);
    }

    #[tokio::test]
    async fn what_a_form_leaves_empty_is_left_out() {
        let read = read_from::<ListAlbums>("GET", "/api/v1/albums?query=&genre=&limit=&offset=3", None).await;
        assert_eq!(read.unwrap(), ListAlbums { offset: 3, ..ListAlbums::default() });
    }

    #[tokio::test]
    async fn an_address_is_malformed_and_json_unacceptable() {
        let id = AlbumId(1);
        let address = format!("/api/v1/albums/{id}/nearest?n=many");
        let wrong = read_from::<FindNearest>("GET", &address, None).await.unwrap_err();
        assert!(
            matches!(&wrong, Problem::Malformed(why) if why.contains("`n`") && why.contains("many")),
            "{wrong:?}"
        );
        let wrong = read_from::<ReadAlbum>("GET", "/api/v1/albums/abba", None).await.unwrap_err();
        assert!(matches!(&wrong, Problem::Malformed(_)), "{wrong:?}");
        let twice =
            read_from::<FindNearest>("GET", &format!("/api/v1/albums/{id}/nearest?n=1&n=2"), None).await;
        assert!(matches!(twice, Err(Problem::Malformed(_))));
        let wrong = read_from::<SaveSet>("PUT", "/api/v1/sets/x", Some(r#"{"albums":7}"#)).await.unwrap_err();
        assert!(matches!(&wrong, Problem::Unacceptable(_)), "{wrong:?}");
        let wrong = read_from::<SaveSet>("PUT", "/api/v1/sets/x", Some("{")).await.unwrap_err();
        assert!(matches!(&wrong, Problem::Malformed(_)), "{wrong:?}");
        let wrong = read_from::<RateGenerated>("PUT", "/api/v1/generated/x/rating", None).await.unwrap_err();
        assert!(matches!(&wrong, Problem::WrongType(_)), "{wrong:?}");
    }
}
