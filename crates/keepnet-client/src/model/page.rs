//! One page of a search.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess};
use serde_json::Value;

use super::record::{FieldValue, Record, deserialize_record};
use super::tolerant::Tolerant;

/// One page of a search.
///
/// Counters that are missing or unreadable are `None`; missing or null results are none, and
/// [`has_results`](Page::has_results) tells them from an empty list.
#[derive(Clone, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// The rows of this page.
    pub results: Vec<T>,
    /// The number of this page; the first is 1.
    pub page_number: Option<u64>,
    /// How many rows a full page has.
    pub page_size: Option<u64>,
    /// How many pages there are.
    pub total_number_of_pages: Option<u64>,
    /// How many rows there are on all pages together.
    pub total_number_of_records: Option<u64>,
    /// Counters that only some searches have, by the name the service gives them, such as
    /// `limitExceededCompanyCount`.
    #[serde(flatten)]
    pub counters: BTreeMap<String, u64>,
    #[serde(skip)]
    is_listed: bool,
}

impl<T> Page<T> {
    /// Whether the response has a list of results, which may be empty. Without one, it is not known whether
    /// there are any.
    pub fn has_results(&self) -> bool {
        self.is_listed || !self.results.is_empty()
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self {
            results: Vec::new(),
            page_number: None,
            page_size: None,
            total_number_of_pages: None,
            total_number_of_records: None,
            counters: BTreeMap::new(),
            is_listed: false,
        }
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("results", &self.results.len())
            .field("page_number", &self.page_number)
            .field("page_size", &self.page_size)
            .field("total_number_of_pages", &self.total_number_of_pages)
            .field("total_number_of_records", &self.total_number_of_records)
            .field("counters", &self.counters)
            .finish()
    }
}

impl<'de, T: Deserialize<'de>> Record<'de> for Page<T> {
    const EXPECTED: &'static str = "a page of results";

    fn read_field<A: MapAccess<'de>>(
        &mut self,
        field: &str,
        value: FieldValue<'_, A>,
    ) -> Result<(), A::Error> {
        match field.to_ascii_lowercase().as_str() {
            "results" => {
                let mut results: Option<Vec<T>> = None;
                value.read_list(&mut results)?;
                self.is_listed = results.is_some();
                self.results = results.unwrap_or_default();
            }
            "pagenumber" => self.page_number = counter(&value.value()?),
            "pagesize" => self.page_size = counter(&value.value()?),
            "totalnumberofpages" => self.total_number_of_pages = counter(&value.value()?),
            "totalnumberofrecords" => self.total_number_of_records = counter(&value.value()?),
            _ => {
                let count = counter(&value.value()?);
                let counter = count.map(|count| (field.to_owned(), count));
                self.counters.extend(counter);
            }
        }
        Ok(())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        deserialize_record(input)
    }
}

fn counter(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number
            .as_u64()
            .or_else(|| u64::from_float(number.as_f64()?)),
        Value::String(text) => u64::from_text(text),
        _ => None,
    }
}
