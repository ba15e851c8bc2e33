//! `login`, `logout`, `invalidateSessions`, and what they and `getUserInfo` tell of a user.

use super::call::{Arrived, Call, Reply};
use super::fault::Fault;
use crate::apps::{Because, Surface};
use crate::id::OrgId;
use crate::oauth::{ApiLogin, ApiRefusal, LoginRefusal, timeout};
use crate::org::{Org, Side, Site, User};
use crate::xml::markup::Markup;

/// The newest version whose `login()` still works. Source: Salesforce help 005132110, SOAP login retirement.
const LAST_WITH_LOGIN: u16 = 64;

/// `login(username, password)`
pub fn login(arrived: &Arrived) -> Result<Reply, Fault> {
    let version = arrived.endpoint.version;
    if version > LAST_WITH_LOGIN {
        return Err(Fault::login(
            "INVALID_OPERATION",
            format!(
                "The SOAP Login operation is not available in the API version specified ({version}.0). Refer to the documentation for supported versions."
            ),
        ));
    }
    let text = |name: &str| arrived.message.call.text_of(name).unwrap_or_default();
    let named = match arrived.headers.organization_id.as_deref().map(OrgId::parse) {
        None => None,
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => return Err(refused(LoginRefusal::WrongPassword.into())),
    };
    let login_url = arrived.site.url();
    let attempt = ApiLogin {
        username: text("username").trim(),
        password: text("password"),
        address: arrived.peer.address.ip().to_canonical(),
        client: arrived.headers.client.as_deref(),
        login_url: login_url.split_once("://").map_or(login_url.as_str(), |(_, name)| name),
        api_type: arrived.endpoint.dialect.api_type(),
        api_version: version,
    };
    let (org, opened) = arrived.app.log_in(&arrived.site, named, &attempt)?.map_err(|why| {
        let because = Because::of(why).at(Surface::Api);
        arrived.app.note_attempt(&arrived.site, attempt.username, &arrived.facts);
        arrived.app.keep_refusal(&because, ("", arrived.site.host()), &arrived.facts);
        refused(why)
    })?;
    arrived.facts.note(|noted| {
        noted.org = Some(org.id());
        noted.user = Some(opened.user.id);
    });
    let facts = org.facts();
    let server = Server { site: &arrived.site, org: &facts, version };
    let mut out = Markup::with_capacity(2048);
    out.within("result", |out| {
        out.leaf("metadataServerUrl", &server.url('m'));
        out.value("passwordExpired", opened.user.password_expired);
        out.value("sandbox", facts.kind.side() == Side::Test);
        out.leaf("serverUrl", &server.url(arrived.endpoint.dialect.letter()));
        out.leaf("sessionId", &opened.token);
        out.value("userId", opened.user.id);
        out.within("userInfo", |out| user_info(out, &facts, &opened.user));
    });
    Ok(Reply::of(out.into_string()))
}

/// Where an org's SOAP endpoints are.
struct Server<'a> {
    site: &'a Site,
    org: &'a Org,
    version: u16,
}

impl Server<'_> {
    /// `https://acme.my.salesforce.com/services/Soap/u/59.0/00DFk000000ZzZz`
    fn url(&self, letter: char) -> String {
        let host = self.site.my_domain_url(self.org.id, &self.org.my_domain());
        format!("{host}/services/Soap/{letter}/{}.0/{}", self.version, self.org.id.record().as_15())
    }
}

/// The fault of a refused login. Locked out, inactive and frozen users hear the same as those with a wrong password.
fn refused(refusal: ApiRefusal) -> Fault {
    const WRONG: &str = "Invalid username, password, security token; or user locked out.";
    match refusal {
        // GUESS: the sentence behind ORG_LOCKED was not recorded.
        ApiRefusal::Login(LoginRefusal::InactiveOrg) => Fault::login("ORG_LOCKED", "The organization is locked. Contact your administrator."),
        // Source: SOAP API guide, ExceptionCode: the trial period of the organization has expired. GUESS: the sentence.
        ApiRefusal::Login(LoginRefusal::TrialExpired) => Fault::login("TRIAL_EXPIRED", "The trial period for the organization has expired."),
        // GUESS: the codes are documented, the sentences behind them were not recorded.
        ApiRefusal::Login(LoginRefusal::RestrictedIp) => {
            Fault::login("LOGIN_DURING_RESTRICTED_DOMAIN", "The user is not allowed to log in from this IP address.")
        }
        ApiRefusal::Login(LoginRefusal::RestrictedTime) => {
            Fault::login("LOGIN_DURING_RESTRICTED_TIME", "The user is not allowed to log in during this time period.")
        }
        ApiRefusal::Login(_) => Fault::login("INVALID_LOGIN", WRONG),
        ApiRefusal::TokenRequired => Fault::login(
            "LOGIN_MUST_USE_SECURITY_TOKEN",
            format!(
                "{WRONG} Are you at a new location? When accessing Salesforce--either via a desktop client or the API--from outside of your \
                 company\u{2019}s trusted networks, you must add a security token to your password to log in. To get your new security token, log in \
                 to Salesforce. From your personal settings, enter Reset My Security Token in the Quick Find box, then select Reset My Security Token."
            ),
        ),
        ApiRefusal::SoapLoginOff => Fault::login(
            "INVALID_OPERATION",
            "SOAP API login() is disabled by default in this org. Contact the org administrator to enable SOAP API login().",
        ),
        ApiRefusal::NoApi => Fault { code: super::fault::Code::Login("API_DISABLED_FOR_ORG"), ..Fault::api_disabled_for_org() },
        ApiRefusal::ApiDisabled => Fault { code: super::fault::Code::Login("API_CURRENTLY_DISABLED"), ..Fault::api_disabled_for_user() },
    }
}

/// `logout()`: ends the caller's own session.
pub fn logout(call: &Call) -> Result<Reply, Fault> {
    if let Some(session_id) = &call.headers().session_id {
        call.app().sign_out(session_id)?;
    }
    Ok(Reply::of(String::new()))
}

/// `invalidateSessions(sessionIds)`: ends sessions of the caller's own org.
pub fn invalidate_sessions(call: &Call) -> Result<Reply, Fault> {
    let mut out = Markup::default();
    for session_id in call.element().all("sessionIds") {
        let own = call.app().caller(&session_id.text)?.is_some_and(|other| other.org.id() == call.caller.org.id());
        let ended = own && call.app().sign_out(&session_id.text)?;
        out.within("result", |out| {
            if !ended {
                out.within("errors", |out| {
                    out.leaf("message", "Invalid session id");
                    out.leaf("statusCode", "INVALID_SESSION_ID");
                });
            }
            out.value("success", ended);
        });
    }
    Ok(Reply::of(out.into_string()))
}

/// `getUserInfo()`
pub fn get_user_info(call: &Call) -> Reply {
    let mut out = Markup::with_capacity(1024);
    out.within("result", |out| user_info(out, &call.org, &call.caller.user));
    Reply::of(out.into_string())
}

/// `getServerTimestamp()`
pub fn get_server_timestamp(call: &Call) -> Reply {
    let mut out = Markup::default();
    out.within("result", |out| out.leaf("timestamp", &call.app().now().iso()));
    Reply::of(out.into_string())
}

/// The members of GetUserInfoResult in the order of the WSDL, by which some clients read them. Source: `events.md` 0.
fn user_info(out: &mut Markup, org: &Org, user: &User) {
    out.value("accessibilityMode", false);
    out.value("chatterExternal", false);
    out.leaf("currencySymbol", "$");
    out.value("orgAttachmentFileSizeLimit", 26_214_400);
    out.leaf("orgDefaultCurrencyIsoCode", "USD");
    out.leaf("orgDefaultCurrencyLocale", "en_US");
    out.value("orgDisallowHtmlAttachments", false);
    out.value("orgHasPersonAccounts", false);
    out.value("organizationId", org.id);
    out.value("organizationMultiCurrency", false);
    out.leaf("organizationName", &org.name);
    out.value("profileId", user.profile.id);
    out.nil("roleId");
    out.value("sessionSecondsValid", timeout(org, user, None) / 1000);
    out.nil("userDefaultCurrencyIsoCode");
    out.leaf("userEmail", &user.email);
    out.leaf("userFullName", &user.name);
    out.value("userId", user.id);
    out.leaf("userLanguage", &user.language);
    out.leaf("userLocale", &user.locale);
    out.leaf("userName", &user.username);
    out.leaf("userTimeZone", &user.time_zone);
    out.leaf("userType", "Standard");
    out.leaf("userUiSkin", "Theme3");
}
