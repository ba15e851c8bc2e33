//! The stylesheet and the icon. Their addresses change with their content, so browsers may keep them for good.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;

use super::view;

/// `GET /pages/style.css`
pub(super) async fn style() -> impl IntoResponse {
    kept("text/css;charset=UTF-8", view::STYLE)
}

/// `GET /pages/icon.svg`
pub(super) async fn icon() -> impl IntoResponse {
    kept("image/svg+xml", view::ICON)
}

fn kept(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=31536000, immutable"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], content)
}
