//! The other domains of an org, beside its My Domain: Lightning, Visualforce, files, and its Experience Cloud sites.

use std::sync::Arc;

use super::{MyDomain, Site, Spelling};
use crate::id::OrgId;

/// A domain of the web that one org's pages are served from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebDomain {
    Lightning,
    Visualforce,
    Content,
}

impl WebDomain {
    const ALL: [Self; 3] = [Self::Lightning, Self::Visualforce, Self::Content];

    /// What stands before `.force.com`.
    fn part(self) -> &'static str {
        match self {
            Self::Lightning => ".lightning",
            Self::Visualforce => ".vf",
            Self::Content => ".file",
        }
    }

    /// What is put behind the label: pages of the org's own code run in a namespace called `c`.
    fn tail(self) -> &'static str {
        if self == Self::Visualforce { "--c" } else { "" }
    }
}

/// Reads the name of such a domain.
pub(super) fn read_web_domain(name: &str) -> Option<(Spelling, MyDomain)> {
    let (spelling, rest) = match name.strip_suffix(".force.com") {
        Some(rest) => (Spelling::Salesforce, rest),
        None => (Spelling::Localhost, name.strip_suffix(".localhost")?),
    };
    let (which, stem) = WebDomain::ALL.into_iter().find_map(|which| Some((which, rest.strip_suffix(which.part())?)))?;
    let domain = MyDomain::read(stem)?;
    let label = domain.label.strip_suffix(which.tail())?;
    (!label.is_empty()).then(|| (spelling, MyDomain { label: label.into(), kind: domain.kind }))
}

/// Reads the name of an Experience Cloud domain.
pub(super) fn read_experience_domain(name: &str) -> Option<(Spelling, MyDomain)> {
    let known = [(Spelling::Salesforce, ".my.site.com"), (Spelling::Localhost, ".my.site.localhost")];
    known.into_iter().find_map(|(spelling, suffix)| Some((spelling, MyDomain::read(name.strip_suffix(suffix)?)?)))
}

impl Site {
    /// Host name of a domain of the org, with the port where addresses of this site have one: what cookies are set for.
    pub fn web_domain(&self, org: OrgId, domain: &MyDomain, which: WebDomain) -> String {
        let suffix = match self.spelling {
            Spelling::Salesforce => ".force.com",
            Spelling::Localhost => ".localhost",
            Spelling::Own => return authority(&self.my_domain_url(org, domain)),
        };
        let name = [domain.label(), which.tail(), domain.kind().partition(), which.part(), suffix].concat();
        authority(&self.spell(self.scheme, &name, self.port))
    }

    /// Whether the request came to an Experience Cloud site. On a shared origin of our own every address may be one.
    pub fn may_be_experience(&self) -> bool {
        self.is_own() || self.experience.is_some()
    }

    /// The path of the Experience Cloud site asked: empty for the one at the root, `None` elsewhere.
    pub fn experience(&self) -> Option<&str> {
        self.experience.as_deref()
    }

    /// Address of the Experience Cloud site asked.
    pub fn experience_url(&self) -> String {
        [&self.url(), self.prefix()].concat()
    }

    /// The address under which tokens issued here are used: the org's My Domain, or the Experience Cloud site that was asked.
    pub fn instance_url(&self, org: OrgId, domain: &MyDomain) -> String {
        if !self.is_own() && self.experience.is_some() { self.url() } else { self.my_domain_url(org, domain) }
    }

    /// The same site with the Experience Cloud site at `path`, which was taken off the request's own path.
    pub fn at_experience(mut self, path: &str) -> Self {
        self.prefix = Some([self.prefix(), "/", path].concat().into());
        self.experience = Some(Arc::from(path));
        self
    }
}

fn authority(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, authority)| authority).to_owned()
}
