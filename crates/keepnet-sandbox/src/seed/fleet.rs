//! A seed with many customers of all kinds.

use jiff::{SignedDuration, Timestamp};

use super::{Company, CompanyGroup, Role, Seed, SystemUser};

/// Each fleet has this many groups of companies, if it has as many customers.
const GROUPS: usize = 4;

impl Seed {
    /// Many customers of the reseller of the built-in seed, with its credential `sandbox-client` /
    /// `sandbox-secret`: `Customer 0001` with the id `cuSt00000001`, and so on, each with this many
    /// generated users, of whom every twentieth is inactive.
    ///
    /// The same arguments make the same fleet. A customer is of the kind that its number says, in the
    /// first row that fits:
    ///
    /// | number | kind |
    /// | --- | --- |
    /// | 6, 56, 106 … | closed to the reseller: calls in it return 403 `PRIVACY_ERROR` |
    /// | … 0 | without a limit |
    /// | … 2 | one active user more than the licence covers |
    /// | … 3 | a licence that ended 1 to 60 days before `now` |
    /// | … 4 | a licence that ends 1 to 30 days after `now` |
    /// | … 5 | as many active users as the licence covers |
    /// | others | twice as many seats as users |
    ///
    /// Each customer has one active admin, and its domain is verified; but the admin of 8, 58, 108 … is
    /// inactive, and the domain of 9, 59, 109 … is not verified.
    ///
    /// The licence types alternate, and every seventh customer has a module set of its own. The tags are
    /// `north` or `south`, and `key account` for every fifth. The groups are `Region 1` to `Region 4`.
    /// The customers were created one after the other, 700 days to 1 day before `now`.
    pub fn fleet(customers: usize, users: usize, now: Timestamp) -> Self {
        let mut seed = Self::built_in();
        let reseller = seed.companies[0].name.clone();
        seed.companies.truncate(1);
        seed.clients.retain(|client| client.company == reseller);
        let name = |number: usize| format!("Customer {number:04}");
        let customer = |number| Company {
            name: name(number),
            reseller: Some(reseller.clone()),
            // As many days before as there are customers after it.
            created: Some(time(
                now,
                -(days(customers - number) * 699 / days(customers) + 1),
            )),
            ..customer(number, users, now)
        };
        seed.companies.extend((1..=customers).map(customer));
        let groups = (1..=GROUPS.min(customers)).map(|group| CompanyGroup {
            name: format!("Region {group}"),
            reseller: reseller.clone(),
            companies: (group..=customers).step_by(GROUPS).map(name).collect(),
        });
        seed.company_groups = groups.collect();
        seed
    }
}

fn customer(number: usize, users: usize, now: Timestamp) -> Company {
    let active = users - users / 20;
    let seats = match number % 10 {
        0 => None,
        2 => Some(active.saturating_sub(1)),
        5 => Some(active),
        _ => Some(2 * users + 10),
    };
    let license_days = match number % 10 {
        3 => -(days(number) % 60 + 1),
        4 => days(number) % 30 + 1,
        _ => 100 + days(number) % 600,
    };
    let types = ["Annual", "Training Only", "Complete"];
    let own_modules = (number.is_multiple_of(7)).then(|| vec!["Incident Response".to_owned()]);
    let region = if number.is_multiple_of(2) {
        "south"
    } else {
        "north"
    };
    let key_account = number.is_multiple_of(5).then_some("key account");
    let tags = [region].into_iter().chain(key_account);
    let inactive_admin = || {
        let email = format!("admin@customer-{number:04}.example");
        vec![SystemUser {
            active: false,
            ..SystemUser::active(email, Role::CompanyAdmin.name())
        }]
    };
    Company {
        id: Some(format!("cuSt{number:08}")),
        system_users: (number % 50 == 8).then(inactive_admin),
        verified_domains: (number % 50 == 9).then(Vec::new),
        license_type: Some(types[number % types.len()].to_owned()),
        license_modules: own_modules,
        license_limit: seats.map(|seats| u32::try_from(seats).unwrap_or(u32::MAX)),
        license_end: Some(time(now, license_days)),
        tags: tags.map(str::to_owned).collect(),
        open_to_reseller: number % 50 != 6,
        made_up_users: users,
        ..Company::default()
    }
}

/// The time this many days later.
fn time(now: Timestamp, days: i64) -> String {
    (now + SignedDuration::from_hours(24 * days)).to_string()
}

fn days(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX / 1000)
}
