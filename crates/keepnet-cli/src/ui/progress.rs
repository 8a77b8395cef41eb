//! The progress of a long job on standard error.

use std::env;
use std::fmt::Write;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use keepnet_flows::Progress;
use tokio::time::Instant;

use super::message::print_message;
use super::settings::{Settings, is_ascii_locale};
use super::wait_notice::{in_progress_line, set_bar};

/// The time without progress after which a log gets a line, and again after each such time.
const LINE_INTERVAL: Duration = Duration::from_secs(15);
/// The time between two pictures of the spinner.
pub(super) const TICK: Duration = Duration::from_millis(120);
/// The bar has a fixed width on terminals of this width or more.
const WIDE: u16 = 80;

/// A bar on a terminal; elsewhere a line per stage, and per tenth of a long stage.
pub(crate) struct ProgressDisplay {
    bar: Option<ProgressBar>,
    style: BarStyle,
    steps: StepFilter,
    idle: IdleTime,
}

impl ProgressDisplay {
    pub(crate) fn new() -> ProgressDisplay {
        let style = terminal_style();
        let bar = style.map(|style| {
            let bar = new_bar(ProgressDrawTarget::stderr(), style);
            // A stage that takes long must not look as if the program hung.
            bar.enable_steady_tick(TICK);
            set_bar(true);
            bar
        });
        ProgressDisplay {
            bar,
            style: style.unwrap_or_default(),
            steps: StepFilter::default(),
            idle: IdleTime::new(),
        }
    }

    /// Waits for the next report of the progress. In a log, each quarter of a minute without progress
    /// gets a line, also if reports come that say the same.
    pub(crate) async fn wait<T>(&mut self, next: impl Future<Output = T>) -> T {
        let mut next = std::pin::pin!(next);
        loop {
            match tokio::time::timeout_at(self.idle.next_line_at(), &mut next).await {
                Ok(next) => return next,
                Err(_) => self.idle.add_line(),
            }
            if self.bar.is_none() {
                print_message(&self.idle.line());
            }
        }
    }

    pub(crate) fn show(&mut self, progress: &Progress) {
        self.update(&progress.stage.to_string(), progress.done, progress.total);
    }

    /// Shows that `done` of `total` are done in a stage.
    pub(crate) fn update(&mut self, stage: &str, done: u64, total: Option<u64>) {
        let step = self.steps.next(stage, done, total);
        self.idle.update(stage, done, total);
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
            show_stage(bar, self.style, stage, done, length);
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
            set_bar(false);
        }
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A bar that is not drawn yet. Its first picture has no stage.
fn new_bar(target: ProgressDrawTarget, style: BarStyle) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, target);
    bar.set_style(style.of_stage(false));
    bar
}

/// Shows another stage. The bar is drawn by another thread, too, and must not look full in between.
fn show_stage(bar: &ProgressBar, style: BarStyle, stage: &str, done: u64, length: u64) {
    let has_length = length > 0;
    if !has_length {
        bar.set_style(style.of_stage(has_length));
    }
    bar.set_message(stage.to_owned());
    bar.set_length(length);
    bar.set_position(done);
    if has_length {
        bar.set_style(style.of_stage(has_length));
    }
}

/// How a bar looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BarStyle {
    /// Only characters that every terminal can show.
    is_ascii: bool,
    /// The bar takes what the other parts leave.
    is_narrow: bool,
}

impl BarStyle {
    pub(super) fn is_narrow(self) -> bool {
        self.is_narrow
    }

    /// A style with the characters that the terminal can show.
    pub(super) fn of_template(self, template: &str) -> ProgressStyle {
        let style = ProgressStyle::with_template(template);
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        match self.is_ascii {
            true => style.progress_chars("=> ").tick_chars("|/-\\ "),
            false => style,
        }
    }

    fn of_stage(self, has_length: bool) -> ProgressStyle {
        let rate = |state: &ProgressState, out: &mut dyn Write| {
            // Before the first is done, the rate is not known. Writing to the line of a bar does not fail.
            if state.pos() > 0 {
                let _ = write!(out, ", {:.0}/s", state.per_sec());
            }
        };
        let left = |state: &ProgressState, out: &mut dyn Write| {
            if state.pos() > 0 {
                let _ = write!(out, ", {:#} left", HumanDuration(state.eta()));
            }
        };
        let template = match (has_length, self.is_narrow) {
            (false, _) => "{msg}{wait} {spinner} {elapsed}",
            (true, false) => "{msg}{wait} [{bar:30}] {pos}/{len}{rate}{left}",
            (true, true) => "{msg}{wait} [{wide_bar}] {pos}/{len}{left}",
        };
        let style = self.of_template(template);
        let style = style.with_key("rate", rate).with_key("left", left);
        with_waits(style)
    }
}

/// The style with what calls wait for at `{wait}`.
pub(super) fn with_waits(style: ProgressStyle) -> ProgressStyle {
    let wait = |_: &ProgressState, out: &mut dyn Write| {
        // Writing to the line of a bar does not fail.
        let _ = out.write_str(&in_progress_line());
    };
    style.with_key("wait", wait)
}

/// The style of a bar on standard error; none if it is no terminal that can move its cursor.
pub(super) fn terminal_style() -> Option<BarStyle> {
    let err = io::stderr();
    // Without a bar there are lines, which --quiet leaves out.
    if !err.is_terminal() || Settings::current().is_quiet {
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
    // The log of a build keeps every picture of a bar.
    let is_build = variable("CI").is_some_and(|value| !["0", "false"].contains(&value.as_str()));
    // Without TERM nothing is known of the terminal, and no bar is drawn.
    let is_dumb = variable("TERM").map_or(!is_windows, |kind| kind == "dumb");
    if is_build || is_dumb {
        return None;
    }
    Some(BarStyle {
        is_ascii: is_ascii_locale(variable, is_windows),
        is_narrow: width < WIDE,
    })
}

/// How long there is no progress.
struct IdleTime {
    progress: Option<(String, u64, Option<u64>)>,
    since: Instant,
    /// How many lines say that there is none.
    lines: u32,
}

impl IdleTime {
    fn new() -> IdleTime {
        IdleTime {
            progress: None,
            since: Instant::now(),
            lines: 0,
        }
    }

    fn update(&mut self, stage: &str, done: u64, total: Option<u64>) {
        let is_same = |(last, last_done, last_total): &(String, u64, Option<u64>)| {
            last == stage && (*last_done, *last_total) == (done, total)
        };
        if !self.progress.as_ref().is_some_and(is_same) {
            *self = IdleTime::new();
            self.progress = Some((stage.to_owned(), done, total));
        }
    }

    /// Counts a line. What the caller did between two waits does not give several at once.
    fn add_line(&mut self) {
        let intervals = self.since.elapsed().as_secs() / LINE_INTERVAL.as_secs();
        self.lines = u32::try_from(intervals).unwrap_or(u32::MAX);
    }

    fn next_line_at(&self) -> Instant {
        self.since + LINE_INTERVAL * (self.lines + 1)
    }

    /// Such as `still importing, 30 s without progress`.
    fn line(&self) -> String {
        let stage = self.progress.as_ref().map(|(stage, ..)| stage.as_str());
        let stage = stage.unwrap_or("waiting for the service");
        let waited = LINE_INTERVAL * self.lines;
        format!("still {stage}, {} s without progress", waited.as_secs())
    }
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
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    #[test]
    fn bar_fits_terminal_and_locale() {
        let check = |set: &[(&str, &str)], width: u16, expected: Option<(bool, bool)>| {
            let variable = |name: &str| {
                let set = set.iter().chain(&[("TERM", "xterm")]);
                let found = set.into_iter().find(|(known, _)| *known == name);
                let value = found.map(|(_, value)| (*value).to_owned());
                value.filter(|value| !value.is_empty())
            };
            let style = bar_style(variable, false, width);
            let style = style.map(|style| (style.is_ascii, style.is_narrow));
            assert_eq!(style, expected, "{set:?} {width}");
        };
        check(&[("TERM", "dumb"), ("LANG", "en_US.UTF-8")], 120, None);
        check(&[("TERM", ""), ("LANG", "en_US.UTF-8")], 120, None);
        check(&[("LANG", "en_US.UTF-8")], 120, Some((false, false)));
        check(&[("LANG", "tr_TR.utf8")], 60, Some((false, true)));
        check(
            &[("LANG", "C.UTF-8"), ("LC_ALL", "C")],
            80,
            Some((true, false)),
        );
        check(&[], 79, Some((true, true)));
        check(&[("LANG", "C.UTF-8"), ("CI", "1")], 80, None);
        check(
            &[("LANG", "C.UTF-8"), ("CI", "false")],
            80,
            Some((false, false)),
        );
    }

    /// A terminal that keeps what is drawn.
    #[derive(Clone, Debug, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            60
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, line: &str) -> io::Result<()> {
            self.write_str(line)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_picture_shows_a_bar_without_length() {
        let screen = Screen::default();
        let style = BarStyle {
            is_ascii: true,
            is_narrow: true,
        };
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        let bar = new_bar(target, style);
        bar.tick();
        for (stage, done, length) in [("mapping", 0, 0), ("uploading", 0, 9), ("previewing", 0, 0)]
        {
            show_stage(&bar, style, stage, done, length);
            bar.tick();
        }
        bar.abandon();
        let drawn = screen.0.lock().unwrap().clone();
        assert!(
            drawn.contains("uploading [") && drawn.contains("0/9"),
            "{drawn}"
        );
        for wrong in ["0/0", "===", "\u{2588}", "\u{2591}"] {
            assert!(!drawn.contains(wrong), "{wrong} in {drawn}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_without_progress_are_added_up() {
        let mut display = ProgressDisplay::new();
        let mut check = async |seconds: u64, stage: &str, done: u64, expected: &str| {
            let next = async {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                seconds
            };
            assert_eq!(display.wait(next).await, seconds);
            let line = display.idle.line();
            assert_eq!(line, format!("still {expected} s without progress"));
            display.update(stage, done, Some(9));
        };
        check(16, "importing", 1, "waiting for the service, 15").await;
        check(10, "importing", 1, "importing, 0").await;
        check(10, "importing", 1, "importing, 15").await;
        check(50, "importing", 2, "importing, 60").await;
        check(14, "importing", 2, "importing, 0").await;
        check(2, "verifying", 2, "importing, 15").await;
        check(1, "verifying", 2, "verifying, 0").await;
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
