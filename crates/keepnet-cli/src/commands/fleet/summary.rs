//! How many customers of a fleet ended how.

use std::fmt;

use keepnet_flows::{FleetOutcome, FleetPlan, FleetState};

use crate::exit::Outcome;
use crate::text::counted;

/// How many customers ended how, and how many there are.
pub(super) struct Summary {
    total: usize,
    states: Vec<FleetState>,
    /// The id of the first customer whose work did not end well and may never do.
    stuck: Option<String>,
}

/// The states in the order of the summary, with their words.
const WORDS: [(FleetState, &str); 7] = [
    (FleetState::Planned, "planned"),
    (FleetState::Done, "done"),
    (FleetState::Unchanged, "unchanged"),
    (FleetState::Refused, "refused"),
    (FleetState::Failed, "failed"),
    (FleetState::Running, "running"),
    (FleetState::Unknown, "unknown"),
];

impl Summary {
    pub(super) fn new(total: usize) -> Summary {
        Summary {
            total,
            states: Vec::new(),
            stuck: None,
        }
    }

    /// Adds the outcome of a customer, and returns its line, such as
    /// `12/300 Acme LLC (xC5kfGz7w2Nz): done, 3 joined`.
    pub(super) fn add_outcome(&mut self, outcome: &FleetOutcome) -> String {
        // Whether an import changed a field of those who existed is not known.
        let changed = match outcome.imported {
            Some(1..) => "existed before",
            _ => "changed",
        };
        let counts = [
            (outcome.imported, "imported"),
            (outcome.joined, "joined"),
            (outcome.changed, changed),
            (outcome.left, "left"),
            (outcome.rejected, "rows rejected"),
            (outcome.failed, "not written"),
            (outcome.warning_count, "to look at"),
        ];
        // What is not known is left out.
        let counts = counts.map(|(count, what)| (count.unwrap_or_default(), what));
        let company = format!("{} ({})", outcome.company, outcome.company_id);
        let is_begun = outcome.ticket.is_some() || outcome.outcome == FleetState::Unknown;
        if is_begun && !outcome.outcome.is_good() {
            self.stuck.get_or_insert_with(|| outcome.company_id.clone());
        }
        self.add(&company, outcome.outcome, &counts, outcome.why.as_deref())
    }

    /// Adds the plan of a customer, and returns its line.
    pub(super) fn add_plan(&mut self, plan: &FleetPlan) -> String {
        let counts = [
            (plan.join, "join"),
            (plan.change, "change"),
            (plan.leave, "leave"),
            (plan.stay, "stay"),
            (plan.rejected, "rows rejected"),
            (plan.warning_count, "to look at"),
        ];
        let company = format!("{} ({})", plan.company, plan.company_id);
        self.add(&company, plan.outcome, &counts, plan.why.as_deref())
    }

    fn add(
        &mut self,
        company: &str,
        state: FleetState,
        counts: &[(u64, &str)],
        why: Option<&str>,
    ) -> String {
        self.states.push(state);
        let label = if is_good(state) { "" } else { "warning: " };
        let (done, total) = (self.states.len(), self.total);
        let mut line = format!("{label}{done}/{total} {company}: {}", word(state));
        for (count, what) in counts.iter().filter(|(count, _)| *count > 0) {
            line += &format!(", {count} {what}");
        }
        if let Some(why) = why {
            line += &format!("; {why}");
        }
        line
    }

    /// The id of a customer that may not get on by resuming.
    pub(super) fn stuck(&self) -> Option<&str> {
        self.stuck.as_deref()
    }

    /// How many customers there are.
    pub(super) fn total(&self) -> u64 {
        self.total as u64
    }

    /// Whether every customer has, or would have, what its list says, and whether that is known: of one at
    /// which the service may be working, it is not.
    pub(super) fn outcome(&self) -> Outcome {
        let is_complete = self.states.len() == self.total;
        let is_complete = is_complete && self.states.iter().all(|state| is_good(*state));
        let is_open = |it: &FleetState| matches!(it, FleetState::Unknown | FleetState::Running);
        Outcome::of_rows(is_complete).or_unknown(self.states.iter().any(is_open))
    }
}

fn is_good(state: FleetState) -> bool {
    state.is_good() || state == FleetState::Planned
}

fn word(state: FleetState) -> &'static str {
    let word = WORDS.iter().find(|(known, _)| *known == state);
    word.map_or("waiting", |(_, word)| word)
}

/// Such as `300 customers: 290 done, 6 unchanged, 3 refused, 1 failed`.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = counted(self.total as u64, "customer", "customers");
        match self.total {
            0 => f.write_str(&total),
            _ => write!(f, "{total}: {}", self.counts()),
        }
    }
}

impl Summary {
    /// Such as `290 done, 6 unchanged, 3 refused, 1 failed`.
    pub(super) fn counts(&self) -> String {
        let counts = WORDS.iter().filter_map(|(state, word)| {
            let count = self.states.iter().filter(|it| *it == state).count();
            (count > 0).then(|| format!("{count} {word}"))
        });
        let mut counts: Vec<_> = counts.collect();
        if self.states.len() < self.total {
            counts.push(format!("{} left", self.total - self.states.len()));
        }
        counts.join(", ")
    }
}
