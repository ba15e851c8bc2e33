//! Scratch orgs by way of `ScratchOrgInfo` and `ActiveScratchOrg`: the records are like any other, and orgs come and go with them.

use catalogue::Object;

use super::call::Call;
use super::error::RestError;
use super::sent::with_input;
use crate::app::{ACTIVE_SCRATCH_ORG, Database, SCRATCH_ORG_INFO, SignUpRefused};
use crate::id::RecordId;
use crate::records::RecordError;
use crate::schema::Schema;

/// Whether an org hangs on the records of this object.
pub fn concerns(object: &str) -> bool {
    [SCRATCH_ORG_INFO, ACTIVE_SCRATCH_ORG].iter().any(|known| known.eq_ignore_ascii_case(object))
}

/// Whether a query reads such records.
pub fn is_asked(soql: &str) -> bool {
    soql.contains("ScratchOrg")
}

/// `POST /services/data/v67.0/sobjects/ScratchOrgInfo`: a sign-up.
pub fn create(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<RecordId, RestError> {
    settle(call)?;
    let id = with_input(call, |input| {
        call.db.write(|tx| {
            let id = call.change(schema).create(tx, object, input)?;
            if object.name == SCRATCH_ORG_INFO {
                call.app.check_sign_up(&call.caller.org, tx, id)?.map_err(refused)?;
            }
            Ok::<_, RestError>(id)
        })
    })?;
    if matches!(call.db, Database::Org(_)) {
        call.app.begin_sign_up(&call.caller.org, id, call.site)?;
    }
    Ok(id)
}

/// Brings the orgs up to date before somebody looks at them. Inside a composite they are seen to by whoever looks next.
pub fn settle(call: &Call<'_>) -> Result<(), RestError> {
    match call.db {
        Database::Org(org) => Ok(call.app.settle_scratch_orgs(org, call.site)?),
        Database::Within(..) => Ok(()),
    }
}

/// A deleted record takes its org along.
pub fn end(call: &Call<'_>) -> Result<(), RestError> {
    match call.db {
        Database::Org(org) => Ok(call.app.end_scratch_org(org, call.site, call.caller.user.id)?),
        Database::Within(..) => Ok(()),
    }
}

fn refused(refused: SignUpRefused) -> RestError {
    let fields: Vec<&str> = refused.field().into_iter().collect();
    RecordError::rule(refused.code(), refused.to_string(), &fields).into()
}
