//! What every refusal can say of itself: which rule, why, and what mends it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::refusal::Surface;
use super::{About, Fix, Flow};

/// A reason to refuse. The families make their refusals from one, so that none leaves without its explanation.
pub trait Explains: fmt::Debug + Send + Sync {
    /// The name of the rule, as `/_mock/v1/refusals` shows it: `code.used`.
    fn rule(&self) -> &'static str;

    /// The cause in a sentence, for people. It never quotes a secret.
    fn reason(&self) -> Cow<'static, str>;

    /// What the client is told: the code and its description.
    fn told(&self) -> (Cow<'static, str>, Cow<'static, str>);

    /// The flow that was refused, where the reason knows it.
    fn flow(&self) -> Option<Flow> {
        None
    }

    /// The ways out, the usual one first; never none.
    fn fix(&self, about: About<'_>) -> Vec<Fix>;
}

/// Goes with a refusal to the end of the pipeline, which knows by then whom it was about and keeps it. Costs accepted requests nothing.
#[derive(Debug, Clone)]
pub struct Because {
    pub why: Arc<dyn Explains>,
    /// `None`: the body of the endpoint that was asked.
    pub surface: Option<Surface>,
}

impl Because {
    pub fn of(why: impl Explains + 'static) -> Self {
        Self { why: Arc::new(why), surface: None }
    }

    /// The refusal shows there.
    pub fn at(self, surface: Surface) -> Self {
        Self { surface: Some(surface), ..self }
    }
}
