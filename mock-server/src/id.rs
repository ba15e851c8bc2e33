//! Salesforce ids: 15 significant characters, and the 18-character form whose suffix records their case.

use std::fmt;
use std::str::FromStr;

/// The same number for the same text in every org and every run, for ids and marks of what nobody stores: FNV-1a, 32 bits.
pub const fn number_of(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

/// A record id of any object. Compared by its 15 significant characters, always printed with 18.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId([u8; 15]);

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedId {
    #[error("an id has 15 or 18 characters, not {0}")]
    Length(usize),
    #[error("an id holds letters and digits only")]
    Character,
    #[error("the three characters at the end do not fit the rest")]
    Suffix,
    #[error("the id is of another object: it begins with {0:?}")]
    Prefix(String),
}

const SUFFIX: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl RecordId {
    /// Reads 15 characters as they stand, or 18 whose suffix (in any case) restores the case of the rest:
    /// Salesforce repairs an 18-character id that some tool has lower-cased.
    pub fn parse(text: &str) -> Result<Self, MalformedId> {
        let bytes = text.as_bytes();
        if !matches!(bytes.len(), 15 | 18) {
            return Err(MalformedId::Length(bytes.len()));
        }
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(MalformedId::Character);
        }
        let mut body = [0; 15];
        body.copy_from_slice(&bytes[..15]);
        if bytes.len() == 18 {
            restore_case(&mut body, &bytes[15..])?;
        }
        Ok(Self(body))
    }

    /// The id number `n` of an org for the object with this key prefix.
    /// Layout: prefix, pod `Fk`, reserved `0`, nine base-62 digits of `org number << 32 | n`:
    /// ids of different orgs never meet, and ids of one object sort by age.
    pub fn numbered(prefix: &str, org_number: u32, n: u32) -> Self {
        let mut body = *b"000Fk0000000000";
        body[..3].copy_from_slice(&prefix.as_bytes()[..3]);
        let mut rest = u64::from(org_number) << 32 | u64::from(n);
        for slot in body[6..].iter_mut().rev() {
            *slot = DIGITS[(rest % 62) as usize];
            rest /= 62;
        }
        Self(body)
    }

    /// The parts of an id that `numbered` made; `None` for every other id.
    pub fn numbered_parts(&self) -> Option<Numbered> {
        let digits = self.0[3..].strip_prefix(b"Fk0")?;
        // Nine digits of base 62 fit 64 bits.
        let rest = digits.iter().fold(0, |rest, digit| rest * 62 + base_62(*digit));
        let (org, number) = (u32::try_from(rest >> 32).ok()?, u32::try_from(rest & u64::from(u32::MAX)).ok()?);
        Some(Numbered { prefix: [self.0[0], self.0[1], self.0[2]], org, number })
    }

    /// The id of the same number for the object with this key prefix.
    pub fn with_prefix(self, prefix: &str) -> Self {
        let mut body = self.0;
        body[..3].copy_from_slice(&prefix.as_bytes()[..3]);
        Self(body)
    }

    /// The first three characters, which name the object.
    pub fn prefix(&self) -> &str {
        &self.as_15()[..3]
    }

    pub fn as_15(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The three characters that record the case of the other fifteen.
    pub fn suffix(&self) -> [u8; 3] {
        let mut suffix = [0; 3];
        for (chunk, out) in self.0.chunks_exact(5).zip(&mut suffix) {
            let bits = chunk.iter().enumerate().fold(0, |bits, (i, byte)| bits | usize::from(byte.is_ascii_uppercase()) << i);
            *out = SUFFIX[bits];
        }
        suffix
    }

    /// The 18 characters, for writing into a buffer without allocating.
    pub fn to_18(self) -> [u8; 18] {
        let mut text = [0; 18];
        text[..15].copy_from_slice(&self.0);
        text[15..].copy_from_slice(&self.suffix());
        text
    }
}

/// What an id of this server is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered {
    prefix: [u8; 3],
    org: u32,
    pub number: u32,
}

impl Numbered {
    /// Whether the two ids differ in their number only.
    pub fn is_beside(self, other: Self) -> bool {
        (self.prefix, self.org) == (other.prefix, other.org)
    }

    /// The id beside this one that has another number.
    pub fn with(self, number: u32) -> RecordId {
        RecordId::numbered(std::str::from_utf8(&self.prefix).unwrap_or("000"), self.org, number)
    }
}

/// The value of one of `DIGITS`.
fn base_62(digit: u8) -> u64 {
    let (first, value) = match digit {
        b'0'..=b'9' => (b'0', 0),
        b'A'..=b'Z' => (b'A', 10),
        _ => (b'a', 36),
    };
    u64::from(digit.saturating_sub(first)) + value
}

fn restore_case(body: &mut [u8; 15], suffix: &[u8]) -> Result<(), MalformedId> {
    for (chunk, mark) in body.chunks_exact_mut(5).zip(suffix) {
        let mark = mark.to_ascii_uppercase();
        let bits = SUFFIX.iter().position(|c| *c == mark).ok_or(MalformedId::Suffix)?;
        for (i, byte) in chunk.iter_mut().enumerate() {
            let upper = bits >> i & 1 == 1;
            if upper && byte.is_ascii_digit() {
                return Err(MalformedId::Suffix);
            }
            *byte = if upper { byte.to_ascii_uppercase() } else { byte.to_ascii_lowercase() };
        }
    }
    Ok(())
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.to_18()).unwrap_or_default())
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for RecordId {
    type Err = MalformedId;

    fn from_str(text: &str) -> Result<Self, MalformedId> {
        Self::parse(text)
    }
}

impl serde::Serialize for RecordId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for RecordId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// An id whose object is known by its type.
macro_rules! prefixed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(RecordId);

        impl $name {
            pub const PREFIX: &str = $prefix;

            pub fn parse(text: &str) -> Result<Self, MalformedId> {
                Self::try_from(RecordId::parse(text)?)
            }

            pub fn record(self) -> RecordId {
                self.0
            }
        }

        impl TryFrom<RecordId> for $name {
            type Error = MalformedId;

            fn try_from(id: RecordId) -> Result<Self, MalformedId> {
                if id.prefix() == $prefix { Ok(Self(id)) } else { Err(MalformedId::Prefix(id.prefix().to_owned())) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<Self, MalformedId> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

prefixed_id!(
    /// An org (`00D…`).
    OrgId, "00D"
);
prefixed_id!(
    /// A user (`005…`).
    UserId, "005"
);
prefixed_id!(
    /// A connected app or external client app as the install link names it (`0Ci…`).
    AppId, "0Ci"
);
prefixed_id!(
    /// A package version as the install link names it (`04t…`).
    PackageVersionId, "04t"
);
prefixed_id!(
    /// A package as subscribers know it (`033…`). Its developer's id has the same number: see [`PackageId::developers`].
    PackageId, "033"
);

impl PackageId {
    /// The id under which the developer's Dev Hub has the package (`0Ho…`).
    pub fn developers(self) -> RecordId {
        self.0.with_prefix("0Ho")
    }

    /// The package with this id of a Dev Hub (`0Ho…`).
    pub fn of_developer(id: RecordId) -> Option<Self> {
        (id.prefix() == "0Ho").then(|| Self(id.with_prefix(Self::PREFIX)))
    }
}

impl PackageVersionId {
    /// The id under which the developer's Dev Hub has the version (`05i…`).
    pub fn developers(self) -> RecordId {
        self.0.with_prefix("05i")
    }

    /// The version with this id of a Dev Hub (`05i…`).
    pub fn of_developer(id: RecordId) -> Option<Self> {
        (id.prefix() == "05i").then(|| Self(id.with_prefix(Self::PREFIX)))
    }
}

prefixed_id!(
    /// A bulk job (`750…`).
    JobId, "750"
);
prefixed_id!(
    /// A batch of a Bulk 1.0 job (`751…`).
    BatchId, "751"
);
prefixed_id!(
    /// A result of a Bulk 1.0 query batch (`752…`).
    ResultId, "752"
);

impl OrgId {
    /// The id of org number `n` of this server.
    pub fn numbered(n: u32) -> Self {
        Self(RecordId::numbered(Self::PREFIX, n, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_records_the_case() {
        let id = RecordId::parse("0015500001QdQWa").unwrap();
        assert_eq!(id.to_string(), "0015500001QdQWaAAN");
    }

    #[test]
    fn an_18_character_id_in_lower_case_is_repaired() {
        assert_eq!(RecordId::parse("0015500001qdqwaaan").unwrap().as_15(), "0015500001QdQWa");
    }

    #[test]
    fn malformed_ids_say_why() {
        let check = |text, why| assert_eq!(RecordId::parse(text), Err(why));
        check("001", MalformedId::Length(3));
        check("0015500001QdQW'", MalformedId::Character);
        check("0015500001QdQWa999", MalformedId::Suffix);
        check("0015500001QdQWaBBB", MalformedId::Suffix);
    }

    #[test]
    fn ids_of_two_orgs_never_meet_and_sort_by_age() {
        let a = RecordId::numbered("001", 1, u32::MAX);
        let b = RecordId::numbered("001", 2, 0);
        assert!(a < b);
        assert!(RecordId::numbered("001", 1, 61) < RecordId::numbered("001", 1, 62));
    }

    #[test]
    fn an_id_of_this_server_gives_its_parts_back_and_others_have_none() {
        for (org, number) in [(0, 0), (1, 61), (7, u32::MAX), (3_000_000, 5)] {
            let id = RecordId::numbered("a0X", org, number);
            let parts = id.numbered_parts().unwrap();
            assert_eq!((parts.number, parts.with(number), parts.org), (number, id, org));
        }
        assert_eq!(RecordId::parse("0015500001QdQWa").unwrap().numbered_parts(), None);
        assert_eq!(RecordId::parse("001Fk1000000001").unwrap().numbered_parts(), None);
    }

    #[test]
    fn an_id_of_another_object_is_refused() {
        assert_eq!(OrgId::parse("0015500001QdQWa"), Err(MalformedId::Prefix("001".into())));
    }
}
