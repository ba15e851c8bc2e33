//! Carrying a sign-up out: an org, its administrator, and a code that lets whoever asked log in.

use std::sync::Arc;

use super::super::row::Row;
use super::super::{App, LiveOrg, NewOrg, Taken};
use super::shapes::{NoShape, shape_edition};
use super::{ACTIVE_SCRATCH_ORG, DAY, USUAL_DAYS, date};
use crate::apps::{AppDefinition, AppKind, Installs, OrgApp, PermittedUsers, Presence, first_row, settle};
use crate::id::{OrgId, UserId};
use crate::oauth::{Origin, hand_code};
use crate::org::{Directory, Edition, NewUser, Org, OrgKind, Policies, Site};
use crate::records::{Rows, Value};
use crate::secret::Secret;
use crate::storage::StoreError;

/// A sign-up, and the address that it came to.
pub(super) struct SignUp<'a> {
    pub row: &'a Row,
    pub site: &'a Site,
}

/// The error codes of sign-ups. Source: the Salesforce CLI's core library, which has a sentence for each.
const UNKNOWN_NAMESPACE: &str = "S-1017";
const INVALID_COUNTRY: &str = "S-2006";
const SHAPE_NOT_SHARED: &str = "SH-0001";
const NO_SHAPE: &str = "SH-0002";
const USERNAME_TAKEN: &str = "C-1007";
const CLIENT_NOT_COPIED: &str = "C-1016";
const FATAL: &str = "C-9999";

const ADMINISTRATOR: &str = "System Administrator";

/// Why there is no org: a code, or a failure of ours.
enum Failed {
    Code(&'static str),
    Store(StoreError),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Taken> for Failed {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Store(error) => Self::Store(error),
            Taken::Username(_) => Self::Code(USERNAME_TAKEN),
            _ => Self::Code(FATAL),
        }
    }
}

/// The administrator's username: the one asked for, or one that nobody has.
pub(super) fn username(row: &Row) -> String {
    let made_up = || format!("test-{}@example.com", row.id.as_15()[3..].to_ascii_lowercase());
    row.text("SignupUsername").or_else(|| row.text("Username")).map_or_else(made_up, |name| name.to_ascii_lowercase())
}

impl App {
    /// Makes the org, or says in the record why not.
    pub(super) fn sign_up(&self, hub: &LiveOrg, asked: &SignUp<'_>) -> Result<(), StoreError> {
        let now = self.now();
        let values = match self.made(hub, asked) {
            Ok(values) => values,
            Err(Failed::Code(code)) => vec![("Status", Value::text("Error")), ("ErrorCode", Value::text(code))],
            Err(Failed::Store(error)) => return Err(error),
        };
        hub.write(|tx| {
            asked.row.set(tx, now, &values)?;
            let of = |name: &str| values.iter().find(|(field, _)| *field == name).map_or(Value::Null, |(_, value)| value.clone());
            if of("Status").as_text() != Some("Active") {
                return Ok(());
            }
            let asked_for = ["Edition", "Features", "Description", "OrgName", "Namespace", "HasSampleData"];
            let copied = asked_for.into_iter().map(|name| (name, asked.row.value(name).cloned().unwrap_or(Value::Null)));
            let active: Vec<_> = ["ScratchOrg", "SignupUsername", "SignupEmail", "SignupInstance", "SignupTrialDays", "ExpirationDate"]
                .into_iter()
                .map(|name| (name, of(name)))
                .chain(copied)
                .chain([
                    ("Name", Value::text(format!("{:08}", tx.next_number("ActiveScratchOrg.Name")?))),
                    ("ScratchOrgInfoId", Value::text(asked.row.id.to_string())),
                ])
                .collect();
            Row::insert(tx, ACTIVE_SCRATCH_ORG, (asked.row.user("CreatedById"), now), &active).map(drop)
        })
    }

    /// The org, and what the record tells of it.
    fn made(&self, hub: &LiveOrg, asked: &SignUp<'_>) -> Result<Vec<(&'static str, Value)>, Failed> {
        let row = asked.row;
        let (username, now) = (username(row), self.now());
        let client = self.checked(hub, row, &username)?;
        let shaped = self.source_of(hub, row)?;
        let days = row.number("DurationDays").unwrap_or(USUAL_DAYS);
        let expires = now.plus(DAY * u32::try_from(days).unwrap_or(1));
        let org = self.found_org(
            NewOrg {
                id: None,
                name: self.free_name(),
                kind: OrgKind::Scratch,
                edition: shaped.as_deref().map_or_else(|| edition_of(row), shape_edition),
                era: hub.facts().era,
                policies: shaped.as_deref().map_or_else(Policies::default, |source| Policies { enable_dev_hub: None, ..source.policies.clone() }),
                namespace: row.text("Namespace"),
            },
            |org| {
                org.expires = Some(expires);
                if let Some(source) = &shaped {
                    org.has_api = source.has_api;
                    org.session_timeout = source.session_timeout;
                    org.fiscal_year_start_month = source.fiscal_year_start_month;
                }
            },
            |_, _| Ok(()),
        )?;
        let email = row.text("AdminEmail").unwrap_or_else(|| creator_email(hub, row));
        let signed_up = self.furnish(&org, row, (&username, &email)).and_then(|user| self.let_in(&org, row, &client, user, asked.site));
        let code = match signed_up {
            Ok(code) => code,
            Err(failed) => {
                self.dissolve_org(&org)?;
                return Err(failed);
            }
        };
        self.track_source(&org)?;
        let facts = org.facts();
        Ok(vec![
            ("Status", Value::text("Active")),
            ("ScratchOrg", Value::text(org.id().record().as_15())),
            ("SignupUsername", Value::text(username)),
            ("SignupEmail", Value::text(email)),
            // Clients take the login URL only where the instance ends in an S.
            ("SignupInstance", Value::text("MOCK1S")),
            ("SignupCountry", Value::text(country(row))),
            ("SignupLanguage", Value::text(row.text("Language").unwrap_or_else(|| "en_US".to_owned()))),
            ("SignupTrialDays", Value::Integer(days)),
            ("AuthCode", Value::text(code)),
            ("LoginUrl", Value::text(asked.site.my_domain_url(org.id(), &facts.my_domain()))),
            ("ExpirationDate", Value::text(date(expires))),
        ])
    }

    /// The org after whose shape the new one is made, if one was named.
    fn source_of(&self, hub: &LiveOrg, row: &Row) -> Result<Option<Arc<Org>>, Failed> {
        let Some(source) = row.text("SourceOrg") else { return Ok(None) };
        match self.shaped_org(hub, &source)? {
            Ok(org) => Ok(Some(org.facts())),
            Err(NoShape::NotShared) => Err(Failed::Code(SHAPE_NOT_SHARED)),
            Err(NoShape::Unknown) => Err(Failed::Code(NO_SHAPE)),
        }
    }

    /// The client that is to be let in, once nothing stands against the sign-up.
    fn checked(&self, hub: &LiveOrg, row: &Row, username: &str) -> Result<AppDefinition, Failed> {
        if row.text("Namespace").is_some_and(|namespace| !hub.facts().knows_namespace(&namespace)) {
            return Err(Failed::Code(UNKNOWN_NAMESPACE));
        }
        let country = country(row);
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(Failed::Code(INVALID_COUNTRY));
        }
        if self.org_of_username(username)?.is_some() {
            return Err(Failed::Code(USERNAME_TAKEN));
        }
        let key = row.text("ConnectedAppConsumerKey").unwrap_or_default();
        // An external client app cannot be put into the new org; a connected app can.
        let client = self.client_by_key(&key).filter(|client| client.kind == AppKind::ConnectedApp);
        client.map(|client| AppDefinition::clone(&client)).ok_or(Failed::Code(CLIENT_NOT_COPIED))
    }

    /// A name that no org has.
    fn free_name(&self) -> String {
        (1_u32..).map(|number| format!("scratch-{number}")).find(|name| self.org_named(name).is_none()).unwrap_or_default()
    }

    /// Adds the administrator, who has no password.
    fn furnish(&self, org: &LiveOrg, row: &Row, (username, email): (&str, &str)) -> Result<UserId, Failed> {
        let profile = org.read(|tx| tx.permission_set_named(ADMINISTRATOR, true))?.ok_or(Failed::Code(FATAL))?.id;
        let language = row.text("Language").unwrap_or_else(|| "en_US".to_owned());
        let user = NewUser {
            id: None,
            username: username.to_owned(),
            nickname: None,
            email: email.to_owned(),
            first_name: Some("User".to_owned()),
            last_name: "User".to_owned(),
            alias: "UUser".to_owned(),
            is_active: true,
            time_zone: "America/Los_Angeles".to_owned(),
            locale: language.clone(),
            language,
            password: None,
            security_token: Secret(self.entropy().token(24)),
            profile,
            permission_sets: Vec::new(),
        };
        Ok(self.add_user(org, &user, None)?)
    }

    /// Puts the client into the org, approved for its administrator, and hands out a code for it.
    fn let_in(&self, org: &LiveOrg, row: &Row, client: &AppDefinition, user: UserId, site: &Site) -> Result<String, Failed> {
        let (now, registry) = (self.now(), self.registry());
        let salesforces = registry.apps().into_iter().filter(|app| app.owner == OrgId::numbered(0) && app.id != client.id);
        let callback = row.text("ConnectedAppCallbackUrl").unwrap_or_default();
        let user = org.user(user)?.ok_or(Failed::Code(FATAL))?;
        let origin = Origin::of_server();
        let counter = self.counter(org, site, &origin);
        let code = org.write(|tx| {
            let installed = |app: &AppDefinition| settle(&first_row(app, org.id(), &org.switches(), now), Presence::Installed, now);
            for app in salesforces {
                tx.put_org_app(&installed(&app))?;
            }
            let own = installed(client);
            // Who logs in by key finds the app approved; the built-in client of the CLI asks for consent elsewhere as everywhere.
            let is_salesforces = client.owner == OrgId::numbered(0);
            let permitted_users = if is_salesforces { own.permitted_users } else { PermittedUsers::AdminApproved };
            tx.put_org_app(&OrgApp { permitted_users, profiles: vec![ADMINISTRATOR.to_owned()], ..own })?;
            hand_code(tx, &counter.desk(), &user, client, &callback)
        })?;
        code.map_err(|_| Failed::Code(CLIENT_NOT_COPIED))
    }
}

fn edition_of(row: &Row) -> Edition {
    match row.text("Edition").unwrap_or_default().to_ascii_lowercase().trim_start_matches("partner ") {
        "group" => Edition::Group,
        "professional" => Edition::Professional,
        "enterprise" => Edition::Enterprise,
        _ => Edition::Developer,
    }
}

fn country(row: &Row) -> String {
    row.text("Country").unwrap_or_else(|| "US".to_owned())
}

fn creator_email(hub: &LiveOrg, row: &Row) -> String {
    let creator = row.user("CreatedById").and_then(|id| hub.user(id).ok().flatten());
    creator.map_or_else(|| "scratch@example.com".to_owned(), |user| user.email.clone())
}
