//! A sandbox with the customers of a fleet, and a folder with the fleet file and the lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use futures::TryStreamExt as _;
use futures::stream::{self, StreamExt as _};
use jiff::Timestamp;
use keepnet_flows::{ClientConfig, Credentials, Reseller, User};
use keepnet_sandbox::{Sandbox, Seed};
use tokio::runtime::Runtime;

use super::program::{Outcome, Run};

/// Customers that the fleet does not have.
const OTHERS: usize = 5;

/// What the lists change of each customer.
#[derive(Clone, Copy)]
pub(crate) struct Changes {
    pub(crate) joiners: usize,
    pub(crate) movers: usize,
    pub(crate) leavers: usize,
}

impl Changes {
    pub(crate) const NONE: Changes = Changes {
        joiners: 0,
        movers: 0,
        leavers: 0,
    };

    /// So many changes: a third leaves, a third moves, and the rest joins.
    pub(crate) fn of(count: usize) -> Changes {
        let third = count / 3;
        Changes {
            joiners: count - 2 * third,
            movers: third,
            leavers: third,
        }
    }
}

/// What a person has that a list or a synchronization can change: the two names, the department and the
/// status.
type Person = [String; 4];

/// The customers, and the programs that work for them.
pub(crate) struct Customers {
    pub(crate) sandbox: Sandbox,
    count: usize,
    folder: tempfile::TempDir,
    /// The people of each customer before and after, by the address before its domain.
    before: BTreeMap<String, Person>,
    after: BTreeMap<String, Person>,
    runtime: Runtime,
}

impl Customers {
    /// So many customers with a list each. Before the first request, `adjust` changes the seed, in which
    /// the company 0 is the reseller.
    pub(crate) fn start(
        count: usize,
        people: usize,
        changes: Changes,
        adjust: impl FnOnce(&mut Seed),
    ) -> Outcome<Customers> {
        let runtime = Runtime::new()?;
        let mut seed = Seed::fleet(count + OTHERS, people, Timestamp::now());
        for company in &mut seed.companies[1..] {
            company.open_to_reseller = true;
            company.license_limit = None;
            company.license_end = None;
        }
        adjust(&mut seed);
        let sandbox = runtime.block_on(Sandbox::builder().seed(seed).start())?;
        let first = runtime.block_on(async {
            let reseller = connect(sandbox.url()).await?;
            list_people(&reseller, 1).await
        })?;
        let before: BTreeMap<_, _> = first
            .iter()
            .map(|user| (local_part(user), person(user)))
            .collect();
        let after = change(&first, changes);
        let folder = tempfile::tempdir()?;
        let mut fleet = String::new();
        for number in 1..=count {
            let list = list_name(number);
            let text = write_list(&before, &after, &domain(number))?;
            fs::write(folder.path().join(&list), text)?;
            writeln!(fleet, "[customers.\"{}\"]\nsync = \"{list}\"", name(number))?;
        }
        fs::write(folder.path().join("fleet.toml"), fleet)?;
        // Only what the programs ask for counts.
        sandbox.reset()?;
        Ok(Customers {
            sandbox,
            count,
            folder,
            before,
            after,
            runtime,
        })
    }

    /// Runs the fleet, with these options.
    pub(crate) fn run_fleet(&self, options: &[&str]) -> Outcome<Run> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keepnet"));
        command
            .args(["--output", "json", "fleet", "run", "fleet.toml", "--yes"])
            .args(options);
        self.run(command)
    }

    /// Runs a shell loop that synchronizes the first so many customers, one after the other.
    pub(crate) fn run_loop(&self, count: usize) -> Outcome<Run> {
        let mut script = String::new();
        for number in 1..=count {
            let (keepnet, id) = (env!("CARGO_BIN_EXE_keepnet"), id(number));
            let list = list_name(number);
            writeln!(
                script,
                "{keepnet} --company {id} users sync {list} --yes || exit 1"
            )?;
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", &script]);
        self.run(shell)
    }

    fn run(&self, mut command: Command) -> Outcome<Run> {
        let folder = self.folder.path();
        command
            .env("KEEPNET_API_BASE_URL", self.sandbox.url())
            .env("KEEPNET_CLIENT_ID", "sandbox-client")
            .env("KEEPNET_CLIENT_SECRET", "sandbox-secret")
            .env("KEEPNET_CONFIG", folder.join("none.toml"))
            .env("KEEPNET_STATE_DIR", folder.join("state"));
        Run::of(command, folder)
    }

    /// Lists the people of these customers again, and compares each of them with what the list says, or
    /// with what was before if the customer is one of the `unwritten`. Returns how many people it saw.
    pub(crate) fn check_people(
        &self,
        numbers: &[usize],
        unwritten: &BTreeSet<usize>,
    ) -> Outcome<usize> {
        let check = async |reseller: &Reseller, number: usize| {
            let people = list_people(reseller, number).await?;
            let found: BTreeMap<_, _> = people
                .iter()
                .map(|user| (local_part(user), person(user)))
                .collect();
            let expected = match unwritten.contains(&number) {
                true => &self.before,
                false => &self.after,
            };
            let is_other = |user: &&User| !user.email.ends_with(&domain(number));
            match found == *expected && !people.iter().any(|user| is_other(&user)) {
                true => Ok::<_, Box<dyn std::error::Error>>(people.len()),
                false => Err(format!("{}: other people than expected", name(number)).into()),
            }
        };
        self.runtime.block_on(async {
            let reseller = connect(self.sandbox.url()).await?;
            let counts = stream::iter(numbers).map(|number| check(&reseller, *number));
            let counts: Vec<usize> = counts.buffer_unordered(4).try_collect().await?;
            Ok(counts.iter().sum())
        })
    }

    /// The ids of the customers of the fleet.
    pub(crate) fn ids(&self) -> BTreeSet<String> {
        (1..=self.count).map(id).collect()
    }
}

pub(crate) fn id(number: usize) -> String {
    format!("cuSt{number:08}")
}

fn name(number: usize) -> String {
    format!("Customer {number:04}")
}

fn domain(number: usize) -> String {
    format!("@customer-{number:04}.example")
}

fn list_name(number: usize) -> String {
    format!("people-{number:04}.csv")
}

async fn connect(url: &str) -> Outcome<Reseller> {
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(url);
    Ok(Reseller::connect(config).await?)
}

/// The people of a customer who are not deleted.
async fn list_people(reseller: &Reseller, number: usize) -> Outcome<Vec<User>> {
    let company = reseller.company(&id(number)).await?;
    let users = company.users().page_size(1_000);
    Ok(users.stream().try_collect().await?)
}

/// The address of a person without its domain: the people of two customers differ in their domains.
fn local_part(user: &User) -> String {
    let (local_part, _) = user.email.split_once('@').unwrap_or((&user.email, ""));
    local_part.to_owned()
}

fn person(user: &User) -> Person {
    let [first, last, department] = [&user.first_name, &user.last_name, &user.department]
        .map(|value| value.clone().unwrap_or_default());
    [first, last, department, user.status.as_str().to_owned()]
}

/// What the people are to be: the first active ones leave, the next ones move, and others join.
fn change(people: &[User], changes: Changes) -> BTreeMap<String, Person> {
    let mut active = 0;
    let mut after = BTreeMap::new();
    for user in people {
        let mut changed = person(user);
        if user.status.as_str() == "active" {
            active += 1;
            if active <= changes.leavers {
                changed[3] = "inactive".to_owned();
            } else if active <= changes.leavers + changes.movers {
                changed[2] = "Head Office".to_owned();
            }
        }
        after.insert(local_part(user), changed);
    }
    for number in 0..changes.joiners {
        let last = format!("Starter {number}");
        let joiner = ["Nia", &last, "Sales", "active"].map(str::to_owned);
        after.insert(format!("joiner{number}"), joiner);
    }
    after
}

/// The list that makes `after` of `before`: without those who become inactive.
fn write_list(
    before: &BTreeMap<String, Person>,
    after: &BTreeMap<String, Person>,
    domain: &str,
) -> Outcome<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["First Name", "Last Name", "Email", "Department"])?;
    for (local_part, [first, last, department, status]) in after {
        let old_status = before.get(local_part).map(|person| &person[3]);
        if old_status.is_none_or(|old_status| old_status == status) {
            let email = format!("{local_part}{domain}");
            writer.write_record([first, last, &email, department])?;
        }
    }
    Ok(writer.into_inner()?)
}
