//! Record ids as literals: 15 or 18 characters in, 18 out.

const SUFFIX_DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The 18-character form of an id. 15 characters are taken as they are; 18 have their case repaired by the suffix.
/// `None` for anything else.
pub(super) fn normalized(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let id = match text.len() {
        15 => text.as_bytes().to_vec(),
        18 => repaired(text)?,
        _ => return None,
    };
    let suffix = id.chunks(5).map(|five| SUFFIX_DIGITS[capitals(five)]);
    String::from_utf8(id.iter().copied().chain(suffix).collect()).ok()
}

/// Which of five characters are capitals, as a number: the first counts 1, the last 16.
fn capitals(five: &[u8]) -> usize {
    five.iter().enumerate().map(|(place, byte)| usize::from(byte.is_ascii_uppercase()) << place).sum()
}

/// The first 15 characters with the case the last three say.
fn repaired(text: &str) -> Option<Vec<u8>> {
    let (id, suffix) = text.as_bytes().split_at(15);
    let mut repaired = Vec::with_capacity(18);
    for (five, digit) in id.chunks(5).zip(suffix) {
        let pattern = SUFFIX_DIGITS.iter().position(|known| *known == digit.to_ascii_uppercase())?;
        for (place, byte) in five.iter().enumerate() {
            let capital = pattern >> place & 1 == 1;
            if capital && byte.is_ascii_digit() {
                return None;
            }
            repaired.push(if capital { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() });
        }
    }
    Some(repaired)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_id_meet_and_nothing_else_is_one() {
        for (text, expected) in [
            ("001D000000IqhSL", Some("001D000000IqhSLIAZ")),
            ("001D000000IqhSLIAZ", Some("001D000000IqhSLIAZ")),
            ("001d000000iqhsliaz", Some("001D000000IqhSLIAZ")),
            ("001D000000IqhS", None),
            ("001D000000IqhSLIA9", None),
            // No suffix makes a digit a capital.
            ("001D000000IqhSLZZZ", None),
            ("001D000000-qhSL", None),
            ("", None),
        ] {
            assert_eq!(normalized(text).as_deref(), expected, "{text}");
        }
    }
}
