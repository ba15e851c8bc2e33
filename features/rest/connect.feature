@R-E7
Feature: People and organization over Connect REST

  Background:
    Given a user "ada"

  @route:rest/chatter-user
  Scenario Outline: A user by <way>
    When "ada" sends
      """
      GET /services/data/v67.0/chatter/users/<named>
      """
    Then the answer names
      | id       | {user id:ada}  |
      | username | {username:ada} |
      | type     | User           |
      | isActive | true           |
      | url      | /services/data/v67.0/chatter/users/{user id:ada} |

    Examples:
      | way    | named         |
      | itself | me            |
      | id     | {user id:ada} |

  @route:rest/chatter-user
  Scenario: A user nobody made
    When "ada" sends
      """
      GET /services/data/v67.0/chatter/users/005000000000001AAA
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/chatter-users
  Scenario: A page of people
    When "ada" sends
      """
      GET /services/data/v67.0/chatter/users?pageSize=1
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8

      {"currentPageUrl": "/services/data/v67.0/chatter/users?page=0&pageSize=1", "nextPageUrl": "/services/data/v67.0/chatter/users?page=1&pageSize=1",
       "previousPageUrl": null, "users": [{"type": "User", "...": "{any}"}], "...": "{any}"}
      """

  @route:rest/chatter-users
  Scenario: Whom a user does not see is on no page
    Given the default access to User is "Private"
    When "ada" reads "/chatter/users?pageSize=100&x=a%26b"
    Then the answer on the wire is
      """
      HTTP 200

      {"currentPageUrl": "/services/data/v67.0/chatter/users?x=a%26b&page=0&pageSize=100", "nextPageUrl": null, "users": [{"id": "{user id:ada}", "...": "{any}"}], "...": "{any}"}
      """

  @route:rest/chatter-user
  Scenario: Whom a user does not see is not there
    Given the default access to User is "Private"
    And a user "bob"
    When "ada" reads "/chatter/users/{user id:bob}"
    Then the answer is the error "NOT_FOUND"
    When the admin reads "/chatter/users/{user id:bob}"
    Then the answer names
      | username | {username:bob} |

  @route:rest/query
  Scenario: Nor does a query find who is not seen
    Given the default access to User is "Private"
    And a user "bob"
    When "ada" queries "SELECT Id FROM User WHERE Username IN ('{username:ada}', '{username:bob}')"
    Then the query returns "{user id:ada}"

  @route:rest/chatter-users
  Scenario Outline: A page is asked for by a number: <parameter>
    When "ada" reads "/chatter/users?<parameter>"
    Then the answer is the error "ILLEGAL_QUERY_PARAMETER_VALUE" saying "For input string: <text>"

    Examples:
      | parameter  | text |
      | page=x     | x    |
      | pageSize=- | -    |
      | page=-1    | -1   |

  @route:rest/connect-organization
  Scenario: The organization
    When "ada" sends
      """
      GET /services/data/v67.0/connect/organization
      """
    Then the answer names
      | orgId | {org id} |
      | name  | {org}    |

  @route:rest/connect-communities
  Scenario: An org without sites has no communities
    When "ada" sends
      """
      GET /services/data/v67.0/connect/communities
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"communities": [], "total": 0}
      """

  @route:rest/wave-collection
  Scenario: A collection of Analytics that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/wave/nothing
      """
    Then the answer is the error "NOT_FOUND"
