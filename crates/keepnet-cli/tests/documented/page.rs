//! The commands that a Markdown page shows, and what it says they answer.
//!
//! A block of `sh` lists commands that succeed. A block of `console` shows commands after `$ ` with
//! lines of their output; `[..]` stands for any text within a line, and lines may be left out. A
//! comment before the block tells what is not for readers:
//! `<!-- exit: 6 0; fault: status=403,on=POST /api/target-users; set: NAME=VALUE -->`.

/// Commands shown together.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) commands: Vec<Shown>,
    /// The exit codes of the commands in turn; the last stands for those after it, 0 for none.
    pub(crate) exits: Vec<i32>,
    pub(crate) faults: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
}

/// A command, and lines of what it answers.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The line of the page that shows it.
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) output: Vec<String>,
}

pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut next = Block::default();
    let mut fence = None;
    for (index, line) in page.lines().enumerate() {
        let shown = |command: &str| Shown {
            line: index + 1,
            command: without_comment(command).to_owned(),
            output: Vec::new(),
        };
        match (fence, line) {
            (None, "```sh" | "```console") => fence = Some(&line[3..]),
            (Some(_), "```") => {
                fence = None;
                blocks.push(std::mem::take(&mut next));
            }
            (Some("sh"), line) if line.starts_with("keepnet ") => next.commands.push(shown(line)),
            (Some("console"), line) => match line.strip_prefix("$ ") {
                Some(command) => next.commands.push(shown(command)),
                None => {
                    let command = next.commands.last_mut().expect("output follows a command");
                    command.output.push(line.to_owned());
                }
            },
            (None, line) => {
                if let Some(settings) = line
                    .strip_prefix("<!-- ")
                    .and_then(|line| line.strip_suffix(" -->"))
                {
                    next.set(settings);
                }
            }
            _ => {}
        }
    }
    blocks
}

impl Block {
    pub(crate) fn exit(&self, command: usize) -> i32 {
        let code = self.exits.get(command).or(self.exits.last());
        code.copied().unwrap_or_default()
    }

    fn set(&mut self, settings: &str) {
        for setting in settings.split("; ") {
            match setting.split_once(": ") {
                Some(("exit", codes)) => {
                    let codes = codes.split(' ').map(|code| code.parse().unwrap());
                    self.exits = codes.collect();
                }
                Some(("fault", fault)) => self.faults.push(fault.to_owned()),
                Some(("set", variable)) => {
                    let (name, value) = variable.split_once('=').unwrap();
                    self.environment.push((name.to_owned(), value.to_owned()));
                }
                _ => panic!("{setting}: no setting of a block"),
            }
        }
    }
}

fn without_comment(command: &str) -> &str {
    command.split("  #").next().unwrap_or_default().trim_end()
}

/// The words of a command line, whose quotes hold words together.
pub(crate) fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for character in command.chars() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// Whether a line is as the page shows it.
pub(crate) fn fits(shown: &str, said: &str) -> bool {
    let (shown, said) = (shown.trim_end(), said.trim_end());
    let Some((start, gaps)) = shown.split_once("[..]") else {
        return shown == said;
    };
    let (between, end) = gaps.rsplit_once("[..]").unwrap_or(("", gaps));
    let inner = said
        .strip_prefix(start)
        .and_then(|rest| rest.strip_suffix(end));
    let Some(mut inner) = inner else { return false };
    between.split("[..]").all(|part| match inner.find(part) {
        Some(at) => {
            inner = &inner[at + part.len()..];
            true
        }
        None => false,
    })
}

#[test]
fn a_line_fits_with_any_text_for_the_gaps() {
    let check = |shown: &str, said: &str, expected: bool| {
        assert_eq!(fits(shown, said), expected, "{shown} / {said}");
    };
    check("done", "done", true);
    check("done", "done.", false);
    check("job [..] done", "job 7 done", true);
    check("job [..] done", "job 7 failed", false);
    check("job [..]", "job 7 failed", true);
    check("[..]", "", true);
    check("[..] done", "not done but done", true);
    check("a [..] b [..] c", "a 1 b 2 c", true);
    check("a [..] b [..] c", "a 1 c", false);
}

#[test]
fn quotes_hold_words_together() {
    assert_eq!(
        words("keepnet --company \"Acme LLC\" --map 'A b=C' \"\""),
        ["keepnet", "--company", "Acme LLC", "--map", "A b=C", ""]
    );
}
