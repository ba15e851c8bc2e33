//! Suggestions for a phrase that nobody knows.

use super::{Keyword, Phrase, Phrases};

/// Most suggestions for one phrase.
const SUGGESTIONS: usize = 3;
/// A phrase that shares less than this share of its words is no help.
const ALIKE_PERCENT: usize = 45;
/// Stands for a parameter's value when two phrases are compared.
const HOLE: &str = "{}";

/// The phrases that come nearest to what was said, the nearest first; those of another keyword come after those of the same.
pub fn nearest(keyword: Keyword, said: &str) -> Vec<&'static Phrase> {
    let said = words(said);
    let mut alike: Vec<(usize, bool, &Phrase)> = Phrases::known()
        .phrases
        .iter()
        .map(|phrase| (words(&phrase.expression), phrase))
        .filter(|(words, _)| words.iter().any(|word| word != HOLE && said.iter().any(|other| word == other || is_slip(word, other))))
        .map(|(words, phrase)| (likeness(&said, &words), phrase.keyword != keyword, phrase))
        .filter(|(percent, ..)| *percent >= ALIKE_PERCENT)
        .collect();
    alike.sort_by_key(|(percent, is_other, _)| (100 - percent + if *is_other { 10 } else { 0 }, *is_other));
    alike.into_iter().take(SUGGESTIONS).map(|(_, _, phrase)| phrase).collect()
}

/// The words of a phrase, with holes for what differs from use to use.
fn words(phrase: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = phrase.trim();
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '"' => Some('"'),
            '{' => Some('}'),
            _ => None,
        };
        let end = closing.and_then(|closing| rest[1..].find(closing)).map(|at| at + 2);
        let (word, next) = match end {
            Some(end) => (HOLE.to_owned(), &rest[end..]),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (plain(&rest[..end]), &rest[end..])
            }
        };
        words.push(word);
        rest = next.trim_start();
    }
    words
}

fn plain(word: &str) -> String {
    if word.chars().all(|letter| letter.is_ascii_digit()) { HOLE.to_owned() } else { word.to_lowercase() }
}

/// How alike two phrases are, in percent: by the words that must be changed, words with a small slip counting half.
fn likeness(one: &[String], other: &[String]) -> usize {
    let longest = one.len().max(other.len());
    if longest == 0 {
        return 0;
    }
    let distance = distance(one, other, |a, b| match () {
        () if a == b => 0,
        // A parameter may stand for words without quotes, such as "the admin".
        () if a == HOLE || b == HOLE || is_slip(a, b) => 1,
        () => 2,
    });
    100 - (distance * 100 / (2 * longest)).min(100)
}

/// Whether two words differ by a slip of the pen.
fn is_slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let changes = distance(&one, &other, |a, b| if a == b { 0 } else { 2 }) / 2;
    changes <= 1 + one.len().max(other.len()) / 5 && one.len().min(other.len()) > 2
}

/// The cost of making one sequence the other; adding or dropping an item costs 2.
fn distance<T>(one: &[T], other: &[T], cost: impl Fn(&T, &T) -> usize) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).map(|at| at * 2).collect();
    for (line, a) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], (line + 1) * 2);
        for (column, b) in other.iter().enumerate() {
            let next = (diagonal + cost(a, b)).min(row[column] + 2).min(row[column + 1] + 2);
            diagonal = std::mem::replace(&mut row[column + 1], next);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(one: &str, other: &str) -> usize {
        likeness(&words(one), &words(other))
    }

    #[test]
    fn values_do_not_count_and_slips_count_half() {
        assert_eq!(percent(r#""Reports" refreshes 3 times"#, "{app} refreshes {int} times"), 100);
        assert!(percent("the user refreshs the token", "the user refreshes the token") >= 80);
        assert!(percent("the moon is full", "{app} posts the code to the token endpoint") < ALIKE_PERCENT);
    }

    #[test]
    fn a_phrase_with_a_slip_is_suggested_as_it_should_be() {
        let known = &Phrases::known().phrases[0];
        let said = known.expression.replacen("the", "teh", 1);
        assert!(nearest(known.keyword, &said).contains(&known), "{said}");
        assert!(nearest(Keyword::When, "xyzzy plugh plover").is_empty());
    }
}
