//! Whether the bytes of a text make words in a code page.
//!
//! The letters of a wrong code page stand where no word has them: a Cyrillic letter between Latin
//! ones, a capital behind a small letter, a line of a drawing inside of a name.

use std::fs::File;
use std::io::{self, Read, Seek};

use crate::encoding::Encoding;

/// Whether `encoding` defines every byte, and the text makes words in it.
pub(super) fn is_plausible(file: &mut File, encoding: Encoding) -> io::Result<bool> {
    let kinds = Kinds::of(encoding);
    file.rewind()?;
    let mut chunk = vec![0; 64 << 10];
    let mut last = Kind::Other;
    let mut accented = 0;
    loop {
        let length = file.read(&mut chunk)?;
        if length == 0 {
            return Ok(true);
        }
        for byte in &chunk[..length] {
            let kind = kinds.0[usize::from(*byte)];
            accented = match kind {
                Kind::Letter {
                    script: Script::Latin,
                    ..
                } => accented + 1,
                _ => 0,
            };
            let is_possible = kind != Kind::Undefined && is_pair(last, kind);
            if !is_possible || accented >= ACCENTED_IN_A_ROW {
                return Ok(false);
            }
            last = kind;
        }
    }
}

/// No Latin word has so many letters with an accent in a row; a Cyrillic one in a Latin code page has.
const ACCENTED_IN_A_ROW: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A space, a digit or a sign that may stand anywhere.
    Other,
    /// A letter of ASCII.
    Plain {
        is_capital: bool,
    },
    /// A letter above ASCII.
    Letter {
        script: Script,
        is_capital: bool,
    },
    /// A sign that no word has.
    Sign,
    /// A sign that no list of people has, such as the lines of a drawing.
    Drawing,
    Undefined,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
}

/// The kind of each byte.
struct Kinds([Kind; 256]);

impl Kinds {
    fn of(encoding: Encoding) -> Kinds {
        Kinds(std::array::from_fn(|byte| {
            let byte = byte as u8;
            match byte {
                b'a'..=b'z' => Kind::Plain { is_capital: false },
                b'A'..=b'Z' => Kind::Plain { is_capital: true },
                0..128 => Kind::Other,
                _ => encoding.letter(byte).map_or(Kind::Undefined, kind),
            }
        }))
    }
}

fn kind(letter: char) -> Kind {
    let script = match letter {
        'ƒ' | 'ª' | 'º' | 'µ' => return Kind::Sign,
        'À'..='ɏ' if letter.is_alphabetic() => Script::Latin,
        'Ά'..='Ͽ' if letter.is_alphabetic() => Script::Greek,
        'Ѐ'..='ӿ' => Script::Cyrillic,
        // Quotation marks, dashes and spaces stand beside letters and between them.
        '\u{A0}' | '´' | '‘'..='‟' | '–' | '—' | '…' | '«' | '»' | '·' | '•' => {
            return Kind::Other;
        }
        '\u{2500}'..='\u{25FF}' | '\u{E000}'..='\u{F8FF}' => return Kind::Drawing,
        _ => return Kind::Sign,
    };
    Kind::Letter {
        script,
        is_capital: letter.is_uppercase(),
    }
}

/// Whether two kinds may follow each other.
fn is_pair(first: Kind, second: Kind) -> bool {
    let is_letter = |kind| matches!(kind, Kind::Plain { .. } | Kind::Letter { .. });
    match (first, second) {
        (_, Kind::Drawing) => false,
        (Kind::Sign, other) | (other, Kind::Sign) => !is_letter(other),
        (Kind::Plain { .. }, Kind::Letter { script, .. })
        | (Kind::Letter { script, .. }, Kind::Plain { .. })
            if script != Script::Latin =>
        {
            false
        }
        (Kind::Letter { script, .. }, Kind::Letter { script: next, .. }) if script != next => false,
        (
            Kind::Plain { is_capital: false }
            | Kind::Letter {
                is_capital: false, ..
            },
            Kind::Letter {
                is_capital: true, ..
            },
        )
        | (
            Kind::Letter {
                is_capital: false, ..
            },
            Kind::Plain { is_capital: true },
        ) => false,
        _ => true,
    }
}
