@web
Feature: Refusals on the callback

  A user may say no. The answer comes as an error on the callback, and it is an answer, not an accident.

  @C-web/denial-handled @must @breakage @by:BH @for:web @rfc6749-4.1.2.1 @R-L2
  Scenario: After Deny nothing is exchanged and the user gets a page
    Proves: the callback's error is read before its code.
    In production: the callback crashes or posts an empty code, and support gets a stack trace instead of a decision.
    Mend: look at error first; show what it says and a button to try again.
    Source: RFC 6749 4.1.2.1
    Given an integration
    When the user denies access
    Then no code exchange was sent
    And the callback was answered
    And the connection is not "connected"

  @C-web/denial-no-loop @must @lockout @by:B @for:web @R-L2
  Scenario: A refusal never restarts authorization by itself
    Proves: only a person begins an authorization.
    In production: the browser runs in circles between the integration and Salesforce until the app's rate limit stops it.
    Mend: end every refused attempt on a page; let a button begin the next.
    Source: HappySoup.io#252
    Given an integration
    When the user denies access
    Then nothing asked for a new authorization
