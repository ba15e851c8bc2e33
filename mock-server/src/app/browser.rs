//! Which session a browser holds at the site it asks.

use super::{App, Caller};
use crate::oauth::SessionKind;
use crate::org::{Host, Org, Site};
use crate::storage::StoreError;

/// The live session of a browser.
#[derive(Clone)]
pub struct Browser {
    pub caller: Caller,
    /// The session id that its cookie carries.
    pub sid: String,
}

impl App {
    /// Reads the cookies of a request. On an org's own host or path that org's cookie counts alone; on a login host the
    /// last login does, among the orgs whose users log in there.
    pub fn browser<'c>(&self, site: &Site, cookies: impl Iterator<Item = (&'c str, &'c str)>) -> Result<Option<Browser>, StoreError> {
        let mut newest: Option<Browser> = None;
        for browser in self.browsers(site, cookies)? {
            if newest.as_ref().is_none_or(|known| known.caller.session.created <= browser.caller.session.created) {
                newest = Some(browser);
            }
        }
        Ok(newest)
    }

    /// All live sessions that the cookies hold for this site.
    pub fn browsers<'c>(&self, site: &Site, cookies: impl Iterator<Item = (&'c str, &'c str)>) -> Result<Vec<Browser>, StoreError> {
        let mut found = Vec::new();
        for (name, sid) in cookies {
            if name != "sid" && !name.starts_with("sid_") {
                continue;
            }
            let caller = self.caller(sid)?.filter(|caller| caller.session.kind == SessionKind::Browser);
            found.extend(caller.filter(|caller| is_at(site, &caller.org.facts(), name)).map(|caller| Browser { caller, sid: sid.to_owned() }));
        }
        Ok(found)
    }
}

/// Whether a cookie of this name speaks for the org at this site.
fn is_at(site: &Site, org: &Org, cookie: &str) -> bool {
    let is_asked = match site.host() {
        Host::Org(asked) => asked == org.id,
        Host::Login | Host::Test => site.logs_in(org.id, org.kind.into()),
    };
    is_asked && cookie == site.session_cookie(org.id)
}
