@R-K1
Feature: Elements of the world
  Whatever the control API creates can be listed, looked at, changed and removed by name.

  Rule: Lists

    Background:
      Given a user "ada"
      And an installed connected app "Reports"
      And these Account records
        | Name |
        | Acme |

    Scenario Outline: <path>
      When the test author reads "<path>"
      Then the answer has the status 200
      And the answer mentions "<mentions>"

      @route:control/orgs
      Examples:
        | path                              | mentions                             |
        | /orgs                             | {org}                                |

      @route:control/users
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/users                 | {username:ada}                       |

      @route:control/profiles
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/profiles              | System Administrator                 |

      @route:control/permission-sets
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/permission-sets       | permission_sets                      |

      @route:control/apps
      Examples:
        | path                              | mentions                             |
        | /apps                             | {key:Reports}                        |

      @route:control/packages
      Examples:
        | path                              | mentions                             |
        | /packages                         | packages                             |

      @route:control/org-apps
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/apps                  | {app:Reports}                        |

      @route:control/records
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/records               | Acme                                 |

      @route:control/objects
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/objects               | objects                              |

      @route:control/custom-fields
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/custom-fields         | custom_fields                        |

      @route:control/policies
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/policies              | install_gate                         |

      @route:control/user
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/users/{username:ada}  | {username:ada}                       |

      @route:control/org-app
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/apps/{key:Reports}    | installed                            |

      @route:control/record
      Examples:
        | path                              | mentions                             |
        | /orgs/{org}/records/{id:Acme}     | Acme                                 |

    Scenario Outline: <path> that is not there
      When the test author reads "<path>"
      Then the control API refuses with 404 and names "nobody"

      @route:control/org
      Examples:
        | path         |
        | /orgs/nobody |

      @route:control/app
      Examples:
        | path         |
        | /apps/nobody |

      @route:control/package
      Examples:
        | path             |
        | /packages/nobody |

      @route:control/user
      Examples:
        | path                     |
        | /orgs/{org}/users/nobody |

  Rule: Changes are seen at once

    @route:control/user-change
    Scenario: A user's new password
      Given a user "ada"
      When the test author changes "/orgs/{org}/users/ada" by
        """
        {"password": "n3w"}
        """
      And "ada" logs in with the password "n3w"
      Then "ada" is in

    @route:control/app-change
    Scenario: An app's new callback
      Given a user "ada"
      And an installed connected app "Reports"
      When the test author changes "/apps/{app:Reports}" by
        """
        {"callback_urls": ["https://client.example/moved"]}
        """
      And "ada" begins to authorize "Reports"
      Then "ada" is refused outright with "redirect_uri_mismatch" saying "redirect_uri must match configuration"

    @route:control/org-app-change
    Scenario: A policy nobody knows is refused by name
      Given an installed connected app "Reports"
      When the test author changes "/orgs/{org}/apps/{app:Reports}" by
        """
        {"permitted_users": "nobody"}
        """
      Then the control API refuses with 400 and names "permitted_users"

    @route:control/record-change
    Scenario: A record's new name
      Given these Account records
        | Name |
        | Acme |
      When the test author changes "/orgs/{org}/records/{id:Acme}" by
        """
        {"fields": {"Name": "Blue"}}
        """
      Then the Account "Acme" has
        | Name | Blue |

    @route:control/record @route:control/record-remove
    Scenario: A removed record is not there for anybody, and cannot be removed again
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      When the test author reads "/orgs/{org}/records/{id:Acme}"
      Then the control API refuses with 404 and names "the org has no record"
      When the test author removes "/orgs/{org}/records/{id:Acme}"
      Then the control API refuses with 404 and names "the org has no record"

    @route:control/record-remove
    Scenario: A removed record
      Given these Account records
        | Name |
        | Acme |
      When the test author removes "/orgs/{org}/records/{id:Acme}"
      Then the Account "Acme" is gone

    @route:control/uninstall
    Scenario: An uninstalled app
      Given an installed connected app "Reports"
      When "Reports" is uninstalled from the org
      Then "Reports" counts as "known" in the org

    @route:control/package @route:control/package-change @route:control/package-remove
    Scenario: A package's new key, and its end
      Given a packaged uninstalled external client app "Suite"
      And a package "Acme Suite" with "Suite"
      When the test author changes "/packages/{package:Acme Suite}" by
        """
        {"installation_key": "sesame"}
        """
      And the test author reads "/packages/{package:Acme Suite}"
      Then the answer names
        | installation_key | sesame |

  Rule: Profiles and permission sets

    @route:control/profiles-add @route:control/profile
    Scenario: A profile of the org's own
      Given an org
      When the test author creates "/orgs/{org}/profiles" from
        """
        {"name": "Clerk", "permissions": ["PermissionsApiEnabled"]}
        """
      And the test author reads "/orgs/{org}/profiles/Clerk"
      Then the answer names
        | name | Clerk |

    @route:control/profile-change @route:control/profile-remove
    Scenario: A profile that is changed and removed
      Given an org
      And the test author has created "/orgs/{org}/profiles" from
        """
        {"name": "Clerk", "permissions": []}
        """
      When the test author changes "/orgs/{org}/profiles/Clerk" by
        """
        {"permissions": ["PermissionsApiEnabled"]}
        """
      Then the answer names
        | permissions | ["PermissionsApiEnabled"] |
      When the test author removes "/orgs/{org}/profiles/Clerk"
      And the test author reads "/orgs/{org}/profiles/Clerk"
      Then the answer has the status 404

    @route:control/permission-sets-add @route:control/permission-set @route:control/permission-set-change @route:control/permission-set-remove
    Scenario: A permission set that is changed and removed
      Given an org
      And the test author has created "/orgs/{org}/permission-sets" from
        """
        {"name": "Extra", "permissions": []}
        """
      When the test author changes "/orgs/{org}/permission-sets/Extra" by
        """
        {"permissions": ["PermissionsCanApproveUninstalledApps"]}
        """
      And the test author reads "/orgs/{org}/permission-sets/Extra"
      Then the answer names
        | permissions | ["PermissionsCanApproveUninstalledApps"] |
      When the test author removes "/orgs/{org}/permission-sets/Extra"
      And the test author reads "/orgs/{org}/permission-sets/Extra"
      Then the answer has the status 404

  Rule: Custom objects and fields

    @route:control/objects-add @route:control/object @route:control/object-remove
    Scenario: A custom object that is removed
      Given the custom object "Invoice__c"
      When the test author reads "/orgs/{org}/objects/Invoice__c"
      Then the answer names
        | name | Invoice__c |
      When the test author removes "/orgs/{org}/objects/Invoice__c"
      And the admin queries "SELECT Id FROM Invoice__c"
      Then the query fails with "INVALID_TYPE" saying
        """
        SELECT Id FROM Invoice__c
                       ^
        ERROR at Row:1:Column:16
        sObject type 'Invoice__c' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.
        """

    @R-F8 @route:control/object-change
    Scenario: A custom object that is changed
      Given the custom object "Invoice__c"
      When the test author changes "/orgs/{org}/objects/Invoice__c" by
        """
        {"label": "Bill", "enable_history": true}
        """
      Then the answer names
        | label | Bill |
      When the admin queries "SELECT Id, Field, OldValue, NewValue FROM Invoice__History"
      Then the answer has the status 200

    @route:control/custom-fields-add @route:control/custom-field @route:control/custom-field-change @route:control/custom-field-remove
    Scenario: A custom field that is changed and removed
      Given the custom field "Code__c" on Account with
        | type   | Text |
        | length | 5    |
      When the test author changes "/orgs/{org}/custom-fields/Account.Code__c" by
        """
        {"length": 10}
        """
      And the test author reads "/orgs/{org}/custom-fields/Account.Code__c"
      Then the answer names
        | length | 10 |
      When the test author removes "/orgs/{org}/custom-fields/Account.Code__c"
      And the admin queries "SELECT Code__c FROM Account"
      Then the query fails with "INVALID_FIELD" saying
        """
        SELECT Code__c FROM Account
               ^
        ERROR at Row:1:Column:8
        No such column 'Code__c' on entity 'Account'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.
        """
