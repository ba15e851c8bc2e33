@R-F9 @route:rest/create
Feature: JSON that is none, and values of another type
  The body of a request is refused before anything of it is looked at, with the place of the fault.

  Background:
    Given the custom field "Amount__c" on Account with
      | type      | Number |
      | precision | 10     |
      | scale     | 2      |
    And the custom field "Share__c" on Account with
      | type      | Percent |
      | precision | 5       |
      | scale     | 2       |
    And the custom field "When__c" on Account with
      | type | DateTime |
    And the custom field "Day__c" on Account with
      | type | Date |
    And the custom field "Clock__c" on Account with
      | type | Time |
    And the custom field "Flag__c" on Account with
      | type | Checkbox |

  Scenario Outline: <body>
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Account
      Content-Type: application/json

      <body>
      """
    Then the answer on the wire is
      """
      HTTP 400
      Content-Type: application/json;charset=UTF-8

      [{"message": "<message>", "errorCode": "JSON_PARSER_ERROR"}]
      """

    Examples: No JSON
      | body                   | message |
      | {"Name" "Acme"}        | Unexpected character ('\\"' (code 34)): was expecting a colon to separate field name and value at [line:1, column:10] |
      | {"Name": "Acme",}      | Unexpected character ('}' (code 125)): was expecting double-quote to start field name at [line:1, column:18] |
      | {"Name": "Acme"        | {string} |
      | {"Name": x}            | Unrecognized token 'x': was expecting 'null', 'true', 'false' or NaN at [line:1, column:{number}] |
      | ["Acme"]               | Cannot deserialize instance of complexvalue from START_ARRAY value [ at [line:1, column:1] |
      | "Acme"                 | Cannot deserialize instance of complexvalue from VALUE_STRING value Acme at [line:1, column:1] |
      | null                   | Cannot deserialize instance of complexvalue from VALUE_NULL value null at [line:1, column:1] |

    Examples: Values of another type
      | body                                    | message |
      | {"Name": {"first": "Acme"}}             | Cannot deserialize instance of string from START_OBJECT value { at [line:1, column:10] |
      | {"Name": ["Acme"]}                      | Cannot deserialize instance of string from START_ARRAY value [ at [line:1, column:10] |
      | {"Name": 5}                             | Cannot deserialize instance of string from VALUE_NUMBER_INT value 5 at [line:1, column:10] |
      | {"Name": true}                          | Cannot deserialize instance of string from VALUE_TRUE value true at [line:1, column:10] |
      | {"When__c": "2026-01-31"}               | Cannot deserialize instance of datetime from VALUE_STRING value 2026-01-31 at [line:1, column:13] |
      | {"When__c": 5}                          | Cannot deserialize instance of datetime from VALUE_NUMBER_INT value 5 at [line:1, column:13] |
      | {"Day__c": "31.1.2026"}                 | Cannot deserialize instance of date from VALUE_STRING value 31.1.2026 at [line:1, column:12] |
      | {"Day__c": false}                       | Cannot deserialize instance of date from VALUE_FALSE value false at [line:1, column:12] |
      | {"Clock__c": "25:00"}                   | Cannot deserialize instance of time from VALUE_STRING value 25:00 at [line:1, column:14] |
      | {"Amount__c": "much"}                   | Cannot deserialize instance of double from VALUE_STRING value much at [line:1, column:15] |
      | {"Share__c": {}}                        | Cannot deserialize instance of percent from START_OBJECT value { at [line:1, column:14] |
      | {"AnnualRevenue": "much"}               | Cannot deserialize instance of currency from VALUE_STRING value much at [line:1, column:19] |
      | {"NumberOfEmployees": 1.5}              | Cannot deserialize instance of int from VALUE_NUMBER_FLOAT value 1.5 at [line:1, column:23] |
      | {"NumberOfEmployees": "many"}           | Cannot deserialize instance of int from VALUE_STRING value many at [line:1, column:23] |
      | {"Flag__c": "maybe"}                    | Cannot deserialize instance of boolean from VALUE_STRING value maybe at [line:1, column:13] |
      | {"OwnerId": 5}                          | Cannot deserialize instance of reference from VALUE_NUMBER_INT value 5 at [line:1, column:13] |
      | {"OwnerId": {"Username": "x"}}          | Cannot deserialize instance of reference from START_OBJECT value { at [line:1, column:13] |

  Scenario: The place counts lines
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Account
      Content-Type: application/json

      {
       "Name": "Acme",
       "When__c": "soon"
      }
      """
    Then the answer on the wire is
      """
      HTTP 400

      [{"message": "Cannot deserialize instance of datetime from VALUE_STRING value soon at [line:3, column:13]", "errorCode": "JSON_PARSER_ERROR"}]
      """

  Scenario Outline: A body of the type <type>
    When the admin sends
      """
      POST /services/data/v67.0/sobjects/Account
      Content-Type: <type>

      Name=Acme
      """
    Then the answer on the wire is
      """
      HTTP 415
      Content-Type: application/json;charset=UTF-8

      [{"message": "MediaType of '<type>' is not supported by this resource", "errorCode": "UNSUPPORTED_MEDIA_TYPE"}]
      """

    Examples:
      | type                              |
      | application/x-www-form-urlencoded |
      | text/plain                        |
      | multipart/related                 |
