//! Expression text cut into tokens, by XPath 1.0's rule for names that may also be operators.

use crate::error::EvalError;

/// The longest expression, in characters.
pub(crate) const MAX_EXPRESSION_CHARS: usize = 16_384;
const MAX_TOKENS: usize = 6_000;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Number(f64),
    Text(String),
    /// `${name}`
    Reference(String),
    Name(String),
    /// `name::`
    Axis(String),
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    Comma,
    Slash,
    DoubleSlash,
    Bar,
    Dot,
    DotDot,
    At,
    Star,
    Plus,
    Minus,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// Cuts a text into tokens with the character (from 1) at which each begins.
pub(crate) fn tokenize(text: &str) -> Result<Vec<(usize, Token)>, EvalError> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > MAX_EXPRESSION_CHARS {
        return Err(EvalError::TooLarge);
    }
    let mut cutter = Cutter { characters, next: 0, tokens: Vec::new() };
    while let Some(character) = cutter.peek(0) {
        if matches!(character, ' ' | '\t' | '\n' | '\r' | '\u{a0}') {
            cutter.next += 1;
            continue;
        }
        let at = cutter.next + 1;
        let token = cutter.cut(character)?;
        cutter.tokens.push((at, token));
        if cutter.tokens.len() > MAX_TOKENS {
            return Err(EvalError::TooLarge);
        }
    }
    Ok(cutter.tokens)
}

struct Cutter {
    characters: Vec<char>,
    next: usize,
    tokens: Vec<(usize, Token)>,
}

impl Cutter {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.characters.get(self.next + ahead).copied()
    }

    fn wrong(&self, what: &'static str) -> EvalError {
        EvalError::Syntax { at: self.next + 1, what }
    }

    /// XPath 1.0 §3.7: after a value, `*` and the operator names are operators.
    fn after_value(&self) -> bool {
        matches!(
            self.tokens.last(),
            Some((
                _,
                Token::Number(_)
                    | Token::Text(_)
                    | Token::Reference(_)
                    | Token::Name(_)
                    | Token::Close
                    | Token::CloseSquare
                    | Token::Dot
                    | Token::DotDot
                    | Token::Star
            ))
        )
    }

    fn cut(&mut self, character: char) -> Result<Token, EvalError> {
        let second = self.peek(1);
        match character {
            '\'' | '"' => return self.cut_text(character),
            '$' => return self.cut_reference(),
            '0'..='9' => return self.cut_number(),
            '.' if second.is_some_and(|c| c.is_ascii_digit()) => return self.cut_number(),
            _ if is_name_start(character) => return Ok(self.cut_name()),
            _ => {}
        }
        let (token, length) = match (character, second) {
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            ('[', _) => (Token::OpenSquare, 1),
            (']', _) => (Token::CloseSquare, 1),
            (',', _) => (Token::Comma, 1),
            ('/', Some('/')) => (Token::DoubleSlash, 2),
            ('/', _) => (Token::Slash, 1),
            ('|', _) => (Token::Bar, 1),
            ('.', Some('.')) => (Token::DotDot, 2),
            ('.', _) => (Token::Dot, 1),
            ('@', _) => (Token::At, 1),
            ('*', _) if self.after_value() => (Token::Multiply, 1),
            ('*', _) => (Token::Star, 1),
            ('+', _) => (Token::Plus, 1),
            ('-', _) => (Token::Minus, 1),
            ('=', _) => (Token::Equal, 1),
            ('!', Some('=')) => (Token::NotEqual, 2),
            ('<', Some('=')) => (Token::LessOrEqual, 2),
            ('<', _) => (Token::Less, 1),
            ('>', Some('=')) => (Token::GreaterOrEqual, 2),
            ('>', _) => (Token::Greater, 1),
            (
                '（' | '）' | '，' | '＝' | '＜' | '＞' | '“' | '”' | '‘' | '’' | '＋' | '－' | '×' | '÷'
                | '！',
                _,
            ) => {
                return Err(EvalError::FullWidthSymbol { at: self.next + 1, symbol: character });
            }
            _ => return Err(self.wrong("this character has no meaning here")),
        };
        self.next += length;
        Ok(token)
    }

    fn cut_text(&mut self, quote: char) -> Result<Token, EvalError> {
        let rest = self.characters.get(self.next + 1..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| *c == quote) else {
            return Err(self.wrong("a closing quotation mark is missing"));
        };
        let text = rest.iter().take(length).collect();
        self.next += length + 2;
        Ok(Token::Text(text))
    }

    fn cut_reference(&mut self) -> Result<Token, EvalError> {
        if self.peek(1) != Some('{') {
            return Err(self.wrong("a name in braces is missing after $"));
        }
        let rest = self.characters.get(self.next + 2..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| *c == '}') else {
            return Err(self.wrong("a closing brace is missing"));
        };
        let name: String = rest.iter().take(length).collect();
        self.next += length + 3;
        Ok(Token::Reference(name.trim().to_owned()))
    }

    fn cut_number(&mut self) -> Result<Token, EvalError> {
        let start = self.next;
        let mut dots = 0;
        while let Some(character) = self.peek(0) {
            match character {
                '0'..='9' => {}
                '.' if dots == 0 => dots = 1,
                _ => break,
            }
            self.next += 1;
        }
        let text: String = self.characters.get(start..self.next).unwrap_or_default().iter().collect();
        text.parse().map(Token::Number).map_err(|_| EvalError::Syntax { at: start + 1, what: "no number" })
    }

    fn cut_name(&mut self) -> Token {
        let mut name = self.cut_plain_name();
        if self.peek(0) == Some(':') && self.peek(1) == Some(':') {
            self.next += 2;
            return Token::Axis(name);
        }
        if self.peek(0) == Some(':') && self.peek(1).is_some_and(is_name_start) {
            self.next += 1;
            name.push(':');
            let local = self.cut_plain_name();
            name.push_str(&local);
        }
        if !self.after_value() {
            return Token::Name(name);
        }
        match name.as_str() {
            "and" => Token::And,
            "or" => Token::Or,
            "div" => Token::Divide,
            "mod" => Token::Modulo,
            _ => Token::Name(name),
        }
    }

    fn cut_plain_name(&mut self) -> String {
        let mut name = String::new();
        while let Some(character) = self.peek(0).filter(|c| is_name_part(*c)) {
            name.push(character);
            self.next += 1;
        }
        name
    }
}

/// Whether a name may begin with this character.
pub(crate) fn is_name_start(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

/// Whether a name may contain this character.
pub(crate) fn is_name_part(character: char) -> bool {
    is_name_start(character) || character.is_numeric() || matches!(character, '-' | '.' | '\u{b7}')
}
