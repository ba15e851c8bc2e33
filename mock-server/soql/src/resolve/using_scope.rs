//! USING SCOPE: each scope is a condition that SOQL itself could say.

use std::rc::Rc;

use catalogue::Object;

use super::scope::Scope;
use super::{Place, Schema};
use crate::bound::{Expr, Ids, Test};
use crate::compiled::Value;
use crate::error::{Reason, Refusal};
use crate::syntax::Parser;
use crate::syntax::ast::Name;

impl<'c> Schema<'c> {
    /// What a scope adds to WHERE; `None` for all rows.
    pub(super) fn scoped(&self, name: &Name, scope: &mut Scope<'c>) -> Result<Option<Test<'c>>, Refusal> {
        let refused = || Refusal::new(Reason::UnknownScope(name.text.clone()), name.span);
        let object = scope.object();
        let scope_name = name.text.to_ascii_lowercase();
        match scope_name.as_str() {
            "everything" => return Ok(None),
            // GUESS: an org without scoping rules shows everything.
            "scopingrule" if object.field("OwnerId").is_some() => return Ok(None),
            "mru" => return self.recently_used(scope).map(Some).ok_or_else(refused),
            _ => {}
        }
        let condition = self.condition_of(&scope_name, object).ok_or_else(refused)?;
        let condition = Parser::new(&condition, 0).condition()?;
        // A condition that names what the user may not see is no scope of hers.
        self.conditions(scope, Place::Where).test(&condition).map(Some).map_err(|_| refused())
    }

    /// The scope as SOQL. Territories are not switched on in any org here, so their scopes are not supported.
    fn condition_of(&self, scope: &str, object: &Object) -> Option<String> {
        let me = &self.context.user_id;
        let has = |field: &str| object.field(field).is_some();
        let owned_by_groups = || object.field("OwnerId").is_some_and(|owner| owner.reference_to.iter().any(|target| target == "Group"));
        Some(match (scope, &*object.name) {
            ("mine", _) if has("OwnerId") => format!("OwnerId = '{me}'"),
            ("mine_and_my_groups", _) if owned_by_groups() => {
                format!("OwnerId = '{me}' OR OwnerId IN (SELECT GroupId FROM GroupMember WHERE UserOrGroupId = '{me}')")
            }
            ("delegated", "Task" | "Event") => format!("CreatedById = '{me}' AND OwnerId != '{me}'"),
            ("team", "Account") if self.catalog.object("AccountTeamMember").is_some() => {
                format!("OwnerId = '{me}' OR Id IN (SELECT AccountId FROM AccountTeamMember WHERE UserId = '{me}')")
            }
            // GUESS: where no team is kept, the team is whoever reports to the user.
            ("team", "Account" | "Contact" | "Event" | "Opportunity" | "Case" | "Lead" | "Task") => {
                format!("OwnerId = '{me}' OR OwnerId IN (SELECT Id FROM User WHERE ManagerId = '{me}')")
            }
            ("allprivate", "Report" | "Dashboard") => {
                let folder = if has("OwnerId") { "OwnerId" } else { "FolderId" };
                format!("{folder} IN (SELECT Id FROM User)")
            }
            _ => return None,
        })
    }

    /// The records of the object that the user saw last.
    fn recently_used(&self, scope: &mut Scope<'c>) -> Option<Test<'c>> {
        let viewed = self.catalog.object("RecentlyViewed")?;
        let mut inner = Scope::new(self.catalog, viewed, self.context.include_deleted);
        let (id, kind) = (inner.id_column(0), viewed.field("Type")?);
        let kind = inner.field_column(0, kind).expr;
        let own = Value::Text(scope.object().name.to_string());
        let filter = Some(Test::Compare { expr: kind, order: crate::bound::Ordering::Equal, value: own });
        let expr: Expr<'c> = scope.id_column(0);
        Some(Test::Among { expr, ids: Rc::new(Ids { tables: inner.tables, column: id, filter }) })
    }
}
