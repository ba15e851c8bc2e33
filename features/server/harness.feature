@own-server
Feature: The harness
  Features that somebody wrote are run with the phrases of the catalogue, by a program that is told nothing else, and reports are kept.

  @R-L3
  Rule: Features of one's own

    Background:
      Given the file "orders.feature" with
        """
        Feature: Orders
          Scenario: An account for every customer
            Given these Account records
              | Name |
              | Acme |
            When the admin queries "SELECT Name FROM Account"
            Then the query returns "Acme"
        """

    Scenario: They run as they were written
      When the test author runs "sf-conformance run orders.feature"
      Then the command ends with 0
      And it prints "1 scenarios: 1 passed"

    Scenario: One that does not hold is told with what was seen
      Given the file "wrong.feature" with
        """
        Feature: Orders
          Scenario: An account that nobody made
            Given an org
            When the admin queries "SELECT Name FROM Account"
            Then the query returns "Acme"
        """
      When the test author runs "sf-conformance run wrong.feature"
      Then the command ends with 1
      And it prints "FAILED wrong.feature:2"

    Scenario: A phrase that nobody knows is answered with the nearest one
      Given the file "typo.feature" with
        """
        Feature: Orders
          Scenario: A slip of the pen
            Given an org
            When the admin queries "SELECT Name FROM Account"
            Then the query gives "Acme"
        """
      When the test author runs "sf-conformance lint typo.feature"
      Then the command ends with 1
      And it prints "Then the query returns {string}"

    Scenario: What was written well has no fault
      When the test author runs "sf-conformance lint orders.feature"
      Then the command ends with 0
      And it prints "0 faults in 1 file"

    Scenario: The phrases are listed
      When the test author runs "sf-conformance steps queries"
      Then the command ends with 0
      And it prints "{user} queries {string}"

    Scenario: Features that are not there
      When the test author runs "sf-conformance run nothing.feature"
      Then the command ends with 2
      And it prints "nothing at nothing.feature"

    Scenario: A choice that leaves nothing to run
      When the test author runs "sf-conformance run orders.feature --tags @nothing"
      Then the command ends with 1
      And it prints "no scenario fits --tags"

    Scenario: A server that does not answer
      When the test author runs "sf-conformance run orders.feature --url http://127.0.0.1:1 --control-url http://127.0.0.1:1/_mock/v1"
      Then the command ends with 3
      And it prints "no server can be used at http://127.0.0.1:1"

  @R-L4
  Rule: Reports

    Background:
      Given the file "wrong.feature" with
        """
        Feature: Orders
          Scenario: An account that nobody made
            Given an org
            When the admin queries "SELECT Name FROM Account"
            Then the query returns "Acme"
        """

    Scenario: Every kind of report tells of the same scenario
      When the test author runs "sf-conformance run wrong.feature --junit out/junit.xml --ndjson out/messages.ndjson --html out/report.html --markdown out/summary.md --github"
      Then the command ends with 1
      And it prints "FAILED wrong.feature:2  Orders / An account that nobody made"
      And it prints "::error file=wrong.feature"
      And it has written "out/junit.xml", which says "An account that nobody made"
      And it has written "out/messages.ndjson", which says "testCaseFinished"
      And it has written "out/report.html", which says "/services/data/"
      And it has written "out/summary.md", which says "An account that nobody made"

    Scenario: A report that cannot be written is named
      When the test author runs "sf-conformance run wrong.feature --junit wrong.feature/junit.xml"
      Then the command ends with 3
      And it prints "cannot write wrong.feature/junit.xml"
