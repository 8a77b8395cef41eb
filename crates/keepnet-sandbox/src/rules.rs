//! What the user of a sandbox decides: the pace of jobs, and the behaviour where the service is
//! unknown.

use std::time::Duration;

/// How fast mapping jobs and import jobs advance.
///
/// A job has a few steps, so that a client that polls sees it queued, running and finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// Each poll advances the job by one step, and a job that is not polled advances every 100 ms.
    /// The default: a test takes no longer than its polls.
    #[default]
    Polled,
    /// The job advances by one step in each interval, whether it is polled or not. For people who
    /// want to watch.
    Every(Duration),
}

/// What the monthly figure of users means. The vendor describes it in both ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MonthlyFigure {
    /// The users who were added in the month, whatever their state is now. The default.
    #[default]
    Added,
    /// The users who existed in the month; a user who was deleted before the month does not count.
    Included,
}

/// One switch for each behaviour of the service that is unknown, so that a test can try both
/// possibilities.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rules {
    /// Creating a user with the e-mail address of an undeleted user of the company returns 400
    /// `INPUT_ERROR`. Default `true`; with `false` the call returns 200 and the id of the existing
    /// user.
    pub reject_duplicate_email: bool,
    /// The refusal of an e-mail address that another user has is a 409. Default `false`: a 400 with
    /// `validationMessages`.
    pub duplicate_email_is_conflict: bool,
    /// Adding a person with the e-mail address of a deleted user, by a creation or an import, restores
    /// that user with the id of before. Default `false`: a new user with a new id.
    pub revive_deleted_users: bool,
    /// An update of a user clears what its body lacks: names, department, phone number, time zone,
    /// language, manager and custom values. Default `false`: what is missing stays as it is. An empty
    /// text and a null clear in either case.
    pub clear_omitted_properties: bool,
    /// An update of a user refuses texts that are longer than the document allows: 40 characters of a
    /// name, 64 of a department. Default `false`: as many as a creation takes, which the service's own
    /// web client sends.
    pub limit_updates_as_documented: bool,
    /// Properties that no row of a search for users has, such as `phoneNumber`, while a single user has
    /// them. Default: none. The document has no manager on rows.
    pub omitted_from_user_rows: Vec<&'static str>,
    /// A change of a user whom a directory owns returns 403. Default `false`: it returns 400. The user
    /// stays as they are in either case.
    pub forbid_changes_of_directory_users: bool,
    /// A blank cell of an imported file, in a mapped column, clears the field of an existing user.
    /// Default `false`: the field stays as it is.
    pub clear_blank_cells: bool,
    /// Adding deleted users to a group returns 200 and adds the others. Default `false`: it returns 404
    /// and adds nobody.
    pub ignore_deleted_group_members: bool,
    /// Creating or updating a user without a phone number returns 400. Default `false`: the
    /// document requires a phone number, while the service's own web client sends an empty text.
    pub require_phone_number: bool,
    /// A row of an imported file without a first or last name is invalid. Default `false`.
    pub require_names_in_file: bool,
    /// Importing a transaction that was imported before returns 400. Default `true`; with `false` a
    /// second job runs.
    pub reject_second_import: bool,
    /// The response to an import carries `data.resourceId`, the id of the job. Default `false`: no
    /// client relies on it.
    pub import_returns_job_id: bool,
    /// The filter operators `Equal` and `Equals` mean `=`. Default `false`: they cause a 400.
    pub accept_equal_operator: bool,
    /// Which users the monthly figure counts. Default [`MonthlyFigure::Added`].
    pub monthly_figure: MonthlyFigure,
    /// `targetUserCount` of a company counts inactive users too. Default `false`: its pages call it the
    /// active users, while other texts call it the total.
    pub count_inactive_as_target_users: bool,
    /// Creating or updating a user without `isActive` returns 400. Default `false`: the flag is then
    /// false, which makes the user inactive.
    pub require_is_active: bool,
    /// A creation or an import that would make more users active than the licence covers returns 400.
    /// Default `false`: the vendor's pages say that the service warns, accepts and charges.
    pub refuse_beyond_license: bool,
    /// How long an uploaded file can be used; after that time its transaction returns 404. Default
    /// `None`: without limit.
    pub transaction_lifetime: Option<Duration>,
    /// How long a token is valid. Default 3,600 s.
    pub token_lifetime: Duration,
    /// The largest uploaded file, in bytes. Default 200 MiB; a larger file causes a 413.
    pub upload_limit: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            reject_duplicate_email: true,
            duplicate_email_is_conflict: false,
            revive_deleted_users: false,
            clear_omitted_properties: false,
            limit_updates_as_documented: false,
            omitted_from_user_rows: Vec::new(),
            forbid_changes_of_directory_users: false,
            clear_blank_cells: false,
            ignore_deleted_group_members: false,
            require_phone_number: false,
            require_names_in_file: false,
            reject_second_import: true,
            import_returns_job_id: false,
            accept_equal_operator: false,
            monthly_figure: MonthlyFigure::Added,
            count_inactive_as_target_users: false,
            require_is_active: false,
            refuse_beyond_license: false,
            transaction_lifetime: None,
            token_lifetime: Duration::from_secs(3600),
            upload_limit: 200 * 1024 * 1024,
        }
    }
}
