@R-K1 @route:control/outbox
Feature: Outbox
  E-mails that Salesforce would have sent wait here, with the codes and links that they tell.

  Scenario: A fresh org has sent nothing
    Given an org
    When the test author reads "/outbox?org={org}"
    Then the answer on the wire is
      """
      HTTP 200

      {"emails": []}
      """

  Scenario: No org, no outbox
    When the test author reads "/outbox?org=nowhere"
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/problem+json

      {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "no org is called \"nowhere\"", "field": "org"}
      """
