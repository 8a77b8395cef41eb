//! Walking through a search page by page.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::{FusedStream, FuturesOrdered, Stream, StreamExt as _};
use keepnet_client::Page;

use super::position::Position;
use super::recent_ids::Recent;
use crate::error::{Error, Result};

/// The most rows of a page that the service takes.
pub(crate) const LARGEST_PAGE: u32 = 99_999;
/// The most pages that are fetched at a time, which is how many reads a client has in flight.
pub(crate) const MOST_AHEAD: u32 = 8;
/// The most rows that are fetched at a time, where a page is not larger already: some 2 MB.
const ROWS_AHEAD: u32 = 2_000;
/// How many rows to fetch at a time where nobody says: as many pages of this size are fetched at a
/// time as a client has reads in flight.
pub(crate) const PAGE: u32 = 250;

/// The rows of a search, one page at a time.
///
/// The first page is fetched when it is asked for; with the second, several are asked for at a time
/// and kept in order: up to 8, and no more than 2,000 rows where a page holds fewer.
///
/// # When rows come or go meanwhile
///
/// Pages are numbered, so rows that come or go shift the later ones; the order is that of creation,
/// so new ones come at the end.
///
/// - A row that shows again is dropped, and [`repeats`](Pages::repeats) counts it. The ids of the
///   latest 10,000 rows are kept for that, or of two pages where these hold more.
/// - [`total_moved`](Pages::total_moved) tells that rows may be missing. It is so where the service
///   counts other rows than at first, and where the row that the last page began with at the start
///   is another one at the end. Only changes that cancel out are not noticed: as many rows gone as
///   come before that row, or both before the second page was asked for.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Pages<T> {
    searches: VecDeque<Search<T>>,
    ahead: FuturesOrdered<BoxFuture<'static, Result<Fetched<T>>>>,
    refused: Option<Error>,
    /// By an error: the place is kept, so that a token can be had.
    ended: bool,
    /// Of the page to hand out next.
    at: Position,
    /// Of the page that was handed out last, and how many of its rows were dropped.
    pub(super) last: (Position, u64),
    requested: u32,
    known_pages: Option<u64>,
    most_ahead: u32,
    id: fn(&T) -> &str,
    anchor: Option<Anchor>,
    recent: Recent,
    repeats: u64,
    total_moved: bool,
}

/// Fetches the page of this number and size.
pub(crate) type Search<T> =
    Box<dyn Fn(u32, u32) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync>;

/// The same page with its rows converted.
pub(crate) fn convert_page<A, B>(page: Page<A>, convert: impl FnMut(A) -> B) -> Page<B> {
    let mut converted = Page::default();
    converted.results = page.results.into_iter().map(convert).collect();
    converted.page_number = page.page_number;
    converted.page_size = page.page_size;
    converted.total_number_of_pages = page.total_number_of_pages;
    converted.total_number_of_records = page.total_number_of_records;
    converted.counters = page.counters;
    converted
}

enum Fetched<T> {
    Page(Page<T>),
    /// The row that a page begins with.
    First(Anchor),
}

struct Anchor {
    page: u32,
    id: Option<String>,
}

impl<T: 'static> Pages<T> {
    /// Goes through the searches one after the other, from a position on.
    pub(crate) fn new(searches: Vec<Search<T>>, at: Position, id: fn(&T) -> &str) -> Pages<T> {
        let size = at.size.clamp(1, LARGEST_PAGE);
        let at = Position { size, ..at };
        let mut searches = VecDeque::from(searches);
        searches.drain(..searches.len().min(at.search as usize));
        Pages {
            searches,
            ahead: FuturesOrdered::new(),
            refused: None,
            ended: false,
            last: (at.clone(), 0),
            requested: at.page,
            known_pages: None,
            most_ahead: 1,
            id,
            anchor: None,
            recent: Recent::of_pages(size),
            repeats: 0,
            total_moved: false,
            at,
        }
        .ahead(MOST_AHEAD)
    }

    /// A listing that yields this error alone.
    pub(crate) fn refused(error: Error, id: fn(&T) -> &str) -> Pages<T> {
        let mut pages = Pages::new(Vec::new(), Position::default(), id);
        pages.refused = Some(error);
        pages
    }

    /// Fetches so many pages at a time, within the bounds.
    pub(crate) fn ahead(mut self, pages: u32) -> Pages<T> {
        let most = (ROWS_AHEAD / self.at.size).clamp(1, MOST_AHEAD);
        self.most_ahead = pages.clamp(1, most);
        self
    }

    /// How many rows the service counted, in what was searched so far; `None` before the first page.
    pub fn total(&self) -> Option<u64> {
        match self.at.total {
            Some(total) => Some(self.at.finished + total),
            None => Some(self.at.finished).filter(|total| *total > 0),
        }
    }

    /// Whether rows came or went while they were listed: some may be missing. List again where it
    /// matters.
    pub fn total_moved(&self) -> bool {
        self.total_moved
    }

    /// How many rows came a second time, and were dropped.
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    /// Where the listing stands, as a text to go on with later and in another process: what comes
    /// next is the page after the last one that was handed out. `None` at the end.
    ///
    /// It holds numbers alone: the place, and a digest of what is searched. Going on elsewhere,
    /// rows that were handed out before are not known: one that shifted across the place comes again.
    pub fn resume_token(&self) -> Option<String> {
        (!self.searches.is_empty()).then(|| self.at.to_string())
    }

    /// Asks for what may be under way.
    fn ask(&mut self) {
        let Some(search) = self.searches.front() else {
            return;
        };
        let most = match self.known_pages {
            Some(_) => self.most_ahead as usize,
            None => 1,
        };
        let size = self.at.size;
        if let Some(page) = self.anchored_page() {
            let row = (page - 1)
                .checked_mul(size)
                .and_then(|row| row.checked_add(1));
            if let Some(row) = row {
                let (fetch, id) = (search(row, 1), self.id);
                let first = fetch.map(move |fetched| {
                    let id = fetched?.results.first().map(|row| id(row).to_owned());
                    Ok(Fetched::First(Anchor { page, id }))
                });
                self.ahead.push_back(first.boxed());
                self.anchor = Some(Anchor { page, id: None });
            }
        }
        let is_wanted = |page: u32| {
            self.known_pages
                .is_none_or(|pages| u64::from(page) <= pages)
        };
        while self.ahead.is_empty() || (self.ahead.len() < most && is_wanted(self.requested)) {
            let page = search(self.requested, size);
            self.ahead
                .push_back(page.map(|page| page.map(Fetched::Page)).boxed());
            self.requested += 1;
        }
    }

    /// The last page, once it is known and pages lie between it and the next one.
    fn anchored_page(&self) -> Option<u32> {
        let last = u32::try_from(self.known_pages?).ok()?;
        (self.anchor.is_none() && last > self.at.page).then_some(last)
    }

    fn accept(&mut self, page: Page<T>) -> Vec<T> {
        if let Some(total) = page.total_number_of_records {
            self.total_moved |= *self.at.total.get_or_insert(total) != total;
        }
        let (id, mut rows) = (self.id, page.results);
        let count = rows.len();
        if let Some(anchor) = self.anchor.as_ref().filter(|it| it.page == self.at.page) {
            let first = rows.first().map(id);
            self.total_moved |= anchor.id.as_deref().is_some_and(|it| first != Some(it));
        }
        let mut place = 0;
        rows.retain(|row| {
            place += 1;
            let is_new = self.recent.insert(id(row));
            self.repeats += u64::from(!is_new);
            is_new && place > self.at.skip
        });
        self.last = (self.at.clone(), (count - rows.len()) as u64);
        self.known_pages = page.total_number_of_pages.filter(|pages| *pages > 0);
        let is_last = match self.known_pages {
            _ if count == 0 => true,
            Some(pages) => u64::from(self.at.page) >= pages,
            // A page of repeats alone is of a service that does not count its pages at all.
            None => rows.is_empty() || count < usize::try_from(self.at.size).unwrap_or(usize::MAX),
        };
        self.at.skip = 0;
        if is_last {
            self.searches.pop_front();
            self.at = self.at.next_search();
            self.ahead = FuturesOrdered::new();
            self.known_pages = None;
            self.anchor = None;
            self.requested = 1;
        } else {
            self.at.page += 1;
        }
        rows
    }
}

impl<T: 'static> Stream for Pages<T> {
    type Item = Result<Vec<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        let this = &mut *self;
        if let Some(error) = this.refused.take() {
            return Poll::Ready(Some(Err(error)));
        }
        loop {
            if this.ended {
                return Poll::Ready(None);
            }
            this.ask();
            match ready!(this.ahead.poll_next_unpin(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(Fetched::First(anchor))) => this.anchor = Some(anchor),
                Some(Ok(Fetched::Page(page))) => return Poll::Ready(Some(Ok(this.accept(page)))),
                Some(Err(error)) => {
                    this.ahead = FuturesOrdered::new();
                    this.ended = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T: 'static> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.refused.is_none() && (self.ended || self.searches.is_empty())
    }
}

impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("at", &self.at)
            .field("ahead", &self.ahead.len())
            .finish_non_exhaustive()
    }
}
