//! A deployment carried out: all of its components in one transaction, which is undone when it was a check or anything failed.

use super::code;
use crate::app::{App, Caller, LiveOrg};
use crate::clock::Timestamp;
use crate::id::UserId;
use crate::metadata::{
    Act, Archive, Component, Components, Deployment, Edit, Failure, Item, Message, Outcome, Plan, Source, Status, child, kept_members, kind,
    names_of, required_member, settle,
};
use crate::schema::{Schema, SchemaError};
use crate::storage::StoreError;
use crate::store::Tx;

/// Why the transaction of a deployment is not kept.
enum Undone {
    /// It was a check, or something failed: what became of the components is told all the same.
    Told(Vec<Message>),
    Store(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SchemaError> for Undone {
    fn from(error: SchemaError) -> Self {
        Self::Store(StoreError::new(error))
    }
}

/// Who deploys, and when.
#[derive(Clone, Copy)]
pub(super) struct By {
    pub user: UserId,
    pub now: Timestamp,
}

impl App {
    /// Carries a deployment out and stores what came of it.
    pub(super) fn carry_out(&self, org: &LiveOrg, deployment: &mut Deployment, archive: &[u8]) -> Result<(), StoreError> {
        match Archive::read(archive) {
            Ok(archive) => {
                deployment.messages = self.attempt(org, deployment, &archive)?;
                deployment.status = outcome_of(deployment);
            }
            Err(bad) => {
                deployment.error = Some((bad.code().to_owned(), bad.to_string()));
                deployment.status = Status::Failed;
            }
        }
        deployment.completed = Some(self.now());
        // What was found good can be deployed later without being sent again.
        let kept = (deployment.options.check_only && deployment.status == Status::Succeeded).then_some(archive);
        org.write(|tx| tx.put_deployment(deployment, kept))
    }

    /// Puts and removes components one by one: each that can be is, whatever becomes of the others. Blocks.
    pub fn save_components(&self, caller: &Caller, items: &[Item]) -> Result<Vec<Message>, StoreError> {
        let by = By { user: caller.user.id, now: self.now() };
        let outcome = caller.org.write(|tx| {
            let mut messages = Vec::with_capacity(items.len());
            put_all(&caller.org, tx, (by, None), items, &mut messages).map(|()| messages)
        });
        match outcome {
            Ok(messages) | Err(Undone::Told(messages)) => Ok(messages),
            Err(Undone::Store(error)) => Err(error),
        }
    }

    fn attempt(&self, org: &LiveOrg, deployment: &Deployment, archive: &Archive<'_>) -> Result<Vec<Message>, StoreError> {
        let plan = Plan::of(archive, &deployment.options);
        let by = By { user: deployment.created_by, now: self.now() };
        let outcome = org.write(|tx| {
            let mut messages = plan.messages;
            put_all(org, tx, (by, Some(archive)), &plan.items, &mut messages)?;
            let failed = messages.iter().any(Message::failed);
            let undone = deployment.options.check_only || failed && deployment.options.rollback_on_error;
            if undone { Err(Undone::Told(messages)) } else { Ok(messages) }
        });
        match outcome {
            Ok(messages) | Err(Undone::Told(messages)) => Ok(messages),
            Err(Undone::Store(error)) => Err(error),
        }
    }
}

/// Salesforce tells warnings apart from failures only where they are not to be ignored.
fn outcome_of(deployment: &Deployment) -> Status {
    let failed = deployment.messages.iter().any(Message::failed);
    let done = deployment.messages.iter().any(|message| !message.failed() && !message.kind.is_empty());
    match (failed, deployment.options.rollback_on_error || deployment.options.check_only) {
        (false, _) => Status::Succeeded,
        (true, false) if done => Status::SucceededPartial,
        (true, _) => Status::Failed,
    }
}

/// Takes the components in their order; parts of the schema that follow one another are changed together.
fn put_all(org: &LiveOrg, tx: &Tx<'_>, (by, archive): (By, Option<&Archive<'_>>), items: &[Item], messages: &mut Vec<Message>) -> Result<(), Undone> {
    let mut rest = items;
    while let Some(first) = rest.first() {
        let together = rest.iter().take_while(|item| is_schema(item) == is_schema(first)).count();
        let (now, after) = rest.split_at(together);
        if is_schema(first) {
            change_schema(org, tx, by, now, messages)?;
        } else {
            for item in now {
                messages.push(put(org, tx, by, archive, item)?);
            }
        }
        rest = after;
    }
    Ok(())
}

fn is_schema(item: &Item) -> bool {
    matches!(item.kind, "CustomObject" | "CustomField" | "RecordType" | "GlobalValueSet") && !matches!(item.act, Act::Refuse(_))
}

fn change_schema(org: &LiveOrg, tx: &Tx<'_>, by: By, items: &[Item], messages: &mut Vec<Message>) -> Result<(), Undone> {
    let edit = |item: &Item| {
        let source = if let Act::Put(source) = &item.act { Some(source) } else { None };
        (item.kind, item.full_name.clone(), source.cloned())
    };
    let owned: Vec<_> = items.iter().map(edit).collect();
    let edits: Vec<Edit<'_>> = owned.iter().map(|(kind, full_name, source)| Edit { kind, full_name, source: source.as_ref() }).collect();
    let settled = settle(&*org.schema_within(tx)?, &edits, by.now);
    let changed = settled.outcomes.iter().any(|outcome| matches!(outcome, Ok(Outcome::Created | Outcome::Changed | Outcome::Deleted)));
    if changed {
        let definition = settled.definition;
        org.change_schema_within(tx, by.now, |known| {
            *known = definition;
            Ok::<_, Undone>(())
        })?;
    }
    let schema = org.schema_within(tx)?;
    for (item, outcome) in items.iter().zip(settled.outcomes) {
        if outcome.is_ok() && item.kind == "CustomObject" {
            keep_beside(tx, by, item)?;
        }
        messages.push(told(&schema, item, outcome));
    }
    Ok(())
}

/// Keeps the members of an object's file that the schema does not hold.
fn keep_beside(tx: &Tx<'_>, by: By, item: &Item) -> Result<(), StoreError> {
    match &item.act {
        Act::Put(source) if !kept_members(source).is_empty() => {
            put_component(tx, by, item, &Source { members: kept_members(source), content: None }).map(|_| ())
        }
        Act::Remove => tx.remove_component(item.kind, &item.full_name).map(|_| ()),
        _ => Ok(()),
    }
}

fn told(schema: &Schema, item: &Item, outcome: Result<Outcome, Failure>) -> Message {
    let named = || names_of(schema, item.kind).into_iter().find(|(name, _)| name.eq_ignore_ascii_case(&item.full_name)).and_then(|(_, id)| id);
    let id = outcome.as_ref().ok().and_then(|_| named());
    message(item, id, outcome)
}

fn message(item: &Item, id: Option<crate::id::RecordId>, outcome: Result<Outcome, Failure>) -> Message {
    let outcome = outcome.unwrap_or_else(Outcome::Failed);
    Message { kind: item.kind.to_owned(), full_name: item.full_name.clone(), file: item.file.clone(), id, outcome }
}

/// One component that is no part of the schema. What it leaves when it fails is undone.
fn put(org: &LiveOrg, tx: &Tx<'_>, by: By, archive: Option<&Archive<'_>>, item: &Item) -> Result<Message, StoreError> {
    let source = match &item.act {
        Act::Refuse(failure) => return Ok(message(item, None, Err(failure.clone()))),
        Act::Remove => return remove(tx, item),
        Act::Put(source) => source,
    };
    if let Some(missing) = required_member(item.kind, source) {
        return Ok(message(item, None, Err(Failure::new(format!("Required field is missing: {missing}")))));
    }
    if code::is_code(item.kind) {
        let schema = org.schema_within(tx)?;
        let source = match beside(archive, item, source) {
            Ok(source) => source,
            Err(failure) => return Ok(message(item, None, Err(failure))),
        };
        return match tx.savepoint(|| code::put(tx, &schema, by, item, &source)) {
            Ok((id, outcome)) => Ok(message(item, Some(id), Ok(outcome))),
            Err(code::Refused::Told(failure)) => Ok(message(item, None, Err(failure))),
            Err(code::Refused::Store(error)) => Err(error),
        };
    }
    let (id, outcome) = put_component(tx, by, item, source)?;
    Ok(message(item, Some(id), Ok(outcome)))
}

/// The settings with what lies beside them in the archive.
fn beside(archive: Option<&Archive<'_>>, item: &Item, source: &Source) -> Result<Source, Failure> {
    let (Some(archive), Some(path)) = (archive, &item.beside) else { return Ok(source.clone()) };
    let content = archive.file(path).map_err(|bad| Failure::new(bad.to_string()))?;
    Ok(Source { content, ..source.clone() })
}

fn remove(tx: &Tx<'_>, item: &Item) -> Result<Message, StoreError> {
    let gone = match code::is_code(item.kind) {
        true => code::remove(tx, item)?,
        false => tx.remove_component(item.kind, &item.full_name)?,
    };
    let outcome = if gone { Outcome::Deleted } else { Outcome::Warned(format!("No {} named: {} found", item.kind, item.full_name)) };
    Ok(message(item, None, Ok(outcome)))
}

/// Keeps a component as it was sent.
fn put_component(tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<(crate::id::RecordId, Outcome), StoreError> {
    let known = tx.component(item.kind, &item.full_name)?;
    let mut members = source.members.clone();
    members.shift_remove("fullName");
    let same = known.as_ref().is_some_and(|known| known.members == members && known.content == source.content);
    let (id, outcome) = match &known {
        Some(known) => (known.id, if same { Outcome::Unchanged } else { Outcome::Changed }),
        None => (tx.new_id(prefix(item.kind))?, Outcome::Created),
    };
    if !same {
        let (created, created_by) = known.map_or((by.now, by.user), |known| (known.created, known.created_by));
        let component = Component {
            kind: item.kind.to_owned(),
            full_name: item.full_name.clone(),
            id,
            members,
            content: source.content.clone(),
            created,
            created_by,
            modified: by.now,
            modified_by: by.user,
        };
        tx.put_component(&component)?;
    }
    Ok((id, outcome))
}

fn prefix(name: &str) -> &'static str {
    kind(name).map(|kind| kind.prefix).or_else(|| child(name).map(|(_, part)| part.prefix)).unwrap_or("000")
}
