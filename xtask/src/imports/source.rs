//! Rust source as words: names, `::` and single signs, without comments and literals.

/// One word and the line on which it stands, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
}

pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut scanner = Scanner { text, position: 0, line: 1 };
    std::iter::from_fn(|| scanner.next_token()).collect()
}

struct Scanner<'a> {
    text: &'a str,
    position: usize,
    line: usize,
}

impl<'a> Scanner<'a> {
    fn next_token(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            let first = rest.chars().next()?;
            let skipped = skipped(rest);
            if skipped == 0 {
                let line = self.line;
                return Some(Token { text: self.take(word(rest, first)), line });
            }
            self.take(skipped);
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = &self.rest()[..length];
        self.position += length;
        self.line += taken.matches('\n').count();
        taken
    }
}

fn word(rest: &str, first: char) -> usize {
    match first {
        _ if is_name(first) => name(rest),
        _ if rest.starts_with("::") => 2,
        _ => first.len_utf8(),
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn name(rest: &str) -> usize {
    rest.find(|character| !is_name(character)).unwrap_or(rest.len())
}

/// The length of the blanks, the comment or the literal that the text starts with; 0 if it starts with a word.
fn skipped(rest: &str) -> usize {
    let blanks = rest.len() - rest.trim_start().len();
    match rest {
        _ if blanks > 0 => blanks,
        _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
        _ if rest.starts_with("/*") => block_comment(rest),
        _ if rest.starts_with('\'') => character(rest),
        _ => string(rest),
    }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut position = 0;
    while position < rest.len() {
        match &rest.as_bytes()[position..] {
            [b'/', b'*', ..] => (depth, position) = (depth + 1, position + 2),
            [b'*', b'/', ..] => (depth, position) = (depth - 1, position + 2),
            _ => position += 1,
        }
        if depth == 0 {
            return position;
        }
    }
    rest.len()
}

/// A character literal, or the quote of a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some(_)) => characters.find(|(_, sign)| *sign == '\'').map_or(rest.len(), |(end, _)| end + 1),
        (Some(_), Some((end, '\''))) => end + 1,
        _ => 1,
    }
}

/// A string of any kind: with a prefix or none, raw or not.
fn string(rest: &str) -> usize {
    let prefix = ["br", "cr", "r", "b", "c"].into_iter().find(|prefix| rest.starts_with(prefix)).map_or(0, str::len);
    let raw = rest[..prefix].ends_with('r');
    let behind = &rest[prefix..];
    let hashes = if raw { behind.len() - behind.trim_start_matches('#').len() } else { 0 };
    let Some(content) = behind[hashes..].strip_prefix('"') else {
        return 0;
    };
    let length = if raw { raw_content(content, hashes) } else { content_with_escapes(content) };
    prefix + hashes + 1 + length
}

fn raw_content(content: &str, hashes: usize) -> usize {
    let end = format!("\"{}", "#".repeat(hashes));
    content.find(&end).map_or(content.len(), |start| start + end.len())
}

fn content_with_escapes(content: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in content.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    content.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn names_and_signs_are_words() {
        assert_eq!(texts("use crate::{a, b_1};"), ["use", "crate", "::", "{", "a", ",", "b_1", "}", ";"]);
    }

    #[test]
    fn comments_are_none() {
        assert_eq!(texts("a // b\n/* c /* d */ e */ f /// g"), ["a", "f"]);
    }

    #[test]
    fn literals_are_none() {
        assert_eq!(
            texts(r##"a "b \" // c" d r"e\" f r#"g " h"# i b"j" br"k" 'l' '\'' '"' m"##),
            ["a", "d", "f", "i", "m"]
        );
        assert_eq!(texts("'é' x '\\u{1F600}' y"), ["x", "y"]);
    }

    #[test]
    fn lifetimes_are_words() {
        assert_eq!(texts("&'a str, break 'outer"), ["&", "a", "str", ",", "break", "outer"]);
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let lines: Vec<usize> = tokens("a\n/* \n */ b \"\n\" c\n\nd").into_iter().map(|token| token.line).collect();
        assert_eq!(lines, [1, 3, 4, 6]);
    }
}
