//! Lists that a Python program wrote into a cell: `['pop', "She's So Unusual"]`, `[('Madonna', 'X'), …]`.

/// A text, or a list of more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Literal {
    Text(String),
    List(Vec<Literal>),
    /// Texts and lists by name.
    Map(Vec<(String, Literal)>),
}

/// How deep lists may lie in lists; nobody writes deeper ones in good faith.
const DEPTH: usize = 8;

/// Reads a list, tuple, set or dictionary of texts (numbers and names count as texts); `None` for anything else.
pub(super) fn parse(cell: &str) -> Option<Literal> {
    let mut reader = Reader { rest: cell.trim() };
    let literal = reader.list(0)?;
    reader.rest.is_empty().then_some(literal)
}

impl Literal {
    /// The texts at the top of a list; of a dictionary in it, what it is called by.
    pub(super) fn texts(self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items
                .into_iter()
                .filter_map(|item| match item {
                    Self::Text(text) => Some(text),
                    Self::List(_) => None,
                    Self::Map(facts) => name(facts),
                })
                .collect(),
            Self::Map(facts) => name(facts).into_iter().collect(),
        }
    }

    /// The pairs of texts in a list.
    pub(super) fn pairs(self) -> Vec<(String, String)> {
        let Self::List(items) = self else { return Vec::new() };
        let pairs = items.into_iter().filter_map(|item| match item {
            Self::List(pair) => <[Literal; 2]>::try_from(pair).ok(),
            Self::Text(_) | Self::Map(_) => None,
        });
        pairs
            .filter_map(|pair| match pair {
                [Self::Text(first), Self::Text(second)] => Some((first, second)),
                _ => None,
            })
            .collect()
    }
}

/// What a dictionary's thing is called: its `name`, `genre_title` or the like.
fn name(facts: Vec<(String, Literal)>) -> Option<String> {
    let is_name = |key: &str| ["name", "title"].iter().any(|end| key.ends_with(end));
    facts.into_iter().find_map(|(key, value)| match value {
        Literal::Text(text) if is_name(&key) => Some(text),
        _ => None,
    })
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self) -> Option<char> {
        let mut letters = self.rest.chars();
        let first = letters.next()?;
        self.rest = letters.as_str();
        Some(first)
    }

    fn list(&mut self, depth: usize) -> Option<Literal> {
        let end = match self.take()? {
            '[' => ']',
            '(' => ')',
            '{' => '}',
            _ => return None,
        };
        if depth >= DEPTH {
            return None;
        }
        let mut items = Vec::new();
        let mut facts = Vec::new();
        loop {
            self.skip_space();
            if let Some(rest) = self.rest.strip_prefix(end) {
                self.rest = rest;
                return match (items.is_empty(), facts.is_empty()) {
                    (_, true) => Some(Literal::List(items)),
                    (true, false) => Some(Literal::Map(facts)),
                    (false, false) => None,
                };
            }
            let item = self.item(depth, end)?;
            self.skip_space();
            match (item, self.rest.strip_prefix(':')) {
                (Literal::Text(key), Some(rest)) if end == '}' => {
                    self.rest = rest;
                    self.skip_space();
                    facts.push((key, self.item(depth, end)?));
                    self.skip_space();
                }
                (item, _) => items.push(item),
            }
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
            } else if !self.rest.starts_with(end) {
                return None;
            }
        }
    }

    fn item(&mut self, depth: usize, end: char) -> Option<Literal> {
        match self.rest.chars().next()? {
            '[' | '(' | '{' => self.list(depth + 1),
            '\'' | '"' => self.quoted().map(Literal::Text),
            'u' | 'b' | 'r' if matches!(self.rest.as_bytes().get(1), Some(b'\'' | b'"')) => {
                self.take();
                self.quoted().map(Literal::Text)
            }
            _ => {
                let ends = |c: char| matches!(c, ',' | ']' | ')' | '}') || (c == ':' && end == '}');
                let end = self.rest.find(ends)?;
                let (bare, rest) = self.rest.split_at(end);
                self.rest = rest;
                let bare = bare.trim();
                (!bare.is_empty()).then(|| Literal::Text(bare.to_owned()))
            }
        }
    }

    fn quoted(&mut self) -> Option<String> {
        let quote = self.take()?;
        let mut text = String::new();
        loop {
            match self.take()? {
                letter if letter == quote => return Some(text),
                '\\' => match self.take()? {
                    'n' | 'r' | 't' => text.push(' '),
                    'x' => text.push(self.code(2)?),
                    'u' => text.push(self.code(4)?),
                    'U' => text.push(self.code(8)?),
                    letter => text.push(letter),
                },
                letter => text.push(letter),
            }
        }
    }

    fn code(&mut self, digits: usize) -> Option<char> {
        let (code, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        char::from_u32(u32::from_str_radix(code, 16).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_as_python_prints_them_are_read() {
        let texts = |cell: &str| parse(cell).unwrap().texts();
        assert_eq!(texts("['pop', '80s', \"She's\"]"), ["pop", "80s", "She's"]);
        assert_eq!(
            texts(r"['it\'s', '\xe9t\u00e9', 'a\\b', u'x', 1999, None]"),
            ["it's", "été", "a\\b", "x", "1999", "None"]
        );
        assert_eq!(texts("[]"), [""; 0]);
        assert_eq!(texts("('a',)"), ["a"]);
    }

    #[test]
    fn pairs_are_read_and_what_is_no_pair_is_left() {
        let pairs = parse("[('a-ha', 'Hunting High and Low'), ('x',), ['b', \"c, (d)\"]]").unwrap().pairs();
        assert_eq!(
            pairs,
            [("a-ha".to_owned(), "Hunting High and Low".to_owned()), ("b".to_owned(), "c, (d)".to_owned())]
        );
    }

    #[test]
    fn dictionaries_give_what_their_things_are_called() {
        let texts = |cell: &str| parse(cell).unwrap().texts();
        assert_eq!(
            texts("[{'genre_id': '21', 'genre_title': 'Hip-Hop'}, {'genre_title': 'Noise'}]"),
            ["Hip-Hop", "Noise"]
        );
        assert_eq!(texts("{\"id\": 3, \"name\": \"Jazz\", \"more\": [1, {}]}"), ["Jazz"]);
        assert_eq!(texts("[{'id': 1}]"), [""; 0]);
    }

    #[test]
    fn what_is_no_list_is_none() {
        let deep = "[".repeat(100_000);
        for cell in [
            "",
            "pop",
            "['a'",
            "['a' 'b']",
            "['a']x",
            "[\\",
            "['\\xzz']",
            "['\\u00",
            "[,]",
            "{'a': }",
            "{'a': 1, 2}",
            &deep,
        ] {
            assert_eq!(parse(cell), None, "{}", &cell[..cell.len().min(20)]);
        }
    }
}
