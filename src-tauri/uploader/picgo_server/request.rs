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

use super::file_names::{Refused, base_name, source};
use super::response::Answer;
use super::{Inside, READING, Unclear, origin_check, self_test};
use crate::clipboard_policy::Way;
use crate::{Event, Failure, Job, JobId, JobState, Source, Wishes};

pub(super) enum Asked {
    Upload,
    Delete,
}

/// No list of names is longer than that.
const LIST: usize = 1024 * 1024;
/// Pictures in one question.
const PICTURES: usize = 100;

pub(super) async fn upload(inside: &Inside, request: Request<Incoming>) -> Answer {
    let uri = request.uri().clone();
    let password = request.headers().get(self_test::HEADER);
    let is_trial = password.is_some_and(|given| given.as_bytes() == inside.password.as_bytes());
    let read = tokio::time::timeout(READING, sources(inside, request)).await;
    let sources = match read {
        Ok(Ok(sources)) => sources,
        Ok(Err(answer)) => return answer,
        Err(_) => return Answer::bad_selection("The picture did not arrive in time. Try again."),
    };
    let wishes = match target(inside, &uri) {
        Ok(target) => Wishes {
            target,
            way: Some(if is_trial { Way::Trial } else { Way::Editor }),
            // A picture that is known would show nothing of the way there.
            again: is_trial,
            ..Wishes::default()
        },
        Err(answer) => return answer,
    };
    send(inside, sources, wishes).await
}

/// The target that the question names, in PicGo's words or in PicList's.
fn target(inside: &Inside, uri: &Uri) -> Result<Option<String>, Answer> {
    let said = |name: &str| origin_check::query(uri, name).filter(|value| !value.trim().is_empty());
    // The name of one configuration says more than that of a kind.
    let named = ["configId", "configName", "uploader", "picbed"]
        .into_iter()
        .find_map(|word| Some((word, said(word)?)));
    let Some((word, name)) = named else {
        return Ok(None);
    };
    let code = match (inside.house.target(&name), word) {
        (Ok(id), _) => return Ok(Some(id)),
        (Err(Unclear::Several), _) => "UPLOAD_CONFIG_AMBIGUOUS",
        (Err(Unclear::Unknown), "uploader" | "picbed") => "UNKNOWN_UPLOADER",
        (Err(Unclear::Unknown), _) => "UPLOAD_CONFIG_NOT_FOUND",
    };
    let sentence = match code {
        "UPLOAD_CONFIG_AMBIGUOUS" => "Several targets have this name. Name one by its id.",
        _ => "There is no target of this name. Look among the targets.",
    };
    Err(Answer::failed(
        StatusCode::BAD_REQUEST,
        Some(code),
        sentence,
    ))
}

async fn sources(inside: &Inside, request: Request<Incoming>) -> Result<Vec<Source>, Answer> {
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
        return form(inside, &content_type, request.into_body()).await;
    }
    let body = whole(request.into_body()).await?;
    if body.is_empty() {
        return clipboard(inside).await;
    }
    if plain != "application/json" {
        return Err(Answer::bad_selection(
            "What was sent is neither a form nor JSON. Send it as multipart/form-data or application/json.",
        ));
    }
    #[derive(Deserialize)]
    struct Wanted {
        #[serde(default)]
        list: Vec<String>,
    }
    let wanted: Wanted = serde_json::from_slice(&body).map_err(|_| {
        Answer::bad_selection(
            "This is no list of pictures. Write it as {\"list\": [\"/a/picture.png\"]}.",
        )
    })?;
    if wanted.list.is_empty() {
        return clipboard(inside).await;
    }
    if wanted.list.len() > PICTURES {
        return Err(Answer::bad_selection(
            "These are too many pictures at once.",
        ));
    }
    let most = inside.door.max_bytes;
    tokio::task::spawn_blocking(move || {
        let named = wanted.list.iter();
        named
            .map(|name| source(name, most))
            .collect::<Result<Vec<_>, _>>()
    })
    .await
    .unwrap_or(Err(Refused::Unreadable))
    .map_err(|refused| Answer::bad_selection(refused.sentence()))
}

async fn whole(body: Incoming) -> Result<Bytes, Answer> {
    match Limited::new(body, LIST).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(Answer::too_large(LIST as u64)),
    }
}

async fn clipboard(inside: &Inside) -> Result<Vec<Source>, Answer> {
    let house = inside.house.clone();
    let found = tokio::task::spawn_blocking(move || house.clipboard()).await;
    match found {
        Ok(Some(bytes)) => Ok(vec![Source::Bytes {
            name: "clipboard".to_owned(),
            bytes,
        }]),
        _ => Err(Answer::bad_selection(
            "There is no picture on the clipboard.",
        )),
    }
}

/// Every file in a form, whatever its field is called.
async fn form(inside: &Inside, content_type: &str, body: Incoming) -> Result<Vec<Source>, Answer> {
    let broken = || Answer::bad_selection("The form with the picture cannot be read.");
    let boundary = multer::parse_boundary(content_type).map_err(|_| broken())?;
    let most = inside.door.max_bytes;
    let limits = SizeLimit::new()
        .whole_stream(most.saturating_add(LIST as u64))
        .per_field(most);
    let stream = body.into_data_stream();
    let mut form =
        Multipart::with_constraints(stream, boundary, Constraints::new().size_limit(limits));
    let refused = |error: multer::Error| match error {
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. } => {
            Answer::too_large(most)
        }
        _ => broken(),
    };
    let mut sources = Vec::new();
    while let Some(field) = form.next_field().await.map_err(refused)? {
        let Some(name) = field.file_name().map(base_name) else {
            continue;
        };
        let bytes = field.bytes().await.map_err(refused)?.to_vec();
        if Format::sniff(&bytes[..bytes.len().min(4096)]).is_none() {
            return Err(Answer::bad_selection(Refused::NoPicture.sentence()));
        }
        sources.push(Source::Bytes { name, bytes });
    }
    match sources.is_empty() {
        true => Err(Answer::bad_selection("There is no file in the form.")),
        false => Ok(sources),
    }
}

/// Sends the pictures and waits for all of them; one link each, in their order.
async fn send(inside: &Inside, sources: Vec<Source>, wishes: Wishes) -> Answer {
    let mut events = inside.uploader.events();
    let is_trial = wishes.way == Some(Way::Trial);
    let ids = match inside.uploader.enqueue_with(sources, wishes).await {
        Ok(ids) => ids,
        Err(failure) => {
            let sentence = failure.to_string();
            return Answer::failed(StatusCode::INTERNAL_SERVER_ERROR, None, &sentence);
        }
    };
    if is_trial {
        let mut tried = inside.tried.lock().unwrap_or_else(PoisonError::into_inner);
        tried.extend(&ids);
    }
    let over = async {
        loop {
            let jobs = jobs(inside, &ids);
            if jobs
                .iter()
                .all(|job| job.as_ref().is_none_or(|job| job.state.ended()))
            {
                return;
            }
            loop {
                match events.recv().await {
                    Ok(Event::Job(job)) if ids.contains(&job.id) && job.state.ended() => break,
                    Ok(Event::Forgotten(id)) if ids.contains(&id) => break,
                    // The rows tell what the news were.
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                    Ok(_) => {}
                }
            }
        }
    };
    // Whoever is still waiting then hears that it goes on without them.
    let _ = tokio::time::timeout(inside.door.patience, over).await;
    let mut pictures = Vec::new();
    for job in jobs(inside, &ids) {
        match job.as_ref().and_then(|job| inside.house.link(job)) {
            Some(link) => pictures.extend(job.map(|job| (job, link))),
            None => {
                let sentence = why(job.as_ref());
                return Answer::failed(StatusCode::INTERNAL_SERVER_ERROR, None, &sentence);
            }
        }
    }
    Answer::uploaded(&pictures)
}

fn jobs(inside: &Inside, ids: &[JobId]) -> Vec<Option<Job>> {
    ids.iter()
        .map(|id| inside.uploader.job(*id).ok().flatten())
        .collect()
}

fn why(job: Option<&Job>) -> String {
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

pub(super) async fn delete(inside: &Inside, request: Request<Incoming>) -> Answer {
    let json = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| {
            kind.trim()
                .to_ascii_lowercase()
                .starts_with("application/json")
        });
    let body = match tokio::time::timeout(READING, whole(request.into_body())).await {
        Ok(Ok(body)) => body,
        Ok(Err(answer)) => return answer,
        Err(_) => return Answer::bad_selection("The question did not arrive in time. Try again."),
    };
    let wanted: Option<Value> = serde_json::from_slice(&body).ok().filter(|_| json);
    let list = wanted
        .as_ref()
        .and_then(|wanted| wanted.get("list"))
        .and_then(Value::as_array);
    let Some(list) = list.filter(|list| !list.is_empty() && list.len() <= PICTURES) else {
        return Answer::bad_selection(
            "Send {\"list\": […]} with what uploading gave as fullResult.",
        );
    };
    let (mut done, mut failed) = (0, 0);
    for wanted in list {
        match delete_one(inside, wanted).await {
            Ok(()) => done += 1,
            Err(failure) => {
                tracing::info!(code = failure.code(), "an editor's picture was not deleted");
                failed += 1;
            }
        }
    }
    Answer::deleted(done, failed)
}

/// The id and the link have to belong together: a number alone is easily guessed.
async fn delete_one(inside: &Inside, wanted: &Value) -> Result<(), Failure> {
    let id = wanted.get("id").and_then(Value::as_str);
    let id = id.and_then(|id| id.parse().ok()).map(JobId);
    let job = match id {
        Some(id) => inside.uploader.job(id)?,
        None => None,
    };
    let link = wanted.get("imgUrl").and_then(Value::as_str);
    let job = job.filter(|job| link.is_some() && inside.house.link(job).as_deref() == link);
    let job = job.ok_or(Failure::NotKept)?;
    inside.uploader.delete_now(job.id).await
}
