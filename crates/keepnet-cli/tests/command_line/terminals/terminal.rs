//! Running the program on a terminal, of which a test reads the screen.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::support::Keepnet;

const ROWS: u16 = 50;
/// After this time without the expected text, a test fails.
const LIMIT: Duration = Duration::from_secs(60);

/// The program on a terminal.
pub(crate) struct Terminal {
    child: Child,
    keyboard: File,
    screen: Arc<(Mutex<vt100::Parser>, Condvar)>,
    reader: JoinHandle<()>,
}

impl Terminal {
    /// Starts the program on a terminal of this width.
    pub(crate) fn start(program: Keepnet, columns: u16) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let size = Winsize {
            ws_row: ROWS,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&master, size).unwrap();
        let device = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        let stdio = || Stdio::from(OwnedFd::from(device.try_clone().unwrap()));
        let child = program.spawn_with(stdio(), stdio(), stdio());
        let parser = vt100::Parser::new(ROWS, columns, 500);
        let screen = Arc::new((Mutex::new(parser), Condvar::new()));
        let mut output = File::from(master.try_clone().unwrap());
        let shared = Arc::clone(&screen);
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // The read fails when the last process has closed the terminal.
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                shared.0.lock().unwrap().process(&bytes[..count]);
                shared.1.notify_all();
            }
        });
        Terminal {
            child,
            keyboard: File::from(master),
            screen,
            reader,
        }
    }

    /// Types a text.
    pub(crate) fn send(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
    }

    /// Presses Ctrl-C, which the terminal of the test does not turn into a signal.
    pub(crate) fn interrupt(&self) {
        crate::support::signal("-INT", &self.child);
    }

    /// Whether the terminal shows what is typed.
    pub(crate) fn shows_input(&self) -> bool {
        let settings = tcgetattr(&self.keyboard).unwrap();
        settings.local_modes.contains(LocalModes::ECHO)
    }

    /// Waits until the screen contains the text.
    pub(crate) fn wait_for(&self, text: &str) {
        let parser = self.screen.0.lock().unwrap();
        let is_absent = |parser: &mut vt100::Parser| !parser.screen().contents().contains(text);
        let (parser, timeout) = self
            .screen
            .1
            .wait_timeout_while(parser, LIMIT, is_absent)
            .unwrap();
        let shown = parser.screen().contents();
        assert!(!timeout.timed_out(), "no {text:?} in {shown}");
    }

    /// Waits for the end, and returns the exit code and what is on the screen.
    pub(crate) fn finish(mut self) -> (i32, String) {
        let code = self.child.wait().unwrap().code().unwrap();
        drop(self.keyboard);
        self.reader.join().unwrap();
        let parser = self.screen.0.lock().unwrap();
        let contents = parser.screen().contents();
        let lines: Vec<_> = contents.lines().map(str::trim_end).collect();
        (code, lines.join("\n").trim_end().to_owned())
    }
}
