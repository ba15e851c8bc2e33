//! Which of Salesforce's hosts was asked: the production side, the sandbox's, or the org's own address.

use super::Finding;
use crate::evidence::{Exchange, Sort};
use crate::failure::Failure;

/// The production login host, as journals call it.
pub const LOGIN: &str = "login";

/// The first exchange of a sandbox's code goes to the sandbox's side.
pub fn exchanged_there(exchanges: &[Exchange]) -> Finding {
    let Some(first) = exchanges.first() else { return Finding::not_exercised("no code was exchanged") };
    let told = (first.site() == LOGIN).then(|| {
        format!(
            "expected the code at the side that issued it; the {} went to the production login host and was answered {}",
            first.describe(),
            first.answer()
        )
    });
    Finding::wrong([first], told.as_slice())
}

/// One of these requests for a sandbox is accepted on the sandbox's side.
pub fn accepted_there(sent: &[Exchange], sort: Sort) -> Finding {
    let answers = || sent.iter().map(|each| format!("{} → {}", each.site(), each.answer())).collect::<Vec<_>>().join("; ");
    let there: Vec<&Exchange> = sent.iter().filter(|exchange| exchange.site() != LOGIN).collect();
    let outcome = match there.as_slice() {
        _ if sent.is_empty() => Err(Failure::not_exercised(format!("no {sort} was sent"))),
        [] => Err(Failure::breach(format!(
            "expected the test host or the sandbox's own address; only the production login host was asked: {}",
            answers()
        ))),
        there if there.iter().any(|exchange| exchange.is_accepted()) => Ok(()),
        _ => Err(Failure::not_exercised(format!("the right side was asked, and refused: {}", answers()))),
    };
    Finding::of(sent, outcome)
}
