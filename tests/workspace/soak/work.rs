//! What the tasks of the soak test do.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use keepnet_flows::{AddOutcome, Company, Error, ErrorKind, FileFormat, NewUser, TryStreamExt};

use super::fast_clock::FastClock;

/// The limit of a whole call; that of the queue is shorter.
pub(super) const CALL: Duration = Duration::from_secs(480);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Work {
    List,
    CallInTheLoop,
    NestedListings,
    Add,
    Export,
}

/// One wait of a task for the client.
pub(super) struct Step {
    pub(super) work: Work,
    pub(super) duration: Duration,
    pub(super) error: Option<(ErrorKind, String)>,
    /// The e-mail address of a user that was added.
    pub(super) added: Option<String>,
}

impl Step {
    /// It ended in time, and if with an error then with one that a fault has caused.
    pub(super) fn check(&self) {
        let (work, took) = (self.work, self.duration);
        // A page with the first row of the last page, a search with a creation and three more searches,
        // a file with its body.
        let calls = if work == Work::Add { 5 } else { 2 };
        assert!(
            took <= CALL * calls,
            "{work:?} took {took:?}: {:?}",
            self.error
        );
        if let Some((kind, error)) = &self.error {
            let waited = ["none could be sent", "within its deadline"];
            let stalls = waited.iter().any(|text| error.contains(text));
            assert!(!stalls && *kind != ErrorKind::Config, "{work:?}: {error}");
        }
    }
}

/// The steps of one task.
struct Steps {
    work: Work,
    clock: Arc<FastClock>,
    end: Duration,
    done: Vec<Step>,
}

impl Steps {
    fn is_over(&self) -> bool {
        self.clock.elapsed() >= self.end
    }

    /// Takes one step; `None` if it failed, or if the time is over.
    async fn take<T>(&mut self, step: impl Future<Output = Result<T, Error>>) -> Option<T> {
        if self.is_over() {
            return None;
        }
        let started = self.clock.elapsed();
        let outcome = step.await;
        let error = outcome.as_ref().err();
        self.done.push(Step {
            work: self.work,
            duration: self.clock.elapsed() - started,
            error: error.map(|error| (error.kind(), error.to_string())),
            added: None,
        });
        outcome.ok()
    }
}

impl Work {
    pub(super) const ALL: [Work; 5] = [
        Work::List,
        Work::CallInTheLoop,
        Work::NestedListings,
        Work::Add,
        Work::Export,
    ];

    /// Repeats the work until the clock has moved on by `duration`.
    pub(super) fn repeat(
        self,
        task: usize,
        company: Company,
        clock: Arc<FastClock>,
        duration: Duration,
    ) -> BoxFuture<'static, Vec<Step>> {
        Box::pin(async move {
            let mut steps = Steps {
                work: self,
                end: clock.elapsed() + duration,
                clock,
                done: Vec::new(),
            };
            let mut round = 0;
            while !steps.is_over() {
                round += 1;
                match self {
                    Work::List => list(&mut steps, &company).await,
                    Work::CallInTheLoop => call_in_the_loop(&mut steps, &company).await,
                    Work::NestedListings => nested_listings(&mut steps, &company).await,
                    Work::Add => {
                        let email = format!("task{task}.{round}@soak.example");
                        add(&mut steps, &company, email).await;
                    }
                    Work::Export => export(&mut steps, &company).await,
                }
            }
            steps.done
        })
    }
}

async fn list(steps: &mut Steps, company: &Company) {
    let mut users = company.users().page_size(21).stream();
    while let Some(Some(_)) = steps.take(users.try_next()).await {}
}

async fn call_in_the_loop(steps: &mut Steps, company: &Company) {
    let mut pages = company.users().page_size(10).pages();
    while let Some(Some(_)) = steps.take(pages.try_next()).await {
        steps.take(company.count_users()).await;
    }
}

async fn nested_listings(steps: &mut Steps, company: &Company) {
    let mut outer = company.users().page_size(30).pages();
    while let Some(Some(_)) = steps.take(outer.try_next()).await {
        let mut inner = company.users().page_size(20).pages();
        while let Some(Some(_)) = steps.take(inner.try_next()).await {
            steps.take(company.count_users()).await;
        }
    }
}

async fn add(steps: &mut Steps, company: &Company, email: String) {
    let person = NewUser::new(&email).first_name("Ada").last_name("Kaya");
    let added = steps.take(company.add_user(person).into_future()).await;
    if let Some(AddOutcome::Added) = added.map(|user| user.outcome)
        && let Some(step) = steps.done.last_mut()
    {
        step.added = Some(email);
    }
}

async fn export(steps: &mut Steps, company: &Company) {
    let mut file = Vec::new();
    let export = company.users().export(FileFormat::Csv);
    steps.take(export.write_to(&mut file)).await;
}
