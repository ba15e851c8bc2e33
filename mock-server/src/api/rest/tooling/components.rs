//! Parts of the schema by way of the Tooling API: `CustomObject`, `CustomField`, `RecordType`, `GlobalValueSet`.

use serde_json::{Map, Value};

use super::body::{Body, missing};
use crate::api::rest::call::Call;
use crate::api::rest::error::RestError;
use crate::id::RecordId;
use crate::metadata::Packaged;
use crate::records::RecordError;
use crate::schema::{CustomField, Definition, MetadataError, Schema, cannot_delete, cannot_modify, metadata};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    CustomField,
    CustomObject,
    GlobalValueSet,
    RecordType,
}

impl Component {
    pub fn of(object: &str) -> Option<Self> {
        match object {
            "CustomField" => Some(Self::CustomField),
            "CustomObject" => Some(Self::CustomObject),
            "GlobalValueSet" => Some(Self::GlobalValueSet),
            "RecordType" => Some(Self::RecordType),
            _ => None,
        }
    }

    /// The type in the Metadata API.
    fn kind(self) -> &'static str {
        match self {
            Self::CustomField => "CustomField",
            Self::CustomObject => "CustomObject",
            Self::GlobalValueSet => "GlobalValueSet",
            Self::RecordType => "RecordType",
        }
    }

    /// Whether a managed package brought it, so that it is its developer's.
    fn is_closed(self, call: &Call<'_>, name: &str) -> Result<bool, RestError> {
        Ok(call.db.read(|tx| tx.packaged(self.kind(), name))?.is_some_and(|known| known.state.is_locked()))
    }

    fn metadata(self, schema: &Schema, id: RecordId) -> Option<(String, Map<String, Value>)> {
        let definition = schema.definition();
        let (name, text) = match self {
            Self::CustomField => {
                let field = definition.fields.iter().find(|field| field.id == Some(id))?;
                (full_name(field), metadata::field(schema, field))
            }
            Self::CustomObject => {
                let object = definition.objects.iter().find(|object| object.id == Some(id))?;
                (object.name.clone(), metadata::object(schema, object))
            }
            Self::GlobalValueSet => {
                let set = definition.global_value_sets.iter().find(|set| set.id == Some(id))?;
                (set.name.clone(), metadata::value_set(set))
            }
            Self::RecordType => {
                let record_type = definition.record_types.iter().find(|record_type| record_type.id == Some(id))?;
                (format!("{}.{}", record_type.object, record_type.name), metadata::record_type(record_type))
            }
        };
        Some((name, serde_json::from_str(&text).ok()?))
    }

    fn id(self, definition: &Definition, name: &str) -> Option<RecordId> {
        let is = |own: &str| own.eq_ignore_ascii_case(name);
        match self {
            Self::CustomField => definition.fields.iter().find(|field| is(&full_name(field)))?.id,
            Self::CustomObject => definition.objects.iter().find(|object| is(&object.name))?.id,
            Self::GlobalValueSet => definition.global_value_sets.iter().find(|set| is(&set.name))?.id,
            Self::RecordType => definition.record_types.iter().find(|kind| is(&format!("{}.{}", kind.object, kind.name)))?.id,
        }
    }

    fn add(self, definition: &mut Definition, name: &str, given: &Map<String, Value>) -> Result<(), MetadataError> {
        match self {
            Self::CustomField => definition.add_field(metadata::read_field(name, given)?),
            Self::CustomObject => definition.add_object(metadata::read_object(name, given)?),
            Self::GlobalValueSet => definition.add_global_value_set(metadata::read_value_set(name, given)?),
            Self::RecordType => definition.add_record_type(metadata::read_record_type(name, given)?),
        }
        Ok(())
    }

    /// Puts what is given in the place of what was called `before`.
    fn replace(self, definition: &mut Definition, before: &str, name: &str, given: &Map<String, Value>) -> Result<(), MetadataError> {
        match self {
            Self::CustomField => {
                let field = metadata::read_field(name, given)?;
                definition.replace_field(before.split_once('.').map_or(before, |(_, field)| field), field)?;
            }
            Self::CustomObject => definition.replace_object(metadata::read_object(before, given)?)?,
            Self::GlobalValueSet => definition.replace_global_value_set(metadata::read_value_set(before, given)?)?,
            Self::RecordType => definition.replace_record_type(before, metadata::read_record_type(name, given)?)?,
        }
        Ok(())
    }

    fn remove(self, definition: &mut Definition, name: &str) -> Result<(), RecordError> {
        let parts = || name.split_once('.').unwrap_or((name, ""));
        match self {
            Self::CustomField => definition.remove_field(parts().0, parts().1)?,
            Self::CustomObject => definition.remove_object(name)?,
            Self::GlobalValueSet => definition.remove_global_value_set(name)?,
            Self::RecordType => definition.remove_record_type(parts().0, parts().1)?,
        }
        Ok(())
    }
}

fn full_name(field: &CustomField) -> String {
    format!("{}.{}", field.object, field.name)
}

pub fn create(call: &Call<'_>, component: Component, mut body: Body) -> Result<RecordId, RestError> {
    let name = name_of(call, component, &mut body)?;
    let given = body.take_metadata().ok_or_else(|| missing("Metadata"))?;
    call.db.change_schema(
        call.app.now(),
        |definition| component.add(definition, &name, &given).map_err(|error| RecordError::from(error).into()),
        |_, schema| component.id(schema.definition(), &name).ok_or(RestError::NotFound),
    )
}

/// `FullName`, or what older clients send for a field: `TableEnumOrId` and `DeveloperName`.
fn name_of(call: &Call<'_>, component: Component, body: &mut Body) -> Result<String, RestError> {
    if let Some(name) = body.take_text("FullName") {
        return Ok(name);
    }
    match (component, body.take_text("TableEnumOrId"), body.take_text("DeveloperName")) {
        (Component::CustomField, Some(table), Some(name)) => {
            let schema = call.db.schema()?;
            let known = RecordId::parse(&table).ok().and_then(|id| schema.definition().objects.iter().find(|object| object.id == Some(id)));
            Ok(format!("{}.{name}__c", known.map_or(&*table, |object| &object.name)))
        }
        _ => Err(missing("FullName")),
    }
}

/// What is not given stays: `Metadata` replaces the whole definition, `FullName` alone renames.
pub fn update(call: &Call<'_>, component: Component, id: RecordId, mut body: Body) -> Result<(), RestError> {
    let schema = call.db.schema()?;
    let (before, known) = component.metadata(&schema, id).ok_or(RecordError::UnknownRecord)?;
    if component.is_closed(call, &before)? {
        return Err(RecordError::rule("CANNOT_MODIFY_MANAGED_OBJECT", cannot_modify(component.kind(), Some(id)), &[]).into());
    }
    let name = body.take_text("FullName").unwrap_or_else(|| before.clone());
    let given = body.take_metadata().unwrap_or(known);
    call.db.change_schema(
        call.app.now(),
        |definition| component.replace(definition, &before, &name, &given).map_err(|error| RecordError::from(error).into()),
        |_, _| Ok(()),
    )
}

pub fn delete(call: &Call<'_>, component: Component, id: RecordId) -> Result<(), RestError> {
    let schema = call.db.schema()?;
    let (name, _) = component.metadata(&schema, id).ok_or(RecordError::UnknownRecord)?;
    if component.is_closed(call, &name)? {
        return Err(RecordError::rule("CANNOT_DELETE_MANAGED_OBJECT", cannot_delete(component.kind(), Some(id)), &[]).into());
    }
    call.db.change_schema(call.app.now(), |definition| Ok::<_, RestError>(component.remove(definition, &name)?), |_, _| Ok(()))
}
