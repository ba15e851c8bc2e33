//! Components of packages in the orgs that install them: put in under the package's namespace, closed to everybody but their developer where the package
//! is managed, and taken away again by the uninstall.

use super::apps::Apps;
use super::code;
use super::deploy::{By, Origin, Undone, Work};
use super::settings::Settings;
use crate::app::{App, LiveOrg};
use crate::apps::{Package, Release};
use crate::id::{PackageVersionId, RecordId, UserId};
use crate::metadata::{
    Act, Archive, Components, Failure, Item, ManageableState, Message, Outcome, Packaged, PackagedComponent, names_of, packaged_items, removals, told,
};
use crate::org::Directory;
use crate::schema::{cannot_delete, cannot_modify};
use crate::storage::StoreError;
use crate::store::Tx;

/// What stands against an install or an uninstall, a sentence each.
type Outcomes = Result<Result<(), Vec<String>>, StoreError>;

/// Why what was put in or taken away is put back.
enum Stopped {
    Wrong(Vec<String>),
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Undone> for Stopped {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Store(error) => Self::Store(error),
            Undone::Unwanted => Self::Wrong(Vec::new()),
        }
    }
}

impl App {
    /// Keeps what a version is built of.
    pub(in crate::app) fn keep_package_content(&self, version: PackageVersionId, archive: &[u8]) -> Result<(), StoreError> {
        self.0.store.put_package_content(version, archive)
    }

    /// Puts the components of a version into an org, in the place of those of the version before.
    pub(in crate::app) fn bring_in(&self, tx: &Tx<'_>, org: &LiveOrg, release: &Release, by: Option<UserId>) -> Outcomes {
        let package = &release.package;
        let Some(content) = self.0.store.package_content(release.version.id)? else { return Ok(Ok(())) };
        let archive = Archive::read(&content).map_err(StoreError::new)?;
        let items = match packaged_items(&archive, package.namespace.as_deref()) {
            Ok(items) => items,
            Err(wrong) => return Ok(Err(vec![wrong])),
        };
        let before = tx.packaged_by(package.id)?;
        if items.is_empty() && before.is_empty() {
            return Ok(Ok(()));
        }
        let Some(by) = self.acting(tx, by)? else { return Ok(Err(vec!["The org has no user to whom the components could belong.".to_owned()])) };
        let origin = Origin::Package { is_closed: package.is_managed() };
        let brought = match self.attempt_within(tx, org, (by, origin), Some(&archive), &items)? {
            Ok(messages) => messages,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let state = if package.is_managed() { ManageableState::Installed } else { ManageableState::InstalledEditable };
        for message in brought.iter().filter(|message| is_component(message)) {
            tx.put_packaged(&PackagedComponent {
                kind: message.kind.clone(),
                full_name: message.full_name.clone(),
                id: message.id,
                package: package.id,
                namespace: package.namespace.clone(),
                state,
            })?;
        }
        let is_gone =
            |known: &PackagedComponent| !brought.iter().any(|new| new.kind == known.kind && new.full_name.eq_ignore_ascii_case(&known.full_name));
        let gone: Vec<_> = before.into_iter().filter(is_gone).collect();
        self.retire(tx, org, package, (by, gone))
    }

    /// What a new version has no more stays as deprecated where the package is managed, and goes where it is unlocked.
    /// GUESS: in unlocked packages some of it would stay, too.
    fn retire(&self, tx: &Tx<'_>, org: &LiveOrg, package: &Package, (by, gone): (By, Vec<PackagedComponent>)) -> Outcomes {
        if package.is_managed() {
            for known in gone {
                tx.put_packaged(&PackagedComponent { state: ManageableState::Deprecated, ..known })?;
            }
            return Ok(Ok(()));
        }
        self.remove_components(tx, org, by, &gone)
    }

    /// Takes everything away that a package brought, with the data in it. Refused while something of the org's own needs it.
    pub(in crate::app) fn take_away(&self, tx: &Tx<'_>, org: &LiveOrg, package: &Package, by: Option<UserId>) -> Outcomes {
        let known = tx.packaged_by(package.id)?;
        if known.is_empty() {
            return Ok(Ok(()));
        }
        let needed = needed_here(tx, org, &known)?;
        if !needed.is_empty() {
            return Ok(Err(needed));
        }
        let Some(by) = self.acting(tx, by)? else { return Ok(Ok(())) };
        self.remove_components(tx, org, by, &known)
    }

    fn remove_components(&self, tx: &Tx<'_>, org: &LiveOrg, by: By, known: &[PackagedComponent]) -> Outcomes {
        let origin = Origin::Package { is_closed: false };
        if let Err(wrong) = self.attempt_within(tx, org, (by, origin), None, &removals(known))? {
            return Ok(Err(wrong));
        }
        for gone in known {
            tx.remove_packaged(&gone.kind, &gone.full_name)?;
        }
        Ok(Ok(()))
    }

    /// All of the items or none of them, inside a transaction that goes on.
    fn attempt_within<'a>(
        &'a self,
        tx: &Tx<'_>,
        org: &'a LiveOrg,
        (by, origin): (By, Origin),
        archive: Option<&'a Archive<'a>>,
        items: &[Item],
    ) -> Result<Result<Vec<Message>, Vec<String>>, StoreError> {
        let outcome = tx.savepoint(|| {
            let mut work =
                Work { app: self, org, by, archive, messages: Vec::new(), apps: Apps::new(self, org), settings: Settings::new(org), origin };
            work.put_all(tx, items)?;
            let wrong: Vec<String> = work.messages.iter().filter_map(failure_of).collect();
            if wrong.is_empty() { Ok(work.messages) } else { Err(Stopped::Wrong(wrong)) }
        });
        match outcome {
            Ok(messages) => Ok(Ok(messages)),
            Err(Stopped::Wrong(wrong)) => {
                org.doubt_schema();
                Ok(Err(wrong))
            }
            Err(Stopped::Store(error)) => Err(error),
        }
    }

    /// Who is told to have made the components: whoever installs, else the org's first user.
    fn acting(&self, tx: &Tx<'_>, by: Option<UserId>) -> Result<Option<By>, StoreError> {
        let user = match by {
            Some(user) => Some(user),
            None => tx.users()?.first().map(|user| user.id),
        };
        Ok(user.map(|user| By { user, now: self.now(), ignores_warnings: true }))
    }
}

/// A standard object is none of the package's components, though parts of it may be.
fn is_component(message: &Message) -> bool {
    !message.kind.is_empty() && (message.kind != "CustomObject" || message.full_name.contains("__"))
}

fn failure_of(message: &Message) -> Option<String> {
    match &message.outcome {
        Outcome::Failed(failure) => Some(told(&message.kind, &message.full_name, failure)),
        _ => None,
    }
}

/// What of the org's own needs a component that is to go. GUESS: the sentences; that the uninstall fails is documented.
fn needed_here(tx: &Tx<'_>, org: &LiveOrg, known: &[PackagedComponent]) -> Result<Vec<String>, StoreError> {
    let brought = |kind: &str, name: &str| known.iter().any(|known| known.kind == kind && known.full_name.eq_ignore_ascii_case(name));
    let schema = org.schema_within(tx)?;
    let mut needed = Vec::new();
    for field in &schema.definition().fields {
        let full_name = format!("{}.{}", field.object, field.name);
        if brought("CustomField", &full_name) {
            continue;
        }
        let object =
            [Some(field.object.as_str()), field.reference_to.as_deref()].into_iter().flatten().find(|object| brought("CustomObject", object));
        needed.extend(object.map(|object| format!("This component is in use: the custom field {full_name} needs {object}.")));
    }
    let custom: Vec<&str> = known.iter().filter_map(|known| known.full_name.rsplit('.').next()).filter(|name| name.contains("__")).collect();
    for kind in ["ApexClass", "ApexTrigger"] {
        for name in code::names(tx, kind)?.into_iter().filter(|name| !brought(kind, name)) {
            let Some(id) = code::find(tx, kind, &name)? else { continue };
            let body = code::field(tx, kind, id, "Body")?.unwrap_or_default();
            let mut words = body.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let used = words.find(|word| custom.iter().any(|name| name.eq_ignore_ascii_case(word)));
            needed.extend(used.map(|used| format!("This component is in use: {kind} {name} needs {used}.")));
        }
    }
    Ok(needed)
}

/// Why a deployment may not touch a component: a managed package brought it, or its name lies in the namespace of one.
pub(super) fn lock_of(tx: &Tx<'_>, org: &LiveOrg, item: &Item) -> Result<Option<Failure>, StoreError> {
    if let Some(known) = tx.packaged(item.kind, &item.full_name)? {
        let words = if matches!(item.act, Act::Remove) { cannot_delete(item.kind, known.id) } else { cannot_modify(item.kind, known.id) };
        return Ok(known.state.is_locked().then(|| Failure::new(words)));
    }
    let own = item.full_name.rsplit('.').next().unwrap_or(&item.full_name);
    let Some(namespace) = foreign_namespace(own, item.kind, org).filter(|_| !matches!(item.act, Act::Remove)) else { return Ok(None) };
    Ok(if is_here(tx, org, item)? { None } else { Some(Failure::new(foreign(namespace))) })
}

/// Whether it was made in another way: world files may bring any name.
fn is_here(tx: &Tx<'_>, org: &LiveOrg, item: &Item) -> Result<bool, StoreError> {
    let is_known = |(name, _): &(String, _)| name.eq_ignore_ascii_case(&item.full_name);
    let in_schema = matches!(item.kind, "CustomObject" | "CustomField" | "RecordType" | "GlobalValueSet");
    Ok(in_schema && names_of(&*org.schema_within(tx)?, item.kind).iter().any(is_known) || tx.component(item.kind, &item.full_name)?.is_some())
}

/// The namespace of a name that is not the org's own.
fn foreign_namespace<'n>(name: &'n str, kind: &str, org: &LiveOrg) -> Option<&'n str> {
    if !matches!(
        kind,
        "CustomObject" | "CustomField" | "ApexClass" | "ApexTrigger" | "StaticResource" | "PermissionSet" | "RecordType" | "GlobalValueSet"
    ) {
        return None;
    }
    let stem = if matches!(kind, "CustomObject" | "CustomField") { name.rsplit_once("__")?.0 } else { name };
    let (namespace, _) = stem.split_once("__")?;
    let own = org.facts().namespace.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(namespace));
    (!own).then_some(namespace)
}

fn foreign(namespace: &str) -> String {
    format!(
        "Cannot create a new component with the namespace: {namespace}.  Only components in the same namespace as the organization can be created through \
         the API"
    )
}

/// The body that everybody but its developer sees of closed code.
pub(super) const HIDDEN: &str = "(hidden)";

/// Marks a row as brought by a package with this namespace.
pub(super) fn put_namespace(tx: &Tx<'_>, kind: &str, id: RecordId, namespace: Option<&str>) -> Result<(), StoreError> {
    use crate::records::{Rows, Value as Stored};
    let Some(object) = catalogue::object(kind) else { return Ok(()) };
    let (Some(field), Some(namespace)) = (object.field_index("NamespacePrefix"), namespace) else { return Ok(()) };
    Rows::update(tx, object, id, &[(field, Stored::Text(namespace.to_owned()))])
}
