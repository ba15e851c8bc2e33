@R-F2
Feature: Queries over SOAP
  Records come typed, with their parents and children inside; long results go on under a locator.

  @route:soap/partner
  Rule: What a record looks like

    Background:
      Given these Account records
        | ref  | Name        | AnnualRevenue | Phone | BillingCity |
        | Acme | Acme & Sons | 350000000     |       | Paris       |
      And these Contact records
        | LastName | AccountId |
        | Ada      | {id:Acme} |

    Scenario: The id stands twice where it was asked for, and nulls are nil
      When the admin calls over SOAP
        """
        <query><queryString>SELECT Id, Name, Phone, AnnualRevenue, IsDeleted FROM Account</queryString></query>
        """
      Then the SOAP answer is
        """
        <queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>
        <records xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id>{id:Acme}</sf:Id><sf:Id>{id:Acme}</sf:Id><sf:Name>Acme &amp; Sons</sf:Name>
        <sf:Phone xsi:nil="true"/><sf:AnnualRevenue>3.5E8</sf:AnnualRevenue><sf:IsDeleted>false</sf:IsDeleted></records>
        <size>1</size></result></queryResponse>
        """

    Scenario: The only element of a call may have any name
      When the admin calls over SOAP
        """
        <query><c-gensym9 xsi:type="xsd:string">SELECT Name FROM Account</c-gensym9></query>
        """
      Then the answer mentions "<sf:Name>Acme &amp; Sons</sf:Name>"

    Scenario: One of several may not
      When the admin calls over SOAP
        """
        <query><a>SELECT Name FROM Account</a><b/></query>
        """
      Then the SOAP fault is "sf:INVALID_FIELD" saying "query: the element queryString is required"

    Scenario: Parents are records inside, children results inside
      When the admin calls over SOAP
        """
        <query><queryString>SELECT Name, (SELECT LastName, Account.Name FROM Contacts), (SELECT Name FROM Opportunities) FROM Account</queryString></query>
        """
      Then the SOAP answer is
        """
        <queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>
        <records xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id xsi:nil="true"/><sf:Name>Acme &amp; Sons</sf:Name>
        <sf:Contacts xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>
        <records xsi:type="sf:sObject"><sf:type>Contact</sf:type><sf:Id xsi:nil="true"/><sf:LastName>Ada</sf:LastName>
        <sf:Account xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id xsi:nil="true"/><sf:Name>Acme &amp; Sons</sf:Name></sf:Account></records><size>1</size></sf:Contacts>
        <sf:Opportunities xsi:nil="true"/></records>
        <size>1</size></result></queryResponse>
        """

    Scenario: An address has its parts, the place first
      When the admin calls over SOAP
        """
        <query><queryString>SELECT BillingAddress, ShippingAddress FROM Account</queryString></query>
        """
      Then the SOAP answer is
        """
        <queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>
        <records xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id xsi:nil="true"/>
        <sf:BillingAddress xsi:type="address"><latitude xsi:nil="true"/><longitude xsi:nil="true"/><city>Paris</city><country xsi:nil="true"/><countryCode xsi:nil="true"/><geocodeAccuracy xsi:nil="true"/><postalCode xsi:nil="true"/><state xsi:nil="true"/><stateCode xsi:nil="true"/><street xsi:nil="true"/></sf:BillingAddress>
        <sf:ShippingAddress xsi:nil="true"/></records><size>1</size></result></queryResponse>
        """

    Scenario: An aggregate tells the types of its values
      When the admin calls over SOAP
        """
        <query><queryString>SELECT COUNT(Id), MAX(Name) top FROM Account</queryString></query>
        """
      Then the SOAP answer is
        """
        <queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>
        <records xsi:type="sf:sObject" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><sf:type>AggregateResult</sf:type><sf:Id xsi:nil="true"/>
        <sf:expr0 xsi:type="xsd:int">1</sf:expr0><sf:top xsi:type="xsd:string">Acme &amp; Sons</sf:top></records><size>1</size></result></queryResponse>
        """

    Scenario: A count has no records
      When the admin calls over SOAP
        """
        <query><queryString>SELECT COUNT() FROM Account</queryString></query>
        """
      Then the SOAP answer is
        """
        <queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/><size>1</size></result></queryResponse>
        """

    @route:soap/enterprise
    Scenario: The enterprise endpoint names the type of each record
      When the admin calls over enterprise SOAP
        """
        <query><queryString>SELECT Id, Name, Owner.Name FROM Account</queryString></query>
        """
      Then the SOAP answer is
        """
        <queryResponse><result xsi:type="QueryResult"><done>true</done><queryLocator xsi:nil="true"/>
        <records xsi:type="sf:Account"><sf:Id>{id:Acme}</sf:Id><sf:Name>Acme &amp; Sons</sf:Name><sf:Owner xsi:type="sf:User"><sf:Name>admin</sf:Name></sf:Owner></records>
        <size>1</size></result></queryResponse>
        """

    Scenario: Deleted records are left out
      Given the admin has deleted the Contact "Ada"
      When the admin calls over SOAP
        """
        <query><queryString>SELECT LastName FROM Contact</queryString></query>
        """
      Then the SOAP answer says "0" in "size"

    Scenario: But not by queryAll
      Given the admin has deleted the Contact "Ada"
      When the admin calls over SOAP
        """
        <queryAll><queryString>SELECT LastName FROM Contact</queryString></queryAll>
        """
      Then the SOAP answer says "1" in "size"

    Scenario: Records are retrieved in the order of their ids, nil where there is none
      When the admin calls over SOAP
        """
        <retrieve><fieldList>Name, Phone</fieldList><sObjectType>Account</sObjectType><ids>001000000000001AAA</ids><ids>{id:Acme}</ids></retrieve>
        """
      Then the SOAP answer is
        """
        <retrieveResponse><result xsi:nil="true"/><result xsi:type="sf:sObject"><sf:type>Account</sf:type><sf:Id xsi:nil="true"/><sf:Name>Acme &amp; Sons</sf:Name><sf:Phone xsi:nil="true"/></result></retrieveResponse>
        """

  @route:soap/partner
  Rule: Long results

    Scenario: The batch size is asked for in a header
      Given 250 Account records named "Acme"
      And the SOAP headers
        """
        <QueryOptions xmlns="urn:partner.soap.sforce.com"><batchSize>200</batchSize></QueryOptions>
        """
      And the admin has called over SOAP
        """
        <query><queryString>SELECT Name FROM Account ORDER BY Name</queryString></query>
        """
      And "queryLocator" of the SOAP answer is noted as "locator"
      And the answer mentions "<done>false</done>"
      When the admin calls over SOAP
        """
        <queryMore><queryLocator>{note:locator}</queryLocator></queryMore>
        """
      Then the answer mentions "<sf:Name>Acme 00201</sf:Name>"
      And the answer mentions "<done>true</done><queryLocator xsi:nil="
      And the SOAP answer says "250" in "size"

    Scenario: A locator nobody gave
      When the admin calls over SOAP
        """
        <queryMore><queryLocator>01gxx0000000001AAA-500</queryLocator></queryMore>
        """
      Then the SOAP fault is
        """
        <faultcode>sf:INVALID_QUERY_LOCATOR</faultcode><faultstring>INVALID_QUERY_LOCATOR: invalid query locator</faultstring>
        <detail><sf:InvalidQueryLocatorFault xsi:type="sf:InvalidQueryLocatorFault"><sf:exceptionCode>INVALID_QUERY_LOCATOR</sf:exceptionCode><sf:exceptionMessage>invalid query locator</sf:exceptionMessage></sf:InvalidQueryLocatorFault></detail>
        """

  @route:soap/partner
  Rule: Queries that are refused tell the place

    Scenario: A field nobody has
      When the admin calls over SOAP
        """
        <query><queryString>SELECT Nope FROM Account</queryString></query>
        """
      Then the SOAP fault is
        """
        <faultcode>sf:INVALID_FIELD</faultcode><faultstring>INVALID_FIELD: {string}ERROR at Row:1:Column:8{string}</faultstring>
        <detail><sf:InvalidFieldFault xsi:type="sf:InvalidFieldFault"><sf:exceptionCode>INVALID_FIELD</sf:exceptionCode><sf:exceptionMessage>{string}</sf:exceptionMessage>
        <sf:row>1</sf:row><sf:column>8</sf:column></sf:InvalidFieldFault></detail>
        """

    Scenario: A text that is no query
      When the admin calls over SOAP
        """
        <query><queryString>hello</queryString></query>
        """
      Then the SOAP fault is "sf:MALFORMED_QUERY" saying "{string}"

    Scenario: No query at all
      When the admin calls over SOAP
        """
        <query/>
        """
      Then the SOAP fault is "sf:INVALID_FIELD" saying "query: the element queryString is required"

    Scenario: Ids that are none cannot be retrieved
      When the admin calls over SOAP
        """
        <retrieve><fieldList>Name</fieldList><sObjectType>Account</sObjectType><ids>nonsense</ids></retrieve>
        """
      Then the SOAP fault is "sf:MALFORMED_ID" saying "malformed id nonsense"
