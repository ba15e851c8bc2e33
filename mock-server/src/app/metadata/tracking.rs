//! Source tracking: what changed in a scratch org or a Developer sandbox since it was made, as `SourceMember` tells it. Nobody reports changes:
//! whoever looks compares the components with how they were when somebody looked last.

use std::collections::BTreeMap;

use super::look_up::Looker;
use crate::app::row::Row;
use crate::app::{App, LiveOrg};
use crate::id::{UserId, number_of};
use crate::metadata::{TYPES, definition_of};
use crate::org::Directory;
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;

pub const SOURCE_MEMBER: &str = "SourceMember";

/// Types whose files are not components themselves, and settings, of which Salesforce tells only some.
const UNTRACKED: [&str; 2] = ["CustomLabels", "Settings"];

/// How components were, by type and full name.
type Prints = BTreeMap<String, String>;

/// A component as it is.
struct Seen {
    kind: &'static str,
    name: String,
    id: Option<String>,
    print: String,
    by: UserId,
}

impl App {
    /// Notes what has changed since somebody looked last; the first look notes nothing. Blocks.
    pub fn track_source(&self, org: &LiveOrg) -> Result<(), StoreError> {
        if !org.tracks_source() {
            return Ok(());
        }
        let (registry, now) = (self.registry(), self.now());
        org.write(|tx| {
            let Some(somebody) = tx.users()?.into_iter().next() else { return Ok(()) };
            let schema = org.schema_within(tx)?;
            let looker = Looker { org, tx, schema: &schema, caller: (somebody.id, somebody.name), registry: &registry, now };
            let seen = looker.components()?;
            let prints: Prints = seen.iter().map(|seen| (key(seen.kind, &seen.name), seen.print.clone())).collect();
            let text = serde_json::to_string(&prints).map_err(StoreError::new)?;
            match tx.source_prints()? {
                Some(before) if before == text => return Ok(()),
                Some(before) => {
                    let before: Prints = serde_json::from_str(&before).map_err(StoreError::new)?;
                    note(tx, (somebody.id, now), &before, &seen, &prints)?;
                }
                None => {}
            }
            tx.put_source_prints(&text)
        })
    }
}

impl Looker<'_> {
    /// Every component that is tracked.
    fn components(&self) -> Result<Vec<Seen>, StoreError> {
        let mut all = Vec::new();
        let kinds = TYPES.iter().flat_map(|kind| std::iter::once(kind.name).chain(kind.children.iter().map(|child| child.name)));
        for kind in kinds.filter(|kind| !UNTRACKED.contains(kind)) {
            for name in self.names(kind, false)? {
                let Some(found) = self.find(kind, &name)?.filter(|found| found.properties.namespace.is_none()) else { continue };
                // An object is told apart from its fields and record types, which are tracked by themselves.
                let members = if kind == "CustomObject" { definition_of(self.schema, kind, &name).unwrap_or_default() } else { found.members };
                let text = format!("{members:?}{:?}", found.content);
                let print = format!("{:08x}{:x}", number_of(&text), text.len());
                all.push(Seen { kind, id: found.properties.id.map(|id| id.to_string()), print, by: found.properties.modified_by.0, name });
            }
        }
        Ok(all)
    }
}

fn key(kind: &str, name: &str) -> String {
    format!("{kind}###{name}")
}

/// Writes a new revision of everything that was added, changed or removed.
fn note(tx: &Tx<'_>, (somebody, now): (UserId, crate::clock::Timestamp), before: &Prints, seen: &[Seen], after: &Prints) -> Result<(), StoreError> {
    let rows = Row::all(tx, SOURCE_MEMBER)?;
    let mut revision = rows.iter().filter_map(|row| row.number("RevisionCounter")).max().unwrap_or(0);
    let row_of = |kind: &str, name: &str| {
        rows.iter().find(|row| row.text("MemberType").as_deref() == Some(kind) && row.text("MemberName").as_deref() == Some(name))
    };
    for one in seen {
        let known = before.get(&key(one.kind, &one.name));
        if known == Some(&one.print) {
            continue;
        }
        revision += 1;
        let values = [
            ("RevisionCounter", Value::Integer(revision)),
            ("IsNameObsolete", Value::boolean(false)),
            ("IsNewMember", Value::boolean(known.is_none())),
            ("ChangedBy", Value::text(one.by.record().as_15())),
        ];
        put(tx, (somebody, now), row_of(one.kind, &one.name), (one.kind, &one.name, one.id.as_deref()), &values)?;
    }
    for gone in before.keys().filter(|key| !after.contains_key(*key)) {
        let Some((kind, name)) = gone.split_once("###") else { continue };
        revision += 1;
        let values = [
            ("RevisionCounter", Value::Integer(revision)),
            ("IsNameObsolete", Value::boolean(true)),
            ("IsNewMember", Value::boolean(false)),
            ("ChangedBy", Value::text(somebody.record().as_15())),
        ];
        put(tx, (somebody, now), row_of(kind, name), (kind, name, None), &values)?;
    }
    Ok(())
}

fn put(
    tx: &Tx<'_>,
    (by, now): (UserId, crate::clock::Timestamp),
    known: Option<&Row>,
    (kind, name, id): (&str, &str, Option<&str>),
    values: &[(&'static str, Value)],
) -> Result<(), StoreError> {
    if let Some(row) = known {
        return row.set(tx, now, values);
    }
    let own = [("MemberType", Value::text(kind)), ("MemberName", Value::text(name)), ("MemberIdOrName", Value::text(id.unwrap_or(name)))];
    let values: Vec<_> = own.into_iter().chain(values.iter().cloned()).collect();
    Row::insert(tx, SOURCE_MEMBER, (Some(by), now), &values).map(drop)
}
