//! `DISTANCE(field, GEOLOCATION(latitude, longitude) or field, 'mi' or 'km')`

use catalogue::FieldType;

use super::functions::{Class, Operated, invalid};
use super::scope::Scope;
use super::select::is_compound;
use crate::bound::{Column, Expr};
use crate::error::Refusal;
use crate::syntax::ast::{Argument, Call, Operand};

impl<'c> Operated<'c> {
    pub(super) fn distance(call: &Call, scope: &mut Scope<'c>) -> Result<Self, Refusal> {
        let [Argument::Operand(Operand::Path(path)), Argument::Operand(to), Argument::Text(unit)] = call.arguments.as_slice() else {
            return Err(invalid(call));
        };
        let unit = ["mi", "km"].into_iter().find(|known| unit.value().eq_ignore_ascii_case(known)).ok_or_else(|| invalid(call))?;
        let (column, walk) = scope.column(path)?;
        let from = place(scope, Operand::Path(path.clone()), call)?;
        let to = place(scope, to.clone(), call)?;
        let expr = Expr::Distance { from: Box::new(from), to: Box::new(to), unit };
        Ok(Self { column: Column { expr, kind: FieldType::Double, name: column.name, field: None, required: false }, class: Class::Distance, walk })
    }
}

/// Latitude and longitude of a field or of `GEOLOCATION(…)`.
fn place<'c>(scope: &mut Scope<'c>, operand: Operand, call: &Call) -> Result<[Expr<'c>; 2], Refusal> {
    match operand {
        Operand::Path(path) => {
            let (column, walk) = scope.column(&path)?;
            let field = column.field.filter(|field| is_compound(field.kind)).ok_or_else(|| invalid(call))?;
            let parts = scope.parts(field, &walk);
            let part = |key: &str| parts.iter().find(|(known, ..)| *known == key).map(|(.., expr)| expr.clone());
            Ok([part("latitude").ok_or_else(|| invalid(call))?, part("longitude").ok_or_else(|| invalid(call))?])
        }
        Operand::Call(point) if point.function.text.eq_ignore_ascii_case("GEOLOCATION") => match point.arguments.as_slice() {
            [Argument::Number(latitude), Argument::Number(longitude)] => {
                let degrees = |digits: &str, most: f64| digits.parse::<f64>().ok().filter(|degrees| degrees.abs() <= most).map(Expr::Number);
                let latitude = degrees(latitude, 90.0).ok_or_else(|| invalid(&point))?;
                Ok([latitude, degrees(longitude, 180.0).ok_or_else(|| invalid(&point))?])
            }
            _ => Err(invalid(&point)),
        },
        Operand::Call(_) => Err(invalid(call)),
    }
}
