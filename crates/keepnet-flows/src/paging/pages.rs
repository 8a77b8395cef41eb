//! The rows of a search, one page at a time.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::{FusedStream, FuturesOrdered, Stream, StreamExt as _};
use keepnet_client::{CompanyRef, Page};

use super::list_doubt::ListDoubt;
use super::listing::{ListOptions, Listing, MOST_AHEAD, Search};
use super::position::Position;
use super::recent_ids::RecentIds;
use crate::{Error, ErrorKind, Result};

/// The largest page that the service accepts.
const LARGEST_PAGE: u32 = 99_999;
/// The most rows that are fetched at a time, unless a single page is larger: some 2 MB.
const ROWS_AHEAD: u32 = 2_000;

/// The rows of a search, one page at a time.
///
/// The first page is fetched when the stream is polled for the first time. With the second page,
/// several are requested at a time and returned in order: up to 8, and no more than 2,000 rows unless a
/// single page has more. After an error the stream ends; dropping it cancels the requests.
///
/// # When rows are added or removed meanwhile
///
/// Pages are numbered, so a row that is added or removed shifts the later ones. The order is that of
/// creation, so new rows come at the end.
///
/// - A row that comes again is dropped, and [`duplicates_dropped`](Pages::duplicates_dropped) counts
///   it. For that, at least the ids of the latest 10,000 rows are kept, or of two pages if these have more.
/// - [`changed_while_listing`](Pages::changed_while_listing) says that rows may be missing. It is true
///   if the service counts other rows than at first, if the first row of the last page is another
///   one at the end than at the start, and if the service counts more rows at the end than came without
///   those that came again. Changes that cancel out are not noticed: as many rows removed as added before
///   that row, or both before the request for the second page.
/// - What came before a resumed position is not known: a row of it that comes again is returned, and is
///   no sign of a change. Neither is one that comes again after more rows than are kept, or without an id.
///
/// # When the list ends early
///
/// The rows are compared with the count of the service: a page without rows before the end is an error
/// of the kind [`Protocol`](crate::ErrorKind::Protocol), and so is the end of the list if rows are
/// missing although the list has not changed. Each error says how many of how many rows came before it.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Pages<T> {
    action: &'static str,
    company: Option<CompanyRef>,
    searches: VecDeque<Search<T>>,
    requests: FuturesOrdered<BoxFuture<'static, Result<Fetched<T>>>>,
    /// The error that the stream returns next, and ends after.
    last_error: Option<Error>,
    /// Whether an error ended the stream; the position is kept for the resume token.
    failed: bool,
    /// The position of the next page to return.
    position: Position,
    /// The position of the last page that was returned, and the places of the returned rows in it.
    pub(super) last: (Position, Vec<u64>),
    /// The number of the next page to request.
    next_request: u32,
    known_pages: Option<u64>,
    /// How many rows of this search came, with duplicates and the rows before a resumed position.
    received: u64,
    most_ahead: u32,
    id: fn(&T) -> &str,
    anchor: Option<Anchor>,
    recent: RecentIds,
    duplicates_dropped: u64,
    changed_while_listing: bool,
    /// What is wrong with the count of a search.
    count_doubt: Option<ListDoubt>,
}

enum Fetched<T> {
    Page(Page<T>),
    Anchor(Anchor),
}

/// The first row of a page, to notice whether rows have shifted.
struct Anchor {
    page: u32,
    id: Option<String>,
}

impl<T: 'static> Pages<T> {
    /// Lists from the start, or from the position of a resume token. An unusable token becomes the
    /// only item, as an error.
    pub(crate) fn new(listing: Listing<T>, options: &ListOptions) -> Pages<T> {
        let start = Position::start(options.page_size, listing.digest);
        let (position, last_error) = match &options.resume {
            None => (start, None),
            Some(token) => match Position::parse(token, listing.digest) {
                Ok(position) => (position, None),
                Err(problem) => {
                    let error = Error::new(ErrorKind::Invalid, problem)
                        .with_hint("use it with the same company and conditions as before");
                    (start, Some(error))
                }
            },
        };
        let size = position.size.clamp(1, LARGEST_PAGE);
        let position = Position { size, ..position };
        let mut searches = VecDeque::from(listing.searches);
        let done = match last_error {
            Some(_) => searches.len(),
            None => searches.len().min(position.search as usize),
        };
        searches.drain(..done);
        let most = (ROWS_AHEAD / size).clamp(1, MOST_AHEAD);
        Pages {
            action: listing.action,
            company: listing.company,
            searches,
            requests: FuturesOrdered::new(),
            last_error,
            failed: false,
            last: (position.clone(), Vec::new()),
            next_request: position.page,
            known_pages: None,
            received: position.rows_before(),
            most_ahead: options.prefetch.clamp(1, most),
            id: listing.id,
            anchor: None,
            recent: RecentIds::of_pages(size),
            duplicates_dropped: 0,
            changed_while_listing: false,
            count_doubt: None,
            position,
        }
    }

    /// How many rows the service counts in the searches so far; `None` before the first page.
    pub fn total(&self) -> Option<u64> {
        match self.position.total {
            Some(total) => Some(self.position.finished + total),
            None => Some(self.position.finished).filter(|total| *total > 0),
        }
    }

    /// Whether rows were added or removed during the listing, so that some may be missing. List again
    /// if you need all of them.
    pub fn changed_while_listing(&self) -> bool {
        self.changed_while_listing
    }

    /// Why it is not certain that the list is whole, as far as it has come: rows
    /// [changed](Pages::changed_while_listing), or the service does not count them, or counts too few.
    /// `None` at the end if as many rows came as it counts.
    pub fn doubt(&self) -> Option<ListDoubt> {
        match self.changed_while_listing {
            true => Some(ListDoubt::Changed),
            false => self.count_doubt,
        }
    }

    /// All rows of one search, and why some may be missing. A list of several pages costs a request more:
    /// the last row of the first page is fetched again at the end, because it is another one if a row
    /// before it was removed meanwhile, also where another was added and the count is the same.
    pub(crate) async fn fetch_all(mut self) -> Result<(Vec<T>, Option<ListDoubt>)> {
        let mut rows = Vec::new();
        let mut last_of_first = None;
        while let Some(page) = self.next().await {
            let page = page?;
            if rows.is_empty()
                && let (Some(search), Some(row), Some(place)) =
                    (self.searches.front(), page.last(), self.last.1.last())
            {
                // The request is sent when the future is polled.
                let place = u32::try_from(*place).unwrap_or(u32::MAX);
                last_of_first = Some((search(place, 1), (self.id)(row).to_owned()));
            }
            rows.extend(page);
        }
        if let Some((fetch, id)) = last_of_first.filter(|_| self.doubt().is_none()) {
            let again = fetch.await.map_err(|error| self.with_context(error))?;
            self.changed_while_listing |= again.results.first().map(self.id) != Some(&*id);
        }
        Ok((rows, self.doubt()))
    }

    /// How many rows came a second time and were dropped.
    pub fn duplicates_dropped(&self) -> u64 {
        self.duplicates_dropped
    }

    /// The position of the listing, as a text from which another process can continue: the next page
    /// is the one after the last that was returned. `None` at the end.
    ///
    /// It contains numbers only: the position, how many rows came again, and a digest of the search. The
    /// process that continues does not know the rows that were returned before, so one that has shifted
    /// comes again.
    pub fn resume_token(&self) -> Option<String> {
        (!self.searches.is_empty()).then(|| self.position.to_string())
    }

    /// Requests as many pages as may be in flight.
    fn request_pages(&mut self) {
        let Some(search) = self.searches.front() else {
            return;
        };
        let size = self.position.size;
        // The first row of the last page is fetched now and compared when that page comes: it differs if
        // rows before it were added or removed, also where the total stays the same.
        if let Some(page) = self.page_to_anchor()
            && let Some(row) = (page - 1)
                .checked_mul(size)
                .and_then(|it| it.checked_add(1))
        {
            let (fetch, id) = (search(row, 1), self.id);
            let first_row = fetch.map(move |fetched| {
                let id = fetched?.results.first().map(|row| id(row).to_owned());
                Ok(Fetched::Anchor(Anchor { page, id }))
            });
            self.requests.push_back(first_row.boxed());
            self.anchor = Some(Anchor { page, id: None });
        }
        // Until the first page says how many there are, the next one may not exist.
        let most = self.known_pages.map_or(1, |_| self.most_ahead as usize);
        let last_page = self.known_pages.unwrap_or(u64::MAX);
        while self.requests.is_empty()
            || (self.requests.len() < most && u64::from(self.next_request) <= last_page)
        {
            let page = search(self.next_request, size);
            self.requests
                .push_back(page.map(|page| page.map(Fetched::Page)).boxed());
            self.next_request += 1;
        }
    }

    /// The last page, once it is known and is not the next one.
    fn page_to_anchor(&self) -> Option<u32> {
        let last = u32::try_from(self.known_pages?).ok()?;
        (self.anchor.is_none() && last > self.position.page).then_some(last)
    }

    fn accept(&mut self, page: Page<T>) -> Result<Vec<T>> {
        self.ensure_not_empty(&page)?;
        let total = page.total_number_of_records.or(self.position.total);
        if let Some(total) = page.total_number_of_records {
            self.changed_while_listing |= *self.position.total.get_or_insert(total) != total;
        }
        let (id, mut rows) = (self.id, page.results);
        let count = rows.len();
        self.received += count as u64;
        let is_anchored = |anchor: &&Anchor| anchor.page == self.position.page;
        if let Some(expected) = self.anchor.as_ref().filter(is_anchored)
            && let Some(expected) = expected.id.as_deref()
        {
            self.changed_while_listing |= rows.first().map(id) != Some(expected);
        }
        let (mut place, mut places) = (0, Vec::with_capacity(count));
        let skip = self.position.skip;
        rows.retain(|row| {
            place += 1;
            let is_new = self.recent.insert(id(row));
            if is_new && place > skip {
                places.push(place);
            }
            is_new && place > skip
        });
        let duplicates = (count as u64).saturating_sub(skip + rows.len() as u64);
        self.duplicates_dropped += duplicates;
        self.last = (self.position.clone(), places);
        self.position.duplicates += duplicates;
        self.known_pages = page.total_number_of_pages.filter(|pages| *pages > 0);
        // The service does not count the pages of every search.
        let is_last = match self.known_pages {
            _ if count == 0 => true,
            Some(pages) => u64::from(self.position.page) >= pages,
            // A service that ignores the page number returns the same rows again and again.
            None => rows.is_empty() || count < self.position.size as usize,
        };
        self.position.skip = 0;
        if is_last {
            let is_short = total.is_some_and(|total| self.received < total);
            if is_short && !self.changed_while_listing {
                self.last_error = Some(ended_early());
                self.failed = true;
                return Ok(rows);
            }
            self.compare_with(total);
            self.received = 0;
            self.searches.pop_front();
            self.position = self.position.next_search();
            self.requests = FuturesOrdered::new();
            self.known_pages = None;
            self.anchor = None;
            self.next_request = 1;
        } else {
            self.position.page += 1;
        }
        Ok(rows)
    }

    /// Compares the rows of a search that has ended with the count of the service.
    fn compare_with(&mut self, total: Option<u64>) {
        let different = self.received.saturating_sub(self.position.duplicates);
        let doubt = match total {
            // An empty list is no count of 0.
            None => Some(ListDoubt::NotCounted),
            // A row that came twice came in the place of another.
            Some(total) if different < total => {
                self.changed_while_listing = true;
                None
            }
            Some(total) => (different > total).then_some(ListDoubt::CountedTooFew),
        };
        self.count_doubt = self.count_doubt.or(doubt);
    }

    /// Refuses a page without rows before the end of the list. The end is where the page itself counts
    /// as many rows as came, because rows may have been removed.
    fn ensure_not_empty(&self, page: &Page<T>) -> Result<()> {
        if !page.results.is_empty() {
            return Ok(());
        }
        // A page of an empty list has no count of rows, or 0.
        let counted = page.total_number_of_records.filter(|total| *total > 0);
        match counted.or(self.position.total) {
            Some(total) if self.position.rows_before() < total => Err(ended_early()),
            _ => Ok(()),
        }
    }

    /// Ends the stream with this error.
    fn fail(&mut self, error: Error) -> Error {
        self.requests = FuturesOrdered::new();
        self.failed = true;
        self.with_context(error)
    }

    fn with_context(&self, error: Error) -> Error {
        let action = match self.position.total {
            Some(total) => format!("{} ({} of {total} so far)", self.action, self.received).into(),
            None => Cow::Borrowed(self.action),
        };
        let error = error.with_action(action);
        match &self.company {
            Some(company) => error.with_company(company),
            None => error,
        }
    }
}

fn ended_early() -> Error {
    Error::new(ErrorKind::Protocol, "the list ended early").with_hint("list again")
}

impl<T: 'static> Stream for Pages<T> {
    type Item = Result<Vec<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        let this = &mut *self;
        if let Some(error) = this.last_error.take() {
            this.requests = FuturesOrdered::new();
            return Poll::Ready(Some(Err(this.with_context(error))));
        }
        loop {
            if this.failed {
                return Poll::Ready(None);
            }
            this.request_pages();
            match ready!(this.requests.poll_next_unpin(cx)) {
                None => return Poll::Ready(None),
                Some(page) => {
                    let rows = match page {
                        Ok(Fetched::Page(page)) => this.accept(page),
                        Ok(Fetched::Anchor(anchor)) => {
                            this.anchor = Some(anchor);
                            continue;
                        }
                        Err(error) => Err(error),
                    };
                    return Poll::Ready(Some(rows.map_err(|error| this.fail(error))));
                }
            }
        }
    }
}

impl<T: 'static> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.last_error.is_none() && (self.failed || self.searches.is_empty())
    }
}

impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("position", &self.position)
            .field("requests", &self.requests.len())
            .finish_non_exhaustive()
    }
}
