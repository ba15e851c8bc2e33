//! A deployment carried out: all of its components in one transaction, which is undone when it was a check or anything failed.

use super::apps::Apps;
use super::code::{self, Refused};
use super::settings::Settings;
use super::{groups, installed_packages, packaged, permissions};
use crate::app::{App, Caller, LiveOrg};
use crate::clock::Timestamp;
use crate::id::{RecordId, UserId};
use crate::metadata::{
    Act, Archive, CONNECTED_APP, CUSTOM_SCOPE, Component, Components, Deployment, Edit, Failure, INSTALLED_PACKAGE, Item, Message, Outcome, Plan,
    Source, Status, check_members, child, is_external_app, kept_members, kind, names_of, required_member, settle,
};
use crate::schema::{Schema, SchemaError};
use crate::storage::StoreError;
use crate::store::Tx;

/// Why the transaction of a deployment is not kept.
pub(super) enum Undone {
    /// It was a check, or something failed: what became of the components is told all the same.
    Unwanted,
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
    pub ignores_warnings: bool,
}

/// Where components come from.
#[derive(Clone, Copy)]
pub(super) enum Origin {
    /// Somebody deploys them: what managed packages brought is closed.
    Deployer,
    /// A package that is installed, or taken away. Nobody but its developer sees into closed code.
    Package { is_closed: bool },
}

/// A deployment under way.
pub(super) struct Work<'a> {
    pub app: &'a App,
    pub org: &'a LiveOrg,
    pub by: By,
    pub archive: Option<&'a Archive<'a>>,
    /// What became of the components so far.
    pub messages: Vec<Message>,
    pub apps: Apps<'a>,
    pub settings: Settings,
    pub origin: Origin,
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
        let by = By { user: caller.user.id, now: self.now(), ignores_warnings: false };
        self.work(&caller.org, by, None, |work, tx| work.put_all(tx, items).map(|()| true))
    }

    fn attempt(&self, org: &LiveOrg, deployment: &Deployment, archive: &Archive<'_>) -> Result<Vec<Message>, StoreError> {
        let plan = Plan::of(archive, &deployment.options);
        let by = By { user: deployment.created_by, now: self.now(), ignores_warnings: deployment.options.ignore_warnings };
        self.work(org, by, Some(archive), |work, tx| {
            work.messages = plan.messages;
            work.put_all(tx, &plan.items)?;
            let failed = work.messages.iter().any(Message::failed);
            Ok(!(deployment.options.check_only || failed && deployment.options.rollback_on_error))
        })
    }

    /// Does the work in one transaction. It is kept, with what it makes beyond the org's database, when `act` says so.
    fn work<'a>(
        &'a self,
        org: &'a LiveOrg,
        by: By,
        archive: Option<&'a Archive<'a>>,
        act: impl FnOnce(&mut Work<'a>, &Tx<'_>) -> Result<bool, Undone>,
    ) -> Result<Vec<Message>, StoreError> {
        let (apps, settings) = (Apps::new(self, org), Settings::new(org));
        let mut work = Work { app: self, org, by, archive, messages: Vec::new(), apps, settings, origin: Origin::Deployer };
        let outcome = org.write(|tx| if act(&mut work, tx)? { Ok(()) } else { Err(Undone::Unwanted) });
        let Work { messages, apps, settings, .. } = work;
        match outcome {
            Ok(()) => {
                apps.keep()?;
                settings.keep(self)?;
                Ok(messages)
            }
            Err(Undone::Unwanted) => Ok(messages),
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

impl Work<'_> {
    /// Takes the components in their order; parts of the schema that follow one another are changed together.
    pub(super) fn put_all(&mut self, tx: &Tx<'_>, items: &[Item]) -> Result<(), Undone> {
        let mut rest = items;
        while let Some(first) = rest.first() {
            let together = rest.iter().take_while(|item| is_schema(item) == is_schema(first)).count();
            let (now, after) = rest.split_at(together);
            if is_schema(first) {
                let mut open = Vec::with_capacity(now.len());
                for item in now {
                    match self.lock_of(tx, item)? {
                        Some(failure) if self.changes_schema(tx, item)? => self.messages.push(message(item, None, Err(failure))),
                        _ => open.push(item),
                    }
                }
                self.change_schema(tx, &open)?;
            } else {
                for item in now {
                    let message = self.put(tx, item)?;
                    self.messages.push(message);
                }
            }
            rest = after;
        }
        Ok(())
    }

    /// Why the component is closed to whoever deploys.
    fn lock_of(&self, tx: &Tx<'_>, item: &Item) -> Result<Option<Failure>, StoreError> {
        match self.origin {
            Origin::Deployer => packaged::lock_of(tx, self.org, item),
            Origin::Package { .. } => Ok(None),
        }
    }

    /// Whether putting or removing a part of the schema would make it another one.
    fn changes_schema(&self, tx: &Tx<'_>, item: &Item) -> Result<bool, StoreError> {
        let source = if let Act::Put(source) = &item.act { Some(source) } else { None };
        let edit = Edit { kind: item.kind, full_name: &item.full_name, source };
        let settled = settle(&*self.org.schema_within(tx)?, &[edit], self.by.now);
        Ok(!matches!(settled.outcomes.as_slice(), [Ok(Outcome::Unchanged)]))
    }

    fn change_schema(&mut self, tx: &Tx<'_>, items: &[&Item]) -> Result<(), Undone> {
        let edit = |item: &&Item| {
            let source = if let Act::Put(source) = &item.act { Some(source) } else { None };
            (item.kind, item.full_name.clone(), source.cloned())
        };
        let owned: Vec<_> = items.iter().map(edit).collect();
        let edits: Vec<Edit<'_>> = owned.iter().map(|(kind, full_name, source)| Edit { kind, full_name, source: source.as_ref() }).collect();
        let settled = settle(&*self.org.schema_within(tx)?, &edits, self.by.now);
        let changed = settled.outcomes.iter().any(|outcome| matches!(outcome, Ok(Outcome::Created | Outcome::Changed | Outcome::Deleted)));
        if changed {
            let definition = settled.definition;
            self.org.change_schema_within(tx, self.by.now, |known| {
                *known = definition;
                Ok::<_, Undone>(())
            })?;
        }
        let schema = self.org.schema_within(tx)?;
        for (item, outcome) in items.iter().zip(settled.outcomes) {
            if outcome.is_ok() && item.kind == "CustomObject" {
                keep_beside(tx, self.by, item)?;
            }
            self.messages.push(of_schema(&schema, item, outcome));
        }
        Ok(())
    }

    /// One component that is no part of the schema. What it leaves when it fails is undone.
    fn put(&mut self, tx: &Tx<'_>, item: &Item) -> Result<Message, StoreError> {
        let lock = self.lock_of(tx, item)?;
        let source = match &item.act {
            Act::Refuse(failure) => return Ok(message(item, None, Err(failure.clone()))),
            Act::Remove => match lock {
                Some(failure) => return Ok(message(item, None, Err(failure))),
                None => return self.remove(tx, item),
            },
            Act::Put(source) => source,
        };
        if let Err(failure) = check_members(item.kind, source) {
            return Ok(message(item, None, Err(failure)));
        }
        if let Some(missing) = required_member(item.kind, source) {
            return Ok(message(item, None, Err(Failure::new(format!("Required field is missing: {missing}")))));
        }
        let put = tx.savepoint(|| match (self.put_checked(tx, item, source)?, lock) {
            ((_, outcome), Some(failure)) if outcome != Outcome::Unchanged => Err(Refused::Told(failure)),
            (put, _) => Ok(put),
        });
        match put {
            Ok((id, outcome)) => Ok(message(item, id, Ok(outcome))),
            Err(Refused::Told(failure)) => Ok(message(item, None, Err(failure))),
            Err(Refused::Store(error)) => Err(error),
        }
    }

    fn put_checked(&mut self, tx: &Tx<'_>, item: &Item, source: &Source) -> Result<(Option<RecordId>, Outcome), Refused> {
        let by = self.by;
        let some = |(id, outcome)| (Some(id), outcome);
        match item.kind {
            kind if code::is_code(kind) => {
                let source = beside(self.archive, item, source).map_err(Refused::Told)?;
                let code = code::Code { source, is_closed: matches!(self.origin, Origin::Package { is_closed: true }) };
                code::put(tx, &*self.org.schema_within(tx)?, by, item, &code).map(some)
            }
            kind if permissions::is_permissions(kind) => permissions::put(tx, &*self.org.schema_within(tx)?, by, item, source).map(some),
            kind if kind == CONNECTED_APP || is_external_app(kind) => {
                self.settings.check_scopes(source)?;
                self.apps.put(tx, by, item, source).map(some)
            }
            "Settings" => self.settings.put(tx, by, item, source).map(|outcome| (None, outcome)),
            CUSTOM_SCOPE => {
                let assigned_to: Vec<&str> = source.several("assignedTo").into_iter().filter_map(serde_json::Value::as_str).map(str::trim).collect();
                if !assigned_to.is_empty() {
                    self.apps.assign_scope(tx, by, &item.full_name, &assigned_to)?;
                }
                self.settings.put_scope(tx, by, item, source).map(some)
            }
            groups::GROUP => groups::put(tx, &*self.org.schema_within(tx)?, by, item, source).map(some),
            INSTALLED_PACKAGE => installed_packages::put(self.app, tx, self.org, by, item, source).map(some),
            _ => {
                self.check_keys(source)?;
                Ok(some(put_component(tx, by, item, source)?))
            }
        }
    }

    /// A consumer key that a file names must be of an app that runs; one that the same deployment makes does not run yet.
    fn check_keys(&self, source: &Source) -> Result<(), Refused> {
        let members = serde_json::Value::Object(source.members.clone());
        match consumer_keys_in(&members).into_iter().find(|key| !self.apps.runs(key)) {
            // GUESS: that it fails is documented, its words are not.
            Some(key) => Err(Refused::Told(Failure::new(format!("In field: consumerKey - no OauthConsumer named {key} found")))),
            None => Ok(()),
        }
    }

    fn remove(&mut self, tx: &Tx<'_>, item: &Item) -> Result<Message, StoreError> {
        let gone = match item.kind {
            kind if code::is_code(kind) => Ok(code::remove(tx, item)?),
            kind if permissions::is_permissions(kind) => permissions::remove(tx, item)?,
            kind if kind == CONNECTED_APP || is_external_app(kind) => self.apps.remove(tx, self.by, item)?,
            "Settings" => Err(Failure::new("Settings cannot be deleted")),
            CUSTOM_SCOPE => Ok(self.settings.remove_scope(tx, item)?),
            groups::GROUP => groups::remove(tx, item)?,
            INSTALLED_PACKAGE => installed_packages::remove(self.app, tx, self.org, self.by, item)?,
            _ => Ok(tx.remove_component(item.kind, &item.full_name)?),
        };
        let outcome = gone.map(|gone| match gone {
            true => Outcome::Deleted,
            false => Outcome::Warned(format!("No {} named: {} found", item.kind, item.full_name)),
        });
        Ok(message(item, None, outcome))
    }
}

fn is_schema(item: &Item) -> bool {
    matches!(item.kind, "CustomObject" | "CustomField" | "RecordType" | "GlobalValueSet") && !matches!(item.act, Act::Refuse(_))
}

/// Texts that have the form of this platform's consumer keys.
fn consumer_keys_in(value: &serde_json::Value) -> Vec<&str> {
    match value {
        serde_json::Value::String(text) => Some(text.trim()).filter(|text| text.starts_with("3MVG9")).into_iter().collect(),
        serde_json::Value::Array(several) => several.iter().flat_map(consumer_keys_in).collect(),
        serde_json::Value::Object(members) => members.values().flat_map(consumer_keys_in).collect(),
        _ => Vec::new(),
    }
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

fn of_schema(schema: &Schema, item: &Item, outcome: Result<Outcome, Failure>) -> Message {
    let named = || names_of(schema, item.kind).into_iter().find(|(name, _)| name.eq_ignore_ascii_case(&item.full_name)).and_then(|(_, id)| id);
    let id = outcome.as_ref().ok().and_then(|_| named());
    message(item, id, outcome)
}

fn message(item: &Item, id: Option<RecordId>, outcome: Result<Outcome, Failure>) -> Message {
    let outcome = outcome.unwrap_or_else(Outcome::Failed);
    Message { kind: item.kind.to_owned(), full_name: item.full_name.clone(), file: item.file.clone(), id, outcome }
}

/// The settings with what lies beside them in the archive.
fn beside(archive: Option<&Archive<'_>>, item: &Item, source: &Source) -> Result<Source, Failure> {
    let (Some(archive), Some(path)) = (archive, &item.beside) else { return Ok(source.clone()) };
    let content = archive.file(path).map_err(|bad| Failure::new(bad.to_string()))?;
    Ok(Source { content, ..source.clone() })
}

/// Keeps a component as it was sent.
pub(super) fn put_component(tx: &Tx<'_>, by: By, item: &Item, source: &Source) -> Result<(RecordId, Outcome), StoreError> {
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
