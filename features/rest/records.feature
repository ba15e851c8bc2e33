@R-F1
Feature: Records
  Create, read, update and delete one record.

  @route:rest/create
  Rule: Creating

    Scenario: A created record can be read
      Given the admin has created the Account "Acme" with
        | Name              | Acme     |
        | NumberOfEmployees | 12       |
        | AnnualRevenue     | 1500     |
      Then the Account "Acme" has
        | Name              | Acme     |
        | NumberOfEmployees | 12       |
        | AnnualRevenue     | 1500.0   |
        | IsDeleted         | false    |
        | OwnerId           | {id}     |
        | CreatedDate       | {datetime} |

    Scenario: A record belongs to whoever creates it
      Given a user "ada"
      And "ada" has created the Account "Acme" with
        | Name | Acme |
      When the admin queries "SELECT Owner.Username FROM Account WHERE Owner.Username = '{username:ada}'"
      Then the query returns
        | Owner.Username |
        | {username:ada} |

    Scenario: A record refers to its parent
      Given the admin has created the Account "Acme" with
        | Name | Acme |
      And the admin has created the Contact "Lovelace" with
        | LastName  | Lovelace  |
        | AccountId | {id:Acme} |
      Then the Contact "Lovelace" has
        | AccountId | {id:Acme} |
        | Name      | Lovelace  |

    Scenario: A parent may be named by its external id
      Given the custom field "Code__c" on Account with
        | type        | Text |
        | length      | 20   |
        | external_id | true |
        | unique      | true |
      And the admin has created the Account "Acme" with
        | Name    | Acme |
        | Code__c | X1   |
      When the admin creates the Contact "Lovelace" with
        | LastName | Lovelace           |
        | Account  | {"Code__c": "X1"}  |
      Then the record is created
      And the Contact "Lovelace" has
        | AccountId | {id:Acme} |

    Scenario: A custom object takes records at once
      Given the custom object "Invoice__c"
      When the admin creates the Invoice__c "I1" with
        | Name | I1 |
      Then the record is created

  @route:rest/read @route:rest/update @route:rest/delete
  Rule: Reading, changing, deleting

    Scenario: A change is seen by the next reader
      Given these Account records
        | Name |
        | Acme |
      When the admin updates the Account "Acme" with
        | Name  | Acme Corp |
        | Phone | 0123      |
      Then the change is accepted
      And the Account "Acme" has
        | Name  | Acme Corp |
        | Phone | 0123      |

    Scenario: A field set to null is empty
      Given these Account records
        | Name | Phone |
        | Acme | 0123  |
      When the admin updates the Account "Acme" with
        | Phone | null |
      Then the Account "Acme" has
        | Phone | null |

    Scenario: A deleted record is gone, and in the recycle bin
      Given these Account records
        | Name |
        | Acme |
      When the admin deletes the Account "Acme"
      Then the change is accepted
      And the Account "Acme" is gone

    Scenario: Deleting an account deletes its contacts
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName | AccountId |
        | Lovelace | {id:Acme} |
      When the admin deletes the Account "Acme"
      Then the Contact "Lovelace" is gone

    Scenario: Only the fields asked for are read
      Given these Account records
        | Name | Phone |
        | Acme | 0123  |
      When the admin reads "/sobjects/Account/{id:Acme}?fields=Name"
      Then the answer names
        | Name | Acme |
      And the answer leaves out
        """
        Phone OwnerId
        """

    Scenario: An unknown record is not there to be changed
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        PATCH /services/data/v67.0/sobjects/Account/001Fk0000099999AAA
        Content-Type: application/json

        {"Name": "Nobody"}
        """
      Then the answer is a refusal of the client, not a failure of the server

  @route:rest/read-by-external-id
  Rule: Following relationships

    @route:rest/relationship
    Scenario: From a contact to the owner of its account
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName | AccountId |
        | Lovelace | {id:Acme} |
      When the admin reads "/sobjects/Contact/{id:Lovelace}/Account/Owner"
      Then the answer names
        | Username | {username} |

    Scenario: From a contact to its account
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName | AccountId |
        | Lovelace | {id:Acme} |
      When the admin reads "/sobjects/Contact/{id:Lovelace}/Account"
      Then the answer names
        | Name | Acme      |
        | Id   | {id:Acme} |

    Scenario: From an account to its contacts
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName | AccountId |
        | Hopper   | {id:Acme} |
      When the admin reads "/sobjects/Account/{id:Acme}/Contacts"
      Then the query returns
        | LastName |
        | Hopper   |

    Scenario: A contact without account leads nowhere
      Given these Contact records
        | LastName |
        | Lovelace |
      When the admin reads "/sobjects/Contact/{id:Lovelace}/Account"
      Then the answer is the error "NOT_FOUND"

    Scenario: An unknown relationship
      Given these Contact records
        | LastName |
        | Lovelace |
      When the admin reads "/sobjects/Contact/{id:Lovelace}/Nothing"
      Then the answer is the error "NOT_FOUND" saying "The requested resource does not exist"

  @route:rest/read-by-external-id
  Rule: Blobs

    Scenario: The body of an attachment comes back byte by byte
      Given these Account records
        | Name |
        | Acme |
      And the admin has created the Attachment "note" with
        | Name     | note.txt         |
        | ParentId | {id:Acme}        |
        | Body     | SGVsbG8sIHdvcmxk |
      When the admin reads "/sobjects/Attachment/{id:note}/Body"
      Then the answer has the status 200
      And the body begins with
        """
        Hello, world
        """

    @route:rest/create @route:rest/blob
    Scenario: Base64 may be broken into lines, and has to be base64
      Given these Account records
        | Name |
        | Acme |
      And the admin has created the Attachment "note" with
        | Name     | native.txt     |
        | ParentId | {id:Acme}      |
        | Body     | TmF0\naXZl\n |
      When the admin reads "/sobjects/Attachment/{id:note}/Body"
      Then the answer has the status 200
      And the body begins with
        """
        Native
        """
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Attachment
        Content-Type: application/json

        {"Name": "native.txt", "ParentId": "{id:Acme}", "Body": "TmF0*"}
        """
      Then the answer is the error "JSON_PARSER_ERROR" saying "Cannot deserialize instance of base64 from VALUE_STRING value TmF0* at {string}"

    @route:rest/create
    Scenario: A body may be of no bytes, but has to be there
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Attachment
        Content-Type: application/json

        {"Name": "empty.txt", "ParentId": "{id:Acme}", "Body": ""}
        """
      Then the answer has the status 201
      When the admin queries "SELECT BodyLength FROM Attachment WHERE ParentId = '{id:Acme}'"
      Then the query returns
        | BodyLength |
        | 0          |
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Attachment
        Content-Type: application/json

        {"Name": "empty.txt", "ParentId": "{id:Acme}"}
        """
      Then the answer is the error "REQUIRED_FIELD_MISSING" saying "Required fields are missing: [Body]"

  Rule: What changed meanwhile

    @route:rest/deleted
    Scenario: Records deleted in the last hours
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      When the admin reads what was deleted of Account in the last day
      Then the answer on the wire is
        """
        HTTP 200

        {"deletedRecords": [{"deletedDate": "{datetime}", "id": "{id:Acme}"}], "earliestDateAvailable": "{datetime}", "latestDateCovered": "{datetime}"}
        """

    @route:rest/updated
    Scenario: Records changed in the last hours
      Given these Account records
        | Name |
        | Acme |
      When the admin reads what was updated of Account in the last day
      Then the answer on the wire is
        """
        HTTP 200

        {"ids": ["{id:Acme}"], "latestDateCovered": "{datetime}"}
        """

    @route:rest/deleted
    Scenario: An interval that ends before it begins
      When the admin reads "/sobjects/Account/deleted?start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z"
      Then the answer is the error "INVALID_REPLICATION_DATE"

  Rule: On the wire

    @route:rest/create-by-id
    Scenario: Creating with the record id as the external id
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account/Id
        Content-Type: application/json

        {"Name": "Acme"}
        """
      Then the answer has the status 201

    @route:rest/create
    Scenario: The answer to a creation
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account/
        Content-Type: application/json

        {"Name": "Acme"}
        """
      Then the answer on the wire is
        """
        HTTP 201
        Content-Type: application/json;charset=UTF-8
        Location: /services/data/v67.0/sobjects/Account/{id}

        {"id": "{id}", "success": true, "errors": []}
        """

    @route:rest/read
    Scenario: A record
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        GET /services/data/v60.0/sobjects/account/{id15:Acme}?fields=Name,BillingCity,BillingAddress,NumberOfEmployees,AnnualRevenue,CreatedDate
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/json;charset=UTF-8

        {
          "attributes": {"type": "Account", "url": "/services/data/v60.0/sobjects/Account/{id:Acme}"},
          "Name": "Acme",
          "BillingCity": null,
          "BillingAddress": null,
          "NumberOfEmployees": null,
          "AnnualRevenue": null,
          "CreatedDate": "{datetime}",
          "...": "{any}"
        }
        """

    @route:rest/read
    Scenario: A compound address, with its parts
      Given the admin has created the Account "Acme" with
        | Name           | Acme   |
        | BillingCity    | Paris  |
        | BillingCountry | France |
      When the admin reads "/sobjects/Account/{id:Acme}?fields=BillingAddress"
      Then the answer on the wire is
        """
        HTTP 200

        {
          "attributes": {"type": "Account", "url": "{any}"},
          "BillingAddress": {"city": "Paris", "country": "France", "geocodeAccuracy": null, "latitude": null, "longitude": null, "postalCode": null, "state": null, "street": null},
          "...": "{any}"
        }
        """

    @route:rest/update
    Scenario: A tunnelled update
      Given these Account records
        | Name |
        | Acme |
      When the admin sends
        """
        POST /services/data/v67.0/sobjects/Account/{id:Acme}?_HttpMethod=PATCH
        Content-Type: application/json

        {"Name": "Tunnel"}
        """
      Then the answer has the status 204
      And the Account "Acme" has
        | Name | Tunnel |

    @route:rest/delete
    Scenario: Deleting twice
      Given these Account records
        | Name |
        | Acme |
      And the admin has deleted the Account "Acme"
      When the admin deletes the Account "Acme"
      Then the answer on the wire is
        """
        HTTP 404
        Content-Type: application/json;charset=UTF-8

        [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]
        """
