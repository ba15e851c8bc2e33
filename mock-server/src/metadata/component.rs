//! What is kept of a component as it was deployed.

use serde::{Deserialize, Serialize};

use super::operation::{Deployment, Retrieval};
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
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
