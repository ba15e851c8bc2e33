//! Case folding of text: what Salesforce ignores when it compares strings.

use std::borrow::Cow;
use std::cmp::Ordering;

/// `text` with every character folded to its simple lower-case form: as many characters as before, so that `_` in LIKE
/// still counts one. Borrowed when nothing changes.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
    } else if text.chars().any(|letter| fold_char(letter) != letter) {
        Cow::Owned(text.chars().map(fold_char).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The order of two texts with case ignored: by folded character.
pub fn fold_cmp(left: &str, right: &str) -> Ordering {
    let (left, right) = without_common_start(left, right);
    let common = left.bytes().zip(right.bytes()).position(|(a, b)| !a.is_ascii() || !b.is_ascii() || !a.eq_ignore_ascii_case(&b));
    match common {
        None => left.len().cmp(&right.len()),
        Some(place) if left.as_bytes()[place].is_ascii() && right.as_bytes()[place].is_ascii() => {
            left.as_bytes()[place].to_ascii_lowercase().cmp(&right.as_bytes()[place].to_ascii_lowercase())
        }
        // The bytes before are ASCII on both sides, so the place is a character boundary.
        Some(place) => left[place..].chars().map(fold_char).cmp(right[place..].chars().map(fold_char)),
    }
}

/// Both without the words of eight bytes they begin with alike: indexes compare a value with its neighbours, which differ late.
fn without_common_start<'t>(left: &'t str, right: &'t str) -> (&'t str, &'t str) {
    let (left_words, right_words) = (left.as_bytes().chunks_exact(8), right.as_bytes().chunks_exact(8));
    let mut place = 8 * left_words.zip(right_words).take_while(|(a, b)| a == b).count();
    // Before the place both are the same, so a boundary in the one is a boundary in the other.
    while !left.is_char_boundary(place) || !right.is_char_boundary(place) {
        place -= 1;
    }
    (&left[place..], &right[place..])
}

/// Simple case folding of one character: through upper case first, so that `ς` and `σ` meet; a mapping to several
/// characters leaves the character as it is.
pub(crate) fn fold_char(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    let upper = single(letter.to_uppercase()).unwrap_or(letter);
    single(upper.to_lowercase()).unwrap_or(letter)
}

fn single(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_folded_beyond_ascii_and_keeps_the_number_of_characters() {
        for (text, folded) in [("ACME", "acme"), ("ÉCOLE", "école"), ("ΟΔΟΣ", "οδοσ"), ("οδος", "οδοσ"), ("ß", "ß"), ("İ", "İ"), ("plain", "plain")]
        {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(text).chars().count(), text.chars().count());
        }
    }

    #[test]
    fn order_agrees_with_the_folded_text() {
        let words =
            ["", "a", "A", "Ab", "aB", "é", "É", "Z", "z", "aé", "AÉ", "b", "Customers", "Customer", "Customé", "CUSTOMÉ", "Customè", "Customer 17é"];
        for left in words {
            for right in words {
                let folded = fold(left).chars().cmp(fold(right).chars());
                assert_eq!(fold_cmp(left, right), folded, "{left} {right}");
            }
        }
    }
}
