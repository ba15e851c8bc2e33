@R-D11
Feature: Username-password flow
  An old way in that Salesforce has switched off for new orgs. Whatever is wrong, the client hears the same; the login history tells.

  @route:oauth/token
  Rule: Org and app allow it

    Background:
      Given a user "ada"
      And the policy "allow_username_password_flow" of the org is "true"
      And an installed connected app "Old" with
        | Flows | web_server refresh_token username_password |

    Scenario: The password with the security token behind it gives an access token and no refresh token
      When "Old" asks for tokens with
        | grant_type    | password                           |
        | client_id     | {key:Old}                          |
        | client_secret | {secret:Old}                       |
        | username      | {username:ada}                     |
        | password      | {password:ada}{security token:ada} |
      Then tokens are issued for "ada"
      And no refresh token is issued
      And the access token of "Old" works

    Scenario: From a trusted address the password alone does
      Given the org trusts every address
      When "Old" asks for tokens with
        | grant_type    | password       |
        | client_id     | {key:Old}      |
        | client_secret | {secret:Old}   |
        | username      | {username:ada} |
        | password      | {password:ada} |
      Then tokens are issued for "ada"

    Scenario Outline: Parameters in the address count like those of a form: <what>
      Given the org trusts every address
      When somebody sends
        """
        POST /services/oauth2/token?grant_type=password&client_id={key:Old}&client_secret={secret:Old}&username={username:ada}&password=<password>
        """
      Then the answer on the wire is
        """
        HTTP <status>

        <answer>
        """

      Examples:
        | what             | password       | status | answer                                                                       |
        | the right ones   | {password:ada} | 200    | {"token_type": "Bearer", "instance_url": "{string}", "...": "{any}"}          |
        | a wrong password | wrong          | 400    | {"error": "invalid_grant", "error_description": "authentication failure"}    |

    @row:password/wrong
    Scenario Outline: A login with <fault> fails, and the login history says <status>
      When "Old" asks for tokens with
        | grant_type    | password       |
        | client_id     | {key:Old}      |
        | client_secret | {secret:Old}   |
        | username      | {username:ada} |
        | password      | <password>     |
      Then the answer is the OAuth error "invalid_grant" saying "authentication failure"
      When the admin queries "SELECT Status FROM LoginHistory WHERE UserId = '{user id:ada}'"
      Then the query returns
        | Status   |
        | <status> |

      Examples:
        | fault                     | password                                | status                              |
        | a wrong password          | wrong                                   | Invalid password                    |
        | no security token         | {password:ada}                          | Failed: API security token required |
        | a wrong security token    | {password:ada}nonsense                  | Invalid password                    |
        | the token of nobody       | {security token:ada}                    | Invalid password                    |

    Scenario: A username that nobody has fails alike
      When "Old" asks for tokens with
        | grant_type    | password             |
        | client_id     | {key:Old}            |
        | client_secret | {secret:Old}         |
        | username      | nobody@nowhere.example |
        | password      | whatever             |
      Then the answer is the OAuth error "invalid_grant" saying "authentication failure"

    Scenario: An inactive user fails alike, and the login history knows
      Given "ada" is deactivated
      When "Old" asks for tokens with
        | grant_type    | password                           |
        | client_id     | {key:Old}                          |
        | client_secret | {secret:Old}                       |
        | username      | {username:ada}                     |
        | password      | {password:ada}{security token:ada} |
      Then the answer is the OAuth error "invalid_grant" saying "authentication failure"
      When the admin queries "SELECT Status FROM LoginHistory WHERE UserId = '{user id:ada}'"
      Then the query returns
        | Status           |
        | User is inactive |

    Scenario: A wrong secret is told before the password is looked at
      When "Old" asks for tokens with
        | grant_type    | password       |
        | client_id     | {key:Old}      |
        | client_secret | wrong          |
        | username      | {username:ada} |
        | password      | {password:ada} |
      Then the answer is the OAuth error "invalid_client" saying "invalid client credentials"

    Scenario: A missing username is asked for
      When "Old" asks for tokens with
        | grant_type    | password     |
        | client_id     | {key:Old}    |
        | client_secret | {secret:Old} |
        | password      | x            |
      Then the answer is the OAuth error "invalid_request" saying "username not provided"

  @route:oauth/token
  Rule: Somebody does not allow it

    @row:password/off
    Scenario: In an org that is not asked for it the flow is off, and only the login history says so
      Given a user "ada"
      And an installed connected app "Old" with
        | Flows | web_server refresh_token username_password |
      When "Old" asks for tokens with
        | grant_type    | password                           |
        | client_id     | {key:Old}                          |
        | client_secret | {secret:Old}                       |
        | username      | {username:ada}                     |
        | password      | {password:ada}{security token:ada} |
      Then the answer is the OAuth error "invalid_grant" saying "authentication failure"
      When the admin queries "SELECT Status FROM LoginHistory WHERE UserId = '{user id:ada}'"
      Then the query returns
        | Status                          |
        | Username-Password Flow Disabled |

    @row:password/uninstalled
    Scenario: An app that is not installed is refused with the words of the install gate
      Given a user "ada"
      And the policy "allow_username_password_flow" of the org is "true"
      And an uninstalled connected app "Old" with
        | Flows | web_server refresh_token username_password |
      When "Old" asks for tokens with
        | grant_type    | password                           |
        | client_id     | {key:Old}                          |
        | client_secret | {secret:Old}                       |
        | username      | {username:ada}                     |
        | password      | {password:ada}{security token:ada} |
      Then the answer is the OAuth error "invalid_client" saying "app must be installed into org"

    @R-B6
    @row:password/eca
    Scenario: An external client app has no such flow
      Given a user "ada"
      And the policy "allow_username_password_flow" of the org is "true"
      And an installed external client app "New"
      When "New" asks for tokens with
        | grant_type    | password                           |
        | client_id     | {key:New}                          |
        | client_secret | {secret:New}                       |
        | username      | {username:ada}                     |
        | password      | {password:ada}{security token:ada} |
      Then the answer is the OAuth error "unsupported_grant_type" saying "grant type not supported"
