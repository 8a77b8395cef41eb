//! Listing the people of a company once.

use futures::TryStreamExt as _;

use crate::import::{Progress, Reporter, Stage};
use crate::paging::ListDoubt;
use crate::users::UserRow;
use crate::{Company, Error, ErrorKind, Result};

/// How many people are fetched at a time.
const PAGE: u32 = 1_000;
/// How often a listing is begun again because the people changed meanwhile.
const TRIES: u32 = 3;

/// Lists all people, active, inactive and deleted, and gives each to what `begin` returns; it begins
/// again if the people change during the listing.
///
/// # Errors
///
/// [`ErrorKind::Conflict`] if the people change during each of three listings; [`ErrorKind::Protocol`] if
/// the service does not count them, or counts fewer than it lists, because somebody who is missing in the
/// list would be taken for new; and the errors of a listing, such as one that ends early.
pub(crate) async fn list_people<T>(
    company: &Company,
    reporter: &Reporter,
    begin: impl Fn() -> T,
    add: impl Fn(&mut T, UserRow),
) -> Result<T> {
    for _ in 0..TRIES {
        let mut result = begin();
        let mut pages = company.users().any_status().page_size(PAGE).rows();
        let mut done = 0;
        while let Some(people) = pages.try_next().await? {
            done += people.len() as u64;
            for person in people {
                add(&mut result, person);
            }
            let total = pages.total().unwrap_or(done);
            reporter
                .report(Progress::of(Stage::Listing, done, total))
                .await;
        }
        match pages.doubt() {
            None if pages.duplicates_dropped() == 0 => return Ok(result),
            None | Some(ListDoubt::Changed) => {}
            Some(doubt) => {
                let hint =
                    "nothing was written, because people who are missing would be taken for new";
                return Err(doubt.into_error("people").with_hint(hint));
            }
        }
    }
    let problem = "the people changed during each of three listings";
    Err(Error::new(ErrorKind::Conflict, problem)
        .with_hint("nothing was written; run it again when nobody else writes people"))
}
