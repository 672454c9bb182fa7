//! What is asked of this program and what it answers. Bytes travel in base64.

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Request {
    Call(Call),
    Bench(Bench),
}

/// One operation in an instance of its own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Path of a module, which is compiled when it is named for the first time.
    pub module: String,
    /// Such as `validate`.
    pub operation: String,
    #[serde(with = "base64_text")]
    pub payload: Vec<u8>,
    /// How long its init and its call may take each.
    pub deadline_seconds: u64,
    /// The host calls that the guest will make, in order, `tracing` excepted.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    pub namespace: String,
    pub operation: String,
    #[serde(with = "base64_text")]
    pub payload: Vec<u8>,
    pub outcome: Outcome,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    #[serde(with = "base64_text")]
    Answer(Vec<u8>),
    Error(String),
}

/// Runs one operation of several modules over and over, in turns.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bench {
    pub modules: Vec<String>,
    #[serde(with = "base64_text")]
    pub payload: Vec<u8>,
    pub rounds: usize,
    /// How long a module's turn in one round is, about.
    pub turn_milliseconds: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    Called(Box<Called>),
    Measured(Vec<Measured>),
    /// The request made no sense, or its module cannot be loaded.
    Refused {
        failure: String,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Called {
    pub outcome: CallOutcome,
    /// How many of the exchanges the guest did not ask for.
    pub unused_exchanges: usize,
    /// What the API server would be told. Only for `validate`.
    pub admission: Option<Admission>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallOutcome {
    #[serde(with = "base64_text")]
    Answer(Vec<u8>),
    /// The host's text for a guest that trapped, was interrupted, answered an error or answered nothing.
    Failure(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Admission {
    Response {
        allowed: bool,
        message: Option<String>,
        code: Option<u16>,
        audit_annotations: Option<Value>,
        warnings: Option<Vec<String>>,
        /// None where nothing was changed.
        patch: Option<json_patch::Patch>,
    },
    /// The answer cannot be decoded, which rejects the object.
    Undecodable(String),
    /// No policy-server sends such a payload: its own JSON cannot hold it.
    Unsendable(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Measured {
    pub median_nanoseconds: u64,
    pub runs: usize,
}

mod base64_text {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD
            .decode(<&str>::deserialize(deserializer)?)
            .map_err(D::Error::custom)
    }
}
