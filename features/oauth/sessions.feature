Feature: Sessions
  An access token is a session of the org: it ends when it is not used, when its user may not log in, and never serves elsewhere.

  @R-E8 @R-K3 @serial @route:rest/limits
  Rule: A session times out when it is not used

    Scenario: After two idle hours the session is over
      Given a user "ada"
      And an installed connected app "Reports"
      And "ada" has connected "Reports"
      When 3 hours pass
      Then the first access token of "Reports" no longer works
      And the first refresh token of "Reports" works

    Scenario: Use keeps a session alive
      Given the admin reads "/limits"
      And 90 minutes have passed
      And the admin reads "/limits"
      And 90 minutes have passed
      When the admin reads "/limits"
      Then the answer has the status 200

  @R-E8 @route:rest/limits
  Rule: A session is for its org and its user

    @row:rest/expired @row:rest/auth-header
    Scenario Outline: <what>
      Given an org
      When the admin sends
        """
        GET /services/data/v67.0/limits
        Authorization: <authorization>
        """
      Then the answer on the wire is
        """
        HTTP 401
        WWW-Authenticate: Token
        Content-Type: application/json;charset=UTF-8

        [{"message":"<message>","errorCode":"<code>"}]
        """

      Examples:
        | what                              | authorization                   | message                    | code                |
        | A token that nobody issued        | Bearer 00Dxx0000000001!AQnobody | Session expired or invalid | INVALID_SESSION_ID  |
        | No token at all                   | Bearer                          | INVALID_HEADER_TYPE        | INVALID_AUTH_HEADER |
        | A scheme of another protocol      | Basic YWRhOnNlY3JldA==          | INVALID_HEADER_TYPE        | INVALID_AUTH_HEADER |

    Scenario: The older scheme name is as good
      Given the admin reads "/limits"
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: OAuth {session}
        """
      Then the answer has the status 200

    Scenario: A deactivated user's session is over
      Given a user "ada"
      And "ada" reads "/limits"
      When "ada" is deactivated
      And "ada" reads "/limits"
      Then the answer is the error "INVALID_SESSION_ID" saying "Session expired or invalid"
