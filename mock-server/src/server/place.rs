//! Where a request belongs: limits on its head, the host it asked, and an org selected by path.

use std::cell::Cell;

use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};

use crate::app::App;
use crate::edge::{Answer, Connection, text};
use crate::org::{Misplaced, MyDomain, Site};

/// Bytes of the target alone, and of target and headers together. Source: REST reference, 414 and 431.
const HEAD_LIMIT: usize = 16_384;

/// What stands before a page's path when the browser selected an org by address.
const ORG_PREFIX: &str = "/_mock/org/";

/// What an Experience Cloud site serves below its own path.
const EXPERIENCE_PATHS: [&str; 4] = ["services/", ".well-known/", "secur/", "id/"];

/// Whether the path belongs to the mock's own control surface rather than to Salesforce.
pub(super) fn is_control(path: &str) -> bool {
    path.strip_prefix("/_mock").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The site of a request, or the bare answer to one that belongs nowhere. An org selected by path (`/_mock/org/acme/setup`)
/// is taken off the target and put into the site.
pub(super) fn place(app: &App, connection: &Connection, parts: &mut Parts) -> Result<Site, Box<Response<Answer>>> {
    within_limits(parts)?;
    with_one_slash(parts)?;
    let authority = authority(parts).ok_or_else(|| refuse(&Misplaced::NoAuthority))?;
    let is_former = Cell::new(false);
    let org_at = |domain: &MyDomain| {
        app.org_at(domain).or_else(|| {
            is_former.set(true);
            app.org_formerly_at(domain)
        })
    };
    let site = Site::resolve(connection.scheme, authority, connection.arrived, app.listeners(), org_at).map_err(|misplaced| refuse(&misplaced))?;
    let site = if is_former.get() { site.left_behind() } else { site };
    if !is_control(parts.uri.path()) {
        return if site.experience().is_some() { at_experience(site, parts) } else { Ok(site) };
    }
    if !site.is_own() {
        return Err(bare(StatusCode::NOT_FOUND, "the control surface answers at the server's own address only"));
    }
    select(app, site, parts)
}

fn within_limits(parts: &Parts) -> Result<(), Box<Response<Answer>>> {
    let target = parts.uri.path_and_query().map_or(0, |target| target.as_str().len());
    if target > HEAD_LIMIT {
        return Err(bare(StatusCode::URI_TOO_LONG, format!("the target is longer than {HEAD_LIMIT} bytes")));
    }
    if target + length(&parts.headers) > HEAD_LIMIT {
        return Err(bare(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, format!("target and headers are longer than {HEAD_LIMIT} bytes")));
    }
    Ok(())
}

/// Slashes at the beginning of a path count as one: clients append paths to addresses that end in a slash.
fn with_one_slash(parts: &mut Parts) -> Result<(), Box<Response<Answer>>> {
    let Some(rest) = parts.uri.path_and_query().and_then(|target| target.as_str().strip_prefix("//")) else { return Ok(()) };
    let unreadable = || bare(StatusCode::BAD_REQUEST, "the target cannot be read");
    let mut uri = parts.uri.clone().into_parts();
    uri.path_and_query = Some(format!("/{}", rest.trim_start_matches('/')).parse().map_err(|_| unreadable())?);
    parts.uri = Uri::from_parts(uri).map_err(|_| unreadable())?;
    Ok(())
}

/// Bytes of the headers as HTTP/1.1 writes them.
fn length(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len()).sum()
}

/// The authority of the target, else the one Host header.
fn authority(parts: &Parts) -> Option<&str> {
    if let Some(authority) = parts.uri.authority() {
        return Some(authority.as_str());
    }
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let host = hosts.next()?.to_str().ok()?;
    hosts.next().is_none().then_some(host)
}

fn select(app: &App, site: Site, parts: &mut Parts) -> Result<Site, Box<Response<Answer>>> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let Some(selection) = target.strip_prefix(ORG_PREFIX) else { return Ok(site) };
    let (name, rest) = selection.split_once('/').unwrap_or((selection, ""));
    let name = name.split('?').next().unwrap_or_default();
    let Some(org) = app.org_named(name) else { return Err(bare(StatusCode::NOT_FOUND, format!("no org is named {name}"))) };
    let prefix = [ORG_PREFIX, name].concat();
    parts.uri = format!("/{rest}").parse().map_err(|_| bare(StatusCode::BAD_REQUEST, "the target cannot be read"))?;
    at_experience(site.selecting(org.id(), &prefix), parts)
}

/// Takes the path of an Experience Cloud site (`/customers/services/oauth2/token`) off the target and puts it into the site.
fn at_experience(site: Site, parts: &mut Parts) -> Result<Site, Box<Response<Answer>>> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let Some((path, rest)) = target.strip_prefix('/').and_then(|target| target.split_once('/')) else { return Ok(site) };
    let is_name = !path.is_empty() && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_name || !EXPERIENCE_PATHS.iter().any(|known| rest.starts_with(known)) {
        return Ok(site);
    }
    let path = path.to_owned();
    parts.uri = format!("/{rest}").parse().map_err(|_| bare(StatusCode::BAD_REQUEST, "the target cannot be read"))?;
    Ok(site.at_experience(&path))
}

fn refuse(misplaced: &Misplaced) -> Box<Response<Answer>> {
    let status = match misplaced {
        Misplaced::NoAuthority => StatusCode::BAD_REQUEST,
        Misplaced::ForeignName(_) => StatusCode::MISDIRECTED_REQUEST,
        Misplaced::NoSuchOrg(_) => StatusCode::NOT_FOUND,
    };
    bare(status, misplaced.to_string())
}

fn bare(status: StatusCode, line: impl Into<String>) -> Box<Response<Answer>> {
    Box::new(text(status, line))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[test]
    fn several_slashes_at_the_beginning_are_one() {
        let check = |target: &str, expected: &str| {
            let (mut parts, ()) = Request::get(target).body(()).unwrap().into_parts();
            assert!(with_one_slash(&mut parts).is_ok());
            assert_eq!(parts.uri.to_string(), expected);
        };
        check("//services/oauth2/token?a=//b", "/services/oauth2/token?a=//b");
        check("/services//oauth2", "/services//oauth2");
        check("http://login.localhost///id/keys", "http://login.localhost/id/keys");
        check("//", "/");
    }
}
