@R-F4
Feature: Layouts
  Page layouts and compact layouts follow the org's own schema.

  @route:rest/layouts
  Scenario: The layouts of an object
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/layouts
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"layouts": [{"buttonLayoutSection": "{any}", "detailLayoutSections": [{"collapsed": false, "columns": 2, "heading": "Account Information", "layoutRows": ["..."], "layoutSectionId": "{id}", "...": "{any}"}, "..."], "...": "{any}"}], "recordTypeMappings": [{"active": true, "available": true, "defaultRecordTypeMapping": true, "developerName": "Master", "layoutId": "{id}", "master": true, "name": "Master", "picklistsForRecordType": null, "recordTypeId": "012000000000000AAA", "urls": {"layout": "/services/data/v67.0/sobjects/Account/describe/layouts/012000000000000AAA"}}], "recordTypeSelectorRequired": [false]}
      """

  @route:rest/layouts
  Scenario: A custom field is on the page
    Given the custom field "Motto__c" on Account with
      | type   | Text |
      | length | 80   |
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/layouts
      """
    Then the answer mentions "Motto__c"

  @route:rest/layouts
  Scenario: An object without pages has no layouts
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/OpportunityHistory/describe/layouts
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/layout-of-record-type
  Scenario: The layout of a record type
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/layouts/012000000000000AAA
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"buttonLayoutSection": {"detailButtons": ["..."]}, "detailLayoutSections": ["..."], "editLayoutSections": ["..."], "feedView": null, "highlightsPanelLayoutSection": null, "id": "{id}", "multirowEditLayoutSections": [], "offlineLinks": [], "quickActionList": {"quickActionListItems": ["..."]}, "relatedContent": null, "relatedLists": ["..."], "saveOptions": []}
      """

  @route:rest/layout-of-record-type
  Scenario: The layout of a record type that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/layouts/012000000000009AAA
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/global-layouts
  Scenario: Pages that belong to no object
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Global/describe/layouts
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"layouts": [{"feedView": null, "id": "{id}", "name": "Global Layout", "quickActionList": {"quickActionListItems": ["..."]}}], "recordTypeMappings": [], "recordTypeSelectorRequired": [false]}
      """

  @route:rest/named-layout
  Scenario: A user's own page
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/User/describe/namedLayouts/UserAlt
      """
    Then the answer has the status 200

  @route:rest/named-layout
  Scenario: A named layout that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/namedLayouts/Nope
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/compact-layouts
  Scenario: The compact layout of an object
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/compactLayouts
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"compactLayouts": [{"actions": ["..."], "fieldItems": [{"editableForNew": true, "editableForUpdate": true, "label": "Account Name", "layoutComponents": ["..."], "placeholder": false, "required": true}], "id": null, "imageItems": [], "label": "System Default", "name": "SYSTEM", "objectType": "Account"}], "defaultCompactLayoutId": null, "recordTypeCompactLayoutMappings": [{"available": true, "compactLayoutId": null, "compactLayoutName": "SYSTEM", "recordTypeId": "012000000000000AAA", "recordTypeName": "Master", "urls": {"compactLayout": "/services/data/v67.0/sobjects/Account/describe/compactLayouts/012000000000000AAA"}}], "urls": {"primary": "/services/data/v67.0/sobjects/Account/describe/compactLayouts/primary"}}
      """

  @route:rest/compact-layout-of-record-type
  Scenario: The compact layout the user sees first
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/compactLayouts/primary
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"actions": ["..."], "fieldItems": ["..."], "id": null, "imageItems": [], "label": "System Default", "name": "SYSTEM", "objectType": "Account"}
      """

  @route:rest/compact-layouts-of-objects
  Scenario: Compact layouts of several objects
    When the admin sends
      """
      GET /services/data/v67.0/compactLayouts?q=Account,Contact
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"Account": {"actions": ["..."], "...": "{any}"}, "Contact": {"actions": ["..."], "...": "{any}"}}
      """

  @route:rest/compact-layouts-of-objects
  Scenario: Compact layouts of nothing
    When the admin sends
      """
      GET /services/data/v67.0/compactLayouts
      """
    Then the answer is the error "MISSING_ARGUMENT"

  @route:rest/approval-layouts
  Scenario: No approval process, no approval layout
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/approvalLayouts
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"approvalLayouts": []}
      """

  @route:rest/approval-layout
  Scenario: An approval layout by name
    When the admin sends
      """
      GET /services/data/v67.0/sobjects/Account/describe/approvalLayouts/Nope
      """
    Then the answer is the error "NOT_FOUND"
