//! Date literals to ranges of days in the user's calendar.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::Context;
use crate::syntax::ast::{Days, Period, Which};

/// Years a range may touch.
const YEARS: std::ops::RangeInclusive<i16> = 1700..=4000;

/// The first day of the range and the first day after it. `None` when it leaves the calendar.
pub(super) fn range(days: Days, context: &Context) -> Option<(Date, Date)> {
    let today = context.time_zone.to_datetime(context.now).date();
    let start = start(today, days.period, context)?;
    let (from, until) = match days.which {
        Which::Previous => (-1, 0),
        Which::This => (0, 1),
        Which::Next => (1, 2),
        Which::Last90 => (-90, 1),
        Which::Next90 => (1, 91),
        // Days count up to and including today; longer periods leave the current one out.
        Which::LastN(n) => (-i64::from(n), i64::from(days.period == Period::Day)),
        Which::NextN(n) => (1, 1 + i64::from(n)),
        Which::Ago(n) => (-i64::from(n), 1 - i64::from(n)),
    };
    let (start, end) = (moved(start, days.period, from)?, moved(start, days.period, until)?);
    (YEARS.contains(&start.year()) && YEARS.contains(&end.year())).then_some((start, end))
}

/// The first day of the period `today` lies in.
fn start(today: Date, period: Period, context: &Context) -> Option<Date> {
    let fiscal = i64::from(context.fiscal_year_start_month) - 1;
    let months_back = |first_month: i64, length: i64| {
        let back = (i64::from(today.month()) - 1 - first_month).rem_euclid(length);
        today.first_of_month().checked_sub(back.months()).ok()
    };
    match period {
        Period::Day => Some(today),
        Period::Week => today.checked_sub(i64::from(today.weekday().since(context.week_start)).days()).ok(),
        Period::Month => Some(today.first_of_month()),
        Period::Quarter => months_back(0, 3),
        Period::Year => months_back(0, 12),
        Period::FiscalQuarter => months_back(fiscal, 3),
        Period::FiscalYear => months_back(fiscal, 12),
    }
}

fn moved(date: Date, period: Period, count: i64) -> Option<Date> {
    let (months, days) = match period {
        Period::Day => (0, 1),
        Period::Week => (0, 7),
        Period::Month => (1, 0),
        Period::Quarter | Period::FiscalQuarter => (3, 0),
        Period::Year | Period::FiscalYear => (12, 0),
    };
    let span = jiff::Span::new().try_months(months * count).ok()?.try_days(days * count).ok()?;
    date.checked_add(span).ok()
}
