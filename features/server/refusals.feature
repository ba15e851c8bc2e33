@route:rest/query
Feature: Nothing breaks the server
  Whatever comes in, it is answered in the dialect of the place, and the server goes on.

  @R-F9
  Scenario Outline: <what>
    When the admin sends
      """
      <request>
      """
    Then the answer is a refusal of the client, not a failure of the server

    Examples:
      | what                          | request                                                                                        |
      | A query that is cut short     | GET /services/data/v67.0/query?q=SELECT+Id+FROM                                                 |
      | A query of odd bytes          | GET /services/data/v67.0/query?q=%FF%FE                                                         |
      | SQL instead of SOQL           | GET /services/data/v67.0/query?q=SELECT+*+FROM+sqlite_master                                    |
      | SQL in a record id            | GET /services/data/v67.0/sobjects/Account/1'%20OR%20'1'='1                                      |
      | SQL in an object name         | GET /services/data/v67.0/sobjects/Account;DROP%20TABLE%20Account                                |
      | A version of odd characters   | GET /services/data/v%00/sobjects                                                                |
      | Dots in the path              | GET /services/data/v67.0/../../../etc/passwd                                                    |

  @R-F9 @route:oauth/token
  Scenario Outline: A token request with <what>
    When somebody sends
      """
      POST /services/oauth2/token
      Content-Type: <type>

      <body>
      """
    Then the answer is a refusal of the client, not a failure of the server

    Examples:
      | what            | type                              | body                                    |
      | no parameters   | application/x-www-form-urlencoded | x                                       |
      | JSON            | application/json                  | {"grant_type": "refresh_token"}         |
      | odd bytes       | application/x-www-form-urlencoded | grant_type=%FF&code=%00                 |
      | doubled names   | application/x-www-form-urlencoded | grant_type=a&grant_type=b               |

  @R-F9 @route:rest/query
  Scenario Outline: Slashes at the beginning of a path count as one
    When the admin sends
      """
      GET <path>services/data/v67.0/query?q=SELECT+Id+FROM+Organization
      Authorization: Bearer {session}
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"totalSize": 1, "...": "{any}"}
      """

    Examples:
      | path |
      | /    |
      | //   |
      | ///  |

  @R-F9
  Scenario: A path of slashes leads nowhere
    When the admin sends
      """
      GET //nowhere.example/services/data
      """
    Then the answer has the status 404
