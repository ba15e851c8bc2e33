use askama::Template;

use super::Frame;

/// Verify Your Identity: the code between the password and the session.
#[derive(Template)]
#[template(path = "verify_identity.html")]
pub(crate) struct VerifyPage {
    pub frame: Frame,
    pub csrf: String,
    pub path: &'static str,
    pub lede: String,
    pub start_url: Option<String>,
    pub error: Option<&'static str>,
    /// The code came by e-mail, and can come again.
    pub by_email: bool,
    /// Where the stand-in keeps the code.
    pub hint: Option<String>,
}

/// Change Your Password: by a link, or because the one before expired.
#[derive(Template)]
#[template(path = "choose_password.html")]
pub(crate) struct ChoosePasswordPage {
    pub frame: Frame,
    pub csrf: String,
    pub action: String,
    pub username: String,
    /// The token of the link.
    pub link: Option<String>,
    pub start_url: Option<String>,
    pub asks_for_old: bool,
    pub error: Option<String>,
}

/// `/secur/forgotpassword.jsp`
#[derive(Template)]
#[template(path = "forgot_password.html")]
pub(crate) struct ForgotPasswordPage {
    pub frame: Frame,
    pub csrf: String,
}
