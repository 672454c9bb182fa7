import { Writer } from "../json";
import { HostResult, hostCall } from "./host-call";
import { optionalText, optionalTexts, requiredText } from "./payload";

// The policy's contextAwareResources must name each apiVersion and kind it reads, or the host refuses.

/** Which object to read. Empty texts and lists are left out. */
export class GetResource {
  /** Leave "" for cluster-scoped kinds. */
  namespace: string = "";
  /** The host keeps answers for 5 seconds unless this is set. */
  disableCache: bool = false;
  /** Dot paths to keep, such as "spec.containers.image"; empty keeps all. The host's cache does not tell masks apart. */
  fieldMasks: Array<string> = [];

  constructor(
    public apiVersion: string,
    public kind: string,
    public name: string,
  ) {}
}

/** Which objects to list. The host keeps a watch for each distinct request, so never put per-request values into one. */
export class ListResources {
  labelSelector: string = "";
  fieldSelector: string = "";
  fieldMasks: Array<string> = [];

  constructor(
    public apiVersion: string,
    public kind: string,
  ) {}
}

/** What somebody may want to do, as in a SubjectAccessReview. Empty texts and lists are left out. */
export class SubjectAccessReview {
  groups: Array<string> = [];
  group: string = "";
  version: string = "";
  subresource: string = "";
  namespace: string = "";
  name: string = "";
  /** The host keeps answers for 5 seconds unless this is set. */
  disableCache: bool = false;

  constructor(
    public user: string,
    public verb: string,
    /** Plural resource name, such as "pods". */
    public resource: string,
  ) {}
}

/** Reads one object. One that does not exist is an error, not an empty value. */
export function getResource(request: GetResource): HostResult {
  const out = new Writer();
  out.byte(0x7b);
  requiredText(out, "api_version", request.apiVersion);
  requiredText(out, "kind", request.kind);
  requiredText(out, "name", request.name);
  optionalText(out, "namespace", request.namespace);
  out.name("disable_cache");
  out.boolean(request.disableCache);
  optionalTexts(out, "field_masks", request.fieldMasks);
  out.byte(0x7d);
  return hostCall("kubernetes", "get_resource", out);
}

/** Lists objects of one namespace: a Kubernetes List object, its objects in `items`. */
export function listResourcesByNamespace(request: ListResources, namespace: string): HostResult {
  return hostCall("kubernetes", "list_resources_by_namespace", listPayload(request, namespace));
}

/** Lists objects of all namespaces, or of a cluster-scoped kind. */
export function listAllResources(request: ListResources): HostResult {
  return hostCall("kubernetes", "list_resources_all", listPayload(request, ""));
}

function listPayload(request: ListResources, namespace: string): Writer {
  const out = new Writer();
  out.byte(0x7b);
  requiredText(out, "api_version", request.apiVersion);
  requiredText(out, "kind", request.kind);
  optionalText(out, "namespace", namespace);
  optionalText(out, "label_selector", request.labelSelector);
  optionalText(out, "field_selector", request.fieldSelector);
  optionalTexts(out, "field_masks", request.fieldMasks);
  out.byte(0x7d);
  return out;
}

/** Asks whether somebody may do something: an object with `allowed`, and perhaps `denied`, `reason`, `evaluationError`. */
export function canI(review: SubjectAccessReview): HostResult {
  const out = new Writer();
  out.ascii('{"subject_access_review":{');
  requiredText(out, "user", review.user);
  optionalTexts(out, "groups", review.groups);
  out.name("resource_attributes");
  out.byte(0x7b);
  requiredText(out, "verb", review.verb);
  requiredText(out, "resource", review.resource);
  optionalText(out, "group", review.group);
  optionalText(out, "version", review.version);
  optionalText(out, "subresource", review.subresource);
  optionalText(out, "namespace", review.namespace);
  optionalText(out, "name", review.name);
  out.ascii("}}");
  out.name("disable_cache");
  out.boolean(review.disableCache);
  out.byte(0x7d);
  return hostCall("kubernetes", "can_i", out);
}
