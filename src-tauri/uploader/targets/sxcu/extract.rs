//! Finding what a text names in an answer: a value by its path in JSON or XML, or what a pattern matches.

use serde_json::Value;

/// A value by the usual paths: `data.link`, `files[0].url`, `$.data['a b']`.
pub fn find_json(text: &str, path: &str) -> Option<String> {
    let root: Value = serde_json::from_str(text).ok()?;
    let mut value = &root;
    let mut rest = path.trim();
    rest = rest.strip_prefix('$').unwrap_or(rest);
    while !rest.is_empty() {
        let (step, after) = next_json_step(rest)?;
        value = match step {
            Step::Name(name) => value.get(name)?,
            Step::Index(index) => value.get(index)?,
        };
        rest = after;
    }
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

fn next_json_step(path: &str) -> Option<(Step<'_>, &str)> {
    if let Some(inside) = path.strip_prefix('[') {
        if let Some(quote) = inside
            .chars()
            .next()
            .filter(|letter| matches!(letter, '\'' | '"'))
        {
            let (name, after) = inside[1..].split_once(quote)?;
            return Some((Step::Name(name), after.strip_prefix(']')?));
        }
        let (index, after) = inside.split_once(']')?;
        return Some((Step::Index(index.parse().ok()?), after));
    }
    let path = path.strip_prefix('.').unwrap_or(path);
    let end = path.find(['.', '[']).unwrap_or(path.len());
    match &path[..end] {
        "" => None,
        name => Some((Step::Name(name), &path[end..])),
    }
}

/// What a pattern matches, or one of its groups, by number or name.
pub fn find_regex(text: &str, pattern: &str, group: Option<&str>) -> Option<String> {
    let found = fancy_regex::Regex::new(pattern)
        .ok()?
        .captures(text)
        .ok()??;
    let part = match group.map(str::trim).filter(|group| !group.is_empty()) {
        None => found.get(0),
        Some(group) => match group.parse() {
            Ok(number) => found.get(number),
            Err(_) => found.name(group),
        },
    };
    part.map(|part| part.as_str().to_owned())
}

/// The text of an element or attribute by the plain paths: `/rsp/photo/@id`, `//url[2]`, `/a/b/text()`. Namespaces are
/// not asked for.
pub fn find_xml(text: &str, path: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let mut found = vec![document.root()];
    let mut rest = path.trim();
    while !rest.is_empty() {
        let (is_descendant_step, after) = match rest.strip_prefix("//") {
            Some(after) => (true, after),
            None => (false, rest.strip_prefix('/').unwrap_or(rest)),
        };
        let end = after.find('/').unwrap_or(after.len());
        let step = &after[..end];
        rest = &after[end..];
        if step == "text()" && rest.is_empty() {
            break;
        }
        if let Some(attribute) = step.strip_prefix('@') {
            let value = found
                .iter()
                .find_map(|node| node.attributes().find(|given| given.name() == attribute))?;
            return rest.is_empty().then(|| value.value().to_owned());
        }
        let (name, number) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((name, number)) => (name, Some(number.parse::<usize>().ok()?.checked_sub(1)?)),
            None => (step, None),
        };
        let named = |node: &roxmltree::Node<'_, '_>| {
            node.is_element() && (name == "*" || node.tag_name().name() == name)
        };
        found = found
            .iter()
            .flat_map(|node| -> Vec<_> {
                let below: Vec<_> = match is_descendant_step {
                    true => node.descendants().filter(named).collect(),
                    false => node.children().filter(named).collect(),
                };
                match number {
                    Some(number) => below.into_iter().nth(number).into_iter().collect(),
                    None => below,
                }
            })
            .collect();
    }
    let node = found.first()?;
    let texts = node.descendants().filter(roxmltree::Node::is_text);
    Some(texts.filter_map(|text| text.text()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_json_by_their_path() {
        let text = r#"{"data":{"link":"https://h/a","n":7,"a b":true,"none":null},"files":[{"url":"x"},"y"]}"#;
        let cases = [
            ("data.link", Some("https://h/a")),
            ("$.data.link", Some("https://h/a")),
            ("data.n", Some("7")),
            ("data['a b']", Some("true")),
            ("$[\"data\"].link", Some("https://h/a")),
            ("files[0].url", Some("x")),
            ("files[1]", Some("y")),
            ("files[2]", None),
            ("files[-1]", None),
            ("data.none", None),
            ("data.missing", None),
            ("data..link", None),
            ("files[", None),
            ("data['", None),
            ("[é", None),
        ];
        for (path, expected) in cases {
            assert_eq!(find_json(text, path).as_deref(), expected, "{path}");
        }
        assert_eq!(find_json("\"plain\"", "").as_deref(), Some("plain"));
        assert_eq!(find_json("<html>", "a"), None);
    }

    #[test]
    fn patterns_give_what_they_match_or_a_group() {
        let text = "<a href=\"https://h/view\">https://h/i/7.png</a>";
        let cases = [
            ("https://h/i/.+?png", None, Some("https://h/i/7.png")),
            ("href=\"(.+?)\"", Some("1"), Some("https://h/view")),
            (
                "href=\"(?<page>.+?)\"",
                Some("page"),
                Some("https://h/view"),
            ),
            ("(?<=>)[^<]+", None, Some("https://h/i/7.png")),
            ("href=\"(.+?)\"", Some("2"), None),
            ("(", None, None),
            ("none", None, None),
        ];
        for (pattern, group, expected) in cases {
            assert_eq!(
                find_regex(text, pattern, group).as_deref(),
                expected,
                "{pattern}"
            );
        }
    }

    #[test]
    fn a_pattern_that_would_try_for_ever_finds_nothing() {
        let text = "a".repeat(5000);
        assert_eq!(find_regex(&text, r"^(?:(a+)+)\1$(?=b)", None), None);
    }

    #[test]
    fn values_are_found_in_xml_by_their_path() {
        let text = r#"<rsp stat="ok"><links><a href="x"/><url>one</url><url>two <b>three</b></url></links></rsp>"#;
        let cases = [
            ("/rsp/links/url", Some("one")),
            ("/rsp/links/url[2]", Some("two three")),
            ("//url[2]", Some("two three")),
            ("/rsp/@stat", Some("ok")),
            ("//a/@href", Some("x")),
            ("rsp/links/url/text()", Some("one")),
            ("/rsp/*/url", Some("one")),
            ("/rsp/none", None),
            ("/rsp/@none", None),
            ("//url[0]", None),
        ];
        for (path, expected) in cases {
            assert_eq!(find_xml(text, path).as_deref(), expected, "{path}");
        }
        assert_eq!(find_xml("{}", "/a"), None);
    }
}
