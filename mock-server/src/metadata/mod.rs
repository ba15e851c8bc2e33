//! The Metadata API's model: component types, archives and their `package.xml`, what a deployment plans, and what became of it.
//!
//! An archive is read within bounds (`archive`), its manifest and files become a [`Plan`] (`plan`), which `app` carries out in one
//! transaction. Objects and their parts are edited in the schema (`objects`), apps in the registry (`apps`); whatever has no room of
//! its own is kept as it was sent (`component`).

mod apex;
mod archive;
mod component;
mod kind;
mod objects;
mod operation;
mod package;
mod plan;
mod result;
mod source;
mod tree;

pub use apex::{Declaration, without_comments};
pub use archive::{Archive, BadArchive, pack};
pub use component::{Component, Components};
pub use kind::{MetadataType, TYPES, child, kind};
pub use objects::{Edit, definition_of, kept_members, names_of, part, settle};
pub use operation::{DeployOptions, Deployment, Failure, FileProperties, Message, Outcome, Retrieval, Status};
pub use package::{Manifest, Members};
pub use plan::{Act, Item, Plan, items_of_call, removal};
pub use result::deploy_result;
pub use source::{Source, required_member};
pub use tree::{NAMESPACE, document, document_without_root, in_order, tree_of};
