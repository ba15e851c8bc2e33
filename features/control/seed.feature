@R-F1
Feature: Sample data
  An org is filled with accounts, contacts, opportunities and cases, as many as a test needs.

  @route:control/seed
  Scenario: Accounts with what hangs on them
    Given an org
    When the test author sends
      """
      POST /_mock/v1/orgs/{org}/seed
      Content-Type: application/json

      {"accounts": 300, "contacts": 0, "opportunities": 0, "cases": 0, "seed": 7}
      """
    Then the answer on the wire is
      """
      HTTP 201

      {"accounts": 300, "contacts": 0, "opportunities": 0, "cases": 0}
      """
    And the org has 300 Account records

  @route:control/seed
  Scenario: A member nobody knows
    Given an org
    When the test author sends
      """
      POST /_mock/v1/orgs/{org}/seed
      Content-Type: application/json

      {"leads": 300}
      """
    Then the answer has the status 400
