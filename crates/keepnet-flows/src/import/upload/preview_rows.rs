//! The rows of a mapped file, as the service shows them before they are imported.

use keepnet_client::types::TmpTargetUserSearchRequest;
use serde_json::Value;

use crate::lenient_json::{Record, path_id, payload};
use crate::row_problems::ServiceProblem;
use crate::search::Conditions;
use crate::{Company, Error, ErrorKind, Result};

const PAGE: usize = 1000;

/// One page of rows, and the counts of the whole file if the service sends them.
#[derive(Default)]
pub(crate) struct RowPage {
    pub(crate) rows: Vec<PreviewRow>,
    pub(super) new: Option<u64>,
    pub(super) existing: Option<u64>,
    pub(super) invalid: Option<u64>,
    pages: Option<u64>,
    total: Option<u64>,
}

/// One row, with no more of the person than is needed.
pub(crate) struct PreviewRow {
    pub(crate) id: Option<String>,
    pub(crate) email: String,
    pub(crate) status: String,
    pub(super) problems: Vec<ServiceProblem>,
}

/// The rows of a transaction that have one of some statuses, page by page.
pub(crate) struct PreviewRows<'a> {
    company: &'a Company,
    transaction: &'a str,
    statuses: &'static str,
    next: Option<i32>,
    page_size: usize,
    received: u64,
}

impl<'a> PreviewRows<'a> {
    /// `statuses` is a list such as `New,Exists`, which the service wants joined by commas.
    pub(crate) fn new(
        company: &'a Company,
        transaction: &'a str,
        statuses: &'static str,
    ) -> PreviewRows<'a> {
        PreviewRows {
            company,
            transaction,
            statuses,
            next: Some(1),
            page_size: PAGE,
            received: 0,
        }
    }

    /// How many rows to fetch at a time; 1,000 by default.
    pub(crate) fn page_size(mut self, rows: usize) -> PreviewRows<'a> {
        self.page_size = rows;
        self
    }

    /// The next page, or `None` after the last. It is an error if fewer rows come than the service
    /// counts.
    pub(crate) async fn next(&mut self) -> Result<Option<RowPage>> {
        let Some(number) = self.next else {
            return Ok(None);
        };
        let mut filter = Conditions::default()
            .and("Status", "Include", self.statuses)
            .filter();
        // The service's own web client omits this key here.
        filter.search_input_text_value = None;
        let body = TmpTargetUserSearchRequest::default()
            .ascending(true)
            .filter(filter)
            // All rows of a file have the same time of creation, so it cannot order them.
            .order_by("Email")
            .page_number(number)
            .page_size(self.page_size as i32);
        let client = self.company.raw();
        let call = client.search_target_users_by_transaction(self.transaction, &body);
        let response = call.await?;
        let page = RowPage::parse(payload(&response)?)
            .ok_or_else(|| Error::new(ErrorKind::Protocol, "the preview contains no rows"))?;
        let is_last = page.rows.is_empty()
            || match page.pages.filter(|pages| *pages > 0) {
                Some(pages) => u64::from(number.unsigned_abs()) >= pages,
                None => page.rows.len() < self.page_size,
            };
        self.received += page.rows.len() as u64;
        if let Some(total) = page.total.filter(|total| is_last && self.received < *total) {
            let problem = format!("the preview ended at row {} of {total}", self.received);
            return Err(Error::new(ErrorKind::Protocol, problem));
        }
        self.next = if is_last { None } else { number.checked_add(1) };
        Ok(Some(page))
    }
}

/// How many people the service counts as new, of those whose e-mail address is counted.
pub(crate) async fn count_new(
    company: &Company,
    transaction: &str,
    is_counted: impl Fn(&str) -> bool,
) -> Result<u64> {
    let mut rows = PreviewRows::new(company, transaction, "New");
    let mut new = 0;
    while let Some(page) = rows.next().await? {
        let counted = page.rows.iter().filter(|row| is_counted(&row.email));
        new += counted.count() as u64;
    }
    Ok(new)
}

impl RowPage {
    /// The rows are in `items`, or the response itself is the page.
    fn parse(data: &Value) -> Option<RowPage> {
        let result = Record::of(data)?;
        let items = result.get("items").and_then(Record::of).unwrap_or(result);
        let has_page =
            items.get("results").is_some() || items.get("totalNumberOfRecords").is_some();
        let has_counts = result.get("newUserCount").is_some();
        let rows = items.list("results").iter().filter_map(Record::of);
        (has_page || has_counts).then(|| RowPage {
            rows: rows.map(PreviewRow::parse).collect(),
            new: result.count("newUserCount"),
            existing: result.count("existingUserCount"),
            invalid: result.count("invalidUserCount"),
            pages: items.count("totalNumberOfPages"),
            total: items.count("totalNumberOfRecords"),
        })
    }
}

impl PreviewRow {
    fn parse(record: Record<'_>) -> PreviewRow {
        PreviewRow {
            id: path_id(record.text("resourceId")),
            email: record.text("email").unwrap_or_default(),
            status: record.text("status").unwrap_or_default(),
            problems: ServiceProblem::of_row(Some(record), None),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn page_is_parsed_bare_nested_and_in_any_case() {
        let check = |data: Value, rows: usize, invalid: Option<u64>| {
            let page = RowPage::parse(&data).unwrap();
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
        assert!(RowPage::parse(&json!({"message": "hello"})).is_none());
        assert!(RowPage::parse(&json!([])).is_none());
    }
}
