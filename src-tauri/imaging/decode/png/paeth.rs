//! The Paeth filter, undone two rows at a time: by SSE2 on x86-64, with plain arrays elsewhere.
//!
//! Compilers don't find the vector in the arrays by themselves, and it halves the time.

#![allow(unsafe_code, reason = "uses SSE2 on x86-64")]

#[cfg(not(target_arch = "x86_64"))]
use plain as lanes;
#[cfg(target_arch = "x86_64")]
use sse2 as lanes;

/// `first` and `second` become `upper` and `lower`. All rows are four bytes longer than their pixels; what those are
/// doesn't matter.
pub(crate) fn unfilter_two_rows<const N: usize>(
    width: usize,
    raw: [&[u8]; 2],
    above: &[u8],
    upper: &mut [u8],
    lower: &mut [u8],
) {
    // SAFETY: the function asks for nothing but SSE2, which is part of every x86-64.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        unfilter_interleaved::<N>(width, raw, above, upper, lower);
    }
    #[cfg(not(target_arch = "x86_64"))]
    unfilter_interleaved::<N>(width, raw, above, upper, lower);
}

/// Two rows of Paeth's filter. A pixel of the upper row is in the first four lanes, and the pixel before it of the
/// lower row in the others; the lower row's neighbours above are what the upper row has just become.
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "sse2"))]
fn unfilter_interleaved<const N: usize>(
    width: usize,
    [first, second]: [&[u8]; 2],
    above: &[u8],
    upper: &mut [u8],
    lower: &mut [u8],
) {
    // One step more than there are pixels: in the first the lower row waits, and what it is given is all zero; in
    // the last the upper is done.
    let (mut left, mut corner) = (lanes::zero(), lanes::zero());
    let mut step = |value, over| {
        let pixel = lanes::unfilter(value, left, over, corner);
        (left, corner) = (pixel, over);
        let [a, b, c, d, e, f, g, h] = lanes::bytes(pixel);
        ([a, b, c, d], [e, f, g, h], pixel)
    };
    let over = lanes::over(read_four_bytes(above, 0), lanes::zero());
    let (pixel, _, mut last) = step(lanes::join(read_four_bytes(first, 0), [0; 4]), over);
    write_four_bytes(upper, 0, pixel);
    for x in 1..width {
        let (at, behind) = (x * N, (x - 1) * N);
        let value = lanes::join(read_four_bytes(first, at), read_four_bytes(second, behind));
        let (pixel, below, both) = step(value, lanes::over(read_four_bytes(above, at), last));
        write_four_bytes(upper, at, pixel);
        write_four_bytes(lower, behind, below);
        last = both;
    }
    let behind = (width - 1) * N;
    let value = lanes::join([0; 4], read_four_bytes(second, behind));
    let (_, below, _) = step(value, lanes::over([0; 4], last));
    write_four_bytes(lower, behind, below);
}

fn read_four_bytes(row: &[u8], at: usize) -> [u8; 4] {
    row[at..at + 4].try_into().unwrap_or_default()
}

fn write_four_bytes(row: &mut [u8], at: usize, pixel: [u8; 4]) {
    row[at..at + 4].copy_from_slice(&pixel);
}

/// Paeth's choice: what is nearest to left + above - corner.
pub(crate) fn paeth_predictor(left: i16, above: i16, corner: i16) -> i16 {
    let (to_left, to_above) = (above - corner, left - corner);
    let to_corner = (to_left + to_above).abs();
    let (to_left, to_above) = (to_left.abs(), to_above.abs());
    let other = if to_above <= to_corner { above } else { corner };
    if to_left <= to_above && to_left <= to_corner {
        left
    } else {
        other
    }
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi16, _mm_and_si128, _mm_andnot_si128, _mm_cmpeq_epi16,
        _mm_cvtsi32_si128, _mm_cvtsi128_si64, _mm_max_epi16, _mm_min_epi16, _mm_or_si128,
        _mm_packus_epi16, _mm_set1_epi16, _mm_setzero_si128, _mm_sub_epi16, _mm_unpacklo_epi8,
        _mm_unpacklo_epi64,
    };

    pub(crate) type Lanes = __m128i;

    #[target_feature(enable = "sse2")]
    pub(crate) fn zero() -> Lanes {
        _mm_setzero_si128()
    }

    #[target_feature(enable = "sse2")]
    fn four(bytes: [u8; 4]) -> Lanes {
        _mm_unpacklo_epi8(_mm_cvtsi32_si128(i32::from_le_bytes(bytes)), zero())
    }

    #[target_feature(enable = "sse2")]
    pub(crate) fn join(low: [u8; 4], high: [u8; 4]) -> Lanes {
        _mm_unpacklo_epi64(four(low), four(high))
    }

    /// `low`, and above it the low half of `lanes`.
    #[target_feature(enable = "sse2")]
    pub(crate) fn over(low: [u8; 4], lanes: Lanes) -> Lanes {
        _mm_unpacklo_epi64(four(low), lanes)
    }

    #[target_feature(enable = "sse2")]
    pub(crate) fn unfilter(value: Lanes, left: Lanes, above: Lanes, corner: Lanes) -> Lanes {
        let size = |difference| _mm_max_epi16(difference, _mm_sub_epi16(zero(), difference));
        let choose =
            |mask, yes, no| _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
        let (to_left, to_above) = (_mm_sub_epi16(above, corner), _mm_sub_epi16(left, corner));
        let to_corner = size(_mm_add_epi16(to_left, to_above));
        let (to_left, to_above) = (size(to_left), size(to_above));
        let least = _mm_min_epi16(to_corner, _mm_min_epi16(to_left, to_above));
        let other = choose(_mm_cmpeq_epi16(least, to_above), above, corner);
        let guess = choose(_mm_cmpeq_epi16(least, to_left), left, other);
        _mm_and_si128(_mm_add_epi16(value, guess), _mm_set1_epi16(0xFF))
    }

    #[target_feature(enable = "sse2")]
    pub(crate) fn bytes(lanes: Lanes) -> [u8; 8] {
        _mm_cvtsi128_si64(_mm_packus_epi16(lanes, lanes)).to_le_bytes()
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
#[cfg_attr(target_arch = "x86_64", allow(dead_code))]
mod plain {
    pub(crate) type Lanes = [i16; 8];

    pub(crate) fn zero() -> Lanes {
        [0; 8]
    }

    pub(crate) fn join(low: [u8; 4], high: [u8; 4]) -> Lanes {
        std::array::from_fn(|lane| i16::from(if lane < 4 { low[lane] } else { high[lane - 4] }))
    }

    /// `low`, and above it the low half of `lanes`.
    pub(crate) fn over(low: [u8; 4], lanes: Lanes) -> Lanes {
        std::array::from_fn(|lane| {
            if lane < 4 {
                i16::from(low[lane])
            } else {
                lanes[lane - 4]
            }
        })
    }

    pub(crate) fn unfilter(value: Lanes, left: Lanes, above: Lanes, corner: Lanes) -> Lanes {
        std::array::from_fn(|lane| {
            let guess = super::paeth_predictor(left[lane], above[lane], corner[lane]);
            (value[lane] + guess) & 0xFF
        })
    }

    pub(crate) fn bytes(lanes: Lanes) -> [u8; 8] {
        lanes.map(|value| value as u8)
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::{plain, sse2};

    #[test]
    fn vectors_and_arrays_predict_the_same_pixels() {
        // SAFETY: every x86-64 has SSE2.
        unsafe { compare_implementations() }
    }

    #[target_feature(enable = "sse2")]
    fn compare_implementations() {
        let levels = [0u8, 1, 2, 99, 100, 128, 254, 255];
        for left in levels {
            for above in levels {
                for corner in levels {
                    let row = |seed: u8| [seed, seed ^ 1, !seed, seed.wrapping_mul(3)];
                    let [a, b, c] = [left, above, corner].map(row);
                    let plain = plain::unfilter(
                        plain::join(row(77), row(200)),
                        plain::join(a, c),
                        plain::over(b, plain::join(c, a)),
                        plain::join(c, b),
                    );
                    let sse2 = sse2::unfilter(
                        sse2::join(row(77), row(200)),
                        sse2::join(a, c),
                        sse2::over(b, sse2::join(c, a)),
                        sse2::join(c, b),
                    );
                    assert_eq!(plain::bytes(plain), sse2::bytes(sse2));
                }
            }
        }
        assert_eq!(plain::bytes(plain::zero()), sse2::bytes(sse2::zero()));
    }
}
