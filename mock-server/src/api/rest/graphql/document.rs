//! The tree of a GraphQL document. Source: the GraphQL specification, October 2021, section 2.

/// Where something stands in the text, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    pub line: usize,
    pub column: usize,
}

#[derive(Debug, Default)]
pub struct Document {
    pub operations: Vec<Operation>,
    pub fragments: Vec<Fragment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Query,
    Mutation,
    Subscription,
}

#[derive(Debug)]
pub struct Operation {
    pub kind: Kind,
    pub name: Option<String>,
    pub variables: Vec<Variable>,
    pub selections: Vec<Selection>,
    pub at: At,
}

#[derive(Debug)]
pub struct Variable {
    pub name: String,
    /// `String!` has no default and must be given.
    pub required: bool,
    pub default: Option<Literal>,
    pub at: At,
}

#[derive(Debug)]
pub struct Fragment {
    pub name: String,
    pub on: String,
    pub selections: Vec<Selection>,
}

#[derive(Debug)]
pub enum Selection {
    Field(Field),
    Spread { name: String, directives: Vec<Directive>, at: At },
    Inline { on: Option<String>, directives: Vec<Directive>, selections: Vec<Selection>, at: At },
}

#[derive(Debug)]
pub struct Field {
    pub alias: Option<String>,
    pub name: String,
    pub arguments: Vec<(String, Literal)>,
    pub directives: Vec<Directive>,
    pub selections: Vec<Selection>,
    pub at: At,
}

#[derive(Debug)]
pub struct Directive {
    pub name: String,
    pub arguments: Vec<(String, Literal)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Boolean(bool),
    /// Whole or not, as written.
    Number(String),
    Text(String),
    Enum(String),
    Variable(String, At),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}
