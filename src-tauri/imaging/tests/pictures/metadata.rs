//! What is taken out of a file and what stays: never a pixel, always the turning and the colours.

use std::io::Cursor;

use imaging::{Error, Transform};

use crate::fixtures::*;

fn strip(bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut target = Vec::new();
    let had = imaging::strip_metadata(Cursor::new(bytes), &mut target).unwrap();
    (target, had)
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|part| part == what)
}

/// The secret is gone, the picture is the same, and there is nothing left to take out.
#[track_caller]
fn assert_stripped(bytes: &[u8]) -> Vec<u8> {
    let (stripped, had) = strip(bytes);
    assert!(had && !holds(&stripped, b"SECRET"));
    let (before, after) = (inspect(bytes).unwrap(), inspect(&stripped).unwrap());
    assert_eq!((before.width, before.height), (after.width, after.height));
    assert_eq!(before.orientation, after.orientation);
    assert!(after.is_complete);
    let transform = Transform::to_width(before.width);
    assert!(seen(bytes, &transform) == seen(&stripped, &transform));
    assert_eq!(
        strip(&stripped),
        (stripped.clone(), false),
        "nothing is left"
    );
    stripped
}

/// An orientation, a camera's name and where it was.
fn telling_exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x03\0".to_vec();
    exif.extend(b"\x0F\x01\x02\0\x0A\0\0\0\x40\0\0\0");
    exif.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend(b"\x25\x88\x04\0\x01\0\0\0\x40\0\0\0");
    exif.resize(64, 0);
    exif.extend(b"SECRETS of a place and a camera");
    exif
}

fn jpeg_exif(exif: &[u8]) -> Vec<u8> {
    [b"Exif\0\0", exif].concat()
}

#[test]
fn a_jpeg_loses_all_that_tells_and_keeps_colours_and_turning() {
    for orientation in [1, 6, 8] {
        let mut bytes = jpeg(&noise(48, 32));
        for (mark, body) in [
            (0xED, b"Photoshop 3.0\08BIM\x04\x04SECRET iptc".as_slice()),
            (0xE1, b"http://ns.adobe.com/xap/1.0/\0<SECRET/>"),
            (0xE2, b"MPF\0SECRET"),
            (0xE2, b"ICC_PROFILE\0\x01\x01a broken profile"),
            (0xEB, b"JP SECRET"),
            (0xFE, b"SECRET comment"),
            (0xE1, &jpeg_exif(&telling_exif(orientation))),
        ] {
            bytes = with_segment(&bytes, mark, body);
        }
        bytes.extend(b"SECRET video of a phone");
        let stripped = assert_stripped(&bytes);
        assert!(holds(&stripped, b"a broken profile"));
        assert_eq!(holds(&stripped, b"Exif"), orientation != 1);
    }
}

#[test]
fn thumbnails_go_and_so_do_marks_between_scans() {
    let mut bytes = jpeg(&noise(48, 32));
    let thumbnail = jpeg(&quarters(8, 8));
    let body = [jpeg_exif(&telling_exif(3)), thumbnail].concat();
    bytes = with_segment(&bytes, 0xE1, &body);
    bytes = with_segment(&bytes, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x02\x01SECRET");
    let stripped = assert_stripped(&bytes);
    assert!(holds(&stripped, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"));

    let scans = progressive(&noise(48, 32));
    let last = scans
        .windows(2)
        .rposition(|pair| pair == [0xFF, 0xDA])
        .unwrap();
    let note = [0xFF, 0xFE, 0, 8].iter().chain(b"SECRET");
    let mut bytes = scans.clone();
    bytes.splice(last..last, note.copied());
    assert_eq!(assert_stripped(&bytes), scans);
}

#[test]
fn stray_bytes_go_with_the_segment_that_they_follow() {
    // Left alone they would stand behind the start mark, where no picture has them: found by the fuzzer.
    let picture = jpeg(&noise(48, 32));
    let segment = [b"\xFF\xE0\0\x0ASECRETS!".as_slice(), &[0; 24], &[10; 3]].concat();
    let mut bytes = picture.clone();
    bytes.splice(2..2, segment);
    assert!(inspect(&bytes).unwrap().is_complete);
    assert_eq!(strip(&bytes), (picture, true));
}

#[test]
fn ink_stays_ink() {
    let ink = [10, 20, 30, 40].repeat(24 * 16);
    let bytes = with_segment(&cmyk_jpeg(24, 16, &ink), 0xFE, b"SECRET");
    let stripped = assert_stripped(&bytes);
    assert!(holds(&stripped, b"Adobe"));
}

#[test]
fn a_png_loses_all_that_tells_and_keeps_colours_and_turning() {
    for orientation in [1, 6] {
        let mut bytes = png(&noise(48, 32));
        for (name, body) in [
            (b"tEXt", b"Author\0SECRET".as_slice()),
            (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
            (b"tIME", &[7, 234, 1, 1, 1, 1, 1]),
            (b"prVt", b"SECRET"),
            (b"gAMA", &45_455u32.to_be_bytes()),
            (b"eXIf", &telling_exif(orientation)),
        ] {
            bytes = with_chunk(&bytes, name, body);
        }
        bytes.extend(b"SECRET");
        let stripped = assert_stripped(&bytes);
        assert!(holds(&stripped, b"gAMA"));
        assert_eq!(holds(&stripped, b"eXIf"), orientation != 1);
        verify(&stripped).unwrap();
    }
    let moving = crate::animation::moving_png();
    let noted = with_chunk(&moving, b"tEXt", b"Author\0SECRET");
    assert_eq!(assert_stripped(&noted), moving);
}

#[test]
fn a_webp_loses_all_that_tells_and_keeps_its_turning() {
    for orientation in [1, 6] {
        let mut bytes = webp_with_exif(&noise(48, 32), &telling_exif(orientation));
        bytes[20] |= 4;
        bytes.extend(b"XMP \x06\0\0\0SECRET");
        let len = (bytes.len() as u32 - 8).to_le_bytes();
        bytes[4..8].copy_from_slice(&len);
        bytes.extend(b"SECRET");
        let stripped = assert_stripped(&bytes);
        assert_eq!(stripped[20] & 0x0C, if orientation == 1 { 0 } else { 8 });
        verify(&stripped).unwrap();
    }
    let mut noted = crate::animation::moving_webp();
    noted.extend(b"note\x06\0\0\0SECRET");
    let len = (noted.len() as u32 - 8).to_le_bytes();
    noted[4..8].copy_from_slice(&len);
    assert_eq!(assert_stripped(&noted), crate::animation::moving_webp());
}

/// Whole extensions: an application's, and a comment.
fn noted_gif(gif: &[u8], at: usize) -> Vec<u8> {
    let mut notes = b"\x21\xFF\x0BXMP DataXMP<SECRET/>".to_vec();
    // As XMP ends in a GIF, so that whoever skips blocks arrives at its end.
    notes.push(1);
    notes.extend((0..=255).rev());
    notes.push(0);
    notes.extend(b"\x21\xFE\x06SECRET\0");
    notes.extend(b"\x21\xFF\x0BMGK8BIM0000\x06SECRET\0");
    notes.extend(b"\x21\xFF\x0BICCRGBG1012\x07profile\0");
    let mut bytes = gif.to_vec();
    bytes.splice(at..at, notes);
    bytes
}

/// Where the blocks of a GIF begin.
fn after_palette(gif: &[u8]) -> usize {
    match gif[10] & 0x80 {
        0 => 13,
        _ => 13 + (3 << ((gif[10] & 7) + 1)),
    }
}

#[test]
fn a_gif_loses_all_that_tells_and_keeps_moving() {
    for gif in [gif(&quarters(24, 16)), crate::animation::three_frames()] {
        let mut bytes = noted_gif(&gif, after_palette(&gif));
        let end = bytes.len() - 1;
        bytes = noted_gif(&bytes, end);
        bytes.extend(b"SECRET");
        let stripped = assert_stripped(&bytes);
        assert!(holds(&stripped, b"profile"));
        assert_eq!(
            inspect(&stripped).unwrap().animated,
            inspect(&gif).unwrap().animated
        );
        let repeats = |bytes: &[u8]| holds(bytes, b"NETSCAPE2.0");
        assert_eq!(repeats(&stripped), repeats(&gif));
    }
    // A note that is cut off goes, too; a picture that is cut off stays as far as it got.
    let gif = gif(&quarters(24, 16));
    let cut = [&gif[..gif.len() - 1], b"\x21\xFE\x20SECRET".as_slice()].concat();
    assert_eq!(strip(&cut), (gif[..gif.len() - 1].to_vec(), true));
    assert_eq!(strip(&gif[..gif.len() - 4]).0, gif[..gif.len() - 4]);
}

/// An AVIF with a second and third item beside its picture's, and with boxes that nobody needs.
fn telling_avif(exif: &[u8], xmp: &[u8]) -> Vec<u8> {
    use crate::avif::boxed;
    let avif = crate::avif::avif(&noise(48, 32));
    let picture = crate::avif::payload(&avif);
    let sides = [[0; 4], 48u32.to_be_bytes(), 32u32.to_be_bytes()].concat();
    let info = |item: u8, kind: &[u8], rest: &[u8]| {
        boxed(b"infe", &[&[2, 0, 0, 0, 0, item, 0, 0], kind, b"\0", rest])
    };
    let file_type = boxed(b"ftyp", &[b"avif\0\0\0\0avifmif1"]);
    let meta = |start: u32| {
        let mut places = vec![0, 0, 0, 0, 0x44, 0, 0, 3];
        let mut at = start;
        for (item, len) in [(1, picture.len()), (2, exif.len()), (3, xmp.len())] {
            places.extend([0, item, 0, 0, 0, 1]);
            places.extend([at, len as u32].map(u32::to_be_bytes).concat());
            at += len as u32;
        }
        let infos = [
            info(1, b"av01", b""),
            info(2, b"Exif", b""),
            info(3, b"mime", b"application/rdf+xml\0"),
        ];
        let described = boxed(b"udes", &[b"\0\0\0\0en\0SECRET\0\0\0"]);
        boxed(
            b"meta",
            &[
                &[0; 4],
                &boxed(b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
                &boxed(b"iloc", &[&places]),
                &boxed(b"iinf", &[&[0, 0, 0, 0, 0, 3], &infos.concat()]),
                &boxed(
                    b"iprp",
                    &[
                        &boxed(b"ipco", &[&described, &boxed(b"ispe", &[&sides])]),
                        &boxed(b"ipma", &[&[0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 1, 2]]),
                    ],
                ),
                &boxed(b"udta", &[b"SECRET"]),
            ],
        )
    };
    let start = (file_type.len() + meta(0).len() + 8) as u32;
    let data = boxed(b"mdat", &[picture, exif, xmp]);
    let rest = boxed(b"uuid", &[b"0123456789abcdefSECRET"]);
    [file_type, meta(start), data, rest].concat()
}

#[test]
fn an_avif_loses_all_that_tells_and_nothing_in_it_moves() {
    let exif = [&[0; 4], telling_exif(6).as_slice()].concat();
    let xmp = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">SECRET</x:xmpmeta>";
    let bytes = telling_avif(&exif, xmp);
    assert!(inspect(&bytes).unwrap().is_complete);
    let stripped = assert_stripped(&bytes);
    assert_eq!(stripped.len(), bytes.len());
    assert!(holds(&stripped, b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>"));
    // Too short for anything that says nothing.
    assert_stripped(&telling_avif(b"\0\0\0\0SECRET", b"SECRET"));
}

#[test]
fn an_avif_whose_metadata_are_its_pixels_keeps_its_pixels() {
    // The EXIF is said to lie where the picture does: what shows stays.
    let bytes = telling_avif(&[0; 32], &[b' '; 32]);
    let data = bytes.windows(4).position(|name| name == b"mdat").unwrap() + 4;
    let places = bytes.windows(4).position(|name| name == b"iloc").unwrap() + 4;
    let mut lying = bytes.clone();
    // Version and widths, the number of items, the first item's entry, then the second's number, source and count.
    let second = places + 8 + 14 + 6;
    lying[second..second + 4].copy_from_slice(&(data as u32).to_be_bytes());
    let stripped = strip(&lying).0;
    let transform = Transform::to_width(48);
    assert!(seen(&lying, &transform) == seen(&stripped, &transform));
}

#[test]
fn a_picture_that_tells_nothing_comes_out_byte_for_byte() {
    for (name, bytes) in every_format() {
        match imaging::strip_metadata(Cursor::new(&bytes), Vec::new()) {
            Ok(had) => assert!(!had && strip(&bytes).0 == bytes, "{name}"),
            Err(Error::CannotStrip(format)) => assert!(!format.can_strip_metadata(), "{name}"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn cut_files_are_stripped_or_refused_but_never_grow() {
    for (_, bytes) in every_format() {
        for len in 0..bytes.len() {
            let mut target = Vec::new();
            if imaging::strip_metadata(Cursor::new(&bytes[..len]), &mut target).is_ok() {
                assert!(target.len() <= len + 64);
            }
        }
    }
}
