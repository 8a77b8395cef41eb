//! Number formats that add zeros or signs to a number, such as a phone number.

/// A number format of digits and signs alone, such as `0000000000` and `"+"00 000 000 00 00`.
///
/// A phone number in a numeric cell has lost its leading zeros and its plus sign; such a format
/// adds them again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NumberFormat(Vec<Piece>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// `0`: a digit, or a zero if the number has no digit here.
    Zero,
    /// `#`: a digit, or nothing if the number has no digit here.
    Digit,
    Sign(char),
}

/// A number in a cell is exact up to this many digits.
const MOST_DIGITS: usize = 15;

impl NumberFormat {
    /// Reads a format; none if it adds no zero and no sign, or has more than digits and signs.
    pub(super) fn parse(code: &str) -> Option<NumberFormat> {
        let mut pieces = Vec::new();
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '0' => pieces.push(Piece::Zero),
                '#' => pieces.push(Piece::Digit),
                '+' | '-' | '(' | ')' | ' ' => pieces.push(Piece::Sign(letter)),
                '\\' => pieces.push(Piece::Sign(letters.next()?)),
                '"' => loop {
                    match letters.next()? {
                        '"' => break,
                        quoted => pieces.push(Piece::Sign(quoted)),
                    }
                },
                _ => return None,
            }
        }
        let digits = pieces.iter().filter(|piece| !is_sign(piece)).count();
        let zeros = pieces.iter().filter(|piece| **piece == Piece::Zero).count();
        let adds_text = zeros > 1 || pieces.iter().any(is_sign);
        (adds_text && (1..=MOST_DIGITS).contains(&digits)).then_some(NumberFormat(pieces))
    }

    /// `number` in this format; none for a fraction, a negative number and one that is not exact.
    pub(super) fn write(&self, number: f64) -> Option<String> {
        if number < 0.0 || number.fract() != 0.0 || number >= 1e15 {
            return None;
        }
        let mut text = String::new();
        let digits = format!("{number}");
        let places = self.0.iter().filter(|piece| !is_sign(piece)).count();
        let mut missing = places.saturating_sub(digits.len());
        let mut rest = digits.as_str();
        let mut is_first = true;
        for piece in &self.0 {
            match piece {
                Piece::Sign(sign) => text.push(*sign),
                Piece::Zero if missing > 0 => {
                    text.push('0');
                    missing -= 1;
                }
                Piece::Digit if missing > 0 => missing -= 1,
                Piece::Zero | Piece::Digit => {
                    // Digits without a place of their own precede the first place.
                    let taken = match is_first {
                        true => 1 + digits.len().saturating_sub(places),
                        false => 1,
                    };
                    let (now, later) = rest.split_at(taken.min(rest.len()));
                    text.push_str(now);
                    rest = later;
                }
            }
            is_first &= is_sign(piece);
        }
        Some(text)
    }
}

fn is_sign(piece: &Piece) -> bool {
    matches!(piece, Piece::Sign(_))
}

#[cfg(test)]
mod tests {
    use super::NumberFormat;

    #[test]
    fn number_is_written_in_its_format() {
        let check = |code: &str, number: f64, expected: Option<&str>| {
            let shown = NumberFormat::parse(code).and_then(|format| format.write(number));
            assert_eq!(shown.as_deref(), expected, "{code} {number}");
        };
        check("0000000000", 532_123_456.0, Some("0532123456"));
        check("0000000000", 905_321_234_567.0, Some("905321234567"));
        check("00000", 42.0, Some("00042"));
        check("00000", 0.0, Some("00000"));
        check("\"+\"0", 905_321_234_567.0, Some("+905321234567"));
        check("\\+0", 9.0, Some("+9"));
        check("+##############0", 905.0, Some("+905"));
        check("(000) 000-0000", 5_321_234_567.0, Some("(532) 123-4567"));
        check(
            "0 (000) 000 00 00",
            5_321_234_567.0,
            Some("0 (532) 123 45 67"),
        );
        for plain in [
            "General", "0", "#", "@", "0.00", "#,##0", "0%", "00;00", "0E+00", "[Red]00",
        ] {
            check(plain, 42.0, None);
        }
        for other in [-1.0, 0.5, 1e15, f64::NAN, f64::INFINITY] {
            check("00", other, None);
        }
        check("\"open", 1.0, None);
        check("0000000000000000", 1.0, None);
    }
}
