//! Addresses: which host a request asked, and how answers to it spell the login hosts and an org's My Domain.
//!
//! Decided per request from scheme and authority, so that every way of addressing works at once: Salesforce's own names
//! (by Host header, TLS name or proxy target), their `.localhost` twins, and this server's own authority, where one
//! origin may stand for several hosts.

mod web_domain;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use parking_lot::RwLock;

use self::web_domain::{read_experience_domain, read_web_domain};
use crate::config::Addressing;
use crate::id::OrgId;

pub use self::web_domain::WebDomain;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The login host an org belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// `login.salesforce.com`: production orgs, Developer Editions, dev hubs.
    Login,
    /// `test.salesforce.com`: sandboxes and scratch orgs.
    Test,
}

/// What the part before `.my.salesforce.com` says about the org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainKind {
    /// `acme.my.salesforce.com`
    Production,
    /// `acme--uat.sandbox.my.salesforce.com`
    Sandbox,
    /// `acme-dev-ed.develop.my.salesforce.com`
    Developer,
    /// `acme.scratch.my.salesforce.com`
    Scratch,
}

impl DomainKind {
    pub fn side(self) -> Side {
        match self {
            Self::Production | Self::Developer => Side::Login,
            Self::Sandbox | Self::Scratch => Side::Test,
        }
    }

    fn partition(self) -> &'static str {
        match self {
            Self::Production => "",
            Self::Sandbox => ".sandbox",
            Self::Developer => ".develop",
            Self::Scratch => ".scratch",
        }
    }
}

/// An org's My Domain: one DNS label in lower case, and the kind of org.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MyDomain {
    label: Box<str>,
    kind: DomainKind,
}

impl MyDomain {
    /// The My Domain of a new org: its name as a DNS label; a Developer Edition gets `-dev-ed`.
    pub fn for_org(name: &str, kind: DomainKind) -> Self {
        let mut label: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        if kind == DomainKind::Developer && !label.ends_with("-dev-ed") {
            label.push_str("-dev-ed");
        }
        Self { label: label.into(), kind }
    }

    pub fn label(&self) -> &str {
        &self.label
    }

    pub fn kind(&self) -> DomainKind {
        self.kind
    }

    /// `acme--uat.sandbox.my.salesforce.com`
    pub fn real_name(&self) -> String {
        [&self.label, self.kind.partition(), ".my.salesforce.com"].concat()
    }

    /// Reads what stands before `.my`: `acme`, `acme--uat.sandbox`, `acme-dev-ed.develop`.
    fn read(stem: &str) -> Option<Self> {
        let (label, kind) = match stem.split_once('.') {
            None => (stem, DomainKind::Production),
            Some((label, "sandbox")) => (label, DomainKind::Sandbox),
            Some((label, "develop")) => (label, DomainKind::Developer),
            Some((label, "scratch")) => (label, DomainKind::Scratch),
            Some(_) => return None,
        };
        (!label.is_empty()).then(|| Self { label: label.into(), kind })
    }
}

/// Which of Salesforce's hosts a request asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Host {
    Login,
    Test,
    Org(OrgId),
}

/// Where the two login hosts listen.
#[derive(Debug, Default)]
pub struct Ports {
    /// Name or address that `--host` gave, as URLs spell it.
    pub host: String,
    pub login: u16,
    pub test: u16,
    pub login_tls: Option<u16>,
    pub test_tls: Option<u16>,
    /// The server was opened beyond loopback, so single-label names (a container's) are its own too.
    pub open: bool,
}

/// All listeners of this server. Those of single orgs serve HTTP and TLS on one port.
#[derive(Debug, Default)]
pub struct Listeners {
    pub ports: Ports,
    orgs: RwLock<HashMap<OrgId, u16>>,
    /// Ports of orgs that were given others when they were renamed.
    former: RwLock<HashMap<u16, OrgId>>,
    opener: OnceLock<Box<dyn OpenListener>>,
}

/// Opens and closes listeners of single orgs while the server runs.
pub trait OpenListener: Send + Sync {
    /// Listens for an org on any free port.
    fn open(&self, org: OrgId) -> std::io::Result<u16>;
    /// Closes all listeners of an org.
    fn close(&self, org: OrgId);
    /// Makes the listeners of one org another's.
    fn hand_over(&self, from: OrgId, to: OrgId);
}

impl std::fmt::Debug for dyn OpenListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpenListener")
    }
}

impl Listeners {
    pub fn at(ports: Ports) -> Self {
        Self { ports, ..Self::default() }
    }

    /// Set once by the edge when orgs are to have listeners of their own.
    pub fn set_opener(&self, opener: impl OpenListener + 'static) {
        // A second opener would mean a second server on the same handle, which `start` rules out.
        let _ = self.opener.set(Box::new(opener));
    }

    /// Gives an org a listener of its own, if this server addresses orgs by port. Called when an org is made.
    pub fn open_for(&self, org: OrgId) -> std::io::Result<()> {
        if let Some(opener) = self.opener.get() {
            let port = opener.open(org)?;
            self.orgs.write().insert(org, port);
        }
        Ok(())
    }

    /// Called when an org is removed.
    pub fn close_for(&self, org: OrgId) {
        if self.orgs.write().remove(&org).is_some() {
            self.former.write().retain(|_, known| *known != org);
            self.opener.get().inspect(|opener| opener.close(org));
        }
    }

    /// Gives a renamed org a listener at another port, if this server addresses orgs by port. The one it had goes on listening.
    pub fn move_org(&self, org: OrgId) -> std::io::Result<()> {
        let Some(port) = self.port_of(org) else { return Ok(()) };
        self.open_for(org)?;
        self.former.write().insert(port, org);
        Ok(())
    }

    /// Takes an org's listener away from it without closing it, for an org that comes in its place.
    pub fn release(&self, org: OrgId) -> Option<u16> {
        self.orgs.write().remove(&org)
    }

    /// Lets the new org listen where the old one did.
    pub fn succeed(&self, old: OrgId, new: OrgId, port: u16) {
        if let Some(opener) = self.opener.get() {
            opener.close(new);
            opener.hand_over(old, new);
            self.orgs.write().insert(new, port);
        }
    }

    pub fn port_of(&self, org: OrgId) -> Option<u16> {
        self.orgs.read().get(&org).copied()
    }

    fn host_at(&self, port: u16) -> Option<Host> {
        if port == self.ports.login || Some(port) == self.ports.login_tls {
            return Some(Host::Login);
        }
        if port == self.ports.test || Some(port) == self.ports.test_tls {
            return Some(Host::Test);
        }
        let current = self.orgs.read().iter().find(|(_, own)| **own == port).map(|(org, _)| *org);
        current.or_else(|| self.former.read().get(&port).copied()).map(Host::Org)
    }

    fn side_port(&self, side: Side, scheme: Scheme) -> (Scheme, u16) {
        let (plain, tls) = match side {
            Side::Login => (self.ports.login, self.ports.login_tls),
            Side::Test => (self.ports.test, self.ports.test_tls),
        };
        match (scheme, tls) {
            (Scheme::Https, Some(port)) => (Scheme::Https, port),
            _ => (Scheme::Http, plain),
        }
    }

    /// Whether the name can only mean this server. Foreign DNS names are refused, lest a web page rebind its own name to us.
    pub fn is_own_name(&self, name: &str) -> bool {
        name == "localhost" || is_address(name) || name == self.ports.host || self.ports.open && !name.contains('.')
    }
}

fn is_address(name: &str) -> bool {
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    bare.parse::<IpAddr>().is_ok()
}

/// Why an authority leads to no host of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    #[error("the request names no host")]
    NoAuthority,
    #[error("{0} is neither a Salesforce name nor this server's own address")]
    ForeignName(String),
    #[error("no org has the My Domain {0}")]
    NoSuchOrg(String),
}

/// How answers spell addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// `….salesforce.com`
    Salesforce,
    /// `….localhost`
    Localhost,
    /// This server's own authority.
    Own,
}

/// The address a request came to, and the way to spell others in its answer.
#[derive(Debug, Clone)]
pub struct Site {
    scheme: Scheme,
    host: Host,
    /// The host before an org was selected by path.
    origin: Host,
    spelling: Spelling,
    /// Host name in lower case, IPv6 in brackets, without port.
    name: Arc<str>,
    /// As the authority gave it; None where it left the scheme's default.
    port: Option<u16>,
    /// `/_mock/org/<name>` if the browser selected an org by path.
    prefix: Option<Arc<str>>,
    /// Path of the Experience Cloud site that was asked, empty at the root of its domain.
    experience: Option<Arc<str>>,
    /// The org left this address when it was renamed.
    is_left: bool,
    listeners: Arc<Listeners>,
}

impl Site {
    /// Resolves the authority (`acme.my.salesforce.com`, `127.0.0.1:8844`) of a request that arrived at the listener `arrived`.
    /// `org_at` finds the org of a My Domain.
    pub fn resolve(
        scheme: Scheme,
        authority: &str,
        arrived: Host,
        listeners: &Arc<Listeners>,
        org_at: impl FnOnce(&MyDomain) -> Option<OrgId>,
    ) -> Result<Self, Misplaced> {
        let (name, port) = split_port(authority).ok_or(Misplaced::NoAuthority)?;
        let name = name.to_ascii_lowercase();
        let experience = read_experience_domain(&name).map(|_| Arc::from(""));
        let (spelling, host) = match read_name(&name) {
            Some((spelling, Named::Login)) => (spelling, Host::Login),
            Some((spelling, Named::Test)) => (spelling, Host::Test),
            Some((spelling, Named::Org(domain))) => (spelling, Host::Org(org_at(&domain).ok_or(Misplaced::NoSuchOrg(name.clone()))?)),
            // A port that is not ours was mapped to the listener by something outside, a container for instance.
            None if listeners.is_own_name(&name) => (Spelling::Own, listeners.host_at(port.unwrap_or(scheme.default_port())).unwrap_or(arrived)),
            None => return Err(Misplaced::ForeignName(name)),
        };
        let is_left = spelling == Spelling::Own && port.is_some_and(|port| listeners.former.read().contains_key(&port));
        let listeners = Arc::clone(listeners);
        Ok(Self { scheme, host, origin: host, spelling, name: name.into(), port, prefix: None, experience, is_left, listeners })
    }

    /// Whether the org left this address when it was renamed.
    pub fn is_left(&self) -> bool {
        self.is_left
    }

    /// The same address, which its org left when it was renamed: no session is admitted here.
    #[must_use]
    pub fn left_behind(self) -> Self {
        Self { is_left: true, ..self }
    }

    /// The login host whose spelling `world` and the start line report.
    pub fn reported(addressing: Addressing, scheme: Scheme, listeners: &Arc<Listeners>) -> Self {
        let (scheme, port) = listeners.side_port(Side::Login, scheme);
        let (spelling, name) = match addressing {
            Addressing::Single | Addressing::Ports => (Spelling::Own, listeners.ports.host.as_str()),
            Addressing::Names => (Spelling::Localhost, "login.localhost"),
        };
        let listeners = Arc::clone(listeners);
        Self {
            scheme,
            host: Host::Login,
            origin: Host::Login,
            spelling,
            name: name.into(),
            port: Some(port),
            prefix: None,
            experience: None,
            is_left: false,
            listeners,
        }
    }

    /// The same site with an org selected by path (`/_mock/org/<name>/…`).
    pub fn selecting(mut self, org: OrgId, prefix: &str) -> Self {
        self.host = Host::Org(org);
        self.prefix = Some(prefix.into());
        self
    }

    pub fn host(&self) -> Host {
        self.host
    }

    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Empty, or `/_mock/org/<name>` to put before the links of pages.
    pub fn prefix(&self) -> &str {
        self.prefix.as_deref().unwrap_or_default()
    }

    /// Whether the request came to this server's own authority rather than to a Salesforce name or its twin.
    pub fn is_own(&self) -> bool {
        self.spelling == Spelling::Own
    }

    /// Whether this is the server's own authority and orgs have no other: then the login or test host is their My Domain as well.
    pub fn stands_for_orgs(&self) -> bool {
        self.is_own() && self.listeners.opener.get().is_none()
    }

    /// Whether the data of this org is served here. On a shared origin of our own every org without a listener is.
    pub fn serves(&self, org: OrgId) -> bool {
        match self.host {
            Host::Org(own) => own == org && !self.is_left,
            Host::Login | Host::Test => self.is_own() && self.listeners.port_of(org).is_none(),
        }
    }

    /// Whether users of an org of this kind log in here.
    pub fn logs_in(&self, org: OrgId, kind: DomainKind) -> bool {
        match self.host {
            Host::Org(own) => own == org,
            Host::Login => kind.side() == Side::Login,
            Host::Test => kind.side() == Side::Test,
        }
    }

    /// Scheme and authority of this very site, as the request spelled them.
    pub fn url(&self) -> String {
        self.spell(self.scheme, &self.name, self.port)
    }

    /// `https://login.salesforce.com`, or how this site spells it.
    pub fn login_url(&self) -> String {
        self.side_url(Side::Login)
    }

    /// `https://test.salesforce.com`, or how this site spells it.
    pub fn test_url(&self) -> String {
        self.side_url(Side::Test)
    }

    /// The login host of a side, as this site spells it.
    pub fn side_url(&self, side: Side) -> String {
        let name = match (self.spelling, side) {
            (Spelling::Salesforce, Side::Login) => "login.salesforce.com",
            (Spelling::Salesforce, Side::Test) => "test.salesforce.com",
            (Spelling::Localhost, Side::Login) => "login.localhost",
            (Spelling::Localhost, Side::Test) => "test.localhost",
            (Spelling::Own, _) => return self.own_side_url(side),
        };
        self.spell(self.scheme, name, self.port)
    }

    fn own_side_url(&self, side: Side) -> String {
        if matches!((self.origin, side), (Host::Login, Side::Login) | (Host::Test, Side::Test)) {
            return self.url();
        }
        let (scheme, port) = self.listeners.side_port(side, self.scheme);
        self.spell(scheme, &self.name, Some(port))
    }

    /// An org's My Domain as this site spells it: `instance_url` of tokens.
    pub fn my_domain_url(&self, org: OrgId, domain: &MyDomain) -> String {
        let suffix = match self.spelling {
            Spelling::Salesforce => ".my.salesforce.com",
            Spelling::Localhost => ".my.localhost",
            Spelling::Own => {
                return match self.listeners.port_of(org) {
                    Some(port) => self.spell(self.scheme, &self.name, Some(port)),
                    None => self.own_side_url(domain.kind.side()),
                };
            }
        };
        let name = [domain.label(), domain.kind.partition(), suffix].concat();
        self.spell(self.scheme, &name, self.port)
    }

    /// The name of the cookie that carries a browser session of this org. Cookies ignore ports, so where one host name
    /// may stand for several orgs the name tells them apart.
    pub fn session_cookie(&self, org: OrgId) -> String {
        match (self.spelling, self.host) {
            (Spelling::Salesforce | Spelling::Localhost, Host::Org(_)) => "sid".to_owned(),
            _ => format!("sid_{org}"),
        }
    }

    fn spell(&self, scheme: Scheme, name: &str, port: Option<u16>) -> String {
        match port {
            Some(port) if port != scheme.default_port() => format!("{}://{name}:{port}", scheme.as_str()),
            _ => [scheme.as_str(), "://", name].concat(),
        }
    }
}

/// Splits `name:port` and `[v6]:port`.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => (&authority[..colon], Some(authority[colon + 1..].parse().ok()?)),
        _ => (authority, None),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    (!name.is_empty()).then_some((name, port))
}

enum Named {
    Login,
    Test,
    Org(MyDomain),
}

/// Reads a Salesforce name or its `.localhost` twin.
fn read_name(name: &str) -> Option<(Spelling, Named)> {
    if let Some((spelling, domain)) = read_web_domain(name).or_else(|| read_experience_domain(name)) {
        return Some((spelling, Named::Org(domain)));
    }
    let (spelling, rest) = match name.strip_suffix(".salesforce.com") {
        Some(rest) => (Spelling::Salesforce, rest),
        None => (Spelling::Localhost, name.strip_suffix(".localhost")?),
    };
    let named = match rest {
        "login" => Named::Login,
        "test" => Named::Test,
        _ => Named::Org(MyDomain::read(rest.strip_suffix(".my")?)?),
    };
    Some((spelling, named))
}

/// Whether this is a name the forward proxy may end: one of Salesforce's, whether or not an org has it.
pub fn is_salesforce_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["salesforce.com", "force.com", "site.com"]
        .iter()
        .any(|domain| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(n: u32) -> OrgId {
        OrgId::numbered(n)
    }

    fn listeners() -> Arc<Listeners> {
        let ports = Ports { host: "127.0.0.1".into(), login: 8844, test: 8845, login_tls: Some(8943), test_tls: Some(8944), open: false };
        let listeners = Listeners::at(ports);
        listeners.orgs.write().insert(org(9), 9009);
        Arc::new(listeners)
    }

    fn directory(domain: &MyDomain) -> Option<OrgId> {
        match (domain.label(), domain.kind()) {
            ("acme", DomainKind::Production) => Some(org(1)),
            ("acme--uat", DomainKind::Sandbox) => Some(org(2)),
            ("x-dev-ed", DomainKind::Developer) => Some(org(3)),
            _ => None,
        }
    }

    fn site(url: &str) -> Result<Site, Misplaced> {
        let (scheme, authority) = url.split_once("://").unwrap();
        let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
        Site::resolve(scheme, authority, Host::Login, &listeners(), directory)
    }

    #[test]
    fn the_authority_selects_the_host() {
        let check = |url: &str, host| assert_eq!(site(url).unwrap().host(), host, "{url}");
        check("https://login.salesforce.com", Host::Login);
        check("https://TEST.salesforce.com:443", Host::Test);
        check("https://acme.my.salesforce.com", Host::Org(org(1)));
        check("https://acme--uat.sandbox.my.salesforce.com", Host::Org(org(2)));
        check("https://x-dev-ed.develop.my.salesforce.com.", Host::Org(org(3)));
        check("https://acme.lightning.force.com", Host::Org(org(1)));
        check("https://acme--c.vf.force.com", Host::Org(org(1)));
        check("https://acme--uat--c.sandbox.vf.force.com", Host::Org(org(2)));
        check("https://acme.file.force.com", Host::Org(org(1)));
        check("https://acme.my.site.com", Host::Org(org(1)));
        check("http://acme--uat.sandbox.my.site.localhost:8844", Host::Org(org(2)));
        check("http://login.localhost:8844", Host::Login);
        check("http://acme--uat.sandbox.my.localhost:8844", Host::Org(org(2)));
        check("http://127.0.0.1:8844", Host::Login);
        check("http://localhost:8845", Host::Test);
        check("http://[::1]:8845", Host::Test);
        check("https://localhost:8944", Host::Test);
        check("http://127.0.0.1:9009", Host::Org(org(9)));
        check("http://127.0.0.1:31999", Host::Login);
    }

    #[test]
    fn names_that_lead_nowhere_are_refused() {
        let check = |authority: &str, why: Misplaced| assert_eq!(site(&format!("http://{authority}")).unwrap_err(), why);
        check("", Misplaced::NoAuthority);
        check(":8844", Misplaced::NoAuthority);
        check("login.salesforce.com:99999", Misplaced::NoAuthority);
        check("rebound.example:8844", Misplaced::ForeignName("rebound.example".into()));
        check("login.salesforce.com.evil.example", Misplaced::ForeignName("login.salesforce.com.evil.example".into()));
        check("sf-mock:8844", Misplaced::ForeignName("sf-mock".into()));
        check("na1.salesforce.com", Misplaced::ForeignName("na1.salesforce.com".into()));
        check("beta.my.salesforce.com", Misplaced::NoSuchOrg("beta.my.salesforce.com".into()));
        check("acme.sandbox.my.salesforce.com", Misplaced::NoSuchOrg("acme.sandbox.my.salesforce.com".into()));
    }

    #[test]
    fn answers_keep_suffix_scheme_and_port() {
        let check = |url: &str, login: &str, production: &str, sandbox: &str| {
            let site = site(url).unwrap();
            let acme = MyDomain::for_org("Acme", DomainKind::Production);
            let uat = MyDomain::for_org("acme--uat", DomainKind::Sandbox);
            let spelled = [site.login_url(), site.my_domain_url(org(1), &acme), site.my_domain_url(org(2), &uat)];
            assert_eq!(spelled, [login, production, sandbox], "{url}");
        };
        let real = ["https://login.salesforce.com", "https://acme.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com"];
        check("https://login.salesforce.com:443", real[0], real[1], real[2]);
        check("https://acme.my.salesforce.com", real[0], real[1], real[2]);
        check(
            "http://test.localhost:8844",
            "http://login.localhost:8844",
            "http://acme.my.localhost:8844",
            "http://acme--uat.sandbox.my.localhost:8844",
        );
        check("http://localhost:8844", "http://localhost:8844", "http://localhost:8844", "http://localhost:8845");
        check("http://localhost:8845", "http://localhost:8844", "http://localhost:8844", "http://localhost:8845");
        check("https://127.0.0.1:8944", "https://127.0.0.1:8943", "https://127.0.0.1:8943", "https://127.0.0.1:8944");
        check("http://127.0.0.1:31999", "http://127.0.0.1:31999", "http://127.0.0.1:31999", "http://127.0.0.1:8845");
        check("http://127.0.0.1:9009", "http://127.0.0.1:8844", "http://127.0.0.1:8844", "http://127.0.0.1:8845");
    }

    #[test]
    fn an_org_with_a_listener_is_named_and_served_there_alone() {
        let login = site("http://127.0.0.1:8844").unwrap();
        let nine = MyDomain::for_org("nine", DomainKind::Production);
        assert_eq!(login.my_domain_url(org(9), &nine), "http://127.0.0.1:9009");
        assert!(!login.serves(org(9)));
        assert!(login.serves(org(1)));
        assert!(site("http://127.0.0.1:9009").unwrap().serves(org(9)));
        assert!(!site("http://acme.my.localhost:8844").unwrap().serves(org(2)));
        assert!(!site("http://login.localhost:8844").unwrap().serves(org(1)));
    }

    #[test]
    fn the_domains_of_an_org_are_spelled_like_the_site_asked() {
        let check = |url: &str, which, expected: &str| {
            let acme = MyDomain::for_org("acme", DomainKind::Production);
            assert_eq!(site(url).unwrap().web_domain(org(1), &acme, which), expected, "{url}");
        };
        check("https://login.salesforce.com", WebDomain::Lightning, "acme.lightning.force.com");
        check("https://login.salesforce.com", WebDomain::Visualforce, "acme--c.vf.force.com");
        check("http://login.localhost:8844", WebDomain::Content, "acme.file.localhost:8844");
        check("http://127.0.0.1:8844", WebDomain::Lightning, "127.0.0.1:8844");
    }

    #[test]
    fn a_token_of_an_experience_site_is_used_there() {
        let check = |url: &str, expected: &str| {
            let acme = MyDomain::for_org("acme", DomainKind::Production);
            assert_eq!(site(url).unwrap().instance_url(org(1), &acme), expected, "{url}");
        };
        check("https://acme.my.site.com", "https://acme.my.site.com");
        check("https://acme.my.salesforce.com", "https://acme.my.salesforce.com");
        check("http://127.0.0.1:8844", "http://127.0.0.1:8844");
        let customers = site("https://acme.my.site.com").unwrap().at_experience("customers");
        assert_eq!((customers.experience(), customers.experience_url().as_str()), (Some("customers"), "https://acme.my.site.com/customers"));
    }

    #[test]
    fn cookies_name_the_org_where_the_host_does_not() {
        let check = |url: &str, name: &str| assert_eq!(site(url).unwrap().session_cookie(org(1)), name, "{url}");
        check("https://acme.my.salesforce.com", "sid");
        check("https://login.salesforce.com", &format!("sid_{}", org(1)));
        check("http://127.0.0.1:8844", &format!("sid_{}", org(1)));
    }

    #[test]
    fn only_salesforce_names_pass_the_proxy() {
        let check = |name: &str, passes: bool| assert_eq!(is_salesforce_name(name), passes, "{name}");
        check("login.salesforce.com", true);
        check("api.salesforce.com", true);
        check("acme.lightning.force.com", true);
        check("notsalesforce.com", false);
        check("salesforce.com.example", false);
    }
}
