//! What the lives of tokens should be, told without looking at how they are kept.

use super::{HOUR, Outcome, Policy};

/// An approval; the last of its refresh tokens is current.
struct Family {
    user: usize,
    alive: bool,
    created: i64,
    used: i64,
    refresh: Vec<usize>,
}

pub struct Model {
    pub now: i64,
    pub active: [bool; 2],
    pub blocked: bool,
    pub rotates: bool,
    pub policy: Policy,
    families: Vec<Family>,
    /// Of each access token: its family, whether it was ended, its last use that counted.
    pub access: Vec<(usize, bool, i64)>,
    pub refresh_tokens: usize,
}

impl Model {
    pub fn new(now: i64, rotates: bool) -> Self {
        let (families, access) = (Vec::new(), Vec::new());
        Self { now, active: [true; 2], blocked: false, rotates, policy: Policy::UntilRevoked, families, access, refresh_tokens: 0 }
    }

    pub fn issue(&mut self, user: usize) {
        let live = (0..self.families.len()).filter(|at| self.families[*at].alive && self.families[*at].user == user);
        if live.clone().count() == 5 {
            live.min_by_key(|at| (self.families[*at].used, *at)).into_iter().for_each(|oldest| self.kill(oldest));
        }
        self.families.push(Family { user, alive: true, created: self.now, used: self.now, refresh: vec![self.refresh_tokens] });
        self.refresh_tokens += 1;
        self.access.push((self.families.len() - 1, false, self.now));
    }

    pub fn refresh(&mut self, token: usize) -> Outcome {
        let Some(at) = self.families.iter().position(|family| family.alive && family.refresh.contains(&token)) else { return Outcome::Dead };
        let family = &mut self.families[at];
        if family.refresh.last() != Some(&token) {
            self.kill(at);
            return Outcome::Dead;
        }
        match self.policy {
            _ if !self.active[family.user] => return Outcome::Inactive,
            _ if self.blocked => return Outcome::Blocked,
            Policy::Immediately => return Outcome::Dead,
            Policy::Unused(limit) if self.now >= family.used + limit => return Outcome::Dead,
            Policy::After(limit) if self.now >= family.created + limit => return Outcome::Dead,
            _ => family.used = self.now,
        }
        if self.rotates {
            family.refresh.push(self.refresh_tokens);
            self.refresh_tokens += 1;
        }
        self.access.push((at, false, self.now));
        Outcome::Good
    }

    /// Two hours without use end an access token, and use counts in their second half.
    pub fn serves(&mut self, token: usize) -> bool {
        let (family, ended, used) = &mut self.access[token];
        let serves = !*ended && self.now < *used + 2 * HOUR && self.active[self.families[*family].user];
        if serves && self.now >= *used + HOUR {
            *used = self.now;
        }
        serves
    }

    pub fn revoke_refresh(&mut self, token: usize) -> bool {
        let found = self.families.iter().position(|family| family.alive && family.refresh.last() == Some(&token));
        found.into_iter().for_each(|at| self.kill(at));
        found.is_some()
    }

    pub fn end_sessions(&mut self, of: Option<usize>) {
        let families = &self.families;
        self.access.iter_mut().filter(|(at, ..)| of.is_none_or(|user| families[*at].user == user)).for_each(|(_, ended, _)| *ended = true);
    }

    pub fn uninstall(&mut self) {
        (0..self.families.len()).for_each(|at| self.kill(at));
    }

    fn kill(&mut self, at: usize) {
        self.families[at].alive = false;
        self.access.iter_mut().filter(|(family, ..)| *family == at).for_each(|(_, ended, _)| *ended = true);
    }
}
