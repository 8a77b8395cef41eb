//! The commands that a Markdown page shows, and their expected output.
//!
//! A block of `sh` lists commands that succeed. A block of `console` shows commands after `$ ` with
//! lines of their output; `[..]` stands for any text within a line, and lines may be omitted. A
//! comment before the block holds the settings that readers do not need:
//! `<!-- exit: 6 0; fault: status=403,on=POST /api/target-users; set: NAME=VALUE; fleet: 12x20 -->`.
//! With `<!-- file: NAME -->`, the next block that is no command is a file of the commands after it.

/// Commands that are shown together.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) commands: Vec<ShownCommand>,
    /// The exit codes of the commands, in order; the last one also applies to the rest, and the default is
    /// 0.
    pub(crate) exits: Vec<i32>,
    pub(crate) faults: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    /// How many customers the sandbox makes up, with how many users each.
    pub(crate) fleet: Option<(usize, usize)>,
    /// The files that the page shows, with their contents.
    pub(crate) files: Vec<(String, String)>,
    /// Whether the content of the last file has not come yet.
    is_file_open: bool,
}

/// A command, and lines of its output.
#[derive(Debug)]
pub(crate) struct ShownCommand {
    /// The number of its line on the page.
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) output: Vec<String>,
}

pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut next = Block::default();
    let mut fence = None;
    for (index, line) in page.lines().enumerate() {
        let shown_command = |command: &str| ShownCommand {
            line: index + 1,
            command: without_comment(command).to_owned(),
            output: Vec::new(),
        };
        match (fence, line) {
            (None, "```sh" | "```console") => fence = Some(&line[3..]),
            (Some("file"), "```") => {
                fence = None;
                next.is_file_open = false;
            }
            (Some(_), "```") => {
                fence = None;
                blocks.push(std::mem::take(&mut next));
            }
            (None, line) if line.starts_with("```") && next.is_file_open => fence = Some("file"),
            (Some("file"), line) => {
                if let Some((_, content)) = next.files.last_mut() {
                    *content += &format!("{line}\n");
                }
            }
            (Some("sh"), line) if line.starts_with("keepnet ") => {
                next.commands.push(shown_command(line))
            }
            (Some("console"), line) => match line.strip_prefix("$ ") {
                Some(command) => next.commands.push(shown_command(command)),
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
    pub(crate) fn exit_code(&self, command: usize) -> i32 {
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
                Some(("file", name)) => {
                    self.files.push((name.to_owned(), String::new()));
                    self.is_file_open = true;
                }
                Some(("set", variable)) => {
                    let (name, value) = variable.split_once('=').unwrap();
                    self.environment.push((name.to_owned(), value.to_owned()));
                }
                Some(("fleet", size)) => {
                    let (customers, users) = size.split_once('x').unwrap();
                    self.fleet = Some((customers.parse().unwrap(), users.parse().unwrap()));
                }
                _ => panic!("{setting}: unknown setting of a block"),
            }
        }
    }
}

fn without_comment(command: &str) -> &str {
    command.split("  #").next().unwrap_or_default().trim_end()
}

/// The words of a command line; quotes keep words together.
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

/// Whether a printed line matches a line of the page.
pub(crate) fn matches(shown: &str, printed: &str) -> bool {
    let (shown, printed) = (shown.trim_end(), printed.trim_end());
    let Some((start, gaps)) = shown.split_once("[..]") else {
        return shown == printed;
    };
    let (between, end) = gaps.rsplit_once("[..]").unwrap_or(("", gaps));
    let inner = printed
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
fn gaps_match_any_text() {
    let check = |shown: &str, printed: &str, expected: bool| {
        assert_eq!(matches(shown, printed), expected, "{shown} / {printed}");
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
fn quotes_keep_words_together() {
    assert_eq!(
        words("keepnet --company \"Acme LLC\" --map 'A b=C' \"\""),
        ["keepnet", "--company", "Acme LLC", "--map", "A b=C", ""]
    );
}
