//! What an answer means that holds no link: mostly its status says it, and the server's own words are shown where they
//! tell more than that.

use serde::Deserialize;

use super::Reply;
use crate::{Failure, Picture, Target};

/// The outcome behind a status other than success. `said` are the server's own words, if there are any.
pub fn refusal(target: &Target, picture: &Picture, reply: &Reply, said: Option<&str>) -> Failure {
    let after_seconds = reply.retry_after_seconds();
    match reply.status {
        401 => Failure::Unauthorised,
        403 => Failure::Forbidden,
        408 => Failure::TimedOut {
            address: target.base.clone(),
        },
        413 => too_large(picture),
        400 | 409 | 415 | 422 => refused(reply, said),
        425 | 429 => Failure::RateLimited { after_seconds },
        502..=504 => Failure::Busy { after_seconds },
        500..=599 => Failure::ServerError {
            status: reply.status,
        },
        _ => unexpected(target, reply),
    }
}

/// The outcome behind a status other than success where no picture was sent.
pub fn not_deleted(target: &Target, reply: &Reply, said: Option<&str>) -> Failure {
    let after_seconds = reply.retry_after_seconds();
    match reply.status {
        401 => Failure::Unauthorised,
        425 | 429 => Failure::RateLimited { after_seconds },
        502..=504 => Failure::Busy { after_seconds },
        500..=599 => Failure::ServerError {
            status: reply.status,
        },
        400..=499 => Failure::NotDeleted {
            said: said_or_status(reply, said),
        },
        _ => unexpected(target, reply),
    }
}

/// It will not have this picture, and says why.
pub fn refused(reply: &Reply, said: Option<&str>) -> Failure {
    Failure::Refused {
        said: said_or_status(reply, said),
    }
}

/// A line of the server's own words, shortened to what fits in a row; its status where it has none.
pub fn said_or_status(reply: &Reply, said: Option<&str>) -> String {
    let line: String = said
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

pub fn too_large(picture: &Picture) -> Failure {
    Failure::TooLarge {
        megabytes: picture.bytes.div_ceil(1_000_000),
    }
}

/// This is not how a server of its kind answers.
pub fn unexpected(target: &Target, reply: &Reply) -> Failure {
    Failure::UnexpectedReply {
        address: target.base.clone(),
        status: Some(reply.status),
    }
}

/// The words in `{"error": "…"}`.
pub fn error_text(reply: &Reply) -> Option<String> {
    #[derive(Deserialize)]
    struct Words {
        error: String,
    }
    let words = serde_json::from_slice::<Words>(&reply.body).ok()?;
    Some(words.error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::fixtures::reply;

    #[test]
    fn the_servers_words_are_one_short_line() {
        let answer = reply(422, "");
        let long = "word ".repeat(100);
        let cases = [
            (Some("Too\n  large\u{7}!"), "Too large !"),
            (Some(" \n"), "status 422"),
            (None, "status 422"),
            (Some(long.as_str()), &long[..200]),
        ];
        for (said, expected) in cases {
            assert_eq!(said_or_status(&answer, said), expected);
        }
    }
}
