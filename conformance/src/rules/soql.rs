//! Text of SOQL, read as far as its string literals.

/// The string literals of a query with their escapes undone; None if the query ends inside one.
pub fn literals(query: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut characters = query.chars();
    while let Some(c) = characters.next() {
        if c == '\'' {
            found.push(literal(&mut characters)?);
        }
    }
    Some(found)
}

/// The rest of a literal whose opening quote has been read.
fn literal(characters: &mut std::str::Chars<'_>) -> Option<String> {
    let mut text = String::new();
    loop {
        match characters.next()? {
            '\'' => return Some(text),
            '\\' => text.push(escaped(characters)?),
            c => text.push(c),
        }
    }
}

/// Source: SOQL and SOSL Reference, quoted string escape sequences.
fn escaped(characters: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match characters.next()? {
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        'u' => {
            let digits: String = characters.by_ref().take(4).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
        }
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_with_their_escapes_undone() {
        let check = |query: &str, expected: Option<&[&str]>| {
            let expected = expected.map(|texts| texts.iter().map(|text| (*text).to_owned()).collect());
            assert_eq!(literals(query), expected, "{query}");
        };
        check("SELECT Id FROM Account", Some(&[]));
        check(r"WHERE Name = 'O\'Brien'", Some(&["O'Brien"]));
        check(r"WHERE Name = '\\\' OR Name != null OR Name = \''", Some(&[r"\' OR Name != null OR Name = '"]));
        check(r"WHERE Name = '\\' OR Name != null OR Name = ''", Some(&[r"\", ""]));
        check(r"WHERE Name = 'a' AND Rating = 'caf\u00e9\n'", Some(&["a", "café\n"]));
        check("WHERE Name = 'O'Brien'", None);
    }
}
