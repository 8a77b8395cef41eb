//! The encoding of a text file.

use std::fmt;
use std::str::FromStr;

use encoding_rs::{
    ISO_8859_2, KOI8_R, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1257,
};
use oem_cp::code_table::{
    DECODING_TABLE_CP437, DECODING_TABLE_CP850, DECODING_TABLE_CP852, DECODING_TABLE_CP857,
    DECODING_TABLE_CP866,
};

use crate::text::header_key;

/// The encoding of a text file.
///
/// UTF-8 and UTF-16 are recognised by a byte order mark or by the bytes themselves. The others are
/// used only where [`SheetOptions::encoding`](crate::SheetOptions::encoding) names them, because
/// the same bytes are other letters in each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, and plain ASCII with it.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// The Turkish code page of Windows, which includes ISO 8859-9.
    Windows1254,
    /// The Western European code page of Windows, which includes ISO 8859-1.
    Windows1252,
    /// The Central European code page of Windows.
    Windows1250,
    /// The Cyrillic code page of Windows.
    Windows1251,
    /// The Greek code page of Windows.
    Windows1253,
    /// The Baltic code page of Windows.
    Windows1257,
    /// The Turkish code page of MS-DOS.
    Cp857,
    /// The Western European code page of MS-DOS.
    Cp850,
    /// The Central European code page of MS-DOS.
    Cp852,
    /// The United States code page of MS-DOS.
    Cp437,
    /// The Cyrillic code page of MS-DOS.
    Cp866,
    /// The Central European code page of Unix.
    Iso8859_2,
    /// The Russian code page of Unix.
    Koi8R,
    /// The Western European code page of the classic Mac OS.
    MacRoman,
}

/// How the bytes of an encoding become letters.
#[derive(Clone, Copy)]
pub(crate) enum Coding {
    Standard(&'static encoding_rs::Encoding),
    /// The letters of the bytes above 127.
    Complete(&'static [char; 128]),
    Incomplete(&'static [Option<char>; 128]),
}

impl Encoding {
    /// All encodings.
    pub const ALL: [Encoding; 17] = [
        Encoding::Utf8,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Windows1254,
        Encoding::Windows1252,
        Encoding::Windows1250,
        Encoding::Windows1251,
        Encoding::Windows1253,
        Encoding::Windows1257,
        Encoding::Cp857,
        Encoding::Cp850,
        Encoding::Cp852,
        Encoding::Cp437,
        Encoding::Cp866,
        Encoding::Iso8859_2,
        Encoding::Koi8R,
        Encoding::MacRoman,
    ];

    /// The usual name, such as `windows-1254`.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le => "UTF-16LE",
            Encoding::Utf16Be => "UTF-16BE",
            Encoding::Windows1254 => "windows-1254",
            Encoding::Windows1252 => "windows-1252",
            Encoding::Windows1250 => "windows-1250",
            Encoding::Windows1251 => "windows-1251",
            Encoding::Windows1253 => "windows-1253",
            Encoding::Windows1257 => "windows-1257",
            Encoding::Cp857 => "cp857",
            Encoding::Cp850 => "cp850",
            Encoding::Cp852 => "cp852",
            Encoding::Cp437 => "cp437",
            Encoding::Cp866 => "cp866",
            Encoding::Iso8859_2 => "ISO-8859-2",
            Encoding::Koi8R => "KOI8-R",
            Encoding::MacRoman => "macintosh",
        }
    }

    /// The encodings with one byte a letter.
    pub(crate) fn code_pages() -> impl Iterator<Item = Encoding> {
        Encoding::ALL.into_iter().skip(3)
    }

    pub(crate) fn coding(self) -> Coding {
        Coding::Standard(match self {
            Encoding::Utf8 => UTF_8,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Windows1254 => WINDOWS_1254,
            Encoding::Windows1252 => WINDOWS_1252,
            Encoding::Windows1250 => WINDOWS_1250,
            Encoding::Windows1251 => WINDOWS_1251,
            Encoding::Windows1253 => WINDOWS_1253,
            Encoding::Windows1257 => WINDOWS_1257,
            Encoding::Iso8859_2 => ISO_8859_2,
            Encoding::Koi8R => KOI8_R,
            Encoding::MacRoman => MACINTOSH,
            Encoding::Cp857 => return Coding::Incomplete(&DECODING_TABLE_CP857),
            Encoding::Cp850 => return Coding::Complete(&DECODING_TABLE_CP850),
            Encoding::Cp852 => return Coding::Complete(&DECODING_TABLE_CP852),
            Encoding::Cp437 => return Coding::Complete(&DECODING_TABLE_CP437),
            Encoding::Cp866 => return Coding::Complete(&DECODING_TABLE_CP866),
        })
    }

    /// The letter of a byte above 127 in a code page; none if it is not defined or a control
    /// character.
    pub(crate) fn letter(self, byte: u8) -> Option<char> {
        let index = usize::from(byte) - 128;
        let letter = match self.coding() {
            Coding::Complete(table) => Some(table[index]),
            Coding::Incomplete(table) => table[index],
            Coding::Standard(encoding) => {
                let bytes = [byte];
                let decoded = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
                decoded.and_then(|text| text.chars().next())
            }
        };
        letter.filter(|letter| !letter.is_control())
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    /// Reads a name without regard to case and punctuation. `1254`, `cp1254` and `windows-1254` are
    /// the same encoding.
    fn from_str(name: &str) -> Result<Encoding, UnknownEncoding> {
        let key = header_key(name);
        let mut all = Encoding::ALL.into_iter();
        let named = all.find(|encoding| header_key(encoding.name()) == key);
        named
            .or_else(|| by_other_name(&key))
            .ok_or_else(|| UnknownEncoding {
                name: name.trim().to_owned(),
            })
    }
}

fn by_other_name(key: &str) -> Option<Encoding> {
    let digits = key.trim_start_matches(|letter: char| letter.is_alphabetic());
    let prefix = &key[..key.len() - digits.len()];
    if !["", "cp", "ibm", "dos", "win", "windows", "iso"].contains(&prefix) {
        return match key {
            "latin1" => Some(Encoding::Windows1252),
            "latin2" => Some(Encoding::Iso8859_2),
            "latin5" => Some(Encoding::Windows1254),
            "macroman" => Some(Encoding::MacRoman),
            _ => None,
        };
    }
    Some(match digits {
        "1250" => Encoding::Windows1250,
        "1251" => Encoding::Windows1251,
        "1252" | "88591" => Encoding::Windows1252,
        "1253" => Encoding::Windows1253,
        "1254" | "88599" => Encoding::Windows1254,
        "1257" => Encoding::Windows1257,
        "437" => Encoding::Cp437,
        "850" => Encoding::Cp850,
        "852" => Encoding::Cp852,
        "857" => Encoding::Cp857,
        "866" => Encoding::Cp866,
        "65001" => Encoding::Utf8,
        _ => return None,
    })
}

/// The error for a text that names no encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a supported encoding; use one of {}", names())]
pub struct UnknownEncoding {
    name: String,
}

impl UnknownEncoding {
    /// The given text.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn names() -> String {
    Encoding::ALL.map(Encoding::name).join(", ")
}
