//! "Test this target": a tiny picture is sent there and taken away again, by the way that every picture goes.

use serde::Serialize;

use crate::targets::test_picture::{TEST_FILE_NAME, TEST_PNG};
use crate::{Failure, HttpClients, Picture, Target};

/// What a test has shown, besides that pictures arrive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TestResult {
    /// The test's picture, where it is still there: its target cannot delete, or would not.
    pub left: Option<String>,
    /// Why it is.
    pub because: Option<Failure>,
}

pub(crate) async fn test_target(
    clients: &HttpClients,
    target: &Target,
    secret: &str,
) -> Result<TestResult, Failure> {
    let picture = Picture::from_reader(TEST_FILE_NAME, TEST_PNG.as_slice())?;
    let sent = clients
        .send_picture(target, secret, &picture, None, |_, _| {})
        .await?;
    Ok(
        match clients.delete_picture(target, secret, &sent.upload).await {
            Ok(()) => TestResult {
                left: None,
                because: None,
            },
            Err(failure) => TestResult {
                left: Some(sent.upload.to_absolute(&target.base).original),
                because: Some(failure),
            },
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_png_is_a_valid_picture() {
        let dot = Picture::from_reader("dot.png", TEST_PNG.as_slice()).unwrap();
        assert_eq!((dot.info.width, dot.info.height), (1, 1));
        imaging::verify(
            &TEST_PNG,
            &imaging::Limits::default(),
            &imaging::NeverCancelled,
        )
        .unwrap();
    }
}
