//! Rust text, cut into words and signs: comments and the insides of strings are gone, lines are
//! kept. It knows just as much of the language as the house rules ask for.

/// One word, number or sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    /// As it stands in the file; of a string only its first quote.
    pub(crate) text: &'a str,
    /// Its line, counted from 1.
    pub(crate) line: usize,
}

impl Token<'_> {
    /// Whether it is a name or a keyword.
    pub(crate) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_')
    }

    /// Whether it is a number with a fraction or an exponent.
    pub(crate) fn is_float(&self) -> bool {
        let text = self.text;
        text.starts_with(|c: char| c.is_ascii_digit())
            && !["0x", "0b", "0o"].iter().any(|prefix| text.starts_with(prefix))
            && (text.contains(['.', 'e', 'E']) || text.ends_with("f32") || text.ends_with("f64"))
            && !text.ends_with("size")
    }
}

/// The words, numbers and signs of `text`.
pub(crate) fn tokens_of(text: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(next) = text[at..].chars().next() {
        let after_dot = tokens.last().is_some_and(|token| token.text == ".");
        let rest = &text[at..];
        let (length, kept) = match next {
            _ if next.is_whitespace() => (next.len_utf8(), 0),
            _ if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), 0),
            _ if rest.starts_with("/*") => (block_comment(rest), 0),
            '"' => (string(rest, 1), 1),
            '\'' => quoted(rest),
            _ if next.is_ascii_digit() => same(number(rest, after_dot)),
            _ if next.is_alphabetic() || next == '_' => match string_prefix(rest) {
                Some(length) => (length, 1),
                None => same(word(rest)),
            },
            ':' if rest.starts_with("::") => same(2),
            _ => same(next.len_utf8()),
        };
        if kept > 0 {
            tokens.push(Token { text: &rest[..kept], line });
        }
        line += rest[..length].matches('\n').count();
        at += length;
    }
    tokens
}

/// A token that is kept as long as it is.
const fn same(length: usize) -> (usize, usize) {
    (length, length)
}

fn word(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())
}

/// A number; `0..5` and the `0.1` of `pair.0.1` hold no fraction.
fn number(text: &str, after_dot: bool) -> usize {
    let whole = word(text);
    let fraction = text[whole..].strip_prefix('.').unwrap_or("");
    if !after_dot && fraction.starts_with(|c: char| c.is_ascii_digit()) {
        return whole + 1 + word(fraction);
    }
    whole
}

/// The length of a block comment; they nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += rest.chars().next().map_or(0, char::len_utf8);
        }
        if depth == 0 || at == text.len() {
            return at;
        }
    }
}

/// The length of a string with escapes whose inside begins at `from`.
fn string(text: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, c) in text[from..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return from + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a string that begins with letters (`b"`, `c"`, `r"`, `br#"`); none if `text`
/// begins with no such string.
fn string_prefix(text: &str) -> Option<usize> {
    let letters = text.find(|c| !"bcr".contains(c))?;
    if letters == 0 || letters > 2 {
        return None;
    }
    let rest = &text[letters..];
    if !text[..letters].contains('r') {
        return rest.starts_with('"').then(|| string(text, letters + 1));
    }
    let hashes = rest.find(|c| c != '#')?;
    rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", &rest[..hashes]);
    let inside = letters + hashes + 1;
    Some(text[inside..].find(&end).map_or(text.len(), |at| inside + at + end.len()))
}

/// A character in quotes, which is kept as its quote, or a lifetime, which is dropped.
fn quoted(text: &str) -> (usize, usize) {
    let inside = &text[1..];
    if let Some(escaped) = inside.strip_prefix('\\') {
        let skipped = escaped.chars().next().map_or(0, char::len_utf8);
        let end = escaped[skipped..].find('\'').map_or(escaped.len(), |at| skipped + at + 1);
        return (2 + end, 1);
    }
    let first = inside.chars().next().map_or(0, char::len_utf8);
    if inside[first..].starts_with('\'') {
        return (1 + first + 1, 1);
    }
    (1 + word(inside), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_the_insides_of_strings_are_gone() {
        for (text, expected) in [
            ("a // b\nc", "a c"),
            ("a /* b /* c */ d */ e", "a e"),
            (r#"a("b \" c", d)"#, "a ( \" , d )"),
            ("r#\"a \" b\"# c", "r c"),
            ("br\"a\" b\"c\" c\"d\" e", "b b c e"),
            ("'a' b '\\'' '\\u{1F600}' 'é'", "' b ' ' '"),
            ("fn f<'a>(x: &'a str, y: &'_ u8)", "fn f < > ( x : & str , y : & u8 )"),
            ("crate::base :: x", "crate :: base :: x"),
            ("x.0.1 + 0..5 + 1.5", "x . 0 . 1 + 0 . . 5 + 1.5"),
            ("r#type", "r # type"),
            ("\"never closed", "\""),
        ] {
            let tokens: Vec<&str> = tokens_of(text).iter().map(|token| token.text).collect();
            assert_eq!(tokens.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_token_knows_its_line() {
        let tokens = tokens_of("a\n/* b\n*/ c \"d\ne\" f");
        let lines: Vec<(&str, usize)> = tokens.iter().map(|t| (t.text, t.line)).collect();
        assert_eq!(lines, [("a", 1), ("c", 3), ("\"", 3), ("f", 4)]);
    }

    #[test]
    fn a_float_is_told_from_a_whole_number() {
        for (text, expected) in [
            ("1.5", true),
            ("1e9", true),
            ("2f64", true),
            ("1_000", false),
            ("0xe5", false),
            ("7usize", false),
            ("x", false),
        ] {
            assert_eq!(tokens_of(text)[0].is_float(), expected, "{text}");
        }
    }
}
