//! From a picture that is here to an image with its answer: looked at, converted where this dialect does, its sizes
//! made, and kept.
//!
//! The answer says how large the sizes are, so they are made while the client waits, with a permit like any other
//! rendering that a request waits for. What they are made of is the upload itself: where it is refused after all,
//! nothing of it is left.

use std::io::Read;
use std::sync::Arc;

use imaging::{
    CancelToken, EmbeddedMetadata, Format as Picture, ImageInfo, RenderedImage, Transform,
};
use library::{
    Actor, AddOutcome, IdempotencyContext, Image, ImageName, Library, StagedUpload, StoredImage,
    StoredResponse, Upload, UploadMetadata,
};
use md5::{Digest, Md5};

use super::params::UploadOptions;
use super::response_format::ResponseFormat;
use super::responses;
use super::responses::{RenderedSize, ResponseContext};
use super::sizes::Size;
use super::source::Source;
use super::{error_codes, file_names};
use crate::aliases::chevereto::{CheveretoAlias, CheveretoAliases, DIALECT, find_alias};
use crate::config::DuplicatePolicy;
use crate::error::{Error, Result};
use crate::links::slugify;
use crate::state::App;

/// Who wants it, and how it is to be answered.
pub struct UploadRequest {
    pub actor: Actor,
    pub base_url: String,
    pub format: ResponseFormat,
    pub idempotency_key: Option<String>,
}

pub async fn store(
    app: &App,
    request: UploadRequest,
    source: Source,
    wishes: UploadOptions,
) -> Result<StoredResponse> {
    let duplicates = app.config().duplicates;
    let looked = app
        .run_blocking(move |library, _| Inspected::inspect(library, source, wishes))
        .await?;
    let permit = app.limiter.acquire(looked.memory).await?;
    // The permit goes along to the blocking side, which works on for a moment when the client is gone.
    app.run_blocking(move |library, stop| {
        let answer = looked.store(library, &request, duplicates, stop);
        drop(permit);
        answer
    })
    .await
}

/// An upload whose bytes are known to be a picture that is taken here.
struct Inspected {
    /// What making everything may hold at one time, in bytes.
    memory: u64,
    source: Source,
    options: UploadOptions,
    info: ImageInfo,
    metadata: EmbeddedMetadata,
    /// MD5 of the bytes as they came.
    checksum: String,
    /// What the picture becomes before it is kept.
    conversion: Option<Transform>,
}

impl Inspected {
    fn inspect(library: &Library, source: Source, wishes: UploadOptions) -> Result<Inspected> {
        let info = match library.inspect_upload(&source.staged) {
            Ok(info) => info,
            Err(error) => return Err(video_error(&source.staged)?.unwrap_or(error.into())),
        };
        if !is_accepted(info.format) {
            return Err(Error::BadImage(imaging::Error::Unsupported(info.format)));
        }
        let told =
            imaging::read_metadata(source.staged.open_file()?).map_err(library::Error::from)?;
        let sum = md5_hex(&source.staged)?;
        let narrower = wishes
            .width
            .filter(|width| *width < info.width && !info.animated);
        let change = match narrower {
            Some(width) => Some(Transform::to_width(width)),
            // In its own size, as PNG.
            None if info.format == Picture::Bmp => Some(Transform::to_width(info.width)),
            None => None,
        };
        let sizes = smaller_sizes(&info)
            .into_iter()
            .map(|(_, transform)| transform);
        let all: Vec<Transform> = sizes.chain(change).collect();
        let memory = imaging::estimate_memory(source.staged.open_file()?, &info, &all)
            + source.staged.size();
        Ok(Inspected {
            memory,
            source,
            options: wishes,
            info,
            metadata: told,
            checksum: sum,
            conversion: change,
        })
    }

    fn store(
        self,
        library: &Library,
        request: &UploadRequest,
        duplicates: DuplicatePolicy,
        stop: &dyn CancelToken,
    ) -> Result<StoredResponse> {
        let Inspected {
            memory: _,
            source,
            options: wishes,
            metadata: told,
            checksum: came_as,
            conversion: change,
            info,
        } = self;
        let taken = date_taken(library, request, &wishes, &info, &told)?;
        let (incoming, info, kept_as) = match change {
            None => (source.staged, info, came_as.clone()),
            Some(transform) => {
                let made = library.convert_upload(source.staged, &transform, stop)?;
                let info = library.inspect_upload(&made)?;
                let kept_as = md5_hex(&made)?;
                (made, info, kept_as)
            }
        };
        let wanted = smaller_sizes(&info);
        let transforms: Vec<Transform> = wanted.iter().map(|(_, transform)| *transform).collect();
        let rendered = library.render_staged_variants(&incoming, &transforms, stop)?;
        let now = library.now();
        let facts = ResponseContext {
            base: &request.base_url,
            is_imgbb: source.is_imgbb,
            source_checksum: (kept_as != came_as).then_some(&came_as),
            checksum: &kept_as,
            exif_fields: &told.camera_notes,
            date_taken: taken.map(|taken| taken.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            thumb: rendered_size(Size::Thumb, &wanted, &rendered),
            medium: rendered_size(Size::Medium, &wanted, &rendered),
            now,
        };
        let render = |image: &Image, alias: &CheveretoAlias| {
            responses::render(request.format, image, alias, &facts)
        };
        let answer = |kept: &StoredImage| {
            let alias = CheveretoAlias::from_names(&kept.names);
            render(&kept.image, &alias.expect("an upload makes its aliases"))
        };
        let remember = request
            .idempotency_key
            .as_deref()
            .map(|key| IdempotencyContext {
                key,
                build_response: &answer,
            });
        let upload = Upload {
            staged_upload: incoming,
            metadata: UploadMetadata {
                title: choose_title(&wishes, &told, &source.name),
                description: wishes
                    .description
                    .or(told.description.clone())
                    .unwrap_or_default(),
                tags: wishes.tags,
                destination: wishes.destination,
                nsfw: wishes.nsfw,
                expires_at: wishes.expiration.map(|life| life.expires_at(now)),
                reject_duplicates: duplicates != DuplicatePolicy::Allow,
                alias_makers: vec![Arc::new(CheveretoAliases {
                    name: slugify(file_names::file_stem(&source.name)),
                    day: taken.map(|taken| taken.strftime("%Y/%m/%d").to_string()),
                    has_delete_link: true,
                })],
                ..UploadMetadata::default()
            },
            name: source.name,
            origin: DIALECT,
        };
        match library.add_image(&request.actor, upload, remember) {
            Ok(AddOutcome::New(kept)) => {
                for (transform, rendered) in transforms.iter().zip(&rendered) {
                    store_size(library, &kept.image, transform, rendered);
                }
                Ok(answer(&kept))
            }
            Ok(AddOutcome::Replay(answer)) => Ok(answer),
            Err(library::Error::Duplicate(image))
                if duplicates == DuplicatePolicy::ReturnExisting =>
            {
                let image = library.find_image(&ImageName::Id(image))?;
                Ok(render(&image, &find_alias(library, &image)?))
            }
            Err(library::Error::Duplicate(_)) => Err(error_codes::DUPLICATE.to_error()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The formats that Chevereto has.
fn is_accepted(format: Picture) -> bool {
    matches!(
        format,
        Picture::Jpeg | Picture::Png | Picture::Bmp | Picture::Gif | Picture::WebP | Picture::Avif
    )
}

/// What is to be said of a video, by its first bytes.
fn video_error(incoming: &StagedUpload) -> Result<Option<Error>> {
    let mut head = Vec::new();
    let read = incoming.open_file()?.take(12).read_to_end(&mut head);
    read.map_err(Error::internal)?;
    let said = match head.as_slice() {
        [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', b' ', b' '] => error_codes::MOV,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..]
            if !matches!(
                brand,
                b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"avis"
            ) =>
        {
            error_codes::MP4
        }
        [0x1A, 0x45, 0xDF, 0xA3, ..] => error_codes::WEBM,
        _ => return Ok(None),
    };
    Ok(Some(said.to_error()))
}

fn md5_hex(incoming: &StagedUpload) -> Result<String> {
    let mut file = incoming.open_file()?;
    let mut sum = Md5::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = file.read(&mut piece).map_err(Error::internal)?;
        if read == 0 {
            break;
        }
        sum.update(&piece[..read]);
    }
    let digits = sum.finalize();
    Ok(digits.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// When the picture was taken, where its file is to be dated by that: an administrator may ask for it, of a JPEG.
fn date_taken(
    library: &Library,
    request: &UploadRequest,
    wishes: &UploadOptions,
    info: &ImageInfo,
    told: &EmbeddedMetadata,
) -> Result<Option<jiff::civil::DateTime>> {
    let account = request.actor.account();
    let (true, Picture::Jpeg, Some(account)) = (wishes.use_file_date, info.format, account) else {
        return Ok(None);
    };
    if !library.account(account)?.admin {
        return Ok(None);
    }
    // A day that is none is no date.
    Ok(told
        .taken_at
        .as_deref()
        .and_then(|taken| taken.parse().ok()))
}

fn choose_title(wishes: &UploadOptions, told: &EmbeddedMetadata, name: &str) -> String {
    let said = wishes.title.clone();
    said.or_else(|| told.title.as_deref().map(file_names::truncate_title))
        .unwrap_or_else(|| file_names::title_from_file_name(name))
}

/// Those that a picture has beside its own.
fn smaller_sizes(info: &ImageInfo) -> Vec<(Size, Transform)> {
    let all = Size::SMALLER_SIZES.into_iter();
    all.filter_map(|size| Some((size, size.transform(info)?)))
        .collect()
}

fn rendered_size(
    size: Size,
    wanted: &[(Size, Transform)],
    rendered: &[RenderedImage],
) -> Option<RenderedSize> {
    let at = wanted.iter().position(|(wanted, _)| *wanted == size)?;
    let rendered = rendered.get(at)?;
    Some(RenderedSize {
        bytes: rendered.bytes.len() as u64,
        width: rendered.width,
        height: rendered.height,
    })
}

/// A size that cannot be kept is made again by whoever asks for it.
fn store_size(library: &Library, image: &Image, transform: &Transform, rendered: &RenderedImage) {
    if let Err(error) = library.store_variant(image, transform, rendered) {
        tracing::warn!(%error, "a size of an upload could not be kept");
    }
}
