//! The route table: each API family lists its rows as data; router, journal, faults and coverage tests read the same list.

use std::convert::Infallible;

use axum::Router;
use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::handler::Handler;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use crate::app::App;
use crate::apps::Because;
use crate::fault::Pause;
use crate::journal::Facts;
use crate::org::Site;

pub use crate::edge::{Peer, UntilSent};

/// Why a request never reached a handler. Each family renders it in its own dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unserved {
    /// No row of the family has this path.
    NotFound,
    /// The path exists, the method does not; `allowed` is in Salesforce's order (`HEAD,GET,POST`).
    MethodNotAllowed { allowed: Vec<Method> },
    /// The body is longer than the family takes, in bytes.
    BodyTooLarge { limit: usize },
    /// The body could not be read: broken gzip, a wrong length.
    BodyUnreadable,
    /// A fault asks for this status; `error` is the code it names, else the family chooses one that fits.
    Fault { status: u16, error: Option<String> },
    /// A fault asks for the answer given while another request holds the grant or row.
    Locked,
}

/// The refusal with its explanation, which the pipeline keeps.
pub fn because(mut refusal: Response, why: Because) -> Response {
    refusal.extensions_mut().insert(why);
    refusal
}

/// Renders what never reached a handler as the family would.
pub type Dialect = fn(&Parts, &Unserved) -> Response;

/// Puts method and headers in the place of what an address says instead of them.
pub type Rewrite = fn(&mut Parts);

/// Bytes of a request body a family takes unless it says otherwise: what the REST API takes.
const BODY_LIMIT: usize = 50 * 1024 * 1024;

/// One row: a resource and the methods that share a handler.
pub struct Row {
    /// `family/name`, as `@route:` tags and the journal name it.
    pub id: &'static str,
    pub methods: Vec<Method>,
    /// A path template such as `/services/data/{version}/query`, without a slash at the end.
    pub path: &'static str,
    /// What answers it, unless the router does.
    at_once: Option<AtOnce>,
}

impl Row {
    /// The handler of a row that needs neither extractors nor waiting.
    pub fn at_once(&self) -> Option<&AtOnce> {
        self.at_once.as_ref()
    }
}

/// Answers a request whose body is read, without waiting: what most calls are worth no future for.
pub type AtOnce = Box<dyn Fn(&App, &Parts, &Bytes, &Arrival) -> Response + Send + Sync>;

/// The rows of one family, the paths it speaks for, and its dialect.
pub struct Table {
    family: &'static str,
    dialect: Dialect,
    prefixes: &'static [&'static str],
    body_limit: usize,
    rewrite: Option<Rewrite>,
    rows: Vec<Row>,
    /// One for each row that the router answers.
    endpoints: Vec<(&'static str, MethodRouter<App>)>,
}

impl Table {
    /// `prefixes` are the paths whose unknown sub-paths this family answers; the longest prefix of all families wins.
    pub fn new(family: &'static str, prefixes: &'static [&'static str], dialect: Dialect) -> Self {
        Self { family, dialect, prefixes, body_limit: BODY_LIMIT, rewrite: None, rows: Vec::new(), endpoints: Vec::new() }
    }

    /// Longest request body in bytes, after decoding.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Called before its row is looked up for a request under the family's prefixes whose address can say more than a path: by a query, or by
    /// an ending such as `.json`.
    pub fn rewriting(mut self, rewrite: Rewrite) -> Self {
        self.rewrite = Some(rewrite);
        self
    }

    /// Reads; HEAD is answered from it.
    pub fn get<H: Handler<T, App>, T: 'static>(self, id: &'static str, path: &'static str, handler: H) -> Self {
        self.on(&[Method::GET], id, path, handler)
    }

    pub fn post<H: Handler<T, App>, T: 'static>(self, id: &'static str, path: &'static str, handler: H) -> Self {
        self.on(&[Method::POST], id, path, handler)
    }

    pub fn put<H: Handler<T, App>, T: 'static>(self, id: &'static str, path: &'static str, handler: H) -> Self {
        self.on(&[Method::PUT], id, path, handler)
    }

    pub fn patch<H: Handler<T, App>, T: 'static>(self, id: &'static str, path: &'static str, handler: H) -> Self {
        self.on(&[Method::PATCH], id, path, handler)
    }

    pub fn delete<H: Handler<T, App>, T: 'static>(self, id: &'static str, path: &'static str, handler: H) -> Self {
        self.on(&[Method::DELETE], id, path, handler)
    }

    /// A row that answers several methods with one handler. `id` is `family/name`, unique in the whole server.
    pub fn on<H: Handler<T, App>, T: 'static>(mut self, methods: &[Method], id: &'static str, path: &'static str, handler: H) -> Self {
        debug_assert!(id.strip_prefix(self.family).is_some_and(|rest| rest.starts_with('/')), "{id} is not of family {}", self.family);
        let filter = methods.iter().filter_map(|method| MethodFilter::try_from(method.clone()).ok()).reduce(MethodFilter::or);
        if let Some(filter) = filter {
            self.rows.push(Row { id, methods: methods.to_vec(), path, at_once: None });
            self.endpoints.push((path, on(filter, handler)));
        }
        self
    }

    /// A row answered without extractors and without waiting.
    pub fn at_once(mut self, method: Method, id: &'static str, path: &'static str, handler: AtOnce) -> Self {
        self.rows.push(Row { id, methods: vec![method], path, at_once: Some(handler) });
        self
    }

    /// The rows, in the order they were listed.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

/// What is common to all rows of a family.
pub struct Family {
    pub dialect: Dialect,
    pub body_limit: usize,
    rewrite: Option<Rewrite>,
    prefixes: &'static [&'static str],
}

/// Where a request belongs, found before it is dispatched.
#[derive(Clone, Copy)]
pub struct Found<'r> {
    pub family: &'r Family,
    /// None if no row has this path and method; then `allowed` tells whether other methods exist.
    pub row: Option<&'r Row>,
    pub allowed: &'r [Method],
}

/// All families' tables as one: the router to dispatch with, and the index that names the row beforehand.
pub struct Routes {
    families: Vec<Family>,
    rows: Vec<Row>,
    /// The place in `families` of each row's.
    family_of_row: Vec<usize>,
    index: Index,
    router: Router,
}

/// Finds rows by path and method.
pub struct Index(matchit::Router<PathRows>);

/// The rows of one path.
struct PathRows {
    /// Their places and methods.
    rows: Vec<(usize, Vec<Method>)>,
    allowed: Vec<Method>,
}

/// What is at a path.
pub struct At<'i> {
    /// A row of the path, whatever its method.
    pub any: usize,
    /// The row that answers the method.
    pub row: Option<usize>,
    pub allowed: &'i [Method],
}

/// Salesforce lists allowed methods in this order.
const METHOD_ORDER: [Method; 6] = [Method::HEAD, Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

impl Index {
    /// Indexes rows given as path and methods. A path that two rows of one method claim is a defect of the tables and stops the start.
    pub fn of<'r>(rows: impl Iterator<Item = (&'static str, &'r [Method])>) -> Self {
        let mut paths: Vec<(&'static str, PathRows)> = Vec::new();
        for (place, (path, methods)) in rows.enumerate() {
            let own = (place, methods.to_vec());
            match paths.iter_mut().find(|(known, _)| *known == path) {
                Some((_, entry)) => entry.rows.push(own),
                None => paths.push((path, PathRows { rows: vec![own], allowed: Vec::new() })),
            }
        }
        let mut index = matchit::Router::new();
        for (path, mut entry) in paths {
            entry.allowed = METHOD_ORDER.iter().filter(|method| entry.row(method).is_some()).cloned().collect();
            index.insert(path, entry).unwrap_or_else(|clash| panic!("two rows clash at {path}: {clash}"));
        }
        Self(index)
    }

    /// A slash at the end of the path is tolerated.
    pub fn at(&self, method: &Method, path: &str) -> Option<At<'_>> {
        let entry = self.0.at(without_end_slash(path)).ok().filter(|_| is_text(path))?.value;
        Some(At { any: entry.rows.first()?.0, row: entry.row(method), allowed: &entry.allowed })
    }
}

impl PathRows {
    fn row(&self, method: &Method) -> Option<usize> {
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        self.rows.iter().find(|(_, methods)| methods.contains(wanted)).map(|(row, _)| *row)
    }
}

impl Routes {
    /// Merges the tables.
    pub fn merge(tables: Vec<Table>, app: App) -> Self {
        let (mut families, mut rows, mut family_of_row, mut router) = (Vec::new(), Vec::<Row>::new(), Vec::new(), Router::new());
        for table in tables {
            for (path, endpoint) in table.endpoints {
                router = router.route(path, endpoint);
            }
            for row in table.rows {
                family_of_row.push(families.len());
                rows.push(row);
            }
            families.push(Family { dialect: table.dialect, body_limit: table.body_limit, rewrite: table.rewrite, prefixes: table.prefixes });
        }
        let index = Index::of(rows.iter().map(|row| (row.path, row.methods.as_slice())));
        Self { families, index, family_of_row, rows, router: router.with_state(app) }
    }

    /// Lets the family of the path read what the address says instead of method and headers.
    pub fn rewrite(&self, parts: &mut Parts) {
        let path = parts.uri.path();
        let says_more = parts.uri.query().is_some() || memchr::memrchr2(b'/', b'.', path.as_bytes()).is_some_and(|at| path.as_bytes()[at] == b'.');
        if says_more && let Some(rewrite) = self.family_of(path).and_then(|family| family.rewrite) {
            rewrite(parts);
        }
    }

    /// The row and family of a path; a slash at its end is tolerated. None if no family speaks for the path.
    pub fn find(&self, method: &Method, path: &str) -> Option<Found<'_>> {
        let Some(at) = self.index.at(method, path) else {
            return self.family_of(path).map(|family| Found { family, row: None, allowed: &[] });
        };
        let family = &self.families[self.family_of_row[at.any]];
        Some(Found { family, row: at.row.map(|row| &self.rows[row]), allowed: at.allowed })
    }

    fn family_of(&self, path: &str) -> Option<&Family> {
        let reach = |family: &Family| family.prefixes.iter().filter(|prefix| path.starts_with(**prefix)).map(|prefix| prefix.len()).max();
        self.families.iter().filter_map(|family| Some((reach(family)?, family))).max_by_key(|(reach, _)| *reach).map(|(_, family)| family)
    }

    /// All rows, in the order of the tables.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The router that dispatches what `find` found, where its row does not answer at once.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

/// Whether the path stands for text: what is no UTF-8 when decoded names nothing here.
fn is_text(path: &str) -> bool {
    !path.contains('%') || percent_encoding::percent_decode_str(path).decode_utf8().is_ok()
}

/// The path as rows spell it.
pub fn without_end_slash(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some("") | None => path,
        Some(rest) => rest,
    }
}

/// What the server hands to handlers beside the request; each part is an extractor that cannot fail.
#[derive(Clone)]
pub struct Arrival {
    pub site: Site,
    pub peer: Peer,
    pub facts: Facts,
    pub pause: Pause,
}

macro_rules! part_of_arrival {
    ($type:ty, $field:ident) => {
        impl<S: Sync> FromRequestParts<S> for $type {
            type Rejection = Infallible;

            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
                Ok(parts.extensions.get::<Arrival>().expect("a dispatched request has an Arrival").$field.clone())
            }
        }
    };
}

part_of_arrival!(Site, site);
part_of_arrival!(Peer, peer);
part_of_arrival!(Facts, facts);
part_of_arrival!(Pause, pause);

/// The name and value pairs of a request's cookies, as sent.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let headers = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    headers.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_of_several_headers_are_read() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; sid_00D=x!y=".parse().unwrap());
        headers.append(COOKIE, "b=2".parse().unwrap());
        assert_eq!(cookies(&headers).collect::<Vec<_>>(), [("a", "1"), ("sid_00D", "x!y="), ("b", "2")]);
    }
}
