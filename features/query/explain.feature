@R-F2 @route:rest/query @own-org
Feature: SOQL: how a query would be run
  `explain` answers plans instead of rows, the best first.

  Background:
    Given these Account records
      | Name | NumberOfEmployees |
      | Acme | 5                 |
      | Blue | 7                 |

  Scenario: A filter without an index scans the table
    When the admin reads "/query?explain=SELECT+Name+FROM+Account+WHERE+NumberOfEmployees+%3E+5"
    Then the answer on the wire is
      """
      HTTP 200

      {
        "plans": [{
          "cardinality": 1, "fields": [], "leadingOperationType": "TableScan",
          "notes": [{"description": "Not considering filter for optimization because unindexed", "fields": ["IsDeleted"], "tableEnumOrId": "Account"}],
          "relativeCost": "{any}", "sobjectCardinality": 2, "sobjectType": "Account"
        }],
        "sourceQuery": "SELECT Name FROM Account WHERE NumberOfEmployees > 5"
      }
      """

  Scenario: A filter on an indexed field has two plans
    When the admin reads "/query?explain=SELECT+COUNT()+FROM+Account+WHERE+Name+=+'Acme'"
    Then the answer on the wire is
      """
      HTTP 200

      {
        "plans": [
          {"cardinality": 1, "fields": ["Name"], "leadingOperationType": "Index", "notes": [], "relativeCost": "{any}", "sobjectCardinality": 2, "sobjectType": "Account"},
          {"cardinality": 1, "fields": [], "leadingOperationType": "TableScan", "notes": "{any}", "relativeCost": "{any}", "sobjectCardinality": 2, "sobjectType": "Account"}
        ],
        "sourceQuery": "SELECT COUNT() FROM Account WHERE Name = 'Acme'"
      }
      """

  Scenario: A query that is refused has no plan
    When the admin reads "/query?explain=SELECT+Nope+FROM+Account"
    Then the query fails with "INVALID_FIELD" saying
      """
      SELECT Nope FROM Account
             ^
      ERROR at Row:1:Column:8
      No such column 'Nope' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
      """
