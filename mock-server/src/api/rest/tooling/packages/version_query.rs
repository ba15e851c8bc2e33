//! Queries of `SubscriberPackageVersion`: one version by its id, with its key where it has one, and no others.

use soql::syntax::ast::{Condition, Literal, LiteralValue, Operand, Operator, Query};

use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::app::Tx;
use crate::apps::{InstallRefused, check_key};
use crate::id::PackageVersionId;
use crate::records::RecordError;

/// The query's tree, when it is one of these.
pub fn asks_for_version(soql: &str) -> Option<Query> {
    let query = soql::syntax::parse(soql).ok()?;
    let path = &query.from.path;
    (path.parents.is_empty() && path.name.text.eq_ignore_ascii_case("SubscriberPackageVersion")).then_some(query)
}

/// The query that is run in place of this one: without the key, which is checked here.
///
/// # Errors
/// `MALFORMED_QUERY` for anything but one version by its id; a missing or wrong key.
pub fn ask(call: &Call<'_>, tx: &Tx<'_>, mut query: Query) -> Result<String, RestError> {
    let Some((id, key)) = query.condition.as_ref().and_then(asked) else { return Err(restricted()) };
    let by_id = |condition: &Condition| matches!(text_of(condition), Some((name, _)) if name.eq_ignore_ascii_case("Id"));
    if let Some(Condition::All(terms)) = &query.condition {
        query.condition = terms.iter().find(|term| by_id(term)).cloned();
    }
    let release = PackageVersionId::parse(&id).ok().and_then(|id| call.app.registry().release(id));
    if let Some(release) = release {
        if check_key(&release, key.as_deref()) == Err(InstallRefused::WrongKey) {
            return Err(match key {
                // GUESS: the codes; the CLI stops waiting on one that names the key.
                None => refused(
                    "INSTALL_KEY_REQUIRED",
                    "Please provide installationkey when querying against SubscriberPackageVersion that is protected by installationkey",
                ),
                Some(_) => refused("INSTALL_KEY_INVALID", "Invalid InstallationKey for SubscriberPackageVersion"),
            });
        }
        call.app.note_install_validation(&call.caller.org, tx, &release)?;
    }
    Ok(query.to_string())
}

/// The id and the key that a condition names, when it names nothing else.
fn asked(condition: &Condition) -> Option<(String, Option<String>)> {
    let terms = match condition {
        Condition::All(terms) => terms.iter().map(text_of).collect::<Option<Vec<_>>>()?,
        one => vec![text_of(one)?],
    };
    let find = |wanted: &str| terms.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone());
    let known = terms.iter().all(|(name, _)| name.eq_ignore_ascii_case("Id") || name.eq_ignore_ascii_case("InstallationKey"));
    known.then(|| find("Id")).flatten().map(|id| (id, find("InstallationKey")))
}

/// `Name = 'text'`
fn text_of(condition: &Condition) -> Option<(&str, String)> {
    let Condition::Compare { operand: Operand::Path(path), operator: Operator::Equal, literal: Literal { value: LiteralValue::Text(text), .. } } =
        condition
    else {
        return None;
    };
    path.parents.is_empty().then(|| (path.name.text.as_str(), text.value()))
}

fn restricted() -> RestError {
    let message = "Implementation restriction: You can only perform queries of the form Id = 'xxx' with an optional InstallationKey.";
    refused("MALFORMED_QUERY", message)
}

fn refused(code: &'static str, message: &str) -> RestError {
    RecordError::Query { code, message: message.to_owned() }.into()
}
