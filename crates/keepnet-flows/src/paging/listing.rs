//! What to list, and how many rows at a time.

use futures::future::BoxFuture;
use keepnet_client::{CompanyRef, Page};

use crate::{Error, ErrorKind, Result};

/// The default page size: with it, as many pages are fetched at a time as a client has reads in flight.
const PAGE: u32 = 250;
/// The most pages that are fetched at a time, which is how many reads a client has in flight.
pub(super) const MOST_AHEAD: u32 = 8;

/// Fetches the page of this number and size.
pub(crate) type Search<T> =
    Box<dyn Fn(u32, u32) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync>;

/// What to list.
pub(crate) struct Listing<T> {
    /// What an error says was being done, and for which company.
    pub(crate) action: &'static str,
    pub(crate) company: Option<CompanyRef>,
    /// The searches, whose results follow one another.
    pub(crate) searches: Vec<Search<T>>,
    /// Identifies the conditions, so that a resume token does not continue another listing.
    pub(crate) digest: u64,
    /// The id of a row.
    pub(crate) id: fn(&T) -> &str,
}

/// How many rows to fetch at a time, and where to start.
#[derive(Clone, Debug)]
pub(crate) struct ListOptions {
    pub(crate) page_size: u32,
    pub(crate) prefetch: u32,
    /// The resume token of an earlier listing.
    pub(crate) resume: Option<String>,
}

impl Default for ListOptions {
    fn default() -> ListOptions {
        ListOptions {
            page_size: PAGE,
            prefetch: MOST_AHEAD,
            resume: None,
        }
    }
}

/// The rows of a page converted, with the counts that a listing needs.
///
/// # Errors
///
/// [`ErrorKind::Protocol`] if the page has no list of rows and no count of 0: it does not say that there
/// are none.
pub(crate) fn convert_page<A, B>(page: Page<A>, convert: impl FnMut(A) -> B) -> Result<Page<B>> {
    if !page.has_results() && page.total_number_of_records != Some(0) {
        let problem = "the response has neither rows nor a count of 0";
        return Err(Error::new(ErrorKind::Protocol, problem));
    }
    let mut converted = Page::default();
    converted.results = page.results.into_iter().map(convert).collect();
    converted.total_number_of_pages = page.total_number_of_pages;
    converted.total_number_of_records = page.total_number_of_records;
    Ok(converted)
}
