@R-I1
Feature: Traces
  An org shows by SOQL who logged in, which sessions and tokens there are, which apps it has, and who changed its setup.

  Background:
    Given a user "ada"
    And an installed connected app "Reports"

  @route:rest/query
  Rule: OauthToken lists approvals

    Scenario: An approval shows the app, its user and how often it was used
      Given "ada" has connected "Reports"
      And "Reports" has refreshed
      When the admin queries "SELECT AppName, UserId, UseCount FROM OauthToken"
      Then the query returns
        | AppName       | UserId        | UseCount |
        | {app:Reports} | {user id:ada} | 2        |

    Scenario: Only who may customize the application sees the tokens of others
      Given a user "bob"
      And "bob" holds "Manage Users"
      And "ada" has connected "Reports"
      When "bob" queries "SELECT AppName FROM OauthToken"
      Then the query returns nothing

    Scenario: Everybody sees the own tokens
      Given "ada" has connected "Reports"
      When "ada" queries "SELECT AppName FROM OauthToken"
      Then the query returns "{app:Reports}"

    @route:oauth/revoke
    Scenario: The delete token revokes, and is good once
      Given "ada" has connected "Reports"
      And the admin queries "SELECT DeleteToken FROM OauthToken"
      And "/records/0/DeleteToken" of the answer is noted as "delete token"
      When somebody sends
        """
        POST /services/oauth2/revoke
        Content-Type: application/x-www-form-urlencoded

        token={note:delete token}
        """
      Then the answer has the status 200
      And the access token of "Reports" no longer works
      When somebody sends
        """
        POST /services/oauth2/revoke
        Content-Type: application/x-www-form-urlencoded

        token={note:delete token}
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        {"error": "invalid_token", "error_description": "invalid token"}
        """

    Scenario: A delete token opens nothing
      Given "ada" has connected "Reports"
      And the admin queries "SELECT DeleteToken FROM OauthToken"
      And "/records/0/DeleteToken" of the answer is noted as "delete token"
      When "Reports" refreshes with
        | refresh_token | {note:delete token} |
      Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

  @route:rest/query
  Rule: AuthSession lists sessions

    Scenario: The session of a browser and of an app
      Given "ada" has connected "Reports"
      When the admin queries "SELECT SessionType, LoginType, SessionSecurityLevel, NumSecondsValid FROM AuthSession WHERE UsersId = '{user id:ada}' ORDER BY SessionType"
      Then the query returns
        | SessionType | LoginType         | SessionSecurityLevel | NumSecondsValid |
        | Oauth2      | Remote Access 2.0 | STANDARD             | 7200            |
        | UI          | Application       | STANDARD             | 7200            |

    Scenario: The login that began a session
      Given "ada" has connected "Reports"
      When the admin queries "SELECT LoginHistoryId FROM AuthSession WHERE UsersId = '{user id:ada}' AND SessionType = 'Oauth2'"
      And "/records/0/LoginHistoryId" of the answer is noted as "login"
      And the admin queries "SELECT LoginSubType FROM LoginHistory WHERE Id = '{note:login}'"
      Then the query returns "OAuth Web Server"

    @route:rest/delete
    Scenario: Deleting the row ends the session
      Given "ada" has connected "Reports"
      And the admin queries "SELECT Id FROM AuthSession WHERE UsersId = '{user id:ada}' AND SessionType = 'Oauth2'"
      And "/records/0/Id" of the answer is noted as "row"
      When the admin sends
        """
        DELETE /services/data/v67.0/sobjects/AuthSession/{note:row}
        """
      Then the answer has the status 204
      And the access token of "Reports" no longer works
      And the first refresh token of "Reports" works

    @route:rest/delete
    Scenario: Who does not manage users ends no session of others
      Given a user "bob"
      And "ada" has connected "Reports"
      And the admin queries "SELECT Id FROM AuthSession WHERE UsersId = '{user id:ada}' AND SessionType = 'Oauth2'"
      And "/records/0/Id" of the answer is noted as "row"
      When "bob" sends
        """
        DELETE /services/data/v67.0/sobjects/AuthSession/{note:row}
        """
      Then the answer is a refusal of the client, not a failure of the server
      And the access token of "Reports" works

  @route:rest/query
  Rule: LoginHistory has a row for each login and none for a refresh

    Scenario: The web server flow leaves the login of the browser and that of the app
      Given "ada" has connected "Reports"
      And "Reports" has refreshed
      When the admin queries "SELECT LoginType, LoginSubType, Application, Status FROM LoginHistory WHERE UserId = '{user id:ada}' ORDER BY Id"
      Then the query returns
        | LoginType         | LoginSubType         | Application   | Status  |
        | Application       | UI Username-Password | Browser       | Success |
        | Remote Access 2.0 | OAuth Web Server     | {app:Reports} | Success |

    Scenario: A wrong code verifier is a failed login
      Given "ada" has authorized "Reports" with
        | code_challenge        | E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM |
        | code_challenge_method | S256                                        |
      When "Reports" redeems the code with
        | code_verifier | not-the-verifier-of-this-challenge-at-all-0123456789 |
      And the admin queries "SELECT Status FROM LoginHistory WHERE LoginType = 'Remote Access 2.0'"
      Then the query returns "Failed: Invalid Code Verifier"

    Scenario: Everybody sees the own logins, and those of others with a permission
      Given a user "bob"
      And "ada" has connected "Reports"
      When "bob" queries "SELECT Status FROM LoginHistory"
      Then the query returns nothing
      When "ada" queries "SELECT COUNT() FROM LoginHistory"
      Then the query counts 2

  @route:rest/query
  Rule: ConnectedApplication and ExternalClientApplication list own and installed apps

    Scenario: Policies of a connected app
      Given the org's policy for "Reports" is
        | Permitted Users      | Admin approved users are pre-authorized       |
        | Refresh Token Policy | Expire refresh token if not used for 30 days |
      When the admin queries "SELECT Name, OptionsAllowAdminApprovedUsersOnly, RefreshTokenValidityPeriod, OptionsRefreshTokenValidityMetric FROM ConnectedApplication WHERE Name = '{app:Reports}'"
      Then the query returns
        | Name          | OptionsAllowAdminApprovedUsersOnly | RefreshTokenValidityPeriod | OptionsRefreshTokenValidityMetric |
        | {app:Reports} | true                               | 30                         | true                              |

    Scenario: An app that is only known has no row
      Given an uninstalled connected app "Stranger"
      When the admin queries "SELECT Name FROM ConnectedApplication WHERE Name = '{app:Stranger}'"
      Then the query returns nothing

    Scenario: An external client app
      Given an installed external client app "Pulse"
      When the admin queries "SELECT MasterLabel, DistributionState FROM ExternalClientApplication WHERE MasterLabel = '{app:Pulse}'"
      Then the query returns
        | MasterLabel | DistributionState |
        | {app:Pulse} | Managed           |

  @route:rest/query
  Rule: SetupAuditTrail tells who changed what

    Scenario: An administrator deactivates a user over the API
      Given the admin sends
        """
        PATCH /services/data/v67.0/sobjects/User/{user id:ada}
        Content-Type: application/json

        {"IsActive": false}
        """
      When the admin queries "SELECT Section, Action, CreatedBy.Username FROM SetupAuditTrail WHERE Action = 'deactivateduser'"
      Then the query returns
        | Section      | Action          | CreatedBy.Username |
        | Manage Users | deactivateduser | {username}         |

    Scenario: A reset password
      Given the admin sends
        """
        DELETE /services/data/v67.0/sobjects/User/{user id:ada}/password
        """
      When the admin queries "SELECT Display FROM SetupAuditTrail WHERE Action = 'resetpassword'"
      Then the query returns "Reset password for user ada"

    Scenario: Acts on an app
      Given "Reports" is blocked in the org
      And "Reports" is uninstalled from the org
      When the admin queries "SELECT Action FROM SetupAuditTrail WHERE Action LIKE '%ConnectedApplication' ORDER BY Id"
      Then the query returns
        | Action                         |
        | installConnectedApplication    |
        | blockConnectedApplication      |
        | uninstallConnectedApplication  |

    Scenario: A permission set is given and taken
      Given "ada" holds "Manage Users"
      When the admin queries "SELECT Display FROM SetupAuditTrail WHERE Action = 'PermSetAssign'"
      Then the query returns
        | Display                                                                 |
        | Permission set Manage_Users: assigned to user ada (UserID: [{any}]) |

    Scenario: Who does not see Setup does not see the trail
      Given a user "bob" with the profile "Standard Platform User"
      When "bob" queries "SELECT Id FROM SetupAuditTrail"
      Then the answer is the error "INVALID_TYPE"

  Rule: A refusal of the install gate leaves no row, unless the org's switch has it leave one

    Background:
      Given an uninstalled connected app "Foreign"

    @R-A1 @route:oauth/authorize @row:trace/gate
    Scenario: Nothing is left
      Given "ada" authorizes "Foreign"
      When the admin queries "SELECT COUNT() FROM LoginHistory WHERE UserId = '{user id:ada}' AND LoginType = 'Remote Access 2.0'"
      Then the query counts 0

    @R-A1 @route:oauth/authorize @row:trace/gate-switch
    Scenario: The status of a missing package is left
      Given the policy "gate_refusal_in_login_history" of the org is "true"
      And "ada" authorizes "Foreign"
      When the admin queries "SELECT Status FROM LoginHistory WHERE UserId = '{user id:ada}' AND LoginType = 'Remote Access 2.0'"
      Then the query returns "Package for this consumer is not installed in your organization"
