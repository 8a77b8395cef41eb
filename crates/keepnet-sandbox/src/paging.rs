//! The body of a search: filter, order and page.

use serde_json::{Map, Value, json};

use crate::envelope::Failure;
use crate::fields::Fields;
use crate::filter::{Datum, Filter, Vocabulary};

/// The service takes page sizes from 1 to 99,999.
const LARGEST_PAGE: i64 = 99_999;

/// A search for records with fields of type `F`.
#[derive(Debug)]
pub(crate) struct Search<F> {
    filter: Filter<F>,
    /// `None` keeps the order of creation.
    order: Option<F>,
    ascending: bool,
    page: usize,
    size: usize,
}

impl<F: Clone> Search<F> {
    /// Reads a search body. All five properties count: the service answers 500 to a null filter,
    /// and 400 to a null order and to a page size outside its bounds.
    pub(crate) fn parse(
        body: Fields<'_>,
        vocabulary: &Vocabulary<'_, F>,
        sortable: impl Fn(&F) -> bool,
    ) -> Result<Self, Failure> {
        let filter = Filter::parse(body.get("filter"), vocabulary)?;
        let order = body
            .text("orderBy")?
            .ok_or_else(|| Failure::input("orderBy must not be null"))?;
        let order = match order {
            "" => None,
            name => {
                let field = (vocabulary.field)(name).filter(|field| sortable(field));
                Some(field.ok_or_else(|| Failure::input("Invalid request"))?)
            }
        };
        let page = body.integer("pageNumber")?.unwrap_or(0);
        let size = body.integer("pageSize")?.unwrap_or(0);
        if !(1..=LARGEST_PAGE).contains(&size) {
            return Err(Failure::input(format!(
                "PageSize must be between 1 and {LARGEST_PAGE}"
            )));
        }
        if page < 1 {
            return Err(Failure::input("PageNumber must be at least 1"));
        }
        Ok(Self {
            filter,
            order,
            ascending: body.flag("ascending")?.unwrap_or(false),
            page: usize::try_from(page).unwrap_or(usize::MAX),
            size: usize::try_from(size).unwrap_or(usize::MAX),
        })
    }

    /// The records that the filter accepts, in order. Equal ones keep the order of creation, or its
    /// reverse.
    pub(crate) fn select<'r, R>(
        &self,
        records: impl Iterator<Item = R>,
        read: impl Fn(&R, &F) -> Datum<'r>,
    ) -> Vec<R> {
        let mut found: Vec<R> = records
            .filter(|record| self.filter.accepts(&|field: &F| read(record, field)))
            .collect();
        if let Some(order) = &self.order {
            found.sort_by(|a, b| read(a, order).order(&read(b, order)));
        }
        if !self.ascending {
            found.reverse();
        }
        found
    }

    /// What is searched for and in which order, whatever the page: the same text finds the same.
    pub(crate) fn criteria(&self) -> String
    where
        F: std::fmt::Debug,
    {
        format!("{:?} {:?} {}", self.filter, self.order, self.ascending)
    }

    /// The part of what was found that the page shows.
    pub(crate) fn cut<'s, R>(&self, found: &'s [R]) -> &'s [R] {
        let start = (self.page - 1).saturating_mul(self.size).min(found.len());
        &found[start..found.len().min(start.saturating_add(self.size))]
    }

    /// A page of what was found.
    pub(crate) fn page<R>(&self, found: &[R], show: impl Fn(&R) -> Value) -> Map<String, Value> {
        self.answer(self.cut(found).iter().map(show).collect(), found.len())
    }

    /// The page with these rows, out of so many.
    pub(crate) fn answer(&self, results: Vec<Value>, total: usize) -> Map<String, Value> {
        let page = json!({
            "results": results,
            "totalNumberOfRecords": total,
            "totalNumberOfPages": total.div_ceil(self.size),
            "pageNumber": self.page,
            "pageSize": self.size,
        });
        match page {
            Value::Object(page) => page,
            _ => Map::new(),
        }
    }
}
