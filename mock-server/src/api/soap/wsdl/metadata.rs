//! The metadata WSDL: the calls of the Metadata API, what they answer, and the component types.
//!
//! A component type declares its members where deployments check them; the others take any.

use super::document::{anonymous, complex, declare, enumeration};
use super::types::{Complex, Element, Operation, elements, operation, plain};
use crate::api::soap::endpoint::{Dialect, Endpoint};
use crate::metadata::{TYPES, declared_members};
use crate::xml::markup::Markup;

const HEADERS: [Complex; 3] =
    [plain("SessionHeader", "sessionId:string"), plain("CallOptions", "client:string"), plain("AllOrNoneHeader", "allOrNone:boolean")];

const ENUMERATIONS: [(&str, &[&str]); 3] = [
    ("AsyncRequestState", &["Queued", "InProgress", "Completed", "Error"]),
    ("DeployStatus", &["Pending", "InProgress", "Succeeded", "SucceededPartial", "Failed", "Canceling", "Canceled"]),
    ("RetrieveStatus", &["Pending", "InProgress", "Succeeded", "Failed"]),
];

const RESULTS: [Complex; 21] = [
    plain("AsyncResult", "done:boolean id:string message:string? state:AsyncRequestState statusCode:string?"),
    plain("CancelDeployResult", "done:boolean id:string"),
    plain("DeleteResult", "errors:Error* fullName:string success:boolean"),
    plain("DeployDetails", "componentFailures:DeployMessage* componentSuccesses:DeployMessage* runTestResult:RunTestsResult?"),
    plain(
        "DeployMessage",
        "changed:boolean columnNumber:int? componentType:string? created:boolean createdDate:dateTime deleted:boolean fileName:string fullName:string \
         id:string? lineNumber:int? problem:string? problemType:string? success:boolean",
    ),
    plain(
        "DeployOptions",
        "allowMissingFiles:boolean? autoUpdatePackage:boolean? checkOnly:boolean? ignoreWarnings:boolean? performRetrieve:boolean? \
         purgeOnDelete:boolean? rollbackOnError:boolean? runTests:string* singlePackage:boolean? testLevel:string?",
    ),
    plain(
        "DeployResult",
        "canceledBy:string? canceledByName:string? checkOnly:boolean completedDate:dateTime? createdBy:string createdByName:string createdDate:dateTime \
         details:DeployDetails? done:boolean errorMessage:string? errorStatusCode:string? id:string ignoreWarnings:boolean lastModifiedDate:dateTime? \
         numberComponentErrors:int numberComponentsDeployed:int numberComponentsTotal:int numberTestErrors:int numberTestsCompleted:int \
         numberTestsTotal:int rollbackOnError:boolean runTestsEnabled:boolean startDate:dateTime? stateDetail:string? status:DeployStatus \
         success:boolean",
    ),
    plain("DescribeMetadataObject", "childXmlNames:string* directoryName:string inFolder:boolean metaFile:boolean suffix:string? xmlName:string"),
    plain(
        "DescribeMetadataResult",
        "metadataObjects:DescribeMetadataObject* organizationNamespace:string partialSaveAllowed:boolean testRequired:boolean",
    ),
    plain("Error", "fields:string* message:string statusCode:string"),
    plain(
        "FileProperties",
        "createdById:string createdByName:string createdDate:dateTime fileName:string fullName:string id:string lastModifiedById:string \
         lastModifiedByName:string lastModifiedDate:dateTime manageableState:string? namespacePrefix:string? type:string",
    ),
    plain("ListMetadataQuery", "folder:string!? type:string"),
    plain("Package", "fullName:string? types:PackageTypeMembers* version:string"),
    plain("PackageTypeMembers", "members:string* name:string"),
    plain("ReadResult", "records:Metadata*!"),
    plain("RetrieveMessage", "fileName:string problem:string"),
    plain("RetrieveRequest", "apiVersion:double packageNames:string* singlePackage:boolean specificFiles:string* unpackaged:Package?"),
    plain(
        "RetrieveResult",
        "done:boolean errorMessage:string? errorStatusCode:string? fileProperties:FileProperties* id:string messages:RetrieveMessage* \
         status:RetrieveStatus success:boolean zipFile:base64Binary?",
    ),
    plain("RunTestsResult", "numFailures:int numTestsRun:int totalTime:double"),
    plain("SaveResult", "errors:Error* fullName:string success:boolean"),
    plain("UpsertResult", "created:boolean errors:Error* fullName:string success:boolean"),
];

const WRITES: &[&str] = &["SessionHeader", "CallOptions", "AllOrNoneHeader"];
const OTHERS: &[&str] = &["SessionHeader", "CallOptions"];

const OPERATIONS: [Operation; 14] = [
    operation("cancelDeploy", "String:string", "result:CancelDeployResult", OTHERS),
    operation("checkDeployStatus", "asyncProcessId:string includeDetails:boolean", "result:DeployResult", OTHERS),
    operation("checkRetrieveStatus", "asyncProcessId:string includeZip:boolean?", "result:RetrieveResult", OTHERS),
    operation("checkStatus", "asyncProcessId:string*", "result:AsyncResult*", OTHERS),
    operation("createMetadata", "metadata:Metadata*", "result:SaveResult*", WRITES),
    operation("deleteMetadata", "type:string fullNames:string*", "result:DeleteResult*", WRITES),
    operation("deploy", "ZipFile:base64Binary DeployOptions:DeployOptions", "result:AsyncResult", OTHERS),
    operation("deployRecentValidation", "validationId:string", "result:string", OTHERS),
    operation("describeMetadata", "asOfVersion:double", "result:DescribeMetadataResult", OTHERS),
    operation("listMetadata", "queries:ListMetadataQuery* asOfVersion:double?", "result:FileProperties*", OTHERS),
    operation("readMetadata", "type:string fullNames:string*", "result:ReadResult", OTHERS),
    operation("retrieve", "retrieveRequest:RetrieveRequest", "result:AsyncResult", OTHERS),
    operation("updateMetadata", "metadata:Metadata*", "result:SaveResult*", WRITES),
    operation("upsertMetadata", "metadata:Metadata*", "result:UpsertResult*", WRITES),
];

/// The document. `host` is where its calls go.
pub fn write(endpoint: Endpoint, host: &str) -> String {
    let namespace = Dialect::Metadata.namespace();
    let mut out = Markup::with_capacity(64 * 1024);
    out.raw(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    out.raw("\n<!-- Written by a local stand-in for the Salesforce API. -->\n");
    let namespaces = format!(
        r#"targetNamespace="{namespace}" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="{namespace}""#
    );
    out.open_with("definitions", &namespaces);
    out.within("types", |out| {
        let attributes = format!(r#"elementFormDefault="qualified" xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="{namespace}""#);
        out.open_with("schema", &attributes);
        schema(out);
        out.close("schema");
    });
    messages(&mut out);
    port(&mut out);
    binding(&mut out);
    out.open_with("service", r#"name="MetadataService""#);
    out.open_with("port", r#"binding="tns:MetadataBinding" name="Metadata""#);
    out.raw(&format!(r#"<soap:address location="{host}/services/Soap/{}/{}.0"/>"#, Dialect::Metadata.letter(), endpoint.version));
    out.close("port");
    out.close("service");
    out.close("definitions");
    out.into_string()
}

fn schema(out: &mut Markup) {
    ENUMERATIONS.iter().for_each(|(name, values)| enumeration(out, name, values));
    RESULTS.iter().for_each(|known| complex(out, known, u16::MAX));
    complex(out, &plain("Metadata", "fullName:string?"), u16::MAX);
    for kind in TYPES {
        component(out, kind.name, kind.meta_file);
        kind.children.iter().for_each(|child| component(out, child.name, false));
    }
    for header in &HEADERS {
        element(out, header.name, header.elements(u16::MAX));
    }
    for call in &OPERATIONS {
        element(out, call.name, call.parameters());
        element(out, &format!("{}Response", call.name), call.result());
    }
}

fn element(out: &mut Markup, name: &str, elements: impl Iterator<Item = Element>) {
    out.raw("\n");
    out.open_with("element", &format!(r#"name="{name}""#));
    anonymous(out, elements);
    out.close("element");
}

/// A component type with the members that are known of it.
fn component(out: &mut Markup, name: &str, with_content: bool) {
    out.raw("\n");
    out.open_with("complexType", &format!(r#"name="{name}""#));
    out.open("complexContent");
    out.open_with("extension", r#"base="tns:Metadata""#);
    out.within("sequence", |out| match declared_members(name) {
        Some(members) => {
            for (member, kind) in members {
                let kind = kind.unwrap_or("anyType");
                declare(out, &Element { name: member, kind, optional: true, repeated: true, nillable: false, since: 0 });
            }
        }
        None => {
            if with_content {
                elements("content:base64Binary?").for_each(|content| declare(out, &content));
            }
            out.raw(r#"<any processContents="lax" minOccurs="0" maxOccurs="unbounded"/>"#);
        }
    });
    out.close("extension");
    out.close("complexContent");
    out.close("complexType");
}

fn messages(out: &mut Markup) {
    out.raw("\n");
    out.open_with("message", r#"name="Header""#);
    HEADERS.iter().for_each(|header| out.raw(&format!(r#"<part element="tns:{0}" name="{0}"/>"#, header.name)));
    out.close("message");
    for Operation { name, .. } in &OPERATIONS {
        out.raw(&format!("\n<message name=\"{name}Request\"><part element=\"tns:{name}\" name=\"parameters\"/></message>"));
        out.raw(&format!("\n<message name=\"{name}Response\"><part element=\"tns:{name}Response\" name=\"parameters\"/></message>"));
    }
}

fn port(out: &mut Markup) {
    out.raw("\n");
    out.open_with("portType", r#"name="MetadataPortType""#);
    for Operation { name, .. } in &OPERATIONS {
        out.raw(&format!("\n<operation name=\"{name}\"><input message=\"tns:{name}Request\"/><output message=\"tns:{name}Response\"/></operation>"));
    }
    out.close("portType");
}

fn binding(out: &mut Markup) {
    out.raw("\n");
    out.open_with("binding", r#"name="MetadataBinding" type="tns:MetadataPortType""#);
    out.raw(r#"<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>"#);
    for call in &OPERATIONS {
        out.raw(&format!("\n<operation name=\"{}\"><soap:operation soapAction=\"\"/>", call.name));
        out.within("input", |out| {
            for part in call.headers {
                out.raw(&format!(r#"<soap:header use="literal" message="tns:Header" part="{part}"/>"#));
            }
            out.raw(r#"<soap:body parts="parameters" use="literal"/>"#);
        });
        out.raw(r#"<output><soap:body use="literal"/></output>"#);
        out.close("operation");
    }
    out.raw("\n");
    out.close("binding");
}
