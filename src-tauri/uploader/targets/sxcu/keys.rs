//! The keys in a file of a custom uploader, which are for the keychain: found by the names of what they stand for, or by
//! how they look, and taken out of every place of the request.

use super::template::Node;
use super::{Sxcu, UploadBody};

/// Words in the names of what is secret.
const SECRET_WORDS: [&str; 10] = [
    "auth",
    "cookie",
    "credential",
    "hash",
    "key",
    "pass",
    "secret",
    "session",
    "sign",
    "token",
];

/// Takes every text out that may be a key: those with such a name, and those that look like one. Better one too many.
pub fn extract_keys(sxcu: &mut Sxcu) -> Vec<String> {
    let mut keys = Vec::new();
    let arguments = match &mut sxcu.sent {
        UploadBody::Form { arguments, .. } | UploadBody::Fields { arguments } => {
            arguments.as_mut_slice()
        }
        UploadBody::Text { data, .. } => {
            let nodes = std::mem::take(&mut data.0);
            data.0 = nodes
                .into_iter()
                .flat_map(|node| match node {
                    Node::Text(text) => data_without_keys(&text, &mut keys),
                    other => vec![other],
                })
                .collect();
            &mut []
        }
        UploadBody::Binary => &mut [],
    };
    let pairs = sxcu
        .headers
        .iter_mut()
        .chain(&mut sxcu.parameters)
        .chain(arguments);
    for (name, template) in pairs {
        let name = name.to_ascii_lowercase();
        let named = SECRET_WORDS.iter().any(|word| name.contains(word));
        for node in &mut template.0 {
            if let Node::Text(text) = node
                && (named || text.split([' ', ':', '/']).any(looks_like_key))
            {
                keys.push(std::mem::take(text));
                *node = Node::Key(keys.len() - 1);
            }
        }
    }
    let address = std::mem::take(&mut sxcu.address.0);
    for node in address {
        match node {
            Node::Text(text) => sxcu
                .address
                .0
                .extend(address_without_keys(&text, &mut keys)),
            other => sxcu.address.0.push(other),
        }
    }
    keys
}

/// The text of a JSON or XML body with its keys taken out: what looks like one, and what follows a secret's name.
fn data_without_keys(text: &str, keys: &mut Vec<String>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut named = false;
    for piece in text.split_inclusive(['"', '<', '>']) {
        let value = piece.trim_end_matches(['"', '<', '>']);
        if !value.chars().any(char::is_alphanumeric) {
            nodes.push(Node::Text(piece.to_owned()));
            continue;
        }
        if named || looks_like_key(value) {
            keys.push(value.to_owned());
            nodes.push(Node::Key(keys.len() - 1));
            nodes.push(Node::Text(piece[value.len()..].to_owned()));
            named = false;
        } else {
            let name = value.to_ascii_lowercase();
            named = SECRET_WORDS.iter().any(|word| name.contains(word));
            nodes.push(Node::Text(piece.to_owned()));
        }
    }
    nodes
}

/// Letters and digits in no word's order.
fn looks_like_key(text: &str) -> bool {
    let within = |letter: char| {
        letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '=' | '+')
    };
    text.len() >= 20
        && text.chars().all(within)
        && text.chars().any(|letter| letter.is_ascii_digit())
        && text.chars().any(|letter| letter.is_ascii_alphabetic())
}

/// The address with its keys taken out: a password before the host, parts of the path or the query that look like a
/// key, values in the query with a secret's name.
fn address_without_keys(text: &str, keys: &mut Vec<String>) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut rest = text;
    if let Some((scheme, after)) = text.split_once("://") {
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, path) = after.split_at(end);
        nodes.push(Node::Text(format!("{scheme}://")));
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                keys.push(user.to_owned());
                nodes.push(Node::Key(keys.len() - 1));
                nodes.push(Node::Text(format!("@{host}")));
            }
            None => nodes.push(Node::Text(authority.to_owned())),
        }
        rest = path;
    }
    for piece in rest.split_inclusive(['/', '?', '&', '=']) {
        let value = piece.trim_end_matches(['/', '?', '&', '=']);
        let named = match nodes.last() {
            Some(Node::Text(name)) if name.ends_with('=') => {
                let name = name.trim_end_matches('=').to_ascii_lowercase();
                SECRET_WORDS.iter().any(|word| name.contains(word))
            }
            _ => false,
        };
        if !value.is_empty() && (named || looks_like_key(value)) {
            keys.push(value.to_owned());
            nodes.push(Node::Key(keys.len() - 1));
            nodes.push(Node::Text(piece[value.len()..].to_owned()));
        } else {
            nodes.push(Node::Text(piece.to_owned()));
        }
    }
    nodes
}
