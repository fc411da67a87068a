//! The bytes of an image: its original, and the variants that are made of it.
//!
//! A variant is made when somebody first asks for it, by one maker however many ask, and published by a
//! rename. It belongs to the bytes, not to the image: two images of the same bytes share their variants.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use imaging::{Rendered, Stop, Transform};

use crate::content::Content;
use crate::error::{Error, Result, While};
use crate::images::{self, Image};
use crate::making::{Maker, Turn};
use crate::{Digest, Library};

/// Which variant: of which bytes, under which file name.
pub(crate) type VariantKey = (Digest, String);

/// What a maker tells those who waited: the bytes, or what is wrong with the original.
pub(crate) type Made = Result<Arc<Rendered>, String>;

impl Library {
    /// The bytes as they were given.
    pub fn original(&self, image: &Image) -> Result<Content> {
        Content::of(
            self.open_original(image)?,
            image.info.format,
            image.etag(None),
        )
    }

    /// The variant if it has been made already.
    pub fn variant(&self, image: &Image, transform: &Transform) -> Result<Option<Content>> {
        let (format, ..) = transform.output(&image.info);
        let (digest, name) = key(image, transform);
        let file = self
            .shelf()
            .open(&self.shelf().path(&digest, &name), self.now())?;
        file.map(|file| Content::of(file, format, image.etag(Some(transform))))
            .transpose()
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

    fn make(
        &self,
        maker: Maker<'_, VariantKey, Made>,
        image: &Image,
        transform: &Transform,
        (digest, name): &VariantKey,
        stop: &dyn Stop,
    ) -> Result<Content> {
        // Another may have finished between our look and our turn.
        if let Some(content) = self.variant(image, transform)? {
            return Ok(content);
        }
        let mut original = Vec::new();
        self.open_original(image)?
            .read_to_end(&mut original)
            .during("reading an original")?;
        let rendered = match imaging::render(&original, transform, &self.settings().limits, stop) {
            Ok(rendered) => Arc::new(rendered),
            Err(imaging::Error::Broken(broken)) => {
                maker.made(Err(broken.clone()));
                return Err(imaging::Error::Broken(broken).into());
            }
            Err(error) => return Err(error.into()),
        };
        drop(original);
        let path = self.shelf().path(digest, name);
        if let Err(error) = self.shelf().put(&path, &rendered.bytes, self.now()) {
            // The picture can be shown all the same.
            tracing::warn!(%error, "a variant could not be kept");
        }
        // Its image may have been deleted while we rendered, and its variants with it: all but this one.
        if !self
            .catalogue()
            .read(|read| images::is_still(read, image))?
        {
            self.release_or_leave(digest);
            return Err(Error::NotFound);
        }
        maker.made(Ok(Arc::clone(&rendered)));
        self.made(image, transform, &rendered)
    }

    /// From the disk where it was kept there, so that many who waited do not each hold a copy.
    fn made(&self, image: &Image, transform: &Transform, rendered: &Rendered) -> Result<Content> {
        Ok(self.variant(image, transform)?.unwrap_or_else(|| {
            Content::whole(
                rendered.bytes.clone(),
                rendered.format,
                image.etag(Some(transform)),
            )
        }))
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
