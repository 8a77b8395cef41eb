//! Walking through a search page by page.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::future::BoxFuture;
use futures::stream::{FusedStream, Stream};
use keepnet_client::Page;

use crate::error::Result;

/// The most rows of a page that the service takes.
pub(crate) const LARGEST_PAGE: u32 = 99_999;

/// The rows of a search, one page at a time.
///
/// A page is fetched when it is asked for. Pages are numbered, so rows that come or go meanwhile
/// shift the later ones: a row that shows a second time is dropped, and
/// [`total_moved`](Pages::total_moved) tells when rows may have been missed. For that the id of
/// every row seen is kept, some 60 bytes each; the rows themselves are not.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Pages<T> {
    searches: VecDeque<Search<T>>,
    underway: Option<BoxFuture<'static, Result<Page<T>>>>,
    next: u32,
    size: u32,
    id: fn(&T) -> &str,
    seen: HashSet<Box<str>>,
    repeats: u64,
    finished_total: u64,
    first_total: Option<u64>,
    total_moved: bool,
}

/// Fetches the page of this number and size.
pub(crate) type Search<T> =
    Box<dyn Fn(u32, u32) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync>;

impl<T> Pages<T> {
    /// Goes through the searches one after the other.
    pub(crate) fn new(searches: Vec<Search<T>>, size: u32, id: fn(&T) -> &str) -> Pages<T> {
        Pages {
            searches: searches.into(),
            underway: None,
            next: 1,
            size: size.clamp(1, LARGEST_PAGE),
            id,
            seen: HashSet::new(),
            repeats: 0,
            finished_total: 0,
            first_total: None,
            total_moved: false,
        }
    }

    /// How many rows the service counted, in what was searched so far; `None` before the first page.
    pub fn total(&self) -> Option<u64> {
        match self.first_total {
            Some(total) => Some(self.finished_total + total),
            None => Some(self.finished_total).filter(|total| *total > 0),
        }
    }

    /// Whether the number of rows changed while they were listed: some may be missing. List again
    /// where it matters.
    pub fn total_moved(&self) -> bool {
        self.total_moved
    }

    /// How many rows came a second time, and were dropped.
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    fn accept(&mut self, page: Page<T>) -> Vec<T> {
        if let Some(total) = page.total_number_of_records {
            self.total_moved |= *self.first_total.get_or_insert(total) != total;
        }
        let count = page.results.len();
        let mut rows = page.results;
        let id = self.id;
        // A row without an id cannot be told from another, so it is kept.
        rows.retain(|row| id(row).is_empty() || self.seen.insert(id(row).into()));
        self.repeats += (count - rows.len()) as u64;
        let is_last = match page.total_number_of_pages.filter(|pages| *pages > 0) {
            _ if count == 0 => true,
            Some(pages) => u64::from(self.next) >= pages,
            // A page of repeats alone is of a service that does not count its pages at all.
            None => rows.is_empty() || count < usize::try_from(self.size).unwrap_or(usize::MAX),
        };
        if is_last {
            self.finished_total += self.first_total.take().unwrap_or_default();
            self.searches.pop_front();
            self.next = 1;
        } else {
            self.next += 1;
        }
        rows
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Vec<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        let this = &mut *self;
        if this.underway.is_none() {
            let Some(search) = this.searches.front() else {
                return Poll::Ready(None);
            };
            this.underway = Some(search(this.next, this.size));
        }
        let Some(underway) = &mut this.underway else {
            return Poll::Ready(None);
        };
        let outcome = ready!(underway.as_mut().poll(cx));
        this.underway = None;
        Poll::Ready(Some(match outcome {
            Ok(page) => Ok(this.accept(page)),
            Err(error) => {
                this.searches.clear();
                Err(error)
            }
        }))
    }
}

impl<T> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        self.underway.is_none() && self.searches.is_empty()
    }
}

impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("next", &self.next)
            .field("size", &self.size)
            .field("seen", &self.seen.len())
            .field("total", &self.total())
            .finish_non_exhaustive()
    }
}

/// The rows of a search, one at a time. See [`Pages`] for what happens when rows come or go
/// meanwhile; at most one page is held.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    held: VecDeque<T>,
}

impl<T> Items<T> {
    pub(crate) fn new(pages: Pages<T>) -> Items<T> {
        Items {
            pages,
            held: VecDeque::new(),
        }
    }

    /// As [`Pages::total`].
    pub fn total(&self) -> Option<u64> {
        self.pages.total()
    }

    /// As [`Pages::total_moved`].
    pub fn total_moved(&self) -> bool {
        self.pages.total_moved()
    }

    /// As [`Pages::repeats`].
    pub fn repeats(&self) -> u64 {
        self.pages.repeats()
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(row) = self.held.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(rows)) => self.held = rows.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<T> FusedStream for Items<T> {
    fn is_terminated(&self) -> bool {
        self.held.is_empty() && self.pages.is_terminated()
    }
}

impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("held", &self.held.len())
            .finish()
    }
}
