//! Conditions on customers that the service cannot filter by reliably.

use std::collections::HashSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::dates::DateOrder;
use super::summary::CompanySummary;
use crate::names::is_same_name;
use crate::{Error, ErrorKind, Result};

/// Conditions that must all hold. They are applied to the rows after all of them are listed.
#[derive(Clone, Debug, Default)]
pub(super) struct CompanyConditions {
    pub(super) over_limit: bool,
    pub(super) expired: bool,
    /// The licence ends within this many days.
    pub(super) expires_within: Option<u32>,
    pub(super) created_after: Option<Date>,
    pub(super) tag: Option<String>,
    pub(super) license_type: Option<String>,
}

/// What the rows are compared with.
pub(super) struct Basis {
    pub(super) today: Date,
    pub(super) order: DateOrder,
    /// The ids of the companies in the wanted group.
    pub(super) members: Option<HashSet<String>>,
}

impl CompanyConditions {
    /// Refuses a blank text, which no company was meant by.
    pub(super) fn ensure_not_blank(&self) -> Result<()> {
        let texts = [("tag", &self.tag), ("type of licence", &self.license_type)];
        let is_blank =
            |text: &Option<String>| text.as_deref().is_some_and(|it| it.trim().is_empty());
        match texts.iter().find(|(_, text)| is_blank(text)) {
            Some((name, _)) => {
                let problem = format!("the {name} is empty");
                Err(Error::new(ErrorKind::Invalid, problem))
            }
            None => Ok(()),
        }
    }

    /// Whether a customer fulfils all conditions; `None` if the service does not say what one of them
    /// needs and it fulfils the others.
    pub(super) fn accept(&self, company: &CompanySummary, basis: &Basis) -> Option<bool> {
        let members = basis.members.as_ref();
        let outcomes = [
            members.map(|members| Some(members.contains(&company.id))),
            self.over_limit.then(|| company.is_over_limit()),
            self.expired.then(|| company.has_expired(basis)),
            self.expires_within
                .map(|days| company.expires_within(days, basis)),
            self.created_after.map(|date| {
                let created = company.created.as_deref()?;
                basis.order.decide(created, |created| created >= date)
            }),
            self.tag.as_ref().map(|tag| Some(company.has_tag(tag))),
            self.license_type
                .as_ref()
                .map(|wanted| Some(is_same_name(company.license_type.as_ref()?, wanted))),
        ];
        all(outcomes.into_iter().flatten())
    }
}

/// Whether all conditions hold; `None` if it is not known of one and the others hold.
pub(super) fn all(conditions: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(true);
    for condition in conditions {
        match condition {
            Some(true) => {}
            Some(false) => return Some(false),
            None => holds = None,
        }
    }
    holds
}

impl CompanySummary {
    /// Whether the licence has ended. The flag decides, because the date has no time zone.
    pub(super) fn has_expired(&self, basis: &Basis) -> Option<bool> {
        let is_past = |end: Date| end < basis.today;
        let by_date = || basis.order.decide(self.license_end.as_deref()?, is_past);
        self.license_expired.or_else(by_date)
    }

    /// Whether the licence has not ended, and ends in at most this many days. If the service says that it has
    /// not ended although its date is past, it ends now: the date has no time zone.
    pub(super) fn expires_within(&self, days: u32, basis: &Basis) -> Option<bool> {
        if self.license_expired == Some(true) {
            return Some(false);
        }
        let last = basis.today.saturating_add(i64::from(days).days());
        let has_not_ended = |end| self.license_expired == Some(false) || end >= basis.today;
        let end = self.license_end.as_deref()?;
        let order = basis.order;
        order.decide(end, |end| has_not_ended(end) && end <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company() -> CompanySummary {
        CompanySummary {
            is_limited: Some(true),
            user_limit: Some(10),
            target_user_count: Some(11),
            license_type: Some("Complete".to_owned()),
            license_end: Some("05/12/2026 10:00".to_owned()),
            license_expired: Some(false),
            created: Some("24/11/2026 10:00".to_owned()),
            tags: vec!["Gold ".to_owned()],
            ..CompanySummary::default()
        }
    }

    #[track_caller]
    fn check(
        company: &CompanySummary,
        set: impl FnOnce(&mut CompanyConditions),
        order: DateOrder,
        expected: Option<bool>,
    ) {
        let basis = Basis {
            today: "2026-11-27".parse().unwrap(),
            order,
            members: None,
        };
        let mut conditions = CompanyConditions::default();
        set(&mut conditions);
        assert_eq!(conditions.accept(company, &basis), expected, "{company:?}");
    }

    #[test]
    fn conditions_hold_fail_or_are_unknown() {
        let (known, unknown) = (DateOrder::DayFirst, DateOrder::Unknown);
        let company = company();
        check(&company, |_| {}, unknown, Some(true));
        check(&company, |it| it.over_limit = true, unknown, Some(true));
        check(&company, |it| it.expired = true, unknown, Some(false));
        check(
            &company,
            |it| it.expires_within = Some(8),
            known,
            Some(true),
        );
        check(
            &company,
            |it| it.expires_within = Some(7),
            known,
            Some(false),
        );
        // The 5th of December or the 12th of May.
        check(&company, |it| it.expires_within = Some(7), unknown, None);
        let created = |date: &str| {
            let date = date.parse().ok();
            move |it: &mut CompanyConditions| it.created_after = date
        };
        check(&company, created("2026-11-24"), known, Some(true));
        check(&company, created("2026-11-25"), known, Some(false));
        check(
            &company,
            |it| it.tag = Some("gold".to_owned()),
            known,
            Some(true),
        );
        check(
            &company,
            |it| it.tag = Some("old".to_owned()),
            known,
            Some(false),
        );
        let license = |it: &mut CompanyConditions| it.license_type = Some("COMPLETE".to_owned());
        check(&company, license, known, Some(true));
    }

    #[test]
    fn missing_fields_are_unknown_unless_another_fails() {
        let nothing = CompanySummary::default();
        let order = DateOrder::DayFirst;
        check(&nothing, |it| it.over_limit = true, order, None);
        check(&nothing, |it| it.expired = true, order, None);
        check(&nothing, |it| it.expires_within = Some(1), order, None);
        check(
            &nothing,
            |it| it.tag = Some("x".to_owned()),
            order,
            Some(false),
        );
        let both = |it: &mut CompanyConditions| {
            it.over_limit = true;
            it.tag = Some("x".to_owned());
        };
        check(&nothing, both, order, Some(false));
    }

    #[test]
    fn unlimited_company_is_never_over_its_limit() {
        let over = |is_limited: Option<bool>, user_limit| {
            let company = CompanySummary {
                is_limited,
                user_limit,
                target_user_count: Some(20_000),
                ..CompanySummary::default()
            };
            company.is_over_limit()
        };
        assert_eq!(over(Some(false), Some(9999)), Some(false));
        assert_eq!(over(Some(true), Some(9999)), Some(true));
        assert_eq!(over(None, Some(9999)), None);
        assert_eq!(over(Some(true), None), None);
    }

    #[test]
    fn expired_flag_goes_before_the_date() {
        let mut expired = company();
        expired.license_expired = Some(true);
        let order = DateOrder::DayFirst;
        check(&expired, |it| it.expired = true, order, Some(true));
        check(
            &expired,
            |it| it.expires_within = Some(30),
            order,
            Some(false),
        );
        expired.license_expired = None;
        check(&expired, |it| it.expired = true, order, Some(false));
        check(&expired, |it| it.expired = true, DateOrder::Unknown, None);
    }
}
