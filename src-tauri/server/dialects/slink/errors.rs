//! Slink's words for every refusal: an error with the name of an exception, and what broke which rule.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use library::Image;
use serde::Serialize;

use super::responses;
use crate::dialects::{json, json_as};
use crate::error::{Credentials, Error, Violation};

const HTTP: &str = "Symfony.Component.HttpKernel.Exception.HttpException";

/// `{"error": …}`.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Refusal)]
pub struct Refusal<'a> {
    error: Problem<'a>,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Problem)]
struct Problem<'a> {
    /// The name of the exception that the real Slink throws, with dots.
    title: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    violations: Vec<Broken<'a>>,
}

/// One broken rule.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = slink::Broken)]
struct Broken<'a> {
    property: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Before>,
}

/// The image that an upload would have repeated.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = slink::Before)]
struct Before {
    image_id: String,
    uploaded_at: String,
    existing_image_url: String,
}

/// What is said to people and their programs that come with a token, or with nothing.
pub fn refuse(error: &Error) -> Response {
    let status = error.status();
    match error {
        Error::Unauthorised(credentials) => no_token(*credentials),
        Error::Violations(violations) => broken(violations),
        Error::NoFile => broken_one("image", "No file was uploaded."),
        Error::BadPicture(imaging::Error::Empty) => {
            broken_one("image", "An empty file is not allowed.")
        }
        Error::BadPicture(_) => broken_one("image", "This file is not a valid image."),
        Error::KeyReused => broken_one("Idempotency-Key", &error.sentence()),
        Error::WrongPassword => specification(
            "Slink.User.Domain.Exception.InvalidCredentialsException",
            "credentials",
            "Invalid credentials. Please check your username/email and password and try again.",
            None,
        ),
        Error::SignedOut => specification(
            "Slink.User.Domain.Exception.InvalidRefreshTokenException",
            "refresh_token",
            "Invalid refresh token",
            None,
        ),
        Error::Duplicate(before) => repeated(before),
        // Whoever is signed in here is told that another's image is there.
        Error::Forbidden | Error::NotYours => said(
            StatusCode::FORBIDDEN,
            "Slink.Shared.Domain.Exception.ForbiddenException",
            "Access denied",
        ),
        Error::NoSuchImage | Error::NoSuch { .. } | Error::NotYet { .. } => said(
            status,
            "Slink.Shared.Infrastructure.Exception.NotFoundException",
            "Resource not found",
        ),
        Error::NoSuchPlace => said(
            status,
            &thrown("NotFound"),
            "No route found for this address.",
        ),
        Error::MethodNotAllowed => said(
            status,
            &thrown("MethodNotAllowed"),
            "Method Not Allowed for this address.",
        ),
        Error::UnsupportedMediaType => said(status, HTTP, "Unsupported format."),
        other => {
            let title = match status {
                StatusCode::BAD_REQUEST => thrown("BadRequest"),
                StatusCode::CONFLICT => thrown("Conflict"),
                StatusCode::TOO_MANY_REQUESTS => thrown("TooManyRequests"),
                StatusCode::SERVICE_UNAVAILABLE => thrown("ServiceUnavailable"),
                _ => HTTP.to_owned(),
            };
            said(status, &title, &other.sentence())
        }
    }
}

/// What is said to programs that come with a key.
pub fn refuse_external(error: &Error) -> Response {
    match error {
        Error::Unauthorised(Credentials::Missing) => said(
            StatusCode::UNAUTHORIZED,
            HTTP,
            "Full authentication is required to access this resource.",
        ),
        Error::Unauthorised(_) => json_as(
            MEDIA_TYPE,
            StatusCode::UNAUTHORIZED,
            &serde_json::json!({
                "error": { "message": "Authentication failed", "code": "INVALID_API_KEY" }
            }),
        ),
        other => refuse(other),
    }
}

const MEDIA_TYPE: &str = "application/vnd.api+json";

fn thrown(name: &str) -> String {
    format!("Symfony.Component.HttpKernel.Exception.{name}HttpException")
}

fn said(status: StatusCode, title: &str, message: &str) -> Response {
    problem(status, title, message, Vec::new())
}

fn broken(violations: &[Violation]) -> Response {
    let mut told: Vec<Broken<'_>> = Vec::new();
    for Violation { property, message } in violations {
        // One of a property, the first.
        if told.iter().all(|before| before.property != property) {
            told.push(Broken {
                property,
                message,
                data: None,
            });
        }
    }
    problem(
        StatusCode::UNPROCESSABLE_ENTITY,
        HTTP,
        "Validation Error",
        told,
    )
}

fn broken_one(property: &'static str, message: &str) -> Response {
    broken(&[Violation {
        property: property.into(),
        message: message.to_owned(),
    }])
}

/// What Slink calls broken rules of its own: 400 whatever they are about.
fn specification(title: &str, property: &str, message: &str, data: Option<Before>) -> Response {
    let violation = Broken {
        property,
        message,
        data,
    };
    problem(
        StatusCode::BAD_REQUEST,
        title,
        "Specification Error",
        vec![violation],
    )
}

fn repeated(before: &Image) -> Response {
    specification(
        "Slink.Image.Domain.Exception.DuplicateImageException",
        "duplicate_image",
        &format!("Image already exists: {}", before.id),
        Some(Before {
            image_id: before.id.to_string(),
            uploaded_at: responses::moment(before.created_at),
            existing_image_url: responses::url(before),
        }),
    )
}

fn problem(
    status: StatusCode,
    title: &str,
    message: &str,
    violations: Vec<Broken<'_>>,
) -> Response {
    let error = Problem {
        title,
        message,
        violations,
    };
    json_as(MEDIA_TYPE, status, &Refusal { error })
}

fn no_token(credentials: Credentials) -> Response {
    let message = match credentials {
        Credentials::Missing => "JWT Token not found",
        Credentials::Wrong => "Invalid JWT Token",
        Credentials::Expired => "Expired JWT Token",
    };
    let body = serde_json::json!({ "code": 401, "message": message });
    let mut response = json(StatusCode::UNAUTHORIZED, &body);
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use serde_json::{Value, json};

    use super::*;

    async fn of(response: Response) -> (u16, Value) {
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn violations_are_told_once_a_property_and_the_first_wins() {
        let broken = |property: &'static str, message: &str| Violation {
            property: property.into(),
            message: message.to_owned(),
        };
        let refused = refuse(&Error::Violations(vec![
            broken("email", "one"),
            broken("email", "two"),
            broken("password", "three"),
        ]));
        assert_eq!(
            refused.headers()["content-type"],
            "application/vnd.api+json"
        );
        let expected = json!({"error": {
            "title": "Symfony.Component.HttpKernel.Exception.HttpException",
            "message": "Validation Error",
            "violations": [
                {"property": "email", "message": "one"},
                {"property": "password", "message": "three"}
            ]
        }});
        assert_eq!(of(refused).await, (422, expected));
    }

    #[tokio::test]
    async fn each_refusal_has_its_status_title_and_message() {
        for (error, status, title, message) in [
            (
                Error::Forbidden,
                403,
                "Slink.Shared.Domain.Exception.ForbiddenException",
                "Access denied",
            ),
            (
                Error::NoSuchImage,
                404,
                "Slink.Shared.Infrastructure.Exception.NotFoundException",
                "Resource not found",
            ),
            (
                Error::NoSuchPlace,
                404,
                "Symfony.Component.HttpKernel.Exception.NotFoundHttpException",
                "No route found for this address.",
            ),
            (
                Error::MethodNotAllowed,
                405,
                "Symfony.Component.HttpKernel.Exception.MethodNotAllowedHttpException",
                "Method Not Allowed for this address.",
            ),
            (
                Error::UnsupportedMediaType,
                415,
                HTTP,
                "Unsupported format.",
            ),
            (
                Error::bad_parameter("w", "must be a number"),
                400,
                "Symfony.Component.HttpKernel.Exception.BadRequestHttpException",
                "The parameter `w` must be a number.",
            ),
            (
                Error::TooMany { after: 3 },
                429,
                "Symfony.Component.HttpKernel.Exception.TooManyRequestsHttpException",
                "Too many requests; try again in 3 s.",
            ),
        ] {
            let said = of(refuse(&error)).await;
            let expected = json!({"error": {"title": title, "message": message}});
            assert_eq!(said, (status, expected), "{error}");
        }
    }

    #[tokio::test]
    async fn a_missing_a_wrong_and_an_expired_token_are_told_apart() {
        for (credentials, message) in [
            (Credentials::Missing, "JWT Token not found"),
            (Credentials::Wrong, "Invalid JWT Token"),
            (Credentials::Expired, "Expired JWT Token"),
        ] {
            let refused = refuse(&Error::Unauthorised(credentials));
            assert_eq!(refused.headers()["content-type"], "application/json");
            assert_eq!(refused.headers()["www-authenticate"], "Bearer");
            assert_eq!(
                of(refused).await,
                (401, json!({"code": 401, "message": message}))
            );
        }
        let (status, body) = of(refuse_external(&Error::Unauthorised(Credentials::Wrong))).await;
        assert_eq!(
            (status, body),
            (
                401,
                json!({"error": {"message": "Authentication failed", "code": "INVALID_API_KEY"}})
            )
        );
        let (status, body) = of(refuse_external(&Error::Unauthorised(Credentials::Missing))).await;
        assert_eq!(
            (status, body),
            (
                401,
                json!({"error": {
                    "title": HTTP,
                    "message": "Full authentication is required to access this resource."
                }})
            )
        );
    }
}
