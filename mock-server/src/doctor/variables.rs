//! Variables that lead clients elsewhere: proxies, exceptions from them, and names of ours that nobody reads.

use std::net::IpAddr;

use super::{Finding, Patient};
use crate::org::is_salesforce_name;

const TOPIC: &str = "proxy";

/// Clients look at one or the other spelling first.
pub(super) const HTTPS_PROXIES: [&str; 2] = ["HTTPS_PROXY", "https_proxy"];
const HTTP_PROXIES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// One host of each kind that clients have in their code or are told by Salesforce.
const SALESFORCE: [&str; 4] = ["login.salesforce.com", "acme.my.salesforce.com", "acme.lightning.force.com", "acme.my.site.com"];
const LOOPBACK: [&str; 2] = ["127.0.0.1", "localhost"];

/// What `exec` sets for a command beside `SF_MOCK_BIN` and the flags.
const ADDRESSES: [&str; 6] = ["SF_MOCK_BIN", "SF_MOCK_LOG", "SF_MOCK_TEST_URL", "SF_MOCK_CONTROL_URL", "SF_MOCK_CA_FILE", "SF_MOCK_URL"];

/// What of the inherited environment a command under `exec --proxy`, or a shell that takes in `env --proxy`, must not see as it
/// is: the spelling that clients prefer to `ours`, and exceptions that would let calls meant for Salesforce leave for the real one.
pub fn leading_here(ours: &[(&'static str, String)], inherited: impl Fn(&str) -> Option<String>) -> Vec<(&'static str, String)> {
    let [like, other] = HTTPS_PROXIES;
    let proxy = inherited(other).and_then(|_| ours.iter().find(|(given, _)| *given == like));
    let preferred = proxy.map(|(_, value)| (other, value.clone()));
    let exceptions = EXCEPTIONS.into_iter().filter_map(|name| Some((name, without_salesforce(&inherited(name)?))));
    preferred.into_iter().chain(exceptions).collect()
}

/// The entries of a `NO_PROXY` that spare no Salesforce name from the proxy. `*` is replaced by loopback.
fn without_salesforce(exceptions: &str) -> String {
    let harmless = |entry: &&str| *entry != "*" && !SALESFORCE.iter().any(|host| covers(entry, host)) && !is_salesforce_name(entry);
    let mut kept: Vec<&str> = entries(exceptions).filter(harmless).collect();
    if entries(exceptions).any(|entry| entry == "*") {
        kept.extend(LOOPBACK);
    }
    kept.join(",")
}

fn entries(exceptions: &str) -> impl Iterator<Item = &str> {
    exceptions.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty())
}

/// Whether a `NO_PROXY` keeps this host from the proxy.
fn exempts(exceptions: &str, host: &str) -> bool {
    entries(exceptions).any(|entry| entry == "*" || covers(entry, host))
}

/// A name covers itself and what is below it; an address may have a prefix. Ports are not looked at.
fn covers(entry: &str, host: &str) -> bool {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return covers_address(entry, ip);
    }
    let entry = entry.strip_prefix('*').unwrap_or(entry).trim_start_matches('.').to_ascii_lowercase();
    let entry = entry.split(':').next().unwrap_or_default();
    !entry.is_empty() && host.strip_suffix(entry).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn covers_address(entry: &str, ip: IpAddr) -> bool {
    let (network, prefix) = entry.split_once('/').map_or((entry, None), |(network, prefix)| (network, prefix.parse::<u32>().ok()));
    let network = network.rsplit_once(':').filter(|_| !network.contains("::")).map_or(network, |(address, _)| address);
    match (network.trim_matches(['[', ']']).parse(), ip) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(ip)) => {
            let prefix = prefix.unwrap_or(32).min(32);
            let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
            network.to_bits() & mask == ip.to_bits() & mask
        }
        (Ok(network), ip) => network == ip,
        _ => false,
    }
}

/// Whether an address leads to this port of this machine.
pub(super) fn leads_to(url: &str, port: u16) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let Some((host, given)) = authority.rsplit_once(':') else { return false };
    let host = host.trim_matches(['[', ']']);
    let here = host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified());
    here && given.parse() == Ok(port)
}

pub(super) fn examine(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(loopback(patient));
    findings.extend(if patient.is_proxied() { led_here(patient) } else { Vec::new() });
    findings.extend(unread(patient));
    if !findings.iter().any(Finding::is_problem) {
        let how = if patient.is_proxied() { "lead https of clients here" } else { "keep clients from nothing here" };
        findings.push(Finding::well(TOPIC, format!("proxy variables {how}")));
    }
    findings
}

/// A proxy for plain HTTP is asked for loopback too, and finds its own machine there.
fn loopback(patient: &Patient<'_>) -> Vec<Finding> {
    let elsewhere = |name: &&str| patient.variable(name).is_some_and(|value| !leads_to(value, patient.config.port));
    let mut proxies: Vec<&str> = HTTP_PROXIES.into_iter().filter(elsewhere).collect();
    if patient.config.tls.is_some() {
        proxies.extend(HTTPS_PROXIES.into_iter().filter(|name| patient.variable(name).is_some()));
    }
    let spared = |host: &str| EXCEPTIONS.iter().filter_map(|name| patient.variable(name)).all(|value| exempts(value, host));
    let any_exception = EXCEPTIONS.iter().any(|name| patient.variable(name).is_some());
    let swallowed: Vec<&str> = LOOPBACK.into_iter().filter(|host| !any_exception || !spared(host)).collect();
    let (Some(proxy), false) = (proxies.first(), swallowed.is_empty()) else { return Vec::new() };
    let value = patient.variable(proxy).unwrap_or_default();
    let mut exceptions: Vec<&str> =
        patient.variable("NO_PROXY").or_else(|| patient.variable("no_proxy")).map(|value| entries(value).collect()).unwrap_or_default();
    exceptions.extend(swallowed.iter().filter(|host| !exceptions.contains(host)).copied().collect::<Vec<_>>());
    let mend = format!("export NO_PROXY={0} no_proxy={0}", exceptions.join(","));
    vec![Finding::problem(
        TOPIC,
        format!("{proxy}={} also takes calls to {}", shown(value), swallowed.join(" and ")),
        "clients ask the proxy for this machine's own addresses; it answers from its own machine, or refuses",
        mend,
    )]
}

/// An address without the credentials that may stand in it.
fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://{rest}"),
        _ => url.to_owned(),
    }
}

/// What may still go wrong where HTTPS is led to the login port.
fn led_here(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let origin = patient.origin();
    for name in HTTPS_PROXIES {
        if let Some(value) = patient.variable(name).filter(|value| !leads_to(value, patient.config.port)) {
            findings.push(Finding::problem(
                TOPIC,
                format!("{name}={}, while its other spelling leads here", shown(value)),
                "clients differ in which of the two they take, so that some go there",
                format!("export {name}={origin}"),
            ));
        }
    }
    for name in EXCEPTIONS {
        let Some(value) = patient.variable(name) else { continue };
        if let Some(host) = SALESFORCE.into_iter().find(|host| exempts(value, host)) {
            findings.push(Finding::problem(
                TOPIC,
                format!("{name} keeps {host} from the proxy"),
                "calls to Salesforce's names leave this machine for the real Salesforce, with what your tests send",
                format!("export {name}='{}'", without_salesforce(value)),
            ));
        }
    }
    if patient.variable("NODE_USE_ENV_PROXY") != Some("1") {
        findings.push(Finding::note(
            TOPIC,
            "NODE_USE_ENV_PROXY is not 1",
            "Node's own fetch and http take no notice of HTTPS_PROXY without it",
            "export NODE_USE_ENV_PROXY=1 (Node 22.21 or 24.5 and later)",
        ));
    }
    findings
}

/// A misspelt variable is a flag that silently does nothing.
fn unread(patient: &Patient<'_>) -> Vec<Finding> {
    let read = |name: &str| patient.known.iter().any(|known| known == name) || ADDRESSES.contains(&name);
    let ours = patient.variables.keys().filter(|name| name.starts_with("SF_MOCK_") && !read(name));
    let finding = |name: &String| {
        let why = "sf-mock reads no such variable, so it has no effect";
        Finding::note(TOPIC, format!("{name} is set"), why, "see `sf-mock serve --help` for the names of the variables")
    };
    ours.map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::findings_with;
    use super::*;

    #[test]
    fn exceptions_cover_names_below_them_and_networks() {
        let check = |exceptions: &str, host: &str, expected: bool| assert_eq!(exempts(exceptions, host), expected, "{exceptions} {host}");
        check("localhost,127.0.0.1", "127.0.0.1", true);
        check("127.0.0.0/8", "127.0.0.1", true);
        check("10.0.0.0/8", "127.0.0.1", false);
        check("127.0.0.1:8844", "127.0.0.1", true);
        check("0.0.0.0/0", "127.0.0.1", true);
        check("*", "anything", true);
        check(".salesforce.com", "login.salesforce.com", true);
        check("*.salesforce.com", "acme.my.salesforce.com", true);
        check("SALESFORCE.com:443", "login.salesforce.com", true);
        check("force.com", "login.salesforce.com", false);
        check("", "localhost", false);
    }

    #[test]
    fn addresses_lead_to_a_port_of_this_machine_or_not() {
        let check = |url: &str, expected: bool| assert_eq!(leads_to(url, 8844), expected, "{url}");
        check("http://127.0.0.1:8844", true);
        check("http://user:word@localhost:8844/", true);
        check("127.0.0.1:8844", true);
        check("http://[::1]:8844", true);
        check("http://127.0.0.1:8845", false);
        check("http://proxy.example:8844", false);
        check("http://127.0.0.1", false);
    }

    #[test]
    fn a_command_under_exec_is_not_led_past_the_proxy() {
        let ours = [("HTTPS_PROXY", "http://127.0.0.1:1".to_owned())];
        let check = |inherited: &[(&str, &str)], expected: &[(&'static str, &str)]| {
            let seen = leading_here(&ours, |name| inherited.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned()));
            let expected: Vec<_> = expected.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            assert_eq!(seen, expected, "{inherited:?}");
        };
        check(&[], &[]);
        check(&[("https_proxy", "http://corp:3128")], &[("https_proxy", "http://127.0.0.1:1")]);
        check(&[("NO_PROXY", "localhost,.salesforce.com,corp.example")], &[("NO_PROXY", "localhost,corp.example")]);
        check(&[("no_proxy", "*")], &[("no_proxy", "127.0.0.1,localhost")]);
        check(&[("NO_PROXY", "acme--uat.sandbox.my.salesforce.com com")], &[("NO_PROXY", "")]);
    }

    fn check(variables: &[(&str, &str)], expected: &[&str]) {
        assert_eq!(findings_with(variables, examine), expected, "{variables:?}");
    }

    #[test]
    fn a_proxy_that_swallows_loopback_is_found() {
        let swallowed = "HTTP_PROXY=http://proxy.example:3128 also takes calls to 127.0.0.1 and localhost";
        check(&[("HTTP_PROXY", "http://me:secret@proxy.example:3128")], &[swallowed]);
        check(&[("HTTP_PROXY", "http://proxy.example:3128"), ("NO_PROXY", "example.org")], &[swallowed]);
        check(
            &[("http_proxy", "http://proxy.example:3128"), ("no_proxy", "127.0.0.0/8")],
            &["http_proxy=http://proxy.example:3128 also takes calls to localhost"],
        );
        check(&[("HTTP_PROXY", "http://proxy.example:3128"), ("NO_PROXY", "localhost,127.0.0.1")], &[]);
        check(&[("HTTPS_PROXY", "http://proxy.example:3128")], &[]);
        check(&[("HTTP_PROXY", "")], &[]);
    }

    #[test]
    fn calls_that_would_reach_the_real_salesforce_are_found() {
        let here = ("HTTPS_PROXY", "http://127.0.0.1:8844");
        check(&[here], &[]);
        check(&[here, ("NO_PROXY", ".force.com")], &["NO_PROXY keeps acme.lightning.force.com from the proxy"]);
        check(&[here, ("https_proxy", "http://corp:3128")], &["https_proxy=http://corp:3128, while its other spelling leads here"]);
    }
}
