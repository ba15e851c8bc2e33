//! Tasks and events.

use super::{Ruled, Scene, lists, service};
use crate::records::error::RecordError;
use crate::records::moment::{self, DAY};
use crate::records::values::Value;
use crate::records::whole::Whole;

const MINUTE: i64 = 60_000;

pub fn task(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    service::closing(whole, "TaskStatus", "CompletedDateTime", scene.change.now);
    if whole.changes(&["Priority"]) {
        let high = lists::flag("TaskPriority", whole.text("Priority"), "IsHighPriority");
        whole.set("IsHighPriority", Value::boolean(high));
    }
    if whole.is_new() {
        whole.set_default("TaskSubtype", || Value::Text("Task".to_owned()));
    }
    account(scene, whole)
}

pub fn event(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if whole.is_new() {
        whole.set_default("EventSubtype", || Value::Text("Event".to_owned()));
    }
    if whole.is_new() || whole.changes(&["IsAllDayEvent", "ActivityDateTime", "ActivityDate", "StartDateTime", "EndDateTime", "DurationInMinutes"]) {
        span(whole)?;
    }
    account(scene, whole)
}

/// The account of an activity is its related record's, or that of the person it is about.
fn account(scene: Scene<'_>, whole: &mut Whole<'_, '_>) -> Ruled {
    if !whole.changes(&["WhatId", "WhoId"]) {
        return Ok(());
    }
    let mut account = Value::Null;
    for lookup in ["WhatId", "WhoId"] {
        if let Some(related) = scene.load(whole.get(lookup))?.filter(|_| account.is_null()) {
            account = if related.object.name == "Account" { Value::Text(related.id.to_string()) } else { related.get("AccountId").clone() };
        }
    }
    whole.set("AccountId", account);
    Ok(())
}

/// Start, end and duration of an event say the same thing thrice: two of them give the third.
/// Days are those of UTC: an all-day event has no time zone, and the date of another is only shown.
fn span(whole: &mut Whole<'_, '_>) -> Ruled {
    let all_day = whole.is_true("IsAllDayEvent");
    let start = start(whole, all_day).ok_or_else(|| missing(whole, all_day))?;
    let length = length(whole, start, all_day)?;
    let end = start + length * MINUTE;
    whole.set("StartDateTime", Value::Integer(start));
    whole.set("ActivityDateTime", if all_day { Value::Null } else { Value::Integer(start) });
    whole.set("ActivityDate", Value::Text(moment::date_of(start)));
    whole.set("DurationInMinutes", Value::Integer(length));
    // The last day of an all-day event is the day it ends on, not the midnight after.
    whole.set("EndDateTime", Value::Integer(if all_day { end - DAY } else { end }));
    whole.set("EndDate", Value::Text(moment::date_of(if all_day { end - DAY } else { end })));
    Ok(())
}

fn missing(whole: &Whole<'_, '_>, all_day: bool) -> RecordError {
    let mut names = vec![if all_day { "ActivityDate" } else { "ActivityDateTime" }.to_owned()];
    if whole.get("DurationInMinutes").is_null() && whole.get("EndDateTime").is_null() {
        names.push("DurationInMinutes".to_owned());
    }
    RecordError::RequiredFieldMissing(names)
}

/// The caller's word counts before what is stored.
fn start(whole: &Whole<'_, '_>, all_day: bool) -> Option<i64> {
    let time = |name: &str| if let Value::Integer(at) = whole.get(name) { Some(*at) } else { None };
    let day = || moment::start_of_day(whole.text("ActivityDate"));
    let midnight = |at: i64| at - at.rem_euclid(DAY);
    if all_day {
        return if whole.given("ActivityDate") { day() } else { time("StartDateTime").map(midnight).or_else(day) };
    }
    if whole.given("ActivityDateTime") && whole.changes(&["ActivityDateTime"]) {
        time("ActivityDateTime")
    } else {
        time("StartDateTime").or_else(|| time("ActivityDateTime"))
    }
}

/// Minutes from start to end.
fn length(whole: &Whole<'_, '_>, start: i64, all_day: bool) -> Result<i64, RecordError> {
    let end = if let Value::Integer(end) = whole.get("EndDateTime") { Some(*end) } else { None };
    let duration = if let Value::Integer(minutes) = whole.get("DurationInMinutes") { Some(*minutes) } else { None };
    let by_end = |end: i64| if all_day { (end - end.rem_euclid(DAY) + DAY - start) / MINUTE } else { (end - start) / MINUTE };
    let minutes = match (whole.given("EndDateTime"), whole.given("DurationInMinutes")) {
        (true, false) => end.map(by_end),
        _ => duration.or(end.map(by_end)),
    };
    let minutes =
        minutes.or_else(|| all_day.then_some(DAY / MINUTE)).ok_or_else(|| RecordError::RequiredFieldMissing(vec!["DurationInMinutes".to_owned()]))?;
    if minutes < 0 {
        // GUESS: the wording; a recording of an event that ends before it begins would settle it.
        return Err(RecordError::rule("FIELD_INTEGRITY_EXCEPTION", "End Date: An event can't end before it starts.".to_owned(), &["EndDateTime"]));
    }
    Ok(minutes)
}
