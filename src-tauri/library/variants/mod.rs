//! The bytes of an image: its original, and the variants that are made of it.
//!
//! A variant is made when somebody first asks for it, by one maker however many ask, and published by a
//! rename. It belongs to the bytes, not to the image: two images of the same bytes share their variants.

pub(crate) mod content;
pub(crate) mod disk_cache;
pub(crate) mod memory_cache;
pub(crate) mod render_tasks;
pub(crate) mod single_flight;

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use imaging::{Format, Rendered, Stop, Transform};

use crate::error::{Error, Result, While};
use crate::images::{self, Image};
use crate::mutex::held;
use crate::variants::content;
use crate::variants::content::Content;
use crate::variants::single_flight::{Maker, Turn};
use crate::{Digest, INCOMING, Library};

/// Which variant: of which bytes, under which file name.
pub(crate) type VariantKey = (Digest, String);

/// What a maker tells those who waited: the bytes, or what is wrong with the original.
pub(crate) type Made = Result<Arc<Rendered>, String>;

impl Library {
    /// The bytes as they were given; of an SVG a copy that is known today to be harmless.
    pub fn original(&self, image: &Image) -> Result<Content> {
        let mut file = self.open_original(image)?;
        if image.info.format == Format::Svg {
            file = self.harmless(file)?;
        }
        Content::of(file, image.info.format, image.etag(None))
    }

    /// It was harmless when it was taken in, but what is known of harm grows.
    fn harmless(&self, mut file: File) -> Result<File> {
        // A large one is whole in memory alone, and leaves for the disk before its client reads it.
        let large = file.metadata().during("reading a picture")?.len() > content::WHOLE;
        let _alone = large.then(|| held(self.judging()));
        let mut svg = Vec::new();
        file.read_to_end(&mut svg).during("reading a picture")?;
        let sanitised = imaging::sanitise_svg(&svg)?;
        if sanitised.bytes == svg {
            file.rewind().during("reading a picture")?;
            return Ok(file);
        }
        let mut made =
            tempfile::tempfile_in(self.folder().join(INCOMING)).during("writing a picture")?;
        made.write_all(&sanitised.bytes)
            .during("writing a picture")?;
        made.rewind().during("writing a picture")?;
        Ok(made)
    }

    /// The variant if it has been made already.
    pub fn variant(&self, image: &Image, transform: &Transform) -> Result<Option<Content>> {
        let (format, ..) = transform.output(&image.info);
        let (digest, name) = key(image, transform);
        let path = self.shelf().path(&digest, &name);
        if let Some(content) = self.hot().get(&path) {
            if self.shelf().touch(&path, self.now()) {
                return Ok(Some(content));
            }
            self.hot().forget(&path);
        }
        let Some(mut file) = self.shelf().open(&path, self.now())? else {
            return Ok(None);
        };
        // The file itself tells, so nothing about it has to be remembered.
        let stilled = image.info.animated && self.stands_still(&mut file, format)?;
        let content = Content::of(file, format, image.etag(Some(transform)))?;
        let content = Content { stilled, ..content };
        self.hot().put(&path, &content);
        Ok(Some(content))
    }

    /// The variant, made if need be. Takes as long as decoding takes; `stop` ends it early with
    /// `imaging::Error::Stopped`, whether it is making or waiting for another maker.
    pub fn make_variant(
        &self,
        image: &Image,
        transform: &Transform,
        stop: &dyn Stop,
    ) -> Result<Content> {
        let key = key(image, transform);
        loop {
            if let Some(content) = self.variant(image, transform)? {
                return Ok(content);
            }
            match self.making().join(&key, stop) {
                Turn::Mine(maker) => return self.make(maker, image, transform, &key, stop),
                Turn::Theirs(Some(Ok(rendered))) => return self.made(image, transform, &rendered),
                Turn::Theirs(Some(Err(broken))) => {
                    return Err(imaging::Error::Broken(broken).into());
                }
                Turn::Theirs(None) => {}
                Turn::Stopped => return Err(imaging::Error::Stopped.into()),
            }
        }
    }

    /// Keeps a variant that was made before there was the image, so that nobody has to make it again.
    ///
    /// # Errors
    /// `NotFound` if the image is gone, or has other bytes by now.
    pub fn keep_variant(
        &self,
        image: &Image,
        transform: &Transform,
        rendered: &Rendered,
    ) -> Result<()> {
        let (digest, name) = key(image, transform);
        let path = self.shelf().path(&digest, &name);
        self.shelf().put(&path, &rendered.bytes, self.now())?;
        self.check_still(image)
    }

    /// The variant if it is there, or as soon as it is there where somebody just makes it; `None` if nobody
    /// does, or gave up. Takes no turn at making, so it costs no memory of decoded pixels.
    pub fn variant_in_the_making(
        &self,
        image: &Image,
        transform: &Transform,
        stop: &dyn Stop,
    ) -> Result<Option<Content>> {
        if let Some(content) = self.variant(image, transform)? {
            return Ok(Some(content));
        }
        match self.making().wait(&key(image, transform), stop) {
            Some(Turn::Theirs(Some(Ok(rendered)))) => {
                self.made(image, transform, &rendered).map(Some)
            }
            Some(Turn::Theirs(Some(Err(broken)))) => Err(imaging::Error::Broken(broken).into()),
            Some(Turn::Stopped) => Err(imaging::Error::Stopped.into()),
            Some(Turn::Theirs(None) | Turn::Mine(_)) | None => Ok(None),
        }
    }

    /// Makes those of the variants that are not there and that nobody else makes just now, all from one
    /// reading of the original. Each is there as soon as it is made; with `stop` or an error the rest are not.
    pub(crate) fn make_ahead(
        &self,
        image: &Image,
        transforms: &[Transform],
        stop: &dyn Stop,
    ) -> Result<()> {
        let mut turns = Vec::new();
        let mut missing = Vec::new();
        for transform in transforms {
            let key = key(image, transform);
            // Looked for once the turn is ours: else another could finish between look and turn.
            if let Some(maker) = self.making().take(&key)
                && !self.shelf().has(&self.shelf().path(&key.0, &key.1))
            {
                turns.push(Some((maker, key)));
                missing.push(*transform);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let original = self.read_original(image)?;
        let (mut failed, enough) = (None, AtomicBool::new(false));
        let stop = || enough.load(Ordering::Relaxed) || stop.asked();
        let settings = self.settings();
        let limits = &settings.limits;
        let rendered = imaging::render_all(&original, &missing, limits, &stop, |at, rendered| {
            if let Some((maker, key)) = turns[at].take()
                && let Err(error) = self.settle(maker, image, &key, rendered)
            {
                failed.get_or_insert(error);
                enough.store(true, Ordering::Relaxed);
            }
        });
        match (failed, rendered) {
            (Some(error), _) => Err(error),
            (None, rendered) => Ok(rendered?),
        }
    }

    /// The most memory in bytes that making these variants takes, with the original's own bytes.
    pub fn estimate(&self, image: &Image, transforms: &[Transform]) -> u64 {
        let pixels = match self.open_original(image) {
            Ok(original) => imaging::memory_estimate(original, &image.info, transforms),
            // Whoever makes them says what is wrong with it.
            Err(_) => imaging::memory_estimate(std::io::empty(), &image.info, transforms),
        };
        pixels + image.bytes
    }

    fn make(
        &self,
        maker: Maker<'_, VariantKey, Made>,
        image: &Image,
        transform: &Transform,
        key: &VariantKey,
        stop: &dyn Stop,
    ) -> Result<Content> {
        // Another may have finished between our look and our turn.
        if let Some(content) = self.variant(image, transform)? {
            return Ok(content);
        }
        let original = self.read_original(image)?;
        let rendered = imaging::render(&original, transform, &self.settings().limits, stop);
        drop(original);
        let rendered = self.settle(maker, image, key, rendered)?;
        self.made(image, transform, &rendered)
    }

    /// Keeps what came out of a maker's work, and tells those who wait for it.
    fn settle(
        &self,
        maker: Maker<'_, VariantKey, Made>,
        image: &Image,
        (digest, name): &VariantKey,
        rendered: Result<Rendered, imaging::Error>,
    ) -> Result<Arc<Rendered>> {
        let rendered = match rendered {
            Ok(rendered) => Arc::new(rendered),
            Err(imaging::Error::Broken(broken)) => {
                maker.made(Err(broken.clone()));
                return Err(imaging::Error::Broken(broken).into());
            }
            Err(error) => return Err(error.into()),
        };
        let path = self.shelf().path(digest, name);
        if let Err(error) = self.shelf().put(&path, &rendered.bytes, self.now()) {
            // The picture can be shown all the same.
            tracing::warn!(%error, "a variant could not be kept");
        }
        self.check_still(image)?;
        maker.made(Ok(Arc::clone(&rendered)));
        Ok(rendered)
    }

    /// An image may have been deleted while a variant was rendered, and its variants with it: all but this one.
    fn check_still(&self, image: &Image) -> Result<()> {
        if self
            .catalogue()
            .read(|read| images::is_still(read, image))?
        {
            return Ok(());
        }
        self.release_or_leave(&image.digest);
        Err(Error::NotFound)
    }

    /// From the disk where it was kept there, so that many who waited do not each hold a copy.
    fn made(&self, image: &Image, transform: &Transform, rendered: &Rendered) -> Result<Content> {
        Ok(self.variant(image, transform)?.unwrap_or_else(|| {
            let etag = image.etag(Some(transform));
            Content {
                stilled: rendered.stilled,
                ..Content::whole(rendered.bytes.clone(), rendered.format, etag)
            }
        }))
    }

    /// Leaves the file at its start.
    fn stands_still(&self, file: &mut File, format: Format) -> Result<bool> {
        if !format.animates() {
            return Ok(true);
        }
        let found = imaging::inspect(&mut *file, &self.settings().limits);
        file.rewind().during("reading a variant")?;
        Ok(found.is_ok_and(|info| !info.animated))
    }

    fn read_original(&self, image: &Image) -> Result<Vec<u8>> {
        let mut original = Vec::new();
        self.open_original(image)?
            .read_to_end(&mut original)
            .during("reading an original")?;
        Ok(original)
    }

    fn open_original(&self, image: &Image) -> Result<File> {
        if let Some(file) = self
            .blobs()
            .open(&image.digest)
            .during("opening an original")?
        {
            return Ok(file);
        }
        if self
            .catalogue()
            .read(|read| images::is_still(read, image))?
        {
            return Err(Error::storage(
                "opening an original",
                "its file is missing from `blobs`",
            ));
        }
        Err(Error::NotFound)
    }
}

fn key(image: &Image, transform: &Transform) -> VariantKey {
    let (format, ..) = transform.output(&image.info);
    (
        image.digest,
        format!("{}.{}", transform.canonical(), format.extension()),
    )
}
