//! Expressions.

use catalogue::FieldType;

use super::clause::Clause;
use crate::bound::{Aggregate, Arm, ArmValue, DatePart, Expr};
use crate::compiled::Value;

impl<'c> Clause<'_, 'c> {
    pub(super) fn expr(&mut self, expr: &Expr<'c>) {
        match expr {
            Expr::Column { table, name, .. } => self.column(*table, name),
            Expr::Missing(FieldType::Boolean) => self.push("0"),
            Expr::Missing(_) => self.push("NULL"),
            Expr::OrFalse(inner) => {
                self.push("COALESCE(");
                self.expr(inner);
                self.push(", 0)");
            }
            Expr::IsPresent(inner) => {
                self.push("CASE WHEN ");
                self.expr(inner);
                self.push(" IS NOT NULL THEN 1 END");
            }
            Expr::Lookup { arms, .. } if arms.is_empty() => self.push("NULL"),
            Expr::Lookup { key, arms, .. } => {
                self.push("CASE substr(");
                self.expr(key);
                self.push(", 1, 3)");
                for arm in arms {
                    self.arm(key, arm);
                }
                self.push(" END");
            }
            Expr::Part { part, of, instants } => self.part(*part, of, *instants),
            Expr::Zoned { of, zone } => self.called("zoned", of, zone),
            Expr::Formatted { of, style } => self.called("localized", of, style),
            Expr::Distance { from, to, unit } => {
                self.push("distance(");
                self.list(from.iter().chain(to.iter()), Self::expr);
                self.push(", ");
                self.value(Value::Text((*unit).to_owned()));
                self.push(")");
            }
            Expr::Number(number) => self.value(Value::Real(*number)),
            Expr::Label { of, labels } => self.label(of, labels),
            Expr::Aggregate { function, of } => {
                self.push(name(*function));
                self.compared(of);
                self.push(")");
            }
            Expr::Extreme { function, of, ranked } => self.extreme(*function, of, ranked),
            Expr::Spelling(inner) => {
                self.push("MIN(");
                self.expr(inner);
                self.push(" COLLATE BINARY)");
            }
            Expr::Grouping { subtotal, .. } => self.push(if *subtotal { "1" } else { "0" }),
        }
    }

    /// The expression where it is compared or sorted: text that is not a stored column needs its collation said.
    pub(super) fn compared(&mut self, expr: &Expr<'c>) {
        self.expr(expr);
        if expr.folds() {
            self.push(" COLLATE FOLD");
        }
    }

    fn arm(&mut self, key: &Expr<'c>, arm: &Arm<'c>) {
        self.push(" WHEN ");
        self.value(Value::Text(arm.prefix.to_owned()));
        self.push(" THEN ");
        let column = match arm.value {
            ArmValue::ObjectName => return self.value(Value::Text(arm.object.name.to_string())),
            ArmValue::Column(column) => column,
        };
        self.push("(SELECT n.");
        self.name(column);
        self.push(" FROM ");
        self.relation(arm.object, &arm.relation, &arm.columns(column));
        self.push(" AS n WHERE n.\"Id\" = ");
        self.expr(key);
        if arm.only_alive {
            self.push(" AND n.\"IsDeleted\" = 0");
        }
        if let Some(readable) = &arm.readable {
            self.push(" AND ");
            let columns = arm.columns(column);
            self.filter(readable, "n", |name| columns.contains(&name));
        }
        self.push(")");
    }

    /// One of our functions over an expression and a text.
    fn called(&mut self, function: &str, of: &Expr<'c>, text: &str) {
        self.push(function);
        self.push("(");
        self.expr(of);
        self.push(", ");
        self.value(Value::Text(text.to_owned()));
        self.push(")");
    }

    fn part(&mut self, part: DatePart, of: &Expr<'c>, instants: bool) {
        let (before, format, after) = match part {
            DatePart::CalendarYear => ("", "%Y", ""),
            DatePart::CalendarQuarter => ("(", "%m", " + 2) / 3"),
            DatePart::CalendarMonth => ("", "%m", ""),
            DatePart::FiscalYear(1) => ("", "%Y", ""),
            // GUESS: a fiscal year has the name of the calendar year it ends in, Salesforce's default.
            DatePart::FiscalYear(start) => return self.fiscal_year(of, instants, start),
            DatePart::FiscalQuarter(start) => return self.fiscal(of, instants, start, " / 3 + 1"),
            DatePart::FiscalMonth(start) => return self.fiscal(of, instants, start, " + 1"),
            DatePart::DayInYear => ("", "%j", ""),
            DatePart::DayInMonth => ("", "%d", ""),
            DatePart::DayInWeek => ("", "%w", " + 1"),
            DatePart::WeekInMonth => ("(", "%d", " + 6) / 7"),
            DatePart::WeekInYear => ("(", "%j", " + 6) / 7"),
            DatePart::HourInDay => ("", "%H", ""),
            DatePart::DayOnly => return self.formatted("%Y-%m-%d", of, instants),
        };
        self.push(before);
        self.number(format, of, instants);
        self.push(after);
    }

    fn fiscal(&mut self, of: &Expr<'c>, instants: bool, start: i8, after: &str) {
        self.push("(");
        self.number("%m", of, instants);
        self.push(&format!(" + {}) % 12{after}", 12 - start));
    }

    fn fiscal_year(&mut self, of: &Expr<'c>, instants: bool, start: i8) {
        self.number("%Y", of, instants);
        self.push(" + (");
        self.number("%m", of, instants);
        self.push(&format!(" >= {start})"));
    }

    fn number(&mut self, format: &str, of: &Expr<'c>, instants: bool) {
        self.push("CAST(");
        self.formatted(format, of, instants);
        self.push(" AS INTEGER)");
    }

    /// A date, or an instant in UTC, by one of SQLite's time formats.
    fn formatted(&mut self, format: &str, of: &Expr<'c>, instants: bool) {
        self.push(&format!("strftime('{format}', "));
        self.expr(of);
        self.push(if instants { " / 1000.0, 'unixepoch')" } else { ")" });
    }

    fn label(&mut self, of: &Expr<'c>, labels: &[(&str, &str)]) {
        self.push("CASE ");
        self.compared(of);
        for (value, label) in labels {
            self.push(" WHEN ");
            self.value(Value::Text((*value).to_owned()));
            self.push(" THEN ");
            self.value(Value::Text((*label).to_owned()));
        }
        self.push(" ELSE ");
        self.expr(of);
        self.push(" END");
    }

    /// By rank first; among values that are not defined, by text.
    fn extreme(&mut self, function: Aggregate, of: &Expr<'c>, ranked: &[&'c str]) {
        self.push(&format!("CASE {}", name(function)));
        self.rank(of, ranked);
        self.push(")");
        for (place, value) in ranked.iter().enumerate() {
            self.push(&format!(" WHEN {place} THEN "));
            self.value(Value::Text((*value).to_owned()));
        }
        self.push(&format!(" ELSE {}CASE WHEN (", name(function)));
        self.rank(of, ranked);
        self.push(&format!(") = {} THEN ", ranked.len()));
        self.expr(of);
        self.push(" END COLLATE FOLD) END");
    }

    /// A picklist value's place in the defined order; values that are not defined come after.
    pub(super) fn rank(&mut self, expr: &Expr<'c>, values: &[&'c str]) {
        self.push("CASE ");
        self.compared(expr);
        for (place, value) in values.iter().enumerate() {
            self.push(" WHEN ");
            self.value(Value::Text((*value).to_owned()));
            self.push(&format!(" THEN {place}"));
        }
        self.push(" ELSE CASE WHEN ");
        self.expr(expr);
        self.push(&format!(" IS NOT NULL THEN {} END END", values.len()));
    }
}

/// The function up to its argument.
fn name(function: Aggregate) -> &'static str {
    match function {
        Aggregate::Count => "COUNT(",
        Aggregate::CountDistinct => "COUNT(DISTINCT ",
        Aggregate::Sum => "SUM(",
        Aggregate::Avg => "AVG(",
        Aggregate::Min => "MIN(",
        Aggregate::Max => "MAX(",
    }
}
