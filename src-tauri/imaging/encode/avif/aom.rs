//! Encodes one AV1 image by libaom; all unsafe code of encoding AVIF is in this file. All unsafe code of writing
//! AVIF is here.

#![expect(unsafe_code, reason = "calls libaom")]

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::ptr;

use libaom_sys as aom;

use crate::Error;

/// 0 is best, 9 is fastest. At 9 the same quality takes a sixth more bytes, at 7 hardly fewer.
const SPEED: i32 = 8;

/// For every picture: coarser steps where the eye sees less, and choices judged by them.
const COMMON_OPTIONS: [(&CStr, &CStr); 4] = [
    (c"enable-qm", c"1"),
    (c"qm-min", c"2"),
    (c"qm-max", c"10"),
    (c"dist-metric", c"qm-psnr"),
];

/// For photographs: without ways to predict and transform that took a quarter of the time and saved three per cent
/// of the bytes. In drawings they save more.
const PHOTOGRAPH_OPTIONS: [(&CStr, &CStr); 5] = [
    (c"use-intra-dct-only", c"1"),
    (c"enable-directional-intra", c"0"),
    (c"enable-smooth-intra", c"0"),
    (c"coeff-cost-upd-freq", c"3"),
    (c"mode-cost-upd-freq", c"3"),
];

/// What is asked from 1 to 100, and the quantiser for it, between which lines are drawn: measured to look as good
/// as what sharp makes of the same number.
const QUANTISERS: [(u8, u32); 6] = [(1, 60), (20, 45), (40, 32), (60, 12), (75, 5), (90, 1)];

/// What libaom is given: full-range planes, rows without gaps.
#[derive(Clone, Copy)]
pub(super) struct PlanarImage<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) luma: &'a [u8],
    /// Blue and red differences; none for grey.
    pub(super) chroma: Option<[&'a [u8]; 2]>,
    /// Whether the differences are half as wide and half as high, rounded up.
    pub(super) has_half_chroma: bool,
}

impl PlanarImage<'_> {
    /// Of AV1: 0 has half the colour resolution or none, 1 all of it.
    pub(super) fn av1_profile(&self) -> u32 {
        u32::from(self.chroma.is_some() && !self.has_half_chroma)
    }
}

pub(super) fn encode(planes: &PlanarImage<'_>, quality: u8) -> Result<Vec<u8>, Error> {
    let image = wrap_image(planes)?;
    let mut encoder = Encoder::open(planes, quality)?;
    // SAFETY: the encoder is open, and the image describes planes that outlive the call.
    check_result(unsafe { aom::aom_codec_encode(&mut encoder.0, &image, 0, 1, 0) })?;
    let mut bytes = encoder.drain_packets();
    // SAFETY: the encoder is open; no image means that there are no more.
    check_result(unsafe { aom::aom_codec_encode(&mut encoder.0, ptr::null(), 0, 1, 0) })?;
    bytes.append(&mut encoder.drain_packets());
    if bytes.is_empty() {
        return Err(Error::broken("AVIF could not hold it"));
    }
    Ok(bytes)
}

/// The planes as libaom wants to hear of them; it reads them only.
fn wrap_image(planes: &PlanarImage<'_>) -> Result<aom::aom_image_t, Error> {
    let (width, height) = (planes.width as usize, planes.height as usize);
    // Grey is given as if its colours were halved.
    let halved = planes.av1_profile() == 0;
    let step = 1 + usize::from(halved);
    let (wide, tall) = (width.div_ceil(step), height.div_ceil(step));
    let fills = planes.luma.len() == width * height
        && planes
            .chroma
            .is_none_or(|chroma| chroma.iter().all(|plane| plane.len() == wide * tall));
    let side = |side: u32| (1..=1 << 16).contains(&side);
    if !fills || !side(planes.width) || !side(planes.height) {
        return Err(Error::broken("its pixels do not fill its size"));
    }
    // SAFETY: plain numbers and pointers, for all of which zero is valid.
    let mut image: aom::aom_image_t = unsafe { MaybeUninit::zeroed().assume_init() };
    let (format, bits) = match halved {
        true => (aom::AOM_IMG_FMT_I420, 12),
        false => (aom::AOM_IMG_FMT_I444, 24),
    };
    image.fmt = format;
    (image.cp, image.tc, image.mc) = (1, 13, 6);
    image.range = aom::AOM_CR_FULL_RANGE;
    image.monochrome = i32::from(planes.chroma.is_none());
    (image.w, image.h) = (planes.width, planes.height);
    (image.d_w, image.d_h) = (planes.width, planes.height);
    (image.bit_depth, image.bps) = (8, bits);
    (image.x_chroma_shift, image.y_chroma_shift) = (u32::from(halved), u32::from(halved));
    let [blue, red] = match planes.chroma {
        Some([blue, red]) => [blue.as_ptr(), red.as_ptr()],
        None => [ptr::null(); 2],
    };
    image.planes = [planes.luma.as_ptr(), blue, red].map(<*const u8>::cast_mut);
    image.stride = [width, wide, wide].map(|stride| stride as i32);
    Ok(image)
}

struct Encoder(aom::aom_codec_ctx_t);

impl Encoder {
    fn open(planes: &PlanarImage<'_>, quality: u8) -> Result<Encoder, Error> {
        // SAFETY: gives a pointer to a constant of the library.
        let codec = unsafe { aom::aom_codec_av1_cx() };
        let mut config = MaybeUninit::<aom::aom_codec_enc_cfg_t>::uninit();
        // SAFETY: fills the whole configuration, or says that it did not.
        let config = unsafe {
            check_result(aom::aom_codec_enc_config_default(
                codec,
                config.as_mut_ptr(),
                aom::AOM_USAGE_ALL_INTRA,
            ))?;
            config.assume_init_mut()
        };
        let monochrome = planes.chroma.is_none();
        (config.g_w, config.g_h) = (planes.width, planes.height);
        (config.g_limit, config.g_threads, config.g_lag_in_frames) = (1, 1, 0);
        config.g_profile = planes.av1_profile();
        config.monochrome = u32::from(monochrome);
        config.rc_end_usage = aom::AOM_Q;
        (config.rc_min_quantizer, config.rc_max_quantizer) = (0, 63);
        // SAFETY: plain numbers and pointers, for all of which zero is valid.
        let mut encoder: aom::aom_codec_ctx_t = unsafe { MaybeUninit::zeroed().assume_init() };
        // SAFETY: codec and configuration are what the library gave; `encoder` is live. Where it fails there
        // is nothing to destroy.
        check_result(unsafe {
            aom::aom_codec_enc_init_ver(
                &mut encoder,
                codec,
                config,
                0,
                aom::AOM_ENCODER_ABI_VERSION as i32,
            )
        })?;
        let mut encoder = Encoder(encoder);
        encoder.set_control(aom::AOME_SET_CPUUSED, SPEED)?;
        encoder.set_control(aom::AOME_SET_CQ_LEVEL, quantiser(quality) as i32)?;
        encoder.set_control(aom::AV1E_SET_COLOR_RANGE, aom::AOM_CR_FULL_RANGE as i32)?;
        if !monochrome {
            encoder.set_control(aom::AV1E_SET_COLOR_PRIMARIES, 1)?;
            encoder.set_control(aom::AV1E_SET_TRANSFER_CHARACTERISTICS, 13)?;
            encoder.set_control(aom::AV1E_SET_MATRIX_COEFFICIENTS, 6)?;
            encoder.set_control(aom::AOME_SET_TUNING, aom::AOM_TUNE_SSIM as i32)?;
        }
        let photograph = planes.has_half_chroma && !monochrome;
        let more = PHOTOGRAPH_OPTIONS.iter().filter(|_| photograph);
        for (name, value) in COMMON_OPTIONS.iter().chain(more) {
            encoder.set_option(name, value)?;
        }
        Ok(encoder)
    }

    /// Every control used here takes one `int` or `unsigned int`.
    fn set_control(&mut self, control: aom::aome_enc_control_id, value: i32) -> Result<(), Error> {
        // SAFETY: the encoder is open, and the controls above take a number of this size.
        check_result(unsafe { aom::aom_codec_control(&mut self.0, control as i32, value) })
    }

    /// A setting without a number of its own.
    fn set_option(&mut self, name: &CStr, value: &CStr) -> Result<(), Error> {
        // SAFETY: the encoder is open, and both texts end with a zero and are read during the call only.
        check_result(unsafe {
            aom::aom_codec_set_option(&mut self.0, name.as_ptr(), value.as_ptr())
        })
    }

    fn drain_packets(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut place = ptr::null();
        loop {
            // SAFETY: the encoder is open; a packet lives until the encoder is called for something else.
            let packet = unsafe { aom::aom_codec_get_cx_data(&mut self.0, &mut place).as_ref() };
            let Some(packet) = packet else { return bytes };
            if packet.kind == aom::AOM_CODEC_CX_FRAME_PKT {
                // SAFETY: the kind says which part of the union is set, and its length belongs to its pointer.
                bytes.extend_from_slice(unsafe {
                    let frame = &packet.data.frame;
                    std::slice::from_raw_parts(frame.buf.cast::<u8>(), frame.sz)
                });
            }
        }
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: opened by `open`, destroyed once.
        unsafe { aom::aom_codec_destroy(&mut self.0) };
    }
}

/// 63 is coarsest, 0 finest.
fn quantiser(quality: u8) -> u32 {
    let next = QUANTISERS.iter().position(|(from, _)| quality <= *from);
    match next {
        Some(0) => QUANTISERS[0].1,
        Some(next) => {
            let ((low, coarse), (high, fine)) = (QUANTISERS[next - 1], QUANTISERS[next]);
            let (past, of) = (u32::from(quality - low), u32::from(high - low));
            coarse - ((coarse - fine) * past + of / 2) / of
        }
        None => 0,
    }
}

fn check_result(result: aom::aom_codec_err_t) -> Result<(), Error> {
    match result {
        aom::AOM_CODEC_OK => Ok(()),
        code => Err(Error::Broken(format!("AV1 could not hold it: {code}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_quality_is_never_coarser() {
        let levels: Vec<u32> = (1..=100).map(quantiser).collect();
        assert!(levels.is_sorted_by(|one, next| one >= next));
        assert_eq!((levels[0], levels[59], levels[99]), (60, 12, 0));
    }
}
