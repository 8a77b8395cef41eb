//! The command lines that the canary test runs. Each command of the program must be in this list.

/// A command line, and what it may print.
pub(crate) struct CommandLine {
    /// Its words, separated by spaces. `STAFF` is a marked staff list, `SECRET` a file with the secret,
    /// `SAVED` a file or folder to write, `JOB` a job of the company, `TICKET` the ticket of an import; for `--resume`, there is an unfinished import.
    pub(crate) words: &'static str,
    /// Whether the command prints users: their data may be on standard output and in the files that
    /// the command saves, and nowhere else.
    pub(crate) prints_users: bool,
    /// The numbers of the requests, of which signing in is the first, at which the faults start, in
    /// turn. Empty for a command without network.
    pub(crate) faults_from: &'static [u32],
}

pub(crate) const LINES: &[CommandLine] = &[
    line("auth check", &[1]),
    line("auth login --secret-file SECRET", &[1]),
    line("auth status", &[]),
    line("auth logout", &[]),
    line("config list", &[]),
    line("companies list", &[2]),
    line("companies list --over-limit --search acme", &[2]),
    line("companies list --companies all --limit 1", &[2]),
    line("companies show Acme", &[2, 3]),
    line("companies doctor", &[2, 3]),
    line("fleet plan SAVED.toml", &[2]),
    line("fleet run SAVED.toml --yes", &[2, 4, 6]),
    line("billing snapshot -o SAVED.json", &[2, 5]),
    line("billing diff SAVED.json SAVED.json", &[]),
    line("users count --companies all", &[2, 3]),
    printing_users("users list --companies all", &[3]),
    printing_users("users list --all --status all", &[2, 3]),
    line("users count", &[2, 3]),
    line(
        "users add --email new.canarymail@canary.example --first-name Canaryfirst --last-name Canarylast --phone +905550009876",
        &[2, 3, 4],
    ),
    line("users add --from STAFF --yes", &[2, 3, 4, 5]),
    printing_users("users add --from STAFF --yes --report SAVED", &[4]),
    printing_users("users show one.canarymail@canary.example", &[2, 3]),
    line(
        "users update one.canarymail@canary.example --last-name Canarylast --email other.canarymail@canary.example --phone +905550009876",
        &[3, 4, 5, 6],
    ),
    line(
        "users deactivate one.canarymail@canary.example four.canarymail@canary.example --yes",
        &[3, 6, 7],
    ),
    line("users activate two.canarymail@canary.example", &[3, 6]),
    line(
        "users delete one.canarymail@canary.example no.canarymail@canary.example --yes",
        &[3, 4, 5],
    ),
    line("users import STAFF --yes", &[3, 4, 5, 6, 7, 8, 9, 10]),
    line("users import STAFF --dry-run", &[4, 6]),
    printing_users("users import STAFF --dry-run --diff", &[6, 10, 11]),
    line(
        "users import STAFF --yes --select one.canarymail@canary.example --group Starters --create-groups",
        &[3, 5, 8],
    ),
    line("users import STAFF --yes --no-wait", &[6, 9]),
    line("users import --resume --yes", &[3, 4, 5]),
    printing_users("users import STAFF --yes --report SAVED", &[4, 9]),
    line(
        "users sync STAFF --yes --leavers keep --beyond-license",
        &[3, 4, 6],
    ),
    line(
        "users sync STAFF --dry-run --beyond-license --unreadable-rows --smaller-list --max-leavers 9",
        &[3, 4],
    ),
    printing_users(
        "users sync STAFF --dry-run --diff --leavers keep --beyond-license",
        &[3],
    ),
    line("users check STAFF", &[]),
    line("users check STAFF --save-mapping SAVED", &[]),
    printing_users("users export -o -", &[3]),
    printing_users("users export --format excel -o SAVED", &[3]),
    printing_users("users export", &[2, 3]),
    line("users template", &[2, 3]),
    line("groups list", &[3]),
    line("groups create Starters", &[2, 3, 4]),
    line(
        "groups add Everybody one.canarymail@canary.example three.canarymail@canary.example",
        &[3, 4, 6],
    ),
    line(
        "groups remove Everybody one.canarymail@canary.example --yes",
        &[3, 5],
    ),
    line("groups rename Everybody Staff", &[3, 5]),
    line("groups delete Everybody --yes", &[3, 4]),
    line("jobs list", &[2, 3]),
    line("jobs show JOB", &[3, 4]),
    line("jobs watch JOB", &[3, 4]),
    line("imports list", &[]),
    line("imports show TICKET", &[]),
    line("imports prune --yes", &[]),
    line("api list --search jobs", &[]),
    line("api GET /api/target-groups", &[2, 3]),
    printing_users(
        r#"api POST /api/target-users/search --data {"pageNumber":1,"pageSize":10,"orderBy":"CreateTime","ascending":true,"filter":{"Condition":"AND","SearchInputTextValue":"","FilterGroups":[]}}"#,
        &[3],
    ),
    line("completions bash", &[]),
    line("man", &[]),
    line("sandbox schema", &[]),
    line("schema users-import", &[]),
    // It serves until it is stopped, so that it is not run here.
    line("sandbox serve", &[]),
    line("sandbox schema", &[]),
];

const fn line(words: &'static str, faults_from: &'static [u32]) -> CommandLine {
    CommandLine {
        words,
        prints_users: false,
        faults_from,
    }
}

const fn printing_users(words: &'static str, faults_from: &'static [u32]) -> CommandLine {
    CommandLine {
        words,
        prints_users: true,
        faults_from,
    }
}
