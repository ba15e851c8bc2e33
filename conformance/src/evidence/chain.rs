//! Which refresh token a refresh presented: approvals and generations, read from the wire alone.
//!
//! The server counts generations too, but forgets them with a grant that it has revoked. Here a token keeps the
//! generation it was issued with, so that a replay after the end is still told from an honest retry.

use std::collections::BTreeMap;

use super::exchange::{Exchange, Sort};

/// A refresh token, by the exchange that gave it out.
#[derive(Debug, Clone)]
pub struct Issue {
    /// Which approval of the user it belongs to; the first is 1. One that came from elsewhere is of approval 0.
    pub approval: usize,
    /// The first of an approval is 1.
    pub generation: u64,
    /// The exchange that issued it; none for a token that came from elsewhere.
    pub by: Option<Exchange>,
}

impl Issue {
    /// How a report names it: `generation 2, issued at 12:00:01.250 (request 17)`.
    pub fn describe(&self) -> String {
        match &self.by {
            Some(by) => format!("generation {} (from the {})", self.generation, by.describe()),
            None => format!("generation {} (given before the check)", self.generation),
        }
    }
}

/// Every refresh token that was issued or presented.
#[derive(Debug, Default)]
pub struct Chains {
    tokens: BTreeMap<String, Issue>,
    approvals: usize,
}

impl Chains {
    /// Reads the exchanges, oldest first.
    pub fn read(exchanges: &[Exchange]) -> Self {
        let mut chains = Self::default();
        for exchange in exchanges {
            chains.follow(exchange);
        }
        chains
    }

    fn follow(&mut self, exchange: &Exchange) {
        let issued = exchange.issued("refresh_token").filter(|_| exchange.is_accepted());
        match (exchange.sort(), issued) {
            (Sort::Exchange | Sort::Token, Some(token)) => {
                self.approvals += 1;
                let issue = Issue { approval: self.approvals, generation: 1, by: Some(exchange.clone()) };
                self.tokens.insert(token.to_owned(), issue);
            }
            (Sort::Refresh, issued) => self.rotate(exchange, issued),
            _ => {}
        }
    }

    fn rotate(&mut self, refresh: &Exchange, issued: Option<&str>) {
        let Some(presented) = refresh.fingerprint("refresh_token") else { return };
        let stranger = || Issue { approval: 0, generation: refresh.presented().unwrap_or(1), by: None };
        let before = self.tokens.entry(presented.to_owned()).or_insert_with(stranger).clone();
        if let Some(token) = issued.filter(|token| *token != presented) {
            let issue = Issue { generation: before.generation + 1, by: Some(refresh.clone()), ..before };
            self.tokens.insert(token.to_owned(), issue);
        }
    }

    /// The token that a refresh presented.
    pub fn presented(&self, refresh: &Exchange) -> Option<&Issue> {
        self.tokens.get(refresh.fingerprint("refresh_token")?)
    }

    /// The newest token of an approval that had been handed over when `refresh` arrived.
    pub fn newest_for(&self, refresh: &Exchange) -> Option<&Issue> {
        let presented = self.presented(refresh)?;
        let had_arrived = |issue: &Issue| match &issue.by {
            None => true,
            Some(by) => by.was_answered_before(refresh),
        };
        let of_approval = self.tokens.values().filter(|issue| issue.approval == presented.approval && had_arrived(issue));
        of_approval.max_by_key(|issue| issue.generation)
    }

    /// How many times a user approved.
    pub fn approvals(&self) -> usize {
        self.approvals
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn exchange(seq: u64, grant_type: &str, presented: &str, issued: &str) -> Exchange {
        Exchange::new(json!({
            "seq": seq, "route": "oauth/token", "params": { "grant_type": grant_type }, "status": if issued == "refused" { 400 } else { 200 },
            "order": { "arrived": 2 * seq, "answered": 2 * seq + 1 },
            "fingerprints": { "refresh_token": { "id": presented }, "issued": { "refresh_token": { "id": Some(issued).filter(|id| !id.is_empty()) } } },
        }))
    }

    fn check(exchanges: &[Exchange], expected: &Value) {
        let chains = Chains::read(exchanges);
        let told = |refresh: &Exchange| {
            json!([chains.presented(refresh).map(|issue| issue.generation), chains.newest_for(refresh).map(|issue| issue.generation)])
        };
        let refreshes = exchanges.iter().filter(|exchange| exchange.sort() == Sort::Refresh);
        assert_eq!(&refreshes.map(told).collect::<Value>(), expected);
    }

    #[test]
    fn a_generation_is_the_place_in_the_chain() {
        let chain = [
            exchange(1, "authorization_code", "", "a"),
            exchange(2, "refresh_token", "a", "b"),
            exchange(3, "refresh_token", "b", "c"),
            exchange(4, "refresh_token", "a", "refused"),
        ];
        check(&chain, &json!([[1, 1], [2, 2], [1, 3]]));
    }

    #[test]
    fn a_token_that_is_not_replaced_stays_the_newest() {
        check(
            &[exchange(1, "authorization_code", "", "a"), exchange(2, "refresh_token", "a", ""), exchange(3, "refresh_token", "a", "")],
            &json!([[1, 1], [1, 1]]),
        );
    }

    #[test]
    fn a_token_from_elsewhere_begins_a_chain_of_its_own() {
        check(&[exchange(1, "refresh_token", "s", "t"), exchange(2, "refresh_token", "s", "refused")], &json!([[1, 1], [1, 2]]));
    }
}
