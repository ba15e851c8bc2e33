@R-F8
Feature: Code by way of the Tooling API
  Apex and Visualforce are stored, shown and changed through containers. Nothing is compiled or run, and nothing pretends to be.

  Background:
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/ApexClass

      {"Name": "Greeter", "Body": "public class Greeter { }"}
      """
    And "/id" of the answer is noted as "class"

  @route:tooling/create @route:tooling/query
  Scenario: A class shows what it is
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Name,FullName,ApiVersion,Status,IsValid,Metadata+FROM+ApexClass
      """
    Then the answer on the wire is
      """
      HTTP 200

      {
        "size": 1,
        "totalSize": 1,
        "done": true,
        "queryLocator": null,
        "entityTypeName": "ApexClass",
        "records": [{
          "attributes": {"type": "ApexClass", "url": "/services/data/v67.0/tooling/sobjects/ApexClass/{note:class}"},
          "Name": "Greeter",
          "FullName": "Greeter",
          "ApiVersion": 67.0,
          "Status": "Active",
          "IsValid": true,
          "Metadata": {"apiVersion": 67.0, "packageVersions": [], "status": "Active", "urls": null}
        }]
      }
      """

  @route:tooling/create
  Scenario: A second class of the name
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/ApexClass

      {"Body": "global class greeter { }"}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "duplicate value found: <unknown> duplicates value on record with id: <unknown>", "errorCode": "DUPLICATE_VALUE"}]
      """

  @route:tooling/create @route:tooling/read
  Scenario: A container brings new source in
    Given the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/MetadataContainer

      {"Name": "Work"}
      """
    And "/id" of the answer is noted as "container"
    And the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/ApexClassMember

      {"MetadataContainerId": "{note:container}", "ContentEntityId": "{note:class}", "Body": "public class Greeter { Integer i; }"}
      """
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/ContainerAsyncRequest

      {"MetadataContainerId": "{note:container}", "IsCheckOnly": false}
      """
    Given "/id" of the answer is noted as "request"
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/ContainerAsyncRequest/{note:request}?fields=State,IsCheckOnly
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"attributes": {"type": "ContainerAsyncRequest", "url": "{string}"}, "State": "Completed", "IsCheckOnly": false}
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/ApexClass/{note:class}?fields=Body
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"attributes": {"type": "ApexClass", "url": "{string}"}, "Body": "public class Greeter { Integer i; }"}
      """

  @route:tooling/create
  Scenario: A member without its source
    When the admin sends
      """
      POST /services/data/v67.0/tooling/sobjects/ApexClassMember

      {"ContentEntityId": "{note:class}"}
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Required fields are missing: [Body]", "errorCode": "REQUIRED_FIELD_MISSING", "fields": ["Body"]}]
      """

  @route:tooling/related
  Scenario: Who made a class
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/ApexClass/{note:class}/CreatedBy?fields=IsActive
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"attributes": {"type": "User", "url": "{string}"}, "IsActive": true}
      """

  @route:tooling/related
  Scenario: A relationship that a class has not
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/ApexClass/{note:class}/Nope
      """
    Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

  @route:tooling/deleted @route:tooling/updated
  Scenario Outline: What was <what> without a span
    When the admin sends
      """
      GET /services/data/v67.0/tooling/sobjects/ApexClass/<what>
      """
    Then the answer is the error "MISSING_ARGUMENT" saying "The start parameter is required"

    Examples:
      | what    |
      | deleted |
      | updated |

  @route:tooling/execute-anonymous
  Scenario: A block that only logs
    When the admin sends
      """
      GET /services/data/v67.0/tooling/executeAnonymous/?anonymousBody=System.debug('Hello');
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"line": -1, "column": -1, "compiled": true, "success": true, "compileProblem": null, "exceptionStackTrace": null, "exceptionMessage": null}
      """

  @route:tooling/execute-anonymous
  Scenario: A block that would change something
    When the admin sends
      """
      GET /services/data/v67.0/tooling/executeAnonymous/?anonymousBody=insert+new+Account(Name='x');
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"line": 1, "column": 1, "compiled": true, "success": false, "compileProblem": null, "exceptionStackTrace": "AnonymousBlock: line 1, column 1",
       "exceptionMessage": "System.UnexpectedException: This server stores Apex and runs none"}
      """

  @route:tooling/execute-anonymous
  Scenario: A block without its end
    When the admin sends
      """
      GET /services/data/v67.0/tooling/executeAnonymous/?anonymousBody=System.debug('Hello')
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"line": 1, "column": 1, "compiled": false, "success": false, "compileProblem": "Unexpected token '<EOF>'.", "exceptionStackTrace": null, "exceptionMessage": null}
      """

  @route:tooling/execute-anonymous
  Scenario: No block
    When the admin sends
      """
      GET /services/data/v67.0/tooling/executeAnonymous/
      """
    Then the answer is the error "MISSING_ARGUMENT" saying "The anonymousBody parameter is required"

  @route:tooling/run-tests @route:tooling/run-tests-by-name
  Scenario: Tests that are asked for fail, and say why
    When the admin sends
      """
      POST /services/data/v67.0/tooling/runTestsAsynchronous/

      {"classids": "{note:class}"}
      """
    Then the answer on the wire is
      """
      HTTP 200

      "{string}"
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/query?q=SELECT+Outcome,Message+FROM+ApexTestResult
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"records": [{"Outcome": "Fail", "Message": "System.UnexpectedException: This server stores Apex and runs none", "...": "{any}"}], "...": "{any}"}
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/runTestsAsynchronous/?classnames=Nope
      """
    Then the answer is the error "INVALID_INPUT" saying "Class name not found: Nope"

  @route:tooling/run-tests-now @route:tooling/run-tests-now-by-name
  Scenario: Tests at once
    When the admin sends
      """
      POST /services/data/v67.0/tooling/runTestsSynchronous/

      {"tests": [{"className": "Greeter"}]}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"numTestsRun": 1, "numFailures": 1, "successes": [], "failures": [{"name": "Greeter", "...": "{any}"}], "...": "{any}"}
      """
    When the admin sends
      """
      GET /services/data/v67.0/tooling/runTestsSynchronous/?classnames=Nope
      """
    Then the answer is the error "INVALID_INPUT" saying "Class name not found: Nope"

  @route:tooling/completions
  Scenario: Completions
    When the admin sends
      """
      GET /services/data/v67.0/tooling/completions?type=apex
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"publicDeclarations": {}}
      """

  @route:tooling/completions
  Scenario: Completions of nothing
    When the admin sends
      """
      GET /services/data/v67.0/tooling/completions
      """
    Then the answer is the error "MISSING_ARGUMENT" saying "The type parameter is required"
