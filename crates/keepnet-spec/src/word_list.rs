//! A list of words that is written as a text.

/// A fixed list of words, separated by white space.
pub(crate) struct WordList(pub(crate) &'static str);

impl WordList {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.split_whitespace()
    }

    pub(crate) fn contains(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }
}
