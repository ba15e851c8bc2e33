//! One call of the REST API, whether it came by itself or as a part of a composite.

use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderMap;
use catalogue::Object;

use super::error::RestError;
use super::parameters::{Parameters, Segments};
use super::versions::ApiVersion;
use crate::access::{Level, RowRule};
use crate::app::{App, Caller, Database};
use crate::org::Site;
use crate::records::{Asked, BATCH, Change};
use crate::schema::{Rows, Schema, View};

/// Under which templates the Tooling API has its resources.
const TOOLING: &str = "/services/data/{version}/tooling";

/// What handlers get: an admitted caller, what is asked, and the door to the org's database.
pub struct Call<'a> {
    pub app: &'a App,
    /// Whose call this is. Its org must not be read or written here: `db` is the door, which may be a transaction that is
    /// already open.
    pub caller: &'a Caller,
    pub site: &'a Site,
    pub db: Database<'a>,
    pub version: ApiVersion,
    pub headers: &'a HeaderMap,
    pub body: &'a Bytes,
    /// The call is part of a composite that keeps all of its effects or none.
    pub all_or_none: bool,
    segments: Segments<'a>,
    query: Option<&'a str>,
    /// `v67.0`, or `v67.0/tooling` for a call of the Tooling API.
    version_text: String,
    is_tooling: bool,
    /// Rows of a query page the caller asks for.
    batch: usize,
}

/// Who calls, and through which door: what all parts of a composite share.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    pub app: &'a App,
    pub caller: &'a Caller,
    pub site: &'a Site,
    pub db: Database<'a>,
    pub all_or_none: bool,
}

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    pub version: ApiVersion,
    pub segments: Segments<'a>,
    /// What stands after the question mark.
    pub query: Option<&'a str>,
    pub headers: &'a HeaderMap,
    pub body: &'a Bytes,
}

impl<'a> Call<'a> {
    pub fn new(origin: Origin<'a>, request: Request<'a>) -> Self {
        let Origin { app, caller, site, db, all_or_none } = origin;
        let Request { version, segments, query, headers, body } = request;
        let is_tooling = segments.template().starts_with(TOOLING);
        let version_text = if is_tooling { format!("{version}/tooling") } else { version.to_string() };
        let batch = batch_size(headers);
        Self { app, caller, site, db, version, headers, body, all_or_none, segments, query, version_text, is_tooling, batch }
    }

    /// The same caller, for the parts of this call.
    pub fn origin(&self, db: Database<'a>, all_or_none: bool) -> Origin<'a> {
        Origin { app: self.app, caller: self.caller, site: self.site, db, all_or_none }
    }

    /// The decoded part of the path that stands for `{name}` in the row's template.
    pub fn segment(&self, name: &str) -> Cow<'a, str> {
        self.segments.get(name)
    }

    /// The decoded query parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().get(name)
    }

    /// The query parameter of this name as a whole number, counted from 0.
    ///
    /// # Errors
    /// `NotANumber` for anything else that stands there.
    pub fn number(&self, name: &str) -> Result<Option<usize>, RestError> {
        self.parameter(name).map(|text| text.trim().parse().map_err(|_| RestError::NotANumber(text))).transpose()
    }

    pub fn parameters(&self) -> Parameters<'a> {
        Parameters::of(self.query)
    }

    /// The org's objects as this API shows them.
    pub fn schema(&self) -> Result<Arc<Schema>, RestError> {
        let schema = self.db.schema()?;
        Ok(if self.is_tooling { Arc::new(schema.tooling()) } else { schema })
    }

    /// `/services/data/v67.0`, for the Tooling API with `/tooling` behind it.
    pub fn root(&self) -> String {
        format!("/services/data/{}", self.version_text)
    }

    /// What the records room must know of a reading caller.
    pub fn asked(&self) -> Asked<'_> {
        let asked = Asked::of(&self.caller.org.facts(), &self.caller.user, self.app.now(), &self.version_text);
        Asked { batch: self.batch, ..asked }.paged_by(&self.caller.org.switches())
    }

    /// The org's objects and rows as the caller sees them.
    pub fn view<'v>(&'v self, schema: &'v Schema, rows: &'v dyn Rows) -> View<'v> {
        View { schema, rows, access: &self.caller.access }
    }

    /// The rows of an object that the caller reads.
    pub fn readable(&self, schema: &Schema, object: &Object) -> RowRule {
        self.caller.access.rows(schema, object, Level::Read)
    }

    /// What the records room must know of a writing caller.
    pub fn change<'s>(&'s self, schema: &'s Schema) -> Change<'s> {
        Change::new(schema, self.caller.user.id, self.app.now()).as_seen_by(&self.caller.access)
    }

    /// `/services/data/v67.0/sobjects/Account/001…`
    pub fn record_url(&self, object: &str, id: impl Display) -> String {
        format!("/services/data/{}/sobjects/{object}/{id}", self.version_text)
    }
}

/// `Sforce-Query-Options: batchSize=500`: from 200 to 2,000, which is also the default.
fn batch_size(headers: &HeaderMap) -> usize {
    let wanted = headers.get("sforce-query-options").and_then(|value| value.to_str().ok()).and_then(|options| {
        let option = options.split([',', ';']).find_map(|option| option.trim().strip_prefix("batchSize="))?;
        option.trim().parse().ok()
    });
    wanted.map_or(BATCH, |size: usize| size.clamp(200, BATCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_batch_size_is_kept_within_its_bounds() {
        let size = |value: &'static str| batch_size(&HeaderMap::from_iter([("sforce-query-options".parse().unwrap(), value.parse().unwrap())]));
        assert_eq!((size("batchSize=500"), size("batchSize=1"), size("batchSize=9999"), size("batchSize=x")), (500, 200, 2000, 2000));
    }
}
