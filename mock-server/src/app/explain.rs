//! Keeping the explanations of refusals for `/_mock/v1/refusals`, the journal and the error pages.

use super::{App, LiveOrg};
use crate::apps::{About, AppDefinition, Because, Blocked, BlockedThere, Endpoint, Flow, Refusal, Surface};
use crate::id::AppId;
use crate::journal::{Explained, Facts};
use crate::org::{Directory, Host, Site, User};

impl App {
    /// Keeps why a request was refused, with whom it was about as far as that was noted. `asked` is the row of the route table, `at` the
    /// address. What was
    /// explained closer to its cause stays.
    pub fn keep_refusal(&self, because: &Because, (asked, at): (&str, Host), facts: &Facts) {
        let noted = facts.read();
        if noted.refusal.is_some() {
            return;
        }
        let org = noted.org.or(if let Host::Org(id) = at { Some(id) } else { None });
        let surface = because.surface.unwrap_or_else(|| surface_of(asked));
        let mut refusal = self.explained(because, noted.app, surface).in_org(org);
        let user = noted.user.zip(org).and_then(|(user, org)| self.org(org)?.user(user).ok()?);
        if let Some(user) = user {
            refusal = refusal.with_user(user.id, user.username.clone());
        }
        self.record_refusal(refusal, facts);
    }

    /// Says whose login failed, if somebody of this name logs in here.
    pub fn note_attempt(&self, site: &Site, username: &str, facts: &Facts) {
        let Ok(Some(org)) = self.org_of_username(username) else { return };
        let of = org.facts();
        if !site.logs_in(of.id, of.kind.into()) {
            return;
        }
        let user = org.read(|tx| tx.user_named(username)).ok().flatten();
        facts.note(|noted| {
            noted.org = Some(of.id);
            noted.user = user.map(|user| user.id);
        });
    }

    /// Keeps the explanation of what admission refused.
    pub fn explain(
        &self,
        org: &LiveOrg,
        client: &AppDefinition,
        user: Option<&User>,
        (blocked, flow, endpoint): (Blocked, Flow, Endpoint),
        facts: &Facts,
    ) {
        let answer = blocked.answer(flow, endpoint, &org.switches());
        let mut refusal =
            self.explained(&Because::of(BlockedThere { blocked, flow, answer }), Some(client.id), answer.surface).in_org(Some(org.id()));
        if let Some(user) = user {
            refusal = refusal.with_user(user.id, user.username.clone());
        }
        self.record_refusal(refusal, facts);
    }

    fn explained(&self, because: &Because, app: Option<AppId>, surface: Surface) -> Refusal {
        let definition = app.and_then(|id| self.registry().app(id));
        let package = app.and_then(|id| self.registry().carrier(id));
        Refusal::of(self.now(), &*because.why, About { app: definition.as_deref(), package: package.as_ref() }, surface)
    }

    /// Keeps a refusal and names it in the journal.
    pub fn record_refusal(&self, refusal: Refusal, facts: &Facts) {
        let (rule, reason) = (refusal.rule, refusal.reason.clone());
        let seq = self.refusals().record(refusal);
        facts.note(|noted| noted.refusal = Some(Explained { seq, rule, reason }));
    }
}

/// Where the body of an endpoint shows.
fn surface_of(asked: &str) -> Surface {
    match asked {
        "oauth/token" => Surface::Token,
        "oauth/authorize" | "oauth/authorize-branded" | "oauth/authorize-headless" => Surface::AuthorizeBody,
        _ => Surface::Oauth,
    }
}
