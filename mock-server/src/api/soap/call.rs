//! One call of an admitted session, and the admission itself.

use std::sync::Arc;

use super::endpoint::Endpoint;
use super::envelope::Message;
use super::fault::Fault;
use super::header::Headers;
use super::wsdl::types::OPERATIONS;
use crate::app::{ApiUsage, App, Caller, NotAdmitted, Purpose};
use crate::journal::Facts;
use crate::oauth::Door;
use crate::org::{Org, Site};
use crate::records::{Asked, Change};
use crate::schema::Schema;
use crate::table::Peer;
use crate::xml::Element;

/// What a request brings, before anybody asked who sends it.
pub struct Arrived {
    pub app: App,
    pub site: Site,
    pub peer: Peer,
    pub facts: Facts,
    pub endpoint: Endpoint,
    pub message: Message,
    pub headers: Headers,
}

/// A call whose session was found good.
pub struct Call {
    pub arrived: Arrived,
    pub caller: Caller,
    pub org: Arc<Org>,
    /// API calls the org used, this one included, and may use.
    pub usage: ApiUsage,
}

/// The inside of an answer.
#[derive(Debug)]
pub struct Reply {
    pub result: String,
    /// Whether it holds records, whose namespace the envelope then declares.
    pub records: bool,
}

impl Reply {
    pub fn of(result: String) -> Self {
        Self { result, records: false }
    }

    pub fn with_records(result: String) -> Self {
        Self { result, records: true }
    }
}

impl Call {
    /// # Errors
    /// Whatever keeps the caller out.
    pub fn admit(arrived: Arrived) -> Result<Self, Fault> {
        let purpose = match arrived.message.call.name.local.as_str() {
            "setPassword" | "changeOwnPassword" | "logout" => Purpose::Password,
            _ => Purpose::Data,
        };
        let admitted = arrived.app.admit_to_api(arrived.headers.session_id.as_deref(), &arrived.site, &arrived.facts, (Door::Soap, purpose));
        let (caller, usage) = admitted.map_err(refusal)?;
        Ok(Self { org: caller.org.facts(), arrived, caller, usage })
    }

    pub fn app(&self) -> &App {
        &self.arrived.app
    }

    pub fn headers(&self) -> &Headers {
        &self.arrived.headers
    }

    /// The call's element.
    pub fn element(&self) -> &Element {
        &self.arrived.message.call
    }

    /// `v59.0`
    pub fn version_text(&self) -> String {
        format!("v{}.0", self.arrived.endpoint.version)
    }

    /// What the records room must know of a reading caller; `version` is `version_text()`.
    pub fn asked<'a>(&'a self, version: &'a str, batch: usize) -> Asked<'a> {
        let asked = Asked::of(&self.caller.org.facts(), &self.caller.user, self.app().now(), version);
        Asked { batch, ..asked }.paged_by(&self.caller.org.switches())
    }

    /// What the records room must know of a writing caller.
    pub fn change<'s>(&'s self, schema: &'s Schema) -> Change<'s> {
        Change::new(schema, self.caller.user.id, self.app().now()).as_seen_by(&self.caller.access)
    }

    pub fn schema(&self) -> Result<Arc<Schema>, Fault> {
        Ok(self.caller.org.schema()?)
    }

    /// The text of a parameter that the call cannot do without. Where a call takes one element alone, that may have any name: `WWW::Salesforce` in Perl sends
    /// its queries as `<c-gensym9>`.
    ///
    /// # Errors
    /// The element is missing or nil.
    pub fn parameter(&self, name: &str) -> Result<&str, Fault> {
        let element = self.element();
        let takes_one = OPERATIONS.iter().any(|call| call.name == element.name.local && call.parameters().count() == 1);
        let single = match element.children.as_slice() {
            [single] if takes_one && !single.nil && single.children.is_empty() => Some(single.text.as_str()),
            _ => None,
        };
        element.text_of(name).or(single).ok_or_else(|| Fault::missing(&element.name.local, name))
    }
}

fn refusal(reason: NotAdmitted) -> Fault {
    match reason {
        NotAdmitted::UrlNotReset => Fault::destination_not_reset(),
        NotAdmitted::NoToken | NotAdmitted::NoSession | NotAdmitted::ForeignIssuer => Fault::invalid_session(),
        NotAdmitted::WrongKind | NotAdmitted::NotAllowlisted | NotAdmitted::LacksScope(_) => Fault::wrong_session_kind(),
        NotAdmitted::OrgWithoutApi => Fault::api_disabled_for_org(),
        NotAdmitted::UserWithoutApi => Fault::api_disabled_for_user(),
        NotAdmitted::PasswordExpired => Fault::password_expired(),
        NotAdmitted::LimitUsedUp => Fault::request_limit_exceeded(),
        NotAdmitted::Store(error) => error.into(),
    }
}
