//! The rows of a mapped file, as the service shows them before they are imported.

use keepnet_client::types::TmpTargetUserSearchRequest;
use serde_json::Value;

use crate::company::Company;
use crate::error::{ErrorKind, Result};
use crate::lenient_json::{Record, path_id, payload};
use crate::rejected::{problem, row_values};
use crate::search::Conditions;

const PAGE: i32 = 1000;

/// One page of rows, and the counts of the whole file where the service tells them.
#[derive(Debug, Default)]
pub(in crate::import) struct RowPage {
    pub(in crate::import) rows: Vec<PreviewRow>,
    pub(in crate::import) new: Option<u64>,
    pub(in crate::import) existing: Option<u64>,
    pub(in crate::import) invalid: Option<u64>,
    pages: Option<u64>,
}

/// One row. Only what is needed is kept of the person.
#[derive(Default)]
pub(in crate::import) struct PreviewRow {
    pub(in crate::import) id: Option<String>,
    pub(in crate::import) email: String,
    pub(in crate::import) status: String,
    /// Field and message of each problem.
    pub(in crate::import) problems: Vec<(Option<String>, String)>,
}

impl std::fmt::Debug for PreviewRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreviewRow")
            .field("id", &self.id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// The rows of a transaction that have one of some statuses, page by page.
pub(in crate::import) struct PreviewRows<'a> {
    company: &'a Company,
    doing: &'a str,
    transaction: &'a str,
    statuses: &'static str,
    next: Option<i32>,
}

impl<'a> PreviewRows<'a> {
    /// `statuses` is a list such as `New,Exists`, which the service wants joined by commas.
    pub(in crate::import) fn new(
        company: &'a Company,
        doing: &'a str,
        transaction: &'a str,
        statuses: &'static str,
    ) -> PreviewRows<'a> {
        PreviewRows {
            company,
            doing,
            transaction,
            statuses,
            next: Some(1),
        }
    }

    /// The next page, or `None` behind the last.
    pub(in crate::import) async fn next(&mut self) -> Result<Option<RowPage>> {
        let Some(number) = self.next else {
            return Ok(None);
        };
        let mut filter = Conditions::default()
            .and("Status", "Include", self.statuses)
            .filter();
        // The service's own client leaves this key out here.
        filter.search_input_text_value = None;
        let body = TmpTargetUserSearchRequest {
            ascending: Some(true),
            filter: Some(filter),
            // All rows of a file share their time of creation, which would leave their order open.
            order_by: Some("Email".to_owned()),
            page_number: Some(number),
            page_size: Some(PAGE),
        };
        let call = self
            .company
            .raw()
            .search_target_users_by_transaction(self.transaction, &body);
        let answer = call
            .await
            .map_err(|error| self.company.failed(self.doing, error))?;
        let data = payload(&answer)
            .map_err(|said| self.company.error(ErrorKind::Rejected, self.doing, said))?;
        let page = read(data).ok_or_else(|| {
            self.company
                .error(ErrorKind::Protocol, self.doing, "the preview holds no rows")
        })?;
        let is_last = page.rows.is_empty()
            || match page.pages.filter(|pages| *pages > 0) {
                Some(pages) => u64::from(number.unsigned_abs()) >= pages,
                None => page.rows.len() < PAGE.unsigned_abs() as usize,
            };
        self.next = if is_last { None } else { number.checked_add(1) };
        Ok(Some(page))
    }
}

/// Reads the result with its rows under `items`, or as the page itself.
fn read(data: &Value) -> Option<RowPage> {
    let result = Record::of(data)?;
    let items = result.get("items").and_then(Record::of).unwrap_or(result);
    let has_page = items.get("results").is_some() || items.get("totalNumberOfRecords").is_some();
    let has_counts = result.get("newUserCount").is_some();
    (has_page || has_counts).then(|| RowPage {
        rows: items
            .list("results")
            .iter()
            .filter_map(Record::of)
            .map(row)
            .collect(),
        new: result.count("newUserCount"),
        existing: result.count("existingUserCount"),
        invalid: result.count("invalidUserCount"),
        pages: items.count("totalNumberOfPages"),
    })
}

fn row(record: Record<'_>) -> PreviewRow {
    let problems = record.list("validationDetail").iter();
    let values = row_values::of(record);
    let said = |(field, message): (_, String)| (field, row_values::cut_out(&message, &values));
    PreviewRow {
        id: path_id(record.text("resourceId")),
        email: record.text("email").unwrap_or_default(),
        status: record.text("status").unwrap_or_default(),
        problems: problems.filter_map(problem).map(said).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_is_read_bare_nested_and_in_any_case() {
        let check = |data: Value, rows: usize, invalid: Option<u64>| {
            let page = read(&data).unwrap();
            assert_eq!((page.rows.len(), page.invalid), (rows, invalid), "{data}");
        };
        let row = json!({"resourceId": "r", "email": "x@acme.example", "status": "Error",
            "validationDetail": [{"fieldName": "email", "message": "bad"}]});
        let page = json!({"results": [row], "totalNumberOfPages": 1});
        check(json!({"items": page, "invalidUserCount": 1}), 1, Some(1));
        check(page, 1, None);
        check(
            json!({"Items": {"Results": [row]}, "InvalidUserCount": 1}),
            1,
            Some(1),
        );
        check(json!({"items": null, "newUserCount": 0}), 0, None);
        assert!(read(&json!({"message": "hello"})).is_none());
        assert!(read(&json!([])).is_none());
    }
}
