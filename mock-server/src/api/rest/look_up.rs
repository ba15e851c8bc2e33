//! Reading a resource from inside the server: SOAP's describe calls say in XML what REST says in JSON.

use axum::body::Bytes;
use axum::http::HeaderMap;

use super::call::{self, Call, Origin};
use super::format::Content;
use super::parameters::Segments;
use super::versions::ApiVersion;
use crate::app::{App, Caller, Database};
use crate::org::Site;

/// Who asks, and under which version.
pub struct LookedUp<'a> {
    pub app: &'a App,
    pub caller: &'a Caller,
    pub site: &'a Site,
    pub db: Database<'a>,
    /// 67 of `v67.0`.
    pub version: u16,
}

/// The JSON that `GET` of `path` (`/sobjects/Account/describe`), which the row `id` serves, answers. What follows a question mark are its
/// parameters.
///
/// # Errors
/// Code and message of REST's refusal.
pub fn look_up(asked: &LookedUp<'_>, id: &str, path: &str) -> Result<Bytes, (String, String)> {
    let wrong = |error: super::RestError| {
        let wire = error.wire();
        (wire.code.into_owned(), wire.message.into_owned())
    };
    let prefix = format!("/services/data/v{}.0", asked.version);
    let version = ApiVersion::of_path(&prefix).map_err(|none| wrong(none.into()))?;
    let row = super::DIRECTORY.named(id).ok_or_else(|| wrong(super::RestError::NotFound))?;
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let (path, headers, body) = (prefix + path, HeaderMap::new(), Bytes::new());
    let request = call::Request { version, segments: Segments::of(row.path, &path), query, headers: &headers, body: &body };
    let origin = Origin { app: asked.app, caller: asked.caller, site: asked.site, db: asked.db, all_or_none: false };
    match (row.handle)(&Call::new(origin, request)).map_err(wrong)?.body {
        Content::Json { json, .. } => Ok(json),
        Content::Empty | Content::Raw { .. } => Ok(Bytes::new()),
    }
}
