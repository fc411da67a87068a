//! The language of a custom uploader's texts: `{json:data.link}`, `{filename}` and so on, and its older spelling with
//! `$…$`. A text is read once, when the file is imported; what it says is looked up for each picture and answer.

use serde::{Deserialize, Serialize};

/// A text with calls in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Template(pub Vec<Node>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Node {
    Text(String),
    /// A part of the key, which is not kept here.
    Key(usize),
    Call(Function, Vec<Template>),
}

impl Node {
    /// Whether what is uploaded stands there: as it is in a form's part, in base64 in a text.
    pub fn is_picture(&self) -> bool {
        match self {
            Node::Call(Function::Input, _) => true,
            Node::Call(Function::Base64, parameters) => match parameters.as_slice() {
                [within] => within.0.len() == 1 && within.0[0].is_picture(),
                _ => false,
            },
            _ => false,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Function {
    Json,
    Xml,
    Regex,
    Header,
    Response,
    ResponseUrl,
    FileName,
    FileNameNoExt,
    Input,
    Base64,
    Random,
    Select,
    /// Wants to be typed by somebody.
    Prompt,
}

impl Function {
    pub fn all() -> Vec<Function> {
        FUNCTION_NAMES
            .iter()
            .map(|(_, function)| *function)
            .collect()
    }
}

const FUNCTION_NAMES: [(&str, Function); 15] = [
    ("json", Function::Json),
    ("xml", Function::Xml),
    ("regex", Function::Regex),
    ("header", Function::Header),
    ("response", Function::Response),
    ("responseurl", Function::ResponseUrl),
    ("filename", Function::FileName),
    ("filenamenoext", Function::FileNameNoExt),
    ("input", Function::Input),
    ("base64", Function::Base64),
    ("random", Function::Random),
    ("select", Function::Select),
    ("prompt", Function::Prompt),
    ("inputbox", Function::Prompt),
    ("outputbox", Function::Prompt),
];

fn function_by_name(name: &str) -> Option<Function> {
    let known = |(known, _): &&(&str, Function)| known.eq_ignore_ascii_case(name);
    FUNCTION_NAMES
        .iter()
        .find(known)
        .map(|(_, function)| *function)
}

/// Calls in calls in calls: nobody means that.
const MAX_DEPTH: usize = 8;

/// A call without its end, or too many in each other.
#[derive(Debug, PartialEq, Eq)]
pub struct UnclosedCall;

impl Template {
    pub fn parse(text: &str) -> Result<Template, UnclosedCall> {
        let mut rest = text;
        parse_template(&mut rest, 0)
    }

    /// The older spelling: `$json:data.link$`, where braces are ordinary letters.
    pub fn parse_old(text: &str) -> Result<Template, UnclosedCall> {
        let mut migrated = String::with_capacity(text.len());
        let mut inside = false;
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '$' => {
                    migrated.push(if inside { '}' } else { '{' });
                    inside = !inside;
                }
                '\\' => {
                    migrated.push('\\');
                    migrated.extend(letters.next());
                }
                '{' | '}' => migrated.extend(['\\', letter]),
                other => migrated.push(other),
            }
        }
        match inside {
            true => Err(UnclosedCall),
            false => Template::parse(&migrated),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it, or a call in it, calls one of these.
    pub fn calls_any_of(&self, functions: &[Function]) -> bool {
        self.0.iter().any(|node| match node {
            Node::Call(function, parameters) => {
                functions.contains(function)
                    || parameters
                        .iter()
                        .any(|template| template.calls_any_of(functions))
            }
            Node::Text(_) | Node::Key(_) => false,
        })
    }
}

fn parse_template(rest: &mut &str, depth: usize) -> Result<Template, UnclosedCall> {
    let mut nodes = Vec::new();
    let mut text = String::new();
    while let Some(letter) = rest.chars().next() {
        if depth > 0 && matches!(letter, '|' | '}') {
            break;
        }
        match (letter, parse_call_start(rest)) {
            ('\\', _) => {
                let mut letters = rest.chars();
                letters.next();
                text.extend(letters.next());
                *rest = letters.as_str();
            }
            ('{', Some((function, after))) => {
                *rest = after;
                if !text.is_empty() {
                    nodes.push(Node::Text(std::mem::take(&mut text)));
                }
                nodes.push(Node::Call(function, parse_parameters(rest, depth)?));
            }
            // A brace that begins no call is the writer's own.
            _ => {
                text.push(letter);
                *rest = &rest[letter.len_utf8()..];
            }
        }
    }
    if !text.is_empty() {
        nodes.push(Node::Text(text));
    }
    Ok(Template(nodes))
}

/// The function of `{name:` or `{name}`, and what stands behind its name.
fn parse_call_start(rest: &str) -> Option<(Function, &str)> {
    let inside = rest.strip_prefix('{')?;
    let end = inside.find(|letter: char| !letter.is_ascii_alphanumeric())?;
    let after = &inside[end..];
    (after.starts_with([':', '}'])).then_some(())?;
    Some((function_by_name(&inside[..end])?, after))
}

fn parse_parameters(rest: &mut &str, depth: usize) -> Result<Vec<Template>, UnclosedCall> {
    if depth == MAX_DEPTH {
        return Err(UnclosedCall);
    }
    let mut parameters = Vec::new();
    loop {
        let mut letters = rest.chars();
        let next = letters.next();
        *rest = letters.as_str();
        match next {
            Some('}') => return Ok(parameters),
            Some(':' | '|') => parameters.push(parse_template(rest, depth + 1)?),
            _ => return Err(UnclosedCall),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_node(text: &str) -> Node {
        Node::Text(text.into())
    }

    fn call_node(function: Function, parameters: &[&str]) -> Node {
        let parameters = parameters
            .iter()
            .map(|parameter| Template(vec![text_node(parameter)]))
            .collect();
        Node::Call(function, parameters)
    }

    #[test]
    fn calls_are_distinguished_from_text() {
        let cases = [
            ("", vec![]),
            ("plain", vec![text_node("plain")]),
            (
                "https://h/{json:url}?a",
                vec![
                    text_node("https://h/"),
                    call_node(Function::Json, &["url"]),
                    text_node("?a"),
                ],
            ),
            ("{response}", vec![call_node(Function::Response, &[])]),
            ("{JSON:a.b}", vec![call_node(Function::Json, &["a.b"])]),
            (
                r"{regex:a\|b\}\\d|1}",
                vec![call_node(Function::Regex, &[r"a|b}\d", "1"])],
            ),
            (r"\{json:a\}", vec![text_node("{json:a}")]),
            (r#"{"a":"b"}"#, vec![text_node(r#"{"a":"b"}"#)]),
            ("{unknown:a} {", vec![text_node("{unknown:a} {")]),
            (
                "{json:{response}|a}",
                vec![Node::Call(
                    Function::Json,
                    vec![
                        Template(vec![call_node(Function::Response, &[])]),
                        Template(vec![text_node("a")]),
                    ],
                )],
            ),
            ("a|b}", vec![text_node("a|b}")]),
        ];
        for (given, expected) in cases {
            assert_eq!(Template::parse(given), Ok(Template(expected)), "{given}");
        }
    }

    #[test]
    fn the_old_syntax_means_the_same() {
        let cases = [
            ("$json:data.link$", "{json:data.link}"),
            ("https://h/$regex:1|2$.png", "https://h/{regex:1|2}.png"),
            ("{a} $response$", r"\{a\} {response}"),
            (r"5\$", "5$"),
        ];
        for (old, new) in cases {
            assert_eq!(Template::parse_old(old), Template::parse(new), "{old}");
        }
        assert_eq!(Template::parse_old("5$"), Err(UnclosedCall));
    }

    #[test]
    fn an_unclosed_call_is_an_error_at_any_depth() {
        assert_eq!(Template::parse("{json:a"), Err(UnclosedCall));
        assert_eq!(
            Template::parse(&"{json:".repeat(100_000)),
            Err(UnclosedCall)
        );
        let deep = format!("{}a{}", "{base64:".repeat(9), "}".repeat(9));
        assert_eq!(Template::parse(&deep), Err(UnclosedCall));
    }
}
