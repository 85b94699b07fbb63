//! Who may ask: on the loopback, as a rule, anybody; else whoever has the token, or comes through a proxy that knows who they
//! are.

use axum::http::{HeaderMap, HeaderName, header};
use std::fmt;
use std::net::IpAddr;

/// A token has at least so many characters: what can be guessed protects nobody.
const SHORTEST: usize = 16;
/// Bytes of chance in a token that is made here.
const CHANCE: usize = 24;

/// Who may ask. By default anybody.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    token: Option<Token>,
    proxy: Option<Proxy>,
}

impl Admission {
    /// Whoever has the token, or is let in by the proxy; anybody where there is neither.
    pub fn new(token: Option<Token>, proxy: Option<Proxy>) -> Self {
        Self { token, proxy }
    }

    /// Whether anybody may ask.
    pub fn is_open(&self) -> bool {
        self.token.is_none() && self.proxy.is_none()
    }

    /// The token that lets in.
    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// Whether who sends these headers from there may ask.
    pub fn admits(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        self.is_open()
            || self.token.as_ref().is_some_and(|token| token.is_in(headers))
            || self.proxy.as_ref().is_some_and(|proxy| proxy.lets_in(peer, headers))
    }
}

/// A secret that lets in. What is kept here is not the secret itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    hash: blake3::Hash,
    session: blake3::Hash,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// The token of that text, without white space around it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err("a token is one word of ASCII letters, digits and signs".to_owned());
        }
        if text.len() < SHORTEST {
            let n = text.len();
            return Err(format!("a token has at least {SHORTEST} characters, and this one has {n}"));
        }
        let session = blake3::derive_key("gatefold 2026-11 a browser's session", text.as_bytes());
        Ok(Self { hash: blake3::hash(text.as_bytes()), session: session.into() })
    }

    /// A new one, and its text.
    ///
    /// # Errors
    /// When the system has no chance to give.
    pub fn generate() -> Result<(String, Self), String> {
        let mut chance = [0_u8; CHANCE];
        getrandom::fill(&mut chance).map_err(|e| format!("no token can be made here: {e}"))?;
        let text: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::new(&text).map(|token| (text, token))
    }

    /// Whether `text` is the token. Takes equally long for every wrong text of one length.
    pub fn is(&self, text: &str) -> bool {
        // Hashes are compared in constant time.
        blake3::hash(text.as_bytes()) == self.hash
    }

    /// The cookie that a browser keeps in the token's place: `name=value`. It cannot be turned back into the token.
    pub fn cookie(&self) -> String {
        format!("{}={}", self.cookie_name(), self.session.to_hex())
    }

    /// Browsers tell servers on one machine not apart: each token's cookie has a name of its own.
    fn cookie_name(&self) -> String {
        format!("gatefold-{}", &blake3::hash(self.session.as_bytes()).to_hex()[..8])
    }

    fn is_in(&self, headers: &HeaderMap) -> bool {
        let texts = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        let bearer = |text: &str| {
            let (scheme, token) = text.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| self.is(token.trim()))
        };
        let name = self.cookie_name();
        let is_ours = |cookie: &str| {
            let value = cookie.trim().strip_prefix(&name).and_then(|rest| rest.strip_prefix('='));
            value
                .and_then(|value| blake3::Hash::from_hex(value).ok())
                .is_some_and(|hash| hash == self.session)
        };
        texts(header::AUTHORIZATION).any(|text| bearer(text) == Some(true))
            || texts(header::COOKIE).any(|cookies| cookies.split(';').any(is_ours))
    }
}

/// A reverse proxy that lets in only whom it knows, and then says who that is. Nothing else that it says is believed.
#[derive(Clone, Debug)]
pub struct Proxy {
    header: HeaderName,
    addresses: Vec<IpAddr>,
}

impl Proxy {
    /// The header that it sets, and the addresses that it asks from.
    ///
    /// # Errors
    /// What is wrong with that.
    pub fn new(header: &str, addresses: &[IpAddr]) -> Result<Self, String> {
        let name: HeaderName = header.parse().map_err(|_| format!("“{header}” is no header's name"))?;
        // What every browser sends says nothing about a proxy.
        let usual = [
            header::HOST,
            header::COOKIE,
            header::ORIGIN,
            header::REFERER,
            header::USER_AGENT,
            header::ACCEPT,
            header::CONNECTION,
            header::AUTHORIZATION,
        ];
        if usual.contains(&name) {
            return Err(format!(
                "“{header}” is sent by every browser: name the header in which the proxy says who asks"
            ));
        }
        // These say where from or with what, and are there whoever asks.
        let of_address =
            ["forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"];
        let text = name.as_str();
        if of_address.contains(&text) || text.starts_with("x-forwarded-") && text != "x-forwarded-user" {
            return Err(format!(
                "“{header}” says where a request comes from, and proxies set it for everybody: name the header in which \
                 the proxy says who asks, such as Remote-User"
            ));
        }
        if addresses.is_empty() {
            return Err("say with --proxy-address which address the proxy asks from".to_owned());
        }
        Ok(Self { header: name, addresses: addresses.iter().map(IpAddr::to_canonical).collect() })
    }

    fn lets_in(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        let mut said = headers.get_all(&self.header).iter();
        let names_one = said.next().is_some_and(|who| !who.as_bytes().trim_ascii().is_empty());
        names_one
            && said.next().is_none()
            && peer.is_some_and(|peer| self.addresses.contains(&peer.to_canonical()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const TEXT: &str = "correct-horse-battery";

    fn with(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    fn admits(admission: &Admission, name: HeaderName, value: &str) -> bool {
        admission.admits(None, &with(name, value))
    }

    #[test]
    fn anybody_may_ask_where_there_is_no_secret() {
        assert!(Admission::default().admits(None, &HeaderMap::new()));
    }

    #[test]
    fn the_token_lets_in_as_a_bearer_or_as_its_cookie() {
        let token = Token::new(&format!("{TEXT}\n")).unwrap();
        let (cookie, admission) = (token.cookie(), Admission::new(Some(token), None));
        assert!(!admission.admits(None, &HeaderMap::new()));
        for (value, lets_in) in [
            (format!("Bearer {TEXT}"), true),
            (format!("bearer  {TEXT}"), true),
            (format!("Basic {TEXT}"), false),
            (format!("Bearer {TEXT}x"), false),
            ("Bearer ".to_owned(), false),
            (TEXT.to_owned(), false),
        ] {
            assert_eq!(admits(&admission, header::AUTHORIZATION, &value), lets_in, "{value}");
        }
        let (name, _) = cookie.split_once('=').unwrap();
        for (value, lets_in) in [
            (cookie.clone(), true),
            (format!("a=b; {cookie}; c=d"), true),
            (format!("{name}={TEXT}"), false),
            (format!("{name}="), false),
            (format!("x{cookie}"), false),
            (format!("{cookie}0"), false),
        ] {
            assert_eq!(admits(&admission, header::COOKIE, &value), lets_in, "{value}");
        }
        assert!(!cookie.contains(TEXT));
    }

    #[test]
    fn a_token_says_nothing_of_itself() {
        let debug = format!("{:?}", Admission::new(Some(Token::new(TEXT).unwrap()), None));
        assert!(!debug.contains(TEXT) && debug.contains("Token"), "{debug}");
    }

    #[test]
    fn what_can_be_guessed_or_sent_in_no_header_is_no_token() {
        for text in ["", "short", "fifteen-letters", "two words of some length", "größer-als-sechzehn"] {
            assert!(Token::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn made_tokens_differ_and_work() {
        let ((a, token), (b, other)) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert!(token.is(&a) && !token.is(&b) && other.is(&b));
        assert!(a.len() >= SHORTEST);
    }

    #[test]
    fn a_proxy_is_believed_from_its_address_alone_and_when_it_names_one() {
        let address: IpAddr = "10.0.0.2".parse().unwrap();
        let admission = Admission::new(None, Some(Proxy::new("Remote-User", &[address]).unwrap()));
        let user = HeaderName::from_static("remote-user");
        let mapped: IpAddr = "::ffff:10.0.0.2".parse().unwrap();
        for peer in [address, mapped] {
            assert!(admission.admits(Some(peer), &with(user.clone(), "ann")), "{peer}");
        }
        let other = "10.0.0.3".parse().unwrap();
        assert!(!admission.admits(Some(other), &with(user.clone(), "ann")));
        assert!(!admission.admits(None, &with(user.clone(), "ann")));
        assert!(!admission.admits(Some(address), &HeaderMap::new()));
        assert!(!admission.admits(Some(address), &with(user.clone(), " ")));
        let mut twice = with(user.clone(), "ann");
        twice.append(user, HeaderValue::from_static("bob"));
        assert!(!admission.admits(Some(address), &twice));
    }

    #[test]
    fn a_proxy_needs_an_address_and_a_header_of_its_own() {
        let address = ["127.0.0.1".parse().unwrap()];
        for (header, addresses) in [
            ("Remote-User", &[][..]),
            ("Host", &address),
            ("a b", &address),
            ("X-Forwarded-For", &address),
            ("Forwarded", &address),
        ] {
            assert!(Proxy::new(header, addresses).is_err(), "{header}");
        }
    }
}
