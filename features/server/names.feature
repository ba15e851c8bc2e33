@R-K8
Feature: Salesforce's own names
  A client that is sent to this server under a Salesforce name is answered under that name.

  @route:oauth/discovery
  Scenario Outline: <host> is a login host
    When somebody asks for "/.well-known/openid-configuration" at the host "<host>"
    Then the answer names
      | issuer         | <scheme>://<host>                        |
      | token_endpoint | <scheme>://<host>/services/oauth2/token  |

    Examples:
      | host                 | scheme |
      | login.salesforce.com | http   |
      | test.salesforce.com  | http   |
      | login.localhost      | http   |
      | test.localhost       | http   |

  @route:oauth/token
  Scenario: A token asked for at the login name belongs to the My Domain
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When somebody sends
      """
      POST /services/oauth2/token
      Host: login.salesforce.com
      Content-Type: application/x-www-form-urlencoded

      grant_type=refresh_token&refresh_token={refresh token:Reports}&client_id={key:Reports}&client_secret={secret:Reports}
      """
    Then the answer names
      | instance_url | http://{org}.my.salesforce.com                      |
      | id           | http://login.salesforce.com/id/{org id}/{id}        |

  @R-D14 @route:oauth/auth-configuration
  Scenario: A My Domain tells mobile apps of its login page
    Given an org
    When somebody asks for "/.well-known/auth-configuration" at the host "{org}.my.salesforce.com"
    Then the answer names
      | Url | http://{org}.my.salesforce.com |

  @R-D14 @route:oauth/auth-configuration
  Scenario: A login host has no login page of its own to tell of
    When somebody asks for "/.well-known/auth-configuration" at the host "login.salesforce.com"
    Then the answer has the status 404

  @route:rest/limits
  Scenario: A session works on the My Domain of its org
    Given an org
    When the admin reads the limits at the host "{org}.my.salesforce.com"
    Then the answer has the status 200

  @route:rest/limits
  Scenario: A session is worth nothing on the My Domain of another org
    Given an org
    And another org
    When the admin reads the limits at the host "{org:another org}.my.salesforce.com"
    Then the answer is the error "INVALID_SESSION_ID"

  @route:rest/limits @row:rest/login-host
  Scenario Outline: A session is told to go to its My Domain when it comes to the login host <host>
    Given an org
    When the admin reads the limits at the host "<host>"
    Then the answer on the wire is
      """
      HTTP 404
      Content-Type: application/json;charset=UTF-8

      [{"message":"Destination URL not reset. The URL returned from login must be set","errorCode":"URL_NOT_RESET"}]
      """

    Examples:
      | host                 |
      | login.salesforce.com |
      | test.localhost       |

  @route:rest/limits
  Scenario: A sandbox has a name of its own
    Given a sandbox of the org
    When the admin of the sandbox reads the limits at the host "{org}--uat.sandbox.my.salesforce.com"
    Then the answer has the status 200

  @route:oauth/token
  Scenario: A production app's token is refused at the test name
    Given a user "ada"
    And an installed connected app "Reports"
    And "ada" has connected "Reports"
    When somebody sends
      """
      POST /services/oauth2/token
      Host: test.salesforce.com
      Content-Type: application/x-www-form-urlencoded

      grant_type=refresh_token&refresh_token={refresh token:Reports}&client_id={key:Reports}&client_secret={secret:Reports}
      """
    Then the answer is the OAuth error "invalid_grant" saying "expired access/refresh token"

  Rule: The login port is a forward proxy for these names

    @route:oauth/discovery
    Scenario: Plain HTTP through the proxy
      Given the client goes through the forward proxy
      When somebody sends
        """
        GET http://login.salesforce.com/.well-known/openid-configuration
        """
      Then the answer names
        | issuer | http://login.salesforce.com |

    @tls @route:oauth/discovery
    Scenario: HTTPS through the proxy ends in this server, with a certificate of the local CA
      Given the client goes through the forward proxy and trusts the local CA
      When somebody sends
        """
        GET https://login.salesforce.com/.well-known/openid-configuration
        """
      Then the answer names
        | issuer | https://login.salesforce.com |

    @route:oauth/discovery
    Scenario: It leads nowhere else
      Given the client goes through the forward proxy
      When somebody sends
        """
        GET http://example.com/
        """
      Then the answer has the status 403

  @tls @route:oauth/discovery
  Scenario: HTTPS beside HTTP
    Given the client trusts the local CA
    When somebody asks for "/.well-known/openid-configuration" over TLS
    Then the answer names
      | issuer | https://{any} |
