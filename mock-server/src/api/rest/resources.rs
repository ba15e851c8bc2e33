//! The resources of the REST API as data. The server's rows and the parts of composites are served by the same list.

use std::slice;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{Method, Response};

use super::bearer::Bearer;
use super::call::{self, Call, Origin};
use super::duplicates;
use super::error::RestError;
use super::format::{Answer, Format};
use super::parameters::Segments;
use crate::app::{App, Database};
use crate::fault::DuplicateFound;
use crate::table::{Arrival, Index, Table};

/// What answers a call.
pub type Handle = fn(&Call<'_>) -> Result<Answer, RestError>;

/// One row: a path and one method of it.
#[derive(Debug, Clone)]
pub struct Resource {
    /// `rest/name`, as `@route:` tags and the journal name it.
    pub id: &'static str,
    pub method: Method,
    /// A path template such as `/services/data/{version}/query`.
    pub path: &'static str,
    pub handle: Handle,
}

#[derive(Default)]
pub struct Resources(Vec<Resource>);

impl Resources {
    /// Reads; HEAD is answered from it.
    pub fn get(self, id: &'static str, path: &'static str, handle: Handle) -> Self {
        self.on(Method::GET, id, path, handle)
    }

    pub fn post(self, id: &'static str, path: &'static str, handle: Handle) -> Self {
        self.on(Method::POST, id, path, handle)
    }

    pub fn patch(self, id: &'static str, path: &'static str, handle: Handle) -> Self {
        self.on(Method::PATCH, id, path, handle)
    }

    pub fn delete(self, id: &'static str, path: &'static str, handle: Handle) -> Self {
        self.on(Method::DELETE, id, path, handle)
    }

    fn on(mut self, method: Method, id: &'static str, path: &'static str, handle: Handle) -> Self {
        self.0.push(Resource { id, method, path, handle });
        self
    }

    /// These resources and those.
    pub fn and(mut self, mut others: Self) -> Self {
        self.0.append(&mut others.0);
        self
    }

    /// Puts the resources on the server's table.
    pub fn served_by(self, table: Table) -> Table {
        self.0.into_iter().fold(table, |table, row| {
            let (path, handle) = (row.path, row.handle);
            table.at_once(row.method, row.id, path, Box::new(move |app, parts, body, arrival| answer(app, (parts, body), arrival, path, handle)))
        })
    }
}

/// The resources by path and method, for the parts of composites.
pub struct Directory {
    rows: Vec<Resource>,
    index: Index,
}

impl Directory {
    pub fn of(resources: Resources) -> Self {
        let rows = resources.0;
        Self { index: Index::of(rows.iter().map(|row| (row.path, slice::from_ref(&row.method)))), rows }
    }

    /// The row with this id.
    pub fn named(&self, id: &str) -> Option<&Resource> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// # Errors
    /// `NotFound` for a path without a row, `MethodNotAllowed` for one that has other methods.
    pub fn find(&self, method: &Method, path: &str) -> Result<&Resource, RestError> {
        let at = self.index.at(method, path).ok_or(RestError::NotFound)?;
        let refused = || RestError::MethodNotAllowed { method: method.clone(), allowed: at.allowed.to_vec() };
        at.row.map(|row| &self.rows[row]).ok_or_else(refused)
    }
}

/// Admits the caller of a request, hands it to its handler, and spells the answer.
fn answer(app: &App, (parts, body): (&Parts, &Bytes), arrival: &Arrival, template: &'static str, handle: Handle) -> Response<Body> {
    let format = Format::of(&parts.headers);
    let bearer = match Bearer::admit(parts, app, &arrival.site, &arrival.facts) {
        Ok(bearer) => bearer,
        Err(error) => return format.refuse(&error),
    };
    let origin = Origin { app, caller: &bearer.caller, site: &arrival.site, db: Database::Org(&bearer.caller.org), all_or_none: false };
    let call = call_of(origin, &bearer, parts, template, body);
    let meets_duplicate = parts.extensions.get::<DuplicateFound>().is_some() && !duplicates::are_allowed(&parts.headers);
    bearer.reply(format, if meets_duplicate { duplicates::refusal(&call) } else { handle(&call) })
}

fn call_of<'a>(origin: Origin<'a>, bearer: &Bearer, parts: &'a Parts, template: &'static str, body: &'a Bytes) -> Call<'a> {
    let request = call::Request {
        version: bearer.version,
        segments: Segments::of(template, parts.uri.path()),
        query: parts.uri.query(),
        headers: &parts.headers,
        body,
    };
    Call::new(origin, request)
}
