//! Text with holes where the key goes, or a part of it. The kinds write it, `send.rs` fills it: so a request can be
//! looked at, compared and logged, and there is no secret in it.

/// A piece of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<Word>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Said(String),
    /// The n-th part of the key.
    Key(usize),
    /// The same inside an address.
    EncodedKey(usize),
}

impl Words {
    /// The whole key.
    pub fn key() -> Words {
        Words(vec![Word::Key(0)])
    }

    /// As `Authorization` wants it.
    pub fn bearer() -> Words {
        Words(vec![Word::Said("Bearer ".to_owned()), Word::Key(0)])
    }

    pub(super) fn say(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Word::Said(said)) => said.push_str(text),
            _ => self.0.push(Word::Said(text.to_owned())),
        }
    }

    pub(super) fn say_key(&mut self, part: usize) {
        self.0.push(Word::Key(part));
    }

    /// Adds these, written as a part of an address is.
    pub(super) fn say_encoded(&mut self, words: &Words) {
        for word in &words.0 {
            match word {
                Word::Said(text) => self.say(&encoded(text)),
                Word::Key(part) | Word::EncodedKey(part) => self.0.push(Word::EncodedKey(*part)),
            }
        }
    }

    pub(super) fn contains(&self, letter: char) -> bool {
        let has = |word: &Word| matches!(word, Word::Said(text) if text.contains(letter));
        self.0.iter().any(has)
    }

    pub(crate) fn has_key(&self) -> bool {
        self.0.iter().any(|word| !matches!(word, Word::Said(_)))
    }

    /// The text with the parts of the key in their holes; `None` where there is no such part.
    pub(crate) fn with(&self, key: &[String]) -> Option<String> {
        let mut text = String::new();
        for word in &self.0 {
            match word {
                Word::Said(said) => text.push_str(said),
                Word::Key(part) => text.push_str(key.get(*part)?),
                Word::EncodedKey(part) => text.push_str(&encoded(key.get(*part)?)),
            }
        }
        Some(text)
    }

    /// The text with nothing in its holes.
    pub(super) fn without_key(&self) -> String {
        let said = |word: &Word| match word {
            Word::Said(text) => Some(text.clone()),
            _ => None,
        };
        self.0.iter().filter_map(said).collect()
    }
}

fn encoded(text: &str) -> String {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    form.replace('+', "%20")
}

impl<T: Into<String>> From<T> for Words {
    fn from(text: T) -> Words {
        Words(vec![Word::Said(text.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_only_where_it_was_put() {
        let key = ["a b&c".to_owned()];
        assert_eq!(Words::bearer().with(&key).as_deref(), Some("Bearer a b&c"));
        let mut address = Words::from("https://h/?k=");
        address.say_encoded(&Words::key());
        assert_eq!(
            address.with(&key).as_deref(),
            Some("https://h/?k=a%20b%26c")
        );
        assert_eq!(address.without_key(), "https://h/?k=");
        assert_eq!(address.with(&[]), None);
        assert!(address.has_key() && !Words::from("plain").has_key());
    }
}
