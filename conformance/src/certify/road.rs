//! The way an integration takes to its Salesforce: ports of this machine, HTTPS, or Salesforce's own names through the proxy.

use url::Url;

use crate::client::Http;
use crate::failure::{OrFail, Outcome};
use crate::integration::file::{Addressing, ServerSettings};
use crate::target::Target;

/// What clients with built-in host names speak to.
const LOGIN: &str = "https://login.salesforce.com";
const TEST: &str = "https://test.salesforce.com";

/// How the hosts of a check's server are addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Road {
    /// Salesforce's own names; they are reached by HTTPS through the proxy alone.
    names: bool,
    tls: bool,
    /// Whether the integration is told of the proxy.
    proxy: bool,
}

impl Road {
    /// The road that an integration file asks for.
    pub fn of(settings: &ServerSettings) -> Self {
        Self { names: settings.addressing == Addressing::Names, tls: settings.tls, proxy: settings.proxy }
    }

    /// Starts a server with these further arguments. Its addresses are those that the integration is told.
    ///
    /// # Errors
    /// As [`Target::spawn`] and [`Target::spawn_with_tls`].
    pub async fn start(self, arguments: &[&str]) -> Outcome<Target> {
        let arguments = [&["--addressing", "ports"], arguments].concat();
        if !self.is_secure() {
            return Target::spawn(&arguments).await;
        }
        let mut target = Target::spawn_with_tls(&arguments).await?;
        let addresses = &mut target.addresses;
        let told = match self.names {
            true => (Some(LOGIN.to_owned()), Some(TEST.to_owned())),
            false => (addresses.login_url_tls.clone(), addresses.test_url_tls.clone()),
        };
        addresses.login_url = told.0.or_fail(|| "the server has no TLS listener")?;
        addresses.test_url = told.1.or_fail(|| "the server has no TLS listener for its test host")?;
        Ok(target)
    }

    /// The connections of the harness itself to such a server.
    ///
    /// # Errors
    /// When the server's CA cannot be read.
    pub fn http(self, shared: &Http, target: &Target) -> Outcome<Http> {
        match (self.names, self.tls) {
            (true, _) => Http::by_names(&proxy_of(target)?, &target.ca()?),
            (false, true) => Http::trusting(&target.ca()?),
            (false, false) => Ok(shared.clone()),
        }
    }

    /// The address of an org as the integration meets it, from the one that the control API reports.
    ///
    /// # Errors
    /// When the reported address is none.
    pub fn instance_url(self, org: &str, reported: &str, target: &Target) -> Outcome<String> {
        Ok(match (self.names, self.tls) {
            // A sandbox's name holds its production org's and, after two hyphens, its own.
            (true, _) if org.contains("--") => format!("https://{org}.sandbox.my.salesforce.com"),
            (true, _) => format!("https://{org}.my.salesforce.com"),
            // The ports of orgs speak plain HTTP; by HTTPS the login host serves them all.
            (false, true) => target.addresses.login_url.clone(),
            (false, false) => Url::parse(reported).map(|_| reported.to_owned())?,
        })
    }

    /// What the integration's environment says about the road.
    ///
    /// # Errors
    /// When the server's address cannot be read.
    pub fn environment(self, target: &Target) -> Outcome<Vec<(String, String)>> {
        if !self.proxy {
            return Ok(Vec::new());
        }
        // Node heeds proxy variables only where it is told to.
        let variables = [("HTTPS_PROXY", proxy_of(target)?), ("NODE_USE_ENV_PROXY", "1".to_owned())];
        Ok(variables.map(|(name, value)| (name.to_owned(), value)).into())
    }

    fn is_secure(self) -> bool {
        self.names || self.tls || self.proxy
    }
}

/// The login port is the forward proxy, and the control API's as well.
fn proxy_of(target: &Target) -> Outcome<String> {
    Ok(Url::parse(&target.addresses.control_url)?.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Addresses;

    fn target() -> Target {
        Target::given(Addresses {
            login_url: "https://127.0.0.1:8943".to_owned(),
            test_url: String::new(),
            login_url_tls: None,
            test_url_tls: None,
            control_url: "http://127.0.0.1:8844/_mock/v1".to_owned(),
            control_token: None,
            ca_file: None,
        })
    }

    fn check(addressing: Addressing, tls: bool, org: &str, expected: &str) {
        let road = Road::of(&ServerSettings { addressing, tls, proxy: false });
        assert_eq!(road.instance_url(org, "http://127.0.0.1:9001", &target()).unwrap(), expected, "{org} by {road:?}");
    }

    #[test]
    fn an_org_has_the_address_that_its_road_leads_to() {
        check(Addressing::Ports, false, "acme", "http://127.0.0.1:9001");
        check(Addressing::Ports, true, "acme", "https://127.0.0.1:8943");
        check(Addressing::Names, true, "acme", "https://acme.my.salesforce.com");
        check(Addressing::Names, false, "acme--uat", "https://acme--uat.sandbox.my.salesforce.com");
    }

    #[test]
    fn only_who_asked_for_the_proxy_is_told_of_it() {
        let of = |proxy| Road::of(&ServerSettings { addressing: Addressing::Names, tls: true, proxy }).environment(&target()).unwrap();
        assert_eq!(of(false), []);
        assert_eq!(of(true)[0], ("HTTPS_PROXY".to_owned(), "http://127.0.0.1:8844".to_owned()));
    }
}
