//! From a policy's answer to what the API server is told.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, from_slice, to_value};

use crate::protocol::Admission;

#[derive(Deserialize)]
struct ValidationResponse {
    accepted: bool,
    message: Option<String>,
    code: Option<u16>,
    mutated_object: Option<Value>,
    audit_annotations: Option<HashMap<String, String>>,
    warnings: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Payload {
    request: Object,
    #[serde(rename = "settings")]
    _settings: Value,
}

#[derive(Deserialize)]
struct Object {
    object: Option<Value>,
}

/// A patch belongs to the object that was sent; without one (DELETE), changing it is refused.
pub fn decide(payload: &[u8], answer: &[u8]) -> Admission {
    let payload: Payload = match from_slice(payload) {
        Ok(payload) => payload,
        Err(error) => return Admission::Unsendable(error.to_string()),
    };
    let response: ValidationResponse = match from_slice(answer) {
        Ok(response) => response,
        Err(error) => return Admission::Undecodable(error.to_string()),
    };
    let patch = match (&payload.request.object, &response.mutated_object) {
        (_, None) => None,
        (Some(before), Some(after)) => {
            Some(json_patch::diff(before, after)).filter(|patch| !patch.is_empty())
        }
        (None, Some(_)) => return without_object(),
    };
    Admission::Response {
        allowed: response.accepted,
        message: response.message,
        code: response.code,
        audit_annotations: response
            .audit_annotations
            .and_then(|annotations| to_value(annotations).ok()),
        warnings: response.warnings,
        patch,
    }
}

fn without_object() -> Admission {
    let message = "Incoming object is null, which happens only with DELETE operations, but the policy is attempting a mutation. This is not allowed";
    Admission::Response {
        allowed: false,
        message: Some(message.to_owned()),
        code: None,
        audit_annotations: None,
        warnings: None,
        patch: None,
    }
}
