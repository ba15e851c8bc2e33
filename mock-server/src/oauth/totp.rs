//! Codes of authenticator apps (RFC 6238: SHA-1, six digits, thirty seconds).

use std::time::Duration;

use aws_lc_rs::hmac;

use crate::clock::Timestamp;
use crate::secret::same;

const STEP: i64 = 30;
const DIGITS: u32 = 6;

/// How long after its first step a code can still be presented.
pub(super) const LONGEST_LIFE: Duration = Duration::from_secs(3 * STEP.unsigned_abs());

/// The step of the secret that the code belongs to: the present one, or one earlier or later, since clocks differ.
pub(super) fn step_of(secret: &str, code: &str, now: Timestamp) -> Option<i64> {
    let key = base32(secret)?;
    let step = now.seconds().div_euclid(STEP);
    (step - 1..=step + 1).find(|step| same(code_at(&key, *step), code))
}

fn code_at(key: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 15);
    let word = bytes.get(offset..offset + 4).map_or(0, |word| word.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)));
    format!("{:06}", (word & 0x7fff_ffff) % 10_u32.pow(DIGITS))
}

/// RFC 4648 base32 in either case; spaces and padding do not count. `None` for anything else, and for an empty secret.
fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes().filter(|byte| !matches!(byte, b' ' | b'=')) {
        let value = match letter.to_ascii_uppercase() {
            upper @ b'A'..=b'Z' => upper - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        bits = bits << 5 | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap_or(0));
            bits &= (1 << count) - 1;
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits; the secret is `12345678901234567890`.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_rfc() {
        let check = |seconds: i64, code: &str| assert_eq!(code_at(&base32(SECRET).unwrap(), seconds / STEP), code, "{seconds}");
        check(59, "287082");
        check(1_111_111_109, "081804");
        check(1_234_567_890, "005924");
        check(20_000_000_000, "353130");
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_neighbours() {
        let check = |secret: &str, code: &str, seconds: i64, step: Option<i64>| {
            assert_eq!(step_of(secret, code, Timestamp(seconds * 1000)), step, "{code:?} at {seconds}");
        };
        for seconds in [29, 59, 61] {
            check(SECRET, "287082", seconds, Some(1));
        }
        check(SECRET, "287082", 120, None);
        check(SECRET, "", 59, None);
        check("not base32!", "287082", 59, None);
    }

    #[test]
    fn base32_forgives_what_people_type() {
        assert_eq!(base32("gezd gnbv===="), Some(b"12345".to_vec()));
        assert_eq!((base32(""), base32("1")), (None, None));
    }
}
