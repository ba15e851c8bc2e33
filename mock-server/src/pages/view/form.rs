//! Forms of Setup as data: sections of labelled fields, errors at their fields, one button that saves.

use super::Look;

/// A form; it posts the token against forgery by itself.
pub(crate) struct Form {
    pub action: String,
    pub hidden: Vec<(&'static str, String)>,
    /// Why the form as a whole was refused.
    pub refusal: Option<String>,
    pub sections: Vec<FormSection>,
    /// The label of the button. It posts `save=1`.
    pub submit: String,
    pub look: Look,
    /// Where Cancel leads.
    pub cancel: Option<String>,
}

impl Form {
    pub(crate) fn new(action: impl Into<String>, submit: impl Into<String>, sections: Vec<FormSection>) -> Self {
        Self { action: action.into(), hidden: Vec::new(), refusal: None, sections, submit: submit.into(), look: Look::Primary, cancel: None }
    }

    /// Whether something keeps it from being saved.
    pub(crate) fn has_errors(&self) -> bool {
        self.refusal.is_some() || self.sections.iter().flat_map(|section| &section.fields).any(|field| field.error.is_some())
    }

    /// Puts what is wrong at the field of this name; what no field has is a refusal of the whole form.
    pub(crate) fn complain(&mut self, name: &str, error: impl Into<String>) {
        let mut fields = self.sections.iter_mut().flat_map(|section| &mut section.fields);
        match fields.find(|field| field.name == name) {
            Some(field) => field.error = Some(error.into()),
            None => self.refusal = Some(error.into()),
        }
    }
}

pub(crate) struct FormSection {
    pub heading: String,
    /// Below the heading; may be empty.
    pub note: String,
    pub fields: Vec<Field>,
}

impl FormSection {
    pub(crate) fn new(heading: impl Into<String>, fields: Vec<Field>) -> Self {
        Self { heading: heading.into(), note: String::new(), fields }
    }
}

/// One labelled field. Its id is its name.
pub(crate) struct Field {
    pub name: &'static str,
    pub label: String,
    /// Below the field; may be empty.
    pub hint: String,
    pub required: bool,
    /// Shown, but not to be changed. A browser does not post it.
    pub locked: bool,
    pub error: Option<String>,
    pub control: Control,
}

pub(crate) enum Control {
    Text(Text),
    /// Several lines.
    Lines(String),
    /// A box; ticked, it posts `1`.
    Check(bool),
    Choices(Choices),
    Select(Vec<Choice>),
}

pub(crate) struct Text {
    /// `text`, `email`, `number`, `password`, …
    pub kind: &'static str,
    pub value: String,
}

/// Boxes of which any number is ticked, or buttons of which one is.
pub(crate) struct Choices {
    pub several: bool,
    pub options: Vec<Choice>,
}

impl Choices {
    pub(super) fn kind(&self) -> &'static str {
        if self.several { "checkbox" } else { "radio" }
    }
}

pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

impl Choice {
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), chosen }
    }
}

impl Field {
    fn new(name: &'static str, label: impl Into<String>, control: Control) -> Self {
        Self { name, label: label.into(), hint: String::new(), required: false, locked: false, error: None, control }
    }

    pub(crate) fn text(name: &'static str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Control::Text(Text { kind: "text", value: value.into() }))
    }

    /// One line of another kind than text: `email`, `number`, `password`.
    pub(crate) fn line(kind: &'static str, name: &'static str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Control::Text(Text { kind, value: value.into() }))
    }

    pub(crate) fn lines(name: &'static str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, Control::Lines(value.into()))
    }

    pub(crate) fn check(name: &'static str, label: impl Into<String>, checked: bool) -> Self {
        Self::new(name, label, Control::Check(checked))
    }

    pub(crate) fn select(name: &'static str, label: impl Into<String>, options: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Select(options))
    }

    /// Boxes of which any number is ticked. Each posts its value under the field's name.
    pub(crate) fn checks(name: &'static str, label: impl Into<String>, options: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Choices(Choices { several: true, options }))
    }

    /// Buttons of which one is chosen.
    pub(crate) fn radios(name: &'static str, label: impl Into<String>, options: Vec<Choice>) -> Self {
        Self::new(name, label, Control::Choices(Choices { several: false, options }))
    }

    pub(crate) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// Locked where the condition holds.
    pub(crate) fn locked_if(self, locked: bool) -> Self {
        Self { locked, ..self }
    }

    /// The id that a link to the field leads to.
    pub(super) fn first_id(&self) -> String {
        match &self.control {
            Control::Choices(choices) if !choices.options.is_empty() => format!("{}-1", self.name),
            _ => self.name.to_owned(),
        }
    }

    /// The ids of hint and error.
    pub(super) fn described_by(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.error.is_some().then(|| format!("{}-error", self.name));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}
