//! Results that other families answer as JSON, spelled in the order and with the marks of the WSDL's types.

use serde_json::Value;

use super::wsdl::types::{Complex, Element, complex};
use crate::xml::markup::Markup;

/// Declared where a value names one of its types.
const SCHEMA: &str = r#"xmlns:xsd="http://www.w3.org/2001/XMLSchema""#;

/// Writes `value` as the element `name` of the type `kind`, as this version of the API has it.
pub fn write(out: &mut Markup, name: &str, kind: &str, value: &Value, version: u16) {
    match (value, complex(kind)) {
        (Value::Null, _) => out.nil(name),
        (Value::Object(members), Some(known)) => {
            out.open(name);
            let base = known.base.and_then(complex);
            let elements = base.into_iter().chain([known]).flat_map(|known: &Complex| known.elements(version));
            elements.for_each(|element| member(out, &element, members.get(element.name).unwrap_or(&Value::Null), version));
            out.close(name);
        }
        (value, _) if kind == "anyType" => any(out, name, value),
        (Value::String(text), _) => out.leaf(name, text),
        (Value::Number(number), _) if kind == "double" => out.leaf(name, &super::spelling::double(number.as_f64().unwrap_or_default())),
        (value, _) => out.leaf(name, &value.to_string()),
    }
}

fn member(out: &mut Markup, element: &Element, value: &Value, version: u16) {
    match value {
        Value::Array(items) if element.repeated => items.iter().for_each(|item| write(out, element.name, element.kind, item, version)),
        // Where it may, what says nothing is left out; so is a list of nothing, whatever the WSDL asks for.
        Value::Null if element.optional || element.repeated => {}
        Value::Null if element.nillable => out.nil(element.name),
        Value::Null => match element.kind {
            "boolean" => out.leaf(element.name, "false"),
            "int" => out.leaf(element.name, "0"),
            _ => out.empty(element.name),
        },
        value => write(out, element.name, element.kind, value, version),
    }
}

/// A value that tells its own type.
fn any(out: &mut Markup, name: &str, value: &Value) {
    let (kind, text) = match value {
        Value::Bool(value) => ("xsd:boolean", value.to_string()),
        Value::Number(number) if number.is_f64() => ("xsd:double", super::spelling::double(number.as_f64().unwrap_or_default())),
        Value::Number(number) => ("xsd:int", number.to_string()),
        Value::String(text) => ("xsd:string", text.clone()),
        other => ("xsd:string", other.to_string()),
    };
    out.open_with(name, &format!(r#"{SCHEMA} xsi:type="{kind}""#));
    out.text(&text);
    out.close(name);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_stand_in_the_order_of_the_type_and_only_marks_leave_them_out() {
        let mut out = Markup::default();
        write(&mut out, "scope", "ScopeInfo", &json!({"name": "mine", "label": "My <b>"}), 60);
        write(&mut out, "icon", "DescribeIcon", &json!({"width": null, "url": "u", "theme": "t", "contentType": "c", "height": 16}), 60);
        write(&mut out, "child", "ChildRelationship", &json!({"childSObject": "A", "field": "f", "junctionIdListNames": ["x", "y"]}), 60);
        assert_eq!(
            out.into_string(),
            "<scope><label>My &lt;b&gt;</label><name>mine</name></scope>\
             <icon><contentType>c</contentType><height>16</height><theme>t</theme><url>u</url><width xsi:nil=\"true\"/></icon>\
             <child><cascadeDelete>false</cascadeDelete><childSObject>A</childSObject><deprecatedAndHidden>false</deprecatedAndHidden><field>f</field>\
             <junctionIdListNames>x</junctionIdListNames><junctionIdListNames>y</junctionIdListNames></child>"
        );
    }

    #[test]
    fn a_member_is_written_from_the_version_that_brought_it() {
        let described = |version| {
            let mut out = Markup::default();
            write(&mut out, "o", "DescribeGlobalSObjectResult", &json!({}), version);
            out.into_string()
        };
        assert!(described(50).starts_with("<o><activateable>false</activateable><associateEntityType xsi:nil=\"true\"/>"));
        assert!(described(49).starts_with("<o><activateable>false</activateable><createable>"));
        assert!(described(47).contains("<deepCloneable>") && !described(46).contains("<deepCloneable>"));
    }

    #[test]
    fn a_value_of_any_type_tells_its_own() {
        let mut out = Markup::default();
        write(&mut out, "d", "anyType", &json!(false), 60);
        assert_eq!(out.into_string(), "<d xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xsd:boolean\">false</d>");
    }
}
