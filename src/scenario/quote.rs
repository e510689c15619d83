//! A user's own text in a message: short, between backticks, and nothing that a terminal would obey.

/// A user's text between backticks, short and without control characters.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let short: String = text.chars().take(MOST).collect();
    let more = if text.chars().nth(MOST).is_some() { "..." } else { "" };
    format!("`{}{more}`", plain(&short))
}

/// A user's text without control characters, which a terminal would obey.
pub(crate) fn plain(text: &str) -> String {
    let escaped =
        |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escaped).collect()
}

/// `no scenario` for `a scenario`.
pub(crate) fn not_a(called: &str) -> String {
    format!("no {}", called.split_once(' ').map_or(called, |(_, noun)| noun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_short_and_plain() {
        assert_eq!(quoted("say \"no\"\u{1b}[0m"), "`say \"no\"\\u{1b}[0m`");
        assert_eq!(quoted(&"x".repeat(100)).len(), 65);
    }
}
