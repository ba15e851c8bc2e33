@R-L2 @rfc9700
Feature: What is left lying about
  Logs are read by more people than databases, and files by every program of the machine.

  @C-sec/logs-clean @must @security @by:C @for:any
  Scenario: Output and log files hold no token, secret or code
    Proves: Nothing that the integration printed or logged during connects, refreshes and refusals holds a whole token, secret or code.
    In production: Log stores are copied, searched and kept for years; a refresh token in them is a key to a customer's org.
    Mend: Redact in one place, before the line is written; log the last six characters or a hash if you need to tell tokens apart.
    Source: jsforce/jsforce#597, tsmztech/mcp-server-salesforce#154.
    Given an integration
    And the integration is connected
    And the access session is ended
    And the integration makes a call
    And every token request is answered 400 "invalid_grant"
    And the access session is ended
    And the integration makes a call
    When the integration is restarted
    Then no output or log held a secret

  @C-sec/store-private @should @security @by:C @for:any @rfc6749-10.4
  Scenario: Files with tokens are their owner's only
    Proves: No file under the state directory that was written at connect may be read by others.
    In production: Every other program and user of the machine can take the tokens.
    Mend: Create the files with mode 0600, in a folder with mode 0700.
    Source: RFC 6749 section 10.4.
    Care: Not on file systems without modes.
    Given an integration
    When the integration has connected
    Then no file that holds a secret is open to others
