//! The Metadata API's model: component types, archives and their `package.xml`, what a deployment plans, and what became of it.
//!
//! An archive is read within bounds (`archive`), its manifest and files become a [`Plan`] (`plan`), which `app` carries out in one
//! transaction. Objects and their parts are edited in the schema (`objects`), apps in the registry (`apps`); whatever has no room of
//! its own is kept as it was sent (`component`).

mod apex;
mod app_policies;
mod archive;
mod component;
mod connected_app;
mod custom_scope;
mod external_app;
mod kind;
mod members;
mod oauth_details;
mod objects;
mod operation;
mod package;
mod packaged;
mod permissions;
mod plan;
mod result;
mod scope_tokens;
mod settings;
mod source;
mod tree;
mod version_info;

pub use apex::{Declaration, without_comments};
pub use app_policies::{oauth_policies_members, plugin_policies_members, put_connected_app_policies, put_oauth_policies, put_plugin_policies};
pub use archive::{Archive, BadArchive, pack};
pub use component::{Component, Components, ManageableState, Packaged, PackagedComponent};
pub use connected_app::{CONNECTED_APP, connected_app_members, given_consumer, put_connected_app};
pub use custom_scope::{custom_scope_members, custom_scope_of};
pub use external_app::{
    GLOBAL_SETTINGS, HEADER, OAUTH_POLICIES, OAUTH_SETTINGS, PLUGIN_POLICIES, check_name as check_app_name, default_name, global_settings_members,
    header_members, is_external_app, oauth_link, oauth_settings_members, org_scoped_name, put_global_settings, put_header, put_oauth_settings,
    without_secrets,
};
pub use kind::{CUSTOM_SCOPE, INSTALLED_PACKAGE, MetadataType, TYPES, child, kind};
pub use members::{check_members, declared_members};
pub use objects::{Edit, definition_of, kept_members, names_of, part, settle};
pub use operation::{DeployOptions, Deployment, Failure, FileProperties, Message, Outcome, Retrieval, Status};
pub use package::{Manifest, Members};
pub use packaged::{packaged_items, removals, split_namespace, told};
pub use permissions::{kept_permissions, permissions_members, put_permissions};
pub use plan::{Act, Item, Plan, items_of_call, removal};
pub use result::deploy_result;
pub use scope_tokens::scopes_of;
pub use settings::{SETTINGS, put_settings, settings_members};
pub use source::{Source, required_member};
pub use tree::{NAMESPACE, document, document_without_root, in_order, tree_of};
pub use version_info::{Apex, AppSource, VersionInfo, WantedNumber};
