//! The addresses where WSDLs are fetched: those of Setup's API page.

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::document::{Wanted, write};
use super::metadata;
use crate::api::soap::endpoint::{Dialect, Endpoint};
use crate::api::soap::fault::Fault;
use crate::api::version::NEWEST;
use crate::app::{App, Caller};
use crate::oauth::Door;
use crate::org::Site;
use crate::schema::View;
use crate::table::{Table, Unserved, cookies};

/// WSDLs that Salesforce offers beside and this release does not.
const NOT_BUILT: [&str; 3] = ["tooling", "apex", "class"];

pub fn rows(table: Table) -> Table {
    table.get("soap/wsdl-page", "/soap/wsdl.jsp", by_type).get("soap/wsdl", "/services/wsdl/{name}", by_name)
}

/// `GET /soap/wsdl.jsp` is the partner WSDL, `?type=*` the enterprise one.
async fn by_type(state: State<App>, site: Site, uri: Uri, RawQuery(query): RawQuery, headers: HeaderMap) -> Response<Body> {
    let name = match parameter(query.as_deref(), "type").as_deref() {
        Some("*" | "enterprise") => "enterprise",
        _ => "partner",
    };
    serve(&state, &site, &uri, name, &headers)
}

/// `GET /services/wsdl/partner`, `/services/wsdl/enterprise`, `/services/wsdl/metadata`. All take `?version=59.0`.
async fn by_name(state: State<App>, site: Site, uri: Uri, Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    serve(&state, &site, &uri, &name, &headers)
}

fn serve(app: &App, site: &Site, uri: &Uri, name: &str, headers: &HeaderMap) -> Response<Body> {
    match answer(app, site, uri, name, headers) {
        Ok(response) => response,
        Err(fault) => plain(StatusCode::BAD_REQUEST, &fault.message),
    }
}

fn answer(app: &App, site: &Site, uri: &Uri, name: &str, headers: &HeaderMap) -> Result<Response<Body>, Fault> {
    let Some(caller) = caller(app, site, headers)? else { return Ok(to_login(uri)) };
    let dialect = match name {
        "partner" => Dialect::Partner,
        "enterprise" => Dialect::Enterprise,
        "metadata" => Dialect::Metadata,
        other if NOT_BUILT.contains(&other) => return Ok(not_built(other)),
        _ => return Ok(plain(StatusCode::NOT_FOUND, "There is no WSDL of this name.")),
    };
    let endpoint = match parameter(uri.query(), "version") {
        Some(version) => Endpoint::parse(dialect, &version).ok_or_else(Fault::unsupported_version)?,
        None => Endpoint { dialect, version: NEWEST },
    };
    if dialect == Dialect::Metadata {
        let host = site.my_domain_url(caller.org.id(), &caller.org.facts().my_domain());
        return Ok(with_type(StatusCode::OK, "text/xml; charset=utf-8", metadata::write(endpoint, &host)));
    }
    let (schema, login_url) = (caller.org.schema()?, site.side_url(caller.org.facts().kind.side()));
    let document = caller.org.read(|tx| {
        let objects = View { schema: &schema, rows: tx, access: &caller.access };
        Ok::<_, Fault>(write(&Wanted { endpoint, login_url: &login_url, objects: &objects }))
    })?;
    Ok(with_type(StatusCode::OK, "text/xml; charset=utf-8", document))
}

/// Who fetches: a browser that is logged in, or whoever has a session id, as a bearer or in the cookie that browsers keep it in.
fn caller(app: &App, site: &Site, headers: &HeaderMap) -> Result<Option<Caller>, Fault> {
    if let Some(browser) = app.browser(site, cookies(headers))? {
        return Ok(Some(browser.caller));
    }
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    let bearer =
        bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth")).map(|(_, token)| token.trim());
    let Some(token) = bearer.or_else(|| cookies(headers).find(|(name, _)| *name == "sid").map(|(_, sid)| sid)) else { return Ok(None) };
    Ok(app.caller(token)?.filter(|caller| site.serves(caller.org.id()) && Door::Soap.admits(&caller.session)))
}

/// The login page comes first and leads back.
fn to_login(uri: &Uri) -> Response<Body> {
    let wanted = uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    let location = format!("/?ec=302&startURL={}", utf8_percent_encode(wanted, NON_ALPHANUMERIC));
    let mut response = plain(StatusCode::FOUND, "");
    if let Ok(location) = HeaderValue::try_from(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Answers what never reached a page.
pub fn unserved(unserved: &Unserved) -> Response<Body> {
    let status = match unserved {
        Unserved::NotFound => StatusCode::NOT_FOUND,
        Unserved::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Unserved::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Unserved::BodyUnreadable => StatusCode::BAD_REQUEST,
        Unserved::Locked => StatusCode::CONFLICT,
        Unserved::Fault { status, .. } => StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    };
    plain(status, status.canonical_reason().unwrap_or_default())
}

fn not_built(name: &str) -> Response<Body> {
    let body = format!(r#"[{{"message":"The {name} WSDL is not built yet","errorCode":"MOCK_NOT_IMPLEMENTED"}}]"#);
    with_type(StatusCode::NOT_IMPLEMENTED, "application/json;charset=UTF-8", body)
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    with_type(status, "text/plain; charset=utf-8", text.to_owned())
}

fn with_type(status: StatusCode, kind: &'static str, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}
