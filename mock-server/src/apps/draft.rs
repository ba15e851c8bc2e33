//! What a developer fills in for an app, and what is wrong with it. Source: `gate-and-policies.md` 2.3 and 3.2.

use super::{
    AllowedRange, AppDefinition, AppKind, Certificate, Distribution, Flow, OauthDraft, Presentation, check_allowlist, check_trusted, is_web_address,
};
use crate::org::Switches;

/// The fields of the forms New External Client App and New Connected App, as they were filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub developer_name: String,
    pub contact_email: String,
    pub description: String,
    pub contact_phone: String,
    pub info_url: String,
    pub logo_url: String,
    pub icon_url: String,
    /// Of a connected app.
    pub start_url: String,
    pub mobile_start_url: String,
    /// Of an external client app.
    pub distribution: Distribution,
    /// One on a line.
    pub callback_urls: String,
    /// Tokens as they travel.
    pub scopes: Vec<String>,
    pub introspect_all_tokens: bool,
    /// Those of [`FLOWS`] that are switched on.
    pub flows: Vec<Flow>,
    /// PEM of the certificate that JWT bearer assertions are signed with.
    pub certificate: String,
    pub require_secret: bool,
    pub require_secret_for_refresh: bool,
    pub require_pkce: bool,
    pub rotate_refresh_tokens: bool,
    pub jwt_access_tokens: bool,
    pub limit_idle_refresh_tokens: bool,
    pub enforce_refresh_ip_allowlist: bool,
    /// `start-end description`, one on a line.
    pub refresh_ip_allowlist: String,
    pub trusted_ip_ranges: String,
    pub oauth: OauthDraft,
}

/// The flows that have a box of their own; those of a browser need none.
pub const FLOWS: [Flow; 5] = [Flow::ClientCredentials, Flow::CodeCredentials, Flow::Device, Flow::JwtBearer, Flow::TokenExchange];

/// Something wrong with one field of a form, in Setup's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub field: &'static str,
    pub message: String,
}

impl Fault {
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }

    fn missing(field: &'static str) -> Self {
        Self::new(field, "You must enter a value")
    }
}

// GUESS: the rules of API names are documented, the words of most of the form's errors are remembered.
const NAME_RULES: &str = "The API Name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, \
    not include spaces, not end with an underscore, and not contain two consecutive underscores.";

/// Of an address that no tile or link may lead to.
pub(super) const NO_ADDRESS: &str = "Enter an address that begins with https:// or http://.";

impl Draft {
    /// What an app has now.
    pub fn of(app: &AppDefinition) -> Self {
        Self {
            name: app.name.clone(),
            developer_name: app.developer_name(),
            contact_email: app.contact_email.clone().unwrap_or_default(),
            description: app.description.clone().unwrap_or_default(),
            contact_phone: app.presentation.contact_phone.clone().unwrap_or_default(),
            info_url: app.presentation.info_url.clone().unwrap_or_default(),
            logo_url: app.presentation.logo_url.clone().unwrap_or_default(),
            icon_url: app.presentation.icon_url.clone().unwrap_or_default(),
            start_url: app.presentation.start_url.clone().unwrap_or_default(),
            mobile_start_url: app.presentation.mobile_start_url.clone().unwrap_or_default(),
            distribution: app.distribution.unwrap_or(Distribution::Local),
            callback_urls: app.callback_urls.join("\n"),
            scopes: app.scopes.clone(),
            introspect_all_tokens: app.introspect_all_tokens,
            flows: FLOWS.into_iter().filter(|flow| app.allows(*flow)).collect(),
            certificate: app.certificate.as_ref().map(|certificate| certificate.pem().to_owned()).unwrap_or_default(),
            require_secret: app.require_secret,
            require_secret_for_refresh: app.require_secret_for_refresh,
            require_pkce: app.require_pkce,
            rotate_refresh_tokens: app.rotate_refresh_tokens,
            jwt_access_tokens: app.jwt_access_tokens,
            limit_idle_refresh_tokens: app.limit_idle_refresh_tokens,
            enforce_refresh_ip_allowlist: app.enforce_refresh_ip_allowlist,
            refresh_ip_allowlist: written(&app.refresh_ip_allowlist),
            trusted_ip_ranges: written(&app.trusted_ip_ranges),
            oauth: OauthDraft::of(app),
        }
    }

    /// The app as it is when the form is saved. Controls that are locked stay on whatever the form says; the API name is an app's for good, `is_new`
    /// ones take the form's.
    ///
    /// # Errors
    /// Everything that is wrong with the form.
    pub fn applied_to(&self, app: &AppDefinition, org: &Switches, is_new: bool) -> Result<AppDefinition, Vec<Fault>> {
        let mut faults = self.name_faults();
        faults.extend(self.presentation_faults());
        let mut take = |field, read: Result<Vec<AllowedRange>, String>| read.unwrap_or_else(|message| note(&mut faults, field, message));
        let allowlist = take("refresh_ip_allowlist", ranges(&self.refresh_ip_allowlist));
        let trusted = take("trusted_ip_ranges", ranges(&self.trusted_ip_ranges));
        if let Err(fault) = check_allowlist(&allowlist) {
            faults.push(Fault::new("refresh_ip_allowlist", fault.to_string()));
        }
        if let Err(fault) = check_trusted(&trusted) {
            faults.push(Fault::new("trusted_ip_ranges", fault.to_string()));
        }
        let callback_urls: Vec<String> = self.callback_urls.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if callback_urls.is_empty() {
            faults.push(Fault::missing("callback_urls"));
        }
        if let Some(url) = callback_urls.iter().find(|url| !is_address(url)) {
            faults.push(Fault::new("callback_urls", format!("Invalid callback URL: {url}")));
        }
        if self.scopes.is_empty() {
            faults.push(Fault::new("scopes", "Select at least one OAuth scope."));
        }
        let pem: String = self.certificate.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        let certificate = match (!pem.is_empty()).then(|| Certificate::read(&pem)).transpose() {
            Ok(certificate) => certificate,
            Err(bad) => note(&mut faults, "certificate", format!("Invalid certificate: {bad}")),
        };
        if self.flows.contains(&Flow::JwtBearer) && pem.is_empty() {
            faults.push(Fault::new("certificate", "Upload a certificate to enable the JWT Bearer Flow."));
        }
        let (oauth, asset_tokens) = self.oauth.read(app, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let locked = app.controls(org).locked;
        let list_locked = app.controls_attested && app.enforce_refresh_ip_allowlist;
        let kept = app.flows.iter().filter(|flow| !FLOWS.contains(flow));
        // A box that the org ticks for all its apps is not posted either: the app's own setting stays as it is.
        Ok(AppDefinition {
            name: self.name.trim().to_owned(),
            developer_name: if is_new { Some(self.developer_name.trim().to_owned()) } else { app.developer_name.clone() },
            contact_email: given(&self.contact_email),
            description: given(&self.description),
            presentation: self.presentation(app),
            distribution: app.kind.rules().has_distribution.then_some(self.distribution),
            callback_urls,
            scopes: self.scopes.clone(),
            introspect_all_tokens: self.introspect_all_tokens,
            flows: kept.chain(&self.flows).copied().collect(),
            certificate,
            require_secret: self.require_secret,
            require_secret_for_refresh: self.require_secret_for_refresh,
            require_pkce: self.require_pkce || locked || org.require_pkce && app.require_pkce,
            rotate_refresh_tokens: self.rotate_refresh_tokens || locked || org.rotate_refresh_tokens && app.rotate_refresh_tokens,
            jwt_access_tokens: self.jwt_access_tokens,
            limit_idle_refresh_tokens: self.limit_idle_refresh_tokens || locked,
            enforce_refresh_ip_allowlist: self.enforce_refresh_ip_allowlist || list_locked,
            refresh_ip_allowlist: allowlist,
            trusted_ip_ranges: trusted,
            oauth,
            asset_tokens,
            ..app.clone()
        })
    }

    fn presentation(&self, app: &AppDefinition) -> Presentation {
        let of_connected = |url: &str| given(url).filter(|_| app.kind == AppKind::ConnectedApp);
        Presentation {
            contact_phone: given(&self.contact_phone),
            info_url: given(&self.info_url),
            logo_url: given(&self.logo_url),
            icon_url: given(&self.icon_url),
            start_url: of_connected(&self.start_url),
            mobile_start_url: of_connected(&self.mobile_start_url),
        }
    }

    fn presentation_faults(&self) -> Vec<Fault> {
        let urls = [
            ("info_url", &self.info_url),
            ("logo_url", &self.logo_url),
            ("icon_url", &self.icon_url),
            ("start_url", &self.start_url),
            ("mobile_start_url", &self.mobile_start_url),
        ];
        let bad = urls.into_iter().filter(|(_, url)| !url.trim().is_empty() && !is_web_address(url.trim()));
        let mut faults: Vec<Fault> = bad.map(|(field, _)| Fault::new(field, NO_ADDRESS)).collect();
        if self.contact_phone.trim().chars().count() > 40 {
            faults.push(Fault::new("contact_phone", "The phone number can't be longer than 40 characters."));
        }
        faults
    }

    fn name_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let required = [("name", &self.name), ("developer_name", &self.developer_name), ("contact_email", &self.contact_email)];
        faults.extend(required.into_iter().filter(|(_, text)| text.trim().is_empty()).map(|(field, _)| Fault::missing(field)));
        if self.name.trim().chars().count() > 80 {
            faults.push(Fault::new("name", "The name can't be longer than 80 characters."));
        }
        if !self.developer_name.trim().is_empty() && !is_api_name(self.developer_name.trim()) {
            faults.push(Fault::new("developer_name", NAME_RULES));
        }
        if !self.contact_email.trim().is_empty() && !is_email(self.contact_email.trim()) {
            faults.push(Fault::new("contact_email", "Invalid email address."));
        }
        faults
    }
}

/// Notes a fault and gives an empty value, so that the rest of the form is looked at as well.
fn note<T: Default>(faults: &mut Vec<Fault>, field: &'static str, message: String) -> T {
    faults.push(Fault::new(field, message));
    T::default()
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn is_api_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.ends_with('_')
        && !name.contains("__")
        && name.len() <= 80
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@'))
        && !text.contains(char::is_whitespace)
}

/// A scheme and something behind it: apps on phones have schemes of their own.
fn is_address(url: &str) -> bool {
    let (scheme, rest) = url.split_once(':').unwrap_or_default();
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && !rest.is_empty() && !url.contains(char::is_whitespace)
}

/// Reads `start-end description`, one on a line; a single address is a range of one.
fn ranges(text: &str) -> Result<Vec<AllowedRange>, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let one = |line: &str| {
        let (range, description) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let (start, end) = range.split_once('-').unwrap_or((range, range));
        let address = |text: &str| text.parse().map_err(|_| format!("'{text}' is not a valid IP address"));
        Ok(AllowedRange { start: address(start)?, end: address(end)?, description: given(description) })
    };
    lines.map(one).collect()
}

fn written(ranges: &[AllowedRange]) -> String {
    let line = |range: &AllowedRange| {
        let description = range.description.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
        format!("{}-{}{description}", range.start, range.end)
    };
    ranges.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl AppDefinition {
    /// An app as its form shows it before anything is filled in: what a browser does needs no switch of its own.
    /// Source: defaults of the 2026 screens.
    #[must_use]
    pub fn fresh(self, kind: AppKind) -> Self {
        let rules = kind.rules();
        let mut flows = vec![Flow::WebServer, Flow::RefreshToken, Flow::UserAgent, Flow::Hybrid];
        flows.extend(rules.username_password.then_some(Flow::UsernamePassword));
        Self {
            kind,
            distribution: rules.has_distribution.then_some(Distribution::Local),
            flows,
            require_pkce: kind == AppKind::ExternalClientApp,
            require_secret: true,
            require_secret_for_refresh: true,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{AppId, OrgId, RecordId};
    use crate::org::{Era, Policies};
    use crate::secret::Secret;

    fn app(kind: AppKind) -> AppDefinition {
        let id = AppId::try_from(RecordId::numbered(AppId::PREFIX, 1, 1)).unwrap();
        let consumer = ("key".to_owned(), Secret("secret".to_owned()));
        AppDefinition::plain(id, String::new(), OrgId::numbered(1), consumer, jiff::civil::date(2026, 8, 1)).fresh(kind)
    }

    fn draft() -> Draft {
        Draft {
            name: "Order Sync".to_owned(),
            developer_name: "Order_Sync".to_owned(),
            contact_email: "dev@vendor.example".to_owned(),
            callback_urls: "https://a.example/cb\r\n\r\nmyapp://done\n".to_owned(),
            scopes: vec!["api".to_owned()],
            ..Draft::of(&app(AppKind::ExternalClientApp))
        }
    }

    fn switches(era: Era) -> Switches {
        Switches::of(era, &Policies::default())
    }

    /// The fields that are wrong with a changed draft.
    fn wrong(change: impl FnOnce(&mut Draft)) -> Vec<&'static str> {
        let mut draft = draft();
        change(&mut draft);
        let applied = draft.applied_to(&app(AppKind::ExternalClientApp), &switches(Era::May26), true);
        applied.err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn a_filled_in_form_makes_the_app() {
        let made = draft().applied_to(&app(AppKind::ExternalClientApp), &switches(Era::May26), true).unwrap();
        assert_eq!(made.callback_urls, ["https://a.example/cb", "myapp://done"]);
        assert_eq!((made.name.as_str(), made.developer_name()), ("Order Sync", "Order_Sync".to_owned()));
        assert!(made.allows(Flow::WebServer) && !made.allows(Flow::Device) && made.require_pkce && made.require_secret);
        assert_eq!(Draft::of(&made).callback_urls, "https://a.example/cb\nmyapp://done");
    }

    #[test]
    fn each_field_is_looked_at() {
        assert_eq!(wrong(|_| {}), [""; 0]);
        assert_eq!(wrong(|draft| draft.name = " ".into()), ["name"]);
        assert_eq!(wrong(|draft| draft.name = "x".repeat(81)), ["name"]);
        for name in ["1st", "a__b", "a_", "a b", "ä"] {
            assert_eq!(wrong(|draft| draft.developer_name = name.into()), ["developer_name"], "{name}");
        }
        for email in ["nobody", "@a.example", "a@b", "a b@c.example", "a@b@c.example"] {
            assert_eq!(wrong(|draft| draft.contact_email = email.into()), ["contact_email"], "{email}");
        }
        for url in ["", "nowhere", "://x", "https:"] {
            assert_eq!(wrong(|draft| draft.callback_urls = url.into()), ["callback_urls"], "{url}");
        }
        assert_eq!(wrong(|draft| draft.scopes.clear()), ["scopes"]);
        assert_eq!(wrong(|draft| draft.start_url = "javascript:alert(1)".into()), ["start_url"]);
        assert_eq!(wrong(|draft| draft.contact_phone = "1".repeat(41)), ["contact_phone"]);
        assert_eq!(wrong(|draft| draft.flows = vec![Flow::JwtBearer]), ["certificate"]);
        assert_eq!(wrong(|draft| draft.certificate = "x".into()), ["certificate"]);
        assert_eq!(wrong(|draft| draft.trusted_ip_ranges = "10.0.0.x".into()), ["trusted_ip_ranges"]);
        assert_eq!(wrong(|draft| draft.refresh_ip_allowlist = "10.0.0.9-10.0.0.1 office".into()), ["refresh_ip_allowlist"]);
        assert_eq!(wrong(|draft| (draft.name.clear(), draft.callback_urls.clear()).0), ["name", "callback_urls"]);
    }

    #[test]
    fn ranges_read_back_as_they_were_written() {
        let text = "192.0.2.1-192.0.2.9 our office\n2001:db8::1-2001:db8::1";
        assert_eq!(written(&ranges(text).unwrap()), text);
        assert_eq!(written(&ranges("192.0.2.1").unwrap()), "192.0.2.1-192.0.2.1");
    }

    #[test]
    fn locked_controls_stay_on() {
        let unticked = Draft { require_pkce: false, ..draft() };
        let free = unticked.applied_to(&app(AppKind::ExternalClientApp), &switches(Era::May26), true).unwrap();
        assert!(!free.require_pkce && !free.rotate_refresh_tokens);
        let locked = unticked.applied_to(&app(AppKind::ExternalClientApp), &switches(Era::Jul26), true).unwrap();
        assert!(locked.require_pkce && locked.rotate_refresh_tokens && locked.limit_idle_refresh_tokens);
    }

    #[test]
    fn an_api_name_is_for_good() {
        let made = draft().applied_to(&app(AppKind::ConnectedApp), &switches(Era::May26), true).unwrap();
        let renamed = Draft { developer_name: "Other".to_owned(), name: "Other".to_owned(), ..Draft::of(&made) };
        let next = renamed.applied_to(&made, &switches(Era::May26), false).unwrap();
        assert_eq!((next.name.as_str(), next.developer_name()), ("Other", "Order_Sync".to_owned()));
        assert_eq!(next.distribution, None);
    }
}
