//! Whether a file's end is there, and what is said when it is not.

use crate::fixtures::*;

#[test]
fn whole_files_are_complete_and_verified_also_with_bytes_after_the_end() {
    for (name, bytes) in every_format() {
        for bytes in [
            bytes.clone(),
            [bytes.as_slice(), b"a video, appended by a phone \xFF\xD8"].concat(),
        ] {
            let info = inspect(&bytes).unwrap();
            assert!(info.is_complete, "{name}");
            verify(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_neither_complete_nor_verified() {
    for (name, bytes) in every_format() {
        // What may be missing without a pixel missing: end marks, check sums, metadata after the pixels.
        let spare = match name {
            "jpeg" | "progressive jpeg" => 2,
            "png" | "animated png" | "icon" => 16 + 4 + 4,
            // The mask at its end is not needed where there is alpha.
            "bmp icon" => 4 * 16,
            "animated webp" => bytes.len(),
            "gif" => 1,
            // How many frames there should be is written nowhere; see below.
            "animated gif" => bytes.len(),
            "extended webp" => 8 + exif(6).len() + 2,
            "webp" => 4,
            // Its arithmetic coder writes more bytes than its decoder needs.
            "lossy webp" => 8,
            "tiff" => bytes.len(),
            _ => 0,
        };
        for len in 0..bytes.len() {
            let cut = &bytes[..len];
            let complete = inspect(cut).is_ok_and(|info| info.is_complete);
            assert!(
                !complete || name == "tiff",
                "{name} cut at {len} of {} is taken for complete",
                bytes.len()
            );
            if len < bytes.len() - spare {
                assert!(
                    verify(cut).is_err(),
                    "{name} cut at {len} of {} is taken for whole",
                    bytes.len()
                );
            }
        }
    }
}

#[test]
fn a_tiff_without_its_pixels_is_neither_complete_nor_verified() {
    let bytes = tiff_turned(&noise(24, 16), 1);
    for len in 0..bytes.len() {
        assert!(!inspect(&bytes[..len]).is_ok_and(|info| info.is_complete));
        assert!(
            verify(&bytes[..len]).is_err(),
            "cut at {len} of {}",
            bytes.len()
        );
    }
}

#[test]
fn a_jpeg_without_only_its_end_mark_has_every_row() {
    for bytes in [jpeg(&noise(200, 133)), progressive(&noise(200, 133))] {
        let cut = &bytes[..bytes.len() - 2];
        assert!(!inspect(cut).unwrap().is_complete);
        verify(cut).unwrap();
        verify(&bytes[..bytes.len() - 1]).unwrap();
        verify(&[cut, &[0; 512]].concat())
            .expect("padding instead of the end mark is no missing row");
    }
}

#[test]
fn a_jpeg_with_its_end_mark_but_without_rows_is_noticed() {
    for bytes in [jpeg(&noise(200, 133)), progressive(&noise(200, 133))] {
        let cut = [&bytes[..bytes.len() / 2], &[0xFF, 0xD9]].concat();
        assert!(inspect(&cut).unwrap().is_complete);
        assert!(verify(&cut).is_err());
    }
}

#[test]
fn a_progressive_jpeg_cut_between_scans_is_not_whole() {
    let bytes = progressive(&noise(200, 133));
    let scans: Vec<usize> = (0..bytes.len() - 1)
        .filter(|at| bytes[*at..*at + 2] == [0xFF, 0xDA])
        .collect();
    assert!(scans.len() > 3);
    for scan in &scans[1..] {
        assert!(verify(&bytes[..*scan]).is_err());
    }
}

#[test]
fn a_thumbnail_inside_does_not_pass_for_the_end() {
    let thumbnail = jpeg(&quarters(16, 16));
    let body = [b"Exif\0\0MM\0*\0\0\0\x08\0\0".as_slice(), &thumbnail].concat();
    let bytes = with_segment(&jpeg(&noise(64, 64)), 0xE1, &body);
    assert!(inspect(&bytes).unwrap().is_complete);
    assert_eq!(inspect(&bytes).unwrap().width, 64);
    assert!(!inspect(&bytes[..bytes.len() - 40]).unwrap().is_complete);
}

#[test]
fn restart_marks_do_not_pass_for_the_end() {
    let mut bytes = jpeg(&noise(64, 64));
    // A restart interval put before the scan, and a file cut after some entropy data with a restart mark.
    let scan = bytes
        .windows(2)
        .position(|pair| pair == [0xFF, 0xDA])
        .unwrap();
    bytes.splice(scan..scan, [0xFF, 0xDD, 0, 4, 0, 0]);
    bytes.truncate(bytes.len() - 20);
    bytes.extend([0xFF, 0xD0, 0xFF, 0x00, 0xFF]);
    assert!(!inspect(&bytes).unwrap().is_complete);
}

#[test]
fn a_webp_that_says_it_ends_inside_of_a_frame_is_not_whole_whatever_follows() {
    // Found by the fuzzer: the length in the header was believed for one thing and not for another.
    let mut bytes = crate::animation::moving_webp();
    assert!(inspect(&bytes).unwrap().is_complete);
    let said = bytes.len() as u32 - 8 - 20;
    bytes[4..8].copy_from_slice(&said.to_le_bytes());
    assert!(!inspect(&bytes).unwrap().is_complete);
}

#[test]
fn a_webp_whose_frame_holds_a_longer_chunk_is_not_whole_and_all_its_frames_are_seen() {
    // Found by the fuzzer: such a chunk swallowed the frames behind it.
    let mut bytes = crate::animation::moving_webp();
    let frame = bytes.windows(4).position(|name| name == b"ANMF").unwrap();
    let len = frame + 8 + 16 + 4;
    bytes[len..len + 2].copy_from_slice(&200u16.to_le_bytes());
    let info = inspect(&bytes).unwrap();
    assert!(info.animated && !info.is_complete);

    // Also where the frame ends just behind what says how large its picture is.
    let mut bytes = crate::animation::moving_webp();
    bytes[frame + 4..frame + 8].copy_from_slice(&34u32.to_le_bytes());
    assert!(!inspect(&bytes).unwrap().is_complete);
}

#[test]
fn a_webp_with_a_frame_too_short_for_its_own_head_is_not_whole() {
    // Found by the fuzzer: what followed such a frame was read as if it stood in it.
    let mut bytes = crate::animation::moving_webp();
    let frames = bytes.windows(4).enumerate();
    let second = frames.filter(|(_, name)| name == b"ANMF").nth(1).unwrap().0;
    bytes[second + 4..second + 8].copy_from_slice(&0u32.to_le_bytes());
    assert!(!inspect(&bytes).unwrap().is_complete);
}

#[test]
fn a_webp_whose_frames_stand_in_each_other_or_hold_no_picture_is_not_whole() {
    // Found by the fuzzer: such a frame was counted, and what stood in it read as if it stood alone.
    let moving = crate::animation::moving_webp();
    let first = moving.windows(4).position(|name| name == b"ANMF").unwrap();
    let mut nested = moving.clone();
    let said = u32::from_le_bytes(moving[first + 4..first + 8].try_into().unwrap()) + 40;
    nested[first + 4..first + 8].copy_from_slice(&said.to_le_bytes());
    assert!(!inspect(&nested).unwrap().is_complete);
    let mut empty = moving.clone();
    empty[first + 24..first + 28].copy_from_slice(b"VP9 ");
    assert!(!inspect(&empty).unwrap().is_complete);
}

#[test]
fn an_animation_cut_inside_a_frame_is_not_whole() {
    let bytes = crate::animation::three_frames();
    let whole: Vec<usize> = (0..bytes.len())
        .filter(|len| verify(&bytes[..*len]).is_ok())
        .collect();
    // Between frames, and between a frame and its delay: after the first frame, twice each for the next two.
    assert_eq!(whole.len(), 5, "{whole:?}");
    assert_eq!(whole.last(), Some(&(bytes.len() - 1)));
}
