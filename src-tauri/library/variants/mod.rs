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

use imaging::{CancelToken, Format, RenderedImage, Transform};

use crate::error::{Error, Result, StorageContext};
use crate::images::image::Image;
use crate::images::rows;
use crate::mutex::lock;
use crate::variants::content::Content;
use crate::variants::single_flight::{Claim, Leader};
use crate::{Digest, Library, STAGING_FOLDER};

/// Which variant: of which bytes, under which file name.
pub(crate) type VariantKey = (Digest, String);

/// What a maker tells those who waited: the bytes, or what is wrong with the original.
pub(crate) type RenderResult = Result<Arc<RenderedImage>, String>;

impl Library {
    /// The bytes as they were given; of an SVG a copy that is known today to be harmless.
    pub fn original(&self, image: &Image) -> Result<Content> {
        let mut file = self.open_original(image)?;
        if image.info.format == Format::Svg {
            file = self.ensure_sanitised(file)?;
        }
        Content::from_file(file, image.info.format, image.etag(None))
    }

    /// It was harmless when it was taken in, but what is known of harm grows.
    fn ensure_sanitised(&self, mut file: File) -> Result<File> {
        // A large one is whole in memory alone, and leaves for the disk before its client reads it.
        let large =
            file.metadata().context("reading a picture")?.len() > content::MAX_IN_MEMORY_BYTES;
        let _alone = large.then(|| lock(self.decode_lock()));
        let mut svg = Vec::new();
        file.read_to_end(&mut svg).context("reading a picture")?;
        let sanitised = imaging::sanitise_svg(&svg)?;
        if sanitised.bytes == svg {
            file.rewind().context("reading a picture")?;
            return Ok(file);
        }
        let mut made = tempfile::tempfile_in(self.folder().join(STAGING_FOLDER))
            .context("writing a picture")?;
        made.write_all(&sanitised.bytes)
            .context("writing a picture")?;
        made.rewind().context("writing a picture")?;
        Ok(made)
    }

    /// The variant if it has been made already.
    pub fn variant(&self, image: &Image, transform: &Transform) -> Result<Option<Content>> {
        let (format, ..) = transform.resolve_output(&image.info);
        let (digest, name) = variant_key(image, transform);
        let path = self.disk_cache().path(&digest, &name);
        if let Some(content) = self.memory_cache().get(&path) {
            if self.disk_cache().touch(&path, self.now()) {
                return Ok(Some(content));
            }
            self.memory_cache().remove(&path);
        }
        let Some(mut file) = self.disk_cache().open(&path, self.now())? else {
            return Ok(None);
        };
        // The file itself tells, so nothing about it has to be remembered.
        let stilled = image.info.animated && self.is_still_image(&mut file, format)?;
        let content = Content::from_file(file, format, image.etag(Some(transform)))?;
        let content = Content {
            first_frame_only: stilled,
            ..content
        };
        self.memory_cache().put(&path, &content);
        Ok(Some(content))
    }

    /// The variant, made if need be. Takes as long as decoding takes; `stop` ends it early with
    /// `imaging::Error::Stopped`, whether it is making or waiting for another maker.
    pub fn make_variant(
        &self,
        image: &Image,
        transform: &Transform,
        stop: &dyn CancelToken,
    ) -> Result<Content> {
        let key = variant_key(image, transform);
        loop {
            if let Some(content) = self.variant(image, transform)? {
                return Ok(content);
            }
            match self.single_flight().join(&key, stop) {
                Claim::Lead(maker) => {
                    return self.render_as_leader(maker, image, transform, &key, stop);
                }
                Claim::Shared(Some(Ok(rendered))) => {
                    return self.load_or_wrap(image, transform, &rendered);
                }
                Claim::Shared(Some(Err(broken))) => {
                    return Err(imaging::Error::Broken(broken).into());
                }
                Claim::Shared(None) => {}
                Claim::Cancelled => return Err(imaging::Error::Cancelled.into()),
            }
        }
    }

    /// Keeps a variant that was made before there was the image, so that nobody has to make it again.
    ///
    /// # Errors
    /// `NotFound` if the image is gone, or has other bytes by now.
    pub fn store_variant(
        &self,
        image: &Image,
        transform: &Transform,
        rendered: &RenderedImage,
    ) -> Result<()> {
        let (digest, name) = variant_key(image, transform);
        let path = self.disk_cache().path(&digest, &name);
        self.disk_cache().put(&path, &rendered.bytes, self.now())?;
        self.check_unchanged(image)
    }

    /// The variant if it is there, or as soon as it is there where somebody just makes it; `None` if nobody
    /// does, or gave up. Takes no turn at making, so it costs no memory of decoded pixels.
    pub fn wait_for_variant(
        &self,
        image: &Image,
        transform: &Transform,
        stop: &dyn CancelToken,
    ) -> Result<Option<Content>> {
        if let Some(content) = self.variant(image, transform)? {
            return Ok(Some(content));
        }
        match self
            .single_flight()
            .wait_for(&variant_key(image, transform), stop)
        {
            Some(Claim::Shared(Some(Ok(rendered)))) => {
                self.load_or_wrap(image, transform, &rendered).map(Some)
            }
            Some(Claim::Shared(Some(Err(broken)))) => Err(imaging::Error::Broken(broken).into()),
            Some(Claim::Cancelled) => Err(imaging::Error::Cancelled.into()),
            Some(Claim::Shared(None) | Claim::Lead(_)) | None => Ok(None),
        }
    }

    /// Makes those of the variants that are not there and that nobody else makes just now, all from one
    /// reading of the original. Each is there as soon as it is made; with `stop` or an error the rest are not.
    pub(crate) fn render_missing(
        &self,
        image: &Image,
        transforms: &[Transform],
        stop: &dyn CancelToken,
    ) -> Result<()> {
        let mut turns = Vec::new();
        let mut missing = Vec::new();
        for transform in transforms {
            let key = variant_key(image, transform);
            // Looked for once the turn is ours: else another could finish between look and turn.
            if let Some(maker) = self.single_flight().try_lead(&key)
                && !self
                    .disk_cache()
                    .contains(&self.disk_cache().path(&key.0, &key.1))
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
        let stop = || enough.load(Ordering::Relaxed) || stop.is_cancelled();
        let settings = self.settings();
        let limits = &settings.limits;
        let rendered = imaging::render_all(&original, &missing, limits, &stop, |at, rendered| {
            if let Some((maker, key)) = turns[at].take()
                && let Err(error) = self.publish(maker, image, &key, rendered)
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
    pub fn estimate_memory(&self, image: &Image, transforms: &[Transform]) -> u64 {
        let pixels = match self.open_original(image) {
            Ok(original) => imaging::estimate_memory(original, &image.info, transforms),
            // Whoever makes them says what is wrong with it.
            Err(_) => imaging::estimate_memory(std::io::empty(), &image.info, transforms),
        };
        pixels + image.bytes
    }

    fn render_as_leader(
        &self,
        maker: Leader<'_, VariantKey, RenderResult>,
        image: &Image,
        transform: &Transform,
        key: &VariantKey,
        stop: &dyn CancelToken,
    ) -> Result<Content> {
        // Another may have finished between our look and our turn.
        if let Some(content) = self.variant(image, transform)? {
            return Ok(content);
        }
        let original = self.read_original(image)?;
        let rendered = imaging::render(&original, transform, &self.settings().limits, stop);
        drop(original);
        let rendered = self.publish(maker, image, key, rendered)?;
        self.load_or_wrap(image, transform, &rendered)
    }

    /// Keeps what came out of a maker's work, and tells those who wait for it.
    fn publish(
        &self,
        maker: Leader<'_, VariantKey, RenderResult>,
        image: &Image,
        (digest, name): &VariantKey,
        rendered: Result<RenderedImage, imaging::Error>,
    ) -> Result<Arc<RenderedImage>> {
        let rendered = match rendered {
            Ok(rendered) => Arc::new(rendered),
            Err(imaging::Error::Broken(broken)) => {
                maker.publish(Err(broken.clone()));
                return Err(imaging::Error::Broken(broken).into());
            }
            Err(error) => return Err(error.into()),
        };
        let path = self.disk_cache().path(digest, name);
        if let Err(error) = self.disk_cache().put(&path, &rendered.bytes, self.now()) {
            // The picture can be shown all the same.
            tracing::warn!(%error, "a variant could not be kept");
        }
        self.check_unchanged(image)?;
        maker.publish(Ok(Arc::clone(&rendered)));
        Ok(rendered)
    }

    /// An image may have been deleted while a variant was rendered, and its variants with it: all but this one.
    fn check_unchanged(&self, image: &Image) -> Result<()> {
        if self
            .database()
            .read(|read| rows::is_unchanged(read, image))?
        {
            return Ok(());
        }
        self.try_delete_unreferenced(&image.digest);
        Err(Error::NotFound)
    }

    /// From the disk where it was kept there, so that many who waited do not each hold a copy.
    fn load_or_wrap(
        &self,
        image: &Image,
        transform: &Transform,
        rendered: &RenderedImage,
    ) -> Result<Content> {
        Ok(self.variant(image, transform)?.unwrap_or_else(|| {
            let etag = image.etag(Some(transform));
            Content {
                first_frame_only: rendered.first_frame_only,
                ..Content::from_bytes(rendered.bytes.clone(), rendered.format, etag)
            }
        }))
    }

    /// Leaves the file at its start.
    fn is_still_image(&self, file: &mut File, format: Format) -> Result<bool> {
        if !format.can_encode_animation() {
            return Ok(true);
        }
        let found = imaging::inspect(&mut *file, &self.settings().limits);
        file.rewind().context("reading a variant")?;
        Ok(found.is_ok_and(|info| !info.animated))
    }

    fn read_original(&self, image: &Image) -> Result<Vec<u8>> {
        let mut original = Vec::new();
        self.open_original(image)?
            .read_to_end(&mut original)
            .context("reading an original")?;
        Ok(original)
    }

    fn open_original(&self, image: &Image) -> Result<File> {
        if let Some(file) = self
            .blobs()
            .open(&image.digest)
            .context("opening an original")?
        {
            return Ok(file);
        }
        if self
            .database()
            .read(|read| rows::is_unchanged(read, image))?
        {
            return Err(Error::storage(
                "opening an original",
                "its file is missing from `blobs`",
            ));
        }
        Err(Error::NotFound)
    }
}

fn variant_key(image: &Image, transform: &Transform) -> VariantKey {
    let (format, ..) = transform.resolve_output(&image.info);
    (
        image.digest,
        format!("{}.{}", transform.cache_key(), format.extension()),
    )
}
