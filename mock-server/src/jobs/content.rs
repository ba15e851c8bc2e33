//! Text that was handed in: stored in packed pieces, read back from any place without holding more than one of them.

use std::io::{self, Read};

use super::storage::{Jobs, Kept};
use crate::id::RecordId;
use crate::storage::{StoreError, pack, unpack};

/// Bytes of a piece before packing.
pub const PIECE: usize = 256 * 1024;

/// Content cut and packed, ready to be stored in one short transaction.
pub struct Packed(Vec<(u64, Vec<u8>)>);

impl Packed {
    pub fn of(content: &[u8]) -> Self {
        let mut first = 0;
        Self(
            content
                .chunks(PIECE)
                .map(|piece| {
                    let begins = first;
                    first += piece.len() as u64;
                    (begins, pack(piece))
                })
                .collect(),
        )
    }

    pub fn keep(&self, db: &dyn Jobs, owner: RecordId, kind: Kept) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|(first, piece)| db.add_piece(owner, kind, *first, piece))
    }
}

/// Stored content as a stream from some byte on.
pub struct Content<'d> {
    db: &'d dyn Jobs,
    owner: RecordId,
    kind: Kept,
    pieces: Vec<u64>,
    next: usize,
    current: Vec<u8>,
    at: usize,
}

impl<'d> Content<'d> {
    pub fn open(db: &'d dyn Jobs, owner: RecordId, kind: Kept, from: u64) -> Result<Self, StoreError> {
        let pieces = db.pieces(owner, kind)?;
        let next = pieces.partition_point(|first| *first <= from).saturating_sub(1);
        let begins = pieces.get(next).copied().unwrap_or(0);
        let mut content = Self { db, owner, kind, pieces, next, current: Vec::new(), at: 0 };
        content.load()?;
        content.at = usize::try_from(from - begins.min(from)).unwrap_or(usize::MAX).min(content.current.len());
        Ok(content)
    }

    /// Everything, for content that is small by its own limits.
    pub fn whole(db: &'d dyn Jobs, owner: RecordId, kind: Kept) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        Self::open(db, owner, kind, 0)?.read_to_end(&mut bytes).map_err(StoreError::new)?;
        Ok(bytes)
    }

    /// Fetches the next piece; `false` after the last.
    fn load(&mut self) -> Result<bool, StoreError> {
        let Some(first) = self.pieces.get(self.next) else { return Ok(false) };
        let packed = self.db.piece(self.owner, self.kind, *first)?.unwrap_or_default();
        self.current = unpack(&packed)?;
        self.at = 0;
        self.next += 1;
        Ok(true)
    }
}

impl Read for Content<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.current.len() {
            if !self.load().map_err(io::Error::other)? {
                return Ok(0);
            }
        }
        let rest = &self.current[self.at..];
        let length = rest.len().min(out.len());
        out[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}
