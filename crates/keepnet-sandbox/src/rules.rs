//! What a user of the sandbox may decide: the pace of jobs, and the answers to questions nobody has
//! settled.

use std::time::Duration;

/// How fast mapping and import jobs move.
///
/// A job takes a handful of steps, so that a client that polls sees it queued, running and
/// finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Each poll moves the job by one step, and a job that nobody polls moves by itself every 100
    /// ms. The default: a test is as fast as its polls.
    #[default]
    Polled,
    /// The job moves by one step in each interval, whoever looks. For people who want to watch.
    Every(Duration),
}

/// Where the facts about the service are silent: one switch each, so that a test can try both
/// answers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rules {
    /// Creating a user whose e-mail address an undeleted user of the company already has answers
    /// 400 `INPUT_ERROR`. Default `true`; with `false` the call answers 200 with the id of the user
    /// that is there.
    pub reject_duplicate_email: bool,
    /// Creating or updating a user without a phone number answers 400. Default `false`: the
    /// document requires one, while the service's own web client sends an empty text.
    pub require_phone_number: bool,
    /// A row of an imported file without a first or last name is invalid. Default `false`.
    pub require_names_in_file: bool,
    /// Importing a transaction that was imported before answers 400. Default `true`; with `false` a
    /// second job runs.
    pub reject_second_import: bool,
    /// The answer to an import carries `data.resourceId`, the id of the job. Default `false`: no
    /// client relies on it.
    pub import_returns_job_id: bool,
    /// The filter operators `Equal` and `Equals` mean `=`. Default `false`: they answer 400.
    pub accept_equal_operator: bool,
    /// How long an uploaded file can be used; after that its transaction answers 404. Default
    /// `None`: for ever.
    pub transaction_lifetime: Option<Duration>,
    /// How long a token is good for. Default 3,600 s.
    pub token_lifetime: Duration,
    /// The largest file an upload may hold. Default 200 MiB; a larger one answers 413.
    pub upload_limit: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            reject_duplicate_email: true,
            require_phone_number: false,
            require_names_in_file: false,
            reject_second_import: true,
            import_returns_job_id: false,
            accept_equal_operator: false,
            transaction_lifetime: None,
            token_lifetime: Duration::from_secs(3600),
            upload_limit: 200 * 1024 * 1024,
        }
    }
}
