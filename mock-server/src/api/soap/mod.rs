//! The SOAP API, partner and enterprise: `/services/Soap/u/**` and `/services/Soap/c/**`.
//!
//! A message is read (`xml`, `envelope`, `header`), its session admitted (`call`), its call carried out by the file of its noun,
//! and the result put into an envelope, or the refusal into a fault (`fault`).

mod call;
mod convert;
mod describe;
mod email;
mod endpoint;
mod envelope;
mod fault;
mod header;
mod login;
mod merge;
mod metadata;
mod process;
mod query;
mod records;
mod replication;
mod search;
mod shell;
mod sobject;
mod spelling;
mod typed;
mod user;
mod wsdl;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header as http_header};

use self::call::{Arrived, Call, Reply};
use self::endpoint::{Dialect, Endpoint};
use self::envelope::Message;
use self::fault::{Code, Fault};
use self::header::Headers;
use crate::app::App;
use crate::journal::Facts;
use crate::org::Site;
use crate::table::{Peer, Table, Unserved};

pub fn table() -> Table {
    let table = Table::new("soap", &["/services/Soap", "/services/wsdl", "/soap"], dialect);
    wsdl::rows(table)
        .post("soap/partner-unversioned", "/services/Soap/u", unversioned)
        .post("soap/partner", "/services/Soap/u/{version}", partner)
        .post("soap/partner-org", "/services/Soap/u/{version}/{*org}", partner_of_org)
        .post("soap/enterprise-unversioned", "/services/Soap/c", unversioned)
        .post("soap/enterprise", "/services/Soap/c/{version}", enterprise)
        .post("soap/enterprise-org", "/services/Soap/c/{version}/{*org}", enterprise_of_org)
        .post("soap/metadata-unversioned", "/services/Soap/m", unversioned)
        .post("soap/metadata", "/services/Soap/m/{version}", metadata_api)
        .post("soap/metadata-org", "/services/Soap/m/{version}/{*org}", metadata_api_of_org)
}

/// Where a request came from, and with what.
type Context = (State<App>, Site, Peer, Facts);

async fn partner((state, site, peer, facts): Context, Path(version): Path<String>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    serve((state, site, peer, facts), Dialect::Partner, &version, &headers, &body)
}

/// What follows the version names the org, or nothing that matters: the session says which org it is.
async fn partner_of_org(
    (state, site, peer, facts): Context,
    Path((version, _)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    serve((state, site, peer, facts), Dialect::Partner, &version, &headers, &body)
}

async fn enterprise((state, site, peer, facts): Context, Path(version): Path<String>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    serve((state, site, peer, facts), Dialect::Enterprise, &version, &headers, &body)
}

async fn enterprise_of_org(
    (state, site, peer, facts): Context,
    Path((version, _)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    serve((state, site, peer, facts), Dialect::Enterprise, &version, &headers, &body)
}

async fn metadata_api(context: Context, Path(version): Path<String>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    aside(context, version, headers, body).await
}

async fn metadata_api_of_org(context: Context, Path((version, _)): Path<(String, String)>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    aside(context, version, headers, body).await
}

/// Deployments take their time: they must not hold up the threads that serve requests.
async fn aside(context: Context, version: String, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let served = tokio::task::spawn_blocking(move || serve(context, Dialect::Metadata, &version, &headers, &body)).await;
    served.unwrap_or_else(|error| {
        tracing::error!(%error, "a call of the Metadata API ended in a panic");
        refuse(Dialect::Metadata, &injected(500, None))
    })
}

/// The endpoint without a version serves none.
async fn unversioned(parts: axum::extract::Request) -> Response<Body> {
    refuse(dialect_of(parts.uri().path()), &Fault::unsupported_version())
}

fn serve((State(app), site, peer, facts): Context, dialect: Dialect, version: &str, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
    let Some(endpoint) = Endpoint::parse(dialect, version) else { return refuse(dialect, &Fault::unsupported_version()) };
    let read = || {
        let message = Message::read(body, charset(headers))?;
        let headers = Headers::read(&message)?;
        Ok(Arrived { app, site, peer, facts, endpoint, message, headers })
    };
    match read().and_then(carry_out) {
        Ok(document) => document_answer(StatusCode::OK, document),
        Err(fault) => refuse(dialect, &fault),
    }
}

/// The answer's document.
fn carry_out(arrived: Arrived) -> Result<String, Fault> {
    let (endpoint, name) = (arrived.endpoint, arrived.message.call.name.clone());
    if name.namespace != endpoint.dialect.namespace() {
        return Err(Fault::no_operation(&name.namespace, &name.local));
    }
    if name.local == "login" && endpoint.dialect != Dialect::Metadata {
        let reply = login::login(&arrived)?;
        return Ok(envelope::answer(endpoint, "login", None, reply.records, &reply.result));
    }
    let is_metadata = endpoint.dialect == Dialect::Metadata;
    let run = if is_metadata { metadata::operation(&name.local) } else { operation(&name.local) };
    if is_metadata && metadata::NOT_BUILT.contains(&name.local.as_str()) {
        return Err(Fault::not_built(&name.local));
    }
    let run = run.ok_or_else(|| Fault::no_operation(&name.namespace, &name.local))?;
    let call = Call::admit(arrived)?;
    if is_metadata {
        metadata::admit(&call)?;
        return Ok(envelope::answer(endpoint, &name.local, None, false, &run(&call)?.result));
    }
    let reply = run(&call)?;
    Ok(envelope::answer(endpoint, &name.local, Some((call.usage.used, call.usage.allowed)), reply.records, &reply.result))
}

/// What carries out a call.
type Run = fn(&Call) -> Result<Reply, Fault>;

/// The calls of the WSDL but `login`, which needs no session.
fn operation(name: &str) -> Option<Run> {
    Some(match name {
        "query" => query::query,
        "queryAll" => query::query_all,
        "queryMore" => query::query_more,
        "retrieve" => query::retrieve,
        "search" => search::search,
        "create" => records::create,
        "update" => records::update,
        "upsert" => records::upsert,
        "merge" => merge::merge,
        "convertLead" => convert::convert_lead,
        "delete" => records::delete,
        "undelete" => records::undelete,
        "emptyRecycleBin" => records::empty_recycle_bin,
        "describeGlobal" => describe::global,
        "describeSObject" => describe::sobject,
        "describeSObjects" => describe::sobjects,
        "describeTabs" => describe::tabs,
        "describeLayout" => describe::layout,
        "describeDataCategoryGroups" => describe::data_category_groups,
        "describeAllTabs" => shell::all_tabs,
        "describeAppMenu" => shell::app_menu,
        "describeApprovalLayout" => shell::approval_layout,
        "describeAvailableQuickActions" => shell::available_quick_actions,
        "describeCompactLayouts" => shell::compact_layouts,
        "describeDataCategoryGroupStructures" => shell::nothing,
        "describeGlobalTheme" => shell::global_theme,
        "describeKnowledgeSettings" => shell::knowledge_settings,
        "describePrimaryCompactLayouts" => shell::primary_compact_layouts,
        "describeQuickActions" => shell::quick_actions,
        "describeSearchLayouts" => shell::search_layouts,
        "describeSearchScopeOrder" => shell::search_scope_order,
        "describeSObjectListViews" => shell::list_views,
        "describeSoftphoneLayout" => shell::softphone_layout,
        "describeSoqlListViews" => shell::soql_list_views,
        "describeTheme" => shell::theme,
        "executeListView" => shell::execute_list_view,
        "findDuplicates" => process::find_duplicates,
        "findDuplicatesByIds" => process::find_duplicates_by_ids,
        "process" => process::process,
        "sendEmail" => email::send,
        "getDeleted" => replication::get_deleted,
        "getUpdated" => replication::get_updated,
        "setPassword" => user::set,
        "resetPassword" => user::reset,
        "changeOwnPassword" => user::change_own,
        "logout" => login::logout,
        "invalidateSessions" => login::invalidate_sessions,
        "getUserInfo" => |call| Ok(login::get_user_info(call)),
        "getServerTimestamp" => |call| Ok(login::get_server_timestamp(call)),
        _ => return None,
    })
}

/// `utf-8` of `Content-Type: text/xml; charset=utf-8`. The type itself is not looked at: clients send many.
fn charset(headers: &HeaderMap) -> Option<&str> {
    let kind = headers.get(http_header::CONTENT_TYPE)?.to_str().ok()?;
    let value = kind.split(';').find_map(|part| part.trim().strip_prefix("charset="))?;
    Some(value.trim().trim_matches('"')).filter(|value| !value.is_empty())
}

fn dialect_of(path: &str) -> Dialect {
    match path {
        path if path.starts_with("/services/Soap/c") => Dialect::Enterprise,
        path if path.starts_with("/services/Soap/m") => Dialect::Metadata,
        _ => Dialect::Partner,
    }
}

/// The APIs for Apex and Tooling over SOAP, and services that a class offers, are not.
fn is_served(path: &str) -> bool {
    path.strip_prefix("/services/Soap/").and_then(|rest| rest.split('/').next()).is_some_and(|api| matches!(api, "u" | "c" | "m"))
}

fn refuse(dialect: Dialect, fault: &Fault) -> Response<Body> {
    document_answer(fault.status(), fault.render(dialect))
}

fn document_answer(status: StatusCode, document: String) -> Response<Body> {
    let mut response = Response::new(Body::from(document));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(http_header::CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    headers.insert(http_header::CACHE_CONTROL, HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private"));
    response
}

/// Answers what never reached a handler.
fn dialect(parts: &Parts, unserved: &Unserved) -> Response<Body> {
    if !parts.uri.path().starts_with("/services/Soap/") {
        return wsdl::unserved(unserved);
    }
    let dialect = dialect_of(parts.uri.path());
    let fault = match unserved {
        Unserved::MethodNotAllowed { .. } => return only_post(),
        Unserved::NotFound if is_served(parts.uri.path()) => Fault::unsupported_version(),
        Unserved::NotFound => Fault::not_built(parts.uri.path()),
        // GUESS: the fault of a message beyond the limit was not recorded.
        Unserved::BodyTooLarge { limit } => Fault::client(format!("The request is longer than the {limit} bytes allowed")),
        Unserved::BodyUnreadable => Fault::client("The body of the request could not be read"),
        Unserved::Locked => Fault::api("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record"),
        Unserved::Fault { status, error } => injected(*status, error.as_deref()),
    };
    let mut response = refuse(dialect, &fault);
    if let Unserved::Fault { status, .. } = unserved {
        *response.status_mut() = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    response
}

/// The fault that a test asked for: Salesforce's own words where the code has them.
fn injected(status: u16, code: Option<&str>) -> Fault {
    let code = code.unwrap_or(match status {
        401 => "INVALID_SESSION_ID",
        403 => "REQUEST_LIMIT_EXCEEDED",
        503 => "SERVER_UNAVAILABLE",
        _ => "UNKNOWN_EXCEPTION",
    });
    let message = match code {
        "INVALID_SESSION_ID" => return Fault::invalid_session(),
        "REQUEST_LIMIT_EXCEEDED" => "TotalRequests Limit exceeded.",
        "SERVER_UNAVAILABLE" => "Server Unavailable",
        "QUERY_TIMEOUT" => "Your query request was running for too long.",
        "UNKNOWN_EXCEPTION" => "An unexpected error occurred. Please include this ErrorId if you contact support: 123456789-12345 (-123456789)",
        other => other,
    };
    Fault { code: Code::Api(code.to_owned().into()), message: message.to_owned().into() }
}

/// What a browser sees at an endpoint.
fn only_post() -> Response<Body> {
    const PAGE: &str =
        "<html><head><title>Error 405 Only POST allowed</title></head><body><h2>HTTP ERROR: 405</h2><p>Only POST allowed</p></body></html>";
    let mut response = Response::new(Body::from(PAGE));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(http_header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(http_header::ALLOW, HeaderValue::from_static("POST"));
    response
}
