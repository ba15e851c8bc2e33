@R-F1
Feature: Reports and dashboards of an org that has none
  Their lists are empty, and no id leads to one.

  @route:rest/analytics
  Scenario: What there is
    When the admin reads "/analytics"
    Then the answer on the wire is
      """
      HTTP 200

      {"dashboards": "/services/data/v67.0/analytics/dashboards", "reports": "/services/data/v67.0/analytics/reports"}
      """

  Scenario Outline: A fresh org has no <path>
    When the admin reads "/analytics/<path>"
    Then the answer on the wire is
      """
      HTTP 200

      []
      """

    @route:rest/reports
    Examples:
      | path    |
      | reports |

    @route:rest/dashboards
    Examples:
      | path       |
      | dashboards |

  @route:rest/resources
  Scenario Outline: What no licence opens is not there: <path>
    When the admin reads "<path>"
    Then the answer on the wire is
      """
      HTTP 404

      [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
      """

    Examples:
      | path                                  |
      | /analytics/reports/00O000000000001AAA |
      | /knowledgeManagement/settings         |
      | /consent/action/email                 |
      | /nope                                 |
