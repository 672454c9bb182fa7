// A guest that calls the capabilities its settings name, with fixed arguments, and answers what came back as warnings.

import {
  Certificate,
  Elements,
  Entry,
  GetResource,
  HostResult,
  Identity,
  Level,
  ListResources,
  LogEvent,
  SettingsResponse,
  SubjectAccessReview,
  ValidationRequest,
  ValidationResponse,
  Writer,
  acceptRequest,
  acceptSettings,
  canI,
  decode,
  getResource,
  isCertificateTrusted,
  listAllResources,
  listResourcesByNamespace,
  log,
  lookupHost,
  manifestDigest,
  member,
  ociManifest,
  ociManifestConfig,
  serve,
  verifyCertificate,
  verifyGithubActions,
  verifyKeyless,
  verifyKeylessPrefix,
  verifyPublicKeys,
} from "../../../assembly";

export function __guest_call(operationLength: i32, payloadLength: i32): i32 {
  return serve(operationLength, payloadLength, validate, validateSettings);
}

function validateSettings(_settings: usize): SettingsResponse {
  return acceptSettings();
}

/** Makes the calls that the settings name and warns of each answer, or of its error. */
function validate(validation: ValidationRequest): ValidationResponse {
  const response = acceptRequest();
  const calls = new Elements(member(validation.settings, "calls"));
  while (calls.next()) {
    const result = run(decode(calls.value), validation.settings);
    if (result.isError) response.warn("error: " + result.error);
    else if (result.value == 0) response.warn("");
    else {
      const text = new Writer();
      text.copy(result.value);
      response.warn(text.toString());
    }
  }
  return response;
}

function run(call: string, settings: usize): HostResult {
  if (call.startsWith("tracing")) return trace(call, settings);
  if (call.startsWith("verify")) return verify(call);
  if (call.startsWith("kubernetes")) return kubernetes(call);
  if (call == "manifest_digest") return manifestDigest("ghcr.io/a/b:1");
  if (call == "oci_manifest") return ociManifest("ghcr.io/a/b:1");
  if (call == "oci_manifest_config") return ociManifestConfig("ghcr.io/a/b:1");
  if (call == "lookup") return lookupHost("kubewarden.io");
  if (call == "certificate") return isCertificateTrusted(new Certificate(bytes(1), "Der"));
  if (call == "certificate with chain") {
    const chain = [new Certificate(bytes(2)), new Certificate(bytes(0))];
    return isCertificateTrusted(new Certificate(bytes(3)), chain, "2030-01-01T00:00:00Z");
  }
  return new HostResult(0, "no such call: " + call);
}

function trace(call: string, settings: usize): HostResult {
  if (call == "tracing") log(Level.Warning, 'a "b"\né');
  else {
    const event = new LogEvent(Level.Debug, "m");
    event.text("policy", "p").integer("count", -3).json("settings", settings).json("absent", 0).send();
  }
  return new HostResult(0, "");
}

function verify(call: string): HostResult {
  const image = "ghcr.io/a/b:1";
  const annotations = [new Entry("env", "prod"), new Entry('q"', "")];
  const identities = [new Identity("https://issuer", "s1"), new Identity("i2", "s2")];
  if (call == "verify keys") return verifyPublicKeys(image, ["-----BEGIN\nkey", "2"]);
  if (call == "verify keys with annotations") return verifyPublicKeys(image, ["1"], annotations);
  if (call == "verify keyless") return verifyKeyless(image, identities, annotations);
  if (call == "verify prefix") return verifyKeylessPrefix(image, identities);
  if (call == "verify github") return verifyGithubActions(image, "owner", "repo", annotations);
  if (call == "verify github owner") return verifyGithubActions(image, "owner");
  if (call == "verify certificate") return verifyCertificate(image, bytes(2), [], false);
  return verifyCertificate(image, bytes(1), [bytes(2), bytes(3)], true, annotations);
}

function kubernetes(call: string): HostResult {
  if (call == "kubernetes get") {
    const request = new GetResource("v1", "Pod", "web");
    request.namespace = "default";
    request.disableCache = true;
    request.fieldMasks = ["spec.containers.image", "status.phase"];
    return getResource(request);
  }
  if (call == "kubernetes get cluster") return getResource(new GetResource("v1", "Namespace", "default"));
  if (call == "kubernetes can") return canI(new SubjectAccessReview("me", "get", "pods"));
  if (call == "kubernetes can all") {
    const review = new SubjectAccessReview("me", "update", "deployments");
    review.groups = ["g1", "g2"];
    review.group = "apps";
    review.version = "v1";
    review.subresource = "scale";
    review.namespace = "n";
    review.name = "d";
    review.disableCache = true;
    return canI(review);
  }
  const request = new ListResources("apps/v1", "Deployment");
  if (call == "kubernetes list") return listAllResources(request);
  request.labelSelector = "a=b,c in (d)";
  request.fieldSelector = "metadata.name=x";
  request.fieldMasks = ["metadata.labels"];
  return listResourcesByNamespace(request, "default");
}

function bytes(length: i32): Uint8Array {
  const data = new Uint8Array(length);
  for (let i = 0; i < length; i++) data[i] = <u8>(255 - i);
  return data;
}
