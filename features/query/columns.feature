@R-F2 @route:rest/query
Feature: Columns of a query
  With `columns=true` a query answers what its columns are, and no rows; the Salesforce CLI lays out its tables by it.

  Scenario: Fields, a parent and children
    When the admin sends
      """
      GET /services/data/v67.0/query?q=SELECT+Id,Phone,Owner.Name,(SELECT+LastName+FROM+Contacts)+FROM+Account&columns=true
      Authorization: Bearer {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"columnMetadata": [
        {"aggregate": false, "apexType": "Id", "booleanType": false, "columnName": "Id", "custom": false, "displayName": "Id", "foreignKeyName": null, "insertable": false, "joinColumns": [], "numberType": false, "textType": false, "updatable": false},
        {"aggregate": false, "apexType": "String", "booleanType": false, "columnName": "Phone", "custom": false, "displayName": "Phone", "foreignKeyName": null, "insertable": true, "joinColumns": [], "numberType": false, "textType": true, "updatable": true},
        {"aggregate": false, "apexType": null, "booleanType": false, "columnName": "Owner", "custom": false, "displayName": "Owner", "foreignKeyName": "OwnerId", "insertable": false, "joinColumns": [
          {"aggregate": false, "apexType": "String", "booleanType": false, "columnName": "Name", "custom": false, "displayName": "Name", "foreignKeyName": null, "insertable": false, "joinColumns": [], "numberType": false, "textType": true, "updatable": false}
        ], "numberType": false, "textType": false, "updatable": false},
        {"aggregate": true, "apexType": null, "booleanType": false, "columnName": "Contacts", "custom": false, "displayName": "Contacts", "foreignKeyName": null, "insertable": false, "joinColumns": [
          {"aggregate": false, "apexType": "String", "booleanType": false, "columnName": "LastName", "custom": false, "displayName": "LastName", "foreignKeyName": null, "insertable": true, "joinColumns": [], "numberType": false, "textType": true, "updatable": true}
        ], "numberType": false, "textType": false, "updatable": false}
      ], "entityName": "Account", "groupBy": false, "idSelected": true, "keyPrefix": "001"}
      """

  Scenario: Groups and functions
    When the admin sends
      """
      GET /services/data/v67.0/query?q=SELECT+CampaignId,AVG(Amount),COUNT(Id)+many+FROM+Opportunity+GROUP+BY+CampaignId&columns=true
      Authorization: Bearer {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"columnMetadata": [
        {"aggregate": false, "apexType": "Id", "booleanType": false, "columnName": "CampaignId", "custom": false, "displayName": "CampaignId", "foreignKeyName": null, "insertable": true, "joinColumns": [], "numberType": false, "textType": false, "updatable": true},
        {"aggregate": true, "apexType": null, "booleanType": false, "columnName": "expr0", "custom": false, "displayName": "avg(Amount)", "foreignKeyName": null, "insertable": false, "joinColumns": [], "numberType": true, "textType": false, "updatable": false},
        {"aggregate": true, "apexType": null, "booleanType": false, "columnName": "many", "custom": false, "displayName": "count(Id)", "foreignKeyName": null, "insertable": false, "joinColumns": [], "numberType": true, "textType": false, "updatable": false}
      ], "entityName": "Opportunity", "groupBy": true, "idSelected": false, "keyPrefix": "006"}
      """

  Scenario: A query that is refused has no columns
    When the admin sends
      """
      GET /services/data/v67.0/query?q=SELECT+Nope+FROM+Account&columns=true
      Authorization: Bearer {session}
      """
    Then the answer is the error "INVALID_FIELD"
