//! Text to the words a search compares: letters and digits only, without case and accents.
//!
//! Index and search text go through the same functions, so that they agree whatever the database's own tokenizer knows of Unicode.
//!
//! GUESS: Salesforce's rules for languages (stems, synonyms, nicknames) are its own; here a word is found as it is written.

use std::borrow::Cow;
use std::ops::Range;

use catalogue::FieldType;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::fold::fold_char;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As it is compared.
    pub folded: String,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

/// The words of a text, in order. Each Chinese or Japanese character is a word of its own: those scripts put no spaces.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        if !is_part(letter) {
            open = false;
            continue;
        }
        let alone = stands_alone(letter);
        match words.last_mut().filter(|_| open && !alone) {
            Some(word) => word.span.end = end,
            None if is_combining_mark(letter) => continue,
            None => words.push(Word { folded: String::new(), span: at..end }),
        }
        if let Some(word) = words.last_mut() {
            push_folded(&mut word.folded, letter);
        }
        open = !alone;
    }
    words.retain(|word| !word.folded.is_empty());
    words
}

/// The words of a field's value, as the index has them.
pub fn field_words(kind: FieldType, text: &str) -> Vec<Word> {
    if kind == FieldType::Phone { words(&searchable_phone(text)) } else { words(text) }
}

/// The text as the full-text index takes it: its words, with one space between. Plain ASCII stays as it is, since the index's own
/// tokenizer reads that in the same way.
pub fn searchable(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
    Cow::Owned(words.join(" "))
}

/// A phone number as the index takes it: its groups of digits, then all digits together, and the last ten and seven of them, so that a
/// number is found with and without its punctuation, country and area code.
pub fn searchable_phone(number: &str) -> String {
    let mut text = searchable(number).into_owned();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let shorter = [10, 7].into_iter().filter(|length| *length < digits.len());
    for length in std::iter::once(digits.len()).chain(shorter) {
        text.push(' ');
        text.push_str(&digits[digits.len() - length..]);
    }
    text
}

/// Appends a letter or digit as it is compared: decomposed, without accents, in lower case.
pub(super) fn push_folded(word: &mut String, letter: char) {
    if letter.is_ascii() {
        return word.push(letter.to_ascii_lowercase());
    }
    word.extend(std::iter::once(letter).nfkd().filter(|part| part.is_alphanumeric() && !is_combining_mark(*part)).map(fold_char));
}

/// Whether a character belongs to a word: a letter, a digit, or an accent written on its own.
pub(super) fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || is_combining_mark(letter)
}

/// Han characters and kana.
pub(super) fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_words(text: &str, expected: &[&str]) {
        let found = words(text);
        assert_eq!(found.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>(), expected, "{text}");
        assert!(found.iter().all(|word| text.is_char_boundary(word.span.start) && text.is_char_boundary(word.span.end)));
    }

    #[test]
    fn words_are_letters_and_digits_without_case_and_accents() {
        check_words("Acme, Inc.", &["acme", "inc"]);
        check_words("Ada.Byron@acme.example", &["ada", "byron", "acme", "example"]);
        check_words("Crème BRÛLÉE", &["creme", "brulee"]);
        check_words("Cre\u{300}me \u{301}", &["creme"]);
        check_words("AT&T's 2nd", &["at", "t", "s", "2nd"]);
        check_words("東京タワー ab", &["東", "京", "タ", "ワ", "ー", "ab"]);
        check_words("ﬁne Straße", &["fine", "straße"]);
        check_words(" *&- ", &[]);
    }

    #[test]
    fn the_index_reads_plain_text_as_it_is() {
        assert_eq!(searchable("Acme, Inc."), "Acme, Inc.");
        assert_eq!(searchable("Café-Bar"), "cafe bar");
    }

    #[test]
    fn a_phone_number_is_found_in_every_spelling() {
        assert_eq!(searchable_phone("+1 (415) 555-1212"), "+1 (415) 555-1212 14155551212 4155551212 5551212");
        assert_eq!(searchable_phone("911"), "911 911");
        assert_eq!(searchable_phone("(415) 555-1212"), "(415) 555-1212 4155551212 5551212");
        assert_eq!(searchable_phone("ext."), "ext. ");
    }
}
