//! The code exchange, and how a client proves who it is.

use super::authorization::Asked;
use super::{Finding, breach};
use crate::evidence::{Exchange, Sort};
use crate::failure::{Failure, Outcome};

/// Lengths that RFC 7636 4.1 allows.
const VERIFIER_LENGTHS: std::ops::RangeInclusive<u64> = 43..=128;

/// An authorization request with the exchange of its code.
pub type Pair = (Asked, Exchange);

/// A finding that rests on both halves of the pairs.
fn of_pairs(pairs: &[Pair], wrong: &[String]) -> Finding {
    if pairs.is_empty() {
        return Finding::not_exercised("no code of this check was exchanged");
    }
    let mut finding = Finding::wrong(pairs.iter().map(|(_, exchange)| exchange), wrong);
    finding.evidence.extend(pairs.iter().map(|(asked, _)| asked.seq).filter(|seq| *seq > 0));
    finding
}

/// The redirect URI is a registered one, in both requests. Without a list of them only the two are compared.
pub fn redirect_uri(pairs: &[Pair], registered: Option<&[String]>) -> Finding {
    let mut wrong = Vec::new();
    for (asked, exchange) in pairs {
        let (named, posted) = (asked.redirect_uri.as_deref(), exchange.parameter("redirect_uri"));
        let is_registered = |named: &str| registered.is_none_or(|known| known.iter().any(|known| known == named));
        if !named.is_some_and(is_registered) {
            wrong.push(format!("expected one of {:?} in the {}; it says {named:?}", registered.unwrap_or_default(), asked.described));
        }
        if posted != named {
            wrong.push(format!(
                "expected the {} to repeat the redirect URI {named:?}; it says {posted:?} and was answered {}",
                exchange.describe(),
                exchange.answer()
            ));
        }
    }
    of_pairs(pairs, &wrong)
}

/// The code of an exchange is one that was issued. One more decoding tells how a wrong one came about.
pub fn verbatim(issued: &[String], exchange: &Exchange) -> Outcome {
    if exchange.fingerprint("code").is_some_and(|code| issued.iter().any(|known| known == code)) {
        return Ok(());
    }
    let decoded = exchange.trait_of("code", "decoded").as_str();
    let near = match decoded.is_some_and(|decoded| issued.iter().any(|known| known == decoded)) {
        true => "it was encoded once too often",
        false => "its characters differ from those issued",
    };
    Err(Failure::breach(format!(
        "expected the code as it was issued; in the {} {near}, and it was answered {}",
        exchange.describe(),
        exchange.answer()
    )))
}

/// No code is posted twice. A repeat after a connection that broke without an answer is no second exchange.
pub fn once(exchanges: &[Exchange]) -> Finding {
    let answered: Vec<&Exchange> = exchanges.iter().filter(|exchange| exchange.status().is_some()).collect();
    if answered.is_empty() {
        return Finding::not_exercised("no code exchange was sent");
    }
    let is_again = |at: usize, exchange: &Exchange| answered[..at].iter().any(|before| before.fingerprint("code") == exchange.fingerprint("code"));
    let again = answered.iter().enumerate().find(|(at, exchange)| is_again(*at, exchange));
    let told = again.map(|(_, again)| {
        format!("expected one exchange of each code; the {} posted one for the second time and was answered {}", again.describe(), again.answer())
    });
    Finding::wrong(exchanges, told.as_slice())
}

/// Every verifier has 43 to 128 characters.
pub fn verifier_length(exchanges: &[Exchange]) -> Finding {
    verifiers(exchanges, |exchange| {
        let length = exchange.trait_of("code_verifier", "length").as_u64()?;
        (!VERIFIER_LENGTHS.contains(&length))
            .then(|| format!("expected 43 to 128 characters; the verifier of the {} has {length}", exchange.describe()))
    })
}

/// Every verifier consists of letters, digits, `-` and `_`.
pub fn verifier_alphabet(exchanges: &[Exchange]) -> Finding {
    verifiers(exchanges, |exchange| {
        let alphabet = exchange.trait_of("code_verifier", "alphabet").as_str()?;
        let fine = ["digits", "hex", "alphanumeric", "base64url"].contains(&alphabet);
        (!fine)
            .then(|| format!("expected letters, digits, - and _ only; the verifier of the {} has other characters ({alphabet})", exchange.describe()))
    })
}

fn verifiers(exchanges: &[Exchange], judge: impl Fn(&Exchange) -> Option<String>) -> Finding {
    let with: Vec<&Exchange> = exchanges.iter().filter(|exchange| exchange.fingerprint("code_verifier").is_some()).collect();
    if with.is_empty() {
        return Finding::not_exercised("no code verifier was sent: pkce/challenge-sent and pkce/verifier-matches judge that");
    }
    let wrong: Vec<String> = with.iter().filter_map(|exchange| judge(exchange)).collect();
    Finding::wrong(with, &wrong)
}

/// A confidential client proves itself, and posts the verifier of a challenge.
pub fn secret_and_verifier(pairs: &[Pair]) -> Finding {
    let mut wrong = Vec::new();
    for (asked, exchange) in pairs {
        if is_bare(exchange) {
            wrong.push(format!("expected client authentication in the {}; it has none and was answered {}", exchange.describe(), exchange.answer()));
        }
        if asked.challenge.is_some() && exchange.fingerprint("code_verifier").is_none() {
            wrong.push(format!("expected the verifier in the {}; it has none and was answered {}", exchange.describe(), exchange.answer()));
        }
    }
    of_pairs(pairs, &wrong)
}

/// A public client never sends a secret or an assertion of its own.
pub fn no_secret(sent: &[Exchange]) -> Finding {
    let sent: Vec<&Exchange> = sent.iter().filter(|exchange| exchange.sort().is_token_request()).collect();
    if sent.is_empty() {
        return Finding::not_exercised("no token request was sent");
    }
    let told = |exchange: &&&Exchange| {
        format!("expected a public client without a secret; the {} authenticated by {}", exchange.describe(), exchange.client_auth().unwrap_or("?"))
    };
    let wrong: Vec<String> = sent.iter().filter(|exchange| !is_bare(exchange)).map(|exchange| told(&exchange)).collect();
    Finding::wrong(sent, &wrong)
}

/// Every one of these (called `what`) proves its client.
pub fn authenticated(sent: &[Exchange], what: &str) -> Finding {
    if sent.is_empty() {
        return Finding::not_exercised(format!("none of the {what} was sent"));
    }
    let told = sent.iter().find(|exchange| is_bare(exchange)).map(|bare| {
        format!(
            "expected client authentication in each of the {what}; the {} had neither a secret, nor Basic, nor an assertion, and was answered {}",
            bare.describe(),
            bare.answer()
        )
    });
    Finding::wrong(sent, told.as_slice())
}

fn is_bare(exchange: &Exchange) -> bool {
    matches!(exchange.client_auth(), None | Some("none"))
}

/// Every token request proves its client in one way at most.
pub fn one_way(sent: &[Exchange]) -> Finding {
    let proving: Vec<&Exchange> = sent.iter().filter(|exchange| !ways(exchange).is_empty()).collect();
    if proving.is_empty() {
        return Finding::not_exercised("no token request authenticated its client");
    }
    let twice = proving.iter().find(|exchange| ways(exchange).len() > 1);
    let told =
        twice.map(|twice| format!("expected one way of client authentication; seen in the {}: {}", twice.describe(), ways(twice).join(" and ")));
    Finding::of(proving.iter().copied(), breach(told.as_slice()))
}

/// How a token request proves who its client is.
pub fn ways(exchange: &Exchange) -> Vec<&'static str> {
    if !matches!(exchange.sort(), Sort::Exchange | Sort::Refresh | Sort::Token) {
        return Vec::new();
    }
    let in_form = exchange.has_parameter("client_secret") && exchange.parameter("client_secret") != Some("");
    let basic = exchange.header("authorization").is_some_and(|value| value.to_ascii_lowercase().starts_with("basic"));
    let assertion = exchange.has_parameter("client_assertion");
    let ways = [(in_form, "a secret in the form"), (basic, "a Basic header"), (assertion, "a client assertion")];
    ways.into_iter().filter(|(used, _)| *used).map(|(_, way)| way).collect()
}
