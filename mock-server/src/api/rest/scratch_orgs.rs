//! Scratch orgs by way of `ScratchOrgInfo` and `ActiveScratchOrg`: the records are like any other, and orgs come and go with them. Org shapes by way of
//! `ShapeRepresentation`.

use catalogue::Object;

use super::call::Call;
use super::error::RestError;
use super::sent::with_input;
use crate::app::{ACTIVE_SCRATCH_ORG, Database, SCRATCH_ORG_INFO, SHAPE_REPRESENTATION, SignUpRefused};
use crate::id::RecordId;
use crate::records::RecordError;
use crate::schema::Schema;

/// Whether an org, or the shape of one, hangs on the records of this object.
pub fn concerns(object: &str) -> bool {
    [SCRATCH_ORG_INFO, ACTIVE_SCRATCH_ORG, SHAPE_REPRESENTATION].iter().any(|known| known.eq_ignore_ascii_case(object))
}

/// `POST /services/data/v67.0/sobjects/ScratchOrgInfo`: a sign-up. `POST …/ShapeRepresentation`: the shape of this org is drawn.
pub fn create(call: &Call<'_>, schema: &Schema, object: &Object) -> Result<RecordId, RestError> {
    let id = with_input(call, |input| {
        call.db.write(|tx| {
            let id = call.change(schema).create(tx, object, input)?;
            if object.name == SCRATCH_ORG_INFO {
                call.app.check_sign_up(&call.caller.org, tx, id)?.map_err(refused)?;
            }
            if object.name == SHAPE_REPRESENTATION {
                call.app.draw_shape(&call.caller.org, tx, id)?;
            }
            Ok::<_, RestError>(id)
        })
    })?;
    if object.name != SHAPE_REPRESENTATION && matches!(call.db, Database::Org(_)) {
        call.app.begin_sign_up(&call.caller.org, id, call.site)?;
    }
    Ok(id)
}

/// A deleted record takes its org along. Inside a composite whoever calls next sees to it.
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
