//! Tree to canonical text: keywords in capitals, single spaces, parentheses only where the grammar needs them.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{
    AccessMode, Argument, Call, Category, Condition, Days, Fields, From, Group, GroupKind, Item, Literal, LiteralValue, Name, Operand, Operator,
    Order, Path, Period, Query, Quoted, Select, Selector, Statistic, Typeof, UsageDate, Which, With,
};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "SELECT {} FROM {}", self.select, self.from)?;
        for parent in &self.from_parents {
            write!(f, ", {parent}")?;
        }
        if let Some(scope) = &self.scope {
            write!(f, " USING SCOPE {scope}")?;
        }
        if let Some(condition) = &self.condition {
            write!(f, " WHERE {condition}")?;
        }
        if let Some(with) = &self.with {
            write!(f, " WITH {with}")?;
        }
        if let Some(group) = &self.group {
            write!(f, " GROUP BY {group}")?;
        }
        if let Some(having) = &self.having {
            write!(f, " HAVING {having}")?;
        }
        if !self.order.is_empty() {
            write!(f, " ORDER BY {}", List(&self.order))?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, " OFFSET {}", offset.rows)?;
        }
        if !self.usage.is_empty() {
            write!(f, " FOR {}", List(&self.usage))?;
        }
        if !self.statistics.is_empty() {
            write!(f, " UPDATE {}", List(&self.statistics))?;
        }
        if !self.options.is_empty() {
            write!(f, " SET OPTIONS ({})", Parameters(&self.options, ", "))?;
        }
        Ok(())
    }
}

pub(crate) struct List<'a, T>(pub(crate) &'a [T]);

impl<T: Display> Display for List<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Select {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Select::Count => f.write_str("COUNT()"),
            Select::Items(items) => List(items).fmt(f),
        }
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Item::Value { operand, alias: Some(alias) } => write!(f, "{operand} {alias}"),
            Item::Value { operand, alias: None } => operand.fmt(f),
            Item::Children(query) => write!(f, "({query})"),
            Item::Typeof(type_of) => type_of.fmt(f),
            Item::Fields { which, .. } => f.write_str(match which {
                Fields::All => "FIELDS(ALL)",
                Fields::Custom => "FIELDS(CUSTOM)",
                Fields::Standard => "FIELDS(STANDARD)",
            }),
        }
    }
}

impl Display for Typeof {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "TYPEOF {}", self.path)?;
        for branch in &self.branches {
            write!(f, " WHEN {} THEN {}", branch.object, List(&branch.fields))?;
        }
        if !self.otherwise.is_empty() {
            write!(f, " ELSE {}", List(&self.otherwise))?;
        }
        f.write_str(" END")
    }
}

impl Display for From {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.path.fmt(f)?;
        match &self.alias {
            // AS keeps an alias such as `Offset` from reading as a clause.
            Some(alias) => write!(f, " AS {alias}"),
            None => Ok(()),
        }
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, step) in self.names().enumerate() {
            if index > 0 {
                f.write_char('.')?;
            }
            step.fmt(f)?;
        }
        Ok(())
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Path(path) => path.fmt(f),
            Operand::Call(call) => call.fmt(f),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.function, List(&self.arguments))
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Argument::Operand(operand) => operand.fmt(f),
            Argument::Text(text) => text.fmt(f),
            Argument::Number(number) => f.write_str(number),
        }
    }
}

impl Display for Quoted {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0)
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Condition::All(terms) => chain(f, terms, " AND "),
            Condition::Any(terms) => chain(f, terms, " OR "),
            Condition::Not(term) => write!(f, "NOT {}", Term(term)),
            Condition::Compare { operand, operator, literal } => write!(f, "{operand} {operator} {literal}"),
            Condition::In { operand, negated, literals } => write!(f, "{operand} {} ({})", membership(*negated), List(literals)),
            Condition::SemiJoin { operand, negated, query } => write!(f, "{operand} {} ({query})", membership(*negated)),
            Condition::Includes { operand, negated, literals } => {
                let operator = if *negated { "EXCLUDES" } else { "INCLUDES" };
                write!(f, "{operand} {operator} ({})", List(literals))
            }
        }
    }
}

fn chain(f: &mut Formatter<'_>, terms: &[Condition], operator: &str) -> fmt::Result {
    for (index, term) in terms.iter().enumerate() {
        if index > 0 {
            f.write_str(operator)?;
        }
        Term(term).fmt(f)?;
    }
    Ok(())
}

fn membership(negated: bool) -> &'static str {
    if negated { "NOT IN" } else { "IN" }
}

/// A condition as one term of another: chains and NOT need parentheses there.
struct Term<'a>(&'a Condition);

impl Display for Term<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => write!(f, "({})", self.0),
            comparison => comparison.fmt(f),
        }
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Operator::Equal => "=",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Like => "LIKE",
        })
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.value {
            LiteralValue::Null => f.write_str("NULL"),
            LiteralValue::Boolean(value) => f.write_str(if *value { "TRUE" } else { "FALSE" }),
            LiteralValue::Text(text) => text.fmt(f),
            LiteralValue::Number(text) | LiteralValue::Money(text) => f.write_str(text),
            LiteralValue::Date(date) => date.fmt(f),
            LiteralValue::Timestamp(instant) => write!(f, "{instant:.3}"),
            LiteralValue::Time(time) => write!(f, "{time:.3}Z"),
            LiteralValue::Days(days) => days.fmt(f),
        }
    }
}

impl Display for Days {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let period = match self.period {
            Period::Day => "DAY",
            Period::Week => "WEEK",
            Period::Month => "MONTH",
            Period::Quarter => "QUARTER",
            Period::Year => "YEAR",
            Period::FiscalQuarter => "FISCAL_QUARTER",
            Period::FiscalYear => "FISCAL_YEAR",
        };
        match (self.which, self.period) {
            (Which::Previous, Period::Day) => f.write_str("YESTERDAY"),
            (Which::This, Period::Day) => f.write_str("TODAY"),
            (Which::Next, Period::Day) => f.write_str("TOMORROW"),
            (Which::Previous, _) => write!(f, "LAST_{period}"),
            (Which::This, _) => write!(f, "THIS_{period}"),
            (Which::Next, _) => write!(f, "NEXT_{period}"),
            (Which::Last90, _) => f.write_str("LAST_90_DAYS"),
            (Which::Next90, _) => f.write_str("NEXT_90_DAYS"),
            (Which::LastN(n), _) => write!(f, "LAST_N_{period}S:{n}"),
            (Which::NextN(n), _) => write!(f, "NEXT_N_{period}S:{n}"),
            (Which::Ago(n), _) => write!(f, "N_{period}S_AGO:{n}"),
        }
    }
}

impl Display for With {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            With::Mode(AccessMode::SecurityEnforced) => f.write_str("SECURITY_ENFORCED"),
            With::Mode(AccessMode::User) => f.write_str("USER_MODE"),
            With::Mode(AccessMode::System) => f.write_str("SYSTEM_MODE"),
            With::Categories(categories) => {
                f.write_str("DATA CATEGORY ")?;
                for (index, category) in categories.iter().enumerate() {
                    f.write_str(if index > 0 { " AND " } else { "" })?;
                    category.fmt(f)?;
                }
                Ok(())
            }
            With::Visibility(parameters) => write!(f, "RecordVisibilityContext ({})", Parameters(parameters, ", ")),
            With::Filters(parameters) => Parameters(parameters, " AND ").fmt(f),
        }
    }
}

impl Display for Category {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let selector = match self.selector {
            Selector::At => "AT",
            Selector::Above => "ABOVE",
            Selector::Below => "BELOW",
            Selector::AboveOrBelow => "ABOVE_OR_BELOW",
        };
        match self.names.as_slice() {
            [name] => write!(f, "{} {selector} {name}", self.group),
            names => write!(f, "{} {selector} ({})", self.group, List(names)),
        }
    }
}

/// `name = value`, with what stands between two of them.
struct Parameters<'a>(&'a [(Name, Literal)], &'static str);

impl Display for Parameters<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.0.iter().enumerate() {
            f.write_str(if index > 0 { self.1 } else { "" })?;
            write!(f, "{name} = {value}")?;
        }
        Ok(())
    }
}

impl Display for Group {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.kind {
            GroupKind::Plain => List(&self.items).fmt(f),
            GroupKind::Rollup => write!(f, "ROLLUP({})", List(&self.items)),
            GroupKind::Cube => write!(f, "CUBE({})", List(&self.items)),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.operand.fmt(f)?;
        if self.descending {
            f.write_str(" DESC")?;
        }
        match self.nulls_first {
            Some(true) => f.write_str(" NULLS FIRST"),
            Some(false) => f.write_str(" NULLS LAST"),
            None => Ok(()),
        }
    }
}

impl Display for UsageDate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UsageDate::View => "VIEW",
            UsageDate::Reference => "REFERENCE",
        })
    }
}

impl Display for Statistic {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Statistic::Tracking => "TRACKING",
            Statistic::Viewstat => "VIEWSTAT",
        })
    }
}
