//! Decodes one AV1 image by `rav1d`; all unsafe code of decoding AVIF is in this file. All unsafe code of decoding
//! AVIF is here.

#![expect(unsafe_code, reason = "calls rav1d's C interface")]

use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};

use rav1d::include::dav1d::data::Dav1dData;
use rav1d::include::dav1d::dav1d::{Dav1dContext, Dav1dSettings};
use rav1d::include::dav1d::headers::{
    DAV1D_PIXEL_LAYOUT_I400, DAV1D_PIXEL_LAYOUT_I420, DAV1D_PIXEL_LAYOUT_I422,
};
use rav1d::include::dav1d::picture::Dav1dPicture;
use rav1d::src::lib::{
    dav1d_close, dav1d_data_create, dav1d_data_unref, dav1d_default_settings, dav1d_get_picture,
    dav1d_open, dav1d_picture_unref, dav1d_send_data,
};

use crate::Error;
use crate::container::avif::CodePoints;

/// A still picture has one frame, a layered one up to four. Each may cost a full decode, shown or not.
const MAX_FRAMES: usize = 8;

const TRY_AGAIN: i32 = -11;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChromaSubsampling {
    Monochrome,
    /// Half as wide and half as high.
    Yuv420,
    /// Half as wide.
    Yuv422,
    Yuv444,
}

/// One row of one plane.
pub(super) enum PlaneRow<'a> {
    EightBit(&'a [u8]),
    HighBitDepth(&'a [u16]),
}

/// A decoded picture of exactly the size that was asked for.
pub(super) struct DecodedFrame {
    inner: Dav1dPicture,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) chroma: ChromaSubsampling,
    /// 8, 10 or 12.
    pub(super) depth: u32,
    /// What the AV1 data itself says.
    pub(super) code_points: CodePoints,
}

pub(super) fn decode(payload: &[u8], (width, height): (u32, u32)) -> Result<DecodedFrame, Error> {
    let units =
        keep_picture_units(payload).ok_or_else(|| Error::broken("its AV1 data makes no sense"))?;
    let picture = Decoder::open(width, height)?.decode(&units)?;
    if (picture.width, picture.height) != (width as usize, height as usize) {
        return Err(Error::broken(
            "its header and its pixels disagree about its size",
        ));
    }
    Ok(picture)
}

/// The units that make the picture, without metadata, padding, and whatever else a decoder could stumble over;
/// `None` where units do not fit into the data, or are too many.
fn keep_picture_units(payload: &[u8]) -> Option<Vec<u8>> {
    let mut units = Vec::with_capacity(payload.len());
    let mut frames = 0;
    let mut rest = payload;
    while let Some((&head, mut after)) = rest.split_first() {
        let (kind, extended, sized) = (head >> 3 & 15, head & 4 != 0, head & 2 != 0);
        after = after.get(usize::from(extended)..)?;
        let mut len = after.len() as u64;
        if sized {
            len = 0;
            for at in 0.. {
                let (&byte, next) = after.split_first().filter(|_| at < 8)?;
                after = next;
                len |= u64::from(byte & 0x7F) << (7 * at);
                if byte & 0x80 == 0 {
                    break;
                }
            }
        }
        after = after.get(usize::try_from(len).ok()?..)?;
        let (unit, next) = rest.split_at(rest.len() - after.len());
        // Sequence, delimiter, frame header, tiles, frame, and a header again.
        if matches!(kind, 1..=4 | 6 | 7) {
            units.extend_from_slice(unit);
        }
        frames += usize::from(matches!(kind, 3 | 6));
        rest = next;
    }
    (frames <= MAX_FRAMES).then_some(units)
}

struct Decoder(Option<Dav1dContext>);

impl Decoder {
    fn open(width: u32, height: u32) -> Result<Decoder, Error> {
        let mut settings = MaybeUninit::<Dav1dSettings>::uninit();
        // SAFETY: the call writes all of the settings to where it may.
        let mut settings = unsafe {
            dav1d_default_settings(NonNull::from(&mut settings).cast());
            settings.assume_init()
        };
        // One thread: this one. So nothing outlives the decoder, and a panic is seen here.
        (settings.n_threads, settings.max_frame_delay) = (1, 1);
        settings.all_layers = 0;
        settings.frame_size_limit = width.saturating_mul(height);
        // SAFETY: two optional pointers without a destructor, of which none is a valid value: no log.
        unsafe { ptr::write_bytes(&mut settings.logger, 0, 1) };
        let mut context = None;
        // SAFETY: both point to live values of the right types.
        let result = unsafe {
            dav1d_open(
                Some(NonNull::from(&mut context)),
                Some(NonNull::from(&mut settings)),
            )
        };
        match result.0 {
            0 => Ok(Decoder(context)),
            _ => Err(Error::broken("AV1 could not be set up")),
        }
    }

    fn decode(&mut self, payload: &[u8]) -> Result<DecodedFrame, Error> {
        let mut data = DecoderInput::copy_from(payload)?;
        let broken = || Error::broken("its AV1 data is damaged");
        loop {
            let left = data.0.sz;
            if left > 0 {
                // SAFETY: the decoder is open, `data` is live, and whatever the call leaves of it stays valid.
                let sent = unsafe { dav1d_send_data(self.0, Some(NonNull::from(&mut data.0))) };
                if sent.0 != 0 && sent.0 != TRY_AGAIN {
                    return Err(broken());
                }
            }
            // SAFETY: plain numbers and optional pointers, for all of which zero is valid.
            let mut picture: Dav1dPicture = unsafe { MaybeUninit::zeroed().assume_init() };
            // SAFETY: the decoder is open and `picture` is live.
            let got = unsafe { dav1d_get_picture(self.0, Some(NonNull::from(&mut picture))) };
            match got.0 {
                0 => return DecodedFrame::from_decoder(picture),
                // Data that does not get less and gives no picture never will.
                TRY_AGAIN if data.0.sz < left => {}
                _ => return Err(broken()),
            }
        }
    }
}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: what `dav1d_open` gave, closed once; pictures keep what they need alive.
        unsafe { dav1d_close(Some(NonNull::from(&mut self.0))) };
    }
}

struct DecoderInput(Dav1dData);

impl DecoderInput {
    fn copy_from(payload: &[u8]) -> Result<DecoderInput, Error> {
        // SAFETY: plain numbers and optional pointers, for all of which zero is valid.
        let mut data = DecoderInput(unsafe { MaybeUninit::zeroed().assume_init() });
        // SAFETY: `data` is live.
        let room = unsafe { dav1d_data_create(Some(NonNull::from(&mut data.0)), payload.len()) };
        if room.is_null() || payload.is_empty() {
            return Err(Error::broken("it has no AV1 data"));
        }
        // SAFETY: the call has just made room for so many bytes, which nobody else knows.
        unsafe { ptr::copy_nonoverlapping(payload.as_ptr(), room, payload.len()) };
        Ok(data)
    }
}

impl Drop for DecoderInput {
    fn drop(&mut self) {
        // SAFETY: made by `dav1d_data_create` or emptied by `dav1d_send_data`, given back once.
        unsafe { dav1d_data_unref(Some(NonNull::from(&mut self.0))) };
    }
}

impl DecodedFrame {
    fn from_decoder(inner: Dav1dPicture) -> Result<DecodedFrame, Error> {
        // SAFETY: a picture that was got has its sequence header, alive as long as the picture is.
        let header = inner.seq_hdr.map(|header| unsafe { header.as_ref() });
        let code_points = header.map(|header| CodePoints {
            primaries: header.pri as u8,
            transfer: header.trc as u8,
            matrix: header.mtrx as u8,
            full_range: header.color_range != 0,
        });
        let chroma = match inner.p.layout {
            DAV1D_PIXEL_LAYOUT_I400 => ChromaSubsampling::Monochrome,
            DAV1D_PIXEL_LAYOUT_I420 => ChromaSubsampling::Yuv420,
            DAV1D_PIXEL_LAYOUT_I422 => ChromaSubsampling::Yuv422,
            _ => ChromaSubsampling::Yuv444,
        };
        let picture = DecodedFrame {
            width: usize::try_from(inner.p.w).unwrap_or(0),
            height: usize::try_from(inner.p.h).unwrap_or(0),
            depth: inner.p.bpc as u32,
            chroma,
            code_points: code_points.unwrap_or(CodePoints {
                primaries: 2,
                transfer: 2,
                matrix: 2,
                full_range: true,
            }),
            inner,
        };
        let planes = if chroma == ChromaSubsampling::Monochrome {
            1
        } else {
            3
        };
        let there = picture.inner.data[..planes].iter().all(Option::is_some);
        if !there || !matches!(picture.depth, 8 | 10 | 12) || picture.width * picture.height == 0 {
            return Err(Error::broken("AV1 gave no picture"));
        }
        Ok(picture)
    }

    /// Width and height of a plane: 0 is brightness, 1 and 2 are colour.
    pub(super) fn plane_size(&self, plane: usize) -> (usize, usize) {
        match (plane, self.chroma) {
            (0, _) | (_, ChromaSubsampling::Monochrome | ChromaSubsampling::Yuv444) => {
                (self.width, self.height)
            }
            (_, ChromaSubsampling::Yuv422) => (self.width.div_ceil(2), self.height),
            (_, ChromaSubsampling::Yuv420) => (self.width.div_ceil(2), self.height.div_ceil(2)),
        }
    }

    pub(super) fn plane_row(&self, plane: usize, y: usize) -> PlaneRow<'_> {
        let (width, height) = self.plane_size(plane);
        assert!(y < height && (plane == 0 || self.chroma != ChromaSubsampling::Monochrome));
        let (Some(start), stride) = (
            self.inner.data[plane],
            self.inner.stride[usize::from(plane > 0)],
        ) else {
            unreachable!("`checked` saw that the planes are there")
        };
        // SAFETY: the plane has `height` rows, each `stride` bytes after the one before, and lives as long as
        // `self`; `y` is one of them. A row holds `width` samples, of two bytes where the depth is more than
        // 8, and planes and strides are aligned to 64.
        unsafe {
            let row = start.as_ptr().cast::<u8>().offset(stride * y as isize);
            if self.depth == 8 {
                PlaneRow::EightBit(std::slice::from_raw_parts(row, width))
            } else {
                PlaneRow::HighBitDepth(std::slice::from_raw_parts(row.cast(), width))
            }
        }
    }
}

impl Drop for DecodedFrame {
    fn drop(&mut self) {
        // SAFETY: what `dav1d_get_picture` gave, given back once.
        unsafe { dav1d_picture_unref(Some(NonNull::from(&mut self.inner))) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_units_of_pixels_are_decoded_and_not_too_many() {
        let units = [0x12, 0, 0x0A, 1, 9, 0x32, 2, 1, 1];
        assert_eq!(keep_picture_units(&units).as_deref(), Some(&units[..]));
        let metadata = [&units[..5], &[0x2A, 1, 4], &units[5..]].concat();
        assert_eq!(keep_picture_units(&metadata).as_deref(), Some(&units[..]));
        assert_eq!(
            keep_picture_units(&[0x30, 5, 1]).as_deref(),
            Some(&[0x30, 5, 1][..])
        );
        assert_eq!(keep_picture_units(&[0x32, 0].repeat(9)), None);
        assert_eq!(keep_picture_units(&[0x32, 5, 1]), None);
        assert_eq!(keep_picture_units(&[0x32, 0xFF]), None);
        assert_eq!(keep_picture_units(&[]), Some(Vec::new()));
    }
}
