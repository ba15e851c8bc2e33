//! What an org keeps of packages beside records: keys of versions that are being built, and whether it would take a version.

use super::Tx;
use crate::id::{PackageVersionId, RecordId};
use crate::storage::StoreError;

impl Tx<'_> {
    /// Keeps the installation key that a request asks for until its version is built.
    pub fn put_package_key(&self, request: RecordId, key: &str) -> Result<(), StoreError> {
        self.put_fact(&format!("package_key.{request}"), key)
    }

    pub fn package_key(&self, request: RecordId) -> Result<Option<String>, StoreError> {
        self.fact(&format!("package_key.{request}"))
    }

    pub fn remove_package_key(&self, request: RecordId) -> Result<(), StoreError> {
        self.execute("DELETE FROM _fact WHERE name = ?1", [format!("package_key.{request}")])
    }

    /// What queries in this transaction read as `SubscriberPackageVersion.InstallValidationStatus`.
    pub fn put_install_validation(&self, version: PackageVersionId, status: &str) -> Result<(), StoreError> {
        self.put_fact(&format!("install_validation.{version}"), status)
    }
}
