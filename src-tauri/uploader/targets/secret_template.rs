//! Text with holes where the key goes, or a part of it. The kinds write it, `send.rs` fills it: so a request can be
//! looked at, compared and logged, and there is no secret in it.

/// A piece of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretTemplate(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Text(String),
    /// The n-th part of the key.
    Key(usize),
    /// The same inside an address.
    EncodedKey(usize),
}

impl SecretTemplate {
    /// The whole key.
    pub fn whole_key() -> SecretTemplate {
        SecretTemplate(vec![Segment::Key(0)])
    }

    /// As `Authorization` wants it.
    pub fn bearer_header() -> SecretTemplate {
        SecretTemplate(vec![Segment::Text("Bearer ".to_owned()), Segment::Key(0)])
    }

    pub(super) fn push(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Segment::Text(said)) => said.push_str(text),
            _ => self.0.push(Segment::Text(text.to_owned())),
        }
    }

    pub(super) fn push_key(&mut self, part: usize) {
        self.0.push(Segment::Key(part));
    }

    /// Adds these, written as a part of an address is.
    pub(super) fn push_encoded(&mut self, template: &SecretTemplate) {
        for word in &template.0 {
            match word {
                Segment::Text(text) => self.push(&percent_encode(text)),
                Segment::Key(part) | Segment::EncodedKey(part) => {
                    self.0.push(Segment::EncodedKey(*part))
                }
            }
        }
    }

    pub(super) fn contains(&self, letter: char) -> bool {
        let has = |word: &Segment| matches!(word, Segment::Text(text) if text.contains(letter));
        self.0.iter().any(has)
    }

    pub(crate) fn has_key(&self) -> bool {
        self.0.iter().any(|word| !matches!(word, Segment::Text(_)))
    }

    /// The text with the parts of the key in their holes; `None` where there is no such part.
    pub(crate) fn fill(&self, key: &[String]) -> Option<String> {
        let mut text = String::new();
        for word in &self.0 {
            match word {
                Segment::Text(said) => text.push_str(said),
                Segment::Key(part) => text.push_str(key.get(*part)?),
                Segment::EncodedKey(part) => text.push_str(&percent_encode(key.get(*part)?)),
            }
        }
        Some(text)
    }

    /// The text with nothing in its holes.
    pub(super) fn without_keys(&self) -> String {
        let said = |word: &Segment| match word {
            Segment::Text(text) => Some(text.clone()),
            _ => None,
        };
        self.0.iter().filter_map(said).collect()
    }
}

fn percent_encode(text: &str) -> String {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    form.replace('+', "%20")
}

impl<T: Into<String>> From<T> for SecretTemplate {
    fn from(text: T) -> SecretTemplate {
        SecretTemplate(vec![Segment::Text(text.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_only_where_it_was_put() {
        let key = ["a b&c".to_owned()];
        assert_eq!(
            SecretTemplate::bearer_header().fill(&key).as_deref(),
            Some("Bearer a b&c")
        );
        let mut address = SecretTemplate::from("https://h/?k=");
        address.push_encoded(&SecretTemplate::whole_key());
        assert_eq!(
            address.fill(&key).as_deref(),
            Some("https://h/?k=a%20b%26c")
        );
        assert_eq!(address.without_keys(), "https://h/?k=");
        assert_eq!(address.fill(&[]), None);
        assert!(address.has_key() && !SecretTemplate::from("plain").has_key());
    }
}
