//! The door to an org's database: the org itself, or a transaction that is already open on it.

use std::sync::Arc;

use super::LiveOrg;
use crate::clock::Timestamp;
use crate::schema::{Definition, Schema, SchemaError};
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
            Self::Within(org, tx) => {
                let outcome = tx.savepoint(|| work(tx));
                if outcome.is_err() {
                    org.doubt_schema();
                }
                outcome
            }
        }
    }

    /// A read that may first have to bring something up to date: `work` is called with `false`, and again with `true`, in a transaction
    /// that may write, when it gave `None`.
    pub fn read_fresh<T, E: From<StoreError>>(&self, work: impl Fn(&Tx<'_>, bool) -> Result<Option<T>, E>) -> Result<Option<T>, E> {
        match self.read(|tx| work(tx, false))? {
            Some(found) => Ok(Some(found)),
            None => self.write(|tx| work(tx, true)),
        }
    }

    /// A change of the custom objects and fields, and of whatever else `work` does after it.
    pub fn change_schema<T, E: From<StoreError> + From<SchemaError>>(
        &self,
        now: Timestamp,
        edit: impl FnOnce(&mut Definition) -> Result<(), E>,
        work: impl FnOnce(&Tx<'_>, &Schema) -> Result<T, E>,
    ) -> Result<T, E> {
        let (Self::Org(org) | Self::Within(org, _)) = *self;
        self.write(|tx| {
            org.change_schema_within(tx, now, edit)?;
            let schema = org.schema_within(tx)?;
            work(tx, &schema)
        })
    }

    /// The org's objects and fields.
    pub fn schema(&self) -> Result<Arc<Schema>, StoreError> {
        match self {
            Self::Org(org) => org.schema(),
            Self::Within(org, tx) => org.schema_within(tx),
        }
    }
}
