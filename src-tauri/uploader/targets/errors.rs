//! What an answer means that holds no link: mostly its status says it, and the server's own words are shown where they
//! tell more than that.

use serde::Deserialize;

use super::Reply;
use crate::{Failure, Picture, Target};

/// The outcome behind a status other than success. `said` are the server's own words, if there are any.
pub fn failure_for_status(
    target: &Target,
    picture: &Picture,
    reply: &Reply,
    message: Option<&str>,
) -> Failure {
    let after_seconds = reply.retry_after_seconds();
    match reply.status {
        401 => Failure::Unauthorised,
        403 => Failure::Forbidden,
        408 => Failure::TimedOut {
            address: target.base.clone(),
        },
        413 => too_large_failure(picture),
        400 | 409 | 415 | 422 => refused_failure(reply, message),
        425 | 429 => Failure::RateLimited { after_seconds },
        502..=504 => Failure::Busy { after_seconds },
        500..=599 => Failure::ServerError {
            status: reply.status,
        },
        _ => unexpected_reply(target, reply),
    }
}

/// The outcome behind a status other than success where no picture was sent.
pub fn delete_failure(target: &Target, reply: &Reply, message: Option<&str>) -> Failure {
    let after_seconds = reply.retry_after_seconds();
    match reply.status {
        401 => Failure::Unauthorised,
        425 | 429 => Failure::RateLimited { after_seconds },
        502..=504 => Failure::Busy { after_seconds },
        500..=599 => Failure::ServerError {
            status: reply.status,
        },
        400..=499 => Failure::NotDeleted {
            said: message_or_status(reply, message),
        },
        _ => unexpected_reply(target, reply),
    }
}

/// It will not have this picture, and says why.
pub fn refused_failure(reply: &Reply, message: Option<&str>) -> Failure {
    Failure::Refused {
        said: message_or_status(reply, message),
    }
}

/// A line of the server's own words, shortened to what fits in a row; its status where it has none.
pub fn message_or_status(reply: &Reply, message: Option<&str>) -> String {
    let line: String = message
        .unwrap_or_default()
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .take(200)
        .collect();
    match line.is_empty() {
        true => format!("status {}", reply.status),
        false => line,
    }
}

pub fn too_large_failure(picture: &Picture) -> Failure {
    Failure::TooLarge {
        megabytes: picture.bytes.div_ceil(1_000_000),
    }
}

/// This is not how a server of its kind answers.
pub fn unexpected_reply(target: &Target, reply: &Reply) -> Failure {
    Failure::UnexpectedReply {
        address: target.base.clone(),
        status: Some(reply.status),
    }
}

/// The words in `{"error": "…"}`.
pub fn error_message(reply: &Reply) -> Option<String> {
    #[derive(Deserialize)]
    struct ErrorBody {
        error: String,
    }
    let body = serde_json::from_slice::<ErrorBody>(&reply.body).ok()?;
    Some(body.error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::fixtures::reply;

    #[test]
    fn a_server_message_is_one_short_line() {
        let answer = reply(422, "");
        let long = "word ".repeat(100);
        let cases = [
            (Some("Too\n  large\u{7}!"), "Too large !"),
            (Some(" \n"), "status 422"),
            (None, "status 422"),
            (Some(long.as_str()), &long[..200]),
        ];
        for (said, expected) in cases {
            assert_eq!(message_or_status(&answer, said), expected);
        }
    }
}
