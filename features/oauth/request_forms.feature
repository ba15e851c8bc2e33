@R-D1
Feature: How requests and answers are spelled
  Clients spell forms, headers and addresses in many ways. What Salesforce takes is taken, and what it does not see is missing.

  Background:
    Given a user "ada"
    And the org's own connected app "Daemon" with
      | Flows        | client_credentials |
      | OAuth Scopes | api                |
    And the org's policy for "Daemon" is
      | Run As | {username:ada} |

  @route:oauth/token @row:common/form
  Rule: A token request is a form

    Scenario Outline: <what> is one
      When somebody sends
        """
        POST <address>
        Content-Type: <type>

        <body>
        """
      Then the answer has the status 200

      Examples:
        | what                                  | address                                | type                                               | body                                                                              |
        | A form                                | /services/oauth2/token                 | application/x-www-form-urlencoded                  | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon} |
        | A form that tells its charset         | /services/oauth2/token                 | application/x-www-form-urlencoded; charset=UTF-8   | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon} |
        | A type in capitals                    | /services/oauth2/token                 | APPLICATION/X-WWW-FORM-URLENCODED                  | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon} |
        | A form with a device in the address   | /services/oauth2/token?device_id=abc   | application/x-www-form-urlencoded                  | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon} |
        | A slash at the end of the address     | /services/oauth2/token/                | application/x-www-form-urlencoded                  | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon} |
        | Two slashes at the beginning          | //services/oauth2/token                | application/x-www-form-urlencoded                  | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon} |

    Scenario: All of it may stand in the address
      When somebody sends
        """
        POST /services/oauth2/token?grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon}
        """
      Then the answer names
        | token_type | Bearer |

    Scenario: The body wins over the address
      When somebody sends
        """
        POST /services/oauth2/token?client_secret=wrong
        Content-Type: application/x-www-form-urlencoded

        grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon}
        """
      Then the answer has the status 200

    Scenario: Parts of several kinds, as the Salesforce CLI sends them
      When somebody sends
        """
        POST /services/oauth2/token
        Content-Type: multipart/form-data; boundary=x

        --x
        Content-Disposition: form-data; name="grant_type"

        client_credentials
        --x
        Content-Disposition: form-data; name="client_id"

        {key:Daemon}
        --x
        Content-Disposition: form-data; name="client_secret"

        {secret:Daemon}
        --x--
        """
      Then the answer has the status 200

    @row:common/no-form
    Scenario Outline: <what> is none, so the grant type is missing
      When somebody sends
        """
        POST /services/oauth2/token
        Content-Type: <type>

        <body>
        """
      Then the answer is the OAuth error "unsupported_grant_type" saying "grant type not supported"

      Examples:
        | what                      | type                      | body                                                                                                     |
        | JSON                      | application/json          | {"grant_type":"client_credentials","client_id":"{key:Daemon}","client_secret":"{secret:Daemon}"}         |
        | A form that claims JSON   | application/json          | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon}                       |
        | Text                      | text/plain;charset=UTF-8  | grant_type=client_credentials&client_id={key:Daemon}&client_secret={secret:Daemon}                       |

    @row:token/must-post
    Scenario Outline: <method> is not how tokens are asked for
      When somebody sends
        """
        <method> /services/oauth2/token
        """
      Then the answer on the wire is
        """
        HTTP 400
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"error":"invalid_request","error_description":"must use HTTP POST"}
        """

      Examples:
        | method |
        | GET    |
        | PUT    |
        | DELETE |

  @route:oauth/token @row:common/format
  Rule: The answer has the form that was asked for, and a parameter wins over the header

    Scenario Outline: <what>
      When somebody sends
        """
        POST /services/oauth2/token<query>
        Content-Type: application/x-www-form-urlencoded
        Accept: <accept>

        grant_type=magic<parameter>
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: <type>

        <body>
        """

      Examples:
        | what                              | query       | accept                            | parameter          | type                                            | body                                                                                                                                                   |
        | Anything                          |             | */*                               |                    | application/json;charset=UTF-8                  | {"error":"unsupported_grant_type","error_description":"grant type not supported"}                                                                      |
        | XML by the header                 |             | application/xml                   |                    | application/xml;charset=UTF-8                   | <?xml version="1.0" encoding="UTF-8"?><OAuth><error>unsupported_grant_type</error><error_description>grant type not supported</error_description></OAuth> |
        | A form by the header              |             | application/x-www-form-urlencoded |                    | application/x-www-form-urlencoded;charset=UTF-8 | error=unsupported_grant_type&error_description=grant+type+not+supported                                                                                |
        | JSON by the parameter             |             | application/xml                   | &format=json       | application/json;charset=UTF-8                  | {"error":"unsupported_grant_type","error_description":"grant type not supported"}                                                                      |
        | A form by the parameter           |             | application/json                  | &format=urlencoded | application/x-www-form-urlencoded;charset=UTF-8 | error=unsupported_grant_type&error_description=grant+type+not+supported                                                                                |
        | XML by a parameter of the address | ?format=xml | application/json                  |                    | application/xml;charset=UTF-8                   | <?xml version="1.0" encoding="UTF-8"?><OAuth><error>unsupported_grant_type</error><error_description>grant type not supported</error_description></OAuth> |

  @R-D2 @route:oauth/pkce-generator
  Rule: A client that cannot hash has its verifier made

    Scenario: Verifier and challenge
      When somebody sends
        """
        GET /services/oauth2/pkce/generator
        """
      Then the answer on the wire is
        """
        HTTP 200
        Cache-Control: no-store
        Content-Type: application/json;charset=UTF-8

        {"code_verifier": "{string}", "code_challenge": "{string}"}
        """

    Scenario: They fit each other
      Given an installed connected app "Reports"
      And somebody has sent
        """
        GET /services/oauth2/pkce/generator
        """
      And "/code_verifier" of the answer is noted as "verifier"
      And "/code_challenge" of the answer is noted as "challenge"
      And "ada" has authorized "Reports" with
        | code_challenge | {note:challenge} |
      When "Reports" redeems the code with
        | code_verifier | {note:verifier} |
      Then tokens are issued

  @R-D14
  Rule: Web pages of anywhere read what is public, and nothing else

    @route:oauth/discovery @route:oauth/keys
    Scenario Outline: <path> may be read
      When somebody sends
        """
        GET <path>
        Origin: https://spa.example
        """
      Then the answer on the wire is
        """
        HTTP 200
        Access-Control-Allow-Origin: *
        Content-Type: application/json;charset=UTF-8
        Cache-Control: no-cache,must-revalidate,max-age=0,no-store,private
        """

      Examples:
        | path                              |
        | /.well-known/openid-configuration |
        | /id/keys                          |

    @route:oauth/discovery
    Scenario: So says the question before
      When somebody sends
        """
        OPTIONS /.well-known/openid-configuration
        Origin: https://spa.example
        Access-Control-Request-Method: GET
        Access-Control-Request-Headers: x-requested-with
        """
      Then the answer on the wire is
        """
        HTTP 200
        Access-Control-Allow-Origin: *
        Access-Control-Allow-Methods: GET, HEAD, OPTIONS
        Access-Control-Allow-Headers: x-requested-with
        """

    @route:oauth/token @route:oauth/userinfo
    Scenario Outline: <path> is for origins that an org lists
      When somebody sends
        """
        OPTIONS <path>
        Origin: https://spa.example
        Access-Control-Request-Method: POST
        """
      Then the answer has the status 403

      Examples:
        | path                      |
        | /services/oauth2/token    |
        | /services/oauth2/userinfo |
