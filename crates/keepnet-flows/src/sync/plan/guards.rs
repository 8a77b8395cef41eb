//! What must not happen without a yes.

use std::collections::BTreeMap;

use super::matching::Comparison;
use super::refusal::SyncRefusal;
use crate::companies::LicenseUse;
use crate::sync::list::StaffList;
use crate::sync::options::SyncOptions;
use crate::users::{NAMED_DOMAINS, NamedDomains, domain_of, is_own_domain};

/// How many values of a field make it possible to see that its column is shifted.
const FEWEST_VALUES: u64 = 10;
/// How many rows a refusal names.
const NAMED_ROWS: usize = 5;

/// Why the plan is refused, the most important reason first. `unknown_seats` is how many people more would
/// be active, if it is not known how many the licence covers.
pub(crate) fn find_refusals(
    list: &StaffList,
    found: &Comparison,
    options: &SyncOptions,
    license: Option<&LicenseUse>,
    unknown_seats: Option<u64>,
) -> Vec<SyncRefusal> {
    let rows = list.rows.len() as u64;
    if rows == 0 {
        let (invalid, duplicate) = list.rejected();
        let rejected = invalid + duplicate;
        return vec![SyncRefusal::EmptyList { rejected }];
    }
    let mut refusals = Vec::new();
    refusals.extend(unknown_domains(list, found, options));
    let leavers = found.leavers.len() as u64;
    if leavers > 0 {
        let people = found.could_leave;
        // A refused row protects its person, so it counts as one who is on the list.
        let protected = list.protected.iter();
        let protected = protected.filter(|it| !list.by_email.contains_key(*it));
        let on_list = rows + protected.count() as u64;
        if !options.smaller_list && on_list * 2 < people {
            refusals.push(SyncRefusal::SmallerList { rows, people });
        }
        if leavers > options.at_most_leavers.of(people) {
            refusals.push(SyncRefusal::TooManyLeavers {
                leavers,
                people,
                at_most: options.at_most_leavers,
            });
        }
        if !options.unreadable_rows && !list.unreadable.is_empty() {
            refusals.push(SyncRefusal::UnreadableRows {
                rows: list.unreadable.iter().take(NAMED_ROWS).copied().collect(),
                count: list.unreadable.len() as u64,
                leavers,
            });
        }
    }
    refusals.extend(overwritten(list, found, options));
    if let Some(license) = license.filter(|_| !options.beyond_license)
        && let (Some(seats), Some(after)) = (license.seats, license.after)
        && after > seats
    {
        refusals.push(SyncRefusal::BeyondLicense { seats, after });
    }
    if let Some(joiners) = unknown_seats.filter(|_| !options.beyond_license) {
        refusals.push(SyncRefusal::UnknownLicense { joiners });
    }
    refusals
}

fn unknown_domains(
    list: &StaffList,
    found: &Comparison,
    options: &SyncOptions,
) -> Option<SyncRefusal> {
    let named = options.domains.as_deref().map(NamedDomains::new);
    let active = found.domains.values().sum();
    let is_allowed = |domain: &str, joiners: u64| match &named {
        Some(named) => named.contains(domain),
        None => {
            let present = found.domains.get(domain).copied().unwrap_or_default();
            is_own_domain(joiners, present, active)
        }
    };
    let renamed = found.movers.iter().filter(|mover| mover.has_new_email);
    let rows = found.joiners.iter().map(|joiner| joiner.row);
    let mut joining: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows.chain(renamed.map(|mover| mover.row)) {
        *joining.entry(domain_of(list.email(row))).or_default() += 1;
    }
    let mut unknown = joining;
    unknown.retain(|domain, joiners| !is_allowed(domain, *joiners));
    let joiners = unknown.values().sum();
    let mut domains: Vec<_> = unknown.into_iter().collect();
    domains.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let domains: Vec<_> = domains
        .into_iter()
        .take(NAMED_DOMAINS)
        .map(|it| it.0)
        .collect();
    (joiners > 0).then_some(SyncRefusal::UnknownDomains {
        joiners,
        domains,
        has_people: !found.domains.is_empty(),
    })
}

fn overwritten<'a>(
    list: &'a StaffList,
    found: &'a Comparison,
    options: &'a SyncOptions,
) -> impl Iterator<Item = SyncRefusal> + 'a {
    let fields = list.rows.fields().iter().zip(&found.fields);
    let shifted = fields.filter(|(_, counts)| {
        counts.present >= FEWEST_VALUES && counts.replaced * 2 > counts.present
    });
    let refusals = shifted.filter_map(|(field, counts)| {
        let column = list.validation.mapping().column_of(field)?;
        Some((column.column(), column.letter(), field, counts))
    });
    refusals
        .filter(|(name, letter, ..)| {
            let is_column = |text: &String| {
                let text = text.trim();
                text.eq_ignore_ascii_case(letter) || text.to_lowercase() == name.to_lowercase()
            };
            !options.overwrite.iter().any(is_column)
        })
        .map(|(name, _, field, counts)| SyncRefusal::Overwritten {
            field: field.clone(),
            column: name.to_owned(),
            replaced: counts.replaced,
            present: counts.present,
        })
}
