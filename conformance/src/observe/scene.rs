//! What of a journal is one integration's: its requests, its users' attempts to connect, its grants.

use std::collections::{BTreeMap, HashMap};
use std::ops::RangeInclusive;

use jiff::Timestamp;
use serde_json::Value;

use super::facts::Facts;
use crate::evidence::{Exchange, Sort};
use crate::rules::authorization::Asked;
use crate::rules::exchange::Pair;

/// Names under which a request presents what a grant gave out.
const PRESENTED: [&str; 8] = ["bearer", "token", "refresh_token", "code", "access_token", "device_code", "oauth_token", "sid"];

/// Names under which an answer gives out what belongs to a grant.
const ISSUED: [&str; 4] = ["access_token", "refresh_token", "device_code", "code"];

/// A user's attempt to connect: the authorization request, and what became of it.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub asked: Asked,
    /// The request that began it.
    pub first: Exchange,
    pub org: Option<String>,
    pub user: Option<String>,
    /// Fingerprint of the code that Salesforce issued.
    pub code: Option<String>,
    /// The exchange of that code.
    pub exchange: Option<Exchange>,
    /// True if an equal request had been made before whose code was exchanged: it may be a reload.
    repeats: bool,
}

/// Whose a code or token is.
#[derive(Debug, Clone)]
struct Owner {
    line: usize,
    user: Option<String>,
    org: Option<String>,
}

/// One integration's part of a journal.
#[derive(Debug, Default)]
pub struct Scene {
    /// Its requests and its users' authorization requests, oldest first.
    pub sent: Vec<Exchange>,
    pub attempts: Vec<Attempt>,
    /// The requests of each grant, from the exchange that began it.
    pub lines: BTreeMap<usize, Vec<Exchange>>,
    /// The org of each grant.
    pub orgs: BTreeMap<usize, String>,
    pub facts: Facts,
    /// Consumer keys of the integration; of a migration the old one first.
    pub keys: Vec<String>,
    /// Whether the keys are the old and the new app of one integration.
    pub migrates: bool,
    /// When the observation ended.
    pub ended: Option<Timestamp>,
    /// Requests that were taken out.
    apart: Vec<Exchange>,
    owners: HashMap<String, Owner>,
}

impl Scene {
    /// Reads the entries, oldest first.
    pub fn read(entries: &[Exchange], keys: &[String], users: &[String], facts: Facts) -> Self {
        let mut scene = Self { keys: keys.to_vec(), facts, ..Self::default() };
        for entry in entries.iter().filter(|entry| !entry.is_held_note()) {
            scene.follow(entry);
        }
        scene.attempts.retain(|attempt| !attempt.repeats || attempt.exchange.is_some());
        if !users.is_empty() {
            scene.keep(users);
        }
        scene
    }

    fn follow(&mut self, entry: &Exchange) {
        let owner = self.owner(entry);
        let is_page = entry.route().starts_with("pages/");
        let is_own = owner.is_some() || entry.client_id().is_some_and(|key| self.keys.iter().any(|known| known == key)) || self.is_of_app(entry);
        if is_own && !is_page {
            match entry.sort() {
                Sort::Authorize => self.begin(entry),
                Sort::Exchange => self.redeem(entry),
                _ => {}
            }
            let line = self.line(entry, owner.as_ref());
            self.sent.push(entry.clone());
            if let Some(line) = line {
                self.lines.entry(line).or_default().push(entry.clone());
            }
        }
        if let Some(code) = entry.issued("code") {
            self.give_code(entry, code);
        }
    }

    fn owner(&self, entry: &Exchange) -> Option<Owner> {
        PRESENTED.iter().find_map(|name| self.owners.get(entry.fingerprint(name)?)).cloned()
    }

    /// The server knows whose a token is that was given out before the observation began.
    fn is_of_app(&self, entry: &Exchange) -> bool {
        let app = entry.entry()["app"].as_str();
        let is_known = app.is_some_and(|app| self.facts.apps_of(&self.keys).any(|known| known.name == app));
        is_known && entry.client_id().is_none() && matches!(entry.sort(), Sort::Data | Sort::Revoke)
    }

    fn begin(&mut self, entry: &Exchange) {
        let asked = Asked::read(entry);
        let alike = |attempt: &&mut Attempt| {
            let known = &attempt.asked;
            (&known.client_id, &known.state, &known.challenge, &known.redirect_uri)
                == (&asked.client_id, &asked.state, &asked.challenge, &asked.redirect_uri)
        };
        // GUESS: two equal requests are one attempt unless the codes of both were exchanged. A client that uses `state` and challenge
        // again, but is sent no second code, looks the same as a browser that comes back or reloads.
        let known = self.attempts.iter_mut().rev().find(alike);
        let repeats = match known {
            // After the login the browser comes back with the same request.
            Some(known) if known.exchange.is_none() => return known.learn(entry),
            Some(_) => true,
            None => false,
        };
        let mut attempt = Attempt { asked, first: entry.clone(), org: None, user: None, code: None, exchange: None, repeats };
        attempt.learn(entry);
        self.attempts.push(attempt);
    }

    fn give_code(&mut self, entry: &Exchange, code: &str) {
        let state = entry.issued("state").or_else(|| entry.fingerprint("state"));
        let fits = |attempt: &&mut Attempt| attempt.asked.state.as_ref().map(|state| state.id.as_str()) == state && attempt.exchange.is_none();
        if let Some(attempt) = self.attempts.iter_mut().rev().find(fits) {
            attempt.learn(entry);
            attempt.code = Some(code.to_owned());
            let owner = Owner { line: usize::MAX, user: attempt.user.clone(), org: attempt.org.clone() };
            self.owners.insert(code.to_owned(), owner);
        }
    }

    fn redeem(&mut self, entry: &Exchange) {
        let fits = |attempt: &&mut Attempt| attempt.code.is_some() && attempt.code.as_deref() == entry.fingerprint("code");
        if let Some(attempt) = self.attempts.iter_mut().find(fits).filter(|attempt| attempt.exchange.is_none()) {
            attempt.exchange = Some(entry.clone());
        }
    }

    /// The grant that a request belongs to; what its answer gives out belongs to the same.
    fn line(&mut self, entry: &Exchange, owner: Option<&Owner>) -> Option<usize> {
        let known = owner.map(|owner| owner.line).filter(|line| *line != usize::MAX);
        let begins = matches!(entry.sort(), Sort::Exchange | Sort::Token | Sort::Refresh);
        let line = known.or_else(|| begins.then(|| self.owners.len() + self.sent.len()))?;
        let text = |name: &str| entry.entry()[name].as_str().map(str::to_owned);
        let user = text("user").or_else(|| owner.and_then(|owner| owner.user.clone()));
        let org = text("org").or_else(|| owner.and_then(|owner| owner.org.clone()));
        if let Some(org) = &org {
            self.orgs.entry(line).or_insert_with(|| org.clone());
        }
        let owner = Owner { line, user, org };
        let presented = entry.fingerprint("refresh_token").filter(|_| entry.sort() == Sort::Refresh);
        for value in ISSUED.iter().filter_map(|name| entry.issued(name)).chain(presented) {
            self.owners.insert(value.to_owned(), owner.clone());
        }
        Some(line)
    }

    /// Lets only these users' requests count, as far as it is known whose they are.
    fn keep(&mut self, users: &[String]) {
        let is_other = |user: Option<&str>| user.is_some_and(|user| !users.iter().any(|known| known == user));
        let owners = std::mem::take(&mut self.owners);
        let whose = |entry: &Exchange| {
            let owner = PRESENTED.iter().find_map(|name| owners.get(entry.fingerprint(name)?));
            entry.entry()["user"].as_str().map(str::to_owned).or_else(|| owner.and_then(|owner| owner.user.clone()))
        };
        let foreign: Vec<u64> = self.attempts.iter().filter(|attempt| is_other(attempt.user.as_deref())).map(|attempt| attempt.first.seq()).collect();
        self.sent.retain(|entry| !is_other(whose(entry).as_deref()) && !foreign.contains(&entry.seq()));
        for line in self.lines.values_mut() {
            line.retain(|entry| !is_other(whose(entry).as_deref()));
        }
        self.lines.retain(|_, line| !line.is_empty());
        self.attempts.retain(|attempt| !is_other(attempt.user.as_deref()));
    }

    /// Takes out requests that tell nothing of ordinary life. What they gave out stays known.
    pub fn leave_out(&mut self, apart: &[RangeInclusive<u64>]) {
        let is_apart = |entry: &Exchange| apart.iter().any(|range| range.contains(&entry.seq()));
        self.apart.extend(self.sent.extract_if(.., |entry| is_apart(entry)));
        for line in self.lines.values_mut() {
            line.retain(|entry| !is_apart(entry));
        }
        self.lines.retain(|_, line| !line.is_empty());
    }

    /// The entries with these numbers, as the control API shows them.
    pub fn entries_of(&self, evidence: &[u64]) -> Vec<Value> {
        let all = self.sent.iter().chain(&self.apart).filter(|entry| evidence.contains(&entry.seq()));
        all.map(|entry| entry.entry().clone()).collect()
    }

    /// Authorization requests, one for each attempt.
    pub fn asked(&self) -> Vec<Asked> {
        self.attempts.iter().map(|attempt| attempt.asked.clone()).collect()
    }

    /// Attempts with the exchange of their code.
    pub fn pairs(&self) -> Vec<Pair> {
        self.attempts.iter().filter_map(|attempt| Some((attempt.asked.clone(), attempt.exchange.clone()?))).collect()
    }

    /// Requests of one sort.
    pub fn of(&self, sort: Sort) -> Vec<Exchange> {
        crate::evidence::of(&self.sent, sort)
    }

    /// Grants in sandboxes.
    pub fn sandbox_lines(&self) -> impl Iterator<Item = &Vec<Exchange>> {
        self.lines.iter().filter(|(line, _)| self.orgs.get(line).is_some_and(|org| self.facts.is_sandbox(org))).map(|(_, sent)| sent)
    }

    /// Seconds from an entry to the end of the observation.
    pub fn age(&self, entry: &Exchange) -> f64 {
        let age = self.ended.zip(entry.at()).and_then(|(ended, at)| (ended - at).total(jiff::Unit::Second).ok());
        age.unwrap_or_default()
    }
}

impl Attempt {
    /// What a later request of the same attempt tells of its user.
    fn learn(&mut self, entry: &Exchange) {
        let text = |name: &str| entry.entry().get(name).and_then(Value::as_str).map(str::to_owned);
        self.org = text("org").or(self.org.take());
        self.user = text("user").or(self.user.take());
        if let Some(code) = entry.issued("code") {
            self.code = Some(code.to_owned());
        }
    }
}
