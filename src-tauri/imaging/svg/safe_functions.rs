//! The allowlist of functions in attributes and style sheets: those that draw, and none that load.

/// Whether nothing in it leads out of the picture or runs.
pub(super) fn has_only_safe_functions(value: &str) -> bool {
    if value.contains(['\\', '<', '@', '{', '}']) || value.to_ascii_lowercase().contains("script:")
    {
        return false;
    }
    let mut rest = value;
    while let Some(at) = rest.find('(') {
        let (before, inner) = (&rest[..at], &rest[at + 1..]);
        let name = function_name(before).to_ascii_lowercase();
        if name == "url" {
            let Some((address, _)) = inner.split_once(')') else {
                return false;
            };
            if !is_local_reference(strip_quotes(address.trim())) {
                return false;
            }
        } else if !name.is_empty() && !SAFE_FUNCTIONS.contains(&name.as_str()) {
            return false;
        }
        rest = inner;
    }
    true
}

/// The name right before a bracket.
fn function_name(before: &str) -> &str {
    let start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || *c == '-' || *c == '_' || !c.is_ascii())
        .last()
        .map_or(before.len(), |(at, _)| at);
    &before[start..]
}

fn strip_quotes(text: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = text
            .strip_prefix(quote)
            .and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    text
}

/// Colours, numbers, shapes, filters, and the selectors that look like functions.
#[rustfmt::skip]
const SAFE_FUNCTIONS: &[&str] = &[
    "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "icc-color",
    "calc", "min", "max", "clamp", "var", "env", "translate", "translatex", "translatey", "translatez",
    "translate3d", "scale", "scalex", "scaley", "scalez", "scale3d", "rotate", "rotatex", "rotatey",
    "rotatez", "rotate3d", "skew", "skewx", "skewy", "matrix", "matrix3d", "perspective", "blur",
    "brightness", "contrast", "drop-shadow", "grayscale", "hue-rotate", "invert", "opacity", "saturate",
    "sepia", "cubic-bezier", "steps", "linear", "circle", "ellipse", "inset", "polygon", "path", "ray",
    "not", "is", "where", "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type", "lang",
    // A moment of an animation: `accesskey(s)`, and a state of a colour scheme.
    "accesskey", "wallclock", "light-dark",
];

/// `#name`.
pub(super) fn is_local_reference(value: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_.:".contains(c);
    value
        .strip_prefix('#')
        .is_some_and(|name| !name.is_empty() && name.chars().all(plain))
}
