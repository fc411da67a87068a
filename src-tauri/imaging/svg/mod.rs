//! SVG sanitiser: rewrites an untrusted document so that browsers only draw it.
//!
//! The result is written anew from what is known to be harmless: a short list of elements, of attributes, and of
//! what may stand in their values and in style sheets. Nothing of the source is copied unseen, so what this crate
//! does not know is not there. No script, no event, no link, no other document, no address but places within the
//! picture itself and embedded raster images; entities are not expanded. Never made into pixels.

mod allowlist;
mod attribute_value;
mod dimensions;
mod safe_functions;
mod style;

use std::collections::BTreeSet;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, XmlVersion};

use crate::{Error, Format, ImageInfo, Orientation};

const SVG: Namespace<'static> = Namespace("http://www.w3.org/2000/svg");
const XLINK: Namespace<'static> = Namespace("http://www.w3.org/1999/xlink");
const XML: Namespace<'static> = Namespace("http://www.w3.org/XML/1998/namespace");

/// Deeper is no picture but an attempt on whoever reads it.
const MAX_DEPTH: usize = 256;

/// A harmless copy of an SVG picture.
#[derive(Clone, Debug, PartialEq)]
pub struct SanitisedSvg {
    pub bytes: Vec<u8>,
    pub info: ImageInfo,
}

/// Makes a harmless copy. Of a harmless copy it makes the very same.
///
/// # Errors
/// [`Error::NotAnImage`] if the outermost element is no `svg`; [`Error::Broken`] if this is no well-formed XML in
/// UTF-8.
pub fn sanitise_svg(bytes: &[u8]) -> Result<SanitisedSvg, Error> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(Error::broken)?;
    let mut copy = SvgWriter::default();
    let mut reader = NsReader::from_str(text);
    // `<g/>` comes as a beginning and an end, too.
    reader.config_mut().expand_empty_elements = true;
    loop {
        match reader.read_event().map_err(Error::broken)? {
            Event::Start(element) => copy.begin_element(&reader, &element)?,
            Event::End(_) => copy.end_element(),
            Event::Text(text) => copy.write_text(&text.xml10_content()),
            Event::CData(text) => copy.write_text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let one = reference.resolve_char_ref().map_err(Error::broken)?;
                let one = one.or_else(|| predefined_entity(&reference));
                // An entity of the document's own says nothing here: that is how bombs and leaks are written.
                copy.write_text(one.map(String::from).as_deref().unwrap_or_default());
            }
            Event::Eof => return copy.finish(),
            Event::Decl(_)
            | Event::DocType(_)
            | Event::Comment(_)
            | Event::PI(_)
            | Event::Empty(_) => {}
        }
    }
}

fn predefined_entity(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The copy while it is written.
#[derive(Default)]
struct SvgWriter {
    output: String,
    /// The names of the elements that are open, outermost first.
    open_elements: Vec<&'static str>,
    /// How many elements are open within one that is left out, itself included.
    skipped_depth: usize,
    /// The text of the style sheet that is open.
    style_sheet: Option<String>,
    size: Option<(u32, u32)>,
}

impl SvgWriter {
    fn begin_element(
        &mut self,
        reader: &NsReader<&[u8]>,
        element: &BytesStart<'_>,
    ) -> Result<(), Error> {
        if self.open_elements.len() + self.skipped_depth >= MAX_DEPTH {
            return Err(Error::broken("its elements are nested too deeply"));
        }
        let (namespace, name) = reader.resolver().resolve_element(element.name());
        // Without a namespace it is what somebody wrote by hand; in the copy it gets one, and is shown.
        let ours = match namespace {
            ResolveResult::Bound(namespace) => namespace == SVG,
            ResolveResult::Unbound => true,
            ResolveResult::Unknown(_) => false,
        };
        let known = allowlist::allowed_element(name.as_ref()).filter(|_| ours);
        if self.open_elements.is_empty() {
            if known != Some("svg") {
                return Err(Error::NotAnImage);
            }
            if self.size.is_some() {
                return Err(Error::broken("it has two outermost elements"));
            }
        }
        let attributes = sanitise_attributes(reader, element, known.unwrap_or_default())?;
        let known = known.filter(|name| !is_idle_animation(name, &attributes));
        let Some(name) = known.filter(|_| self.skipped_depth == 0 && self.style_sheet.is_none())
        else {
            self.skipped_depth += 1;
            return Ok(());
        };
        self.output.push('<');
        self.output.push_str(name);
        if self.open_elements.is_empty() {
            self.size = Some(dimensions::svg_size(&attributes));
            self.output
                .push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
        }
        for (name, value) in attributes {
            self.output.push(' ');
            self.output.push_str(&name);
            self.output.push_str("=\"");
            escape_into(&value, &mut self.output);
            self.output.push('"');
        }
        self.output.push('>');
        if name == "style" {
            self.style_sheet = Some(String::new());
        }
        self.open_elements.push(name);
        Ok(())
    }

    fn end_element(&mut self) {
        if self.skipped_depth > 0 {
            self.skipped_depth -= 1;
            return;
        }
        if let Some(sheet) = self.style_sheet.take() {
            escape_into(&style::sanitise_sheet(&sheet), &mut self.output);
        }
        if let Some(name) = self.open_elements.pop() {
            self.output.push_str("</");
            self.output.push_str(name);
            self.output.push('>');
        }
    }

    fn write_text(&mut self, text: &str) {
        if self.skipped_depth > 0 || self.open_elements.is_empty() {
            return;
        }
        match &mut self.style_sheet {
            Some(sheet) => sheet.push_str(text),
            None => escape_into(text, &mut self.output),
        }
    }

    fn finish(self) -> Result<SanitisedSvg, Error> {
        if !self.open_elements.is_empty() || self.skipped_depth > 0 {
            return Err(Error::broken("it ends in the middle of an element"));
        }
        let (width, height) = self.size.ok_or(Error::NotAnImage)?;
        Ok(SanitisedSvg {
            bytes: self.output.into_bytes(),
            info: ImageInfo {
                format: Format::Svg,
                width,
                height,
                orientation: Orientation::Upright,
                animated: false,
                is_complete: true,
            },
        })
    }
}

/// Names and values of what stays of an element's attributes; of two that come to one name the first.
type Attributes = Vec<(String, String)>;

fn sanitise_attributes(
    reader: &NsReader<&[u8]>,
    element: &BytesStart<'_>,
    of: &str,
) -> Result<Attributes, Error> {
    let mut kept = Attributes::new();
    let mut seen = BTreeSet::new();
    // Its own check for doubled names compares each with each.
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(Error::broken)?;
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        let name = match namespace {
            ResolveResult::Unbound => allowlist::allowed_attribute(name.as_ref()),
            ResolveResult::Bound(XLINK) if name.as_ref() == "href" => Some("href"),
            ResolveResult::Bound(XML) if name.as_ref() == "space" => Some("xml:space"),
            ResolveResult::Bound(XML) if name.as_ref() == "lang" => Some("xml:lang"),
            _ => None,
        };
        let Some(name) = name.filter(|name| !seen.contains(name)) else {
            continue;
        };
        // A value with an entity of the document's own has no value here.
        let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
            continue;
        };
        let value: String = value
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        if let Some(value) = attribute_value::sanitise_attribute(of, name, value.trim()) {
            seen.insert(name);
            kept.push((name.to_owned(), value));
        }
    }
    Ok(kept)
}

/// An animation that does not say of what, or must not.
fn is_idle_animation(name: &str, attributes: &Attributes) -> bool {
    matches!(name, "animate" | "animateTransform" | "set")
        && !attributes.iter().any(|(name, _)| name == "attributeName")
}

/// Writes a text so that it means itself, in an attribute too. What XML has no place for is left out.
fn escape_into(text: &str, target: &mut String) {
    for c in text.chars() {
        match c {
            '<' => target.push_str("&lt;"),
            '>' => target.push_str("&gt;"),
            '&' => target.push_str("&amp;"),
            '"' => target.push_str("&quot;"),
            '\t' | '\n' => target.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => target.push(c),
        }
    }
}

#[cfg(test)]
mod tests;
