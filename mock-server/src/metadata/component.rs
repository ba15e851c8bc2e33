//! What is kept of a component as it was deployed.

use serde::{Deserialize, Serialize};

use super::operation::{Deployment, Retrieval};
use crate::clock::Timestamp;
use crate::id::{PackageId, RecordId, UserId};
use crate::storage::StoreError;

/// A deployed component that no other room keeps, or what other rooms do not keep of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// `NamedCredential`
    pub kind: String,
    pub full_name: String,
    pub id: RecordId,
    /// Its settings, as JSON with all values text.
    pub members: serde_json::Map<String, serde_json::Value>,
    /// The file beside the settings: Apex source, a static resource.
    #[serde(skip)]
    pub content: Option<Vec<u8>>,
    pub created: Timestamp,
    pub created_by: UserId,
    pub modified: Timestamp,
    pub modified_by: UserId,
}

/// The components and operations of one org, inside one transaction. Names are looked up in any case.
pub trait Components {
    fn component(&self, kind: &str, full_name: &str) -> Result<Option<Component>, StoreError>;

    /// All of a type, by name.
    fn components(&self, kind: &str) -> Result<Vec<Component>, StoreError>;

    /// Adds it, or puts it in the place of the one of its name.
    fn put_component(&self, component: &Component) -> Result<(), StoreError>;

    /// Whether there was such a component.
    fn remove_component(&self, kind: &str, full_name: &str) -> Result<bool, StoreError>;

    fn deployment(&self, id: RecordId) -> Result<Option<Deployment>, StoreError>;

    /// The archive of a deployment or retrieval.
    fn archive(&self, id: RecordId) -> Result<Option<Vec<u8>>, StoreError>;

    fn put_deployment(&self, deployment: &Deployment, archive: Option<&[u8]>) -> Result<(), StoreError>;

    fn retrieval(&self, id: RecordId) -> Result<Option<Retrieval>, StoreError>;

    fn put_retrieval(&self, retrieval: &Retrieval, archive: &[u8]) -> Result<(), StoreError>;
}

/// A component that a package brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackagedComponent {
    /// `CustomField`
    pub kind: String,
    /// `ns__Invoice__c.ns__Amount__c`
    pub full_name: String,
    /// Of its definition or record.
    pub id: Option<RecordId>,
    pub package: PackageId,
    pub namespace: Option<String>,
    pub state: ManageableState,
}

/// What an org may do with a component that it installed. Source: Metadata API guide, FileProperties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManageableState {
    /// Its developer's: closed.
    Installed,
    /// It came in an unlocked package: open.
    InstalledEditable,
    /// The version that is installed has it no more.
    Deprecated,
}

impl ManageableState {
    const ALL: [Self; 3] = [Self::Installed, Self::InstalledEditable, Self::Deprecated];

    pub fn name(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::InstalledEditable => "installedEditable",
            Self::Deprecated => "deprecated",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nobody but its developer changes it.
    pub fn is_locked(self) -> bool {
        self != Self::InstalledEditable
    }
}

/// Which components of one org came in packages, inside one transaction. Names are looked up in any case.
pub trait Packaged {
    fn packaged(&self, kind: &str, full_name: &str) -> Result<Option<PackagedComponent>, StoreError>;

    /// The component whose definition or record has this id.
    fn packaged_as(&self, id: RecordId) -> Result<Option<PackagedComponent>, StoreError>;

    /// All that a package brought, in any of its versions.
    fn packaged_by(&self, package: PackageId) -> Result<Vec<PackagedComponent>, StoreError>;

    /// Adds it, or puts it in the place of the one of its type and name.
    fn put_packaged(&self, component: &PackagedComponent) -> Result<(), StoreError>;

    fn remove_packaged(&self, kind: &str, full_name: &str) -> Result<(), StoreError>;
}
