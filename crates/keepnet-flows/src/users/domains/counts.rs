//! How many people of a list have which domain.

use std::collections::HashMap;
use std::ops::ControlFlow;

use keepnet_staff_list::{Field, Sheet, Validation, normalized_value};

use super::rule::domain_of;
use crate::Result;
use crate::error::of_sheet;

/// How many domains are counted; the people of further ones are counted together.
const COUNTED_DOMAINS: usize = 10_000;

/// The people of a list, by their domains.
#[derive(Clone, Debug, Default)]
pub(crate) struct DomainCounts {
    domains: HashMap<String, u64>,
    people: u64,
}

impl DomainCounts {
    /// Counts the people of the valid rows that `is_selected` selects. It reads the list once.
    pub(crate) fn of_sheet(
        sheet: &Sheet,
        validation: &Validation,
        is_selected: impl Fn(u32) -> bool,
    ) -> Result<DomainCounts> {
        let mapping = validation.mapping();
        let positions = mapping.positions(sheet).map_err(of_sheet)?;
        let mut columns = mapping.columns().iter().zip(positions);
        let email = columns.find(|(column, _)| *column.field() == Field::Email);
        let mut counts = DomainCounts::default();
        let read = sheet.for_each_row(|row| {
            if let Some((_, position)) = email.filter(|_| is_selected(row.number())) {
                let email = normalized_value(&Field::Email, row.text(position));
                if validation.is_valid_row(&email, row.number()) {
                    counts.add(&email);
                }
            }
            ControlFlow::Continue(())
        });
        read.map_err(of_sheet)?;
        Ok(counts)
    }

    /// Adds a person.
    pub(crate) fn add(&mut self, email: &str) {
        self.people += 1;
        let domain = domain_of(email);
        let has_room = self.domains.len() < COUNTED_DOMAINS;
        match self.domains.get_mut(&domain) {
            Some(people) => *people += 1,
            None if has_room => {
                self.domains.insert(domain, 1);
            }
            None => {}
        }
    }

    /// How many people there are.
    pub(super) fn people(&self) -> u64 {
        self.people
    }

    /// The domains, those of most people first.
    pub(super) fn largest_first(&self) -> Vec<(&str, u64)> {
        let mut domains: Vec<_> = self
            .domains
            .iter()
            .map(|it| (it.0.as_str(), *it.1))
            .collect();
        domains.sort_by_key(|(domain, people)| (std::cmp::Reverse(*people), *domain));
        domains
    }
}
