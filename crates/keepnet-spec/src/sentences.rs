//! Finds sentences: a contract holds none.

use serde_json::Value;

/// The number of words from which a text is a sentence.
const WORDS: usize = 4;

/// The places of all texts and keys of four words or more, each with the text.
///
/// Whatever a contract holds was in the published document, where a text of so many words is prose,
/// wherever it stands: names, paths, patterns and formats have fewer.
pub fn sentences(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect("", value, &mut found);
    found
}

fn collect(place: &str, value: &Value, found: &mut Vec<(String, String)>) {
    let is_sentence = |text: &str| text.split_whitespace().count() >= WORDS;
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                if is_sentence(key) {
                    found.push((place.clone(), key.clone()));
                }
                collect(&place, value, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{place}/{index}"), item, found);
            }
        }
        Value::String(text) if is_sentence(text) => found.push((place.to_owned(), text.clone())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn texts_of_four_words_are_found_wherever_they_are() {
        let contract = json!({
            "a": {"summary": "Four words are enough."},
            "b": ["not quite one", "a list holds\na sentence"],
            "this key is one": 1,
            "path/of-many-words-in-one": "^[a-z]{1,3} or [0-9]$",
        });
        let places: Vec<String> = sentences(&contract)
            .into_iter()
            .map(|(place, _)| place)
            .collect();
        assert_eq!(places, ["/a/summary", "/b/1", "/this key is one"]);
    }
}
