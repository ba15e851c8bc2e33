@R-F3 @route:rest/search
Feature: SOSL: what is searched for
  Words, phrases and wildcards find records whatever their case and accents.

  Background:
    Given these Account records
      | Name              | BillingCity | Description             |
      | Acme Rockets Inc. | Orléans     |                         |
      | Rocket Supplies   | Paris       | a friend of acme        |
      | O'Brien and Sons  | Galway      | whiskey                 |
      | AT&T              | Dallas      | telephones              |

  Scenario Outline: <terms>
    When the admin searches "FIND {<terms>} RETURNING Account(Name)"
    Then the search finds "<found>"

    Examples:
      | terms                     | found                              |
      | acme                      | Acme Rockets Inc., Rocket Supplies |
      | ACME rockets              | Acme Rockets Inc.                  |
      | acme AND friend           | Rocket Supplies                    |
      | acme AND NOT friend       | Acme Rockets Inc.                  |
      | galway OR dallas          | AT&T, O'Brien and Sons             |
      | (galway OR paris) AND acme | Rocket Supplies                   |
      | rocket                    | Rocket Supplies                    |
      | rocket*                   | Acme Rockets Inc., Rocket Supplies |
      | rocket?                   | Acme Rockets Inc.                  |
      | ro*ts                     | Acme Rockets Inc.                  |
      | orleans                   | Acme Rockets Inc.                  |
      | ORLÉANS                   | Acme Rockets Inc.                  |
      | AT\\&T                    | AT&T                               |

  Scenario: A phrase is found word after word
    When the admin searches
      """
      FIND {"acme rockets"} RETURNING Account(Name)
      """
    Then the search finds "Acme Rockets Inc."

  Scenario: The words of a phrase in another order are not the phrase
    When the admin searches
      """
      FIND {"rockets acme"} RETURNING Account(Name)
      """
    Then the search finds nothing

  Scenario: An apostrophe is escaped
    When the admin searches
      """
      FIND {o\'brien} RETURNING Account(Name)
      """
    Then the search finds "O'Brien and Sons"

  Scenario Outline: A search text that is none: <sosl>
    When the admin searches "<sosl>"
    Then the search fails with "MALFORMED_SEARCH" saying "<message>"

    Examples:
      | sosl         | message                                                                 |
      | FIND acme    | No search term found. The search term must be enclosed in braces.      |
      | FIND {}      | No search term found. The search term must be enclosed in braces.      |
      | FIND {acme   | No search term found. The search term must be enclosed in braces.      |
      | FIND {a}     | search term must be longer than one character: a                       |
      | FIND {(acme} | unexpected token: '<EOF>'                                               |
      | FIND {acme)} | unexpected token: ')'                                                   |
      | FIND {AND bb} | unexpected token: 'AND'                                                 |
