//! A small sidecar injector: label selectors, containers and volumes appended, one annotation. It has none of the rules
//! that make a SidecarSet; what it is for is the cost of decoding the settings and the Pod and of encoding the Pod.

use std::collections::BTreeMap;

use kubewarden_policy_sdk::{
    accept_request, mutate_request, protocol_version_guest,
    request::ValidationRequest,
    settings::Validatable,
    validate_settings,
    wapc_guest::{self, CallResult, register_function},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const INJECTED_LIST: &str = "kruise.io/sidecarset-injected-list";

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Settings {
    sidecar_sets: Vec<SidecarSet>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct SidecarSet {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Metadata {
    name: String,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
struct Spec {
    selector: Selector,
    containers: Vec<Value>,
    volumes: Vec<Value>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Selector {
    match_labels: BTreeMap<String, String>,
}

impl Selector {
    fn selects(&self, labels: &Value) -> bool {
        self.match_labels
            .iter()
            .all(|(key, value)| labels[key] == **value)
    }
}

impl Validatable for Settings {
    fn validate(&self) -> Result<(), String> {
        match self
            .sidecar_sets
            .iter()
            .position(|set| set.metadata.name.is_empty())
        {
            Some(index) => Err(format!(
                "sidecarSets[{index}].metadata.name: expected a name"
            )),
            None => Ok(()),
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn wapc_init() {
    register_function("validate", validate);
    register_function("validate_settings", validate_settings::<Settings>);
    register_function("protocol_version", protocol_version_guest);
}

fn validate(payload: &[u8]) -> CallResult {
    let ValidationRequest { request, settings } = ValidationRequest::<Settings>::new(payload)?;
    let mut pod = request.object;
    let labels = &pod["metadata"]["labels"];
    let (selected, names): (Vec<Spec>, Vec<String>) = settings
        .sidecar_sets
        .into_iter()
        .filter(|set| set.spec.selector.selects(labels))
        .map(|set| (set.spec, set.metadata.name))
        .unzip();
    if selected.is_empty() {
        return accept_request();
    }
    for spec in selected {
        append(&mut pod["spec"]["containers"], spec.containers);
        append(&mut pod["spec"]["volumes"], spec.volumes);
    }
    pod["metadata"]["annotations"][INJECTED_LIST] = json!(names.join(","));
    mutate_request(pod)
}

fn append(list: &mut Value, items: Vec<Value>) {
    match list {
        Value::Array(present) => present.extend(items),
        absent => *absent = Value::Array(items),
    }
}
