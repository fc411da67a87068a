//! What the OpenAPI descriptions of all dialects share: the document, the ways to authenticate, common responses.
//!
//! A dialect's routes are described by the attributes of its handlers. Errors that any request with a body or a key can
//! cause are added here, in the dialect's error format.

use axum::http::StatusCode;
use bytes::Bytes;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, ContentBuilder, Info, KnownFormat, License, ObjectBuilder, OpenApi,
    PathItem, Paths, Ref, RefOr, Response, ResponseBuilder, Schema, SchemaFormat, Server, Type,
};
use utoipa::{IntoParams, IntoResponses};

/// The errors that many operations of a dialect have in common.
pub struct OpenApiStyle {
    /// Error statuses of every operation with a body: malformed, too slow, too large.
    pub body_errors: &'static [u16],
    /// Error statuses of every operation that takes a key or token.
    pub credential_errors: &'static [u16],
    /// The bodies of an error with this status (`5XX` for all server errors), by media type.
    pub error_bodies: fn(&str) -> BodySchemas,
}

/// The schemas of a body, by media type.
pub type BodySchemas = Vec<(&'static str, RefOr<Schema>)>;

/// The whole description as JSON. It depends neither on the client nor on the configuration.
#[derive(Clone)]
pub struct OpenApiJson(pub Bytes);

/// The document without any paths: title, license, server and the ways to authenticate.
pub fn base_document() -> OpenApi {
    let mut info = Info::new("Vitrine", env!("CARGO_PKG_VERSION"));
    info.description = Some(INTRODUCTION.to_owned());
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    let mut api = OpenApi::new(info, Paths::new());
    // Relative, so that it fits every host name of this server.
    api.servers = Some(vec![Server::new("/")]);
    let mut components = Components::new();
    for (name, scheme) in security_schemes() {
        components.add_security_scheme(name, scheme);
    }
    api.components = Some(components);
    api
}

const INTRODUCTION: &str = "An image host with five APIs. Each is the API of another image host, with its own error format, \
    and all share one library: an image uploaded through one API is available through all. Every GET also answers HEAD, unless it changes something.";

/// The ways to say who one is. A key that stands in a form's field is among that form's fields.
fn security_schemes() -> [(&'static str, SecurityScheme); 6] {
    let key = |kind: fn(ApiKeyValue) -> ApiKey, name: &str, description: &str| {
        SecurityScheme::ApiKey(kind(ApiKeyValue::with_description(name, description)))
    };
    let bearer = |description: &str| {
        HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(description))
    };
    [
        (
            "key",
            SecurityScheme::Http(bearer("A key, as `sk_…`.").build()),
        ),
        (
            "token",
            SecurityScheme::Http(
                bearer("An access token from `/api/auth/login`, good for an hour.")
                    .bearer_format("JWT")
                    .build(),
            ),
        ),
        (
            "key_in_header",
            key(ApiKey::Header, "X-Api-Key", "A key, as `sk_…`."),
        ),
        (
            "key_in_query",
            key(
                ApiKey::Query,
                "key",
                "A key, as `sk_…`. Addresses are written down in many places; prefer a header.",
            ),
        ),
        (
            "token_in_query",
            key(ApiKey::Query, "token", "A key, as `sk_…`."),
        ),
        (
            "session",
            key(
                ApiKey::Cookie,
                "vitrine_mark",
                "Set by signing in. `mark` stands for eight letters of its own of each data folder. Only pages of this server may use it.",
            ),
        ),
    ]
}

/// Completes a dialect's description: operation ids, tags, and the responses that many of its operations share.
pub fn finish_document(mut api: OpenApi, dialect: &str, style: &OpenApiStyle) -> OpenApi {
    for item in api.paths.paths.values_mut() {
        let mut names: Vec<String> = Vec::new();
        for (method, operation) in operations(item) {
            let own = operation.operation_id.take().unwrap_or_default();
            let mut name = format!("{}_{own}", dialect.replace(' ', "_"));
            if names.contains(&name) {
                name = format!("{name}_by_{method}");
            }
            names.push(name.clone());
            operation.operation_id = Some(name);
            operation.tags = Some(vec![dialect.to_owned()]);
            finish_operation(operation, style);
        }
    }
    api
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn finish_operation(operation: &mut Operation, style: &OpenApiStyle) {
    let of_body = operation.request_body.as_ref().map(|_| style.body_errors);
    let of_credentials = operation.security.as_ref().map(|_| style.credential_errors);
    let added = of_body.into_iter().chain(of_credentials).flatten();
    let added = added.map(u16::to_string).chain(["5XX".to_owned()]);
    let responses = &mut operation.responses.responses;
    for status in added {
        responses
            .entry(status)
            .or_insert_with(|| RefOr::T(Response::default()));
    }
    for (status, response) in responses {
        let RefOr::T(response) = response else {
            continue;
        };
        if response.description.is_empty() {
            response.description = default_description(status);
        }
        if response.content.is_empty() && status.starts_with(['4', '5']) {
            let bodies = (style.error_bodies)(status).into_iter();
            response.content = bodies
                .map(|(media_type, schema)| {
                    (media_type.to_owned(), RefOr::T(Content::new(Some(schema))))
                })
                .collect();
        }
    }
}

/// A sentence on a status that needs no words of the operation's own.
fn default_description(status: &str) -> String {
    let said = match status {
        "204" => "Done.",
        "400" => "The request cannot be understood, or what it holds cannot be used.",
        "401" => "Nobody is known by what was sent along.",
        "403" => "Whoever asks may not do this.",
        "404" => "There is no such thing, or it is somebody else's.",
        "405" => "Not by this method.",
        "408" => "The body stood still for too long.",
        "409" => "It contradicts what is there.",
        "413" => "The body is larger than is taken.",
        "415" => "Not of a kind that is taken.",
        "416" => "The range lies outside of the file.",
        "422" => "What was sent breaks a rule, or its Idempotency-Key belongs to other bytes.",
        "429" => "Too often; try again after the seconds in Retry-After.",
        "5XX" => {
            "The server is busy (503, with Retry-After), its disk is full (507), the picture's host did not give it (502, 504), or something went wrong (500)."
        }
        other => return canonical_reason(other),
    };
    said.to_owned()
}

fn canonical_reason(status: &str) -> String {
    let known = StatusCode::from_bytes(status.as_bytes()).ok();
    known
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default()
        .to_owned()
}

/// A schema that was described elsewhere in the document.
pub fn schema_ref(schema: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(schema))
}

/// Words for people.
pub fn text_schema() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).into()
}

/// The bytes of a picture, whole or in part, or that the client has them already.
pub struct ImageResponses;

impl IntoResponses for ImageResponses {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let bytes = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        let bytes: RefOr<Schema> = bytes.into();
        let of_bytes = |description: &str| {
            let content = ContentBuilder::new().schema(Some(bytes.clone())).build();
            ResponseBuilder::new()
                .description(description)
                .content("image/*", content)
                .build()
        };
        let bare = |description: &str| ResponseBuilder::new().description(description).build();
        [
            ("200", of_bytes("The picture.")),
            ("206", of_bytes("The range of it that was asked for.")),
            (
                "304",
                bare("What If-None-Match or If-Modified-Since speak of is still so."),
            ),
            ("404", bare("")),
            ("416", bare("")),
        ]
        .into_iter()
        .map(|(status, response)| (status.to_owned(), RefOr::T(response)))
        .collect()
    }
}

/// Of an upload that may be sent twice.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "read by its derive")]
pub struct IdempotencyParams {
    /// Sent again with the same key, the same bytes are kept once and get the first answer.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 128,
        pattern = "^[!-~]+$"
    )]
    idempotency_key: Option<String>,
}
