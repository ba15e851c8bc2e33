//! Host names: the `.localhost` twins, and Salesforce's own in the hosts file.

use std::net::{IpAddr, ToSocketAddrs};
use std::path::PathBuf;

use super::{Finding, Patient};
use crate::config::Addressing;
use crate::org::is_salesforce_name;

const TOPIC: &str = "names";

/// HTTPS without a port in the address.
const HTTPS: u16 = 443;

/// Hosts of each depth: resolvers differ in what they make of them.
const TWINS: [&str; 3] = ["localhost", "login.localhost", "acme.my.localhost"];

pub(super) fn examine(patient: &Patient<'_>) -> Vec<Finding> {
    let mut findings = twins(patient);
    let hosts = std::fs::read_to_string(hosts_file()).unwrap_or_default();
    findings.extend(in_hosts_file(&hosts, patient));
    findings
}

fn twins(patient: &Patient<'_>) -> Vec<Finding> {
    let lost: Vec<&str> = TWINS.into_iter().filter(|name| !is_loopback(name)).collect();
    if lost.is_empty() {
        return vec![Finding::well(TOPIC, "localhost and the names below it resolve to this machine")];
    }
    let what = format!("{} do not resolve to this machine", lost.join(", "));
    let why = "clients that are given .localhost addresses find no server; browsers and curl resolve them by themselves";
    let mend = format!("add to {}: 127.0.0.1 {}, and the My Domain of each org", hosts_file().display(), lost.join(" "));
    let needed = patient.config.addressing == Addressing::Names || lost.contains(&"localhost");
    vec![if needed { Finding::problem(TOPIC, what, why, mend) } else { Finding::note(TOPIC, what, why, mend) }]
}

fn is_loopback(name: &str) -> bool {
    let resolved = (name, 0).to_socket_addrs().map(|found| found.map(|address| address.ip()).collect::<Vec<_>>());
    resolved.is_ok_and(|found| !found.is_empty() && found.iter().all(IpAddr::is_loopback))
}

fn hosts_file() -> PathBuf {
    let windows = std::env::var_os("SystemRoot").filter(|_| cfg!(windows));
    windows.map_or_else(|| PathBuf::from("/etc/hosts"), |root| PathBuf::from(root).join(r"System32\drivers\etc\hosts"))
}

/// Salesforce's names that the file sends to this machine, where only a server at port 443 would answer.
fn in_hosts_file(hosts: &str, patient: &Patient<'_>) -> Option<Finding> {
    let lines = hosts.lines().map(|line| line.split('#').next().unwrap_or_default().split_whitespace());
    let named: Vec<&str> = lines
        .filter_map(|mut words| words.next().map(|address| (address, words)))
        .flat_map(|(address, names)| {
            let here = address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
            names.filter(move |name| here && is_salesforce_name(name)).collect::<Vec<_>>()
        })
        .collect();
    if named.is_empty() || patient.config.tls.is_some_and(|ports| ports.login == HTTPS) {
        return None;
    }
    Some(Finding::problem(
        TOPIC,
        format!("the hosts file sends {} to this machine", named.join(", ")),
        "clients ask port 443 for these names, and the server does not listen there",
        "take the lines out and lead clients by `sf-mock env --proxy`, or start it with --tls --tls-port 443",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::tests::findings_with;
    use super::*;

    #[test]
    fn salesforce_in_the_hosts_file_needs_port_443() {
        let check = |hosts: &'static str, expected: &[&str]| {
            let found = match hosts {
                "" => findings_with(&[], |patient| in_hosts_file("", patient).into_iter().collect()),
                _ => {
                    findings_with(&[], |patient| {
                        in_hosts_file("127.0.0.1 localhost\n# 127.0.0.1 test.salesforce.com\n127.0.0.1\tlogin.salesforce.com a # x\n10.0.0.1 b.my.salesforce.com", patient)
                        .into_iter()
                        .collect()
                    })
                }
            };
            assert_eq!(found, expected);
        };
        check("", &[]);
        check("some", &["the hosts file sends login.salesforce.com to this machine"]);
    }
}
