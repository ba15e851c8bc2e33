@R-K1
Feature: Bodies and queries of the control API
  Whoever writes a call that does not fit is told which member is wrong, and what was expected.

  Scenario Outline: A member that a new <what> must have is named
    Given an org
    When the test author creates "<path>" from
      """
      {}
      """
    Then the control API refuses with 400 and names '"field":"<member>"'

    @route:control/orgs-add
    Examples:
      | what | path  | member |
      | org  | /orgs | name   |

    @route:control/apps-add
    Examples:
      | what | path  | member |
      | app  | /apps | name   |

    @route:control/packages-add
    Examples:
      | what    | path      | member |
      | package | /packages | name   |

    @route:control/users-add
    Examples:
      | what | path              | member |
      | user | /orgs/{org}/users | name   |

    @route:control/records-add
    Examples:
      | what   | path                | member |
      | record | /orgs/{org}/records | type   |

    @route:control/objects-add
    Examples:
      | what          | path                | member |
      | custom object | /orgs/{org}/objects | name   |

    @route:control/custom-fields-add
    Examples:
      | what         | path                      | member |
      | custom field | /orgs/{org}/custom-fields | object |

    @route:control/sessions-add
    Examples:
      | what    | path                 | member   |
      | session | /orgs/{org}/sessions | username |

    @route:control/faults-add
    Examples:
      | what  | path    | member |
      | fault | /faults | action |

  @route:control/orgs-add
  Scenario: A member that is missing further inside is named with its way
    When the test author creates "/orgs" from
      """
      {"name": "{unique:fresh}", "users": [{"name": "ada"}, {"username": "eve@eve.example"}]}
      """
    Then the control API refuses with 400 and names '"field":"users[1].name"'

  Scenario Outline: A body that is no JSON object <where> is refused as a whole
    Given an org
    When the test author creates "<path>" from
      """
      []
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/problem+json

      {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "a JSON object is expected"}
      """

    @route:control/orgs-add
    Examples:
      | where      | path  |
      | for an org | /orgs |

    @route:control/clock-change
    Examples:
      | where         | path   |
      | for the clock | /clock |

    @route:control/faults-add
    Examples:
      | where       | path    |
      | for a fault | /faults |

  @route:control/faults-add
  Scenario: A body that is no JSON names no member
    When the test author sends
      """
      POST /_mock/v1/faults
      Content-Type: application/json

      {"action":
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/problem+json

      {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "the body is no JSON: {string}"}
      """

  @route:control/orgs
  Scenario: A method that an address does not take
    When the test author sends
      """
      PUT /_mock/v1/orgs
      Content-Type: application/json

      {}
      """
    Then the answer on the wire is
      """
      HTTP 405
      Allow: HEAD, GET, POST
      Content-Type: application/problem+json

      {"type": "about:blank", "title": "Method Not Allowed", "status": 405, "detail": "expected HEAD, GET, POST"}
      """

  @route:control/records-add
  Rule: One record or many

    Scenario: What is wrong with the only record is named as it stands in the body
      Given an org
      When the test author creates "/orgs/{org}/records" from
        """
        {"type": "Acount", "fields": {"Name": "Acme"}}
        """
      Then the control API refuses with 400 and names '"field":"type"'

    Scenario: What is wrong with one of many is named with its number
      Given an org
      When the test author creates "/orgs/{org}/records" from
        """
        [{"type": "Account", "fields": {"Name": "Acme"}}, {"type": "Acount", "fields": {"Name": "Blue"}}]
        """
      Then the control API refuses with 400 and names '"field":"records[1].type"'

    Scenario: A member that one of many lacks is named alike
      Given an org
      When the test author creates "/orgs/{org}/records" from
        """
        [{"type": "Account", "fields": {"Name": "Acme"}}, {"fields": {"Name": "Blue"}}]
        """
      Then the control API refuses with 400 and names '"field":"records[1].type"'

  @route:control/record-change
  Rule: What of a record can be changed

    Scenario: Its fields, whatever else of it is said again
      Given these Account records
        | Name |
        | Acme |
      When the test author changes "/orgs/{org}/records/{id:Acme}" by
        """
        {"type": "Account", "fields": {"Type": "Prospect"}}
        """
      Then the Account "Acme" has
        | Type | Prospect |

    Scenario Outline: Not its <member>
      Given these Account records
        | Name |
        | Acme |
      When the test author changes "/orgs/{org}/records/{id:Acme}" by
        """
        <body>
        """
      Then the control API refuses with 400 and names '"field":"<member>"'
      And the Account "Acme" has
        | Type | null |

      Examples:
        | member | body                                                     |
        | type   | {"type": "Contact"}                                      |
        | type   | {"type": "Contact", "fields": {"Type": "Prospect"}}      |
        | id     | {"id": "001000000000001AAA", "Type": "Prospect"}         |
        | ref    | {"ref": "a1", "Type": "Prospect"}                        |
        | Name   | {"Name": "Blue", "fields": {"Type": "Prospect"}}         |
        | fields | {"fields": "Type"}                                       |

  @route:control/records
  Rule: Records of one object

    Scenario: They are listed alone
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName |
        | Smith    |
      When the test author reads "/orgs/{org}/records?type=Contact"
      Then the answer on the wire is
        """
        HTTP 200

        {"records": [{"type": "Contact", "fields": {"LastName": "Smith", "...": "{any}"}, "...": "{any}"}], "records_truncated": false}
        """

    Scenario Outline: <what> is refused
      Given an org
      When the test author reads "/orgs/{org}/records?<query>"
      Then the control API refuses with 400 and names '"field":"<parameter>"'

      Examples:
        | what                            | query       | parameter |
        | An object that the org has not  | type=Acount | type      |
        | A parameter that nobody reads   | limit=5     | limit     |

  Rule: An org or app that a query names and nobody knows is a parameter that is wrong

    Scenario Outline: <parameter> of <path>
      When the test author reads "<path>?<parameter>=nobody"
      Then the control API refuses with 400 and names '"field":"<parameter>"'

      @route:control/requests
      Examples:
        | path      | parameter |
        | /requests | org       |
        | /requests | app       |

      @route:control/refusals
      Examples:
        | path      | parameter |
        | /refusals | org       |
        | /refusals | app       |

      @route:control/outbox
      Examples:
        | path    | parameter |
        | /outbox | org       |

  @R-K4 @route:control/faults-add
  Rule: A fault that nothing could meet is refused

    Scenario Outline: Because of its <member>
      When the test author creates "/faults" from
        """
        {"match": {"<member>": "<value>"}, "action": {"hold": true}}
        """
      Then the control API refuses with 400 and names '"field":"match.<member>"'

      Examples:
        | member | value        |
        | route  | rest/nothing |
        | method | BREW         |
        | flow   | nonsense     |
        | org    | nobody       |
        | app    | nobody       |
        | user   | nobody       |

    Scenario: A method may be written small
      Given an org
      When the test author creates "/faults" from
        """
        {"match": {"method": "patch", "flow": "jwt_bearer", "org": "{org}"}, "action": {"hold": true}}
        """
      Then the answer has the status 201
