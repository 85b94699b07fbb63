//! Values that are one word in an address and in JSON: mixtures, and albums with a sign.

/// A mixture as `look=1,year=0.25`; nothing for the usual one.
pub(super) mod mixture {
    use crate::mixture::Mixture;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(mixture: &Mixture, serializer: S) -> Result<S::Ok, S::Error> {
        let text = (!mixture.is_usual()).then(|| mixture.to_string());
        text.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mixture, D::Error> {
        match Option::<String>::deserialize(deserializer)?.as_deref() {
            None | Some("") => Ok(Mixture::USUAL),
            Some(text) => Mixture::parse(text).map_err(serde::de::Error::custom),
        }
    }

    pub(crate) fn usual() -> Mixture {
        Mixture::USUAL
    }
}
