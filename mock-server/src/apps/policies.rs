//! What an admin fills in for an app's policies, and what is wrong with it. Source: `gate-and-policies.md` 2.2 and 2.4.

use super::draft::NO_ADDRESS;
use super::{
    AppDefinition, AppKind, Availability, DetailsDraft, Fault, IpRelaxation, OrgApp, PeriodUnit, PermittedUsers, RefreshTokenPolicy, SessionPolicy,
    StartPage, is_web_address,
};

/// Refresh Token Policy without its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    UntilRevoked,
    ImmediatelyExpire,
    ExpireIfUnused,
    ExpireAfter,
}

/// The fields of Edit Policies, as they were filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDraft {
    /// The app and its OAuth plugin are switched on; an external client app's alone.
    pub enabled: bool,
    pub permitted_users: PermittedUsers,
    /// Names of profiles and permission sets that the org has.
    pub profiles: Vec<String>,
    pub permission_sets: Vec<String>,
    pub lifetime: Lifetime,
    /// Looked at where the lifetime has a period.
    pub refresh_amount: String,
    pub refresh_unit: PeriodUnit,
    pub ip_relaxation: IpRelaxation,
    pub session_policy: SessionPolicy,
    /// In minutes; empty is what the profile or the org says.
    pub session_timeout: String,
    pub client_credentials: bool,
    pub run_as: String,
    pub guest_users: bool,
    /// Of an external client app.
    pub start_page: StartPage,
    /// Start URL, or OAuth Start URL.
    pub start_url: String,
    /// Of an external client app.
    pub custom_start_url: String,
    /// Of a connected app.
    pub mobile_start_url: String,
    pub details: DetailsDraft,
}

/// The start fields as a row keeps them.
struct Starts {
    page: StartPage,
    url: Option<String>,
    custom_url: Option<String>,
    mobile_url: Option<String>,
}

impl PolicyDraft {
    /// What holds now.
    pub fn of(row: &OrgApp, app: &AppDefinition) -> Self {
        let (lifetime, period) = match row.refresh_token_policy {
            RefreshTokenPolicy::UntilRevoked => (Lifetime::UntilRevoked, None),
            RefreshTokenPolicy::ImmediatelyExpire => (Lifetime::ImmediatelyExpire, None),
            RefreshTokenPolicy::ExpireIfUnused { amount, unit } => (Lifetime::ExpireIfUnused, Some((amount, unit))),
            RefreshTokenPolicy::ExpireAfter { amount, unit } => (Lifetime::ExpireAfter, Some((amount, unit))),
        };
        Self {
            enabled: row.availability != Availability::Disabled,
            permitted_users: row.permitted_users,
            profiles: row.profiles.clone(),
            permission_sets: row.permission_sets.clone(),
            lifetime,
            refresh_amount: period.map(|(amount, _)| amount.to_string()).unwrap_or_default(),
            refresh_unit: period.map_or(PeriodUnit::Days, |(_, unit)| unit),
            ip_relaxation: row.ip_relaxation,
            session_policy: row.session_policy,
            session_timeout: row.session_timeout.map(|seconds| (seconds / 60).to_string()).unwrap_or_default(),
            client_credentials: row.run_as.is_some(),
            run_as: row.run_as.clone().unwrap_or_default(),
            guest_users: row.guest_users,
            start_page: row.start_page,
            start_url: match app.kind {
                AppKind::ConnectedApp => row.start_url(app).unwrap_or_default().to_owned(),
                AppKind::ExternalClientApp => row.start_url.clone().unwrap_or_default(),
            },
            custom_start_url: row.custom_start_url.clone().unwrap_or_default(),
            mobile_start_url: row.mobile_start_url(app).unwrap_or_default().to_owned(),
            details: DetailsDraft::of(row, app),
        }
    }

    /// The row as it is when the form is saved. Without client credentials Run As and the guests' box are cleared, as was seen.
    ///
    /// # Errors
    /// Everything that is wrong with the form; that the Run As user exists is not looked at.
    pub fn applied_to(&self, row: &OrgApp, app: &AppDefinition) -> Result<OrgApp, Vec<Fault>> {
        let mut faults = self.start_faults(app.kind);
        let period = || self.refresh_amount.trim().parse::<u32>().ok().filter(|amount| (1..=9999).contains(amount));
        let refresh_token_policy = match (self.lifetime, period(), self.refresh_unit) {
            (Lifetime::UntilRevoked, ..) => RefreshTokenPolicy::UntilRevoked,
            (Lifetime::ImmediatelyExpire, ..) => RefreshTokenPolicy::ImmediatelyExpire,
            (Lifetime::ExpireIfUnused, Some(amount), unit) => RefreshTokenPolicy::ExpireIfUnused { amount, unit },
            (Lifetime::ExpireAfter, Some(amount), unit) => RefreshTokenPolicy::ExpireAfter { amount, unit },
            (_, None, _) => {
                faults.push(Fault::new("refresh_amount", "Enter a whole number between 1 and 9999."));
                row.refresh_token_policy
            }
        };
        let session_timeout = match self.session_timeout.trim() {
            "" => None,
            text => match text.parse::<u32>().ok().filter(|minutes| (1..=1440).contains(minutes)) {
                Some(minutes) => Some(minutes * 60),
                None => {
                    // GUESS: Setup offers a list of values; any minute up to a day is taken here.
                    faults.push(Fault::new("session_timeout", "Enter a number of minutes between 1 and 1440."));
                    None
                }
            },
        };
        let run_as = Some(self.run_as.trim().to_owned()).filter(|name| self.client_credentials && !name.is_empty());
        if self.client_credentials && run_as.is_none() {
            faults.push(Fault::new("run_as", "You must enter a value"));
        }
        let details = self.details.read(row, app, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let start = self.starts(app);
        Ok(OrgApp {
            availability: match (row.availability, self.enabled) {
                (_, false) => Availability::Disabled,
                (Availability::Disabled, true) => Availability::Enabled,
                (other, true) => other,
            },
            permitted_users: self.permitted_users,
            profiles: self.profiles.clone(),
            permission_sets: self.permission_sets.clone(),
            run_as,
            refresh_token_policy,
            ip_relaxation: self.ip_relaxation,
            session_policy: self.session_policy,
            session_timeout,
            guest_users: self.guest_users && self.client_credentials,
            start_page: start.page,
            start_url: start.url,
            custom_start_url: start.custom_url,
            mobile_start_url: start.mobile_url,
            details,
            ..row.clone()
        })
    }

    /// What the row keeps of the start fields: of a connected app only what differs from its developer's addresses, so that those go on to count.
    fn starts(&self, app: &AppDefinition) -> Starts {
        let filled = |text: &str| Some(text.trim().to_owned());
        match app.kind {
            AppKind::ConnectedApp => {
                let differs = |text: &str, developers: &Option<String>| filled(text).filter(|text| text != developers.as_deref().unwrap_or_default());
                Starts {
                    page: StartPage::None,
                    url: differs(&self.start_url, &app.presentation.start_url),
                    custom_url: None,
                    mobile_url: differs(&self.mobile_start_url, &app.presentation.mobile_start_url),
                }
            }
            AppKind::ExternalClientApp => {
                let given = |text: &str| filled(text).filter(|text| !text.is_empty());
                Starts { page: self.start_page, url: given(&self.start_url), custom_url: given(&self.custom_start_url), mobile_url: None }
            }
        }
    }

    fn start_faults(&self, kind: AppKind) -> Vec<Fault> {
        let urls = [("start_url", &self.start_url), ("custom_start_url", &self.custom_start_url), ("mobile_start_url", &self.mobile_start_url)];
        let bad = urls.into_iter().filter(|(_, url)| !url.trim().is_empty() && !is_web_address(url.trim()));
        let mut faults: Vec<Fault> = bad.map(|(field, _)| Fault::new(field, NO_ADDRESS)).collect();
        let missing = match self.start_page {
            _ if kind == AppKind::ConnectedApp => None,
            StartPage::Oauth => Some(("start_url", &self.start_url)),
            StartPage::Custom => Some(("custom_start_url", &self.custom_start_url)),
            StartPage::None => None,
        };
        faults.extend(missing.filter(|(_, url)| url.trim().is_empty()).map(|(field, _)| Fault::new(field, "You must enter a value")));
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apps::Presentation;
    use crate::id::{AppId, OrgId, RecordId};
    use crate::secret::Secret;

    fn app(kind: AppKind) -> AppDefinition {
        let id = AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 1)).unwrap();
        let consumer = ("key".to_owned(), Secret("secret".to_owned()));
        let plain = AppDefinition::plain(id, "Reports".to_owned(), OrgId::numbered(1), consumer, jiff::civil::date(2026, 8, 1));
        let presentation = Presentation { start_url: Some("https://a.example/dev".to_owned()), ..Presentation::default() };
        AppDefinition { presentation, ..plain.fresh(kind) }
    }

    fn external() -> AppDefinition {
        app(AppKind::ExternalClientApp)
    }

    fn row() -> OrgApp {
        OrgApp::unseen(external().id)
    }

    fn wrong(draft: &PolicyDraft) -> Vec<&'static str> {
        draft.applied_to(&row(), &external()).err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn what_holds_reads_back_as_it_was_saved() {
        let row = OrgApp {
            refresh_token_policy: RefreshTokenPolicy::ExpireAfter { amount: 3, unit: PeriodUnit::Months },
            session_timeout: Some(1800),
            run_as: Some("robot@a.example".to_owned()),
            guest_users: true,
            session_policy: SessionPolicy::Block,
            start_page: StartPage::Custom,
            custom_start_url: Some("https://a.example/own".to_owned()),
            ..row()
        };
        assert_eq!(PolicyDraft::of(&row, &external()).applied_to(&row, &external()), Ok(row));
    }

    #[test]
    fn each_field_is_looked_at() {
        let draft = PolicyDraft::of(&row(), &external());
        assert_eq!(wrong(&draft), [""; 0]);
        for amount in ["", "0", "x", "10000"] {
            assert_eq!(wrong(&PolicyDraft { lifetime: Lifetime::ExpireAfter, refresh_amount: amount.into(), ..draft.clone() }), ["refresh_amount"]);
        }
        assert_eq!(wrong(&PolicyDraft { refresh_amount: "x".into(), ..draft.clone() }), [""; 0], "a period that nothing needs");
        for minutes in ["0", "1441", "x"] {
            assert_eq!(wrong(&PolicyDraft { session_timeout: minutes.into(), ..draft.clone() }), ["session_timeout"]);
        }
        assert_eq!(wrong(&PolicyDraft { client_credentials: true, ..draft.clone() }), ["run_as"]);
        assert_eq!(wrong(&PolicyDraft { start_page: StartPage::Oauth, ..draft.clone() }), ["start_url"]);
        assert_eq!(wrong(&PolicyDraft { start_page: StartPage::Custom, custom_start_url: "here".into(), ..draft.clone() }), ["custom_start_url"]);
    }

    #[test]
    fn an_admin_who_leaves_the_start_url_alone_leaves_it_to_the_developer() {
        let app = app(AppKind::ConnectedApp);
        let draft = PolicyDraft::of(&row(), &app);
        assert_eq!(draft.start_url, "https://a.example/dev");
        assert_eq!(draft.applied_to(&row(), &app).unwrap().start_url, None);
        let emptied = PolicyDraft { start_url: String::new(), ..draft };
        assert_eq!(emptied.applied_to(&row(), &app).unwrap().start_url(&app), None);
    }

    #[test]
    fn without_client_credentials_run_as_and_guests_are_cleared() {
        let before = OrgApp { run_as: Some("robot@a.example".to_owned()), guest_users: true, ..row() };
        let next = PolicyDraft { client_credentials: false, ..PolicyDraft::of(&before, &external()) }.applied_to(&before, &external()).unwrap();
        assert_eq!((next.run_as, next.guest_users), (None, false));
    }
}
