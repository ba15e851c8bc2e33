@R-F10
@route:rest/graphql
Feature: GraphQL
  One document asks for records, their parents and their children.

  Background:
    Given these Account records
      | Name  | Industry | NumberOfEmployees | Phone |
      | Acme  | Banking  | 1200              |       |
      | Blue  | Energy   | 5                 | +123  |
      | Coral | Energy   | 50                |       |
    And these Contact records
      | LastName | AccountId |
      | Ada      | {id:Acme} |
      | Bob      | {id:Acme} |

  Rule: Records

    Scenario: Values, how they are read, a parent, and a page
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "query accounts($first: Int = 1) { uiapi { query { Account(first: $first, orderBy: {Name: {order: ASC}}) { totalCount edges { cursor node { Id Name { value displayValue } Industry { value label } NumberOfEmployees { value displayValue } Owner { Username { value } } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/json;charset=UTF-8

        {"data": {"uiapi": {"query": {"Account": {
          "totalCount": "{any}",
          "edges": [{"cursor": "MQ==", "node": {
            "Id": "{id:Acme}", "Name": {"value": "Acme", "displayValue": null}, "Industry": {"value": "Banking", "label": "Banking"},
            "NumberOfEmployees": {"value": 1200, "displayValue": "1,200"}, "Owner": {"Username": {"value": "{username}"}}
          }}],
          "pageInfo": {"hasNextPage": true, "hasPreviousPage": false, "startCursor": "MQ==", "endCursor": "MQ=="}
        }}}}, "errors": []}
        """

    Scenario: The page after a cursor
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "query q($after: String) { uiapi { query { Account(first: 5, after: $after, where: {Industry: {eq: \"Energy\"}}, orderBy: {Name: {order: DESC, nulls: LAST}}) { totalCount edges { node { Name { value } } } pageInfo { hasNextPage } } } } }", "variables": {"after": "MQ=="}}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"query": {"Account": {"totalCount": 2, "edges": [{"node": {"Name": {"value": "Blue"}}}], "pageInfo": {"hasNextPage": false}}}}}, "errors": []}
        """

    Scenario Outline: Filter: <filter>
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { query { Account(where: <filter>, orderBy: {Name: {order: ASC}}) { edges { node { Name { value } } } } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"query": {"Account": {"edges": [<nodes>]}}}}, "errors": []}
        """

      Examples:
        | filter                                                                                   | nodes                                                                            |
        | {Name: {in: [\\"Acme\\", \\"Blue\\"]}}                                                   | {"node": {"Name": {"value": "Acme"}}}, {"node": {"Name": {"value": "Blue"}}}     |
        | {and: [{Industry: {eq: \\"Energy\\"}}, {NumberOfEmployees: {gt: 5}}]}                     | {"node": {"Name": {"value": "Coral"}}}                                           |
        | {or: [{Name: {like: \\"Ac%\\"}}, {Phone: {ne: null}}], Name: {in: [\\"Acme\\", \\"Blue\\"]}} | {"node": {"Name": {"value": "Acme"}}}, {"node": {"Name": {"value": "Blue"}}}     |
        | {not: {Industry: {eq: \\"Banking\\"}}, CreatedDate: {eq: {literal: TODAY}}, Name: {in: [\\"Acme\\", \\"Blue\\"]}} | {"node": {"Name": {"value": "Blue"}}}                    |
        | {Id: {inq: {Contact: {LastName: {eq: \\"Ada\\"}}, ApiName: \\"AccountId\\"}}}              | {"node": {"Name": {"value": "Acme"}}}                                            |

    Scenario: Children are connections too
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { query { Account(where: {Name: {eq: \"Acme\"}}) { edges { node { people: Contacts(first: 1, orderBy: {LastName: {order: DESC}}) { totalCount edges { node { LastName { value } Account { Name { value } } } } pageInfo { hasNextPage } } } } } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"query": {"Account": {"edges": [{"node": {"people": {"totalCount": 2, "edges": [{"node": {"LastName": {"value": "Bob"}, "Account": {"Name": {"value": "Acme"}}}}], "pageInfo": {"hasNextPage": true}}}}]}}}}, "errors": []}
        """

    Scenario: Every parent counts its own children, and they theirs
      Given these Contact records
        | LastName | AccountId  |
        | Cid      | {id:Coral} |
      And these Case records
        | Subject | ContactId |
        | One     | {id:Ada}  |
        | Two     | {id:Ada}  |
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { query { Account(where: {Name: {in: [\"Acme\", \"Blue\", \"Coral\"]}}, orderBy: {Name: {order: ASC}}) { edges { node { Contacts(first: 1, where: {LastName: {ne: \"Bob\"}}) { totalCount edges { node { LastName { value } Cases { totalCount } } } } } } } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"query": {"Account": {"edges": [
          {"node": {"Contacts": {"totalCount": 1, "edges": [{"node": {"LastName": {"value": "Ada"}, "Cases": {"totalCount": 2}}}]}}},
          {"node": {"Contacts": {"totalCount": 0, "edges": []}}},
          {"node": {"Contacts": {"totalCount": 1, "edges": [{"node": {"LastName": {"value": "Cid"}, "Cases": {"totalCount": 0}}}]}}}
        ]}}}}, "errors": []}
        """

    Scenario: Fragments, aliases and directives
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "query q($no: Boolean!) { uiapi { query { mine: Account(where: {Name: {eq: \"Blue\"}}) { edges { node { ...f Phone @include(if: $no) { value } } } } } } } fragment f on Account { title: Name { value } __typename }", "variables": {"no": false}}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"query": {"mine": {"edges": [{"node": {"title": {"value": "Blue"}, "__typename": "Account"}}]}}}}, "errors": []}
        """

    Scenario: Groups
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { aggregate { Account(where: {Name: {in: [\"Acme\", \"Blue\", \"Coral\"]}}, groupBy: {Industry: {group: true}}) { edges { node { aggregate { Industry { value } Id { count { value } } NumberOfEmployees { sum { value } } } } } } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"aggregate": {"Account": {"edges": [
          {"node": {"aggregate": {"Industry": {"value": "Banking"}, "Id": {"count": {"value": 1}}, "NumberOfEmployees": {"sum": {"value": "{any}"}}}}},
          {"node": {"aggregate": {"Industry": {"value": "Energy"}, "Id": {"count": {"value": 2}}, "NumberOfEmployees": {"sum": {"value": "{any}"}}}}}
        ]}}}}, "errors": []}
        """

    Scenario: A page of groups
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { aggregate { Account(first: 1, after: \"MQ==\", where: {Name: {in: [\"Acme\", \"Blue\", \"Coral\"]}}, groupBy: {Name: {group: true}}) { edges { cursor node { aggregate { Name { value } } } } pageInfo { hasNextPage hasPreviousPage endCursor } } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"aggregate": {"Account": {"edges": [{"cursor": "Mg==", "node": {"aggregate": {"Name": {"value": "Blue"}}}}],
          "pageInfo": {"hasNextPage": true, "hasPreviousPage": true, "endCursor": "Mg=="}}}}}, "errors": []}
        """

    Scenario: Objects
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { objectInfos(apiNames: [\"Account\"]) { ApiName label keyPrefix } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"objectInfos": [{"ApiName": "Account", "label": "Account", "keyPrefix": "001"}]}}, "errors": []}
        """

  Rule: Refusals

    Scenario Outline: <what>
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "<query>"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": null, "errors": [{"message": "<message>", "locations": [{"line": 1, "column": <column>}], "paths": [], "extensions": {"ErrorType": "<kind>"}}]}
        """

      Examples:
        | what                       | query                                                             | message                                                                                                                        | column | kind            |
        | A brace too few            | { uiapi {                                                         | Invalid syntax with offending token '<EOF>' at line 1 column 10                                                                | 10     | InvalidSyntax   |
        | An object nobody has       | { uiapi { query { Nope { edges { node { Id } } } } } }            | Validation error (FieldUndefined@[uiapi/query/Nope]) : Field 'Nope' in type 'RecordQuery' is undefined                         | 19     | ValidationError |
        | A field nobody has         | { uiapi { query { Account { edges { node { Nope { value } } } } } } } | Validation error (FieldUndefined@[uiapi/query/Account/Nope]) : Field 'Nope' in type 'Account' is undefined                 | 44     | ValidationError |
        | A value without its parts  | { uiapi { query { Account { edges { node { Name } } } } } }       | Validation error (SubselectionRequired@[uiapi/query/Account]) : Subselection required for type 'StringValue' of field 'Name'   | 44     | ValidationError |
        | Another root               | { nope { x } }                                                    | Validation error (FieldUndefined@[nope]) : Field 'nope' in type 'Query' is undefined                                           | 3      | ValidationError |
        | A variable nobody declared | { uiapi { query { Account(first: $n) { totalCount } } } }         | Validation error (UndefinedVariable@[]) : Undefined variable 'n'                                                               | 34     | ValidationError |
        | Too many groups            | { uiapi { aggregate { Account(first: 2001, groupBy: {Name: {group: true}}) { totalCount } } } } | Validation error (WrongType@[uiapi/aggregate/Account]) : argument 'first' must be between 1 and 2000 | 23 | ValidationError |
        | No groups                  | { uiapi { aggregate { Account(first: 0, groupBy: {Name: {group: true}}) { totalCount } } } }    | Validation error (WrongType@[uiapi/aggregate/Account]) : argument 'first' must be between 1 and 2000 | 23 | ValidationError |
        | A filter on no field       | { uiapi { query { Account(where: {Nope: {eq: 1}}) { totalCount } } } } | Validation error (WrongType@[uiapi/query/Account]) : Field 'Nope' in type 'Account_Filter' is undefined                   | 19     | ValidationError |

    Scenario: A body without a document
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"variables": {}}
        """
      Then the answer on the wire is
        """
        HTTP 400

        [{"message": "The query parameter is required", "errorCode": "MISSING_ARGUMENT"}]
        """

    Scenario: A field the user may not see does not exist
      Given a user "ada" with the profile "Minimum Access - Salesforce"
      When "ada" sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { query { Account { totalCount } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": null, "errors": [{"message": "Validation error (FieldUndefined@[uiapi/query/Account]) : Field 'Account' in type 'RecordQuery' is undefined", "locations": "{any}", "paths": [], "extensions": {"ErrorType": "ValidationError"}}]}
        """

  Rule: Changes

    Scenario: A record, and one that hangs on it
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "mutation { uiapi { AccountCreate(input: {Account: {Name: \"New\"}}) { Record { Id Name { value } } } ContactCreate(input: {Contact: {LastName: \"Eve\", AccountId: \"@{AccountCreate}\"}}) { Record { Account { Name { value } } } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"AccountCreate": {"Record": {"Id": "{string}", "Name": {"value": "New"}}}, "ContactCreate": {"Record": {"Account": {"Name": {"value": "New"}}}}}}, "errors": []}
        """

    Scenario: Changed and deleted
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "mutation m($id: ID!) { uiapi { AccountUpdate(input: {Id: $id, Account: {Industry: \"Energy\"}}) { success Record { Industry { value } } } AccountDelete(input: {Id: $id}) { Id } } }", "variables": {"id": "{id:Acme}"}}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"AccountUpdate": {"success": true, "Record": {"Industry": {"value": "Energy"}}}, "AccountDelete": {"Id": "{id:Acme}"}}}, "errors": []}
        """
      When the admin queries "SELECT Id FROM Account WHERE Name = 'Acme'"
      Then the query returns nothing

    Scenario: All or nothing
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "mutation { uiapi { AccountCreate(input: {Account: {Name: \"Half\"}}) { Record { Id } } ContactCreate(input: {Contact: {FirstName: \"Eve\"}}) { Record { Id } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"AccountCreate": null, "ContactCreate": null}}, "errors": [{"message": "Required fields are missing: [LastName]", "locations": "{any}", "paths": ["uiapi", "ContactCreate"], "extensions": {"ErrorType": "DataFetchingException"}}]}
        """
      When the admin queries "SELECT Id FROM Account WHERE Name = 'Half'"
      Then the query returns nothing

    Scenario: Each for itself
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "mutation { uiapi(input: {allOrNone: false}) { AccountCreate(input: {Account: {Name: \"Half\"}}) { Record { Name { value } } } ContactCreate(input: {Contact: {FirstName: \"Eve\"}}) { Record { Id } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"AccountCreate": {"Record": {"Name": {"value": "Half"}}}, "ContactCreate": null}}, "errors": [{"message": "Required fields are missing: [LastName]", "locations": "{any}", "paths": ["uiapi", "ContactCreate"], "extensions": {"ErrorType": "DataFetchingException"}}]}
        """

    Scenario Outline: A mutation that means nothing writes nothing: <what>
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "mutation { <root> }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": null, "errors": [{"message": "Validation error <message>", "locations": "{any}", "paths": [], "extensions": {"ErrorType": "ValidationError"}}]}
        """
      When the admin queries "SELECT Id FROM Account WHERE Name = 'Half'"
      Then the query returns nothing

      Examples:
        | what                                | root | message |
        | A root nobody has | uiapi { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Id } } } nope | (FieldUndefined@[nope]) : Field 'nope' in type 'Mutation' is undefined |
        | A field of the answer nobody has | uiapi(input: {allOrNone: false}) { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Nope { value } } } } | (FieldUndefined@[uiapi/AccountCreate/Nope]) : Field 'Nope' in type 'Account' is undefined |
        | A part of the answer nobody has | uiapi { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { success } } | (FieldUndefined@[uiapi/AccountCreate/success]) : Field 'success' in type 'AccountCreatePayload' is undefined |
        | A part without an answer | uiapi { AccountCreate(input: {Account: {Name: \\"Half\\"}}) } | (SubselectionRequired@[uiapi/AccountCreate]) : Subselection required for type 'AccountCreatePayload' of field 'AccountCreate' |
        | A part nobody has, behind one that is | uiapi(input: {allOrNone: false}) { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Id } } NopeCreate(input: {}) { Record { Id } } } | (FieldUndefined@[uiapi/NopeCreate]) : Field 'NopeCreate' in type 'UIAPIMutations' is undefined |
        | A part without an input | uiapi(input: {allOrNone: false}) { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Id } } ContactCreate { Record { Id } } } | (MissingFieldArgument@[uiapi/ContactCreate]) : Missing field argument 'input' |
        | An update without an id | uiapi(input: {allOrNone: false}) { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Id } } AccountUpdate(input: {Account: {Name: \\"x\\"}}) { success } } | (MissingFieldArgument@[uiapi/AccountUpdate]) : Missing field argument 'Id' |
        | A field nobody has | uiapi(input: {allOrNone: false}) { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Id } } ContactCreate(input: {Contact: {Nope: 1}}) { Record { Id } } } | (WrongType@[uiapi/ContactCreate]) : argument 'input.Contact' contains a field not in 'ContactRepresentation': 'Nope' |
        | A value that is a list | uiapi(input: {allOrNone: false}) { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Id } } ContactCreate(input: {Contact: {LastName: [\\"x\\"]}}) { Record { Id } } } | (WrongType@[uiapi/ContactCreate]) : argument 'input.Contact.LastName' must be a single value |
        | A second mutation that means nothing | one: uiapi { AccountCreate(input: {Account: {Name: \\"Half\\"}}) { Record { Id } } } two: uiapi { NopeDelete(input: {Id: \\"x\\"}) { Id } } | (FieldUndefined@[two/NopeDelete]) : Field 'NopeDelete' in type 'UIAPIMutations' is undefined |

    Scenario: A part that fails cannot be referred to
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "mutation { uiapi(input: {allOrNone: false}) { one: AccountCreate(input: {Account: {Phone: \"1\"}}) { Record { Id } } ContactCreate(input: {Contact: {LastName: \"Eve\", AccountId: \"@{one}\"}}) { Record { Id } } } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"one": null, "ContactCreate": null}}, "errors": [{"paths": ["uiapi", "one"], "...": "{any}"}, {"paths": ["uiapi", "ContactCreate"], "...": "{any}"}]}
        """

  Rule: Fragments

    Scenario: What several fragments want of one field is answered together
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "{ uiapi { query { Account(where: {Name: {eq: \"Acme\"}}) { edges { node { ...f Name { displayValue } ... on Account { Name { __typename } } } } } } } } fragment f on Account { Name { value } }"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": {"uiapi": {"query": {"Account": {"edges": [{"node": {"Name": {"value": "Acme", "displayValue": null, "__typename": "StringValue"}}}]}}}}, "errors": []}
        """

    Scenario Outline: <what>
      When the admin sends
        """
        POST /services/data/v67.0/graphql
        Content-Type: application/json

        {"query": "<query>"}
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"data": null, "errors": [{"message": "Validation error <message>", "...": "{any}"}]}
        """

      Examples:
        | what | query | message |
        | A fragment inside itself | { uiapi { ...f } } fragment f on UIAPI { ...f } | (FragmentCycle@[]) : Fragment cycles not allowed |
        | A circle through fields  | { uiapi { query { Account { edges { node { ...f } } } } } } fragment f on Account { Parent { ...g } } fragment g on Account { Parent { ...f } } | (FragmentCycle@[]) : Fragment cycles not allowed |
        | One key for two things   | { uiapi { query { x: Account { totalCount } x: Contact { totalCount } } } } | (FieldsConflict@[]) : 'x' : 'Account' and 'Contact' are different fields |
