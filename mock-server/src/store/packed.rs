//! A database in few bytes: where it differs from the database of an org that holds nothing yet.

use crate::storage::{self, StoreError};

/// Bytes of zero that are counted instead of kept.
const GAP: [u8; 16] = [0; 16];

/// Longer differences are compressed. Most orgs that are put away were just made, and compressing takes longer than all the rest of it.
const SHORT: usize = 32 * 1024;

const PLAIN: u8 = 0;
const COMPRESSED: u8 = 1;

pub(super) fn packed(bytes: &[u8], blank: &[u8]) -> Vec<u8> {
    let thin = thinned(&difference(bytes, blank));
    let (tag, content) = if thin.len() > SHORT { (COMPRESSED, storage::pack(&thin)) } else { (PLAIN, thin) };
    [&[tag], &*content].concat()
}

/// What `packed` began with.
pub(super) fn unpacked(packed: &[u8], blank: &[u8]) -> Result<Vec<u8>, StoreError> {
    let bytes = match packed.split_first().ok_or_else(broken)? {
        (&PLAIN, thin) => filled(thin)?,
        (_, content) => filled(&storage::unpack(content)?)?,
    };
    Ok(difference(&bytes, blank))
}

/// The bytes, each crossed out where the other text has the same. Done twice, it gives the bytes back.
fn difference(bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut different = bytes.to_vec();
    for (byte, other) in different.iter_mut().zip(other) {
        *byte ^= other;
    }
    different
}

/// The bytes without their gaps.
/// In pieces: how many gaps come first (8 bytes), how many bytes after them (8 bytes), and these.
fn thinned(bytes: &[u8]) -> Vec<u8> {
    let mut thin = Vec::with_capacity(bytes.len() / 8);
    let mut rest = bytes;
    while !rest.is_empty() {
        let gaps = rest.chunks(GAP.len()).take_while(|chunk| **chunk == GAP).count();
        rest = &rest[gaps * GAP.len()..];
        let kept = rest.chunks(GAP.len()).take_while(|chunk| **chunk != GAP).map(<[u8]>::len).sum();
        thin.extend([gaps, kept].iter().flat_map(|count| (*count as u64).to_le_bytes()));
        thin.extend_from_slice(&rest[..kept]);
        rest = &rest[kept..];
    }
    thin.shrink_to_fit();
    thin
}

fn broken() -> StoreError {
    StoreError::new("a packed database is incomplete")
}

/// What `thinned` began with.
fn filled(thin: &[u8]) -> Result<Vec<u8>, StoreError> {
    let count = |bytes: &[u8; 8]| usize::try_from(u64::from_le_bytes(*bytes)).map_err(StoreError::new);
    let (mut bytes, mut rest) = (Vec::with_capacity(thin.len() * 8), thin);
    while !rest.is_empty() {
        let (gaps, after) = rest.split_first_chunk().ok_or_else(broken)?;
        let (kept, after) = after.split_first_chunk().ok_or_else(broken)?;
        bytes.resize(bytes.len() + count(gaps)? * GAP.len(), 0);
        let (kept, after) = after.split_at_checked(count(kept)?).ok_or_else(broken)?;
        bytes.extend_from_slice(kept);
        rest = after;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_whatever_they_differ_from() {
        let gap = |length: usize| vec![0; length];
        let random: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let texts = [gap(0), gap(5), gap(16), gap(4096), vec![1; 16], [vec![1; 3], gap(100), vec![2; 40], gap(31)].concat(), random];
        for bytes in &texts {
            for blank in &texts {
                assert_eq!(unpacked(&packed(bytes, blank), blank).unwrap(), *bytes);
            }
        }
        assert!(packed(&texts[6], &texts[6]).len() < 32);
    }

    #[test]
    fn a_piece_that_breaks_off_is_refused() {
        let packed = packed(&[7; 40], &[]);
        for end in (0..packed.len()).filter(|end| *end != 1) {
            assert!(unpacked(&packed[..end], &[]).is_err(), "{end} bytes");
        }
    }
}
