//! Slugs: titles as parts of URLs.

const MAX_SLUG_CHARS: usize = 100;

/// Of `[A-Za-z0-9_-]`, all else a dash between words. `None` where nothing is left.
pub fn slugify(text: &str) -> Option<String> {
    let mut slug = String::new();
    let mut between = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() || (c == '_' && !between) {
            if between && !slug.is_empty() {
                // `a _ b` is two words and not three.
                let words = slug.trim_end_matches(['_', '-']).len();
                slug.truncate(words);
                slug.push('-');
            }
            between = false;
            slug.push(c);
        } else {
            between = true;
        }
        if slug.len() >= MAX_SLUG_CHARS {
            break;
        }
    }
    let slug = slug.trim_matches(['-', '_']);
    (!slug.is_empty()).then(|| slug.to_owned())
}

/// What a page is called in its address. One that looks like a UUID would be Slink's.
pub fn page_slug(title: &str) -> Option<String> {
    let slug = slugify(title)?;
    Some(if starts_with_uuid(&slug) {
        format!("t-{slug}")
    } else {
        slug
    })
}

fn starts_with_uuid(text: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    text.len() >= 36
        && groups.iter().enumerate().all(|(at, len)| {
            parts.next().is_some_and(|part| {
                // Behind the last something may follow.
                let part = if at == 4 {
                    part.get(..12).unwrap_or_default()
                } else {
                    part
                };
                part.len() == *len && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_keeps_letters_digits_and_what_joins_them() {
        for (text, expected) in [
            ("fountain", Some("fountain")),
            ("IMG_2041", Some("IMG_2041")),
            ("a-b", Some("a-b")),
            ("My summer  photo (2)", Some("My-summer-photo-2")),
            (
                "Badgers _ animated music video _ MrWeebl",
                Some("Badgers-animated-music-video-MrWeebl"),
            ),
            ("été", Some("t")),
            ("../../etc/passwd", Some("etc-passwd")),
            ("name.th", Some("name-th")),
            ("name.md", Some("name-md")),
            ("__a__", Some("a")),
            ("写真", None),
            ("-_-", None),
            ("", None),
        ] {
            assert_eq!(slugify(text).as_deref(), expected, "{text}");
        }
        assert_eq!(slugify(&"a".repeat(300)).unwrap().len(), MAX_SLUG_CHARS);
    }

    #[test]
    fn a_page_slug_never_looks_like_a_slink_id() {
        for text in [
            "3f2b8c1e-58a4-4f6e-9d7b-0a1b2c3d4e5f",
            "3F2B8C1E-58A4-4F6E-9D7B-0A1B2C3D4E5F",
            "3f2b8c1e-58a4-4f6e-9d7b-0a1b2c3d4e5f_thumbnail",
        ] {
            assert_eq!(page_slug(text), Some(format!("t-{text}")));
        }
        assert_eq!(page_slug("3f2b8c1e").as_deref(), Some("3f2b8c1e"));
    }
}
