//! IPTC, as Photoshop stores it: datasets in one of many resources.

use super::text::{Captions, decode_text};

const IPTC_RESOURCE: u16 = 0x0404;

const TITLE_DATASET: (u8, u8) = (2, 5);
const CAPTION_DATASET: (u8, u8) = (2, 120);

/// `bytes` follow Photoshop's mark.
pub(super) fn parse(bytes: &[u8]) -> Captions {
    resources(bytes)
        .find(|(id, _)| *id == IPTC_RESOURCE)
        .map(|(_, body)| parse_datasets(body))
        .unwrap_or_default()
}

/// Each begins with `8BIM`, a number, a name of even length with its own, and the length of its body.
fn resources(bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let after = rest.strip_prefix(b"8BIM")?;
        let (id, after) = after.split_first_chunk::<2>()?;
        let name = (usize::from(*after.first()?) + 1).next_multiple_of(2);
        let (len, after) = after.get(name..)?.split_first_chunk::<4>()?;
        let len = u32::from_be_bytes(*len) as usize;
        let body = after.get(..len)?;
        rest = after
            .get(len.checked_next_multiple_of(2)?..)
            .unwrap_or_default();
        Some((u16::from_be_bytes(*id), body))
    })
}

fn parse_datasets(bytes: &[u8]) -> Captions {
    let mut words = Captions::default();
    let mut rest = bytes;
    // A length beyond 32 KiB is written in another way, and is no title.
    while let [0x1C, record, dataset, l1, l0, after @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*l1, *l0]));
        let Some((value, after)) = after.split_at_checked(len) else {
            break;
        };
        rest = after;
        let place = match (*record, *dataset) {
            TITLE_DATASET => &mut words.title,
            CAPTION_DATASET => &mut words.description,
            _ => continue,
        };
        place.get_or_insert_with(|| decode_text(value));
    }
    words
}
