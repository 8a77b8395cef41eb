//! The progress of many customers on standard error: their counts, and a line for each at work.

use std::collections::HashMap;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use keepnet_flows::Progress;

use super::message::print_message;
use super::progress::{TICK, terminal_style, with_waits};
use super::wait_notice::set_bar;

/// On a terminal, a line with the counts of all, and one for each customer at work; elsewhere, a line for
/// each customer that has ended.
pub(crate) struct ManyBars {
    bars: Option<Bars>,
}

struct Bars {
    screen: MultiProgress,
    all: ProgressBar,
    at_work: HashMap<String, (String, ProgressBar)>,
}

impl ManyBars {
    pub(crate) fn new(customers: u64) -> ManyBars {
        let bars = terminal_style().map(|style| {
            let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
            let all = screen.add(ProgressBar::new(customers));
            let template = match style.is_narrow() {
                true => "{pos}/{len} {elapsed}{wait}{wide_msg}",
                false => "[{bar:20}] {pos}/{len} {elapsed}{wait}{wide_msg}",
            };
            all.set_style(with_waits(style.of_template(template)));
            all.enable_steady_tick(TICK);
            set_bar(true);
            Bars {
                screen,
                all,
                at_work: HashMap::new(),
            }
        });
        ManyBars { bars }
    }

    /// The work for a customer begins.
    pub(crate) fn start(&mut self, id: &str, name: &str) {
        let Some(bars) = &mut self.bars else {
            return;
        };
        let bar = bars.screen.add(ProgressBar::new_spinner());
        let style = ProgressStyle::with_template("  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.set_message(name.to_owned());
        bars.at_work.insert(id.to_owned(), (name.to_owned(), bar));
    }

    /// How far the work for a customer is.
    pub(crate) fn show(&self, id: &str, progress: &Progress) {
        let bars = self.bars.as_ref();
        let Some((name, bar)) = bars.and_then(|bars| bars.at_work.get(id)) else {
            return;
        };
        let counts = match progress.total.filter(|total| *total > 0) {
            Some(total) => format!(" {}/{total}", progress.done),
            None => String::new(),
        };
        bar.set_message(format!("{name}: {}{counts}", progress.stage));
    }

    /// The work for a customer has ended. A terminal gets the line only if it is a warning.
    pub(crate) fn finish(&mut self, id: &str, line: &str, counts: &str) {
        let Some(bars) = &mut self.bars else {
            print_message(line);
            return;
        };
        if let Some((_, bar)) = bars.at_work.remove(id) {
            bar.finish_and_clear();
            bars.screen.remove(&bar);
        }
        if line.starts_with("warning:") {
            bars.screen.suspend(|| print_message(line));
        }
        bars.all.set_message(format!(", {counts}"));
        bars.all.inc(1);
    }

    /// Prints to standard output without the lines in between.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bars {
            Some(bars) => bars.screen.suspend(print),
            None => print(),
        }
    }
}

impl Drop for ManyBars {
    fn drop(&mut self) {
        if let Some(bars) = &self.bars {
            bars.all.finish_and_clear();
            set_bar(false);
            // A terminal that is gone needs no clearing.
            let _ = bars.screen.clear();
        }
    }
}
