//! Fast path for plain PNGs: 8 bits a channel, not interlaced, no palette.
//!
//! Most of the time a decoder waits: Paeth's filter makes every pixel depend on the one before it. So two rows
//! are undone side by side, the lower one pixel behind the upper, which takes no longer than one. Whatever is
//! unusual about the file ends this quietly, and the `png` crate says what it is.

use fdeflate::Decompressor;

use crate::decode::png::paeth;
use crate::limits::check_cancelled;
use crate::{CancelToken, Error};

/// How far back deflate may point.
const WINDOW: usize = 32 << 10;

/// Unpacked at a time, beside the window.
const BATCH: usize = 128 << 10;

/// Pixels are read and written four bytes at a time, the last ones past the end of their row.
const SLACK: usize = 4;

const PAETH: u8 = 4;

/// Hands over each of `height` rows of `width` pixels of `N` channels. False where the `png` crate should be asked.
pub(crate) fn for_each_row<const N: usize>(
    bytes: &[u8],
    width: usize,
    height: usize,
    stop: &dyn CancelToken,
    mut row: impl FnMut(&[u8]) -> bool,
) -> Result<bool, Error> {
    let pitch = width * N;
    let Some(mut packed) = PackedData::find_first(bytes) else {
        return Ok(false);
    };
    let mut inflate = Decompressor::new();
    let mut raw = vec![0; WINDOW + BATCH.max((pitch + 1) * 2) + SLACK];
    // Where unpacked rows begin that were not undone yet, and where they end.
    let (mut start, mut end) = (0, 0);
    let blank = || vec![0; pitch + SLACK];
    let (mut above, mut upper, mut lower) = (blank(), blank(), blank());
    let mut left = height;
    while left > 0 {
        let wanted = (pitch + 1) * left.min(2);
        if end - start < wanted {
            check_cancelled(stop)?;
            if start > WINDOW {
                raw.copy_within(start - WINDOW..end, 0);
                (start, end) = (WINDOW, end - (start - WINDOW));
            }
            let room = raw.len() - SLACK;
            if !packed.inflate_into(&mut inflate, &mut raw[..room], &mut end, start + wanted) {
                return Ok(false);
            }
        }
        let kinds = (raw[start], raw.get(start + pitch + 1));
        let first = &raw[start + 1..][..pitch + SLACK];
        if left > 1 && kinds == (PAETH, Some(&PAETH)) {
            let second = &raw[start + pitch + 2..][..pitch + SLACK];
            paeth::unfilter_two_rows::<N>(width, [first, second], &above, &mut upper, &mut lower);
            if !row(&upper[..pitch]) || !row(&lower[..pitch]) {
                return Ok(false);
            }
            std::mem::swap(&mut above, &mut lower);
            (start, left) = (start + (pitch + 1) * 2, left - 2);
        } else {
            if !unfilter_row::<N>(
                kinds.0,
                &first[..pitch],
                &above[..pitch],
                &mut upper[..pitch],
            ) {
                return Ok(false);
            }
            if !row(&upper[..pitch]) {
                return Ok(false);
            }
            std::mem::swap(&mut above, &mut upper);
            (start, left) = (start + pitch + 1, left - 1);
        }
    }
    Ok(true)
}

/// The packed data, which is cut into chunks anywhere.
struct PackedData<'a> {
    chunk: &'a [u8],
    rest: &'a [u8],
}

impl<'a> PackedData<'a> {
    fn find_first(bytes: &'a [u8]) -> Option<PackedData<'a>> {
        let mut rest = bytes.get(8..)?;
        loop {
            let (name, chunk, after) = split_chunk(rest)?;
            if name == b"IDAT" {
                return has_valid_crc(rest, chunk).then_some(PackedData { chunk, rest: after });
            }
            rest = after;
        }
    }

    /// Unpacks until there are `wanted` bytes at least, and as much more as there is room for.
    fn inflate_into(
        &mut self,
        inflate: &mut Decompressor,
        raw: &mut [u8],
        end: &mut usize,
        wanted: usize,
    ) -> bool {
        while *end < raw.len() {
            let Ok((taken, made)) = inflate.read(self.chunk, raw, *end, false) else {
                return false;
            };
            self.chunk = &self.chunk[taken..];
            *end += made;
            if inflate.is_done() {
                break;
            }
            if !self.chunk.is_empty() {
                if taken == 0 && made == 0 {
                    break;
                }
                continue;
            }
            match split_chunk(self.rest) {
                Some((b"IDAT", chunk, after)) if has_valid_crc(self.rest, chunk) => {
                    (self.chunk, self.rest) = (chunk, after);
                }
                _ => break,
            }
        }
        *end >= wanted
    }
}

/// A chunk's name and body, and what comes after it.
fn split_chunk(bytes: &[u8]) -> Option<(&[u8; 4], &[u8], &[u8])> {
    let (len, bytes) = bytes.split_first_chunk::<4>()?;
    let (name, bytes) = bytes.split_first_chunk::<4>()?;
    let (chunk, bytes) = bytes.split_at_checked(u32::from_be_bytes(*len) as usize)?;
    Some((name, chunk, bytes.get(4..)?))
}

/// Whether the sum that stands behind the chunk at the start of `bytes` is right; it covers the name too.
fn has_valid_crc(bytes: &[u8], chunk: &[u8]) -> bool {
    let covered = bytes.get(4..8 + chunk.len());
    let sum = bytes.get(8 + chunk.len()..).and_then(<[u8]>::first_chunk);
    covered.map(libdeflater::crc32) == sum.map(|sum| u32::from_be_bytes(*sum))
}

/// One row by the filter of that number; false where there is none.
fn unfilter_row<const N: usize>(kind: u8, raw: &[u8], above: &[u8], row: &mut [u8]) -> bool {
    match kind {
        0 => row.copy_from_slice(raw),
        1 => unfilter_row_with(raw, above, row, |left: [u8; N], _, _| left),
        2 => {
            for ((value, raw), above) in row.iter_mut().zip(raw).zip(above) {
                *value = raw.wrapping_add(*above);
            }
        }
        3 => unfilter_row_with(raw, above, row, |left: [u8; N], above, _| {
            std::array::from_fn(|at| ((u16::from(left[at]) + u16::from(above[at])) / 2) as u8)
        }),
        PAETH => unfilter_row_with(raw, above, row, |left: [u8; N], above, corner| {
            std::array::from_fn(|at| {
                let [a, b, c] = [left[at], above[at], corner[at]].map(i16::from);
                paeth::paeth_predictor(a, b, c) as u8
            })
        }),
        _ => return false,
    }
    true
}

/// `guess` is given the pixel to the left, the one above, and the one above that to the left.
fn unfilter_row_with<const N: usize>(
    raw: &[u8],
    above: &[u8],
    row: &mut [u8],
    guess: impl Fn([u8; N], [u8; N], [u8; N]) -> [u8; N],
) {
    let (raw, _) = raw.as_chunks::<N>();
    let (above, _) = above.as_chunks::<N>();
    let (row, _) = row.as_chunks_mut::<N>();
    let (mut left, mut corner) = ([0; N], [0; N]);
    for ((pixel, raw), above) in row.iter_mut().zip(raw).zip(above) {
        let guess = guess(left, *above, corner);
        *pixel = std::array::from_fn(|at| raw[at].wrapping_add(guess[at]));
        (left, corner) = (*pixel, *above);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NeverCancelled;

    fn noise(len: usize) -> Vec<u8> {
        let mut state = 0x2545_F491_4F6C_DD1Du64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            // Neither smooth nor wild, so that every choice of Paeth's occurs.
            (state % 23) as u8
        };
        (0..len)
            .map(|at| (at / 7) as u8 ^ next().wrapping_mul(11))
            .collect()
    }

    fn decode_rows<const N: usize>(bytes: &[u8], width: usize, height: usize) -> Option<Vec<u8>> {
        let mut all = Vec::new();
        let whole = for_each_row::<N>(bytes, width, height, &NeverCancelled, |row| {
            all.extend_from_slice(row);
            true
        });
        whole.unwrap().then_some(all)
    }

    fn encode_png(
        (width, height): (usize, usize),
        colour: png::ColorType,
        filter: png::Filter,
        pixels: &[u8],
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
        encoder.set_color(colour);
        encoder.set_filter(filter);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
        writer.finish().unwrap();
        bytes
    }

    #[test]
    fn every_filter_and_every_number_of_channels_is_undone() {
        use png::{ColorType, Filter};
        for filter in [
            Filter::NoFilter,
            Filter::Sub,
            Filter::Up,
            Filter::Avg,
            Filter::Paeth,
            Filter::Adaptive,
        ] {
            for (width, height) in [(1, 1), (1, 9), (2, 2), (37, 11), (5, 12_000), (9_001, 40)] {
                let case = |colour, channels| {
                    let pixels = noise(width * height * channels);
                    (encode_png((width, height), colour, filter, &pixels), pixels)
                };
                let (bytes, pixels) = case(ColorType::Grayscale, 1);
                assert!(
                    decode_rows::<1>(&bytes, width, height) == Some(pixels),
                    "{filter:?}"
                );
                let (bytes, pixels) = case(ColorType::GrayscaleAlpha, 2);
                assert!(
                    decode_rows::<2>(&bytes, width, height) == Some(pixels),
                    "{filter:?}"
                );
                let (bytes, pixels) = case(ColorType::Rgb, 3);
                assert!(
                    decode_rows::<3>(&bytes, width, height) == Some(pixels),
                    "{filter:?}"
                );
                let (bytes, pixels) = case(ColorType::Rgba, 4);
                assert!(
                    decode_rows::<4>(&bytes, width, height) == Some(pixels),
                    "{filter:?}"
                );
            }
        }
    }

    #[test]
    fn damaged_files_are_left_to_the_png_crate() {
        let pixels = noise(60 * 50 * 3);
        let bytes = encode_png((60, 50), png::ColorType::Rgb, png::Filter::Paeth, &pixels);
        for len in 0..bytes.len() - 16 {
            assert_eq!(
                decode_rows::<3>(&bytes[..len], 60, 50),
                None,
                "cut at {len}"
            );
        }
        for at in 41..bytes.len() - 12 {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            assert_eq!(decode_rows::<3>(&changed, 60, 50), None, "changed at {at}");
        }
        assert_eq!(
            decode_rows::<3>(&bytes, 60, 51),
            None,
            "more rows than there are"
        );
    }
}
