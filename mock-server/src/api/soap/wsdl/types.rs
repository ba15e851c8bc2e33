//! The types of the API beside records, as data: the WSDLs declare them, and results that come as JSON are spelled by them.
//!
//! An element is `name:type`. `?` lets it be left out, `*` lets it be left out or repeated, `+` repeated, `!` lets it be nil; `@50` says that
//! version 50.0 brought it. Source: the published partner WSDLs of 31.0 to 66.0. A type in small letters is XML Schema's, `ID` the API's id, `sObject` a record; others stand in this table.

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
    /// The first version of the API that has it.
    pub since: u16,
}

impl Complex {
    /// Those that a version of the API has.
    pub fn elements(&self, version: u16) -> impl Iterator<Item = Element> {
        elements(self.elements).filter(move |element| element.since <= version)
    }
}

/// Reads a list of elements.
pub fn elements(list: &'static str) -> impl Iterator<Item = Element> {
    list.split_whitespace().filter_map(|spec| {
        let (name, rest) = spec.split_once(':')?;
        let (rest, since) = rest.split_once('@').map_or((rest, 0), |(rest, version)| (rest, version.parse().unwrap_or(0)));
        let kind = rest.trim_end_matches(['?', '*', '+', '!']);
        let marks = &rest[kind.len()..];
        let (repeated, optional) = (marks.contains(['*', '+']), marks.contains(['*', '?']));
        Some(Element { name, kind, optional, repeated, nillable: marks.contains('!'), since })
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
    plain("LocaleOptions", "language:string? localizeErrors:boolean?@32"),
    plain("MruHeader", "updateMru:boolean"),
    plain("OwnerChangeOptions", "options:OwnerChangeOption*!@35"),
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
        "city:string! country:string! countryCode:string! geocodeAccuracy:string!@35 postalCode:string! state:string! stateCode:string! \
         street:string!",
    ),
    plain("QueryResult", "done:boolean queryLocator:QueryLocator! records:sObject*! size:int"),
    plain("SearchResult", "queryId:string@32 searchRecords:SearchRecord* searchResultsMetadata:SearchResultsMetadata?!@37"),
    plain("SearchRecord", "record:sObject searchRecordMetadata:SearchRecordMetadata?@40 snippet:SearchSnippet?!@32"),
    plain("SearchRecordMetadata", "searchPromoted:boolean@42 spellCorrected:boolean"),
    plain("SearchResultsMetadata", "entityLabelMetadata:LabelsSearchMetadata* entityMetadata:EntitySearchMetadata*@39"),
    plain("LabelsSearchMetadata", "entityFieldLabels:NameValuePair* entityName:string"),
    plain("EntitySearchMetadata", "entityName:string"),
    plain("SearchSnippet", "text:string?! wholeFields:NameValuePair*"),
    plain("NameValuePair", "name:string value:string"),
    plain("Error", "extendedErrorDetails:ExtendedErrorDetails*!@37 fields:string*! message:string statusCode:StatusCode"),
    plain("ExtendedErrorDetails", "extendedErrorCode:ExtendedErrorCode"),
    plain("SaveResult", "errors:Error* id:ID! success:boolean"),
    plain("UpsertResult", "created:boolean errors:Error* id:ID! success:boolean"),
    plain("DeleteResult", "errors:Error*! id:ID! success:boolean"),
    plain("UndeleteResult", "errors:Error* id:ID! success:boolean"),
    plain("EmptyRecycleBinResult", "errors:Error* id:ID! success:boolean"),
    plain("MergeRequest", "additionalInformationMap:AdditionalInformationMap*@39 masterRecord:sObject recordToMergeIds:ID+"),
    plain("AdditionalInformationMap", "name:string value:string"),
    plain("MergeResult", "errors:Error* id:ID! mergedRecordIds:ID* success:boolean updatedRelatedIds:ID*"),
    plain(
        "LeadConvert",
        "accountId:ID! accountRecord:sObject!@41 bypassAccountDedupeCheck:boolean!@41 bypassContactDedupeCheck:boolean!@41 contactId:ID! \
         contactRecord:sObject!@41 convertedStatus:string doNotCreateOpportunity:boolean leadId:ID opportunityId:ID!@40 opportunityName:string! \
         opportunityRecord:sObject!@41 overwriteLeadSource:boolean ownerId:ID! relatedPersonAccountId:ID!@51 \
         relatedPersonAccountRecord:sObject!@51 sendNotificationEmail:boolean",
    ),
    plain(
        "LeadConvertResult",
        "accountId:ID! contactId:ID! errors:Error* leadId:ID! opportunityId:ID! relatedPersonAccountId:ID?@51 success:boolean",
    ),
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
        "accessibilityMode:boolean chatterExternal:boolean@40 currencySymbol:string! orgAttachmentFileSizeLimit:int \
         orgDefaultCurrencyIsoCode:string! orgDefaultCurrencyLocale:string!@39 orgDisallowHtmlAttachments:boolean orgHasPersonAccounts:boolean \
         organizationId:ID organizationMultiCurrency:boolean organizationName:string profileId:ID roleId:ID! sessionSecondsValid:int \
         userDefaultCurrencyIsoCode:string! userEmail:string userFullName:string userId:ID userLanguage:string userLocale:string \
         userName:string userTimeZone:string userType:string userUiSkin:string",
    ),
    plain("LimitInfo", "current:int limit:int type:string"),
    plain("PackageVersion", "majorNumber:int minorNumber:int namespace:string packageId:string@62"),
    plain("OwnerChangeOption", "type:OwnerChangeOptionType execute:boolean"),
    plain("DescribeGlobalResult", "encoding:string! maxBatchSize:int sobjects:DescribeGlobalSObjectResult*"),
    plain(
        "DescribeGlobalSObjectResult",
        "activateable:boolean associateEntityType:string!@50 associateParentEntity:string!@50 createable:boolean custom:boolean \
         customSetting:boolean dataTranslationEnabled:boolean?@46 deepCloneable:boolean@47 deletable:boolean deprecatedAndHidden:boolean \
         feedEnabled:boolean hasSubtypes:boolean@39 idEnabled:boolean@35 isInterface:boolean@47 isSubtype:boolean@39 keyPrefix:string! \
         label:string labelPlural:string layoutable:boolean mergeable:boolean mruEnabled:boolean@37 name:string queryable:boolean \
         replicateable:boolean retrieveable:boolean searchable:boolean triggerable:boolean undeletable:boolean updateable:boolean",
    ),
    plain(
        "DescribeSObjectResult",
        "actionOverrides:ActionOverride*!@32 activateable:boolean associateEntityType:string!@50 associateParentEntity:string!@50 \
         childRelationships:ChildRelationship* compactLayoutable:boolean createable:boolean custom:boolean customSetting:boolean \
         dataTranslationEnabled:boolean?@46 deepCloneable:boolean@47 defaultImplementation:string!@47 deletable:boolean \
         deprecatedAndHidden:boolean feedEnabled:boolean fields:Field*! hasSubtypes:boolean@39 idEnabled:boolean@35 implementedBy:string!@47 \
         implementsInterfaces:string!@47 isInterface:boolean@47 isSubtype:boolean@39 keyPrefix:string! label:string labelPlural:string \
         layoutable:boolean mergeable:boolean mruEnabled:boolean@35 name:string namedLayoutInfos:NamedLayoutInfo* \
         networkScopeFieldName:string!@36 queryable:boolean recordTypeInfos:RecordTypeInfo* replicateable:boolean retrieveable:boolean \
         searchLayoutable:boolean? searchable:boolean supportedScopes:ScopeInfo*!@35 triggerable:boolean? undeletable:boolean \
         updateable:boolean urlDetail:string! urlEdit:string! urlNew:string!",
    ),
    plain("ActionOverride", "formFactor:string!@36 isAvailableInTouch:boolean name:string pageId:ID! url:string!"),
    plain(
        "ChildRelationship",
        "cascadeDelete:boolean childSObject:string deprecatedAndHidden:boolean field:string junctionIdListNames:string*!@37 \
         junctionReferenceTo:string*!@33 relationshipName:string? restrictedDelete:boolean?",
    ),
    plain("NamedLayoutInfo", "name:string"),
    plain(
        "RecordTypeInfo",
        "active:boolean@41 available:boolean defaultRecordTypeMapping:boolean developerName:string@43 master:boolean@35 name:string \
         recordTypeId:ID!",
    ),
    plain("ScopeInfo", "label:string name:string"),
    plain(
        "Field",
        "aggregatable:boolean@36 aiPredictionField:boolean@43 autoNumber:boolean byteLength:int calculated:boolean calculatedFormula:string? \
         cascadeDelete:boolean? caseSensitive:boolean compoundFieldName:string?@39 controllerName:string? createable:boolean custom:boolean \
         dataTranslationEnabled:boolean?@46 defaultValue:anyType?@36 defaultValueFormula:string? defaultedOnCreate:boolean \
         dependentPicklist:boolean? deprecatedAndHidden:boolean digits:int displayLocationInDecimal:boolean? encrypted:boolean?@34 \
         externalId:boolean? extraTypeInfo:string? filterable:boolean filteredLookupInfo:FilteredLookupInfo?! \
         formulaTreatNullNumberAsZero:boolean?@43 groupable:boolean highScaleNumber:boolean?@33 htmlFormatted:boolean? idLookup:boolean \
         inlineHelpText:string? label:string length:int mask:string? maskType:string? name:string nameField:boolean namePointing:boolean? \
         nillable:boolean permissionable:boolean picklistValues:PicklistEntry*! polymorphicForeignKey:boolean@40 precision:int \
         queryByDistance:boolean referenceTargetField:string?@32 referenceTo:string*! relationshipName:string? relationshipOrder:int? \
         restrictedDelete:boolean? restrictedPicklist:boolean scale:int searchPrefilterable:boolean@40 soapType:soapType sortable:boolean? \
         type:fieldType unique:boolean updateable:boolean writeRequiresMasterRead:boolean?",
    ),
    plain("FilteredLookupInfo", "controllingFields:string* dependent:boolean optionalFilter:boolean"),
    plain("PicklistEntry", "active:boolean defaultValue:boolean label:string! validFor:base64Binary? value:string"),
    plain("DescribeLayoutResult", "layouts:DescribeLayout+ recordTypeMappings:RecordTypeMapping* recordTypeSelectorRequired:boolean"),
    plain(
        "DescribeLayout",
        "buttonLayoutSection:DescribeLayoutButtonSection? detailLayoutSections:DescribeLayoutSection* editLayoutSections:DescribeLayoutSection* \
         highlightsPanelLayoutSection:DescribeLayoutSection? id:ID! relatedLists:RelatedList*",
    ),
    plain("DescribeLayoutButtonSection", "detailButtons:DescribeLayoutButton+"),
    plain(
        "DescribeLayoutButton",
        "behavior:WebLinkWindowType?! colors:DescribeColor*@32 content:string?! contentSource:WebLinkType?! custom:boolean encoding:string?! height:int?! \
         icons:DescribeIcon* label:string! menubar:boolean! name:string! overridden:boolean resizeable:boolean! scrollbars:boolean! \
         showsLocation:boolean! showsStatus:boolean! toolbar:boolean! url:string?! width:int?! windowPosition:WebLinkPosition?!",
    ),
    plain(
        "DescribeLayoutSection",
        "collapsed:boolean@39 columns:int heading:string! layoutRows:DescribeLayoutRow+ layoutSectionId:ID!@39 parentLayoutId:ID!@35 rows:int \
         tabOrder:TabOrderType useCollapsibleSection:boolean useHeading:boolean",
    ),
    plain("DescribeLayoutRow", "layoutItems:DescribeLayoutItem+ numItems:int"),
    plain(
        "DescribeLayoutItem",
        "editableForNew:boolean editableForUpdate:boolean label:string! layoutComponents:DescribeLayoutComponent* placeholder:boolean required:boolean",
    ),
    plain("DescribeLayoutComponent", "displayLines:int tabOrder:int type:layoutComponentType value:string!"),
    plain(
        "RelatedList",
        "accessLevelRequiredForCreate:ShareAccessLevel! buttons:DescribeLayoutButton*!@32 columns:RelatedListColumn+ custom:boolean field:string! \
         label:string limitRows:int name:string sobject:string! sort:RelatedListSort*",
    ),
    plain("RelatedListColumn", "field:string! fieldApiName:string@39 format:string! label:string lookupId:string?! name:string sortable:boolean@42"),
    plain("RelatedListSort", "ascending:boolean column:string"),
    plain(
        "RecordTypeMapping",
        "active:boolean@41 available:boolean defaultRecordTypeMapping:boolean developerName:string@43 layoutId:ID! master:boolean@35 \
         name:string picklistsForRecordType:PicklistForRecordType*! recordTypeId:ID!",
    ),
    plain("PicklistForRecordType", "picklistName:string picklistValues:PicklistEntry*!"),
    plain("DescribeDataCategoryGroupResult", "categoryCount:int description:string label:string name:string sobject:string"),
    plain(
        "Email",
        "bccSender:boolean!? emailPriority:EmailPriority!? replyTo:string!? saveAsActivity:boolean!? senderDisplayName:string!? subject:string!? \
         useSignature:boolean!?",
    ),
    extending(
        "Email",
        "SingleEmailMessage",
        "bccAddresses:string*! ccAddresses:string*! charset:string! documentAttachments:ID* entityAttachments:ID*@35 htmlBody:string! \
         inReplyTo:string?! oneClickPost:boolean!@63 optOutPolicy:SendEmailOptOutPolicy!@35 orgWideEmailAddressId:ID?! plainTextBody:string! \
         references:string?! targetObjectId:ID! templateId:ID! templateName:string?!@42 toAddresses:string*! treatBodiesAsTemplate:boolean!@35 \
         treatTargetObjectAsRecipient:boolean!@35 unsubscribeComment:string!@63 unsubscribeUrls:string*!@63 whatId:ID!",
    ),
    plain("SendEmailResult", "errors:SendEmailError* success:boolean"),
    plain("SendEmailError", "fields:string*! message:string statusCode:StatusCode targetObjectId:ID!"),
    plain(
        "DescribeTabSetResult",
        "description:string@35 label:string logoUrl:string namespace:string? selected:boolean tabSetId:string@33 tabs:DescribeTab*",
    ),
    plain(
        "DescribeTab",
        "colors:DescribeColor* custom:boolean iconUrl:string icons:DescribeIcon* label:string miniIconUrl:string name:string \
         sobjectName:string! url:string",
    ),
    plain("DescribeGlobalTheme", "global:DescribeGlobalResult theme:DescribeThemeResult"),
    plain("DescribeThemeResult", "themeItems:DescribeThemeItem*"),
    plain("DescribeThemeItem", "colors:DescribeColor* icons:DescribeIcon* name:string"),
    plain("DescribeAppMenuResult", "appMenuItems:DescribeAppMenuItem*"),
    plain("DescribeAppMenuItem", "colors:DescribeColor* content:string icons:DescribeIcon* label:string name:string type:string url:string"),
    plain(
        "DescribeCompactLayoutsResult",
        "compactLayouts:DescribeCompactLayout+ defaultCompactLayoutId:ID! recordTypeCompactLayoutMappings:RecordTypeCompactLayoutMapping*",
    ),
    plain(
        "DescribeCompactLayout",
        "actions:DescribeLayoutButton* fieldItems:DescribeLayoutItem* id:ID! imageItems:DescribeLayoutItem* label:string name:string objectType:string",
    ),
    plain("RecordTypeCompactLayoutMapping", "available:boolean compactLayoutId:ID! compactLayoutName:string recordTypeId:ID recordTypeName:string"),
    plain("DescribeApprovalLayoutResult", "approvalLayouts:DescribeApprovalLayout*"),
    plain("DescribeApprovalLayout", "id:ID label:string layoutItems:DescribeLayoutItem+ name:string"),
    plain("DescribeSearchLayoutResult", "errorMsg:string! label:string! limitRows:int! objectType:string searchColumns:DescribeColumn*!"),
    plain("DescribeColumn", "field:string format:string! label:string name:string"),
    plain("DescribeSearchScopeOrderResult", "keyPrefix:string name:string"),
    plain("DescribeSoqlListViewsRequest", "listViewParams:DescribeSoqlListViewParams+"),
    plain("DescribeSoqlListViewParams", "developerNameOrId:string sobjectType:string!"),
    plain("DescribeSoqlListViewResult", "describeSoqlListViews:DescribeSoqlListView+"),
    plain(
        "DescribeSoqlListView",
        "columns:ListViewColumn+ id:ID orderBy:ListViewOrderBy+ query:string relatedEntityId:ID?!@43 scope:string! scopeEntityId:ID?!@43 \
         sobjectType:string",
    ),
    plain(
        "ListViewColumn",
        "ascendingLabel:string! descendingLabel:string! fieldNameOrPath:string hidden:boolean label:string searchable:boolean@44 \
         selectListItem:string sortDirection:orderByDirection! sortIndex:int! sortable:boolean type:fieldType",
    ),
    plain("ListViewOrderBy", "fieldNameOrPath:string nullsPosition:orderByNullsPosition! sortDirection:orderByDirection!"),
    plain("ExecuteListViewRequest", "developerNameOrId:string limit:int! offset:int! orderBy:ListViewOrderBy+ sobjectType:string"),
    plain("ExecuteListViewResult", "columns:ListViewColumn+ developerName:string done:boolean id:ID label:string records:ListViewRecord+ size:int"),
    plain("ListViewRecord", "columns:ListViewRecordColumn+"),
    plain("ListViewRecordColumn", "fieldNameOrPath:string value:string!"),
    plain("DescribeAvailableQuickActionResult", "actionEnumOrId:string@35 label:string name:string type:string"),
    plain(
        "DescribeQuickActionResult",
        "accessLevelRequired:ShareAccessLevel! actionEnumOrId:string@35 canvasApplicationId:ID!@34 canvasApplicationName:string! colors:DescribeColor* \
         contextSobjectType:string! flowDevName:string!@41 flowRecordIdVar:string!@41 height:int! iconName:string! iconUrl:string! \
         icons:DescribeIcon* label:string layout:DescribeLayoutSection! lightningComponentBundleId:ID!@39 \
         lightningComponentBundleName:string!@39 lightningComponentQualifiedName:string!@39 lightningWebComponentBundleId:ID!@51 \
         lightningWebComponentBundleName:string!@51 lightningWebComponentQualifiedName:string!@51 miniIconUrl:string! \
         mobileExtensionId:string!@47 name:string showQuickActionLcHeader:boolean@39 showQuickActionVfHeader:boolean@35 \
         targetParentField:string! targetRecordTypeId:ID! targetSobjectType:string! type:string visualforcePageName:string! \
         visualforcePageUrl:string!@35 width:int!",
    ),
    plain("DescribeSoftphoneLayoutResult", "id:ID name:string"),
    plain("KnowledgeSettings", "defaultLanguage:string? knowledgeEnabled:boolean languages:KnowledgeLanguageItem*"),
    plain("KnowledgeLanguageItem", "active:boolean assigneeId:string!@43 name:string"),
    plain("DescribeDataCategoryGroupStructureResult", "description:string label:string name:string sobject:string"),
    plain("DataCategoryGroupSobjectTypePair", "dataCategoryGroupName:string sobject:string"),
    plain("FindDuplicatesResult", "duplicateResults:DuplicateResult* errors:Error* success:boolean"),
    plain("DuplicateResult", "allowSave:boolean duplicateRule:string duplicateRuleEntityType:string errorMessage:string!"),
    plain("ProcessRequest", "comments:string! nextApproverIds:ID*!"),
    extending(
        "ProcessRequest",
        "ProcessSubmitRequest",
        "objectId:ID submitterId:ID!@32 processDefinitionNameOrId:string!@32 skipEntryCriteria:boolean!@32",
    ),
    extending("ProcessRequest", "ProcessWorkitemRequest", "action:string workitemId:ID"),
    plain("ProcessResult", "actorIds:ID* entityId:ID! errors:Error* instanceId:ID! instanceStatus:string! newWorkitemIds:ID*! success:boolean"),
    plain("DescribeColor", "color:string context:string theme:string"),
    plain("DescribeIcon", "contentType:string height:int! theme:string url:string width:int!"),
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
    operation("describeAppMenu", "appMenuType:AppMenuType networkId:ID!?", "result:DescribeAppMenuResult!", READS),
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
        "sObjectType:string recentsOnly:boolean isSoqlCompatible:listViewIsSoqlCompatible limit:int offset:int",
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
    use crate::api::soap::wsdl::enumerations::ENUMERATIONS;

    const SCHEMA: [&str; 8] = ["string", "boolean", "int", "double", "dateTime", "base64Binary", "anyType", "ID"];

    #[test]
    fn every_type_that_is_named_is_there() {
        let known = |kind: &str| {
            SCHEMA.contains(&kind)
                || ["sObject", "QueryLocator", "StatusCode"].contains(&kind)
                || complex(kind).is_some()
                || ENUMERATIONS.iter().any(|(name, _)| *name == kind)
        };
        let of_types = TYPES.iter().chain(HEADERS).flat_map(|known| known.elements(u16::MAX));
        let of_calls = OPERATIONS.iter().flat_map(|call| call.parameters().chain(call.result()));
        let unknown: Vec<_> = of_types.chain(of_calls).filter(|element| !known(element.kind)).collect();
        assert_eq!(unknown, []);
        assert!(OPERATIONS.iter().flat_map(|call| call.headers).all(|header| HEADERS.iter().any(|known| known.name == *header)));
    }

    #[test]
    fn marks_are_read() {
        let element = |kind, optional, repeated, nillable| Element { name: "a", kind, optional, repeated, nillable, since: 0 };
        let read: Vec<_> = elements("a:ID a:Error*! a:int? a:string! a:ID+ a:string!@50").collect();
        assert_eq!(
            read,
            [
                element("ID", false, false, false),
                element("Error", true, true, true),
                element("int", true, false, false),
                element("string", false, false, true),
                element("ID", false, true, false),
                Element { since: 50, ..element("string", false, false, true) }
            ]
        );
    }
}
