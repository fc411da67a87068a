//! What an editor asks for: pictures by their paths, pictures in a form, or the one on the clipboard. Whatever it names
//! is looked at before it is touched: only what begins like a picture ever leaves this computer.

use std::sync::PoisonError;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::{Request, StatusCode, Uri};
use imaging::Format;
use multer::{Constraints, Multipart, SizeLimit};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::broadcast::error::RecvError;

use super::config::TargetLookupError;
use super::file_names::{SourceError, base_name, parse_source};
use super::response::EditorResponse;
use super::state::{READ_TIMEOUT, ServerState};
use super::{origin_check, self_test};
use crate::clipboard_policy::UploadSource;
use crate::{Event, Failure, Job, JobId, JobState, Source, UploadOptions};

pub(super) enum EditorRequest {
    Upload,
    Delete,
}

/// No list of names is longer than that.
const MAX_LIST_BYTES: usize = 1024 * 1024;
/// Pictures in one question.
const MAX_PICTURES: usize = 100;

pub(super) async fn upload_pictures(
    state: &ServerState,
    request: Request<Incoming>,
) -> EditorResponse {
    let uri = request.uri().clone();
    let token = request.headers().get(self_test::SELF_TEST_HEADER);
    let is_self_test =
        token.is_some_and(|given| given.as_bytes() == state.self_test_token.as_bytes());
    let read = tokio::time::timeout(READ_TIMEOUT, read_sources(state, request)).await;
    let sources = match read {
        Ok(Ok(sources)) => sources,
        Ok(Err(answer)) => return answer,
        Err(_) => {
            return EditorResponse::invalid_selection(
                "The picture did not arrive in time. Try again.",
            );
        }
    };
    let options = match requested_target(state, &uri) {
        Ok(target) => UploadOptions {
            target,
            way: Some(if is_self_test {
                UploadSource::Trial
            } else {
                UploadSource::Editor
            }),
            // A picture that is known would show nothing of the way there.
            again: is_self_test,
            ..UploadOptions::default()
        },
        Err(answer) => return answer,
    };
    upload_and_wait(state, sources, options).await
}

/// The target that the question names, in PicGo's words or in PicList's.
fn requested_target(state: &ServerState, uri: &Uri) -> Result<Option<String>, EditorResponse> {
    let param =
        |name: &str| origin_check::query_param(uri, name).filter(|value| !value.trim().is_empty());
    // The name of one configuration says more than that of a kind.
    let named = ["configId", "configName", "uploader", "picbed"]
        .into_iter()
        .find_map(|word| Some((word, param(word)?)));
    let Some((param_name, name)) = named else {
        return Ok(None);
    };
    let code = match (state.host.find_target(&name), param_name) {
        (Ok(id), _) => return Ok(Some(id)),
        (Err(TargetLookupError::Ambiguous), _) => "UPLOAD_CONFIG_AMBIGUOUS",
        (Err(TargetLookupError::Unknown), "uploader" | "picbed") => "UNKNOWN_UPLOADER",
        (Err(TargetLookupError::Unknown), _) => "UPLOAD_CONFIG_NOT_FOUND",
    };
    let sentence = match code {
        "UPLOAD_CONFIG_AMBIGUOUS" => "Several targets have this name. Name one by its id.",
        _ => "There is no target of this name. Look among the targets.",
    };
    Err(EditorResponse::failure(
        StatusCode::BAD_REQUEST,
        Some(code),
        sentence,
    ))
}

async fn read_sources(
    state: &ServerState,
    request: Request<Incoming>,
) -> Result<Vec<Source>, EditorResponse> {
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let plain = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if plain == "multipart/form-data" {
        return read_form(state, &content_type, request.into_body()).await;
    }
    let body = read_body(request.into_body()).await?;
    if body.is_empty() {
        return clipboard_source(state).await;
    }
    if plain != "application/json" {
        return Err(EditorResponse::invalid_selection(
            "What was sent is neither a form nor JSON. Send it as multipart/form-data or application/json.",
        ));
    }
    #[derive(Deserialize)]
    struct PathList {
        #[serde(default)]
        list: Vec<String>,
    }
    let path_list: PathList = serde_json::from_slice(&body).map_err(|_| {
        EditorResponse::invalid_selection(
            "This is no list of pictures. Write it as {\"list\": [\"/a/picture.png\"]}.",
        )
    })?;
    if path_list.list.is_empty() {
        return clipboard_source(state).await;
    }
    if path_list.list.len() > MAX_PICTURES {
        return Err(EditorResponse::invalid_selection(
            "These are too many pictures at once.",
        ));
    }
    let max_bytes = state.config.max_bytes;
    tokio::task::spawn_blocking(move || {
        let named = path_list.list.iter();
        named
            .map(|name| parse_source(name, max_bytes))
            .collect::<Result<Vec<_>, _>>()
    })
    .await
    .unwrap_or(Err(SourceError::Unreadable))
    .map_err(|refused| EditorResponse::invalid_selection(refused.sentence()))
}

async fn read_body(body: Incoming) -> Result<Bytes, EditorResponse> {
    match Limited::new(body, MAX_LIST_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(EditorResponse::payload_too_large(MAX_LIST_BYTES as u64)),
    }
}

async fn clipboard_source(state: &ServerState) -> Result<Vec<Source>, EditorResponse> {
    let host = state.host.clone();
    let found = tokio::task::spawn_blocking(move || host.clipboard_picture()).await;
    match found {
        Ok(Some(bytes)) => Ok(vec![Source::Bytes {
            name: "clipboard".to_owned(),
            bytes,
        }]),
        _ => Err(EditorResponse::invalid_selection(
            "There is no picture on the clipboard.",
        )),
    }
}

/// Every file in a form, whatever its field is called.
async fn read_form(
    state: &ServerState,
    content_type: &str,
    body: Incoming,
) -> Result<Vec<Source>, EditorResponse> {
    let broken = || EditorResponse::invalid_selection("The form with the picture cannot be read.");
    let boundary = multer::parse_boundary(content_type).map_err(|_| broken())?;
    let max_bytes = state.config.max_bytes;
    let limits = SizeLimit::new()
        .whole_stream(max_bytes.saturating_add(MAX_LIST_BYTES as u64))
        .per_field(max_bytes);
    let stream = body.into_data_stream();
    let mut form =
        Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(limits));
    let form_error = |error: multer::Error| match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            EditorResponse::payload_too_large(max_bytes)
        }
        _ => broken(),
    };
    let mut sources = Vec::new();
    while let Some(field) = form.next_field().await.map_err(form_error)? {
        let Some(name) = field.file_name().map(base_name) else {
            continue;
        };
        let bytes = field.bytes().await.map_err(form_error)?.to_vec();
        if Format::sniff(&bytes[..bytes.len().min(4096)]).is_none() {
            return Err(EditorResponse::invalid_selection(
                SourceError::NotAPicture.sentence(),
            ));
        }
        sources.push(Source::Bytes { name, bytes });
    }
    match sources.is_empty() {
        true => Err(EditorResponse::invalid_selection(
            "There is no file in the form.",
        )),
        false => Ok(sources),
    }
}

/// Sends the pictures and waits for all of them; one link each, in their order.
async fn upload_and_wait(
    state: &ServerState,
    sources: Vec<Source>,
    options: UploadOptions,
) -> EditorResponse {
    let mut events = state.uploader.events();
    let is_self_test = options.way == Some(UploadSource::Trial);
    let ids = match state.uploader.enqueue_with(sources, options).await {
        Ok(ids) => ids,
        Err(failure) => {
            let sentence = failure.to_string();
            return EditorResponse::failure(StatusCode::INTERNAL_SERVER_ERROR, None, &sentence);
        }
    };
    if is_self_test {
        let mut self_test_jobs = state
            .self_test_jobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self_test_jobs.extend(&ids);
    }
    let all_ended = async {
        loop {
            let jobs = load_jobs(state, &ids);
            if jobs
                .iter()
                .all(|job| job.as_ref().is_none_or(|job| job.state.has_ended()))
            {
                return;
            }
            loop {
                match events.recv().await {
                    Ok(Event::Job(job)) if ids.contains(&job.id) && job.state.has_ended() => break,
                    Ok(Event::JobForgotten(id)) if ids.contains(&id) => break,
                    // The rows tell what the news were.
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                    Ok(_) => {}
                }
            }
        }
    };
    // Whoever is still waiting then hears that it goes on without them.
    let _ = tokio::time::timeout(state.config.patience, all_ended).await;
    let mut pictures = Vec::new();
    for job in load_jobs(state, &ids) {
        match job.as_ref().and_then(|job| state.host.link(job)) {
            Some(link) => pictures.extend(job.map(|job| (job, link))),
            None => {
                let sentence = failure_sentence(job.as_ref());
                return EditorResponse::failure(StatusCode::INTERNAL_SERVER_ERROR, None, &sentence);
            }
        }
    }
    EditorResponse::upload_succeeded(&pictures)
}

fn load_jobs(state: &ServerState, ids: &[JobId]) -> Vec<Option<Job>> {
    ids.iter()
        .map(|id| state.uploader.job(*id).ok().flatten())
        .collect()
}

fn failure_sentence(job: Option<&Job>) -> String {
    match job.map(|job| &job.state) {
        None => "The upload was given up in the program's window.".to_owned(),
        Some(JobState::Failed { failure }) => failure.to_string(),
        Some(JobState::Offline { failure, .. }) => {
            format!("{failure} The picture goes up by itself as soon as that is over.")
        }
        Some(_) => {
            "The picture is still on its way; its link will be in the program's window.".to_owned()
        }
    }
}

pub(super) async fn delete_pictures(
    state: &ServerState,
    request: Request<Incoming>,
) -> EditorResponse {
    let json = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| {
            kind.trim()
                .to_ascii_lowercase()
                .starts_with("application/json")
        });
    let body = match tokio::time::timeout(READ_TIMEOUT, read_body(request.into_body())).await {
        Ok(Ok(body)) => body,
        Ok(Err(answer)) => return answer,
        Err(_) => {
            return EditorResponse::invalid_selection(
                "The question did not arrive in time. Try again.",
            );
        }
    };
    let request_json: Option<Value> = serde_json::from_slice(&body).ok().filter(|_| json);
    let list = request_json
        .as_ref()
        .and_then(|wanted| wanted.get("list"))
        .and_then(Value::as_array);
    let Some(list) = list.filter(|list| !list.is_empty() && list.len() <= MAX_PICTURES) else {
        return EditorResponse::invalid_selection(
            "Send {\"list\": […]} with what uploading gave as fullResult.",
        );
    };
    let (mut done, mut failed) = (0, 0);
    for wanted in list {
        match delete_picture(state, wanted).await {
            Ok(()) => done += 1,
            Err(failure) => {
                tracing::info!(code = failure.code(), "an editor's picture was not deleted");
                failed += 1;
            }
        }
    }
    EditorResponse::delete_summary(done, failed)
}

/// The id and the link have to belong together: a number alone is easily guessed.
async fn delete_picture(state: &ServerState, entry: &Value) -> Result<(), Failure> {
    let id = entry.get("id").and_then(Value::as_str);
    let id = id.and_then(|id| id.parse().ok()).map(JobId);
    let job = match id {
        Some(id) => state.uploader.job(id)?,
        None => None,
    };
    let link = entry.get("imgUrl").and_then(Value::as_str);
    let job = job.filter(|job| link.is_some() && state.host.link(job).as_deref() == link);
    let job = job.ok_or(Failure::NotKept)?;
    state.uploader.delete_now(job.id).await
}
