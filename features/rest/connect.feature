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
