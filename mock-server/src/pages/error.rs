//! Why a page is not shown.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::answer;
use super::view::{Frame, Link, MessagePage, Why};
use crate::storage::StoreError;

pub(super) enum PageError {
    /// Another address comes first: the login page, or the org's own host.
    Elsewhere(String),
    /// The user lacks what the page needs.
    InsufficientPrivileges {
        frame: Box<Frame>,
        why: Option<Box<Why>>,
    },
    /// The form was not made by a page of this session.
    ExpiredForm(Box<Frame>),
    /// The page is about something that is not there.
    Missing {
        frame: Box<Frame>,
        what: &'static str,
    },
    Store(StoreError),
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::Elsewhere(location) => answer::redirect(&location),
            Self::InsufficientPrivileges { frame, why } => insufficient_privileges(*frame, why.map(|why| *why)),
            Self::ExpiredForm(frame) => message(
                StatusCode::FORBIDDEN,
                *frame,
                "This form is no longer valid",
                "It was not made for the session you have now, so nothing was changed. Go back, load the page again and send it once more.",
            ),
            Self::Missing { frame, what } => message(StatusCode::NOT_FOUND, *frame, "Data Not Available", what),
            Self::Store(error) => {
                tracing::error!(%error, "a page could not be made");
                let frame = Frame::default();
                message(StatusCode::BAD_REQUEST, frame, "This page could not be shown", "The stand-in failed to read its own data. Its log says why.")
            }
        }
    }
}

fn insufficient_privileges(frame: Frame, why: Option<Why>) -> Response {
    let text = "You do not have the level of access necessary to perform the operation you requested. \
        Please contact the owner of the record or your administrator if access is necessary.";
    let link = Some(home(&frame));
    answer::page(StatusCode::FORBIDDEN, &MessagePage { frame, title: "Insufficient Privileges".into(), paragraphs: vec![text.into()], link, why })
}

/// A page of one heading and one paragraph.
pub(super) fn message(status: StatusCode, frame: Frame, title: &str, text: &str) -> Response {
    let link = Some(home(&frame));
    answer::page(status, &MessagePage { frame, title: title.into(), paragraphs: vec![text.into()], link, why: None })
}

fn home(frame: &Frame) -> Link {
    match frame.who {
        Some(_) => Link { url: format!("{}/home/home.jsp", frame.base), text: "Home".into() },
        None => Link { url: format!("{}/", frame.base), text: "To the login page".into() },
    }
}
