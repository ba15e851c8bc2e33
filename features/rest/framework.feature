@R-F9
Feature: What every REST resource has in common
  Who is let in, which spellings are read and written, and what is said about all else.

  @route:rest/limits
  Rule: Who is let in

    Scenario: The scheme OAuth is as good as Bearer
      When the admin sends
        """
        GET /services/data/v67.0/limits/recordCount?sObjects=Account
        Authorization: OAuth {session}
        """
      Then the answer has the status 200

    Scenario Outline: An Authorization header that is none: <header>
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: <header>
        """
      Then the answer on the wire is
        """
        HTTP 401
        Content-Type: application/json;charset=UTF-8

        [{"message": "INVALID_HEADER_TYPE", "errorCode": "INVALID_AUTH_HEADER"}]
        """

      Examples:
        | header    |
        | Basic abc |
        | Bearer    |
        | nonsense  |

    Scenario: A token that nobody gave out
      When somebody sends
        """
        GET /services/data/v67.0/limits
        Authorization: Bearer nonsense
        """
      Then the answer on the wire is
        """
        HTTP 401
        Content-Type: application/json;charset=UTF-8

        [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
        """

  Rule: Methods and addresses

    Scenario Outline: <method> <path>
      When the admin sends
        """
        <method> /services/data/v67.0/<path>
        Content-Type: application/json

        {}
        """
      Then the answer on the wire is
        """
        HTTP 405
        Content-Type: application/json;charset=UTF-8

        [{"errorCode": "METHOD_NOT_ALLOWED", "message": "HTTP Method '<method>' not allowed. Allowed are <allowed>"}]
        """

      @route:rest/describe-global @route:rest/basic-information @route:rest/query @route:rest/read
      Examples:
        | method | path                                | allowed               |
        | POST   | sobjects                            | HEAD,GET              |
        | PATCH  | sobjects/Account                    | HEAD,GET,POST         |
        | PUT    | sobjects/Account/001000000000001AAA | HEAD,GET,PATCH,DELETE |
        | POST   | query                               | HEAD,GET              |
        | DELETE | queryAll                            | HEAD,GET              |
        | PUT    | search                              | HEAD,GET              |
        | POST   | sobjects/Account/describe           | HEAD,GET              |
        | PATCH  | limits                              | HEAD,GET              |

    @route:rest/limits @route:rest/query @route:rest/basic-information
    Scenario Outline: A slash at the end is nothing: <path>
      When the admin sends
        """
        GET /services/data/v67.0/<path>
        """
      Then the answer has the status 200

      Examples:
        | path                                |
        | limits/                             |
        | sobjects/                           |
        | sobjects/Account/                   |
        | sobjects/Account/describe/          |
        | query/?q=SELECT+Id+FROM+Account     |
        | queryAll/?q=SELECT+Id+FROM+Account  |
        | recent/                             |

    @route:rest/limits
    Scenario: Asking for the head of an answer
      When the admin sends
        """
        HEAD /services/data/v67.0/limits
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/json;charset=UTF-8
        Sforce-Limit-Info: api-usage={number}/{number}
        Cache-Control: no-cache,must-revalidate,max-age=0,no-store,private
        """

    @route:rest/query
    Scenario: Objects, fields and relationships are named in any case
      Given these Account records
        | Name |
        | Acme |
      When the admin reads "/sobjects/ACCOUNT/{id15:Acme}?fields=NAME,owner.username"
      Then the answer is the error "INVALID_FIELD" saying "No such column 'owner.username' on sobject of type Account"
      When the admin reads "/sobjects/ACCOUNT/{id15:Acme}?fields=NAME,phone"
      Then the answer on the wire is
        """
        HTTP 200

        {"attributes": {"type": "Account", "url": "/services/data/v67.0/sobjects/Account/{id:Acme}"}, "Name": "Acme", "Phone": null}
        """

  @route:rest/limits @route:rest/query @route:rest/versions
  Rule: Spellings

    Scenario Outline: <path> with Accept: <accept>
      When the admin sends
        """
        GET /services/data/v67.0/<path>
        Accept: <accept>
        """
      Then the answer on the wire is
        """
        HTTP <status>
        Content-Type: <type>
        """

      Examples:
        | path                                  | accept                          | status | type                           |
        | limits                                | application/json                | 200    | application/json;charset=UTF-8 |
        | limits                                | application/xml                 | 200    | application/xml;charset=UTF-8  |
        | limits                                | */*                             | 200    | application/json;charset=UTF-8 |
        | limits                                | text/html, */*;q=0.1            | 200    | application/json;charset=UTF-8 |
        | limits                                | application/*                   | 200    | application/json;charset=UTF-8 |
        | limits.xml                            | application/json                | 200    | application/xml;charset=UTF-8  |
        | limits.json                           | application/xml                 | 200    | application/json;charset=UTF-8 |
        | limits                                | image/png                       | 406    | application/json;charset=UTF-8 |
        | limits.pdf                            | */*                             | 404    | application/json;charset=UTF-8 |
        | query.xml?q=SELECT+Id+FROM+Account    | */*                             | 200    | application/xml;charset=UTF-8  |

    @own-org
    Scenario: A query in XML
      Given these Account records
        | Name |
        | Acme |
      And these Contact records
        | LastName | AccountId |
        | Hopper   | {id:Acme} |
      When the admin sends
        """
        GET /services/data/v67.0/query?q=SELECT+Id,Phone,Owner.Username,(SELECT+LastName+FROM+Contacts)+FROM+Account
        Accept: application/xml
        """
      Then the answer on the wire is
        """
        HTTP 200
        Content-Type: application/xml;charset=UTF-8

        <?xml version="1.0" encoding="UTF-8"?><QueryResult><totalSize>1</totalSize><done>true</done><records type="Account" url="/services/data/v67.0/sobjects/Account/{id:Acme}"><Id>{id:Acme}</Id><Phone xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/><Owner type="User" url="/services/data/v67.0/sobjects/User/{user id}"><Username>{username}</Username></Owner><Contacts><totalSize>1</totalSize><done>true</done><records type="Contact" url="/services/data/v67.0/sobjects/Contact/{id:Hopper}"><LastName>Hopper</LastName></records></Contacts></records></QueryResult>
        """

    Scenario: A refused query in XML
      When the admin sends
        """
        GET /services/data/v67.0/query.xml?q=SELECT+Id+FROM
        """
      Then the answer on the wire is
        """
        HTTP 400
        Content-Type: application/xml;charset=UTF-8

        <?xml version="1.0" encoding="UTF-8"?><Errors><Error><message>unexpected token: &apos;&lt;EOF&gt;&apos;</message><errorCode>MALFORMED_QUERY</errorCode></Error></Errors>
        """

    Scenario: The versions in XML
      When somebody sends
        """
        GET /services/data
        Accept: application/xml
        """
      Then the body begins with
        """
        <?xml version="1.0" encoding="UTF-8"?><Versions><Version><label>Summer &apos;14</label><url>/services/data/v31.0</url><version>31.0</version></Version><Version><label>Winter &apos;15</label><url>/services/data/v32.0</url><version>32.0</version></Version>
        """

    Scenario: Spread out for people to read
      When the admin sends
        """
        GET /services/data/v67.0/limits/recordCount?sObjects=Account
        X-PrettyPrint: 1
        """
      Then the body begins with
        """
        {
          "sObjects" : [
        """

    Scenario: A call without a body may name the type of one
      When the admin sends
        """
        GET /services/data/v67.0/limits
        Content-Type: application/json
        """
      Then the answer has the status 200

  @route:rest/versions @route:rest/resources
  Rule: Versions

    Scenario Outline: <version>
      When the admin sends
        """
        GET /services/data/<version>/limits
        """
      Then the answer on the wire is
        """
        HTTP <status>
        Content-Type: application/json;charset=UTF-8

        <body>
        """

      Examples:
        | version | status | body |
        | v31.0   | 200    | {"DailyApiRequests": {"Max": "{number}", "Remaining": "{number}"}, "...": "{any}"} |
        | v30.0   | 410    | [{"errorCode": "GONE", "message": "The API version in the URL is retired."}] |
        | v20.0   | 410    | [{"errorCode": "GONE", "message": "The API version in the URL is retired."}] |
        | v75.0   | 404    | [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}] |
        | v6.0    | 404    | [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}] |
        | v38     | 404    | [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}] |
        | 67.0    | 404    | [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}] |

    Scenario: The root names every resource, and who is asking
      When the admin sends
        """
        GET /services/data/v67.0
        """
      Then the answer on the wire is
        """
        HTTP 200

        {"tooling": "/services/data/v67.0/tooling", "metadata": "/services/data/v67.0/metadata", "eclair": "/services/data/v67.0/eclair", "folders": "/services/data/v67.0/folders", "prechatForms": "/services/data/v67.0/prechatForms",
         "contact-tracing": "/services/data/v67.0/contact-tracing", "jsonxform": "/services/data/v67.0/jsonxform", "chatter": "/services/data/v67.0/chatter", "payments": "/services/data/v67.0/payments", "tabs": "/services/data/v67.0/tabs",
         "appMenu": "/services/data/v67.0/appMenu", "quickActions": "/services/data/v67.0/quickActions", "queryAll": "/services/data/v67.0/queryAll", "commerce": "/services/data/v67.0/commerce", "wave": "/services/data/v67.0/wave",
         "iot": "/services/data/v67.0/iot", "analytics": "/services/data/v67.0/analytics", "search": "/services/data/v67.0/search", "smartdatadiscovery": "/services/data/v67.0/smartdatadiscovery",
         "identity": "{instance}/id/{org id}/{user id}", "composite": "/services/data/v67.0/composite", "parameterizedSearch": "/services/data/v67.0/parameterizedSearch", "...": "{any}"}
        """

    Scenario: The root in XML
      When the admin sends
        """
        GET /services/data/v67.0/
        Accept: application/xml
        """
      Then the body begins with
        """
        <?xml version="1.0" encoding="UTF-8"?><urls><tooling>/services/data/v67.0/tooling</tooling><metadata>/services/data/v67.0/metadata</metadata>
        """

  @route:rest/query
  Rule: How long an address may be

    Scenario: Longer than 16,384 bytes
      When the admin sends 900 times the part in angle brackets
        """
        GET /services/data/v67.0/query?q=SELECT+Id+FROM+Account+WHERE+Id+IN+(<'001000000000001AAA'>)
        """
      Then the answer has the status 414
