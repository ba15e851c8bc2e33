//! OAuth Custom Scopes of an org, made, changed and deleted in Setup.

use super::{App, LiveOrg, Taken};
use crate::apps::Installs;
use crate::oauth::custom_scope_fault;
use crate::org::{Actor, CustomScope, CustomScopeFault};
use crate::storage::StoreError;

impl App {
    /// Puts a custom scope in the place of the one that is `known` by this name, or beside the others. Apps that have it under its former name
    /// have it under the new one; tokens that were given it by the former name lose it with their next refresh (GUESS).
    pub fn save_custom_scope(
        &self,
        org: &LiveOrg,
        known: Option<&str>,
        scope: CustomScope,
        actor: Actor,
    ) -> Result<Result<(), CustomScopeFault>, StoreError> {
        let name = scope.name.clone();
        // Rows that have the former name would lose it with the change.
        let holders = match known {
            Some(known) if known != name => {
                org.read(|tx| tx.org_apps())?.into_iter().filter(|row| row.details.custom_scopes.iter().any(|one| one == known)).collect()
            }
            _ => Vec::new(),
        };
        let saved = self.try_change_org(org.id(), actor, |facts| {
            let others = facts.custom_scopes.iter().filter(|other| Some(other.name.as_str()) != known);
            if let Some(fault) = custom_scope_fault(&scope, others) {
                return Err(fault);
            }
            match facts.custom_scopes.iter().position(|other| Some(other.name.as_str()) == known) {
                Some(at) => facts.custom_scopes[at] = scope,
                None => facts.custom_scopes.push(scope),
            }
            facts.custom_scopes.sort_by(|one, other| one.name.cmp(&other.name));
            Ok(())
        });
        if let Err(fault) = saved.map_err(store_error)? {
            return Ok(Err(fault));
        }
        org.write(|tx| {
            for mut row in holders {
                row.details.custom_scopes.retain(|one| Some(one.as_str()) != known);
                row.details.custom_scopes.push(name.clone());
                tx.put_org_app(&row)?;
            }
            Ok(Ok(()))
        })
    }

    /// Deletes a custom scope, and with it its assignments: the describe of `OauthCustomScope` has them deleted with it.
    pub fn delete_custom_scope(&self, org: &LiveOrg, name: &str, actor: Actor) -> Result<(), StoreError> {
        self.change_org_by(org.id(), actor, |facts| facts.custom_scopes.retain(|scope| scope.name != name)).map_err(store_error)
    }

    /// The names of the apps of an org that have the custom scope.
    pub fn apps_with_custom_scope(&self, org: &LiveOrg, name: &str) -> Result<Vec<String>, StoreError> {
        let rows = org.read(|tx| tx.org_apps())?;
        let having = rows.iter().filter(|row| row.details.custom_scopes.iter().any(|one| one == name));
        Ok(having.filter_map(|row| self.registry().app(row.app)).map(|app| app.name.clone()).collect())
    }
}

fn store_error(taken: Taken) -> StoreError {
    match taken {
        Taken::Store(error) => error,
        other => StoreError::new(other),
    }
}
