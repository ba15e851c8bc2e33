//! Org shapes: how an org is set up, drawn in that org as a `ShapeRepresentation`, for scratch orgs that are to be set up like it.
//! Source: Salesforce DX Developer Guide, org shape; error codes: the Salesforce CLI's core library.

use super::super::row::Row;
use super::super::{App, LiveOrg};
use crate::id::{OrgId, RecordId};
use crate::org::{Edition, Org, OrgKind};
use crate::records::Value;
use crate::storage::StoreError;
use crate::store::Tx;

pub const SHAPE_REPRESENTATION: &str = "ShapeRepresentation";

const ACTIVE: &str = "Active";

/// Why no scratch org is made after a shape.
pub(super) enum NoShape {
    /// The source org does not share its shape with other Dev Hubs.
    NotShared,
    Unknown,
}

impl App {
    /// Fills in the shape that this transaction has just written; the one before is no longer active.
    pub fn draw_shape(&self, org: &LiveOrg, tx: &Tx<'_>, id: RecordId) -> Result<(), StoreError> {
        let (facts, now) = (org.facts(), self.now());
        for before in Row::with_states(tx, SHAPE_REPRESENTATION, &[ACTIVE])?.iter().filter(|row| row.id != id) {
            before.set(tx, now, &[("Status", Value::text("Inactive"))])?;
        }
        let Some(row) = Row::of(tx, SHAPE_REPRESENTATION, id)? else { return Ok(()) };
        // GUESS: the switches that were set by hand stand for the settings, in our own words.
        let settings = serde_json::to_string(&facts.policies).map_err(StoreError::new)?;
        let values = [
            ("Status", Value::text(ACTIVE)),
            ("Edition", Value::text(edition_name(shape_edition(&facts)))),
            ("Features", Value::text(if facts.has_api { "API" } else { "" })),
            ("Settings", Value::text(settings)),
        ];
        row.set(tx, now, &values)
    }

    /// The org whose shape a sign-up of this hub asks for.
    pub(super) fn shaped_org(&self, hub: &LiveOrg, source: &str) -> Result<Result<std::sync::Arc<LiveOrg>, NoShape>, StoreError> {
        let Some(org) = OrgId::parse(source).ok().and_then(|id| self.org(id)) else { return Ok(Err(NoShape::Unknown)) };
        if org.id() != hub.id() && !org.switches().share_org_shape {
            return Ok(Err(NoShape::NotShared));
        }
        let active = org.read(|tx| Row::with_states(tx, SHAPE_REPRESENTATION, &[ACTIVE]))?;
        Ok(if active.is_empty() { Err(NoShape::Unknown) } else { Ok(org) })
    }
}

/// The edition of scratch orgs of this shape: they have four.
pub(super) fn shape_edition(org: &Org) -> Edition {
    match org.edition {
        _ if org.kind == OrgKind::Developer => Edition::Developer,
        known @ (Edition::Developer | Edition::Group | Edition::Professional) => known,
        _ => Edition::Enterprise,
    }
}

fn edition_name(edition: Edition) -> &'static str {
    match edition {
        Edition::Developer => "Developer",
        Edition::Group => "Group",
        Edition::Professional => "Professional",
        _ => "Enterprise",
    }
}
