//! From a picture that is here to an image with its answer: looked at, converted where this dialect does, its sizes
//! made, and kept.
//!
//! The answer says how large the sizes are, so they are made while the client waits, with a permit like any other
//! rendering that a request waits for. What they are made of is the upload itself: where it is refused after all,
//! nothing of it is left.

use std::io::Read;

use imaging::{Format as Picture, Info, Rendered, Stop, Told, Transform};
use library::{
    Actor, Added, Answer, Details, Door, Image, ImageId, ImageName, Incoming, Kept, Library,
    Naming, Remember, Upload,
};
use md5::{Digest, Md5};

use super::params::{Format, Wishes};
use super::responses;
use super::responses::{Facts, Made};
use super::sizes::Size;
use super::source::Source;
use super::{errors, file_names};
use crate::config::Duplicates;
use crate::error::{Error, Result};
use crate::links::slug;
use crate::state::App;

/// Who wants it, and how it is to be answered.
pub struct Request {
    pub actor: Actor,
    pub base: String,
    pub format: Format,
    pub idempotency_key: Option<String>,
}

pub async fn keep(app: &App, request: Request, source: Source, wishes: Wishes) -> Result<Answer> {
    let duplicates = app.config().duplicates;
    let looked = app
        .ask(move |library, _| Looked::at(library, source, wishes))
        .await?;
    let permit = app.workers.permit(looked.memory).await?;
    // The permit goes along to the blocking side, which works on for a moment when the client is gone.
    app.ask(move |library, stop| {
        let answer = looked.keep(library, &request, duplicates, stop);
        drop(permit);
        answer
    })
    .await
}

/// An upload whose bytes are known to be a picture that is taken here.
struct Looked {
    /// What making everything may hold at one time, in bytes.
    memory: u64,
    source: Source,
    wishes: Wishes,
    info: Info,
    told: Told,
    /// MD5 of the bytes as they came.
    sum: String,
    /// What the picture becomes before it is kept.
    change: Option<Transform>,
}

impl Looked {
    fn at(library: &Library, source: Source, wishes: Wishes) -> Result<Looked> {
        let info = match library.look(&source.incoming) {
            Ok(info) => info,
            Err(error) => return Err(video(&source.incoming)?.unwrap_or(error.into())),
        };
        if !is_taken(info.format) {
            return Err(Error::BadPicture(imaging::Error::Unsupported(info.format)));
        }
        let told = imaging::told(source.incoming.read()?).map_err(library::Error::from)?;
        let sum = sum(&source.incoming)?;
        let narrower = wishes
            .width
            .filter(|width| *width < info.width && !info.animated);
        let change = match narrower {
            Some(width) => Some(Transform::to_width(width)),
            // In its own size, as PNG.
            None if info.format == Picture::Bmp => Some(Transform::to_width(info.width)),
            None => None,
        };
        let sizes = sizes(&info).into_iter().map(|(_, transform)| transform);
        let all: Vec<Transform> = sizes.chain(change).collect();
        let memory = imaging::memory_estimate(source.incoming.read()?, &info, &all)
            + source.incoming.bytes();
        Ok(Looked {
            memory,
            source,
            wishes,
            info,
            told,
            sum,
            change,
        })
    }

    fn keep(
        self,
        library: &Library,
        request: &Request,
        duplicates: Duplicates,
        stop: &dyn Stop,
    ) -> Result<Answer> {
        let Looked {
            memory: _,
            source,
            wishes,
            told,
            sum: came_as,
            change,
            info,
        } = self;
        let taken = taken(library, request, &wishes, &info, &told)?;
        let (incoming, info, kept_as) = match change {
            None => (source.incoming, info, came_as.clone()),
            Some(transform) => {
                let made = library.converted(source.incoming, &transform, stop)?;
                let info = library.look(&made)?;
                let kept_as = sum(&made)?;
                (made, info, kept_as)
            }
        };
        let wanted = sizes(&info);
        let transforms: Vec<Transform> = wanted.iter().map(|(_, transform)| *transform).collect();
        let rendered = library.variants_of(&incoming, &transforms, stop)?;
        let now = library.now();
        let facts = Facts {
            base: &request.base,
            by_imgbb: source.by_imgbb,
            source_sum: (kept_as != came_as).then_some(&came_as),
            sum: &kept_as,
            camera: &told.camera,
            taken: taken.map(|taken| taken.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            thumb: made(Size::Thumb, &wanted, &rendered),
            medium: made(Size::Medium, &wanted, &rendered),
            now,
        };
        let answer = |kept: &Kept| responses::written(request.format, kept, &facts);
        let remember = request.idempotency_key.as_deref().map(|key| Remember {
            key,
            answer: &answer,
        });
        let upload = Upload {
            incoming,
            details: Details {
                title: title(&wishes, &told, &source.name),
                description: wishes
                    .description
                    .or(told.description.clone())
                    .unwrap_or_default(),
                tags: wishes.tags,
                place: wishes.place,
                nsfw: wishes.nsfw,
                expires_at: wishes.life.map(|life| life.end(now)),
                unique: duplicates != Duplicates::Allow,
                naming: Naming::Chevereto {
                    name: slug(file_names::stem(&source.name)),
                    day: taken.map(|taken| taken.strftime("%Y/%m/%d").to_string()),
                },
                ..Details::default()
            },
            name: source.name,
            door: Door::Chevereto,
        };
        match library.add(&request.actor, upload, remember) {
            Ok(Added::New(kept)) => {
                for (transform, rendered) in transforms.iter().zip(&rendered) {
                    keep_size(library, &kept.image, transform, rendered);
                }
                Ok(answer(&kept))
            }
            Ok(Added::Repeated(answer)) => Ok(answer),
            Err(library::Error::Duplicate(image)) if duplicates == Duplicates::Existing => {
                Ok(answer(&existing(library, image)?))
            }
            Err(library::Error::Duplicate(_)) => Err(errors::DUPLICATE.error()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The formats that Chevereto has.
fn is_taken(format: Picture) -> bool {
    matches!(
        format,
        Picture::Jpeg | Picture::Png | Picture::Bmp | Picture::Gif | Picture::WebP | Picture::Avif
    )
}

/// What is to be said of a video, by its first bytes.
fn video(incoming: &Incoming) -> Result<Option<Error>> {
    let mut head = Vec::new();
    let read = incoming.read()?.take(12).read_to_end(&mut head);
    read.map_err(Error::internal)?;
    let said = match head.as_slice() {
        [_, _, _, _, b'f', b't', b'y', b'p', b'q', b't', b' ', b' '] => errors::MOV,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..]
            if !matches!(
                brand,
                b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"avis"
            ) =>
        {
            errors::MP4
        }
        [0x1A, 0x45, 0xDF, 0xA3, ..] => errors::WEBM,
        _ => return Ok(None),
    };
    Ok(Some(said.error()))
}

fn sum(incoming: &Incoming) -> Result<String> {
    let mut file = incoming.read()?;
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
fn taken(
    library: &Library,
    request: &Request,
    wishes: &Wishes,
    info: &Info,
    told: &Told,
) -> Result<Option<jiff::civil::DateTime>> {
    let account = request.actor.account();
    let (true, Picture::Jpeg, Some(account)) = (wishes.use_file_date, info.format, account) else {
        return Ok(None);
    };
    if !library.account(account)?.admin {
        return Ok(None);
    }
    // A day that is none is no date.
    Ok(told.taken.as_deref().and_then(|taken| taken.parse().ok()))
}

fn title(wishes: &Wishes, told: &Told, name: &str) -> String {
    let said = wishes.title.clone();
    said.or_else(|| told.title.as_deref().map(file_names::cut))
        .unwrap_or_else(|| file_names::title(name))
}

/// Those that a picture has beside its own.
fn sizes(info: &Info) -> Vec<(Size, Transform)> {
    let all = Size::SMALLER.into_iter();
    all.filter_map(|size| Some((size, size.transform(info)?)))
        .collect()
}

fn made(size: Size, wanted: &[(Size, Transform)], rendered: &[Rendered]) -> Option<Made> {
    let at = wanted.iter().position(|(wanted, _)| *wanted == size)?;
    let rendered = rendered.get(at)?;
    Some(Made {
        bytes: rendered.bytes.len() as u64,
        width: rendered.width,
        height: rendered.height,
    })
}

/// A size that cannot be kept is made again by whoever asks for it.
fn keep_size(library: &Library, image: &Image, transform: &Transform, rendered: &Rendered) {
    if let Err(error) = library.keep_variant(image, transform, rendered) {
        tracing::warn!(%error, "a size of an upload could not be kept");
    }
}

fn existing(library: &Library, id: ImageId) -> Result<Kept> {
    let image = library.find(&ImageName::Id(id))?;
    let names = library.names(&image)?;
    Ok(Kept { image, names })
}
