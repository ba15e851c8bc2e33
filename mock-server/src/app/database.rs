//! The door to an org's database: the org itself, or a transaction that is already open on it.

use std::sync::Arc;

use super::LiveOrg;
use crate::schema::Schema;
use crate::storage::StoreError;
use crate::store::Tx;

/// Where a call reads and writes. Inside a composite it is the transaction of the whole, of which each write is a part
/// that fails alone.
#[derive(Clone, Copy)]
pub enum Database<'a> {
    Org(&'a LiveOrg),
    Within(&'a LiveOrg, &'a Tx<'a>),
}

impl Database<'_> {
    /// A consistent read.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        match self {
            Self::Org(org) => org.read(work),
            Self::Within(_, tx) => work(tx),
        }
    }

    /// A change: all of it, or nothing when `work` fails.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        match self {
            Self::Org(org) => org.write(work),
            Self::Within(_, tx) => tx.savepoint(|| work(tx)),
        }
    }

    /// The org's objects and fields.
    pub fn schema(&self) -> Result<Arc<Schema>, StoreError> {
        match self {
            Self::Org(org) => org.schema(),
            Self::Within(org, tx) => org.schema_within(tx),
        }
    }
}
