@R-D1
Feature: Attacks on the authorize and token endpoints
  What RFC 9700 warns of is refused as Salesforce refuses it, before anything has been given away.

  Background:
    Given a user "ada"

  @R-B10 @route:oauth/authorize
  Rule: A callback that only looks like a registered one is none

    Scenario Outline: <trick>
      Given an installed connected app "Reports"
      When "ada" begins to authorize "Reports" with
        | redirect_uri | <address> |
      Then "ada" is refused outright with "redirect_uri_mismatch" saying "redirect_uri must match configuration"

      Examples:
        | trick                                    | address                                            |
        | The registered one with a longer host    | https://client.example.evil.example/callback       |
        | A longer last segment                    | https://client.example/callback2                   |
        | Another path                             | https://client.example/other                       |
        | Steps up and down again                  | https://client.example/x/../callback               |
        | A port                                   | https://client.example:8443/callback               |
        | Another scheme                           | http://client.example/callback                     |
        | A host in capitals                       | https://CLIENT.example/callback                    |
        | The registered host as user information  | https://client.example@evil.example/callback       |
        | A fragment                               | https://client.example/callback#x                  |
        | A query                                  | https://client.example/callback?x=1                |
        | An encoded letter                        | https://client.example/%63allback                  |
        | A backslash                              | https://client.example\\@evil.example/callback      |
        | A space before it                        | %20https://client.example/callback             |
        | No host at all                           | //client.example/callback                          |
        | A script                                 | javascript:alert(1)                                |

  @route:oauth/authorize
  Rule: What comes back in a redirect cannot break out of it

    Scenario Outline: <what>
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET /services/oauth2/authorize?response_type=code&client_id={key:Reports}&redirect_uri=https%3A%2F%2Fclient.example%2Fcallback&immediate=true&state=<state>
        """
      Then the answer on the wire is
        """
        HTTP 302
        Location: https://client.example/callback?error=immediate_unsuccessful&error_description=immediate%20unsuccessful&state=<back>
        """

      Examples:
        | what                        | state                         | back                          |
        | A line break in the state   | a%0D%0ASet-Cookie%3A%20sid%3D | a%0D%0ASet-Cookie%3A%20sid%3D |
        | Another parameter           | a%26code%3Dstolen             | a%26code%3Dstolen             |
        | A fragment                  | a%23access_token%3Dx          | a%23access_token%3Dx          |

  @route:rest/limits
  Rule: A token in an address is none

    Scenario Outline: As <parameter>
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET /services/data/v67.0/limits?<parameter>={access token:Reports}
        """
      Then the answer has the status 401

      Examples:
        | parameter    |
        | access_token |
        | oauth_token  |
        | sid          |
