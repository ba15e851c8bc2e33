//! Compiled queries, kept as long as schema, sight and tables stay what they were.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use catalogue::{Field, Object};
use parking_lot::RwLock;
use soql::{Catalog, Compiled, Context, Relation, Role, RowFilter, SoqlError};

/// Queries kept for one sight, and sights kept at once; beyond either they are compiled again.
const KEPT: usize = 512;
/// Characters of the longest query worth keeping.
const LONGEST: usize = 4_000;

/// Compiled queries by what the user sees of which schema, and within that by text.
#[derive(Default)]
pub struct Plans(RwLock<HashMap<Sight, HashMap<String, Arc<Plan>>>>);

/// Generation of the schema, identity of the access, and whether deleted rows are seen.
type Sight = (u64, u64, bool);

struct Plan {
    compiled: Arc<Compiled>,
    /// Where it takes the rows of which objects from.
    sources: Vec<(String, Place)>,
}

/// A place of rows, told apart from others without looking at what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Table,
    Empty,
    /// Of static data at this address.
    Static(usize),
}

impl Place {
    /// `None` for a relation that was made for this query alone.
    fn of(relation: &Relation<'_>) -> Option<Self> {
        match relation {
            Relation::Table => Some(Self::Table),
            Relation::Empty => Some(Self::Empty),
            Relation::Rows(rows) => Some(Self::Static(rows.as_ptr().addr())),
            Relation::Select { sql: Cow::Borrowed(sql), .. } => Some(Self::Static(sql.as_ptr().addr())),
            Relation::Select { .. } | Relation::Values { .. } => None,
        }
    }
}

impl Plans {
    /// The compiled query, from memory where nothing it was made of has changed.
    ///
    /// # Errors
    /// As [`soql::compile`].
    pub fn of(
        &self,
        soql: &str,
        include_deleted: bool,
        catalog: &dyn Catalog,
        context: impl FnOnce() -> Context,
    ) -> Result<Arc<Compiled>, SoqlError> {
        let Some(generation) = catalog.generation().filter(|_| soql.len() <= LONGEST) else {
            return soql::compile(soql, catalog, &context()).map(Arc::new);
        };
        let sight = (generation, catalog.identity(), include_deleted);
        let known = self.0.read().get(&sight).and_then(|plans| plans.get(soql)).map(Arc::clone);
        if let Some(plan) = known.filter(|plan| plan.holds(catalog)) {
            return Ok(Arc::clone(&plan.compiled));
        }
        let noting = Noting { catalog, asked: RefCell::default(), filtered: Cell::default() };
        let tree = soql::syntax::parse(soql)?;
        let compiled = soql::compile_tree(&tree, &noting, &context(), soql::Among::All).map_err(|refusal| refusal.in_text(soql))?;
        let compiled = Arc::new(compiled);
        let lasts = !noting.filtered.get() && !tree.depends_on_context();
        let sources: Option<Vec<_>> = noting.asked.into_inner().into_iter().map(|(object, place)| Some((object, place?))).collect();
        if let Some(sources) = sources.filter(|_| lasts) {
            self.keep(sight, soql, Arc::new(Plan { compiled: Arc::clone(&compiled), sources }));
        }
        Ok(compiled)
    }

    fn keep(&self, sight: Sight, soql: &str, plan: Arc<Plan>) {
        let mut kept = self.0.write();
        if kept.len() >= KEPT && !kept.contains_key(&sight) {
            kept.clear();
        }
        let plans = kept.entry(sight).or_default();
        if plans.len() >= KEPT {
            plans.clear();
        }
        plans.insert(soql.to_owned(), plan);
    }
}

impl Plan {
    /// Whether all rows still are where they were.
    fn holds(&self, catalog: &dyn Catalog) -> bool {
        self.sources.iter().all(|(object, place)| catalog.object(object).is_some_and(|object| Place::of(&catalog.relation(object)) == Some(*place)))
    }
}

/// A catalog that notes whose rows were asked for.
struct Noting<'a> {
    catalog: &'a dyn Catalog,
    asked: RefCell<Vec<(String, Option<Place>)>>,
    /// Whether the user may not read all rows: which ones, the filter decides from what is stored at the moment.
    filtered: Cell<bool>,
}

impl Catalog for Noting<'_> {
    fn object(&self, name: &str) -> Option<&Object> {
        self.catalog.object(name)
    }

    fn relation(&self, object: &Object) -> Relation<'_> {
        let relation = self.catalog.relation(object);
        let mut asked = self.asked.borrow_mut();
        if !asked.iter().any(|(known, _)| *known == object.name) {
            asked.push((object.name.to_string(), Place::of(&relation)));
        }
        relation
    }

    fn sees(&self, object: &Object, field: &Field) -> bool {
        self.catalog.sees(object, field)
    }

    fn row_filter(&self, object: &Object, role: Role) -> Option<RowFilter> {
        let filter = self.catalog.row_filter(object, role);
        self.filtered.set(self.filtered.get() || filter.is_some());
        filter
    }

    fn identity(&self) -> u64 {
        self.catalog.identity()
    }

    fn generation(&self) -> Option<u64> {
        self.catalog.generation()
    }
}
