@route:soap/partner @R-F4
Feature: What an application around records asks over SOAP
  The describe calls of layouts, lists, tabs, themes and actions say what REST says.

  Scenario Outline: <call>
    When the admin calls over SOAP
      """
      <body>
      """
    Then the answer has the status 200
    And the answer mentions "<part>"

    Examples:
      | call                           | body                                                                                                                                                                                                                   | part                                                                                             |
      | describeAllTabs                | <describeAllTabs/>                                                                                                                                                                                                     | <name>standard-Account</name><sobjectName>Account</sobjectName>                                  |
      | describeAppMenu                | <describeAppMenu><appMenuType>AppSwitcher</appMenuType></describeAppMenu>                                                                                                                                              | <label>Sales</label><name>Sales</name><type>Tabset</type>                                        |
      | describeApprovalLayout         | <describeApprovalLayout><sObjectType>Account</sObjectType></describeApprovalLayout>                                                                                                                                    | <describeApprovalLayoutResponse><result></result></describeApprovalLayoutResponse>               |
      | describeAvailableQuickActions  | <describeAvailableQuickActions><contextType>Account</contextType></describeAvailableQuickActions>                                                                                                                      | <result><actionEnumOrId>Account.NewTask</actionEnumOrId><label>New Task</label><name>Account.NewTask</name><type>Create</type></result> |
      | global quick actions           | <describeAvailableQuickActions/>                                                                                                                                                                                       | <result><actionEnumOrId>NewTask</actionEnumOrId><label>New Task</label><name>NewTask</name><type>Create</type></result> |
      | describeQuickActions           | <describeQuickActions><quickActions>Account.NewTask</quickActions><quickActions>NewTask</quickActions></describeQuickActions>                                                                                         | <name>Account.NewTask</name>                                                                     |
      | describeCompactLayouts         | <describeCompactLayouts><sObjectType>Account</sObjectType></describeCompactLayouts>                                                                                                                                    | <compactLayoutName>SYSTEM</compactLayoutName>                                                    |
      | describePrimaryCompactLayouts  | <describePrimaryCompactLayouts><sObjectTypes>Account</sObjectTypes></describePrimaryCompactLayouts>                                                                                                                    | <name>SYSTEM</name><objectType>Account</objectType>                                              |
      | describeGlobalTheme            | <describeGlobalTheme/>                                                                                                                                                                                                 | <theme><themeItems><colors><color>                                                               |
      | describeTheme                  | <describeTheme><sobjectType>Account</sobjectType></describeTheme>                                                                                                                                                      | <name>Account</name></themeItems></result>                                                       |
      | describeKnowledgeSettings      | <describeKnowledgeSettings/>                                                                                                                                                                                           | <knowledgeEnabled>false</knowledgeEnabled>                                                       |
      | describeSoftphoneLayout        | <describeSoftphoneLayout/>                                                                                                                                                                                             | <describeSoftphoneLayoutResponse><result xsi:nil=                                                                      |
      | describeSearchLayouts          | <describeSearchLayouts><sObjectType>Account</sObjectType></describeSearchLayouts>                                                                                                                                      | <objectType>Account</objectType>                                                                 |
      | describeSearchScopeOrder       | <describeSearchScopeOrder/>                                                                                                                                                                                            | <result><keyPrefix>001</keyPrefix><name>Account</name></result>                                  |
      | describeSObjectListViews       | <describeSObjectListViews><sObjectType>Account</sObjectType><recentsOnly>false</recentsOnly><isSoqlCompatible>TRUE</isSoqlCompatible><limit>1</limit><offset>0</offset></describeSObjectListViews>                        | <sobjectType>Account</sobjectType>                                                               |
      | describeSoqlListViews          | <describeSoqlListViews><request><listViewParams><developerNameOrId>AllAccounts</developerNameOrId><sobjectType>Account</sobjectType></listViewParams></request></describeSoqlListViews>                                 | <scope>everything</scope>                                                                        |
      | executeListView                | <executeListView><request><developerNameOrId>AllAccounts</developerNameOrId><limit>1</limit><offset>0</offset><sobjectType>Account</sobjectType></request></executeListView>                                           | <developerName>AllAccounts</developerName>                                                       |
      | data category groups           | <describeDataCategoryGroupStructures><topCategoriesOnly>true</topCategoriesOnly></describeDataCategoryGroupStructures>                                                                                                 | <describeDataCategoryGroupStructuresResponse/>                                                   |

  Scenario Outline: Refused: <body>
    When the admin calls over SOAP
      """
      <body>
      """
    Then the SOAP fault is "<code>" saying "<message>"

    Examples:
      | body                                                                                                                                                                                     | code              | message                                                              |
      | <describeCompactLayouts><sObjectType>Nope</sObjectType></describeCompactLayouts>                                                                                                         | sf:INVALID_TYPE   | sObject type 'Nope' is not supported. {string}                       |
      | <describeTheme><sobjectType>Nope</sobjectType></describeTheme>                                                                                                                           | sf:INVALID_TYPE   | sObject type 'Nope' is not supported. {string}                       |
      | <describeAppMenu/>                                                                                                                                                                       | sf:INVALID_FIELD  | describeAppMenu: the element appMenuType is required                 |
      | <describeQuickActions><quickActions>Account.Nope</quickActions></describeQuickActions>                                                                                                   | sf:RESOURCE_NOT_FOUND | The requested resource does not exist                                |
      | <executeListView><request><developerNameOrId>Nope</developerNameOrId><sobjectType>Account</sobjectType></request></executeListView>                                                      | sf:RESOURCE_NOT_FOUND | The requested resource does not exist                                |
      | <executeListView/>                                                                                                                                                                       | sf:INVALID_FIELD  | executeListView: the element request is required                     |

  @R-F1
  Rule: Approvals and duplicates of an org that has no rules for them

    Background:
      Given these Account records
        | Name |
        | Acme |

    Scenario: No process applies
      When the admin calls over SOAP
        """
        <process><actions xsi:type="ProcessSubmitRequest" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><comments>Please</comments><objectId>{id:Acme}</objectId></actions></process>
        """
      Then the SOAP answer is
        """
        <processResponse><result><entityId xsi:nil="true"/><errors><message>No applicable approval process was found.</message><statusCode>NO_APPLICABLE_PROCESS</statusCode></errors><instanceId xsi:nil="true"/><instanceStatus xsi:nil="true"/><newWorkitemIds xsi:nil="true"/><success>false</success></result></processResponse>
        """

    Scenario: A work item nobody has
      When the admin calls over SOAP
        """
        <process><actions><action>Approve</action><workitemId>04i000000000001AAA</workitemId></actions></process>
        """
      Then the SOAP answer is
        """
        <processResponse><result><entityId xsi:nil="true"/><errors><message>invalid cross reference id</message><statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode></errors><instanceId xsi:nil="true"/><instanceStatus xsi:nil="true"/><newWorkitemIds xsi:nil="true"/><success>false</success></result></processResponse>
        """

    Scenario: A record the user does not see is not there for approvals and duplicates
      Given the default access to Account is "Private"
      And a user "ada" with the profile "Standard User"
      When "ada" calls over SOAP
        """
        <process><actions xsi:type="ProcessSubmitRequest" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><objectId>{id:Acme}</objectId></actions></process>
        """
      Then the SOAP answer is
        """
        <processResponse><result><entityId xsi:nil="true"/><errors><message>invalid cross reference id</message><statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode></errors><instanceId xsi:nil="true"/><instanceStatus xsi:nil="true"/><newWorkitemIds xsi:nil="true"/><success>false</success></result></processResponse>
        """
      When "ada" calls over SOAP
        """
        <findDuplicatesByIds><ids>{id:Acme}</ids></findDuplicatesByIds>
        """
      Then the SOAP answer is
        """
        <findDuplicatesByIdsResponse><result><errors><message>invalid cross reference id</message><statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode></errors><success>false</success></result></findDuplicatesByIdsResponse>
        """

    Scenario: Nothing is a duplicate
      When the admin calls over SOAP
        """
        <findDuplicatesByIds><ids>{id:Acme}</ids><ids>001000000000001AAA</ids></findDuplicatesByIds>
        """
      Then the SOAP answer is
        """
        <findDuplicatesByIdsResponse><result><success>true</success></result><result><errors><message>invalid cross reference id</message><statusCode>INVALID_CROSS_REFERENCE_KEY</statusCode></errors><success>false</success></result></findDuplicatesByIdsResponse>
        """
      When the admin calls over SOAP
        """
        <findDuplicates><sObjects><type>Account</type><Name>Acme</Name></sObjects></findDuplicates>
        """
      Then the SOAP answer is
        """
        <findDuplicatesResponse><result><success>true</success></result></findDuplicatesResponse>
        """

    Scenario: Of an object nobody has
      When the admin calls over SOAP
        """
        <findDuplicates><sObjects><type>Nope</type></sObjects></findDuplicates>
        """
      Then the SOAP fault is "sf:INVALID_TYPE" saying "sObject type 'Nope' is not supported. {string}"
