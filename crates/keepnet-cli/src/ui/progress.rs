//! The progress of a long job on standard error.

use std::fmt::Write;
use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use keepnet_flows::Progress;

use super::message::print_message;

/// A bar on a terminal; elsewhere a line per stage, and per tenth of a long stage.
pub(crate) struct ProgressDisplay {
    bar: Option<ProgressBar>,
    steps: StepFilter,
}

impl ProgressDisplay {
    pub(crate) fn new() -> ProgressDisplay {
        let bar = io::stderr()
            .is_terminal()
            .then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()));
        ProgressDisplay {
            bar,
            steps: StepFilter::default(),
        }
    }

    pub(crate) fn show(&mut self, progress: &Progress) {
        self.update(&progress.stage.to_string(), progress.done, progress.total);
    }

    /// Shows that `done` of `total` are done in a stage.
    pub(crate) fn update(&mut self, stage: &str, done: u64, total: Option<u64>) {
        let step = self.steps.next(stage, done, total);
        let Some(bar) = &self.bar else {
            match (step, total) {
                (None, _) => {}
                (Some(_), None | Some(0)) => print_message(stage),
                (Some(_), Some(total)) => print_message(&format!("{stage} {done}/{total}")),
            }
            return;
        };
        let length = total.unwrap_or_default();
        if step == Some(Step::Stage) || bar.length() != Some(length) {
            bar.set_style(match length {
                0 => style("{msg} {spinner}"),
                _ => style("{msg} [{bar:30}] {pos}/{len}, {rate}, {eta} left"),
            });
            bar.set_message(stage.to_owned());
            bar.set_length(length);
        }
        if step == Some(Step::Stage) {
            bar.reset_elapsed();
            bar.reset_eta();
        }
        bar.set_position(done);
        bar.tick();
    }

    /// Removes the bar, so that the next message starts on a line of its own.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        self.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        // Writing to the line of a bar does not fail.
        let _ = write!(out, "{:.0}/s", state.per_sec());
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", rate)
}

/// Decides which steps are worth a line in a log.
#[derive(Default)]
struct StepFilter {
    last: Option<(String, u64)>,
}

/// A step that is worth a line.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// A new stage.
    Stage,
    /// Another tenth of the stage.
    Tenth,
}

impl StepFilter {
    fn next(&mut self, stage: &str, done: u64, total: Option<u64>) -> Option<Step> {
        let tenth = match total {
            Some(total) if total > 0 => done.saturating_mul(10) / total,
            _ => 0,
        };
        let step = match &self.last {
            Some((last_stage, last)) if last_stage == stage => {
                (tenth > *last).then_some(Step::Tenth)
            }
            _ => Some(Step::Stage),
        };
        if step.is_some() {
            self.last = Some((stage.to_owned(), tenth));
        }
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_have_a_line_per_stage_and_per_tenth() {
        let mut steps = StepFilter::default();
        let mut check = |stage: &str, done: u64, total: Option<u64>, expected: Option<Step>| {
            let step = steps.next(stage, done, total);
            assert_eq!(step, expected, "{stage} {done}/{total:?}");
        };
        check("checking", 0, None, Some(Step::Stage));
        check("checking", 0, None, None);
        check("mapping", 0, Some(5000), Some(Step::Stage));
        check("mapping", 499, Some(5000), None);
        check("mapping", 500, Some(5000), Some(Step::Tenth));
        check("mapping", 501, Some(5000), None);
        check("mapping", 5000, Some(5000), Some(Step::Tenth));
        check("mapping", 5000, Some(5000), None);
        check("previewing", 0, Some(0), Some(Step::Stage));
        check("importing", 10, Some(10), Some(Step::Stage));
    }
}
