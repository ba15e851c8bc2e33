//! What an operation asks for, with fragments put in their places, directives heeded and variables filled in.

use serde_json::{Map, Value};

use super::document::{At, Directive, Document, Field, Literal, Operation, Selection};
use super::error::GraphError;

/// A field that is asked for.
#[derive(Debug)]
pub struct Asked {
    /// What the answer calls it.
    pub key: String,
    pub name: String,
    pub arguments: Map<String, Value>,
    pub selections: Vec<Asked>,
    /// The type a fragment around it is for.
    pub on: Option<String>,
    pub at: At,
}

impl Asked {
    /// The argument, unless it is null.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name).filter(|value| !value.is_null())
    }

    pub fn selected(&self, name: &str) -> Option<&Asked> {
        self.selections.iter().find(|asked| asked.name == name)
    }
}

/// Fragments one document may put in place: a small one can ask for very much.
const MOST: usize = 10_000;

/// The root fields of an operation.
///
/// # Errors
/// `ValidationError` for fragments, directives and variables that are not there, and `Variable …` for values that are missing.
pub fn asked(document: &Document, operation: &Operation, given: &Map<String, Value>) -> Result<Vec<Asked>, GraphError> {
    let mut variables = Map::new();
    for variable in &operation.variables {
        let value = match (given.get(&variable.name), &variable.default) {
            (Some(Value::Null), _) | (None, None) if variable.required => {
                let message = format!("Variable '{}' has coerced Null value for NonNull type", variable.name);
                return Err(GraphError::variable(message, variable.at));
            }
            (Some(value), _) => value.clone(),
            (None, Some(default)) => constant(default, &Map::new())?,
            (None, None) => continue,
        };
        variables.insert(variable.name.clone(), value);
    }
    let names: Vec<&str> = operation.variables.iter().map(|variable| variable.name.as_str()).collect();
    let mut reader = Reader { document, variables, names, left: MOST };
    let mut found = Vec::new();
    reader.fields(&operation.selections, (None, &mut Vec::new()), &mut found)?;
    Ok(found)
}

struct Reader<'d> {
    document: &'d Document,
    variables: Map<String, Value>,
    /// Variables the operation declares.
    names: Vec<&'d str>,
    left: usize,
}

impl<'d> Reader<'d> {
    fn fields(
        &mut self,
        selections: &'d [Selection],
        (on, inside): (Option<&str>, &mut Vec<&'d str>),
        found: &mut Vec<Asked>,
    ) -> Result<(), GraphError> {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    if self.is_wanted(&field.directives, field.at)? {
                        let asked = self.field(field, on)?;
                        merge(found, asked);
                    }
                }
                Selection::Inline { on: own, directives, selections } => {
                    if self.is_wanted(directives, At { line: 1, column: 1 })? {
                        self.fields(selections, (own.as_deref().or(on), inside), found)?;
                    }
                }
                Selection::Spread { name, directives, at } => {
                    if !self.is_wanted(directives, *at)? {
                        continue;
                    }
                    let known = self.document.fragments.iter().find(|fragment| fragment.name == *name);
                    let undefined = || GraphError::invalid("UndefinedFragment", &[], &format!("Undefined fragment '{name}'"), *at);
                    let fragment = known.ok_or_else(undefined)?;
                    if inside.contains(&fragment.name.as_str()) || self.left == 0 {
                        return Err(GraphError::invalid("FragmentCycle", &[], "Fragment cycles not allowed", *at));
                    }
                    self.left -= 1;
                    inside.push(&fragment.name);
                    self.fields(&fragment.selections, (Some(&fragment.on), inside), found)?;
                    inside.pop();
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &'d Field, on: Option<&str>) -> Result<Asked, GraphError> {
        let mut arguments = Map::new();
        for (name, literal) in &field.arguments {
            if let Some(value) = self.value(literal)? {
                arguments.insert(name.clone(), value);
            }
        }
        let mut selections = Vec::new();
        // A fragment inside a field begins anew: a circle passes through fields too.
        let mut inside = Vec::new();
        self.left = self.left.checked_sub(1).ok_or_else(|| GraphError::invalid("FragmentCycle", &[], "Fragment cycles not allowed", field.at))?;
        self.fields(&field.selections, (None, &mut inside), &mut selections)?;
        Ok(Asked {
            key: field.alias.clone().unwrap_or_else(|| field.name.clone()),
            name: field.name.clone(),
            arguments,
            selections,
            on: on.map(str::to_owned),
            at: field.at,
        })
    }

    fn is_wanted(&mut self, directives: &[Directive], at: At) -> Result<bool, GraphError> {
        let mut wanted = true;
        for directive in directives {
            let condition = directive.arguments.iter().find(|(name, _)| name == "if").map(|(_, literal)| self.value(literal)).transpose()?.flatten();
            let holds = condition.as_ref().and_then(Value::as_bool).unwrap_or(false);
            match directive.name.as_str() {
                "include" => wanted &= holds,
                "skip" => wanted &= !holds,
                // Hints to Salesforce: a field that need not exist, and what a page is about.
                "optional" | "category" => {}
                other => return Err(GraphError::invalid("UnknownDirective", &[], &format!("Unknown directive '{other}'"), at)),
            }
        }
        Ok(wanted)
    }

    /// The value; `None` for a variable that was not given.
    fn value(&self, literal: &Literal) -> Result<Option<Value>, GraphError> {
        if let Literal::Variable(name, at) = literal {
            if !self.names.contains(&name.as_str()) {
                return Err(GraphError::invalid("UndefinedVariable", &[], &format!("Undefined variable '{name}'"), *at));
            }
            return Ok(self.variables.get(name).cloned());
        }
        self.check(literal)?;
        constant(literal, &self.variables).map(Some)
    }

    fn check(&self, literal: &Literal) -> Result<(), GraphError> {
        match literal {
            Literal::Variable(..) => self.value(literal).map(drop),
            Literal::List(items) => items.iter().try_for_each(|item| self.check(item)),
            Literal::Object(members) => members.iter().try_for_each(|(_, item)| self.check(item)),
            _ => Ok(()),
        }
    }
}

/// A literal as JSON; enums are texts, and members whose variable was not given are left out.
fn constant(literal: &Literal, variables: &Map<String, Value>) -> Result<Value, GraphError> {
    Ok(match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(value) => (*value).into(),
        Literal::Number(text) => serde_json::from_str(text).unwrap_or(Value::Null),
        Literal::Text(text) | Literal::Enum(text) => text.as_str().into(),
        Literal::Variable(name, _) => variables.get(name).cloned().unwrap_or(Value::Null),
        Literal::List(items) => items.iter().map(|item| constant(item, variables)).collect::<Result<_, _>>()?,
        Literal::Object(members) => {
            let given = members.iter().filter(|(_, item)| !matches!(item, Literal::Variable(name, _) if !variables.contains_key(name)));
            given.map(|(name, item)| Ok((name.clone(), constant(item, variables)?))).collect::<Result<Map<_, _>, GraphError>>()?.into()
        }
    })
}

/// The same key asked for twice asks for what either asks for.
fn merge(found: &mut Vec<Asked>, asked: Asked) {
    match found.iter_mut().find(|known| known.key == asked.key && known.name == asked.name && known.on == asked.on) {
        Some(known) => {
            for selection in asked.selections {
                merge(&mut known.selections, selection);
            }
        }
        None => found.push(asked),
    }
}
