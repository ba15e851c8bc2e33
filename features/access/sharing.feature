@R-F11
Feature: Sharing
  A private record is its owner's, those above the owner in the role hierarchy, and whoever it is shared with.

  Background:
    Given the default access to Account is "Private"
    And these Account records
      | Name   |
      | Hidden |
    And a user "ada" with the profile "Standard User"
    And "ada" has created the Account "Own" with
      | Name | Own |

  @route:rest/query
  Scenario: Only own records are found
    When "ada" queries "SELECT Name FROM Account"
    Then the query returns "Own"

  @route:rest/query
  Scenario: The admin sees all
    When the admin queries "SELECT Name FROM Account ORDER BY Name"
    Then the query returns "Hidden, Own" in this order

  @route:rest/read
  Scenario: A record of another owner is not there
    When "ada" reads the Account "Hidden"
    Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

  @route:rest/update
  Scenario: A record that is not seen is not changed
    When "ada" updates the Account "Hidden" with
      | Phone | +1 |
    Then the error "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" saying "insufficient access rights on cross-reference id" points at ""

  @route:rest/create
  Scenario: A lookup to a record that is not seen
    When "ada" creates the Contact "Bob" with
      | LastName  | Bob         |
      | AccountId | {id:Hidden} |
    Then the error "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" saying "insufficient access rights on cross-reference id: {id15:Hidden}" points at ""

  @route:rest/query
  Scenario: A contact follows its account
    Given these Contact records
      | LastName | AccountId   |
      | Unseen   | {id:Hidden} |
      | Seen     | {id:Own}    |
    When "ada" queries "SELECT LastName FROM Contact"
    Then the query returns "Seen"

  @route:rest/query
  Scenario: Who stands above in the role hierarchy sees what those below own
    Given the admin has created the UserRole "Chief" with
      | Name | Chief |
    And the admin has created the UserRole "Clerk" with
      | Name         | Clerk      |
      | ParentRoleId | {id:Chief} |
    And a user "bob" with the profile "Standard User"
    And "bob" is in the role "Chief"
    And "ada" is in the role "Clerk"
    When "bob" queries "SELECT Name FROM Account"
    Then the query returns "Own"

  @route:rest/query
  Scenario: A share shows one record
    Given "ada" is among the records
    And the admin has created the AccountShare "share" with
      | AccountId              | {id:Hidden} |
      | UserOrGroupId          | {id:ada}    |
      | AccountAccessLevel     | Read        |
      | OpportunityAccessLevel | None        |
    When "ada" queries "SELECT Name FROM Account ORDER BY Name"
    Then the query returns "Hidden, Own" in this order

  @route:rest/update
  Scenario: A share for reading does not let change
    Given "ada" is among the records
    And the admin has created the AccountShare "share" with
      | AccountId              | {id:Hidden} |
      | UserOrGroupId          | {id:ada}    |
      | AccountAccessLevel     | Read        |
      | OpportunityAccessLevel | None        |
    When "ada" updates the Account "Hidden" with
      | Phone | +1 |
    Then the answer is the error "INSUFFICIENT_ACCESS_OR_READONLY" saying "insufficient access rights on object id"
