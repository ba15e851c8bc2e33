Feature: Versions and the root
  The list of API versions needs no login; everything below a version does.

  @R-F7 @route:rest/versions
  Scenario: The list of versions
    When somebody sends
      """
      GET /services/data
      """
    Then the answer on the wire is
      """
      HTTP 200
      Content-Type: application/json;charset=UTF-8
      Sforce-Limit-Info: (absent)

      [{"label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0"}, "..."]
      """

  @R-F4 @route:rest/resources
  Scenario: The root of a version
    When the admin sends
      """
      GET /services/data/v67.0/
      """
    Then the answer on the wire is
      """
      HTTP 200

      {
        "identity": "{url}",
        "sobjects": "/services/data/v67.0/sobjects",
        "query": "/services/data/v67.0/query",
        "queryAll": "/services/data/v67.0/queryAll",
        "limits": "/services/data/v67.0/limits",
        "...": "{any}"
      }
      """

  @R-F4 @route:rest/resources
  Scenario: The root of a version needs a token
    When somebody sends
      """
      GET /services/data/v67.0/
      """
    Then the answer has the status 401

  Scenario Outline: A version that <what>
    When the admin sends
      """
      GET /services/data/<version>/sobjects
      """
    Then the answer is the error "<code>"

    @R-F4 @route:rest/describe-global
    Examples:
      | what               | version | code      |
      | never was          | v99.0   | NOT_FOUND |
      | is no version      | v38     | NOT_FOUND |
      | was retired        | v26.0   | GONE      |
