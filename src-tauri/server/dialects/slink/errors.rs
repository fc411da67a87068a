//! Slink's words for every refusal: an error with the name of an exception, and what broke which rule.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use library::Image;
use serde::Serialize;

use super::responses;
use crate::dialects::reply::{json, json_as};
use crate::error::{CredentialError, Error, Violation};

const HTTP_EXCEPTION: &str = "Symfony.Component.HttpKernel.Exception.HttpException";

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
pub fn render_error(error: &Error) -> Response {
    let status = error.status();
    match error {
        Error::Unauthorised(credentials) => token_error(*credentials),
        Error::Violations(violations) => violations_response(violations),
        Error::NoFile => violation_response("image", "No file was uploaded."),
        Error::BadImage(imaging::Error::Empty) => {
            violation_response("image", "An empty file is not allowed.")
        }
        Error::BadImage(_) => violation_response("image", "This file is not a valid image."),
        Error::KeyReused => violation_response("Idempotency-Key", &error.message()),
        Error::WrongPassword => specification_error(
            "Slink.User.Domain.Exception.InvalidCredentialsException",
            "credentials",
            "Invalid credentials. Please check your username/email and password and try again.",
            None,
        ),
        Error::RefreshTokenInvalid => specification_error(
            "Slink.User.Domain.Exception.InvalidRefreshTokenException",
            "refresh_token",
            "Invalid refresh token",
            None,
        ),
        Error::Duplicate(before) => duplicate_response(before),
        // Whoever is signed in here is told that another's image is there.
        Error::Forbidden | Error::NotYours => error_response(
            StatusCode::FORBIDDEN,
            "Slink.Shared.Domain.Exception.ForbiddenException",
            "Access denied",
        ),
        Error::NoSuchImage | Error::NotFound { .. } | Error::NotReady { .. } => error_response(
            status,
            "Slink.Shared.Infrastructure.Exception.NotFoundException",
            "Resource not found",
        ),
        Error::UnknownRoute => error_response(
            status,
            &http_exception("NotFound"),
            "No route found for this address.",
        ),
        Error::MethodNotAllowed => error_response(
            status,
            &http_exception("MethodNotAllowed"),
            "Method Not Allowed for this address.",
        ),
        Error::UnsupportedMediaType => {
            error_response(status, HTTP_EXCEPTION, "Unsupported format.")
        }
        other => {
            let title = match status {
                StatusCode::BAD_REQUEST => http_exception("BadRequest"),
                StatusCode::CONFLICT => http_exception("Conflict"),
                StatusCode::TOO_MANY_REQUESTS => http_exception("TooManyRequests"),
                StatusCode::SERVICE_UNAVAILABLE => http_exception("ServiceUnavailable"),
                _ => HTTP_EXCEPTION.to_owned(),
            };
            error_response(status, &title, &other.message())
        }
    }
}

/// What is said to programs that come with a key.
pub fn render_external_error(error: &Error) -> Response {
    match error {
        Error::Unauthorised(CredentialError::Missing) => error_response(
            StatusCode::UNAUTHORIZED,
            HTTP_EXCEPTION,
            "Full authentication is required to access this resource.",
        ),
        Error::Unauthorised(_) => json_as(
            MEDIA_TYPE,
            StatusCode::UNAUTHORIZED,
            &serde_json::json!({
                "error": { "message": "Authentication failed", "code": "INVALID_API_KEY" }
            }),
        ),
        other => render_error(other),
    }
}

pub const MEDIA_TYPE: &str = "application/vnd.api+json";

fn http_exception(name: &str) -> String {
    format!("Symfony.Component.HttpKernel.Exception.{name}HttpException")
}

fn error_response(status: StatusCode, title: &str, message: &str) -> Response {
    error_with_violations(status, title, message, Vec::new())
}

fn violations_response(violations: &[Violation]) -> Response {
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
    error_with_violations(
        StatusCode::UNPROCESSABLE_ENTITY,
        HTTP_EXCEPTION,
        "Validation Error",
        told,
    )
}

fn violation_response(property: &'static str, message: &str) -> Response {
    violations_response(&[Violation {
        property: property.into(),
        message: message.to_owned(),
    }])
}

/// What Slink calls broken rules of its own: 400 whatever they are about.
fn specification_error(
    title: &str,
    property: &str,
    message: &str,
    data: Option<Before>,
) -> Response {
    let violation = Broken {
        property,
        message,
        data,
    };
    error_with_violations(
        StatusCode::BAD_REQUEST,
        title,
        "Specification Error",
        vec![violation],
    )
}

fn duplicate_response(before: &Image) -> Response {
    specification_error(
        "Slink.Image.Domain.Exception.DuplicateImageException",
        "duplicate_image",
        &format!("Image already exists: {}", before.id),
        Some(Before {
            image_id: before.id.to_string(),
            uploaded_at: responses::format_timestamp(before.created_at),
            existing_image_url: responses::image_url(before),
        }),
    )
}

fn error_with_violations(
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

fn token_error(credentials: CredentialError) -> Response {
    let message = match credentials {
        CredentialError::Missing => "JWT Token not found",
        CredentialError::Wrong => "Invalid JWT Token",
        CredentialError::Expired => "Expired JWT Token",
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

    async fn status_and_body(response: Response) -> (u16, Value) {
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn only_the_first_violation_of_a_property_is_listed() {
        let broken = |property: &'static str, message: &str| Violation {
            property: property.into(),
            message: message.to_owned(),
        };
        let refused = render_error(&Error::Violations(vec![
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
        assert_eq!(status_and_body(refused).await, (422, expected));
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
                Error::UnknownRoute,
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
                HTTP_EXCEPTION,
                "Unsupported format.",
            ),
            (
                Error::bad_parameter("w", "must be a number"),
                400,
                "Symfony.Component.HttpKernel.Exception.BadRequestHttpException",
                "The parameter `w` must be a number.",
            ),
            (
                Error::RateLimited {
                    retry_after_secs: 3,
                },
                429,
                "Symfony.Component.HttpKernel.Exception.TooManyRequestsHttpException",
                "Too many requests; try again in 3 s.",
            ),
        ] {
            let said = status_and_body(render_error(&error)).await;
            let expected = json!({"error": {"title": title, "message": message}});
            assert_eq!(said, (status, expected), "{error}");
        }
    }

    #[tokio::test]
    async fn missing_wrong_and_expired_tokens_have_messages_of_their_own() {
        for (credentials, message) in [
            (CredentialError::Missing, "JWT Token not found"),
            (CredentialError::Wrong, "Invalid JWT Token"),
            (CredentialError::Expired, "Expired JWT Token"),
        ] {
            let refused = render_error(&Error::Unauthorised(credentials));
            assert_eq!(refused.headers()["content-type"], "application/json");
            assert_eq!(refused.headers()["www-authenticate"], "Bearer");
            assert_eq!(
                status_and_body(refused).await,
                (401, json!({"code": 401, "message": message}))
            );
        }
        let (status, body) = status_and_body(render_external_error(&Error::Unauthorised(
            CredentialError::Wrong,
        )))
        .await;
        assert_eq!(
            (status, body),
            (
                401,
                json!({"error": {"message": "Authentication failed", "code": "INVALID_API_KEY"}})
            )
        );
        let (status, body) = status_and_body(render_external_error(&Error::Unauthorised(
            CredentialError::Missing,
        )))
        .await;
        assert_eq!(
            (status, body),
            (
                401,
                json!({"error": {
                    "title": HTTP_EXCEPTION,
                    "message": "Full authentication is required to access this resource."
                }})
            )
        );
    }
}
