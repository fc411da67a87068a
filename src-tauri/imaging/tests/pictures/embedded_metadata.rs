//! What pictures tell of themselves: read where programs write it, and never from what is broken or endless.

use std::io::Cursor;

use imaging::{EmbeddedMetadata, read_metadata};

use crate::fixtures::*;

fn read(bytes: &[u8]) -> EmbeddedMetadata {
    read_metadata(Cursor::new(bytes)).unwrap()
}

/// A TIFF structure with a directory of its own for the camera. Values are given as they lie in the file.
pub fn exif_of(
    big_endian: bool,
    first: &[(u16, u16, Vec<u8>)],
    camera: &[(u16, u16, Vec<u8>)],
) -> Vec<u8> {
    let two = |value: u16| {
        if big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let four = |value: u32| {
        if big_endian {
            value.to_be_bytes()
        } else {
            value.to_le_bytes()
        }
    };
    let head = if big_endian { b"MM" } else { b"II" };
    let mut bytes = [head, &two(42)[..], &four(8)].concat();
    let pointed = u16::from(!camera.is_empty());
    let second_at = 8 + 2 + 12 * (first.len() as u32 + u32::from(pointed)) + 4;
    let mut values_at = second_at
        + if camera.is_empty() {
            0
        } else {
            2 + 12 * camera.len() as u32 + 4
        };
    let mut values = Vec::new();
    let mut directory = |entries: &[(u16, u16, Vec<u8>)], pointer: bool| {
        let mut bytes = two(entries.len() as u16 + u16::from(pointer)).to_vec();
        for (tag, kind, value) in entries {
            let unit = match kind {
                3 => 2,
                4 => 4,
                5 | 10 => 8,
                _ => 1,
            };
            bytes.extend([two(*tag), two(*kind)].concat());
            bytes.extend(four((value.len() / unit) as u32));
            if value.len() <= 4 {
                let mut inline = value.clone();
                inline.resize(4, 0);
                bytes.extend(inline);
            } else {
                bytes.extend(four(values_at));
                values_at += value.len() as u32;
                values.extend(value.clone());
            }
        }
        if pointer {
            bytes.extend([two(0x8769), two(4)].concat());
            bytes.extend([four(1), four(second_at)].concat());
        }
        bytes.extend(four(0));
        bytes
    };
    bytes.extend(directory(first, pointed == 1));
    if pointed == 1 {
        bytes.extend(directory(camera, false));
    }
    bytes.extend(values);
    bytes
}

fn text(text: &str) -> Vec<u8> {
    [text.as_bytes(), &[0]].concat()
}

fn windows_title(title: &str) -> (u16, u16, Vec<u8>) {
    let units = title.encode_utf16().chain([0]);
    (0x9C9B, 1, units.flat_map(u16::to_le_bytes).collect())
}

fn of_a_camera(big_endian: bool) -> Vec<u8> {
    let ratio = |over: u32, under: u32| match big_endian {
        true => [over.to_be_bytes(), under.to_be_bytes()].concat(),
        false => [over.to_le_bytes(), under.to_le_bytes()].concat(),
    };
    let short = |value: u16| match big_endian {
        true => value.to_be_bytes().to_vec(),
        false => value.to_le_bytes().to_vec(),
    };
    exif_of(
        big_endian,
        &[
            (270, 2, text("A fountain\nin the park")),
            (271, 2, text("Vitrix")),
            windows_title("Brunnen – ein Märchen"),
        ],
        &[
            (33434, 5, ratio(1, 60)),
            (33437, 5, ratio(28, 10)),
            (34855, 3, short(400)),
            (0x9003, 2, text("2026:02:14 10:30:00")),
            (37380, 10, ratio(u32::MAX, 3)),
        ],
    )
}

fn in_jpeg(exif: &[u8]) -> Vec<u8> {
    with_segment(&jpeg(&noise(8, 8)), 0xE1, &[b"Exif\0\0", exif].concat())
}

const XMP: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:core="http://purl.org/dc/elements/1.1/" xmlns:dc="urn:other">
<dc:title>Not this one</dc:title>
<core:title><rdf:Alt><rdf:li xml:lang="de">Brunnen</rdf:li>
<rdf:li xml:lang="x-default">Fountain &amp; &#x66;rog</rdf:li></rdf:Alt></core:title>
<core:description><![CDATA[In <the> park]]></core:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"#;

fn xmp_segment(xmp: &str) -> Vec<u8> {
    [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat()
}

fn iptc_segment(datasets: &[(u8, u8, &[u8])]) -> Vec<u8> {
    let mut iptc = Vec::new();
    for (record, dataset, value) in datasets {
        iptc.extend([0x1C, *record, *dataset]);
        iptc.extend((value.len() as u16).to_be_bytes());
        iptc.extend(*value);
    }
    // Another resource with a name and an odd length comes before it.
    let mut bytes = b"Photoshop 3.0\08BIM\x03\xED\x02ab\0\0\0\0\x03xyz\0".to_vec();
    bytes.extend(b"8BIM\x04\x04\0\0");
    bytes.extend((iptc.len() as u32).to_be_bytes());
    bytes.extend(iptc);
    bytes
}

#[test]
fn exif_tells_in_either_byte_order_what_the_camera_noted() {
    for big_endian in [true, false] {
        let told = read(&in_jpeg(&of_a_camera(big_endian)));
        assert_eq!(told.title.as_deref(), Some("Brunnen – ein Märchen"));
        assert_eq!(told.description.as_deref(), Some("A fountain\nin the park"));
        assert_eq!(told.taken_at.as_deref(), Some("2026-02-14 10:30:00"));
        let notes = [
            ("Make", "Vitrix"),
            ("ExposureTime", "1/60"),
            ("FNumber", "28/10"),
            ("ISOSpeedRatings", "400"),
            ("DateTimeOriginal", "2026:02:14 10:30:00"),
            ("ExposureBiasValue", "-1/3"),
        ];
        assert_eq!(
            told.camera_notes,
            notes.map(|(name, said)| (name, said.to_owned()))
        );
    }
}

#[test]
fn the_first_title_of_exif_iptc_and_xmp_counts_and_so_does_the_first_description() {
    let mut bytes = jpeg(&noise(8, 8));
    assert_eq!(read(&bytes), EmbeddedMetadata::default());
    bytes = with_segment(&bytes, 0xE1, &xmp_segment(XMP));
    assert_eq!(read(&bytes).title.as_deref(), Some("Fountain & frog"));
    assert_eq!(read(&bytes).description.as_deref(), Some("In <the> park"));
    let iptc = iptc_segment(&[
        (1, 90, b"\x1B%G"),
        (2, 5, "Im Grünen".as_bytes()),
        (2, 120, b"d\xE9j\xE0 vu"),
    ]);
    bytes = with_segment(&bytes, 0xED, &iptc);
    assert_eq!(read(&bytes).title.as_deref(), Some("Im Grünen"));
    assert_eq!(read(&bytes).description.as_deref(), Some("déjà vu"));
    let named = exif_of(
        false,
        &[(269, 2, text(" roll 7.tif ")), (270, 2, text("   "))],
        &[],
    );
    bytes = with_segment(&bytes, 0xE1, &[b"Exif\0\0", &named[..]].concat());
    assert_eq!(read(&bytes).title.as_deref(), Some("roll 7.tif"));
    assert_eq!(
        read(&bytes).description.as_deref(),
        Some("déjà vu"),
        "blanks say nothing"
    );
}

#[test]
fn png_webp_and_avif_keep_the_same_elsewhere() {
    let exif = of_a_camera(false);
    let title = Some("Brunnen – ein Märchen");

    let bytes = with_chunk(&png(&noise(8, 8)), b"eXIf", &exif);
    assert_eq!(read(&bytes).title.as_deref(), title);
    let xmp = [b"XML:com.adobe.xmp\0\0\0\0\0", XMP.as_bytes()].concat();
    let bytes = with_chunk(&png(&noise(8, 8)), b"iTXt", &xmp);
    assert_eq!(read(&bytes).title.as_deref(), Some("Fountain & frog"));
    let mut bytes = with_chunk(&png(&noise(8, 8)), b"tEXt", b"Title\0caf\xE9");
    bytes = with_chunk(
        &bytes,
        b"iTXt",
        "Description\0\0\0en\0\0at the café".as_bytes(),
    );
    assert_eq!(read(&bytes).title.as_deref(), Some("café"));
    assert_eq!(read(&bytes).description.as_deref(), Some("at the café"));

    let bytes = webp_with_exif(&noise(8, 8), &exif);
    assert_eq!(read(&bytes).title.as_deref(), title);
    let marked = webp_with_exif(&noise(8, 8), &[b"Exif\0\0", &exif[..]].concat());
    assert_eq!(read(&marked).title.as_deref(), title);

    assert_eq!(read(&avif_with(&exif)).title.as_deref(), title);
    assert_eq!(
        read(&crate::avif::avif(&noise(8, 8))),
        EmbeddedMetadata::default()
    );
}

/// Boxes that name one item, of EXIF.
fn avif_with(exif: &[u8]) -> Vec<u8> {
    let boxed = |kind: &[u8; 4], body: &[u8]| {
        [
            &(body.len() as u32 + 8).to_be_bytes(),
            kind.as_slice(),
            body,
        ]
        .concat()
    };
    let infe = boxed(b"infe", b"\x02\0\0\0\0\x07\0\0Exif\0");
    let iinf = boxed(b"iinf", &[&[0, 0, 0, 0, 0, 1], infe.as_slice()].concat());
    let pitm = boxed(b"pitm", &[0, 0, 0, 0, 0, 1]);
    let ftyp = boxed(b"ftyp", b"avif\0\0\0\0mif1avif");
    let item = [&6u32.to_be_bytes(), b"Exif\0\0".as_slice(), exif].concat();
    let meta = |at: u32| {
        let mut iloc = b"\0\0\0\0\x44\0\0\x01\0\x07\0\0\0\x01".to_vec();
        iloc.extend([at, item.len() as u32].map(u32::to_be_bytes).concat());
        let all = [&[0; 4], &pitm[..], &iinf, &boxed(b"iloc", &iloc)].concat();
        boxed(b"meta", &all)
    };
    let at = ftyp.len() + meta(0).len() + 8;
    [ftyp, meta(at as u32), boxed(b"mdat", &item)].concat()
}

#[test]
fn texts_are_cut_and_hold_nothing_but_text() {
    let long = exif_of(false, &[(270, 2, text(&"é\u{7}".repeat(4000)))], &[]);
    let told = read(&in_jpeg(&long)).description.unwrap();
    assert_eq!(told.chars().count(), 4999, "the last one is a blank");
    assert!(!told.contains('\u{7}'));
    // A day that is none is told as it is; a text that is no moment is not.
    for (said, taken) in [
        ("2026:99:99 10:30:00", true),
        ("yesterday", false),
        ("    :  :     :  :  ", false),
    ] {
        let exif = exif_of(true, &[], &[(0x9003, 2, text(said))]);
        assert_eq!(read(&in_jpeg(&exif)).taken_at.is_some(), taken, "{said}");
    }
}

#[test]
fn hostile_metadata_costs_little_and_hides_nothing_of_the_rest() {
    // A directory whose entries all lead into one another, and XML that would unfold.
    let circles: Vec<_> = (0..4000)
        .map(|_| (0x8769, 4, 8u32.to_le_bytes().to_vec()))
        .collect();
    let mut bytes = in_jpeg(&exif_of(false, &circles, &[]));
    let unfolding = format!(
        "<!DOCTYPE x [<!ENTITY a \"{}\"><!ENTITY b \"{}\">]>{}",
        "a".repeat(1000),
        "&a;".repeat(1000),
        XMP.replace("&amp;", "&b;")
    );
    bytes = with_segment(&bytes, 0xE1, &xmp_segment(&unfolding));
    assert_eq!(read(&bytes).title.as_deref(), Some("Fountain  frog"));
    let deep = "<a>".repeat(20_000);
    assert_eq!(
        read(&with_segment(
            &jpeg(&noise(8, 8)),
            0xE1,
            &xmp_segment(&deep)
        )),
        EmbeddedMetadata::default()
    );
}

#[test]
fn whatever_is_cut_or_changed_is_read_without_complaint() {
    let exif = of_a_camera(true);
    let whole = [
        with_segment(&in_jpeg(&exif), 0xED, &iptc_segment(&[(2, 5, b"title")])),
        with_segment(&jpeg(&noise(8, 8)), 0xE1, &xmp_segment(XMP)),
        with_chunk(&png(&noise(8, 8)), b"eXIf", &exif),
        webp_with_exif(&noise(8, 8), &exif),
        avif_with(&exif),
    ];
    for bytes in whole {
        for len in 16..bytes.len().min(1200) {
            let _ = read_metadata(Cursor::new(&bytes[..len]));
            let mut changed = bytes.clone();
            changed[len] ^= 0xFF;
            let _ = read_metadata(Cursor::new(changed));
        }
    }
    for (name, bytes) in every_format() {
        assert_eq!(read(&bytes).title, None, "{name}");
    }
}
