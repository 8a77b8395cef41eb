//! The body of a search, and the page that it selects.

use serde_json::{Value, json};

use super::fields::SearchFields;
use super::filter::Filter;
use super::value::FieldValue;
use crate::http::{ApiError, JsonObject};

/// The service accepts page sizes from 1 to 99,999.
const MAX_PAGE_SIZE: i64 = 99_999;

/// A search for records with fields of type `F`.
pub(crate) struct Search<F> {
    filter: Filter<F>,
    /// `None` is the order of creation.
    order: Option<F>,
    ascending: bool,
    page: usize,
    size: usize,
}

impl<F> Search<F> {
    /// Parses a search body. The service requires all properties but `ascending`: it returns 500 to
    /// a null filter, and 400 to a null order and to a page size out of range.
    pub(crate) fn parse(
        body: JsonObject<'_>,
        fields: &SearchFields<'_, F>,
    ) -> Result<Self, ApiError> {
        let filter = Filter::parse(body.get("filter"), fields)?;
        let order = body
            .text("orderBy")?
            .ok_or_else(|| ApiError::input("orderBy must not be null"))?
            .to_ascii_lowercase();
        let order = match order.as_str() {
            "" => None,
            name => {
                let field = (fields.find)(name).filter(|_| (fields.is_sortable)(name));
                Some(field.ok_or_else(|| ApiError::input("Invalid request"))?)
            }
        };
        let page = body.integer("pageNumber")?.unwrap_or(0);
        let size = body.integer("pageSize")?.unwrap_or(0);
        if !(1..=MAX_PAGE_SIZE).contains(&size) {
            return Err(ApiError::input(format!(
                "PageSize must be between 1 and {MAX_PAGE_SIZE}"
            )));
        }
        if page < 1 {
            return Err(ApiError::input("PageNumber must be at least 1"));
        }
        Ok(Self {
            filter,
            order,
            ascending: body.is_set("ascending")?,
            page: usize::try_from(page).unwrap_or(usize::MAX),
            size: usize::try_from(size).unwrap_or(usize::MAX),
        })
    }

    /// The records that the filter accepts, in order. Records that compare equal are in the order of
    /// creation, or in its reverse if the order is descending.
    pub(crate) fn select<'r, R>(
        &self,
        records: impl Iterator<Item = R>,
        read: impl Fn(&R, &F) -> FieldValue<'r>,
    ) -> Vec<R> {
        let mut found: Vec<R> = records
            .filter(|record| self.filter.accepts(&|field: &F| read(record, field)))
            .collect();
        if let Some(order) = &self.order {
            found.sort_by(|a, b| read(a, order).sort_order(&read(b, order)));
        }
        if !self.ascending {
            found.reverse();
        }
        found
    }

    /// The found records that are on the page.
    pub(crate) fn page<'s, R>(&self, found: &'s [R]) -> &'s [R] {
        let start = (self.page - 1).saturating_mul(self.size).min(found.len());
        &found[start..found.len().min(start.saturating_add(self.size))]
    }

    /// The response with the page of the found records.
    pub(crate) fn page_json<R>(&self, found: &[R], show: impl Fn(&R) -> Value) -> Value {
        let results = self.page(found).iter().map(show).collect();
        self.rows_json(results, found.len())
    }

    /// The response with these rows of a page, out of a total.
    pub(crate) fn rows_json(&self, rows: Vec<Value>, total: usize) -> Value {
        json!({
            "results": rows,
            "totalNumberOfRecords": total,
            "totalNumberOfPages": total.div_ceil(self.size),
            "pageNumber": self.page,
            "pageSize": self.size,
        })
    }
}
