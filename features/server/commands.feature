@own-server
Feature: Commands
  A test suite runs beside a server that is there for it alone, and somebody says why a client does not reach one.

  @R-K6
  Scenario: A command finds its server by the variables
    When the test author runs "sf-mock exec -- sf-mock seed --org acme --accounts 2"
    Then the command ends with 0
    And it prints "acme: 2 accounts"

  @R-K6
  Scenario: It ends as the command did
    When the test author runs "sf-mock exec -- sf-mock seed --org nowhere"
    Then the command ends with 2
    And it prints "no org is called"

  @R-K6
  Scenario: A command that is not there
    When the test author runs "sf-mock exec -- no-such-command"
    Then the command ends with 127
    And it prints "cannot run no-such-command"

  @R-K6
  Scenario: Without a server the command is not run
    When the test author runs "sf-mock exec --world no-such-world.yaml -- sf-mock seed"
    Then the command ends with 2
    And it prints "no-such-world.yaml"

  @R-K6
  Scenario: The addresses of a server as variables
    When the test author runs "sf-mock env --proxy --port 9001 --test-port 9002"
    Then the command ends with 0
    And it prints "export SF_MOCK_URL='http://127.0.0.1:9001'"
    And it prints "export SF_MOCK_TEST_URL='http://127.0.0.1:9002'"
    And it prints "export SF_MOCK_CONTROL_URL='http://127.0.0.1:9001/_mock/v1'"
    And it prints "export HTTPS_PROXY='http://127.0.0.1:9001'"

  @R-K6
  Scenario: Addresses that are not known before the server runs
    When the test author runs "sf-mock env --port 0"
    Then the command ends with 2
    And it prints "port 0 leaves the address open"

  @R-K11
  Scenario: The doctor finds all well
    When the test author runs "sf-mock exec --proxy -- sf-mock doctor"
    Then the command ends with 0
    And it prints "a client that trusts the local CA connects through the proxy"
    And it prints "All is well."

  @R-K11
  Scenario: The doctor finds what keeps a client away
    When the test author runs "sf-mock exec -- sf-mock doctor --port 0 --test-port 0 --world no-such-world.yaml"
    Then the command ends with 1
    And it prints "PROBLEM data   the world file no-such-world.yaml cannot be used"
    And it prints "mend: "

  @R-G3 @R-K6
  Scenario: The Salesforce CLI is told where it is led before it runs
    When the test author runs "sf-mock sf --port 0 -- org list"
    Then the command ends with 2
    And it prints "port 0 leaves the address open"
