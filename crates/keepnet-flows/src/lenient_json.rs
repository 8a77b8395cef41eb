//! Reading JSON of the service that the contract leaves untyped, in every shape it is known to have.

use std::collections::HashMap;

use keepnet_client::Timestamp;
use serde_json::{Map, Value};

use crate::{Error, ErrorKind, Result};

/// An object whose keys are found in any case: the service writes them in camelCase and in
/// PascalCase.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a>(&'a Map<String, Value>);

impl<'a> Record<'a> {
    pub(crate) fn of(value: &'a Value) -> Option<Record<'a>> {
        value.as_object().map(Record)
    }

    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        let ignoring_case = || {
            let mut entries = self.0.iter();
            let found = entries.find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value)
        };
        let value = self.0.get(name).or_else(ignoring_case);
        value.filter(|value| !value.is_null())
    }

    /// A text, or a number as text.
    pub(crate) fn text(self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A count, which may be a number or a text.
    pub(crate) fn count(self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Value::Number(number) => number
                .as_u64()
                .or_else(|| number.as_f64().filter(|it| *it >= 0.0).map(|it| it as u64)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn list(self, name: &str) -> &'a [Value] {
        let list = self.get(name).and_then(Value::as_array);
        list.map_or(&[], Vec::as_slice)
    }
}

/// Takes the data out of a response that may or may not have an envelope.
///
/// # Errors
///
/// [`ErrorKind::Rejected`] if the envelope says that the call failed.
pub(crate) fn payload(response: &Value) -> Result<&Value> {
    let Some(record) = Record::of(response) else {
        return Ok(response);
    };
    // The status of an envelope is a word; that of a bare job is a number.
    if let Some(Value::String(status)) = record.get("status")
        && !status.eq_ignore_ascii_case("SUCCESS")
    {
        let mut texts = vec![status.clone()];
        texts.extend(record.text("message"));
        let messages = record.list("validationMessages").iter();
        texts.extend(messages.filter_map(Value::as_str).map(str::to_owned));
        let problem = keepnet_client::redact(&texts.join(": "));
        return Err(Error::new(ErrorKind::Rejected, problem));
    }
    Ok(record.get("data").unwrap_or(response))
}

/// An id that is safe in a path: one segment, without characters that have a meaning in a URL.
pub(crate) fn path_id(id: Option<String>) -> Option<String> {
    let is_safe = |id: &String| {
        !id.is_empty()
            && id.len() <= 128
            && id != "."
            && id != ".."
            && !id.contains(|letter: char| {
                letter.is_control() || letter.is_whitespace() || "/\\?#%".contains(letter)
            })
    };
    id.filter(is_safe)
}

/// The `resourceId` of a response whose members the contract does not name.
pub(crate) fn resource_id(response: HashMap<String, Value>) -> Option<String> {
    path_id(Record(&response.into_iter().collect()).text("resourceId"))
}

/// The text of a time; `None` if it is empty.
pub(crate) fn time_text(time: Timestamp) -> Option<String> {
    Some(time.into_string()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn payload_is_found_with_and_without_an_envelope() {
        let check = |response: Value, expected: Result<Value, &str>| {
            let found = payload(&response).cloned();
            let found = found.map_err(|error| error.problem());
            assert_eq!(found, expected.map_err(str::to_owned), "{response}");
        };
        check(json!([1]), Ok(json!([1])));
        check(json!({"data": [1], "status": "SUCCESS"}), Ok(json!([1])));
        check(json!({"Data": [1], "Status": "success"}), Ok(json!([1])));
        let job = json!({"resourceId": "a", "status": 3});
        check(job.clone(), Ok(job));
        let bare = json!({"items": {}, "status": "SUCCESS"});
        check(bare.clone(), Ok(bare));
        check(
            json!({"Status": "FAILED", "Message": "no a@b.example", "validationMessages": ["name"]}),
            Err("FAILED: no [redacted] name"),
        );
    }

    #[test]
    fn path_id_is_one_plain_segment() {
        let check = |id: &str, good: bool| {
            assert_eq!(path_id(Some(id.to_owned())).is_some(), good, "{id:?}");
        };
        check("xC5kfGz7w2Nz", true);
        check("0b1e5c3a-8f6d", true);
        for bad in ["", ".", "..", "a/b", "a\\b", "a?b", "a%2fb", "a b", "a\n"] {
            check(bad, false);
        }
        assert_eq!(path_id(None), None);
    }

    #[test]
    fn keys_and_counts_are_read_in_any_spelling() {
        let value = json!({"TotalRowCount": "12", "newUserCount": 3.0, "bad": -1, "none": null});
        let record = Record::of(&value).unwrap();
        assert_eq!(record.count("totalRowCount"), Some(12));
        assert_eq!(record.count("NewUserCount"), Some(3));
        assert_eq!(record.count("bad"), None);
        assert!(record.get("none").is_none());
        assert!(record.list("missing").is_empty());
    }
}
