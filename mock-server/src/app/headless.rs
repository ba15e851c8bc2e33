//! Headless logins at an Experience Cloud site: the org of a request, and people who register.

use std::sync::Arc;

use super::{App, LiveOrg, Taken};
use crate::apps::AppDefinition;
use crate::id::{RecordId, UserId};
use crate::oauth::NewPerson;
use crate::org::{Directory, NewUser, Site};
use crate::secret::Secret;
use crate::storage::StoreError;

/// The profile of people who registered. GUESS: the org has no licences of Experience Cloud, whose profiles real ones get.
const PROFILE: &str = "Standard Platform User";

impl App {
    /// The org of a headless request about this user: the site's, or on a shared origin the user's.
    pub fn org_of_headless_user(&self, site: &Site, username: &str) -> Result<Option<Arc<LiveOrg>>, StoreError> {
        if let Some(org) = self.org_of_site(site) {
            return Ok(Some(org));
        }
        let org = self.org_of_username(username)?;
        Ok(org.filter(|org| site.logs_in(org.id(), org.facts().kind.into())))
    }

    /// The org whose visitors use this app: the site's, or on a shared origin one that lets them, else the app's own.
    pub fn org_of_visitors(&self, site: &Site, client: &AppDefinition) -> Result<Option<Arc<LiveOrg>>, StoreError> {
        if let Some(org) = self.org_of_site(site) {
            return Ok(Some(org));
        }
        let orgs = client.guest_orgs.iter().filter_map(|id| self.org(*id));
        for org in orgs.filter(|org| site.logs_in(org.id(), org.facts().kind.into())) {
            if org.org_app(client, self.now())?.guest_users {
                return Ok(Some(org));
            }
        }
        Ok(self.org_served(site, Some(client.owner)))
    }

    /// The org of a record that the org made.
    pub fn org_of_record(&self, site: &Site, record: RecordId) -> Option<Arc<LiveOrg>> {
        if let Some(org) = self.org_of_site(site) {
            return Some(org);
        }
        let parts = record.numbered_parts()?;
        let made = |org: &LiveOrg| RecordId::numbered(record.prefix(), org.number(), 0).numbered_parts().is_some_and(|other| other.is_beside(parts));
        self.orgs().into_iter().find(|org| made(org)).filter(|org| site.logs_in(org.id(), org.facts().kind.into()))
    }

    /// Makes the user of a person who registered; `None` if somebody has the username by now.
    pub fn add_person(&self, org: &LiveOrg, person: &NewPerson) -> Result<Option<UserId>, StoreError> {
        let profile = org.read(|tx| tx.permission_set_named(PROFILE, true))?.ok_or_else(|| StoreError::new("the org lacks a standard profile"))?;
        let local = person.username.split('@').next().unwrap_or_default();
        let user = NewUser {
            id: None,
            username: person.username.clone(),
            nickname: None,
            email: person.email.clone(),
            first_name: person.first_name.clone(),
            last_name: person.last_name.clone(),
            alias: local.chars().take(8).collect(),
            is_active: true,
            time_zone: "America/Los_Angeles".to_owned(),
            locale: "en_US".to_owned(),
            language: "en_US".to_owned(),
            password: Some(person.password.clone()),
            security_token: Secret(self.entropy().token(24)),
            profile: profile.id,
            permission_sets: Vec::new(),
        };
        match self.add_user(org, &user, None) {
            Ok(id) => Ok(Some(id)),
            Err(Taken::Store(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}
