//! Finding the row of the headers among the first rows.

use std::ops::ControlFlow;

use super::row::Row;
use crate::email::is_email;
use crate::field::Field;
use crate::headers::{Header, guess_fields, is_manager_word};

/// Titles and remarks above the headers take few rows.
const SEARCHED_ROWS: usize = 10;

/// The first rows of a worksheet, up to the ones that may hold the headers.
pub(super) struct FirstRows {
    rows: Vec<Row>,
    /// The row of the headers, if the caller gave it.
    given: Option<u32>,
}

impl FirstRows {
    pub(super) fn new(given: Option<u32>) -> FirstRows {
        FirstRows {
            rows: Vec::new(),
            given,
        }
    }

    /// Adds a row, and says whether more are needed.
    pub(super) fn add(&mut self, row: &Row) -> ControlFlow<()> {
        if let Some(given) = self.given {
            // The row above may hold the titles of blocks, and one below shows that there are people.
            if row.number() + 1 >= given {
                self.rows.push(row.clone());
            }
            return match row.number() > given {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            };
        }
        self.rows.push(row.clone());
        match self.rows.len() > SEARCHED_ROWS {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// The headers: the row that names an e-mail column and the most fields, alone or below the
    /// titles of its blocks; or else the first row with the most fields.
    pub(super) fn find_headers(&self) -> Option<HeaderCandidate> {
        let last_row = self.rows.last()?.number();
        let has_address = |row: &Row| (0..row.width()).any(|column| is_email(row.text(column)));
        let people = match self.given {
            Some(_) => self.rows.len(),
            None => self
                .rows
                .iter()
                .position(has_address)
                .unwrap_or(self.rows.len()),
        };
        let searched = people.clamp(1, SEARCHED_ROWS).min(self.rows.len());
        let mut best: Option<HeaderCandidate> = None;
        for index in 0..searched {
            let row = &self.rows[index];
            if self.given.is_some_and(|given| given != row.number()) {
                continue;
            }
            let above = index.checked_sub(1).map(|above| &self.rows[above]);
            let above = above.filter(|above| above.number() + 1 == row.number());
            let alone = HeaderCandidate::new(row, headers(row), last_row);
            let joined = above
                .and_then(|above| joined_headers(above, row))
                .map(|headers| HeaderCandidate::new(row, headers, last_row));
            for candidate in [Some(alone), joined].into_iter().flatten() {
                if best.as_ref().is_none_or(|best| candidate.is_better(best)) {
                    best = Some(candidate);
                }
            }
        }
        best
    }
}

/// The row of a worksheet that may hold the headers.
pub(super) struct HeaderCandidate {
    pub(super) headers: Vec<Header>,
    pub(super) row: u32,
    /// How many fields the headers name.
    fields: usize,
    pub(super) has_email: bool,
    /// Whether a row follows.
    pub(super) has_people: bool,
}

impl HeaderCandidate {
    fn new(row: &Row, headers: Vec<Header>, last_row: u32) -> HeaderCandidate {
        let guesses = guess_fields(&headers, &[]);
        let mut fields: Vec<Field> = guesses.into_iter().flatten().map(|it| it.0).collect();
        fields.sort();
        fields.dedup();
        HeaderCandidate {
            headers,
            row: row.number(),
            fields: fields.len(),
            has_email: fields.contains(&Field::Email),
            has_people: last_row > row.number(),
        }
    }

    fn is_better(&self, other: &HeaderCandidate) -> bool {
        (self.has_email, self.fields) > (other.has_email, other.fields)
    }
}

fn headers(row: &Row) -> Vec<Header> {
    let last = (0..row.width()).rposition(|column| !row.text(column).is_empty());
    let width = last.map_or(0, |last| last + 1);
    (0..width)
        .map(|column| Header::new(column, row.raw(column)))
        .collect()
}

/// The headers of a row below the titles of its blocks: `First Name` below `Manager` is `Manager
/// First Name`, and a blank cell takes the header above it. None if no block is the manager's.
fn joined_headers(above: &Row, row: &Row) -> Option<Vec<Header>> {
    let is_text = |row: &Row, column: &usize| !row.text(*column).is_empty();
    let has_manager = (0..above.width()).any(|column| is_manager_word(above.text(column)));
    let below = (0..row.width())
        .filter(|column| is_text(row, column))
        .count();
    if !has_manager || below < 2 {
        return None;
    }
    let last = |row: &Row| (0..row.width()).rposition(|column| is_text(row, &column));
    let width = last(above).max(last(row)).map_or(0, |last| last + 1);
    let mut title = "";
    let mut joined = Vec::with_capacity(width);
    for column in 0..width {
        if is_text(above, &column) {
            title = above.text(column);
        }
        let text = row.text(column);
        joined.push(match (text.is_empty(), is_manager_word(title)) {
            (true, _) => Header::new(column, above.raw(column)),
            (false, true) => Header::new(column, &format!("{title} {text}")),
            (false, false) => Header::new(column, row.raw(column)),
        });
    }
    Some(joined)
}
