//! The progress of a long job on standard error.

use std::env;
use std::fmt::Write;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use keepnet_flows::Progress;

use super::message::print_message;

/// The time without progress after which a log gets a line, and again after each such time.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The time between two pictures of the spinner.
const TICK: Duration = Duration::from_millis(120);
/// The bar has a fixed width on terminals of this width or more.
const WIDE: u16 = 80;

/// A bar on a terminal; elsewhere a line per stage, and per tenth of a long stage.
pub(crate) struct ProgressDisplay {
    bar: Option<ProgressBar>,
    style: BarStyle,
    steps: StepFilter,
}

impl ProgressDisplay {
    pub(crate) fn new() -> ProgressDisplay {
        let bar = terminal_style().map(|_| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            // A stage that takes long must not look as if the program hung.
            bar.enable_steady_tick(TICK);
            bar
        });
        ProgressDisplay {
            bar,
            style: terminal_style().unwrap_or_default(),
            steps: StepFilter::default(),
        }
    }

    /// Waits for the next progress. In a log, each quarter of a minute gets a line.
    pub(crate) async fn wait<T>(&self, next: impl Future<Output = T>) -> T {
        let mut next = std::pin::pin!(next);
        let stage = self.steps.last.as_ref().map(|(stage, _)| stage.as_str());
        let mut waited = Duration::ZERO;
        loop {
            match tokio::time::timeout(HEARTBEAT, &mut next).await {
                Ok(next) => return next,
                Err(_) => waited += HEARTBEAT,
            }
            if self.bar.is_none() {
                print_message(&heartbeat(stage, waited));
            }
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
            bar.set_style(self.style.of_stage(length > 0));
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

/// How a bar looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct BarStyle {
    /// Only characters that every terminal can show.
    is_ascii: bool,
    /// The bar takes what the other parts leave.
    is_narrow: bool,
}

impl BarStyle {
    fn of_stage(self, has_length: bool) -> ProgressStyle {
        let rate = |state: &ProgressState, out: &mut dyn Write| {
            // Writing to the line of a bar does not fail.
            let _ = write!(out, "{:.0}/s", state.per_sec());
        };
        let template = match (has_length, self.is_narrow) {
            (false, _) => "{msg} {spinner} {elapsed}",
            (true, false) => "{msg} [{bar:30}] {pos}/{len}, {rate}, {eta} left",
            (true, true) => "{msg} [{wide_bar}] {pos}/{len}, {eta} left",
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", rate);
        match self.is_ascii {
            true => style.progress_chars("=> ").tick_chars("|/-\\ "),
            false => style,
        }
    }
}

/// The style of a bar on standard error; none if it is no terminal that can move its cursor.
fn terminal_style() -> Option<BarStyle> {
    let err = io::stderr();
    if !err.is_terminal() {
        return None;
    }
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let width = terminal_size::terminal_size_of(&err).map_or(WIDE, |(width, _)| width.0);
    bar_style(variable, cfg!(windows), width)
}

fn bar_style(
    variable: impl Fn(&str) -> Option<String>,
    is_windows: bool,
    width: u16,
) -> Option<BarStyle> {
    if variable("TERM").is_some_and(|kind| kind == "dumb") {
        return None;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(variable);
    let locale = locale.unwrap_or_default().to_lowercase().replace('-', "");
    Some(BarStyle {
        is_ascii: !(is_windows || locale.contains("utf8")),
        is_narrow: width < WIDE,
    })
}

/// Such as `still importing, 30 s without progress`.
fn heartbeat(stage: Option<&str>, waited: Duration) -> String {
    let stage = stage.unwrap_or("waiting for the service");
    format!("still {stage}, {} s without progress", waited.as_secs())
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
    fn bar_fits_terminal_and_locale() {
        let check = |set: &[(&str, &str)], width: u16, expected: Option<(bool, bool)>| {
            let variable = |name: &str| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let style = bar_style(variable, false, width);
            let style = style.map(|style| (style.is_ascii, style.is_narrow));
            assert_eq!(style, expected, "{set:?} {width}");
        };
        check(&[("TERM", "dumb"), ("LANG", "en_US.UTF-8")], 120, None);
        check(&[("LANG", "en_US.UTF-8")], 120, Some((false, false)));
        check(&[("LANG", "tr_TR.utf8")], 60, Some((false, true)));
        check(
            &[("LANG", "C.UTF-8"), ("LC_ALL", "C")],
            80,
            Some((true, false)),
        );
        check(&[], 79, Some((true, true)));
    }

    #[tokio::test(start_paused = true)]
    async fn long_wait_ends_with_its_result() {
        let display = ProgressDisplay::new();
        let next = async {
            tokio::time::sleep(Duration::from_secs(50)).await;
            7
        };
        assert_eq!(display.wait(next).await, 7);
        let line = heartbeat(Some("importing"), Duration::from_secs(45));
        assert_eq!(line, "still importing, 45 s without progress");
    }

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
