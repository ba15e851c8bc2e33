//! Headless identity: programs log in, register and help people who forgot their password, at an Experience Cloud site, without a page.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::answer::{self, Format};
use super::form;
use super::guest::{UVID_HINT, naming, prefixed};
use super::identity::bearer;
use super::token::origin;
use crate::app::{App, LiveOrg, Tx};
use crate::apps::{AppDefinition, BlockedThere, Endpoint, Flow};
use crate::journal::Facts;
use crate::oauth::{
    CodeRefused, CredentialsRequest, Desk, NewPerson, OAuthError, Origin, Parameters, Purpose, RequestType, Scope, award_code, award_guest_code,
    changed_own_password, community, end_password_code, prove_password, prove_password_code, read_credentials, record_of_identifier, send_code,
    send_password_code, take_code,
};
use crate::org::{Directory, Site, User, password_fault, set_password};
use crate::storage::StoreError;
use crate::table::Peer;

const REQUEST_TYPE: &str = "auth-request-type";

/// A program's request at one org.
struct Call<'a> {
    app: &'a App,
    site: &'a Site,
    facts: &'a Facts,
    headers: &'a HeaderMap,
    origin: Origin,
}

/// `POST /services/oauth2/authorize`: credentials in a header, or in the body, for a code.
pub async fn authorize(
    State(app): State<App>,
    site: Site,
    (peer, facts): (Peer, Facts),
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let parameters = match form::read(&headers, query.as_deref(), &body) {
        Ok(parameters) => parameters,
        Err(error) => return answer::refuse(&error, Format::Json),
    };
    if parameters.get("response_type") != Some("code_credentials") {
        return answer::raw(&OAuthError::MustGet);
    }
    let call = Call { app: &app, site: &site, facts: &facts, headers: &headers, origin: origin(peer, &site, &headers) };
    call.authorize(&parameters).unwrap_or_else(|error| answer::refuse(&error, Format::Json))
}

impl Call<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn authorize(&self, parameters: &Parameters) -> Result<Response, OAuthError> {
        let request = CredentialsRequest::read(parameters, |key| self.app.client_by_key(key))?;
        self.facts.note(|noted| noted.app = Some(request.client.id));
        self.at_experience_site()?;
        let kind = self.header(REQUEST_TYPE).and_then(RequestType::read).ok_or(OAuthError::InvalidHeaders)?;
        let (org, user) = match kind {
            RequestType::NamedUser => self.named_user(&request.client, parameters)?,
            RequestType::PasswordlessLogin | RequestType::UserRegistration => self.sent_code(kind)?,
            RequestType::Guest => return self.visitor(&request, parameters),
        };
        self.facts.note(|noted| {
            noted.org = Some(org.id());
            noted.user = Some(user.id);
        });
        org.takes_oauth(self.site)?;
        let counter = self.app.counter(&org, self.site, &self.origin);
        let desk = counter.desk();
        match org.write(|tx| award_code(tx, &desk, &request, &user))? {
            Ok(code) => Ok(answered(&request, &desk, &code)),
            Err(refused) => self.refused(&org, &request.client, Some(&user), refused),
        }
    }

    fn refused(&self, org: &LiveOrg, client: &AppDefinition, user: Option<&User>, refused: CodeRefused) -> Result<Response, OAuthError> {
        let blocked = match refused {
            CodeRefused::Protocol(error) => return Err(error),
            CodeRefused::Blocked(blocked) => blocked,
        };
        self.app.explain(org, client, user, (blocked, Flow::CodeCredentials, Endpoint::Authorize), self.facts);
        let flow = Flow::CodeCredentials;
        let answer = blocked.answer(flow, Endpoint::Authorize, &org.switches());
        Ok(answer::refuse_with(StatusCode::BAD_REQUEST, BlockedThere { blocked, flow, answer }))
    }

    /// A visitor whom nobody logs in. The code goes to the callback, as no other headless answer does.
    fn visitor(&self, request: &CredentialsRequest, parameters: &Parameters) -> Result<Response, OAuthError> {
        let org = self.app.org_of_visitors(self.site, &request.client)?.ok_or(OAuthError::WrongHost)?;
        self.facts.note(|noted| noted.org = Some(org.id()));
        org.takes_oauth(self.site)?;
        let counter = self.app.counter(&org, self.site, &self.origin);
        let desk = counter.desk();
        let hint = self.header(UVID_HINT.as_str()).or_else(|| parameters.get("uvid_hint"));
        match org.write(|tx| award_guest_code(tx, &desk, request, (hint, parameters.get("scope"))))? {
            Ok((code, uvid)) => {
                let [url, id] = community(&desk);
                let callback = request.callback(&[("code", code.as_str()), (url.0, url.1.as_str()), (id.0, id.1.as_str())]);
                Ok(naming(answer::redirect(&callback), &prefixed(&uvid)))
            }
            Err(refused) => self.refused(&org, &request.client, None, refused),
        }
    }

    /// Login hosts and a plain My Domain do not serve these flows.
    fn at_experience_site(&self) -> Result<(), OAuthError> {
        // GUESS: the text was seen for another flow at a host that does not serve it.
        if self.site.may_be_experience() { Ok(()) } else { Err(OAuthError::WrongHost) }
    }

    /// Username and password from the Basic header, or from the body of an app that wants them there.
    fn named_user(&self, client: &AppDefinition, parameters: &Parameters) -> Result<(Arc<LiveOrg>, User), OAuthError> {
        // GUESS: the refusal of credentials in the header of an app that wants them in the body.
        let takes_header = !client.oauth.code_credentials_post_only;
        let in_header = self.header(header::AUTHORIZATION.as_str()).filter(|_| takes_header).and_then(read_credentials);
        let in_body = || Some((parameters.get("username")?.to_owned(), parameters.get("password")?.to_owned()));
        let (username, password) = in_header.or_else(in_body).ok_or(OAuthError::InvalidHeaders)?;
        let org = self.app.org_of_headless_user(self.site, &username)?.ok_or(OAuthError::AuthenticationFailure(None))?;
        let counter = self.app.counter(&org, self.site, &self.origin);
        let user = org.write(|tx| prove_password(tx, &counter.desk(), client, &username, &password))??;
        Ok((org, user))
    }

    /// The identifier and the code that was sent, from the Basic header.
    fn sent_code(&self, kind: RequestType) -> Result<(Arc<LiveOrg>, User), OAuthError> {
        let (identifier, otp) = self.header(header::AUTHORIZATION.as_str()).and_then(read_credentials).ok_or(OAuthError::InvalidHeaders)?;
        let org = record_of_identifier(&identifier).and_then(|record| self.app.org_of_record(self.site, record)).ok_or(OAuthError::WrongOtp)?;
        let now = self.app.now();
        let purpose = org.write(|tx| take_code(tx, &identifier, &otp, now))??;
        let user = match (kind, purpose) {
            (RequestType::PasswordlessLogin, Purpose::Login(user)) => user,
            (RequestType::UserRegistration, Purpose::Registration(person)) => {
                self.app.add_person(&org, &person)?.ok_or(OAuthError::RegistrationFailed)?
            }
            _ => return Err(OAuthError::WrongOtp),
        };
        let user = org.user(user)?.ok_or(OAuthError::WrongOtp)?;
        Ok((org, User::clone(&user)))
    }
}

/// The code with the site it is redeemed at. A program that names an echo page as its callback is sent there; another gets what that page
/// would show. GUESS: Salesforce sends every program to its callback, and only descriptions of it leave that out.
fn answered(request: &CredentialsRequest, desk: &Desk<'_>, code: &str) -> Response {
    let [url, id] = community(desk);
    let members = [("code", code), (url.0, url.1.as_str()), (id.0, id.1.as_str())];
    if request.wants_echo() {
        return answer::redirect(&request.callback(&members));
    }
    let body: Map<String, Value> = members.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    answer::write(StatusCode::OK, Format::Json, "OAuth", &body)
}

/// `GET /services/oauth2/echo`: what the address carries, as JSON.
pub async fn echo(RawQuery(query): RawQuery) -> Response {
    let parameters = Parameters::read(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let names = ["code", "sfdc_community_url", "sfdc_community_id", "state", "error", "error_description"];
    let body: Map<String, Value> = names.iter().filter_map(|name| Some(((*name).to_owned(), Value::from(parameters.get(name)?)))).collect();
    answer::write(StatusCode::OK, Format::Json, "OAuth", &body)
}

/// What a call that sends a code answers.
#[derive(Serialize)]
struct Sent {
    identifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    status: &'static str,
}

/// `POST /services/auth/headless/init/passwordless/login`
pub async fn begin_passwordless(State(app): State<App>, site: Site, (peer, facts): (Peer, Facts), headers: HeaderMap, body: Bytes) -> Response {
    let call = Call { app: &app, site: &site, facts: &facts, headers: &headers, origin: origin(peer, &site, &headers) };
    call.begin_passwordless(&Members::read(&headers, &body)).unwrap_or_else(|error| answer::refuse(&error, Format::Json))
}

/// `POST /services/auth/headless/init/registration`
pub async fn begin_registration(State(app): State<App>, site: Site, (peer, facts): (Peer, Facts), headers: HeaderMap, body: Bytes) -> Response {
    let call = Call { app: &app, site: &site, facts: &facts, headers: &headers, origin: origin(peer, &site, &headers) };
    call.begin_registration(&Members::read(&headers, &body)).unwrap_or_else(|error| answer::refuse(&error, Format::Json))
}

/// `POST /services/auth/headless/forgot_password`: with a username alone it sends a code, with code and new password it sets that.
pub async fn forgot_password(State(app): State<App>, site: Site, (peer, facts): (Peer, Facts), headers: HeaderMap, body: Bytes) -> Response {
    let call = Call { app: &app, site: &site, facts: &facts, headers: &headers, origin: origin(peer, &site, &headers) };
    call.forgot_password(&Members::read(&headers, &body)).unwrap_or_else(|error| answer::refuse(&error, Format::Json))
}

impl Call<'_> {
    /// The site, the switch of its org, and the scope of a token if one is sent.
    fn open(&self, org: &LiveOrg, scope: Scope) -> Result<(), OAuthError> {
        self.facts.note(|noted| noted.org = Some(org.id()));
        org.takes_oauth(self.site)?;
        if !org.switches().allow_code_and_credentials_flow {
            return Err(OAuthError::HeadlessOff);
        }
        let none = Parameters::default();
        let Ok(token) = bearer(self.headers, &none) else { return Ok(()) };
        let caller = self.app.caller(token)?.filter(|caller| caller.org.id() == org.id() && caller.session.kind.is_access_token());
        let caller = caller.ok_or(OAuthError::InvalidToken)?;
        if caller.session.scopes.allows(scope) { Ok(()) } else { Err(OAuthError::ScopeNotAllowed) }
    }

    fn begin_passwordless(&self, members: &Members) -> Result<Response, OAuthError> {
        self.at_experience_site()?;
        members.check_verification()?;
        let username = members.required("username")?;
        let org = self.app.org_of_headless_user(self.site, username)?.ok_or(OAuthError::WrongHost)?;
        self.open(&org, Scope::PWDLESS_LOGIN_API)?;
        let counter = self.app.counter(&org, self.site, &self.origin);
        let identifier = org.write(|tx| {
            let user = tx.user_named(username)?.filter(|user| user.is_active && !user.is_frozen);
            let purpose = user.as_ref().map_or(Purpose::Nobody, |user| Purpose::Login(user.id));
            send_code(tx, &counter.desk(), purpose, user.as_ref().map(|user| user.email.as_str()))
        })?;
        Ok(sent(&Sent { identifier, email: None, status: "success" }))
    }

    fn begin_registration(&self, members: &Members) -> Result<Response, OAuthError> {
        self.at_experience_site()?;
        members.check_verification()?;
        let org = self.app.org_of_site(self.site).ok_or(OAuthError::WrongHost)?;
        self.open(&org, Scope::USER_REGISTRATION_API)?;
        let person = self.person(members)?;
        if self.app.org_of_username(&person.username)?.is_some() {
            return Err(OAuthError::RegistrationFailed);
        }
        let email = person.email.clone();
        let counter = self.app.counter(&org, self.site, &self.origin);
        let identifier = org.write(|tx| send_code(tx, &counter.desk(), Purpose::Registration(Box::new(person)), Some(&email)))?;
        Ok(sent(&Sent { identifier, email: Some(email), status: "success" }))
    }

    fn person(&self, members: &Members) -> Result<NewPerson, OAuthError> {
        let email = members.required("email")?;
        let username = members.get("username").unwrap_or(email);
        let is_address = |text: &str| text.len() <= 80 && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
        if !is_address(email) || !is_address(username) {
            return Err(OAuthError::RegistrationFailed);
        }
        let password = members.get("password").or_else(|| members.get("newpassword"));
        if let Some(fault) = password.and_then(|password| password_fault(username, None, password)) {
            return Err(OAuthError::Malformed(fault.to_string()));
        }
        Ok(NewPerson {
            username: username.to_owned(),
            email: email.to_owned(),
            first_name: members.get("firstName").or_else(|| members.get("first_name")).map(str::to_owned),
            last_name: members.get("lastName").or_else(|| members.get("last_name")).ok_or(OAuthError::MissingParameter("lastName"))?.to_owned(),
            // Without one the person logs in by codes alone.
            password: password.map_or_else(|| self.app.entropy().token(32), str::to_owned).into(),
        })
    }

    fn forgot_password(&self, members: &Members) -> Result<Response, OAuthError> {
        self.at_experience_site()?;
        let username = members.required("username")?;
        let org = self.app.org_of_headless_user(self.site, username)?.ok_or(OAuthError::WrongHost)?;
        self.open(&org, Scope::FORGOT_PASSWORD)?;
        let counter = self.app.counter(&org, self.site, &self.origin);
        match (members.get("otp"), members.get("newpassword")) {
            (Some(otp), Some(new)) => org.write(|tx| reset(tx, &counter.desk(), username, otp, new))??,
            (None, None) => org.write(|tx| match tx.user_named(username)?.filter(|user| user.is_active) {
                Some(user) => send_password_code(tx, &counter.desk(), &user),
                None => Ok(()),
            })?,
            (None, Some(_)) => return Err(OAuthError::MissingParameter("otp")),
            (Some(_), None) => return Err(OAuthError::MissingParameter("newpassword")),
        }
        Ok(answer::write(StatusCode::OK, Format::Json, "OAuth", &json!({"status": "success"})))
    }
}

/// Sets the password of the user who read the code. A password that is too weak does not use the code up.
fn reset(tx: &Tx<'_>, desk: &Desk<'_>, username: &str, otp: &str, new: &str) -> Result<Result<(), OAuthError>, StoreError> {
    let Some(user) = tx.user_named(username)? else { return Ok(Err(OAuthError::WrongOtp)) };
    // Before the code is proven nobody learns how the new password compares with the present one.
    match prove_password_code(tx, &user.username, otp, desk.now)? {
        Ok(Purpose::Password(id)) if id == user.id => {}
        Ok(_) => return Ok(Err(OAuthError::WrongOtp)),
        Err(error) => return Ok(Err(error)),
    }
    if let Err(fault) = set_password(tx, &user, user.id, new, (desk.now, desk.entropy))? {
        return Ok(Err(OAuthError::Malformed(fault.to_string())));
    }
    end_password_code(tx, &user.username)?;
    // Whoever held a session by the old password holds none by the new one.
    changed_own_password(tx, user.id, None, desk.now)?;
    Ok(Ok(()))
}

fn sent(body: &Sent) -> Response {
    answer::write(StatusCode::OK, Format::Json, "OAuth", body)
}

/// The members of a JSON object, those of `userdata` among them, or of a form.
struct Members(Map<String, Value>);

impl Members {
    /// What cannot be read is empty.
    fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            return Self(form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), Value::from(value.into_owned()))).collect());
        }
        let mut members = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        };
        for name in ["userdata", "userData"] {
            if let Some(Value::Object(inner)) = members.remove(name) {
                members.extend(inner);
            }
        }
        Self(members)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    fn required(&self, name: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::MissingParameter(name))
    }

    /// E-mail is where a code goes that asks for nothing else. GUESS: this server has no telephone, so a text message is an e-mail, too.
    fn check_verification(&self) -> Result<(), OAuthError> {
        match self.get("verificationmethod") {
            None => Ok(()),
            Some(method) if ["email", "sms"].iter().any(|known| method.eq_ignore_ascii_case(known)) => Ok(()),
            Some(_) => Err(OAuthError::Malformed("verificationmethod invalid".to_owned())),
        }
    }
}
