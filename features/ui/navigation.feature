@R-F4
Feature: Tabs, theme and app menus
  What an app shell shows follows the objects the user sees.

  @route:rest/tabs
  Scenario: Tabs
    When the admin sends
      """
      GET /services/data/v67.0/tabs
      """
    Then the answer on the wire is
      """
      HTTP 200

      [{"colors": ["..."], "custom": false, "iconUrl": "{string}", "icons": ["..."], "label": "Accounts", "miniIconUrl": "{string}", "name": "standard-Account", "sobjectName": "Account", "url": "{string}"}, "..."]
      """

  @route:rest/theme
  Scenario: Icons and colours
    When the admin sends
      """
      GET /services/data/v67.0/theme
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"themeItems": [{"colors": ["..."], "icons": ["..."], "name": "Account"}, "..."]}
      """

  @route:rest/app-menu
  Scenario: The menus there are
    When the admin sends
      """
      GET /services/data/v67.0/appMenu
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"AppSwitcher": "/services/data/v67.0/appMenu/AppSwitcher", "Salesforce1": "/services/data/v67.0/appMenu/Salesforce1"}
      """

  @route:rest/app-switcher
  Scenario: The apps of a fresh org
    When the admin sends
      """
      GET /services/data/v67.0/appMenu/AppSwitcher
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"appMenuItems": [{"colors": ["..."], "content": null, "icons": ["..."], "label": "Sales", "type": "Tabset", "url": "{string}"}, "..."]}
      """

  @route:rest/mobile-menu
  Scenario: The menu of the mobile app
    When the admin sends
      """
      GET /services/data/v67.0/appMenu/Salesforce1
      """
    Then the answer on the wire is
      """
      HTTP 200

      {"appMenuItems": [{"colors": ["..."], "content": ["..."], "icons": ["..."], "label": "Smart Search Items", "type": "Standard.Search", "url": null}, "..."]}
      """

  @route:rest/app-menu
  Scenario: A menu that does not exist
    When the admin sends
      """
      GET /services/data/v67.0/appMenu/Nope
      """
    Then the answer is the error "NOT_FOUND"

  @route:rest/app-menu
  Scenario: Knowledge resources need a licence
    When the admin sends
      """
      GET /services/data/v67.0/support/knowledgeArticles
      """
    Then the answer is the error "NOT_FOUND"
