//! The virtual clock.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use jiff::{Span, SpanRelativeTo};
use serde::Deserialize;

use super::{Problem, body};
use crate::app::App;
use crate::clock::Timestamp;
use crate::storage::StoreError;
use crate::world::{ClockEntry, View};

/// What to do with the clock; several members apply in this order.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClockBody {
    /// Back to wall time, running.
    pub reset: bool,
    /// RFC 3339.
    pub set: Option<String>,
    /// ISO 8601: `PT15M`, `P31D`. A day has 24 hours; months and years have no fixed length and are refused.
    pub advance: Option<String>,
    /// `true` stops the clock, `false` lets it run on.
    pub freeze: Option<bool>,
}

/// `GET /clock`
pub async fn show(State(app): State<App>) -> Json<ClockEntry> {
    Json(View::of(&app).clock())
}

/// `POST /clock`
pub async fn change(State(app): State<App>, bytes: Bytes) -> Result<Json<ClockEntry>, Problem> {
    let ClockBody { reset, set, advance, freeze } = body::read(&bytes)?;
    let to = set.map(|text| Timestamp::parse(&text).ok_or_else(|| Problem::field("set", format!("{text:?} is no RFC 3339 time")))).transpose()?;
    let by =
        advance.map(|text| milliseconds(&text).ok_or_else(|| Problem::field("advance", format!("{text:?} is no ISO 8601 duration")))).transpose()?;
    let clock = app.clock();
    if reset {
        clock.reset();
    }
    if let Some(to) = to {
        clock.set(to);
    }
    if let Some(by) = by {
        clock.set(Timestamp(clock.now().0.saturating_add(by)));
    }
    match freeze {
        Some(true) => clock.freeze(),
        Some(false) => clock.unfreeze(),
        None => {}
    }
    // Jobs whose time has come with this are begun before the answer says so.
    let worker = app.clone();
    tokio::task::spawn_blocking(move || worker.begin_due_work()).await.map_err(StoreError::new)?;
    Ok(Json(View::of(&app).clock()))
}

fn milliseconds(duration: &str) -> Option<i64> {
    let span: Span = duration.parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(duration.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_are_those_of_iso_8601() {
        assert_eq!(milliseconds("PT15M"), Some(900_000));
        assert_eq!(milliseconds("P31D"), Some(31 * 86_400_000));
        assert_eq!(milliseconds("-PT1H"), Some(-3_600_000));
        assert_eq!(milliseconds("P1M"), None);
        assert_eq!(milliseconds("soon"), None);
    }
}
