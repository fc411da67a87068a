//! The allowlist of SVG elements and attributes: those that draw.

/// What an element of this name is written as; `None` leaves it out, with all that is in it.
pub(super) fn allowed_element(name: &str) -> Option<&'static str> {
    match name {
        // A link leads out of the picture; what it shows stays.
        "a" => Some("g"),
        _ => find_name(ELEMENTS, name),
    }
}

pub(super) fn allowed_attribute(name: &str) -> Option<&'static str> {
    find_name(ATTRIBUTES, name).or_else(|| find_name(TEXT_ATTRIBUTES, name))
}

/// Whether an animation may change it: whatever draws, but not what is referred to.
pub(super) fn is_animatable(name: &str) -> bool {
    find_name(ATTRIBUTES, name).is_some()
        && !matches!(
            name,
            "href" | "style" | "class" | "id" | "attributeName" | "type"
        )
}

/// Whether its value is for readers, and never read as anything but text.
pub(super) fn is_text_attribute(name: &str) -> bool {
    find_name(TEXT_ATTRIBUTES, name).is_some()
}

fn find_name(list: &[&'static str], name: &str) -> Option<&'static str> {
    let at = list.binary_search(&name).ok()?;
    list.get(at).copied()
}

/// Sorted, as the others are.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "animate", "animateMotion", "animateTransform", "circle", "clipPath", "defs", "desc", "ellipse",
    "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix",
    "feDiffuseLighting", "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA",
    "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feImage", "feMerge", "feMergeNode",
    "feMorphology", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile",
    "feTurbulence", "filter", "g", "image", "line", "linearGradient", "marker", "mask", "mpath", "path",
    "pattern", "polygon", "polyline", "radialGradient", "rect", "set", "stop", "style", "svg", "switch",
    "symbol", "text", "textPath", "title", "tspan", "use", "view",
];

const TEXT_ATTRIBUTES: &[&str] = &[
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "role",
];

#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "accumulate", "additive", "alignment-baseline", "amplitude", "attributeName", "azimuth",
    "baseFrequency", "baseline-shift", "begin", "bias", "by", "calcMode", "class", "clip", "clip-path",
    "clip-rule", "clipPathUnits", "color", "color-interpolation", "color-interpolation-filters",
    "color-rendering", "cx", "cy", "d", "diffuseConstant", "direction", "display", "divisor",
    "dominant-baseline", "dur", "dx", "dy", "edgeMode", "elevation", "enable-background", "end",
    "exponent", "fill", "fill-opacity", "fill-rule", "filter", "filterUnits", "flood-color",
    "flood-opacity", "font-family", "font-size", "font-size-adjust", "font-stretch", "font-style",
    "font-variant", "font-weight", "fr", "from", "fx", "fy", "glyph-orientation-horizontal",
    "glyph-orientation-vertical", "gradientTransform", "gradientUnits", "height", "href", "id",
    "image-rendering", "in", "in2", "intercept", "k1", "k2", "k3", "k4", "kernelMatrix",
    "kernelUnitLength", "keyPoints", "keySplines", "keyTimes", "lengthAdjust", "letter-spacing",
    "lighting-color", "limitingConeAngle", "marker-end", "marker-mid", "marker-start", "markerHeight",
    "markerUnits", "markerWidth", "mask", "mask-type", "maskContentUnits", "maskUnits", "max", "method",
    "min", "mix-blend-mode", "mode", "numOctaves", "offset", "opacity", "operator", "order", "orient",
    "overflow", "paint-order", "path", "pathLength", "patternContentUnits", "patternTransform",
    "patternUnits", "points", "pointsAtX", "pointsAtY", "pointsAtZ", "preserveAlpha",
    "preserveAspectRatio", "primitiveUnits", "r", "radius", "refX", "refY", "repeatCount", "repeatDur",
    "requiredFeatures", "restart", "result", "rotate", "rx", "ry", "scale", "seed", "shape-rendering",
    "side", "slope", "spacing", "specularConstant", "specularExponent", "spreadMethod", "startOffset",
    "stdDeviation", "stitchTiles", "stop-color", "stop-opacity", "stroke", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity",
    "stroke-width", "style", "surfaceScale", "systemLanguage", "tableValues", "targetX", "targetY",
    "text-anchor", "text-decoration", "text-rendering", "textLength", "to", "transform",
    "transform-origin", "type", "unicode-bidi", "values", "vector-effect", "version", "viewBox",
    "visibility", "width", "word-spacing", "writing-mode", "x", "x1", "x2", "xChannelSelector", "y",
    "y1", "y2", "yChannelSelector", "z",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_hold_nothing_that_runs() {
        for list in [ELEMENTS, ATTRIBUTES, TEXT_ATTRIBUTES] {
            assert!(list.is_sorted(), "{list:?}");
        }
        for name in [
            "script",
            "foreignObject",
            "iframe",
            "handler",
            "SCRIPT",
            "metadata",
            "Style",
        ] {
            assert_eq!(allowed_element(name), None, "{name}");
        }
        assert!(
            ATTRIBUTES
                .iter()
                .chain(TEXT_ATTRIBUTES)
                .all(|name| !name.starts_with("on"))
        );
        for name in ["href", "style", "onclick", "xlink:href", "id"] {
            assert!(!is_animatable(name), "{name}");
        }
    }
}
