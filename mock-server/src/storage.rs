//! What the rooms may know of the store: that it can fail. The store itself is named only where the rooms are joined.

use std::sync::Arc;

/// The store could not answer: a full disk, a damaged file, a statement of ours that is wrong.
/// Never the caller's fault; reported once, at the edge, as an internal error.
#[derive(Debug, Clone, thiserror::Error)]
#[error("store: {0}")]
pub struct StoreError(Arc<dyn std::error::Error + Send + Sync>);

impl StoreError {
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }
}
