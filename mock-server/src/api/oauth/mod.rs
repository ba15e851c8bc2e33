//! The OAuth and identity endpoints.

mod answer;
mod authorize;
mod device;
mod discovery;
mod form;
mod grants;
mod guest;
mod headless;
mod identity;
mod introspect;
mod pkce;
mod profile;
mod register;
mod revoke;
mod single_access;
mod token;

use axum::http::Method;

use crate::table::Table;

pub fn table() -> Table {
    Table::new("oauth", &["/services/oauth2", "/services/auth", "/id", "/.well-known"], answer::dialect)
        .body_limit(1024 * 1024)
        .get("oauth/authorize", "/services/oauth2/authorize", authorize::authorize)
        .post("oauth/authorize-headless", "/services/oauth2/authorize", headless::authorize)
        .get("oauth/echo", "/services/oauth2/echo", headless::echo)
        .post("oauth/begin-passwordless", "/services/auth/headless/init/passwordless/login", headless::begin_passwordless)
        .post("oauth/begin-registration", "/services/auth/headless/init/registration", headless::begin_registration)
        .post("oauth/forgot-password", "/services/auth/headless/forgot_password", headless::forgot_password)
        .get("oauth/authorize-branded", "/services/oauth2/authorize/{brand}", authorize::authorize)
        .get("oauth/pkce-generator", "/services/oauth2/pkce/generator", pkce::generate)
        .post("oauth/token", "/services/oauth2/token", token::token)
        .on(&[Method::GET, Method::POST], "oauth/revoke", "/services/oauth2/revoke", revoke::revoke)
        .post("oauth/introspect", "/services/oauth2/introspect", introspect::introspect)
        .on(&[Method::GET, Method::POST], "oauth/userinfo", "/services/oauth2/userinfo", identity::userinfo)
        .on(&[Method::GET, Method::POST], "oauth/single-access", "/services/oauth2/singleaccess", single_access::single_access)
        .post("oauth/register", "/services/oauth2/register", register::register)
        .get("oauth/registration", "/services/oauth2/register/{client_id}", register::read)
        .get("oauth/success", "/services/oauth2/success", answer::blank)
        .get("oauth/callback", "/services/oauth2/callback", answer::blank)
        .get("oauth/identity", "/id/{org}/{user}", identity::identity)
        .get("oauth/keys", "/id/keys", discovery::keys)
        .get("oauth/discovery", "/.well-known/openid-configuration", discovery::configuration)
        .get("oauth/auth-configuration", "/.well-known/auth-configuration", discovery::auth_configuration)
}
