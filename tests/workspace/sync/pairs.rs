//! Random pairs of people and a list: after one synchronization the company has what the list says
//! where it may, and a second one writes nothing.

use std::collections::{BTreeMap, HashMap};

use futures::StreamExt as _;
use keepnet_client::{Random as _, SeededRandom};
use keepnet_flows::{Leavers, Share, SyncUsers, TryStreamExt as _, User};
use keepnet_sandbox::Dialect;
use serde_json::{Value, json};

use super::writes::{Named, assert_only_named_people_are_written, writes};
use super::{recorded, sheet};
use crate::flows::service::{ACME, DIALECTS};

/// How many pairs are tried; the variable asks for another number.
const PAIRS: u64 = 150;
const VARIABLE: &str = "KEEPNET_SYNC_PAIRS";
const CONCURRENT: usize = 4;

const COLUMNS: [&str; 6] = [
    "Email",
    "First Name",
    "Last Name",
    "Department",
    "Phone",
    "Office",
];
const FIRST: [&str; 3] = ["Ada", "Şule", "Bo"];
const LAST: [&str; 3] = ["Byron", "Öz", "Li"];
const DEPARTMENTS: [&str; 3] = ["IT", "HR", "Sales, \"North\""];
const PHONES: [&str; 3] = ["+15550100001", "+905550100002", "+4915550100003"];
const OFFICES: [&str; 2] = ["Bern", "Ankara"];

/// A source of choices that depends on the seed alone.
struct Choices(SeededRandom);

impl Choices {
    fn below(&self, limit: usize) -> usize {
        (self.0.next_u64() % limit as u64) as usize
    }

    /// Whether one of `of` cases happens.
    fn one_in(&self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn any<'a>(&self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// A value, or nothing.
    fn value<'a>(&self, of: &[&'a str]) -> &'a str {
        match self.one_in(4) {
            true => "",
            false => self.any(of),
        }
    }

    fn record(&self) -> [String; 5] {
        let values = [
            self.value(&FIRST),
            self.value(&LAST),
            self.value(&DEPARTMENTS),
            self.value(&PHONES),
            self.value(&OFFICES),
        ];
        values.map(str::to_owned)
    }
}

/// The people of the company, the list, and the settings.
struct Pair {
    users: Vec<Value>,
    list: String,
    /// The values of each valid row, by address in lower case.
    rows: BTreeMap<String, [String; 5]>,
    /// The addresses of refused rows.
    protected: Vec<String>,
    leavers: Leavers,
    activates: bool,
    columns: usize,
}

impl Pair {
    fn of(seed: u64) -> Pair {
        let choices = Choices(SeededRandom::new(seed));
        let people = choices.below(14);
        let columns = 2 + choices.below(COLUMNS.len() - 1);
        let mut users = Vec::new();
        let mut rows = BTreeMap::new();
        let mut protected = Vec::new();
        let mut text = String::new();
        let row = |email: &str, values: &[String; 5], text: &mut String| {
            let cells = [email].into_iter().chain(values.iter().map(String::as_str));
            let quoted = cells
                .take(columns)
                .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
            *text += &(quoted.collect::<Vec<_>>().join(",") + "\n");
        };
        for number in 0..people {
            let email = format!("p{number}@acme.example");
            let mut values = choices.record();
            let state = choices.below(10);
            users.push(json!({
                "email": email, "firstName": values[0], "lastName": values[1],
                "department": values[2], "phoneNumber": values[3],
                "customFields": {"Office": values[4]},
                "active": state != 0, "deleted": state == 1, "scim": state == 2,
            }));
            if choices.one_in(5) {
                continue;
            }
            if choices.one_in(3) {
                values = choices.record();
            }
            let shown = match choices.one_in(5) {
                true => email.to_uppercase(),
                false => email.clone(),
            };
            if choices.one_in(9) {
                let mut refused = values.clone();
                refused[0] = "bad\u{7}".to_owned();
                row(&shown, &refused, &mut text);
                protected.push(email);
                continue;
            }
            row(&shown, &values, &mut text);
            if choices.one_in(9) {
                row(&email, &choices.record(), &mut text);
            }
            rows.insert(email, values);
        }
        for number in 0..choices.below(5) {
            let (email, values) = (format!("new{number}@acme.example"), choices.record());
            row(&email, &values, &mut text);
            rows.insert(email, values);
        }
        if choices.one_in(6) || text.is_empty() {
            row("nobody", &choices.record(), &mut text);
        }
        for values in rows.values_mut() {
            for (position, value) in values.iter_mut().enumerate() {
                if position + 1 >= columns {
                    value.clear();
                }
            }
        }
        Pair {
            users,
            list: format!("{}\n{text}", COLUMNS[..columns].join(",")),
            rows,
            protected,
            leavers: [Leavers::Deactivate, Leavers::Delete, Leavers::Keep][choices.below(3)],
            activates: choices.one_in(2),
            columns,
        }
    }

    fn settings(&self, sync: SyncUsers) -> SyncUsers {
        let sync = sync
            .leavers(self.leavers)
            .at_most_leavers(Share::percent(100))
            .domains(["acme.example"])
            .smaller_list()
            .unreadable_rows()
            .beyond_license();
        match self.activates {
            true => sync.activate(),
            false => sync,
        }
    }

    /// Asserts that everybody is as the list says, where it may.
    fn check(&self, before: &[User], after: &[User], context: &str) {
        let live = |people: &[User]| -> HashMap<String, User> {
            let live = people.iter().filter(|it| !it.is_deleted());
            let by_email: Vec<_> = live
                .map(|it| (it.email.to_lowercase(), it.clone()))
                .collect();
            let count = by_email.len();
            let map: HashMap<_, _> = by_email.into_iter().collect();
            assert_eq!(map.len(), count, "{context}: somebody is there twice");
            map
        };
        let (was, is) = (live(before), live(after));
        for (email, row) in &self.rows {
            let Some(user) = is.get(email) else {
                panic!("{context}: {email} is missing");
            };
            match was.get(email) {
                Some(old) if old.managed_by.is_some() => {
                    assert!(same(old, user), "{context}: {email}")
                }
                old => {
                    let old = old.map(values).unwrap_or_default();
                    let cells = row.iter().zip(&old);
                    let expected = cells.map(|(new, old)| match new.is_empty() {
                        true => old.clone(),
                        false => new.clone(),
                    });
                    let expected: Vec<String> = expected.collect();
                    assert_eq!(values(user).to_vec(), expected, "{context}: {email}");
                    let was_active = was.get(email).is_none_or(is_active);
                    assert_eq!(
                        is_active(user),
                        was_active || self.activates,
                        "{context}: {email}"
                    );
                }
            }
        }
        for (email, old) in was
            .iter()
            .filter(|(email, _)| !self.rows.contains_key(*email))
        {
            let stays = old.managed_by.is_some()
                || self.protected.contains(email)
                || self.leavers == Leavers::Keep;
            match (stays, self.leavers) {
                (false, Leavers::Delete) => assert!(!is.contains_key(email), "{context}: {email}"),
                (false, _) => {
                    let user = &is[email];
                    assert!(!is_active(user), "{context}: {email} is active");
                    assert_eq!(values(user), values(old), "{context}: {email}");
                }
                (true, _) => assert!(same(old, &is[email]), "{context}: {email} was written"),
            }
        }
        for email in is.keys() {
            assert!(
                was.contains_key(email) || self.rows.contains_key(email),
                "{context}: {email} is not on the list"
            );
        }
    }
}

fn is_active(user: &User) -> bool {
    user.status.to_string().eq_ignore_ascii_case("active")
}

fn values(user: &User) -> [String; 5] {
    let office = user.custom_fields.iter().find(|it| it.name == "Office");
    let values = [
        &user.first_name,
        &user.last_name,
        &user.department,
        &user.phone_number,
        &office.and_then(|it| it.value.clone()),
    ];
    values.map(|value| value.clone().unwrap_or_default())
}

/// Whether nothing of the person was written.
fn same(old: &User, new: &User) -> bool {
    old == new
}

async fn check_pair(seed: u64, dialect: Dialect) {
    let pair = Pair::of(seed);
    let context = format!(
        "seed {seed}, {dialect}, {:?}, {} columns",
        pair.leavers, pair.columns
    );
    let service = recorded(dialect, pair.users.clone(), json!({})).await;
    let acme = service.company(ACME).await;
    let list = async || -> Vec<User> {
        let people = acme.users().any_status().stream().try_collect().await;
        people.unwrap()
    };
    let before = list().await;
    let plan = pair
        .settings(acme.sync_users(sheet(&pair.list)))
        .plan()
        .await
        .unwrap();
    let named = Named::of(&plan);
    let first = service.sandbox.requests().len();
    if pair.rows.is_empty() {
        assert_eq!(plan.refusals()[0].code(), "empty_list", "{context}");
        assert!(plan.apply().await.is_err(), "{context}");
        assert_eq!(writes(&service, first), [""; 0], "{context}");
        return;
    }
    let counts = plan.counts();
    let receipt = plan
        .apply()
        .await
        .unwrap_or_else(|error| panic!("{context}: {error}"));
    let report = receipt.report();
    assert_eq!(
        (report.joined, report.changed, report.left, report.failed),
        (counts.join, counts.change, counts.leave, 0),
        "{context}"
    );
    assert_only_named_people_are_written(&service, first, &named, &context);
    pair.check(&before, &list().await, &context);
    let first = service.sandbox.requests().len();
    let plan = pair
        .settings(acme.sync_users(sheet(&pair.list)))
        .plan()
        .await
        .unwrap();
    assert!(
        plan.is_empty(),
        "{context}: {:?}",
        plan.rows().collect::<Vec<_>>()
    );
    plan.apply().await.unwrap();
    assert_eq!(writes(&service, first), [""; 0], "{context}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn company_equals_the_list_and_stays_so() {
    let pairs = std::env::var(VARIABLE).map_or(PAIRS, |text| text.parse().unwrap());
    let started = std::time::Instant::now();
    let checks = futures::stream::iter(0..pairs).map(|seed| {
        let dialect = DIALECTS[(seed % 2) as usize];
        tokio::spawn(check_pair(seed, dialect))
    });
    let results: Vec<_> = checks.buffer_unordered(CONCURRENT).collect().await;
    for result in results {
        result.unwrap();
    }
    println!("{pairs} pairs in {:.1?}", started.elapsed());
}
