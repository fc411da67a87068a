//! XMP: title and description of Dublin Core, in the default language or else the first.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

use super::text::{Captions, MAX_TEXT_CHARS};

const DUBLIN_CORE: ResolveResult<'_> =
    ResolveResult::Bound(Namespace("http://purl.org/dc/elements/1.1/"));

/// Attributes of one element that are looked at.
const MAX_ATTRIBUTES: usize = 64;

/// Up to where it is well-formed. Entities of its own are not looked up, so none can unfold.
pub(super) fn parse(bytes: &[u8]) -> Captions {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = NsReader::from_str(&text);
    let mut words = Captions::default();
    let mut reading: Option<OpenProperty> = None;
    while let Ok((namespace, event)) = reader.read_resolved_event() {
        let ours = namespace == DUBLIN_CORE;
        match (event, &mut reading) {
            (Event::Start(start), None) if ours => {
                reading =
                    Property::from_name(start.local_name().into_inner()).map(OpenProperty::new);
            }
            (Event::Start(start), Some(reading)) => reading.begin_language(&start),
            (Event::Text(text), Some(reading)) => reading.append_text(&text.xml10_content()),
            (Event::CData(text), Some(reading)) => reading.append_text(&text.xml10_content()),
            (Event::GeneralRef(name), Some(reading)) => {
                if let Ok(Some(letter)) = name.resolve_char_ref() {
                    reading.append_text(letter.encode_utf8(&mut [0; 4]));
                } else if let Some(text) = resolve_predefined_entity(&name) {
                    reading.append_text(text);
                }
            }
            (Event::End(end), Some(open)) => {
                let closes = ours
                    && Property::from_name(end.local_name().into_inner()) == Some(open.property);
                if closes && let Some(done) = reading.take() {
                    done.store_into(&mut words);
                }
            }
            (Event::Eof, _) => break,
            _ => {}
        }
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Property {
    Title,
    Description,
}

impl Property {
    fn from_name(name: &str) -> Option<Property> {
        match name {
            "title" => Some(Property::Title),
            "description" => Some(Property::Description),
            _ => None,
        }
    }
}

/// A property whose end has not come: its text so far, a piece a language.
struct OpenProperty {
    property: Property,
    languages: Vec<(bool, String)>,
}

impl OpenProperty {
    fn new(property: Property) -> OpenProperty {
        OpenProperty {
            property,
            languages: vec![(false, String::new())],
        }
    }

    fn begin_language(&mut self, start: &BytesStart<'_>) {
        if start.local_name().into_inner() != "li" {
            return;
        }
        let default = start
            .attributes()
            .with_checks(false)
            .take(MAX_ATTRIBUTES)
            .flatten()
            .any(|attribute| {
                attribute.key.into_inner() == "xml:lang"
                    && attribute
                        .normalized_value(XmlVersion::Implicit1_0)
                        .is_ok_and(|language| language == "x-default")
            });
        self.languages.push((default, String::new()));
    }

    fn append_text(&mut self, text: &str) {
        if let Some((_, so_far)) = self.languages.last_mut()
            && so_far.len() < MAX_TEXT_CHARS * 4
        {
            so_far.push_str(text);
        }
    }

    fn store_into(mut self, words: &mut Captions) {
        let place = match self.property {
            Property::Title => &mut words.title,
            Property::Description => &mut words.description,
        };
        self.languages.retain(|(_, text)| !text.trim().is_empty());
        let default = self.languages.iter().position(|(default, _)| *default);
        if place.is_none() && !self.languages.is_empty() {
            *place = Some(self.languages.swap_remove(default.unwrap_or(0)).1);
        }
    }
}
