//! The rows of a search, one at a time.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures::stream::{FusedStream, Stream};

use super::pages::Pages;
use super::position::Position;
use crate::error::Result;

/// The rows of a search, one at a time. See [`Pages`] for what happens when rows come or go
/// meanwhile, and for how many pages are held.
#[must_use = "a stream does nothing unless it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    held: VecDeque<T>,
    taken: u64,
}

impl<T: 'static> Items<T> {
    pub(crate) fn new(pages: Pages<T>) -> Items<T> {
        Items {
            pages,
            held: VecDeque::new(),
            taken: 0,
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

    /// As [`Pages::resume_token`], but what comes next is the row after the last one that was handed
    /// out.
    pub fn resume_token(&self) -> Option<String> {
        if self.held.is_empty() {
            return self.pages.resume_token();
        }
        let (page, dropped) = &self.pages.last;
        let at = Position {
            // Rows that come again are at the beginning of a page.
            skip: dropped + self.taken,
            ..page.clone()
        };
        Some(at.to_string())
    }
}

impl<T: 'static> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(row) = self.held.pop_front() {
                self.taken += 1;
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                None => return Poll::Ready(None),
                Some(Ok(rows)) => {
                    self.held = rows.into();
                    self.taken = 0;
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl<T: 'static> FusedStream for Items<T> {
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
