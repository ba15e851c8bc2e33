//! Names to columns: aliases, parent paths and the joins they need.

use catalogue::{Field, FieldType, Object};

use super::name::{name_relationship, shown_targets};
use crate::bound::{Column, Expr, Link, Table, TableId, is_text};
use crate::catalog::{Catalog, Relation, Role};
use crate::compiled::ParentType;
use crate::error::{Reason, Refusal, Span};
use crate::syntax::ast::{Name, Path, Query};

/// Steps up a path may take.
const MOST_LEVELS: usize = 5;
/// Parent relationships a query may join.
const MOST_PARENTS: usize = 55;

/// The tables of one FROM clause and the names for them.
pub(super) struct Scope<'c> {
    pub(super) catalog: &'c dyn Catalog,
    include_deleted: bool,
    pub(super) tables: Vec<Table<'c>>,
    /// The references to parents of several kinds whose fields are read; they are looked up, not joined.
    looked_up: Vec<Expr<'c>>,
    aliases: Vec<(String, Walk<'c>)>,
}

/// How far a path has come.
#[derive(Debug, Clone)]
pub(super) struct Walk<'c> {
    pub(super) place: Place<'c>,
    /// The relationships walked, for the nested JSON objects.
    pub(super) steps: Vec<Step<'c>>,
}

#[derive(Debug, Clone)]
pub(super) struct Step<'c> {
    /// The relationship's name in API spelling.
    pub(super) key: &'c str,
    /// The parent's id.
    pub(super) id: Expr<'c>,
    pub(super) kind: ParentType,
}

#[derive(Debug, Clone)]
pub(super) enum Place<'c> {
    Table(TableId),
    /// The `Name` pseudo-object: whatever the id in `key` points to.
    Name {
        key: Expr<'c>,
        targets: Vec<&'c Object>,
    },
}

/// A step that can be walked.
struct Relationship<'c> {
    /// In API spelling.
    name: &'c str,
    /// What names the parent.
    key: Expr<'c>,
    targets: Vec<&'c str>,
    /// The parent's field that `key` is compared with.
    own: &'static str,
}

impl<'c> Scope<'c> {
    pub(super) fn new(catalog: &'c dyn Catalog, object: &'c Object, include_deleted: bool) -> Self {
        let mut scope = Self { catalog, include_deleted, tables: Vec::new(), looked_up: Vec::new(), aliases: Vec::new() };
        scope.add_table(object, Role::Queried);
        scope
    }

    pub(super) fn object(&self) -> &'c Object {
        self.tables[0].object
    }

    /// Takes the aliases of FROM: the object's own, then those of parent relationships.
    pub(super) fn name_tables(&mut self, query: &Query) -> Result<(), Refusal> {
        self.name_walk(query.from.alias.as_ref(), self.start())?;
        for parent in &query.from_parents {
            let walk = self.walk(parent.path.names())?;
            self.name_walk(parent.alias.as_ref(), walk)?;
        }
        Ok(())
    }

    fn name_walk(&mut self, alias: Option<&Name>, walk: Walk<'c>) -> Result<(), Refusal> {
        let Some(alias) = alias else { return Ok(()) };
        if self.alias(&alias.text).is_some() {
            return Err(Refusal::new(Reason::DuplicateAlias(alias.text.clone()), alias.span));
        }
        self.aliases.push((alias.text.clone(), walk));
        Ok(())
    }

    /// The column a path ends in, and the relationships it walks.
    pub(super) fn column(&mut self, path: &Path) -> Result<(Column<'c>, Walk<'c>), Refusal> {
        let walk = self.walk(&path.parents)?;
        self.ending(walk, &path.name, path)
    }

    /// The column `last` names where a walk has arrived.
    fn ending(&mut self, walk: Walk<'c>, last: &Name, path: &Path) -> Result<(Column<'c>, Walk<'c>), Refusal> {
        if let Place::Name { key, .. } = &walk.place {
            self.look_up(key, path.span())?;
        }
        let column = self.field_at(&walk.place, last).ok_or_else(|| {
            let object = match &walk.place {
                Place::Table(table) => self.tables[*table].object.name.to_string(),
                Place::Name { .. } => "Name".to_owned(),
            };
            Refusal::new(Reason::NoSuchColumn { field: last.text.clone(), object }, path.span())
        })?;
        Ok((column, walk))
    }

    /// The column of a field of one table.
    pub(super) fn field_column(&mut self, table: TableId, field: &'c Field) -> Column<'c> {
        let mut expr = self.stored(table, field);
        match field.kind {
            FieldType::Boolean if table != 0 => expr = Expr::OrFalse(Box::new(expr)),
            FieldType::Base64 => expr = Expr::IsPresent(Box::new(expr)),
            _ => {}
        }
        let required = table == 0 && !field.flags.nillable && matches!(self.tables[0].relation, Relation::Table);
        Column { expr, kind: field.kind, name: &field.name, field: Some(field), required }
    }

    pub(super) fn id_column(&mut self, table: TableId) -> Expr<'c> {
        match self.tables[table].object.field("Id") {
            Some(field) => self.stored(table, field),
            None => Expr::Missing(FieldType::Id),
        }
    }

    /// The id of the parent that `link` of the object queried names. Schema objects name theirs by its durable name, so it is joined.
    pub(super) fn parent_id(&mut self, link: &'c Field) -> Expr<'c> {
        let catalog = self.catalog;
        let parent = link.reference_to.first().filter(|_| link.kind != FieldType::Reference).and_then(|name| catalog.object(name));
        let Some(parent) = parent else { return self.field_column(0, link).expr };
        let key = self.stored(0, link);
        let table = self.join_by(parent, key, "DurableId");
        self.id_column(table)
    }

    /// The fields of the object queried that the user sees.
    pub(super) fn visible_fields(&self) -> impl Iterator<Item = &'c Field> + use<'c> {
        let (catalog, object) = (self.catalog, self.object());
        object.fields.iter().filter(move |field| catalog.sees(object, field))
    }

    fn stored(&mut self, table: TableId, field: &'c Field) -> Expr<'c> {
        let table_ref = &mut self.tables[table];
        if !table_ref.relation.has(&field.name) {
            return Expr::Missing(field.kind);
        }
        let name: &'c str = &field.name;
        if !table_ref.columns.contains(&name) {
            table_ref.columns.push(name);
        }
        let folds = !matches!(table_ref.relation, Relation::Table) && is_text(field.kind) && !field.flags.case_sensitive;
        Expr::Column { table, name, folds }
    }

    fn field_at(&mut self, place: &Place<'c>, name: &Name) -> Option<Column<'c>> {
        match place {
            Place::Table(table) => {
                let object = self.tables[*table].object;
                let field = object.field(&name.text).filter(|field| self.catalog.sees(object, field))?;
                Some(self.field_column(*table, field))
            }
            Place::Name { key, targets } => self.name_field(key, targets, &name.text),
        }
    }

    /// The object queried.
    pub(super) fn start(&self) -> Walk<'c> {
        Walk { place: Place::Table(0), steps: Vec::new() }
    }

    fn alias(&self, name: &str) -> Option<&Walk<'c>> {
        self.aliases.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(name)).map(|(_, walk)| walk)
    }

    /// Walks relationships; the first step may also be an alias or the object's own name.
    pub(super) fn walk<'n>(&mut self, steps: impl IntoIterator<Item = &'n Name>) -> Result<Walk<'c>, Refusal> {
        let mut steps = steps.into_iter().peekable();
        let Some(first) = steps.peek().copied() else { return Ok(self.start()) };
        let named = match self.alias(&first.text) {
            Some(walk) => Some(walk.clone()),
            None => self.is_own_name(&first.text).then(|| self.start()),
        };
        if named.is_some() {
            steps.next();
        }
        self.onward(named.unwrap_or_else(|| self.start()), steps, first.span)
    }

    /// Walks on from where `walk` is; `span` is where the whole path begins.
    fn onward<'n>(&mut self, mut walk: Walk<'c>, steps: impl IntoIterator<Item = &'n Name>, span: Span) -> Result<Walk<'c>, Refusal> {
        for step in steps {
            if walk.steps.len() == MOST_LEVELS {
                return Err(Refusal::new(Reason::TooManyLevels, span));
            }
            walk = self.step(walk, step).map_err(|reason| Refusal::new(reason, span))?;
        }
        self.within_limit(span)?;
        Ok(walk)
    }

    /// Counts a parent of one of several kinds, once however many of its fields are read.
    fn look_up(&mut self, key: &Expr<'c>, span: Span) -> Result<(), Refusal> {
        if self.looked_up.contains(key) {
            return Ok(());
        }
        self.looked_up.push(key.clone());
        self.within_limit(span)
    }

    fn within_limit(&self, span: Span) -> Result<(), Refusal> {
        let parents = self.tables.len() - 1 + self.looked_up.len();
        if parents > MOST_PARENTS { Err(Refusal::new(Reason::TooManyParents, span)) } else { Ok(()) }
    }

    /// A path that begins at one object a polymorphic reference may point to; its steps begin there too.
    pub(super) fn column_of_target(&mut self, object: &'c Object, key: Expr<'c>, path: &Path) -> Result<(Column<'c>, Walk<'c>), Refusal> {
        let table = self.join(object, key);
        let walk = self.onward(Walk { place: Place::Table(table), steps: Vec::new() }, &path.parents, path.span())?;
        self.ending(walk, &path.name, path)
    }

    /// The polymorphic reference a walk ends at, with what it points to.
    pub(super) fn polymorphic(&self, walk: &Walk<'c>) -> Option<(Expr<'c>, Vec<&'c Object>)> {
        match &walk.place {
            Place::Name { key, targets } => Some((key.clone(), targets.clone())),
            Place::Table(_) => None,
        }
    }

    /// A field of the `Name` pseudo-object where a walk ends.
    pub(super) fn name_column(&mut self, walk: &Walk<'c>, path: &Path) -> Result<Column<'c>, Refusal> {
        if let Some(parent) = path.parents.first() {
            return Err(Refusal::new(Reason::NoSuchRelationship(parent.text.clone()), path.span()));
        }
        self.ending(walk.clone(), &path.name, path).map(|(column, _)| column)
    }

    fn is_own_name(&self, name: &str) -> bool {
        let object = self.object();
        object.name.eq_ignore_ascii_case(name) && relationship_field(object, name).is_none()
    }

    fn step(&mut self, walk: Walk<'c>, name: &Name) -> Result<Walk<'c>, Reason> {
        let unknown = || Reason::NoSuchRelationship(name.text.clone());
        let Relationship { name: key_name, key, targets, own } = self.relationship(&walk.place, name).ok_or_else(unknown)?;
        let catalog = self.catalog;
        let polymorphic = targets.len() > 1;
        let objects: Vec<&'c Object> = targets.into_iter().filter_map(|target| catalog.object(target)).collect();
        let first = *objects.first().ok_or_else(unknown)?;
        let mut steps = walk.steps;
        if polymorphic {
            let id = self.name_field(&key, &objects, "Id").ok_or_else(unknown)?.expr;
            // GUESS: owners show what they are, other polymorphic parents are shown as `Name`.
            let kind = ParentType::Polymorphic { targets: shown_targets(&objects), named: key_name != "Owner" };
            steps.push(Step { key: key_name, id, kind });
            return Ok(Walk { place: Place::Name { key, targets: objects }, steps });
        }
        let table = self.join_by(first, key, own);
        steps.push(Step { key: key_name, id: self.id_column(table), kind: ParentType::Object(first.name.to_string()) });
        Ok(Walk { place: Place::Table(table), steps })
    }

    fn relationship(&mut self, place: &Place<'c>, name: &Name) -> Option<Relationship<'c>> {
        match place {
            Place::Table(table) => {
                let object = self.tables[*table].object;
                let field = relationship_field(object, &name.text).filter(|field| self.catalog.sees(object, field))?;
                // Schema objects point at one another by durable names.
                let own = if field.kind == FieldType::Reference { "Id" } else { "DurableId" };
                Some(Relationship {
                    name: field.relationship_name.as_deref().unwrap_or_default(),
                    key: self.stored(*table, field),
                    targets: field.reference_to.iter().map(AsRef::as_ref).collect(),
                    own,
                })
            }
            Place::Name { key, targets } => {
                let (field, name, target) = name_relationship(&name.text)?;
                let key = self.name_field(key, targets, field)?.expr;
                Some(Relationship { name, key, targets: vec![target], own: "Id" })
            }
        }
    }

    /// The table that holds the parent whose id is in `key`; joined once however often it is named.
    pub(super) fn join(&mut self, object: &'c Object, key: Expr<'c>) -> TableId {
        self.join_by(object, key, "Id")
    }

    fn join_by(&mut self, object: &'c Object, key: Expr<'c>, own: &str) -> TableId {
        let is_same = |table: &Table<'c>| table.object.name == object.name && table.link.as_ref().is_some_and(|link| link.key == key);
        if let Some(known) = self.tables.iter().position(is_same) {
            return known;
        }
        let table = self.add_table(object, Role::Parent);
        let own = match object.field(own) {
            Some(field) => self.stored(table, field),
            None => Expr::Missing(FieldType::Id),
        };
        self.tables[table].link = Some(Link { key, own });
        table
    }

    fn add_table(&mut self, object: &'c Object, role: Role) -> TableId {
        let relation = self.catalog.relation(object);
        let only_alive = self.only_alive(object, &relation);
        let readable = self.catalog.row_filter(object, role);
        let looked_at = readable.iter().flat_map(|filter| filter.columns(&relation)).filter_map(|name| object.field(name));
        let mut columns: Vec<&'c str> = looked_at.map(|field| &*field.name).chain(only_alive.then_some("IsDeleted")).collect();
        columns.sort_unstable();
        columns.dedup();
        self.tables.push(Table { object, relation, columns, only_alive, readable, link: None });
        self.tables.len() - 1
    }

    pub(super) fn only_alive(&self, object: &Object, relation: &Relation<'_>) -> bool {
        !self.include_deleted && object.field("IsDeleted").is_some() && relation.has("IsDeleted")
    }
}

fn relationship_field<'c>(object: &'c Object, name: &str) -> Option<&'c Field> {
    object.fields.iter().find(|field| field.relationship_name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name)))
}
