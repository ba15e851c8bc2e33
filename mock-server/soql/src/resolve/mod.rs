//! Tree to [`super::bound::Query`]: names become columns, paths become joins, literals get their field's type.
//!
//! Checks run in Salesforce's order: the object, SELECT from left to right, WHERE, GROUP BY, HAVING, ORDER BY, then the limits.

mod clauses;
mod compound;
mod condition;
mod distance;
mod functions;
mod group;
mod id;
mod literal;
mod name;
mod order;
mod scope;
mod select;
mod semi_join;
mod type_of;
mod using_scope;

use crate::bound::{Answer, Children, Query, Records, Test};
use crate::catalog::Catalog;
use crate::compiled::Usage;
use crate::error::{Reason, Refusal, quoted};
use crate::syntax::ast::{self, Path, Select, UsageDate};
use crate::{Among, Context, compiled};
use catalogue::{Field, Object};
use condition::Conditions;
use functions::Operated;
use group::Keys;
use scope::Scope;
use select::Selection;

/// OFFSET may not be above this.
const LARGEST_OFFSET: u64 = 2_000;
/// Child subqueries of one query.
const MOST_CHILDREN: usize = 20;
/// Levels of child subqueries, the root being the first.
const DEEPEST_CHILD: usize = 5;

/// What every step of the stage asks.
#[derive(Clone, Copy)]
struct Schema<'c> {
    catalog: &'c dyn Catalog,
    context: &'c Context,
    /// What the root query chooses among.
    among: Among,
}

pub(crate) fn resolve<'c>(query: &ast::Query, catalog: &'c dyn Catalog, context: &'c Context, among: Among) -> Result<Query<'c>, Refusal> {
    let schema = Schema { catalog, context, among };
    let object = schema.queried(&query.from.path)?;
    schema.check_restricted(query, object)?;
    let view = query.usage.contains(&UsageDate::View);
    let usage = Usage { view, reference: view || query.usage.contains(&UsageDate::Reference) };
    let answer = match &query.select {
        Select::Count => Answer::Count(schema.counted(query, object)?),
        Select::Items(items) if group::is_grouped(query, items) => Answer::Groups(schema.groups(query, items, object)?),
        Select::Items(items) => Answer::Rows(schema.records(query, items, object, Level { depth: 1, link: None })?),
    };
    Ok(Query { answer, usage })
}

/// Where a condition stands.
#[derive(Clone, Copy)]
enum Place<'s, 'c> {
    Where,
    Having(&'s Keys<'c>),
}

/// Where a record query stands: the root, or a subquery whose rows point at their parent through `link`.
#[derive(Clone, Copy)]
struct Level<'c> {
    depth: usize,
    link: Option<&'c Field>,
}

impl<'c> Schema<'c> {
    /// The object after FROM.
    fn queried(&self, path: &Path) -> Result<&'c Object, Refusal> {
        let unknown = || Refusal::new(Reason::NoSuchObject(path.to_string()), path.span());
        let found = path.parents.is_empty().then(|| self.catalog.object(&path.name.text)).flatten();
        found.filter(|object| object.flags.queryable).ok_or_else(unknown)
    }

    fn counted(&self, query: &ast::Query, object: &'c Object) -> Result<Records<'c>, Refusal> {
        if let Some(group) = &query.group {
            let span = group.items.first().map(ast::Operand::span).unwrap_or_default();
            return Err(Refusal::new(Reason::CountNotAlone("GROUP BY"), span));
        }
        if let Some(order) = query.order.first() {
            return Err(Refusal::new(Reason::OrderNotGrouped(order.operand.to_string()), order.operand.span()));
        }
        self.records(query, &[], object, Level { depth: 1, link: None })
    }

    fn records(&self, query: &ast::Query, items: &[ast::Item], object: &'c Object, level: Level<'c>) -> Result<Records<'c>, Refusal> {
        let mut scope = Scope::new(self.catalog, object, self.context.include_deleted);
        scope.name_tables(query)?;
        let mut selection = Selection::default();
        let id = selection.column(scope.id_column(0));
        if let Some(link) = level.link {
            let parent = scope.parent_id(link);
            selection.column(parent);
        }
        let children = self.select(items, &mut scope, &mut selection, query, level)?;
        if level.link.is_some() && query.condition.as_ref().is_some_and(semi_join::is_in) {
            return Err(Refusal::new(Reason::SemiJoinPlace, query.from.path.span()));
        }
        let mut filter = self.filter(query, &mut scope)?;
        if level.depth == 1 && self.among == Among::GivenIds {
            let given = Test::Given(scope.id_column(0));
            filter = Some(match filter {
                Some(own) => Test::All(vec![given, own]),
                None => given,
            });
        }
        order::check_count(&query.order)?;
        let order = query.order.iter().map(|order| self.sort_key(order, &mut scope)).collect::<Result<_, _>>()?;
        let offset = self.offset(query, object)?;
        Ok(Records {
            tables: scope.tables,
            columns: selection.columns,
            items: selection.items,
            id,
            filter,
            order,
            limit: query.limit,
            offset,
            children,
        })
    }

    fn select(
        &self,
        items: &[ast::Item],
        scope: &mut Scope<'c>,
        selection: &mut Selection<'c>,
        query: &ast::Query,
        level: Level<'c>,
    ) -> Result<Vec<Children<'c>>, Refusal> {
        let mut children = Vec::new();
        for item in items {
            match item {
                ast::Item::Value { operand, alias } => {
                    // An alias needs a function; a plain field with one mostly is a forgotten comma.
                    if let (ast::Operand::Path(_), Some(alias)) = (operand, alias) {
                        return Err(Refusal::new(Reason::FieldAlias, alias.span));
                    }
                    selection.value(self.operated(operand, scope)?, operand, alias.as_ref(), scope)?;
                }
                ast::Item::Fields { which, span } => selection.fields(*which, *span, query, scope)?,
                ast::Item::Typeof(type_of) => selection.type_of(type_of, items, scope)?,
                ast::Item::Children(child) => {
                    let span = child.from.path.span();
                    if children.len() == MOST_CHILDREN {
                        return Err(Refusal::new(Reason::TooManyChildren, span));
                    }
                    let (name, records) = self.children(child, scope, query, level.depth)?;
                    selection.put(&[], name, compiled::Cell::Children(children.len()), span)?;
                    // The parent's id follows the record's own.
                    children.push(Children { records, parent: 1 });
                }
            }
        }
        match items.first() {
            Some(ast::Item::Fields { span, .. }) if selection.items.is_empty() => Err(Refusal::new(Reason::FieldsEmpty, *span)),
            _ => Ok(children),
        }
    }

    /// A child subquery and the name of its relationship.
    fn children(&self, query: &ast::Query, scope: &Scope<'c>, parent: &ast::Query, depth: usize) -> Result<(&'c str, Records<'c>), Refusal> {
        let path = &query.from.path;
        let refuse = |reason| Refusal::new(reason, path.span());
        let (name, child, field) = self.child_relationship(path, scope, parent)?;
        if depth == DEEPEST_CHILD {
            return Err(refuse(Reason::TooDeepChildren(DEEPEST_CHILD - 1)));
        }
        let Select::Items(items) = &query.select else { return Err(refuse(Reason::AggregateInChild)) };
        if group::is_grouped(query, items) {
            return Err(refuse(Reason::AggregateInChild));
        }
        if let Some(scope) = &query.scope {
            return Err(Refusal::new(Reason::UnexpectedToken(quoted("USING")), scope.span));
        }
        if let Some(offset) = query.offset.filter(|_| parent.limit != Some(1)) {
            return Err(Refusal::new(Reason::OffsetInChild, offset.span));
        }
        let records = self.records(query, items, child, Level { depth: depth + 1, link: Some(field) })?;
        Ok((name, records))
    }

    /// The relationship a subquery names: `Contacts`, `Account.Contacts` or `a.Contacts`.
    fn child_relationship(&self, path: &Path, scope: &Scope<'c>, parent: &ast::Query) -> Result<(&'c str, &'c Object, &'c Field), Refusal> {
        let object = scope.object();
        let unknown = |name: &ast::Name| Refusal::new(Reason::NoSuchChildRelationship(name.text.clone()), path.span());
        let is_parent = |name: &ast::Name| {
            let alias = parent.from.alias.as_ref();
            name.text.eq_ignore_ascii_case(&object.name) || alias.is_some_and(|alias| alias.text.eq_ignore_ascii_case(&name.text))
        };
        let name = match path.parents.as_slice() {
            [] => &path.name,
            [parent] if is_parent(parent) => &path.name,
            [other, ..] => return Err(unknown(other)),
        };
        let named = |known: &&catalogue::ChildRelationship| known.name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(&name.text));
        let relationship: &'c catalogue::ChildRelationship = object.children.iter().find(named).ok_or_else(|| unknown(name))?;
        let child = self.catalog.object(&relationship.child).filter(|child| child.flags.queryable).ok_or_else(|| unknown(name))?;
        let field = child.field(&relationship.field).filter(|field| self.catalog.sees(child, field)).ok_or_else(|| unknown(name))?;
        Ok((relationship.name.as_deref().unwrap_or_default(), child, field))
    }

    fn operated(&self, operand: &ast::Operand, scope: &mut Scope<'c>) -> Result<Operated<'c>, Refusal> {
        Operated::of(operand, scope, self.context)
    }

    fn conditions<'s>(&self, scope: &'s mut Scope<'c>, place: Place<'s, 'c>) -> Conditions<'s, 'c> {
        Conditions { schema: *self, scope, place }
    }

    /// WHERE, and what USING SCOPE adds to it.
    fn filter(&self, query: &ast::Query, scope: &mut Scope<'c>) -> Result<Option<Test<'c>>, Refusal> {
        let mut tests = Vec::new();
        if let Some(name) = &query.scope {
            tests.extend(self.scoped(name, scope)?);
        }
        if let Some(condition) = &query.condition {
            semi_join::check_places(condition)?;
            tests.push(self.conditions(scope, Place::Where).test(condition)?);
        }
        self.check_clauses(query, scope.object())?;
        Ok(if tests.len() > 1 { Some(Test::All(tests)) } else { tests.pop() })
    }

    fn offset(&self, query: &ast::Query, object: &Object) -> Result<u64, Refusal> {
        match query.offset {
            Some(offset) if offset.rows > LARGEST_OFFSET => Err(Refusal::new(Reason::OffsetTooLarge(object.name.to_string()), offset.span)),
            offset => Ok(offset.map_or(0, |offset| offset.rows)),
        }
    }
}
