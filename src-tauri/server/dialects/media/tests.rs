//! Which requests the dialect claims, and its error responses.

use axum::http::Method;

use super::claims;
use super::errors::render_error;
use crate::error::Error;

#[test]
fn its_own_paths_are_claimed_and_imgshares_are_not() {
    for path in [
        "/api/v1",
        "/api/v1/images",
        "/api/v1/nothing",
        "/api/v1/img_upload.php/x",
        "/t/a",
        "/t/a/b/c/d.webp",
    ] {
        assert!(claims(&Method::GET, path), "{path}");
    }
    for path in [
        "/t",
        "/api/v11",
        "/api/1/upload",
        "/api/v1/img_upload.php",
        "/api/v1/img_delete.php",
        "/api/v1/img_gather.php",
        "/api/v1/universe_delete.php",
        "/upload",
    ] {
        assert!(!claims(&Method::POST, path), "{path}");
    }
}

/// Every refusal that this door may word, with its status and code.
#[test]
fn each_error_has_its_status_and_code() {
    use crate::error::CredentialError;
    use imaging::Error as Picture;
    let some = || "x".to_owned();
    let table = [
        (Error::NoFile, 400, "no_file"),
        (Error::bad_body("x"), 400, "bad_request"),
        (Error::bad_parameter("q", "x"), 400, "bad_request"),
        (
            Error::Invalid {
                code: "x",
                sentence: some(),
            },
            400,
            "bad_request",
        ),
        (Error::BadIdempotencyKey { most: 1 }, 400, "bad_request"),
        (
            Error::BadTransform { reason: some() },
            400,
            "invalid_transform",
        ),
        (
            Error::Unauthorised(CredentialError::Missing),
            401,
            "unauthorized",
        ),
        (
            Error::Unauthorised(CredentialError::Wrong),
            401,
            "unauthorized",
        ),
        (Error::BadSignature, 403, "invalid_signature"),
        (Error::Forbidden, 403, "forbidden"),
        (Error::NoSuchImage, 404, "not_found"),
        (Error::NotYours, 404, "not_found"),
        (Error::NotFound { what: "folder" }, 404, "not_found"),
        (Error::UnknownRoute, 404, "not_found"),
        (Error::MethodNotAllowed, 405, "method_not_allowed"),
        (Error::BodyTimeout, 408, "timeout"),
        (
            Error::Conflict {
                code: "x",
                reason: some(),
            },
            409,
            "conflict",
        ),
        (Error::TooLarge, 413, "file_too_large"),
        (
            Error::BadImage(Picture::NotAnImage),
            415,
            "unsupported_type",
        ),
        (
            Error::BadImage(Picture::Unsupported(imaging::Format::Svg)),
            415,
            "unsupported_type",
        ),
        (Error::BadImage(Picture::Empty), 422, "invalid_image"),
        (
            Error::BadImage(Picture::Broken(some())),
            422,
            "invalid_image",
        ),
        (Error::NotTransformable, 422, "invalid_image"),
        (Error::KeyReused, 422, "idempotency_key_reused"),
        (
            Error::RateLimited {
                retry_after_secs: 1,
            },
            429,
            "rate_limited",
        ),
        (Error::Internal("x".into()), 500, "internal_error"),
        (
            Error::Overloaded {
                retry_after_secs: 1,
            },
            503,
            "busy",
        ),
        (Error::DiskFull, 507, "storage_full"),
    ];
    for (error, status, code) in table {
        let refused = render_error(&error);
        assert_eq!(refused.status().as_u16(), status, "{error}");
        let body =
            futures_util::FutureExt::now_or_never(axum::body::to_bytes(refused.into_body(), 9999));
        let body = body.expect("a whole body is there at once").unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], code, "{error}");
        assert!(
            body["error"]
                .as_str()
                .is_some_and(|words| !words.is_empty())
        );
        assert_eq!(body.as_object().unwrap().len(), 2);
    }
}
