//! How text looks at a terminal: colours where they are wanted, lines no wider than the window.

use std::io::IsTerminal as _;

/// Width of a report that nobody watches.
const DEFAULT_WIDTH: usize = 100;
/// Narrower windows get lines of this width all the same: wrapping inside words helps nobody.
const LEAST_WIDTH: usize = 40;

/// Colours and width of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub has_colours: bool,
    /// In characters.
    pub width: usize,
}

/// What a colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    Doubtful,
    Quiet,
    Strong,
}

impl Style {
    /// For a file or a pipe.
    pub const PLAIN: Self = Self { has_colours: false, width: DEFAULT_WIDTH };

    /// What suits standard output: colours only at a terminal, and never when `NO_COLOR` is set.
    pub fn of_stdout() -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let seen = || is_terminal.then(window_width).flatten();
        Self { has_colours: is_terminal && !set("NO_COLOR") && !is_dumb, width: asked.or_else(seen).unwrap_or(DEFAULT_WIDTH).max(LEAST_WIDTH) }
    }

    /// The text in this tone.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        if !self.has_colours {
            return text.to_owned();
        }
        let code = match tone {
            Tone::Good => "32",
            Tone::Bad => "1;31",
            Tone::Doubtful => "33",
            Tone::Quiet => "2",
            Tone::Strong => "1",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A labelled paragraph: the label stands in the first line, the words hang behind it within the width.
    pub fn hanging(self, indent: usize, label: &str, label_width: usize, text: &str) -> String {
        let hang = indent + label_width;
        let room = self.width.saturating_sub(hang).max(LEAST_WIDTH / 2);
        let mut paragraph = String::new();
        for (number, line) in text.lines().flat_map(|line| wrap(line, room)).enumerate() {
            if number == 0 {
                let label = format!("{label:<label_width$}");
                paragraph.push_str(&format!("{:indent$}{}{line}\n", "", self.paint(Tone::Quiet, &label)));
            } else {
                paragraph.push_str(&format!("{:hang$}{line}\n", ""));
            }
        }
        paragraph
    }
}

fn window_width() -> Option<usize> {
    rustix::termios::tcgetwinsize(std::io::stdout()).ok().map(|size| usize::from(size.ws_col)).filter(|width| *width > 0)
}

/// A line in pieces of at most `room` characters, broken between words where that is possible.
pub fn wrap(line: &str, room: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in line.split_whitespace() {
        let mut word = word.to_owned();
        loop {
            let last = pieces.last_mut().map_or(0, |piece| piece.chars().count());
            let wanted = word.chars().count() + usize::from(last > 0);
            if last + wanted <= room {
                break;
            }
            if last == 0 {
                let (head, tail) = word.split_at(word.char_indices().nth(room).map_or(word.len(), |(at, _)| at));
                pieces.pop();
                pieces.push(head.to_owned());
                pieces.push(String::new());
                word = tail.to_owned();
            } else {
                pieces.push(String::new());
            }
        }
        if let Some(piece) = pieces.last_mut() {
            if !piece.is_empty() {
                piece.push(' ');
            }
            piece.push_str(&word);
        }
    }
    if pieces.len() > 1 && pieces.last().is_some_and(String::is_empty) {
        pieces.pop();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_wrap(line: &str, room: usize, expected: &[&str]) {
        assert_eq!(wrap(line, room), expected, "{line:?} within {room}");
    }

    #[test]
    fn lines_break_between_words_and_inside_those_that_are_too_long() {
        check_wrap("one two three", 7, &["one two", "three"]);
        check_wrap("one", 7, &["one"]);
        check_wrap("", 7, &[""]);
        check_wrap("abcdefghij kl", 4, &["abcd", "efgh", "ij", "kl"]);
        check_wrap("ab abcdefgh", 4, &["ab", "abcd", "efgh"]);
    }

    #[test]
    fn a_paragraph_hangs_behind_its_label() {
        let style = Style { has_colours: false, width: 40 };
        assert_eq!(
            style.hanging(2, "mend", 6, "store what every answer brings, then use it"),
            "  mend  store what every answer brings,\n        then use it\n"
        );
    }

    #[test]
    fn colours_appear_only_where_they_are_wanted() {
        assert_eq!(Style::PLAIN.paint(Tone::Bad, "no"), "no");
        assert_eq!(Style { has_colours: true, ..Style::PLAIN }.paint(Tone::Bad, "no"), "\u{1b}[1;31mno\u{1b}[0m");
    }
}
