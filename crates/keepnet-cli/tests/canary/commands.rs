//! Every command of the program. Whoever adds a command adds a line here; a test says so.

/// A command line, and what it may show.
pub(crate) struct Line {
    /// Its words, parted by blanks. `STAFF` is a marked staff list, `SAVED` a file or folder to be
    /// written, `JOB` a job of the company; for `--resume` an import was left behind.
    pub(crate) words: &'static str,
    /// Whether the user asks for people's data with it: then it may be on standard output and in the
    /// files that the command saves, and nowhere else.
    pub(crate) people: bool,
    /// Before which of its requests, the sign-in being the first, faults begin; they take turns. None
    /// for a command without network.
    pub(crate) faults_from: &'static [u32],
}

pub(crate) const LINES: &[Line] = &[
    line("auth check", &[1]),
    line("companies list", &[2]),
    line("companies list --over-limit --search acme", &[2]),
    line("companies show Acme", &[2, 3]),
    asked("users list --all --status all", &[2, 3]),
    line("users count", &[2, 3]),
    line(
        "users add --email new.canarymail@canary.example --first-name Canaryfirst --last-name Canarylast --phone +905550009876",
        &[2, 3, 4],
    ),
    line("users add --from STAFF --yes", &[2, 3, 4, 5]),
    line("users import STAFF --yes", &[3, 4, 5, 6, 7, 8, 9, 10]),
    line("users import STAFF --dry-run", &[4, 6]),
    asked("users import STAFF --dry-run --diff", &[6, 10, 11]),
    line(
        "users import STAFF --yes --select one.canarymail@canary.example --group Starters --create-groups",
        &[3, 5, 8],
    ),
    line("users import STAFF --yes --no-wait", &[6, 9]),
    line("users import --resume --yes", &[3, 4, 5]),
    asked("users import STAFF --yes --report SAVED", &[4, 9]),
    line("users check STAFF", &[]),
    line("users check STAFF --save-mapping SAVED", &[]),
    asked("users export -o -", &[3]),
    asked("users export --format excel -o SAVED", &[3]),
    asked("users export", &[2, 3]),
    line("users template", &[2, 3]),
    line("groups list", &[3]),
    line("groups create Starters", &[2, 3, 4]),
    line("jobs list", &[2, 3]),
    line("jobs show JOB", &[3, 4]),
    line("api GET /api/target-groups", &[2, 3]),
    asked(
        r#"api POST /api/target-users/search --data {"pageNumber":1,"pageSize":10,"orderBy":"CreateTime","ascending":true,"filter":{"Condition":"AND","SearchInputTextValue":"","FilterGroups":[]}}"#,
        &[3],
    ),
    line("completions bash", &[]),
    line("man", &[]),
    // Served until it is stopped, and asked nothing here: `sandbox` has tests of its own.
    line("sandbox serve", &[]),
];

const fn line(words: &'static str, faults_from: &'static [u32]) -> Line {
    Line {
        words,
        people: false,
        faults_from,
    }
}

const fn asked(words: &'static str, faults_from: &'static [u32]) -> Line {
    Line {
        words,
        people: true,
        faults_from,
    }
}
