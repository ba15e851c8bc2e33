//! The types of the API beside records, as data: the WSDLs declare them, and results that come as JSON are spelled by them.
//!
//! An element is `name:type`. `?` lets it be left out, `*` lets it be left out or repeated, `!` lets it be nil.
//! A type in small letters is XML Schema's, `ID` the API's id, `sObject` a record; others stand in this table.

/// A complex type.
#[derive(Debug, Clone, Copy)]
pub struct Complex {
    pub name: &'static str,
    /// The type it extends.
    pub base: Option<&'static str>,
    elements: &'static str,
}

/// One element of a type, or one parameter of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    pub name: &'static str,
    pub kind: &'static str,
    pub optional: bool,
    pub repeated: bool,
    pub nillable: bool,
}

impl Complex {
    pub fn elements(&self) -> impl Iterator<Item = Element> {
        elements(self.elements)
    }
}

/// Reads a list of elements.
pub fn elements(list: &'static str) -> impl Iterator<Item = Element> {
    list.split_whitespace().filter_map(|spec| {
        let (name, rest) = spec.split_once(':')?;
        let kind = rest.trim_end_matches(['?', '*', '!']);
        let marks = &rest[kind.len()..];
        let repeated = marks.contains('*');
        Some(Element { name, kind, optional: repeated || marks.contains('?'), repeated, nillable: marks.contains('!') })
    })
}

/// The type of this name.
pub fn complex(name: &str) -> Option<&'static Complex> {
    TYPES.iter().find(|known| known.name == name)
}

pub(super) const fn plain(name: &'static str, elements: &'static str) -> Complex {
    Complex { name, base: None, elements }
}

const fn extending(base: &'static str, name: &'static str, elements: &'static str) -> Complex {
    Complex { name, base: Some(base), elements }
}

/// What the SOAP headers of a request hold; the last one is of answers.
pub const HEADERS: &[Complex] = &[
    plain("SessionHeader", "sessionId:string"),
    plain("LoginScopeHeader", "organizationId:ID? portalId:ID?"),
    plain("CallOptions", "client:string! defaultNamespace:string!?"),
    plain("QueryOptions", "batchSize:int!?"),
    plain("AllOrNoneHeader", "allOrNone:boolean"),
    plain("AllowFieldTruncationHeader", "allowFieldTruncation:boolean"),
    plain("AssignmentRuleHeader", "assignmentRuleId:ID!? useDefaultRule:boolean!?"),
    plain("DuplicateRuleHeader", "allowSave:boolean includeRecordDetails:boolean runAsCurrentUser:boolean"),
    plain("EmailHeader", "triggerAutoResponseEmail:boolean triggerOtherEmail:boolean triggerUserEmail:boolean"),
    plain("LocaleOptions", "language:string? localizeErrors:boolean?"),
    plain("MruHeader", "updateMru:boolean"),
    plain("OwnerChangeOptions", "options:OwnerChangeOption*"),
    plain("PackageVersionHeader", "packageVersions:PackageVersion*"),
    plain("StreamingEnabledHeader", "streamingEnabled:boolean"),
    plain("UserTerritoryDeleteHeader", "transferToUserId:ID!"),
    plain("DisableFeedTrackingHeader", "disableFeedTracking:boolean"),
    plain("LimitInfoHeader", "limitInfo:LimitInfo*"),
];

pub const TYPES: &[Complex] = &[
    plain("location", "latitude:double! longitude:double!"),
    extending(
        "location",
        "address",
        "city:string! country:string! countryCode:string!? geocodeAccuracy:string! postalCode:string! state:string! stateCode:string!? street:string!",
    ),
    plain("QueryResult", "done:boolean queryLocator:QueryLocator! records:sObject*! size:int"),
    plain("SearchResult", "queryId:string searchRecords:SearchRecord* searchResultsMetadata:SearchResultsMetadata!?"),
    plain("SearchRecord", "record:sObject searchRecordMetadata:SearchRecordMetadata!? snippet:SearchSnippet!?"),
    plain("SearchRecordMetadata", "searchPromoted:boolean spellCorrected:boolean"),
    plain("SearchResultsMetadata", "entityLabelMetadata:LabelsSearchMetadata* entityMetadata:EntitySearchMetadata*"),
    plain("LabelsSearchMetadata", "entityLabels:NameValuePair* entityName:string"),
    plain("EntitySearchMetadata", "entityName:string"),
    plain("SearchSnippet", "text:string! wholeFields:NameValuePair*"),
    plain("NameValuePair", "name:string! value:string!"),
    plain("Error", "extendedErrorDetails:ExtendedErrorDetails*! fields:string*! message:string statusCode:StatusCode"),
    plain("ExtendedErrorDetails", "extendedErrorCode:string"),
    plain("SaveResult", "errors:Error* id:ID! success:boolean"),
    plain("UpsertResult", "created:boolean errors:Error* id:ID! success:boolean"),
    plain("DeleteResult", "errors:Error* id:ID! success:boolean"),
    plain("UndeleteResult", "errors:Error* id:ID! success:boolean"),
    plain("EmptyRecycleBinResult", "errors:Error* id:ID! success:boolean"),
    plain("MergeRequest", "additionalInformationMap:AdditionalInformationMap* masterRecord:sObject recordToMergeIds:ID*"),
    plain("AdditionalInformationMap", "name:string value:string"),
    plain("MergeResult", "errors:Error* id:ID! mergedRecordIds:ID* success:boolean updatedRelatedIds:ID*"),
    plain(
        "LeadConvert",
        "accountId:ID! bypassAccountDedupeCheck:boolean!? bypassContactDedupeCheck:boolean!? contactId:ID! convertedStatus:string \
         doNotCreateOpportunity:boolean leadId:ID opportunityId:ID!? opportunityName:string! overwriteLeadSource:boolean ownerId:ID! \
         sendNotificationEmail:boolean",
    ),
    plain("LeadConvertResult", "accountId:ID! contactId:ID! errors:Error* leadId:ID! opportunityId:ID! success:boolean"),
    plain("DeletedRecord", "deletedDate:dateTime id:ID"),
    plain("GetDeletedResult", "deletedRecords:DeletedRecord* earliestDateAvailable:dateTime latestDateCovered:dateTime"),
    plain("GetUpdatedResult", "ids:ID* latestDateCovered:dateTime"),
    plain("GetServerTimestampResult", "timestamp:dateTime"),
    plain("InvalidateSessionsResult", "errors:Error* success:boolean"),
    plain("SetPasswordResult", ""),
    plain("ChangeOwnPasswordResult", ""),
    plain("ResetPasswordResult", "password:string"),
    plain(
        "LoginResult",
        "metadataServerUrl:string! passwordExpired:boolean sandbox:boolean serverUrl:string! sessionId:string! userId:ID! userInfo:GetUserInfoResult?",
    ),
    plain(
        "GetUserInfoResult",
        "accessibilityMode:boolean chatterExternal:boolean currencySymbol:string! orgAttachmentFileSizeLimit:int orgDefaultCurrencyIsoCode:string! \
         orgDefaultCurrencyLocale:string! orgDisallowHtmlAttachments:boolean orgHasPersonAccounts:boolean organizationId:ID \
         organizationMultiCurrency:boolean organizationName:string profileId:ID roleId:ID! sessionSecondsValid:int \
         userDefaultCurrencyIsoCode:string! userEmail:string userFullName:string userId:ID userLanguage:string userLocale:string userName:string \
         userTimeZone:string userType:string userUiSkin:string",
    ),
    plain("LimitInfo", "current:int limit:int type:string"),
    plain("PackageVersion", "majorNumber:int minorNumber:int namespace:string"),
    plain("OwnerChangeOption", "type:string execute:boolean"),
    plain("DescribeGlobalResult", "encoding:string! maxBatchSize:int sobjects:DescribeGlobalSObjectResult*"),
    plain(
        "DescribeGlobalSObjectResult",
        "activateable:boolean associateEntityType:string!? associateParentEntity:string!? createable:boolean custom:boolean customSetting:boolean \
         dataTranslationEnabled:boolean!? deepCloneable:boolean deletable:boolean deprecatedAndHidden:boolean feedEnabled:boolean \
         hasSubtypes:boolean idEnabled:boolean!? isInterface:boolean isSubtype:boolean keyPrefix:string! label:string labelPlural:string \
         layoutable:boolean mergeable:boolean mruEnabled:boolean name:string queryable:boolean replicateable:boolean retrieveable:boolean \
         searchable:boolean triggerable:boolean undeletable:boolean updateable:boolean",
    ),
    plain(
        "DescribeSObjectResult",
        "actionOverrides:ActionOverride*! activateable:boolean associateEntityType:string!? associateParentEntity:string!? \
         childRelationships:ChildRelationship* compactLayoutable:boolean createable:boolean custom:boolean customSetting:boolean \
         dataTranslationEnabled:boolean!? deepCloneable:boolean defaultImplementation:string!? deletable:boolean deprecatedAndHidden:boolean \
         extendedBy:string!? extendsInterfaces:string!? feedEnabled:boolean fields:Field*! hasSubtypes:boolean idEnabled:boolean!? \
         implementedBy:string!? implementsInterfaces:string!? isInterface:boolean isSubtype:boolean keyPrefix:string! label:string \
         labelPlural:string layoutable:boolean mergeable:boolean mruEnabled:boolean name:string namedLayoutInfos:NamedLayoutInfo* \
         networkScopeFieldName:string! queryable:boolean recordTypeInfos:RecordTypeInfo* replicateable:boolean retrieveable:boolean \
         searchLayoutable:boolean!? searchable:boolean sobjectDescribeOption:string!? supportedScopes:ScopeInfo* triggerable:boolean!? \
         undeletable:boolean updateable:boolean urlDetail:string! urlEdit:string! urlNew:string!",
    ),
    plain("ActionOverride", "formFactor:string isAvailableInTouch:boolean name:string pageId:ID! url:string!"),
    plain(
        "ChildRelationship",
        "cascadeDelete:boolean childSObject:string deprecatedAndHidden:boolean field:string junctionIdListNames:string* junctionReferenceTo:string* \
         relationshipName:string!? restrictedDelete:boolean!?",
    ),
    plain("NamedLayoutInfo", "name:string"),
    plain(
        "RecordTypeInfo",
        "active:boolean available:boolean defaultRecordTypeMapping:boolean developerName:string! master:boolean name:string recordTypeId:ID!",
    ),
    plain("ScopeInfo", "label:string name:string"),
    plain(
        "Field",
        "aggregatable:boolean aiPredictionField:boolean autoNumber:boolean byteLength:int calculated:boolean calculatedFormula:string!? \
         cascadeDelete:boolean!? caseSensitive:boolean compoundFieldName:string!? controllerName:string!? createable:boolean custom:boolean \
         dataTranslationEnabled:boolean!? defaultValue:anyType!? defaultValueFormula:string!? defaultedOnCreate:boolean \
         dependentPicklist:boolean!? deprecatedAndHidden:boolean digits:int displayLocationInDecimal:boolean!? encrypted:boolean!? \
         externalId:boolean!? extraTypeInfo:string!? filterable:boolean filteredLookupInfo:FilteredLookupInfo!? \
         formulaTreatNullNumberAsZero:boolean!? groupable:boolean highScaleNumber:boolean!? htmlFormatted:boolean!? idLookup:boolean \
         inlineHelpText:string!? label:string length:int mask:string!? maskType:string!? name:string nameField:boolean namePointing:boolean!? \
         nillable:boolean permissionable:boolean picklistValues:PicklistEntry*! polymorphicForeignKey:boolean precision:int \
         queryByDistance:boolean referenceTargetField:string!? referenceTo:string*! relationshipName:string!? relationshipOrder:int!? \
         restrictedDelete:boolean!? restrictedPicklist:boolean scale:int searchPrefilterable:boolean soapType:soapType sortable:boolean!? \
         type:fieldType unique:boolean updateable:boolean writeRequiresMasterRead:boolean!?",
    ),
    plain("FilteredLookupInfo", "controllingFields:string* dependent:boolean optionalFilter:boolean"),
    plain("PicklistEntry", "active:boolean defaultValue:boolean label:string! validFor:base64Binary? value:string"),
    plain("DescribeLayoutResult", "layouts:DescribeLayout* recordTypeMappings:RecordTypeMapping*! recordTypeSelectorRequired:boolean"),
    plain(
        "DescribeLayout",
        "buttonLayoutSection:DescribeLayoutButtonSection? detailLayoutSections:DescribeLayoutSection* editLayoutSections:DescribeLayoutSection* \
         id:ID! relatedLists:RelatedList*",
    ),
    plain("DescribeLayoutButtonSection", "detailButtons:DescribeLayoutButton*"),
    plain(
        "DescribeLayoutButton",
        "behavior:string! colors:DescribeColor*! content:string! contentSource:string! custom:boolean encoding:string! height:int! \
         icons:DescribeIcon*! label:string! menubar:boolean! name:string! overridden:boolean resizeable:boolean! scrollbars:boolean! \
         showsLocation:boolean! showsStatus:boolean! toolbar:boolean! url:string! width:int! windowPosition:string!",
    ),
    plain(
        "DescribeLayoutSection",
        "collapsed:boolean columns:int heading:string! layoutRows:DescribeLayoutRow* layoutSectionId:ID! parentLayoutId:ID! rows:int \
         tabOrder:string useCollapsibleSection:boolean useHeading:boolean",
    ),
    plain("DescribeLayoutRow", "layoutItems:DescribeLayoutItem* numItems:int"),
    plain(
        "DescribeLayoutItem",
        "editableForNew:boolean editableForUpdate:boolean label:string! layoutComponents:DescribeLayoutComponent* placeholder:boolean required:boolean",
    ),
    plain("DescribeLayoutComponent", "displayLines:int tabOrder:int type:string value:string!"),
    plain(
        "RelatedList",
        "accessLevelRequiredForCreate:string! buttons:DescribeLayoutButton*! columns:RelatedListColumn* custom:boolean field:string! label:string \
         limitRows:int name:string sobject:string! sort:RelatedListSort*",
    ),
    plain("RelatedListColumn", "field:string! fieldApiName:string format:string! label:string lookupId:string! name:string sortable:boolean"),
    plain("RelatedListSort", "ascending:boolean column:string"),
    plain(
        "RecordTypeMapping",
        "active:boolean available:boolean defaultRecordTypeMapping:boolean developerName:string layoutId:ID! master:boolean name:string \
         picklistsForRecordType:PicklistForRecordType*! recordTypeId:ID!",
    ),
    plain("PicklistForRecordType", "picklistName:string picklistValues:PicklistEntry*!"),
    plain("DescribeDataCategoryGroupResult", "categoryCount:int description:string label:string name:string sobject:string"),
    plain(
        "Email",
        "bccSender:boolean!? emailPriority:string!? replyTo:string!? saveAsActivity:boolean!? senderDisplayName:string!? subject:string!? \
         useSignature:boolean!?",
    ),
    extending(
        "Email",
        "SingleEmailMessage",
        "bccAddresses:string*! ccAddresses:string*! charset:string!? htmlBody:string!? inReplyTo:string!? optOutPolicy:string!? \
         orgWideEmailAddressId:ID!? plainTextBody:string!? references:string!? targetObjectId:ID!? templateId:ID!? toAddresses:string*! whatId:ID!?",
    ),
    plain("SendEmailResult", "errors:SendEmailError* success:boolean"),
    plain("SendEmailError", "fields:string*! message:string statusCode:StatusCode targetObjectId:ID!"),
    plain("DescribeTabSetResult", "description:string label:string logoUrl:string namespace:string? selected:boolean tabSetId:ID tabs:DescribeTab*"),
    plain(
        "DescribeTab",
        "colors:DescribeColor* custom:boolean iconUrl:string icons:DescribeIcon* label:string miniIconUrl:string name:string sobjectName:string! \
         url:string timeZone:string?",
    ),
    plain("DescribeGlobalTheme", "global:DescribeGlobalResult theme:DescribeThemeResult"),
    plain("DescribeThemeResult", "themeItems:DescribeThemeItem*"),
    plain("DescribeThemeItem", "colors:DescribeColor* icons:DescribeIcon* name:string"),
    plain("DescribeAppMenuResult", "appMenuItems:DescribeAppMenuItem*"),
    plain("DescribeAppMenuItem", "colors:DescribeColor* content:string! icons:DescribeIcon* label:string name:string type:string url:string!"),
    plain(
        "DescribeCompactLayoutsResult",
        "compactLayouts:DescribeCompactLayout* defaultCompactLayoutId:ID! recordTypeCompactLayoutMappings:RecordTypeCompactLayoutMapping*",
    ),
    plain(
        "DescribeCompactLayout",
        "actions:DescribeLayoutButton* fieldItems:DescribeLayoutItem* id:ID! imageItems:DescribeLayoutItem* label:string name:string objectType:string",
    ),
    plain("RecordTypeCompactLayoutMapping", "available:boolean compactLayoutId:ID! compactLayoutName:string recordTypeId:ID recordTypeName:string"),
    plain("DescribeApprovalLayoutResult", "approvalLayouts:DescribeApprovalLayout*"),
    plain("DescribeApprovalLayout", "id:ID label:string layoutItems:DescribeLayoutItem* name:string"),
    plain("DescribeSearchLayoutResult", "errorMsg:string! label:string! limitRows:int! objectType:string searchColumns:DescribeColumn*!"),
    plain("DescribeColumn", "field:string format:string! label:string name:string"),
    plain("DescribeSearchScopeOrderResult", "keyPrefix:string name:string"),
    plain("DescribeSoqlListViewsRequest", "listViewParams:DescribeSoqlListViewParams*"),
    plain("DescribeSoqlListViewParams", "developerNameOrId:string sobjectType:string!"),
    plain("DescribeSoqlListViewResult", "describeSoqlListViews:DescribeSoqlListView*"),
    plain(
        "DescribeSoqlListView",
        "columns:ListViewColumn* id:ID orderBy:ListViewOrderBy* query:string relatedEntityId:ID! scope:string! scopeEntityId:ID! sobjectType:string!",
    ),
    plain(
        "ListViewColumn",
        "ascendingLabel:string! descendingLabel:string! fieldNameOrPath:string hidden:boolean label:string searchable:boolean selectListItem:string \
         sortDirection:string! sortIndex:int! sortable:boolean type:fieldType",
    ),
    plain("ListViewOrderBy", "fieldNameOrPath:string nullsPosition:string! sortDirection:string!"),
    plain("ExecuteListViewRequest", "developerNameOrId:string limit:int! offset:int! orderBy:ListViewOrderBy* sobjectType:string"),
    plain("ExecuteListViewResult", "columns:ListViewColumn* developerName:string done:boolean id:ID label:string records:ListViewRecord* size:int"),
    plain("ListViewRecord", "columns:ListViewRecordColumn*"),
    plain("ListViewRecordColumn", "fieldNameOrPath:string value:string!"),
    plain("DescribeAvailableQuickActionResult", "label:string name:string type:string"),
    plain(
        "DescribeQuickActionResult",
        "accessLevelRequired:string! canvasApplicationId:ID! canvasApplicationName:string! colors:DescribeColor* contextSobjectType:string! \
         flowDevName:string! flowRecordIdVar:string! height:int! iconName:string! iconUrl:string! icons:DescribeIcon* label:string \
         layout:DescribeQuickActionLayout! lightningComponentBundleId:string! lightningComponentQualifiedName:string! miniIconUrl:string! name:string \
         showQuickActionLcHeader:boolean showQuickActionVfHeader:boolean targetParentField:string! targetRecordTypeId:ID! \
         targetSobjectType:string! type:string visualforcePageName:string! visualforcePageUrl:string! width:int!",
    ),
    plain("DescribeQuickActionLayout", "layoutRows:DescribeLayoutRow*"),
    plain("DescribeSoftphoneLayoutResult", "id:ID name:string"),
    plain("KnowledgeSettings", "defaultLanguage:string! knowledgeEnabled:boolean languages:KnowledgeLanguageItem*"),
    plain("KnowledgeLanguageItem", "active:boolean name:string"),
    plain("DescribeDataCategoryGroupStructureResult", "description:string label:string name:string sobject:string"),
    plain("DataCategoryGroupSobjectTypePair", "dataCategoryGroupName:string sobject:string"),
    plain("FindDuplicatesResult", "duplicateResults:DuplicateResult* errors:Error* success:boolean"),
    plain("DuplicateResult", "allowSave:boolean duplicateRule:string duplicateRuleEntityType:string errorMessage:string!"),
    plain("ProcessRequest", "comments:string! nextApproverIds:ID*!"),
    extending(
        "ProcessRequest",
        "ProcessSubmitRequest",
        "objectId:ID processDefinitionNameOrId:string!? skipEntryCriteria:boolean!? submitterId:ID!?",
    ),
    extending("ProcessRequest", "ProcessWorkitemRequest", "action:string workitemId:ID"),
    plain("ProcessResult", "actorIds:ID* entityId:ID! errors:Error* instanceId:ID! instanceStatus:string! newWorkitemIds:ID*! success:boolean"),
    plain("DescribeColor", "color:string context:string theme:string"),
    plain("DescribeIcon", "contentType:string height:int! theme:string url:string width:int!"),
];

/// Simple types: a text of one of these values.
pub const ENUMERATIONS: &[(&str, &[&str])] = &[
    (
        "soapType",
        &[
            "tns:ID",
            "xsd:anyType",
            "xsd:base64Binary",
            "xsd:boolean",
            "xsd:date",
            "xsd:dateTime",
            "xsd:double",
            "xsd:int",
            "xsd:long",
            "xsd:string",
            "xsd:time",
            "urn:address",
            "urn:location",
            "urn:JunctionIdListNames",
            "urn:RelationshipReferenceTo",
            "urn:SearchLayoutFieldsDisplayed",
            "mns:complexvalue",
            "xsd:Metadata",
        ],
    ),
    (
        "fieldType",
        &[
            "string",
            "picklist",
            "multipicklist",
            "combobox",
            "reference",
            "base64",
            "boolean",
            "currency",
            "textarea",
            "int",
            "double",
            "percent",
            "phone",
            "id",
            "date",
            "datetime",
            "time",
            "url",
            "email",
            "encryptedstring",
            "datacategorygroupreference",
            "location",
            "address",
            "anyType",
            "json",
            "complexvalue",
            "long",
        ],
    ),
];

/// One call: its parameters and what answers it.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub name: &'static str,
    parameters: &'static str,
    /// `result:Type` with its marks; empty where the answer says nothing.
    result: &'static str,
    /// The request headers that mean something to it.
    pub headers: &'static [&'static str],
}

impl Operation {
    pub fn parameters(&self) -> impl Iterator<Item = Element> {
        elements(self.parameters)
    }

    pub fn result(&self) -> impl Iterator<Item = Element> {
        elements(self.result)
    }
}

pub(super) const fn operation(name: &'static str, parameters: &'static str, result: &'static str, headers: &'static [&'static str]) -> Operation {
    Operation { name, parameters, result, headers }
}

const READS: &[&str] = &["SessionHeader", "CallOptions", "PackageVersionHeader"];
const QUERIES: &[&str] = &["SessionHeader", "CallOptions", "QueryOptions", "MruHeader", "PackageVersionHeader"];
const WRITES: &[&str] = &[
    "SessionHeader",
    "CallOptions",
    "AssignmentRuleHeader",
    "MruHeader",
    "AllowFieldTruncationHeader",
    "DisableFeedTrackingHeader",
    "StreamingEnabledHeader",
    "AllOrNoneHeader",
    "DuplicateRuleHeader",
    "LocaleOptions",
    "OwnerChangeOptions",
    "PackageVersionHeader",
    "EmailHeader",
];
const DELETES: &[&str] = &[
    "SessionHeader",
    "CallOptions",
    "PackageVersionHeader",
    "UserTerritoryDeleteHeader",
    "EmailHeader",
    "AllowFieldTruncationHeader",
    "DisableFeedTrackingHeader",
    "StreamingEnabledHeader",
    "AllOrNoneHeader",
    "DuplicateRuleHeader",
    "LocaleOptions",
];
const LOGIN: &[&str] = &["LoginScopeHeader", "CallOptions"];
const SESSION: &[&str] = &["SessionHeader", "CallOptions"];

pub const OPERATIONS: &[Operation] = &[
    operation("login", "username:string password:string", "result:LoginResult", LOGIN),
    operation("describeSObject", "sObjectType:string", "result:DescribeSObjectResult!", READS),
    operation("describeSObjects", "sObjectType:string*", "result:DescribeSObjectResult*!", READS),
    operation("describeGlobal", "", "result:DescribeGlobalResult", READS),
    operation("describeTabs", "", "result:DescribeTabSetResult*!", READS),
    operation("describeLayout", "sObjectType:string layoutName:string!? recordTypeIds:ID*", "result:DescribeLayoutResult!", READS),
    operation("describeDataCategoryGroups", "sObjectType:string*", "result:DescribeDataCategoryGroupResult*!", READS),
    operation(
        "describeDataCategoryGroupStructures",
        "pairs:DataCategoryGroupSobjectTypePair* topCategoriesOnly:boolean",
        "result:DescribeDataCategoryGroupStructureResult*!",
        READS,
    ),
    operation("describeKnowledgeSettings", "", "result:KnowledgeSettings!", READS),
    operation("describeAppMenu", "appMenuType:string networkId:ID!?", "result:DescribeAppMenuResult!", READS),
    operation("describeGlobalTheme", "", "result:DescribeGlobalTheme", READS),
    operation("describeTheme", "sobjectType:string*", "result:DescribeThemeResult!", READS),
    operation("describeSoftphoneLayout", "", "result:DescribeSoftphoneLayoutResult!", READS),
    operation("describeSearchLayouts", "sObjectType:string*", "result:DescribeSearchLayoutResult*!", READS),
    operation("describeSearchScopeOrder", "includeRealTimeEntities:boolean!?", "result:DescribeSearchScopeOrderResult*!", READS),
    operation("describeCompactLayouts", "sObjectType:string recordTypeIds:ID*", "result:DescribeCompactLayoutsResult!", READS),
    operation("describePrimaryCompactLayouts", "sObjectTypes:string*", "result:DescribeCompactLayout*!", READS),
    operation("describeApprovalLayout", "sObjectType:string approvalProcessNames:string*", "result:DescribeApprovalLayoutResult!", READS),
    operation("describeSoqlListViews", "request:DescribeSoqlListViewsRequest", "result:DescribeSoqlListViewResult", READS),
    operation("executeListView", "request:ExecuteListViewRequest", "result:ExecuteListViewResult", READS),
    operation(
        "describeSObjectListViews",
        "sObjectType:string recentsOnly:boolean isSoqlCompatible:string limit:int offset:int",
        "result:DescribeSoqlListViewResult",
        READS,
    ),
    operation("describeAllTabs", "", "result:DescribeTab*!", READS),
    operation("describeQuickActions", "quickActions:string*", "result:DescribeQuickActionResult*!", READS),
    operation("describeAvailableQuickActions", "contextType:string!", "result:DescribeAvailableQuickActionResult*!", READS),
    operation("findDuplicates", "sObjects:sObject*", "result:FindDuplicatesResult*!", WRITES),
    operation("findDuplicatesByIds", "ids:ID*", "result:FindDuplicatesResult*!", WRITES),
    operation("process", "actions:ProcessRequest*", "result:ProcessResult*", WRITES),
    operation("sendEmail", "messages:Email*!", "result:SendEmailResult*!", SESSION),
    operation("create", "sObjects:sObject*", "result:SaveResult*", WRITES),
    operation("update", "sObjects:sObject*", "result:SaveResult*", WRITES),
    operation("upsert", "externalIDFieldName:string sObjects:sObject*", "result:UpsertResult*", WRITES),
    operation("merge", "request:MergeRequest*", "result:MergeResult*", WRITES),
    operation("delete", "ids:ID*", "result:DeleteResult*", DELETES),
    operation("undelete", "ids:ID*", "result:UndeleteResult*", DELETES),
    operation("emptyRecycleBin", "ids:ID*", "result:EmptyRecycleBinResult*", SESSION),
    operation("retrieve", "fieldList:string sObjectType:string ids:ID*", "result:sObject*!", QUERIES),
    operation("convertLead", "leadConverts:LeadConvert*", "result:LeadConvertResult*", WRITES),
    operation("logout", "", "", SESSION),
    operation("invalidateSessions", "sessionIds:string*", "result:InvalidateSessionsResult*", SESSION),
    operation("getDeleted", "sObjectType:string startDate:dateTime endDate:dateTime", "result:GetDeletedResult", SESSION),
    operation("getUpdated", "sObjectType:string startDate:dateTime endDate:dateTime", "result:GetUpdatedResult", SESSION),
    operation("query", "queryString:string", "result:QueryResult", QUERIES),
    operation("queryAll", "queryString:string", "result:QueryResult", QUERIES),
    operation("queryMore", "queryLocator:QueryLocator", "result:QueryResult", QUERIES),
    operation("search", "searchString:string", "result:SearchResult", READS),
    operation("getServerTimestamp", "", "result:GetServerTimestampResult", SESSION),
    operation("setPassword", "userId:ID password:string", "result:SetPasswordResult", SESSION),
    operation("changeOwnPassword", "oldPassword:string newPassword:string", "result:ChangeOwnPasswordResult", SESSION),
    operation("resetPassword", "userId:ID", "result:ResetPasswordResult", SESSION),
    operation("getUserInfo", "", "result:GetUserInfoResult", SESSION),
];

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: [&str; 8] = ["string", "boolean", "int", "double", "dateTime", "base64Binary", "anyType", "ID"];

    #[test]
    fn every_type_that_is_named_is_there() {
        let known = |kind: &str| {
            SCHEMA.contains(&kind)
                || ["sObject", "QueryLocator", "StatusCode"].contains(&kind)
                || complex(kind).is_some()
                || ENUMERATIONS.iter().any(|(name, _)| *name == kind)
        };
        let of_types = TYPES.iter().chain(HEADERS).flat_map(Complex::elements);
        let of_calls = OPERATIONS.iter().flat_map(|call| call.parameters().chain(call.result()));
        let unknown: Vec<_> = of_types.chain(of_calls).filter(|element| !known(element.kind)).collect();
        assert_eq!(unknown, []);
        assert!(OPERATIONS.iter().flat_map(|call| call.headers).all(|header| HEADERS.iter().any(|known| known.name == *header)));
    }

    #[test]
    fn marks_are_read() {
        let element = |kind, optional, repeated, nillable| Element { name: "a", kind, optional, repeated, nillable };
        let read: Vec<_> = elements("a:ID a:Error*! a:int? a:string!").collect();
        assert_eq!(
            read,
            [
                element("ID", false, false, false),
                element("Error", true, true, true),
                element("int", true, false, false),
                element("string", false, false, true)
            ]
        );
    }
}
