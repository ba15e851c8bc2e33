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

/// Fields and fragments one operation may come to: a small document can ask for very much.
const MOST: usize = 10_000;

/// How deep an operation may nest once its fragments are put in place. GUESS: the number.
const DEEPEST: usize = 100;

/// The root fields of an operation.
///
/// # Errors
/// `ValidationError` for fragments, directives and variables that are not there, for circles of fragments, for operations that nest too deep
/// or ask for too much, for one key that asks for different things, and `Variable …` for values that are missing.
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
    let mut reader = Reader { document, variables, names, left: MOST, inside: Vec::new(), depth: 0 };
    let mut found = Vec::new();
    reader.fields(&operation.selections, None, operation.at, &mut found)?;
    Ok(found)
}

struct Reader<'d> {
    document: &'d Document,
    variables: Map<String, Value>,
    /// Variables the operation declares.
    names: Vec<&'d str>,
    left: usize,
    /// The fragments that are being put in place, through whatever fields: one that comes again is a circle.
    inside: Vec<&'d str>,
    depth: usize,
}

impl<'d> Reader<'d> {
    /// `on` is the type these selections are for, `at` where they stand.
    fn fields(&mut self, selections: &'d [Selection], on: Option<&str>, at: At, found: &mut Vec<Asked>) -> Result<(), GraphError> {
        if self.depth == DEEPEST {
            return Err(GraphError::invalid("MaximumDepth", &[], &format!("An operation may nest {DEEPEST} levels at most"), at));
        }
        self.depth += 1;
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    if self.is_wanted(&field.directives, field.at)? {
                        let asked = self.field(field, on)?;
                        merge(found, asked)?;
                    }
                }
                Selection::Inline { on: own, directives, selections, at } => {
                    if self.is_wanted(directives, *at)? {
                        self.fields(selections, own.as_deref().or(on), *at, found)?;
                    }
                }
                Selection::Spread { name, directives, at } => {
                    if self.is_wanted(directives, *at)? {
                        self.fragment(name, *at, found)?;
                    }
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn fragment(&mut self, name: &str, at: At, found: &mut Vec<Asked>) -> Result<(), GraphError> {
        let known = self.document.fragments.iter().find(|fragment| fragment.name == name);
        let fragment = known.ok_or_else(|| GraphError::invalid("UndefinedFragment", &[], &format!("Undefined fragment '{name}'"), at))?;
        if self.inside.contains(&fragment.name.as_str()) {
            return Err(GraphError::invalid("FragmentCycle", &[], "Fragment cycles not allowed", at));
        }
        self.count(at)?;
        self.inside.push(&fragment.name);
        self.fields(&fragment.selections, Some(&fragment.on), at, found)?;
        self.inside.pop();
        Ok(())
    }

    fn count(&mut self, at: At) -> Result<(), GraphError> {
        let too_many = || GraphError::invalid("MaximumFields", &[], &format!("An operation may ask for {MOST} fields at most"), at);
        self.left = self.left.checked_sub(1).ok_or_else(too_many)?;
        Ok(())
    }

    fn field(&mut self, field: &'d Field, on: Option<&str>) -> Result<Asked, GraphError> {
        self.count(field.at)?;
        let mut arguments = Map::new();
        for (name, literal) in &field.arguments {
            if let Some(value) = self.value(literal)? {
                arguments.insert(name.clone(), value);
            }
        }
        let mut selections = Vec::new();
        self.fields(&field.selections, None, field.at, &mut selections)?;
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

/// The same key asked for twice asks for what either asks for, which must be the same field. Under fragments for different types of
/// object both may stand, because no record is of both. Source: GraphQL specification, section 5.3.2.
fn merge(found: &mut Vec<Asked>, asked: Asked) -> Result<(), GraphError> {
    let conflict = |why: &str| GraphError::invalid("FieldsConflict", &[], &format!("'{}' : {why}", asked.key), asked.at);
    for known in found.iter().filter(|known| known.key == asked.key && !are_apart(known.on.as_deref(), asked.on.as_deref())) {
        if known.name != asked.name {
            return Err(conflict(&format!("'{}' and '{}' are different fields", known.name, asked.name)));
        }
        if known.arguments != asked.arguments {
            return Err(conflict("they have differing arguments"));
        }
    }
    // Only with what stands before it without another between: the answer keeps the order of the document.
    match found.iter_mut().rev().find(|known| known.key == asked.key).filter(|known| known.on == asked.on) {
        Some(known) => asked.selections.into_iter().try_for_each(|selection| merge(&mut known.selections, selection)),
        None => {
            found.push(asked);
            Ok(())
        }
    }
}

/// Whether no record is of both types. Every record is a `Record`, and where no fragment says anything, of the type around.
fn are_apart(one: Option<&str>, other: Option<&str>) -> bool {
    let is_wide = |on: &str| matches!(on, "Record" | "Name");
    matches!((one, other), (Some(one), Some(other)) if one != other && !is_wide(one) && !is_wide(other))
}

#[cfg(test)]
mod tests {
    use super::super::parser::parse;
    use super::*;

    fn gathered(text: &str) -> Result<Vec<Asked>, GraphError> {
        let document = parse(text).unwrap();
        asked(&document, &document.operations[0], &Map::new())
    }

    fn check_refused(text: &str, message: &str) {
        assert_eq!(gathered(text).unwrap_err().message, message);
    }

    #[test]
    fn a_circle_of_fragments_is_refused_through_whatever_it_passes() {
        let circle = "Validation error (FragmentCycle@[]) : Fragment cycles not allowed";
        check_refused("{ ...f } fragment f on A { ...f }", circle);
        check_refused("{ ...f } fragment f on A { a { b { ...f } } }", circle);
        check_refused("{ x { ...f } } fragment f on A { a { ...g } } fragment g on A { ... on B { b { ...f } } }", circle);
    }

    #[test]
    fn a_fragment_may_stand_in_several_places() {
        let found = gathered("{ a { ...f b { ...f } } c { ...f } } fragment f on A { x }").unwrap();
        assert_eq!(found.iter().map(|asked| asked.selections.len()).collect::<Vec<_>>(), [2, 1]);
    }

    /// A chain of fragments, each of which holds the next: deeper than any text may nest.
    fn chain(links: usize, step: &str) -> String {
        let link = |number: usize| format!("fragment f{number} on A {{ {} }} ", step.replace("next", &format!("...f{}", number + 1)));
        format!("{{ ...f0 }} {}fragment f{links} on A {{ x }}", (0..links).map(link).collect::<String>())
    }

    #[test]
    fn a_long_chain_of_fragments_is_refused_and_a_short_one_is_not() {
        let too_deep = "Validation error (MaximumDepth@[]) : An operation may nest 100 levels at most";
        for step in ["next", "a { next }", "... on A { a { b { next } } }"] {
            gathered(&chain(20, step)).unwrap();
            check_refused(&chain(700, step), too_deep);
        }
    }

    #[test]
    fn a_document_that_doubles_at_every_step_is_refused() {
        let link = |number: usize| format!("fragment f{number} on A {{ a{number}: x {{ ...f{0} }} b{number}: x {{ ...f{0} }} }} ", number + 1);
        let text = format!("{{ ...f0 }} {}fragment f20 on A {{ x }}", (0..20).map(link).collect::<String>());
        check_refused(&text, "Validation error (MaximumFields@[]) : An operation may ask for 10000 fields at most");
    }

    #[test]
    fn one_key_asks_for_one_thing() {
        let conflict = |why: &str| format!("Validation error (FieldsConflict@[]) : 'x' : {why}");
        check_refused("{ x: a x: b }", &conflict("'a' and 'b' are different fields"));
        check_refused("{ x(n: 1) x(n: 2) }", &conflict("they have differing arguments"));
        check_refused("{ y { x: a } y { x: b } }", &conflict("'a' and 'b' are different fields"));
        check_refused("{ x: a ... on A { x: b } }", &conflict("'a' and 'b' are different fields"));
        check_refused("{ ... on Record { x: a } ... on A { x: b } }", &conflict("'a' and 'b' are different fields"));
        assert_eq!(gathered("{ ... on A { x: a } ... on B { x: b } }").unwrap().len(), 2);
        let merged = gathered("{ x(n: 1) { a } x(n: 1) { b a } }").unwrap();
        assert_eq!((merged.len(), merged[0].selections.len()), (1, 2));
    }
}
