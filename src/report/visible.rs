//! Text that strangers chose, made harmless to look at.

use std::borrow::Cow;

/// The text with an escape, as `\u{1b}`, in place of each character that would move a cursor, start a line or turn the
/// direction of reading, instead of being seen.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unseen(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

fn is_unseen(character: char) -> bool {
    let turns = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    character.is_control() || turns || matches!(character, '\u{61c}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_be_seen_is_written_out() {
        assert_eq!(visible("Ada Übel 名"), "Ada Übel 名");
        assert_eq!(visible("\u{1b}[2J\r\n\u{202e}x"), r"\u{1b}[2J\u{d}\u{a}\u{202e}x");
    }
}
