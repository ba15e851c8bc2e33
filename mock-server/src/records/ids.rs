//! Many ids in order, a few bytes each: what a long result is remembered by.

use std::ops::Range;

use crate::id::{Numbered, RecordId};

/// Ids that one chunk holds.
const CHUNK: usize = 4_096;

/// An ordered list of record ids. Ids this server made take four bytes each, others fifteen.
#[derive(Debug, Default, Clone)]
pub struct IdList {
    chunks: Vec<Chunk>,
    len: usize,
}

/// At most `CHUNK` ids; only the last chunk of a list has fewer.
#[derive(Debug, Clone)]
enum Chunk {
    /// Ids of one object and one org that differ in their last number only.
    Numbered {
        first: Numbered,
        numbers: Vec<u32>,
    },
    Any(Vec<RecordId>),
}

impl IdList {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn push(&mut self, id: RecordId) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Chunk::with(id));
        } else if let Some(last) = self.chunks.last_mut() {
            last.push(id);
        }
        self.len += 1;
    }

    /// The ids at these places; as many of them as there are.
    pub fn slice(&self, places: Range<usize>) -> Vec<RecordId> {
        let end = places.end.min(self.len);
        (places.start..end).filter_map(|place| self.chunks[place / CHUNK].get(place % CHUNK)).collect()
    }
}

impl Extend<RecordId> for IdList {
    fn extend<I: IntoIterator<Item = RecordId>>(&mut self, ids: I) {
        ids.into_iter().for_each(|id| self.push(id));
    }
}

impl FromIterator<RecordId> for IdList {
    fn from_iter<I: IntoIterator<Item = RecordId>>(ids: I) -> Self {
        let mut list = Self::default();
        list.extend(ids);
        list
    }
}

impl Chunk {
    fn with(id: RecordId) -> Self {
        match id.numbered_parts() {
            Some(first) => Self::Numbered { first, numbers: vec![first.number] },
            None => Self::Any(vec![id]),
        }
    }

    fn push(&mut self, id: RecordId) {
        match self {
            Self::Numbered { first, numbers } => match id.numbered_parts() {
                Some(parts) if parts.is_beside(*first) => numbers.push(parts.number),
                _ => {
                    let mut ids: Vec<RecordId> = numbers.iter().map(|number| first.with(*number)).collect();
                    ids.push(id);
                    *self = Self::Any(ids);
                }
            },
            Self::Any(ids) => ids.push(id),
        }
    }

    fn get(&self, place: usize) -> Option<RecordId> {
        match self {
            Self::Numbered { first, numbers } => numbers.get(place).map(|number| first.with(*number)),
            Self::Any(ids) => ids.get(place).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ids: &[RecordId]) {
        let list: IdList = ids.iter().copied().collect();
        assert_eq!(list.len(), ids.len());
        for from in [0, 1, CHUNK - 1, CHUNK, ids.len()] {
            let to = (from + 3).min(ids.len());
            assert_eq!(list.slice(from..from + 3), ids.get(from..to).unwrap_or_default());
        }
        assert_eq!(list.slice(0..usize::MAX), ids);
    }

    #[test]
    fn every_kind_of_id_comes_back_in_order() {
        let own = |number| RecordId::numbered("001", 7, number);
        let foreign = RecordId::parse("0015500001QdQWa").unwrap();
        check(&[]);
        check(&[foreign]);
        check(&(0..10_000).map(own).collect::<Vec<_>>());
        check(&(0..5_000).map(own).chain([foreign, RecordId::numbered("003", 7, 1)]).chain((0..5_000).map(own)).collect::<Vec<_>>());
    }
}
