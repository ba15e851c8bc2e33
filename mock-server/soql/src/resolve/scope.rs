//! Names to columns: aliases, parent paths and the joins they need.

use catalogue::{Field, FieldType, Object};

use crate::bound::{Arm, ArmValue, Column, Expr, Table, TableId, is_text};
use crate::catalog::{Catalog, Relation};
use crate::compiled::{ParentType, Target, Targets};
use crate::error::{Reason, Refusal, Span};
use crate::syntax::ast::{Name, Path, Query};

/// Steps up a path may take.
const MOST_LEVELS: usize = 5;
/// Parent relationships a query may join.
const MOST_PARENTS: usize = 55;

/// The tables of one FROM clause and the names for them.
pub(super) struct Scope<'c> {
    catalog: &'c dyn Catalog,
    include_deleted: bool,
    pub(super) tables: Vec<Table<'c>>,
    aliases: Vec<(String, Walk<'c>)>,
}

/// How far a path has come.
#[derive(Debug, Clone)]
pub(super) struct Walk<'c> {
    place: Place<'c>,
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
enum Place<'c> {
    Table(TableId),
    /// The `Name` pseudo-object: whatever the id in `key` points to.
    Name {
        key: Expr<'c>,
        targets: Vec<&'c Object>,
    },
}

impl<'c> Scope<'c> {
    pub(super) fn new(catalog: &'c dyn Catalog, object: &'c Object, include_deleted: bool) -> Self {
        let mut scope = Self { catalog, include_deleted, tables: Vec::new(), aliases: Vec::new() };
        scope.add_table(object, None);
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

    /// The fields of the object queried that the user sees.
    pub(super) fn visible_fields(&self) -> impl Iterator<Item = &'c Field> + use<'c> {
        let (catalog, object) = (self.catalog, self.object());
        object.fields.iter().filter(move |field| catalog.sees(object, field))
    }

    fn stored(&mut self, table: TableId, field: &'c Field) -> Expr<'c> {
        let table_ref = &mut self.tables[table];
        if !has_column(&table_ref.relation, &field.name) {
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
        if self.tables.len() > MOST_PARENTS + 1 {
            return Err(Refusal::new(Reason::TooManyParents, span));
        }
        Ok(walk)
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
        object.name.eq_ignore_ascii_case(name) && relationship(object, name).is_none()
    }

    fn step(&mut self, walk: Walk<'c>, name: &Name) -> Result<Walk<'c>, Reason> {
        let unknown = || Reason::NoSuchRelationship(name.text.clone());
        let (key, relationship_name, targets) = match &walk.place {
            Place::Table(table) => {
                let object = self.tables[*table].object;
                let field = relationship(object, &name.text).filter(|field| self.catalog.sees(object, field)).ok_or_else(unknown)?;
                let targets: Vec<&str> = field.reference_to.iter().map(AsRef::as_ref).collect();
                (self.stored(*table, field), field.relationship_name.as_deref().unwrap_or_default(), targets)
            }
            Place::Name { key, targets } => {
                let (field, relationship, target) = name_relationship(&name.text).ok_or_else(unknown)?;
                let column = self.name_field(key, targets, field).ok_or_else(unknown)?;
                (column.expr, relationship, vec![target])
            }
        };
        let catalog = self.catalog;
        let named = !matches!(relationship_name, "Owner");
        let polymorphic = targets.len() > 1;
        let objects: Vec<&'c Object> = targets.into_iter().filter_map(|target| catalog.object(target)).collect();
        let first = *objects.first().ok_or_else(unknown)?;
        let mut steps = walk.steps;
        if polymorphic {
            let place = Place::Name { key: key.clone(), targets: objects };
            let Place::Name { targets, .. } = &place else { return Err(unknown()) };
            let id = self.name_field(&key, targets, "Id").ok_or_else(unknown)?.expr;
            steps.push(Step { key: relationship_name, id, kind: ParentType::Polymorphic { targets: shown_targets(targets), named } });
            return Ok(Walk { place, steps });
        }
        let table = self.join(first, key);
        steps.push(Step { key: relationship_name, id: self.id_column(table), kind: ParentType::Object(first.name.to_string()) });
        Ok(Walk { place: Place::Table(table), steps })
    }

    /// The table that holds the parent `key` points to; joined once however often it is named.
    pub(super) fn join(&mut self, object: &'c Object, key: Expr<'c>) -> TableId {
        let known = self.tables.iter().position(|table| table.key.as_ref() == Some(&key) && table.object.name == object.name);
        known.unwrap_or_else(|| self.add_table(object, Some(key)))
    }

    fn add_table(&mut self, object: &'c Object, key: Option<Expr<'c>>) -> TableId {
        let relation = self.catalog.relation(object);
        let only_alive = self.only_alive(object, &relation);
        let mut columns = Vec::new();
        if only_alive {
            columns.push("IsDeleted");
        }
        if key.is_some() {
            columns.push("Id");
        }
        self.tables.push(Table { object, relation, columns, only_alive, key });
        self.tables.len() - 1
    }

    fn only_alive(&self, object: &Object, relation: &Relation<'_>) -> bool {
        !self.include_deleted && object.field("IsDeleted").is_some() && has_column(relation, "IsDeleted")
    }

    /// A field of the `Name` pseudo-object.
    fn name_field(&self, key: &Expr<'c>, targets: &[&'c Object], name: &str) -> Option<Column<'c>> {
        let (name, kind) = NAME_FIELDS.into_iter().find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        let arms = targets.iter().filter_map(|object| self.arm(object, name)).collect();
        let lookup = Expr::Lookup { key: Box::new(key.clone()), arms, folds: is_text(kind) };
        let expr = if kind == FieldType::Boolean { Expr::OrFalse(Box::new(lookup)) } else { lookup };
        Some(Column { expr, kind, name, field: None, required: false })
    }

    /// `None` where the object has no such value to give.
    fn arm(&self, object: &'c Object, name: &str) -> Option<Arm<'c>> {
        let prefix: &'c str = object.key_prefix.as_deref()?;
        let relation = self.catalog.relation(object);
        let value = if name == "Type" {
            ArmValue::ObjectName
        } else {
            let own = if name == "Name" { object.name_field.as_deref()? } else { name };
            let field = object.field(own).filter(|field| self.catalog.sees(object, field))?;
            ArmValue::Column(&field.name)
        };
        let readable = match (&relation, &value) {
            (Relation::Empty, _) => false,
            (_, ArmValue::ObjectName) => true,
            (relation, ArmValue::Column(column)) => has_column(relation, column),
        };
        let only_alive = self.only_alive(object, &relation);
        readable.then_some(Arm { object, prefix, relation, only_alive, value })
    }
}

/// The fields every polymorphic parent shows. GUESS: the list is the reference's own inference.
const NAME_FIELDS: [(&str, FieldType); 14] = [
    ("Id", FieldType::Id),
    ("Name", FieldType::String),
    ("Type", FieldType::Picklist),
    ("FirstName", FieldType::String),
    ("LastName", FieldType::String),
    ("Title", FieldType::String),
    ("Email", FieldType::Email),
    ("Phone", FieldType::Phone),
    ("IsActive", FieldType::Boolean),
    ("Username", FieldType::String),
    ("Alias", FieldType::String),
    ("ProfileId", FieldType::Reference),
    ("UserRoleId", FieldType::Reference),
    ("RecordTypeId", FieldType::Reference),
];

/// The relationships of the `Name` pseudo-object: field, relationship, target.
fn name_relationship(name: &str) -> Option<(&'static str, &'static str, &'static str)> {
    [("ProfileId", "Profile", "Profile"), ("UserRoleId", "UserRole", "UserRole"), ("RecordTypeId", "RecordType", "RecordType")]
        .into_iter()
        .find(|(_, relationship, _)| relationship.eq_ignore_ascii_case(name))
}

fn relationship<'c>(object: &'c Object, name: &str) -> Option<&'c Field> {
    object.fields.iter().find(|field| field.relationship_name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name)))
}

fn shown_targets(targets: &[&Object]) -> Targets {
    let shown = |object: &&Object| Some(Target { prefix: object.key_prefix.as_deref()?.to_owned(), object: object.name.to_string() });
    Targets(targets.iter().filter_map(shown).collect())
}

fn has_column(relation: &Relation<'_>, name: &str) -> bool {
    match relation {
        Relation::Table | Relation::Empty => true,
        Relation::Rows(rows) => rows.iter().any(|row| row.iter().any(|(column, _)| *column == name)),
        Relation::Select { columns, .. } => columns.iter().any(|column| column == name),
    }
}

/// JSON keys of an address and the endings of the fields that hold its parts, in answer order.
const ADDRESS_PARTS: [(&str, &str); 10] = [
    ("city", "City"),
    ("country", "Country"),
    ("countryCode", "CountryCode"),
    ("geocodeAccuracy", "GeocodeAccuracy"),
    ("latitude", "Latitude"),
    ("longitude", "Longitude"),
    ("postalCode", "PostalCode"),
    ("state", "State"),
    ("stateCode", "StateCode"),
    ("street", "Street"),
];

impl<'c> Scope<'c> {
    /// The parts of a compound field, each with its JSON key.
    pub(super) fn parts(&mut self, compound: &Field, walk: &Walk<'c>) -> Vec<(&'static str, FieldType, Expr<'c>)> {
        let Place::Table(table) = walk.place else { return Vec::new() };
        let object: &'c Object = self.tables[table].object;
        let catalog = self.catalog;
        let part = |ending: &str| {
            object.fields.iter().find(|field| {
                let name = field.name.strip_suffix("__s").unwrap_or(&field.name);
                field.compound.as_deref() == Some(&compound.name) && name.ends_with(ending) && catalog.sees(object, field)
            })
        };
        let found: Vec<_> = ADDRESS_PARTS.iter().filter_map(|(key, ending)| part(ending).map(|field| (*key, field))).collect();
        found.into_iter().map(|(key, field)| (key, field.kind, self.field_column(table, field).expr)).collect()
    }
}
