@R-E4
Feature: Passwords by API
  Users set their own password, admins anybody's. The security token changes with it.

  Background:
    Given a user "ada"

  @route:soap/partner
  Scenario: A user sets a new password, and logs in with it and the new token
    When "ada" calls over SOAP
      """
      <setPassword><userId>{user id:ada}</userId><password>brand new 1</password></setPassword>
      """
    Then the SOAP answer is
      """
      <setPasswordResponse><result/></setPasswordResponse>
      """

  @route:soap/partner
  Scenario: A password is needed
    When "ada" calls over SOAP
      """
      <setPassword><userId>{user id:ada}</userId></setPassword>
      """
    Then the SOAP fault is "sf:INVALID_FIELD" saying "setPassword: the element password is required"

  @route:soap/partner
  Scenario: A short password is refused
    When "ada" calls over SOAP
      """
      <setPassword><userId>{user id:ada}</userId><password>a1</password></setPassword>
      """
    Then the SOAP fault is
      """
      <faultcode>sf:INVALID_NEW_PASSWORD</faultcode><faultstring>INVALID_NEW_PASSWORD: Your password must be at least 8 characters long.</faultstring>
      <detail><sf:InvalidNewPasswordFault xsi:type="sf:InvalidNewPasswordFault"><sf:exceptionCode>INVALID_NEW_PASSWORD</sf:exceptionCode>
      <sf:exceptionMessage>Your password must be at least 8 characters long.</sf:exceptionMessage></sf:InvalidNewPasswordFault></detail>
      """

  @route:soap/partner
  Scenario: Somebody else's password takes a permission
    When "ada" calls over SOAP
      """
      <setPassword><userId>{user id}</userId><password>brand new 1</password></setPassword>
      """
    Then the SOAP fault is "sf:INSUFFICIENT_ACCESS_OR_READONLY" saying "insufficient access rights on object id"

  @route:soap/partner
  Scenario: One's own password is changed by proving the old one
    When "ada" calls over SOAP
      """
      <changeOwnPassword><oldPassword>{password:ada}</oldPassword><newPassword>brand new 1</newPassword></changeOwnPassword>
      """
    Then the SOAP answer is
      """
      <changeOwnPasswordResponse><result/></changeOwnPasswordResponse>
      """

  @route:soap/partner
  Scenario: Not without it
    When "ada" calls over SOAP
      """
      <changeOwnPassword><oldPassword>wrong</oldPassword><newPassword>brand new 1</newPassword></changeOwnPassword>
      """
    Then the SOAP fault is "sf:INVALID_OLD_PASSWORD" saying "Your old password is invalid."

  @route:soap/partner @route:rest/password
  Scenario: A password an admin made up must be replaced first
    When the admin calls over SOAP
      """
      <resetPassword><userId>{user id:ada}</userId></resetPassword>
      """
    Then the SOAP answer is
      """
      <resetPasswordResponse><result><password>{string}</password></result></resetPasswordResponse>
      """
    When "ada" reads "/limits"
    Then the answer is the error "INVALID_OPERATION_WITH_EXPIRED_PASSWORD" saying "The users password has expired, you must call SetPassword before attempting any other API operations"
    When "ada" calls over SOAP
      """
      <getUserInfo/>
      """
    Then the SOAP fault is "sf:INVALID_OPERATION_WITH_EXPIRED_PASSWORD" saying "The users password has expired, you must call SetPassword before attempting any other API operations"
    When "ada" sends
      """
      GET /services/async/67.0/job/750000000000000
      X-SFDC-Session: {session:ada}
      """
    Then the answer on the wire is
      """
      HTTP 400

      <?xml version="1.0" encoding="UTF-8"?><error xmlns="http://www.force.com/2009/06/asyncapi/dataload"><exceptionCode>InvalidSessionId</exceptionCode><exceptionMessage>Invalid session id</exceptionMessage></error>
      """
    When "ada" reads "/sobjects/User/{user id:ada}/password"
    Then the answer on the wire is
      """
      HTTP 200

      {"isExpired": true}
      """

  @route:rest/set-password
  Scenario: REST sets passwords, too
    When "ada" sends
      """
      POST /services/data/v67.0/sobjects/User/{user id:ada}/password
      Content-Type: application/json

      {"NewPassword": "brand new 1"}
      """
    Then the answer has the status 204

  @route:rest/set-password
  Scenario: And refuses weak ones
    When "ada" sends
      """
      POST /services/data/v67.0/sobjects/User/{user id:ada}/password
      Content-Type: application/json

      {"NewPassword": "12345678"}
      """
    Then the answer is the error "INVALID_NEW_PASSWORD" saying "Your password must include letters and numbers"

  @route:rest/reset-password
  Scenario: An admin resets a password
    When the admin sends
      """
      DELETE /services/data/v67.0/sobjects/User/{user id:ada}/password
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"NewPassword": "{string}"}
      """

  @route:rest/reset-password
  Scenario: A user may not reset another's
    When "ada" sends
      """
      DELETE /services/data/v67.0/sobjects/User/{user id}/password
      """
    Then the answer is the error "INSUFFICIENT_ACCESS_OR_READONLY" saying "insufficient access rights on object id"
