//! Finds the line of an element in a document, by its path of members and indices.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

/// The line, counted from 1, of the element at `path`; of the nearest one around it if it is not there.
pub fn line_of(text: &str, path: &[String]) -> Option<u64> {
    (0..=path.len())
        .rev()
        .find_map(|length| serde_saphyr::with_deserializer_from_str(text, |document| Walk(&path[..length]).deserialize(document)).ok()?)
}

/// Follows a path through a document.
#[derive(Clone, Copy)]
struct Walk<'p>(&'p [String]);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Option<u64>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<u64>, D::Error> {
        if self.0.is_empty() {
            let here = Spanned::<IgnoredAny>::deserialize(deserializer)?;
            return Ok(Some(here.referenced.line()));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Option<u64>, M::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0[0] {
                found = map.next_value_seed(Walk(&self.0[1..]))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut elements: S) -> Result<Option<u64>, S::Error> {
        let wanted = self.0[0].parse().ok();
        let mut found = None;
        for index in 0_usize.. {
            if wanted == Some(index) {
                match elements.next_element_seed(Walk(&self.0[1..]))? {
                    Some(line) => found = line,
                    None => break,
                }
            } else if elements.next_element::<IgnoredAny>()?.is_none() {
                break;
            }
        }
        Ok(found)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<u64>, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_an_element_or_of_the_nearest_one_around_it() {
        let text = "apps: []\norgs:\n  - name: a\n  - name: b\n    users:\n      - name: u\n        profile: None\n";
        let check = |path: &[&str], line| assert_eq!(line_of(text, &path.iter().map(|&s| s.to_owned()).collect::<Vec<_>>()), Some(line), "{path:?}");
        check(&["orgs", "0", "name"], 3);
        check(&["orgs", "1", "users", "0", "profile"], 7);
        check(&["orgs", "1", "users", "0", "username"], 6);
        check(&["orgs", "1", "policies", "x"], 4);
    }
}
