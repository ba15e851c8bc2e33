//! Data requests: their versions, their pages, their queries, their hosts.

use super::Finding;
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Outcome};

/// Retired below, announced for retirement below, and the newest.
pub const OLDEST_ALIVE: u16 = 31;
pub const OLDEST_SUPPORTED: u16 = 41;
pub const NEWEST: u16 = 67;

/// The API version in a path, such as 67.
pub fn version(exchange: &Exchange) -> Option<u16> {
    let path = exchange.path();
    let rest =
        ["/services/data/v", "/services/async/", "/services/Soap/u/", "/services/Soap/c/"].iter().find_map(|prefix| path.strip_prefix(prefix))?;
    rest.split(['.', '/', '?']).next()?.parse().ok()
}

/// Every data request names a version of these.
pub fn versions(sent: &[Exchange], oldest: u16, newest: u16) -> Finding {
    let expected = if newest == u16::MAX { format!("{oldest}.0 or above") } else { format!("{oldest}.0 to {newest}.0") };
    let naming: Vec<(&Exchange, u16)> = sent.iter().filter_map(|exchange| Some((exchange, version(exchange)?))).collect();
    let wrong = naming.iter().find(|(_, version)| !(oldest..=newest).contains(version));
    let told = wrong.map(|(wrong, version)| {
        format!("expected API version {expected}; the {} names {version}.0 and was answered {}", wrong.describe(), wrong.answer())
    });
    Finding::wrong(naming.into_iter().map(|(exchange, _)| exchange), told.as_slice())
}

/// Accepted answers with rows of a query.
pub fn pages(sent: &[Exchange]) -> Vec<Exchange> {
    sent.iter().filter(|exchange| exchange.route().starts_with("rest/query") && exchange.is_accepted()).cloned().collect()
}

/// `nextRecordsUrl` of a page that is not the last. Journals keep the beginning of a page, which is where its end is told.
pub fn continuation(page: &Exchange) -> Option<String> {
    address_of_next(page.entry()["response"]["body"].as_str()?)
}

/// Read off the beginning of a body, which may be spread over lines (`X-PrettyPrint`).
fn address_of_next(body: &str) -> Option<String> {
    let (head, _) = body.split_once("\"records\"").unwrap_or((body, ""));
    let (_, after) = head.split_once("\"nextRecordsUrl\"")?;
    let value = after.trim_start().strip_prefix(':')?.trim_start();
    Some(value.strip_prefix('"')?.split('"').next()?.replace("\\/", "/"))
}

/// Whether the page that `page` names as its next was asked for.
pub fn is_followed(sent: &[Exchange], page: &Exchange) -> bool {
    continuation(page).is_none_or(|next| sent.iter().any(|exchange| exchange.seq() > page.seq() && exchange.path() == next))
}

/// Every page was fetched by the address given.
pub fn pages_followed(sent: &[Exchange]) -> Finding {
    let pages = pages(sent);
    if pages.is_empty() {
        return Finding::not_exercised("no query was answered");
    }
    let outcome: Outcome = match pages.iter().find(|page| !is_followed(sent, page)) {
        Some(page) => Err(Failure::breach(format!(
            "expected the next page at {}, as the {} says; it was never fetched",
            continuation(page).unwrap_or_default(),
            page.describe()
        ))),
        None if pages.iter().all(|page| continuation(page).is_none()) => {
            Err(Failure::not_exercised("all rows came in one page: the integration asked for less than all records"))
        }
        None => Ok(()),
    };
    Finding::of(&pages, outcome)
}

/// No page of bulk results is asked for by the word `null`, which marks the end.
pub fn null_is_the_end(results: &[Exchange]) -> Outcome {
    match results.iter().find(|exchange| exchange.parameter("locator") == Some("null")) {
        Some(wrong) => Err(Failure::breach(format!("expected the end at the locator null; the {} asks for a page of that name", wrong.describe()))),
        None => Ok(()),
    }
}

/// Versioned data requests go to the org's own host, never to a login host.
pub fn at_own_host(sent: &[Exchange]) -> Finding {
    let sent: Vec<&Exchange> = sent.iter().filter(|exchange| exchange.sort() == Sort::Data && version(exchange).is_some()).collect();
    if sent.is_empty() {
        return Finding::not_exercised("no versioned data request was sent");
    }
    let told = sent.iter().find(|exchange| ["login", "test"].contains(&exchange.site())).map(|wrong| {
        format!("expected data requests at the token answer's instance_url; the {} went to the {} host", wrong.describe(), wrong.site())
    });
    Finding::wrong(sent, told.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: Option<&str>) {
        assert_eq!(address_of_next(body).as_deref(), expected, "{body}");
    }

    #[test]
    fn the_next_page_is_read_off_a_body_however_it_is_spaced() {
        check(
            r#"{"totalSize":3,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-2","records":[{"Name"#,
            Some("/services/data/v67.0/query/01g-2"),
        );
        check("{\n  \"done\" : false,\n  \"nextRecordsUrl\" : \"/query/01g-2\",\n  \"records\" : [ {", Some("/query/01g-2"));
        check(r#"{"totalSize":1,"done":true,"records":[{"nextRecordsUrl":"/query/other"}]}"#, None);
    }
}
