@R-F8
Feature: The Tooling API's own view
  It has resources, objects and a form of query result of its own.

  @route:tooling/resources
  Scenario: What there is
    When the admin sends
      """
      GET /services/data/v67.0/tooling
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"query": "/services/data/v67.0/tooling/query", "sobjects": "/services/data/v67.0/tooling/sobjects", "...": "{any}"}
      """

  @R-F4 @route:tooling/describe-global
  Scenario: Its objects
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": [{"name": "{string}", "urls": {"sobject": "{string}", "...": "{any}"}, "...": "{any}"}, "..."]}
      """

  @route:tooling/basic-information
  Scenario: The basics of one of its objects
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/CustomField
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"objectDescribe": {"name": "CustomField", "keyPrefix": "00N", "urls": {"rowTemplate": "/services/data/v67.0/tooling/sobjects/CustomField/{ID}", "...": "{any}"}, "...": "{any}"}, "recentItems": ["..."]}
      """

  @route:tooling/basic-information
  Scenario: An object that only the data API has
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/Account
      """
    Then the answer on the wire is
      """
      HTTP 404

      [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
      """

  @R-F4 @route:tooling/describe
  Scenario: Fields that only the Tooling API shows
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/ApexClass/describe
      """
    Then the answer describes the field "Metadata" with
      | type     | complexvalue      |
      | soapType | mns:complexvalue  |

  @route:tooling/query
  Scenario: A query result
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query/?q=SELECT+QualifiedApiName,KeyPrefix+FROM+EntityDefinition+WHERE+QualifiedApiName='Account'
      """
    Then the answer on the wire is
      """
      HTTP 200

      {
        "size": 1,
        "totalSize": 1,
        "done": true,
        "queryLocator": null,
        "entityTypeName": "EntityDefinition",
        "records": [{"attributes": {"type": "EntityDefinition", "url": "{string}"}, "QualifiedApiName": "Account", "KeyPrefix": "001"}]
      }
      """

  @route:tooling/query
  Scenario Outline: What a fresh org has none of: <object>
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+<object>
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": 0, "totalSize": 0, "done": true, "queryLocator": null, "entityTypeName": "<object>", "records": []}
      """

    Examples:
      | object                    |
      | ApexClass                 |
      | ApexCodeCoverageAggregate |
      | ApexLog                   |
      | ApexOrgWideCoverage       |
      | CustomField               |
      | FlexiPage                 |
      | Layout                    |
      | TraceFlag                 |
      | ValidationRule            |

  @route:tooling/query
  Scenario: Fields of no object in particular
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+FieldDefinition
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "FieldDefinition: a filter on a reified column is required [EntityDefinitionId,DurableId]", "errorCode": "EXTERNAL_OBJECT_UNSUPPORTED_EXCEPTION"}]
      """

  @route:tooling/query-more
  Scenario: The rest of a long result
    Given the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Id+FROM+RelationshipDomain
      Sforce-Query-Options: batchSize=200
      """
    And "/queryLocator" of the answer is noted as "locator"
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query/{note:locator}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"size": "{number}", "totalSize": "{number}", "done": true, "queryLocator": null, "entityTypeName": "RelationshipDomain", "records": ["{any}", "..."]}
      """

  @route:tooling/query-more
  Scenario: A locator that never was
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query/01gFk000004gfFC5IAM-2000
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
      """

  @route:tooling/query-all @route:tooling/query-all-more
  Scenario: What was deleted, and the rest of it
    When the admin sends
      """
      GET /services/data/v67.0/tooling/queryAll?q=SELECT+DeveloperName+FROM+DebugLevel
      """
    Then the answer has the status 200
    When the admin sends
      """
      GET /services/data/v67.0/tooling/queryAll/01gFk000004gfFC5IAM-2000
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
      """
