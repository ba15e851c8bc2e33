//! Tokens to a document. Definitions of types, which no client sends, are refused like anything else that does not belong.

use super::document::{At, Directive, Document, Field, Fragment, Kind, Literal, Operation, Selection, Variable};
use super::error::GraphError;
use super::lexer::{Token, tokens};

/// How deep selections and values may nest.
const DEEPEST: usize = 60;

/// Reads a document.
///
/// # Errors
/// `InvalidSyntax` with the token that does not belong.
pub fn parse(text: &str) -> Result<Document, GraphError> {
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let mut document = Document::default();
    while *parser.peek() != Token::End {
        let at = parser.at();
        match parser.peek() {
            Token::Name(word) if word == "fragment" => {
                let fragment = parser.fragment()?;
                check_new(document.fragments.iter().any(|known| known.name == fragment.name), "fragment", &fragment.name, at)?;
                document.fragments.push(fragment);
            }
            _ => {
                let operation = parser.operation()?;
                let name = operation.name.as_deref().unwrap_or_default();
                check_new(document.operations.iter().any(|known| known.name == operation.name), "operation", name, at)?;
                document.operations.push(operation);
            }
        }
    }
    if document.operations.is_empty() { Err(parser.offending()) } else { Ok(document) }
}

/// Names that must be told apart are.
fn check_new(is_known: bool, kind: &str, name: &str, at: At) -> Parsed<()> {
    let why = || format!("There can be only one {kind} named '{name}'");
    if is_known { Err(GraphError::invalid("UniqueNames", &[], &why(), at)) } else { Ok(()) }
}

struct Parser {
    tokens: Vec<(Token, At)>,
    next: usize,
    depth: usize,
}

type Parsed<T> = Result<T, GraphError>;

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].0
    }

    fn at(&self) -> At {
        self.tokens[self.next].1
    }

    /// The next token; the end is never passed.
    fn take(&mut self) -> Token {
        let token = self.tokens[self.next].0.clone();
        if token != Token::End {
            self.next += 1;
        }
        token
    }

    fn offending(&self) -> GraphError {
        GraphError::offending(&self.peek().shown(), self.at())
    }

    fn takes(&mut self, mark: &str) -> bool {
        let here = matches!(self.peek(), Token::Mark(own) if *own == mark);
        if here {
            self.take();
        }
        here
    }

    fn expect(&mut self, mark: &str) -> Parsed<()> {
        if self.takes(mark) { Ok(()) } else { Err(self.offending()) }
    }

    fn name(&mut self) -> Parsed<String> {
        if !matches!(self.peek(), Token::Name(_)) {
            return Err(self.offending());
        }
        match self.take() {
            Token::Name(name) => Ok(name),
            _ => Err(self.offending()),
        }
    }

    fn operation(&mut self) -> Parsed<Operation> {
        let at = self.at();
        let kind = match self.peek() {
            Token::Mark("{") => {
                return Ok(Operation { kind: Kind::Query, name: None, variables: Vec::new(), selections: self.selections()?, at });
            }
            Token::Name(word) if word == "query" => Kind::Query,
            Token::Name(word) if word == "mutation" => Kind::Mutation,
            Token::Name(word) if word == "subscription" => Kind::Subscription,
            _ => return Err(self.offending()),
        };
        self.take();
        let name = if matches!(self.peek(), Token::Name(_)) { Some(self.name()?) } else { None };
        let mut variables = Vec::new();
        if self.takes("(") {
            variables.push(self.variable()?);
            while !self.takes(")") {
                let variable = self.variable()?;
                check_new(variables.iter().any(|known: &Variable| known.name == variable.name), "variable", &variable.name, variable.at)?;
                variables.push(variable);
            }
        }
        self.directives()?;
        Ok(Operation { kind, name, variables, selections: self.selections()?, at })
    }

    fn variable(&mut self) -> Parsed<Variable> {
        let at = self.at();
        self.expect("$")?;
        let name = self.name()?;
        self.expect(":")?;
        let required = self.type_name()?;
        let default = if self.takes("=") { Some(self.constant()?) } else { None };
        self.directives()?;
        Ok(Variable { name, required: required && default.is_none(), default, at })
    }

    /// Whether a value of the type must be given.
    fn type_name(&mut self) -> Parsed<bool> {
        self.nested(|parser| {
            if parser.takes("[") {
                parser.type_name()?;
                parser.expect("]")?;
            } else {
                parser.name()?;
            }
            Ok(parser.takes("!"))
        })
    }

    fn fragment(&mut self) -> Parsed<Fragment> {
        self.take();
        let name = self.name()?;
        if name == "on" || self.name()? != "on" {
            return Err(self.offending());
        }
        let on = self.name()?;
        self.directives()?;
        Ok(Fragment { name, on, selections: self.selections()? })
    }

    fn selections(&mut self) -> Parsed<Vec<Selection>> {
        self.expect("{")?;
        self.nested(|parser| {
            let mut selections = vec![parser.selection()?];
            while !parser.takes("}") {
                selections.push(parser.selection()?);
            }
            Ok(selections)
        })
    }

    fn selection(&mut self) -> Parsed<Selection> {
        let at = self.at();
        if self.takes("...") {
            return match self.peek() {
                Token::Name(word) if word != "on" => {
                    let name = self.name()?;
                    Ok(Selection::Spread { name, directives: self.directives()?, at })
                }
                _ => {
                    let on = if matches!(self.peek(), Token::Name(_)) {
                        self.take();
                        Some(self.name()?)
                    } else {
                        None
                    };
                    Ok(Selection::Inline { on, directives: self.directives()?, selections: self.selections()?, at })
                }
            };
        }
        let first = self.name()?;
        let (alias, name) = if self.takes(":") { (Some(first), self.name()?) } else { (None, first) };
        let arguments = self.arguments()?;
        let directives = self.directives()?;
        let selections = if matches!(self.peek(), Token::Mark("{")) { self.selections()? } else { Vec::new() };
        Ok(Selection::Field(Field { alias, name, arguments, directives, selections, at }))
    }

    fn arguments(&mut self) -> Parsed<Vec<(String, Literal)>> {
        let mut arguments = Vec::new();
        if self.takes("(") {
            arguments.push(self.member()?);
            while !self.takes(")") {
                let at = self.at();
                let (name, value) = self.member()?;
                check_new(arguments.iter().any(|(known, _)| *known == name), "argument", &name, at)?;
                arguments.push((name, value));
            }
        }
        Ok(arguments)
    }

    fn member(&mut self) -> Parsed<(String, Literal)> {
        let name = self.name()?;
        self.expect(":")?;
        Ok((name, self.literal()?))
    }

    fn directives(&mut self) -> Parsed<Vec<Directive>> {
        let mut directives = Vec::new();
        while self.takes("@") {
            let name = self.name()?;
            directives.push(Directive { name, arguments: self.arguments()? });
        }
        Ok(directives)
    }

    /// A value without variables.
    fn constant(&mut self) -> Parsed<Literal> {
        let begin = self.next;
        let value = self.literal()?;
        match self.tokens[begin..self.next].iter().find(|(token, _)| *token == Token::Mark("$")) {
            Some((_, at)) => Err(GraphError::offending("$", *at)),
            None => Ok(value),
        }
    }

    fn literal(&mut self) -> Parsed<Literal> {
        let at = self.at();
        self.nested(|parser| {
            if parser.takes("$") {
                return Ok(Literal::Variable(parser.name()?, at));
            }
            if parser.takes("[") {
                let mut items = Vec::new();
                while !parser.takes("]") {
                    items.push(parser.literal()?);
                }
                return Ok(Literal::List(items));
            }
            if parser.takes("{") {
                let mut members = Vec::new();
                while !parser.takes("}") {
                    let at = parser.at();
                    let (name, value) = parser.member()?;
                    check_new(members.iter().any(|(known, _)| *known == name), "input field", &name, at)?;
                    members.push((name, value));
                }
                return Ok(Literal::Object(members));
            }
            if matches!(parser.peek(), Token::Mark(_) | Token::End) {
                return Err(parser.offending());
            }
            Ok(match parser.take() {
                Token::Name(word) if word == "null" => Literal::Null,
                Token::Name(word) if word == "true" || word == "false" => Literal::Boolean(word == "true"),
                Token::Name(word) => Literal::Enum(word),
                Token::Number(number) => Literal::Number(number),
                Token::Text(text) => Literal::Text(text),
                Token::Mark(_) | Token::End => Literal::Null,
            })
        })
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEEPEST {
            return Err(self.offending());
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_refused(text: &str, message: &str) {
        assert_eq!(parse(text).unwrap_err().message, message, "{text}");
    }

    #[test]
    fn documents_have_operations_fragments_and_values_of_every_kind() {
        let document = parse(
            "query q($n: Int = 2, $ids: [ID!]!) { a: uiapi(x: [1, -2.5e3, \"t\\u0041\\n\"], y: {z: ENUM, w: $n}) @include(if: true) { ...f ... on X { b } } } # end\n fragment f on Y { c }",
        )
        .unwrap();
        let operation = &document.operations[0];
        assert_eq!((operation.name.as_deref(), operation.kind, document.fragments[0].on.as_str()), (Some("q"), Kind::Query, "Y"));
        assert_eq!(operation.variables.iter().map(|variable| variable.required).collect::<Vec<_>>(), [false, true]);
        let Selection::Field(field) = &operation.selections[0] else { panic!("no field") };
        assert_eq!((field.alias.as_deref(), field.name.as_str(), field.selections.len()), (Some("a"), "uiapi", 2));
        assert_eq!(
            field.arguments[0].1,
            Literal::List(vec![Literal::Number("1".into()), Literal::Number("-2.5e3".into()), Literal::Text("tA\n".into())])
        );
    }

    #[test]
    fn what_does_not_belong_is_named_with_its_place() {
        check_refused("", "Invalid syntax with offending token '<EOF>' at line 1 column 1");
        check_refused("{ uiapi { }", "Invalid syntax with offending token '}' at line 1 column 11");
        check_refused("query {\n  uiapi(", "Invalid syntax with offending token '<EOF>' at line 2 column 9");
        check_refused("{ a(b: ?) }", "Invalid syntax with offending token '?' at line 1 column 8");
        check_refused("type X { a: Int }", "Invalid syntax with offending token 'type' at line 1 column 1");
        check_refused("{ a() }", "Invalid syntax with offending token ')' at line 1 column 5");
        check_refused("query q() { a }", "Invalid syntax with offending token ')' at line 1 column 9");
        check_refused("query q($a: [Int] = [1, $b]) { a }", "Invalid syntax with offending token '$' at line 1 column 25");
        assert!(parse(&"{a".repeat(2000)).is_err());
    }

    #[test]
    fn a_name_is_given_once() {
        let twice = |what: &str| format!("Validation error (UniqueNames@[]) : There can be only one {what}");
        check_refused("{ a(b: 1, b: 2) }", &twice("argument named 'b'"));
        check_refused("{ a(b: {c: 1, c: 1}) }", &twice("input field named 'c'"));
        check_refused("query q($a: Int, $a: Int) { a }", &twice("variable named 'a'"));
        check_refused("query q { a } query q { b }", &twice("operation named 'q'"));
        check_refused("{ ...f } fragment f on A { a } fragment f on A { b }", &twice("fragment named 'f'"));
        parse("query q($a: Int, $b: Int) { a(b: 1, c: {b: 1}) b(b: 2) } query r { a }").unwrap();
    }
}
