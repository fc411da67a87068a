//! Sanitises style sheets of SVG: only rules and declarations that draw are kept.
//!
//! What cannot be read plainly, or leads out (`@import`, `@font-face`, addresses), is left out rule by rule and
//! declaration by declaration, so that the rest still does its work.

use super::safe_functions::has_only_safe_functions;

/// `@media` within `@supports` within …
const MAX_DEPTH: usize = 4;

/// At-rules that hold rules.
const GROUP_RULES: [&str; 4] = ["media", "supports", "keyframes", "-webkit-keyframes"];

pub(super) fn sanitise_sheet(text: &str) -> String {
    let text = strip_comments(text);
    sanitise_rules(&mut CssCursor(&text), 0)
}

/// What a `style` attribute says, or the inside of a rule.
pub(super) fn sanitise_declarations(text: &str) -> String {
    let text = strip_comments(text);
    let mut cursor = CssCursor(&text);
    let mut kept = String::new();
    while !cursor.0.is_empty() {
        let (piece, end) = cursor.take_until(&[';', '{']);
        if end == Some('{') {
            // Rules within rules: left out.
            cursor.take_block();
            continue;
        }
        let Some((name, value)) = piece.split_once(':') else {
            continue;
        };
        let (name, value) = (name.trim(), value.trim());
        if is_safe_property(name) && has_only_safe_functions(value) {
            kept.push_str(name);
            kept.push(':');
            kept.push_str(value);
            kept.push(';');
        }
    }
    kept
}

fn sanitise_rules(cursor: &mut CssCursor<'_>, depth: usize) -> String {
    let mut kept = String::new();
    while !cursor.0.is_empty() {
        let (piece, end) = cursor.take_until(&[';', '{', '}']);
        match end {
            Some('{') => {}
            Some('}') if depth > 0 => break,
            // `@import "x";`, or a stray bracket.
            _ => continue,
        }
        let prelude = piece.trim();
        let inner = cursor.take_block();
        if let Some(group) = prelude.strip_prefix('@') {
            let name = group
                .split(|c: char| !c.is_alphanumeric() && c != '-')
                .next();
            let known = name.is_some_and(|name| GROUP_RULES.contains(&&*name.to_ascii_lowercase()));
            if known && depth < MAX_DEPTH && has_only_safe_functions(group) {
                let inner = sanitise_rules(&mut CssCursor(inner), depth + 1);
                kept.push_str(&format!("@{group}{{{inner}}}"));
            }
        } else if !prelude.is_empty() && has_only_safe_functions(prelude) {
            kept.push_str(&format!("{prelude}{{{}}}", sanitise_declarations(inner)));
        }
    }
    kept
}

fn is_safe_property(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !name.is_empty()
        && name.bytes().all(plain)
        && !["behavior", "-moz-binding"].contains(&&*name.to_ascii_lowercase())
}

fn strip_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        kept.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept.retain(|c| !c.is_control() || c == '\n' || c == '\t');
    kept
}

/// What is still to be read.
struct CssCursor<'a>(&'a str);

impl<'a> CssCursor<'a> {
    /// Up to one of `ends` that stands in neither quotes nor brackets, and which one it was.
    fn take_until(&mut self, ends: &[char]) -> (&'a str, Option<char>) {
        let mut inside = QuoteState::default();
        for (at, c) in self.0.char_indices() {
            if inside.is_plain(c) && ends.contains(&c) {
                let piece = &self.0[..at];
                self.0 = &self.0[at + c.len_utf8()..];
                return (piece, Some(c));
            }
        }
        (std::mem::take(&mut self.0), None)
    }

    /// The rest of a block whose opening bracket was read.
    fn take_block(&mut self) -> &'a str {
        let mut inside = QuoteState::default();
        let mut open = 1_usize;
        for (at, c) in self.0.char_indices() {
            if !inside.is_plain(c) {
                continue;
            }
            match c {
                '{' => open += 1,
                '}' => open -= 1,
                _ => {}
            }
            if open == 0 {
                let block = &self.0[..at];
                self.0 = &self.0[at + 1..];
                return block;
            }
        }
        std::mem::take(&mut self.0)
    }
}

/// Whether a character means itself, or stands in quotes or round brackets.
#[derive(Default)]
struct QuoteState {
    quote: Option<char>,
    brackets: usize,
}

impl QuoteState {
    fn is_plain(&mut self, c: char) -> bool {
        match (self.quote, c) {
            (Some(quote), _) => {
                // A line's end closes a text that nobody closed.
                if c == quote || c == '\n' {
                    self.quote = None;
                }
                false
            }
            (None, '"' | '\'') => {
                self.quote = Some(c);
                false
            }
            (None, '(') => {
                self.brackets += 1;
                false
            }
            (None, ')') => {
                self.brackets = self.brackets.saturating_sub(1);
                false
            }
            (None, _) => self.brackets == 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_draw_stay() {
        for (text, kept) in [
            (".a{fill:red}", ".a{fill:red;}"),
            (
                ".a, #b > path:not(.c) { fill : url(#g) ; stroke: rgb(1,2,3) }",
                ".a, #b > path:not(.c){fill:url(#g);stroke:rgb(1,2,3);}",
            ),
            (
                "@media (prefers-color-scheme: dark) { .a { fill: #fff } }",
                "@media (prefers-color-scheme: dark){.a{fill:#fff;}}",
            ),
            (
                "@keyframes k { from { opacity: 0 } 50% { opacity: 1 } }",
                "@keyframes k{from{opacity:0;}50%{opacity:1;}}",
            ),
            ("/* a } */ .a { /* ; */ fill: red; }", ".a{fill:red;}"),
        ] {
            assert_eq!(sanitise_sheet(text), kept, "{text}");
            assert_eq!(sanitise_sheet(kept), kept, "said again: {text}");
        }
    }

    #[test]
    fn what_leads_out_is_left_out_and_the_rest_stays() {
        for text in [
            "@import url(http://evil.example/a.css); .b{fill:red;}",
            "@import 'http://evil.example/a.css'; .b{fill:red;}",
            "@IMPORT\n\"//evil.example\";.b{fill:red;}",
            "@font-face{font-family:x;src:url(http://evil.example/f.woff)} .b{fill:red;}",
            "@font-face{src:url(data:font/woff;base64,AAAA;})} .b{fill:red;}",
            "@charset \"x\";@namespace url(x);.b{fill:red;}",
            ".b{background:url(http://evil.example/);fill:red;}",
            ".b{background:u\\rl(http://evil.example/);fill:red;}",
            ".b{background:image-set('//evil.example/a' 1x);fill:red;}",
            ".b{background:url(\n'//evil.example/a'\n);fill:red;}",
            ".b{behavior:url(#x);-moz-binding:url(#x);fill:red;}",
            ".b{width:expression(alert(1));fill:red;}",
            ".b{fill:red;.c{background:url(x)}}",
            "}.b{fill:red;}",
        ] {
            assert_eq!(sanitise_sheet(text), ".b{fill:red;}", "{text}");
        }
    }

    #[test]
    fn unclosed_rules_leave_nothing_unsafe() {
        for text in [
            ".a{fill:red;background:url(http://evil.example/",
            "@media x{@media x{@media x{@media x{@media x{.a{fill:url(http://evil.example)}}}}}}",
            ".a{content:\"\n;background:url(//evil.example)}",
            ".a{--x:'} @import url(//evil.example);.b{fill:red}",
        ] {
            let kept = sanitise_sheet(text);
            assert!(!kept.contains("evil"), "{text} -> {kept}");
            assert!(!kept.contains("@import"), "{text} -> {kept}");
        }
    }
}
