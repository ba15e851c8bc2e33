@R-D14 @route:oauth/revoke
Feature: Revoking tokens

  Background:
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"

  @row:revoke/access-token
  Scenario: Revoking the access token ends that session and leaves the refresh token
    When "Reports" revokes its access token
    Then the answer has the status 200
    And the first access token of "Reports" no longer works
    And the first refresh token of "Reports" still works

  @row:revoke/refresh-token
  Scenario: Revoking the refresh token ends it and every access token it brought
    Given "Reports" has refreshed
    When "Reports" revokes its refresh token
    Then the answer has the status 200
    And the first access token of "Reports" no longer works
    And the second access token of "Reports" no longer works

  @row:refresh/revoked
  Scenario: A revoked refresh token is refused
    Given "Reports" has revoked its refresh token
    When "Reports" refreshes
    Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

  Scenario: After the revocation the user is asked for consent again
    Given "Reports" has revoked its refresh token
    When "ada" begins to authorize "Reports"
    Then "ada" is asked to allow "Reports" access to "Manage user data via APIs"

  Rule: On the wire

    Scenario: A revocation by POST answers nothing
      When somebody sends
        """
        POST /services/oauth2/revoke
        Content-Type: application/x-www-form-urlencoded

        token={access token:Reports}
        """
      Then the answer on the wire is
        """
        HTTP 200


        """

    Scenario: A revocation by GET
      When somebody sends
        """
        GET /services/oauth2/revoke?token={access token:Reports}
        """
      Then the answer has the status 200
      And the access token of "Reports" no longer works

    @row:revoke/jsonp
    Scenario: A revocation by JSONP calls back
      When somebody sends
        """
        GET /services/oauth2/revoke?token={access token:Reports}&callback=done
        """
      Then the body begins with
        """
        done({})
        """

    Scenario: An unknown token
      When somebody sends
        """
        POST /services/oauth2/revoke
        Content-Type: application/x-www-form-urlencoded

        token=00Dxx0000000001!AQnobody
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        {"error": "invalid_token", "...": "{any}"}
        """
