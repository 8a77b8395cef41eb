//! Programs that call the service while they read a listing.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;
use keepnet_flows::{Company, FileFormat, NewUser, Result, TryStreamExt, User};
use keepnet_sandbox::{Dialect, Sandbox};

use super::service::{GLOBEX, Service};

const USERS: usize = 60;
/// A stalled loop waits for the limits of its calls, which are longer.
const STALLED: Duration = Duration::from_secs(15);

/// Runs a loop against a company of [`USERS`] users; it must end, and be right.
async fn check(
    name: &str,
    fault: Option<&str>,
    run: impl AsyncFnOnce(Company, Company) -> Result<u64>,
    expected: u64,
) {
    let builder = Sandbox::builder().dialect(Dialect::Observed);
    let builder = builder.users("Acme LLC", USERS - 5);
    let builder = match fault {
        Some(fault) => builder.fault(fault.parse().unwrap()),
        None => builder,
    };
    let service = Service::build(builder).await;
    let acme = service.company("Acme LLC").await;
    let other = service.company(GLOBEX).await;
    let ended = tokio::time::timeout(STALLED, run(acme, other)).await;
    let outcome = ended.unwrap_or_else(|_| panic!("{name}: the loop stalls"));
    assert_eq!(outcome.unwrap(), expected, "{name}");
}

/// Reads the users in pages of one, so that the listing fetches as many pages at a time as it may.
fn listed(company: &Company) -> impl futures::Stream<Item = Result<User>> + use<> {
    company.users().page_size(1).stream()
}

async fn is_counted(company: &Company) -> Result<u64> {
    Ok(u64::from(company.count_users().await?.active > 0))
}

#[tokio::test]
async fn calls_in_the_body_of_a_loop_do_not_stall() {
    let users = USERS as u64;
    let call_in_body = async |acme: Company, _| {
        let mut read = 0;
        let mut listing = listed(&acme);
        while listing.try_next().await?.is_some() {
            read += is_counted(&acme).await?;
        }
        Ok(read)
    };
    check("call in the body", None, call_in_body, users).await;

    let two_tasks = async |acme: Company, _| {
        let tasks = [acme.clone(), acme].map(|acme| tokio::spawn(call_in_body(acme.clone(), acme)));
        let mut read = 0;
        for task in tasks {
            read += task.await.unwrap()?;
        }
        Ok(read)
    };
    check("two tasks", None, two_tasks, 2 * users).await;

    let nested = async |acme: Company, globex: Company| {
        let (mut outer, mut read) = (listed(&acme).take(10), 0);
        while outer.try_next().await?.is_some() {
            let mut inner = listed(&acme).take(12);
            while inner.try_next().await?.is_some() {
                read += is_counted(&globex).await?;
            }
        }
        Ok(read)
    };
    check("nested listings", None, nested, 120).await;

    let buffer_unordered = async |acme: Company, _| {
        let calls = listed(&acme).map_ok(|_| {
            let acme = acme.clone();
            async move { is_counted(&acme).await }
        });
        let mut calls = calls.try_buffer_unordered(16);
        let mut read = 0;
        while let Some(one) = calls.try_next().await? {
            acme.count_users().await?;
            read += one;
        }
        Ok(read)
    };
    check("buffer_unordered", None, buffer_unordered, users).await;

    let buffered = async |acme: Company, _| {
        let calls = stream::iter(0..USERS).map(|_| {
            let acme = acme.clone();
            async move { is_counted(&acme).await }
        });
        let mut calls = calls.buffered(8);
        let mut read = 0;
        while let Some(one) = calls.try_next().await? {
            acme.count_users().await?;
            read += one;
        }
        Ok(read)
    };
    let throttled = "status=429,retry-after=1,on=GET /api/target-users/count-summary,nth=3";
    check("buffered and one 429", Some(throttled), buffered, users).await;

    let writes = async |acme: Company, _| {
        let folder = tempfile::tempdir().unwrap();
        let people = (0..30).map(|it| NewUser::new(format!("new{it}@acme.example")));
        let mut added = acme.add_users(people);
        let mut count = 0;
        while added.try_next().await?.is_some() {
            let name = format!("more{count}@acme.example");
            acme.add_user(NewUser::new(name)).await?;
            let path = folder.path().join("users.csv");
            acme.users().export(FileFormat::Csv).save(path).await?;
            count += 1;
        }
        Ok(count)
    };
    check("additions and exports", None, writes, 30).await;
}
