@security
Feature: Guessing
  Passwords and one-time codes lock after a few wrong guesses; what is too long to be guessed is compared without telling how near a guess was.

  Background:
    Given a user "ada"

  @attack:brute-force @R-E4
  Rule: Passwords

    @route:pages/log-in
    Scenario: Ten wrong guesses at the login page lock the user out, and nobody is told
      When "ada" logs in with a wrong password 10 times
      And "ada" logs in
      Then "ada" is refused the login

    @route:pages/log-in
    Scenario: Nine do not
      When "ada" logs in with a wrong password 9 times
      And "ada" logs in
      Then "ada" is in

    @route:pages/log-in
    Scenario: Guesses at several doors are counted together
      Given the policy "allow_username_password_flow" of the org is "true"
      And an installed connected app "Robot" with
        | Flows | username_password |
      When "ada" logs in with a wrong password 5 times
      And "ada" fails 5 times to log in over SOAP
      And "ada" logs in
      Then "ada" is refused the login

    @route:pages/log-in
    Scenario: A username that nobody has is refused in the same words
      When "ada" opens the page "Login"
      And "ada" enters the username "nobody@nowhere.example" and the password "wrong"
      Then "ada" is refused the login

    @route:oauth/forgot-password @R-D13
    Scenario: A forgotten password is no way to learn the present one
      Given the policy "allow_code_and_credentials_flow" of the org is "true"
      And "ada" has forgotten the password
      When somebody sends
        """
        POST {site}/services/auth/headless/forgot_password
        Content-Type: application/json

        {"username": "{username:ada}", "otp": "000000x", "newpassword": "{password:ada}"}
        """
      Then the answer is the OAuth error "invalid_otp" saying "invalid verification code"

    @route:oauth/forgot-password @R-D13
    Scenario: With the right code the present password is refused, and the code stays good
      Given the policy "allow_code_and_credentials_flow" of the org is "true"
      And "ada" has forgotten the password
      When somebody sends
        """
        POST {site}/services/auth/headless/forgot_password
        Content-Type: application/json

        {"username": "{username:ada}", "otp": "{note:otp}", "newpassword": "{password:ada}"}
        """
      Then the answer is the OAuth error "invalid_request" saying "invalid repeated password"
      When somebody sends
        """
        POST {site}/services/auth/headless/forgot_password
        Content-Type: application/json

        {"username": "{username:ada}", "otp": "{note:otp}", "newpassword": "chosen-anew-7"}
        """
      Then the answer has the status 200

    @route:oauth/forgot-password @R-D13
    Scenario: A password that was chosen by code ends the sessions of the one before
      Given the policy "allow_code_and_credentials_flow" of the org is "true"
      And "ada" is logged in
      And "ada" has forgotten the password
      When somebody sends
        """
        POST {site}/services/auth/headless/forgot_password
        Content-Type: application/json

        {"username": "{username:ada}", "otp": "{note:otp}", "newpassword": "chosen-anew-7"}
        """
      And "ada" opens the path "/home/home.jsp" without logging in
      Then "ada" is asked to log in

  @attack:brute-force
  Rule: One-time codes

    @route:pages/send-code @R-K12
    Scenario: Five wrong codes end the login, and the right one does not help any more
      Given the policy "require_mfa" of the org is "true"
      When "ada" logs in
      And "ada" enters the code "1"
      And "ada" enters the code "2"
      And "ada" enters the code "3"
      And "ada" enters the code "4"
      And "ada" enters the code "5"
      Then "ada" is asked to log in

    @route:pages/send-code @R-K12
    Scenario: After four the right one does
      Given the policy "require_mfa" of the org is "true"
      When "ada" logs in
      And "ada" enters the code "1"
      And "ada" enters the code "2"
      And "ada" enters the code "3"
      And "ada" enters the code "4"
      And "ada" enters the code of the newest e-mail
      Then "ada" is in

    @route:pages/send-code @R-K12
    Scenario: Another code does not give more guesses
      Given the policy "require_mfa" of the org is "true"
      When "ada" logs in
      And "ada" enters the code "1"
      And "ada" enters the code "2"
      And "ada" enters the code "3"
      And "ada" presses "Resend Code"
      And "ada" enters the code "4"
      And "ada" enters the code "5"
      Then "ada" is asked to log in

    @route:oauth/authorize-headless @R-D13
    Scenario: Five wrong codes of a passwordless login end the code
      Given an installed connected app "Shop" with
        | Flows        | code_credentials        |
        | Callback URL | https://shop.example/cb |
      And the org's policy for "Shop" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      And the policy "allow_code_and_credentials_flow" of the org is "true"
      And "ada" has asked to log in without a password
      And "Shop" has sent the code "000000x" as "passwordless-login" 5 times
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer is the OAuth error "invalid_otp" saying "invalid verification code"

    @route:oauth/authorize-headless @R-D13
    Scenario: After four the right one logs in
      Given an installed connected app "Shop" with
        | Flows        | code_credentials        |
        | Callback URL | https://shop.example/cb |
      And the org's policy for "Shop" is
        | Permitted Users | Admin approved users are pre-authorized |
        | Profiles        | Standard User                           |
      And the policy "allow_code_and_credentials_flow" of the org is "true"
      And "ada" has asked to log in without a password
      And "Shop" has sent the code "000000x" as "passwordless-login" 4 times
      When "Shop" sends the code of "ada" as "passwordless-login"
      Then the answer mentions "aPrx"

  @attack:brute-force @R-D8 @route:pages/connect-device
  Rule: Codes of devices are too long to be guessed before they expire

    Background:
      Given an installed connected app "Scanner" with
        | Flows        | device refresh_token |
        | OAuth Scopes | api refresh_token    |
      And "Scanner" has asked for a device code

    Scenario: Guesses find nothing, and do not spoil the code for its user
      Given "ada" has tried 20 device codes that nobody was given
      And "ada" has connected the device
      When "Scanner" polls
      Then tokens are issued for "ada"

    @serial @R-K3
    Scenario: A code that expired is refused in the words of one that was guessed
      Given 11 minutes have passed
      When "ada" enters the device code "{note:user code}"
      Then the page tells "ada" "The code is invalid or has expired."

  @attack:brute-force @R-D1 @route:oauth/token
  Rule: Secrets of apps cannot be guessed, and nobody can lock an app out by trying

    Scenario: After twenty wrong secrets the right one works
      Given an installed connected app "Reports"
      And "Reports" has guessed its secret 20 times
      And "ada" has authorized "Reports"
      When "Reports" redeems the code
      Then tokens are issued for "ada"

  @attack:timing @R-D1
  Rule: A guess that is nearly right is refused as one that is wrong from its first letter

    @route:oauth/token
    Scenario: The right secret
      Given an installed connected app "Reports" with
        | Consumer Secret | 0123456789ABCDEF0123456789ABCDEF |
      And "ada" has authorized "Reports"
      When "Reports" redeems the code
      Then tokens are issued for "ada"

    @route:oauth/token
    Scenario Outline: A secret <how>
      Given an installed connected app "Reports" with
        | Consumer Secret | 0123456789ABCDEF0123456789ABCDEF |
      And "ada" has authorized "Reports"
      When "Reports" redeems the code with
        | client_secret | <secret> |
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/json;charset=UTF-8

        {"error": "invalid_client", "error_description": "invalid client credentials"}
        """

      Examples:
        | how                                | secret                                    |
        | with another first letter          | X123456789ABCDEF0123456789ABCDEF          |
        | with another last letter           | 0123456789ABCDEF0123456789ABCDEX          |
        | that lacks its last letter         | 0123456789ABCDEF0123456789ABCDE           |
        | with one letter more               | 0123456789ABCDEF0123456789ABCDEF0         |
        | in small letters                   | 0123456789abcdef0123456789abcdef          |
        | with a space behind it             | 0123456789ABCDEF0123456789ABCDEF%20       |

    @route:pages/log-in
    Scenario Outline: A password <how>
      Given a user "tim" with the password "secret-of-tim-7"
      When "tim" logs in with the password "<password>"
      Then "tim" is refused the login

      Examples:
        | how                        | password         |
        | with another first letter  | Xecret-of-tim-7  |
        | with another last letter   | secret-of-tim-X  |
        | that lacks its last letter | secret-of-tim-   |
        | with one letter more       | secret-of-tim-77 |
        | in other letters           | SECRET-OF-TIM-7  |

    @route:pages/log-in
    Scenario: The right password
      Given a user "tim" with the password "secret-of-tim-7"
      When "tim" logs in
      Then "tim" is in

    @route:rest/limits
    Scenario Outline: A token <how>
      Given an installed connected app "Reports"
      And "ada" has connected "Reports"
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: Bearer <token>
        """
      Then the answer has the status <status>

      Examples:
        | how                   | token                   | status |
        | as it is              | {access token:Reports}  | 200    |
        | with a letter more    | {access token:Reports}x | 401    |
        | with nothing behind ! | {org id}!               | 401    |
