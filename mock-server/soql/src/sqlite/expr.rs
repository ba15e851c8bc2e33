//! Expressions.

use catalogue::FieldType;

use super::clause::Clause;
use crate::bound::{Arm, ArmValue, Expr};
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
        let alive: &[&'c str] = if arm.only_alive { &["Id", "IsDeleted"] } else { &["Id"] };
        let columns: Vec<&'c str> = alive.iter().copied().chain((!alive.contains(&column)).then_some(column)).collect();
        self.relation(arm.object, &arm.relation, &columns);
        self.push(" AS n WHERE n.\"Id\" = ");
        self.expr(key);
        if arm.only_alive {
            self.push(" AND n.\"IsDeleted\" = 0");
        }
        self.push(")");
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
