//! A badge: what was certified, small enough for a README.

use super::certificate::Payload;
use super::verdict::Standing;
use crate::report::escape::escaped;

/// Width of a letter of the badge's fonts, on average, in pixels.
const LETTER: usize = 7;
const MARGIN: usize = 10;

/// The badge of a certificate, as SVG. It fetches nothing.
pub fn badge(payload: &Payload) -> String {
    let certified: Vec<&str> = payload.profiles.iter().filter(|profile| profile.verdict.is_certified()).map(|profile| profile.id.as_str()).collect();
    let has_warnings = payload.profiles.iter().any(|profile| profile.verdict == Standing::CertifiedWithWarnings);
    let what = match certified.as_slice() {
        [] => "not certified".to_owned(),
        [one] => format!("certified: {one}"),
        several => format!("certified: {} profiles", several.len()),
    };
    let colour = match (certified.is_empty(), has_warnings) {
        (true, _) => "#a4262c",
        (false, true) => "#7a5b00",
        (false, false) => "#1a6e3c",
    };
    let label = "Salesforce OAuth";
    let (left, right) = (width(label), width(&what));
    let total = left + right;
    let title = escaped(&format!("{} {}, {}", payload.integration.name, payload.integration.version, what));
    let (label_at, what_at, what) = (left / 2, left + right / 2, escaped(&what));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" aria-label="{title}"><title>{title}</title><clipPath id="r"><rect width="{total}" height="20" rx="3"/></clipPath><g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3b3f45"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/></g><g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11"><text x="{label_at}" y="14">{label}</text><text x="{what_at}" y="14">{what}</text></g></svg>
"##
    )
}

fn width(text: &str) -> usize {
    text.chars().count() * LETTER + 2 * MARGIN
}
