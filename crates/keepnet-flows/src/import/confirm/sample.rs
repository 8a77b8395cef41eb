//! People of an import who are looked for in the company: what they show is evidence of what was done.

use std::collections::{HashMap, HashSet};
use std::fmt;

use keepnet_client::Timestamp;
use keepnet_staff_list::normalize_email;

use crate::import::{Preview, PreviewRow, PreviewRows, SampledRow};
use crate::polling::look_repeatedly;
use crate::users::{EMAILS_PER_SEARCH, find_by_email};
use crate::{Company, Result};

/// The e-mail addresses of sampled rows, by the number of the row. Its `Debug` shows none.
#[derive(Clone, Default)]
pub(crate) struct SampledEmails(HashMap<u32, String>);

/// What the sampled people show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// How many people were looked for, and how many of them are as the import leaves them.
    pub(crate) checked: u64,
    pub(crate) confirmed: u64,
    /// How many of them are new.
    pub(crate) new: u64,
}

impl Evidence {
    /// Whether each person is as the import leaves them.
    pub(crate) fn is_done(self) -> bool {
        self.checked > 0 && self.confirmed == self.checked
    }

    /// Whether new people are in the company.
    pub(crate) fn has_new_people(self) -> bool {
        self.new > 0 && self.confirmed > 0
    }

    /// Whether there are new people, and none of them is in the company. That an existing user has no
    /// later time of change shows nothing: the service writes times to the minute.
    pub(crate) fn is_absent(self) -> bool {
        self.new > 0 && self.confirmed == 0
    }
}

/// A person who may be looked for.
pub(super) struct Person {
    pub(super) row: u32,
    pub(super) is_new: bool,
    pub(super) email: String,
}

impl Person {
    /// The person of a row of the preview; `None` if the row has no number in the file, or belongs to
    /// an identity provider, whose users an import leaves as they are.
    pub(super) fn of_row(preview: &Preview, row: &PreviewRow) -> Option<Person> {
        let is_new = row.status.eq_ignore_ascii_case("New");
        (is_new || row.status.eq_ignore_ascii_case("Exists")).then_some(())?;
        Some(Person {
            row: preview.validation.row_of(&row.email)?,
            is_new,
            email: row.email.clone(),
        })
    }
}

/// The first people of an import of all rows: new ones if there are any.
pub(super) async fn first_people(preview: &Preview) -> Result<Vec<Person>> {
    let status = match preview.counts.new {
        0 => "Exists",
        _ => "New",
    };
    let rows = PreviewRows::new(&preview.company, &preview.transaction, status);
    let page = rows.page_size(EMAILS_PER_SEARCH).next().await?;
    let rows = page.map(|page| page.rows).unwrap_or_default();
    let people = rows.iter().filter_map(|row| Person::of_row(preview, row));
    Ok(people.collect())
}

/// Chooses whom to look for: new people, or existing ones if there is no new one.
pub(super) async fn choose_sample(
    company: &Company,
    people: Vec<Person>,
) -> Result<(Vec<SampledRow>, SampledEmails)> {
    let has_new = people.iter().any(|person| person.is_new);
    let chosen = people.into_iter().filter(|person| person.is_new == has_new);
    let (mut rows, mut emails) = (Vec::new(), HashMap::new());
    for person in chosen.take(EMAILS_PER_SEARCH) {
        rows.push(SampledRow {
            row: person.row,
            is_new: person.is_new,
            updated: None,
        });
        emails.insert(person.row, person.email);
    }
    let emails = SampledEmails(emails);
    let users = emails.find_users(company, &rows).await?;
    for row in &mut rows {
        // Somebody else may have created the user since the preview.
        if let Some(updated) = users.get(&row.row) {
            row.is_new = false;
            row.updated.clone_from(updated);
        }
    }
    Ok((rows, emails))
}

impl SampledEmails {
    pub(crate) fn new(emails: HashMap<u32, String>) -> SampledEmails {
        SampledEmails(emails)
    }

    /// Looks for the people, and again while one is missing; without those whose rows failed.
    pub(crate) async fn look(
        &self,
        company: &Company,
        sample: &[SampledRow],
        failed: &HashSet<u32>,
    ) -> Result<Evidence> {
        let is_known = |it: &&SampledRow| self.0.contains_key(&it.row);
        let rows = sample.iter().filter(|it| !failed.contains(&it.row));
        let rows: Vec<SampledRow> = rows.filter(is_known).cloned().collect();
        if rows.is_empty() {
            return Ok(Evidence::default());
        }
        let find_all = || async {
            let evidence = self.compare(company, &rows).await?;
            Ok(evidence.is_done().then_some(evidence))
        };
        match look_repeatedly(company.raw().client(), find_all).await? {
            Some(evidence) => Ok(evidence),
            None => self.compare(company, &rows).await,
        }
    }

    async fn compare(&self, company: &Company, rows: &[SampledRow]) -> Result<Evidence> {
        let users = self.find_users(company, rows).await?;
        let is_as_imported = |it: &&SampledRow| match users.get(&it.row) {
            None => false,
            Some(updated) => it.is_new || *updated != it.updated,
        };
        Ok(Evidence {
            checked: rows.len() as u64,
            confirmed: rows.iter().filter(is_as_imported).count() as u64,
            new: rows.iter().filter(|it| it.is_new).count() as u64,
        })
    }

    /// The users of the rows who exist, with the time of their last change.
    async fn find_users(
        &self,
        company: &Company,
        rows: &[SampledRow],
    ) -> Result<HashMap<u32, Option<String>>> {
        let emails = rows
            .iter()
            .filter_map(|it| Some((it.row, self.0.get(&it.row)?.as_str())));
        let emails: Vec<(u32, &str)> = emails.collect();
        let addresses: Vec<&str> = emails.iter().map(|(_, email)| *email).collect();
        let users = find_by_email(company, &addresses).await?;
        let user = |email: &str| users.get(normalize_email(email.trim()).as_ref());
        let found = emails.into_iter();
        Ok(found
            .filter_map(|(row, email)| {
                Some((row, user(email)?.updated.as_ref().map(Timestamp::to_string)))
            })
            .collect())
    }
}

impl fmt::Debug for SampledEmails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} people", self.0.len())
    }
}
