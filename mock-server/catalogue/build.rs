//! Turns `standard-objects/*.json` into static tables, so that a server that starts has nothing to parse.
//!
//! Lists that repeat (time zones, locales, `["User"]`) become one static each.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

type Failure = Box<dyn Error>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ObjectFile {
    name: String,
    label: String,
    label_plural: String,
    key_prefix: Option<String>,
    api: String,
    requires: Option<String>,
    name_field: Option<String>,
    #[serde(default)]
    queryable: bool,
    #[serde(default)]
    createable: bool,
    #[serde(default)]
    updateable: bool,
    #[serde(default)]
    deletable: bool,
    #[serde(default)]
    undeletable: bool,
    #[serde(default)]
    searchable: bool,
    #[serde(default)]
    triggerable: bool,
    #[serde(default)]
    feed_enabled: bool,
    #[serde(default)]
    mergeable: bool,
    #[serde(default)]
    replicateable: bool,
    #[serde(default)]
    retrieveable: bool,
    #[serde(default)]
    layoutable: bool,
    fields: Vec<FieldLine>,
    /// Fields of features no org has yet: checked here, in no table.
    #[serde(default, rename = "conditionalFields")]
    _conditional: Vec<FieldLine>,
    /// What the Tooling API shows beside `fields`.
    #[serde(default)]
    tooling_fields: Vec<FieldLine>,
    #[serde(default)]
    child_relationships: Vec<ChildLine>,
    #[serde(default)]
    record_type_infos: Vec<RecordTypeLine>,
    #[serde(default)]
    seed_records: Vec<serde_json::Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FieldLine {
    name: String,
    label: String,
    r#type: String,
    #[serde(default)]
    length: u32,
    #[serde(default)]
    precision: u8,
    #[serde(default)]
    scale: u8,
    #[serde(default)]
    digits: u8,
    #[serde(default)]
    nillable: bool,
    #[serde(default)]
    createable: bool,
    #[serde(default)]
    updateable: bool,
    #[serde(default)]
    filterable: bool,
    #[serde(default)]
    sortable: bool,
    #[serde(default)]
    groupable: bool,
    #[serde(default)]
    defaulted_on_create: bool,
    #[serde(default)]
    unique: bool,
    #[serde(default)]
    external_id: bool,
    #[serde(default)]
    id_lookup: bool,
    #[serde(default)]
    calculated: bool,
    #[serde(default)]
    auto_number: bool,
    #[serde(default)]
    name_field: bool,
    #[serde(default)]
    case_sensitive: bool,
    #[serde(default)]
    restricted_picklist: bool,
    #[serde(default)]
    polymorphic: bool,
    #[serde(default)]
    reference_to: Vec<String>,
    relationship_name: Option<String>,
    compound_field_name: Option<String>,
    default_value: Option<String>,
    #[serde(default)]
    picklist_values: Vec<PicklistLine>,
    #[serde(default, rename = "requires")]
    _requires: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PicklistLine {
    value: String,
    label: Option<String>,
    #[serde(default)]
    default: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ChildLine {
    #[serde(rename = "childSObject")]
    child: String,
    field: String,
    relationship_name: Option<String>,
    #[serde(default)]
    cascade_delete: bool,
    #[serde(default)]
    restricted_delete: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecordTypeLine {
    name: String,
    developer_name: String,
    record_type_id: String,
    #[serde(default)]
    active: bool,
    #[serde(default)]
    available: bool,
    #[serde(default)]
    default_record_type_mapping: bool,
    #[serde(default)]
    master: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TargetLine {
    name: String,
    label: String,
    key_prefix: Option<String>,
}

fn main() -> Result<(), Failure> {
    let folder = Path::new("standard-objects");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut objects = read_objects(folder)?;
    objects.sort_by_key(|object| object.name.to_ascii_lowercase());
    for object in &mut objects {
        object.child_relationships.sort_by_key(|line| line.child.to_ascii_lowercase());
    }
    let targets: Vec<TargetLine> = read(&folder.join("_targets.json"))?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("tables.rs");
    fs::write(out, tables(&objects, targets)?)?;
    Ok(())
}

fn read_objects(folder: &Path) -> Result<Vec<ObjectFile>, Failure> {
    let mut objects = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        if path.extension().is_some_and(|extension| extension == "json") && !stem.starts_with('_') {
            objects.push(read(&path)?);
        }
    }
    Ok(objects)
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    serde_json::from_str(&fs::read_to_string(path)?).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn tables(objects: &[ObjectFile], mut targets: Vec<TargetLine>) -> Result<String, Failure> {
    let mut lists = Lists::default();
    let mut text = String::new();
    let (mut standard, mut tooling, mut tooling_count) = (String::new(), String::new(), 0);
    for object in objects {
        let fields = object.fields.iter().map(|field| field_row(field, &mut lists)).collect::<Result<String, _>>()?;
        let upper = object.name.to_ascii_uppercase();
        writeln!(text, "static {upper}: [Field; {}] = [\n{fields}];", object.fields.len())?;
        writeln!(standard, "{},", object_row(object, &upper, &mut lists)?)?;
        if !object.tooling_fields.is_empty() {
            let more = object.tooling_fields.iter().map(|field| field_row(field, &mut lists)).collect::<Result<String, _>>()?;
            let (name, count) = (format!("{upper}_TOOLING"), object.fields.len() + object.tooling_fields.len());
            writeln!(text, "static {name}: [Field; {count}] = [\n{fields}{more}];")?;
            writeln!(tooling, "{},", object_row(object, &name, &mut lists)?)?;
            tooling_count += 1;
        }
    }
    write!(text, "{}", lists.text)?;
    writeln!(text, "/// Every standard object, ordered by lower-cased name.\npub static STANDARD: [Object; {}] = [\n{standard}];", objects.len())?;
    writeln!(text, "/// Objects that have more fields in the Tooling API, with all of them; ordered by lower-cased name.")?;
    writeln!(text, "pub(crate) static TOOLING: [Object; {tooling_count}] = [\n{tooling}];")?;
    writeln!(text, "pub(crate) static BY_PREFIX: &[([u8; 3], usize)] = &{:?};", prefixes(objects)?)?;
    targets.sort_by_key(|target| target.name.to_ascii_lowercase());
    write!(
        text,
        "/// Objects that standard fields point at but that this catalogue does not hold, ordered by lower-cased name.\npub static TARGETS: &[Target] = &["
    )?;
    for TargetLine { name, label, key_prefix } in &targets {
        writeln!(text, "Target {{ name: {name:?}, label: {label:?}, key_prefix: {key_prefix:?} }},")?;
    }
    writeln!(text, "];")?;
    Ok(text)
}

/// Objects of the data API come first where a prefix is shared, so that a look-up by prefix finds those.
fn prefixes(objects: &[ObjectFile]) -> Result<Vec<([u8; 3], usize)>, Failure> {
    let mut rows = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        if let Some(prefix) = &object.key_prefix {
            let prefix: [u8; 3] = prefix.as_bytes().try_into().map_err(|_| format!("prefix of {}", object.name))?;
            rows.push((prefix, object.api == "tooling", at));
        }
    }
    rows.sort_unstable();
    Ok(rows.into_iter().map(|(prefix, _, at)| (prefix, at)).collect())
}

/// Static lists written so far, by their Rust text, so that equal lists are shared.
#[derive(Default)]
struct Lists {
    names: BTreeMap<String, String>,
    text: String,
}

impl Lists {
    /// The expression of a static slice with these rows.
    fn share(&mut self, kind: &str, rows: &[String]) -> Result<String, Failure> {
        if rows.is_empty() {
            return Ok("&[]".to_owned());
        }
        let list = format!("[{kind}; {}] = [{}]", rows.len(), rows.join(", "));
        if let Some(name) = self.names.get(&list) {
            return Ok(format!("&{name}"));
        }
        let name = format!("LIST_{}", self.names.len());
        writeln!(self.text, "static {name}: {list};")?;
        self.names.insert(list, name.clone());
        Ok(format!("&{name}"))
    }
}

fn object_row(object: &ObjectFile, fields: &str, lists: &mut Lists) -> Result<String, Failure> {
    let children: Vec<_> = object.child_relationships.iter().map(child_row).collect();
    let record_types: Vec<_> = object.record_type_infos.iter().map(record_type_row).collect();
    let seed = object.seed_records.iter().map(|row| seed_row(row, lists)).collect::<Result<Vec<_>, _>>()?;
    let flags = object_flags(object);
    let feature = object.requires.as_deref().map_or("None".to_owned(), |name| format!("Some(Feature::{})", pascal(name)));
    Ok(format!(
        "object(({:?}, {:?}, {:?}), {:?}, {:?}, Api::{}, {feature}, {flags}, &{fields}, {}, {}, {})",
        object.name,
        object.label,
        object.label_plural,
        object.key_prefix,
        object.name_field,
        pascal(&object.api),
        lists.share("ChildRelationship", &children)?,
        lists.share("RecordTypeInfo", &record_types)?,
        lists.share("SeedRow", &seed)?,
    ))
}

/// In the order of the members of `ObjectFlags`.
fn object_flags(object: &ObjectFile) -> String {
    bits(&[
        object.queryable,
        object.createable,
        object.updateable,
        object.deletable,
        object.undeletable,
        object.searchable,
        object.triggerable,
        object.feed_enabled,
        object.mergeable,
        object.replicateable,
        object.retrieveable,
        object.layoutable,
    ])
}

/// In the order of the members of `FieldFlags`.
fn field_flags(field: &FieldLine) -> String {
    bits(&[
        field.nillable,
        field.createable,
        field.updateable,
        field.filterable,
        field.sortable,
        field.groupable,
        field.defaulted_on_create,
        field.unique,
        field.external_id,
        field.id_lookup,
        field.calculated,
        field.auto_number,
        field.name_field,
        field.case_sensitive,
        field.restricted_picklist,
        field.polymorphic,
    ])
}

fn bits(flags: &[bool]) -> String {
    let bits = flags.iter().enumerate().fold(0_u32, |bits, (at, flag)| bits | (u32::from(*flag) << at));
    format!("{bits:#x}")
}

fn field_row(field: &FieldLine, lists: &mut Lists) -> Result<String, Failure> {
    let length = match field.r#type.as_str() {
        "id" | "reference" if field.length == 0 => 18,
        _ => field.length,
    };
    let start = format!(
        "({:?}, {:?}), FieldType::{}, ({length}, {}, {}, {}), {}",
        field.name,
        field.label,
        pascal(&field.r#type),
        field.precision,
        field.scale,
        field.digits,
        field_flags(field)
    );
    let bare = field.reference_to.is_empty() && field.picklist_values.is_empty() && field.default_value.is_none();
    if bare && field.relationship_name.is_none() && field.compound_field_name.is_none() {
        return Ok(format!("plain({start}),\n"));
    }
    let targets: Vec<_> = field.reference_to.iter().map(|name| format!("Cow::Borrowed({name:?})")).collect();
    let values: Vec<_> = field.picklist_values.iter().map(picklist_row).collect();
    Ok(format!(
        "field({start}, ({}, {:?}), {:?}, {:?}, {}),\n",
        lists.share("Text", &targets)?,
        field.relationship_name,
        field.compound_field_name,
        field.default_value,
        lists.share("PicklistValue", &values)?,
    ))
}

fn picklist_row(line: &PicklistLine) -> String {
    let label = line.label.as_ref().unwrap_or(&line.value);
    format!("value({:?}, {label:?}, {})", line.value, line.default)
}

fn child_row(line: &ChildLine) -> String {
    let ChildLine { child, field, relationship_name, cascade_delete, restricted_delete } = line;
    format!("child({child:?}, {field:?}, {relationship_name:?}, {cascade_delete}, {restricted_delete})")
}

fn record_type_row(line: &RecordTypeLine) -> String {
    format!(
        "record_type(({:?}, {:?}, {:?}), {}, {}, {}, {})",
        line.record_type_id, line.name, line.developer_name, line.active, line.available, line.default_record_type_mapping, line.master
    )
}

fn seed_row(row: &serde_json::Map<String, Value>, lists: &mut Lists) -> Result<String, Failure> {
    let cells: Vec<_> = row.iter().map(|(name, value)| format!("({name:?}, {})", seed_value(value))).collect();
    lists.share("(&str, SeedValue)", &cells)
}

fn seed_value(value: &Value) -> String {
    match value {
        Value::Bool(flag) => format!("SeedValue::Boolean({flag})"),
        Value::Number(number) => format!("SeedValue::Number({number}_f64)"),
        Value::String(text) => format!("SeedValue::Text({text:?})"),
        _ => "SeedValue::Null".to_owned(),
    }
}

/// `devHub` → `DevHub`.
fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}
