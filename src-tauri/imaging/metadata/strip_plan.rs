//! Strip plan: which bytes of a file stay, and what is inserted in place of its metadata.

use std::ops::Range;

use crate::Orientation;

/// A part of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OutputPiece {
    /// These bytes of the file.
    Copy(Range<u64>),
    Insert(Vec<u8>),
    /// So many times this byte, where what follows has to stay in its place.
    Fill(u8, u64),
}

impl OutputPiece {
    pub(super) fn len(&self) -> u64 {
        match self {
            OutputPiece::Copy(part) => part.end - part.start,
            OutputPiece::Insert(bytes) => bytes.len() as u64,
            OutputPiece::Fill(_, len) => *len,
        }
    }
}

/// The result while a file is looked through from start to end.
#[derive(Default)]
pub(crate) struct StripPlan(pub(super) Vec<OutputPiece>);

impl StripPlan {
    pub(super) fn copy_range(&mut self, part: Range<u64>) {
        match self.0.last_mut() {
            _ if part.is_empty() => {}
            Some(OutputPiece::Copy(before)) if before.end == part.start => before.end = part.end,
            _ => self.0.push(OutputPiece::Copy(part)),
        }
    }

    pub(super) fn insert_bytes(&mut self, bytes: Vec<u8>) {
        self.0.push(OutputPiece::Insert(bytes));
    }
}

/// EXIF that says an orientation and nothing else, without the mark that JPEG puts before it.
pub(crate) fn orientation_only_exif(orientation: Orientation) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0".to_vec();
    exif[19] = orientation.exif_value();
    exif
}

/// What EXIF becomes: none where it says nothing that stays, and itself where it says nothing else.
pub(crate) fn strip_exif(exif: &[u8]) -> Option<Vec<u8>> {
    match crate::container::ifd::exif_orientation(exif) {
        Orientation::Upright => None,
        turned => Some(orientation_only_exif(turned)),
    }
}
