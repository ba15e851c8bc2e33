@R-E4 @route:pages/log-in
Feature: Lockout
  After too many wrong passwords in a row a user is locked out for a while.

  @security @attack:brute-force
  Scenario: After ten wrong passwords the right one does not help
    Given a user "ada"
    When "ada" logs in with a wrong password 10 times
    And "ada" logs in
    Then "ada" is refused the login
    When the admin queries "SELECT Status FROM LoginHistory WHERE LoginType = 'Application' ORDER BY LoginTime DESC, Id DESC LIMIT 1"
    Then the query returns "Password lockout"

  @security @attack:brute-force
  Scenario: After nine it does
    Given a user "ada"
    When "ada" logs in with a wrong password 9 times
    And "ada" logs in
    Then "ada" is in

  Scenario: An org can be stricter
    Given a user "ada"
    And the policy "login_attempts" of the org is "3"
    When "ada" logs in with a wrong password 3 times
    And "ada" logs in
    Then "ada" is refused the login

  @serial
  Scenario: After a quarter of an hour the user may try again
    Given a user "ada"
    When "ada" logs in with a wrong password 10 times
    And 16 minutes pass
    And "ada" logs in
    Then "ada" is in

  @security @attack:brute-force
  Scenario: Lockout holds for SOAP, too
    Given a user "ada"
    And an installed connected app "Reports"
    When "ada" logs in with a wrong password 10 times
    And "Reports" opens a session of "ada" by SOAP from the address "203.0.113.7"
    Then the answer has the status 500
    And the answer mentions "INVALID_LOGIN"

  Scenario: A password reset unlocks the user
    Given a user "ada"
    When "ada" logs in with a wrong password 10 times
    And an admin resets the password of "ada"
    And "ada" opens the link of the newest e-mail
    And "ada" chooses the password "chosen-anew-7"
    Then "ada" is in
