import { Ascii, Members, isTrue, isUnset, member, textEquals } from "../json";

/** The payload of `validate`. */
export class ValidationRequest {
  /** The request, viewed as an AdmissionRequest. */
  request: AdmissionRequest;
  /** The policy's settings as configured, 0 when absent or null. */
  settings: usize;

  /** `payload`: address of a checked JSON object. */
  constructor(payload: usize) {
    this.request = new AdmissionRequest(member(payload, "request"));
    this.settings = given(member(payload, "settings"));
  }
}

/**
 * A view of an AdmissionRequest: each field is the address of its JSON value, 0 when absent or null. Types are not
 * checked: a field of another type than documented compares equal to nothing and has no members.
 */
export class AdmissionRequest {
  /** The whole request; for a raw policy it may be any JSON value, and all fields below may be 0. */
  value: usize;
  /** String. */
  uid: usize = 0;
  /** Object with group, version, kind: what the webhook's rule matched. */
  kind: usize = 0;
  /** Object with group, version, resource. */
  resource: usize = 0;
  /** String such as "status" or "ephemeralcontainers"; 0 for the resource itself. */
  subResource: usize = 0;
  /** As `kind`, but what the client sent, before conversion. */
  requestKind: usize = 0;
  /** As `resource`, but what the client addressed. */
  requestResource: usize = 0;
  /** String. */
  requestSubResource: usize = 0;
  /** String; 0 or empty on CREATE with generateName. */
  name: usize = 0;
  /** String; 0 for cluster-scoped objects. Ask this one: on CREATE the object's own namespace may be missing. */
  namespace: usize = 0;
  /** String: "CREATE", "UPDATE", "DELETE" or "CONNECT". */
  operation: usize = 0;
  /** Object with username, uid, groups, extra. */
  userInfo: usize = 0;
  /** The object as it will be; 0 on DELETE. */
  object: usize = 0;
  /** The object as it is; 0 on CREATE. */
  oldObject: usize = 0;
  /** Boolean. */
  dryRun: usize = 0;
  /** CreateOptions, UpdateOptions or DeleteOptions. */
  options: usize = 0;

  constructor(request: usize) {
    this.value = request;
    const members = new Members(request);
    while (members.next()) this.take(members, given(members.value));
  }

  /** True for the operation of that name, in capitals. */
  isOperation(name: Ascii): bool {
    return textEquals(this.operation, name);
  }

  /** True for objects of a kind in a group ("" is the core group), of any version. */
  isKind(group: Ascii, kind: Ascii): bool {
    return textEquals(member(this.kind, "group"), group) && textEquals(member(this.kind, "kind"), kind);
  }

  /** True when nothing of this request will be stored. */
  get isDryRun(): bool {
    return isTrue(this.dryRun);
  }

  private take(field: Members, value: usize): void {
    if (field.keyIs("uid")) this.uid = value;
    else if (field.keyIs("kind")) this.kind = value;
    else if (field.keyIs("resource")) this.resource = value;
    else if (field.keyIs("subResource")) this.subResource = value;
    else if (field.keyIs("requestKind")) this.requestKind = value;
    else if (field.keyIs("requestResource")) this.requestResource = value;
    else if (field.keyIs("requestSubResource")) this.requestSubResource = value;
    else if (field.keyIs("name")) this.name = value;
    else if (field.keyIs("namespace")) this.namespace = value;
    else if (field.keyIs("operation")) this.operation = value;
    else if (field.keyIs("userInfo")) this.userInfo = value;
    else if (field.keyIs("object")) this.object = value;
    else if (field.keyIs("oldObject")) this.oldObject = value;
    else if (field.keyIs("dryRun")) this.dryRun = value;
    else if (field.keyIs("options")) this.options = value;
  }
}

function given(value: usize): usize {
  return isUnset(value) ? 0 : value;
}
