@R-L2
Feature: Instance addresses
  Every token answer names the address of its org, `instance_url`. It can differ from the login host, and it can change.

  @C-hosts/instance-url-used @must @breakage @by:HO @for:any
  Scenario: Data is asked for at the address of the last token answer
    Proves: All versioned data requests go to the org's host.
    In production: The login hosts serve no data. Calls there end in `URL_NOT_RESET` or a redirect that drops the token.
    Mend: Take `instance_url` of each token answer as the base of all data addresses.
    Source: Salesforce Help, "OAuth 2.0 Web Server Flow", response parameters.
    Care: `/services/data` without a version, and the identity URL, are fine at the login host.
    Given an integration
    And the integration has connected
    When the integration makes a call
    Then every versioned data request went to the org's own host

  @C-hosts/instance-url-follows @must @breakage @by:Ho @for:web @needs:refresh/on-401 @needs:hosts/instance-url-used
  Scenario: A My Domain that was renamed is followed, by the waiting request too
    Proves: When a refresh brings another `instance_url`, the call that met the 401 is repeated there.
    In production: An admin renames the My Domain. Calls go on to the old host, are answered 401, and each one causes another refresh, without end.
    Mend: After each token answer build the request's address anew; do not only swap the token.
    Source: jsforce/jsforce#196, jsforce/jsforce#1766.
    Given an integration
    And the integration is connected
    And requests count from here
    When the org's My Domain is renamed
    And the integration makes a call
    And a token answer named the new address
    Then a data request succeeded at the new address

  @C-hosts/instance-url-kept @must @lockout @by:C @for:web @needs:refresh/on-401 @needs:refresh/survives-restart @needs:hosts/instance-url-used
  Scenario: A refresh does not lose the instance address
    Proves: After a refresh and a restart the integration still calls the org's host.
    In production: The stored answer of a refresh replaces the stored answer of the connect, a member goes missing, and after a day every call fails with "Invalid URL".
    Mend: Merge a refresh into what is stored; overwrite only the members that came.
    Source: n8n-io/n8n#34916.
    Given an integration
    And the integration is connected
    And the access session is ended
    And the integration makes a call
    And the call succeeded
    When the integration is restarted
    And requests count from here
    And the integration makes a call
    Then a data request succeeded at the org's own host

  @C-hosts/two-connections-apart @must @security @by:BH @for:web @needs:refresh/on-401 @needs:hosts/instance-url-used
  Scenario: Two connected orgs are kept apart
    Proves: With two orgs connected, each call carries its own token to its own org, also after one of them was refreshed.
    In production: Customer A's records end up in customer B's org, or the first customer is disconnected when the second one connects.
    Mend: Key everything that belongs to a connection by org id and user id: tokens, instance, caches.
    Source: forcedotcom/cli#2272.
    Given an integration
    And the integration is connected
    And a second connection, to another org, is connected
    And requests count from here
    When the access session is ended
    And the integration makes a call
    And the integration makes a call over the second connection
    And the integration makes a call
    And the integration makes a call over the second connection
    Then every token was sent to its own org alone
    And both connections reached their orgs

  @C-hosts/two-users-apart @should @data @by:BH @for:web @needs:hosts/instance-url-used
  Scenario: Two users of one org are kept apart
    Proves: With two users of one org connected, each call acts as its own user.
    In production: What one person does appears under another's name, with another's rights.
    Mend: Key connections by user id as well as org id, or allow one connection an org and say so.
    Source: tprouvot/Salesforce-Inspector-reloaded#795.
    Care: Not for products that declare one connection.
    Given an integration
    And the integration is connected
    And a second connection, of another user, is connected
    And requests count from here
    When the integration makes a call
    And the integration makes a call over the second connection
    Then each connection acted as its own user

  @C-hosts/typed-host-checked @must @security @by:BH @for:any @rfc9700-4.4
  Scenario Outline: A typed host gets nothing unless it is Salesforce's
    Proves: For a host that only looks like Salesforce's, no request with key, secret or code leaves the integration, and no user is sent there.
    In production: A link with a prepared host makes the integration post its consumer secret and a fresh code to a stranger.
    Mend: Parse the address; accept it only if the host's name ends in a Salesforce suffix, with a dot before it.
    Source: RFC 9700 section 4.4; forcedotcom/sfdx-core#1325.
    Care: Not for products in which no host can be typed. The hosts of the run are good.
    Given an integration in which hosts can be typed
    And a foreign host listens
    When the user types the host "<host>"
    Then the foreign host saw no request of the integration
    And the user was not sent to the foreign host

    Examples:
      | host                                                  |
      | acme.my.salesforce.com.{note:foreign host}                 |
      | {note:foreign host}/.my.salesforce.com                     |
      | acme.my.salesforce.com@{note:foreign host}                 |
