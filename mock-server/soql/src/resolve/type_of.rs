//! TYPEOF: which fields are shown depends on what a polymorphic reference points to.

use super::scope::{Scope, Walk};
use super::select::Selection;
use crate::bound::Column;
use crate::compiled::{Branch, Cell, Item, ParentType, Typeof};
use crate::error::{Reason, Refusal};
use crate::syntax::ast::{self, Operand, Path};
use catalogue::Object;

impl<'c> Selection<'c> {
    pub(super) fn type_of(&mut self, type_of: &ast::Typeof, items: &[ast::Item], scope: &mut Scope<'c>) -> Result<(), Refusal> {
        let span = type_of.path.span();
        let refuse = |reason| Refusal::new(reason, span);
        check_company(&type_of.path, items)?;
        let walk = scope.walk(type_of.path.names())?;
        let (Some((key, objects)), Some(step)) = (scope.polymorphic(&walk), walk.steps.last().cloned()) else {
            return Err(refuse(Reason::TypeofNotPolymorphic(type_of.path.to_string())));
        };
        let ParentType::Polymorphic { targets, .. } = &step.kind else {
            return Err(refuse(Reason::TypeofNotPolymorphic(type_of.path.to_string())));
        };
        let id = self.column(step.id.clone());
        let mut branches = Vec::new();
        for branch in &type_of.branches {
            let object = target(branch, &objects)?;
            let items = self.branch(&branch.fields, |path| scope.column_of_target(object, key.clone(), path))?;
            branches.push(Branch { object: object.name.to_string(), items });
        }
        let otherwise = match type_of.otherwise.as_slice() {
            [] => None,
            fields => Some(self.branch(fields, |path| scope.name_column(&walk, path).map(|column| (column, walk.clone())))?),
        };
        let parents = &walk.steps[..walk.steps.len() - 1];
        self.put(parents, step.key, Cell::Typeof(Typeof { id, targets: targets.clone(), branches, otherwise }), span)
    }

    /// The keys of one branch.
    fn branch(&mut self, fields: &[Path], mut column_of: impl FnMut(&Path) -> Result<(Column<'c>, Walk<'c>), Refusal>) -> Result<Vec<Item>, Refusal> {
        let mut inner = Self::over(std::mem::take(&mut self.columns));
        for path in fields {
            let (column, walk) = column_of(path)?;
            let steps = if !path.parents.is_empty() { walk.steps.as_slice() } else { &[] };
            let cell = Cell::Field { column: inner.column(column.expr), kind: column.kind };
            inner.put(steps, column.name, cell, path.span())?;
        }
        self.columns = inner.columns;
        Ok(inner.items)
    }
}

/// The object a WHEN names.
fn target<'c>(branch: &ast::Branch, objects: &[&'c Object]) -> Result<&'c Object, Refusal> {
    let found = objects.iter().find(|object| object.name.eq_ignore_ascii_case(&branch.object.text));
    found.copied().ok_or_else(|| Refusal::new(Reason::NoSuchObject(branch.object.text.clone()), branch.object.span))
}

/// TYPEOF stands neither beside functions nor beside a path through its own relationship.
fn check_company(path: &Path, items: &[ast::Item]) -> Result<(), Refusal> {
    let same = |other: &Path| {
        let walked = path.names().count();
        other.parents.len() >= walked && path.names().zip(&other.parents).all(|(left, right)| left.text.eq_ignore_ascii_case(&right.text))
    };
    for item in items {
        match item {
            ast::Item::Value { operand: Operand::Call(_), .. } => return Err(Refusal::new(Reason::TypeofInGroups, path.span())),
            ast::Item::Value { operand: Operand::Path(other), .. } if same(other) => {
                return Err(Refusal::new(Reason::TypeofAndPath(path.to_string()), path.span()));
            }
            _ => {}
        }
    }
    Ok(())
}
