//! The rows of a search, one at a time.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::stream::{FusedStream, Stream};

use super::list_doubt::ListDoubt;
use super::pages::Pages;
use super::position::Position;
use crate::Result;

/// The rows of a search, one at a time. See [`Pages`] for rows that are added or removed meanwhile,
/// and for how many pages are fetched at a time.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    /// The rows of the last page that are still to return, and how many were returned.
    rows: VecDeque<T>,
    returned: usize,
}

impl<T: 'static> Items<T> {
    pub(crate) fn new(pages: Pages<T>) -> Items<T> {
        Items {
            pages,
            rows: VecDeque::new(),
            returned: 0,
        }
    }

    /// As [`Pages::total`].
    pub fn total(&self) -> Option<u64> {
        self.pages.total()
    }

    /// As [`Pages::changed_while_listing`].
    pub fn changed_while_listing(&self) -> bool {
        self.pages.changed_while_listing()
    }

    /// As [`Pages::doubt`].
    pub fn doubt(&self) -> Option<ListDoubt> {
        self.pages.doubt()
    }

    /// As [`Pages::duplicates_dropped`].
    pub fn duplicates_dropped(&self) -> u64 {
        self.pages.duplicates_dropped()
    }

    /// As [`Pages::resume_token`], but the next row is the one after the last that was returned.
    pub fn resume_token(&self) -> Option<String> {
        if self.rows.is_empty() {
            return self.pages.resume_token();
        }
        let (page, places) = &self.pages.last;
        let last = (self.returned.checked_sub(1)).and_then(|it| places.get(it));
        let skip = last.copied().unwrap_or(page.skip);
        let position = Position {
            skip,
            duplicates: page.duplicates + (skip - page.skip - self.returned as u64),
            ..page.clone()
        };
        Some(position.to_string())
    }
}

impl<T: 'static> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                self.returned += 1;
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(rows)) => {
                    self.rows = rows.into();
                    self.returned = 0;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<T: 'static> FusedStream for Items<T> {
    fn is_terminated(&self) -> bool {
        self.rows.is_empty() && self.pages.is_terminated()
    }
}

impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("rows", &self.rows.len())
            .finish()
    }
}
