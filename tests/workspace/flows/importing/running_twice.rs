//! A second import or addition creates no user, for random files, orders, duplicates and faults.

use std::fmt::Write as _;

use keepnet_client::{Random as _, SeededRandom};
use keepnet_flows::{Company, Error, ImportMode, NewUser, Sheet};
use keepnet_sandbox::{Fault, Sandbox};

use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use crate::flows::temp_file;

const ROUNDS: u64 = 30;

/// Random inputs, the same for the same seed.
struct RandomInput(SeededRandom);

impl RandomInput {
    fn below(&self, end: u64) -> u64 {
        self.0.next_u64() % end
    }

    /// E-mail addresses in random order: some twice, some in other letters, some invalid.
    fn people(&self) -> Vec<String> {
        let person = |_| match self.below(10) {
            0 => "no-address".to_owned(),
            1 => "ada@acme.example".to_owned(),
            2 => format!("P{}@ACME.example", self.below(12)),
            _ => format!("p{}@acme.example", self.below(12)),
        };
        (0..1 + self.below(15)).map(person).collect()
    }

    /// A fault that hits some of the calls, or none.
    fn fault(&self) -> Option<Fault> {
        let kind = match self.below(6) {
            0 => "status=503",
            1 => "status=429,retry-after=1",
            2 => "reset=before",
            3 => "reset=after",
            4 => "truncate",
            _ => return None,
        };
        let (nth, seed) = (1 + self.below(12), self.below(1000));
        Some(match self.below(2) {
            0 => format!("{kind},nth={nth}").parse().unwrap(),
            _ => format!("{kind},chance=0.1,count=3,seed={seed}")
                .parse()
                .unwrap(),
        })
    }
}

fn file(people: &[String]) -> String {
    people.iter().fold("Email\n".to_owned(), |mut text, email| {
        writeln!(text, "{email}").unwrap();
        text
    })
}

async fn import(company: &Company, people: &[String], mode: ImportMode) -> Result<u64, Error> {
    let file = temp_file("people.csv", file(people));
    let import = company
        .import_users(Sheet::open(&file.path).unwrap())
        .mode(mode);
    let preview = import.await?;
    let new = preview.counts().new;
    preview.confirm().await?;
    Ok(new)
}

async fn add(company: &Company, people: &[String]) -> Result<u64, Error> {
    let people: Vec<NewUser> = people.iter().map(NewUser::new).collect();
    Ok(company.add_users(people).await?.rows.added)
}

/// Creations and updates in a company so far.
fn written(service: &Service, company: &str) -> (u64, u64) {
    let counters = &service.state_of(company)["counters"];
    let count = |name: &str| counters[name].as_u64().unwrap();
    (count("created"), count("updated"))
}

fn all_emails_differ(service: &Service) -> bool {
    let state = service.state_of(ACME);
    let emails = state["emails"].as_array().unwrap();
    let mut lowercase: Vec<String> = emails
        .iter()
        .map(|email| email.as_str().unwrap().to_lowercase())
        .collect();
    lowercase.sort();
    lowercase.windows(2).all(|pair| pair[0] != pair[1])
}

#[tokio::test]
async fn second_import_or_addition_creates_nobody() {
    for dialect in DIALECTS {
        for round in 0..ROUNDS {
            let random = RandomInput(SeededRandom::new(round));
            let service = Service::build(Sandbox::builder().dialect(dialect)).await;
            let acme = service.company(ACME).await;
            let people = random.people();
            let adds = random.below(2) == 0;
            if let Some(fault) = random.fault() {
                service.sandbox.add_fault(fault);
            }
            // It may fail half-way and leave some of its users.
            let first = match adds {
                true => add(&acme, &people).await,
                false => import(&acme, &people, ImportMode::All).await,
            };
            service.sandbox.clear_faults();
            let case = format!("{dialect} round {round}: {people:?} {first:?}");
            assert!(all_emails_differ(&service), "{case}");
            if people.iter().all(|email| email == "no-address") {
                continue;
            }
            // The second run adds the people whom the first one left out.
            let mut again = people.clone();
            again.rotate_left(people.len() / 2);
            let second = match adds {
                true => add(&acme, &again).await.unwrap(),
                false => import(&acme, &again, ImportMode::All).await.unwrap(),
            };
            assert!(
                first.is_err() || adds || second == 0,
                "{case}: {second} new"
            );
            let (created, updated) = written(&service, ACME);

            assert_eq!(add(&acme, &people).await.unwrap(), 0, "{case}");
            assert_eq!(
                import(&acme, &again, ImportMode::New).await.unwrap(),
                0,
                "{case}"
            );
            assert_eq!(
                written(&service, ACME),
                (created, updated),
                "{case}: nothing is written again"
            );

            // The mode `All` updates the existing users and creates none.
            import(&acme, &again, ImportMode::All).await.unwrap();
            let (now, rewritten) = written(&service, ACME);
            assert_eq!(now, created, "{case}");
            assert!(rewritten > updated, "{case}");
            assert!(all_emails_differ(&service), "{case}");
            assert_eq!(written(&service, GLOBEX), (0, 0), "{case}");
        }
    }
}
